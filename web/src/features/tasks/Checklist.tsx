import { Button, Checkbox, Input } from "antd";
import { X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { CheckItem, TaskDetail } from "../../api/loop";
import * as calls from "../../api/loopCalls";
import { useSaving } from "../../app/useSaving";
import { useMay } from "../../app/useSession";
import { nameOf } from "../../i18n/names";

/** The steps of a task, ticked off one by one. */
export function Checklist({ task }: { task: TaskDetail }) {
  const { t, i18n } = useTranslation();
  const mayWork = useMay("work");
  const [text, setText] = useState("");
  const { save, saving } = useSaving(calls.saveTask);
  const keep = (checklist: CheckItem[]) => save(task.id, { checklist });
  const add = async () => {
    if (!text.trim()) return;
    if (await keep([...task.checklist, { text: text.trim(), done: false }])) setText("");
  };
  const items = task.checklist.map((item, at) => ({
    ...item,
    at,
    key: `${at}.${item.text}`,
    shown: nameOf(item.says, i18n.language) || item.text,
  }));
  const done = items.filter((one) => one.done).length;
  return (
    <section aria-label={t("tasks.checklist")}>
      <h3>
        {t("tasks.checklist")}{" "}
        {items.length > 0 && (
          <span className="mut">
            {done}/{items.length}
          </span>
        )}
      </h3>
      <ul className="checklist">
        {items.map((item) => (
          <li key={item.key}>
            <Checkbox
              checked={item.done}
              disabled={!mayWork || saving}
              onChange={(event) =>
                keep(
                  task.checklist.map((one, at) =>
                    at === item.at ? { ...one, done: event.target.checked } : one,
                  ),
                )
              }
            >
              {item.shown}
            </Checkbox>
            {mayWork && (
              <Button
                size="small"
                type="text"
                icon={<X size={12} aria-hidden />}
                aria-label={t("tasks.drop_step", { step: item.shown })}
                onClick={() => keep(task.checklist.filter((_, at) => at !== item.at))}
              />
            )}
          </li>
        ))}
      </ul>
      {mayWork && (
        <Input
          aria-label={t("tasks.add_step")}
          placeholder={t("tasks.add_step")}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onPressEnter={add}
        />
      )}
    </section>
  );
}
