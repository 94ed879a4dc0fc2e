import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { UNDEFINED } from "../../format/format";
import { useFormat } from "../../format/useFormat";

/** Writes a figure of a finding, a threshold or an effect by its unit. */
export function useFact(currency: string) {
  const format = useFormat();
  const { t } = useTranslation();
  return useCallback(
    (unit: string, value: string | null | undefined): string => {
      if (value == null || value === "") return UNDEFINED;
      if (unit === "day") return format.day(value);
      if (unit === "text" || Number.isNaN(Number(value))) return value;
      switch (unit) {
        case "money":
          return format.money(value, currency, Math.abs(Number(value)) >= 1000 ? "whole" : "full");
        case "fraction":
        case "percent":
          return format.percent(value);
        case "days":
          return t("loop.days", { count: Number(value), shown: format.number(value, 1) });
        case "count":
        case "units":
          return format.number(value, 1);
        default:
          return format.number(value, 2);
      }
    },
    [format, currency, t],
  );
}
