import { useNavigate, useSearch } from "@tanstack/react-router";
import { Button, Input, Segmented, Select } from "antd";
import { CalendarDays, Columns3, List, Plus, Upload, User } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import * as calls from "../../api/loopCalls";
import { usePageKeys } from "../../app/useKeys";
import { useMay } from "../../app/useSession";
import { PageHead } from "../../ui/Panel";
import { Empty, Failed, Loading } from "../../ui/States";
import { ImportRows } from "../loop/ImportRows";
import { PersonSelect } from "../loop/PersonSelect";
import { SavedViews } from "../views/SavedViews";
import { Board } from "./Board";
import { Calendar } from "./Calendar";
import { NewTask } from "./NewTask";
import { useTasks } from "./queries";
import { questionOf, type TasksSearch, type TaskView, VIEWS } from "./search";
import { TaskDrawer } from "./TaskDrawer";
import { TaskList } from "./TaskList";
import "../loop/loop.css";
import "./tasks.css";

const NOT_SAVED = ["as_of", "task", "range", "from", "to", "compare", "currency"] as const;
const ICONS = { list: List, board: Columns3, calendar: CalendarDays } as const;

function Filters({ search, set }: { search: TasksSearch; set(next: TasksSearch): void }) {
  const { t } = useTranslation();
  const mine = search.owner === "me";
  return (
    <div className="row">
      <Segmented<TaskView>
        aria-label={t("tasks.view")}
        value={search.view ?? "list"}
        onChange={(view) => set({ view: view === "list" ? undefined : view })}
        options={VIEWS.map((value) => {
          const Icon = ICONS[value];
          return {
            value,
            label: (
              <span className="row">
                <Icon size={13} aria-hidden />
                {t(`tasks.view_of.${value}`)}
              </span>
            ),
          };
        })}
      />
      <Button
        icon={<User size={13} aria-hidden />}
        aria-pressed={mine}
        type={mine ? "primary" : "default"}
        onClick={() => set({ owner: mine ? undefined : "me" })}
      >
        {t("tasks.mine")}
      </Button>
      {!search.view && (
        <Select<"open" | "done" | "all">
          aria-label={t("field.state")}
          value={search.state ?? "open"}
          onChange={(state) => set({ state: state === "open" ? undefined : state })}
          options={(["open", "done", "all"] as const).map((value) => ({
            value,
            label: t(`tasks.show.${value}`),
          }))}
          popupMatchSelectWidth={false}
        />
      )}
      <PersonSelect
        aria-label={t("field.owner")}
        placeholder={t("loop.all_owners")}
        allowClear
        value={mine ? undefined : search.owner}
        onChange={(owner) => set({ owner })}
        style={{ minWidth: 110 }}
        popupMatchSelectWidth={false}
      />
      <Input.Search
        key={search.q}
        aria-label={t("tasks.search")}
        placeholder={t("tasks.search")}
        defaultValue={search.q}
        allowClear
        onSearch={(q) => set({ q: q.trim() || undefined })}
        style={{ width: 180 }}
      />
      <SavedViews page="tasks" without={NOT_SAVED} />
    </div>
  );
}

/** Who does what until when: as a list, on a board, in a calendar. */
export function TasksPage() {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate({ from: "/tasks" });
  const search = useSearch({ from: "/tasks" });
  const mayWork = useMay("work");
  const [adding, setAdding] = useState(false);
  const [importing, setImporting] = useState(false);
  const question = questionOf(search);
  const { query, tasks } = useTasks(question);

  const set = (next: TasksSearch) =>
    navigate({ search: (now) => ({ ...now, ...next }), replace: true });
  const open = (task: number) => set({ task });
  usePageKeys({ n: () => mayWork && setAdding(true) });

  const view = search.view ?? "list";
  return (
    <div className="wrap">
      <PageHead title={t("nav.tasks")} says={<span className="mut">{t("tasks.says")}</span>} />
      <div className="tasks-bar">
        <Filters search={search} set={set} />
        <span className="gap" />
        {mayWork && (
          <Button icon={<Upload size={13} aria-hidden />} onClick={() => setImporting(true)}>
            {t("loop.import")}
          </Button>
        )}
        {mayWork && (
          <Button
            type="primary"
            icon={<Plus size={13} aria-hidden />}
            onClick={() => setAdding(true)}
          >
            {t("tasks.add")}
          </Button>
        )}
      </div>
      {query.isError && <Failed error={query.error} retry={() => query.refetch()} />}
      {query.isPending && <Loading height={320} />}
      {query.data && tasks.length === 0 && view !== "calendar" && (
        <section className="panel">
          <Empty title={t("tasks.none")} says={t("tasks.none_says")} />
        </section>
      )}
      {tasks.length > 0 && view === "list" && (
        <TaskList
          tasks={tasks}
          open={open}
          exportTo={(kind) => calls.saveTasks(question, kind, i18n.language)}
          more={query.hasNextPage ? () => query.fetchNextPage() : undefined}
        />
      )}
      {tasks.length > 0 && view === "board" && <Board tasks={tasks} open={open} />}
      {query.data && view === "calendar" && (
        <Calendar
          tasks={tasks}
          month={search.month}
          setMonth={(month) => set({ month })}
          open={open}
        />
      )}
      {search.task !== undefined && (
        <TaskDrawer id={search.task} close={() => set({ task: undefined })} />
      )}
      {adding && (
        <NewTask
          close={() => setAdding(false)}
          added={(id) => {
            setAdding(false);
            open(id);
          }}
        />
      )}
      {importing && <ImportRows what="tasks" close={() => setImporting(false)} />}
    </div>
  );
}
