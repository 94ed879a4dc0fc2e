/** What chapters answer over HTTP, for the made-up company. */
import type { Body } from "../../src/api/chapter";
import { Refused } from "../refused";
import * as boards from "./boards";
import { chapters, KINDS } from "./kinds";
import * as records from "./records";

type Reply = (
  body: never,
  first: string,
  second: string,
  query: URLSearchParams,
  third: string,
) => unknown;

/** The job that works out the board, from its start to the next look. */
const JOB = {
  id: 77,
  kind: "action",
  state: "running",
  subject: "Replenishment",
  progress: { done: 40, total: 100, unit: "steps", step: "forecast" },
  result: null,
  error: null,
};
let working = false;

/** Told once as running; at the next look it has ended. */
export function chapterJobs() {
  if (!working) return [];
  working = false;
  const { done } = boards.doneOnBoard("work_out", []);
  return [{ ...JOB, state: "done", result: { state: "done", rows: 18, done } }];
}

const named = (body: unknown) =>
  /filename="([^"]+)"/.exec(String((body as { text?: string }).text ?? ""))?.[1] ?? "file.xlsx";

const board = (id: string) => {
  if (id !== "replenishment") {
    throw new Refused(404, { code: "not_found", detail: id, problems: [] });
  }
};

export const CHAPTER_ROUTES: [RegExp, Reply][] = [
  [/^GET \/chapters$/, () => chapters],
  [/^GET \/kinds$/, () => ({ kinds: KINDS })],
  [
    /^GET \/kinds\/(\w+)$/,
    (_, id) => {
      const found = KINDS.find((kind) => kind.id === id);
      if (!found) throw new Refused(404, { code: "not_found", detail: id, problems: [] });
      return found;
    },
  ],
  [/^GET \/records\/(\w+)$/, (_, kind, __, query) => records.list(kind, query)],
  [/^POST \/records\/(\w+)$/, (body, kind) => records.add(kind, body as { body: Body })],
  [
    /^POST \/records\/(\w+)\/import$/,
    (body, kind, _, query) => records.takeIn(kind, named(body), query.get("dry") === "true"),
  ],
  [
    /^POST \/records\/(\w+)\/actions\/(\w+)$/,
    (body, kind, action) => records.act(kind, (body as { rows: string[] }).rows[0] ?? "", action),
  ],
  [/^GET \/records\/(\w+)\/([^/]+)$/, (_, kind, id) => records.read(kind, id)],
  [
    /^PUT \/records\/(\w+)\/([^/]+)$/,
    (body, kind, id) => records.save(kind, id, body as { body: Body; version: number }),
  ],
  [/^DELETE \/records\/(\w+)\/([^/]+)$/, (_, kind, id) => records.drop(kind, id)],
  [/^GET \/records\/(\w+)\/([^/]+)\/history$/, (_, kind, id) => records.history(kind, id)],
  [/^GET \/records\/(\w+)\/([^/]+)\/where$/, (_, kind, id) => records.referring(kind, id)],
  [
    /^POST \/records\/(\w+)\/([^/]+)\/moves\/(\w+)$/,
    (_, kind, id, __, move) => records.shift(kind, id, move),
  ],
  [
    /^POST \/records\/(\w+)\/([^/]+)\/actions\/(\w+)$/,
    (_, kind, id, __, action) => records.act(kind, id, action),
  ],
  [
    /^GET \/boards\/(\w+)$/,
    (_, id) => {
      board(id);
      return boards.replenishment;
    },
  ],
  [/^GET \/boards\/\w+\/rows$/, (_, __, ___, query) => boards.boardOf(query)],
  [/^GET \/boards\/\w+\/rows\/detail$/, (_, __, ___, query) => boards.detailOf(query)],
  [
    /^POST \/boards\/(\w+)\/actions\/(\w+)$/,
    (body, _, action) => {
      if (action !== "work_out") {
        return boards.doneOnBoard(action, (body as { rows: string[] }).rows);
      }
      working = true;
      return { done: null, job: JOB };
    },
  ],
];
