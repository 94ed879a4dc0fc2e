import { useQuery, useQueryClient } from "@tanstack/react-query";
import {
  createContext,
  lazy,
  type ReactNode,
  Suspense,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import * as calls from "../../api/calls";
import type { Job } from "../../api/types";

const JobsDrawer = lazy(() => import("./JobsDrawer"));

const BUSY_MS = 700;
const IDLE_MS = 30_000;

interface Jobs {
  jobs: Job[];
  active: number;
  show(open: boolean): void;
  /** Looks at once, after something was started. */
  look(): Promise<unknown>;
}

const JobsContext = createContext<Jobs>({
  jobs: [],
  active: 0,
  show: () => {},
  look: async () => {},
});

export const useJobs = () => useContext(JobsContext);

export const isActive = (job: Job) => job.state === "queued" || job.state === "running";

/** Follows the background jobs; when one ends, every figure may have changed. */
export function JobsProvider({ children }: { children: ReactNode }) {
  const queries = useQueryClient();
  const [open, setOpen] = useState(false);
  const query = useQuery({
    queryKey: ["jobs"],
    queryFn: calls.jobs,
    refetchInterval: ({ state }) => (state.data?.jobs.some(isActive) ? BUSY_MS : IDLE_MS),
  });
  const jobs = query.data?.jobs ?? [];
  const active = jobs.filter(isActive).length;

  // A small file is done before anybody sees it running: new endings count, not fewer runners.
  const ended = useRef<Set<number> | null>(null);
  useEffect(() => {
    if (!query.data) return;
    const now = new Set(query.data.jobs.filter((job) => !isActive(job)).map((job) => job.id));
    const isNew = ended.current && [...now].some((id) => !ended.current?.has(id));
    ended.current = now;
    if (isNew) queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== "jobs" });
  }, [query.data, queries]);

  const refetch = query.refetch;
  const state = useMemo(
    () => ({ jobs, active, show: setOpen, look: () => refetch() }),
    [jobs, active, refetch],
  );
  return (
    <JobsContext value={state}>
      {children}
      <Suspense>{open && <JobsDrawer close={() => setOpen(false)} />}</Suspense>
    </JobsContext>
  );
}
