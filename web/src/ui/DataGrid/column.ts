import type { ReactNode } from "react";

export type Kind = "text" | "money" | "number" | "percent" | "day";

/** One column of a grid: what its cells are worth (to sort and filter) and how they are drawn. */
export interface Column<Row> {
  id: string;
  header: string;
  kind?: Kind;
  width?: number;
  /** The value to sort and filter by; figures as decimal strings, so no cent is lost. */
  value(row: Row): string | number | null | undefined;
  cell?(row: Row): ReactNode;
  /** What the cell of the totals row shows. */
  total?: ReactNode;
  /** Said when the header is hovered or focused, such as the definition of a figure. */
  hint?: ReactNode;
  /** Left out until the reader chooses it. */
  hidden?: boolean;
}

export const isFigure = (kind: Kind | undefined) =>
  kind === "money" || kind === "number" || kind === "percent";
