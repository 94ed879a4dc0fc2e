import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Kind, RecordNames, RecordRow, RecordsQuestion } from "../../api/chapter";
import * as calls from "../../api/chapterCalls";

const LONG = 3_600_000;

/** What a kind of record consists of; it changes only with the program. */
export const kindQuery = (id: string) => ({
  queryKey: ["kind", id],
  queryFn: () => calls.kind(id),
  staleTime: LONG,
});
export const boardKindQuery = (id: string) => ({
  queryKey: ["board_kind", id],
  queryFn: () => calls.boardKind(id),
  staleTime: LONG,
});
export const recordQuery = (kind: string, id: string) => ({
  queryKey: ["record", kind, id],
  queryFn: () => calls.record(kind, id),
});
export const historyQuery = (kind: string, id: string) => ({
  queryKey: ["record", kind, id, "history"],
  queryFn: () => calls.history(kind, id),
});
export const referrersQuery = (kind: string, id: string) => ({
  queryKey: ["record", kind, id, "where"],
  queryFn: () => calls.referrers(kind, id),
});
export const boardQuery = (id: string, params: Record<string, string>) => ({
  queryKey: ["board", id, params],
  queryFn: () => calls.board(id, params),
  placeholderData: keepPreviousData,
});
export const boardDetailQuery = (id: string, row: string, params: Record<string, string>) => ({
  queryKey: ["board", id, "detail", row, params],
  queryFn: () => calls.boardDetail(id, row, params),
});

const PAGE = 1000;
const NO_RECORDS: RecordRow[] = [];

export function mergeNames(pages: (RecordNames | undefined)[]): RecordNames {
  const merged: RecordNames = {};
  for (const page of pages) {
    for (const [kind, names] of Object.entries(page ?? {})) {
      merged[kind] = { ...merged[kind], ...names };
    }
  }
  return merged;
}

/** Records of a kind, a page at a time, with the names of what they refer to. */
export function useRecords(kind: string, question: RecordsQuestion) {
  const query = useInfiniteQuery({
    queryKey: ["records", kind, question],
    queryFn: ({ pageParam }) =>
      calls.records(kind, { ...question, cursor: pageParam, limit: PAGE }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.meta.next ?? undefined,
    placeholderData: keepPreviousData,
  });
  const pages = query.data?.pages;
  const records = useMemo(() => pages?.flatMap((page) => page.records) ?? NO_RECORDS, [pages]);
  const names = useMemo(() => mergeNames(pages?.map((page) => page.names) ?? []), [pages]);
  return { query, records, names, total: pages?.[0]?.total ?? 0 };
}

/** Kinds by id, for the names of what refers to a record. */
export function useKind(id: string): Kind | undefined {
  return useQuery(kindQuery(id)).data;
}
