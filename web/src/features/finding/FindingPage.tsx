import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import type { FindingDetail } from "../../api/loop";
import { usePageKeys } from "../../app/useKeys";
import { useMay } from "../../app/useSession";
import { useFormat } from "../../format/useFormat";
import { nameOf } from "../../i18n/names";
import { PageHead, Panel } from "../../ui/Panel";
import { Await } from "../../ui/States";
import { Measure } from "../loop/Measure";
import { ruleParams, SkuLink, usePlaceOf } from "../loop/names";
import { EvidencePanel } from "./EvidencePanel";
import { HistoryPanel } from "./HistoryPanel";
import { MoneyPanel } from "./MoneyPanel";
import { PlaysPanel } from "./PlaysPanel";
import { findingQuery } from "./queries";
import { ThresholdPanel } from "./ThresholdPanel";
import { useFindingActions } from "./useFindingActions";
import { WhyPanel } from "./WhyPanel";
import "../loop/loop.css";
import "./finding.css";

function Standing({ finding }: { finding: FindingDetail }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { state, task_id, snoozed_until, dismissed } = finding;
  return (
    <div className="row">
      <span className={`tag ${state === "new" ? "look" : state === "resolved" ? "good" : ""}`}>
        {t(`finding.state.${state}`)}
      </span>
      <span className="mut">
        {t("finding.seen", {
          first: format.day(finding.first_day),
          last: format.day(finding.last_day),
          count: finding.days_open,
        })}
      </span>
      {task_id != null && (
        <Link to="/tasks" search={{ task: task_id }}>
          {t("finding.task", { id: task_id })}
        </Link>
      )}
      {snoozed_until && state === "snoozed" && (
        <span>{t("finding.snoozed_until", { day: format.day(snoozed_until) })}</span>
      )}
      {dismissed && state === "dismissed" && (
        <span>
          {t("finding.dismissed_by", {
            who: dismissed.who,
            why: t(`finding.because.${dismissed.reason}`),
          })}
          {dismissed.note && ` · ${dismissed.note}`}
        </span>
      )}
      <SkuLink subject={finding.subject} />
      <Link to="/rules/$family/$name" params={ruleParams(finding.rule)}>
        {t("finding.open_rule")}
      </Link>
    </div>
  );
}

function Acts({ finding }: { finding: FindingDetail }) {
  const { t } = useTranslation();
  const mayAct = useMay("work");
  const actions = useFindingActions();
  const open = finding.state === "new" || finding.state === "snoozed";
  const act = (kind: "accept" | "snooze" | "dismiss") =>
    mayAct && open && actions.start(kind, [finding]);
  usePageKeys({
    a: () => act("accept"),
    s: () => act("snooze"),
    d: () => act("dismiss"),
    u: () => mayAct && actions.undo(),
  });
  if (!mayAct) return null;
  return (
    <>
      <div className="row">
        {open ? (
          <>
            <Button type="primary" onClick={() => act("accept")}>
              {t("finding.accept")} <kbd>a</kbd>
            </Button>
            <Button onClick={() => act("snooze")}>
              {t("finding.snooze")} <kbd>s</kbd>
            </Button>
            <Button onClick={() => act("dismiss")}>
              {t("finding.dismiss")} <kbd>d</kbd>
            </Button>
          </>
        ) : (
          finding.state !== "resolved" && (
            <Button onClick={() => actions.reopen(finding.id)}>{t("finding.reopen")}</Button>
          )
        )}
      </div>
      {actions.dialogs}
    </>
  );
}

function Whole({ finding }: { finding: FindingDetail }) {
  const { t, i18n } = useTranslation();
  const placeOf = usePlaceOf();
  return (
    <>
      <PageHead
        title={`${nameOf(finding.title, i18n.language)} · ${finding.subject.name}`}
        says={<span className="mut">{placeOf(finding.subject)}</span>}
      />
      <div className="finding-bar">
        <Standing finding={finding} />
        <Acts finding={finding} />
      </div>
      <div className="two">
        <div className="stack">
          <WhyPanel finding={finding} />
          <EvidencePanel finding={finding} />
          <PlaysPanel finding={finding} />
        </div>
        <div className="stack">
          <MoneyPanel finding={finding} />
          {finding.effect && (
            <Panel title={t("loop.can_tell")} sub={t("loop.can_tell_says")}>
              <div className="panel-body">
                <Measure finding={finding.id} />
              </div>
            </Panel>
          )}
          <ThresholdPanel finding={finding} />
          <HistoryPanel finding={finding} />
        </div>
      </div>
    </>
  );
}

/** One finding: why, how much, on what evidence, what to do, and whether it will show. */
export function FindingPage() {
  const { id } = useParams({ from: "/findings/$id" });
  const query = useQuery(findingQuery(id));
  return (
    <div className="wrap">
      <Await query={query} height={400}>
        {(finding) => <Whole finding={finding} />}
      </Await>
    </div>
  );
}
