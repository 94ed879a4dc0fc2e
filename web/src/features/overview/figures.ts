/** Which figures the overview shows, and how a period is laid out in points. */
import type { Answer, Metric, Value } from "../../api/types";
import { addDays, type Period } from "../../app/scope";
import { toNumber } from "../../format/decimal";

/** The headline in order of weight. */
export const HEADLINE = [
  "net_sales",
  "contribution_3",
  "contribution_3_margin",
  "tacos",
  "units_sold",
  "refund_rate",
];

/** Those of the figures that the registry has, in their order. */
export function headline(metrics: Metric[], ids: readonly string[] = HEADLINE): Metric[] {
  const byId = new Map(metrics.map((metric) => [metric.id, metric]));
  return ids.map((id) => byId.get(id)).filter((metric) => metric !== undefined);
}

export type Grain = "day" | "week" | "month";

/** Monday of the week of a day, as the engine cuts weeks. */
function weekStart(day: string): string {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  return addDays(day, -((weekday + 6) % 7));
}

const nextMonth = (day: string) => {
  const date = new Date(`${day.slice(0, 7)}-01T00:00:00Z`);
  date.setUTCMonth(date.getUTCMonth() + 1);
  return date.toISOString().slice(0, 10);
};

/** Every point of a period, also those without a row: a day without sales is a day. */
export function pointsOf(period: Period, grain: Grain): string[] {
  const points: string[] = [];
  let at = period.from;
  if (grain === "week") at = weekStart(at);
  if (grain === "month") at = `${at.slice(0, 7)}-01`;
  while (at <= period.to) {
    points.push(at);
    at = grain === "month" ? nextMonth(at) : addDays(at, grain === "week" ? 7 : 1);
  }
  return points;
}

const pointKey = (value: string, grain: Grain) => value.slice(0, grain === "month" ? 7 : 10);

/** A metric over the points of a period, for drawing; a missing row is nothing sold, so zero. */
export function series(
  answer: Answer | undefined,
  metric: string,
  points: string[],
  grain: Grain,
  isRatio = false,
): (number | null)[] {
  if (!answer) return points.map(() => null);
  const found = new Map<string, Value | undefined>();
  for (const row of answer.rows) {
    const at = row.key[grain];
    if (at) found.set(pointKey(at, grain), row.values[metric]);
  }
  return points.map((point) => {
    const value = found.get(pointKey(point, grain));
    if (value?.value != null) return toNumber(value.value);
    return isRatio || value ? null : 0;
  });
}
