import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import * as calls from "../api/calls";
import type { ScopeChoices } from "../api/types";
import { resolveScope, type Scope, type ScopeSearch } from "./scope";

const today = () => new Date().toISOString().slice(0, 10);

export interface ScopeState {
  scope: Scope;
  search: ScopeSearch;
  choices: ScopeChoices | undefined;
  /** False until the API told the days and currencies there are. */
  ready: boolean;
  empty: boolean;
  /** Why the API could not tell them. */
  failed: Error | null;
  retry(): void;
  change(next: Partial<ScopeSearch>): void;
}

export function useScope(): ScopeState {
  const search = useSearch({ strict: false }) as ScopeSearch;
  const navigate = useNavigate();
  const query = useQuery({
    queryKey: ["scope", search.as_of],
    queryFn: () => calls.scopeChoices(search.as_of),
    placeholderData: keepPreviousData,
  });
  const choices = query.data;

  const key = JSON.stringify(search);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the search.
  const scope = useMemo(
    () =>
      resolveScope(search, {
        first_day: choices?.first_day ?? null,
        last_day: choices?.last_day ?? null,
        currency: choices?.reporting_currency ?? "USD",
        today: today(),
      }),
    [key, choices],
  );
  const change = useCallback(
    (next: Partial<ScopeSearch>) => {
      navigate({
        to: ".",
        search: (now: ScopeSearch) => ({ ...now, ...next }),
        replace: true,
      });
    },
    [navigate],
  );
  const ready = Boolean(choices);
  return {
    scope,
    search,
    choices,
    ready,
    empty: ready && !choices?.last_day,
    failed: query.error,
    retry: () => void query.refetch(),
    change,
  };
}
