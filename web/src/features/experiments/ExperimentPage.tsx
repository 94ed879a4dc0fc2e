import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Experiment } from "../../api/loop";
import * as calls from "../../api/loopCalls";
import { useFormat } from "../../format/useFormat";
import { whoName } from "../../i18n/names";
import { PageHead, Panel } from "../../ui/Panel";
import { Await } from "../../ui/States";
import { Looks } from "../effects/Looks";
import { Picture } from "../effects/Picture";
import { Result } from "../effects/Result";
import { useMetricName } from "../loop/queries";
import { Analyse } from "./Analyse";
import { PowerView } from "./PowerView";
import "../effects/effects.css";
import "../loop/loop.css";
import "./experiments.css";

/** What it has told so far, week by week; the verdict when its days are over. */
function Outcome({ one }: { one: Experiment }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { result } = one;
  if (!result) {
    const says =
      one.state === "planned"
        ? t("experiment.not_started", { day: format.day(one.start) })
        : t("experiment.no_result", { day: format.day(one.end) });
    return (
      <Panel title={t("effects.result")} actions={<Analyse one={one} />}>
        <p className="panel-body mut">{says}</p>
      </Panel>
    );
  }
  return (
    <div className={result.looks?.length ? "two" : "stack"}>
      <div className="stack">
        <Result effect={result} actions={<Analyse one={one} />} />
        {result.picture && <Picture effect={result} picture={result.picture} compared />}
      </div>
      <Looks effect={result} />
    </div>
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
              whoName(one.who, t),
            ].join(" · ")}
          </span>
        }
      />
      {one.plan.what !== one.title && <p className="lead">{one.plan.what}</p>}
      <Outcome one={one} />
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
