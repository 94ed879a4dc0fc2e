import { type Column, isFigure } from "./column";

/** A cell that a spreadsheet would run as a formula is kept as text. */
const FORMULA = /^[=+\-@\t\r]/;

function cell(value: string, figure: boolean): string {
  const safe = !figure && FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The grid as it is shown: chosen columns, filtered and sorted rows; figures unformatted. */
export function csvOf<Row>(columns: Column<Row>[], rows: Row[]): string {
  const head = columns.map((column) => cell(column.header, false));
  const body = rows.map((row) =>
    columns.map((column) => cell(String(column.value(row) ?? ""), isFigure(column.kind))),
  );
  return [head, ...body].map((line) => `${line.join(",")}\r\n`).join("");
}

/** The same table for the server, which writes it as a workbook. */
export function tableOf<Row>(columns: Column<Row>[], rows: Row[]) {
  return {
    header: columns.map((column) => column.header),
    figures: columns.flatMap((column, at) => (isFigure(column.kind) ? [at] : [])),
    rows: rows.map((row) =>
      columns.map((column) => {
        const value = column.value(row);
        return value == null ? null : String(value);
      }),
    ),
  };
}

/** Hands the text to the browser's downloads; the mark at the start tells Excel it is UTF-8. */
export function saveCsv(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob(["\ufeff", text], { type: "text/csv" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = `${name}.csv`;
  link.click();
  URL.revokeObjectURL(url);
}
