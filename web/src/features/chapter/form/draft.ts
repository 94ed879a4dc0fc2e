/** What is typed into a form: reading it, checking it, and putting it into the shape to send. */
import type { Body, Field, FieldProblem } from "../../../api/chapter";
import { isMoney } from "../values";

/** Texts of problems by the path of their field, such as `lines[0].units`. */
export type Problems = Record<string, string[]>;

const PLAIN = /^[+-]?(\d+(\.\d*)?|\.\d+)$/;
const GROUPED = /^[+-]?\d{1,3}(,\d{3})+(\.\d*)?$/;

/** A typed figure as the text of a decimal; full-width signs and thousands are read, too. */
export function readDecimal(typed: string): string | null {
  const text = typed.normalize("NFKC").replaceAll("−", "-").replaceAll(/[\s_]/g, "");
  const plain = GROUPED.test(text) ? text.replaceAll(",", "") : text;
  if (!PLAIN.test(plain)) return null;
  const [, sign = "", whole = "", fraction = ""] = /^([+-]?)(\d*)\.?(\d*)$/.exec(plain) ?? [];
  const digits = whole.replace(/^0+(?=\d)/, "") || "0";
  const value = fraction ? `${digits}.${fraction}` : digits;
  return sign === "-" && /[1-9]/.test(value) ? `-${value}` : value;
}

/** Moves the decimal point to the right (or left, when negative), exactly. */
export function shiftPoint(decimal: string, by: number): string {
  const negative = decimal.startsWith("-");
  const [whole = "", fraction = ""] = decimal.replace(/^[+-]/, "").split(".");
  const digits = whole.padStart(Math.max(0, -by) + 1, "0") + fraction.padEnd(Math.max(0, by), "0");
  const at = digits.length - Math.max(fraction.length, by > 0 ? by : 0) + by;
  const head = digits.slice(0, at).replace(/^0+(?=\d)/, "") || "0";
  const tail = digits.slice(at).replace(/0+$/, "");
  const value = tail ? `${head}.${tail}` : head;
  return negative && /[1-9]/.test(value) ? `-${value}` : value;
}

const isNothing = (value: unknown) =>
  value === undefined ||
  value === null ||
  value === "" ||
  (Array.isArray(value) && value.length === 0);

/** The body as it is sent: no empty values, no empty lines, texts without spaces around. */
export function cleaned(fields: Field[], body: Body): Body {
  const kept: Body = {};
  for (const field of fields) {
    let value = body[field.id];
    if (typeof value === "string" && field.type !== "long_text") value = value.trim();
    if (field.type === "lines" && Array.isArray(value)) {
      value = value
        .map((line) => cleaned(field.fields ?? [], line as Body))
        .filter((line) => Object.keys(line as Body).length > 0);
    }
    if (isMoney(value) && !String(value.amount ?? "").trim()) value = undefined;
    if (!isNothing(value)) kept[field.id] = value;
  }
  // What this page does not know is left as it is.
  for (const [id, value] of Object.entries(body)) {
    if (!fields.some((field) => field.id === id) && !isNothing(value)) kept[id] = value;
  }
  return kept;
}

/** What a new record or a form begins with. */
export function begun(fields: Field[], given: Body = {}): Body {
  const body: Body = {};
  for (const { id, default: value } of fields) {
    if (value !== undefined && value !== null) body[id] = value;
  }
  return { ...body, ...given };
}

export interface Complaints {
  required: string;
  decimal: string;
  whole: string;
}

/** What can be said before the server is asked: what is missing, and what is no number. */
export function wrongIn(fields: Field[], body: Body, says: Complaints, prefix = ""): Problems {
  const found: Problems = {};
  for (const field of fields) {
    if (field.read_only) continue;
    const path = prefix + field.id;
    const value = body[field.id];
    if (field.type === "lines" && Array.isArray(value)) {
      value.forEach((line, at) => {
        Object.assign(found, wrongIn(field.fields ?? [], line as Body, says, `${path}[${at}].`));
      });
    }
    if (isNothing(value)) {
      if (field.required) found[path] = [says.required];
      continue;
    }
    const figure = isMoney(value) ? value.amount : value;
    const typed = ["number", "percent", "money"].includes(field.type);
    if (typed && readDecimal(String(figure)) === null) found[path] = [says.decimal];
    if (field.type === "integer" && !/^-?\d+$/.test(String(figure))) found[path] = [says.whole];
  }
  return found;
}

/** Problems of the server by their path. */
export function byPath(
  problems: FieldProblem[],
  write: (problem: FieldProblem) => string,
): Problems {
  const found: Problems = {};
  for (const problem of problems) {
    const texts = found[problem.path] ?? [];
    texts.push(write(problem));
    found[problem.path] = texts;
  }
  return found;
}

export interface Place {
  field: string;
  line?: number;
  inner?: string;
}

/** `lines[2].units` as its parts. */
export function placeOf(path: string): Place {
  const match = /^(\w+)(?:\[(\d+)\](?:\.(\w+))?)?/.exec(path);
  return {
    field: match?.[1] ?? "",
    line: match?.[2] === undefined ? undefined : Number(match[2]),
    inner: match?.[3],
  };
}

/** Problems of the lines of a field after one of them has moved or gone. */
export function withoutLines(problems: Problems, field: string): Problems {
  return Object.fromEntries(
    Object.entries(problems).filter(([path]) => !path.startsWith(`${field}[`)),
  );
}

const YES = /^(yes|y|true|1|是|有|√)$/i;
const NO = /^(no|n|false|0|否|无|×)$/i;

/** A cell of a pasted table as the value of a field; undefined when it is none. */
export function pasted(field: Field, text: string): unknown {
  const cell = text.trim();
  if (!cell) return undefined;
  switch (field.type) {
    case "number":
      return readDecimal(cell) ?? cell;
    case "integer": {
      const read = readDecimal(cell);
      return read !== null && /^-?\d+(\.0*)?$/.test(read) ? Number(read) : cell;
    }
    case "percent": {
      const read = readDecimal(cell.replace(/[%％]$/, ""));
      return read === null ? cell : shiftPoint(read, -2);
    }
    case "money": {
      const match = /^([A-Z]{3})?\s*([^A-Za-z]+?)\s*([A-Z]{3})?$/.exec(cell);
      const amount = readDecimal(match?.[2] ?? cell);
      return { amount: amount ?? cell, currency: match?.[1] ?? match?.[3] };
    }
    case "day":
      return cell.replace(/^(\d{4})[/.年](\d{1,2})[/.月](\d{1,2})日?$/, (_, year, month, day) =>
        [year, month.padStart(2, "0"), day.padStart(2, "0")].join("-"),
      );
    case "flag":
      return YES.test(cell) ? true : NO.test(cell) ? false : undefined;
    case "choice":
      return field.choices?.find(
        ({ id, en, "zh-CN": zh }) =>
          id === cell || en.toLowerCase() === cell.toLowerCase() || zh === cell,
      )?.id;
    default:
      return cell;
  }
}

/** Cells of a table copied from a spreadsheet; null for a single value. */
export function tableOf(text: string): string[][] | null {
  const rows = text.replace(/\r?\n$/, "").split(/\r?\n/);
  if (rows.length === 1 && !rows[0]?.includes("\t")) return null;
  return rows.map((row) => row.split("\t"));
}
