import { Tooltip } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { type Better, Delta } from "./Delta";
import { Spark } from "./Spark";

export interface Kpi {
  id: string;
  label: string;
  /** The definition of the figure: what is summed, what is divided, where it comes from. */
  definition: ReactNode;
  value: string | null;
  before?: string | null;
  /** Why there is no value. */
  reason?: string;
  isRatio: boolean;
  better: Better;
  write(value: string | null | undefined): string;
  /** What a figure that may still change may become. */
  band?: { low: string; high: string };
  trend: (number | null)[];
}

function Figure({ kpi }: { kpi: Kpi }) {
  const figure = <span tabIndex={kpi.value == null ? 0 : undefined}>{kpi.write(kpi.value)}</span>;
  return kpi.value == null ? <Tooltip title={kpi.reason}>{figure}</Tooltip> : figure;
}

/** One strip with hairlines: value, change, value before and trend; the definition on hover. */
export function KpiStrip({ kpis, label }: { kpis: Kpi[]; label: string }) {
  const { t } = useTranslation();
  return (
    <section className="panel" aria-label={label}>
      <dl
        className="kpis"
        style={{ gridTemplateColumns: `repeat(${kpis.length}, minmax(0, 1fr))` }}
      >
        {kpis.map((kpi) => (
          <div key={kpi.id} data-kpi={kpi.id}>
            <dt>
              <Tooltip title={kpi.definition}>
                {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the definition shows on focus. */}
                <span tabIndex={0} className="kpi-name">
                  {kpi.label}
                </span>
              </Tooltip>
            </dt>
            <dd className="kpi-value">
              <Figure kpi={kpi} />
              <Spark values={kpi.trend} />
            </dd>
            <dd className="kpi-change">
              <Delta
                now={kpi.value}
                before={kpi.before}
                isRatio={kpi.isRatio}
                better={kpi.better}
              />
              {kpi.before != null && <span className="mut"> {kpi.write(kpi.before)}</span>}
            </dd>
            {kpi.band && (
              <dd className="kpi-band mut">
                {t("notes.band", { low: kpi.write(kpi.band.low), high: kpi.write(kpi.band.high) })}
              </dd>
            )}
          </div>
        ))}
      </dl>
    </section>
  );
}
