import { Button, DatePicker, Form, Input, InputNumber, Modal, Select } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { Plus, Trash2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import * as calls from "../../../api/calls";
import type { NewPurchaseLine, PurchaseLine } from "../../../api/types";
import { useSaving } from "../../../app/useSaving";
import { useScope } from "../../../app/useScope";

const DECIMAL = /^\d+(\.\d{1,6})?$/;
const KINDS = ["purchase", "opening", "transfer"] as const;

interface Goods {
  sku: string;
  units: number;
  cost?: string;
  unit_weight?: string | null;
  unit_volume?: string | null;
}
interface PurchaseForm {
  document: string;
  kind: PurchaseLine["kind"];
  supplier?: string;
  received: Dayjs;
  place: string;
  from_place?: string;
  currency: string;
  note?: string;
  goods: Goods[];
}

/** The form of a document: what its lines have in common stands once. */
export function formOf(lines: PurchaseLine[], currency: string): Partial<PurchaseForm> {
  const [first] = lines;
  if (!first) return { kind: "purchase", received: dayjs(), currency, goods: [{} as Goods] };
  return {
    document: first.document,
    kind: first.kind,
    supplier: first.supplier ?? undefined,
    received: dayjs(first.received),
    place: first.place,
    from_place: first.from_place ?? undefined,
    currency: first.unit_cost?.currency ?? currency,
    note: first.note ?? undefined,
    goods: lines.map(({ sku, units, unit_cost, unit_weight, unit_volume }) => ({
      sku,
      units,
      cost: unit_cost?.amount,
      unit_weight,
      unit_volume,
    })),
  };
}

/** The lines of a filled form. */
export function linesOf(form: PurchaseForm): NewPurchaseLine[] {
  const { document: _, goods, currency, received, ...common } = form;
  return goods.map(({ cost, unit_weight, unit_volume, ...one }) => ({
    ...common,
    ...one,
    unit_weight: unit_weight || null,
    unit_volume: unit_volume || null,
    received: received.format("YYYY-MM-DD"),
    unit_cost: cost ? { amount: cost, currency } : null,
  }));
}

function GoodsLines({ priced }: { priced: boolean }) {
  const { t } = useTranslation();
  const required = { required: true, message: t("form.required") };
  return (
    <Form.List name="goods">
      {(fields, { add, remove }) => (
        <>
          {fields.map(({ key, name }) => (
            <div key={key} className="goods-line">
              <Form.Item name={[name, "sku"]} label={t("field.sku")} rules={[required]}>
                <Input />
              </Form.Item>
              <Form.Item name={[name, "units"]} label={t("field.quantity")} rules={[required]}>
                <InputNumber min={1} precision={0} />
              </Form.Item>
              {priced && (
                <Form.Item
                  name={[name, "cost"]}
                  label={t("field.unit_cost")}
                  rules={[{ required: true, pattern: DECIMAL, message: t("form.decimal") }]}
                >
                  <Input inputMode="decimal" />
                </Form.Item>
              )}
              <Form.Item name={[name, "unit_weight"]} label={t("field.unit_weight")}>
                <Input inputMode="decimal" />
              </Form.Item>
              <Form.Item name={[name, "unit_volume"]} label={t("field.unit_volume")}>
                <Input inputMode="decimal" />
              </Form.Item>
              <Button
                type="text"
                icon={<Trash2 size={13} />}
                aria-label={`${t("action.remove")} ${name + 1}`}
                disabled={fields.length === 1}
                onClick={() => remove(name)}
              />
            </div>
          ))}
          <Button size="small" icon={<Plus size={13} />} onClick={() => add()}>
            {t("costs.add_line")}
          </Button>
        </>
      )}
    </Form.List>
  );
}

interface PurchaseDialogProps {
  lines: PurchaseLine[];
  close(): void;
}

/** One purchase, opening stock or transfer with its lines. */
export function PurchaseDialog({ lines, close }: PurchaseDialogProps) {
  const { t } = useTranslation();
  const { choices } = useScope();
  const [form] = Form.useForm<PurchaseForm>();
  const kind = Form.useWatch("kind", form);
  const { save, saving } = useSaving(calls.savePurchase);
  const finish = async (values: PurchaseForm) => {
    if (await save(values.document, linesOf(values))) close();
  };
  const required = { required: true, message: t("form.required") };
  return (
    <Modal
      open
      width={760}
      title={lines[0]?.document ?? t("costs.add_purchases")}
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
        initialValues={formOf(lines, choices?.reporting_currency ?? "USD")}
        onFinish={finish}
      >
        <div className="document-form">
          <Form.Item name="document" label={t("field.document")} rules={[required]}>
            <Input disabled={lines.length > 0} />
          </Form.Item>
          <Form.Item name="kind" label={t("field.kind")}>
            <Select options={KINDS.map((value) => ({ value, label: t(`costs.kind.${value}`) }))} />
          </Form.Item>
          <Form.Item name="received" label={t("field.received")} rules={[required]}>
            <DatePicker allowClear={false} />
          </Form.Item>
          <Form.Item name="place" label={t("field.warehouse")} rules={[required]}>
            <Input />
          </Form.Item>
          {kind === "transfer" ? (
            <Form.Item name="from_place" label={t("field.from_place")} rules={[required]}>
              <Input />
            </Form.Item>
          ) : (
            <>
              <Form.Item name="supplier" label={t("field.supplier")}>
                <Input />
              </Form.Item>
              <Form.Item name="currency" label={t("field.currency")}>
                <Select
                  showSearch
                  options={choices?.currencies.map((code) => ({ value: code, label: code }))}
                />
              </Form.Item>
            </>
          )}
          <Form.Item name="note" label={t("field.note")}>
            <Input />
          </Form.Item>
        </div>
        <GoodsLines priced={kind !== "transfer"} />
      </Form>
    </Modal>
  );
}
