import { expect, it } from "vitest";
import type { NewPurchaseLine } from "../../../api/types";
import { unfoldLayers } from "./layers";
import { formOf, linesOf } from "./PurchaseDialog";

const line = (sku: string, cost: string | null): NewPurchaseLine => ({
  kind: "purchase",
  supplier: "Ningbo",
  received: "2026-07-02",
  place: "fba-us",
  sku,
  units: 400,
  unit_cost: cost ? { amount: cost, currency: "CNY" } : null,
  unit_weight: null,
  unit_volume: null,
});

it("a document that is opened and saved again stays the same", () => {
  const lines = [line("A", "31.50"), line("B", "12")];
  const saved = lines.map((one, at) => ({ ...one, document: "PO-1", line: at + 1 }));
  const form = formOf(saved, "USD") as Parameters<typeof linesOf>[0];
  expect(form.document).toBe("PO-1");
  expect(form.currency).toBe("CNY");
  expect(linesOf(form)).toEqual(lines);
});

it("a row opens to the layers of stock it consists of", () => {
  const layer = { document: "PO-1/1", day: "2026-07-02", units: 2, cost: "10.04" };
  const rows = [{ layers: [layer, layer] }, { layers: [] }];
  const keyOf = (_: unknown, at: number) => String(at);
  expect(unfoldLayers(rows, keyOf, new Set())).toHaveLength(2);
  const open = unfoldLayers(rows, keyOf, new Set(["0"]));
  expect(open.map(({ key }) => key)).toEqual(["0", "0:0", "0:1", "1"]);
});
