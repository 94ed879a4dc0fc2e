/** How numbers, money and days are written in each language: by Intl, from exact decimal strings. */
export type Language = "zh-CN" | "en";

/** What stands where there is no value; the reason is told beside it. */
export const UNDEFINED = "—";

const cache = new Map<string, Intl.NumberFormat>();

function formatter(language: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = language + JSON.stringify(options);
  let found = cache.get(key);
  if (!found) {
    found = new Intl.NumberFormat(language, options);
    cache.set(key, found);
  }
  return found;
}

/** Intl reads decimal strings exactly; the library type only knows literal types for them. */
type Exact = Parameters<Intl.NumberFormat["format"]>[0];

function write(format: Intl.NumberFormat, value: string): string {
  return format
    .format(value as Exact)
    .replace(/^-/, "−")
    .replace(/-/, "−");
}

export type MoneyStyle = "full" | "whole" | "compact" | "tick";

/** From here on figures are shortened: 万 in Chinese, K in English. */
const SHORT_FROM = { "zh-CN": 10_000, en: 1_000 } as const;
const CENTS_BELOW = 100;

/** Shortened with one place always, so that neighbours read alike: $2.0万 beside $1.9万. */
function shortened(amount: string, language: string): Intl.NumberFormatOptions {
  const size = Math.abs(Number(amount));
  if (size < SHORT_FROM[language as Language]) {
    return size < CENTS_BELOW ? {} : { maximumFractionDigits: 0 };
  }
  const places = size >= 1e6 && language === "en" ? 2 : 1;
  return {
    notation: "compact",
    minimumFractionDigits: places,
    maximumFractionDigits: places,
  };
}

/**
 * Money to the cent of its currency ("full"), to the unit ("whole"), shortened (万, K) or as short
 * as can be for the ticks of an axis.
 */
export function money(
  amount: string | null | undefined,
  currency: string,
  language: string,
  style: MoneyStyle = "full",
): string {
  if (amount == null) return UNDEFINED;
  const short = style === "compact" || style === "tick";
  const options: Intl.NumberFormatOptions = {
    style: "currency",
    currency,
    // In tables yuan and yen, or US and Canadian dollars, must not look the same.
    currencyDisplay: short ? "narrowSymbol" : "symbol",
  };
  if (style === "whole") options.maximumFractionDigits = 0;
  if (style === "compact") Object.assign(options, shortened(amount, language));
  if (style === "tick") {
    Object.assign(options, shortened(amount, language), {
      minimumFractionDigits: 0,
      maximumFractionDigits: 1,
    });
  }
  try {
    return write(formatter(language, options), amount);
  } catch {
    // Not an ISO 4217 code (a bad cell of a report): show what we were given.
    return `${amount} ${currency}`;
  }
}

/** Sums in several currencies, which are never added up: "$12.00 · €3.10". */
export function amounts(sums: Record<string, string>, language: string): string {
  return Object.entries(sums)
    .map(([currency, amount]) => money(amount, currency, language))
    .join(" · ");
}

/** A fraction as percent: "0.1234" → 12.3%. */
export function percent(fraction: string | null | undefined, language: string, digits = 1): string {
  if (fraction == null) return UNDEFINED;
  const options: Intl.NumberFormatOptions = {
    style: "percent",
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  };
  return write(formatter(language, options), fraction);
}

/** A share of a whole: what is there but rounds to nothing is not told as nothing. */
export function share(fraction: string | null | undefined, language: string): string {
  const least = Math.abs(Number(fraction ?? 0));
  if (least > 0 && least < 0.001) return `< ${percent("0.001", language)}`;
  return percent(fraction, language);
}

export function number(
  value: string | number | null | undefined,
  language: string,
  digits = 0,
  atLeast = 0,
): string {
  if (value == null) return UNDEFINED;
  const options = { minimumFractionDigits: atLeast, maximumFractionDigits: digits };
  return write(formatter(language, options), String(value));
}

export function compactNumber(value: string | null | undefined, language: string): string {
  if (value == null) return UNDEFINED;
  return write(formatter(language, { notation: "compact", maximumFractionDigits: 1 }), value);
}

export function bytes(size: number, language: string): string {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"];
  let step = 0;
  let value = size;
  while (value >= 1000 && step < units.length - 1) {
    value /= 1000;
    step += 1;
  }
  const options: Intl.NumberFormatOptions = {
    style: "unit",
    unit: units[step],
    unitDisplay: step === 0 ? "long" : "short",
    maximumFractionDigits: value < 10 && step > 0 ? 1 : 0,
  };
  return formatter(language, options).format(value);
}

/** The days of reports are days of the market, so no time zone may move them. */
export function day(iso: string | null | undefined, language: string): string {
  if (!iso) return UNDEFINED;
  const at = new Date(`${iso.slice(0, 10)}T00:00:00Z`);
  if (Number.isNaN(at.getTime())) return iso;
  const options: Intl.DateTimeFormatOptions =
    language === "en"
      ? { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" }
      : { year: "numeric", month: "2-digit", day: "2-digit", timeZone: "UTC" };
  return new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, options)
    .format(at)
    .replace(/\//g, "-");
}

/** First and last day; a single day is told once. */
export function days(
  from: string | null | undefined,
  to: string | null | undefined,
  language: string,
): string {
  const [first, last] = [day(from, language), day(to, language)];
  return !from || first === last ? first : `${first} – ${last}`;
}

export function moment(iso: string | null | undefined, language: string): string {
  if (!iso) return UNDEFINED;
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  return new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, {
    dateStyle: "medium",
    timeStyle: "short",
  }).format(at);
}

/** The name of a country by its ISO code; channels' own names stay as they are. */
export function country(code: string | null | undefined, language: string): string {
  if (!code) return UNDEFINED;
  if (!/^[A-Z]{2}$/.test(code)) return code;
  return new Intl.DisplayNames([language], { type: "region" }).of(code) ?? code;
}

export function currencyName(code: string, language: string): string {
  try {
    return new Intl.DisplayNames([language], { type: "currency" }).of(code) ?? code;
  } catch {
    return code;
  }
}
