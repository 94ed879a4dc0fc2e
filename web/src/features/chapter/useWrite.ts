import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Cell, Choice, Field, RecordNames, Text, Unit } from "../../api/chapter";
import { useFormat } from "../../format/useFormat";
import { nameOf } from "../../i18n/names";
import { decimalOf, isMoney, nameOfChoice, type Words, writeCell } from "./values";

const LINES_TOLD = 3;

/** Writes cells of boards and fields of records in the reader's language. */
export function useWrite() {
  const { t } = useTranslation();
  const format = useFormat();
  return useMemo(() => {
    const { language } = format;
    const words: Words = {
      yes: t("chapter.yes"),
      no: t("chapter.no"),
      days: (shown) => t("loop.days", { count: Number(shown.replace(/[^\d.]/g, "")), shown }),
      lines: (count) => t("chapter.line_count", { count }),
    };
    const languages = new Intl.DisplayNames([language], { type: "language" });
    const list = (values: unknown, write: (one: unknown) => string) =>
      Array.isArray(values) ? values.map(write).join(t("loop.comma")) : write(values);

    const field = (of: Field, value: unknown, names: RecordNames = {}): string => {
      if (value === undefined || value === null || value === "") return "";
      const refer = (key: unknown) => names[of.to ?? ""]?.[String(key)] ?? String(key);
      const decimal = decimalOf(value);
      switch (of.type) {
        case "flag":
          return value ? words.yes : words.no;
        case "choice":
        case "choices":
          return list(value, (one) => nameOfChoice(of.choices, one, language));
        case "ref":
        case "refs":
          return list(value, refer);
        case "money":
          return isMoney(value) ? format.money(value.amount, value.currency) : String(value);
        case "percent":
          return decimal === null
            ? String(value)
            : format.percent(decimal, 2).replace(/\.?0+%/, "%");
        case "number":
        case "integer":
          return decimal === null ? String(value) : format.number(decimal, 6);
        case "sku": {
          const name = names.sku?.[String(value)];
          return name && name !== value ? `${value} · ${name}` : String(value);
        }
        case "day":
          return format.day(String(value));
        case "market":
        case "country":
          return format.country(String(value));
        case "language":
          return languageName(String(value), languages);
        case "lines":
          return lines(of, value, names);
        default:
          return String(value);
      }
    };
    /** Few lines are told, many are counted. */
    const lines = (of: Field, value: unknown, names: RecordNames): string => {
      if (!Array.isArray(value)) return String(value);
      if (value.length > LINES_TOLD) return words.lines(value.length);
      return value
        .map((line) => lineText(of, line as Record<string, unknown>, names))
        .join(t("chapter.semicolon"));
    };
    const lineText = (of: Field, line: Record<string, unknown>, names: RecordNames): string =>
      (of.fields ?? [])
        .map((inner) => field(inner, line[inner.id], names))
        .filter(Boolean)
        .slice(0, 4)
        .join(" · ");
    return {
      language,
      words,
      format,
      /** A name within a sentence: "New supplier", but "New RFQ". */
      inner: (name: string) =>
        /^[A-Z][a-z]/.test(name) ? name.charAt(0).toLowerCase() + name.slice(1) : name,
      unit: (unit: string | null | undefined) =>
        unit ? t(`chapter.unit.${unit}`, { defaultValue: unit }) : "",
      name: (text: Text | null | undefined) => nameOf(text, language),
      cell: (unit: Unit, cell: Cell | undefined, choices?: Choice[], short?: boolean) =>
        writeCell(unit, cell, choices, format, words, short),
      field,
      line: lineText,
    };
  }, [t, format]);
}

function languageName(code: string, names: Intl.DisplayNames): string {
  try {
    return names.of(code) ?? code;
  } catch {
    return code;
  }
}

export type Write = ReturnType<typeof useWrite>;
