import { useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Palette } from "../../app/theme";
import { useScope } from "../../app/useScope";
import { useFormat } from "../../format/useFormat";
import { nameOf } from "../../i18n/names";
import { Chart } from "../../ui/Chart/Chart";
import { categoryAxis, tooltip, valueAxis } from "../../ui/Chart/styles";
import { Panel } from "../../ui/Panel";
import { pointsOf, series } from "./figures";
import type { Headline } from "./queries";

const SALES = "net_sales";
const PROFIT = "contribution_3";

/** The last points of a chart, of which advertising and visits may still change. */
function mayChange(colors: Palette, from: number, points: number) {
  if (from < 0) return undefined;
  return {
    silent: true,
    itemStyle: { color: colors.ink2, opacity: 0.08 },
    data: [[{ xAxis: from }, { xAxis: points - 1 }]],
  };
}

/** Sales above and profit below on one time axis: never two scales in one picture. */
export function TrendPanel({ metrics, now, then, before, grain }: Headline) {
  const { t, i18n } = useTranslation();
  const { scope } = useScope();
  const format = useFormat();

  const name = useCallback(
    (id: string) => {
      const metric = metrics.find((one) => one.id === id);
      return metric ? nameOf(metric.name, i18n.language) : id;
    },
    [metrics, i18n.language],
  );
  const drawn = useMemo(() => {
    const points = pointsOf(scope, grain);
    // A period without any row has no figures; zeros would look like bad days.
    const known = before && (then.data?.rows.length ?? 0) > 0;
    const earlier = known ? pointsOf(before, grain).slice(0, points.length) : [];
    const open = now.data?.notes.provisional_from;
    return {
      openFrom: open ? points.findIndex((point) => point >= open) : -1,
      labels: points.map((point) => (grain === "month" ? point.slice(0, 7) : point.slice(5))),
      sales: series(now.data, SALES, points, grain),
      profit: series(now.data, PROFIT, points, grain),
      before: series(then.data, SALES, earlier, grain),
    };
  }, [scope, grain, before, now.data, then.data]);

  const option = useCallback(
    (colors: Palette) => {
      const write = (value: number) => format.money(String(value), scope.currency, "tick");
      const category = categoryAxis(colors, drawn.labels);
      return {
        axisPointer: { link: [{ xAxisIndex: "all" }], lineStyle: { color: colors.ink2 } },
        tooltip: {
          ...tooltip(colors),
          trigger: "axis",
          valueFormatter: (value: unknown) =>
            value == null ? "—" : format.money(String(value), scope.currency, "whole"),
        },
        grid: [
          { left: 62, right: 14, top: 12, height: 152 },
          { left: 62, right: 14, top: 184, height: 62 },
        ],
        xAxis: [
          { ...category, gridIndex: 0, axisLabel: { show: false } },
          { ...category, gridIndex: 1 },
        ],
        yAxis: [
          { ...valueAxis(colors, write), gridIndex: 0, scale: true },
          { ...valueAxis(colors, write), gridIndex: 1 },
        ],
        series: [
          {
            name: t("overview.before"),
            type: "line",
            data: drawn.before,
            showSymbol: false,
            lineStyle: { width: 1.2, type: [4, 4], color: colors.ink2, opacity: 0.7 },
            itemStyle: { color: colors.ink2 },
          },
          {
            name: name(SALES),
            type: "line",
            data: drawn.sales,
            showSymbol: false,
            lineStyle: { width: 2, color: colors.accent },
            itemStyle: { color: colors.accent },
            markArea: mayChange(colors, drawn.openFrom, drawn.labels.length),
          },
          {
            name: name(PROFIT),
            type: "bar",
            xAxisIndex: 1,
            yAxisIndex: 1,
            data: drawn.profit.map((value) => ({
              value,
              itemStyle: { color: (value ?? 0) < 0 ? colors.neg : colors.pos },
            })),
            barCategoryGap: "35%",
            itemStyle: { color: colors.pos },
          },
        ],
      };
    },
    [drawn, format, name, scope.currency, t],
  );
  return (
    <Panel
      title={t("overview.trend")}
      sub={t(`grain.${grain}`)}
      actions={
        <span className="legend">
          <span>
            <i />
            {name(SALES)}
          </span>
          {before && (
            <span>
              <i className="dashed" />
              {t(`scope.compare_${scope.compare}`)}
            </span>
          )}
          <span>
            <i className="box" />
            {name(PROFIT)}
          </span>
        </span>
      }
    >
      <Chart title={t("overview.trend_says")} height={272} option={option} />
    </Panel>
  );
}
