/** What stands in the addresses of chapter pages. */

const text = (value: unknown) =>
  typeof value === "number" || typeof value === "boolean"
    ? String(value)
    : typeof value === "string" && value
      ? value
      : undefined;

export interface RecordsSearch {
  q?: string;
  state?: string;
  /** The record that is open beside the list. */
  open?: string;
  /** A new one is being written. */
  add?: boolean;
}

export function parseRecords(search: Record<string, unknown>): RecordsSearch {
  return {
    q: text(search.q),
    state: text(search.state),
    open: text(search.open),
    add: search.add === true || search.add === "true" ? true : undefined,
  };
}

export interface RecordSearch {
  tab?: string;
}

export const parseRecord = (search: Record<string, unknown>): RecordSearch => ({
  tab: text(search.tab),
});

/** Parameters of a board stand as `p_<id>`, so that none is taken for a part of the scope. */
export type BoardSearch = { [param: `p_${string}`]: string | undefined } & {
  /** The row that is open. */
  row?: string;
};

export function parseBoard(search: Record<string, unknown>): BoardSearch {
  const params = Object.entries(search).flatMap(([key, value]) => {
    const told = text(value);
    return key.startsWith("p_") && told !== undefined ? [[key, told]] : [];
  });
  return { ...Object.fromEntries(params), row: text(search.row) };
}

/** The parameters of a board as the API asks for them. */
export const paramsOf = (search: BoardSearch): Record<string, string> =>
  Object.fromEntries(
    Object.entries(search).flatMap(([key, value]) =>
      key.startsWith("p_") && value !== undefined ? [[key.slice(2), value]] : [],
    ),
  );
