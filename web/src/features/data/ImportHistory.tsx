import { useInfiniteQuery } from "@tanstack/react-query";
import type { TFunction } from "i18next";
import { useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";
import * as calls from "../../api/calls";
import type { Import } from "../../api/types";
import { sum } from "../../format/decimal";
import { type Format, useFormat } from "../../format/useFormat";
import { nameOf, whoName } from "../../i18n/names";
import { type Column, DataGrid } from "../../ui/DataGrid";
import { Empty, Failed, Loading } from "../../ui/States";
import { ImportState, stateOfImport } from "./ImportState";

/** Rows of an import that were new to Argosy, over all tables. */
export function rowsOf(one: Import, part: "added" | "replacing" | "unchanged" | "covered"): number {
  return Object.values(one.diff).reduce((rows, diff) => rows + diff[part].rows, 0);
}

export function moneyOf(one: Import): Record<string, string> {
  const total: Record<string, string> = {};
  for (const diff of Object.values(one.diff)) {
    for (const part of [diff.added, diff.replacing]) {
      for (const [currency, amount] of Object.entries(part.money)) {
        total[currency] = sum([total[currency] ?? "0", amount]);
      }
    }
  }
  return total;
}

function columnsOf(t: TFunction, format: Format, language: string): Column<Import>[] {
  const rows = (id: "added" | "replacing" | "unchanged" | "covered"): Column<Import> => ({
    id,
    header: t(`diff.${id}`),
    hint: t(`diff.${id}_says`),
    kind: "number",
    width: 84,
    hidden: id === "covered",
    value: (one) => rowsOf(one, id),
    cell: (one) => {
      const count = rowsOf(one, id);
      return <span className={count === 0 ? "mut" : ""}>{format.number(count)}</span>;
    },
  });
  return [
    { id: "file", header: t("field.file"), width: 230, value: (one) => one.file_name },
    {
      id: "state",
      header: t("field.state"),
      width: 130,
      value: (one) => t(`state_of.${stateOfImport(one).word}`),
      cell: (one) => <ImportState of={one} />,
    },
    {
      id: "report",
      header: t("field.report"),
      width: 190,
      value: (one) => nameOf(one.definition_name, language) || t("data.not_recognised"),
    },
    { id: "store", header: t("field.store"), width: 104, value: (one) => one.store },
    {
      id: "rows",
      header: t("field.rows"),
      kind: "number",
      width: 88,
      value: (one) => one.rows,
      cell: (one) => format.number(one.rows),
    },
    rows("added"),
    rows("replacing"),
    rows("unchanged"),
    rows("covered"),
    {
      id: "money",
      header: t("diff.money"),
      hint: t("diff.money_says"),
      width: 130,
      value: (one) => format.amounts(moneyOf(one)),
    },
    {
      id: "problems",
      header: t("data.problems"),
      kind: "number",
      width: 90,
      value: (one) => one.problems.error + one.problems.warning,
      cell: (one) => {
        const count = one.problems.error + one.problems.warning;
        const tone = one.problems.error ? "neg" : count ? "warn" : "mut";
        return <span className={tone}>{format.number(count)}</span>;
      },
    },
    {
      id: "at",
      header: t("field.at"),
      width: 160,
      value: (one) => one.at,
      cell: (one) => format.moment(one.at),
    },
    { id: "who", header: t("field.who"), width: 110, value: (one) => whoName(one.who, t) },
    {
      id: "bytes",
      header: t("field.size"),
      kind: "number",
      width: 92,
      hidden: true,
      value: (one) => one.bytes,
      cell: (one) => format.bytes(one.bytes),
    },
    {
      id: "definition",
      header: t("field.definition"),
      width: 220,
      hidden: true,
      value: (one) => one.definition,
    },
  ];
}

/** Every file that came in, and what it did to the facts. */
export function ImportHistory({ open }: { open(id: number): void }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const query = useInfiniteQuery({
    queryKey: ["imports"],
    queryFn: ({ pageParam }) => calls.imports(pageParam || undefined),
    initialPageParam: "",
    getNextPageParam: (page) => page.meta.next ?? undefined,
  });
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const onEnd = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.imports) ?? [], [query.data]);
  const columns = useMemo(() => columnsOf(t, format, i18n.language), [t, format, i18n.language]);

  if (query.isPending) return <Loading height={240} />;
  if (query.isError) return <Failed error={query.error} retry={() => query.refetch()} />;
  if (rows.length === 0) return <Empty title={t("data.none")} says={t("data.none_says")} />;
  return (
    <DataGrid
      id="imports"
      label={t("data.history")}
      rows={rows}
      columns={columns}
      rowKey={(one) => String(one.id)}
      onOpen={(one) => open(one.id)}
      onEnd={onEnd}
      hasMore={hasNextPage}
      height={460}
      tools={<span className="mut sm">{t("data.history_hint")}</span>}
    />
  );
}
