/** What changed between two states of a record, field by field. */
import type { Body, Kind } from "../../../api/chapter";

/** A change of a field, or of a cell of its lines. */
export interface FieldChange {
  path: string;
  before: unknown;
  after: unknown;
}

const same = (left: unknown, right: unknown) =>
  JSON.stringify(sorted(left)) === JSON.stringify(sorted(right));

/** Objects with their keys in order, so that equal ones read alike. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value ?? null;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}

const linesOf = (value: unknown): Body[] => (Array.isArray(value) ? (value as Body[]) : []);

export function changesOf(kind: Pick<Kind, "fields">, before: Body, after: Body): FieldChange[] {
  return kind.fields.flatMap((field): FieldChange[] => {
    const [was, is] = [before[field.id], after[field.id]];
    if (same(was, is)) return [];
    if (field.type !== "lines") return [{ path: field.id, before: was, after: is }];
    const [old, now] = [linesOf(was), linesOf(is)];
    return Array.from({ length: Math.max(old.length, now.length) }).flatMap((_, at) => {
      const path = `${field.id}[${at}]`;
      const [left, right] = [old[at], now[at]];
      if (!left || !right) return [{ path, before: left, after: right }];
      return (field.fields ?? []).flatMap(({ id }) =>
        same(left[id], right[id])
          ? []
          : [{ path: `${path}.${id}`, before: left[id], after: right[id] }],
      );
    });
  });
}

/** My changes put upon what somebody else saved meanwhile. */
export function rebased(fields: { id: string }[], base: Body, mine: Body, theirs: Body): Body {
  const merged: Body = { ...theirs };
  for (const { id } of fields) {
    if (same(base[id], mine[id])) continue;
    if (mine[id] === undefined) delete merged[id];
    else merged[id] = mine[id];
  }
  return merged;
}

export const isSame = same;
