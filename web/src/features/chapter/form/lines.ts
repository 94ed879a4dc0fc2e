/** What is done with the lines of a record. */
import type { Body, Field } from "../../../api/chapter";
import { isMoney } from "../values";
import { pasted } from "./draft";

/** A new line begins with defaults. */
export function newLine(fields: Field[]): Body {
  const line: Body = {};
  for (const { id, default: value } of fields) {
    if (value !== undefined && value !== null) line[id] = value;
  }
  return line;
}

export const copied = (lines: Body[], at: number): Body[] => {
  const line = lines[at];
  return line ? lines.toSpliced(at + 1, 0, structuredClone(line)) : lines;
};

export function withCell(lines: Body[], at: number, field: string, value: unknown): Body[] {
  return lines.map((line, index) => {
    if (index !== at) return line;
    const next = { ...line };
    if (value === undefined || value === "") delete next[field];
    else next[field] = value;
    return next;
  });
}

/** A table from a spreadsheet, put in from a cell on to the right and down; lines are added. */
export function withTable(
  lines: Body[],
  fields: Field[],
  from: { line: number; field: string },
  table: string[][],
  currency: string,
): Body[] {
  const first = fields.findIndex(({ id }) => id === from.field);
  const next = lines.map((line) => ({ ...line }));
  table.forEach((cells, down) => {
    const at = from.line + down;
    const line = next[at] ?? newLine(fields);
    next[at] = line;
    cells.forEach((cell, right) => {
      const field = fields[first + right];
      if (!field || field.read_only) return;
      const value = pasted(field, cell);
      if (value === undefined) return;
      line[field.id] =
        isMoney(value) && !value.currency
          ? { amount: value.amount, currency: currencyAt(next, at - 1, field.id, currency) }
          : value;
    });
  });
  return next;
}

/** The currency of the line above goes on, else that of the record. */
export function currencyAt(lines: Body[], at: number, field: string, fallback: string): string {
  for (let line = at; line >= 0; line -= 1) {
    const value = lines[line]?.[field];
    if (isMoney(value) && value.currency) return value.currency;
  }
  return fallback;
}
