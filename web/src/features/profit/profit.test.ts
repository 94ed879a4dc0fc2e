import { expect, it } from "vitest";
import { profit as stubProfit } from "../../../stub/answers";
import type { Profit } from "../../api/types";
import { sum } from "../../format/decimal";
import { slices } from "../overview/MoneyPanel";
import { earlierTotals } from "./lines";
import { openTo, unfold } from "./tree";
import { waterfall } from "./waterfall";

const JUNE = { from: "2026-06-01", to: "2026-06-30" };
const profit = stubProfit(JUNE) as unknown as Profit;

it("the waterfall ends where the statement ends, and every step starts where the last one ended", () => {
  const bars = waterfall(profit, "en");
  expect(bars[0]?.id).toBe("gross_sales");
  const last = bars.at(-1);
  expect(last?.id).toBe("operating_profit");
  expect(last?.to).toBeCloseTo(Number(profit.totals.operating_profit), 2);
  for (const [at, bar] of bars.entries()) {
    const before = bars[at - 1];
    if (before && !bar.total) expect(bar.from).toBe(before.to);
    if (before && bar.total) expect(bar.to).toBeCloseTo(before.to, 2);
  }
});

it("a stage without a figure leaves a gap in the waterfall instead of a zero", () => {
  const partial = { ...profit, totals: { ...profit.totals, goods: null } };
  expect(waterfall(partial, "en").some((bar) => bar.id === "goods")).toBe(false);
});

it("a period in which nothing happened has no figures, instead of zeros", () => {
  expect(earlierTotals({ ...profit, previous_totals: profit.totals })).toBe(profit.totals);
  const nothing = Object.fromEntries(Object.keys(profit.totals).map((line) => [line, "0"]));
  expect(earlierTotals({ ...profit, previous_totals: nothing })).toBeNull();
});

it("closed groups hide their lines; opening them shows every line once", () => {
  const closed = unfold(profit.lines, new Set());
  expect(closed.every((node) => node.level === 1)).toBe(true);
  const open = unfold(profit.lines, openTo(profit.lines, 9));
  expect(open.map((node) => node.line.id)).toEqual(profit.lines.map((line) => line.id));
});

it("what was spent and what is left add up to net sales", () => {
  const parts = slices(profit, "en").map((slice) => slice.amount);
  expect(sum(parts)).toBe(sum([profit.totals.net_sales ?? "0"]));
});
