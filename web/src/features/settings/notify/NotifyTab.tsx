import { useQuery } from "@tanstack/react-query";
import { App, Button, Popconfirm } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Receiver, Receivers } from "../../../api/loop";
import * as calls from "../../../api/loopCalls";
import { useSaving } from "../../../app/useSaving";
import { isZero } from "../../../format/decimal";
import { useFormat } from "../../../format/useFormat";
import { errorText } from "../../../i18n/names";
import { Await, Empty } from "../../../ui/States";
import { MessageTable } from "./MessageTable";
import { ReceiverDialog } from "./ReceiverDialog";

function TryButton({ receiver }: { receiver: Receiver }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [busy, setBusy] = useState(false);
  const run = async () => {
    setBusy(true);
    try {
      await calls.tryReceiver(receiver.id);
      message.success(t("notify.tried", { name: receiver.name }));
    } catch (error) {
      message.error(`${errorText(error, t)} ${(error as { detail?: string }).detail ?? ""}`);
    }
    setBusy(false);
  };
  return (
    <Button size="small" loading={busy} onClick={run}>
      {t("notify.try")}
    </Button>
  );
}

function Rows({ found, edit }: { found: Receivers; edit(receiver: Receiver): void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { save } = useSaving(calls.dropReceiver);
  return (
    <table className="plain">
      <thead>
        <tr>
          <th scope="col">{t("notify.name")}</th>
          <th scope="col">{t("field.kind")}</th>
          <th scope="col">{t("notify.events")}</th>
          <th scope="col">{t("notify.person")}</th>
          <th scope="col" className="num">
            {t("notify.min_monthly")}
          </th>
          <th scope="col">{t("field.state")}</th>
          <th scope="col">
            <span className="visually-hidden">{t("action.edit")}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {found.receivers.map((one) => (
          <tr key={one.id}>
            <th scope="row">{one.name}</th>
            <td>{t(`notify.kind.${one.kind}`, { defaultValue: one.kind })}</td>
            <td>
              {one.events
                .map((event) => t(`notify.event.${event}`, { defaultValue: event }))
                .join(t("loop.comma"))}
            </td>
            <td>{one.person ?? t("notify.everybody")}</td>
            <td className="num">
              {isZero(one.min_monthly) ? "—" : format.number(one.min_monthly, 2)}
            </td>
            <td>
              <span className={`tag ${one.active ? "good" : ""}`}>
                {t(one.active ? "notify.on" : "notify.off")}
              </span>
            </td>
            <td>
              <span className="row">
                <TryButton receiver={one} />
                <Button size="small" onClick={() => edit(one)}>
                  {t("action.edit")}
                </Button>
                <Popconfirm
                  title={t("notify.drop_sure", { name: one.name })}
                  okText={t("action.remove")}
                  cancelText={t("action.cancel")}
                  onConfirm={() => save(one.id)}
                >
                  <Button size="small" type="text">
                    {t("action.remove")}
                  </Button>
                </Popconfirm>
              </span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Who is told what happens, by e-mail or in the chat of the team; and what was told. */
export function NotifyTab() {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ["receivers"], queryFn: calls.receivers });
  const [editing, setEditing] = useState<Receiver | "new" | null>(null);
  const add = (
    <Button type="primary" onClick={() => setEditing("new")}>
      {t("notify.add")}
    </Button>
  );
  return (
    <Await query={query}>
      {(found) => (
        <div className="stack">
          <p className="mut">{t("notify.says")}</p>
          {found.receivers.length === 0 ? (
            <Empty title={t("notify.none")} says={t("notify.none_says")} action={add} />
          ) : (
            <>
              <Rows found={found} edit={setEditing} />
              <div>{add}</div>
              <MessageTable receivers={found.receivers} />
            </>
          )}
          {editing && (
            <ReceiverDialog
              found={found}
              receiver={editing === "new" ? undefined : editing}
              close={() => setEditing(null)}
            />
          )}
        </div>
      )}
    </Await>
  );
}
