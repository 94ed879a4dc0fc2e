import { useTranslation } from "react-i18next";
import type { Metric, Registry } from "../../api/types";
import { nameOf } from "../../i18n/names";
import { Panel } from "../../ui/Panel";
import { ScrollText } from "../../ui/ScrollText";

interface MetricDetailProps {
  metric: Metric;
  dimensions: Registry["dimensions"];
}

export function MetricDetail({ metric, dimensions }: MetricDetailProps) {
  const { t, i18n } = useTranslation();
  const named = (id: string) => {
    const found = dimensions.find((one) => one.id === id);
    return found ? nameOf(found.name, i18n.language) : id;
  };
  return (
    <Panel
      title={nameOf(metric.name, i18n.language)}
      sub={<code>{metric.id}</code>}
      className="metric"
    >
      <div className="metric-body">
        <p>{nameOf(metric.says, i18n.language)}</p>
        <h3>{t("metrics.formula")}</h3>
        <ScrollText label={t("metrics.formula")} text={metric.formula} />
        {metric.sql && (
          <>
            <h3>SQL</h3>
            <ScrollText label="SQL" text={metric.sql} />
          </>
        )}
        <dl className="metric-facts">
          <dt>{t("metrics.unit")}</dt>
          <dd>{t(`unit.${metric.unit}`, { defaultValue: metric.unit })}</dd>
          <dt>{t("metrics.better")}</dt>
          <dd>{t(`better.${metric.better ?? "neither"}`)}</dd>
          <dt>{t("metrics.kind")}</dt>
          <dd>{t(`kind.${metric.kind}`, { defaultValue: metric.kind })}</dd>
          <dt>{t("metrics.dimensions")}</dt>
          <dd>{metric.dimensions.map(named).join(" · ")}</dd>
          <dt>{t("metrics.source")}</dt>
          <dd>{metric.source}</dd>
          <dt>{t("metrics.origin")}</dt>
          <dd>{t(`origin.${metric.origin}`, { defaultValue: metric.origin })}</dd>
        </dl>
      </div>
    </Panel>
  );
}
