import { describe, expect, it } from "vitest";
import { purchaseOrder, specimen } from "../../../../stub/chapter/kinds";
import { changesOf, rebased } from "../record/diff";
import {
  cleaned,
  pasted,
  placeOf,
  readDecimal,
  shiftPoint,
  tableOf,
  withoutLines,
  wrongIn,
} from "./draft";
import { currencyAt, withTable } from "./lines";

const SAYS = { required: "required", decimal: "decimal", whole: "whole" };
const fieldOf = (id: string) => {
  const found = specimen.fields.find((field) => field.id === id);
  if (!found) throw new Error(id);
  return found;
};
const tiers = fieldOf("tiers").fields ?? [];

describe("a typed figure", () => {
  it("is read exactly, with thousands, full-width digits and signs", () => {
    expect(readDecimal("1,234.50")).toBe("1234.50");
    expect(readDecimal("１２．５")).toBe("12.5");
    expect(readDecimal("−3")).toBe("-3");
    expect(readDecimal("007")).toBe("7");
    expect(readDecimal("0.10000000000000000001")).toBe("0.10000000000000000001");
  });
  it("is none when it could mean two things, or nothing", () => {
    expect(readDecimal("12,5")).toBeNull();
    expect(readDecimal("1,23")).toBeNull();
    expect(readDecimal("ten")).toBeNull();
    expect(readDecimal("")).toBeNull();
  });
  it("in percent is a fraction to the last digit", () => {
    expect(shiftPoint("13", -2)).toBe("0.13");
    expect(shiftPoint("0.125", 2)).toBe("12.5");
    expect(shiftPoint("-7.5", -2)).toBe("-0.075");
    expect(shiftPoint("1", 2)).toBe("100");
    expect(shiftPoint("0.005", 2)).toBe("0.5");
    expect(shiftPoint(shiftPoint("33.333333", -2), 2)).toBe("33.333333");
  });
});

describe("what is sent", () => {
  it("has no empty values, no empty lines and no money without amount", () => {
    const body = {
      code: " X1 ",
      name: "",
      price: { amount: "", currency: "EUR" },
      materials: [],
      tiers: [{ from_units: 1 }, {}, { rebate: "" }],
      radio: false,
    };
    expect(cleaned(specimen.fields, body)).toEqual({
      code: "X1",
      radio: false,
      tiers: [{ from_units: 1 }],
    });
  });
  it("keeps what this page does not know", () => {
    expect(cleaned(specimen.fields, { code: "X", later: 1 })).toEqual({ code: "X", later: 1 });
  });
  it("is told at its field, also in lines, before the server is asked", () => {
    const body = {
      weight: "heavy",
      price: { amount: "1,5", currency: "EUR" },
      active: true,
      tiers: [{ price: { amount: "1", currency: "EUR" } }],
    };
    expect(wrongIn(specimen.fields, body, SAYS)).toEqual({
      code: ["required"],
      weight: ["decimal"],
      price: ["decimal"],
      "tiers[0].from_units": ["required"],
    });
  });
  it("no longer complains of lines that moved", () => {
    const problems = { "tiers[0].price": ["x"], code: ["y"] };
    expect(withoutLines(problems, "tiers")).toEqual({ code: ["y"] });
    expect(placeOf("tiers[12].price")).toEqual({ field: "tiers", line: 12, inner: "price" });
  });
});

describe("a table from a spreadsheet", () => {
  it("is put in from the cell it was pasted at, and adds lines", () => {
    const table = tableOf("500\t8.40 EUR\t5%\t是\tair\r\n1,000\t7.9\t\tno\t海运\r\n");
    expect(table).toHaveLength(2);
    const lines = withTable([{}], tiers, { line: 0, field: "from_units" }, table ?? [], "CNY");
    expect(lines).toEqual([
      {
        from_units: 500,
        price: { amount: "8.40", currency: "EUR" },
        rebate: "0.05",
        firm: true,
        mode: "air",
      },
      { from_units: 1000, price: { amount: "7.9", currency: "EUR" }, firm: false, mode: "sea" },
    ]);
  });
  it("is no table when it is one value", () => {
    expect(tableOf("LAMP-01")).toBeNull();
    expect(tableOf("LAMP-01\n")).toBeNull();
  });
  it("reads days as people write them", () => {
    const day = fieldOf("since");
    expect(pasted(day, "2026/3/2")).toBe("2026-03-02");
    expect(pasted(day, "2026年3月2日")).toBe("2026-03-02");
  });
  it("goes on with the currency of the line above", () => {
    const lines = [{ price: { amount: "1", currency: "EUR" } }, {}];
    expect(currencyAt(lines, 1, "price", "USD")).toBe("EUR");
    expect(currencyAt([], -1, "price", "USD")).toBe("USD");
  });
});

describe("what changed", () => {
  const line = { sku: "A", units: 10, price: { amount: "2", currency: "CNY" } };
  it("is told field by field, and in lines cell by cell", () => {
    const before = { supplier: "S1", lines: [line] };
    const after = { supplier: "S2", lines: [{ ...line, units: 20 }, { sku: "B" }] };
    expect(changesOf(purchaseOrder, before, after).map(({ path }) => path)).toEqual([
      "supplier",
      "lines[0].units",
      "lines[1]",
    ]);
    expect(changesOf(purchaseOrder, before, structuredClone(before))).toEqual([]);
  });
  it("goes on top of what another person saved, without undoing it", () => {
    const base = { supplier: "S1", note: "a", deposit_share: "0.3" };
    const mine = { supplier: "S1", note: "mine" };
    const theirs = { supplier: "S2", note: "a", deposit_share: "0.3" };
    expect(rebased(purchaseOrder.fields, base, mine, theirs)).toEqual({
      supplier: "S2",
      note: "mine",
    });
  });
});
