import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Progress } from "antd";
import { useTranslation } from "react-i18next";
import * as calls from "../../api/calls";
import type { Job } from "../../api/types";
import { useFormat } from "../../format/useFormat";
import { nameOf, problemText } from "../../i18n/names";
import { isActive } from "./JobsProvider";
import { resultOf } from "./result";

const TONES: Record<string, string> = { done: "good", duplicate: "look", failed: "bad" };

function stateOf(job: Job): string {
  return job.state === "done" ? (job.result?.state ?? "done") : job.state;
}

/** Why a file did not come in, in the words of its first problem. */
function Reason({ id }: { id: number }) {
  const { i18n } = useTranslation();
  const { data } = useQuery({ queryKey: ["problems", id], queryFn: () => calls.problems(id) });
  const worst = data?.problems.find(({ severity }) => severity === "error") ?? data?.problems[0];
  return worst ? <div className="neg sm">{problemText(worst, i18n.language)}</div> : null;
}

function JobRow({ job }: { job: Job }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const state = stateOf(job);
  const { done, total, unit, step } = job.progress;
  const amount = (value: number) => (unit === "bytes" ? format.bytes(value) : format.number(value));
  return (
    <li className="job">
      <div className="row">
        <span className="job-name">{job.subject || t(`jobs.kind.${job.kind}`)}</span>
        <span className="gap" />
        <span className={`tag ${TONES[state] ?? ""}`}>{t(`state_of.${state}`)}</span>
      </div>
      {isActive(job) && (
        <>
          <Progress
            percent={total > 0 ? Math.floor((done / total) * 100) : 0}
            size="small"
            aria-label={job.subject}
          />
          <div className="mut sm">
            {step && t(`step.${step}`, { defaultValue: step })}{" "}
            {total > 0 && `${amount(done)} / ${amount(total)}`}
          </div>
        </>
      )}
      {job.error && <div className="neg sm">{job.error}</div>}
      {job.result?.state === "failed" && job.result.import != null && (
        <Reason id={job.result.import} />
      )}
      {job.result && (
        <div className="mut sm">
          {nameOf(job.result.done?.says, i18n.language) ||
            (resultOf(job.kind, job.result.rows, t) ??
              t("grid.rows", { count: job.result.rows, shown: format.number(job.result.rows) }))}
          {job.result.import != null && (
            <>
              {" · "}
              <Link to="/data" search={{ import: job.result.import }}>
                {t("data.open_import")}
              </Link>
            </>
          )}
        </div>
      )}
    </li>
  );
}

export function JobList({ jobs }: { jobs: Job[] }) {
  return (
    <ul className="jobs">
      {jobs.map((job) => (
        <JobRow key={job.id} job={job} />
      ))}
    </ul>
  );
}
