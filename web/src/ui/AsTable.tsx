import { useTranslation } from "react-i18next";

interface AsTableProps {
  /** Of the columns after the first. */
  head?: string[];
  rows: { key: string; cells: string[] }[];
}

/** The figures of a picture, for whoever cannot or would not read it off the picture. */
export function AsTable({ head, rows }: AsTableProps) {
  const { t } = useTranslation();
  return (
    <details className="as-table">
      <summary>{t("loop.as_table")}</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
      <section tabIndex={0} aria-label={t("loop.as_table")}>
        <table className="plain">
          {head && (
            <thead>
              <tr>
                <th scope="col" />
                {head.map((name) => (
                  <th key={name} scope="col" className="num">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
          )}
          <tbody>
            {rows.map(({ key, cells }) => (
              <tr key={key}>
                <th scope="row">{key}</th>
                {cells.map((cell, at) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: a cell is known by its column.
                  <td key={at} className="num">
                    {cell}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  );
}
