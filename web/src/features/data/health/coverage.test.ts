import { expect, it } from "vitest";
import type { ReportHealth } from "../../../api/types";
import { calendar, missingDays, stretches } from "./coverage";

const report = {
  covered: [
    { from: "2026-05-20", to: "2026-06-03", state: "once", imports: [1] },
    { from: "2026-06-06", to: "2026-06-10", state: "overlapping", imports: [2, 3] },
  ],
  missing: [{ from: "2026-06-04", to: "2026-06-05" }],
} as unknown as ReportHealth;
const JUNE = { from: "2026-06-01", to: "2026-06-30" };

it("coverage is cut to the days looked at, and gaps stand where the files stop", () => {
  expect(stretches(report, JUNE)).toEqual([
    { state: "once", at: 0, days: 3 },
    { state: "missing", at: 3, days: 2 },
    { state: "overlapping", at: 5, days: 5 },
  ]);
  expect(missingDays(report)).toBe(2);
});

it("the calendar begins its weeks on Monday and leaves days after the last file open", () => {
  const days = calendar(report, JUNE);
  expect(days).toHaveLength(30);
  expect(days[0]).toEqual({ day: "2026-06-01", state: "once", week: 0, weekday: 0 });
  expect(days[7]).toMatchObject({ day: "2026-06-08", state: "overlapping", week: 1, weekday: 0 });
  expect(days[29]?.state).toBeNull();
});
