import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { App, Button, Form, Steps } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import * as calls from "../../api/loopCalls";
import { addDays } from "../../app/scope";
import { useScope } from "../../app/useScope";
import { errorText } from "../../i18n/names";
import { PageHead } from "../../ui/Panel";
import { Failed, Loading } from "../../ui/States";
import { today } from "../sku/ChangeFields";
import { PowerView } from "./PowerView";
import { type PlanForm, planOf } from "./plan";
import { UnitFields } from "./UnitFields";
import { WhatFields } from "./WhatFields";
import "../loop/loop.css";
import "./experiments.css";

const STEPS = ["what", "units", "power"] as const;
const FIELDS: (keyof PlanForm)[][] = [
  ["kind", "title", "what", "metric", "store", "market"],
  [
    "unit_kind",
    "units",
    "block_days",
    "washout_days",
    "start",
    "days",
    "receivers",
    "rate",
    "held_out",
  ],
];
const DEFAULTS: Partial<PlanForm> = {
  kind: "switchback",
  metric: "contribution_3",
  unit_kind: "seller_sku",
  units: [],
  block_days: 7,
  washout_days: 1,
  days: 56,
  held_out: 10,
};

/** Plans an experiment; power and needed days are seen before anything starts. */
export function PlanPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const { scope } = useScope();
  const [form] = Form.useForm<PlanForm>();
  const [step, setStep] = useState(0);
  const [seed] = useState(() => crypto.getRandomValues(new Uint32Array(1))[0] ?? 1);
  const plan = () => planOf(form.getFieldsValue(true) as PlanForm, scope.currency, seed);
  const power = useMutation({ mutationFn: () => calls.planExperiment(plan()) });
  const start = useMutation({
    mutationFn: () => calls.startExperiment(plan()),
    onSuccess: (one) => navigate({ to: "/experiments/$id", params: { id: String(one.id) } }),
    onError: (error) => message.error(errorText(error, t)),
  });
  const next = async () => {
    const whole = await form.validateFields(FIELDS[step]).then(
      () => true,
      () => false,
    );
    if (!whole) return;
    setStep(step + 1);
    if (step + 1 === STEPS.length - 1) power.mutate();
  };
  return (
    <div className="wrap">
      <PageHead
        title={t("experiment.plan")}
        says={<span className="mut">{t("experiment.plan_says")}</span>}
      />
      <section className="panel plan">
        <Steps
          size="small"
          current={step}
          items={STEPS.map((id) => ({ title: t(`experiment.step.${id}`) }))}
        />
        <Form
          form={form}
          layout="vertical"
          requiredMark={false}
          initialValues={{ ...DEFAULTS, start: addDays(today(), 1) }}
          className="plan-form"
        >
          <div hidden={step !== 0}>
            <WhatFields />
          </div>
          <div hidden={step !== 1}>
            <UnitFields />
          </div>
        </Form>
        {step === 2 && (
          <div aria-live="polite">
            {power.isPending && <Loading height={200} />}
            {power.isError && <Failed error={power.error} retry={() => power.mutate()} />}
            {power.data && <PowerView power={power.data} plan={plan()} />}
          </div>
        )}
        <div className="row">
          {step > 0 && <Button onClick={() => setStep(step - 1)}>{t("experiment.back")}</Button>}
          {step < 2 ? (
            <Button type="primary" onClick={next}>
              {t("experiment.next")}
            </Button>
          ) : (
            <Button
              type="primary"
              disabled={!power.data}
              loading={start.isPending}
              onClick={() => start.mutate()}
            >
              {t("experiment.start")}
            </Button>
          )}
        </div>
      </section>
    </div>
  );
}
