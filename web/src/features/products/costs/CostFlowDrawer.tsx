import { useQuery } from "@tanstack/react-query";
import { Drawer } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import * as calls from "../../../api/calls";
import type { CostFlow, FlowStep } from "../../../api/types";
import { useChart } from "../../../app/useChart";
import { useScope } from "../../../app/useScope";
import { useFormat } from "../../../format/useFormat";
import { type Column, DataGrid, useColumnKit } from "../../../ui/DataGrid";
import { Empty } from "../../../ui/States";
import { CostsAwait } from "./CostsAwait";
import type { Node } from "./layers";
import { useLayers } from "./useLayers";

type StepNode = Node<FlowStep>;

const keyOf = (step: FlowStep, at: number) => `${at}:${step.day}:${step.event}`;

const isUnknown = ({ units, units_without_cost }: FlowStep) =>
  units_without_cost > 0 && units_without_cost >= Math.abs(units);

function useStepColumns(currency: string): Column<StepNode>[] {
  const { t } = useTranslation();
  const format = useFormat();
  const chart = useChart();
  const kit = useColumnKit<StepNode>();
  return useMemo(() => {
    const inCurrency = () => currency;
    const below = (text: string) => (node: StepNode) => (node.layer ? "" : text);
    return [
      kit.text("day", ({ row, layer }) => format.day(layer?.day ?? row.day), { width: 160 }),
      kit.text(
        "event",
        ({ row, layer }) =>
          layer
            ? t("costs.layer", { document: layer.document })
            : t(`costs.event.${row.event}`, { defaultValue: row.event }),
        { width: 190 },
      ),
      kit.text("warehouse", (node) => below(node.row.warehouse)(node), { width: 120 }),
      kit.number("quantity", ({ row, layer }) => layer?.units ?? row.units),
      // What left without any known cost did not cost nothing.
      kit.money(
        "cost",
        ({ row, layer }) => layer?.cost ?? (isUnknown(row) ? null : row.cost),
        inCurrency,
      ),
      kit.money("unit_cost", ({ row, layer }) => (layer ? null : row.unit_cost), inCurrency),
      kit.text(
        "booked",
        ({ row, layer }) =>
          layer
            ? ""
            : row.booked
                .map((one) => `${chart.name(one.line)} ${format.money(one.cost, currency)}`)
                .join(" · "),
        { width: 220 },
      ),
      kit.number("stock_units", ({ row, layer }) => (layer ? null : row.stock_units)),
      kit.money("stock_value", ({ row, layer }) => (layer ? null : row.stock_value), inCurrency),
      kit.text("source", ({ row, layer }) => (layer ? "" : row.source), { width: 200 }),
      kit.text("store", ({ row, layer }) => (layer ? "" : row.store)),
      kit.text("seller_sku", ({ row, layer }) => (layer ? "" : row.seller_sku)),
    ];
  }, [kit, t, format, chart, currency]);
}

function Steps({ flow }: { flow: CostFlow }) {
  const { t } = useTranslation();
  const format = useFormat();
  const columns = useStepColumns(flow.currency);
  const { nodes, tree } = useLayers(flow.steps, keyOf);
  const balance = ({ units, value }: CostFlow["opening"]) => ({
    units: format.number(units),
    value: format.money(value, flow.currency),
  });
  return (
    <>
      <p className="mut">
        {t(`costs.method.${flow.method}`)} · {t("costs.opening", balance(flow.opening))} ·{" "}
        {t("costs.closing", balance(flow.closing))}
      </p>
      <DataGrid
        id="cost-flow"
        label={t("costs.flow")}
        rows={nodes}
        columns={columns}
        rowKey={({ key }) => key}
        tree={tree}
        fixedOrder
        height="calc(100vh - 190px)"
      />
    </>
  );
}

interface CostFlowDrawerProps {
  sku: string;
  warehouse?: string;
  close(): void;
}

/** How the cost of a product came in and went out, event by event, down to its layers. */
export function CostFlowDrawer({ sku, warehouse, close }: CostFlowDrawerProps) {
  const { t } = useTranslation();
  const { scope } = useScope();
  const question = { sku, place: warehouse, as_of: scope.as_of };
  const query = useQuery({
    queryKey: ["cost_flow", question],
    queryFn: () => calls.costFlow(question),
  });
  return (
    <Drawer
      open
      onClose={close}
      size="min(1180px, 94vw)"
      title={t("costs.flow_of", { sku: [sku, warehouse].filter(Boolean).join(" · ") })}
    >
      <CostsAwait query={query}>
        {(flow) =>
          flow.steps.length === 0 ? (
            <Empty title={t("costs.no_flow")} says={t("costs.no_stock_says")} />
          ) : (
            <Steps flow={flow} />
          )
        }
      </CostsAwait>
    </Drawer>
  );
}
