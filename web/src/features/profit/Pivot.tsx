import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Select } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import * as calls from "../../api/calls";
import type { Key, Profit, ProfitQuestion } from "../../api/types";
import { useScope } from "../../app/useScope";
import { nameOf } from "../../i18n/names";
import { DataGrid } from "../../ui/DataGrid";
import { Panel } from "../../ui/Panel";
import { Await } from "../../ui/States";
import { useDrill } from "./drill/DrillProvider";
import { selectGroup } from "./drill/keys";
import { useDimensionName, useGroupName } from "./groupName";
import { profitQuery, useProfitQuestion } from "./lines";
import { NotesBar } from "./NotesBar";
import { type Group, groupsOf, useGroupColumns } from "./pivotColumns";

/** What the statement can be split by; everything else needs facts the ledger does not hold. */
const DIMENSIONS = [
  "product",
  "seller_sku",
  "market",
  "store",
  "channel",
  "day",
  "week",
  "month",
  "statement",
];

const NONE: string[] = [];

function useBy() {
  const search = useSearch({ from: "/profit" });
  const navigate = useNavigate();
  const written = search.by ?? "product,market";
  const by = useMemo(() => written.split(",").filter((one) => DIMENSIONS.includes(one)), [written]);
  const change = (next: string[]) =>
    navigate({ to: "/profit", search: (now) => ({ ...now, by: next.join(",") || "store" }) });
  return { by, change };
}

const UNITS = "units_sold";

/** Units sold of each group: counted by the metric, as the statement holds money only. */
function useUnits(question: ProfitQuestion) {
  const { from, to, currency, filters, as_of, view, by = NONE } = question;
  const asked = { metrics: [UNITS], by, from, to, currency, filters, as_of, view };
  const { data } = useQuery({ queryKey: ["ask", asked], queryFn: () => calls.ask(asked) });
  return useMemo(() => {
    const keyed = (key: Key) => JSON.stringify(by.map((one) => key[one] ?? null));
    const found = new Map(data?.rows.map((row) => [keyed(row.key), row.values[UNITS]?.value]));
    return {
      of: (key: Key) => found.get(keyed(key)) ?? null,
      total: data?.totals.values[UNITS]?.value ?? null,
    };
  }, [data, by]);
}

interface PivotGridProps {
  profit: Profit;
  question: ProfitQuestion;
  by: string[];
}

function PivotGrid({ profit, question, by }: PivotGridProps) {
  const { t, i18n } = useTranslation();
  const { scope } = useScope();
  const drill = useDrill();
  const groupName = useGroupName();
  const units = useUnits(question);
  const groups = useMemo(() => groupsOf(profit, units.of), [profit, units]);
  const columns = useGroupColumns(profit, by, units.total);

  const openRows = (group: Group, column: string) => {
    const line = profit.lines.find((one) => one.id === column);
    if (!line) return;
    const values = by.map((one) => groupName(one, group.key[one] ?? null));
    drill({
      title: [nameOf(line.name, i18n.language), ...values].join(" · "),
      question: {
        ...selectGroup(group.key, scope, scope.filters),
        line: line.id,
        currency: scope.currency,
      },
    });
  };
  return (
    <DataGrid
      id="pivot"
      label={t("profit.pivot_title")}
      rows={groups}
      columns={columns}
      rowKey={(group) => String(group.index)}
      onOpen={openRows}
      canOpen={(_, column) => profit.lines.some((line) => line.id === column)}
      initialSort={{ id: "net_sales", desc: true }}
      height="calc(100vh - 270px)"
      exportTo={(format) => calls.saveProfit(question, format, i18n.language)}
    />
  );
}

/** The statement turned round: one row for each product, SKU, market, store or month. */
export function Pivot() {
  const { t } = useTranslation();
  const { by, change } = useBy();
  const dimensionName = useDimensionName();
  const { question, ready } = useProfitQuestion(by);
  const query = useQuery({ ...profitQuery(question, ready), placeholderData: keepPreviousData });
  return (
    <Panel
      title={t("profit.pivot_title")}
      sub={t("profit.pivot_sub")}
      actions={
        <Select
          mode="multiple"
          aria-label={t("profit.split")}
          value={by}
          onChange={change}
          options={DIMENSIONS.map((value) => ({ value, label: dimensionName(value) }))}
          style={{ minWidth: 260 }}
        />
      }
    >
      <Await query={query} height={400}>
        {(profit) => (
          <>
            <div className="pivot-notes">
              <NotesBar notes={profit.notes} profit={profit.totals.contribution_3} />
            </div>
            <PivotGrid
              key={by.join()}
              profit={profit}
              question={question}
              by={shownBy(profit, by)}
            />
          </>
        )}
      </Await>
    </Panel>
  );
}

/** The dimensions of the answer shown, which lags behind the choice while it loads. */
function shownBy(profit: Profit, by: string[]): string[] {
  const key = profit.columns.find((column) => Object.keys(column.key).length > 0)?.key;
  if (!key || by.every((one) => one in key)) return by;
  return Object.keys(key);
}
