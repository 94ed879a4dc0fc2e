import { useCallback, useMemo, useState } from "react";
import type { Column } from "./column";

interface Kept {
  shown: Record<string, boolean>;
  widths: Record<string, number>;
}

const MIN_WIDTH = 56;
const MAX_WIDTH = 640;

function load(key: string): Kept {
  try {
    const kept = JSON.parse(localStorage.getItem(key) ?? "{}");
    return { shown: kept.shown ?? {}, widths: kept.widths ?? {} };
  } catch {
    return { shown: {}, widths: {} };
  }
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
    (column: Column<Row>) => kept.widths[column.id] ?? column.width ?? 130,
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
