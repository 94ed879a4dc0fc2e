import { useQuery } from "@tanstack/react-query";
import { Form, InputNumber, Segmented, Select } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import * as calls from "../../api/calls";
import { useScope } from "../../app/useScope";
import { useFormat } from "../../format/useFormat";
import { DayField } from "../loop/DayField";
import { today } from "../sku/ChangeFields";
import { type PlanForm, unitKindOf } from "./plan";

const METRIC_OF: Record<string, string> = {
  seller_sku: "units_sold",
  campaign: "clicks",
  market: "net_sales",
};

/** Units there were in the chosen days, the largest first. */
function useUnits(kind: string, store: string | undefined, market: string | undefined) {
  const { scope } = useScope();
  const metric = METRIC_OF[kind];
  const question = useMemo(
    () => ({
      metrics: [metric ?? "net_sales"],
      by: [kind],
      from: scope.from,
      to: scope.to,
      currency: scope.currency,
      filters: {
        ...(store ? { store: [store] } : {}),
        ...(market && kind !== "market" ? { market: [market] } : {}),
      },
      order: { by: metric ?? "net_sales", desc: true },
      limit: 500,
    }),
    [metric, kind, scope, store, market],
  );
  const query = useQuery({
    queryKey: ["ask", question],
    queryFn: () => calls.ask(question),
    enabled: metric !== undefined && store !== undefined,
  });
  return (query.data?.rows ?? []).flatMap(({ key }) => key[kind] ?? []);
}

/** Who or what is divided by chance, for how long, and from when. */
export function UnitFields() {
  const { t } = useTranslation();
  const format = useFormat();
  const form = Form.useFormInstance<PlanForm>();
  const kind = Form.useWatch("kind", form) ?? "switchback";
  const unitKind = unitKindOf({
    kind,
    unit_kind: Form.useWatch("unit_kind", form) ?? "seller_sku",
  });
  const units = useUnits(unitKind, Form.useWatch("store", form), Form.useWatch("market", form));
  const required = [{ required: true, message: t("form.required") }];
  const number = (name: keyof PlanForm, label: string, min: number, max: number) => (
    <Form.Item name={name} label={label} rules={required}>
      <InputNumber min={min} max={max} style={{ width: "100%" }} />
    </Form.Item>
  );
  return (
    <>
      {(kind === "switchback" || kind === "groups") && (
        <Form.Item name="unit_kind" label={t("experiment.unit_kind")}>
          <Segmented
            aria-label={t("experiment.unit_kind")}
            options={(["seller_sku", "campaign"] as const).map((value) => ({
              value,
              label: t(`field.${value}`),
            }))}
            onChange={() => form.setFieldValue("units", [])}
          />
        </Form.Item>
      )}
      <Form.Item
        name="units"
        label={t(`experiment.units_of.${unitKind}`)}
        extra={t(`experiment.units_says.${kind}`)}
        rules={[{ required: true, type: "array", min: 1, message: t("form.required") }]}
      >
        <Select
          mode={kind === "holdout" ? "tags" : "multiple"}
          allowClear
          showSearch
          options={units.map((value) => ({
            value,
            label: unitKind === "market" ? format.country(value) : value,
          }))}
        />
      </Form.Item>
      <div className="pair">
        <Form.Item name="start" label={t("experiment.first_day")} rules={required}>
          <DayField from={today()} />
        </Form.Item>
        {number("days", t("experiment.days"), 7, 400)}
        {kind === "switchback" && number("block_days", t("experiment.block_days"), 1, 28)}
        {kind === "switchback" && number("washout_days", t("experiment.washout_days"), 0, 14)}
        {kind === "holdout" && number("receivers", t("experiment.receivers"), 10, 100_000_000)}
        {kind === "holdout" && number("rate", t("experiment.rate"), 0.01, 100)}
        {kind === "holdout" && number("held_out", t("experiment.held_out"), 1, 90)}
      </div>
    </>
  );
}
