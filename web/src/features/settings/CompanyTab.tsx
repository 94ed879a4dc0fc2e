import { useQuery } from "@tanstack/react-query";
import { Button, Form, Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import * as calls from "../../api/calls";
import type { Settings } from "../../api/types";
import { useSaving } from "../../app/useSaving";
import { useMay } from "../../app/useSession";
import { useFormat } from "../../format/useFormat";
import { Await } from "../../ui/States";

function CompanyForm({ settings }: { settings: Settings }) {
  const { t } = useTranslation();
  const format = useFormat();
  const mayAdminister = useMay("administer");
  const { save, saving } = useSaving(calls.saveSettings);
  return (
    <Form
      layout="vertical"
      className="narrow"
      initialValues={settings}
      onFinish={save}
      disabled={!mayAdminister}
      requiredMark={false}
    >
      <Form.Item name="company" label={t("settings.company_name")} rules={[{ required: true }]}>
        <Input />
      </Form.Item>
      <Form.Item
        name="reporting_currency"
        label={t("settings.currency")}
        extra={t("settings.currency_says")}
      >
        <Select
          showSearch={{ optionFilterProp: "label" }}
          options={settings.currencies.map((code) => ({
            value: code,
            label: `${code} ${format.currencyName(code)}`,
          }))}
        />
      </Form.Item>
      {mayAdminister && (
        <Button type="primary" htmlType="submit" loading={saving}>
          {t("action.save")}
        </Button>
      )}
    </Form>
  );
}

export function CompanyTab() {
  const query = useQuery({ queryKey: ["settings"], queryFn: calls.settings });
  return <Await query={query}>{(settings) => <CompanyForm settings={settings} />}</Await>;
}
