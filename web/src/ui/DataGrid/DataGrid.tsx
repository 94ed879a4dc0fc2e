import { useVirtualizer } from "@tanstack/react-virtual";
import { Checkbox } from "antd";
import { type KeyboardEvent, type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { saveTable } from "../../api/calls";
import { number } from "../../format/format";
import { filterRows, nextSort, type Sort, sortRows } from "./arrange";
import { BodyRow, type Picks, type Tree } from "./BodyRow";
import type { Column } from "./column";
import { csvOf, saveCsv, tableOf } from "./csv";
import { FilterRow } from "./FilterRow";
import { HeaderCell } from "./HeaderCell";
import { move, type Position } from "./keyboard";
import { type ExportTo, Toolbar } from "./Toolbar";
import { TotalsRow } from "./TotalsRow";
import { useLayout } from "./useLayout";
import "./grid.css";

const ROW_HEIGHT = 32;
const RESIZE_STEP = 16;
/** What the box takes with which a row is picked. */
const PICK_WIDTH = 26;

export interface DataGridProps<Row> {
  /** Names the remembered layout. */
  id: string;
  label: string;
  rows: Row[];
  columns: Column<Row>[];
  rowKey(row: Row): string;
  /** Enter or a click on a cell. */
  onOpen?(row: Row, column: string): void;
  /** Which cells of `onOpen` can be opened; all by default. */
  canOpen?(row: Row, column: string): boolean;
  tree?: Tree<Row>;
  /** Rows can be picked for an action on all of them: by their box or with the space bar. */
  picks?: Picks<Row>;
  initialSort?: Sort;
  /** Rows in an order that means something (a statement, a tree) are neither sorted nor filtered. */
  fixedOrder?: boolean;
  tools?: ReactNode;
  exportTo?: ExportTo;
  height?: number | string;
  rowClass?(row: Row): string;
  /** Asked for when the last rows come into view and there are more at the server. */
  onEnd?(): void;
  /** Told before rows are sorted or filtered: then all of them are needed. */
  onArrange?(): void;
  totalRows?: number;
  /** There are more rows at the server, nobody knows how many. */
  hasMore?: boolean;
  empty?: ReactNode;
}

function PickAll<Row>({ picks, rows, label }: { picks: Picks<Row>; rows: Row[]; label: string }) {
  const some = rows.some((row) => picks.has(row));
  return (
    <span className="grid-pick" onClick={(event) => event.stopPropagation()}>
      <Checkbox
        aria-label={label}
        checked={picks.all}
        indeterminate={some && !picks.all}
        onChange={() => picks.turnAll(rows)}
      />
    </span>
  );
}

/** An accessible, virtual table: keyboard, sort, filter, columns, resize, totals, export. */
export function DataGrid<Row>(props: DataGridProps<Row>) {
  const { rows, columns, tree, picks, fixedOrder, onEnd } = props;
  const { t, i18n } = useTranslation();
  const layout = useLayout(props.id, columns);
  const extraOf = (column: Column<Row>) => (picks && column === columns[0] ? PICK_WIDTH : 0);
  const widthOf = (column: Column<Row>) => layout.widthOf(column) + extraOf(column);
  const [sort, setSort] = useState<Sort | null>(props.initialSort ?? null);
  const [filters, setFilters] = useState<Record<string, string>>({});
  const [filtering, setFiltering] = useState(false);
  const [active, setActive] = useState<Position>({ row: 0, column: 0 });
  const scroller = useRef<HTMLDivElement>(null);
  const wanted = useRef<Position | null>(null);

  const arranged = useMemo(() => {
    if (fixedOrder) return rows;
    const kept = filtering ? filterRows(rows, columns, filters) : rows;
    return sortRows(kept, columns, sort, i18n.language);
  }, [rows, columns, sort, filters, filtering, fixedOrder, i18n.language]);

  const virtual = useVirtualizer({
    count: arranged.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
    scrollPaddingStart: ROW_HEIGHT,
    scrollPaddingEnd: ROW_HEIGHT,
  });
  const items = virtual.getVirtualItems();
  const lastShown = items.at(-1)?.index ?? 0;

  useEffect(() => {
    if (onEnd && arranged.length > 0 && lastShown >= arranged.length - 20) onEnd();
  }, [onEnd, lastShown, arranged.length]);

  // A row the focus moves to may not be drawn yet: try again after each drawing.
  useEffect(() => {
    const at = wanted.current;
    if (!at) return;
    const cell = scroller.current?.querySelector<HTMLElement>(`[data-at="${at.row}:${at.column}"]`);
    if (!cell) return;
    wanted.current = null;
    cell.focus({ preventScroll: at.row > 0 && at.column === 0 });
  });

  const sortBy = (column: Column<Row>) => {
    props.onArrange?.();
    setSort(nextSort(sort, column.id, column.kind));
  };
  const size = {
    rows: arranged.length + 1,
    columns: layout.visible.length,
    page: Math.max(1, Math.floor((scroller.current?.clientHeight ?? 320) / ROW_HEIGHT) - 2),
  };

  const onHeaderKey = (event: KeyboardEvent, column: Column<Row>): boolean => {
    if (event.shiftKey && (event.key === "ArrowLeft" || event.key === "ArrowRight")) {
      const step = event.key === "ArrowLeft" ? -RESIZE_STEP : RESIZE_STEP;
      layout.resize(column.id, layout.widthOf(column) + step);
      return true;
    }
    if ((event.key === "Enter" || event.key === " ") && !fixedOrder) {
      sortBy(column);
      return true;
    }
    return false;
  };

  const onRowKey = (event: KeyboardEvent, row: Row, column: Column<Row>): boolean => {
    const open = tree?.expanded(row);
    if (tree && active.column === 0 && open !== undefined) {
      const wants = event.key === "ArrowRight" ? true : event.key === "ArrowLeft" ? false : null;
      if (wants !== null && wants !== open) {
        tree.toggle(row);
        return true;
      }
    }
    if (event.key === " " && picks) {
      picks.turn(row);
      return true;
    }
    if (event.key !== "Enter" && event.key !== " ") return false;
    if (props.onOpen && (props.canOpen?.(row, column.id) ?? true)) props.onOpen(row, column.id);
    else if (tree && open !== undefined) tree.toggle(row);
    else return false;
    return true;
  };

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const target = event.target as HTMLElement;
    if (!target.dataset.at) return;
    const column = layout.visible[active.column];
    const row = arranged[active.row - 1];
    const handled =
      active.row === 0
        ? column && onHeaderKey(event, column)
        : column && row !== undefined && onRowKey(event, row, column);
    if (handled) {
      event.preventDefault();
      return;
    }
    const to = move(active, event.key, event.ctrlKey || event.metaKey, size);
    if (!to) return;
    event.preventDefault();
    wanted.current = to;
    setActive(to);
    if (to.row > 0) virtual.scrollToIndex(to.row - 1);
  };

  const width = layout.visible.reduce((sum, column) => sum + widthOf(column), 0);
  const focusRow = Math.min(active.row, arranged.length);
  const hasTotals = arranged.length > 0 && layout.visible.some((column) => column.total != null);

  return (
    <div className="grid">
      <Toolbar
        columns={columns}
        layout={layout}
        tools={props.tools}
        filtering={filtering}
        onFilter={
          fixedOrder
            ? undefined
            : () => {
                props.onArrange?.();
                setFiltering(!filtering);
              }
        }
        exportTo={props.exportTo}
        saveShown={async (format) => {
          const name = `argosy-${props.id}`;
          if (format === "csv") saveCsv(name, csvOf(layout.visible, arranged));
          else await saveTable({ name, ...tableOf(layout.visible, arranged) });
        }}
        count={t(props.hasMore ? "grid.rows_so_far" : "grid.rows", {
          count: props.totalRows ?? arranged.length,
          shown: number(props.totalRows ?? arranged.length, i18n.language),
        })}
      />
      <div
        ref={scroller}
        className="grid-scroll"
        style={{ maxHeight: props.height ?? 560 }}
        role={tree ? "treegrid" : "grid"}
        aria-label={props.label}
        aria-rowcount={(props.totalRows ?? arranged.length) + 1 + (hasTotals ? 1 : 0)}
        aria-colcount={layout.visible.length}
        onKeyDown={onKeyDown}
      >
        <div role="rowgroup" className="grid-header" style={{ minWidth: width }}>
          <div role="row" aria-rowindex={1} className="grid-row">
            {layout.visible.map((column, index) => (
              <HeaderCell
                key={column.id}
                column={column}
                index={index}
                width={widthOf(column)}
                sort={sort}
                sortable={!fixedOrder}
                active={focusRow === 0 && active.column === index}
                onSort={() => sortBy(column)}
                before={
                  picks && index === 0 ? (
                    <PickAll picks={picks} rows={arranged} label={t("loop.pick_all")} />
                  ) : undefined
                }
                onResize={(next) => layout.resize(column.id, next - extraOf(column))}
                onFocus={() => setActive({ row: 0, column: index })}
              />
            ))}
          </div>
          {filtering && (
            <FilterRow
              columns={layout.visible}
              widthOf={widthOf}
              filters={filters}
              onChange={setFilters}
            />
          )}
        </div>
        {arranged.length === 0 && (
          <div role="rowgroup">
            <div role="row" className="grid-empty">
              <div role="gridcell">{props.empty ?? t("grid.empty")}</div>
            </div>
          </div>
        )}
        <div
          role={arranged.length ? "rowgroup" : undefined}
          style={{ height: virtual.getTotalSize(), position: "relative", minWidth: width }}
        >
          {items.map((item) => {
            const row = arranged[item.index] as Row;
            return (
              <BodyRow
                key={props.rowKey(row)}
                row={row}
                index={item.index}
                top={item.start}
                columns={layout.visible}
                widthOf={widthOf}
                tree={tree}
                picks={picks}
                className={props.rowClass?.(row) ?? ""}
                activeColumn={focusRow === item.index + 1 ? active.column : null}
                onOpen={props.onOpen}
                canOpen={props.canOpen}
                onFocus={(column) => setActive({ row: item.index + 1, column })}
              />
            );
          })}
        </div>
        {hasTotals && (
          <TotalsRow
            columns={layout.visible}
            widthOf={widthOf}
            width={width}
            index={(props.totalRows ?? arranged.length) + 2}
          />
        )}
      </div>
    </div>
  );
}
