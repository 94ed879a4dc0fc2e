import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { Palette } from "../../app/theme";
import { toNumber } from "../../format/decimal";
import { useFormat } from "../../format/useFormat";
import { Chart } from "../../ui/Chart/Chart";
import { categoryAxis, tooltip, valueAxis } from "../../ui/Chart/styles";
import { Panel } from "../../ui/Panel";
import type { Told } from "./Result";

type Look = NonNullable<Told["looks"]>[number];

/** From how many looks on a line says more than the table. */
const DRAWN_FROM = 3;

function Line({ looks }: { looks: Look[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const option = useCallback(
    (colors: Palette) => {
      const low = looks.map((look) => toNumber(look.low));
      const quiet = { silent: true, showSymbol: false, tooltip: { show: false } };
      return {
        tooltip: {
          ...tooltip(colors),
          trigger: "axis",
          valueFormatter: (value: unknown) => format.percent(String(value)),
        },
        grid: { left: 58, right: 12, top: 10, bottom: 24 },
        xAxis: {
          ...categoryAxis(
            colors,
            looks.map(({ day }) => day.slice(5)),
          ),
          boundaryGap: false,
        },
        yAxis: valueAxis(colors, (value) => format.percent(String(value), 0)),
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
            data: looks.map((look) => toNumber(look.high) - toNumber(look.low)),
            lineStyle: { opacity: 0 },
            areaStyle: { color: colors.ink2, opacity: 0.16 },
          },
          {
            name: t("effects.estimate"),
            type: "line",
            data: looks.map((look) => toNumber(look.estimate)),
            symbolSize: 5,
            lineStyle: { width: 2, color: colors.accent },
            itemStyle: { color: colors.accent },
            markLine: {
              silent: true,
              symbol: "none",
              label: { show: false },
              lineStyle: { color: colors.ink2, type: "solid" },
              data: [{ yAxis: 0 }],
            },
          },
        ],
      };
    },
    [looks, format, t],
  );
  return <Chart title={t("effects.looks_says")} height={140} option={option} />;
}

/** The estimate after each block; its interval holds however often one looks. */
export function Looks({ effect }: { effect: Told }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { looks = [] } = effect;
  if (looks.length === 0) return null;
  return (
    <Panel title={t("effects.looks")} sub={t("effects.looks_sub")}>
      <div className="panel-body">
        {looks.length >= DRAWN_FROM && <Line looks={looks} />}
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{t("effects.looked_on")}</th>
              <th scope="col" className="num">
                {t("effects.estimate")}
              </th>
              <th scope="col" className="num">
                {t("effects.range")}
              </th>
            </tr>
          </thead>
          <tbody>
            {looks.map((look) => (
              <tr key={look.day}>
                <td>{format.day(look.day)}</td>
                <td className="num">{format.percent(look.estimate)}</td>
                <td className="num mut">
                  {format.percent(look.low)} – {format.percent(look.high)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}
