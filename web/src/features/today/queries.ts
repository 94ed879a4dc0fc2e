import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import type { FindingsQuestion } from "../../api/loop";
import * as calls from "../../api/loopCalls";

const PAGE = 50;

/** The queue, a page at a time, dearest first. */
export function useFindings(question: FindingsQuestion) {
  return useInfiniteQuery({
    queryKey: ["findings", question],
    queryFn: ({ pageParam }) => calls.findings({ ...question, cursor: pageParam, limit: PAGE }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.meta.next ?? undefined,
    placeholderData: keepPreviousData,
  });
}

/** How much is at stake in a family, without its findings. */
export const familyQuery = (question: FindingsQuestion) => ({
  queryKey: ["findings", "sum", question],
  queryFn: () => calls.findings({ ...question, limit: 1 }),
});
