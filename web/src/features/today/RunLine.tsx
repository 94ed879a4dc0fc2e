import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { App, Button, Popover, Progress } from "antd";
import { Play, TriangleAlert } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { FindingRun } from "../../api/loop";
import * as calls from "../../api/loopCalls";
import { isActive, useJobs } from "../../app/jobs/JobsProvider";
import { useMay } from "../../app/useSession";
import { useFormat } from "../../format/useFormat";
import { errorText, nameOf } from "../../i18n/names";
import { ruleParams } from "../loop/names";

/** The job that runs the rules. */
export const RUN_KIND = "findings_run";

/** Starts the rules; the jobs say how far they are. */
export function useRun() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const { jobs, look } = useJobs();
  const [asked, setAsked] = useState(false);
  const job = jobs.find((one) => one.kind === RUN_KIND && isActive(one));
  const run = async () => {
    setAsked(true);
    try {
      await calls.runFindings();
      look();
    } catch (error) {
      message.error(errorText(error, t));
    }
    setAsked(false);
    await queries.invalidateQueries({ queryKey: ["findings"] });
  };
  return { run, job, busy: asked || job !== undefined };
}

function Problems({ problems }: { problems: FindingRun["problems"] }) {
  const { t, i18n } = useTranslation();
  return (
    <Popover
      trigger="click"
      placement="bottomRight"
      title={t("today.problems_title")}
      content={
        <ul className="rule-problems">
          {problems.map((one) => (
            <li key={one.rule}>
              <Link to="/rules/$family/$name" params={ruleParams(one.rule)}>
                {one.rule}
              </Link>
              <span>{nameOf(one.text, i18n.language)}</span>
            </li>
          ))}
        </ul>
      }
    >
      <button type="button" className="link warn">
        <TriangleAlert size={12} aria-hidden /> {t("today.problems", { count: problems.length })}
      </button>
    </Popover>
  );
}

/** When the rules were run last, what failed, and a way to run them now. */
export function RunLine({ run }: { run: FindingRun | null | undefined }) {
  const { t } = useTranslation();
  const format = useFormat();
  const mayWork = useMay("work");
  const { run: start, job, busy } = useRun();
  const progress = job?.progress;
  return (
    <div className="run-line">
      {job && progress ? (
        <span className="run-progress" role="status">
          <Progress
            percent={progress.total > 0 ? Math.floor((progress.done / progress.total) * 100) : 0}
            size="small"
            aria-label={t("today.running")}
          />
          <span className="mut sm">
            {t("today.running_rule", {
              done: format.number(progress.done),
              total: format.number(progress.total),
              rule: progress.step,
            })}
          </span>
        </span>
      ) : (
        <span className="mut sm">
          {run
            ? t("today.checked", { count: run.rules, day: format.day(run.day) })
            : t("today.never_run")}
          {run && run.problems.length > 0 && (
            <>
              {t("loop.pause")}
              <Problems problems={run.problems} />
            </>
          )}
        </span>
      )}
      {mayWork && (
        <Button size="small" icon={<Play size={12} aria-hidden />} loading={busy} onClick={start}>
          {t("today.run")}
        </Button>
      )}
    </div>
  );
}
