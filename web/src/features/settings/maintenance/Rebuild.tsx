import { App, Button, Popconfirm } from "antd";
import { useTranslation } from "react-i18next";
import * as calls from "../../../api/calls";
import { JobList } from "../../../app/jobs/JobList";
import { isActive, useJobs } from "../../../app/jobs/JobsProvider";
import { useSaving } from "../../../app/useSaving";

/** All facts anew from the files as received: a job, followed here. */
export function Rebuild() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const { jobs, look } = useJobs();
  const { save: start, saving } = useSaving(calls.rebuild);
  const newest = jobs.find(({ kind }) => kind === "rebuild");
  const run = async () => {
    if (!(await start())) return;
    look();
    message.info(t("maintenance.rebuild_started"));
  };
  return (
    <section className="maintenance" aria-labelledby="maintenance-rebuild">
      <h2 id="maintenance-rebuild">{t("maintenance.rebuild")}</h2>
      <p className="mut">{t("maintenance.rebuild_says")}</p>
      <Popconfirm
        title={t("maintenance.rebuild_sure")}
        description={t("maintenance.rebuild_sure_says")}
        okText={t("maintenance.rebuild_do")}
        cancelText={t("action.cancel")}
        onConfirm={run}
      >
        <Button loading={saving || (newest !== undefined && isActive(newest))}>
          {t("maintenance.rebuild_do")}
        </Button>
      </Popconfirm>
      <div aria-live="polite">{newest && <JobList jobs={[newest]} />}</div>
    </section>
  );
}
