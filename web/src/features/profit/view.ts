/** How the statement looks at money: kept in the address of the page, like its scope. */
import { useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import type { Vat, View } from "../../api/types";

export const BASES = ["settlement", "order", "both"] as const;
export type BasisChoice = (typeof BASES)[number];
export const VATS: Vat[] = ["as_told", "exclusive", "inclusive"];

export interface ViewSearch {
  basis?: Exclude<BasisChoice, "settlement">;
  vat?: Vat;
  fx?: boolean;
  allocate?: boolean;
}

/** Reads an address; what is not said is as the company has decided. */
export function parseView(search: Record<string, unknown>): ViewSearch {
  const view: ViewSearch = {};
  if (search.basis === "order" || search.basis === "both") view.basis = search.basis;
  if (VATS.includes(search.vat as Vat)) view.vat = search.vat as Vat;
  if (typeof search.fx === "boolean") view.fx = search.fx;
  if (search.allocate === true) view.allocate = true;
  return view;
}

export interface Looked {
  view?: View;
  allocate?: boolean;
}

/** What a question carries of it; nothing at all when nothing was chosen. */
export function lookedAt({ basis, vat, fx, allocate }: ViewSearch): Looked {
  const view: View = {};
  if (basis === "order") view.basis = "order";
  if (vat) view.vat = vat;
  if (fx !== undefined) view.fx_results = fx;
  return {
    ...(Object.keys(view).length > 0 && { view }),
    ...(allocate && { allocate }),
  };
}

/** The view of the address; other pages have none and look as the company has decided. */
export function useLookedAt(): Looked {
  const { basis, vat, fx, allocate } = useSearch({ strict: false }) as ViewSearch;
  return useMemo(() => lookedAt({ basis, vat, fx, allocate }), [basis, vat, fx, allocate]);
}
