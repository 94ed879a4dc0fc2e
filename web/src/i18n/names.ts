import i18next, { type TFunction } from "i18next";
import type { Names, Problem } from "../api/types";

/** A name in the reader's language, whether the API gave both languages or one. */
export function nameOf(name: Names | string | null | undefined, language: string): string {
  if (name == null) return "";
  if (typeof name === "string") return name;
  return name[language as keyof Names] || name.en;
}

/** A problem in the reader's language: the API sends the sentence of its code in both. */
export function problemText(problem: Problem, language: string): string {
  const said = nameOf(problem.message, language);
  if (said) return said;
  return [problem.code, problem.found].filter(Boolean).join(": ");
}

/** An error of the API in the reader's language. */
export function errorText(error: unknown, t: TFunction): string {
  const says = (error as { says?: Names | null })?.says;
  if (says) return nameOf(says, i18next.language);
  const code = (error as { code?: string })?.code ?? "unexpected";
  const known = t(`error.${code}`, { defaultValue: "" });
  if (known) return known;
  const detail = (error as { detail?: string })?.detail ?? String(error);
  return t("error.unexpected", { detail });
}

/** What the engine says of a figure without value, and the text for it. */
const REASONS: [RegExp, string][] = [
  [/^no facts in this (scope|period)$/, "undefined.no_data"],
  [/^no (?<table>\w+) facts (in this scope|here)$/, "undefined.no_facts"],
  [/^no unit cost$/, "undefined.no_cost"],
  [/^division by zero$/, "undefined.zero_denominator"],
  [/^(?<what>\w+) = 0$/, "undefined.zero"],
];

/** Why a figure has no value. */
export function undefinedReason(reason: string | null | undefined, t: TFunction): string {
  if (!reason) return t("undefined.no_data");
  for (const [pattern, key] of REASONS) {
    const match = pattern.exec(reason);
    if (!match) continue;
    const table = match.groups?.table;
    return t(key, {
      what: match.groups?.what,
      table: table && t(`table.${table}`, { defaultValue: table }),
    });
  }
  return t("undefined.because", { reason });
}

/** Who did something; what was done on the command line has no login. */
export const whoName = (who: string, t: TFunction) => (who === "cli" ? t("audit.cli") : who);

const CHANNELS: Record<string, string> = {
  aliexpress: "AliExpress",
  amazon: "Amazon",
  argosy: "Argosy",
  ebay: "eBay",
  etsy: "Etsy",
  ga4: "Google Analytics 4",
  google_ads: "Google Ads",
  klaviyo: "Klaviyo",
  lazada: "Lazada",
  meta: "Meta Ads",
  search_console: "Search Console",
  shopee: "Shopee",
  shopify: "Shopify",
  tiktok_ads: "TikTok Ads",
  tiktok_shop: "TikTok Shop",
  walmart: "Walmart",
  woocommerce: "WooCommerce",
};

/** Channels have names of their own, the same in every language. */
export function channelName(id: string): string {
  return CHANNELS[id] ?? id;
}
