import { Form, Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { NewChange } from "../../api/loop";
import { useScope } from "../../app/useScope";
import { useFormat } from "../../format/useFormat";
import { DayField } from "../loop/DayField";

/** Kinds of changes as plays call them. */
export const KINDS = [
  "listing.price",
  "listing.title",
  "listing.image",
  "listing.content",
  "listing.state",
  "promo.coupon",
  "ads.bid",
  "ads.budget",
  "ads.negative",
  "ads.keyword",
  "ads.state",
  "stock.inbound",
  "stock.removal",
  "finance.claim",
  "other",
] as const;

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

export const formOf = (change: Partial<NewChange>): Partial<ChangeForm> => ({
  kind: change.kind ?? "other",
  store: change.store,
  market: change.market ?? undefined,
  seller_sku: change.seller_sku ?? undefined,
  campaign: change.campaign ?? undefined,
  what: change.what,
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
  const given = form.getFieldValue("kind") as string | undefined;
  const kinds = given && !KINDS.some((one) => one === given) ? [given, ...KINDS] : KINDS;
  return (
    <>
      <div className="pair">
        <Form.Item name="kind" label={t("field.kind")} rules={required}>
          <Select
            options={kinds.map((value) => ({
              value,
              label: t(`change.kind.${value.replace(".", "_")}`, { defaultValue: value }),
            }))}
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
