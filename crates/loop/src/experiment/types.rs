//! What an experiment is planned as, and what is known of it before it starts.

use argosy_kernel::{Currency, Day, Money, Text};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::effect::Smallest;

/// How chance decides who gets what.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExperimentKind {
    /// The same units, on and off in blocks of days.
    Switchback,
    /// SKUs in two groups of equal make-up.
    Groups,
    /// Regions or markets in two groups.
    Geo,
    /// Some receivers of a mailing get none.
    Holdout,
}

/// What was planned.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ExperimentPlan {
    pub kind: ExperimentKind,
    pub title: String,
    /// What is done to those in the treated arm.
    pub what: String,
    pub metric: String,
    pub store: String,
    #[serde(default)]
    pub market: Option<String>,
    /// SKUs, campaigns or markets; for a hold-out the segments of receivers, each counted once.
    pub units: Vec<String>,
    /// What `units` are: `seller_sku` (default), `campaign`, `market`, `segment`.
    #[serde(default)]
    pub unit_kind: Option<String>,
    /// Length of a block of a switchback.
    #[serde(default)]
    pub block_days: u32,
    /// Days at the beginning of each block that are left out: what the block before still does.
    #[serde(default)]
    pub washout_days: u32,
    pub start: Day,
    pub days: u32,
    /// Chance starts here: the same seed assigns the same.
    #[serde(default)]
    pub seed: u64,
    pub currency: Currency,
    /// Of a hold-out: how many receivers, and the rate expected without the mailing.
    #[serde(default)]
    pub receivers: Option<u64>,
    #[serde(default)]
    pub rate: Option<Decimal>,
    /// Share of a hold-out that gets nothing.
    #[serde(default)]
    pub held_out: Option<Decimal>,
}

impl ExperimentPlan {
    /// The last day.
    pub fn end(&self) -> Day {
        self.start + chrono::Days::new(u64::from(self.days.max(1) - 1))
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Arm {
    Treated,
    Control,
}

/// Who gets what, and when.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Assignment {
    pub unit: String,
    /// `2026-06-01/2026-06-07` of a switchback; the whole experiment otherwise.
    pub block: String,
    pub from: Day,
    pub to: Day,
    pub arm: Arm,
}

/// How likely an effect of a size is told.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PowerAt {
    pub effect: Decimal,
    pub power: Decimal,
}

/// How many days an effect of a size needs, at 80 % power.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct NeededFor {
    pub effect: Decimal,
    /// `None` when no practical length would do.
    pub days: Option<u32>,
}

/// What is known before starting.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ExperimentPower {
    pub smallest: Smallest,
    pub power: Vec<PowerAt>,
    pub needed: Vec<NeededFor>,
    pub assignment: Vec<Assignment>,
    pub says: Text,
    pub better: Option<Text>,
    /// The level that shares are of: the metric per day of one arm.
    pub baseline: Option<Decimal>,
}

/// What came out of a hold-out: who got it and how many did what was hoped for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct HoldoutCounts {
    pub treated: u64,
    pub treated_hits: u64,
    pub control: u64,
    pub control_hits: u64,
    /// What one more hit is worth.
    pub worth: Option<Money>,
}
