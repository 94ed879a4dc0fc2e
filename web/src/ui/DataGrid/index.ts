export type { Sort } from "./arrange";
export type { Picks, Tree } from "./BodyRow";
export type { Column } from "./column";
export { DataGrid, type DataGridProps } from "./DataGrid";
export { type Tone, useColumnKit } from "./kit";
