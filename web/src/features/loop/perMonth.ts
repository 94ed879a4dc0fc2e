import { fromMicros, toMicros } from "../../format/decimal";

const MONTH = 30n;
const HALF = 2n;

/** An amount over so many days as an amount of 30 days, rounded to the millionth. */
export function perMonth(amount: string, days: number): string {
  if (days <= 0) return amount;
  const wide = toMicros(amount) * MONTH;
  const by = BigInt(Math.round(days));
  const half = (wide < 0n ? -by : by) / HALF;
  return fromMicros((wide + half) / by);
}
