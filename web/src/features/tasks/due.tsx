import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { Task } from "../../api/loop";
import { useFormat } from "../../format/useFormat";
import { nameOf } from "../../i18n/names";

export const today = () => new Date().toISOString().slice(0, 10);

export const isOpen = (task: Pick<Task, "state">) =>
  task.state !== "done" && task.state !== "dropped";

export const isLate = (task: Pick<Task, "state" | "due">) =>
  isOpen(task) && task.due != null && task.due < today();

/** The title of a task in the reader's language, where a rule or play brought it. */
export function useTaskTitle() {
  const { i18n } = useTranslation();
  return useCallback(
    ({ title, says }: Pick<Task, "title" | "says">) => nameOf(says, i18n.language) || title,
    [i18n.language],
  );
}

/** The day a task is due, marked in words and colour when it has passed. */
export function Due({ task }: { task: Pick<Task, "state" | "due"> }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (!task.due) return <span className="mut">—</span>;
  return isLate(task) ? (
    <span className="neg">{t("tasks.late", { day: format.day(task.due) })}</span>
  ) : (
    <span>{format.day(task.due)}</span>
  );
}
