import { useCallback } from "react";
import { ANY_DAY } from "../../app/scope";
import { useScope } from "../../app/useScope";
import { useDrill } from "../profit/drill/DrillProvider";

/** Opens the ledger rows of one statement, whenever they happened. */
export function useStatementDrill() {
  const drill = useDrill();
  const { scope } = useScope();
  const { currency } = scope;
  return useCallback(
    ({ store, statement }: { store: string; statement: string }) =>
      drill({
        title: `${statement} · ${store}`,
        question: {
          ...ANY_DAY,
          filters: { store: [store], statement: [statement] },
          currency,
        },
      }),
    [drill, currency],
  );
}
