import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { Assignment, ExperimentPlan, ExperimentPower } from "../../api/loop";
import type { Palette } from "../../app/theme";
import { useFormat } from "../../format/useFormat";
import { nameOf } from "../../i18n/names";
import { Chart } from "../../ui/Chart/Chart";
import { categoryAxis, tooltip, valueAxis } from "../../ui/Chart/styles";
import { powerRows } from "./plan";

const ENOUGH = 80;

function Assigned({ assignment }: { assignment: Assignment[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <details className="as-table">
      <summary>{t("experiment.assignment", { count: assignment.length })}</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
      <section tabIndex={0} aria-label={t("experiment.assigned")}>
        <table className="plain">
          <tbody>
            {assignment.map((one) => (
              <tr key={`${one.unit} ${one.block}`}>
                <th scope="row">{one.unit}</th>
                <td>
                  {format.day(one.from)} – {format.day(one.to)}
                </td>
                <td>
                  <span className={`tag ${one.arm === "treated" ? "look" : ""}`}>
                    {t(`experiment.arm.${one.arm}`)}
                  </span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  );
}

interface PowerViewProps {
  power: ExperimentPower;
  plan: Pick<ExperimentPlan, "days">;
}

/** What the experiment can tell in its days, and how many days other sizes need. */
export function PowerView({ power, plan }: PowerViewProps) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const { smallest } = power;
  const rows = powerRows(power.power, power.needed);
  const option = useCallback(
    (colors: Palette) => ({
      tooltip: {
        ...tooltip(colors),
        trigger: "axis",
        valueFormatter: (value: unknown) => `${value} %`,
      },
      grid: { left: 44, right: 14, top: 12, bottom: 24 },
      xAxis: categoryAxis(
        colors,
        power.power.map((one) => format.percent(one.effect, 0)),
      ),
      yAxis: { ...valueAxis(colors, (value) => `${value} %`), min: 0, max: 100 },
      series: [
        {
          name: t("experiment.power"),
          type: "line",
          data: power.power.map((one) => Math.round(Number(one.power) * 100)),
          lineStyle: { width: 2, color: colors.accent },
          itemStyle: { color: colors.accent },
          markLine: {
            silent: true,
            symbol: "none",
            label: { show: false },
            lineStyle: { color: colors.ink2, type: [4, 4] },
            data: [{ yAxis: ENOUGH }],
          },
        },
      ],
    }),
    [power, format, t],
  );
  const sizes = [
    smallest.relative != null && format.percent(smallest.relative),
    smallest.money && format.money(smallest.money.amount, smallest.money.currency, "whole"),
  ].filter(Boolean);
  return (
    <div className="stack">
      <p className="lead">{nameOf(power.says, i18n.language)}</p>
      {sizes.length > 0 && (
        <p>
          <b>{t("experiment.smallest", { count: plan.days, size: sizes.join(" · ") })}</b>
        </p>
      )}
      {power.better && (
        <div className="measure">
          <b>{t("loop.better")}</b>
          <p>{nameOf(power.better, i18n.language)}</p>
        </div>
      )}
      <div className="two">
        <Chart title={t("experiment.power_says")} height={200} option={option} />
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{t("experiment.effect_size")}</th>
              <th scope="col" className="num">
                {t("experiment.power")}
              </th>
              <th scope="col" className="num">
                {t("experiment.needed")}
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.effect}>
                <th scope="row">{format.percent(row.effect)}</th>
                <td className="num">{format.percent(row.power, 0)}</td>
                <td className="num">
                  {row.days === null
                    ? t("experiment.never")
                    : row.days === undefined
                      ? "—"
                      : t("loop.days", { count: row.days, shown: format.number(row.days) })}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {power.assignment.length > 0 && <Assigned assignment={power.assignment} />}
    </div>
  );
}
