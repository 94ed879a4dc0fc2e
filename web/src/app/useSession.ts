import { useQuery } from "@tanstack/react-query";
import * as calls from "../api/calls";
import type { Permission } from "../api/types";

export const sessionQuery = { queryKey: ["session"], queryFn: calls.session, staleTime: 300_000 };

export const useSession = () => useQuery(sessionQuery);

/** Whether the person may do it; what they may not is hidden, and refused by the server anyway. */
export function useMay(permission: Permission): boolean {
  const held: Permission[] = useSession().data?.user?.permissions ?? [];
  return held.includes(permission);
}
