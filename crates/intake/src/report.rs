//! What an import is told and what it answers.

use std::collections::BTreeMap;

use argosy_desk::{Balance, ImportState};
use argosy_kernel::{Diff, Period, Problem, Severity, Table, Text};
use serde::Serialize;
use serde_json::json;

use crate::{recognise::Closest, translate::UnknownFee};

/// What comes with a file.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ImportOptions {
    pub store: String,
    /// Two letters; for reports that do not name their market.
    pub market: Option<String>,
    /// For reports that do not say what days they cover; the last day is the day of a snapshot.
    pub period: Option<Period>,
    /// User id, or `cli`.
    pub who: String,
    /// The name the user knows the file by; the path's own when empty.
    pub file_name: String,
    /// Takes the place of whatever earlier imports say of the same days, orders and statements: for
    /// a file that was corrected.
    pub replace: bool,
}

impl ImportOptions {
    /// As kept with the import, so that a rebuild can repeat it.
    pub(crate) fn given(&self) -> serde_json::Value {
        let mut given = json!({
            "market": self.market,
            "period_from": self.period.map(|period| period.from.to_string()),
            "period_to": self.period.map(|period| period.to.to_string()),
        });
        if self.replace {
            given["replace"] = true.into();
        }
        given
    }

    /// The options of an earlier import.
    pub(crate) fn repeat(given: &serde_json::Value) -> Self {
        let text = |name: &str| given.get(name).and_then(serde_json::Value::as_str);
        let day = |name: &str| text(name).and_then(|text| text.parse().ok());
        let period =
            day("period_from").zip(day("period_to")).and_then(|(from, to)| Period::new(from, to));
        let replace = given.get("replace").and_then(serde_json::Value::as_bool) == Some(true);
        let market = text("market").map(str::to_owned);
        Self { market, period, replace, ..Self::default() }
    }
}

/// How far the work is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Progress {
    pub step: Step,
    /// Bytes of `total`.
    pub done: u64,
    pub total: u64,
}

/// What is being done.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// The bytes are kept.
    Receive,
    /// Rows are read and translated.
    Read,
    /// What is new is told from what was known.
    Compare,
}

/// One table of a file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct PartReport {
    /// Archive member or sheet.
    pub label: String,
    pub definition: String,
    pub rows: u64,
}

/// What became of a file.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct ImportReport {
    /// The record at the desk.
    pub import: Option<i64>,
    pub state: ImportState,
    pub file_name: String,
    pub raw_sha256: String,
    pub bytes: u64,
    /// Id of the definition.
    pub definition: Option<String>,
    pub definition_version: Option<String>,
    pub definition_name: Option<Text>,
    pub store: String,
    pub market: Option<String>,
    /// Records of the file.
    pub rows: u64,
    pub facts: BTreeMap<Table, u64>,
    /// Records saved at the desk, by kind.
    pub records: BTreeMap<String, u64>,
    pub diff: BTreeMap<Table, Diff>,
    pub balance: Vec<Balance>,
    pub problems: Vec<Problem>,
    pub unknown_fees: Vec<UnknownFee>,
    pub parts: Vec<PartReport>,
    /// For an unknown file the nearest report.
    pub closest: Option<Closest>,
    /// The import that brought the same bytes before.
    pub duplicate_of: Option<i64>,
    /// The latest day of any fact, in days since 1970.
    pub horizon: Option<i64>,
}

impl ImportReport {
    pub(crate) fn new(options: &ImportOptions, sha256: &str, bytes: u64) -> Self {
        Self {
            import: None,
            state: ImportState::Done,
            file_name: options.file_name.clone(),
            raw_sha256: sha256.to_owned(),
            bytes,
            definition: None,
            definition_version: None,
            definition_name: None,
            store: options.store.clone(),
            market: options.market.clone(),
            rows: 0,
            facts: BTreeMap::new(),
            records: BTreeMap::new(),
            diff: BTreeMap::new(),
            balance: Vec::new(),
            problems: Vec::new(),
            unknown_fees: Vec::new(),
            parts: Vec::new(),
            closest: None,
            duplicate_of: None,
            horizon: None,
        }
    }

    /// The same report as one of a file that was not loaded.
    pub(crate) fn failed(mut self, problem: Problem) -> Self {
        self.state = ImportState::Failed;
        let named = if problem.place.file.is_empty() {
            problem.in_file(self.file_name.clone())
        } else {
            problem
        };
        self.problems.push(named);
        self
    }

    /// Whether every row was loaded and every statement balances.
    pub fn is_clean(&self) -> bool {
        self.state != ImportState::Failed
            && self.problems.iter().all(|problem| problem.severity == Severity::Note)
    }
}

/// Adds one import diff to another.
pub(crate) fn add_diff(into: &mut Diff, other: &Diff) {
    let pairs = [
        (&mut into.added, &other.added),
        (&mut into.replacing, &other.replacing),
        (&mut into.replaced, &other.replaced),
        (&mut into.unchanged, &other.unchanged),
        (&mut into.covered, &other.covered),
    ];
    for (into, other) in pairs {
        into.rows += other.rows;
        for (currency, amount) in &other.money {
            *into.money.entry(currency.clone()).or_default() += amount;
        }
    }
}
