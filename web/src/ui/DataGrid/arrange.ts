/** Sorting and filtering of grid rows: pure, exact, and with empty values always last. */
import { compare } from "../../format/decimal";
import { type Column, isFigure, type Kind } from "./column";

export interface Sort {
  id: string;
  desc: boolean;
}

const collators = new Map<string, Intl.Collator>();

function collator(language: string): Intl.Collator {
  let found = collators.get(language);
  if (!found) {
    found = new Intl.Collator(language, { numeric: true, sensitivity: "base" });
    collators.set(language, found);
  }
  return found;
}

const isEmpty = (value: unknown) => value === null || value === undefined || value === "";

export function sortRows<Row>(
  rows: Row[],
  columns: Column<Row>[],
  sort: Sort | null,
  language: string,
): Row[] {
  const column = columns.find((one) => one.id === sort?.id);
  if (!sort || !column) return rows;
  const texts = collator(language);
  const direction = sort.desc ? -1 : 1;
  return rows.toSorted((left, right) => {
    const a = column.value(left);
    const b = column.value(right);
    if (isEmpty(a) || isEmpty(b)) return Number(isEmpty(a)) - Number(isEmpty(b));
    const order = isFigure(column.kind)
      ? compare(String(a), String(b))
      : texts.compare(String(a), String(b));
    return order * direction;
  });
}

/** What a click on a header does: ascending, descending, unsorted; figures begin with the largest. */
export function nextSort(now: Sort | null, id: string, kind: Kind | undefined): Sort | null {
  const first = isFigure(kind);
  if (now?.id !== id) return { id, desc: first };
  return now.desc === first ? { id, desc: !first } : null;
}

/** Reads a filter of a figure: `>100`, `<=5`, `10..20`, `=3`; null when it is not one. */
export function figureTest(filter: string): ((value: string) => boolean) | null {
  const text = filter.replace(/[\s,]/g, "").replace("−", "-");
  const range = /^(-?[\d.]+)\.\.(-?[\d.]+)$/.exec(text);
  if (range?.[1] && range[2]) {
    const [low, high] = [range[1], range[2]];
    return (value) => compare(value, low) >= 0 && compare(value, high) <= 0;
  }
  const bound = /^(>=|<=|>|<|=)(-?\d*\.?\d+)$/.exec(text);
  if (!bound?.[1] || !bound[2]) return null;
  const [sign, limit] = [bound[1], bound[2]];
  return (value) => {
    const order = compare(value, limit);
    if (sign === ">") return order > 0;
    if (sign === "<") return order < 0;
    if (sign === ">=") return order >= 0;
    if (sign === "<=") return order <= 0;
    return order === 0;
  };
}

function keeps<Row>(column: Column<Row>, filter: string): (row: Row) => boolean {
  const test = isFigure(column.kind) ? figureTest(filter) : null;
  if (test) {
    return (row) => {
      const value = column.value(row);
      return !isEmpty(value) && test(String(value));
    };
  }
  const wanted = filter.trim().toLowerCase();
  return (row) =>
    String(column.value(row) ?? "")
      .toLowerCase()
      .includes(wanted);
}

export function filterRows<Row>(
  rows: Row[],
  columns: Column<Row>[],
  filters: Record<string, string>,
): Row[] {
  const tests = columns
    .filter((column) => filters[column.id]?.trim())
    .map((column) => keeps(column, filters[column.id] as string));
  return tests.length ? rows.filter((row) => tests.every((test) => test(row))) : rows;
}
