import { isZero, negate, toMicros } from "../../../format/decimal";

/**
 * Reads a figure as reports write them: currency signs, blanks, either decimal sign. Returns null
 * for anything else, such as dates and identifiers.
 */
export function readFigure(cell: string): string | null {
  const text = cell
    .normalize("NFKC")
    .replace(/[\s'’]/g, "")
    .replace(/[−–]/, "-")
    .replace(/^(-?)[A-Z]{0,3}[$€£¥₹]?(-?)(?=[\d.,])/, "$1$2")
    .replace(/[A-Z€£¥₹$]{1,3}$/, "");
  const match = /^([+-]?)([\d.,]*\d)$/.exec(text);
  if (!match) return null;
  const [, sign = "", body = ""] = match;
  const decimalAt = Math.max(body.lastIndexOf("."), body.lastIndexOf(","));
  const mark = body[decimalAt];
  const groups =
    decimalAt < 0 ||
    (mark !== undefined && body.split(mark).length > 2) ||
    (mark === "," && body.length - decimalAt === 4 && !body.includes("."));
  const whole = (groups ? body : body.slice(0, decimalAt)).replace(/[.,]/g, "");
  const fraction = groups ? "" : body.slice(decimalAt + 1);
  return `${sign === "-" ? "-" : ""}${whole || "0"}${fraction ? `.${fraction}` : ""}`;
}

/** The cell of a source line that holds an amount: same sign first, else turned round. */
export function cellOfAmount(cells: string[], amount: string): number | null {
  if (isZero(amount)) return null;
  const figures = cells.map(readFigure);
  for (const wanted of [toMicros(amount), toMicros(negate(amount))]) {
    const at = figures.findIndex((figure) => figure !== null && toMicros(figure) === wanted);
    if (at >= 0) return at;
  }
  return null;
}
