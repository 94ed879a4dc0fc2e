import { Segmented } from "antd";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import * as calls from "../../api/calls";
import type { OrderChecks, OrderFinding } from "../../api/types";
import { ANY_DAY } from "../../app/scope";
import { useScope } from "../../app/useScope";
import { useFormat } from "../../format/useFormat";
import { type Column, useColumnKit } from "../../ui/DataGrid";
import { useDrill } from "../profit/drill/DrillProvider";
import { Check, CheckGrid } from "./CheckList";

type Kind = keyof OrderChecks;
const KINDS: Kind[] = ["unpaid", "fee_not_returned", "differing", "unordered"];

/** Opens the ledger rows of one order. */
function useOrderDrill() {
  const drill = useDrill();
  const { scope } = useScope();
  return ({ store, order_id }: OrderFinding) =>
    drill({
      title: `${order_id} · ${store}`,
      question: {
        ...ANY_DAY,
        filters: { store: [store], order_id: [order_id] },
        currency: scope.currency,
      },
    });
}

function useOrderColumns(): Column<OrderFinding>[] {
  const kit = useColumnKit<OrderFinding>();
  return useMemo(() => {
    const currency = (row: OrderFinding) => row.currency;
    return [
      kit.text("order_id", (row) => row.order_id, { width: 190 }),
      kit.text("store", (row) => row.store),
      kit.day("day", (row) => row.day),
      kit.text("seller_sku", (row) => row.seller_sku, { width: 160 }),
      kit.money("expected", (row) => row.expected, currency),
      kit.money("in_ledger", (row) => row.found, currency),
      kit.money("at_stake", (row) => row.at_stake, currency),
      kit.channel((row) => row.channel),
    ];
  }, [kit]);
}

function Found({ checks }: { checks: OrderChecks }) {
  const { t } = useTranslation();
  const format = useFormat();
  const open = useOrderDrill();
  const columns = useOrderColumns();
  const [kind, setKind] = useState<Kind>("unpaid");
  const found = checks[kind];
  const stake = format.amounts(found.at_stake);
  return (
    <>
      <div className="tab-bar">
        <Segmented<Kind>
          aria-label={t("reconcile.check.orders")}
          value={kind}
          onChange={setKind}
          options={KINDS.map((value) => ({
            value,
            label: t("grid.count_of", {
              name: t(`reconcile.check.${value}`),
              count: checks[value].total_rows,
            }),
          }))}
        />
        {stake && <span>{t("reconcile.at_stake", { amounts: stake })}</span>}
      </div>
      <CheckGrid
        key={kind}
        id={kind}
        rows={found.rows}
        columns={columns}
        rowKey={(row) => [row.store, row.order_id, row.seller_sku, row.raw, row.row].join(":")}
        onOpen={open}
        height="calc(100vh - 280px)"
      />
      {found.rows.length < found.total_rows && (
        <p className="tab-note mut">
          {t("reconcile.first_rows", {
            shown: format.number(found.rows.length),
            total: format.number(found.total_rows),
          })}
        </p>
      )}
    </>
  );
}

/** What was ordered beside what was settled, order by order. */
export function Orders() {
  return (
    <Check name="orders" ask={calls.reconcileOrders}>
      {(checks) => <Found checks={checks} />}
    </Check>
  );
}
