import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Cause, CauseTest, Finding } from "../../api/loop";
import { useFormat } from "../../format/useFormat";
import { nameOf } from "../../i18n/names";
import { Panel } from "../../ui/Panel";
import { rulesQuery } from "../loop/queries";
import { useFact } from "../loop/useFact";

/** A figure that the finding names: how it is called, and in which unit it is told. */
type Named = Map<string, { name: string; unit: string }>;

function useNamed({ evidence, working }: Pick<Finding, "evidence" | "working">): Named {
  const { i18n } = useTranslation();
  return useMemo(
    () =>
      new Map(
        [...working.values, ...evidence].map(({ id, name, unit }) => [
          id,
          { name: nameOf(name, i18n.language), unit },
        ]),
      ),
    [evidence, working, i18n.language],
  );
}

interface TestProps {
  test: CauseTest;
  named: Named;
  currency: string;
}

function Test({ test, named, currency }: TestProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const fact = useFact(currency);
  const write = (id: string, value: string | null) => {
    if (value === null) return t("loop.unknown");
    const known = named.get(id);
    if (known) return fact(known.unit, value);
    return value === "" || Number.isNaN(Number(value)) ? value : format.number(value, 4);
  };
  return (
    <li className="test">
      <code>{test.sql}</code>
      <span className="facts">
        {Object.entries(test.values).map(([name, value]) => (
          <span key={name}>
            {named.get(name)?.name || name} <b>{write(name, value)}</b>
          </span>
        ))}
      </span>
      <span className={`tag ${test.holds ? "good" : test.holds === null ? "look" : ""}`}>
        {t(test.holds ? "finding.holds" : test.holds === null ? "finding.untold" : "finding.fails")}
      </span>
    </li>
  );
}

interface OneCauseProps extends Omit<TestProps, "test"> {
  cause: Cause;
  at: number;
  /** The rule it is of, when several joined in one finding. */
  rule?: string;
}

function OneCause({ cause, at, rule, ...told }: OneCauseProps) {
  const { t, i18n } = useTranslation();
  return (
    <li className={cause.holds ? "cause named" : "cause"}>
      <div className="row">
        <span className="mut num">{at + 1}</span>
        <b>{nameOf(cause.title, i18n.language)}</b>
        {cause.holds && <span className="tag look">{t("finding.named")}</span>}
        <span className="gap" />
        {rule && <span className="mut sm">{rule}</span>}
      </div>
      <ul>
        {cause.tests.map((test) => (
          <Test key={test.sql} test={test} {...told} />
        ))}
      </ul>
    </li>
  );
}

/** The causes in the order they were asked, each with its test and the figures it rested on. */
export function WhyPanel({ finding }: { finding: Finding }) {
  const { t, i18n } = useTranslation();
  const named = useNamed(finding);
  const several = new Set(finding.causes.map(({ rule }) => rule)).size > 1;
  const rules = useQuery({ ...rulesQuery, enabled: several }).data?.rules ?? [];
  const ruleOf = (id: string) =>
    several ? nameOf(rules.find((rule) => rule.id === id)?.title, i18n.language) || id : undefined;
  return (
    <Panel title={t("finding.why")} sub={t("finding.why_says")}>
      {finding.causes.length === 0 ? (
        <p className="panel-body mut">{t("finding.no_causes")}</p>
      ) : (
        <ol className="causes">
          {finding.causes.map((cause, at) => (
            <OneCause
              key={`${cause.rule}.${cause.id}`}
              cause={cause}
              at={at}
              rule={ruleOf(cause.rule)}
              named={named}
              currency={finding.monthly.currency}
            />
          ))}
        </ol>
      )}
    </Panel>
  );
}
