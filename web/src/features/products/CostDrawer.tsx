import { Button, DatePicker, Drawer, Form, Input, Select } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import * as calls from "../../api/calls";
import type { Product } from "../../api/types";
import { useSaving } from "../../app/useSaving";
import { useScope } from "../../app/useScope";
import { useMay } from "../../app/useSession";
import { useFormat } from "../../format/useFormat";
import { CostFlowDrawer } from "./costs/CostFlowDrawer";

interface CostForm {
  since: Dayjs;
  amount: string;
  currency: string;
  market?: string;
  note?: string;
}

const DECIMAL = /^\d+(\.\d{1,6})?$/;

function AddCost({ sku }: { sku: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { choices } = useScope();
  const [form] = Form.useForm<CostForm>();
  const { save, saving } = useSaving(calls.addCost);

  const finish = async (values: CostForm) => {
    const saved = await save(sku, {
      since: values.since.format("YYYY-MM-DD"),
      cost: { amount: values.amount, currency: values.currency },
      market: values.market,
      note: values.note,
    });
    if (saved) form.resetFields(["amount", "note"]);
  };
  return (
    <Form
      form={form}
      layout="vertical"
      className="cost-form"
      onFinish={finish}
      requiredMark={false}
      initialValues={{ since: dayjs(), currency: choices?.reporting_currency }}
    >
      <Form.Item name="since" label={t("products.since")} rules={[{ required: true }]}>
        <DatePicker allowClear={false} />
      </Form.Item>
      <Form.Item
        name="amount"
        label={t("products.unit_cost")}
        rules={[{ required: true, pattern: DECIMAL, message: t("form.decimal") }]}
      >
        <Input inputMode="decimal" />
      </Form.Item>
      <Form.Item name="currency" label={t("field.currency")} rules={[{ required: true }]}>
        <Select
          showSearch
          options={choices?.currencies.map((code) => ({ value: code, label: code }))}
        />
      </Form.Item>
      <Form.Item name="market" label={t("field.market")}>
        <Select
          allowClear
          placeholder={t("scope.all_markets")}
          options={choices?.markets.map((code) => ({ value: code, label: format.country(code) }))}
        />
      </Form.Item>
      <Form.Item name="note" label={t("field.note")}>
        <Input />
      </Form.Item>
      <Button type="primary" htmlType="submit" loading={saving}>
        {t("products.add_cost")}
      </Button>
    </Form>
  );
}

/** What one unit of a product costs, landed, and from which day on. */
export function CostDrawer({ product, close }: { product: Product; close(): void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const mayEdit = useMay("edit");
  const { save } = useSaving(calls.removeCost);
  const [flow, setFlow] = useState(false);
  return (
    <Drawer
      open
      onClose={close}
      size="min(640px, 94vw)"
      title={t("products.costs_of", { sku: product.sku })}
    >
      <div className="row">
        <p className="mut">{t("products.cost_says")}</p>
        <span className="gap" />
        <Button size="small" onClick={() => setFlow(true)}>
          {t("costs.flow")}
        </Button>
      </div>
      {flow && <CostFlowDrawer sku={product.sku} close={() => setFlow(false)} />}
      <table className="plain">
        <thead>
          <tr>
            <th scope="col">{t("products.since")}</th>
            <th scope="col">{t("field.market")}</th>
            <th scope="col" className="num">
              {t("products.unit_cost")}
            </th>
            <th scope="col">{t("field.note")}</th>
            {mayEdit && (
              <th scope="col">
                <span className="visually-hidden">{t("action.remove")}</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {product.costs.map((cost) => (
            <tr key={`${cost.since}:${cost.market}`}>
              <th scope="row">{format.day(cost.since)}</th>
              <td>{cost.market ? format.country(cost.market) : t("scope.all_markets")}</td>
              <td className="num">{format.money(cost.cost.amount, cost.cost.currency)}</td>
              <td>{cost.note}</td>
              {mayEdit && (
                <td>
                  <Button
                    size="small"
                    type="text"
                    icon={<Trash2 size={13} />}
                    aria-label={`${t("action.remove")} ${format.day(cost.since)}`}
                    onClick={() => save(product.sku, cost.since, cost.market ?? undefined)}
                  />
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
      {product.costs.length === 0 && <p>{t("products.no_cost")}</p>}
      {mayEdit && <AddCost sku={product.sku} />}
    </Drawer>
  );
}
