import { useNavigate } from "@tanstack/react-router";
import { Command } from "cmdk";
import { useTranslation } from "react-i18next";
import { nameOf } from "../i18n/names";
import { ChapterIcon } from "./ChapterIcon";
import { linkOf, useChapters } from "./chapters";

/** The pages of chapters, found by their names in either language. */
export function ChapterCommands({ run }: { run(action: () => void): () => void }) {
  const { i18n } = useTranslation();
  const navigate = useNavigate();
  return useChapters().map((chapter) => (
    <Command.Group key={chapter.id} heading={nameOf(chapter.title, i18n.language)}>
      {chapter.sections.flatMap(({ pages }) =>
        pages.map((page) => (
          <Command.Item
            key={`${page.page}:${page.id}`}
            value={`${page.page} ${page.id} ${page.title.en} ${page.title["zh-CN"]}`}
            onSelect={run(() => navigate(linkOf(chapter.id, page)))}
          >
            <ChapterIcon name={page.icon} page={page.page} size={14} />
            {nameOf(page.title, i18n.language)}
          </Command.Item>
        )),
      )}
    </Command.Group>
  ));
}
