import { useMutation } from "@tanstack/react-query";
import { Button, Form, Input, InputNumber, Modal, Segmented, Select } from "antd";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { Preview, Rule, RuleThreshold, ThresholdScope } from "../../api/loop";
import * as calls from "../../api/loopCalls";
import type { Palette } from "../../app/theme";
import { useSaving } from "../../app/useSaving";
import { useScope } from "../../app/useScope";
import { useFormat } from "../../format/useFormat";
import { nameOf } from "../../i18n/names";
import { Chart } from "../../ui/Chart/Chart";
import { categoryAxis, tooltip, valueAxis } from "../../ui/Chart/styles";
import { Failed, Loading, Partial } from "../../ui/States";
import { useTitleOf } from "../loop/names";

const DAYS = 90;
const SAMPLE = 5;
const SCOPES = ["global", "store", "category", "sku"] as const;

interface ThresholdForm {
  scope: (typeof SCOPES)[number];
  store?: string;
  category?: string;
  sku?: string;
  value: string | number;
}

export function scopeOf(form: ThresholdForm): ThresholdScope {
  switch (form.scope) {
    case "store":
      return { scope: "store", name: form.store ?? "" };
    case "category":
      return { scope: "category", name: form.category?.trim() ?? "" };
    case "sku":
      return { scope: "sku", sku: form.sku?.trim() ?? "", store: form.store };
    default:
      return { scope: "global" };
  }
}

function Fired({ now, changed }: { now: Preview; changed: Preview }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const titleOf = useTitleOf();
  const option = useCallback(
    (colors: Palette) => ({
      tooltip: { ...tooltip(colors), trigger: "axis" },
      grid: { left: 40, right: 10, top: 10, bottom: 24 },
      xAxis: categoryAxis(
        colors,
        changed.days.map(({ day }) => day.slice(5)),
      ),
      yAxis: valueAxis(colors, String),
      series: [
        {
          name: t("rules.as_now"),
          type: "line",
          showSymbol: false,
          data: now.days.map(({ fired }) => fired),
          lineStyle: { width: 1.4, type: [4, 4], color: colors.ink2 },
          itemStyle: { color: colors.ink2 },
        },
        {
          name: t("rules.as_then"),
          type: "line",
          showSymbol: false,
          data: changed.days.map(({ fired }) => fired),
          lineStyle: { width: 2, color: colors.accent },
          itemStyle: { color: colors.accent },
        },
      ],
    }),
    [now, changed, t],
  );
  return (
    <div className="stack preview" role="status">
      {changed.problem && <Partial>{nameOf(changed.problem.text, i18n.language)}</Partial>}
      <p>
        <b>{t("rules.would_fire", { count: changed.distinct, days: DAYS })}</b>{" "}
        <span className="mut">{t("rules.fires_now", { count: now.distinct })}</span>
      </p>
      <Chart
        title={t("rules.would_fire", { count: changed.distinct, days: DAYS })}
        height={130}
        option={option}
      />
      <ul className="sm">
        {changed.sample.slice(0, SAMPLE).map((one) => (
          <li key={one.id}>
            {titleOf(one)}{" "}
            <span className="mut">
              {format.money(one.monthly.amount, one.monthly.currency, "whole")}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

interface ThresholdDialogProps {
  rule: Rule;
  threshold: RuleThreshold;
  close(): void;
}

/** A limit set by the company, with what it would have done in the last ninety days. */
export function ThresholdDialog({ rule, threshold, close }: ThresholdDialogProps) {
  const { t, i18n } = useTranslation();
  const { choices } = useScope();
  const [form] = Form.useForm<ThresholdForm>();
  const scope = Form.useWatch("scope", form) ?? "global";
  const { save, saving } = useSaving(calls.setThreshold);
  const setOf = (values: ThresholdForm) => ({
    name: threshold.name,
    scope: scopeOf(values),
    value: String(values.value),
  });
  const preview = useMutation({
    mutationFn: async (values: ThresholdForm) => ({
      now: await calls.previewRule(rule.id, [], DAYS),
      changed: await calls.previewRule(rule.id, [setOf(values)], DAYS),
    }),
  });
  const required = [{ required: true, message: t("form.required") }];
  const stores = (choices?.stores ?? []).map(({ name }) => ({ value: name }));
  const finish = async (values: ThresholdForm) => {
    if (await save(rule.id, setOf(values))) close();
  };
  return (
    <Modal
      open
      width={560}
      title={t("rules.set_title")}
      okText={t("action.save")}
      cancelText={t("action.cancel")}
      confirmLoading={saving}
      onOk={form.submit}
      onCancel={close}
    >
      <p>
        {nameOf(threshold.says, i18n.language)} <code>:{threshold.name}</code>
      </p>
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ scope: "global", value: threshold.value }}
        onFinish={finish}
      >
        <Form.Item name="scope" label={t("rules.holds_for")}>
          <Segmented
            aria-label={t("rules.holds_for")}
            options={SCOPES.map((value) => ({ value, label: t(`rules.scope_kind.${value}`) }))}
          />
        </Form.Item>
        {(scope === "store" || scope === "sku") && (
          <Form.Item
            name="store"
            label={t("field.store")}
            rules={scope === "store" ? required : undefined}
          >
            <Select allowClear={scope === "sku"} options={stores} />
          </Form.Item>
        )}
        {scope === "sku" && (
          <Form.Item name="sku" label={t("field.seller_sku")} rules={required}>
            <Input />
          </Form.Item>
        )}
        {scope === "category" && (
          <Form.Item name="category" label={t("field.category")} rules={required}>
            <Input />
          </Form.Item>
        )}
        <Form.Item
          name="value"
          label={t("rules.value_in", {
            unit: t(`unit.${threshold.unit}`, { defaultValue: threshold.unit }),
          })}
          rules={required}
        >
          <InputNumber stringMode autoFocus style={{ width: "100%" }} />
        </Form.Item>
      </Form>
      <Button
        loading={preview.isPending}
        onClick={() => form.validateFields().then((values) => preview.mutate(values))}
      >
        {t("rules.preview", { days: DAYS })}
      </Button>
      {preview.isPending && <Loading height={80} />}
      {preview.isError && <Failed error={preview.error} />}
      {preview.data && <Fired {...preview.data} />}
    </Modal>
  );
}
