/** What cells of boards and fields of records are worth and how they read, without any page. */
import type { BoardColumn, Cell, Choice, Field, Text, Unit } from "../../api/chapter";
import type { Money } from "../../api/types";
import type { Format } from "../../format/useFormat";
import { nameOf } from "../../i18n/names";
import type { Column } from "../../ui/DataGrid";

export const isMoney = (value: unknown): value is Money =>
  typeof value === "object" && value !== null && "currency" in value;
export const isText = (value: unknown): value is Text =>
  typeof value === "object" && value !== null && "en" in value;
export const isSpark = (value: unknown): value is (number | null)[] => Array.isArray(value);

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)$/;

/** A figure as the text of a decimal; null for what is none. */
export function decimalOf(value: unknown): string | null {
  if (isMoney(value)) return decimalOf(value.amount);
  if (typeof value === "number") {
    if (!Number.isFinite(value)) return null;
    const text = String(value);
    return DECIMAL.test(text) ? text : value.toFixed(6);
  }
  return typeof value === "string" && DECIMAL.test(value) ? value : null;
}

/** Small figures need more places than large ones. */
export function placesOf(decimal: string): number {
  const size = Math.abs(Number(decimal));
  if (size >= 1000) return 0;
  if (size >= 10) return 1;
  return size >= 1 ? 2 : 4;
}

const LETTER = 7.9;
const WIDE_LETTER = 13;
const CELL_SPACE = 26;
const WIDEST = 250;
const NARROWEST = 84;

/** The width that texts need in a column, within reason. */
export function widthFor(texts: (string | null | undefined)[]): number {
  const widths = texts.map((text) =>
    [...(text ?? "")].reduce((sum, sign) => sum + (sign > "\u2e7f" ? WIDE_LETTER : LETTER), 0),
  );
  return Math.round(
    Math.min(WIDEST, Math.max(NARROWEST, ...widths.map((one) => one + CELL_SPACE))),
  );
}

/** How a column of a unit sorts, filters and is aligned. */
export const KIND_OF: Record<Unit, Column<never>["kind"]> = {
  text: "text",
  words: "text",
  choice: "text",
  number: "number",
  integer: "number",
  percent: "percent",
  money: "money",
  day: "day",
  days: "number",
  flag: "text",
  spark: "number",
};

export const nameOfChoice = (choices: Choice[] | undefined, id: unknown, language: string) => {
  const found = choices?.find((one) => one.id === id);
  return found ? nameOf(found, language) : String(id ?? "");
};

export interface Words {
  yes: string;
  no: string;
  days(count: string): string;
  lines(count: number): string;
}

/** A cell as the reader reads it; null where there is nothing. */
export function writeCell(
  unit: Unit,
  cell: Cell | undefined,
  choices: Choice[] | undefined,
  format: Format,
  words: Words,
  short = false,
): string | null {
  if (cell === null || cell === undefined || cell === "") return null;
  if (isText(cell)) return nameOf(cell, format.language);
  if (isSpark(cell)) return cell.length ? `${cell.length}` : null;
  if (isMoney(cell)) {
    const style = short && Math.abs(Number(cell.amount)) >= 1000 ? "compact" : "full";
    return format.money(cell.amount, cell.currency, style);
  }
  if (typeof cell === "boolean") return cell ? words.yes : words.no;
  if (unit === "day") return format.day(String(cell));
  if (unit === "choice") return nameOfChoice(choices, cell, format.language);
  if (unit === "text" || unit === "words") return String(cell);
  const decimal = decimalOf(cell);
  if (decimal === null) return String(cell);
  if (unit === "percent") return format.percent(decimal);
  if (unit === "integer") return format.number(decimal);
  if (unit === "days") return words.days(format.number(decimal, 1));
  return format.number(decimal, placesOf(decimal));
}

/** What a cell sorts and filters by. */
export function worthOf(
  column: Pick<BoardColumn, "unit" | "choices">,
  cell: Cell | undefined,
  language: string,
  words: Words,
): string | null {
  if (cell === null || cell === undefined) return null;
  if (isText(cell)) return nameOf(cell, language);
  if (isSpark(cell)) return decimalOf(cell.findLast((one) => one !== null));
  if (typeof cell === "boolean") return cell ? words.yes : words.no;
  if (column.unit === "choice") return nameOfChoice(column.choices, cell, language);
  return decimalOf(cell) ?? String(cell);
}

/** The columns of fields that are figures are aligned and sorted as such. */
export function kindOfField({ type }: Field): Column<never>["kind"] {
  if (type === "money") return "money";
  if (type === "number" || type === "integer" || type === "lines") return "number";
  if (type === "percent") return "percent";
  return type === "day" ? "day" : "text";
}
