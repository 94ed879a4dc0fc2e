import type { Filters, Key } from "../../../api/types";
import { addDays, type Period } from "../../../app/scope";

const monthEnd = (first: string) => {
  const next = new Date(`${first}T00:00:00Z`);
  next.setUTCMonth(next.getUTCMonth() + 1);
  return addDays(next.toISOString().slice(0, 10), -1);
};

const later = (a: string, b: string) => (a > b ? a : b);
const earlier = (a: string, b: string) => (a < b ? a : b);

function daysOf(grain: string, value: string): Period {
  if (grain === "day") return { from: value.slice(0, 10), to: value.slice(0, 10) };
  if (grain === "week") return { from: value.slice(0, 10), to: addDays(value.slice(0, 10), 6) };
  const first = `${value.slice(0, 7)}-01`;
  return { from: first, to: monthEnd(first) };
}

/**
 * The days and filters that select exactly one group of an answer, such as
 * {month: "2026-06-01", market: "DE"}. A key of null becomes the empty text: "none".
 */
export function selectGroup(
  key: Key,
  period: Period,
  filters: Filters,
): Period & { filters: Filters } {
  let { from, to } = period;
  const narrowed: Filters = { ...filters };
  for (const [dimension, value] of Object.entries(key)) {
    if (value && ["day", "week", "month"].includes(dimension)) {
      const days = daysOf(dimension, value);
      from = later(from, days.from);
      to = earlier(to, days.to);
    } else {
      narrowed[dimension] = [value ?? ""];
    }
  }
  return { from, to, filters: narrowed };
}
