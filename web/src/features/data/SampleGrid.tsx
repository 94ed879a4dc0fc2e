import { useMemo } from "react";
import type { SampleTable } from "../../api/types";
import { type Column, DataGrid } from "../../ui/DataGrid";

type SampleRow = { cells: (string | null)[]; at: number };

/** Where a fact comes from: of no use in a sample. */
const LINEAGE = new Set(["store", "container", "definition", "raw", "row"]);

/** A decimal carries the scale of the store; cents are enough to read. */
const written = (cell: string | null | undefined) => cell?.replace(/^(-?\d+\.\d\d\d*?)0+$/, "$1");

interface SampleGridProps {
  id: string;
  label: string;
  sample: SampleTable;
  /** What a column is called, in words. */
  nameOfColumn?(column: string): string;
  height?: number;
}

/** The first rows of a table, as they were read; columns without any value are left out. */
export function SampleGrid({ id, label, sample, nameOfColumn, height = 240 }: SampleGridProps) {
  const rows = useMemo(
    () => sample.rows.map((cells, at): SampleRow => ({ cells, at })),
    [sample.rows],
  );
  const columns = useMemo(
    () =>
      sample.columns
        .map(
          (name, at): Column<SampleRow> => ({
            id: name,
            header: nameOfColumn?.(name) ?? name,
            width: 140,
            hidden:
              LINEAGE.has(name) ||
              sample.rows.every((cells) => cells[at] == null || cells[at] === ""),
            value: ({ cells }) => written(cells[at]),
          }),
        )
        // The first column of a grid is always shown: let it be one worth showing.
        .toSorted((left, right) => Number(left.hidden) - Number(right.hidden)),
    [sample, nameOfColumn],
  );
  return (
    <div className="boxed">
      <DataGrid
        id={id}
        label={label}
        rows={rows}
        columns={columns}
        rowKey={({ at }) => String(at)}
        height={height}
      />
    </div>
  );
}
