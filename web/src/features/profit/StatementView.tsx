import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Segmented } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Profit } from "../../api/types";
import { grainOf } from "../../app/scope";
import { useScope } from "../../app/useScope";
import { Panel } from "../../ui/Panel";
import { Await } from "../../ui/States";
import { basesQuery, profitQuery, useProfitQuestion } from "./lines";
import { NotesBar } from "./NotesBar";
import { RulesPanel } from "./RulesPanel";
import { StatementGrid } from "./StatementGrid";
import { WaterfallPanel } from "./WaterfallPanel";

const NONE: string[] = [];

function useSplit() {
  const { by } = useSearch({ from: "/profit" });
  const navigate = useNavigate();
  const { scope } = useScope();
  const grain = grainOf(scope) === "day" ? "week" : "month";
  const choices = ["none", "channel", "market", "store", grain];
  const split = by && choices.includes(by) ? by : "none";
  const change = (next: string) =>
    navigate({
      to: "/profit",
      search: (now) => ({ ...now, by: next === "none" ? undefined : next }),
    });
  return { split, choices, change };
}

interface Bases {
  settlement: Profit;
  order: Profit | null;
}

/** The statement, and by the day of the order too where both are wanted side by side. */
function useStatement({ question, ready }: ReturnType<typeof useProfitQuestion>) {
  const { basis } = useSearch({ from: "/profit" });
  const both = basis === "both";
  const one = useQuery({
    ...profitQuery(question, ready && !both),
    select: (settlement: Profit): Bases => ({ settlement, order: null }),
    placeholderData: keepPreviousData,
  });
  const two = useQuery({
    ...basesQuery(question, ready && both),
    select: ({ settlement, order }): Bases => ({ settlement, order }),
    placeholderData: keepPreviousData,
  });
  return both ? two : one;
}

/** The statement: the waterfall, and every line of the chart beside the period before. */
export function StatementView() {
  const { t } = useTranslation();
  const { split, choices, change } = useSplit();
  const by = useMemo(() => (split === "none" ? NONE : [split]), [split]);

  const whole = useProfitQuestion(NONE);
  const total = useStatement(whole);
  const parts = useProfitQuestion(by);
  const splitting = useQuery({
    ...profitQuery(parts.question, parts.ready && split !== "none"),
    placeholderData: keepPreviousData,
  });

  return (
    <Await query={total} height={400}>
      {({ settlement: profit, order }) => (
        <>
          <NotesBar notes={profit.notes} profit={profit.totals.contribution_3} />
          <WaterfallPanel profit={profit} />
          <Panel
            title={t("profit.statement_title")}
            sub={t("profit.statement_sub")}
            actions={
              <Segmented
                size="small"
                aria-label={t("profit.split")}
                value={split}
                onChange={change}
                options={choices.map((value) => ({ value, label: t(`split.${value}`) }))}
              />
            }
          >
            <StatementGrid
              profit={profit}
              parts={split === "none" ? null : (splitting.data ?? null)}
              byOrder={order}
              question={split === "none" ? whole.question : parts.question}
            />
          </Panel>
          <RulesPanel notes={profit.notes} />
        </>
      )}
    </Await>
  );
}
