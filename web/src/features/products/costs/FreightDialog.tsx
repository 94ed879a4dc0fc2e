import { useQuery } from "@tanstack/react-query";
import { DatePicker, Form, Input, Modal, Select } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useTranslation } from "react-i18next";
import * as calls from "../../../api/calls";
import type { FreightLine } from "../../../api/types";
import { useSaving } from "../../../app/useSaving";
import { useScope } from "../../../app/useScope";
import { purchasesQuery } from "./PurchasesTab";

const DECIMAL = /^\d+(\.\d{1,6})?$/;
const KINDS = ["freight", "duty", "insurance", "other"] as const;
const SPLITS = ["units", "value", "weight", "volume"] as const;

interface FreightForm extends Omit<FreightLine, "day" | "amount"> {
  day: Dayjs;
  amount: string;
  currency: string;
}

interface FreightDialogProps {
  lines: FreightLine[];
  close(): void;
}

/** One bill of freight, duty or insurance; further lines of the same document stay as they are. */
export function FreightDialog({ lines, close }: FreightDialogProps) {
  const { t } = useTranslation();
  const { choices } = useScope();
  const purchases = useQuery(purchasesQuery).data?.lines ?? [];
  const documents = [...new Set(purchases.map((one) => one.document))];
  const [form] = Form.useForm<FreightForm>();
  const { save, saving } = useSaving(calls.saveFreight);
  const [first, ...others] = lines;
  const finish = async ({ day, amount, currency, ...values }: FreightForm) => {
    const line = { ...values, day: day.format("YYYY-MM-DD"), amount: { amount, currency } };
    if (await save(values.document, [line, ...others])) close();
  };
  const required = { required: true, message: t("form.required") };
  return (
    <Modal
      open
      title={first?.document ?? t("costs.add_freight")}
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
        className="document-form"
        initialValues={
          first
            ? { ...first, day: dayjs(first.day), ...first.amount }
            : {
                kind: "freight",
                split: "units",
                day: dayjs(),
                currency: choices?.reporting_currency,
              }
        }
        onFinish={finish}
      >
        <Form.Item name="document" label={t("field.document")} rules={[required]}>
          <Input disabled={first !== undefined} />
        </Form.Item>
        <Form.Item name="kind" label={t("field.kind")}>
          <Select
            options={KINDS.map((value) => ({ value, label: t(`costs.freight_kind.${value}`) }))}
          />
        </Form.Item>
        <Form.Item name="day" label={t("field.day")} rules={[required]}>
          <DatePicker allowClear={false} />
        </Form.Item>
        <Form.Item
          name="amount"
          label={t("field.amount")}
          rules={[{ required: true, pattern: DECIMAL, message: t("form.decimal") }]}
        >
          <Input inputMode="decimal" />
        </Form.Item>
        <Form.Item name="currency" label={t("field.currency")}>
          <Select
            showSearch
            options={choices?.currencies.map((code) => ({ value: code, label: code }))}
          />
        </Form.Item>
        <Form.Item name="split" label={t("field.split")}>
          <Select options={SPLITS.map((value) => ({ value, label: t(`costs.split.${value}`) }))} />
        </Form.Item>
        <Form.Item
          name="applies_to"
          label={t("field.applies_to")}
          rules={[required]}
          className="wide"
        >
          <Select
            mode="multiple"
            options={documents.map((document) => ({ value: document, label: document }))}
          />
        </Form.Item>
        <Form.Item name="note" label={t("field.note")} className="wide">
          <Input />
        </Form.Item>
      </Form>
    </Modal>
  );
}
