import type { ReactNode } from "react";
import { Failed, Loading } from "../ui/States";
import { useScope } from "./useScope";

/** What needs to know which days there are: waits for them, and says so when they cannot be had. */
export function Scoped({ children, height = 320 }: { children: ReactNode; height?: number }) {
  const { ready, failed, retry } = useScope();
  if (ready) return children;
  if (!failed) return <Loading height={height} />;
  return (
    <section className="panel">
      <Failed error={failed} retry={retry} />
    </section>
  );
}
