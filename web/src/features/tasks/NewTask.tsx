import { Form, Input, Modal } from "antd";
import { useTranslation } from "react-i18next";
import * as calls from "../../api/loopCalls";
import { useSaving } from "../../app/useSaving";
import { useSession } from "../../app/useSession";
import { DayField } from "../loop/DayField";
import { PersonSelect } from "../loop/PersonSelect";

interface TaskForm {
  title: string;
  owner: string;
  due?: string;
  note?: string;
  steps?: string;
}

/** Lines of a text as the items of a checklist. */
export const stepsOf = (text: string | undefined) =>
  (text ?? "")
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean)
    .map((line) => ({ text: line, done: false }));

/** A task that no finding asked for. */
export function NewTask({ close, added }: { close(): void; added(id: number): void }) {
  const { t } = useTranslation();
  const me = useSession().data?.user?.login;
  const [form] = Form.useForm<TaskForm>();
  const { save, saving } = useSaving(async (values: TaskForm) => {
    const { steps, note, ...rest } = values;
    const task = await calls.addTask({
      ...rest,
      note: note?.trim() || null,
      checklist: stepsOf(steps),
    });
    added(task.id);
  });
  return (
    <Modal
      open
      title={t("tasks.add")}
      okText={t("tasks.create")}
      cancelText={t("action.cancel")}
      confirmLoading={saving}
      onOk={form.submit}
      onCancel={close}
    >
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ owner: me }}
        onFinish={save}
      >
        <Form.Item
          name="title"
          label={t("tasks.title")}
          rules={[{ required: true, whitespace: true, message: t("form.required") }]}
        >
          <Input autoFocus maxLength={200} />
        </Form.Item>
        <div className="pair">
          <Form.Item name="owner" label={t("field.owner")}>
            <PersonSelect />
          </Form.Item>
          <Form.Item name="due" label={t("field.due")}>
            <DayField />
          </Form.Item>
        </div>
        <Form.Item name="steps" label={t("tasks.checklist")} extra={t("tasks.steps_says")}>
          <Input.TextArea rows={3} />
        </Form.Item>
        <Form.Item name="note" label={t("field.note")}>
          <Input.TextArea rows={2} maxLength={2000} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
