import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useScope } from "../../app/useScope";
import { nameOf, undefinedReason } from "../../i18n/names";
import { type Kpi, KpiStrip } from "../../ui/KpiStrip";
import { Definition } from "../metrics/Definition";
import { useMetricFormat } from "../metrics/useMetricFormat";
import { pointsOf, series } from "./figures";
import type { Headline } from "./queries";

const NONE: Kpi[] = [];

interface HeadlineStripProps extends Headline {
  /** Figures that stand beside those of the metrics. */
  more?: Kpi[];
}

export function HeadlineStrip({ metrics, now, grain, more = NONE }: HeadlineStripProps) {
  const { t, i18n } = useTranslation();
  const { scope } = useScope();
  const write = useMetricFormat(scope.currency);

  const kpis = useMemo(() => {
    const points = pointsOf(scope, grain);
    return metrics.map((metric): Kpi => {
      const value = now.data?.totals.values[metric.id];
      const isRatio = metric.unit === "fraction" || metric.unit === "percent";
      return {
        id: metric.id,
        label: nameOf(metric.name, i18n.language),
        definition: <Definition metric={metric} />,
        value: value?.value ?? null,
        before: now.data?.totals.previous?.[metric.id]?.value,
        reason: undefinedReason(value?.undefined, t),
        isRatio,
        better: metric.better === "lower" ? "down" : metric.better === "higher" ? "up" : "none",
        write: (figure) => write(metric, figure, "compact"),
        band: now.data?.totals.bands?.[metric.id],
        trend: series(now.data, metric.id, points, grain, isRatio),
      };
    });
  }, [metrics, now.data, grain, scope, write, t, i18n.language]);

  return <KpiStrip kpis={[...kpis, ...more]} label={t("overview.headline")} />;
}
