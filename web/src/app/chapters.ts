import { useQuery } from "@tanstack/react-query";
import type { ChapterPage } from "../api/chapter";
import * as calls from "../api/chapterCalls";

/** Chapters change only with the program. */
export const chaptersQuery = {
  queryKey: ["chapters"],
  queryFn: calls.chapters,
  staleTime: 3_600_000,
  retry: false,
};

/** The chapters that have pages. */
export function useChapters() {
  const chapters = useQuery(chaptersQuery).data?.chapters ?? [];
  return chapters.filter(({ sections }) => sections.some(({ pages }) => pages.length > 0));
}

/** Where a page of a chapter is. */
export const linkOf = (chapter: string, { page, id }: Pick<ChapterPage, "page" | "id">) =>
  page === "board"
    ? ({ to: "/c/$chapter/boards/$board", params: { chapter, board: id } } as const)
    : ({ to: "/c/$chapter/records/$kind", params: { chapter, kind: id } } as const);

/** The address of a page of a chapter; pages of single records begin with it. */
export const pathOf = (chapter: string, { page, id }: Pick<ChapterPage, "page" | "id">) =>
  `/c/${chapter}/${page === "board" ? "boards" : "records"}/${id}`;
