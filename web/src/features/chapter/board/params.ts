/** Parameters of a board as they stand in its address. */
import type { Body, Field } from "../../../api/chapter";
import { isMoney } from "../values";

/** A value as the text of an address; nothing where there is none. */
export function paramText(value: unknown): string | undefined {
  if (value === undefined || value === null || value === "") return undefined;
  if (Array.isArray(value)) return value.length ? value.join(",") : undefined;
  if (isMoney(value)) return `${value.amount} ${value.currency}`;
  return String(value);
}

/** What a text of an address stands for. */
export function paramValue(field: Field, text: string): unknown {
  switch (field.type) {
    case "flag":
      return text === "true";
    case "integer":
      return Number.isSafeInteger(Number(text)) ? Number(text) : text;
    case "choices":
    case "refs":
      return text.split(",").filter(Boolean);
    case "money": {
      const [amount = "", currency = ""] = text.split(" ");
      return { amount, currency };
    }
    default:
      return text;
  }
}

/** What the inputs show: the address, else what the board used, else what a form begins with. */
export function paramBody(
  fields: Field[],
  asked: Record<string, string>,
  used: Record<string, unknown> = {},
): Body {
  const body: Body = {};
  for (const field of fields) {
    const text = asked[field.id];
    const value =
      text === undefined ? (used[field.id] ?? field.default ?? undefined) : paramValue(field, text);
    if (value !== undefined && value !== null) body[field.id] = value;
  }
  return body;
}

/** Chosen, not typed: takes effect at once. */
export const isChosen = ({ type }: Field) =>
  !["text", "long_text", "number", "integer", "percent", "money", "url"].includes(type);
