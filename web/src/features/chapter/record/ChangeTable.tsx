import { useTranslation } from "react-i18next";
import type { Body, Field, Kind, RecordNames } from "../../../api/chapter";
import { UNDEFINED } from "../../../format/format";
import { placeOf } from "../form/draft";
import { useWrite, type Write } from "../useWrite";
import type { FieldChange } from "./diff";

/** The name of the place of a change: "Goods · line 2 · Units". */
export function usePathName(kind: Pick<Kind, "fields">) {
  const { t } = useTranslation();
  const write = useWrite();
  return (path: string): string => {
    const place = placeOf(path);
    const field = kind.fields.find(({ id }) => id === place.field);
    const inner = field?.fields?.find(({ id }) => id === place.inner);
    return [
      field ? write.name(field.name) : place.field,
      place.line !== undefined && t("chapter.line_number", { line: place.line + 1 }),
      inner && write.name(inner.name),
    ]
      .filter(Boolean)
      .join(" · ");
  };
}

function written(
  field: Field | undefined,
  place: ReturnType<typeof placeOf>,
  value: unknown,
  names: RecordNames,
  write: Write,
) {
  if (value === undefined || value === null || !field) return UNDEFINED;
  if (place.inner) {
    const inner = field.fields?.find(({ id }) => id === place.inner);
    return inner ? write.field(inner, value, names) : String(value);
  }
  if (place.line !== undefined) return write.line(field, value as Body, names);
  return write.field(field, value, names) || UNDEFINED;
}

interface ChangeTableProps {
  kind: Pick<Kind, "fields">;
  changes: FieldChange[];
  names: RecordNames;
  heads?: [string, string];
}

/** What changed, field by field: before and after. */
export function ChangeTable({ kind, changes, names, heads }: ChangeTableProps) {
  const { t } = useTranslation();
  const write = useWrite();
  const pathName = usePathName(kind);
  return (
    <table className="plain change-table">
      <thead>
        <tr>
          <th scope="col">{t("chapter.field")}</th>
          <th scope="col">{heads?.[0] ?? t("change.before")}</th>
          <th scope="col">{heads?.[1] ?? t("change.after")}</th>
        </tr>
      </thead>
      <tbody>
        {changes.map((change) => {
          const place = placeOf(change.path);
          const field = kind.fields.find(({ id }) => id === place.field);
          return (
            <tr key={change.path}>
              <th scope="row">{pathName(change.path)}</th>
              <td>{written(field, place, change.before, names, write)}</td>
              <td>{written(field, place, change.after, names, write)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
