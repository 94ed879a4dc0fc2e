/** The calls of chapters: kinds of records, records, boards. */
import type * as api from "./chapter";
import { download, send } from "./http";
import type { FileFormat } from "./types";

const V1 = "/api/v1";

/** A path of the API; keys of records may hold any sign. */
const path = (...parts: string[]) => `${V1}/${parts.map(encodeURIComponent).join("/")}`;

function asked(question: object): string {
  const parts = Object.entries(question).flatMap(([key, value]) =>
    value === undefined || value === null || value === "" ? [] : [[key, String(value)]],
  );
  return parts.length ? `?${new URLSearchParams(parts)}` : "";
}

async function told<Shape>(method: string, at: string, body?: object): Promise<Shape> {
  const response = await send(method, at, body);
  return response.status === 204 ? (undefined as Shape) : response.json();
}

/** A record told alone carries the names of what it refers to. */
const one = (record: api.RecordRow): api.OneRecord => ({ record, names: record.names ?? {} });

export const chapters = () => told<{ chapters: api.Chapter[] }>("GET", path("chapters"));
export const kind = (id: string) => told<api.Kind>("GET", path("kinds", id));

export const records = (kind: string, question: api.RecordsQuestion) =>
  told<api.RecordPage>("GET", path("records", kind) + asked(question));
export const record = async (kind: string, id: string) =>
  one(await told("GET", path("records", kind, id)));
export const addRecord = async (kind: string, body: api.Body) =>
  one(await told("POST", path("records", kind), { body }));
export const saveRecord = async (kind: string, id: string, body: api.Body, version: number) =>
  one(await told("PUT", path("records", kind, id), { body, version }));
export const dropRecord = (kind: string, id: string) =>
  told<void>("DELETE", path("records", kind, id));
export const history = (kind: string, id: string) =>
  told<{ versions: api.RecordVersion[]; names?: api.RecordNames }>(
    "GET",
    path("records", kind, id, "history"),
  );
export const referrers = (kind: string, id: string) =>
  told<{ records: api.Referrer[] }>("GET", path("records", kind, id, "where"));
export const moveRecord = async (kind: string, id: string, move: string, version: number) =>
  one(await told("POST", path("records", kind, id, "moves", move), { version }));
export const actOnRecord = (kind: string, id: string, action: string, form: api.Body) =>
  told<api.ActionAnswer>("POST", path("records", kind, id, "actions", action), { form });
export const actOnRecords = (kind: string, action: string, rows: string[], form: api.Body) =>
  told<api.ActionAnswer>("POST", path("records", kind, "actions", action), { rows, form });
export const savePaper = (kind: string, id: string, paper: string, language: string) =>
  download(
    "GET",
    path("records", kind, id, "papers", paper) + asked({ lang: language }),
    `${id}-${paper}.pdf`,
  );

export const saveRecords = (
  kind: string,
  question: api.RecordsQuestion,
  format: FileFormat,
  language: string,
) =>
  download(
    "GET",
    path("records", kind, "export") + asked({ ...question, format, lang: language }),
    `argosy-${kind}.${format}`,
  );
export const saveTemplate = (kind: string, format: FileFormat, language: string) =>
  download(
    "GET",
    path("records", kind, "template") + asked({ format, lang: language }),
    `argosy-${kind}-template.${format}`,
  );

const formOf = (file: File) => {
  const form = new FormData();
  form.append("file", file, file.name);
  return form;
};

export async function importRecords(kind: string, file: File, dry: boolean) {
  const at = path("records", kind, "import") + asked({ dry });
  const response = await send("POST", at, formOf(file));
  return (await response.json()) as api.ImportPreview;
}
/** The same file with a column that says what is wrong in each row. */
export const saveImportErrors = (kind: string, file: File, language: string) =>
  download(
    "POST",
    path("records", kind, "import", "errors") + asked({ lang: language }),
    `errors-${file.name}`,
    formOf(file),
  );

export const boardKind = (id: string) => told<api.BoardKind>("GET", path("boards", id));
export const board = (id: string, params: Record<string, string>) =>
  told<api.Board>("GET", path("boards", id, "rows") + asked(params));
export const boardDetail = async (id: string, row: string, params: Record<string, string>) => {
  const at = path("boards", id, "rows", "detail") + asked({ ...params, row });
  return (await told<{ detail: api.Detail | null }>("GET", at)).detail;
};
export const saveBoard = (
  id: string,
  params: Record<string, string>,
  format: FileFormat,
  language: string,
) =>
  download(
    "GET",
    path("boards", id, "export") + asked({ ...params, format, lang: language }),
    `argosy-${id}.${format}`,
  );
export const actOnBoard = (
  id: string,
  action: string,
  rows: string[],
  form: api.Body,
  params: Record<string, string>,
) => told<api.ActionAnswer>("POST", path("boards", id, "actions", action), { rows, form, params });
