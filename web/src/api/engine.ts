/** Shapes that the API description leaves open, as they are the engine’s own. */
import type { Money } from "./types";

export type LinkState = "first" | "holds" | "gap" | "overlap" | "debt_differs" | "reserve_differs";
export interface ChainLink {
  statement: string;
  period_from: string | null;
  period_to: string | null;
  close: string;
  /** Everything that is wrong with it, worst first. */
  states: LinkState[];
  previous: string | null;
  gap_days: number | null;
  debt_expected: string;
  debt_found: string;
  reserve_expected: string;
  reserve_found: string;
}
export interface Chain {
  store: string;
  channel: string;
  currency: string;
  links: ChainLink[];
}

export interface BankLine {
  store: string;
  raw: string;
  row: number;
  day: string;
  amount: string;
  currency: string;
  reference: string | null;
  counterparty: string | null;
  account: string | null;
}
export interface BankMatch {
  statement: string | null;
  store: string;
  channel: string;
  currency: string;
  expected: string;
  payout_day: string;
  state: "matched" | "ambiguous" | "missing" | "converted";
  bank: BankLine | null;
  candidates?: BankLine[];
  effective_rate: string | null;
  reference_rate: string | null;
  rate_cost: Money | null;
}

export interface EvidenceRow {
  day: string;
  line: string;
  amount: string;
  order_id: string | null;
  fee_type: string | null;
  raw: string;
  row: number;
  /** Why it is shown: `amount`, `outside` or `unclassified`. */
  reason: string;
}
export interface Proof {
  store: string;
  statement: string;
  currency: string;
  profit: string;
  pass_through: string;
  balance: string;
  unclassified: string;
  paid_out: string | null;
  unexplained: string | null;
  state: "proved" | "unexplained" | "no_control";
  rows: EvidenceRow[];
}

export interface OrderFinding {
  store: string;
  channel: string;
  order_id: string;
  seller_sku: string | null;
  day: string;
  currency: string;
  expected: string;
  found: string;
  at_stake: string;
  raw: string;
  row: number;
}
export interface OrderFindings {
  rows: OrderFinding[];
  total_rows: number;
  at_stake: Record<string, string>;
}
export type OrderChecks = Record<
  "unpaid" | "unordered" | "differing" | "fee_not_returned",
  OrderFindings
>;
export interface EconomicsLine {
  store: string;
  market: string | null;
  month: string;
  seller_sku: string | null;
  line: string;
  ledger: string;
  economics: string;
  difference: string;
  currency: string;
}
export interface Deferred {
  store: string;
  currency: string;
  release_day: string | null;
  amount: string;
  rows: number;
}
export interface UnsettledOrders {
  store: string;
  currency: string;
  age: string;
  orders: number;
  units: string | number;
  amount: string;
}
export interface Unsettled {
  deferred: Deferred[];
  orders: UnsettledOrders[];
  deferred_total: string;
  orders_total: string;
  currency: string;
}

export interface BankMatching {
  matches: BankMatch[];
  unmatched_bank: BankLine[];
}
export interface UnsettledQuestion {
  store?: string[];
  channel?: string[];
  currency: string;
  as_of?: number;
}

export interface PurchaseLine {
  document: string;
  line?: number;
  kind: "purchase" | "opening" | "transfer";
  supplier?: string | null;
  received: string;
  place: string;
  from_place?: string | null;
  sku: string;
  units: number;
  unit_cost?: Money | null;
  unit_weight?: string | null;
  unit_volume?: string | null;
  note?: string | null;
}
export interface FreightLine {
  document: string;
  line?: number;
  kind: "freight" | "duty" | "insurance" | "other";
  day: string;
  amount: Money;
  split: "units" | "value" | "weight" | "volume";
  applies_to: string[];
  note?: string | null;
}
export interface WarehouseRule {
  store: string;
  market?: string | null;
  place?: string | null;
  warehouse: string;
}
export interface CostLayer {
  document: string;
  day: string;
  units: number;
  cost: string;
}
export interface StockRow {
  sku: string;
  warehouse: string;
  units: number;
  value: string;
  unit_cost: string | null;
  layers: CostLayer[];
}
export interface CostProblem {
  code: string;
  document?: string;
  sku?: string;
  found: string;
}
export interface StockValue {
  day: string;
  currency: string;
  method: CostingMethod;
  rows: StockRow[];
  units: number;
  value: string;
  units_without_cost: number;
  problems: CostProblem[];
}
export type CostingMethod = "fifo" | "moving_average" | "month_average";
export interface FlowStep {
  day: string;
  warehouse: string;
  event: string;
  units: number;
  cost: string;
  unit_cost: string | null;
  booked: { line: string; units: number; cost: string }[];
  units_without_cost: number;
  layers: CostLayer[];
  source: string;
  store?: string;
  market?: string;
  seller_sku?: string;
  stock_units: number;
  stock_value: string;
}
export interface CostFlow {
  sku: string;
  currency: string;
  method: CostingMethod;
  opening: { units: number; value: string };
  steps: FlowStep[];
  closing: { units: number; value: string };
}

export type Vat = "as_told" | "exclusive" | "inclusive";
export type FxPolicy = "event_day" | "month_average" | "month_end" | "own";
export type AdCostSource = "auto" | "settlement" | "report";
export interface StoreWithVat {
  store: string;
  market?: string | null;
  rate?: string | null;
}
export interface MoneySettings {
  fx_policy: FxPolicy;
  fx_results: boolean;
  vat: Vat;
  stores_with_vat: StoreWithVat[];
}
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
  rule: CostingMethod | "dated_cost";
  units: string | number;
}
