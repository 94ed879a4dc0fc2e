import type { ReconcileQuestion } from "../../api/calls";
import { useScope } from "../../app/useScope";

/** The scope of the page as the reconciling endpoints take it. */
export function useReconcileQuestion(): ReconcileQuestion {
  const { scope } = useScope();
  return {
    from: scope.from,
    to: scope.to,
    store: scope.filters.store?.join(","),
    channel: scope.filters.channel?.join(","),
    as_of: scope.as_of,
  };
}
