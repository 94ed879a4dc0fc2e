//! What the checks of reconciliation read of every statement, once: its rows, and what the channel
//! says it comes to.

use std::collections::{BTreeMap, BTreeSet};

use argosy_facts::Session;
use argosy_kernel::Day;
use rust_decimal::Decimal;

use super::{ReconcileQuestion, places_sql};
use crate::{
    chart::{Chart, Stage},
    expression::quoted,
    question::AskError,
    rows::{Numbers, Texts},
};

/// Which statement, in which currency.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Id {
    pub store: String,
    pub channel: String,
    pub currency: String,
    pub statement: String,
}

/// What the channel says of a statement.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Control {
    /// What the total is called in the report.
    pub name: String,
    pub expected: Option<Decimal>,
    pub from: Option<Day>,
    pub to: Option<Day>,
    pub deposit_day: Option<Day>,
    /// The definition that tells it, without version.
    pub definition: String,
}

/// One statement in one currency.
#[derive(Clone, Debug, Default)]
pub(crate) struct Told {
    pub by_line: BTreeMap<String, Decimal>,
    pub provisional: Decimal,
    pub rows: u64,
    pub control: Option<Control>,
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

    /// What the channel says it comes to.
    pub(crate) fn expected(&self) -> Option<Decimal> {
        self.control.as_ref()?.expected
    }

    /// The period as the channel says it, never guessed from rows: rows may lie outside.
    pub(crate) fn period(&self) -> Option<(Day, Day)> {
        let control = self.control.as_ref()?;
        control.from.zip(control.to)
    }

    /// What the statement closes with: what the channel says, or what its rows come to.
    pub(crate) fn close(&self) -> Decimal {
        self.expected().unwrap_or_else(|| self.by_line.values().sum())
    }

    pub(crate) fn begins(&self) -> Option<Day> {
        self.control.as_ref().and_then(|control| control.from).or(self.first)
    }

    pub(crate) fn ends(&self) -> Option<Day> {
        self.control.as_ref().and_then(|control| control.to).or(self.last)
    }
}

/// Which statements are read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Reach {
    /// Those of the asked stores and channels: a chain needs the one before.
    Stores,
    /// Of these the asked one, where one is named.
    Asked,
}

/// Reads statements, each with its rows and its control.
pub(crate) async fn read(
    session: &Session,
    question: &ReconcileQuestion,
    reach: Reach,
) -> Result<BTreeMap<Id, Told>, AskError> {
    let mut scope = places_sql(&question.store, &question.channel, "l");
    if let Some(statement) = question.statement.as_ref().filter(|_| reach == Reach::Asked) {
        scope += &format!(" AND l.\"statement\" = {}", quoted(statement));
    }
    let mut statements = rows(session, &scope).await?;
    for (id, control) in controls(session, &scope).await? {
        let told = statements.entry(id).or_default();
        told.definitions.extend(Some(control.definition.clone()).filter(|id| !id.is_empty()));
        told.control = Some(control);
    }
    Ok(statements)
}

async fn rows(session: &Session, scope: &str) -> Result<BTreeMap<Id, Told>, AskError> {
    let sql = format!(
        "SELECT l.\"store\", l.\"channel\", l.\"currency\", l.\"statement\", l.\"line\", \
         min(l.\"day\"), max(l.\"day\"), split_part(l.\"definition\", '@', 1), l.\"provisional\", \
         sum(l.\"amount\"), count(*)\n\
         FROM ledger l\nWHERE l.\"statement\" IS NOT NULL{scope}\nGROUP BY 1, 2, 3, 4, 5, 8, 9"
    );
    let mut statements: BTreeMap<Id, Told> = BTreeMap::new();
    for batch in session.query(&sql).await? {
        let texts = (0..9).map(|at| Texts::of(&batch, at)).collect::<Result<Vec<_>, _>>()?;
        let (amounts, counts) = (Numbers::of(&batch, 9)?, Numbers::of(&batch, 10)?);
        for row in 0..batch.num_rows() {
            let text = |at: usize| texts[at].at(row).unwrap_or_default();
            let day = |at: usize| texts[at].at(row).and_then(|day| day.parse().ok());
            let told = statements.entry(id(&text)).or_default();
            let amount = amounts.at(row).unwrap_or_default();
            *told.by_line.entry(text(4)).or_default() += amount;
            if text(8) == "true" {
                told.provisional += amount;
            }
            told.rows += counts.count(row);
            told.first = [told.first, day(5)].into_iter().flatten().min();
            told.last = told.last.max(day(6));
            told.definitions.extend(texts[7].at(row).filter(|id| !id.is_empty()));
        }
    }
    Ok(statements)
}

/// What the channels say of their statements, `scope` being a condition over `l`. A report may state
/// one total under several names: the first in order of name stands for all, but for days it lacks.
pub(crate) async fn controls(
    session: &Session,
    scope: &str,
) -> Result<BTreeMap<Id, Control>, AskError> {
    let sql = format!(
        "SELECT l.\"store\", l.\"channel\", l.\"currency\", l.\"statement\", l.\"name\", \
         min(l.\"period_from\"), max(l.\"period_to\"), max(l.\"deposit_day\"), \
         max(split_part(l.\"definition\", '@', 1)), max(l.\"expected\")\nFROM controls l\n\
         WHERE TRUE{scope}\nGROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5"
    );
    let mut controls: BTreeMap<Id, Control> = BTreeMap::new();
    for batch in session.query(&sql).await? {
        let texts = (0..9).map(|at| Texts::of(&batch, at)).collect::<Result<Vec<_>, _>>()?;
        let expected = Numbers::of(&batch, 9)?;
        for row in 0..batch.num_rows() {
            let text = |at: usize| texts[at].at(row).unwrap_or_default();
            let day = |at: usize| texts[at].at(row).and_then(|day| day.parse().ok());
            let control = Control {
                name: text(4),
                expected: expected.at(row),
                from: day(5),
                to: day(6),
                deposit_day: day(7),
                definition: text(8),
            };
            let first = controls.entry(id(&text)).or_insert_with(|| control.clone());
            first.from = first.from.or(control.from);
            first.to = first.to.or(control.to);
            first.deposit_day = first.deposit_day.or(control.deposit_day);
        }
    }
    Ok(controls)
}

fn id(text: &dyn Fn(usize) -> String) -> Id {
    Id { store: text(0), channel: text(1), currency: text(2), statement: text(3) }
}

/// Whether a statement lies in the asked days and is the one asked for.
pub(crate) fn is_asked(statement: &str, told: &Told, question: &ReconcileQuestion) -> bool {
    question.statement.as_ref().is_none_or(|id| id == statement)
        && question.from.is_none_or(|from| told.ends().is_none_or(|end| end >= from))
        && question.to.is_none_or(|to| told.begins().is_none_or(|begin| begin <= to))
}
