import { expect, it } from "vitest";
import { selectGroup } from "./keys";

const PERIOD = { from: "2026-05-19", to: "2026-06-17" };

it("a month of an answer is drilled within the period that was asked", () => {
  expect(selectGroup({ month: "2026-05", market: "DE" }, PERIOD, { store: ["eu"] })).toEqual({
    from: "2026-05-19",
    to: "2026-05-31",
    filters: { store: ["eu"], market: ["DE"] },
  });
  expect(selectGroup({ month: "2026-06-01" }, PERIOD, {})).toMatchObject({
    from: "2026-06-01",
    to: "2026-06-17",
  });
});

it("a group without a value is drilled as none, not as everything", () => {
  expect(selectGroup({ seller_sku: null }, PERIOD, {}).filters).toEqual({ seller_sku: [""] });
});
