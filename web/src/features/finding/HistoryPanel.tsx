import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { FindingDetail } from "../../api/loop";
import type { Palette } from "../../app/theme";
import { toNumber } from "../../format/decimal";
import { useFormat } from "../../format/useFormat";
import { AsTable } from "../../ui/AsTable";
import { Chart } from "../../ui/Chart/Chart";
import { categoryAxis, tooltip, valueAxis } from "../../ui/Chart/styles";
import { Panel } from "../../ui/Panel";

/** How the stake went from run to run. */
export function HistoryPanel({ finding }: { finding: FindingDetail }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { history, stake } = finding;
  const option = useCallback(
    (colors: Palette) => ({
      tooltip: {
        ...tooltip(colors),
        trigger: "axis",
        valueFormatter: (value: unknown) =>
          value == null ? "—" : format.money(String(value), stake.currency, "whole"),
      },
      grid: { left: 62, right: 14, top: 12, bottom: 24 },
      xAxis: categoryAxis(
        colors,
        history.map(({ day }) => day.slice(5)),
      ),
      yAxis: valueAxis(colors, (value) => format.money(String(value), stake.currency, "tick")),
      series: [
        {
          name: t("finding.stake_name"),
          type: "bar",
          barMaxWidth: 14,
          data: history.map((one) => (one.stake ? toNumber(one.stake.amount) : null)),
          itemStyle: { color: colors.accent },
        },
      ],
    }),
    [history, stake.currency, format, t],
  );
  if (history.length === 0) return null;
  return (
    <Panel title={t("finding.history")} sub={t("finding.history_says")}>
      <Chart title={t("finding.history")} height={150} option={option} />
      <div className="panel-body">
        <AsTable
          rows={history.map((one) => ({
            key: format.day(one.day),
            cells: [
              one.stake ? format.money(one.stake.amount, one.stake.currency) : "—",
              t(`finding.state.${one.state}`),
            ],
          }))}
        />
      </div>
    </Panel>
  );
}
