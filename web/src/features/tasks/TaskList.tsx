import { Button, Checkbox, Dropdown } from "antd";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ChangeTask, Task, TaskState } from "../../api/loop";
import * as calls from "../../api/loopCalls";
import type { FileFormat } from "../../api/types";
import { useSaving } from "../../app/useSaving";
import { useMay } from "../../app/useSession";
import { useFormat } from "../../format/useFormat";
import { type Column, DataGrid, useColumnKit } from "../../ui/DataGrid";
import { DayField } from "../loop/DayField";
import { usePeople } from "../loop/queries";
import { Due, isLate, useTaskTitle } from "./due";
import { BOARD } from "./search";

const STATE_TONES: Record<TaskState, "good" | "look" | "bad" | ""> = {
  todo: "",
  doing: "look",
  waiting: "look",
  done: "good",
  dropped: "",
};

const PICK = "pick";

interface Picks {
  has(id: number): boolean;
  turn(id: number): void;
}

function useTaskColumns(picks: Picks | null): Column<Task>[] {
  const { t } = useTranslation();
  const format = useFormat();
  const kit = useColumnKit<Task>();
  const titleOf = useTaskTitle();
  return useMemo(() => {
    const progress = ({ checklist }: Task) =>
      checklist.length ? `${checklist.filter((one) => one.done).length}/${checklist.length}` : null;
    const columns: Column<Task>[] = [
      kit.text("title", titleOf, { header: t("tasks.title"), width: 290 }),
      kit.tag(
        "state",
        (task) => t(`tasks.state.${task.state}`),
        (task) => STATE_TONES[task.state],
        { width: 110 },
      ),
      kit.text("owner", (task) => task.owner, { width: 92 }),
      kit.day("due", (task) => task.due, { width: 134, cell: (task) => <Due task={task} /> }),
      kit.text("about", (task) => task.subject?.name, { header: t("tasks.about"), width: 160 }),
      kit.money(
        "worth",
        (task) => task.stake?.amount,
        (task) => task.stake?.currency ?? "USD",
        { header: t("tasks.worth"), width: 112 },
      ),
      kit.text("checklist", progress, { header: t("tasks.checklist"), width: 90 }),
      kit.text("promise", (task) => task.promise?.amount, {
        header: t("tasks.promise"),
        width: 130,
        cell: (task) =>
          task.promise?.currency
            ? format.money(task.promise.amount, task.promise.currency, "whole")
            : (task.promise?.amount ?? ""),
      }),
      kit.text("id", (task) => String(task.id), { header: t("tasks.number"), hidden: true }),
    ];
    if (!picks) return columns;
    return [
      {
        id: PICK,
        header: t("loop.pick"),
        width: 52,
        value: (task) => (picks.has(task.id) ? 1 : 0),
        cell: (task) => (
          <Checkbox
            checked={picks.has(task.id)}
            tabIndex={-1}
            aria-label={t("finding.select", { title: titleOf(task) })}
          />
        ),
      },
      ...columns,
    ];
  }, [t, format, kit, picks, titleOf]);
}

function Batch({ ids, clear }: { ids: number[]; clear(): void }) {
  const { t } = useTranslation();
  const people = usePeople();
  const { save, saving } = useSaving(calls.batchTasks);
  const [due, setDue] = useState<string>();
  const all = async (change: ChangeTask) => {
    if (await save(ids, change)) clear();
  };
  return (
    <div className="batch" role="status">
      <b>{t("loop.picked", { count: ids.length })}</b>
      <Dropdown
        trigger={["click"]}
        menu={{
          items: people.map((login) => ({ key: login, label: login })),
          onClick: ({ key }) => all({ owner: key }),
        }}
      >
        <Button size="small" loading={saving}>
          {t("tasks.hand_over")}
        </Button>
      </Dropdown>
      <Dropdown
        trigger={["click"]}
        menu={{
          items: [...BOARD.slice(0, 3), "dropped" as const].map((state) => ({
            key: state,
            label: t(`tasks.state.${state}`),
          })),
          onClick: ({ key }) => all({ state: key as TaskState }),
        }}
      >
        <Button size="small">{t("field.state")}</Button>
      </Dropdown>
      <span className="batch-day">
        <DayField aria-label={t("tasks.new_due")} value={due} onChange={setDue} />
        <Button size="small" disabled={!due} onClick={() => due && all({ due })}>
          {t("tasks.move_due")}
        </Button>
      </span>
      <span className="gap" />
      <Button size="small" type="text" onClick={clear}>
        {t("loop.pick_none")}
      </Button>
    </div>
  );
}

interface TaskListProps {
  tasks: Task[];
  open(id: number): void;
  exportTo(kind: FileFormat): Promise<void>;
  more?(): void;
}

/** Tasks as a table; the first column picks them for what is done to many. */
export function TaskList({ tasks, open, exportTo, more }: TaskListProps) {
  const { t } = useTranslation();
  const mayWork = useMay("work");
  const [picked, setPicked] = useState<ReadonlySet<number>>(new Set());
  const picks = useMemo(
    () =>
      mayWork
        ? {
            has: (id: number) => picked.has(id),
            turn: (id: number) => {
              const next = new Set(picked);
              if (!next.delete(id)) next.add(id);
              setPicked(next);
            },
          }
        : null,
    [mayWork, picked],
  );
  const columns = useTaskColumns(picks);
  const ids = tasks.filter(({ id }) => picked.has(id)).map(({ id }) => id);
  return (
    <section className="panel">
      {ids.length > 0 && <Batch ids={ids} clear={() => setPicked(new Set())} />}
      <DataGrid
        id="tasks"
        label={t("nav.tasks")}
        rows={tasks}
        columns={columns}
        rowKey={(task) => String(task.id)}
        onOpen={(task, column) => (column === PICK ? picks?.turn(task.id) : open(task.id))}
        rowClass={(task) => (isLate(task) ? "late" : "")}
        exportTo={exportTo}
        onEnd={more}
        hasMore={more !== undefined}
        height="calc(100vh - 230px)"
      />
    </section>
  );
}
