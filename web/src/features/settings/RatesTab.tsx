import { useQuery } from "@tanstack/react-query";
import { Button, DatePicker, Form, Input, Select } from "antd";
import type { Dayjs } from "dayjs";
import { Trash2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import * as calls from "../../api/calls";
import { useSaving } from "../../app/useSaving";
import { useMay } from "../../app/useSession";
import { useFormat } from "../../format/useFormat";
import { Await } from "../../ui/States";

interface RateForm {
  day: Dayjs;
  currency: string;
  per_eur: string;
}

const DECIMAL = /^\d+(\.\d{1,8})?$/;

function AddRate({ currencies }: { currencies: string[] }) {
  const { t } = useTranslation();
  const [form] = Form.useForm<RateForm>();
  const { save, saving } = useSaving(calls.saveRate);
  const finish = async ({ day, currency, per_eur }: RateForm) => {
    if (await save({ day: day.format("YYYY-MM-DD"), currency, per_eur })) form.resetFields();
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
      <Form.Item name="day" label={t("field.day")} rules={[{ required: true }]}>
        <DatePicker />
      </Form.Item>
      <Form.Item name="currency" label={t("field.currency")} rules={[{ required: true }]}>
        <Select
          showSearch
          options={currencies.map((code) => ({ value: code, label: code }))}
          style={{ width: 96 }}
        />
      </Form.Item>
      <Form.Item
        name="per_eur"
        label={t("settings.per_eur")}
        rules={[{ required: true, pattern: DECIMAL, message: t("form.decimal") }]}
      >
        <Input inputMode="decimal" />
      </Form.Item>
      <Button type="primary" htmlType="submit" loading={saving}>
        {t("settings.add_rate")}
      </Button>
    </Form>
  );
}

/** The company's own exchange rates, which win over those of the European Central Bank. */
export function RatesTab() {
  const { t } = useTranslation();
  const format = useFormat();
  const mayEdit = useMay("edit");
  const { save: remove } = useSaving(calls.removeRate);
  const query = useQuery({ queryKey: ["rates"], queryFn: calls.rates });
  return (
    <Await query={query}>
      {({ own, currencies, last_day }) => (
        <>
          <p className="mut">{t("settings.rates_says", { day: format.day(last_day) })}</p>
          {own.length > 0 && (
            <table className="plain">
              <thead>
                <tr>
                  <th scope="col">{t("field.day")}</th>
                  <th scope="col">{t("field.currency")}</th>
                  <th scope="col" className="num">
                    {t("settings.per_eur")}
                  </th>
                  {mayEdit && (
                    <th scope="col">
                      <span className="visually-hidden">{t("action.remove")}</span>
                    </th>
                  )}
                </tr>
              </thead>
              <tbody>
                {own.map((rate) => (
                  <tr key={`${rate.day}:${rate.currency}`}>
                    <th scope="row">{format.day(rate.day)}</th>
                    <td>{rate.currency}</td>
                    <td className="num">{rate.per_eur}</td>
                    {mayEdit && (
                      <td className="num">
                        <Button
                          size="small"
                          type="text"
                          icon={<Trash2 size={13} />}
                          aria-label={`${t("action.remove")} ${rate.day} ${rate.currency}`}
                          onClick={() => remove(rate)}
                        />
                      </td>
                    )}
                  </tr>
                ))}
              </tbody>
            </table>
          )}
          {mayEdit && <AddRate currencies={currencies} />}
        </>
      )}
    </Await>
  );
}
