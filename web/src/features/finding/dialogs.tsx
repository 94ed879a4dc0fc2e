import { Button, Form, Input, Modal, Radio } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { DismissReason } from "../../api/loop";
import { addDays } from "../../app/scope";
import { useFormat } from "../../format/useFormat";
import { DayField } from "../loop/DayField";

const today = () => new Date().toISOString().slice(0, 10);

interface DialogProps {
  count: number;
  busy: boolean;
  close(): void;
}

const SPANS = [
  { id: "tomorrow", days: 1 },
  { id: "week", days: 7 },
  { id: "month", days: 30 },
] as const;

/** Until when a finding is not to be seen. */
export function SnoozeDialog({
  count,
  busy,
  close,
  snooze,
}: DialogProps & { snooze(until: string): void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [day, setDay] = useState<string>();
  return (
    <Modal
      open
      // So that the first field has the focus, not the cross.
      closable={false}
      width={420}
      title={t("finding.snooze_title", { count })}
      footer={null}
      onCancel={close}
    >
      <p className="mut">{t("finding.snooze_says")}</p>
      <div className="snooze">
        {SPANS.map(({ id, days }, at) => (
          <Button
            key={id}
            autoFocus={at === 0}
            loading={busy}
            onClick={() => snooze(addDays(today(), days))}
          >
            {t(`finding.until.${id}`)}{" "}
            <span className="mut">{format.day(addDays(today(), days))}</span>
          </Button>
        ))}
        <span className="row">
          <DayField
            aria-label={t("finding.until.day")}
            from={addDays(today(), 1)}
            value={day}
            onChange={setDay}
          />
          <Button type="primary" disabled={!day} loading={busy} onClick={() => day && snooze(day)}>
            {t("finding.snooze")}
          </Button>
        </span>
      </div>
    </Modal>
  );
}

const REASONS: DismissReason[] = ["not_true", "known", "not_worth", "wrong_data", "other"];

interface DismissForm {
  reason: DismissReason;
  note?: string;
}

/** Why a finding is put away: the rule learns from it. */
export function DismissDialog({
  count,
  busy,
  close,
  dismiss,
}: DialogProps & { dismiss(reason: DismissReason, note: string | null): void }) {
  const { t } = useTranslation();
  const [form] = Form.useForm<DismissForm>();
  const reason = Form.useWatch("reason", form);
  return (
    <Modal
      open
      // So that the first field has the focus, not the cross.
      closable={false}
      width={460}
      title={t("finding.dismiss_title", { count })}
      okText={t("finding.dismiss")}
      cancelText={t("action.cancel")}
      confirmLoading={busy}
      onOk={form.submit}
      onCancel={close}
    >
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ reason: "not_true" }}
        onFinish={(values) => dismiss(values.reason, values.note?.trim() || null)}
      >
        <Form.Item name="reason" label={t("finding.reason")} extra={t("finding.reason_says")}>
          <Radio.Group
            className="reasons"
            options={REASONS.map((value, at) => ({
              value,
              label: t(`finding.because.${value}`),
              autoFocus: at === 0,
            }))}
          />
        </Form.Item>
        <Form.Item
          name="note"
          label={t("field.note")}
          rules={[{ required: reason === "other", message: t("form.required") }]}
        >
          <Input.TextArea rows={2} maxLength={500} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
