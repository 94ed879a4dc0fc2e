import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import * as calls from "../../api/calls";
import type { AnswerRow } from "../../api/types";
import { useScope } from "../../app/useScope";
import { useFormat } from "../../format/useFormat";
import { type Column, DataGrid, useColumnKit } from "../../ui/DataGrid";
import { Await } from "../../ui/States";
import { useMetricName } from "../loop/queries";
import type { SkuSearch } from "./search";

const METRICS = [
  "net_sales",
  "contribution_3",
  "contribution_3_margin",
  "units_sold",
  "refund_rate",
];
const BY = ["store", "market", "seller_sku"];

function useSkuColumns(currency: string): Column<AnswerRow>[] {
  const { t } = useTranslation();
  const kit = useColumnKit<AnswerRow>();
  const format = useFormat();
  const metric = useMetricName();
  return useMemo(() => {
    const value = (id: string) => (row: AnswerRow) => row.values[id]?.value;
    const money = (id: string) =>
      kit.money(id, value(id), () => currency, { header: metric(id), width: 130 });
    const share = (id: string): Column<AnswerRow> => ({
      id,
      header: metric(id),
      kind: "percent",
      width: 110,
      value: value(id),
      cell: (row) => format.percent(value(id)(row)),
    });
    return [
      kit.text("seller_sku", (row) => row.key.seller_sku || t("grid.none"), { width: 220 }),
      kit.text("store", (row) => row.key.store),
      kit.market((row) => row.key.market),
      money("net_sales"),
      money("contribution_3"),
      share("contribution_3_margin"),
      kit.number("units_sold", value("units_sold"), { header: metric("units_sold"), width: 100 }),
      share("refund_rate"),
    ];
  }, [t, kit, format, metric, currency]);
}

/** The SKUs that sold in the chosen days, the one with the most sales first. */
export function SkuPicker({ open }: { open(sku: SkuSearch): void }) {
  const { t } = useTranslation();
  const { scope } = useScope();
  const question = useMemo(
    () => ({
      metrics: METRICS,
      by: BY,
      from: scope.from,
      to: scope.to,
      currency: scope.currency,
      filters: scope.filters,
      as_of: scope.as_of,
    }),
    [scope],
  );
  const query = useQuery({ queryKey: ["ask", question], queryFn: () => calls.ask(question) });
  const columns = useSkuColumns(scope.currency);
  return (
    <section className="panel">
      <Await query={query} height={400}>
        {(answer) => (
          <DataGrid
            id="skus"
            label={t("nav.skus")}
            rows={answer.rows.filter((row) => row.key.seller_sku && row.key.store)}
            columns={columns}
            rowKey={(row) => JSON.stringify(row.key)}
            initialSort={{ id: "net_sales", desc: true }}
            onOpen={({ key }) =>
              open({
                of: key.store ?? undefined,
                sku: key.seller_sku ?? undefined,
                at: key.market ?? undefined,
              })
            }
            height="calc(100vh - 210px)"
          />
        )}
      </Await>
    </section>
  );
}
