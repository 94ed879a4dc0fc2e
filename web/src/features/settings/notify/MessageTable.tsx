import { useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Receiver, SentMessage } from "../../../api/loop";
import * as calls from "../../../api/loopCalls";
import { useFormat } from "../../../format/useFormat";
import { Await } from "../../../ui/States";

const TONES: Record<SentMessage["state"], string> = {
  waiting: "look",
  sent: "good",
  failed: "bad",
};

/** What receivers were told, and why something did not arrive. */
export function MessageTable({ receivers }: { receivers: Receiver[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [receiver, setReceiver] = useState<number>();
  const query = useQuery({
    queryKey: ["messages", receiver],
    queryFn: () => calls.messages(receiver),
  });
  const nameOf = (id: number) => receivers.find((one) => one.id === id)?.name ?? String(id);
  return (
    <section aria-label={t("notify.messages")}>
      <div className="row">
        <h2>{t("notify.messages")}</h2>
        <Select
          size="small"
          allowClear
          aria-label={t("notify.of")}
          placeholder={t("notify.all")}
          value={receiver}
          onChange={setReceiver}
          options={receivers.map(({ id, name }) => ({ value: id, label: name }))}
          style={{ minWidth: 150 }}
        />
      </div>
      <Await query={query} height={80}>
        {({ messages }) =>
          messages.length === 0 ? (
            <p className="mut">{t("notify.no_messages")}</p>
          ) : (
            <table className="plain">
              <thead>
                <tr>
                  <th scope="col">{t("field.at")}</th>
                  <th scope="col">{t("notify.name")}</th>
                  <th scope="col">{t("notify.what")}</th>
                  <th scope="col">{t("field.state")}</th>
                  <th scope="col">{t("notify.reason")}</th>
                </tr>
              </thead>
              <tbody>
                {messages.map((one) => (
                  <tr key={one.id}>
                    <td>{format.moment(one.sent ?? one.at)}</td>
                    <td>{nameOf(one.receiver)}</td>
                    <td>
                      {one.title}{" "}
                      <span className="mut sm">
                        {t(`notify.event.${one.event}`, { defaultValue: one.event })}
                      </span>
                    </td>
                    <td>
                      <span className={`tag ${TONES[one.state]}`}>
                        {t(`notify.state.${one.state}`, { count: one.tries })}
                      </span>
                    </td>
                    <td>{one.error ?? "—"}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          )
        }
      </Await>
    </section>
  );
}
