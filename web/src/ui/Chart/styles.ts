import type { Palette } from "../../app/theme";

/** The parts every chart shares: thin axes, hairline grid, a tooltip like our panels. */
export const categoryAxis = (colors: Palette, data: string[]) => ({
  type: "category" as const,
  data,
  axisTick: { show: false },
  axisLine: { lineStyle: { color: colors.line } },
  axisLabel: { color: colors.ink2, fontSize: 11, hideOverlap: true },
});

export const valueAxis = (colors: Palette, write: (value: number) => string) => ({
  type: "value" as const,
  splitNumber: 2,
  splitLine: { lineStyle: { color: colors.line } },
  axisLabel: { color: colors.ink2, fontSize: 11, formatter: write },
});

export const tooltip = (colors: Palette) => ({
  backgroundColor: colors.raised,
  borderColor: colors.border,
  extraCssText: "box-shadow: none",
  textStyle: { color: colors.ink, fontSize: 12 },
});
