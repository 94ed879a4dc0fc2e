import { useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Profit } from "../../api/types";
import type { Palette } from "../../app/theme";
import { useScope } from "../../app/useScope";
import { useFormat } from "../../format/useFormat";
import { Chart } from "../../ui/Chart/Chart";
import { categoryAxis, tooltip, valueAxis } from "../../ui/Chart/styles";
import { Panel } from "../../ui/Panel";
import { useDrill } from "./drill/DrillProvider";
import { type Bar, waterfall } from "./waterfall";

/** As in app.css: where the bars stand closer. */
const NARROW = "(max-width: 1180px)";
const MIDDLE = "(max-width: 1480px)";

/** Room for the name of a bar: thirteen of them share the width. */
const nameWidth = () => (matchMedia(NARROW).matches ? 58 : matchMedia(MIDDLE).matches ? 68 : 84);

function colorOf(bar: Bar, colors: Palette): string {
  if (bar.total)
    return bar.to < 0 ? colors.neg : bar.id === "operating_profit" ? colors.pos : colors.accent;
  return bar.to < bar.from ? colors.neutral : colors.pos;
}

/** From what buyers paid to what is left, stage by stage; a click opens the ledger rows. */
export function WaterfallPanel({ profit }: { profit: Profit }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const { scope } = useScope();
  const drill = useDrill();
  const bars = useMemo(() => waterfall(profit, i18n.language), [profit, i18n.language]);

  const option = useCallback(
    (colors: Palette) => {
      const short = (value: number) => format.money(String(value), scope.currency, "tick");
      const axis = categoryAxis(
        colors,
        bars.map((bar) => bar.name),
      );
      return {
        tooltip: {
          ...tooltip(colors),
          trigger: "axis",
          axisPointer: { type: "shadow", shadowStyle: { color: colors.hover, opacity: 0.5 } },
          formatter: ([item]: { dataIndex: number }[]) => {
            const bar = item && bars[item.dataIndex];
            return bar ? `${bar.name}<br><b>${format.money(bar.amount, scope.currency)}</b>` : "";
          },
        },
        grid: { left: 66, right: 14, top: 24, bottom: 58 },
        xAxis: {
          ...axis,
          axisLabel: {
            ...axis.axisLabel,
            interval: 0,
            hideOverlap: false,
            width: nameWidth(),
            fontSize: matchMedia(MIDDLE).matches ? 10 : 11,
            lineHeight: 14,
            overflow: "break",
            // What a name adds in brackets stands under it as a whole.
            formatter: (name: string) => name.replace("（", "\n（"),
          },
        },
        yAxis: { ...valueAxis(colors, short), splitNumber: 3 },
        series: [
          {
            // Invisible bars carry the visible ones; those that cross zero are drawn in two parts.
            type: "bar",
            stack: "level",
            silent: true,
            itemStyle: { color: "transparent" },
            data: bars.map(({ from, to }) =>
              from > 0 && to > 0 ? Math.min(from, to) : from < 0 && to < 0 ? Math.max(from, to) : 0,
            ),
          },
          ...["above", "below"].map((side) => ({
            type: "bar",
            stack: "level",
            barWidth: "58%",
            cursor: "pointer",
            label: {
              show: side === "above",
              position: "top",
              color: colors.ink2,
              fontSize: 11,
              formatter: ({ dataIndex }: { dataIndex: number }) => {
                const bar = bars[dataIndex];
                return bar ? format.money(bar.amount, scope.currency, "compact") : "";
              },
            },
            data: bars.map((bar) => {
              const high = Math.max(bar.from, bar.to);
              const low = Math.min(bar.from, bar.to);
              const value =
                side === "above"
                  ? Math.max(high, 0) - Math.max(low, 0)
                  : Math.min(low, 0) - Math.min(high, 0);
              return { value, itemStyle: { color: colorOf(bar, colors), borderRadius: 2 } };
            }),
          })),
        ],
      };
    },
    [bars, format, scope.currency],
  );
  const open = useCallback(
    (name: string) => {
      const bar = bars.find((one) => one.name === name);
      if (!bar) return;
      drill({
        title: bar.name,
        question: {
          line: bar.id,
          from: scope.from,
          to: scope.to,
          filters: scope.filters,
          currency: scope.currency,
        },
      });
    },
    [bars, drill, scope],
  );
  const says = bars.map((bar) => `${bar.name} ${format.money(bar.amount, scope.currency)}`);
  return (
    <Panel title={t("profit.waterfall")} sub={t("profit.waterfall_sub")}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
      <section className="waterfall" tabIndex={0} aria-label={t("profit.waterfall")}>
        <Chart
          title={`${t("profit.waterfall")}: ${says.join(", ")}`}
          height={284}
          option={option}
          onPick={open}
        />
      </section>
    </Panel>
  );
}
