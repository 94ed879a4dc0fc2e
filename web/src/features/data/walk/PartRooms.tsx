import { useTranslation } from "react-i18next";
import type { WalkPart } from "../../../api/types";
import { useFormat } from "../../../format/useFormat";
import { Facts } from "../Facts";
import { SampleGrid } from "../SampleGrid";

const DELIMITERS: Record<string, string> = { "\t": "tab", ",": "comma", ";": "semicolon" };

/** What the file is, and the columns that stand in only one of file and definition. */
export function Recognised({ part }: { part: WalkPart }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Facts
      of={[
        [t("walk.part"), part.label],
        [t("field.definition"), `${part.definition}@${part.version}`],
        [t("walk.header_line"), format.number(part.header_line)],
        [t("walk.unused"), part.columns_unused.join(" · ")],
        [t("walk.absent"), part.columns_absent.join(" · ")],
      ]}
    />
  );
}

/** How the bytes were read, and the first rows with their types. */
export function Decoded({ part }: { part: WalkPart }) {
  const { t } = useTranslation();
  const format = useFormat();
  const mark = part.delimiter && DELIMITERS[part.delimiter];
  return (
    <>
      <Facts
        of={[
          [t("field.rows"), format.number(part.rows)],
          [t("walk.encoding"), part.encoding],
          [t("walk.delimiter"), mark ? t(`walk.mark.${mark}`) : part.delimiter],
          [t("walk.locale"), part.locale],
          ...Object.entries(part.reading).map(([column, how]): [string, string] => [
            column,
            t(`walk.reading.${how.replaceAll(" ", "_")}`, { defaultValue: how }),
          ]),
        ]}
      />
      <SampleGrid
        id={`decoded:${part.definition}`}
        label={t("walk.first_rows")}
        sample={part.decoded}
      />
    </>
  );
}

/** How many facts each table would get, the first of them, and fees that no table knows. */
export function Translated({ part }: { part: WalkPart }) {
  const { t } = useTranslation();
  const format = useFormat();
  const tables = Object.entries(part.facts);
  const tableName = (table: string) => t(`table.${table}`, { defaultValue: table });
  return (
    <>
      {tables.length === 0 && <p className="mut">{t("walk.no_facts")}</p>}
      {tables.map(([table, rows]) => {
        const sample = part.translated[table];
        return (
          <section key={table}>
            <h3>
              {tableName(table)} · {t("grid.rows", { count: rows, shown: format.number(rows) })}
            </h3>
            {sample && (
              <SampleGrid
                id={`translated:${table}`}
                label={t("walk.first_facts", { table: tableName(table) })}
                sample={sample}
              />
            )}
          </section>
        );
      })}
      {part.unknown_fees.length > 0 && (
        <section>
          <h3>{t("walk.unknown_fees")}</h3>
          <table className="plain">
            <thead>
              <tr>
                <th scope="col">{t("field.fee_type")}</th>
                <th scope="col" className="num">
                  {t("field.rows")}
                </th>
                <th scope="col" className="num">
                  {t("field.amount")}
                </th>
                <th scope="col" className="num">
                  {t("walk.first_line")}
                </th>
              </tr>
            </thead>
            <tbody>
              {part.unknown_fees.map((fee) => (
                <tr key={fee.words}>
                  <th scope="row">{fee.words}</th>
                  <td className="num">{format.number(fee.rows)}</td>
                  <td className="num">{format.amounts(fee.amounts)}</td>
                  <td className="num">{format.number(fee.first_line)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </>
  );
}
