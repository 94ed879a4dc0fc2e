import { App, Button, Checkbox } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import * as calls from "../../api/calls";
import { JobList } from "../../app/jobs/JobList";
import { useJobs } from "../../app/jobs/JobsProvider";
import { useScope } from "../../app/useScope";
import { errorText } from "../../i18n/names";
import { Panel } from "../../ui/Panel";
import { DropZone } from "./DropZone";
import { GivenFields } from "./GivenFields";
import { formOf, type Given } from "./given";

const JOBS_SHOWN = 8;

function useUpload() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const { look } = useJobs();
  const [sent, setSent] = useState<number[]>([]);
  const [busy, setBusy] = useState(false);

  const upload = async (files: File[], given: Given): Promise<boolean> => {
    setBusy(true);
    try {
      const jobs = await calls.sendFiles(formOf(files, given));
      setSent((now) => [...jobs.map((job) => job.id), ...now]);
      look();
      return true;
    } catch (error) {
      message.error(errorText(error, t));
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { upload, sent, busy };
}

/** Where reports come in: files, the store they belong to, and what became of them. */
export function DropPanel() {
  const { t } = useTranslation();
  const { choices } = useScope();
  const { jobs } = useJobs();
  const { upload, sent, busy } = useUpload();
  const [given, setGiven] = useState<Partial<Given>>({});
  const [waiting, setWaiting] = useState<File[]>([]);

  const store = given.store ?? choices?.stores[0]?.name ?? "";
  const named = store.trim() !== "";
  const send = async (files: File[]) => {
    const done = await upload(files, { ...given, store: store.trim() });
    setWaiting(done ? [] : files);
    // To replace is meant for these files, not for whatever is dropped next.
    if (done) setGiven((now) => ({ ...now, replace: false }));
  };
  const mine = jobs.filter((job) => sent.includes(job.id)).slice(0, JOBS_SHOWN);
  return (
    <Panel title={t("data.import")} sub={t("data.import_sub")}>
      <div className="drop-panel">
        <DropZone
          title={t("data.drop")}
          says={t("data.drop_says")}
          onFiles={(files) => (named ? send(files) : setWaiting(files))}
        />
        <div className="drop-given">
          <GivenFields
            given={{ ...given, store }}
            onChange={setGiven}
            storeWanted={waiting.length > 0 && !named}
          />
          <div>
            <Checkbox
              checked={given.replace ?? false}
              onChange={(event) => setGiven({ ...given, replace: event.target.checked })}
            >
              {t("data.replace")}
            </Checkbox>
            <p className="mut sm">{t("data.replace_says")}</p>
          </div>
          {waiting.length > 0 && (
            <div className="drop-waiting" role="status">
              <span>
                {t("data.waiting", {
                  count: waiting.length,
                  names: waiting.map((file) => file.name).join(", "),
                })}
              </span>
              <Button type="primary" loading={busy} disabled={!named} onClick={() => send(waiting)}>
                {t("data.start")}
              </Button>
            </div>
          )}
        </div>
      </div>
      {mine.length > 0 && (
        <div className="drop-jobs" aria-live="polite">
          <JobList jobs={mine} />
        </div>
      )}
    </Panel>
  );
}
