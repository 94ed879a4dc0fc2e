import { useTranslation } from "react-i18next";
import type { Finding } from "../../api/loop";
import { compare } from "../../format/decimal";
import { useFormat } from "../../format/useFormat";
import { nameOf } from "../../i18n/names";
import { Panel } from "../../ui/Panel";
import { perMonth } from "../loop/perMonth";
import { useFact } from "../loop/useFact";

/** What it is worth, with its range, and how that was worked out. */
export function MoneyPanel({ finding }: { finding: Finding }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const { monthly, low, high, per_days, stake, expected, delivered, working, window } = finding;
  const fact = useFact(monthly.currency);
  const money = (amount: string) => format.money(amount, monthly.currency, "whole");
  return (
    <Panel title={t("finding.money")} sub={`${format.day(window.from)} – ${format.day(window.to)}`}>
      <div className="panel-body money-body">
        <p>
          <span className="big">{money(monthly.amount)}</span>{" "}
          <span className="mut">{t("loop.a_month")}</span>
        </p>
        <p className="mut">
          {compare(low.amount, high.amount) === 0
            ? t("loop.exact")
            : t("finding.range", {
                low: money(perMonth(low.amount, per_days)),
                high: money(perMonth(high.amount, per_days)),
              })}
        </p>
        {compare(expected.amount, monthly.amount) !== 0 && (
          <p>
            <b>{t("loop.expected", { amount: money(expected.amount) })}</b>
          </p>
        )}
        <p className="mut sm">{nameOf(delivered?.says, i18n.language)}</p>
        <h3>{t("finding.working")}</h3>
        <table className="plain">
          <tbody>
            {working.values.map((value) => (
              <tr key={value.id}>
                <th scope="row">
                  {nameOf(value.name, i18n.language)}
                  {value.sql && (
                    <>
                      <br />
                      <code>{value.sql}</code>
                    </>
                  )}
                </th>
                <td className="num">{fact(value.unit, value.value)}</td>
              </tr>
            ))}
            <tr className="sum">
              <th scope="row">
                {t("finding.stake", { count: per_days })}
                <br />
                <code>{working.stake}</code>
              </th>
              <td className="num">
                <b>{format.money(stake.amount, stake.currency)}</b>
              </td>
            </tr>
          </tbody>
        </table>
      </div>
    </Panel>
  );
}
