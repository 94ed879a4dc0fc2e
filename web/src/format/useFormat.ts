import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import * as format from "./format";

/** The formatters, bound to the language of the page. */
export function useFormat() {
  const { i18n } = useTranslation();
  const language = i18n.language;
  return useMemo(
    () => ({
      language,
      money: (amount: string | null | undefined, currency: string, style?: format.MoneyStyle) =>
        format.money(amount, currency, language, style),
      amounts: (sums: Record<string, string>) => format.amounts(sums, language),
      percent: (fraction: string | null | undefined, digits?: number) =>
        format.percent(fraction, language, digits),
      share: (fraction: string | null | undefined) => format.share(fraction, language),
      number: (value: string | number | null | undefined, digits?: number, atLeast?: number) =>
        format.number(value, language, digits, atLeast),
      compactNumber: (value: string | null | undefined) => format.compactNumber(value, language),
      bytes: (size: number) => format.bytes(size, language),
      day: (iso: string | null | undefined) => format.day(iso, language),
      days: (from: string | null | undefined, to: string | null | undefined) =>
        format.days(from, to, language),
      moment: (iso: string | null | undefined) => format.moment(iso, language),
      country: (code: string | null | undefined) => format.country(code, language),
      currencyName: (code: string) => format.currencyName(code, language),
    }),
    [language],
  );
}

export type Format = ReturnType<typeof useFormat>;
