import { Tooltip } from "antd";
import type { BoardColumn, Cell, Text } from "../../../api/chapter";
import { UNDEFINED } from "../../../format/format";
import { Spark } from "../../../ui/Spark";
import { useWrite, type Write } from "../useWrite";
import { isMoney, isSpark } from "../values";

interface CellViewProps {
  column: Pick<BoardColumn, "unit" | "choices">;
  cell: Cell | undefined;
  /** Why it is empty, or to be doubted. */
  note?: Text | null;
}

const isNegative = (cell: Cell | undefined) =>
  isMoney(cell) && cell.amount.startsWith("-") && /[1-9]/.test(cell.amount);

function Plain({ column, cell, write }: CellViewProps & { write: Write }) {
  if (isSpark(cell)) return <Spark values={cell} />;
  const text = write.cell(column.unit, cell, column.choices);
  if (text === null) return <span className="mut">{UNDEFINED}</span>;
  if (column.unit === "flag") {
    return cell ? <span className="tag good">{text}</span> : <span className="mut">{text}</span>;
  }
  return isNegative(cell) ? <span className="neg">{text}</span> : text;
}

/** A value of a board by its unit; what is noted about it is marked and told. */
export function CellView(props: CellViewProps) {
  const write = useWrite();
  const { note } = props;
  const plain = <Plain {...props} write={write} />;
  if (!note) return plain;
  const says = write.name(note);
  return (
    <Tooltip title={says}>
      <span className="noted">
        {plain}
        <span className="visually-hidden"> ({says})</span>
      </span>
    </Tooltip>
  );
}
