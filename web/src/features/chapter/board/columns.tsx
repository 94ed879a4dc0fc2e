import { useMemo } from "react";
import type { BoardColumn, BoardRow, Unit } from "../../../api/chapter";
import type { Column } from "../../../ui/DataGrid";
import { useWrite } from "../useWrite";
import { KIND_OF, widthFor, worthOf } from "../values";
import { CellView } from "./CellView";

const WIDTHS: Record<Unit, number> = {
  text: 150,
  words: 220,
  choice: 120,
  number: 100,
  integer: 92,
  percent: 92,
  money: 122,
  day: 112,
  days: 100,
  flag: 88,
  spark: 104,
};

/** So many rows tell how wide a column should be. */
const MEASURED = 60;

/** Columns of a board as a grid draws them. */
export function useBoardColumns(columns: BoardColumn[], rows: BoardRow[]): Column<BoardRow>[] {
  const write = useWrite();
  return useMemo(
    () =>
      columns.map((column) => {
        const worth = (row: BoardRow) =>
          worthOf(column, row.cells[column.id], write.language, write.words);
        // Words are as wide as they are; figures stand under each other in columns of their kind.
        const worded = ["text", "words", "choice"].includes(column.unit);
        const width = worded
          ? widthFor([
              ...rows.slice(0, MEASURED).map(worth),
              ...column.choices.map((choice) => write.name(choice)),
            ])
          : WIDTHS[column.unit];
        return {
          id: column.id,
          header: write.name(column.name),
          kind: KIND_OF[column.unit],
          width,
          hidden: !column.shown,
          hint: column.help ? write.name(column.help) : undefined,
          value: worth,
          cell: (row: BoardRow) => {
            const note = row.notes?.[column.id];
            const cell = row.cells[column.id];
            // A plain text is left to the grid, which tells it in full when it is cut off.
            if (!note && (column.unit === "text" || column.unit === "words")) {
              return write.cell(column.unit, cell, column.choices) ?? "";
            }
            return <CellView column={column} cell={cell} note={note} />;
          },
        };
      }),
    [columns, rows, write],
  );
}
