import { useQuery } from "@tanstack/react-query";
import { Button, Form, Select, Switch } from "antd";
import { useTranslation } from "react-i18next";
import * as calls from "../../api/calls";
import type { MoneySettings, Settings } from "../../api/types";
import { useSaving } from "../../app/useSaving";
import { useMay } from "../../app/useSession";
import { Await } from "../../ui/States";
import { VATS } from "../profit/view";
import { VatStores } from "./VatStores";
import { Warehouses } from "./Warehouses";

const FX_POLICIES = ["event_day", "month_average", "month_end", "own"] as const;
const METHODS = ["moving_average", "fifo", "month_average"] as const;
const AD_SOURCES = ["auto", "settlement", "report"] as const;

function MoneyForm({ settings }: { settings: MoneySettings }) {
  const { t } = useTranslation();
  const mayAdminister = useMay("administer");
  const { save, saving } = useSaving(calls.saveMoneySettings);
  return (
    <Form
      layout="vertical"
      className="narrow"
      initialValues={settings}
      onFinish={save}
      disabled={!mayAdminister}
    >
      <h2>{t("accounting.money")}</h2>
      <Form.Item name="fx_policy" label={t("accounting.fx_policy")}>
        <Select
          options={FX_POLICIES.map((value) => ({ value, label: t(`accounting.fx.${value}`) }))}
        />
      </Form.Item>
      <Form.Item name="vat" label={t("view.vat")}>
        <Select options={VATS.map((value) => ({ value, label: t(`view.vat_${value}`) }))} />
      </Form.Item>
      <Form.Item
        name="fx_results"
        label={t("view.fx")}
        valuePropName="checked"
        extra={t("accounting.fx_results_says")}
      >
        <Switch />
      </Form.Item>
      <Form.Item name="stores_with_vat" label={t("accounting.stores_with_vat")}>
        <VatStores />
      </Form.Item>
      {mayAdminister && (
        <Button type="primary" htmlType="submit" loading={saving}>
          {t("action.save")}
        </Button>
      )}
    </Form>
  );
}

function CostForm({ settings }: { settings: Settings }) {
  const { t } = useTranslation();
  const mayAdminister = useMay("administer");
  const { save, saving } = useSaving(calls.saveSettings);
  return (
    <Form
      layout="vertical"
      className="narrow"
      initialValues={settings}
      onFinish={save}
      disabled={!mayAdminister}
    >
      <h2>{t("accounting.goods")}</h2>
      <Form.Item
        name="costing_method"
        label={t("accounting.costing_method")}
        extra={t("accounting.costing_says")}
      >
        <Select options={METHODS.map((value) => ({ value, label: t(`costs.method.${value}`) }))} />
      </Form.Item>
      <Form.Item name="ad_cost_source" label={t("accounting.ad_cost_source")}>
        <Select
          options={AD_SOURCES.map((value) => ({ value, label: t(`accounting.ads.${value}`) }))}
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

/** The company's rules: exchange rates, tax, cost of goods, ads, warehouses. */
export function AccountingTab() {
  const money = useQuery({ queryKey: ["settings", "money"], queryFn: calls.moneySettings });
  const settings = useQuery({ queryKey: ["settings"], queryFn: calls.settings });
  return (
    <div className="accounting">
      <Await query={money}>{(found) => <MoneyForm settings={found} />}</Await>
      <div>
        <Await query={settings}>{(found) => <CostForm settings={found} />}</Await>
        <Warehouses />
      </div>
    </div>
  );
}
