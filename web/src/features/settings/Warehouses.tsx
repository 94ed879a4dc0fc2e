import { useQuery } from "@tanstack/react-query";
import { Button, Form, Input, Select } from "antd";
import { Trash2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import * as calls from "../../api/calls";
import type { WarehouseRule } from "../../api/types";
import { useSaving } from "../../app/useSaving";
import { useScope } from "../../app/useScope";
import { useMay } from "../../app/useSession";
import { useFormat } from "../../format/useFormat";
import { Await } from "../../ui/States";

function AddRule({ add }: { add(rule: WarehouseRule): Promise<boolean> }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { choices } = useScope();
  const [form] = Form.useForm<WarehouseRule>();
  const finish = async (rule: WarehouseRule) => {
    if (await add(rule)) form.resetFields();
  };
  return (
    <Form
      form={form}
      layout="inline"
      className="line-form"
      colon={false}
      onFinish={finish}
      requiredMark={false}
    >
      <Form.Item name="store" label={t("field.store")} rules={[{ required: true }]}>
        <Select
          options={choices?.stores.map(({ name }) => ({ value: name, label: name }))}
          style={{ minWidth: 130 }}
        />
      </Form.Item>
      <Form.Item name="market" label={t("field.market")}>
        <Select
          allowClear
          options={choices?.markets.map((code) => ({ value: code, label: format.country(code) }))}
          style={{ minWidth: 110 }}
        />
      </Form.Item>
      <Form.Item name="warehouse" label={t("field.warehouse")} rules={[{ required: true }]}>
        <Input />
      </Form.Item>
      <Button htmlType="submit">{t("accounting.add_rule")}</Button>
    </Form>
  );
}

/** Which of our warehouses the goods of a store leave from. */
export function Warehouses() {
  const { t } = useTranslation();
  const format = useFormat();
  const mayEdit = useMay("edit");
  const query = useQuery({ queryKey: ["warehouses"], queryFn: calls.warehouses });
  const { save } = useSaving(calls.saveWarehouses);
  return (
    <section className="warehouses">
      <h2>{t("accounting.warehouses")}</h2>
      <p className="mut">{t("accounting.warehouses_says")}</p>
      <Await query={query}>
        {({ rules }) => (
          <>
            {rules.length > 0 && (
              <table className="plain">
                <thead>
                  <tr>
                    <th scope="col">{t("field.store")}</th>
                    <th scope="col">{t("field.market")}</th>
                    <th scope="col">{t("field.warehouse")}</th>
                    {mayEdit && (
                      <th scope="col">
                        <span className="visually-hidden">{t("action.remove")}</span>
                      </th>
                    )}
                  </tr>
                </thead>
                <tbody>
                  {rules.map((rule) => (
                    <tr key={`${rule.store}:${rule.market}:${rule.place}`}>
                      <th scope="row">{rule.store}</th>
                      <td>{rule.market ? format.country(rule.market) : t("scope.all_markets")}</td>
                      <td>{rule.warehouse}</td>
                      {mayEdit && (
                        <td className="num">
                          <Button
                            size="small"
                            type="text"
                            icon={<Trash2 size={13} />}
                            aria-label={`${t("action.remove")} ${rule.store} ${rule.warehouse}`}
                            onClick={() => save(rules.filter((one) => one !== rule))}
                          />
                        </td>
                      )}
                    </tr>
                  ))}
                </tbody>
              </table>
            )}
            {mayEdit && <AddRule add={(rule) => save([...rules, rule])} />}
          </>
        )}
      </Await>
    </section>
  );
}
