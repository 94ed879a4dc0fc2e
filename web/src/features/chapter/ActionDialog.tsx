import { useQueryClient } from "@tanstack/react-query";
import { App, Button, Modal, Progress } from "antd";
import { useEffect, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Action, ActionAnswer, Body, Done, RecordNames } from "../../api/chapter";
import { ApiError } from "../../api/http";
import type { Job } from "../../api/types";
import { isActive, useJobs } from "../../app/jobs/JobsProvider";
import { useScope } from "../../app/useScope";
import { useFormat } from "../../format/useFormat";
import { errorText, nameOf } from "../../i18n/names";
import { begun, byPath, cleaned, type Problems, wrongIn } from "./form/draft";
import { FieldsForm } from "./form/FieldsForm";
import { RecordLink } from "./form/FieldValue";
import { ProblemList } from "./record/ProblemList";
import { useComplaints } from "./record/useRecordForm";
import "./record/record.css";

const RECORDS_TOLD = 20;

/** What an action did, with the way to what it made. */
export function DoneTold({ done }: { done: Done }) {
  const { t, i18n } = useTranslation();
  return (
    <div role="status" className="action-done">
      <p className="lead">{nameOf(done.says, i18n.language)}</p>
      {done.records.length > 0 && (
        <ul>
          {done.records.slice(0, RECORDS_TOLD).map(([kind, id]) => (
            <li key={`${kind}:${id}`}>
              <RecordLink kind={kind} id={id} />
            </li>
          ))}
        </ul>
      )}
      {done.records.length > RECORDS_TOLD && (
        <p className="mut sm">
          {t("chapter.more_records", { count: done.records.length - RECORDS_TOLD })}
        </p>
      )}
    </div>
  );
}

type WithDone = Job["result"] & { done?: Done | null };

function JobTold({ job }: { job: Job | undefined }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (!job) return <Progress percent={0} status="active" aria-label={t("jobs.title")} />;
  const { done, total, step } = job.progress;
  const result = job.result as WithDone | null | undefined;
  if (job.state === "failed") return <p className="neg">{job.error ?? t("state_of.failed")}</p>;
  if (!isActive(job)) {
    return result?.done ? <DoneTold done={result.done} /> : <p>{t("state_of.done")}</p>;
  }
  return (
    <div role="status">
      <Progress
        percent={total > 0 ? Math.floor((done / total) * 100) : 0}
        status="active"
        aria-label={t("jobs.title")}
      />
      <p className="mut sm">
        {step && t(`step.${step}`, { defaultValue: step })}{" "}
        {total > 0 && `${format.number(done)} / ${format.number(total)}`}
      </p>
      <p className="mut sm">{t("chapter.job_goes_on")}</p>
    </div>
  );
}

interface ActionDialogProps {
  action: Action;
  /** What it is done with, such as "3 rows" or the name of a record. */
  on?: string;
  run(form: Body): Promise<ActionAnswer>;
  names?: RecordNames;
  currency?: string;
  close(): void;
}

const NO_NAMES: RecordNames = {};

/** Asks what an action needs, does it, follows its job, and tells what came of it. */
export function ActionDialog(props: ActionDialogProps) {
  const { action, on, run, names = NO_NAMES, close } = props;
  const { t, i18n } = useTranslation();
  const { message } = App.useApp();
  const { choices } = useScope();
  const { jobs, look } = useJobs();
  const queries = useQueryClient();
  const says = useComplaints();
  const form = useId();
  const [body, setBody] = useState<Body>(() => begun(action.fields));
  const [problems, setProblems] = useState<Problems>({});
  const [busy, setBusy] = useState(false);
  const [done, setDone] = useState<Done | null>(null);
  const [started, setStarted] = useState<Job | null>(null);
  const job = started ? (jobs.find(({ id }) => id === started.id) ?? started) : undefined;
  const ended = job !== undefined && !isActive(job);

  // A form is begun with its first field, a question with its answer.
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const first = box.current?.querySelector<HTMLElement>(
      ".form-field input, .form-field textarea, .form-field button",
    );
    first?.focus();
  }, []);

  const start = async () => {
    const whole = cleaned(action.fields, body);
    const wrong = wrongIn(action.fields, whole, says);
    setProblems(wrong);
    if (Object.keys(wrong).length > 0) return;
    setBusy(true);
    try {
      const answer = await run(whole);
      if (answer.job) {
        setStarted(answer.job);
        await look();
      } else {
        await queries.invalidateQueries();
        setDone(
          answer.done ?? {
            says: { en: t("state_of.done"), "zh-CN": t("state_of.done") },
            records: [],
          },
        );
      }
    } catch (error) {
      if (error instanceof ApiError && error.fields.length > 0) {
        setProblems(byPath(error.fields, (one) => nameOf(one.says, i18n.language) || one.code));
      } else message.error(errorText(error, t));
    } finally {
      setBusy(false);
    }
  };
  const name = nameOf(action.name, i18n.language);
  const over = done !== null || started !== null;
  const own = typeof body.currency === "string" ? body.currency : props.currency;
  return (
    <Modal
      open
      width={action.fields.some(({ type }) => type === "lines") ? "min(900px, 96vw)" : 560}
      title={on ? `${name} · ${on}` : name}
      onCancel={close}
      mask={{ closable: over }}
      footer={
        over ? (
          <Button type="primary" onClick={close}>
            {started && !ended ? t("chapter.in_background") : t("action.close")}
          </Button>
        ) : (
          <>
            <Button onClick={close}>{t("action.cancel")}</Button>
            <Button type="primary" loading={busy} onClick={start}>
              {name}
            </Button>
          </>
        )
      }
    >
      <div ref={box} className="action-form">
        {done && <DoneTold done={done} />}
        {started && <JobTold job={job} />}
        {!over && (
          <>
            {action.help && <p className="mut">{nameOf(action.help, i18n.language)}</p>}
            <ProblemList form={form} fields={action.fields} problems={problems} />
            <FieldsForm
              form={form}
              fields={action.fields}
              body={body}
              onChange={setBody}
              problems={problems}
              onSolved={setProblems}
              names={names}
              currency={own ?? choices?.reporting_currency ?? "USD"}
            />
          </>
        )}
      </div>
    </Modal>
  );
}
