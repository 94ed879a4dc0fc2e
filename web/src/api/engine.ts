/** Notes whose shape the API description leaves open, as they are the engine’s own. */
import type { components } from "./schema.gen";

export interface AllocationNote {
  line: string;
  by: string;
  allocated: string;
  not_allocated: string;
}
export interface AdCostNote {
  store: string;
  channel: string;
  month: string;
  source: "settlement" | "report";
  levels?: string[];
}
export interface CostRuleNote {
  rule: components["schemas"]["Method"] | "dated_cost";
  units: string | number;
}
export type AdCostSource = "auto" | "settlement" | "report";
