import type { FindingsQuestion } from "../../api/loop";
import type { Scope } from "../../app/scope";

/** What the queue shows, as it stands in the address; defaults are left out. */
export interface QueueSearch {
  state?: string;
  family?: string;
  rule?: string;
  owner?: string;
  q?: string;
}

export const STATES = [
  "new",
  "accepted",
  "open",
  "snoozed",
  "dismissed",
  "resolved",
  "all",
] as const;
export const DEFAULT_STATE = "new";

export const FAMILIES = ["money", "ads", "listing", "stock", "supply", "data"] as const;

const text = (value: unknown) =>
  typeof value === "string" && value !== ""
    ? value
    : typeof value === "number"
      ? String(value)
      : undefined;

export function parseQueue(search: Record<string, unknown>): QueueSearch {
  const state = text(search.state);
  return {
    state: state !== DEFAULT_STATE && STATES.some((one) => one === state) ? state : undefined,
    family: text(search.family),
    rule: text(search.rule),
    owner: text(search.owner),
    q: text(search.q),
  };
}

export const isFiltered = ({ family, rule, owner, q }: QueueSearch) =>
  Boolean(family || rule || owner || q);

/** The question for the queue: its own filters and the stores and markets of the scope. */
export function questionOf(search: QueueSearch, scope: Scope): FindingsQuestion {
  return {
    state: search.state ?? DEFAULT_STATE,
    family: search.family,
    rule: search.rule,
    owner: search.owner,
    q: search.q,
    store: scope.filters.store?.join(","),
    market: scope.filters.market?.join(","),
  };
}
