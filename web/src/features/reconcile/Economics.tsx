import { useMemo } from "react";
import * as calls from "../../api/calls";
import type { EconomicsLine } from "../../api/types";
import { useChart } from "../../app/useChart";
import { type Column, useColumnKit } from "../../ui/DataGrid";
import { Check, CheckGrid } from "./CheckList";

function useEconomicsColumns(): Column<EconomicsLine>[] {
  const kit = useColumnKit<EconomicsLine>();
  const chart = useChart();
  return useMemo(() => {
    const currency = (row: EconomicsLine) => row.currency;
    return [
      kit.text("line", (row) => chart.name(row.line), { width: 190 }),
      kit.text("month", (row) => row.month.slice(0, 7), { width: 90 }),
      kit.text("store", (row) => row.store),
      kit.market((row) => row.market),
      kit.text("seller_sku", (row) => row.seller_sku, { width: 160 }),
      kit.money("in_ledger", (row) => row.ledger, currency),
      kit.money("in_economics", (row) => row.economics, currency),
      kit.money("difference", (row) => row.difference, currency),
    ];
  }, [kit, chart]);
}

/** Our ledger beside the channel's own economics report, where one was imported. */
export function Economics() {
  const columns = useEconomicsColumns();
  return (
    <Check name="economics" ask={calls.reconcileEconomics}>
      {({ lines }) => (
        <CheckGrid
          id="economics"
          rows={lines}
          columns={columns}
          rowKey={(row) =>
            [row.store, row.market, row.month, row.seller_sku, row.line, row.currency].join(":")
          }
        />
      )}
    </Check>
  );
}
