import { describe, expect, it } from "vitest";
import {
  comparedPeriod,
  grainOf,
  joinNames,
  parseScope,
  periodOf,
  resolveScope,
  shiftPeriod,
  splitNames,
} from "./scope";

const GROUND = {
  first_day: "2025-11-03",
  last_day: "2026-06-17",
  currency: "CNY",
  today: "2026-11-22",
};

describe("the scope in the address", () => {
  it("keeps what it understands and drops the rest", () => {
    expect(
      parseScope({ range: "90d", compare: "last_year", store: "DE Shop", currency: "EUR", x: 1 }),
    ).toEqual({ range: "90d", compare: "last_year", store: "DE Shop", currency: "EUR" });
    expect(parseScope({ range: "forever", compare: "mars", currency: "euro" })).toEqual({});
  });
  it("prefers custom days and refuses impossible or reversed ones", () => {
    expect(parseScope({ range: "7d", from: "2026-01-01", to: "2026-01-31" })).toEqual({
      from: "2026-01-01",
      to: "2026-01-31",
    });
    expect(parseScope({ from: "2026-02-01", to: "2026-01-01" })).toEqual({});
    expect(parseScope({ from: "2026-13-01", to: "2026-14-01" })).toEqual({});
  });
  it("carries several names, even with commas inside", () => {
    const names = ["Amazon US", "Smith, Sons"];
    expect(splitNames(joinNames(names))).toEqual(names);
    expect(joinNames([])).toBeUndefined();
  });
});

describe("periods", () => {
  it("count back from the newest day with data", () => {
    expect(resolveScope({}, GROUND)).toMatchObject({ from: "2026-05-19", to: "2026-06-17" });
    expect(resolveScope({}, { ...GROUND, last_day: null }).to).toBe("2026-11-22");
  });
  it("know months, quarters and years", () => {
    expect(periodOf("last_month", null, "2026-03-15")).toEqual({
      from: "2026-02-01",
      to: "2026-02-28",
    });
    expect(periodOf("last_quarter", null, "2026-02-15")).toEqual({
      from: "2025-10-01",
      to: "2025-12-31",
    });
    expect(periodOf("all", "2025-11-03", "2026-06-17").from).toBe("2025-11-03");
  });
  it("shift by their own length, whole months by months", () => {
    expect(shiftPeriod({ from: "2026-02-01", to: "2026-02-28" }, -1)).toEqual({
      from: "2026-01-01",
      to: "2026-01-31",
    });
    expect(shiftPeriod({ from: "2026-06-11", to: "2026-06-17" }, 1)).toEqual({
      from: "2026-06-18",
      to: "2026-06-24",
    });
  });
  it("compare with the days before or the same days a year ago", () => {
    const june = { from: "2026-06-01", to: "2026-06-30" };
    expect(comparedPeriod(june, "previous")).toEqual({ from: "2026-05-01", to: "2026-05-31" });
    expect(comparedPeriod({ from: "2024-02-29", to: "2024-03-01" }, "last_year").from).toBe(
      "2023-02-28",
    );
  });
  it("choose a grain one can read", () => {
    expect(grainOf({ from: "2026-06-01", to: "2026-06-30" })).toBe("day");
    expect(grainOf({ from: "2026-01-01", to: "2026-06-30" })).toBe("week");
    expect(grainOf({ from: "2023-01-01", to: "2026-06-30" })).toBe("month");
  });
});
