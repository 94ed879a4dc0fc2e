import { Drawer } from "antd";
import { useTranslation } from "react-i18next";
import { Empty } from "../../ui/States";
import { JobList } from "./JobList";
import { useJobs } from "./JobsProvider";

export default function JobsDrawer({ close }: { close(): void }) {
  const { t } = useTranslation();
  const { jobs } = useJobs();
  return (
    <Drawer open onClose={close} title={t("jobs.title")} size={440}>
      {jobs.length === 0 && <Empty title={t("jobs.none")} says={t("jobs.none_says")} />}
      <JobList jobs={jobs} />
    </Drawer>
  );
}
