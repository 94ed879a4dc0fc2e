import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Field, Kind, RecordNames, RecordRow } from "../../../api/chapter";
import { useFormat } from "../../../format/useFormat";
import { whoName } from "../../../i18n/names";
import type { Column } from "../../../ui/DataGrid";
import { useWrite } from "../useWrite";
import { decimalOf, isMoney, kindOfField, widthFor } from "../values";
import { StateTag } from "./StateTag";

const WIDTHS: Partial<Record<Field["type"], number>> = {
  text: 160,
  long_text: 220,
  day: 112,
  flag: 84,
  integer: 96,
  number: 104,
  percent: 96,
  money: 126,
  lines: 110,
  ref: 190,
  sku: 150,
  currency: 84,
  user: 100,
};

/** As wide as what stands in them. */
const WORDED = new Set<Field["type"]>(["text", "long_text", "choice", "ref", "country", "market"]);
const MEASURED = 60;

function worth(field: Field, value: unknown, text: string): string | number | null {
  if (value === undefined || value === null || value === "") return null;
  if (field.type === "lines") return Array.isArray(value) ? value.length : null;
  if (isMoney(value)) return decimalOf(value);
  if (kindOfField(field) !== "text" && field.type !== "day") return decimalOf(value);
  return field.type === "day" ? String(value) : text;
}

/** The columns of a list of records: its key, its state, its fields, and who touched it last. */
export function useRecordColumns(
  kind: Kind,
  names: RecordNames,
  records: RecordRow[],
): Column<RecordRow>[] {
  const { t } = useTranslation();
  const format = useFormat();
  const write = useWrite();
  return useMemo(() => {
    const column = (field: Field): Column<RecordRow> => {
      const text = (row: RecordRow) => write.field(field, row.body[field.id], names);
      const lines = field.type === "lines";
      const unit = field.unit ? ` (${write.unit(field.unit)})` : "";
      return {
        id: field.id,
        header: write.name(field.name) + unit,
        kind: kindOfField(field),
        width:
          WORDED.has(field.type) && field.list
            ? widthFor(records.slice(0, MEASURED).map(text))
            : (WIDTHS[field.type] ?? 130),
        hidden: !field.list,
        hint: field.help ? write.name(field.help) : undefined,
        value: (row) => worth(field, row.body[field.id], text(row)),
        cell: (row) => {
          const value = row.body[field.id];
          if (lines) return Array.isArray(value) ? write.words.lines(value.length) : "";
          return text(row);
        },
      };
    };
    const key = "field" in kind.key ? kind.key.field : undefined;
    const keyField = kind.fields.find(({ id }) => id === key);
    return [
      {
        id: "id",
        header: keyField ? write.name(keyField.name) : t("chapter.number"),
        width: 150,
        value: (row) => row.id,
      },
      ...(kind.states
        ? [
            {
              id: "state",
              header: t("field.state"),
              width: 116,
              value: (row: RecordRow) =>
                write.name(kind.states?.states.find(({ id }) => id === row.state)?.name),
              cell: (row: RecordRow) => <StateTag kind={kind} state={row.state} />,
            },
          ]
        : []),
      ...kind.fields.filter(({ id }) => id !== key).map(column),
      {
        id: "changed_at",
        header: t("chapter.changed_at"),
        width: 150,
        hidden: true,
        value: (row) => row.changed_at,
        cell: (row) => format.moment(row.changed_at),
      },
      {
        id: "changed_by",
        header: t("chapter.changed_by"),
        width: 110,
        hidden: true,
        value: (row) => whoName(row.changed_by, t),
      },
    ];
  }, [kind, names, records, write, t, format]);
}
