import { Link } from "@tanstack/react-router";
import { Button, Checkbox, Tooltip } from "antd";
import { Check, Clock, X } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Evidence, Finding } from "../../api/loop";
import { compare } from "../../format/decimal";
import { useFormat } from "../../format/useFormat";
import { nameOf } from "../../i18n/names";
import type { Act } from "../finding/useFindingActions";
import { namedCauses, playsOf, usePlaceOf } from "../loop/names";
import { perMonth } from "../loop/perMonth";
import { usePlays } from "../loop/queries";
import { useFact } from "../loop/useFact";

const FACTS = 4;

function Amount({ finding }: { finding: Finding }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const { monthly, expected, low, high, per_days, delivered } = finding;
  const money = (amount: string, style: "whole" | "compact") =>
    format.money(amount, monthly.currency, style);
  const range =
    compare(low.amount, high.amount) === 0
      ? t("loop.exact")
      : t("loop.range", {
          low: money(perMonth(low.amount, per_days), "compact"),
          high: money(perMonth(high.amount, per_days), "compact"),
        });
  const learnt = compare(expected.amount, monthly.amount) !== 0;
  return (
    <div className="amount">
      <b>{money(monthly.amount, "whole")}</b>
      <small>
        <span className="visually-hidden">{t("loop.range_says")}</span>
        {range}
      </small>
      {learnt && (
        <Tooltip title={nameOf(delivered?.says, i18n.language)}>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what was learnt shows on focus. */}
          <small className="expected" tabIndex={0}>
            {t("loop.expected", { amount: money(expected.amount, "compact") })}
          </small>
        </Tooltip>
      )}
    </div>
  );
}

function Facts({ evidence, currency }: { evidence: Evidence[]; currency: string }) {
  const { t, i18n } = useTranslation();
  const fact = useFact(currency);
  return (
    <div className="facts">
      {evidence.slice(0, FACTS).map((one) => (
        <span key={one.id}>
          {nameOf(one.name, i18n.language)} <b>{fact(one.unit, one.value)}</b>
          {one.before != null && (
            <span className="was">{t("loop.was", { value: fact(one.unit, one.before) })}</span>
          )}
        </span>
      ))}
    </div>
  );
}

function StateOf({ finding }: { finding: Finding }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { state, task_id, snoozed_until, days_open, owner_proposed } = finding;
  return (
    <>
      <span>{t("finding.age", { count: days_open })}</span>
      {state === "accepted" && task_id != null && (
        <Link to="/tasks" search={{ task: task_id }}>
          {t("finding.task", { id: task_id })}
        </Link>
      )}
      {state === "snoozed" && snoozed_until && (
        <span>{t("finding.snoozed_until", { day: format.day(snoozed_until) })}</span>
      )}
      {state !== "new" && <span>{t(`finding.state.${state}`)}</span>}
      {owner_proposed && <span>{owner_proposed}</span>}
    </>
  );
}

interface FindingRowProps {
  finding: Finding;
  active: boolean;
  selected: boolean;
  mayAct: boolean;
  onSelect(): void;
  onFocus(): void;
  onAct(act: Act): void;
}

/** One finding of the queue: its money first, then what, where, why and what to do. */
export function FindingRow(props: FindingRowProps) {
  const { finding, active, mayAct } = props;
  const { t, i18n } = useTranslation();
  const placeOf = usePlaceOf();
  const plays = usePlays();
  const causes = namedCauses(finding).map((cause) => nameOf(cause.title, i18n.language));
  const play = plays.get(playsOf(finding)[0] ?? "");
  const title = nameOf(finding.title, i18n.language);
  const open = finding.state === "new" || finding.state === "snoozed";
  return (
    <li
      className={`finding ${active ? "on" : ""}`}
      data-finding={finding.id}
      onFocus={props.onFocus}
    >
      <span className="pick">
        {mayAct && (
          <Checkbox
            checked={props.selected}
            onChange={props.onSelect}
            aria-label={t("finding.select", { title: `${title} ${finding.subject.name}` })}
          />
        )}
      </span>
      <Amount finding={finding} />
      <div className="finding-body">
        <div className="finding-head">
          <Link to="/findings/$id" params={{ id: finding.id }} className="finding-title">
            {title}
            {finding.subject.name && <span className="subject"> {finding.subject.name}</span>}
          </Link>
          <span className="place">
            {placeOf(finding.subject)}
            <StateOf finding={finding} />
          </span>
        </div>
        <Facts evidence={finding.evidence} currency={finding.monthly.currency} />
        {(causes.length > 0 || play) && (
          <div className="why">
            {causes.length > 0 && (
              <span>
                <span className="mut">{t("finding.cause")}</span> {causes.join(t("loop.and"))}
              </span>
            )}
            {play && (
              <span>
                <span className="mut">{t("finding.do")}</span> {nameOf(play.title, i18n.language)}
              </span>
            )}
          </div>
        )}
      </div>
      {mayAct && open && (
        <div className="finding-acts">
          <Button
            size="small"
            type={active ? "primary" : "default"}
            icon={<Check size={13} aria-hidden />}
            onClick={() => props.onAct("accept")}
          >
            {t("finding.accept")}
          </Button>
          <Button
            size="small"
            icon={<Clock size={13} aria-hidden />}
            onClick={() => props.onAct("snooze")}
          >
            {t("finding.snooze")}
          </Button>
          <Tooltip title={t("finding.dismiss")}>
            <Button
              size="small"
              type="text"
              icon={<X size={13} aria-hidden />}
              aria-label={t("finding.dismiss")}
              onClick={() => props.onAct("dismiss")}
            />
          </Tooltip>
        </div>
      )}
    </li>
  );
}
