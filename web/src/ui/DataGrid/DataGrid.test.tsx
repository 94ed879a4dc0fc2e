import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { draw, layOut } from "../../../test/wrap";
import { figureTest, filterRows, nextSort, sortRows } from "./arrange";
import type { Column } from "./column";
import { csvOf } from "./csv";
import { DataGrid } from "./DataGrid";
import { move } from "./keyboard";

interface Row {
  sku: string;
  profit: string | null;
}

const ROWS: Row[] = [
  { sku: "LED-10M", profit: "9.50" },
  { sku: "LED-2M", profit: "-120.00" },
  { sku: "BULB", profit: null },
  { sku: "LAMP", profit: "100.01" },
];

const COLUMNS: Column<Row>[] = [
  { id: "sku", header: "SKU", value: (row) => row.sku, total: "Total" },
  { id: "profit", header: "Profit", kind: "money", value: (row) => row.profit, total: "-10.49" },
];

const firstCells = () =>
  screen
    .getAllByRole("rowheader")
    .map((cell) => cell.textContent)
    .filter((text) => text !== "Total");

const grid = (more = {}) => (
  <DataGrid
    id="test"
    label="Profit by SKU"
    rows={ROWS}
    columns={COLUMNS}
    rowKey={(row: Row) => row.sku}
    {...more}
  />
);

beforeEach(() => {
  layOut();
  localStorage.clear();
});

describe("sorting", () => {
  it("orders money by value and keeps rows without a value last, both ways", () => {
    const order = (desc: boolean) =>
      sortRows(ROWS, COLUMNS, { id: "profit", desc }, "en").map((row) => row.profit);
    expect(order(false)).toEqual(["-120.00", "9.50", "100.01", null]);
    expect(order(true)).toEqual(["100.01", "9.50", "-120.00", null]);
  });
  it("orders SKUs as people count: 2 before 10", () => {
    const order = sortRows(ROWS, COLUMNS, { id: "sku", desc: false }, "en").map((row) => row.sku);
    expect(order).toEqual(["BULB", "LAMP", "LED-2M", "LED-10M"]);
  });
  it("begins with the largest figure, then the smallest, then the given order", () => {
    const largest = nextSort(null, "profit", "money");
    expect(largest).toEqual({ id: "profit", desc: true });
    const smallest = nextSort(largest, "profit", "money");
    expect(smallest).toEqual({ id: "profit", desc: false });
    expect(nextSort(smallest, "profit", "money")).toBeNull();
  });
});

describe("filters", () => {
  it("compare figures and search texts", () => {
    const skus = (filters: Record<string, string>) =>
      filterRows(ROWS, COLUMNS, filters).map((row) => row.sku);
    expect(skus({ profit: ">0" })).toEqual(["LED-10M", "LAMP"]);
    expect(skus({ profit: "<0" })).toEqual(["LED-2M"]);
    expect(skus({ profit: "5..50" })).toEqual(["LED-10M"]);
    expect(skus({ sku: "led" })).toEqual(["LED-10M", "LED-2M"]);
    expect(figureTest("about ten")).toBeNull();
  });
});

describe("the file of what is shown", () => {
  it("keeps figures as figures and never holds a formula", () => {
    const rows = [{ sku: '=cmd|"x"', profit: "-3.10" }];
    expect(csvOf(COLUMNS, rows)).toBe('SKU,Profit\r\n"\'=cmd|""x""",-3.10\r\n');
  });
});

describe("the keyboard", () => {
  it("stays inside the grid", () => {
    const size = { rows: 5, columns: 2, page: 3 };
    expect(move({ row: 0, column: 0 }, "ArrowUp", false, size)).toEqual({ row: 0, column: 0 });
    expect(move({ row: 1, column: 0 }, "PageDown", false, size)).toEqual({ row: 4, column: 0 });
    expect(move({ row: 2, column: 0 }, "End", true, size)).toEqual({ row: 4, column: 1 });
    expect(move({ row: 2, column: 0 }, "x", false, size)).toBeNull();
  });
  it("sorts from the header, moves to a cell and opens it", async () => {
    const open = vi.fn();
    await draw(grid({ onOpen: open }));
    const user = userEvent.setup();
    const header = screen.getByRole("columnheader", { name: "SKU" });
    header.focus();
    await user.keyboard("{ArrowRight}");
    expect(document.activeElement).toBe(screen.getByRole("columnheader", { name: "Profit" }));
    await user.keyboard("{Enter}");
    expect(screen.getByRole("columnheader", { name: "Profit" }).getAttribute("aria-sort")).toBe(
      "descending",
    );
    expect(firstCells()).toEqual(["LAMP", "LED-10M", "LED-2M", "BULB"]);
    await user.keyboard("{ArrowDown}{ArrowDown}{Enter}");
    expect(open).toHaveBeenCalledWith(ROWS[0], "profit");
  });
});

describe("the grid", () => {
  it("tells assistive tools its size, rows and totals", async () => {
    await draw(grid());
    const table = screen.getByRole("grid", { name: "Profit by SKU" });
    expect(table.getAttribute("aria-rowcount")).toBe("6");
    expect(table.getAttribute("aria-colcount")).toBe("2");
    expect(within(table).getAllByRole("row")).toHaveLength(6);
    expect(within(table).getByText("-10.49")).toBeTruthy();
  });
  it("hides and remembers columns, but never the first", async () => {
    const first = await draw(grid());
    const user = userEvent.setup();
    await user.click(screen.getByRole("button", { name: "Columns" }));
    await user.click(await screen.findByRole("checkbox", { name: "Profit" }));
    expect(screen.queryByRole("columnheader", { name: "Profit" })).toBeNull();
    expect(screen.queryByRole("checkbox", { name: "SKU" })).toBeNull();
    first.unmount();
    await draw(grid());
    expect(screen.queryByRole("columnheader", { name: "Profit" })).toBeNull();
  });
  it("draws only what is in view of a hundred thousand rows", async () => {
    const many = Array.from({ length: 100_000 }, (_, at) => ({ sku: `S${at}`, profit: "1" }));
    await draw(grid({ rows: many }));
    expect(screen.getAllByRole("rowheader").length).toBeLessThan(60);
    expect(screen.getByText("100,000 rows")).toBeTruthy();
  });
  it("opens groups of a tree with the arrow keys", async () => {
    const toggle = vi.fn();
    const tree = {
      level: () => 1,
      expanded: (row: Row) => (row.sku === "BULB" ? undefined : false),
      toggle,
    };
    await draw(grid({ tree, fixedOrder: true }));
    const user = userEvent.setup();
    screen.getByRole("columnheader", { name: "SKU" }).focus();
    await user.keyboard("{ArrowDown}{ArrowRight}");
    expect(toggle).toHaveBeenCalledWith(ROWS[0]);
    expect(screen.getByRole("treegrid")).toBeTruthy();
  });
});
