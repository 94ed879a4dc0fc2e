import { useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { EffectPicture } from "../../api/loop";
import type { Palette } from "../../app/theme";
import { useScope } from "../../app/useScope";
import { toNumber } from "../../format/decimal";
import { useFormat } from "../../format/useFormat";
import { AsTable } from "../../ui/AsTable";
import { Chart } from "../../ui/Chart/Chart";
import { categoryAxis, tooltip, valueAxis } from "../../ui/Chart/styles";
import { Panel } from "../../ui/Panel";
import { useMetricName, useMetricUnit } from "../loop/queries";
import { useFact } from "../loop/useFact";
import type { Told } from "./Result";

const drawn = (values: (string | null)[]) =>
  values.map((value) => (value === null ? null : toNumber(value)));

/** The first block that begins on or after the change. */
export function changeAt({ days, change_day }: EffectPicture): number {
  if (!change_day) return -1;
  const at = days.findIndex((day) => day >= change_day);
  return at < 0 ? days.length - 1 : at;
}

interface PictureProps {
  effect: Told;
  picture: EffectPicture;
  /** Of an experiment: those with the change beside those without. */
  compared?: boolean;
}

/** What was seen beside what would have been seen, with its band and the day of the change. */
export function Picture({ effect, picture, compared = false }: PictureProps) {
  const { t } = useTranslation();
  const words = useMemo(
    () => ({
      seen: t(compared ? "effects.treated" : "effects.seen"),
      expected: t(compared ? "effects.compared" : "effects.expected"),
      band: t("effects.band_name"),
      day: t(compared ? "effects.start_day" : "effects.change_day"),
    }),
    [t, compared],
  );
  const hasBand = picture.low.some((value) => value !== null);
  const format = useFormat();
  const { scope } = useScope();
  const metric = useMetricName();
  const unit = useMetricUnit(effect.metric);
  const currency = effect.money?.currency ?? scope.currency;
  const fact = useFact(currency);
  const option = useCallback(
    (colors: Palette) => {
      const low = drawn(picture.low);
      const high = drawn(picture.high);
      const band = high.map((value, at) => {
        const below = low[at];
        return value === null || below == null ? null : value - below;
      });
      const quiet = { silent: true, showSymbol: false, tooltip: { show: false } };
      return {
        tooltip: {
          ...tooltip(colors),
          trigger: "axis",
          valueFormatter: (value: unknown) => fact(unit, value == null ? null : String(value)),
        },
        grid: { left: 66, right: 14, top: 14, bottom: 26 },
        xAxis: {
          ...categoryAxis(
            colors,
            picture.days.map((day) => day.slice(5)),
          ),
          boundaryGap: false,
        },
        yAxis: {
          ...valueAxis(colors, (value) =>
            unit === "money"
              ? format.money(String(value), currency, "tick")
              : fact(unit, String(value)),
          ),
          splitNumber: 3,
          scale: true,
        },
        series: [
          // The band: an unseen line at its lower end, and its height stacked on it.
          {
            ...quiet,
            type: "line",
            stack: "band",
            stackStrategy: "all",
            data: low,
            lineStyle: { opacity: 0 },
          },
          {
            ...quiet,
            type: "line",
            stack: "band",
            stackStrategy: "all",
            data: band,
            lineStyle: { opacity: 0 },
            areaStyle: { color: colors.ink2, opacity: 0.16 },
          },
          {
            name: words.expected,
            type: "line",
            data: drawn(picture.counterfactual),
            showSymbol: false,
            lineStyle: { width: 1.4, type: [4, 4], color: colors.ink2 },
            itemStyle: { color: colors.ink2 },
          },
          {
            name: words.seen,
            type: "line",
            data: drawn(picture.treated),
            showSymbol: false,
            lineStyle: { width: 2, color: colors.accent },
            itemStyle: { color: colors.accent },
            markLine: {
              silent: true,
              symbol: "none",
              label: { show: false },
              lineStyle: { color: colors.warn, width: 1.4, type: "solid" },
              data: changeAt(picture) < 0 ? [] : [{ xAxis: changeAt(picture) }],
            },
          },
        ],
      };
    },
    [picture, fact, unit, words, format, currency],
  );
  return (
    <Panel
      title={t(compared ? "effects.picture_experiment" : "effects.picture")}
      sub={t("effects.picture_sub", { metric: metric(effect.metric), count: picture.block_days })}
      actions={
        <span className="legend">
          <span>
            <i />
            {words.seen}
          </span>
          <span>
            <i className="dashed" />
            {words.expected}
          </span>
          {hasBand && (
            <span>
              <i className="band" />
              {words.band}
            </span>
          )}
          {picture.change_day && (
            <span>
              <i className="change-mark" />
              {words.day}
            </span>
          )}
        </span>
      }
    >
      <div className="panel-body">
        <Chart
          title={
            compared
              ? t("effects.picture_of_experiment", { metric: metric(effect.metric) })
              : t("effects.picture_says", {
                  metric: metric(effect.metric),
                  day: format.day(picture.change_day),
                })
          }
          height={300}
          option={option}
        />
        <AsTable
          head={[words.seen, words.expected, ...(hasBand ? [words.band] : [])]}
          rows={picture.days.map((day, at) => ({
            key: format.day(day),
            cells: [
              fact(unit, picture.treated[at]),
              fact(unit, picture.counterfactual[at]),
              ...(hasBand
                ? [`${fact(unit, picture.low[at])} – ${fact(unit, picture.high[at])}`]
                : []),
            ],
          }))}
        />
      </div>
    </Panel>
  );
}
