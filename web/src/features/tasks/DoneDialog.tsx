import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { App, Button, Checkbox, Form, Modal } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { NewChange, TaskDetail } from "../../api/loop";
import * as calls from "../../api/loopCalls";
import { useSaving } from "../../app/useSaving";
import { Await } from "../../ui/States";
import { usePlays } from "../loop/queries";
import { ChangeFields, type ChangeForm, changeOf, formOf } from "../sku/ChangeFields";
import { taskQuery } from "./queries";

/** What the task most likely changed, from its subject and its play. */
function guess(task: TaskDetail, kind: string | undefined): Partial<NewChange> {
  const key = task.subject?.key ?? {};
  return {
    kind: kind ?? "other",
    store: key.store ?? "",
    market: key.market ?? "",
    seller_sku: key.seller_sku ?? null,
    campaign: key.campaign ?? null,
    what: task.title,
    ...task.change,
  };
}

function Record({ task, close }: { task: TaskDetail; close(): void }) {
  const { t, i18n } = useTranslation();
  const { notification } = App.useApp();
  const navigate = useNavigate();
  const play = usePlays().get(task.play ?? "");
  const [form] = Form.useForm<ChangeForm>();
  const [records, setRecords] = useState(Boolean(task.finding_id || task.change));
  const { save, saving } = useSaving(async (change: NewChange | null) => {
    const { effect_id } = await calls.taskDone(task.id, change);
    notification.success({
      title: t("tasks.finished"),
      description: change ? t("tasks.finished_says") : undefined,
      placement: "bottomLeft",
      actions: effect_id != null && (
        <Button
          size="small"
          onClick={() => navigate({ to: "/effects/$id", params: { id: String(effect_id) } })}
        >
          {t("tasks.open_effect")}
        </Button>
      ),
    });
  });
  const finish = async (values?: ChangeForm) => {
    if (await save(values ? changeOf(values) : null)) close();
  };
  return (
    <Modal
      open
      width={600}
      title={t("tasks.done_title")}
      okText={t("tasks.finish")}
      cancelText={t("action.cancel")}
      confirmLoading={saving}
      onOk={() => (records ? form.submit() : finish())}
      onCancel={close}
    >
      <Checkbox checked={records} onChange={(event) => setRecords(event.target.checked)}>
        {t("tasks.record")}
      </Checkbox>
      <p className="mut sm">{t("tasks.record_says")}</p>
      {records && (
        <Form
          form={form}
          layout="vertical"
          requiredMark={false}
          initialValues={formOf(guess(task, play?.kind), i18n.language)}
          onFinish={finish}
        >
          <ChangeFields />
        </Form>
      )}
    </Modal>
  );
}

/** A task is done: what was changed is written down, so that its effect can be told. */
export function DoneDialog({ id, close }: { id: number; close(): void }) {
  const query = useQuery(taskQuery(id));
  if (query.data) return <Record task={query.data} close={close} />;
  return (
    <Modal open footer={null} onCancel={close}>
      <Await query={query}>{() => null}</Await>
    </Modal>
  );
}
