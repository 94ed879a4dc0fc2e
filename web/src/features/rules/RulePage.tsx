import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Rule } from "../../api/loop";
import * as calls from "../../api/loopCalls";
import { useFormat } from "../../format/useFormat";
import { nameOf } from "../../i18n/names";
import { PageHead, Panel } from "../../ui/Panel";
import { ScrollText } from "../../ui/ScrollText";
import { Await } from "../../ui/States";
import { useMetricName, usePlays } from "../loop/queries";
import { Thresholds } from "./Thresholds";
import "../finding/finding.css";
import "../loop/loop.css";
import "./rules.css";

function Record({ rule }: { rule: Rule }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const { record } = rule;
  const { measured } = record;
  return (
    <Panel title={t("rules.record")}>
      <dl className="details panel-body">
        {(["hits", "accepted", "dismissed", "ignored"] as const).map((id) => (
          <div key={id} style={{ display: "contents" }}>
            <dt>{t(`rules.${id}`)}</dt>
            <dd className="num">{format.number(record[id])}</dd>
          </div>
        ))}
        <dt>{t("rules.false_alarms")}</dt>
        <dd className="num">{format.percent(record.false_alarm_rate)}</dd>
        <dt>{t("rules.measured")}</dt>
        <dd className="num">
          {measured
            ? t("rules.measured_of", {
                count: measured.n,
                estimate: format.money(
                  measured.estimate.amount,
                  measured.estimate.currency,
                  "whole",
                ),
                low: format.money(measured.low.amount, measured.low.currency, "compact"),
                high: format.money(measured.high.amount, measured.high.currency, "compact"),
              })
            : "—"}
        </dd>
        <dt>{t("rules.delivered")}</dt>
        <dd className="num">{format.percent(record.delivered?.factor, 0)}</dd>
      </dl>
      <p className="panel-body mut sm">{nameOf(record.delivered?.says, i18n.language)}</p>
    </Panel>
  );
}

/** The name of a column that rows are told apart by. */
function useKeyName() {
  const { t } = useTranslation();
  return (id: string) => t(`field.${id}`, { defaultValue: id.replaceAll("_", " ") });
}

function Inputs({ rule }: { rule: Rule }) {
  const { t } = useTranslation();
  const keyName = useKeyName();
  const metric = useMetricName();
  const { inputs = [], frame } = rule;
  if (inputs.length === 0) return null;
  return (
    <Panel title={t("rules.reads")}>
      <div className="panel-body stack">
        {inputs.map((input) => (
          <div key={input.name}>
            <h3>
              {input.name}{" "}
              <span className="mut">
                {t("rules.reads_days", { count: input.window })}
                {input.lag > 0 && ` · ${t("rules.reads_earlier", { count: input.lag })}`}
              </span>
            </h3>
            {input.sql ? (
              <ScrollText label={input.name} text={input.sql} />
            ) : (
              <p>
                {input.metrics.map(metric).join(t("loop.comma"))}{" "}
                <span className="mut">
                  {t("rules.by_keys", { keys: input.by.map(keyName).join(t("loop.comma")) })}
                </span>
              </p>
            )}
          </div>
        ))}
        {frame && (
          <div>
            <h3>{t("rules.joined")}</h3>
            <ScrollText label={t("rules.joined")} text={frame} />
          </div>
        )}
      </div>
    </Panel>
  );
}

function Values({ rule }: { rule: Rule }) {
  const { t, i18n } = useTranslation();
  const { values = [] } = rule;
  if (values.length === 0) return null;
  return (
    <div>
      <h3>{t("rules.steps")}</h3>
      <table className="plain steps">
        <tbody>
          {values.map((value) => (
            <tr key={value.name}>
              <th scope="row">{nameOf(value.label, i18n.language) || value.name}</th>
              <td>
                <code>
                  {value.name} = {value.sql}
                </code>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Formula({ rule }: { rule: Rule }) {
  const { t } = useTranslation();
  const range = rule.stake_low && rule.stake_high ? `${rule.stake_low}\n${rule.stake_high}` : null;
  const parts: [string, string | null | undefined][] = [
    ["enough", rule.enough],
    ["when", rule.when],
    ["stake", rule.stake],
    ["range", range],
  ];
  const keyName = useKeyName();
  const grain = rule.grain.map(keyName).join(t("loop.comma"));
  return (
    <Panel title={t("rules.formula")} sub={t("rules.looks_at", { count: rule.window, grain })}>
      <div className="panel-body stack">
        <Values rule={rule} />
        {parts.map(
          ([id, text]) =>
            text && (
              <div key={id}>
                <h3>{t(`rules.part.${id}`)}</h3>
                <ScrollText label={t(`rules.part.${id}`)} text={text} />
              </div>
            ),
        )}
      </div>
    </Panel>
  );
}

function Causes({ rule }: { rule: Rule }) {
  const { t, i18n } = useTranslation();
  const plays = usePlays();
  if (rule.causes.length === 0) return null;
  return (
    <Panel title={t("rules.causes")} sub={t("finding.why_says")}>
      <ol className="causes">
        {rule.causes.map((cause, at) => (
          <li key={cause.id}>
            <div className="row">
              <span className="mut num">{at + 1}</span>
              <b>{nameOf(cause.title, i18n.language)}</b>
            </div>
            <code>{cause.test}</code>
            {cause.plays.length > 0 && (
              <p className="sm">
                <span className="mut">{t("finding.do")}</span>{" "}
                {cause.plays
                  .map((id) => nameOf(plays.get(id)?.title, i18n.language) || id)
                  .join(t("loop.comma"))}
              </p>
            )}
          </li>
        ))}
      </ol>
    </Panel>
  );
}

function Whole({ rule }: { rule: Rule }) {
  const { t, i18n } = useTranslation();
  const metric = useMetricName();
  const { effect } = rule;
  return (
    <>
      <PageHead
        title={nameOf(rule.title, i18n.language)}
        aside={<code>{`${rule.id}@${rule.version}`}</code>}
      />
      <p className="lead">{nameOf(rule.says, i18n.language)}</p>
      <div className="row">
        <span className="tag">{t(`family.${rule.family}`, { defaultValue: rule.family })}</span>
        <span className="mut">{t(`origin.${rule.origin}`, { defaultValue: rule.origin })}</span>
        <Link to="/" search={{ rule: rule.id, state: "all" }}>
          {t("rules.findings")}
        </Link>
      </div>
      <div className="two">
        <div className="stack">
          <Thresholds rule={rule} />
          <Formula rule={rule} />
          <Causes rule={rule} />
          <Inputs rule={rule} />
        </div>
        <div className="stack">
          <Record rule={rule} />
          {effect && (
            <Panel title={t("rules.effect")}>
              <p className="panel-body">
                {t("rules.effect_says", {
                  metric: metric(effect.metric),
                  before: effect.before,
                  after: effect.after,
                  wait: effect.wait,
                })}
              </p>
            </Panel>
          )}
          <Panel title={t("metrics.source")}>
            <p className="panel-body">{rule.source}</p>
          </Panel>
        </div>
      </div>
    </>
  );
}

/** One rule: what it says, how it counts, its limits, and its record. */
export function RulePage() {
  const { family, name } = useParams({ from: "/rules/$family/$name" });
  const id = `${family}.${name}`;
  const query = useQuery({ queryKey: ["rules", id], queryFn: () => calls.rule(id) });
  return (
    <div className="wrap">
      <Await query={query} height={400}>
        {(rule) => <Whole rule={rule} />}
      </Await>
    </div>
  );
}
