import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import * as calls from "../../api/calls";
import type { Metric } from "../../api/types";
import { comparedPeriod, grainOf, type Scope } from "../../app/scope";
import { HEADLINE, headline } from "./figures";

export const registryQuery = {
  queryKey: ["metrics"],
  queryFn: calls.registry,
  staleTime: Number.POSITIVE_INFINITY,
};

const NO_METRICS: Metric[] = [];

/** The headline figures over the period and the one it is compared with. */
export function useHeadline(scope: Scope, enabled: boolean, ids: readonly string[] = HEADLINE) {
  const registry = useQuery(registryQuery);
  const metrics = useMemo(
    () => (registry.data ? headline(registry.data.metrics, ids) : NO_METRICS),
    [registry.data, ids],
  );
  const grain = grainOf(scope);
  const question = {
    metrics: metrics.map((metric) => metric.id),
    by: [grain],
    from: scope.from,
    to: scope.to,
    currency: scope.currency,
    filters: scope.filters,
    compare: scope.compare,
    as_of: scope.as_of,
  };
  const ready = enabled && metrics.length > 0;
  const now = useQuery({
    queryKey: ["ask", question],
    queryFn: () => calls.ask(question),
    enabled: ready,
    placeholderData: keepPreviousData,
  });
  const before = scope.compare ? comparedPeriod(scope, scope.compare) : null;
  const earlier = { ...question, ...before, compare: undefined };
  const then = useQuery({
    queryKey: ["ask", earlier],
    queryFn: () => calls.ask(earlier),
    enabled: ready && before !== null,
    placeholderData: keepPreviousData,
  });
  const retry = () => void (registry.isError ? registry : now).refetch();
  return { registry, metrics, grain, before, now, then, retry };
}

export type Headline = ReturnType<typeof useHeadline>;
