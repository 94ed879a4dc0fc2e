import type { Palette } from "../../../app/theme";

const LIGHT = [
  "#135e7c",
  "#c2571a",
  "#4f7a28",
  "#7a4fa3",
  "#a3334d",
  "#8a6d00",
  "#1f8078",
  "#55636d",
];
const DARK = [
  "#5fb3d3",
  "#e59a5c",
  "#9cc46b",
  "#b79be0",
  "#e88a9c",
  "#d9bf4a",
  "#6fd0cf",
  "#a4b1ba",
];

/** The palette of a dark page has a dark ground. */
const isDark = (colors: Palette) => colors.panel < "#80";

/** The colour of the series at a place; the first is the accent. */
export function seriesColour(colors: Palette, at: number): string {
  const all = isDark(colors) ? DARK : LIGHT;
  return all[at % all.length] as string;
}
