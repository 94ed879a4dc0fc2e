/** Pictures as ECharts draws them. */
import type {
  BarsPicture,
  BubblesPicture,
  Line,
  LinesPicture,
  Text,
  WaterfallPicture,
} from "../../../api/chapter";
import type { Palette } from "../../../app/theme";
import { categoryAxis, tooltip, valueAxis } from "../../../ui/Chart/styles";
import { seriesColour } from "./colours";
import type { Figure } from "./useFigure";

type Say = (text: Text) => string;

const LEFT = 64;
const ISO = /^\d{4}-(\d{2}-\d{2})$/;
const shortDay = (label: string) => label.replace(ISO, "$1");

/** What people typed is text in a tooltip, never markup. */
const plain = (text: string) => text.replace(/[&<>"']/g, (sign) => `&#${sign.codePointAt(0)};`);

/** An unseen line at the lower end of a band, and its height stacked on it. */
function bandOf(low: (number | null)[], high: (number | null)[], stack: string, colour: string) {
  const quiet = {
    type: "line",
    stack,
    stackStrategy: "all",
    silent: true,
    showSymbol: false,
    tooltip: { show: false },
    lineStyle: { opacity: 0 },
  };
  const height = high.map((value, at) => {
    const below = low[at];
    return value === null || below === null || below === undefined ? null : value - below;
  });
  return [
    { ...quiet, data: low },
    { ...quiet, data: height, areaStyle: { color: colour, opacity: 0.16 } },
  ];
}

export function linesOption(picture: LinesPicture, say: Say, figure: Figure) {
  return (colors: Palette) => ({
    tooltip: {
      ...tooltip(colors),
      trigger: "axis",
      valueFormatter: (value: unknown) => figure(picture.unit, value as number),
    },
    grid: { left: LEFT, right: 16, top: 14, bottom: 26 },
    xAxis: { ...categoryAxis(colors, picture.labels.map(shortDay)), boundaryGap: false },
    yAxis: {
      ...valueAxis(colors, (value) => figure(picture.unit, value, true)),
      splitNumber: 3,
    },
    series: [
      ...picture.bands.flatMap((band, at) =>
        bandOf(band.low, band.high, `band${at}`, seriesColour(colors, at)),
      ),
      ...picture.lines.map((line, at) => ({
        name: say(line.name),
        type: "line",
        data: line.values,
        showSymbol: picture.labels.length === 1,
        lineStyle: {
          width: line.expected ? 1.6 : 2,
          type: line.expected ? [5, 4] : "solid",
          color: seriesColour(colors, at),
        },
        itemStyle: { color: seriesColour(colors, at) },
      })),
    ],
  });
}

export function barsOption(picture: BarsPicture, say: Say, figure: Figure) {
  const values = (line: Line, colour: string) => ({
    name: say(line.name),
    type: "bar",
    stack: "all",
    barMaxWidth: 36,
    data: line.values,
    itemStyle: { color: colour, opacity: line.expected ? 0.5 : 1 },
  });
  return (colors: Palette) => ({
    tooltip: {
      ...tooltip(colors),
      trigger: "axis",
      axisPointer: { type: "shadow", shadowStyle: { color: colors.hover, opacity: 0.5 } },
      valueFormatter: (value: unknown) => figure(picture.unit, value as number),
    },
    grid: { left: LEFT, right: 16, top: 14, bottom: 26 },
    xAxis: categoryAxis(colors, picture.labels.map(shortDay)),
    yAxis: { ...valueAxis(colors, (value) => figure(picture.unit, value, true)), splitNumber: 3 },
    series: picture.series.map((line, at) => values(line, seriesColour(colors, at))),
  });
}

export interface Bar {
  name: string;
  value: number;
  total: boolean;
  from: number;
  to: number;
}

/** Steps float on what came before; sums stand on the ground. */
export function barsOf(picture: WaterfallPicture, say: Say): Bar[] {
  let level = 0;
  return picture.steps.map(({ name, value, total }) => {
    const from = total ? 0 : level;
    level = total ? value : level + value;
    return { name: say(name), value, total, from, to: level };
  });
}

export function waterfallOption(picture: WaterfallPicture, say: Say, figure: Figure) {
  const bars = barsOf(picture, say);
  const colourOf = (bar: Bar, colors: Palette) => {
    if (bar.total) return bar.to < 0 ? colors.neg : colors.accent;
    return bar.value < 0 ? colors.neutral : colors.pos;
  };
  const base = (low: number, high: number) => (low > 0 ? low : high < 0 ? high : 0);
  return (colors: Palette) => {
    const axis = categoryAxis(
      colors,
      bars.map(({ name }) => name),
    );
    return {
      tooltip: {
        ...tooltip(colors),
        trigger: "axis",
        axisPointer: { type: "shadow", shadowStyle: { color: colors.hover, opacity: 0.5 } },
        formatter: ([item]: { dataIndex: number }[]) => {
          const bar = item && bars[item.dataIndex];
          return bar ? `${plain(bar.name)}<br><b>${figure(picture.unit, bar.value)}</b>` : "";
        },
      },
      grid: { left: LEFT, right: 16, top: 26, bottom: 52 },
      xAxis: {
        ...axis,
        axisLabel: {
          ...axis.axisLabel,
          interval: 0,
          hideOverlap: false,
          width: Math.max(46, Math.min(96, 900 / bars.length)),
          overflow: "break",
          lineHeight: 14,
        },
      },
      yAxis: { ...valueAxis(colors, (value) => figure(picture.unit, value, true)), splitNumber: 3 },
      series: [
        {
          type: "bar",
          stack: "level",
          silent: true,
          itemStyle: { color: "transparent" },
          data: bars.map(({ from, to }) => base(Math.min(from, to), Math.max(from, to))),
        },
        // A bar that crosses zero is drawn in two parts.
        ...["above", "below"].map((side) => ({
          type: "bar",
          stack: "level",
          barMaxWidth: 56,
          label: {
            show: side === "above",
            position: "top",
            color: colors.ink2,
            fontSize: 11,
            formatter: ({ dataIndex }: { dataIndex: number }) => {
              const value = bars[dataIndex]?.value ?? 0;
              return figure(picture.unit, value, Math.abs(value) >= 1000);
            },
          },
          data: bars.map((bar) => {
            const high = Math.max(bar.from, bar.to);
            const low = Math.min(bar.from, bar.to);
            const value =
              side === "above"
                ? Math.max(high, 0) - Math.max(low, 0)
                : Math.min(low, 0) - Math.min(high, 0);
            return { value, itemStyle: { color: colourOf(bar, colors), borderRadius: 2 } };
          }),
        })),
      ],
    };
  };
}

/** Groups of the points in the order in which they come. */
export function groupsOf(picture: BubblesPicture, say: Say): string[] {
  return [...new Set(picture.points.map((point) => say(point.group)))];
}

const SMALLEST = 9;
const LARGEST = 46;
const NAMED = 40;
const NAME_LENGTH = 20;

const shortName = (name: string) =>
  name.length > NAME_LENGTH ? `${name.slice(0, NAME_LENGTH - 1)}…` : name;

export function bubblesOption(picture: BubblesPicture, say: Say, figure: Figure) {
  const groups = groupsOf(picture, say);
  const largest = Math.max(...picture.points.map(({ size }) => Math.abs(size)), 0) || 1;
  const diameter = (size: number) =>
    SMALLEST + (LARGEST - SMALLEST) * Math.sqrt(Math.abs(size) / largest);
  const byId = new Map(picture.points.map((point) => [point.id, point]));
  const { x, y, size } = picture;
  const told = (id: string) => {
    const point = byId.get(id);
    if (!point) return "";
    return [
      `<b>${plain(point.name)}</b> ${plain(say(point.group))}`,
      `${plain(say(x.name))} ${figure(x.unit, point.x)}`,
      `${plain(say(y.name))} ${figure(y.unit, point.y)}`,
      `${plain(say(size.name))} ${figure(size.unit, point.size)}`,
    ].join("<br>");
  };
  return (colors: Palette) => {
    const splits = [
      ...(x.split == null ? [] : [{ xAxis: Number(x.split) }]),
      ...(y.split == null ? [] : [{ yAxis: Number(y.split) }]),
    ];
    const named = {
      nameTextStyle: { color: colors.ink2, fontSize: 11 },
      nameLocation: "middle" as const,
      axisLine: { show: false },
      axisTick: { show: false },
      scale: true,
      splitNumber: 4,
    };
    return {
      tooltip: {
        ...tooltip(colors),
        trigger: "item",
        formatter: ({ name }: { name: string }) => told(name),
      },
      grid: { left: LEFT + 16, right: 40, top: 24, bottom: 48 },
      xAxis: {
        ...valueAxis(colors, (value) => figure(x.unit, value, true)),
        ...named,
        name: say(x.name),
        nameGap: 28,
      },
      yAxis: {
        ...valueAxis(colors, (value) => figure(y.unit, value, true)),
        ...named,
        name: say(y.name),
        nameGap: 56,
      },
      series: groups.map((group, at) => ({
        name: group,
        type: "scatter",
        cursor: "pointer",
        symbolSize: (value: number[]) => diameter(value[2] ?? 0),
        itemStyle: {
          // See-through: points lie over each other. Their names are not.
          color: `${seriesColour(colors, at)}b8`,
          borderColor: colors.panel,
          borderWidth: 1,
        },
        label: {
          show: picture.points.length <= NAMED,
          position: "right",
          color: colors.ink2,
          fontSize: 11,
          formatter: ({ name }: { name: string }) => shortName(byId.get(name)?.name ?? name),
        },
        labelLayout: { hideOverlap: true },
        data: picture.points
          .filter((point) => say(point.group) === group)
          .map((point) => ({ name: point.id, value: [point.x, point.y, point.size] })),
        ...(at === 0 && splits.length > 0
          ? {
              markLine: {
                silent: true,
                symbol: "none",
                label: { show: false },
                lineStyle: { color: colors.neutral, type: [4, 4], width: 1 },
                data: splits,
              },
            }
          : {}),
      })),
    };
  };
}
