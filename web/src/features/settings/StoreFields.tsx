import { Form, Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import { useScope } from "../../app/useScope";
import { useFormat } from "../../format/useFormat";

/** What a store says about itself besides its name: where it sells, in what money and time. */
export function StoreFields({ markets }: { markets: string[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { choices } = useScope();
  return (
    <>
      <Form.Item name="market" label={t("settings.home_market")}>
        <Select
          allowClear
          showSearch={{ optionFilterProp: "label" }}
          options={markets.map((code) => ({ value: code, label: format.country(code) }))}
          style={{ minWidth: 140 }}
        />
      </Form.Item>
      <Form.Item name="currency" label={t("field.currency")}>
        <Select
          allowClear
          showSearch
          options={choices?.currencies.map((code) => ({ value: code, label: code }))}
          style={{ minWidth: 90 }}
        />
      </Form.Item>
      <Form.Item name="time_zone" label={t("settings.time_zone")}>
        <Input placeholder={t("settings.zone_of_market")} />
      </Form.Item>
    </>
  );
}
