/**
 * The shapes of the loop, from the description of the API; where it says "text" for one of a few
 * words, the words are named here.
 */
import type { components } from "./schema.gen";

type Schemas = components["schemas"];
type With<Shape, Narrowed> = Omit<Shape, keyof Narrowed> & Narrowed;

export type FindingState = "new" | "accepted" | "snoozed" | "dismissed" | "resolved";
export type DismissReason = Schemas["DismissReason"];
export type Subject = Schemas["FindingSubject"];
export type CauseTest = Schemas["CauseTest"];
export type Cause = Schemas["Cause"];
export type Evidence = Schemas["Evidence"];

/** What a threshold or an owner holds for. */
export type ThresholdScope =
  | { scope: "rule" | "global" }
  | { scope: "store" | "category"; name: string }
  | { scope: "sku"; sku: string; store?: string };
export type OwnerScope = ThresholdScope | { scope: "product"; sku: string };

export type FiredThreshold = With<Schemas["FiredThreshold"], { scope: ThresholdScope }>;
export type EffectPlan = Schemas["EffectPlan"];
export type Delivered = Schemas["Delivered"];
export type Dismissal = With<Schemas["Dismissal"], { reason: DismissReason }>;

interface Standing {
  thresholds: FiredThreshold[];
  state: FindingState;
  dismissed?: Dismissal | null;
}
export type Finding = With<Schemas["Finding"], Standing>;
export type FindingRun = Schemas["FindingRun"];
export type Findings = With<Schemas["Findings"], { findings: Finding[]; run?: FindingRun | null }>;
export type FindingHistory = With<Schemas["FindingDay"], { state: FindingState }>;
export type FindingDetail = Finding & { history: FindingHistory[] };

export interface FindingsQuestion {
  state?: string;
  family?: string;
  rule?: string;
  store?: string;
  market?: string;
  owner?: string;
  q?: string;
  cursor?: string;
  limit?: number;
}

export type Tellable = "tellable" | "weak" | "not_tellable";
export type Measurable = With<Schemas["Measurable"], { verdict: Tellable }>;
export type PromiseOf = Schemas["Promise"];
export type Accept = Schemas["AcceptRequest"];
export type FindingAction = Schemas["FindingAction"];
export type BatchResult = Schemas["BatchResult"];

export type ThresholdOverride = With<Schemas["ThresholdOverride"], { scope: ThresholdScope }>;
export type RuleThreshold = With<
  Schemas["RuleThreshold"],
  { unit: string; overrides: ThresholdOverride[] }
>;
export type RuleRecord = With<
  Schemas["RuleRecord"],
  { measured?: Pooled | null; delivered?: Delivered | null }
>;
export type RuleValue = With<Schemas["RuleValue"], { unit: string }>;
export type Rule = With<
  Schemas["Rule"],
  {
    thresholds: RuleThreshold[];
    record: RuleRecord;
    effect?: EffectPlan | null;
    values: RuleValue[];
  }
>;
export type SetThreshold = With<Schemas["SetThreshold"], { scope: ThresholdScope }>;
export type Preview = With<Schemas["RulePreview"], { sample: Finding[] }>;
export type Play = With<Schemas["Play"], { worth?: Pooled | null }>;

export type TaskState = "todo" | "doing" | "waiting" | "done" | "dropped";
export type CheckItem = Schemas["CheckItem"];
export type Task = With<Schemas["Task"], { state: TaskState }>;
export type TaskDetail = With<Schemas["TaskDetail"], { state: TaskState }>;
export type Tasks = With<Schemas["Tasks"], { tasks: Task[] }>;
export type FinishedTask = With<Schemas["FinishedTask"], { change?: Change | null }>;
export type NewTask = Schemas["NewTask"];
export type ChangeTask = Schemas["ChangeTask"];
export type Attachment = Schemas["TaskAttachment"];

export interface TasksQuestion {
  state?: "open" | "done" | "all";
  owner?: string;
  due_from?: string;
  due_to?: string;
  q?: string;
  cursor?: string;
}

export type Verdict = "gained" | "lost" | "no_effect" | "cannot_tell" | "observed";
export type EffectOfChange = With<
  Schemas["EffectOfChange"],
  { state: "waiting" | "measured"; verdict?: Verdict | null }
>;
export type NewChange = Schemas["NewChange"];
export type ChangeSource = "task" | "typed" | "imported" | "detected";
export type Change = With<
  Schemas["RecordedChange"],
  { source: ChangeSource; effect?: EffectOfChange | null }
>;
export type Changes = With<Schemas["Changes"], { changes: Change[] }>;
export type ProposedChange = With<Schemas["ProposedChange"], { task: Task }>;

export interface ChangesQuestion {
  store?: string;
  market?: string;
  kind?: string;
  source?: ChangeSource;
  who?: string;
  q?: string;
  from?: string;
  to?: string;
  cursor?: string;
  limit?: number;
}

export type EffectPicture = Schemas["EffectPicture"];
export type NewEffect = Schemas["DeclareRequest"];
export type Effect = With<
  Schemas["Effect"],
  { change: Change; state: "waiting" | "measured"; verdict?: Verdict | null }
>;
export type Effects = With<Schemas["Effects"], { effects: Effect[] }>;
/** Several effects of one kind, put together by random effects. */
export type Pooled = Schemas["PooledEffect"];
export type GainRow = With<Schemas["GainRow"], { change: Change; verdict: Verdict }>;
export type Gains = With<Schemas["Gains"], { rows: GainRow[] }>;

export type SkuSeries = Schemas["SkuSeries"];
export type Sku360 = With<
  Schemas["Sku360"],
  { changes: Change[]; findings: Finding[]; tasks: Task[]; effects: Effect[] }
>;

export type ExperimentKind = "switchback" | "groups" | "geo" | "holdout";
export type ExperimentPlan = With<Schemas["ExperimentPlan"], { kind: ExperimentKind }>;
export type Assignment = With<Schemas["Assignment"], { arm: "treated" | "control" }>;
export type ExperimentPower = With<Schemas["ExperimentPower"], { assignment: Assignment[] }>;
export type Experiment = With<
  Schemas["Experiment"],
  {
    kind: ExperimentKind;
    state: "planned" | "running" | "ended";
    plan: ExperimentPlan;
    power: ExperimentPower;
    /** As an effect tells it, but of no change. */
    result?: Omit<Effect, "change"> | null;
  }
>;
export type HoldoutCounts = Schemas["AnalyseRequest"];

export type Person = Schemas["Person"];
export type Owner = With<Schemas["OwnerDto"], { scope: OwnerScope }>;
export type SavedView = Schemas["SavedView"];
export type Receiver = Schemas["Receiver"];
export type Receivers = Schemas["Receivers"];
export type SaveReceiver = Schemas["SaveReceiver"];
export type SentMessage = With<Schemas["SentMessage"], { state: "waiting" | "sent" | "failed" }>;
