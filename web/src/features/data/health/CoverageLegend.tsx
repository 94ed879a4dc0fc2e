import { useTranslation } from "react-i18next";
import type { DayState } from "./coverage";

const STATES: DayState[] = ["once", "provisional", "restated", "overlapping", "missing"];

/** What the marks of the coverage picture mean. */
export function CoverageLegend() {
  const { t } = useTranslation();
  return (
    <span className="legend">
      {STATES.map((state) => (
        <span key={state}>
          <svg width={14} height={12} aria-hidden>
            <rect className={`cover-${state}`} x={1} y={1} width={12} height={10} />
          </svg>
          {t(`health.cover.${state}`)}
        </span>
      ))}
    </span>
  );
}
