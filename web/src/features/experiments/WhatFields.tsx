import { Form, Input, Radio, Select } from "antd";
import { useTranslation } from "react-i18next";
import { useScope } from "../../app/useScope";
import { useFormat } from "../../format/useFormat";
import { METRICS } from "../effects/DeclareDialog";
import { useMetricName } from "../loop/queries";
import { KINDS, type PlanForm } from "./plan";

/** What is tried, on which figure, where. */
export function WhatFields() {
  const { t } = useTranslation();
  const format = useFormat();
  const metric = useMetricName();
  const { choices } = useScope();
  const form = Form.useFormInstance<PlanForm>();
  const kind = Form.useWatch("kind", form);
  const required = [{ required: true, message: t("form.required") }];
  return (
    <>
      <Form.Item name="kind" label={t("experiment.which")}>
        <Radio.Group
          className="kinds"
          options={KINDS.map((value) => ({
            value,
            label: (
              <span>
                <b>{t(`experiment.kind.${value}`)}</b>
                <br />
                <span className="mut">{t(`experiment.kind_says.${value}`)}</span>
              </span>
            ),
          }))}
        />
      </Form.Item>
      <div className="pair">
        <Form.Item name="title" label={t("experiment.name")} rules={required}>
          <Input maxLength={120} />
        </Form.Item>
        <Form.Item name="metric" label={t("effects.metric")}>
          <Select options={METRICS.map((value) => ({ value, label: metric(value) }))} />
        </Form.Item>
      </div>
      <Form.Item name="what" label={t("experiment.treatment")} rules={required}>
        <Input maxLength={300} placeholder={t("experiment.treatment_hint")} />
      </Form.Item>
      <div className="pair">
        <Form.Item name="store" label={t("field.store")} rules={required}>
          <Select options={(choices?.stores ?? []).map(({ name }) => ({ value: name }))} />
        </Form.Item>
        {kind !== "geo" && (
          <Form.Item name="market" label={t("field.market")}>
            <Select
              allowClear
              placeholder={t("scope.all_markets")}
              options={(choices?.markets ?? []).map((code) => ({
                value: code,
                label: format.country(code),
              }))}
            />
          </Form.Item>
        )}
      </div>
    </>
  );
}
