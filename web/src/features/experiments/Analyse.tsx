import { Button, Form, InputNumber, Modal } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Experiment, HoldoutCounts } from "../../api/loop";
import * as calls from "../../api/loopCalls";
import { useSaving } from "../../app/useSaving";
import { useScope } from "../../app/useScope";
import { useMay } from "../../app/useSession";

const COUNTS = ["treated", "treated_hits", "control", "control_hits"] as const;

interface CountForm extends Record<(typeof COUNTS)[number], number> {
  worth?: string | null;
}

function CountDialog({ one, close }: { one: Experiment; close(): void }) {
  const { t } = useTranslation();
  const [form] = Form.useForm<CountForm>();
  const { choices } = useScope();
  const currency = one.plan.currency ?? choices?.reporting_currency ?? "USD";
  const { save, saving } = useSaving((counts: HoldoutCounts) =>
    calls.analyseExperiment(one.id, counts),
  );
  const finish = async ({ worth, ...counts }: CountForm) => {
    const money = worth ? { amount: String(worth), currency } : null;
    if (await save({ ...counts, worth: money })) close();
  };
  return (
    <Modal
      open
      closable={false}
      title={t("experiment.counts")}
      okText={t("experiment.analyse")}
      cancelText={t("action.cancel")}
      confirmLoading={saving}
      onOk={form.submit}
      onCancel={close}
    >
      <p className="mut">{t("experiment.counts_says")}</p>
      <Form form={form} layout="vertical" requiredMark={false} onFinish={finish}>
        <div className="pair">
          {COUNTS.map((name) => (
            <Form.Item
              key={name}
              name={name}
              label={t(`experiment.count.${name}`)}
              rules={[{ required: true, message: t("form.required") }]}
            >
              <InputNumber min={0} precision={0} style={{ width: "100%" }} />
            </Form.Item>
          ))}
          <Form.Item name="worth" label={t("experiment.worth")}>
            <InputNumber stringMode suffix={currency} style={{ width: "100%" }} />
          </Form.Item>
        </div>
      </Form>
    </Modal>
  );
}

/** Works out what an experiment has told so far; a hold-out is told its counts. */
export function Analyse({ one }: { one: Experiment }) {
  const { t } = useTranslation();
  const mayWork = useMay("work");
  const [counting, setCounting] = useState(false);
  const { save, saving } = useSaving(() => calls.analyseExperiment(one.id, {}));
  if (!mayWork || one.state === "planned") return null;
  return (
    <>
      <Button
        size="small"
        loading={saving}
        onClick={() => (one.kind === "holdout" ? setCounting(true) : save())}
      >
        {t("experiment.analyse")}
      </Button>
      {counting && <CountDialog one={one} close={() => setCounting(false)} />}
    </>
  );
}
