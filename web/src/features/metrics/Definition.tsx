import { useTranslation } from "react-i18next";
import type { Metric } from "../../api/types";
import { nameOf } from "../../i18n/names";

/** The definition of a figure, small enough for a tooltip. */
export function Definition({ metric }: { metric: Metric }) {
  const { t, i18n } = useTranslation();
  return (
    <span className="definition">
      {nameOf(metric.says, i18n.language)}
      <code>{metric.formula}</code>
      <small>
        {t("metrics.source")}: {metric.source}
      </small>
    </span>
  );
}
