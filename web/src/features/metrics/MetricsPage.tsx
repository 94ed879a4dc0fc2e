import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Metric } from "../../api/types";
import { nameOf } from "../../i18n/names";
import { type Column, DataGrid } from "../../ui/DataGrid";
import { PageHead } from "../../ui/Panel";
import { Await } from "../../ui/States";
import { registryQuery } from "../overview/queries";
import { MetricDetail } from "./MetricDetail";
import "./metrics.css";

function useMetricColumns(): Column<Metric>[] {
  const { t, i18n } = useTranslation();
  return useMemo(
    () => [
      {
        id: "name",
        header: t("metrics.name"),
        width: 200,
        value: (one) => nameOf(one.name, i18n.language),
      },
      {
        id: "formula",
        header: t("metrics.formula"),
        width: 320,
        value: (one) => one.formula,
        cell: (one) => <code>{one.formula}</code>,
      },
      {
        id: "unit",
        header: t("metrics.unit"),
        width: 90,
        value: (one) => t(`unit.${one.unit}`, { defaultValue: one.unit }),
      },
      {
        id: "better",
        header: t("metrics.better"),
        width: 96,
        value: (one) => t(`better.${one.better ?? "neither"}`),
      },
      {
        id: "kind",
        header: t("metrics.kind"),
        width: 90,
        value: (one) => t(`kind.${one.kind}`, { defaultValue: one.kind }),
      },
      { id: "id", header: t("metrics.id"), width: 170, value: (one) => one.id },
      {
        id: "origin",
        header: t("metrics.origin"),
        width: 100,
        hidden: true,
        value: (one) => t(`origin.${one.origin}`, { defaultValue: one.origin }),
      },
      { id: "source", header: t("metrics.source"), width: 260, value: (one) => one.source },
    ],
    [t, i18n.language],
  );
}

/** The registry: every figure Argosy can tell, with its formula, SQL, source and unit. */
export function MetricsPage() {
  const { t } = useTranslation();
  const query = useQuery(registryQuery);
  const columns = useMetricColumns();
  const [chosen, setChosen] = useState<string | null>(null);
  return (
    <div className="wrap">
      <PageHead title={t("nav.metrics")} says={<span className="mut">{t("metrics.says")}</span>} />
      <Await query={query} height={400}>
        {({ metrics, dimensions }) => {
          const metric = metrics.find((one) => one.id === chosen) ?? metrics[0];
          return (
            <div className="metrics">
              <section className="panel">
                <DataGrid
                  id="metrics"
                  label={t("nav.metrics")}
                  rows={metrics}
                  columns={columns}
                  rowKey={(one) => one.id}
                  onOpen={(one) => setChosen(one.id)}
                  rowClass={(one) => (one.id === metric?.id ? "chosen" : "")}
                  height="calc(100vh - 190px)"
                />
              </section>
              {metric && <MetricDetail metric={metric} dimensions={dimensions} />}
            </div>
          );
        }}
      </Await>
    </div>
  );
}
