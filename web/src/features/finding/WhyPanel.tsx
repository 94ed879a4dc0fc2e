import { useTranslation } from "react-i18next";
import type { Cause, CauseTest, Finding } from "../../api/loop";
import { useFormat } from "../../format/useFormat";
import { nameOf } from "../../i18n/names";
import { Panel } from "../../ui/Panel";

function Test({ test }: { test: CauseTest }) {
  const { t } = useTranslation();
  const format = useFormat();
  const write = (value: string | null) =>
    value !== null && value !== "" && !Number.isNaN(Number(value))
      ? format.number(value, 4)
      : (value ?? t("loop.unknown"));
  return (
    <li className="test">
      <code>{test.sql}</code>
      <span className="facts">
        {Object.entries(test.values).map(([name, value]) => (
          <span key={name}>
            {name} <b>{write(value)}</b>
          </span>
        ))}
      </span>
      <span className={`tag ${test.holds ? "good" : test.holds === null ? "look" : ""}`}>
        {t(test.holds ? "finding.holds" : test.holds === null ? "finding.untold" : "finding.fails")}
      </span>
    </li>
  );
}

function OneCause({ cause, at }: { cause: Cause; at: number }) {
  const { t, i18n } = useTranslation();
  return (
    <li className={cause.holds ? "cause named" : "cause"}>
      <div className="row">
        <span className="mut num">{at + 1}</span>
        <b>{nameOf(cause.title, i18n.language)}</b>
        {cause.holds && <span className="tag look">{t("finding.named")}</span>}
        <span className="gap" />
        <span className="mut sm">{cause.rule}</span>
      </div>
      <ul>
        {cause.tests.map((test) => (
          <Test key={test.sql} test={test} />
        ))}
      </ul>
    </li>
  );
}

/** The causes in the order they were asked, each with its test and the figures it rested on. */
export function WhyPanel({ finding }: { finding: Pick<Finding, "causes"> }) {
  const { t } = useTranslation();
  return (
    <Panel title={t("finding.why")} sub={t("finding.why_says")}>
      {finding.causes.length === 0 ? (
        <p className="panel-body mut">{t("finding.no_causes")}</p>
      ) : (
        <ol className="causes">
          {finding.causes.map((cause, at) => (
            <OneCause key={`${cause.rule}.${cause.id}`} cause={cause} at={at} />
          ))}
        </ol>
      )}
    </Panel>
  );
}
