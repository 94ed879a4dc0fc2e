//! What a forecast run leaves behind: enough to show and judge it, without its paths – the same facts
//! and seed draw them again.
//!
//! float-ok: estimates of units, rounded to hundredths.

use argosy_kernel::Day;
use serde::{Deserialize, Serialize};

use crate::forecast::{Method, Why, judgement::Change, profile::Kind, score::Score};

/// Under this name the desk keeps forecasts.
pub(crate) const NAME: &str = "forecast";

/// A run over all products and markets.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Forecast {
    /// The newest day of the facts, and the first day foreseen (a Monday).
    pub(crate) newest: Day,
    pub(crate) starts: Day,
    /// Weeks foreseen.
    pub(crate) weeks: usize,
    /// By how much spreads were widened by what all products together have shown.
    pub(crate) widening: f64,
    /// Units of the last 90 days that belong to no product of ours.
    pub(crate) unpaired: f64,
    pub(crate) all: Vec<Foreseen>,
    /// People's changes with the machine's word at that time, by id of the record.
    pub(crate) changes: Vec<Noted>,
}

/// A change of one week.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub(crate) struct Noted {
    pub(crate) record: String,
    pub(crate) reason: String,
    pub(crate) change: Change,
}

/// One product in one market.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Foreseen {
    pub(crate) sku: String,
    pub(crate) market: String,
    pub(crate) name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) category: Option<String>,
    pub(crate) method: Method,
    pub(crate) why: Why,
    pub(crate) shares: Vec<(Method, f64)>,
    pub(crate) kind: Kind,
    pub(crate) seasonal: bool,
    /// The season was taken from the category.
    pub(crate) season_given: bool,
    /// First week of `history`.
    pub(crate) first: Day,
    /// Demand by week, stock-outs corrected; and the weeks that were filled more than seen.
    pub(crate) history: Vec<f64>,
    pub(crate) masked: Vec<usize>,
    /// Units that could not be sold in the last 13 weeks.
    pub(crate) lost: f64,
    pub(crate) expected: Vec<f64>,
    /// What demand of each week stays below with 5, 25, 75 and 95 %.
    pub(crate) bands: [Vec<f64>; 4],
    /// The machine's word where people changed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) machine: Option<Vec<f64>>,
    /// Sums of the next 30, 60 and 90 days from today: expected, below with 10 % and with 90 %.
    pub(crate) sums: [[f64; 3]; 3],
    /// Units a day over the last 3, 7, 14, 30, 60 and 90 days.
    pub(crate) daily: [f64; 6],
    pub(crate) tested: Vec<(Method, Score)>,
    /// Event, factor found, the usual one, weeks of own history behind it.
    pub(crate) uplifts: Vec<(String, f64, f64, f64)>,
    /// Weeks to come that each event falls into.
    pub(crate) planned: Vec<(String, usize)>,
    /// By how much making sums agree has moved the next 13 weeks; 1: not at all.
    pub(crate) agreed: f64,
}

impl Foreseen {
    pub(crate) fn id(&self) -> String {
        row_id(&self.sku, &self.market)
    }

    /// The score of the method that was taken.
    pub(crate) fn score(&self) -> Option<&Score> {
        self.tested.iter().find(|(method, _)| *method == self.method).map(|(_, score)| score)
    }
}

/// Columns that name a row, as boards join them.
pub(crate) fn row_id(sku: &str, market: &str) -> String {
    format!("{sku} · {market}")
}

/// To hundredths: what is kept is small, and nobody orders a hundredth of a unit.
pub(crate) fn short(value: f64) -> f64 {
    // Adding nothing turns −0 into 0.
    (value * 100.0).round() / 100.0 + 0.0
}

pub(crate) fn short_all(values: &[f64]) -> Vec<f64> {
    values.iter().copied().map(short).collect()
}
