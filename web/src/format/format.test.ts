import { describe, expect, it } from "vitest";
import { compare, fromMicros, minus, ratio, sum, toMicros } from "./decimal";
import { bytes, country, day, money, percent } from "./format";

describe("decimals", () => {
  it("keep the cents of amounts a float cannot hold", () => {
    expect(sum(["90071992547409.93", "0.01"])).toBe("90071992547409.94");
    expect(sum(["0.1", "0.2"])).toBe("0.3");
    expect(minus("582.89", "582.88")).toBe("0.01");
  });
  it("read and write signs, bare fractions and millionths", () => {
    expect(fromMicros(toMicros("-0.000001"))).toBe("-0.000001");
    expect(fromMicros(toMicros(".5"))).toBe("0.5");
    expect(fromMicros(toMicros("-12.3400"))).toBe("-12.34");
    expect(() => toMicros("12,34")).toThrow();
  });
  it("sort by value, not by text", () => {
    expect(["10.00", "9.5", "-3"].sort(compare)).toEqual(["-3", "9.5", "10.00"]);
  });
  it("have no ratio to nothing", () => {
    expect(ratio("12.00", "0.00")).toBeNull();
    expect(ratio("-1", "4")).toBe("-0.25");
  });
});

describe("money", () => {
  it("is written to the cent of its currency", () => {
    expect(money("90071992547409.93", "USD", "en")).toBe("$90,071,992,547,409.93");
    expect(money("-12.34", "EUR", "en")).toBe("−€12.34");
    expect(money("1200", "JPY", "en")).toBe("¥1,200");
  });
  it("tells yuan from yen and the dollars of one country from those of another", () => {
    expect(money("1200", "CNY", "en")).toBe("CN¥1,200.00");
    expect(money("1200", "JPY", "zh-CN")).toBe("JP¥1,200");
    expect(money("1200", "USD", "zh-CN")).toBe("US$1,200.00");
    expect(money("1200", "CAD", "en")).toBe("CA$1,200.00");
  });
  it("is shortened by the units of each language", () => {
    expect(money("8061234.5", "CNY", "zh-CN", "compact")).toBe("¥806.1万");
    expect(money("1130000", "USD", "en", "compact")).toBe("$1.13M");
    expect(money("19752.1", "USD", "zh-CN", "compact")).toBe("$2.0万");
    expect(money("9817.1", "USD", "zh-CN", "compact")).toBe("$9,817");
    expect(money("59000", "USD", "en", "compact")).toBe("$59.0K");
    expect(money("12.3", "USD", "en", "compact")).toBe("$12.30");
    expect(money("150000", "USD", "zh-CN", "tick")).toBe("$15万");
    expect(money("3000", "USD", "zh-CN", "tick")).toBe("$3,000");
  });
  it("shows an undefined amount as a dash and an unknown currency as given", () => {
    expect(money(null, "USD", "en")).toBe("—");
    expect(money("1.00", "??", "en")).toBe("1.00 ??");
  });
});

describe("other figures", () => {
  it("are written for the reader", () => {
    expect(percent("0.1234", "en")).toBe("12.3%");
    expect(percent(null, "en")).toBe("—");
    expect(day("2026-06-30", "en")).toBe("30 Jun 2026");
    expect(day("2026-06-30", "zh-CN")).toBe("2026-06-30");
    expect(country("DE", "zh-CN")).toBe("德国");
    expect(country("DE", "en")).toBe("Germany");
    expect(bytes(1_234_567, "en")).toBe("1.2 MB");
  });
});
