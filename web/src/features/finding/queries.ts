import * as calls from "../../api/loopCalls";

export const findingQuery = (id: string) => ({
  queryKey: ["finding", id],
  queryFn: () => calls.finding(id),
});
