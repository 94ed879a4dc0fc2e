import { expect, it } from "vitest";
import { wishOf } from "./notify/ReceiverDialog";
import { scopeOf } from "./OwnersTab";

const FORM = {
  name: "ops",
  kind: "feishu",
  language: "en",
  events: ["digest"],
  min_monthly: null,
  digest_hour: null,
  active: true,
};

it("a receiver keeps its address and secret when they are left empty, and loses them only on purpose", () => {
  expect(wishOf({ ...FORM, address: " ", secret: "" })).toMatchObject({
    address: null,
    secret: null,
    min_monthly: "0",
    digest_hour: 0,
    person: null,
  });
  expect(wishOf({ ...FORM, secret: "s3", drop_secret: true }).secret).toBe("");
  expect("drop_secret" in wishOf({ ...FORM, drop_secret: true })).toBe(false);
});

it("an owner looks after a SKU of one store or of all, a product, a category or a store", () => {
  const of = { name: " A ", user: "lin" };
  expect(scopeOf({ ...of, kind: "sku" })).toEqual({ scope: "sku", sku: "A" });
  expect(scopeOf({ ...of, kind: "product" })).toEqual({ scope: "product", sku: "A" });
  expect(scopeOf({ ...of, kind: "store" })).toEqual({ scope: "store", name: "A" });
});
