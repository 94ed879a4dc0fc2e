import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import * as calls from "../../../api/calls";
import type { DataHealth, ReportHealth } from "../../../api/types";
import { Scoped } from "../../../app/Scoped";
import type { Period } from "../../../app/scope";
import { useScope } from "../../../app/useScope";
import { useFormat } from "../../../format/useFormat";
import { nameOf } from "../../../i18n/names";
import { type Column, DataGrid, type Tone, useColumnKit } from "../../../ui/DataGrid";
import { Await, Empty } from "../../../ui/States";
import { CoverageLegend } from "./CoverageLegend";
import { CoverageStrip } from "./CoverageStrip";
import { missingDays } from "./coverage";
import { DriftList } from "./DriftList";
import { ReportDrawer } from "./ReportDrawer";
import "./health.css";

const TONES: Record<string, Tone> = {
  ok: "good",
  missing: "bad",
  stale: "look",
  overlapping: "look",
  restated: "",
  ended: "",
};
const URGENCY = ["missing", "stale", "ended", "overlapping", "restated", "ok"];

/** What needs a file comes first. */
const inOrder = (reports: ReportHealth[]) =>
  reports.toSorted(
    (left, right) =>
      URGENCY.indexOf(left.state) - URGENCY.indexOf(right.state) ||
      left.store.localeCompare(right.store),
  );

function useReportColumns(period: Period): Column<ReportHealth>[] {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const kit = useColumnKit<ReportHealth>();
  return useMemo(
    () => [
      kit.text("report", (one) => nameOf(one.name, i18n.language) || one.definition, {
        width: 210,
      }),
      kit.text("store", (one) => one.store, { width: 110 }),
      kit.tag(
        "state",
        (one) => t(`health.state.${one.state}`),
        (one) => TONES[one.state] ?? "",
        { width: 110 },
      ),
      kit.text("coverage", (one) => String(missingDays(one)), {
        header: t("health.coverage", {
          from: format.day(period.from),
          to: format.day(period.to),
        }),
        width: 430,
        cell: (one) => <CoverageStrip report={one} period={period} />,
      }),
      kit.number("missing_days", (one) => missingDays(one)),
      kit.number("stale_days", (one) => one.stale_days),
      kit.number("cadence_days", (one) => one.cadence_days),
      kit.day("first_covered", (one) => one.first_day),
      kit.day("last_covered", (one) => one.last_day),
      kit.channel((one) => one.channel),
      kit.text("definition", (one) => one.definition, { width: 220, hidden: true }),
    ],
    [kit, t, format, period, i18n.language],
  );
}

function Health({ health, period }: { health: DataHealth; period: Period }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<ReportHealth | null>(null);
  const columns = useReportColumns(period);
  const reports = useMemo(() => inOrder(health.reports), [health.reports]);
  if (reports.length === 0) {
    return <Empty title={t("health.none")} says={t("data.none_says")} />;
  }
  return (
    <>
      <DataGrid
        id="health"
        label={t("health.title")}
        rows={reports}
        columns={columns}
        rowKey={(one) => `${one.store}:${one.definition}`}
        onOpen={(one) => setOpen(one)}
        height={460}
        tools={<CoverageLegend />}
      />
      <DriftList drift={health.drift} />
      {open && <ReportDrawer report={open} period={period} close={() => setOpen(null)} />}
    </>
  );
}

/** Which days each report of each store covers, and what is missing, stale, double or changed. */
export function HealthTab() {
  const { scope, ready } = useScope();
  const question = {
    from: scope.from,
    to: scope.to,
    store: scope.filters.store?.join(","),
    channel: scope.filters.channel?.join(","),
  };
  const { from, to } = scope;
  const period = useMemo(() => ({ from, to }), [from, to]);
  const query = useQuery({
    queryKey: ["data_health", question],
    queryFn: () => calls.dataHealth(question),
    enabled: ready,
  });
  return (
    <Scoped>
      <Await query={query} height={300}>
        {(health) => <Health health={health} period={period} />}
      </Await>
    </Scoped>
  );
}
