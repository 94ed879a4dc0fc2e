import type { MappingColumn, MappingDraft, MappingTable } from "../../../api/types";

/** Changes what one column of the file becomes; a field of the facts has one source only. */
export function mapColumn(
  draft: MappingDraft,
  from: string,
  change: Partial<MappingColumn>,
): MappingDraft {
  const empty: MappingColumn = { from, name: "", as: "text", formats: [], to: [] };
  const known = draft.columns.some((column) => column.from === from);
  const columns = (known ? draft.columns : [...draft.columns, { ...empty }]).map((column) => {
    if (column.from === from) return { ...column, ...change };
    return change.to
      ? { ...column, to: column.to.filter((field) => !change.to?.includes(field)) }
      : column;
  });
  return { ...draft, columns };
}

export type Source = "fixed" | "computed";

/** A field that stands in no column: one value for all rows, or worked out from the columns. */
export function setField(
  draft: MappingDraft,
  source: Source,
  field: string,
  text: string,
): MappingDraft {
  const { [field]: _fixed, ...fixed } = draft.fixed;
  const { [field]: _computed, ...computed } = draft.computed;
  const next = { ...draft, fixed, computed };
  if (!text.trim()) return next;
  return { ...next, [source]: { ...next[source], [field]: text.trim() } };
}

/** Fields the facts need that no column, value or formula gives. */
export function lacking(draft: MappingDraft, table: MappingTable | undefined): string[] {
  const given = new Set([
    ...draft.columns.flatMap(({ to }) => to),
    ...Object.keys(draft.fixed),
    ...Object.keys(draft.computed),
  ]);
  return (table?.columns ?? [])
    .filter(({ name, required }) => required && !given.has(name))
    .map(({ name }) => name);
}
