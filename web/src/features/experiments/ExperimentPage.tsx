import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Experiment } from "../../api/loop";
import * as calls from "../../api/loopCalls";
import { useFormat } from "../../format/useFormat";
import { nameOf } from "../../i18n/names";
import { PageHead, Panel } from "../../ui/Panel";
import { Await, Partial } from "../../ui/States";
import { EffectVerdict } from "../effects/EffectVerdict";
import { Looks } from "../effects/Looks";
import { Picture } from "../effects/Picture";
import { useMetricName } from "../loop/queries";
import { Analyse } from "./Analyse";
import { PowerView } from "./PowerView";
import "../effects/effects.css";
import "../loop/loop.css";
import "./experiments.css";

function Result({ one }: { one: Experiment }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const { result } = one;
  if (!result) {
    return (
      <Panel title={t("effects.result")} actions={<Analyse one={one} />}>
        <p className="panel-body mut">{t("experiment.no_result", { day: format.day(one.end) })}</p>
      </Panel>
    );
  }
  return (
    <>
      <Panel
        title={t("effects.result")}
        actions={
          <>
            <EffectVerdict effect={result} />
            <Analyse one={one} />
          </>
        }
      >
        <div className="panel-body stack">
          <p className="lead">{nameOf(result.says, i18n.language)}</p>
          {result.flags?.map((flag) => (
            <Partial key={flag.code}>{nameOf(flag.says, i18n.language)}</Partial>
          ))}
        </div>
      </Panel>
      {result.picture && <Picture effect={result} picture={result.picture} />}
      <Looks effect={result} />
    </>
  );
}

function Whole({ one }: { one: Experiment }) {
  const { t } = useTranslation();
  const format = useFormat();
  const metric = useMetricName();
  return (
    <>
      <PageHead
        title={one.title}
        says={
          <span className="mut">
            {[
              t(`experiment.kind.${one.kind}`),
              t(`experiment.state.${one.state}`),
              `${format.day(one.start)} – ${format.day(one.end)}`,
              metric(one.plan.metric),
              one.plan.store,
              one.who,
            ].join(" · ")}
          </span>
        }
      />
      <p className="lead">{one.plan.what}</p>
      <Result one={one} />
      <Panel title={t("experiment.step.power")}>
        <div className="panel-body">
          <PowerView power={one.power} plan={one.plan} />
        </div>
      </Panel>
    </>
  );
}

/** One experiment: its plan, its assignment, its result. */
export function ExperimentPage() {
  const { id } = useParams({ from: "/experiments/$id" });
  const query = useQuery({
    queryKey: ["experiments", Number(id)],
    queryFn: () => calls.experiment(Number(id)),
  });
  return (
    <div className="wrap">
      <Await query={query} height={400}>
        {(one) => <Whole one={one} />}
      </Await>
    </div>
  );
}
