import { useQuery } from "@tanstack/react-query";
import * as calls from "../../../api/calls";
import { useScope } from "../../../app/useScope";

/** Fee types nobody has classified yet, now or as of a past import. */
export function useQuarantine() {
  const { as_of } = useScope().scope;
  return useQuery({
    queryKey: ["quarantine", as_of],
    queryFn: () => calls.quarantine(as_of),
  });
}
