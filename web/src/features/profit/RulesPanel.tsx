import { useTranslation } from "react-i18next";
import type { AdCostNote, AllocationNote, CostRuleNote, Notes } from "../../api/types";
import { useChart } from "../../app/useChart";
import { useFormat } from "../../format/useFormat";
import { Panel } from "../../ui/Panel";

interface Rules {
  cost_rules: CostRuleNote[];
  allocation: AllocationNote[];
  ad_cost_sources: AdCostNote[];
}

/** The API description leaves the shape of these notes open. */
const rulesOf = (notes: Notes) => notes as unknown as Rules;

/** One line for each store and source, with the months it told. */
function sourcesByStore(notes: AdCostNote[]) {
  const found = new Map<string, { store: string; source: string; all: string[] }>();
  for (const { store, source, month } of notes) {
    const one = found.get(`${store}:${source}`) ?? { store, source, all: [] };
    one.all.push(month.slice(0, 7));
    found.set(`${store}:${source}`, one);
  }
  return [...found.values()].map(({ store, source, all }) => {
    const months = [...new Set(all)].toSorted();
    const ends = [months[0], months.at(-1)].filter((month, at) => at === 0 || month !== months[0]);
    return { store, source, months: ends.join(" – ") };
  });
}

/** By which rules goods, ads and shared fees were worked out, and what could not be shared. */
export function RulesPanel({ notes }: { notes: Notes }) {
  const { t } = useTranslation();
  const format = useFormat();
  const chart = useChart();
  const { cost_rules, allocation, ad_cost_sources } = rulesOf(notes);
  if (cost_rules.length + allocation.length + ad_cost_sources.length === 0) return null;
  return (
    <Panel title={t("rules.title")} sub={t("rules.says")}>
      <div className="rules">
        {cost_rules.length > 0 && (
          <p>
            {t("rules.goods", {
              rules: cost_rules
                .map(({ rule, units }) =>
                  t("rules.goods_by", {
                    rule: t(`costs.method.${rule}`),
                    units: format.number(units),
                  }),
                )
                .join(" · "),
            })}
          </p>
        )}
        {allocation.length > 0 && (
          <table className="plain">
            <thead>
              <tr>
                <th scope="col">{t("field.line")}</th>
                <th scope="col">{t("field.split")}</th>
                <th scope="col" className="num">
                  {t("rules.allocated")}
                </th>
                <th scope="col" className="num">
                  {t("rules.not_allocated")}
                </th>
              </tr>
            </thead>
            <tbody>
              {allocation.map((one) => (
                <tr key={`${one.line}:${one.by}`}>
                  <th scope="row">{chart.name(one.line)}</th>
                  <td>
                    {t(`rules.by.${one.by.split(":")[0]}`, {
                      kind: one.by.split(":")[1],
                      defaultValue: one.by,
                    })}
                  </td>
                  <td className="num">{format.money(one.allocated, notes.currency)}</td>
                  <td className="num">{format.money(one.not_allocated, notes.currency)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        {ad_cost_sources.length > 0 && (
          <ul>
            {sourcesByStore(ad_cost_sources).map(({ store, source, months }) => (
              <li key={`${store}:${source}`}>
                {t("rules.ads_by", { store, source: t(`rules.ads_from.${source}`), months })}
              </li>
            ))}
          </ul>
        )}
      </div>
    </Panel>
  );
}
