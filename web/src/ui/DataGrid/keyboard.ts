/** Where the focus of a grid goes: row 0 is the header, the rows follow from 1. */
export interface Position {
  row: number;
  column: number;
}

const clamp = (value: number, max: number) => Math.max(0, Math.min(value, max));

/** The cell a key leads to, or null when the key is not for moving. */
export function move(
  from: Position,
  key: string,
  control: boolean,
  size: { rows: number; columns: number; page: number },
): Position | null {
  const to = { ...from };
  switch (key) {
    case "ArrowUp":
      to.row -= 1;
      break;
    case "ArrowDown":
      to.row += 1;
      break;
    case "ArrowLeft":
      to.column -= 1;
      break;
    case "ArrowRight":
      to.column += 1;
      break;
    case "PageUp":
      to.row -= size.page;
      break;
    case "PageDown":
      to.row += size.page;
      break;
    case "Home":
      to.column = 0;
      if (control) to.row = 0;
      break;
    case "End":
      to.column = size.columns - 1;
      if (control) to.row = size.rows - 1;
      break;
    default:
      return null;
  }
  return { row: clamp(to.row, size.rows - 1), column: clamp(to.column, size.columns - 1) };
}
