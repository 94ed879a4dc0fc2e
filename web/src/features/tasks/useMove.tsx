import { useState } from "react";
import type { Task, TaskState } from "../../api/loop";
import * as calls from "../../api/loopCalls";
import { useSaving } from "../../app/useSaving";
import { DoneDialog } from "./DoneDialog";

/** Moves a task to another state; what is done asks first what was changed. */
export function useMove() {
  const { save, saving } = useSaving(calls.saveTask);
  const [finishing, setFinishing] = useState<number | null>(null);
  const move = (task: Pick<Task, "id" | "state">, state: TaskState) => {
    if (state === task.state) return;
    if (state === "done") setFinishing(task.id);
    else save(task.id, { state });
  };
  const dialog = finishing !== null && (
    <DoneDialog id={finishing} close={() => setFinishing(null)} />
  );
  return { move, saving, dialog };
}
