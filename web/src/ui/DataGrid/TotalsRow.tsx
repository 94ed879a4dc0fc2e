import { type Column, isFigure } from "./column";

interface TotalsRowProps<Row> {
  columns: Column<Row>[];
  widthOf(column: Column<Row>): number;
  width: number;
  index: number;
}

export function TotalsRow<Row>({ columns, widthOf, width, index }: TotalsRowProps<Row>) {
  return (
    <div role="rowgroup" className="grid-totals" style={{ minWidth: width }}>
      <div role="row" aria-rowindex={index} className="grid-row">
        {columns.map((column, at) => (
          <div
            key={column.id}
            role={at === 0 ? "rowheader" : "gridcell"}
            aria-colindex={at + 1}
            className={`grid-cell ${isFigure(column.kind) ? "figure" : ""}`}
            style={{ flexBasis: widthOf(column) }}
          >
            {column.total}
          </div>
        ))}
      </div>
    </div>
  );
}
