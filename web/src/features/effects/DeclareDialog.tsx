import { Form, InputNumber, Modal, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { Change } from "../../api/loop";
import * as calls from "../../api/loopCalls";
import { useSaving } from "../../app/useSaving";
import { useMetricName } from "../loop/queries";
import { whatOf } from "../sku/kinds";

/** Metrics an effect may be declared on. */
export const METRICS = [
  "contribution_3",
  "contribution_2",
  "net_sales",
  "units_sold",
  "ad_cost",
  "ad_sales",
  "sessions",
  "unit_session_rate",
  "refund_rate",
] as const;

interface DeclareForm {
  metric: string;
  before: number;
  after: number;
  wait: number;
}

const DEFAULTS: DeclareForm = { metric: "contribution_3", before: 56, after: 28, wait: 3 };

/** Metric and windows are fixed before anybody looks. */
export function DeclareDialog({ change, close }: { change: Change; close(): void }) {
  const { t, i18n } = useTranslation();
  const metric = useMetricName();
  const [form] = Form.useForm<DeclareForm>();
  const { save, saving } = useSaving(calls.declareEffect);
  const finish = async (values: DeclareForm) => {
    if (await save({ change: change.id, ...values })) close();
  };
  const days = (name: keyof DeclareForm, min: number) => (
    <Form.Item name={name} label={t(`effects.${name}`)}>
      <InputNumber min={min} max={400} precision={0} style={{ width: "100%" }} />
    </Form.Item>
  );
  return (
    <Modal
      open
      title={t("effects.declare")}
      okText={t("effects.declare")}
      cancelText={t("action.cancel")}
      confirmLoading={saving}
      onOk={form.submit}
      onCancel={close}
    >
      <p className="mut">{t("effects.declare_says")}</p>
      <p>
        <b>{whatOf(change, i18n.language)}</b>
      </p>
      <Form form={form} layout="vertical" initialValues={DEFAULTS} onFinish={finish}>
        <Form.Item name="metric" label={t("effects.metric")}>
          <Select options={METRICS.map((value) => ({ value, label: metric(value) }))} />
        </Form.Item>
        <div className="pair">
          {days("before", 14)}
          {days("after", 7)}
          {days("wait", 0)}
        </div>
      </Form>
    </Modal>
  );
}
