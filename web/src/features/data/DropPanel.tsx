import { useQuery } from "@tanstack/react-query";
import { App, AutoComplete, Button, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import * as calls from "../../api/calls";
import { JobList } from "../../app/jobs/JobList";
import { useJobs } from "../../app/jobs/JobsProvider";
import { useScope } from "../../app/useScope";
import { useFormat } from "../../format/useFormat";
import { errorText } from "../../i18n/names";
import { DayRange } from "../../ui/DayRange";
import { Panel } from "../../ui/Panel";
import { DropZone } from "./DropZone";

const JOBS_SHOWN = 8;

interface Given {
  store: string;
  market?: string;
  period?: [string, string];
}

/** The form of an upload: what the files do not say stands before them. */
export function formOf(files: File[], given: Given): FormData {
  const form = new FormData();
  if (given.store) form.set("store", given.store);
  if (given.market) form.set("market", given.market);
  if (given.period) {
    form.set("period_from", given.period[0]);
    form.set("period_to", given.period[1]);
  }
  for (const file of files) form.append("file", file, file.name);
  return form;
}

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
  const format = useFormat();
  const { choices } = useScope();
  const { jobs } = useJobs();
  const { upload, sent, busy } = useUpload();
  const markets = useQuery({ queryKey: ["stores"], queryFn: calls.stores }).data?.markets ?? [];
  const [store, setStore] = useState<string | null>(null);
  const [market, setMarket] = useState<string>();
  const [period, setPeriod] = useState<[string, string]>();
  const [waiting, setWaiting] = useState<File[]>([]);

  const known = choices?.stores ?? [];
  const chosen = store ?? known[0]?.name ?? "";
  const send = async (files: File[]) => {
    const done = await upload(files, { store: chosen.trim(), market, period });
    setWaiting(done ? [] : files);
  };
  const mine = jobs.filter((job) => sent.includes(job.id)).slice(0, JOBS_SHOWN);
  return (
    <Panel title={t("data.import")} sub={t("data.import_sub")}>
      <div className="drop-panel">
        <DropZone
          title={t("data.drop")}
          says={t("data.drop_says")}
          onFiles={(files) => (chosen.trim() ? send(files) : setWaiting(files))}
        />
        <div className="drop-given">
          <div className="field">
            <label htmlFor="drop-store">{t("field.store")}</label>
            <AutoComplete
              id="drop-store"
              value={chosen}
              onChange={setStore}
              options={known.map(({ name }) => ({ value: name }))}
              placeholder={t("data.store_hint")}
              status={waiting.length > 0 && !chosen.trim() ? "warning" : undefined}
            />
          </div>
          <div className="field">
            <label htmlFor="drop-market">{t("data.market_given")}</label>
            <Select
              id="drop-market"
              value={market}
              onChange={setMarket}
              allowClear
              showSearch={{ optionFilterProp: "label" }}
              placeholder={t("data.from_file")}
              options={markets.map((code) => ({ value: code, label: format.country(code) }))}
            />
          </div>
          <div className="field">
            <span className="mut">{t("data.period_given")}</span>
            <DayRange
              value={period}
              onChange={setPeriod}
              placeholder={t("data.from_file")}
              clearable
            />
          </div>
          {waiting.length > 0 && (
            <div className="drop-waiting" role="status">
              <span>
                {t("data.waiting", {
                  count: waiting.length,
                  names: waiting.map((file) => file.name).join(", "),
                })}
              </span>
              <Button
                type="primary"
                loading={busy}
                disabled={!chosen.trim()}
                onClick={() => send(waiting)}
              >
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
