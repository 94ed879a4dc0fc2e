import type { SqlAnswer } from "../../../api/types";
import type { Kind } from "../../../ui/DataGrid/column";

const FIGURE = /^[+-]?\d+(\.\d+)?$/;
/** Identifiers that happen to be digits are no figures: they would be right-aligned and grouped. */
const IDENTIFIER = /(^|_)(id|sku|asin|raw|statement|container|order|line)$/i;
const SAMPLE = 200;

/** What a column holds, told from its first values: an answer in SQL carries no types. */
export function kindOf(name: string, values: (string | null)[]): Kind {
  const told = values.filter((value) => value !== null);
  if (told.length === 0 || IDENTIFIER.test(name)) return "text";
  return told.every((value) => FIGURE.test(value)) ? "number" : "text";
}

export interface AnswerColumn {
  /** Two columns may have one name. */
  id: string;
  name: string;
  at: number;
  kind: Kind;
  /** Digits behind the point, the same in every row so that they stand under each other. */
  places: number;
}

const PLACES_MAX = 6;

const placesOf = (values: (string | null)[]) =>
  Math.min(PLACES_MAX, Math.max(0, ...values.map((value) => (value?.split(".")[1] ?? "").length)));

export function columnsOf({ columns, rows }: SqlAnswer): AnswerColumn[] {
  const sample = rows.slice(0, SAMPLE);
  return columns.map((name, at) => {
    const values = sample.map((row) => row[at] ?? null);
    const kind = kindOf(name, values);
    return {
      id: columns.indexOf(name) === at ? name : `${name} ${at + 1}`,
      name,
      at,
      kind,
      places: kind === "number" ? placesOf(values) : 0,
    };
  });
}
