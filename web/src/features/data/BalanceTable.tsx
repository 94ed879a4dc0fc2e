import { useTranslation } from "react-i18next";
import type { Balance } from "../../api/types";
import { isZero } from "../../format/decimal";
import { useFormat } from "../../format/useFormat";

const SHOWN = 50;

/** The control totals of a file beside the sum of its lines; what differs comes first. */
export function BalanceTable({ balance }: { balance: Balance[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const rows = balance
    .toSorted((left, right) => Number(isZero(left.difference)) - Number(isZero(right.difference)))
    .slice(0, SHOWN);
  return (
    <section>
      <h2>{t("balance.title")}</h2>
      <table className="plain">
        <thead>
          <tr>
            <th scope="col">{t("field.statement")}</th>
            <th scope="col" className="num">
              {t("reconcile.column.expected")}
            </th>
            <th scope="col" className="num">
              {t("reconcile.column.sum")}
            </th>
            <th scope="col" className="num">
              {t("reconcile.column.difference")}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((one) => (
            <tr key={`${one.statement}:${one.name}:${one.currency}`}>
              <th scope="row">{one.statement}</th>
              <td className="num">{format.money(one.expected, one.currency)}</td>
              <td className="num">{format.money(one.sum, one.currency)}</td>
              <td className={`num ${isZero(one.difference) ? "pos" : one.in_part ? "mut" : "neg"}`}>
                {format.money(one.difference, one.currency)}
                {one.in_part && <div className="sm">{t("balance.in_part")}</div>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {balance.length > SHOWN && (
        <p className="mut sm">{t("balance.more", { count: balance.length - SHOWN })}</p>
      )}
    </section>
  );
}
