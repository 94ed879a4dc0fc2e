import { Tooltip } from "antd";
import { ArrowDown, ArrowUp } from "lucide-react";
import type { PointerEvent, ReactNode } from "react";
import type { Sort } from "./arrange";
import { type Column, isFigure } from "./column";

interface HeaderCellProps<Row> {
  column: Column<Row>;
  index: number;
  width: number;
  sort: Sort | null;
  sortable: boolean;
  active: boolean;
  /** Stands before the name. */
  before?: ReactNode;
  onSort(): void;
  onResize(width: number): void;
  onFocus(): void;
}

export function HeaderCell<Row>(props: HeaderCellProps<Row>) {
  const { column, index, width, sort, sortable, active } = props;
  const sorted = sort?.id === column.id ? (sort.desc ? "descending" : "ascending") : "none";

  const drag = (start: PointerEvent<HTMLSpanElement>) => {
    start.preventDefault();
    start.stopPropagation();
    const cell = start.currentTarget.parentElement as HTMLElement;
    const from = cell.getBoundingClientRect().width;
    const at = start.clientX;
    const moved = (event: globalThis.PointerEvent) => props.onResize(from + event.clientX - at);
    const stop = () => {
      removeEventListener("pointermove", moved);
      removeEventListener("pointerup", stop);
    };
    addEventListener("pointermove", moved);
    addEventListener("pointerup", stop);
  };

  return (
    <div
      role="columnheader"
      aria-colindex={index + 1}
      aria-sort={sortable ? sorted : undefined}
      tabIndex={active ? 0 : -1}
      data-at={`0:${index}`}
      className={`grid-cell grid-head ${isFigure(column.kind) ? "figure" : ""} ${sortable ? "sortable" : ""}`}
      style={{ flexBasis: width }}
      onClick={sortable ? props.onSort : undefined}
      onFocus={props.onFocus}
    >
      {props.before}
      <Tooltip title={column.hint} placement="bottom">
        <span className="grid-head-text">{column.header}</span>
      </Tooltip>
      {sorted === "ascending" && <ArrowUp size={12} aria-hidden />}
      {sorted === "descending" && <ArrowDown size={12} aria-hidden />}
      <span
        className="grid-resize"
        aria-hidden
        onPointerDown={drag}
        onClick={(event) => event.stopPropagation()}
      />
    </div>
  );
}
