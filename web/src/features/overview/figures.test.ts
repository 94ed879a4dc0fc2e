import { expect, it } from "vitest";
import type { Answer, Metric } from "../../api/types";
import { headline, pointsOf, series } from "./figures";

const answer = {
  rows: [
    {
      key: { day: "2026-06-01" },
      values: { net_sales: { value: "10.50" }, acos: { value: null } },
    },
    { key: { day: "2026-06-03" }, values: { net_sales: { value: "7" }, acos: { value: "0.2" } } },
  ],
} as unknown as Answer;

it("a day without a row is a day without sales, but a ratio of it has no value", () => {
  const points = pointsOf({ from: "2026-06-01", to: "2026-06-03" }, "day");
  expect(series(answer, "net_sales", points, "day")).toEqual([10.5, 0, 7]);
  expect(series(answer, "acos", points, "day", true)).toEqual([null, null, 0.2]);
});

it("weeks begin on Monday and months on the first", () => {
  expect(pointsOf({ from: "2026-06-03", to: "2026-06-16" }, "week")).toEqual([
    "2026-06-01",
    "2026-06-08",
    "2026-06-15",
  ]);
  expect(pointsOf({ from: "2026-01-31", to: "2026-03-01" }, "month")).toHaveLength(3);
});

it("the headline keeps its order and leaves out what the registry does not have", () => {
  const metrics = ["tacos", "net_sales", "clicks"].map((id) => ({ id }) as Metric);
  expect(headline(metrics).map((metric) => metric.id)).toEqual(["net_sales", "tacos"]);
});
