import { type ThemeConfig, theme } from "antd";

/**
 * One accent (ink blue), neutrals with a slight blue cast, and semantic colours only where they
 * mean something. Every text colour has at least 4.5:1 on its ground.
 */
const LIGHT = {
  bg: "#f6f7f8",
  panel: "#ffffff",
  raised: "#ffffff",
  line: "#e1e5e8",
  border: "#cfd6da",
  ink: "#17222a",
  ink2: "#55636d",
  accent: "#135e7c",
  selected: "#e6eff3",
  hover: "#f1f5f7",
  pos: "#1a7348",
  neg: "#b3382f",
  warn: "#8a5000",
  neutral: "#72808a",
  mark: "#fff3cf",
};

const DARK: typeof LIGHT = {
  bg: "#0f1418",
  panel: "#151c21",
  raised: "#1b242a",
  line: "#27323a",
  border: "#36434c",
  ink: "#e6ecef",
  ink2: "#a4b1ba",
  accent: "#5fb3d3",
  selected: "#1d2c34",
  hover: "#1a242b",
  pos: "#57b98a",
  neg: "#ee8077",
  warn: "#d99a3d",
  neutral: "#7d8d99",
  mark: "#4a3a0c",
};

export type Palette = typeof LIGHT;

export const palette = (dark: boolean): Palette => (dark ? DARK : LIGHT);

export const FONTS =
  "'Inter Variable','PingFang SC','Microsoft YaHei','Noto Sans CJK SC','Noto Sans SC',system-ui,sans-serif";

/** The same colours as CSS variables for our own styles, set on the root element. */
export function paint(dark: boolean): void {
  const root = document.documentElement;
  for (const [name, value] of Object.entries(palette(dark))) {
    root.style.setProperty(`--${name}`, value);
  }
  root.style.colorScheme = dark ? "dark" : "light";
}

/** Compact spacing, but text of the size of our own: the compact algorithm shrinks it to 11 px. */
const readable: typeof theme.compactAlgorithm = (_seed, map) => ({
  ...(map as ReturnType<typeof theme.compactAlgorithm>),
  fontSize: 13,
  fontSizeSM: 12,
  fontSizeLG: 14,
  fontSizeXL: 16,
  lineHeight: 1.5,
  lineHeightSM: 1.5,
  lineHeightLG: 1.5,
  controlHeight: 28,
  controlHeightSM: 24,
});

export function antTheme(dark: boolean): ThemeConfig {
  const colors = palette(dark);
  return {
    algorithm: [
      dark ? theme.darkAlgorithm : theme.defaultAlgorithm,
      theme.compactAlgorithm,
      readable,
    ],
    token: {
      colorPrimary: colors.accent,
      colorInfo: colors.accent,
      colorLink: colors.accent,
      colorSuccess: colors.pos,
      colorError: colors.neg,
      colorWarning: colors.warn,
      colorBgLayout: colors.bg,
      colorBgContainer: colors.panel,
      colorBgElevated: colors.raised,
      colorBorder: colors.border,
      colorBorderSecondary: colors.line,
      colorText: colors.ink,
      colorTextSecondary: colors.ink2,
      colorTextTertiary: colors.ink2,
      colorTextQuaternary: colors.ink2,
      colorTextDescription: colors.ink2,
      colorTextPlaceholder: colors.ink2,
      colorTextLightSolid: dark ? "#0f1418" : "#ffffff",
      borderRadius: 5,
      // A tool that is used all day does not fade: what opens is there at once.
      motion: false,
      // The sign that turns says that it waits; its words stay readable.
      opacityLoading: 1,
      fontFamily: FONTS,
    },
    components: {
      Menu: {
        itemHeight: 30,
        itemBorderRadius: 5,
        itemMarginInline: 8,
        itemSelectedBg: colors.selected,
        itemBg: "transparent",
        activeBarBorderWidth: 0,
      },
      Button: { primaryShadow: "none", defaultShadow: "none", dangerShadow: "none" },
      Tooltip: { colorBgSpotlight: dark ? "#2b3740" : "#1d2a33", colorTextLightSolid: "#f4f7f8" },
      Tabs: { horizontalItemPadding: "8px 0", horizontalMargin: "0" },
    },
  };
}
