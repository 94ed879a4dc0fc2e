import { useInfiniteQuery } from "@tanstack/react-query";
import { Drawer } from "antd";
import { useCallback, useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import * as calls from "../../../api/calls";
import type { LedgerRow } from "../../../api/types";
import { useScope } from "../../../app/useScope";
import { useFormat } from "../../../format/useFormat";
import { DataGrid } from "../../../ui/DataGrid";
import { Failed, Loading } from "../../../ui/States";
import { useLineName } from "../lines";
import { useLookedAt } from "../view";
import type { Drill } from "./DrillProvider";
import { ledgerColumns } from "./ledgerColumns";
import { SourcePanel } from "./SourcePanel";
import "./drill.css";

const PAGE_ROWS = 200;

function useLedger(question: Drill["question"]) {
  return useInfiniteQuery({
    queryKey: ["ledger", question],
    queryFn: ({ pageParam }) =>
      calls.ledger({ ...question, cursor: pageParam || undefined, limit: PAGE_ROWS }),
    initialPageParam: "",
    getNextPageParam: (page) => page.meta.next ?? undefined,
  });
}

const keyOf = (row: LedgerRow) =>
  `${row.raw}:${row.row}:${row.line}:${row.fee_type}:${row.amount.amount}`;

/** Escape goes back one step: from the line to the rows, from the rows to the page. */
function useEscape(back: () => void) {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.key === "Escape" && !event.defaultPrevented) back();
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, [back]);
}

/** From a figure to its ledger rows, and from a row to the line of the file it was read from. */
export default function LedgerDrawer({ drill, close }: { drill: Drill; close(): void }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const lineName = useLineName();
  const { scope } = useScope();
  const { view } = useLookedAt();
  const question = useMemo(
    () => ({ ...drill.question, view, as_of: scope.as_of }),
    [drill.question, view, scope.as_of],
  );
  const query = useLedger(question);
  const [chosen, setChosen] = useState<LedgerRow | null>(null);

  useEscape(useCallback(() => (chosen ? setChosen(null) : close()), [chosen, close]));

  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const onEnd = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);

  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.rows) ?? [], [query.data]);
  const meta = query.data?.pages[0]?.meta;
  const columns = useMemo(
    () => ledgerColumns({ t, format, lineName, total: meta?.total ?? null }),
    [t, format, lineName, meta],
  );
  return (
    <Drawer
      open
      keyboard={false}
      onClose={close}
      title={drill.title}
      size="min(1180px, 94vw)"
      className="drill"
    >
      {query.isError && <Failed error={query.error} retry={() => query.refetch()} />}
      {query.isPending && <Loading height={300} />}
      {meta && (
        <div className="drill-body">
          <DataGrid
            id="ledger"
            label={t("drill.rows")}
            rows={rows}
            columns={columns}
            rowKey={keyOf}
            onOpen={setChosen}
            fixedOrder={hasNextPage}
            rowClass={(row) => (row === chosen ? "chosen" : "")}
            onEnd={onEnd}
            totalRows={meta.total_rows}
            height="100%"
            exportTo={(kind) => calls.saveLedger(question, kind, i18n.language)}
            tools={<span className="mut sm">{t("drill.hint")}</span>}
          />
          {chosen && <SourcePanel row={chosen} close={() => setChosen(null)} />}
        </div>
      )}
    </Drawer>
  );
}
