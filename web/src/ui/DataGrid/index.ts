export type { Sort } from "./arrange";
export type { Tree } from "./BodyRow";
export type { Column } from "./column";
export { DataGrid, type DataGridProps } from "./DataGrid";
export { type Tone, useColumnKit } from "./kit";
