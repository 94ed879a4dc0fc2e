import { Form, Modal } from "antd";
import { useTranslation } from "react-i18next";
import type { NewChange } from "../../api/loop";
import * as calls from "../../api/loopCalls";
import { useSaving } from "../../app/useSaving";
import { ChangeFields, type ChangeForm, changeOf, formOf } from "./ChangeFields";

interface ChangeDialogProps {
  given: Partial<NewChange>;
  close(): void;
}

/** A change typed in by hand, or told of a task that is done. */
export function ChangeDialog({ given, close }: ChangeDialogProps) {
  const { t, i18n } = useTranslation();
  const [form] = Form.useForm<ChangeForm>();
  const { save, saving } = useSaving(calls.addChange);
  const finish = async (values: ChangeForm) => {
    if (await save({ ...changeOf(values), task: given.task })) close();
  };
  return (
    <Modal
      open
      width={600}
      title={t("change.add")}
      okText={t("action.save")}
      cancelText={t("action.cancel")}
      confirmLoading={saving}
      onOk={form.submit}
      onCancel={close}
    >
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={formOf(given, i18n.language)}
        onFinish={finish}
      >
        <ChangeFields />
      </Form>
    </Modal>
  );
}
