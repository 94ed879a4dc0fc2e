import { useTranslation } from "react-i18next";
import type { ReportHealth } from "../../../api/types";
import { daysBetween, type Period } from "../../../app/scope";
import { useFormat } from "../../../format/useFormat";
import { missingDays, stretches } from "./coverage";

/** The days of the period from left to right; gaps are hollow, double days stand higher. */
export function CoverageStrip({ report, period }: { report: ReportHealth; period: Period }) {
  const { t } = useTranslation();
  const format = useFormat();
  const days = daysBetween(period.from, period.to) + 1;
  const says = t("health.strip", {
    count: missingDays(report),
    days: format.number(missingDays(report)),
    to: format.day(report.last_day),
  });
  return (
    <svg
      className="coverage"
      viewBox={`0 0 ${days} 16`}
      preserveAspectRatio="none"
      role="img"
      aria-label={says}
    >
      <title>{says}</title>
      {stretches(report, period).map(({ state, at, days: wide }) => (
        <rect
          key={`${state}:${at}`}
          className={`cover-${state}`}
          x={at}
          width={wide}
          y={state === "overlapping" ? 1 : 4}
          height={state === "overlapping" ? 14 : 8}
        />
      ))}
    </svg>
  );
}
