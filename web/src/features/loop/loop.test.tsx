import { describe, expect, it } from "vitest";
import { findings } from "../../../stub/findings";
import type { Finding } from "../../api/loop";
import { changeAt } from "../effects/Picture";
import { spread } from "../effects/Placebo";
import { type PlanForm, planOf, powerRows } from "../experiments/plan";
import { acceptOf } from "../finding/AcceptDialog";
import { scopeOf } from "../rules/ThresholdDialog";
import { shiftMonth, weeksOf } from "../tasks/month";
import { parseTasks, questionOf } from "../tasks/search";
import { isFiltered, parseQueue } from "../today/search";
import { namedCauses, playsOf } from "./names";
import { perMonth } from "./perMonth";

const [dear] = findings as [Finding];

describe("money of a window", () => {
  it("is told per 30 days to the cent, also when it does not divide evenly", () => {
    expect(perMonth("96.00", 28)).toBe("102.857143");
    expect(perMonth("-96.00", 28)).toBe("-102.857143");
    expect(perMonth("100", 30)).toBe("100");
    expect(perMonth("5", 0)).toBe("5");
  });
});

describe("a finding", () => {
  it("names only causes that hold, and proposes their plays once", () => {
    expect(namedCauses(dear).map(({ id }) => id)).toEqual(["first"]);
    const twice = { causes: [...dear.causes, ...dear.causes] };
    expect(namedCauses(twice)).toHaveLength(1);
    expect(playsOf(twice)).toEqual(["stock.order_now"]);
  });
  it("accepted with others promises nothing and goes to whom each is proposed to", () => {
    const form = { due: "2026-12-01", promised: "500", promise_date: "2026-12-31" };
    expect(acceptOf([dear, dear], form)).toMatchObject({ owner: null, promise: null });
    expect(acceptOf([dear], form)).toMatchObject({
      promise: { metric: "contribution_3", amount: "500", currency: "USD", date: "2026-12-31" },
    });
  });
});

describe("addresses", () => {
  it("of the queue keep known states only and know when something is filtered", () => {
    expect(parseQueue({ state: "new", family: "ads" })).toMatchObject({ family: "ads" });
    expect(parseQueue({ state: "new" }).state).toBeUndefined();
    expect(parseQueue({ state: "nonsense" }).state).toBeUndefined();
    expect(isFiltered(parseQueue({ state: "snoozed" }))).toBe(false);
    expect(isFiltered(parseQueue({ q: 42 }))).toBe(true);
  });
  it("of the tasks ask for what the view shows", () => {
    expect(parseTasks({ view: "board", task: "7", month: "26-1" })).toEqual({
      view: "board",
      task: 7,
      state: undefined,
      owner: undefined,
      q: undefined,
      month: undefined,
    });
    expect(questionOf({ view: "board" }).state).toBe("all");
    expect(questionOf({}).state).toBe("open");
  });
});

describe("the calendar", () => {
  it("prints whole weeks from Monday, also across the year", () => {
    const weeks = weeksOf("2026-11");
    expect(weeks).toHaveLength(6);
    expect(weeks[0]?.[0]).toBe("2026-10-26");
    expect(weeks.at(-1)?.at(-1)).toBe("2026-12-06");
    expect(weeksOf("2027-02")).toHaveLength(4);
    expect(shiftMonth("2026-12", 1)).toBe("2027-01");
    expect(shiftMonth("2026-01", -1)).toBe("2025-12");
  });
});

describe("an effect", () => {
  it("is marked in the first block that begins on or after the change", () => {
    const picture = {
      days: ["2026-09-01", "2026-09-08", "2026-09-15"],
      treated: [],
      counterfactual: [],
      low: [],
      high: [],
      block_days: 7,
    };
    expect(changeAt({ ...picture, change_day: "2026-09-08" })).toBe(1);
    expect(changeAt({ ...picture, change_day: "2026-09-30" })).toBe(2);
    expect(changeAt({ ...picture, change_day: null })).toBe(-1);
  });
  it("lies in one bin of the placebo spread, and no placebo is lost", () => {
    const bins = spread(["-0.1", "0", "0.02", "0.1"], "0.5");
    expect(bins.reduce((sum, bin) => sum + bin.count, 0)).toBe(4);
    expect(bins.filter((bin) => bin.own)).toHaveLength(1);
    expect(bins.at(-1)?.own).toBe(true);
    expect(spread([], null)).toEqual([]);
    expect(spread(["0.1"], "0.1").filter((bin) => bin.own)).toHaveLength(1);
  });
});

describe("an experiment", () => {
  const form: PlanForm = {
    kind: "switchback",
    title: " Bids ",
    what: "20 % lower",
    metric: "contribution_3",
    store: "lantern-us",
    market: "US",
    unit_kind: "seller_sku",
    units: ["A"],
    block_days: 7,
    washout_days: 1,
    start: "2026-12-01",
    days: 56,
    rate: 2.5,
    held_out: 10,
  };
  it("sends what its kind needs and nothing else", () => {
    expect(planOf(form, "USD", 7)).toMatchObject({
      title: "Bids",
      unit_kind: "seller_sku",
      block_days: 7,
      rate: null,
      held_out: null,
    });
    expect(planOf({ ...form, kind: "holdout" }, "USD", 7)).toMatchObject({
      unit_kind: "segment",
      block_days: 0,
      rate: "0.025",
      held_out: "0.1",
    });
    expect(planOf({ ...form, kind: "geo" }, "USD", 7)).toMatchObject({
      unit_kind: "market",
      market: null,
    });
  });
  it("tells power and days of each size in one row, by size", () => {
    const rows = powerRows(
      [
        { effect: "0.2", power: "0.95" },
        { effect: "0.1", power: "0.5" },
      ],
      [
        { effect: "0.10", days: 84 },
        { effect: "0.05", days: null },
      ],
    );
    expect(rows).toEqual([
      { effect: "0.05", power: null, days: null },
      { effect: "0.1", power: "0.5", days: 84 },
      { effect: "0.2", power: "0.95", days: undefined },
    ]);
  });
});

it("a threshold is set for the company, a store, a category or a SKU of a store", () => {
  expect(scopeOf({ scope: "global", value: 1 })).toEqual({ scope: "global" });
  expect(scopeOf({ scope: "store", store: "us", value: 1 })).toEqual({
    scope: "store",
    name: "us",
  });
  expect(scopeOf({ scope: "sku", sku: " A ", value: 1 })).toEqual({
    scope: "sku",
    sku: "A",
    store: undefined,
  });
});
