import { Button, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { TaskDetail } from "../../api/loop";
import * as calls from "../../api/loopCalls";
import { useSaving } from "../../app/useSaving";
import { useMay } from "../../app/useSession";
import { useFormat } from "../../format/useFormat";

/** What was said about a task. */
export function Comments({ task }: { task: TaskDetail }) {
  const { t } = useTranslation();
  const format = useFormat();
  const mayWork = useMay("work");
  const [text, setText] = useState("");
  const { save, saving } = useSaving(calls.commentTask);
  const send = async () => {
    if (text.trim() && (await save(task.id, text.trim()))) setText("");
  };
  return (
    <section aria-label={t("tasks.comments")}>
      <h3>{t("tasks.comments")}</h3>
      <ul className="comments">
        {task.comments.map((one) => (
          <li key={one.id}>
            <b>{one.who}</b> <span className="mut sm">{format.moment(one.at)}</span>
            <p>{one.text}</p>
          </li>
        ))}
      </ul>
      {mayWork && (
        <div className="comment-form">
          <Input.TextArea
            rows={2}
            maxLength={4000}
            aria-label={t("tasks.comment")}
            placeholder={t("tasks.comment")}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
          <Button loading={saving} disabled={!text.trim()} onClick={send}>
            {t("tasks.send")}
          </Button>
        </div>
      )}
    </section>
  );
}
