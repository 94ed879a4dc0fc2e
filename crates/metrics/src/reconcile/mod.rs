//! Reconciliation: what a channel says a statement adds up to, against the sum of its lines.

pub(crate) mod bank;
pub(crate) mod chain;
pub(crate) mod economics;
pub(crate) mod orders;
pub(crate) mod payouts;
pub(crate) mod proof;
pub(crate) mod rules;
mod statements;
pub(crate) mod unsettled;

use std::collections::BTreeMap;

use argosy_facts::Session;
use argosy_kernel::Day;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use self::statements::{Id, Reach, Told};
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

pub(crate) async fn reconcile(
    session: &Session,
    chart: &Chart,
    question: &ReconcileQuestion,
) -> Result<Reconciliation, AskError> {
    let read = statements::read(session, question, Reach::Asked).await?.into_iter();
    let asked = read.filter(|(id, told)| statements::is_asked(&id.statement, told, question));
    let mut statements: Vec<Statement> =
        asked.map(|(id, told)| statement(id, told, chart)).collect();
    statements.sort_by(|left, right| {
        let key = |s: &Statement| (s.state, std::cmp::Reverse(s.period_to.clone()));
        key(left).cmp(&key(right)).then_with(|| left.statement.cmp(&right.statement))
    });
    Ok(Reconciliation { statements })
}

fn statement(id: Id, told: Told, chart: &Chart) -> Statement {
    let total: Decimal = told.by_line.values().sum();
    let difference = told.expected().map(|expected| (total - expected).normalize());
    let mut by_stage: BTreeMap<Stage, Decimal> = BTreeMap::new();
    for (line, amount) in &told.by_line {
        *by_stage.entry(chart.stage_of(line)).or_default() += amount;
    }
    let text = |day: Option<Day>| day.map(|day| day.to_string());
    Statement {
        period_from: text(told.begins()),
        period_to: text(told.ends()),
        deposit_day: text(told.control.as_ref().and_then(|control| control.deposit_day)),
        expected: Amount(told.expected()),
        control: told.control.map(|control| control.name),
        store: id.store,
        channel: id.channel,
        statement: id.statement,
        currency: id.currency,
        sum: total.normalize(),
        difference: Amount(difference),
        unclassified: by_stage.get(&Stage::Unclassified).copied().unwrap_or_default(),
        provisional: told.provisional,
        rows: told.rows,
        by_stage: by_stage.into_iter().map(|(stage, sum)| (stage, Amount(Some(sum)))).collect(),
        state: match difference {
            None => StatementState::NoControl,
            Some(difference) if difference.is_zero() => StatementState::Balanced,
            Some(_) => StatementState::Differs,
        },
    }
}

/// SQL that keeps rows of these stores and channels; all where the lists are empty.
fn places_sql(stores: &[String], channels: &[String], relation: &str) -> String {
    let mut sql = String::new();
    for (column, values) in [("store", stores), ("channel", channels)] {
        if !values.is_empty() {
            let list: Vec<String> = values.iter().map(|value| quoted(value)).collect();
            sql += &format!(" AND {relation}.\"{column}\" IN ({})", list.join(", "));
        }
    }
    sql
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
