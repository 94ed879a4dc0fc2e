import { describe, expect, it } from "vitest";
import { cellOfAmount, readFigure } from "./highlight";

describe("the cell of a source line that a figure came from", () => {
  it("is found whatever the decimal sign and currency of the report", () => {
    expect(readFigure("-1.234,56 €")).toBe("-1234.56");
    expect(readFigure("$1,234.5")).toBe("1234.5");
    expect(readFigure("-$3.40")).toBe("-3.40");
    expect(readFigure("¥1,200")).toBe("1200");
    expect(readFigure("1 234,50")).toBe("1234.50");
  });
  it("is not a date, an order number or a word", () => {
    expect(readFigure("2026-06-30")).toBeNull();
    expect(readFigure("112-1234567-7654321")).toBeNull();
    expect(readFigure("Commission")).toBeNull();
  });
  it("has the same sign when it can, or the opposite one", () => {
    expect(cellOfAmount(["Order", "3.40", "-3.40"], "-3.4")).toBe(2);
    expect(cellOfAmount(["Order", "3.40"], "-3.4")).toBe(1);
    expect(cellOfAmount(["Order", "0.00"], "0")).toBeNull();
    expect(cellOfAmount(["Order"], "9.99")).toBeNull();
  });
});
