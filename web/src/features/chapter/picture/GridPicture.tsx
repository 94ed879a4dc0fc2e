import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { GridPicture as Shape } from "../../../api/chapter";
import { useWrite } from "../useWrite";

const FIRST = 24;

/** Never by colour alone. */
const SIGNS: Record<string, string> = { green: "✓", gold: "!", red: "✕", grey: "–" };

interface GridPictureProps {
  picture: Shape;
  /** The row of the board behind a cell, if there is one. */
  rowOf?(row: string, column: string): string | undefined;
  open?(row: string): void;
}

/** A grid of states, such as SKU by market: itself a table, so there is no other one of it. */
export function GridPicture({ picture, rowOf, open }: GridPictureProps) {
  const { t } = useTranslation();
  const write = useWrite();
  const [all, setAll] = useState(false);
  const rows = all ? picture.rows : picture.rows.slice(0, FIRST);
  const title = write.name(picture.title);
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
      <section className="state-grid" tabIndex={0} aria-label={title}>
        <table>
          <thead>
            <tr>
              <td />
              {picture.columns.map((column) => (
                <th key={column} scope="col">
                  {write.format.country(column)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.name}>
                <th scope="row">{row.name}</th>
                {row.cells.map(([colour, says], at) => {
                  const column = picture.columns[at] ?? "";
                  const told = write.name(says);
                  const behind = rowOf?.(row.name, column);
                  const sign = <span aria-hidden>{SIGNS[colour] ?? "·"}</span>;
                  return (
                    <td key={column} title={told}>
                      {behind !== undefined && open ? (
                        <button
                          type="button"
                          className={`state-cell ${colour}`}
                          aria-label={`${row.name} ${column}${t("loop.colon")}${told}`}
                          onClick={() => open(behind)}
                        >
                          {sign}
                        </button>
                      ) : (
                        <span className={`state-cell ${colour}`}>
                          {sign}
                          <span className="visually-hidden">{told}</span>
                        </span>
                      )}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {picture.rows.length > FIRST && (
        <Button size="small" type="text" onClick={() => setAll(!all)}>
          {all ? t("chapter.fewer_rows") : t("chapter.all_rows", { count: picture.rows.length })}
        </Button>
      )}
    </>
  );
}
