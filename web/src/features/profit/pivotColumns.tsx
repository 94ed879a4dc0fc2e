import { Tooltip } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Key, Profit } from "../../api/types";
import { useScope } from "../../app/useScope";
import { ratio, toNumber } from "../../format/decimal";
import { useFormat } from "../../format/useFormat";
import { nameOf } from "../../i18n/names";
import type { Column } from "../../ui/DataGrid";
import { useDimensionName, useGroupName } from "./groupName";

/** One group of the answer, as a row. */
export interface Group {
  index: number;
  key: Key;
  units: string | null;
}

export function groupsOf(profit: Profit, unitsOf: (key: Key) => string | null): Group[] {
  return profit.columns.flatMap((column, index) =>
    Object.keys(column.key).length === 0
      ? []
      : [{ index, key: column.key, units: unitsOf(column.key) }],
  );
}

/** Shown at first; every other line of the chart waits in the column chooser. */
const SHOWN = [
  "net_sales",
  "goods",
  "channel",
  "logistics",
  "ads",
  "contribution_3",
  "operating_profit",
];
const MARGIN_OF = "contribution_3";
const BASE = "net_sales";

export function useGroupColumns(
  profit: Profit,
  by: string[],
  units: string | null,
): Column<Group>[] {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const { scope } = useScope();
  const groupName = useGroupName();
  const dimensionName = useDimensionName();

  return useMemo(() => {
    const of = (id: string, group: Group) => profit.cells[id]?.[group.index] ?? null;
    const margin = (value: string | null | undefined, base: string | null | undefined) =>
      value != null && base != null ? ratio(value, base) : null;
    const tone = (value: string | null) => (toNumber(value) < 0 ? "neg" : "");

    const dimensions = by.map(
      (dimension, index): Column<Group> => ({
        id: `by:${dimension}`,
        header: dimensionName(dimension),
        width: dimension === "product" || dimension === "seller_sku" ? 190 : 130,
        value: (group) => groupName(dimension, group.key[dimension] ?? null),
        total: index === 0 ? t("grid.total") : undefined,
      }),
    );
    const unitsSold: Column<Group> = {
      id: "units",
      header: t("field.units"),
      kind: "number",
      width: 76,
      value: (group) => group.units,
      cell: (group) => format.number(group.units),
      total: format.number(units),
    };
    const amounts = profit.lines.map((line): Column<Group> => {
      const name = nameOf(line.name, i18n.language);
      const isResult = line.id.startsWith("contribution") || line.id === "operating_profit";
      return {
        id: line.id,
        header: name,
        hint: nameOf(line.says, i18n.language) || undefined,
        kind: "money",
        width: 118,
        hidden: !SHOWN.includes(line.id),
        value: (group) => of(line.id, group),
        cell: (group) => {
          const value = of(line.id, group);
          if (value === null) {
            return (
              <Tooltip title={t("profit.no_cost")}>
                <span>—</span>
              </Tooltip>
            );
          }
          return (
            <span className={isResult ? tone(value) : ""}>
              {format.money(value, scope.currency)}
            </span>
          );
        },
        total: format.money(profit.totals[line.id], scope.currency),
      };
    });
    const margins: Column<Group> = {
      id: "margin",
      header: t("profit.margin"),
      hint: t("profit.margin_says"),
      kind: "percent",
      width: 84,
      value: (group) => margin(of(MARGIN_OF, group), of(BASE, group)),
      cell: (group) => {
        const value = margin(of(MARGIN_OF, group), of(BASE, group));
        return <span className={tone(value)}>{format.percent(value)}</span>;
      },
      total: format.percent(margin(profit.totals[MARGIN_OF], profit.totals[BASE])),
    };
    const at = amounts.findIndex((column) => column.id === MARGIN_OF) + 1;
    amounts.splice(at || amounts.length, 0, margins);
    return [...dimensions, unitsSold, ...amounts];
  }, [profit, by, units, scope.currency, format, groupName, dimensionName, t, i18n.language]);
}
