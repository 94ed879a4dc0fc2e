import { useQuery } from "@tanstack/react-query";
import { Button, DatePicker } from "antd";
import dayjs from "dayjs";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import * as calls from "../../../api/calls";
import type { StockRow, StockValue } from "../../../api/types";
import { useScope } from "../../../app/useScope";
import { useFormat } from "../../../format/useFormat";
import { type Column, DataGrid, useColumnKit } from "../../../ui/DataGrid";
import { Empty, Partial } from "../../../ui/States";
import { CostFlowDrawer } from "./CostFlowDrawer";
import { CostProblemList } from "./CostProblems";
import { CostsAwait } from "./CostsAwait";
import type { Node } from "./layers";
import { useLayers } from "./useLayers";

type StockNode = Node<StockRow>;

const keyOf = (row: StockRow) => `${row.sku}:${row.warehouse}`;

function useStockColumns(value: StockValue, openFlow: (row: StockRow) => void) {
  const { t } = useTranslation();
  const format = useFormat();
  const kit = useColumnKit<StockNode>();
  return useMemo((): Column<StockNode>[] => {
    const currency = () => value.currency;
    return [
      kit.text("sku", ({ row, layer }) => layer?.document ?? row.sku, {
        width: 240,
        total: t("grid.total"),
      }),
      kit.text("warehouse", ({ row }) => row.warehouse, { width: 150 }),
      kit.day("received", ({ layer }) => layer?.day, {
        cell: ({ layer }) => (layer ? format.day(layer.day) : ""),
      }),
      kit.number("quantity", ({ row, layer }) => layer?.units ?? row.units, {
        total: format.number(value.units),
      }),
      kit.money("stock_value", ({ row, layer }) => layer?.cost ?? row.value, currency, {
        total: format.money(value.value, value.currency),
      }),
      kit.money("unit_cost", ({ row, layer }) => (layer ? null : row.unit_cost), currency, {
        cell: ({ row, layer }) => (layer ? "" : format.money(row.unit_cost, value.currency)),
      }),
      kit.text("flow", () => null, {
        header: t("costs.flow"),
        width: 110,
        cell: ({ row, layer }) =>
          layer ? null : (
            <Button
              size="small"
              aria-label={`${t("costs.flow")} ${row.sku} ${row.warehouse}`}
              onClick={() => openFlow(row)}
            >
              {t("costs.flow_open")}
            </Button>
          ),
      }),
    ];
  }, [kit, t, format, value, openFlow]);
}

function Stock({ value }: { value: StockValue }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [flow, setFlow] = useState<StockRow | null>(null);
  const columns = useStockColumns(value, setFlow);
  const { nodes, tree } = useLayers(value.rows, keyOf);
  return (
    <>
      {value.units_without_cost > 0 && (
        <Partial>
          {t("costs.units_without_cost", { units: format.number(value.units_without_cost) })}
        </Partial>
      )}
      <CostProblemList problems={value.problems} />
      <DataGrid
        id="stock-value"
        label={t("costs.stock_value")}
        rows={nodes}
        columns={columns}
        rowKey={({ key }) => key}
        tree={tree}
        fixedOrder
        height="calc(100vh - 280px)"
        tools={<span className="mut sm">{t(`costs.method.${value.method}`)}</span>}
      />
      {flow && (
        <CostFlowDrawer sku={flow.sku} warehouse={flow.warehouse} close={() => setFlow(null)} />
      )}
    </>
  );
}

/** What the stock was worth at the end of a day, down to the layers it consists of. */
export function StockValueTab() {
  const { t } = useTranslation();
  const { scope, ready } = useScope();
  const [day, setDay] = useState<string>();
  const question = { day: day ?? scope.to, as_of: scope.as_of };
  const query = useQuery({
    queryKey: ["stock_value", question],
    queryFn: () => calls.stockValue(question),
    enabled: ready,
  });
  return (
    <>
      <div className="tab-bar">
        <label htmlFor="stock-day">{t("costs.at_end_of")}</label>
        <DatePicker
          id="stock-day"
          allowClear={false}
          value={dayjs(question.day)}
          onChange={(next) => next && setDay(next.format("YYYY-MM-DD"))}
        />
      </div>
      <CostsAwait query={query}>
        {(value) =>
          value.rows.length === 0 ? (
            <Empty title={t("costs.no_stock")} says={t("costs.no_stock_says")} />
          ) : (
            <Stock value={value} />
          )
        }
      </CostsAwait>
    </>
  );
}
