import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Profit } from "../../api/types";
import { useScope } from "../../app/useScope";
import { negate, ratio, toNumber } from "../../format/decimal";
import { useFormat } from "../../format/useFormat";
import { nameOf } from "../../i18n/names";
import { Delta } from "../../ui/Delta";
import { Panel } from "../../ui/Panel";
import { Await } from "../../ui/States";
import { useDrill } from "../profit/drill/DrillProvider";
import { profitQuery, useProfitQuestion } from "../profit/lines";

const COSTS = ["goods", "channel", "logistics", "ads", "overhead"] as const;
const RESULT = "operating_profit";
const BASE = "net_sales";
const NONE: string[] = [];

interface Slice {
  id: string;
  name: string;
  amount: string;
  share: string | null;
  shareBefore: string | null;
  isResult: boolean;
}

export function slices(profit: Profit, language: string): Slice[] {
  const amount = (totals: Profit["previous_totals"], id: string) => totals?.[id] ?? null;
  const base = amount(profit.totals, BASE);
  const baseBefore = amount(profit.previous_totals, BASE);
  return [...COSTS, RESULT].flatMap((id) => {
    const line = profit.lines.find((one) => one.id === id);
    const found = amount(profit.totals, id);
    if (!line || found === null || base === null) return [];
    const isResult = id === RESULT;
    const before = amount(profit.previous_totals, id);
    const turned = (value: string) => (isResult ? value : negate(value));
    return [
      {
        id,
        name: nameOf(line.name, language),
        amount: turned(found),
        share: ratio(turned(found), base),
        shareBefore: before && baseBefore ? ratio(turned(before), baseBefore) : null,
        isResult,
      },
    ];
  });
}

function Slices({ profit }: { profit: Profit }) {
  const { t, i18n } = useTranslation();
  const { scope } = useScope();
  const format = useFormat();
  const drill = useDrill();
  const rows = slices(profit, i18n.language);
  const widest = Math.max(...rows.map((row) => Math.abs(toNumber(row.share) || 0)), 0.01);
  return (
    <ul className="money">
      {rows.map((row) => (
        <li key={row.id} className={row.isResult ? "result" : ""}>
          <button
            type="button"
            className="money-row"
            onClick={() =>
              drill({
                title: row.name,
                question: {
                  line: row.id,
                  from: scope.from,
                  to: scope.to,
                  filters: scope.filters,
                  currency: scope.currency,
                },
              })
            }
          >
            <span>{row.name}</span>
            <span className="num">{format.money(row.amount, scope.currency, "compact")}</span>
            <span className="num mut">{format.percent(row.share)}</span>
            <span className="num sm">
              <Delta
                now={row.share}
                before={row.shareBefore}
                isRatio
                better={row.isResult ? "up" : "down"}
              />
            </span>
            <i
              className={row.isResult ? (toNumber(row.amount) < 0 ? "loss" : "gain") : ""}
              style={{ width: `${(Math.abs(toNumber(row.share) || 0) / widest) * 100}%` }}
            />
          </button>
        </li>
      ))}
      {rows.length === 0 && <li className="mut">{t("undefined.no_data")}</li>}
    </ul>
  );
}

/** Of each unit of net sales: what was paid for goods, channel, logistics and ads, and what is left. */
export function MoneyPanel() {
  const { t } = useTranslation();
  const { question, ready } = useProfitQuestion(NONE);
  const query = useQuery(profitQuery(question, ready));
  return (
    <Panel title={t("overview.where")} sub={t("overview.of_net_sales")}>
      <Await query={query}>{(profit) => <Slices profit={profit} />}</Await>
    </Panel>
  );
}
