import { App, Button, Popconfirm } from "antd";
import { Paperclip, X } from "lucide-react";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import type { TaskDetail } from "../../api/loop";
import * as calls from "../../api/loopCalls";
import { useSaving } from "../../app/useSaving";
import { useMay } from "../../app/useSession";
import { useFormat } from "../../format/useFormat";
import { errorText } from "../../i18n/names";

/** Files of a task, kept sealed on this machine. */
export function Attachments({ task }: { task: TaskDetail }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { message } = App.useApp();
  const mayWork = useMay("work");
  const id = useId();
  const { save, saving } = useSaving(async (files: File[]) => {
    for (const file of files) await calls.attachTo(task.id, file);
  });
  const { save: detach } = useSaving(calls.dropAttachment);
  return (
    <section aria-label={t("tasks.attachments")}>
      <h3>{t("tasks.attachments")}</h3>
      <ul>
        {task.attachments.map((one) => (
          <li key={one.id}>
            <button
              type="button"
              className="link"
              onClick={() =>
                calls
                  .saveAttachment(task.id, one)
                  .catch((error) => message.error(errorText(error, t)))
              }
            >
              {one.name}
            </button>{" "}
            <span className="mut sm">
              {format.bytes(one.bytes)} · {one.who} · {format.moment(one.at)}
            </span>
            {mayWork && (
              <Popconfirm
                title={t("tasks.detach_sure", { name: one.name })}
                okText={t("action.remove")}
                cancelText={t("action.cancel")}
                onConfirm={() => detach(task.id, one.id)}
              >
                <Button
                  size="small"
                  type="text"
                  icon={<X size={12} aria-hidden />}
                  aria-label={t("tasks.detach", { name: one.name })}
                />
              </Popconfirm>
            )}
          </li>
        ))}
      </ul>
      {mayWork && (
        <label htmlFor={id} className="attach">
          <Paperclip size={13} aria-hidden /> {t(saving ? "state.loading" : "tasks.attach")}
          <input
            id={id}
            type="file"
            multiple
            className="visually-hidden"
            onChange={(event) => {
              const files = [...(event.target.files ?? [])];
              event.target.value = "";
              if (files.length) save(files);
            }}
          />
        </label>
      )}
    </section>
  );
}
