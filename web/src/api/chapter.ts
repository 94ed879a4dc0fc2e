/**
 * Chapters as the API tells them: kinds of records, records, boards and what is done with them.
 * The shapes are those of `crates/chapter` (`kind.rs`, `board.rs`, `face.rs`).
 */
import type { Job, Money, Names } from "./types";

export type Text = Names;

export interface ChapterPage {
  page: "board" | "records";
  id: string;
  title: Text;
  icon?: string | null;
}
export interface ChapterSection {
  title: Text;
  pages: ChapterPage[];
}
export interface Chapter {
  id: string;
  title: Text;
  icon?: string | null;
  sections: ChapterSection[];
}

export interface Choice extends Text {
  id: string;
}

export type FieldType =
  | "text"
  | "long_text"
  | "number"
  | "integer"
  | "percent"
  | "money"
  | "day"
  | "flag"
  | "choice"
  | "choices"
  | "ref"
  | "refs"
  | "sku"
  | "store"
  | "market"
  | "country"
  | "currency"
  | "language"
  | "user"
  | "url"
  | "lines";

export interface Field {
  id: string;
  type: FieldType;
  name: Text;
  help?: Text | null;
  required: boolean;
  unit?: string | null;
  min?: string | number | null;
  max?: string | number | null;
  default?: unknown;
  unique: boolean;
  group?: string | null;
  list: boolean;
  read_only: boolean;
  alias?: string[];
  /** Of `choice` and `choices`. */
  choices?: Choice[];
  /** Of `ref` and `refs`: the kind that is referred to. */
  to?: string;
  /** Of `lines`. */
  fields?: Field[];
}

export interface State {
  id: string;
  name: Text;
  colour: string;
  open: boolean;
}
export interface Move {
  id: string;
  name: Text;
  from: string[];
  to: string;
  permission?: string | null;
}
export interface Action {
  id: string;
  name: Text;
  help?: Text | null;
  on: "row" | "rows" | "whole";
  fields: Field[];
  states: string[];
  permission: string;
  job: boolean;
}

export interface Kind {
  id: string;
  version: string;
  chapter: string;
  title: Text;
  one: Text;
  says: Text;
  icon?: string | null;
  key: { field: string } | { number: string };
  label: string;
  permission: string;
  groups: { id: string; name: Text }[];
  fields: Field[];
  states?: { states: State[]; moves: Move[] } | null;
  orders: { low: string; high: string }[];
  papers: { id: string; name: Text }[];
  actions: Action[];
  source: string;
}

/** The fields of a record by id; what is absent has no value. */
export type Body = Record<string, unknown>;

export interface RecordRow {
  id: string;
  label: string;
  state?: string | null;
  version: number;
  changed_at: string;
  changed_by: string;
  body: Body;
  /** Of what it refers to; in lists they stand once for the page. */
  names?: RecordNames | null;
}

/** What keys of other kinds are called: by kind, by key. */
export type RecordNames = Record<string, Record<string, string>>;

export interface RecordPage {
  records: RecordRow[];
  names: RecordNames;
  total: number;
  meta: { next?: string | null };
}
export interface OneRecord {
  record: RecordRow;
  names: RecordNames;
}

export interface RecordVersion {
  version: number;
  state?: string | null;
  body: Body;
  who: string;
  at: string;
  deleted: boolean;
}
export interface Referrer {
  kind: string;
  id: string;
  label: string;
  path: string;
}

export interface FieldProblem {
  kind: string;
  record?: string | null;
  row?: number | null;
  path: string;
  code: string;
  says: Text;
}

export type ImportChange = "new" | "changed" | "same" | "wrong";
export interface ImportSample {
  row?: number | null;
  id?: string | null;
  label?: string | null;
  change: ImportChange;
  body: Body;
  /** Of one that changes: as it is now. */
  before?: Body | null;
}
export interface ImportPreview {
  new: number;
  changed: number;
  same: number;
  wrong: number;
  problems: FieldProblem[];
  sample: ImportSample[];
  /** Headers of columns that no field has. */
  ignored?: string[];
  names?: RecordNames;
}

export type Unit =
  | "text"
  | "words"
  | "choice"
  | "number"
  | "integer"
  | "percent"
  | "money"
  | "day"
  | "days"
  | "flag"
  | "spark";

export type Cell = null | boolean | number | string | Money | Text | (number | null)[];

export interface Tile {
  id: string;
  name: Text;
  help?: Text | null;
  unit: Unit;
}
export interface BoardColumn {
  id: string;
  name: Text;
  help?: Text | null;
  unit: Unit;
  choices: Choice[];
  shown: boolean;
}
export interface BoardKind {
  id: string;
  version: string;
  chapter: string;
  title: Text;
  says: Text;
  empty: Text;
  icon?: string | null;
  params: Field[];
  tiles: Tile[];
  columns: BoardColumn[];
  row: string[];
  order?: [string, boolean] | null;
  actions: Action[];
  opens?: { kind: string; column: string } | null;
  source: string;
}

export interface BoardRow {
  id: string;
  cells: Record<string, Cell>;
  notes?: Record<string, Text>;
}
export interface Remark {
  level: string;
  says: Text;
}
export interface Board {
  rows: BoardRow[];
  tiles: Record<string, Cell>;
  pictures: Picture[];
  remarks: Remark[];
  day?: string | null;
  made?: string | null;
  params: Record<string, unknown>;
}

export interface Fact {
  name: Text;
  unit: Unit;
  value: Cell;
  note?: Text | null;
}
export type Holds =
  | { says: Text }
  | { facts: Fact[] }
  | { table: { columns: BoardColumn[]; rows: BoardRow[] } }
  | { picture: Picture };
export interface Section {
  title: Text;
  holds: Holds;
}
export interface Detail {
  title: Text;
  sections: Section[];
}

export interface Axis {
  name: Text;
  unit: Unit;
  split?: string | number | null;
}
export interface Bubble {
  id: string;
  name: string;
  group: Text;
  x: number;
  y: number;
  size: number;
}
export interface Line {
  name: Text;
  values: (number | null)[];
  expected: boolean;
}
export interface Band {
  name: Text;
  low: (number | null)[];
  high: (number | null)[];
}
export interface Step {
  name: Text;
  value: number;
  total: boolean;
}
export interface GridRow {
  name: string;
  cells: [string, Text][];
}
export interface BubblesPicture {
  type: "bubbles";
  title: Text;
  x: Axis;
  y: Axis;
  size: Axis;
  points: Bubble[];
}
export interface LinesPicture {
  type: "lines";
  title: Text;
  unit: Unit;
  labels: string[];
  lines: Line[];
  bands: Band[];
}
export interface BarsPicture {
  type: "bars";
  title: Text;
  unit: Unit;
  labels: string[];
  series: Line[];
}
export interface WaterfallPicture {
  type: "waterfall";
  title: Text;
  unit: Unit;
  steps: Step[];
}
export interface GridPicture {
  type: "grid";
  title: Text;
  columns: string[];
  rows: GridRow[];
}
export type Picture = BubblesPicture | LinesPicture | BarsPicture | WaterfallPicture | GridPicture;

/** What an action did: in words, and the records it made or changed. */
export interface Done {
  says: Text;
  records: [string, string][];
}
export interface ActionAnswer {
  done?: Done | null;
  job?: Job | null;
}
export interface RecordsQuestion {
  q?: string;
  state?: string;
  cursor?: string;
  limit?: number;
}
