import { describe, expect, it } from "vitest";
import { columnsOf, kindOf } from "./answer";

describe("the columns of an answer in SQL", () => {
  it("are figures where every value told is one", () => {
    expect(kindOf("amount", ["12.50", "-3", null])).toBe("number");
    expect(kindOf("amount", ["12.50", "n/a"])).toBe("text");
    expect(kindOf("amount", [null, null])).toBe("text");
  });

  it("keep identifiers of digits as text", () => {
    expect(kindOf("order_id", ["30211223344"])).toBe("text");
    expect(kindOf("statement", ["12345678901"])).toBe("text");
    expect(kindOf("orders", ["7"])).toBe("number");
  });

  it("show as many places as the finest of them", () => {
    const [amount] = columnsOf({ columns: ["amount"], rows: [["119.7"], ["12096.65"], ["3"]] });
    expect(amount?.places).toBe(2);
  });

  it("stay apart when two have one name", () => {
    const columns = columnsOf({ columns: ["sum", "sum"], rows: [["1", "2"]] });
    expect(columns.map(({ id }) => id)).toEqual(["sum", "sum 2"]);
    expect(columns.map(({ at }) => at)).toEqual([0, 1]);
  });
});
