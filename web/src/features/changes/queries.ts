import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Change, ChangesQuestion } from "../../api/loop";
import * as calls from "../../api/loopCalls";

const PAGE = 200;
const NO_CHANGES: Change[] = [];

/** What was changed, a page at a time, the newest day first. */
export function useChanges(question: ChangesQuestion) {
  const query = useInfiniteQuery({
    queryKey: ["changes", question],
    queryFn: ({ pageParam }) => calls.changes({ ...question, cursor: pageParam, limit: PAGE }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.meta.next ?? undefined,
    placeholderData: keepPreviousData,
  });
  const pages = query.data?.pages;
  const changes = useMemo(() => pages?.flatMap((page) => page.changes) ?? NO_CHANGES, [pages]);
  return { query, changes };
}

export const proposedQuery = { queryKey: ["changes", "proposed"], queryFn: calls.proposedChanges };
