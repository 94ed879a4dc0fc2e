//! A finding: one problem or chance, the same tomorrow as today, with its evidence and its stake.

use std::collections::BTreeMap;

use argosy_kernel::{Currency, Day, Money, Period, Text};
use argosy_metrics::Question;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// What a value is counted in, so that faces can show it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// An amount in the reporting currency.
    Money,
    Units,
    Count,
    /// 0.15 is shown as 15 %.
    Fraction,
    /// A multiple: 2.65 is shown as 2.65.
    Ratio,
    Days,
    /// Words: a status, a fee type, a reason.
    Text,
    /// A calendar day.
    Day,
}

impl Unit {
    pub const ALL: [&str; 8] =
        ["money", "units", "count", "fraction", "ratio", "days", "text", "day"];
}

impl From<argosy_metrics::Unit> for Unit {
    fn from(unit: argosy_metrics::Unit) -> Self {
        match unit {
            argosy_metrics::Unit::Money => Self::Money,
            argosy_metrics::Unit::Units => Self::Units,
            argosy_metrics::Unit::Count => Self::Count,
            argosy_metrics::Unit::Fraction => Self::Fraction,
            argosy_metrics::Unit::Ratio => Self::Ratio,
            argosy_metrics::Unit::Days => Self::Days,
        }
    }
}

/// What a finding is about.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Subject {
    /// `sku`, `search_term`, `target`, `campaign`, `store`, `statement`, `fee`, `report` …
    pub kind: String,
    /// Key columns and their values; an unknown one is an empty text.
    pub key: BTreeMap<String, String>,
    /// What people call it: the product's name, the search term, the statement.
    pub name: String,
}

/// One test of a cause, with what it rested on.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CauseTest {
    pub sql: String,
    /// Each name of the test with its value; `None` is unknown.
    pub values: BTreeMap<String, Option<String>>,
    /// `None` when something it needs is unknown.
    pub holds: Option<bool>,
}

/// A possible cause. The first of a rule whose test holds is the one that is named.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Cause {
    /// The rule that asks for it.
    pub rule: String,
    pub id: String,
    pub title: Text,
    /// Whether this cause is named (the first of its rule whose test holds).
    pub holds: bool,
    pub tests: Vec<CauseTest>,
    /// Plays proposed against it, by id.
    pub plays: Vec<String>,
}

/// One figure that speaks for the finding.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Evidence {
    pub id: String,
    pub name: Text,
    pub unit: Unit,
    /// A decimal, a day or words; `None` is unknown.
    pub value: Option<String>,
    /// The same in the window it is compared with.
    pub before: Option<String>,
    /// Opens the figure: asked again, it gives `value`.
    pub question: Option<Question>,
}

/// A step on the way to the stake.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct WorkingValue {
    pub id: String,
    pub name: Text,
    pub unit: Unit,
    /// How it is worked out; absent for what was read.
    pub sql: Option<String>,
    pub value: Option<String>,
}

/// How the stake was worked out.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Working {
    pub stake: String,
    pub values: Vec<WorkingValue>,
}

/// Where a threshold was set.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(tag = "scope", rename_all = "snake_case")]
pub enum ThresholdScope {
    /// A seller SKU, of one store or of all.
    Sku {
        store: Option<String>,
        sku: String,
    },
    Category {
        name: String,
    },
    Store {
        name: String,
    },
    /// The company's own value for everything.
    Global,
    /// As the rule's file says.
    Rule,
}

/// A threshold of the company.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Threshold {
    pub rule: String,
    pub name: String,
    pub scope: ThresholdScope,
    #[serde(with = "rust_decimal::serde::str")]
    pub value: Decimal,
}

/// A threshold as it stood for this finding.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FiredThreshold {
    pub rule: String,
    pub name: String,
    pub says: Text,
    #[serde(with = "rust_decimal::serde::str")]
    pub value: Decimal,
    pub unit: Unit,
    pub scope: ThresholdScope,
}

/// How it will be checked that a play helped.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct EffectPlan {
    pub metric: String,
    /// Columns of the key that the metric is asked by.
    pub scope: Vec<String>,
    /// Days before the change, after it, and left out in between.
    pub before: u32,
    pub after: u32,
    pub wait: u32,
}

/// One problem or chance.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Finding {
    /// The first 16 hexadecimal digits of the SHA-256 of problem and key: the same problem tomorrow
    /// is the same finding.
    pub id: String,
    /// The rule with the most at stake, where several tell the same problem.
    pub rule: String,
    pub problem: String,
    pub family: String,
    pub title: Text,
    pub subject: Subject,
    pub window: Period,
    /// Money at stake over `per_days`, with its 80 % range.
    pub stake: Money,
    pub low: Money,
    pub high: Money,
    pub per_days: u32,
    /// The stake scaled to 30 days: what findings are compared by.
    pub monthly: Money,
    pub causes: Vec<Cause>,
    pub evidence: Vec<Evidence>,
    pub working: Working,
    pub thresholds: Vec<FiredThreshold>,
    pub effect: Option<EffectPlan>,
    /// All rules that tell this problem, the first being `rule`.
    pub joined: Vec<String>,
}

impl Finding {
    /// The causes that are named, the one with the most at stake first.
    pub fn named_causes(&self) -> impl Iterator<Item = &Cause> {
        self.causes.iter().filter(|cause| cause.holds)
    }

    /// Plays of the named causes, each once, in order.
    pub fn plays(&self) -> Vec<&str> {
        let mut plays: Vec<&str> = Vec::new();
        for play in self.named_causes().flat_map(|cause| &cause.plays) {
            if !plays.contains(&play.as_str()) {
                plays.push(play);
            }
        }
        plays
    }
}

/// Why a rule gave no or not all findings. The run goes on without it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RunProblem {
    /// `too_slow`, `too_many`, `facts`, `question`, `wrong_rule`.
    pub code: String,
    pub text: Text,
}

/// What one rule did.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RuleRun {
    pub rule: String,
    /// Subjects looked at.
    pub rows: usize,
    pub fired: usize,
    /// Subjects with too little evidence to judge.
    pub not_enough: usize,
    pub millis: u64,
    /// The window judged.
    pub window: Period,
    pub problem: Option<RunProblem>,
}

/// What all rules found on a day.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Watch {
    pub day: Day,
    pub currency: Currency,
    /// Most money a month first.
    pub findings: Vec<Finding>,
    pub runs: Vec<RuleRun>,
}

/// The identity of a problem at a key.
///
/// ```
/// # use argosy_loop::finding::identity;
/// # use std::collections::BTreeMap;
/// let key = |sku: &str| BTreeMap::from([("seller_sku".to_owned(), sku.to_owned())]);
/// assert_eq!(identity("stock_out", &key("A")), identity("stock_out", &key("A")));
/// assert_ne!(identity("stock_out", &key("A")), identity("stock_out", &key("B")));
/// assert_eq!(identity("stock_out", &key("A")).len(), 16);
/// ```
pub fn identity(problem: &str, key: &BTreeMap<String, String>) -> String {
    let mut hash = Sha256::new();
    // Lengths keep `a|b` + `c` apart from `a` + `b|c`.
    let mut feed = |text: &str| {
        hash.update(text.len().to_le_bytes());
        hash.update(text.as_bytes());
    };
    feed(problem);
    for (column, value) in key {
        feed(column);
        feed(value);
    }
    let digest = hash.finalize();
    digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}
