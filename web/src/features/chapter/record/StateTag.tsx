import type { Kind } from "../../../api/chapter";
import { useWrite } from "../useWrite";

/** The state of a record: its mark, its colour and its word. */
export function StateTag({ kind, state }: { kind: Kind; state: string | null | undefined }) {
  const write = useWrite();
  const found = kind.states?.states.find(({ id }) => id === state);
  if (!state) return null;
  return (
    <span className={`tag state-${found?.colour ?? "grey"}`}>
      {found ? write.name(found.name) : state}
    </span>
  );
}
