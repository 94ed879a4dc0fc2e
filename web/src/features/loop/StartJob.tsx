import { App, Button } from "antd";
import type { ReactNode } from "react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { isActive, useJobs } from "../../app/jobs/JobsProvider";
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
  const run = async () => {
    setAsked(true);
    try {
      await start();
      look();
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
