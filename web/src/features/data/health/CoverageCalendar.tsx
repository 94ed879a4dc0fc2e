import { useTranslation } from "react-i18next";
import type { ReportHealth } from "../../../api/types";
import type { Period } from "../../../app/scope";
import { useFormat } from "../../../format/useFormat";
import { calendar } from "./coverage";

const CELL = 13;
const LEFT = 30;
const TOP = 16;

/** The period as a calendar: weeks from left to right, Monday to Sunday from top to bottom. */
export function CoverageCalendar({ report, period }: { report: ReportHealth; period: Period }) {
  const { t } = useTranslation();
  const format = useFormat();
  const days = calendar(report, period);
  const weeks = (days.at(-1)?.week ?? 0) + 1;
  const months = days.filter(({ day }, at) => at === 0 || day.endsWith("-01"));
  const weekday = new Intl.DateTimeFormat(format.language, { weekday: "short", timeZone: "UTC" });
  return (
    <div className="calendar">
      <svg
        width={LEFT + weeks * CELL + 40}
        height={TOP + 7 * CELL}
        role="img"
        aria-label={t("health.calendar")}
      >
        {months.map(({ day, week }) => (
          <text key={day} x={LEFT + week * CELL} y={11}>
            {day.slice(0, 7)}
          </text>
        ))}
        {[0, 2, 4, 6].map((row) => (
          <text key={row} x={0} y={TOP + row * CELL + 10}>
            {weekday.format(new Date(Date.UTC(2024, 0, 1 + row)))}
          </text>
        ))}
        {days.map(({ day, state, week, weekday: row }) => (
          <rect
            key={day}
            className={state ? `cover-${state}` : "cover-none"}
            x={LEFT + week * CELL + 0.5}
            y={TOP + row * CELL + 0.5}
            width={CELL - 3}
            height={CELL - 3}
          >
            <title>
              {format.day(day)} · {t(`health.cover.${state ?? "none"}`)}
            </title>
          </rect>
        ))}
      </svg>
    </div>
  );
}
