import type { ErrorComponentProps } from "@tanstack/react-router";
import { Failed } from "./States";

/** A page that could not be drawn says so, and can be tried again. */
export function Broken({ error, reset }: ErrorComponentProps) {
  return (
    <section className="panel">
      <Failed error={error} retry={reset} />
    </section>
  );
}
