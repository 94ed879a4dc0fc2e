import { Form, Input, Modal } from "antd";
import { useTranslation } from "react-i18next";
import * as calls from "../../api/calls";
import type { NewProduct as Values } from "../../api/types";
import { useSaving } from "../../app/useSaving";

const MORE = ["brand", "category", "owner"] as const;

export function NewProduct({ close }: { close(): void }) {
  const { t } = useTranslation();
  const [form] = Form.useForm<Values>();
  const { save, saving } = useSaving(calls.addProduct);
  const finish = async (values: Values) => {
    if (await save(values)) close();
  };
  return (
    <Modal
      open
      title={t("products.add")}
      okText={t("action.save")}
      cancelText={t("action.cancel")}
      confirmLoading={saving}
      onOk={form.submit}
      onCancel={close}
    >
      <Form form={form} layout="vertical" onFinish={finish} requiredMark={false}>
        <Form.Item name="sku" label={t("field.sku")} rules={[{ required: true }]}>
          <Input autoFocus />
        </Form.Item>
        <Form.Item name="name" label={t("field.product_name")} rules={[{ required: true }]}>
          <Input />
        </Form.Item>
        {MORE.map((name) => (
          <Form.Item key={name} name={name} label={t(`field.${name}`)}>
            <Input />
          </Form.Item>
        ))}
      </Form>
    </Modal>
  );
}
