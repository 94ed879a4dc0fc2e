import { useQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";
import * as calls from "../../api/calls";
import type { Profit, ProfitQuestion } from "../../api/types";
import { useScope } from "../../app/useScope";
import { isZero } from "../../format/decimal";
import { nameOf } from "../../i18n/names";
import { useLookedAt } from "./view";

export const profitQuery = (question: ProfitQuestion, enabled = true) => ({
  queryKey: ["profit", question],
  queryFn: () => calls.profit(question),
  enabled,
});

/** The statement by day of settlement and by day of order, asked at once. */
export const basesQuery = (question: ProfitQuestion, enabled = true) => ({
  queryKey: ["profit_bases", question],
  queryFn: () => calls.profitBases(question),
  enabled,
});

/** The question for the statement of the present scope, split by `by`. */
export function useProfitQuestion(by: string[]): { question: ProfitQuestion; ready: boolean } {
  const { scope, ready } = useScope();
  const looked = useLookedAt();
  const question = useMemo(
    () => ({
      by,
      from: scope.from,
      to: scope.to,
      currency: scope.currency,
      filters: scope.filters,
      compare: scope.compare,
      as_of: scope.as_of,
      depth: 9,
      ...looked,
    }),
    [by, scope, looked],
  );
  return { question, ready };
}

/** The totals of the period compared with; none when nothing at all happened in it. */
export function earlierTotals(profit: Profit): Profit["previous_totals"] {
  const amounts = Object.values(profit.previous_totals ?? {});
  const moved = amounts.some((amount) => amount != null && !isZero(amount));
  return moved ? profit.previous_totals : null;
}

const NONE: string[] = [];

/** Names of ledger lines; lines outside the statement (payouts, tax) are shown by their id. */
export function useLineName(): (id: string) => string {
  const { t, i18n } = useTranslation();
  const { question, ready } = useProfitQuestion(NONE);
  const lines = useQuery(profitQuery(question, ready)).data?.lines;
  const names = useMemo(
    () => new Map(lines?.map((line) => [line.id, nameOf(line.name, i18n.language)])),
    [lines, i18n.language],
  );
  return useCallback(
    (id: string) => names.get(id) ?? t(`line.${id}`, { defaultValue: id.replaceAll("_", " ") }),
    [names, t],
  );
}
