//! Reconciliation: what a channel says a statement adds up to, against the sum of its lines.

pub(crate) mod bank;
pub(crate) mod chain;
pub(crate) mod economics;
pub(crate) mod orders;
pub(crate) mod payouts;
pub(crate) mod proof;
mod statements;
pub(crate) mod unsettled;

use std::collections::BTreeMap;

use argosy_facts::Session;
use argosy_kernel::Day;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{
    chart::{Chart, Stage},
    expression::quoted,
    profit::Amount,
    question::AskError,
    rows::{Numbers, Texts},
};

/// Which statements are wanted; everything when empty.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ReconcileQuestion {
    pub store: Vec<String>,
    pub channel: Vec<String>,
    pub statement: Option<String>,
    /// Statements with a day from here on.
    pub from: Option<Day>,
    /// Statements with a day up to here.
    pub to: Option<Day>,
}

/// How a statement stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StatementState {
    Differs,
    NoControl,
    Balanced,
}

/// One settlement or payout in one currency.
#[derive(Clone, Debug, Serialize)]
pub struct Statement {
    pub store: String,
    pub channel: String,
    pub statement: String,
    pub currency: String,
    pub period_from: Option<String>,
    pub period_to: Option<String>,
    pub deposit_day: Option<String>,
    /// What the control is called in the report.
    pub control: Option<String>,
    pub expected: Amount,
    #[serde(with = "rust_decimal::serde::str")]
    pub sum: Decimal,
    /// Sum less expected.
    pub difference: Amount,
    #[serde(with = "rust_decimal::serde::str")]
    pub unclassified: Decimal,
    #[serde(with = "rust_decimal::serde::str")]
    pub provisional: Decimal,
    pub rows: u64,
    /// Sums by stage; together they are `sum`.
    pub by_stage: BTreeMap<Stage, Amount>,
    pub state: StatementState,
}

/// All statements, those that differ first.
#[derive(Clone, Debug, Serialize)]
pub struct Reconciliation {
    pub statements: Vec<Statement>,
}

type Id = (String, String, String, String);

#[derive(Default)]
struct Sum {
    by_stage: BTreeMap<Stage, Decimal>,
    provisional: Decimal,
    rows: u64,
    first: Option<String>,
    last: Option<String>,
}

struct Control {
    name: String,
    expected: Option<Decimal>,
    days: [Option<String>; 3],
}

pub(crate) async fn reconcile(
    session: &Session,
    chart: &Chart,
    question: &ReconcileQuestion,
) -> Result<Reconciliation, AskError> {
    let mut sums = sums(session, chart, question).await?;
    let mut statements = Vec::new();
    for (id, control) in controls(session, question).await? {
        let sum = sums.remove(&id).unwrap_or_default();
        statements.push(statement(id, sum, Some(control)));
    }
    statements.extend(sums.into_iter().map(|(id, sum)| statement(id, sum, None)));
    statements.retain(|statement| is_wanted(statement, question));
    statements.sort_by(|left, right| {
        let key = |s: &Statement| (s.state, std::cmp::Reverse(s.period_to.clone()));
        key(left).cmp(&key(right)).then_with(|| left.statement.cmp(&right.statement))
    });
    Ok(Reconciliation { statements })
}

fn is_wanted(statement: &Statement, question: &ReconcileQuestion) -> bool {
    let among = |list: &[String], value: &String| list.is_empty() || list.contains(value);
    let (first, last) = (&statement.period_from, &statement.period_to);
    among(&question.store, &statement.store)
        && among(&question.channel, &statement.channel)
        && question.statement.as_ref().is_none_or(|id| *id == statement.statement)
        && question
            .from
            .is_none_or(|from| last.as_ref().is_none_or(|last| *last >= from.to_string()))
        && question.to.is_none_or(|to| first.as_ref().is_none_or(|first| *first <= to.to_string()))
}

fn statement(id: Id, sum: Sum, control: Option<Control>) -> Statement {
    let total: Decimal = sum.by_stage.values().sum();
    let expected = control.as_ref().and_then(|control| control.expected);
    let difference = expected.map(|expected| (total - expected).normalize());
    let (store, channel, statement, currency) = id;
    let control_name = control.as_ref().map(|control| control.name.clone());
    let [from, to, deposit] = control.map(|control| control.days).unwrap_or_default();
    Statement {
        store,
        channel,
        statement,
        currency,
        period_from: from.or(sum.first),
        period_to: to.or(sum.last),
        deposit_day: deposit,
        control: control_name,
        expected: Amount(expected),
        sum: total.normalize(),
        difference: Amount(difference),
        unclassified: sum.by_stage.get(&Stage::Unclassified).copied().unwrap_or_default(),
        provisional: sum.provisional,
        rows: sum.rows,
        by_stage: sum.by_stage.into_iter().map(|(stage, sum)| (stage, Amount(Some(sum)))).collect(),
        state: match difference {
            None => StatementState::NoControl,
            Some(difference) if difference.is_zero() => StatementState::Balanced,
            Some(_) => StatementState::Differs,
        },
    }
}

/// SQL that keeps the stores, channels and the statement of a question.
fn asked_sql(question: &ReconcileQuestion) -> String {
    let statement = question.statement.as_ref();
    let statement = statement.map(|id| format!(" AND l.\"statement\" = {}", quoted(id)));
    statements::scope_sql(question, "l") + &statement.unwrap_or_default()
}

async fn sums(
    session: &Session,
    chart: &Chart,
    question: &ReconcileQuestion,
) -> Result<BTreeMap<Id, Sum>, AskError> {
    let sql = format!(
        "SELECT \"store\", \"channel\", \"statement\", \"currency\", \"line\", \"provisional\", \
               min(\"day\"), max(\"day\"), sum(\"amount\"), count(*)\nFROM ledger l\n\
         WHERE \"statement\" IS NOT NULL{}\nGROUP BY 1, 2, 3, 4, 5, 6",
        asked_sql(question)
    );
    let mut sums: BTreeMap<Id, Sum> = BTreeMap::new();
    for batch in session.query(&sql).await? {
        let texts = (0..8).map(|at| Texts::of(&batch, at)).collect::<Result<Vec<_>, _>>()?;
        let (amounts, counts) = (Numbers::of(&batch, 8)?, Numbers::of(&batch, 9)?);
        for row in 0..batch.num_rows() {
            let text = |at: usize| texts[at].at(row).unwrap_or_default();
            let sum = sums.entry((text(0), text(1), text(2), text(3))).or_default();
            let amount = amounts.at(row).unwrap_or_default();
            *sum.by_stage.entry(chart.stage_of(&text(4))).or_default() += amount;
            if text(5) == "true" {
                sum.provisional += amount;
            }
            sum.rows += counts.count(row);
            let (first, last) = (texts[6].at(row), texts[7].at(row));
            sum.first = [sum.first.take(), first].into_iter().flatten().min();
            sum.last = sum.last.take().max(last);
        }
    }
    Ok(sums)
}

async fn controls(
    session: &Session,
    question: &ReconcileQuestion,
) -> Result<Vec<(Id, Control)>, AskError> {
    let sql = format!(
        "SELECT \"store\", \"channel\", \"statement\", \"currency\", \"name\", \
               min(\"period_from\"), max(\"period_to\"), max(\"deposit_day\"), max(\"expected\")\n\
               FROM controls l\nWHERE TRUE{}\nGROUP BY 1, 2, 3, 4, 5\nORDER BY 1, 2, 3, 4, 5",
        asked_sql(question)
    );
    let mut controls: Vec<(Id, Control)> = Vec::new();
    for batch in session.query(&sql).await? {
        let texts = (0..8).map(|at| Texts::of(&batch, at)).collect::<Result<Vec<_>, _>>()?;
        let expected = Numbers::of(&batch, 8)?;
        for row in 0..batch.num_rows() {
            let text = |at: usize| texts[at].at(row).unwrap_or_default();
            let id = (text(0), text(1), text(2), text(3));
            let days = [5, 6, 7].map(|at| texts[at].at(row));
            // A report may state one total under two names: the first in order stands for both.
            if controls.last().is_some_and(|(last, _)| *last == id) {
                continue;
            }
            controls.push((id, Control { name: text(4), expected: expected.at(row), days }));
        }
    }
    Ok(controls)
}

/// Money of one unknown fee type.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct UnknownFee {
    pub channel: String,
    pub fee_type: Option<String>,
    pub transaction: Option<String>,
    pub rows: u64,
    /// Sums by currency.
    pub amounts: BTreeMap<String, String>,
    pub first_day: String,
    pub last_day: String,
}

pub(crate) async fn quarantine(session: &Session) -> Result<Vec<UnknownFee>, AskError> {
    let sql = "SELECT \"channel\", \"fee_type\", \"transaction\", \"currency\", min(\"day\"), \
               max(\"day\"), sum(\"amount\"), count(*)\nFROM ledger\nWHERE \"line\" = 'unclassified'\n\
               GROUP BY 1, 2, 3, 4";
    let mut found: BTreeMap<(String, Option<String>, Option<String>), UnknownFee> = BTreeMap::new();
    for batch in session.query(sql).await? {
        let texts = (0..6).map(|at| Texts::of(&batch, at)).collect::<Result<Vec<_>, _>>()?;
        let (amounts, counts) = (Numbers::of(&batch, 6)?, Numbers::of(&batch, 7)?);
        for row in 0..batch.num_rows() {
            let text = |at: usize| texts[at].at(row);
            let channel = text(0).unwrap_or_default();
            let (first, last) = (text(4).unwrap_or_default(), text(5).unwrap_or_default());
            let fee =
                found.entry((channel.clone(), text(1), text(2))).or_insert_with(|| UnknownFee {
                    channel,
                    fee_type: text(1),
                    transaction: text(2),
                    rows: 0,
                    amounts: BTreeMap::new(),
                    first_day: first.clone(),
                    last_day: last.clone(),
                });
            fee.rows += counts.count(row);
            let amount = amounts.at(row).unwrap_or_default().to_string();
            fee.amounts.insert(text(3).unwrap_or_default(), amount);
            fee.first_day = std::mem::take(&mut fee.first_day).min(first);
            fee.last_day = std::mem::take(&mut fee.last_day).max(last);
        }
    }
    Ok(found.into_values().collect())
}
