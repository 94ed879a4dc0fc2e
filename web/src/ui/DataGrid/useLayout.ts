import { useCallback, useMemo, useState } from "react";
import type { Column } from "./column";

interface Kept {
  shown: Record<string, boolean>;
  widths: Record<string, number>;
}

const MIN_WIDTH = 56;
const MAX_WIDTH = 640;
const HEAD_MAX = 200;

function load(key: string): Kept {
  try {
    const kept = JSON.parse(localStorage.getItem(key) ?? "{}");
    return { shown: kept.shown ?? {}, widths: kept.widths ?? {} };
  } catch {
    return { shown: {}, widths: {} };
  }
}

const WIDE = /[\u2e80-\uffef]/;
const HEAD_SPACE = 40;
const TOTAL_SPACE = 26;
const LETTER = { head: 6.6, total: 7.9, wide: 13 };

const lengthOf = (text: string, letter: number) =>
  [...text].reduce((sum, one) => sum + (WIDE.test(one) ? LETTER.wide : letter), 0);

/** A column is never narrower than its name and its total, unless a reader made it so. */
function naturalWidth<Row>({ header, total, width = 130 }: Column<Row>): number {
  const head = lengthOf(header, LETTER.head) + HEAD_SPACE;
  const foot = typeof total === "string" ? lengthOf(total, LETTER.total) + TOTAL_SPACE : 0;
  return Math.round(Math.max(width, Math.min(head, HEAD_MAX), foot));
}

/** Which columns are shown and how wide: remembered in this browser for each grid. */
export function useLayout<Row>(id: string, columns: Column<Row>[]) {
  const key = `argosy.grid.${id}`;
  const [kept, setKept] = useState(() => load(key));

  const keep = useCallback(
    (change: (now: Kept) => Kept) =>
      setKept((now) => {
        const next = change(now);
        try {
          localStorage.setItem(key, JSON.stringify(next));
        } catch {
          // Without storage the layout lasts as long as the page.
        }
        return next;
      }),
    [key],
  );

  const isShown = useCallback(
    (column: Column<Row>) => kept.shown[column.id] ?? !column.hidden,
    [kept],
  );
  const visible = useMemo(
    () => columns.filter((column, index) => index === 0 || isShown(column)),
    [columns, isShown],
  );
  const widthOf = useCallback(
    (column: Column<Row>) => kept.widths[column.id] ?? naturalWidth(column),
    [kept],
  );
  const show = useCallback(
    (column: string, shown: boolean) =>
      keep((now) => ({ ...now, shown: { ...now.shown, [column]: shown } })),
    [keep],
  );
  const resize = useCallback(
    (column: string, width: number) =>
      keep((now) => ({
        ...now,
        widths: {
          ...now.widths,
          [column]: Math.round(Math.max(MIN_WIDTH, Math.min(width, MAX_WIDTH))),
        },
      })),
    [keep],
  );
  return { visible, isShown, widthOf, show, resize };
}

export type Layout<Row> = ReturnType<typeof useLayout<Row>>;
