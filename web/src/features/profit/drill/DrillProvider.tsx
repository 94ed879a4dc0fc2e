import {
  createContext,
  lazy,
  type ReactNode,
  Suspense,
  useContext,
  useMemo,
  useState,
} from "react";
import type { LedgerQuestion } from "../../../api/types";

const LedgerDrawer = lazy(() => import("./LedgerDrawer"));

/** A figure to open: what it is called, and the ledger rows behind it. */
export interface Drill {
  title: string;
  question: LedgerQuestion & { currency: string };
}

const DrillContext = createContext<(drill: Drill) => void>(() => {});

/** Opens the ledger rows behind a figure. */
export const useDrill = () => useContext(DrillContext);

export function DrillProvider({ children }: { children: ReactNode }) {
  const [drill, setDrill] = useState<Drill | null>(null);
  const open = useMemo(() => (next: Drill) => setDrill(next), []);
  return (
    <DrillContext value={open}>
      {children}
      <Suspense>{drill && <LedgerDrawer drill={drill} close={() => setDrill(null)} />}</Suspense>
    </DrillContext>
  );
}
