import { expect, it } from "vitest";
import { lookedAt, parseView } from "./view";

it("a link tells how money is looked at, and says nothing of what the company decides", () => {
  expect(parseView({ basis: "order", vat: "inclusive", fx: true, allocate: true })).toEqual({
    basis: "order",
    vat: "inclusive",
    fx: true,
    allocate: true,
  });
  expect(parseView({ basis: "settlement", vat: "none", fx: "maybe" })).toEqual({});
  expect(lookedAt({})).toEqual({});
});

it("both bases side by side are two questions, of which the first is by settlement", () => {
  expect(lookedAt({ basis: "both", vat: "exclusive" })).toEqual({ view: { vat: "exclusive" } });
  expect(lookedAt({ basis: "order", allocate: true })).toEqual({
    view: { basis: "order" },
    allocate: true,
  });
});
