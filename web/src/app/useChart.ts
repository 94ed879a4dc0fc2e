import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import * as calls from "../api/calls";
import { nameOf } from "../i18n/names";

const chartQuery = {
  queryKey: ["chart"],
  queryFn: calls.chart,
  staleTime: Number.POSITIVE_INFINITY,
};

/** The one chart of ledger lines: names of lines, and those that money may be booked to. */
export function useChart() {
  const { t, i18n } = useTranslation();
  const lines = useQuery(chartQuery).data?.lines;
  return useMemo(() => {
    const byId = new Map(lines?.map((line) => [line.id, line]));
    const name = (id: string) => {
      const line = byId.get(id);
      return line ? nameOf(line.name, i18n.language) : id.replaceAll("_", " ");
    };
    const stages = new Map<string, { value: string; label: string }[]>();
    for (const line of lines ?? []) {
      if (!line.bookable) continue;
      const found = stages.get(line.stage) ?? [];
      found.push({ value: line.id, label: name(line.id) });
      stages.set(line.stage, found);
    }
    return {
      name,
      stageOf: (id: string) => byId.get(id)?.stage,
      /** For a picker: the lines by stage. */
      bookable: [...stages].map(([stage, options]) => ({ label: t(`stage.${stage}`), options })),
    };
  }, [lines, t, i18n.language]);
}
