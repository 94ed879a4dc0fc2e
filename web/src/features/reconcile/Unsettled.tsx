import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import * as calls from "../../api/calls";
import type { Deferred, UnsettledOrders } from "../../api/types";
import { useScope } from "../../app/useScope";
import { useFormat } from "../../format/useFormat";
import { type Column, useColumnKit } from "../../ui/DataGrid";
import { Await } from "../../ui/States";
import { CheckGrid } from "./CheckList";

function useDeferredColumns(): Column<Deferred>[] {
  const { t } = useTranslation();
  const format = useFormat();
  const kit = useColumnKit<Deferred>();
  return useMemo(
    () => [
      kit.text("store", (row) => row.store, { width: 180 }),
      kit.day("release_day", (row) => row.release_day, {
        width: 150,
        cell: (row) =>
          row.release_day ? format.day(row.release_day) : t("reconcile.no_release_day"),
      }),
      kit.money(
        "amount",
        (row) => row.amount,
        (row) => row.currency,
      ),
      kit.number("rows", (row) => row.rows),
    ],
    [kit, t, format],
  );
}

function useOrderColumns(): Column<UnsettledOrders>[] {
  const { t } = useTranslation();
  const kit = useColumnKit<UnsettledOrders>();
  return useMemo(
    () => [
      kit.text("store", (row) => row.store, { width: 180 }),
      kit.text("age", (row) => t("reconcile.age_days", { days: row.age }), { width: 150 }),
      kit.money(
        "amount",
        (row) => row.amount,
        (row) => row.currency,
      ),
      kit.number("orders", (row) => row.orders),
      kit.number("units", (row) => row.units),
    ],
    [kit, t],
  );
}

/** Money earned but not paid yet: held back until a day, or ordered and not settled. */
export function Unsettled() {
  const { t } = useTranslation();
  const format = useFormat();
  const { scope } = useScope();
  const deferred = useDeferredColumns();
  const orders = useOrderColumns();
  const question = {
    store: scope.filters.store,
    channel: scope.filters.channel,
    currency: scope.currency,
    as_of: scope.as_of,
  };
  const query = useQuery({
    queryKey: ["unsettled", question],
    queryFn: () => calls.unsettled(question),
  });
  return (
    <Await query={query} height={300}>
      {(body) => (
        <>
          <p className="tab-bar">
            {t("reconcile.unsettled_total", {
              deferred: format.money(body.deferred_total, body.currency),
              orders: format.money(body.orders_total, body.currency),
            })}
          </p>
          <h2 className="tab-title">{t("reconcile.check.deferred")}</h2>
          <CheckGrid
            id="deferred"
            rows={body.deferred}
            columns={deferred}
            rowKey={(row) => `${row.store}:${row.currency}:${row.release_day}`}
            height={300}
          />
          <h2 className="tab-title">{t("reconcile.check.ordered")}</h2>
          <CheckGrid
            id="ordered"
            rows={body.orders}
            columns={orders}
            rowKey={(row) => `${row.store}:${row.currency}:${row.age}`}
            height={300}
          />
        </>
      )}
    </Await>
  );
}
