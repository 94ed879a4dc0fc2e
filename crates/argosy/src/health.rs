//! Whether the books are complete: coverage of days from facts and imports, and columns that known
//! reports have gained or lost.

use std::collections::{BTreeMap, BTreeSet};

use argosy_desk::{ImportRow, ImportState};
use argosy_kernel::{Day, Problem, names::short_hash};
use argosy_metrics::health::{self, HealthImport, HealthQuestion, ReportHealth};
use chrono::Utc;

use crate::{app::App, error::Error};

/// A known report that came with other columns than before.
#[derive(Clone, Debug)]
pub struct Drift {
    pub import: ImportRow,
    pub added: Vec<String>,
    pub gone: Vec<String>,
}

/// What is complete and what is not.
#[derive(Clone, Debug)]
pub struct DataHealth {
    pub reports: Vec<ReportHealth>,
    pub drift: Vec<Drift>,
}

/// How many of the newest imports are looked at for drift.
const DRIFT_IMPORTS: u64 = 500;

/// Coverage of every report of every store, and drift of columns.
///
/// # Errors
/// When the desk or the facts cannot be read.
pub async fn data_health(app: &App, question: &HealthQuestion) -> Result<DataHealth, Error> {
    let rows = app.desk().loaded_imports().await?;
    let imports: Vec<HealthImport> = rows.iter().filter_map(import).collect();
    let today = Utc::now().date_naive();
    let told = app.analytics().told_days().await?;
    let reports = health::reports(&told, &imports, &app.reports(), question, today);
    Ok(DataHealth { reports, drift: drift(app, question).await? })
}

pub(crate) fn import(row: &ImportRow) -> Option<HealthImport> {
    let day = |name: &str| {
        row.given.get(name).and_then(serde_json::Value::as_str).and_then(|text| text.parse().ok())
    };
    let period: Option<(Day, Day)> = day("period_from").zip(day("period_to"));
    Some(HealthImport {
        id: row.id,
        store: row.store.clone(),
        definition: row.definition.clone()?,
        raw: short_hash(&row.raw_sha256),
        period,
        replaced_rows: row.diff.values().map(|diff| diff.replaced.rows).sum(),
    })
}

pub(crate) async fn drift(app: &App, question: &HealthQuestion) -> Result<Vec<Drift>, Error> {
    let wanted = |list: &[String], value: &str| list.is_empty() || list.iter().any(|v| v == value);
    let mut found = Vec::new();
    let mut told: BTreeSet<(String, Vec<String>, Vec<String>)> = BTreeSet::new();
    for row in app.desk().imports(None, DRIFT_IMPORTS).await? {
        let counts = row.problems;
        if row.state != ImportState::Done
            || counts.note + counts.warning == 0
            || !wanted(&question.store, &row.store)
        {
            continue;
        }
        let problems = app.desk().problems(row.id).await?;
        let added = columns(&problems, "column_new");
        let gone = columns(&problems, "column_gone");
        let definition = row.definition.clone().unwrap_or_default();
        // Each change is told once, with the newest file that shows it.
        if (added.is_empty() && gone.is_empty())
            || !told.insert((definition, added.clone(), gone.clone()))
        {
            continue;
        }
        found.push(Drift { import: row, added, gone });
    }
    Ok(found)
}

fn columns(problems: &[Problem], code: &str) -> Vec<String> {
    let of_code = problems.iter().filter(|problem| problem.code == code);
    let names = of_code.flat_map(|problem| match &problem.place.column {
        Some(column) => vec![column.clone()],
        None => problem.found.split(", ").map(str::to_owned).collect(),
    });
    names.filter(|name| !name.is_empty()).collect()
}

/// How many reports are in which state.
pub fn counts(reports: &[ReportHealth]) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for report in reports {
        let state = serde_json::to_value(report.state).unwrap_or_default();
        *counts.entry(state.as_str().unwrap_or_default().to_owned()).or_default() += 1;
    }
    counts
}
