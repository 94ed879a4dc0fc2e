import { useMemo, useState } from "react";
import type { Tree } from "../../../ui/DataGrid";
import { type Layered, type Node, unfoldLayers } from "./layers";

/** The open and closed rows of a grid whose rows consist of layers. */
export function useLayers<Row extends Layered>(
  rows: Row[],
  keyOf: (row: Row, at: number) => string,
) {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const nodes = useMemo(() => unfoldLayers(rows, keyOf, open), [rows, keyOf, open]);
  const tree: Tree<Node<Row>> = {
    level: ({ layer }) => (layer ? 2 : 1),
    expanded: ({ key, layer, row }) =>
      layer || row.layers.length === 0 ? undefined : open.has(key),
    toggle: ({ key }) => {
      const next = new Set(open);
      if (!next.delete(key)) next.add(key);
      setOpen(next);
    },
  };
  return { nodes, tree };
}
