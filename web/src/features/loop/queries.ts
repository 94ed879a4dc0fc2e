import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Play } from "../../api/loop";
import * as calls from "../../api/loopCalls";
import { useSession } from "../../app/useSession";
import { nameOf } from "../../i18n/names";
import { registryQuery } from "../overview/queries";

export const playsQuery = { queryKey: ["plays"], queryFn: calls.plays, staleTime: 300_000 };
export const rulesQuery = { queryKey: ["rules"], queryFn: calls.rules, staleTime: 60_000 };

/** Plays by id. */
export function usePlays(): Map<string, Play> {
  const plays = useQuery(playsQuery).data?.plays;
  return useMemo(() => new Map(plays?.map((play) => [play.id, play])), [plays]);
}

/** Names of metrics in the reader's language. */
export function useMetricName(): (id: string) => string {
  const { i18n } = useTranslation();
  const metrics = useQuery(registryQuery).data?.metrics;
  return useMemo(() => {
    const names = new Map(metrics?.map((one) => [one.id, nameOf(one.name, i18n.language)]));
    return (id) => names.get(id) ?? id.replaceAll("_", " ");
  }, [metrics, i18n.language]);
}

/** Everybody who may be given work; at least oneself. */
export function usePeople(): string[] {
  const me = useSession().data?.user?.login;
  const found = useQuery({ queryKey: ["people"], queryFn: calls.people, staleTime: 300_000 });
  return useMemo(() => {
    const logins = found.data?.people.map(({ login }) => login) ?? [];
    return me && !logins.includes(me) ? [me, ...logins] : logins;
  }, [found.data, me]);
}

/** The unit of a metric; that of a bare number until the registry is there. */
export function useMetricUnit(id: string): string {
  const metrics = useQuery(registryQuery).data?.metrics;
  return metrics?.find((one) => one.id === id)?.unit ?? "ratio";
}
