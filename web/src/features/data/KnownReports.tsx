import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import * as calls from "../../api/calls";
import type { Report } from "../../api/types";
import { channelName, nameOf } from "../../i18n/names";
import { type Column, DataGrid } from "../../ui/DataGrid";
import { Await } from "../../ui/States";

/** The reports Argosy recognises by their content, and what each needs besides the file. */
export function KnownReports() {
  const { t, i18n } = useTranslation();
  const query = useQuery({ queryKey: ["reports"], queryFn: calls.reports });
  const columns = useMemo(
    (): Column<Report>[] => [
      {
        id: "name",
        header: t("field.report"),
        width: 300,
        value: (one) => nameOf(one.name, i18n.language),
      },
      {
        id: "channel",
        header: t("field.channel"),
        width: 110,
        value: (one) => channelName(one.channel),
      },
      {
        id: "tables",
        header: t("data.feeds"),
        width: 220,
        value: (one) =>
          one.tables.map((table) => t(`table.${table}`, { defaultValue: table })).join(" · "),
      },
      {
        id: "needs",
        header: t("data.needs"),
        width: 170,
        value: (one) =>
          one.needs.map((need) => t(`need.${need}`, { defaultValue: need })).join(" · "),
      },
      {
        id: "id",
        header: t("field.definition"),
        width: 260,
        value: (one) => `${one.id}@${one.version}`,
      },
      {
        id: "origin",
        header: t("metrics.origin"),
        width: 110,
        value: (one) => t(`origin.${one.origin}`, { defaultValue: one.origin }),
      },
      { id: "source", header: t("metrics.source"), width: 420, value: (one) => one.source },
    ],
    [t, i18n.language],
  );
  return (
    <Await query={query} height={240}>
      {({ reports }) => (
        <DataGrid
          id="reports"
          label={t("data.reports")}
          rows={reports}
          columns={columns}
          rowKey={(one) => one.id}
          height={460}
        />
      )}
    </Await>
  );
}
