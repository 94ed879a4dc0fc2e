import { useInfiniteQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";
import * as calls from "../../api/calls";
import type { AuditChain, AuditEntry } from "../../api/types";
import { useFormat } from "../../format/useFormat";
import { whoName } from "../../i18n/names";
import { type Column, DataGrid } from "../../ui/DataGrid";
import { Failed, Loading } from "../../ui/States";

function useAuditColumns(): Column<AuditEntry>[] {
  const { t } = useTranslation();
  const format = useFormat();
  return useMemo(
    () => [
      { id: "id", header: "#", kind: "number", width: 70, value: (one) => one.id },
      {
        id: "at",
        header: t("field.at"),
        width: 170,
        value: (one) => one.at,
        cell: (one) => format.moment(one.at),
      },
      {
        id: "who",
        header: t("field.who"),
        width: 120,
        value: (one) => whoName(one.who, t),
      },
      {
        id: "action",
        header: t("audit.action"),
        width: 180,
        value: (one) => t(`audit.did.${one.action}`, { defaultValue: one.action }),
      },
      { id: "subject", header: t("audit.subject"), width: 220, value: (one) => one.subject },
      {
        id: "detail",
        header: t("audit.detail"),
        width: 460,
        value: (one) => JSON.stringify(one.detail),
        cell: (one) => {
          const text = JSON.stringify(one.detail);
          return (
            <code title={text} className="mut">
              {text === "{}" ? "" : text}
            </code>
          );
        },
      },
    ],
    [t, format],
  );
}

/** Whether the log is as it was written. */
function Chain({ chain }: { chain: AuditChain | undefined }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (!chain) return null;
  return (
    <p role="status">
      <span className={`tag ${chain.verified ? "good" : "bad"}`}>
        {chain.verified
          ? t("audit.verified", { entries: format.number(chain.entries) })
          : t("audit.broken", { why: chain.broken })}
      </span>
    </p>
  );
}

/** Who changed what; every entry holds the hash of the one before, so none can be taken out. */
export function AuditTab() {
  const { t } = useTranslation();
  const columns = useAuditColumns();
  const query = useInfiniteQuery({
    queryKey: ["audit"],
    queryFn: ({ pageParam }) => calls.audit(pageParam || undefined),
    initialPageParam: "",
    getNextPageParam: (page) => page.meta.next ?? undefined,
  });
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const onEnd = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.entries) ?? [], [query.data]);

  if (query.isPending) return <Loading height={240} />;
  if (query.isError) return <Failed error={query.error} retry={() => query.refetch()} />;
  return (
    <>
      <p className="mut">{t("audit.says")}</p>
      <Chain chain={query.data.pages[0]?.chain} />
      <div className="boxed">
        <DataGrid
          id="audit"
          label={t("settings.audit")}
          rows={rows}
          columns={columns}
          rowKey={(one) => String(one.id)}
          onEnd={onEnd}
          hasMore={hasNextPage}
          fixedOrder={hasNextPage}
          height="calc(100vh - 330px)"
        />
      </div>
    </>
  );
}
