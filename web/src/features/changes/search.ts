import type { ChangeSource, ChangesQuestion } from "../../api/loop";
import type { Scope } from "../../app/scope";

/** Which changes are shown, as it stands in the address; what is left out does not matter. */
export interface ChangesSearch {
  kind?: string;
  source?: ChangeSource;
  /** "me" or a login. */
  who?: string;
  q?: string;
  /** First and last day; the days of the scope are those of reports, which end earlier. */
  since?: string;
  until?: string;
  /** The change that is open beside the list. */
  change?: number;
}

export const SOURCES: ChangeSource[] = ["task", "typed", "imported", "detected"];

const DAY = /^\d{4}-\d{2}-\d{2}$/;

const text = (value: unknown) =>
  typeof value === "number"
    ? String(value)
    : typeof value === "string" && value
      ? value
      : undefined;

const day = (value: unknown) => (typeof value === "string" && DAY.test(value) ? value : undefined);

export function parseChanges(search: Record<string, unknown>): ChangesSearch {
  const since = day(search.since);
  const until = day(search.until);
  const inOrder = !since || !until || since <= until;
  return {
    kind: text(search.kind),
    source: SOURCES.find((one) => one === search.source),
    who: text(search.who),
    q: text(search.q),
    since: inOrder ? since : undefined,
    until: inOrder ? until : undefined,
    change: Number(search.change) || undefined,
  };
}

export const isFiltered = ({ kind, source, who, q, since, until }: ChangesSearch) =>
  Boolean(kind || source || who || q || since || until);

/** The question for the list: its own filters and the stores and markets of the scope. */
export function questionOf(search: ChangesSearch, scope: Scope): ChangesQuestion {
  return {
    kind: search.kind,
    source: search.source,
    who: search.who,
    q: search.q,
    from: search.since,
    to: search.until,
    store: scope.filters.store?.join(","),
    market: scope.filters.market?.join(","),
  };
}
