import type { CostLayer } from "../../../api/types";

/** A row that opens to the layers of stock it consists of. */
export interface Layered {
  layers: CostLayer[];
}
export interface Node<Row> {
  key: string;
  row: Row;
  /** Set on the lines below a row. */
  layer?: CostLayer;
}

/** Rows with the layers of those that are open below them. */
export function unfoldLayers<Row extends Layered>(
  rows: Row[],
  keyOf: (row: Row, at: number) => string,
  open: ReadonlySet<string>,
): Node<Row>[] {
  return rows.flatMap((row, at) => {
    const key = keyOf(row, at);
    const layers = open.has(key) ? row.layers : [];
    return [{ key, row }, ...layers.map((layer, nth) => ({ key: `${key}:${nth}`, row, layer }))];
  });
}
