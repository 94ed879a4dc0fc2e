import { Checkbox } from "antd";
import { ChevronRight } from "lucide-react";
import type { CSSProperties, ReactNode } from "react";
import { type Column, isFigure } from "./column";

/** How rows hang together when a grid is a tree. */
export interface Tree<Row> {
  level(row: Row): number;
  /** Undefined for a leaf. */
  expanded(row: Row): boolean | undefined;
  toggle(row: Row): void;
}

/** Which rows are picked for an action. */
export interface Picks<Row> {
  has(row: Row): boolean;
  turn(row: Row): void;
  turnAll(shown: Row[]): void;
  all: boolean;
  /** Said of the box of a row. */
  label(row: Row): string;
}

interface BodyRowProps<Row> {
  row: Row;
  index: number;
  top: number;
  columns: Column<Row>[];
  widthOf(column: Column<Row>): number;
  tree?: Tree<Row>;
  picks?: Picks<Row>;
  className: string;
  activeColumn: number | null;
  onOpen?(row: Row, column: string): void;
  canOpen?(row: Row, column: string): boolean;
  onFocus(column: number): void;
}

function TreeCell<Row>({
  row,
  tree,
  children,
}: {
  row: Row;
  tree: Tree<Row>;
  children: ReactNode;
}) {
  const expanded = tree.expanded(row);
  const indent: CSSProperties = { paddingLeft: (tree.level(row) - 1) * 16 };
  return (
    <span className="grid-tree" style={indent}>
      {expanded === undefined ? (
        <span className="grid-twig" />
      ) : (
        <span
          className={`grid-twig ${expanded ? "open" : ""}`}
          onClick={(event) => {
            event.stopPropagation();
            tree.toggle(row);
          }}
        >
          <ChevronRight size={13} aria-hidden />
        </span>
      )}
      <span className="grid-tree-text">{children}</span>
    </span>
  );
}

/** From here on a text may be wider than its column. */
const LONG = 12;

export function BodyRow<Row>(props: BodyRowProps<Row>) {
  const { row, index, columns, tree, picks, onOpen, canOpen } = props;
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-level={tree?.level(row)}
      aria-expanded={tree?.expanded(row)}
      aria-selected={picks?.has(row)}
      className={`grid-row grid-body ${picks?.has(row) ? "chosen" : ""} ${props.className}`}
      style={{ transform: `translateY(${props.top}px)` }}
    >
      {columns.map((column, at) => {
        const content = column.cell ? column.cell(row) : column.value(row);
        const opens = onOpen !== undefined && (canOpen?.(row, column.id) ?? true);
        return (
          <div
            key={column.id}
            role={at === 0 ? "rowheader" : "gridcell"}
            aria-colindex={at + 1}
            tabIndex={props.activeColumn === at ? 0 : -1}
            data-at={`${index + 1}:${at}`}
            data-column={column.id}
            className={`grid-cell ${isFigure(column.kind) ? "figure" : ""} ${opens ? "opens" : ""}`}
            style={{ flexBasis: props.widthOf(column) }}
            // What is cut off is told on hover.
            title={typeof content === "string" && content.length > LONG ? content : undefined}
            onClick={opens ? () => onOpen(row, column.id) : undefined}
            onFocus={() => props.onFocus(at)}
          >
            {picks && at === 0 && (
              <span className="grid-pick" onClick={(event) => event.stopPropagation()}>
                <Checkbox
                  checked={picks.has(row)}
                  tabIndex={-1}
                  aria-label={picks.label(row)}
                  onChange={() => picks.turn(row)}
                />
              </span>
            )}
            {tree && at === 0 ? (
              <TreeCell row={row} tree={tree}>
                {content}
              </TreeCell>
            ) : (
              content
            )}
          </div>
        );
      })}
    </div>
  );
}
