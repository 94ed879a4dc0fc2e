import { Form, Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { NewChange } from "../../api/loop";
import { useScope } from "../../app/useScope";
import { useFormat } from "../../format/useFormat";
import { nameOf } from "../../i18n/names";
import { DayField } from "../loop/DayField";
import { KIND_FAMILIES, useKindName } from "./kinds";

export interface ChangeForm {
  kind: string;
  store: string;
  market?: string;
  seller_sku?: string;
  campaign?: string;
  what: string;
  before?: string;
  after?: string;
  day: string;
}

export const today = () => new Date().toISOString().slice(0, 10);

export const formOf = (change: Partial<NewChange>, language: string): Partial<ChangeForm> => ({
  kind: change.kind ?? "other",
  store: change.store,
  market: change.market ?? undefined,
  seller_sku: change.seller_sku ?? undefined,
  campaign: change.campaign ?? undefined,
  what: nameOf(change.says, language) || change.what,
  before: change.before ?? undefined,
  after: change.after ?? undefined,
  day: change.at ?? today(),
});

const orNull = (text: string | undefined) => text?.trim() || null;

/** The change of a filled form. */
export const changeOf = (form: ChangeForm): NewChange => ({
  kind: form.kind,
  store: form.store,
  market: orNull(form.market),
  seller_sku: orNull(form.seller_sku),
  campaign: orNull(form.campaign),
  what: form.what.trim(),
  before: orNull(form.before),
  after: orNull(form.after),
  at: form.day,
});

/** What was changed, where, from what to what, and when. */
export function ChangeFields() {
  const { t } = useTranslation();
  const format = useFormat();
  const { choices } = useScope();
  const required = [{ required: true, message: t("form.required") }];
  const form = Form.useFormInstance<ChangeForm>();
  const kindName = useKindName();
  const given = form.getFieldValue("kind") as string | undefined;
  const known = KIND_FAMILIES.some(([, kinds]) => kinds.some((one) => one === given));
  return (
    <>
      <div className="pair">
        <Form.Item name="kind" label={t("field.kind")} rules={required}>
          <Select
            showSearch={{ optionFilterProp: "label" }}
            options={[
              ...(given && !known ? [{ value: given, label: kindName(given) }] : []),
              ...KIND_FAMILIES.map(([family, kinds]) => ({
                label: t(`change.family.${family}`),
                options: kinds.map((value) => ({ value, label: kindName(value) })),
              })),
            ]}
          />
        </Form.Item>
        <Form.Item name="day" label={t("change.day")} rules={required}>
          <DayField to={today()} />
        </Form.Item>
        <Form.Item name="store" label={t("field.store")} rules={required}>
          <Select options={(choices?.stores ?? []).map(({ name }) => ({ value: name }))} />
        </Form.Item>
        <Form.Item name="market" label={t("field.market")}>
          <Select
            allowClear
            options={(choices?.markets ?? []).map((code) => ({
              value: code,
              label: format.country(code),
            }))}
          />
        </Form.Item>
        <Form.Item name="seller_sku" label={t("field.seller_sku")}>
          <Input />
        </Form.Item>
        <Form.Item name="campaign" label={t("field.campaign")}>
          <Input />
        </Form.Item>
      </div>
      <Form.Item name="what" label={t("change.what")} rules={required}>
        <Input maxLength={300} />
      </Form.Item>
      <div className="pair">
        <Form.Item name="before" label={t("change.before")}>
          <Input />
        </Form.Item>
        <Form.Item name="after" label={t("change.after")}>
          <Input />
        </Form.Item>
      </div>
    </>
  );
}
