import type { TaskState, TasksQuestion } from "../../api/loop";

export const VIEWS = ["list", "board", "calendar"] as const;
export type TaskView = (typeof VIEWS)[number];

/** What of the tasks is shown, as it stands in the address; defaults are left out. */
export interface TasksSearch {
  view?: TaskView;
  state?: "done" | "all";
  /** "me" or a login; everybody when left out. */
  owner?: string;
  q?: string;
  /** The task that is open beside the list. */
  task?: number;
  /** The month of the calendar, as 2026-11. */
  month?: string;
}

export const BOARD: TaskState[] = ["todo", "doing", "waiting", "done"];
export const TASK_STATES: TaskState[] = [...BOARD, "dropped"];

const text = (value: unknown) =>
  typeof value === "number"
    ? String(value)
    : typeof value === "string" && value
      ? value
      : undefined;

export function parseTasks(search: Record<string, unknown>): TasksSearch {
  const view = VIEWS.find((one) => one === search.view);
  const state = search.state === "done" || search.state === "all" ? search.state : undefined;
  const month = text(search.month);
  return {
    view: view === "list" ? undefined : view,
    state,
    owner: text(search.owner),
    q: text(search.q),
    task: Number(search.task) || undefined,
    month: month && /^\d{4}-\d{2}$/.test(month) ? month : undefined,
  };
}

/** The board shows what is done too; the calendar everything that is due. */
export function questionOf(search: TasksSearch): TasksQuestion {
  return {
    state: search.view === "board" || search.view === "calendar" ? "all" : (search.state ?? "open"),
    owner: search.owner,
    q: search.q,
  };
}
