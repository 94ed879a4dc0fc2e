import type { EChartsCoreOption } from "echarts/core";
import { lazy, Suspense } from "react";
import { usePreferences } from "../../app/preferences";
import { type Palette, palette } from "../../app/theme";

const Drawing = lazy(() => import("./Drawing"));

interface ChartProps {
  /** Read out instead of the picture: what it shows and its main figures. */
  title: string;
  height: number;
  /** Memoise it: the chart is drawn anew when it changes. */
  option(colors: Palette): EChartsCoreOption;
  onPick?(name: string): void;
}

/** A chart in the colours of the theme; ECharts itself is loaded with the first one shown. */
export function Chart({ title, height, option, onPick }: ChartProps) {
  const { dark } = usePreferences();
  return (
    <Suspense fallback={<div style={{ height }} />}>
      <Drawing
        title={title}
        height={height}
        colors={palette(dark)}
        option={option}
        onPick={onPick}
      />
    </Suspense>
  );
}
