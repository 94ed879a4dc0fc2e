import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useScope } from "../../app/useScope";
import { useFormat } from "../../format/useFormat";
import type { Kpi } from "../../ui/KpiStrip";
import { Failed } from "../../ui/States";
import { HeadlineStrip } from "../overview/HeadlineStrip";
import { useHeadline } from "../overview/queries";
import { familyQuery } from "./queries";
import { questionOf } from "./search";

/** What a manager looks at first; the stock at risk is what the findings of stock are worth. */
const PULSE = [
  "net_sales",
  "contribution_3",
  "contribution_3_margin",
  "tacos",
  "units_sold",
] as const;

function useStockRisk(): Kpi {
  const { t } = useTranslation();
  const format = useFormat();
  const { scope } = useScope();
  const question = questionOf({ state: "open", family: "stock" }, scope);
  const totals = useQuery(familyQuery(question)).data?.totals;
  return useMemo(
    () => ({
      id: "stock_risk",
      label: t("today.stock_risk"),
      definition: t("today.stock_risk_says", { count: totals?.count ?? 0 }),
      value: totals?.monthly.amount ?? null,
      reason: t("today.not_run"),
      isRatio: false,
      better: "down" as const,
      write: (value) => format.money(value, totals?.monthly.currency ?? scope.currency, "compact"),
      trend: [],
    }),
    [t, format, totals, scope.currency],
  );
}

/** Sales, profit, ads and stock on one line, with their trend. */
export function Pulse() {
  const { scope, ready } = useScope();
  const headline = useHeadline(scope, ready, PULSE);
  const stock = useStockRisk();
  const failed = headline.registry.error ?? headline.now.error;
  if (failed) {
    return (
      <section className="panel">
        <Failed error={failed} retry={headline.retry} />
      </section>
    );
  }
  return <HeadlineStrip {...headline} more={[stock]} />;
}
