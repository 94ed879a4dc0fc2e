import { Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import type { BoardColumn, BoardRow, Detail, Fact, Holds, Section } from "../../../api/chapter";
import { PictureView } from "../picture/PictureView";
import { useWrite } from "../useWrite";
import { KIND_OF } from "../values";
import { CellView } from "./CellView";

function Facts({ facts }: { facts: Fact[] }) {
  const write = useWrite();
  return (
    <dl className="details">
      {facts.map((fact, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: facts are known by their place.
        <div key={at} style={{ display: "contents" }}>
          <dt>{write.name(fact.name)}</dt>
          <dd>
            <CellView column={{ unit: fact.unit, choices: [] }} cell={fact.value} />
            {fact.note && <span className="mut sm"> {write.name(fact.note)}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Table({
  columns,
  rows,
  label,
}: {
  columns: BoardColumn[];
  rows: BoardRow[];
  label: string;
}) {
  const write = useWrite();
  const align = (column: BoardColumn) => {
    const kind = KIND_OF[column.unit];
    return kind === "text" || kind === "day" ? "" : "num";
  };
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
    <section className="detail-table" tabIndex={0} aria-label={label}>
      <table className="plain">
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.id} scope="col" className={align(column)}>
                <Tooltip title={write.name(column.help)}>
                  <span className={column.help ? "has-help" : ""}>{write.name(column.name)}</span>
                </Tooltip>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              {columns.map((column) => (
                <td key={column.id} className={align(column)}>
                  <CellView
                    column={column}
                    cell={row.cells[column.id]}
                    note={row.notes?.[column.id]}
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Held({ holds, title, currency }: { holds: Holds; title: string; currency?: string }) {
  const { t } = useTranslation();
  const write = useWrite();
  if ("says" in holds) return <p className="as-typed">{write.name(holds.says)}</p>;
  if ("facts" in holds) return <Facts facts={holds.facts} />;
  if ("table" in holds) {
    const { columns, rows } = holds.table;
    return rows.length ? (
      <Table columns={columns} rows={rows} label={title} />
    ) : (
      <p className="mut">{t("chapter.no_rows")}</p>
    );
  }
  return <PictureView picture={holds.picture} currency={currency} bare />;
}

function OneSection({ section, currency }: { section: Section; currency?: string }) {
  const write = useWrite();
  const title = write.name(section.title);
  return (
    <section aria-label={title || undefined}>
      {title && <h3>{title}</h3>}
      <Held holds={section.holds} title={title} currency={currency} />
    </section>
  );
}

/** More about a row, section by section. */
export function DetailView({ detail, currency }: { detail: Detail; currency?: string }) {
  return (
    <div className="detail">
      {detail.sections.map((section, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: sections are known by their place.
        <OneSection key={at} section={section} currency={currency} />
      ))}
    </div>
  );
}

/** All that a row says, where there is no more about it. */
export function RowFacts({ columns, row }: { columns: BoardColumn[]; row: BoardRow }) {
  const facts = columns
    .filter(({ id }) => row.cells[id] !== undefined && row.cells[id] !== null)
    .map((column) => ({ column, cell: row.cells[column.id], note: row.notes?.[column.id] }));
  const write = useWrite();
  return (
    <dl className="details">
      {facts.map(({ column, cell, note }) => (
        <div key={column.id} style={{ display: "contents" }}>
          <dt>{write.name(column.name)}</dt>
          <dd>
            <CellView column={column} cell={cell} />
            {note && <span className="mut sm"> {write.name(note)}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
