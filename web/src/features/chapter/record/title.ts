import type { Kind, OneRecord } from "../../../api/chapter";

/** What people call a record: where it is called after another record, by the name of that. */
export function titleOf(kind: Kind, { record, names }: OneRecord): string {
  const field = kind.fields.find(({ id }) => id === kind.label);
  const named = field?.to ? names[field.to]?.[record.label] : undefined;
  return named ?? record.label ?? record.id;
}

/** Its name with its key: a number that Argosy gave stands first, as people ask for it. */
export function headOf(kind: Kind, one: OneRecord): string {
  const { id } = one.record;
  const title = titleOf(kind, one);
  if (title === id) return id;
  return "number" in kind.key ? `${id} · ${title}` : `${title} · ${id}`;
}
