import { useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Effect } from "../../api/loop";
import type { Palette } from "../../app/theme";
import { toNumber } from "../../format/decimal";
import { useFormat } from "../../format/useFormat";
import { nameOf } from "../../i18n/names";
import { Chart } from "../../ui/Chart/Chart";
import { categoryAxis, tooltip, valueAxis } from "../../ui/Chart/styles";
import { Panel } from "../../ui/Panel";

export interface Bin {
  from: number;
  to: number;
  count: number;
  /** The bin of the real effect. */
  own: boolean;
}

const BINS = 15;

/** How the "effects" of untouched units spread, and where the real one lies among them. */
export function spread(placebo: string[], own: string | null | undefined): Bin[] {
  const values = placebo.map(Number);
  const all = own == null ? values : [...values, Number(own)];
  if (all.length === 0) return [];
  const low = Math.min(...all);
  const width = (Math.max(...all) - low) / BINS || 1;
  const at = (value: number) => Math.min(BINS - 1, Math.floor((value - low) / width));
  const bins = Array.from({ length: BINS }, (_, bin) => ({
    from: low + bin * width,
    to: low + (bin + 1) * width,
    count: 0,
    own: own != null && at(Number(own)) === bin,
  }));
  for (const value of values) {
    const bin = bins[at(value)];
    if (bin) bin.count += 1;
  }
  return bins;
}

/** Whether chance alone shows as much: what untouched units did, and how well the past fits. */
export function Placebo({ effect }: { effect: Effect }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const { placebo = [], prefit, relative } = effect;
  const bins = useMemo(() => spread(placebo, relative?.estimate), [placebo, relative]);
  const option = useCallback(
    (colors: Palette) => ({
      tooltip: { ...tooltip(colors), trigger: "axis" },
      grid: { left: 34, right: 10, top: 10, bottom: 24 },
      xAxis: categoryAxis(
        colors,
        bins.map((bin) => format.percent(String((bin.from + bin.to) / 2), 0)),
      ),
      yAxis: valueAxis(colors, String),
      series: [
        {
          name: t("effects.untouched"),
          type: "bar",
          barCategoryGap: "8%",
          data: bins.map((bin) => ({
            value: bin.count,
            itemStyle: { color: colors.neutral },
          })),
          markLine: {
            silent: true,
            symbol: "none",
            label: { show: false },
            lineStyle: { color: colors.accent, width: 2, type: "solid" },
            data: bins.flatMap((bin, at) => (bin.own ? [{ xAxis: at }] : [])),
          },
        },
      ],
    }),
    [bins, format, t],
  );
  if (placebo.length === 0 && !prefit) return null;
  const larger = relative
    ? placebo.filter((one) => Math.abs(toNumber(one)) >= Math.abs(toNumber(relative.estimate)))
    : [];
  return (
    <Panel title={t("effects.placebo")} sub={t("effects.placebo_sub")}>
      <div className="panel-body stack">
        {placebo.length > 0 && (
          <>
            <Chart
              title={t("effects.placebo_says", { count: placebo.length, larger: larger.length })}
              height={130}
              option={option}
            />
            <p className="sm">
              {t("effects.placebo_says", { count: placebo.length, larger: larger.length })}
            </p>
          </>
        )}
        {prefit && (
          <>
            <h3>{t("effects.prefit")}</h3>
            <p className="sm">{nameOf(prefit.says, i18n.language)}</p>
            <dl className="details sm">
              <dt>{t("effects.miss")}</dt>
              <dd>{format.percent(prefit.miss)}</dd>
              {prefit.false_change != null && (
                <>
                  <dt>{t("effects.false_change")}</dt>
                  <dd>{format.percent(prefit.false_change)}</dd>
                </>
              )}
            </dl>
          </>
        )}
      </div>
    </Panel>
  );
}
