//! Detectors: what SQL cannot say well, as named functions that rules call.
//!
//! Each gives a table with fixed columns. Inside, estimates are floating point; money leaves as
//! decimals of the reporting currency.

mod columns;
mod cusum;
mod demand;
mod health;
mod level;
mod margin;
mod money;
mod owed;
mod rate;
mod run;
pub(crate) mod special;
#[cfg(test)]
mod tests;

pub(crate) use run::{Surroundings, run};

use argosy_kernel::{Day, Period, Text};
use serde::Deserialize;

use crate::finding::Unit;

/// The names rules call detectors by.
pub(crate) const NAMES: [&str; 11] = [
    "statements",
    "payouts_held",
    "quarantine",
    "health",
    "rate_shift",
    "level_shift",
    "margin_drivers",
    "demand",
    "order_checks",
    "reimbursable",
    "fx_result",
];

/// What a column of a detector holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Holds {
    Text,
    Number,
    Day,
}

/// A column of a detector.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Column {
    pub name: String,
    pub holds: Holds,
    /// What people call it; key columns take the name of their dimension.
    pub label: Option<(Text, Unit)>,
}

/// A detector with what the rule told it.
#[derive(Clone, PartialEq, Debug)]
pub enum Detector {
    /// Statements against their control totals.
    Statements,
    /// Money the channel holds back beyond the usual, and payouts that failed or are late.
    PayoutsHeld(PayoutsHeld),
    /// Ledger money whose fee type is unknown.
    Quarantine,
    /// Reports missing, stale, drifted, restated.
    Health,
    /// A rate of counts that moved: conversion, sessions, returns.
    RateShift(RateShift),
    /// A price-like level that moved: cost per click, price, fee per unit.
    LevelShift(LevelShift),
    /// What moved the margin between two windows.
    MarginDrivers(MarginDrivers),
    /// Daily demand with stock-out days left out, and how long the stock lasts.
    Demand(Demand),
    /// Orders against the ledger, one by one.
    OrderChecks(OrderCheck),
    /// What the channel owes for lost, damaged and never returned goods.
    Reimbursable(Reimbursable),
    /// What the channel's conversion of payouts cost against the reference rate.
    FxResult,
}

/// `hits` per `trials` (or per day), in the window against the days before it.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RateShift {
    /// A metric that counts.
    pub hits: String,
    /// A metric that counts, or nothing: then the rate is per day.
    pub trials: Option<String>,
    pub by: Vec<String>,
    /// Days judged; the input's window when absent.
    pub window: Option<Span>,
    /// Days before the window, as in `56d`.
    pub baseline: Span,
    /// `down`, `up` or `both`.
    #[serde(default)]
    pub direction: Direction,
    /// Columns of `by` whose other members show the common movement (season, market), which is
    /// taken out.
    #[serde(default)]
    pub relative_to: Vec<String>,
    /// Subjects with fewer hits than this in window and baseline together are not tested.
    #[serde(default)]
    pub at_least: u32,
    /// Days after which a subject without any shift gives a false alarm, on average.
    #[serde(default = "alarm_every")]
    pub alarm_every: Span,
    #[serde(default, rename = "where")]
    pub condition: Option<String>,
}

/// The level `of / per`, in the window against the weeks before it.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LevelShift {
    pub of: String,
    pub per: String,
    pub by: Vec<String>,
    /// Days judged; the input's window when absent.
    pub window: Option<Span>,
    pub baseline: Span,
    #[serde(default)]
    pub direction: Direction,
    /// Subjects with less of `per` than this in the window or the baseline are not tested.
    #[serde(default)]
    pub at_least: u32,
    #[serde(default, rename = "where")]
    pub condition: Option<String>,
}

/// Contribution in the window and in as many days before it, split over its levers.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MarginDrivers {
    /// Days judged; the input's window when absent.
    pub window: Option<Span>,
}

/// Units a day.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Demand {
    /// Days looked back; `120d` when absent.
    #[serde(default = "history")]
    pub history: Span,
}

/// Which of the order checks.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderCheck {
    #[serde(default)]
    pub kind: OrderCheckKind,
}

/// What is wrong with an order.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderCheckKind {
    /// Refunded, and the commission did not come back.
    #[default]
    FeeNotReturned,
    Unpaid,
    Differing,
    Unordered,
}

/// The clock of claims.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reimbursable {
    /// Days within which a claim must be made.
    pub clock_days: Span,
    /// Days that a buyer has to send goods back after the refund; from then on the clock runs.
    pub return_days: Span,
    /// Days that the channel is given to pay, or a buyer to send back, before it counts as due.
    #[serde(default = "grace")]
    pub grace_days: Span,
}

/// Money that the channel keeps.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PayoutsHeld {
    /// Days after which a payout that is still on its way is late.
    pub overdue_days: Span,
}

/// A false alarm a year, counted in weeks. Source: ALGORITHMS topic 5.
fn alarm_every() -> Span {
    Span(364)
}

fn grace() -> Span {
    Span(14)
}

/// Days, written as in `56d`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Span(pub u32);

fn history() -> Span {
    Span(120)
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Number(u32),
            Text(String),
        }
        let days = match Written::deserialize(deserializer)? {
            Written::Number(days) => Some(days),
            Written::Text(text) => text.strip_suffix('d').and_then(|days| days.parse().ok()),
        };
        let days = days.filter(|days| (1..=800).contains(days));
        days.map(Self).ok_or_else(|| serde::de::Error::custom("write days as \"56d\", 1 to 800"))
    }
}

/// Which movements count.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    Down,
    Up,
    #[default]
    Both,
}

impl Detector {
    /// Reads what a rule tells the detector `name`; `None` for an unknown name.
    pub(crate) fn read(name: &str, with: toml::Table) -> Option<Result<Self, String>> {
        fn of<T: serde::de::DeserializeOwned>(with: toml::Table) -> Result<T, String> {
            with.try_into().map_err(|error: toml::de::Error| error.message().to_owned())
        }
        fn nothing(with: &toml::Table, detector: Detector) -> Result<Detector, String> {
            match with.keys().next() {
                Some(key) => Err(format!("unknown field `{key}`: this detector takes nothing")),
                None => Ok(detector),
            }
        }
        Some(match name {
            "statements" => nothing(&with, Self::Statements),
            "payouts_held" => of(with).map(Self::PayoutsHeld),
            "quarantine" => nothing(&with, Self::Quarantine),
            "health" => nothing(&with, Self::Health),
            "fx_result" => nothing(&with, Self::FxResult),
            "rate_shift" => of(with).map(Self::RateShift),
            "level_shift" => of(with).map(Self::LevelShift),
            "margin_drivers" => of(with).map(Self::MarginDrivers),
            "demand" => of(with).map(Self::Demand),
            "order_checks" => of(with).map(Self::OrderChecks),
            "reimbursable" => of(with).map(Self::Reimbursable),
            _ => return None,
        })
    }

    /// The same text for what gives the same table.
    pub(crate) fn identity(&self, day: Day, window: Period) -> String {
        match self {
            // Demand looks back by days of its own.
            Self::Demand(_) => format!("{self:?} {day}"),
            _ => format!("{self:?} {day} {window:?}"),
        }
    }

    /// The metrics it asks and the dimensions it asks them by, for checks at load.
    pub(crate) fn asks(&self) -> (Vec<&str>, Vec<&str>) {
        match self {
            Self::RateShift(shift) => {
                let metrics = std::iter::once(shift.hits.as_str()).chain(shift.trials.as_deref());
                (metrics.collect(), shift.by.iter().map(String::as_str).collect())
            }
            Self::LevelShift(shift) => {
                (vec![&shift.of, &shift.per], shift.by.iter().map(String::as_str).collect())
            }
            _ => (Vec::new(), Vec::new()),
        }
    }
}
