import type { ExperimentKind, ExperimentPlan } from "../../api/loop";

export const KINDS: ExperimentKind[] = ["switchback", "groups", "geo", "holdout"];

/** The wizard's form; what a kind does not need stays empty. */
export interface PlanForm {
  kind: ExperimentKind;
  title: string;
  what: string;
  metric: string;
  store: string;
  market?: string;
  unit_kind: "seller_sku" | "campaign";
  units: string[];
  block_days: number;
  washout_days: number;
  start: string;
  days: number;
  receivers?: number;
  rate?: number;
  held_out?: number;
}

const PERCENT = 100;

/** What the units of a kind are. */
export function unitKindOf(form: Pick<PlanForm, "kind" | "unit_kind">): string {
  if (form.kind === "geo") return "market";
  if (form.kind === "holdout") return "segment";
  return form.unit_kind;
}

const shareOf = (percent: number | undefined) =>
  percent === undefined ? null : String(percent / PERCENT);

export function planOf(form: PlanForm, currency: string, seed: number): ExperimentPlan {
  const isHoldout = form.kind === "holdout";
  const isSwitchback = form.kind === "switchback";
  return {
    kind: form.kind,
    title: form.title.trim(),
    what: form.what.trim(),
    metric: form.metric,
    store: form.store,
    market: form.kind === "geo" ? null : (form.market ?? null),
    units: form.units,
    unit_kind: unitKindOf(form),
    block_days: isSwitchback ? form.block_days : 0,
    washout_days: isSwitchback ? form.washout_days : 0,
    start: form.start,
    days: form.days,
    seed,
    currency,
    receivers: isHoldout ? (form.receivers ?? null) : null,
    rate: isHoldout ? shareOf(form.rate) : null,
    held_out: isHoldout ? shareOf(form.held_out) : null,
  };
}

/** Power and needed days of effects of a size, in one table. */
export function powerRows(
  power: { effect: string; power: string }[],
  needed: { effect: string; days?: number | null }[],
): { effect: string; power: string | null; days: number | null | undefined }[] {
  const days = new Map(needed.map((one) => [Number(one.effect), one.days ?? null]));
  const known = new Map(power.map((one) => [Number(one.effect), one.power]));
  return [...new Set([...known.keys(), ...days.keys()])]
    .sort((left, right) => left - right)
    .map((effect) => ({
      effect: String(effect),
      power: known.get(effect) ?? null,
      days: days.get(effect),
    }));
}
