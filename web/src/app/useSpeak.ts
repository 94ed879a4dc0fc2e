import { useQueryClient } from "@tanstack/react-query";
import { App } from "antd";
import { useTranslation } from "react-i18next";
import * as calls from "../api/calls";
import type { Session } from "../api/types";
import type { Language } from "../format/format";
import { errorText } from "../i18n/names";
import { sessionQuery } from "./useSession";

/**
 * Changes the language of the account: the page follows at once, other browsers at their next
 * visit; a server that refuses puts it back.
 */
export function useSpeak(): (language: Language) => Promise<void> {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const queries = useQueryClient();
  return async (language) => {
    const { queryKey } = sessionQuery;
    const before = queries.getQueryData<Session>(queryKey);
    if (!before?.user) return;
    queries.setQueryData<Session>(queryKey, { ...before, user: { ...before.user, language } });
    try {
      queries.setQueryData(queryKey, await calls.changeMe({ language }));
    } catch (error) {
      queries.setQueryData(queryKey, before);
      message.error(errorText(error, t));
    }
  };
}
