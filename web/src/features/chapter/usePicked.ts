import { useMemo, useState } from "react";

/** Rows that are picked for an action; what is no longer listed is no longer picked. */
export function usePicked(rows: { id: string }[]) {
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  return useMemo(() => {
    const ids = new Set(rows.flatMap(({ id }) => (picked.has(id) ? [id] : [])));
    return {
      ids,
      all: rows.length > 0 && ids.size === rows.length,
      turn: (id: string) => {
        const next = new Set(ids);
        if (!next.delete(id)) next.add(id);
        setPicked(next);
      },
      /** Those that are shown; when all of them are picked, none. */
      turnAll: (shown: { id: string }[]) =>
        setPicked(
          shown.every(({ id }) => ids.has(id)) ? new Set() : new Set(shown.map(({ id }) => id)),
        ),
      clear: () => setPicked(new Set()),
    };
  }, [rows, picked]);
}
