import { App, Button } from "antd";
import { Download } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import * as calls from "../../api/calls";
import type { FileFormat } from "../../api/types";
import { JobList } from "../../app/jobs/JobList";
import { useJobs } from "../../app/jobs/JobsProvider";
import { useMay } from "../../app/useSession";
import { errorText } from "../../i18n/names";
import { DropZone } from "../data/DropZone";
import { formOf } from "../data/given";

const TEMPLATES = [
  "product_costs",
  "pairing",
  "purchases",
  "freight",
  "fx_rates",
  "expenses",
  "reviews",
  "inbound",
] as const;
const FORMATS: FileFormat[] = ["xlsx", "csv"];

/** Lists as files: download a template, fill it, drop it back. */
export function TemplatesTab() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const { jobs, look } = useJobs();
  const mayEdit = useMay("edit");
  const [sent, setSent] = useState<number[]>([]);

  const failed = (error: unknown) => message.error(errorText(error, t));
  const upload = async (files: File[]) => {
    try {
      const started = await calls.sendTemplates(formOf(files, { store: "" }));
      setSent((now) => [...started.map((job) => job.id), ...now]);
      look();
    } catch (error) {
      failed(error);
    }
  };
  return (
    <div className="templates">
      <ul>
        {TEMPLATES.map((name) => (
          <li key={name}>
            <div>
              <h3>{t(`template.${name}`)}</h3>
              <p className="mut sm">{t(`template.${name}_says`)}</p>
            </div>
            <span className="row">
              {FORMATS.map((format) => (
                <Button
                  key={format}
                  size="small"
                  icon={<Download size={13} />}
                  aria-label={`${t(`template.${name}`)} ${format.toUpperCase()}`}
                  onClick={() => calls.saveTemplate(name, format).catch(failed)}
                >
                  {format.toUpperCase()}
                </Button>
              ))}
            </span>
          </li>
        ))}
      </ul>
      {mayEdit && (
        <div>
          <DropZone title={t("products.drop")} says={t("products.drop_says")} onFiles={upload} />
          <div className="template-jobs" aria-live="polite">
            <JobList jobs={jobs.filter((job) => sent.includes(job.id))} />
          </div>
        </div>
      )}
    </div>
  );
}
