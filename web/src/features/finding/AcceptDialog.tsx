import { Form, Input, InputNumber, Modal, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { Finding, FindingAction, PromiseOf } from "../../api/loop";
import { addDays } from "../../app/scope";
import { useSession } from "../../app/useSession";
import { useFormat } from "../../format/useFormat";
import { nameOf } from "../../i18n/names";
import { DayField } from "../loop/DayField";
import { Measure } from "../loop/Measure";
import { playsOf, useTitleOf } from "../loop/names";
import { PersonSelect } from "../loop/PersonSelect";
import { useMetricName, usePlays } from "../loop/queries";

const DUE_DAYS = 7;
const MEASURE_DAYS = 30;

const today = () => new Date().toISOString().slice(0, 10);

interface AcceptForm {
  play?: string;
  owner?: string;
  due: string;
  promised?: string | null;
  promise_date?: string;
  note?: string;
}

interface AcceptDialogProps {
  findings: Finding[];
  busy: boolean;
  close(): void;
  accept(action: FindingAction): void;
}

/** What is sent: without an owner each goes to whom it is proposed to, without a play as it says. */
export function acceptOf(findings: Finding[], form: AcceptForm): FindingAction {
  const [first] = findings;
  const single = findings.length === 1 ? first : undefined;
  const promise: PromiseOf | null =
    single?.effect && form.promised && form.promise_date
      ? {
          metric: single.effect.metric,
          amount: String(form.promised),
          currency: single.monthly.currency,
          date: form.promise_date,
        }
      : null;
  return {
    kind: "accept",
    owner: form.owner ?? null,
    due: form.due,
    play: form.play ?? null,
    promise,
    note: form.note?.trim() || null,
    revision: single?.revision,
  };
}

function PlayField({ finding }: { finding: Finding }) {
  const { t, i18n } = useTranslation();
  const plays = usePlays();
  const proposed = playsOf(finding);
  if (proposed.length === 0) return null;
  return (
    <Form.Item name="play" label={t("finding.play")}>
      <Select
        options={proposed.map((id) => ({
          value: id,
          label: nameOf(plays.get(id)?.title, i18n.language) || id,
        }))}
      />
    </Form.Item>
  );
}

function PromiseFields({ finding }: { finding: Finding }) {
  const { t } = useTranslation();
  const metric = useMetricName();
  if (!finding.effect) return null;
  return (
    <div className="pair">
      <Form.Item
        name="promised"
        label={t("finding.promise", { metric: metric(finding.effect.metric) })}
      >
        <InputNumber stringMode suffix={finding.monthly.currency} style={{ width: "100%" }} />
      </Form.Item>
      <Form.Item name="promise_date" label={t("finding.promise_date")}>
        <DayField from={today()} />
      </Form.Item>
    </div>
  );
}

/** From a finding to a task: who, until when, what is promised, and whether it can be told later. */
export function AcceptDialog({ findings, busy, close, accept }: AcceptDialogProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const titleOf = useTitleOf();
  const plays = usePlays();
  const me = useSession().data?.user?.login ?? "";
  const [form] = Form.useForm<AcceptForm>();
  const [first] = findings;
  if (!first) return null;
  const single = findings.length === 1;
  const proposed = single ? playsOf(first)[0] : undefined;
  const due = addDays(today(), plays.get(proposed ?? "")?.due ?? DUE_DAYS);
  return (
    <Modal
      open
      // So that the first field has the focus, not the cross.
      closable={false}
      width={560}
      title={
        single ? t("finding.accept_title") : t("finding.accept_many", { count: findings.length })
      }
      okText={t("finding.create_task", { count: findings.length })}
      cancelText={t("action.cancel")}
      confirmLoading={busy}
      onOk={form.submit}
      onCancel={close}
    >
      {single && (
        <p className="accept-what">
          <b>{titleOf(first)}</b>{" "}
          <span className="mut">
            {t("loop.per_month", {
              amount: format.money(first.monthly.amount, first.monthly.currency, "whole"),
            })}
          </span>
        </p>
      )}
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{
          play: proposed,
          owner: single ? (first.owner_proposed ?? me) : undefined,
          due,
          promised:
            single && first.effect ? String(Math.round(Number(first.expected.amount))) : null,
          promise_date: addDays(due, MEASURE_DAYS),
        }}
        onFinish={(values) => accept(acceptOf(findings, values))}
      >
        {single && <PlayField finding={first} />}
        <div className="pair">
          <Form.Item
            name="owner"
            label={t("field.owner")}
            rules={[{ required: single, message: t("form.required") }]}
          >
            <PersonSelect
              autoFocus
              allowClear={!single}
              placeholder={single ? undefined : t("finding.owner_each")}
            />
          </Form.Item>
          <Form.Item
            name="due"
            label={t("field.due")}
            rules={[{ required: true, message: t("form.required") }]}
          >
            <DayField from={today()} />
          </Form.Item>
        </div>
        {single && <PromiseFields finding={first} />}
        <Form.Item name="note" label={t("field.note")}>
          <Input.TextArea rows={2} maxLength={2000} />
        </Form.Item>
      </Form>
      {single && first.effect && (
        <section aria-label={t("loop.can_tell")}>
          <h3>{t("loop.can_tell")}</h3>
          <Measure finding={first.id} />
        </section>
      )}
    </Modal>
  );
}
