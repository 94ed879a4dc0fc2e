import { type DragEvent, type KeyboardEvent, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Task, TaskState } from "../../api/loop";
import { useMay } from "../../app/useSession";
import { useFormat } from "../../format/useFormat";
import { Due, useTaskTitle } from "./due";
import { BOARD } from "./search";
import { useMove } from "./useMove";

const CARD = "application/x-argosy-task";

interface CardProps {
  task: Task;
  hint: string;
  movable: boolean;
  open(): void;
  move(step: -1 | 1): void;
}

function Card({ task, hint, movable, open, move }: CardProps) {
  const format = useFormat();
  const titleOf = useTaskTitle();
  const done = task.checklist.filter((one) => one.done).length;
  const onKeyDown = (event: KeyboardEvent) => {
    if (!movable || !event.shiftKey) return;
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    event.preventDefault();
    move(event.key === "ArrowLeft" ? -1 : 1);
  };
  return (
    <li>
      <button
        type="button"
        className="card"
        data-task={task.id}
        draggable={movable}
        aria-describedby={hint}
        onClick={open}
        onKeyDown={onKeyDown}
        onDragStart={(event) => {
          event.dataTransfer.setData(CARD, String(task.id));
          event.dataTransfer.effectAllowed = "move";
        }}
      >
        <span className="card-title">{titleOf(task)}</span>
        {task.subject?.name && <span className="mut sm">{task.subject.name}</span>}
        <span className="card-foot sm">
          <span>{task.owner ?? "—"}</span>
          <Due task={task} />
          {task.checklist.length > 0 && (
            <span className="mut">
              {done}/{task.checklist.length}
            </span>
          )}
          <span className="gap" />
          {task.stake && <b>{format.money(task.stake.amount, task.stake.currency, "compact")}</b>}
        </span>
      </button>
    </li>
  );
}

/** Columns by state; cards are moved by dragging, or by Shift and an arrow. */
export function Board({ tasks, open }: { tasks: Task[]; open(id: number): void }) {
  const { t } = useTranslation();
  const mayWork = useMay("work");
  const hint = useId();
  const { move, dialog } = useMove();
  const [over, setOver] = useState<TaskState | null>(null);
  const [said, setSaid] = useState("");
  const titleOf = useTaskTitle();

  const moveTo = (task: Task, state: TaskState) => {
    move(task, state);
    setSaid(t("tasks.moved", { title: titleOf(task), state: t(`tasks.state.${state}`) }));
  };
  const drop = (event: DragEvent, state: TaskState) => {
    event.preventDefault();
    setOver(null);
    const task = tasks.find(({ id }) => String(id) === event.dataTransfer.getData(CARD));
    if (task) moveTo(task, state);
  };
  return (
    <>
      <p id={hint} className={mayWork ? "mut sm" : "visually-hidden"}>
        {t(mayWork ? "tasks.board_hint" : "tasks.board_open")}
      </p>
      <div className="board">
        {BOARD.map((state, column) => {
          const cards = tasks.filter((task) => task.state === state);
          return (
            <section
              key={state}
              aria-label={t(`tasks.state.${state}`)}
              className={`board-column ${over === state ? "over" : ""}`}
              onDragOver={(event) => {
                event.preventDefault();
                setOver(state);
              }}
              onDragLeave={() => setOver(null)}
              onDrop={(event) => drop(event, state)}
            >
              <h2>
                {t(`tasks.state.${state}`)} <span className="mut">{cards.length}</span>
              </h2>
              <ul>
                {cards.map((task) => (
                  <Card
                    key={task.id}
                    task={task}
                    hint={hint}
                    movable={mayWork}
                    open={() => open(task.id)}
                    move={(step) => {
                      const to = BOARD[column + step];
                      if (to) moveTo(task, to);
                    }}
                  />
                ))}
              </ul>
            </section>
          );
        })}
      </div>
      <span className="visually-hidden" role="status">
        {said}
      </span>
      {dialog}
    </>
  );
}
