import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { isZero } from "../../format/decimal";
import { useFormat } from "../../format/useFormat";
import { channelName } from "../../i18n/names";
import type { Column } from "./column";

type Text = string | null | undefined;
type More<Row> = Partial<Column<Row>>;

/** How good or bad a word of a row is: drives the mark before it. */
export type Tone = "good" | "look" | "bad" | "";

/**
 * Columns of the usual kinds. The header is the text `field.<id>` unless another is given; empty
 * values are drawn as a dash and sort last.
 */
export function useColumnKit<Row>() {
  const { t } = useTranslation();
  const format = useFormat();
  return useMemo(() => {
    const head = (id: string) => t(`field.${id}`);
    const drawn = (text: string, quiet: boolean) =>
      quiet ? <span className="mut">{text}</span> : text;
    return {
      text: (id: string, value: (row: Row) => Text, more: More<Row> = {}): Column<Row> => ({
        id,
        header: more.header ?? head(id),
        width: 130,
        value,
        ...more,
      }),
      channel: (of: (row: Row) => string): Column<Row> => ({
        id: "channel",
        header: head("channel"),
        width: 110,
        value: (row) => channelName(of(row)),
      }),
      market: (of: (row: Row) => Text): Column<Row> => ({
        id: "market",
        header: head("market"),
        width: 110,
        value: (row) => (of(row) ? format.country(of(row)) : null),
      }),
      number: (
        id: string,
        value: (row: Row) => string | number | null | undefined,
        more: More<Row> = {},
      ): Column<Row> => ({
        id,
        header: more.header ?? head(id),
        kind: "number",
        width: 88,
        value,
        cell: (row) => format.number(value(row)),
        ...more,
      }),
      money: (
        id: string,
        value: (row: Row) => Text,
        currency: (row: Row) => string,
        more: More<Row> = {},
      ): Column<Row> => ({
        id,
        header: more.header ?? head(id),
        kind: "money",
        width: 118,
        value,
        cell: (row) => {
          const amount = value(row);
          return drawn(format.money(amount, currency(row)), amount == null || isZero(amount));
        },
        ...more,
      }),
      day: (id: string, value: (row: Row) => Text, more: More<Row> = {}): Column<Row> => ({
        id,
        header: more.header ?? head(id),
        kind: "day",
        width: 112,
        value,
        cell: (row) => format.day(value(row)),
        ...more,
      }),
      days: (id: string, from: (row: Row) => Text, to: (row: Row) => Text): Column<Row> => ({
        id,
        header: head(id),
        width: 214,
        value: from,
        cell: (row) => format.days(from(row), to(row)),
      }),
      tag: (
        id: string,
        word: (row: Row) => string,
        tone: (row: Row) => Tone,
        more: More<Row> = {},
      ): Column<Row> => ({
        id,
        header: more.header ?? head(id),
        width: 138,
        value: word,
        cell: (row) => <span className={`tag ${tone(row)}`}>{word(row)}</span>,
        ...more,
      }),
    };
  }, [t, format]);
}
