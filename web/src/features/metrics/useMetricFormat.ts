import { useCallback } from "react";
import type { Metric } from "../../api/types";
import { UNDEFINED } from "../../format/format";
import { useFormat } from "../../format/useFormat";

/** Writes the value of a metric by its unit. */
export function useMetricFormat(currency: string) {
  const format = useFormat();
  return useCallback(
    (
      metric: Pick<Metric, "unit">,
      value: string | null | undefined,
      style: "full" | "compact" = "full",
    ): string => {
      if (value == null) return UNDEFINED;
      switch (metric.unit) {
        case "money":
          return format.money(value, currency, style);
        case "fraction":
        case "percent":
          return format.percent(value);
        case "count":
          return style === "compact" && Math.abs(Number(value)) >= 1e6
            ? format.compactNumber(value)
            : format.number(value);
        default:
          return format.number(value, 2);
      }
    },
    [format, currency],
  );
}
