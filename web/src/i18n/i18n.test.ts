import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { ApiError } from "../api/http";
import type { Problem } from "../api/types";
import { KIND_FAMILIES } from "../features/sku/kinds";
import en from "./en.json";
import { i18n, startTexts } from "./index";
import { errorText, problemText, undefinedReason } from "./names";
import zh from "./zh-CN.json";

type Tree = { [key: string]: string | Tree };

function flat(tree: Tree, prefix = ""): Map<string, string> {
  const texts = new Map<string, string>();
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === "string") texts.set(prefix + key, value);
    else for (const [inner, text] of flat(value, `${prefix}${key}.`)) texts.set(inner, text);
  }
  return texts;
}

/** Chinese has one plural form, English two: compared without the form. */
const formless = (key: string) => key.replace(/_(one|other)$/, "");
const parameters = (text: string) => (text.match(/\{\{\w+\}\}/g) ?? []).toSorted();

const english = flat(en);
const chinese = flat(zh);

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name) && !name.includes(".test."))
    .map((name) => readFileSync(join(folder, name), "utf8"));
}

describe("the texts", () => {
  it("have the same keys in both languages", () => {
    const keys = (texts: Map<string, string>) => [...new Set([...texts.keys()].map(formless))];
    expect(keys(english).toSorted()).toEqual(keys(chinese).toSorted());
  });
  it("take the same parameters in both languages", () => {
    for (const [key, text] of chinese) {
      expect(parameters(english.get(key) ?? ""), key).toEqual(parameters(text));
    }
  });
  it("exist for every key that is written in the sources", () => {
    const known = new Set([...english.keys()].map(formless));
    const missing = sources("src").flatMap((source) =>
      [...source.matchAll(/\bt\(\s*"([a-z0-9_.]+)"/g)]
        .map((match) => match[1] as string)
        .filter((key) => !known.has(key)),
    );
    expect(missing).toEqual([]);
  });
  it("exist for every column that is given no header of its own", () => {
    const heads = sources("src").flatMap((source) =>
      [...source.matchAll(/\bkit\.(?:day|days|money|number|tag|text)\(\s*"(\w+)"/g)]
        .filter(({ index }) => {
          const more = source.slice(index, index + 360).split("kit.")[1] ?? "";
          return !more.includes("header:");
        })
        .map((match) => `field.${match[1]}`),
    );
    expect(heads.length).toBeGreaterThan(50);
    expect(heads.filter((key) => !english.has(key))).toEqual([]);
  });
  it("name every kind of change and its family", () => {
    for (const [family, kinds] of KIND_FAMILIES) {
      expect(english.has(`change.family.${family}`), family).toBe(true);
      for (const kind of kinds) {
        expect(english.has(`change.kind.${kind.replace(".", "_")}`), kind).toBe(true);
      }
    }
  });
  it("set Chinese as Chinese: full-width punctuation between words", () => {
    for (const [key, text] of chinese) {
      expect(/[\u4e00-\u9fff][,;:!?](?!\d)/.test(text), `${key}: ${text}`).toBe(false);
    }
  });
});

describe("what went wrong", () => {
  beforeAll(() => startTexts("zh-CN"));

  const problem: Problem = {
    code: "impossible_date",
    severity: "error",
    file: "a.csv",
    line: 3,
    column: "date",
    found: "2026-02-31",
    expected: "a date",
    hint: "",
    message: { en: "`2026-02-31` is not a day", "zh-CN": "`2026-02-31` 不是有效日期" },
  };
  it("is told in the reader's language by the code of the problem", () => {
    expect(problemText(problem, "zh-CN")).toBe("`2026-02-31` 不是有效日期");
    expect(problemText(problem, "en")).toBe("`2026-02-31` is not a day");
  });
  it("falls back to code and finding when no text is known", () => {
    const silent = { ...problem, message: { en: "", "zh-CN": "" } };
    expect(problemText(silent, "en")).toBe("impossible_date: 2026-02-31");
  });
  it("is told for every error code of the API", () => {
    expect(errorText(new ApiError(401, "wrong_credentials", ""), i18n.t)).toBe("用户名或密码不对");
    expect(errorText(new ApiError(500, "brand_new", "odd"), i18n.t)).toBe("出错了：odd");
  });
  it("gives the reason of an undefined figure, in words when they are known", () => {
    expect(undefinedReason("no unit cost", i18n.t)).toBe("有产品没有成本");
    expect(undefinedReason("net_sales = 0", i18n.t)).toBe("分母为零：net_sales = 0");
    expect(undefinedReason("no ads facts in this scope", i18n.t)).toBe("当前范围内没有广告数据");
    expect(undefinedReason("clicks < 30", i18n.t)).toBe("没有数值：clicks < 30");
    expect(undefinedReason(null, i18n.t)).toBe("当前范围内没有数据");
  });
});
