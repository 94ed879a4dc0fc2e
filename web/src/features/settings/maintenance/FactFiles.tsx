import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import * as calls from "../../../api/calls";
import type { FactFiles as Files } from "../../../api/types";
import { type Column, DataGrid, useColumnKit } from "../../../ui/DataGrid";
import { Await } from "../../../ui/States";

interface FactFile {
  table: string;
  path: string;
}

function useFileColumns(): Column<FactFile>[] {
  const { t } = useTranslation();
  const kit = useColumnKit<FactFile>();
  return useMemo(
    () => [
      kit.text("table", (one) => t(`table.${one.table}`, { defaultValue: one.table }), {
        header: t("maintenance.table"),
        width: 160,
      }),
      kit.text("path", (one) => one.path, {
        header: t("maintenance.path"),
        width: 820,
        cell: (one) => (
          <code className="mono" title={one.path}>
            {one.path}
          </code>
        ),
      }),
    ],
    [kit, t],
  );
}

const rowsOf = ({ files }: Files): FactFile[] =>
  Object.entries(files).flatMap(([table, paths]) => paths.map((path) => ({ table, path })));

/** The current Parquet files: any tool at the server may read them where they lie. */
export function FactFiles() {
  const { t } = useTranslation();
  const columns = useFileColumns();
  const query = useQuery({ queryKey: ["fact-files"], queryFn: calls.factFiles });
  return (
    <section className="maintenance" aria-labelledby="maintenance-files">
      <h2 id="maintenance-files">{t("maintenance.files")}</h2>
      <p className="mut">{t("maintenance.files_says")}</p>
      <Await query={query} height={200}>
        {(files) => (
          <div className="boxed">
            <DataGrid
              id="fact-files"
              label={t("maintenance.files")}
              rows={rowsOf(files)}
              columns={columns}
              rowKey={(one) => one.path}
              height={360}
              empty={t("maintenance.no_files")}
            />
          </div>
        )}
      </Await>
    </section>
  );
}
