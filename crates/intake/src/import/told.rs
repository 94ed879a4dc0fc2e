//! What is told of an import.

use std::collections::{BTreeMap, BTreeSet};

use argosy_desk::{Balance, ImportRow, ImportState};
use argosy_kernel::Problem;

use crate::{
    balance::Unbalanced,
    definition::Definition,
    parts::{self, Examined},
    pipeline::Outcome,
    problems::Problems,
    report::{ImportReport, PartReport},
    translate::RecordRow,
};

/// What a file brings beside facts.
pub(super) struct Loaded {
    pub(super) records: Vec<RecordRow>,
    pub(super) problems: Problems,
    /// Statements that do not add up in the file alone.
    pub(super) unbalanced: Vec<Unbalanced>,
    /// Balances of earlier imports that the file completes, by import.
    pub(super) completed: BTreeMap<i64, Vec<Balance>>,
}

pub(super) fn describe(report: &mut ImportReport, definition: &Definition) {
    report.definition = Some(definition.id.clone());
    report.definition_version = Some(definition.version.clone());
    report.definition_name = Some(definition.name.clone());
}

/// How many statements a problem names.
const NAMED: usize = 5;

/// Statements that do not add up while those of an earlier import do.
pub(super) fn worse_copy(statements: &BTreeSet<String>) -> Option<Problem> {
    if statements.is_empty() {
        return None;
    }
    let mut named: Vec<&str> = statements.iter().take(NAMED).map(String::as_str).collect();
    if statements.len() > NAMED {
        named.push("…");
    }
    Some(
        Problem::warning("worse_copy")
            .found(named.join(", "))
            .expected("a copy that adds up: the rows of the earlier, balanced import were kept")
            .hint("download the report again"),
    )
}

/// Containers that an earlier import tells more fully.
pub(super) fn fuller_copy(containers: u64) -> Option<Problem> {
    (containers > 0).then(|| {
        Problem::note("fuller_copy_kept")
            .found(containers.to_string())
            .expected("the copy that tells more: the rows of the earlier import were kept")
            .hint("if this file is the right one, import it again and replace the earlier rows")
    })
}

pub(super) fn in_other_store(other: &ImportRow) -> Problem {
    Problem::error("in_other_store")
        .found(other.store.clone())
        .expected("each file in one store only, as its money would count twice")
        .hint("import it there, or check the `--store` name")
}

/// The report of a file whose bytes cannot be trusted, so that nothing of it counts.
pub(super) fn nothing_of(report: ImportReport) -> ImportReport {
    ImportReport {
        state: ImportState::Failed,
        rows: 0,
        facts: [].into(),
        balance: Vec::new(),
        unknown_fees: Vec::new(),
        parts: Vec::new(),
        horizon: None,
        ..report
    }
}

pub(super) fn left_out(examined: &Examined) -> Problems {
    let mut problems = Problems::default();
    for (label, unknown) in &examined.left_out {
        let mut problem = parts::unknown_report(unknown);
        problem.code = "table_left_out".to_owned();
        problem.severity = argosy_kernel::Severity::Note;
        problems.push(problem.in_file(label.clone()));
    }
    problems
}

pub(super) fn add_outcome(
    report: &mut ImportReport,
    loaded: &mut Loaded,
    outcome: Outcome,
    parts: Vec<PartReport>,
) {
    report.rows += outcome.rows;
    for (table, rows) in outcome.facts {
        *report.facts.entry(table).or_default() += rows;
    }
    report.balance.extend(outcome.balance);
    report.unknown_fees.extend(outcome.unknown_fees);
    report.horizon = report.horizon.max(outcome.horizon.map(i64::from));
    report.parts.extend(parts);
    loaded.unbalanced.extend(outcome.unbalanced);
    loaded.records.extend(outcome.records);
    loaded.problems.merge(outcome.problems);
}

impl Outcome {
    /// Adds the outcome of the next table of the group.
    pub(super) fn add(&mut self, other: Self) {
        self.rows += other.rows;
        self.last_row = other.last_row;
        for (table, rows) in other.facts {
            *self.facts.entry(table).or_default() += rows;
        }
        self.problems.merge(other.problems);
        self.balance.extend(other.balance);
        self.unbalanced.extend(other.unbalanced);
        self.records.extend(other.records);
        self.horizon = self.horizon.max(other.horizon);
        self.unknown_fees.extend(other.unknown_fees);
        self.reading.extend(other.reading);
        self.sample = self.sample.take().or(other.sample);
    }
}
