import { App, Button } from "antd";
import type { ReactNode } from "react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { isActive, useJobs } from "../../app/jobs/JobsProvider";
import { resultOf } from "../../app/jobs/result";
import { useMay } from "../../app/useSession";
import { errorText } from "../../i18n/names";

interface StartJobProps {
  /** The kind of the job that is started. */
  kind: string;
  icon?: ReactNode;
  label: string;
  start(): Promise<unknown>;
}

/** Starts a background job, and waits with it. */
export function StartJob({ kind, icon, label, start }: StartJobProps) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const { jobs, look } = useJobs();
  const mayWork = useMay("work");
  const [asked, setAsked] = useState(false);
  const busy = asked || jobs.some((job) => job.kind === kind && isActive(job));
  // Whoever asked is told what came of it.
  const waitsFor = useRef(false);
  const last = jobs.filter((job) => job.kind === kind).sort((a, b) => b.id - a.id)[0];
  useEffect(() => {
    if (!waitsFor.current || busy || !last || isActive(last)) return;
    waitsFor.current = false;
    const came = last.result && resultOf(kind, last.result.rows, t);
    if (came) message.success(came);
  }, [busy, last, kind, t, message]);
  const run = async () => {
    setAsked(true);
    try {
      await start();
      await look();
      waitsFor.current = true;
    } catch (error) {
      message.error(errorText(error, t));
    }
    setAsked(false);
  };
  if (!mayWork) return null;
  return (
    <Button icon={icon} loading={busy} onClick={run}>
      {label}
    </Button>
  );
}
