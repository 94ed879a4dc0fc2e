//! What the checks of reconciliation read of every statement, once.

use std::collections::{BTreeMap, BTreeSet};

use argosy_facts::Session;
use argosy_kernel::Day;
use rust_decimal::Decimal;

use super::ReconcileQuestion;
use crate::{
    chart::{Chart, Stage},
    expression::quoted,
    question::AskError,
    rows::{Numbers, Texts},
};

/// Store, channel, currency, statement.
pub(crate) type Id = (String, String, String, String);

/// One statement in one currency.
#[derive(Clone, Debug, Default)]
pub(crate) struct Told {
    pub by_line: BTreeMap<String, Decimal>,
    /// What the channel says it comes to.
    pub expected: Option<Decimal>,
    /// As the channel says them, never guessed from rows: rows may lie outside.
    pub period: Option<(Day, Day)>,
    pub first: Option<Day>,
    pub last: Option<Day>,
    /// Ids of the definitions that told it, without version.
    pub definitions: BTreeSet<String>,
}

impl Told {
    pub(crate) fn line(&self, line: &str) -> Decimal {
        self.by_line.get(line).copied().unwrap_or_default()
    }

    pub(crate) fn sum(&self, chart: &Chart, is_wanted: impl Fn(Stage) -> bool) -> Decimal {
        let lines = self.by_line.iter().filter(|(line, _)| is_wanted(chart.stage_of(line)));
        lines.map(|(_, amount)| amount).sum()
    }

    /// What the statement closes with: what the channel says, or what its rows come to.
    pub(crate) fn close(&self) -> Decimal {
        self.expected.unwrap_or_else(|| self.by_line.values().sum())
    }

    pub(crate) fn begins(&self) -> Option<Day> {
        self.period.map(|(from, _)| from).or(self.first)
    }

    pub(crate) fn ends(&self) -> Option<Day> {
        self.period.map(|(_, to)| to).or(self.last)
    }
}

/// SQL that keeps the stores and channels of a question.
pub(crate) fn scope_sql(question: &ReconcileQuestion, relation: &str) -> String {
    let mut sql = String::new();
    for (column, values) in [("store", &question.store), ("channel", &question.channel)] {
        if !values.is_empty() {
            let list: Vec<String> = values.iter().map(|value| quoted(value)).collect();
            sql += &format!(" AND {relation}.\"{column}\" IN ({})", list.join(", "));
        }
    }
    sql
}

/// Reads all statements of the asked stores and channels.
pub(crate) async fn read(
    session: &Session,
    question: &ReconcileQuestion,
) -> Result<BTreeMap<Id, Told>, AskError> {
    let sql = format!(
        "SELECT l.\"store\", l.\"channel\", l.\"currency\", l.\"statement\", l.\"line\", \
         min(l.\"day\"), max(l.\"day\"), split_part(l.\"definition\", '@', 1), sum(l.\"amount\")\n\
         FROM ledger l\nWHERE l.\"statement\" IS NOT NULL{}\nGROUP BY 1, 2, 3, 4, 5, 8",
        scope_sql(question, "l")
    );
    let mut statements: BTreeMap<Id, Told> = BTreeMap::new();
    for batch in session.query(&sql).await? {
        let texts = (0..8).map(|at| Texts::of(&batch, at)).collect::<Result<Vec<_>, _>>()?;
        let amounts = Numbers::of(&batch, 8)?;
        for row in 0..batch.num_rows() {
            let text = |at: usize| texts[at].at(row).unwrap_or_default();
            let day = |at: usize| texts[at].at(row).and_then(|day| day.parse().ok());
            let told = statements.entry((text(0), text(1), text(2), text(3))).or_default();
            *told.by_line.entry(text(4)).or_default() += amounts.at(row).unwrap_or_default();
            told.first = [told.first, day(5)].into_iter().flatten().min();
            told.last = told.last.max(day(6));
            told.definitions.extend(texts[7].at(row).filter(|id| !id.is_empty()));
        }
    }
    let sql = format!(
        "SELECT l.\"store\", l.\"channel\", l.\"currency\", l.\"statement\", \
         min(l.\"period_from\"), max(l.\"period_to\"), \
         max(split_part(l.\"definition\", '@', 1)), min(l.\"expected\")\nFROM controls l\n\
         WHERE TRUE{}\nGROUP BY 1, 2, 3, 4",
        scope_sql(question, "l")
    );
    for batch in session.query(&sql).await? {
        let texts = (0..7).map(|at| Texts::of(&batch, at)).collect::<Result<Vec<_>, _>>()?;
        let expected = Numbers::of(&batch, 7)?;
        for row in 0..batch.num_rows() {
            let text = |at: usize| texts[at].at(row).unwrap_or_default();
            let day = |at: usize| texts[at].at(row).and_then(|day| day.parse::<Day>().ok());
            let told = statements.entry((text(0), text(1), text(2), text(3))).or_default();
            told.expected = expected.at(row);
            told.period = day(4).zip(day(5));
            told.definitions.extend(texts[6].at(row).filter(|id| !id.is_empty()));
        }
    }
    Ok(statements)
}

/// Whether a statement lies in the asked days and is the one asked for.
pub(crate) fn is_asked(statement: &str, told: &Told, question: &ReconcileQuestion) -> bool {
    question.statement.as_ref().is_none_or(|id| id == statement)
        && question.from.is_none_or(|from| told.ends().is_none_or(|end| end >= from))
        && question.to.is_none_or(|to| told.begins().is_none_or(|begin| begin <= to))
}
