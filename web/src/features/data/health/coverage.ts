import type { DaySpan, ReportHealth } from "../../../api/types";
import { addDays, daysBetween, type Period } from "../../../app/scope";

export type DayState = "once" | "overlapping" | "restated" | "provisional" | "missing";

/** A stretch of days in one state, cut to the period that is looked at. */
export interface Stretch {
  state: DayState;
  /** Days from the first day of the period. */
  at: number;
  days: number;
}

function cut(span: DaySpan, period: Period, state: DayState): Stretch[] {
  const from = span.from > period.from ? span.from : period.from;
  const to = span.to < period.to ? span.to : period.to;
  if (from > to) return [];
  return [{ state, at: daysBetween(period.from, from), days: daysBetween(from, to) + 1 }];
}

/** How the days of a period are covered by a report; days before its first file have no state. */
export function stretches(report: ReportHealth, period: Period): Stretch[] {
  return [
    ...report.covered.flatMap((span) => cut(span, period, span.state as DayState)),
    ...report.missing.flatMap((span) => cut(span, period, "missing")),
  ].toSorted((left, right) => left.at - right.at);
}

/** Days without any file. */
export function missingDays(report: ReportHealth): number {
  return report.missing.reduce((days, { from, to }) => days + daysBetween(from, to) + 1, 0);
}

/** A day of the calendar with its state; the rows are weekdays, the columns weeks. */
export interface CalendarDay {
  day: string;
  state: DayState | null;
  week: number;
  weekday: number;
}

export function calendar(report: ReportHealth, period: Period): CalendarDay[] {
  const states: (DayState | null)[] = new Array(daysBetween(period.from, period.to) + 1).fill(null);
  for (const { state, at, days } of stretches(report, period)) states.fill(state, at, at + days);
  const offset = (new Date(`${period.from}T00:00:00Z`).getUTCDay() + 6) % 7;
  return states.map((state, at) => ({
    day: addDays(period.from, at),
    state,
    week: Math.floor((at + offset) / 7),
    weekday: (at + offset) % 7,
  }));
}
