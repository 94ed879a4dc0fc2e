//! Shapes of findings, effects and experiments as the loop writes them, for the description.
//!
//! A test holds answers against the description, so that the two cannot part.
#![expect(dead_code, reason = "only their shapes are used")]

use std::collections::BTreeMap;

use chrono::NaiveDate;
use utoipa::ToSchema;

use crate::http::{
    dto::{MoneyDto, TextDto},
    questions::AskRequest,
};

/// What a finding is about.
#[derive(ToSchema)]
#[schema(as = FindingSubject)]
pub(super) struct Subject {
    /// `sku`, `search_term`, `target`, `campaign`, `store`, `statement`, `fee`, `report` …
    pub kind: String,
    /// Key columns; an unknown one is an empty text.
    pub key: BTreeMap<String, String>,
    pub name: String,
}

/// What a value is counted in.
#[derive(ToSchema)]
#[schema(as = FindingUnit, rename_all = "snake_case")]
pub(super) enum Unit {
    Money,
    Units,
    Count,
    Fraction,
    Ratio,
    Days,
    Text,
    Day,
}

/// One test of a cause with what it rested on.
#[derive(ToSchema)]
pub(super) struct CauseTest {
    pub sql: String,
    pub values: BTreeMap<String, Option<String>>,
    /// Null when something it needs is unknown.
    pub holds: Option<bool>,
}

/// A possible cause; the first of a rule whose test holds is named.
#[derive(ToSchema)]
pub(super) struct Cause {
    pub rule: String,
    pub id: String,
    pub title: TextDto,
    pub holds: bool,
    pub tests: Vec<CauseTest>,
    /// Plays proposed against it.
    pub plays: Vec<String>,
}

/// One figure that speaks for the finding.
#[derive(ToSchema)]
pub(super) struct Evidence {
    pub id: String,
    pub name: TextDto,
    pub unit: Unit,
    pub value: Option<String>,
    /// The same in the window it is compared with.
    pub before: Option<String>,
    /// Opens the figure: asked again, it gives `value`.
    pub question: Option<AskRequest>,
}

/// A step on the way to the stake.
#[derive(ToSchema)]
pub(super) struct WorkingValue {
    pub id: String,
    pub name: TextDto,
    pub unit: Unit,
    pub sql: Option<String>,
    pub value: Option<String>,
}

/// How the stake was worked out.
#[derive(ToSchema)]
pub(super) struct Working {
    pub stake: String,
    pub values: Vec<WorkingValue>,
}

/// A threshold as it stood for this finding.
#[derive(ToSchema)]
pub(super) struct FiredThreshold {
    pub rule: String,
    pub name: String,
    pub says: TextDto,
    pub value: String,
    pub unit: Unit,
    pub scope: super::dto::ScopeDto,
}

/// How it will be checked that a play helped; days.
#[derive(ToSchema)]
pub(super) struct EffectPlan {
    pub metric: String,
    pub scope: Vec<String>,
    pub before: u32,
    pub after: u32,
    pub wait: u32,
}

/// Days, both ends included.
#[derive(ToSchema)]
#[schema(as = FindingWindow)]
pub(super) struct Window {
    pub from: NaiveDate,
    pub to: NaiveDate,
}

/// Why a finding is not worked on.
#[derive(ToSchema)]
pub(super) struct Dismissal {
    pub reason: String,
    pub note: Option<String>,
    pub who: String,
}

/// What a rule has really brought, as a share of what it promised.
#[derive(ToSchema)]
pub(super) struct Delivered {
    pub factor: String,
    pub low: String,
    pub high: String,
    pub n: u64,
    pub says: TextDto,
}

/// One problem or chance, with what it is worth.
#[derive(ToSchema)]
pub(super) struct Finding {
    pub id: String,
    pub rule: String,
    pub problem: String,
    pub family: String,
    pub title: TextDto,
    pub subject: Subject,
    pub window: Window,
    /// Over `per_days`, with its 80 % range.
    pub stake: MoneyDto,
    pub low: MoneyDto,
    pub high: MoneyDto,
    pub per_days: u32,
    /// The stake of 30 days.
    pub monthly: MoneyDto,
    pub causes: Vec<Cause>,
    pub evidence: Vec<Evidence>,
    pub working: Working,
    pub thresholds: Vec<FiredThreshold>,
    pub effect: Option<EffectPlan>,
    /// All rules that tell this problem.
    pub joined: Vec<String>,
    /// Plays of the named causes, in order.
    pub plays: Vec<String>,
    /// `new`, `accepted`, `snoozed`, `dismissed` or `resolved`.
    pub state: String,
    /// What acting on it is worth by experience, a month: the queue is ordered by it.
    pub expected: MoneyDto,
    pub delivered: Option<Delivered>,
    pub first_day: NaiveDate,
    pub last_day: NaiveDate,
    pub days_open: i64,
    pub snoozed_until: Option<NaiveDate>,
    pub dismissed: Option<Dismissal>,
    pub task_id: Option<i64>,
    /// Login.
    pub owner_proposed: Option<String>,
    /// Send it back with a decision: a change in between is then a conflict.
    pub revision: i64,
}

/// How many and how much.
#[derive(ToSchema)]
pub(super) struct FindingTotals {
    pub count: u64,
    pub monthly: MoneyDto,
}

/// A rule that gave not all findings.
#[derive(ToSchema)]
pub(super) struct RuleProblem {
    pub rule: String,
    pub code: String,
    pub text: TextDto,
}

/// Why a rule gave not all findings.
#[derive(ToSchema)]
pub(super) struct RunProblem {
    pub code: String,
    pub text: TextDto,
}

/// The newest look of the rules at the facts.
#[derive(ToSchema)]
pub(super) struct FindingRun {
    pub at: String,
    /// The day judged.
    pub day: NaiveDate,
    pub rules: u64,
    pub fired: u64,
    pub problems: Vec<RuleProblem>,
}

/// A page of the queue.
#[derive(ToSchema)]
pub(super) struct Findings {
    pub findings: Vec<Finding>,
    pub totals: FindingTotals,
    pub run: Option<FindingRun>,
    pub meta: crate::http::dto::PageMeta,
}

/// A day on which stake or state were others than before.
#[derive(ToSchema)]
pub(super) struct FindingDay {
    pub day: NaiveDate,
    /// Of 30 days.
    pub stake: MoneyDto,
    pub state: String,
}

/// A finding with its history.
#[derive(ToSchema)]
pub(super) struct FindingDetail {
    #[serde(flatten)]
    pub finding: Finding,
    pub history: Vec<FindingDay>,
}

/// The smallest effect that can be told, with 80 % power at 90 % confidence.
#[derive(ToSchema)]
#[schema(as = SmallestEffect)]
pub(super) struct Smallest {
    pub relative: Option<String>,
    pub money: Option<MoneyDto>,
}

/// What can be known before anything is changed.
#[derive(ToSchema)]
pub(super) struct Measurable {
    pub metric: String,
    pub design: String,
    pub controls: u64,
    pub smallest: Smallest,
    /// `tellable`, `weak` or `not_tellable`.
    pub verdict: String,
    pub why: TextDto,
    pub better: TextDto,
}

/// An estimate with its interval.
#[derive(ToSchema)]
#[schema(as = EffectShare)]
pub(super) struct Share {
    pub estimate: String,
    pub low: String,
    pub high: String,
}

/// An estimate with its interval, in money.
#[derive(ToSchema)]
pub(super) struct MoneyBand {
    pub estimate: String,
    pub low: String,
    pub high: String,
    pub currency: String,
}

/// Seen and expected, block by block.
#[derive(ToSchema)]
pub(super) struct EffectPicture {
    /// The first day of each block.
    pub days: Vec<NaiveDate>,
    pub treated: Vec<Option<String>>,
    pub counterfactual: Vec<Option<String>>,
    pub low: Vec<Option<String>>,
    pub high: Vec<Option<String>>,
    pub change_day: Option<NaiveDate>,
    pub block_days: u32,
}

/// How well the time before is explained.
#[derive(ToSchema)]
#[schema(as = EffectPreFit)]
pub(super) struct PreFit {
    pub miss: String,
    pub false_change: Option<String>,
    pub false_change_p: Option<String>,
    pub placebo_p: Option<String>,
    pub says: TextDto,
}

/// Something one must know before believing the number.
#[derive(ToSchema)]
#[schema(as = EffectFlag)]
pub(super) struct Flag {
    pub code: String,
    pub says: TextDto,
    pub names: Vec<String>,
}

/// A look before all days were there.
#[derive(ToSchema)]
pub(super) struct EffectLook {
    pub day: NaiveDate,
    pub estimate: String,
    pub low: String,
    pub high: String,
}

/// The effect of a change.
#[derive(ToSchema)]
pub(super) struct Effect {
    pub id: i64,
    pub change: super::dto::ChangeDto,
    pub task: Option<i64>,
    pub play: Option<String>,
    pub rule: Option<String>,
    pub metric: String,
    /// Days before the change, after it, and left out in between.
    pub before: u32,
    pub after: u32,
    pub wait: u32,
    pub declared_at: String,
    pub declared_by: String,
    /// `waiting` or `measured`.
    pub state: String,
    /// The first day on which all declared days are there.
    pub ready_on: NaiveDate,
    /// `gained`, `lost`, `no_effect`, `cannot_tell` or `observed`.
    pub verdict: Option<String>,
    pub says: TextDto,
    pub money: Option<MoneyBand>,
    pub relative: Option<Share>,
    /// On the metric itself.
    pub absolute: Option<Share>,
    pub method: Option<String>,
    pub controls: Option<u64>,
    pub control_names: Vec<String>,
    pub confidence: Option<String>,
    /// Only of a single effect, not in lists.
    pub picture: Option<EffectPicture>,
    pub placebo: Vec<String>,
    pub prefit: Option<PreFit>,
    pub flags: Vec<Flag>,
    pub looks: Vec<EffectLook>,
    pub better: Option<TextDto>,
}

/// Effects, the newest first.
#[derive(ToSchema)]
pub(super) struct Effects {
    pub effects: Vec<Effect>,
    pub meta: crate::http::dto::PageMeta,
}

/// Several effects of one kind, put together by random effects.
#[derive(ToSchema)]
#[schema(as = PooledEffect)]
pub(super) struct Pooled {
    pub n: u64,
    pub estimate: MoneyDto,
    pub low: MoneyDto,
    pub high: MoneyDto,
    pub says: Option<TextDto>,
}

/// A realised gain or loss.
#[derive(ToSchema)]
pub(super) struct GainRow {
    pub effect: i64,
    pub change: super::dto::ChangeDto,
    pub play: Option<String>,
    pub verdict: String,
    /// When it was measured.
    pub day: NaiveDate,
    pub money: MoneyBand,
}

/// What a play has brought a time.
#[derive(ToSchema)]
pub(super) struct PlayGain {
    pub play: String,
    pub title: TextDto,
    pub n: u64,
    pub estimate: MoneyDto,
    pub low: MoneyDto,
    pub high: MoneyDto,
    pub says: Option<TextDto>,
}

/// The ledger of what changes have really brought.
#[derive(ToSchema)]
pub(super) struct Gains {
    /// The sum of all that was measured, with the interval of the sum.
    pub total: Pooled,
    pub rows: Vec<GainRow>,
    pub plays: Vec<PlayGain>,
}

/// A plan of an experiment.
#[derive(ToSchema)]
pub(super) struct ExperimentPlan {
    /// `switchback`, `groups`, `geo` or `holdout`.
    pub kind: String,
    pub title: String,
    /// What is done to those in the treated arm.
    pub what: String,
    pub metric: String,
    pub store: String,
    pub market: Option<String>,
    /// SKUs, campaigns or markets; of a hold-out the segments of receivers.
    pub units: Vec<String>,
    /// `seller_sku` (default), `campaign`, `market` or `segment`.
    pub unit_kind: Option<String>,
    pub block_days: Option<u32>,
    pub washout_days: Option<u32>,
    pub start: NaiveDate,
    pub days: u32,
    pub seed: Option<u64>,
    /// The reporting currency when left out.
    pub currency: Option<String>,
    pub receivers: Option<u64>,
    pub rate: Option<String>,
    pub held_out: Option<String>,
}

#[derive(ToSchema)]
pub(super) struct PowerAt {
    pub effect: String,
    pub power: String,
}

#[derive(ToSchema)]
pub(super) struct NeededFor {
    pub effect: String,
    pub days: Option<u32>,
}

/// Who is in which arm, and when.
#[derive(ToSchema)]
pub(super) struct Assignment {
    pub unit: String,
    pub block: String,
    pub from: NaiveDate,
    pub to: NaiveDate,
    /// `treated` or `control`.
    pub arm: String,
}

/// What an experiment can tell, before it starts.
#[derive(ToSchema)]
pub(super) struct ExperimentPower {
    pub smallest: Smallest,
    pub power: Vec<PowerAt>,
    pub needed: Vec<NeededFor>,
    pub assignment: Vec<Assignment>,
    pub says: TextDto,
    pub better: Option<TextDto>,
    pub baseline: Option<String>,
}

/// An experiment with what it can tell and has told.
#[derive(ToSchema)]
pub(super) struct Experiment {
    pub id: i64,
    pub title: String,
    pub kind: String,
    pub start: NaiveDate,
    pub end: NaiveDate,
    /// `planned`, `running` or `ended`.
    pub state: String,
    pub who: String,
    pub created_at: String,
    pub plan: ExperimentPlan,
    pub power: ExperimentPower,
    /// As an effect tells it.
    #[schema(value_type = Option<Object>)]
    pub result: Option<()>,
}

#[derive(ToSchema)]
pub(super) struct Experiments {
    pub experiments: Vec<Experiment>,
}
