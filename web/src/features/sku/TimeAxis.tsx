import { useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Sku360, SkuSeries } from "../../api/loop";
import type { Palette } from "../../app/theme";
import { toNumber } from "../../format/decimal";
import { useFormat } from "../../format/useFormat";
import { nameOf } from "../../i18n/names";
import { AsTable } from "../../ui/AsTable";
import { Chart } from "../../ui/Chart/Chart";
import { categoryAxis, tooltip, valueAxis } from "../../ui/Chart/styles";
import { Panel } from "../../ui/Panel";
import { useMetricName } from "../loop/queries";
import { useFact } from "../loop/useFact";

const ROW = 74;
const GAP = 32;
const TOP = 26;
const FOOT = 26;
const LEFT = 76;

/** Amounts of days are drawn as bars, levels such as stock, rates and ratings as lines. */
const BARS = new Set(["contribution_3", "units_sold", "units_shipped", "ad_cost"]);

/** Every day that some series has, in order. */
export function daysOf(series: SkuSeries[]): string[] {
  return [...new Set(series.flatMap((one) => one.days))].sort();
}

/** One small chart per figure under each other, on one time axis, with the changes marked. */
export function TimeAxis({ sku }: { sku: Sku360 }) {
  const { t, i18n } = useTranslation();
  const metric = useMetricName();
  const fact = useFact(sku.currency);
  const format = useFormat();
  const drawn = useMemo(() => {
    const known = sku.series.filter((one) => one.values.some((value) => value !== null));
    const days = daysOf(known);
    return {
      days,
      rows: known.map((one) => {
        const values = new Map(one.days.map((day, at) => [day, one.values[at] ?? null]));
        return {
          id: one.metric,
          unit: one.unit,
          name: nameOf(one.name, i18n.language) || metric(one.metric),
          values: days.map((day) => values.get(day) ?? null),
        };
      }),
    };
  }, [sku.series, metric, i18n.language]);

  const marks = useMemo(() => {
    const byDay = new Map<string, number>();
    for (const change of sku.changes) {
      const day = change.at;
      if (drawn.days.includes(day)) byDay.set(day, (byDay.get(day) ?? 0) + 1);
    }
    return [...byDay.keys()];
  }, [sku.changes, drawn.days]);

  const height = TOP + drawn.rows.length * (ROW + GAP) + FOOT;
  const option = useCallback(
    (colors: Palette) => {
      const labels = drawn.days.map((day) => day.slice(5));
      const last = drawn.rows.length - 1;
      return {
        axisPointer: { link: [{ xAxisIndex: "all" }], lineStyle: { color: colors.ink2 } },
        tooltip: { ...tooltip(colors), trigger: "axis" },
        title: drawn.rows.map((row, at) => ({
          text: row.name,
          left: LEFT - 5,
          top: TOP + at * (ROW + GAP) - 24,
          textStyle: { color: colors.ink2, fontSize: 11, fontWeight: "normal" },
        })),
        grid: drawn.rows.map((_, at) => ({
          left: LEFT,
          right: 14,
          top: TOP + at * (ROW + GAP),
          height: ROW,
        })),
        xAxis: drawn.rows.map((_, at) => ({
          ...categoryAxis(colors, labels),
          gridIndex: at,
          axisLabel:
            at === last ? { color: colors.ink2, fontSize: 11, hideOverlap: true } : { show: false },
        })),
        yAxis: drawn.rows.map((row, at) => ({
          ...valueAxis(colors, (value) =>
            row.unit === "money"
              ? format.money(String(value), sku.currency, "tick")
              : fact(row.unit, String(value)),
          ),
          gridIndex: at,
          splitNumber: 1,
          scale: !BARS.has(row.id),
        })),
        series: drawn.rows.map((row, at) => ({
          name: row.name,
          type: BARS.has(row.id) ? "bar" : "line",
          xAxisIndex: at,
          yAxisIndex: at,
          showSymbol: false,
          barCategoryGap: "30%",
          data: row.values.map((value) => (value === null ? null : toNumber(value))),
          lineStyle: { width: 1.6, color: colors.accent },
          itemStyle: { color: colors.accent },
          tooltip: {
            valueFormatter: (value: unknown) =>
              fact(row.unit, value == null ? null : String(value)),
          },
          markLine: {
            silent: true,
            symbol: "none",
            label: { show: false },
            lineStyle: { color: colors.warn, width: 1.2, type: "solid" },
            data: marks.map((day) => ({ xAxis: drawn.days.indexOf(day) })),
          },
        })),
      };
    },
    [drawn, marks, fact, format, sku.currency],
  );
  const says = t("sku.axis_says", {
    what: drawn.rows.map(({ name }) => name).join(t("loop.comma")),
    count: marks.length,
  });
  return (
    <Panel
      title={t("sku.axis")}
      sub={t("sku.axis_sub")}
      actions={
        <span className="legend">
          <span>
            <i className="change-mark" />
            {t("sku.change_mark")}
          </span>
        </span>
      }
    >
      <div className="panel-body">
        {drawn.rows.length === 0 ? (
          <p className="mut">{t("undefined.no_data")}</p>
        ) : (
          <>
            <Chart title={says} height={height} option={option} />
            <AsTable
              head={drawn.rows.map(({ name }) => name)}
              rows={drawn.days.map((day, at) => ({
                key: day,
                cells: drawn.rows.map((row) => fact(row.unit, row.values[at])),
              }))}
            />
          </>
        )}
      </div>
    </Panel>
  );
}
