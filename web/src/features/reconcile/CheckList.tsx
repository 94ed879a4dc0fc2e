import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { ReconcileQuestion } from "../../api/calls";
import { type Column, DataGrid } from "../../ui/DataGrid";
import { Await, Empty } from "../../ui/States";
import { useReconcileQuestion } from "./question";

interface CheckGridProps<Row> {
  id: string;
  rows: Row[];
  columns: Column<Row>[];
  rowKey(row: NoInfer<Row>): string;
  onOpen?(row: NoInfer<Row>): void;
  rowClass?(row: NoInfer<Row>): string;
  height?: number | string;
}

/** The rows of one check, or what it means that there are none. */
export function CheckGrid<Row>({ id, height, ...grid }: CheckGridProps<Row>) {
  const { t } = useTranslation();
  if (grid.rows.length === 0) {
    return <Empty title={t(`reconcile.none_of.${id}`)} says={t(`reconcile.says_of.${id}`)} />;
  }
  return (
    <DataGrid
      id={`reconcile-${id}`}
      label={t(`reconcile.check.${id}`)}
      height={height ?? "calc(100vh - 230px)"}
      tools={<span className="mut sm">{t(`reconcile.says_of.${id}`)}</span>}
      {...grid}
    />
  );
}

interface CheckProps<Body> {
  name: string;
  ask(question: ReconcileQuestion): Promise<Body>;
  children(body: Body): ReactNode;
}

/** One check over the scope of the page. */
export function Check<Body>({ name, ask, children }: CheckProps<Body>) {
  const question = useReconcileQuestion();
  const query = useQuery({
    queryKey: ["reconcile", name, question],
    queryFn: () => ask(question),
  });
  return (
    <Await query={query} height={300}>
      {children}
    </Await>
  );
}
