import { useTranslation } from "react-i18next";
import type { Change, Diff } from "../../api/types";
import { useFormat } from "../../format/useFormat";

const PARTS = ["added", "replacing", "replaced", "unchanged", "covered"] as const;

function Cell({ change }: { change: Change }) {
  const format = useFormat();
  if (change.rows === 0) return <td className="num mut">0</td>;
  return (
    <td className="num">
      {format.number(change.rows)}
      {Object.entries(change.money).map(([currency, amount]) => (
        <div key={currency} className="mut sm">
          {format.money(amount, currency)}
        </div>
      ))}
    </td>
  );
}

/** The import diff: rows and money that were added, replaced, unchanged or covered, by table. */
export function DiffTable({ diff }: { diff: Record<string, Diff> }) {
  const { t } = useTranslation();
  const tables = Object.entries(diff);
  if (tables.length === 0) return <p className="mut">{t("diff.nothing")}</p>;
  return (
    <section>
      <h2>{t("diff.title")}</h2>
      <table className="plain">
        <thead>
          <tr>
            <th scope="col">{t("diff.table")}</th>
            {PARTS.map((part) => (
              <th key={part} scope="col" className="num" title={t(`diff.${part}_says`)}>
                {t(`diff.${part}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {tables.map(([table, of]) => (
            <tr key={table}>
              <th scope="row">{t(`table.${table}`, { defaultValue: table })}</th>
              {PARTS.map((part) => (
                <Cell key={part} change={of[part]} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
