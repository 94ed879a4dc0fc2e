import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button, Drawer, Input, Modal, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { TaskDetail } from "../../api/loop";
import * as calls from "../../api/loopCalls";
import { useSaving } from "../../app/useSaving";
import { useMay } from "../../app/useSession";
import { useFormat } from "../../format/useFormat";
import { nameOf } from "../../i18n/names";
import { Await } from "../../ui/States";
import { DayField } from "../loop/DayField";
import { SkuLink, usePlaceOf } from "../loop/names";
import { PersonSelect } from "../loop/PersonSelect";
import { useMetricName, usePlays } from "../loop/queries";
import { Attachments } from "./Attachments";
import { Checklist } from "./Checklist";
import { Comments } from "./Comments";
import { useTaskTitle } from "./due";
import { taskQuery } from "./queries";
import { TASK_STATES } from "./search";
import { useMove } from "./useMove";

function HandOver({ task, close }: { task: TaskDetail; close(): void }) {
  const { t } = useTranslation();
  const [owner, setOwner] = useState<string>();
  const [note, setNote] = useState("");
  const { save, saving } = useSaving(async () => {
    await calls.saveTask(task.id, { owner });
    if (note.trim()) await calls.commentTask(task.id, note.trim());
  });
  const done = async () => {
    if (await save()) close();
  };
  return (
    <Modal
      open
      title={t("tasks.hand_over")}
      okText={t("tasks.hand_over")}
      cancelText={t("action.cancel")}
      okButtonProps={{ disabled: !owner }}
      confirmLoading={saving}
      onOk={done}
      onCancel={close}
    >
      <div className="stack">
        <PersonSelect
          autoFocus
          aria-label={t("tasks.to_whom")}
          placeholder={t("tasks.to_whom")}
          value={owner}
          onChange={setOwner}
        />
        <Input.TextArea
          aria-label={t("tasks.hand_over_note")}
          placeholder={t("tasks.hand_over_note")}
          rows={3}
          value={note}
          onChange={(event) => setNote(event.target.value)}
        />
      </div>
    </Modal>
  );
}

function Fields({ task }: { task: TaskDetail }) {
  const { t } = useTranslation();
  const mayWork = useMay("work");
  const { save } = useSaving(calls.saveTask);
  const { move, dialog } = useMove();
  const [handing, setHanding] = useState(false);
  return (
    <div className="task-fields">
      <div className="field">
        <label htmlFor="task-state">{t("field.state")}</label>
        <Select
          id="task-state"
          value={task.state}
          disabled={!mayWork}
          onChange={(state) => move(task, state)}
          options={TASK_STATES.map((value) => ({ value, label: t(`tasks.state.${value}`) }))}
        />
      </div>
      <div className="field">
        <span className="mut">{t("field.owner")}</span>
        <span className="row">
          <b>{task.owner ?? "—"}</b>
          {mayWork && (
            <Button size="small" onClick={() => setHanding(true)}>
              {t("tasks.hand_over")}
            </Button>
          )}
        </span>
      </div>
      <div className="field">
        <label htmlFor="task-due">{t("field.due")}</label>
        <DayField
          id="task-due"
          value={task.due ?? undefined}
          disabled={!mayWork}
          onChange={(due) => due && save(task.id, { due })}
        />
      </div>
      {handing && <HandOver task={task} close={() => setHanding(false)} />}
      {dialog}
    </div>
  );
}

function Why({ task }: { task: TaskDetail }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const placeOf = usePlaceOf();
  const metric = useMetricName();
  const play = usePlays().get(task.play ?? "");
  const { promise, subject, stake } = task;
  return (
    <dl className="details">
      {subject && (
        <>
          <dt>{t("tasks.about")}</dt>
          <dd>
            {subject.name} <span className="mut">{placeOf(subject)}</span>{" "}
            <SkuLink subject={subject} />
          </dd>
        </>
      )}
      {stake && (
        <>
          <dt>{t("tasks.worth")}</dt>
          <dd>
            {t("loop.per_month", { amount: format.money(stake.amount, stake.currency, "whole") })}
          </dd>
        </>
      )}
      {promise && (
        <>
          <dt>{t("tasks.promise")}</dt>
          <dd>
            {t("tasks.promised", {
              metric: metric(promise.metric),
              amount: promise.currency
                ? format.money(promise.amount, promise.currency, "whole")
                : promise.amount,
              day: format.day(promise.date),
            })}
          </dd>
        </>
      )}
      {play && (
        <>
          <dt>{t("finding.play")}</dt>
          <dd>{nameOf(play.title, i18n.language)}</dd>
        </>
      )}
      {task.note && (
        <>
          <dt>{t("field.note")}</dt>
          <dd>{task.note}</dd>
        </>
      )}
    </dl>
  );
}

function Links({ task }: { task: TaskDetail }) {
  const { t, i18n } = useTranslation();
  if (task.links.length === 0) return null;
  return (
    <section aria-label={t("tasks.links")}>
      <h3>{t("tasks.links")}</h3>
      <ul>
        {task.links.map(({ kind, id, title }) => {
          const text = nameOf(title, i18n.language) || t(`tasks.link_of.${kind}`, { id });
          return (
            <li key={`${kind}${id}`}>
              {kind === "finding" && (
                <Link to="/findings/$id" params={{ id }}>
                  {text}
                </Link>
              )}
              {kind === "effect" && (
                <Link to="/effects/$id" params={{ id }}>
                  {text}
                </Link>
              )}
              {kind === "change" && (
                <Link to="/changes" search={{ change: Number(id) }}>
                  {text}
                </Link>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function History({ task }: { task: TaskDetail }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  if (task.history.length === 0) return null;
  return (
    <details className="as-table">
      <summary>{t("tasks.history")}</summary>
      <ul>
        {task.history.map((one) => (
          <li key={`${one.at}${one.what}`} className="sm">
            <span className="mut">{format.moment(one.at)}</span> {one.who}
            {t("loop.colon")}
            {nameOf(one.says, i18n.language) ||
              t(`tasks.did.${one.what}`, { defaultValue: one.what })}
          </li>
        ))}
      </ul>
    </details>
  );
}

function Whole({ task }: { task: TaskDetail }) {
  return (
    <div className="stack">
      <Fields task={task} />
      <Why task={task} />
      <Checklist task={task} />
      <Links task={task} />
      <Attachments task={task} />
      <Comments task={task} />
      <History task={task} />
    </div>
  );
}

/** One task beside the list: what, who, until when, what was promised, said and attached. */
export function TaskDrawer({ id, close }: { id: number; close(): void }) {
  const { t } = useTranslation();
  const query = useQuery(taskQuery(id));
  const mayWork = useMay("work");
  const { move, dialog } = useMove();
  const titleOf = useTaskTitle();
  const task = query.data;
  const open = task && task.state !== "done" && task.state !== "dropped";
  return (
    <Drawer
      open
      onClose={close}
      size="min(620px, 96vw)"
      title={task ? titleOf(task) : t("finding.task", { id })}
      extra={
        mayWork &&
        open && (
          <Button type="primary" onClick={() => move(task, "done")}>
            {t("tasks.finish")}
          </Button>
        )
      }
    >
      <Await query={query} height={300}>
        {(found) => <Whole task={found} />}
      </Await>
      {dialog}
    </Drawer>
  );
}
