/**
 * The scope of a page (days, compare, stores, markets, channels, currency) lives in its address:
 * a link shows its reader the same figures.
 */
import type { Compare, Filters } from "../api/types";

export const PRESETS = [
  "7d",
  "30d",
  "90d",
  "month",
  "last_month",
  "quarter",
  "last_quarter",
  "year",
  "last_year",
  "all",
] as const;
export type Preset = (typeof PRESETS)[number];

export const DEFAULT_PRESET: Preset = "30d";

/** What stands in the address; everything at its default is left out. */
export interface ScopeSearch {
  range?: Preset;
  from?: string;
  to?: string;
  compare?: "last_year" | "none";
  store?: string;
  market?: string;
  channel?: string;
  currency?: string;
  /** The import after which the figures are looked at; now when left out. */
  as_of?: number;
}

export const SCOPE_KEYS = [
  "range",
  "from",
  "to",
  "compare",
  "store",
  "market",
  "channel",
  "currency",
  "as_of",
] as const satisfies readonly (keyof ScopeSearch)[];

const DAY = /^\d{4}-\d{2}-\d{2}$/;

function isDay(value: unknown): value is string {
  return typeof value === "string" && DAY.test(value) && !Number.isNaN(Date.parse(value));
}

function words(value: unknown): string | undefined {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** Reads an address; what cannot be understood falls back to the default instead of failing. */
export function parseScope(search: Record<string, unknown>): ScopeSearch {
  const scope: ScopeSearch = {};
  const { from, to } = search;
  if (isDay(from) && isDay(to) && from <= to) {
    scope.from = from;
    scope.to = to;
  } else if (PRESETS.includes(search.range as Preset) && search.range !== DEFAULT_PRESET) {
    scope.range = search.range as Preset;
  }
  if (search.compare === "last_year" || search.compare === "none") scope.compare = search.compare;
  for (const key of ["store", "market", "channel"] as const) {
    const value = words(search[key]);
    if (value) scope[key] = value;
  }
  const currency = words(search.currency);
  if (currency && /^[A-Z]{3}$/.test(currency)) scope.currency = currency;
  const asOf = Number(search.as_of);
  if (Number.isInteger(asOf) && asOf > 0) scope.as_of = asOf;
  return scope;
}

/** Several names in one parameter; a comma inside a name is escaped. */
export function splitNames(value: string | undefined): string[] {
  return value ? value.split(",").map((name) => name.replaceAll("%2C", ",")) : [];
}

export function joinNames(names: string[]): string | undefined {
  return names.length ? names.map((name) => name.replaceAll(",", "%2C")).join(",") : undefined;
}

const utc = (iso: string) => new Date(`${iso}T00:00:00Z`);
const iso = (date: Date) => date.toISOString().slice(0, 10);

export function addDays(day: string, days: number): string {
  const date = utc(day);
  date.setUTCDate(date.getUTCDate() + days);
  return iso(date);
}

export function daysBetween(from: string, to: string): number {
  return Math.round((utc(to).getTime() - utc(from).getTime()) / 86_400_000);
}

function addMonths(day: string, months: number): string {
  const date = utc(day);
  return iso(new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1)));
}

export interface Period {
  from: string;
  to: string;
}

/**
 * The days of a preset. They count back from the newest day with data, not from today: reports
 * arrive days later, and a window without figures helps nobody. The dates are always shown.
 */
export function periodOf(preset: Preset, first: string | null, anchor: string): Period {
  const month = addMonths(anchor, 0);
  const quarter = addMonths(anchor, -(utc(anchor).getUTCMonth() % 3));
  const year = Number(anchor.slice(0, 4));
  switch (preset) {
    case "7d":
      return { from: addDays(anchor, -6), to: anchor };
    case "30d":
      return { from: addDays(anchor, -29), to: anchor };
    case "90d":
      return { from: addDays(anchor, -89), to: anchor };
    case "month":
      return { from: month, to: anchor };
    case "last_month":
      return { from: addMonths(month, -1), to: addDays(month, -1) };
    case "quarter":
      return { from: quarter, to: anchor };
    case "last_quarter":
      return { from: addMonths(quarter, -3), to: addDays(quarter, -1) };
    case "year":
      return { from: `${year}-01-01`, to: anchor };
    case "last_year":
      return { from: `${year - 1}-01-01`, to: `${year - 1}-12-31` };
    case "all":
      return { from: first && first < anchor ? first : anchor, to: anchor };
  }
}

/** The period before or after, of the same length; whole months stay whole months. */
export function shiftPeriod({ from, to }: Period, step: -1 | 1): Period {
  const wholeMonths = from.endsWith("-01") && addDays(to, 1).endsWith("-01");
  if (wholeMonths) {
    const end = addDays(to, 1);
    const months =
      (Number(end.slice(0, 4)) - Number(from.slice(0, 4))) * 12 +
      (Number(end.slice(5, 7)) - Number(from.slice(5, 7)));
    return {
      from: addMonths(from, step * months),
      to: addDays(addMonths(end, step * months), -1),
    };
  }
  const days = daysBetween(from, to) + 1;
  return { from: addDays(from, step * days), to: addDays(to, step * days) };
}

/** The period a figure is compared with. */
export function comparedPeriod(period: Period, compare: Compare): Period {
  if (compare === "previous") {
    // As the server does: whole months beside whole months.
    return shiftPeriod(period, -1);
  }
  const back = (day: string) => {
    const same = `${Number(day.slice(0, 4)) - 1}${day.slice(4)}`;
    return same.endsWith("-02-29") ? same.replace("-29", "-28") : same;
  };
  return { from: back(period.from), to: back(period.to) };
}

/** The scope with nothing left open: what questions to the API carry. */
export interface Scope extends Period {
  preset: Preset | null;
  compare: Compare | undefined;
  currency: string;
  filters: Filters;
  as_of: number | undefined;
}

export interface ScopeGround {
  first_day: string | null;
  last_day: string | null;
  currency: string;
  today: string;
}

export function resolveScope(search: ScopeSearch, ground: ScopeGround): Scope {
  const newest = ground.last_day && ground.last_day < ground.today ? ground.last_day : ground.today;
  const preset = search.from ? null : (search.range ?? DEFAULT_PRESET);
  const period = preset
    ? periodOf(preset, ground.first_day, newest)
    : { from: search.from as string, to: search.to as string };
  const filters: Filters = {};
  for (const key of ["store", "market", "channel"] as const) {
    const names = splitNames(search[key]);
    if (names.length) filters[key] = names;
  }
  return {
    ...period,
    preset,
    compare: search.compare === "none" ? undefined : (search.compare ?? "previous"),
    currency: search.currency ?? ground.currency,
    filters,
    as_of: search.as_of,
  };
}

/** For questions about one thing, such as a statement, whenever it happened. */
export const ANY_DAY: Period = { from: "2000-01-01", to: "2099-12-31" };

/** The grain that draws a period in a readable number of points. */
export function grainOf({ from, to }: Period): "day" | "week" | "month" {
  const days = daysBetween(from, to) + 1;
  return days <= 92 ? "day" : days <= 400 ? "week" : "month";
}
