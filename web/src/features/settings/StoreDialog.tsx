import { Form, Modal } from "antd";
import { useTranslation } from "react-i18next";
import * as calls from "../../api/calls";
import type { ChangeStore, Store } from "../../api/types";
import { useSaving } from "../../app/useSaving";
import { StoreFields } from "./StoreFields";

interface StoreDialogProps {
  store: Store;
  markets: string[];
  close(): void;
}

/** Changes a store; a field left empty is taken out, as the report or the market says it then. */
export function StoreDialog({ store, markets, close }: StoreDialogProps) {
  const { t } = useTranslation();
  const [form] = Form.useForm<ChangeStore>();
  const { save, saving } = useSaving(calls.saveStore);
  const finish = async ({ market, currency, time_zone }: ChangeStore) => {
    const change = {
      market: market ?? "",
      currency: currency ?? "",
      time_zone: time_zone?.trim() ?? "",
    };
    if (await save(store.name, change)) close();
  };
  return (
    <Modal
      open
      title={t("settings.edit_store", { store: store.name })}
      okText={t("action.save")}
      cancelText={t("action.cancel")}
      confirmLoading={saving}
      onOk={form.submit}
      onCancel={close}
    >
      <Form
        form={form}
        layout="vertical"
        initialValues={store}
        onFinish={finish}
        requiredMark={false}
      >
        <StoreFields markets={markets} />
      </Form>
    </Modal>
  );
}
