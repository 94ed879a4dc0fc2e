import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Task, TasksQuestion } from "../../api/loop";
import * as calls from "../../api/loopCalls";

const NO_TASKS: Task[] = [];

export function useTasks(question: TasksQuestion) {
  const query = useInfiniteQuery({
    queryKey: ["tasks", question],
    queryFn: ({ pageParam }) => calls.tasks({ ...question, cursor: pageParam }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.meta.next ?? undefined,
  });
  const pages = query.data?.pages;
  const tasks = useMemo(() => pages?.flatMap((page) => page.tasks) ?? NO_TASKS, [pages]);
  return { query, tasks };
}

export const taskQuery = (id: number) => ({
  queryKey: ["tasks", "one", id],
  queryFn: () => calls.task(id),
});
