//! A candidate: what is known of a product that might be taken on in one market.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// A product thought about, in one market.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Candidate {
    pub id: String,
    #[serde(default)]
    pub name: String,
    /// ISO 3166-1 alpha-2.
    #[serde(default)]
    pub market: String,
    /// By measure.
    #[serde(default)]
    pub inputs: BTreeMap<String, Input>,
    /// By gate that people answer: does it pass? Absent: nobody has said.
    #[serde(default)]
    pub gates: BTreeMap<String, Answer>,
}

/// One value, and why it is believed.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    pub value: Decimal,
    /// Where it is from: a report, a metric, a person's judgement.
    pub source: String,
    /// An id of `confidence` in `selection.toml`; anything else counts as the least sure.
    pub confidence: String,
}

/// A person's word on a gate.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    pub passes: bool,
    pub source: String,
}
