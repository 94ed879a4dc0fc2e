import { useQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";
import * as calls from "../../api/calls";
import type { Statement } from "../../api/types";
import { ANY_DAY } from "../../app/scope";
import { useScope } from "../../app/useScope";
import { DataGrid } from "../../ui/DataGrid";
import { Await } from "../../ui/States";
import { useDrill } from "../profit/drill/DrillProvider";
import { useStatementListColumns } from "./columns";
import { useReconcileQuestion } from "./question";
import { Summary } from "./Summary";

const URGENCY: Record<Statement["state"], number> = { differs: 0, no_control: 1, balanced: 2 };

/** Those that do not add up come first, then the newest. */
export function inOrder(statements: Statement[]): Statement[] {
  return statements.toSorted(
    (left, right) =>
      URGENCY[left.state] - URGENCY[right.state] ||
      (right.deposit_day ?? right.period_to ?? "").localeCompare(
        left.deposit_day ?? left.period_to ?? "",
      ),
  );
}

function useStatements() {
  const { scope, choices } = useScope();
  const question = useReconcileQuestion();
  const query = useQuery({
    queryKey: ["reconcile", question],
    queryFn: () => calls.reconcile(question),
  });
  const { market } = scope.filters;
  const marketOf = useMemo(
    () => new Map(choices?.stores.map((one) => [one.name, one.market])),
    [choices],
  );
  // A statement has no market of its own; that of its store decides.
  const keeps = useCallback(
    (statement: Statement) => !market || market.includes(marketOf.get(statement.store) ?? ""),
    [market, marketOf],
  );
  return { query, question, keeps };
}

function StatementGrid({
  statements,
  save,
}: {
  statements: Statement[];
  save(format: "csv" | "xlsx"): Promise<void>;
}) {
  const { t } = useTranslation();
  const { scope } = useScope();
  const drill = useDrill();
  const rows = useMemo(() => inOrder(statements), [statements]);
  const columns = useStatementListColumns();
  return (
    <DataGrid
      id="reconcile"
      label={t("nav.reconcile")}
      rows={rows}
      columns={columns}
      rowKey={(row) => `${row.store}:${row.statement}:${row.currency}`}
      onOpen={(row) =>
        drill({
          title: `${row.statement} · ${row.store}`,
          question: {
            ...ANY_DAY,
            filters: { store: [row.store], statement: [row.statement] },
            currency: scope.currency,
          },
        })
      }
      rowClass={(row) => (row.state === "differs" ? "differs" : "")}
      height="calc(100vh - 300px)"
      exportTo={save}
      empty={t("reconcile.none")}
    />
  );
}

/** Each settlement or payout beside the sum of its lines. */
export function Statements() {
  const { i18n } = useTranslation();
  const { query, question, keeps } = useStatements();
  return (
    <Await query={query} height={400}>
      {(body) => {
        const statements = body.statements.filter(keeps);
        return (
          <>
            <Summary statements={statements} />
            <StatementGrid
              statements={statements}
              save={(format) => calls.saveReconcile(question, format, i18n.language)}
            />
          </>
        );
      }}
    </Await>
  );
}
