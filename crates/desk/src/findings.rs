//! Findings as the desk keeps them: one row per problem, whatever day it is seen on.
//!
//! What a finding says (evidence, causes) is a body of the room above; the desk knows what lists and
//! decisions need. Amounts stand in hundredths of the currency they are reported in: enough to put a
//! queue in order, while the body holds the exact ones.

use argosy_kernel::{Currency, Day};
use chrono::{DateTime, Utc};
use rust_decimal::{Decimal, prelude::ToPrimitive};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::{Alias, Expr, ExprTrait as _, LikeExpr},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    Desk, DeskError, Result,
    rows::{finding, finding_history, finding_run},
    values::{currency, day, instant, json, unsigned},
};

/// Where a finding stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingState {
    New,
    /// Somebody works on it.
    Accepted,
    Snoozed,
    Dismissed,
    /// The rule looked again and it was gone.
    Resolved,
}

impl FindingState {
    pub const ALL: [Self; 5] =
        [Self::New, Self::Accepted, Self::Snoozed, Self::Dismissed, Self::Resolved];

    pub fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Accepted => "accepted",
            Self::Snoozed => "snoozed",
            Self::Dismissed => "dismissed",
            Self::Resolved => "resolved",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// A finding with what was decided about it.
#[derive(Clone, PartialEq, Debug)]
pub struct Finding {
    pub id: String,
    pub rule: String,
    pub family: String,
    pub store: String,
    pub market: String,
    pub seller_sku: String,
    pub state: FindingState,
    /// Expected money a month in hundredths.
    pub weight: i64,
    pub currency: Currency,
    pub first_day: Day,
    pub last_day: Day,
    pub snoozed_until: Option<Day>,
    /// Of a dismissal.
    pub reason: Option<String>,
    pub note: Option<String>,
    pub decided_by: Option<String>,
    pub decided: Option<DateTime<Utc>>,
    pub task: Option<i64>,
    /// Login of whom it is proposed to.
    pub owner: Option<String>,
    pub revision: i64,
    pub body: Value,
}

/// A day on which stake or state were others than before.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FindingDay {
    pub day: Day,
    pub monthly: Decimal,
    pub state: FindingState,
}

/// Which findings; what is empty does not matter.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct FindingFilter {
    pub states: Vec<FindingState>,
    pub family: Option<String>,
    pub rule: Option<String>,
    /// One of these.
    pub stores: Vec<String>,
    pub markets: Vec<String>,
    pub seller_sku: Option<String>,
    /// Proposed to this login.
    pub owner: Option<String>,
    /// Words to be found in title, subject and key.
    pub words: Option<String>,
}

/// How many findings there are, and what is at stake in 30 days.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FindingTotals {
    pub count: u64,
    pub monthly: Decimal,
}

/// One look of the rules at the facts.
#[derive(Clone, PartialEq, Debug)]
pub struct FindingRun {
    pub id: i64,
    pub at: DateTime<Utc>,
    pub who: String,
    pub day: Day,
    pub currency: Currency,
    pub rules: u64,
    pub fired: u64,
    pub delivered: Value,
    pub runs: Value,
}

impl Desk {
    /// Findings in the order of the queue: most expected money first. `after` is weight and id of the
    /// last one of the page before.
    ///
    /// # Errors
    /// [`DeskError::Database`].
    pub async fn findings(
        &self,
        filter: &FindingFilter,
        after: Option<(i64, &str)>,
        limit: u64,
    ) -> Result<Vec<Finding>> {
        let mut query = filter
            .select()
            .order_by_desc(finding::Column::Weight)
            .order_by_asc(finding::Column::Id)
            .limit(limit);
        if let Some((weight, id)) = after {
            let same = Condition::all()
                .add(finding::Column::Weight.eq(weight))
                .add(finding::Column::Id.gt(id));
            let less = finding::Column::Weight.lt(weight);
            query = query.filter(Condition::any().add(less).add(same));
        }
        query.all(&self.db).await?.into_iter().map(from_row).collect()
    }

    /// How many findings a filter finds, and what they are worth together.
    ///
    /// # Errors
    /// [`DeskError::Database`].
    pub async fn finding_totals(&self, filter: &FindingFilter) -> Result<FindingTotals> {
        let sum = Expr::col(finding::Column::Monthly).sum().cast_as(Alias::new("BIGINT"));
        let found: Option<(i64, Option<i64>)> = filter
            .select()
            .select_only()
            .column_as(finding::Column::Id.count(), "number")
            .column_as(sum, "total")
            .into_tuple()
            .one(&self.db)
            .await?;
        let (count, total) = found.unwrap_or_default();
        Ok(FindingTotals { count: unsigned(count), monthly: from_cents(total.unwrap_or(0)) })
    }

    /// # Errors
    /// [`DeskError::NotFound`].
    pub async fn finding(&self, id: &str) -> Result<Finding> {
        let row = finding::Entity::find_by_id(id).one(&self.db).await?;
        row.map(from_row).transpose()?.ok_or_else(|| DeskError::not_found("finding", id))
    }

    /// How a finding grew and what became of it, the oldest day first.
    ///
    /// # Errors
    /// [`DeskError::Database`].
    pub async fn finding_history(&self, id: &str) -> Result<Vec<FindingDay>> {
        let rows = finding_history::Entity::find()
            .filter(finding_history::Column::FindingId.eq(id))
            .order_by_asc(finding_history::Column::Day)
            .all(&self.db)
            .await?;
        let told = |row: finding_history::Model| {
            Ok(FindingDay {
                day: day(&row.day)?,
                monthly: from_cents(row.monthly),
                state: state(&row.state)?,
            })
        };
        rows.into_iter().map(told).collect()
    }

    /// The newest look of the rules.
    ///
    /// # Errors
    /// [`DeskError::Database`].
    pub async fn last_finding_run(&self) -> Result<Option<FindingRun>> {
        let row = finding_run::Entity::find()
            .order_by_desc(finding_run::Column::Id)
            .one(&self.db)
            .await?;
        row.map(run_from).transpose()
    }

    /// Findings counted by rule, state and reason: what rules are judged by.
    ///
    /// # Errors
    /// [`DeskError::Database`].
    pub async fn finding_counts(&self) -> Result<Vec<FindingCount>> {
        let rows: Vec<(String, String, Option<String>, i64, i64)> = finding::Entity::find()
            .select_only()
            .column(finding::Column::Rule)
            .column(finding::Column::State)
            .column(finding::Column::Reason)
            .column_as(finding::Column::Id.count(), "number")
            .column_as(finding::Column::TaskId.count(), "tasks")
            .group_by(finding::Column::Rule)
            .group_by(finding::Column::State)
            .group_by(finding::Column::Reason)
            .into_tuple()
            .all(&self.db)
            .await?;
        rows.into_iter()
            .map(|(rule, name, reason, number, tasks)| {
                Ok(FindingCount {
                    rule,
                    state: state(&name)?,
                    reason,
                    number: unsigned(number),
                    tasks: unsigned(tasks),
                })
            })
            .collect()
    }
}

/// How many findings of a rule are in a state, by the reason of a dismissal.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FindingCount {
    pub rule: String,
    pub state: FindingState,
    pub reason: Option<String>,
    pub number: u64,
    /// How many of them became a task.
    pub tasks: u64,
}

impl FindingFilter {
    fn select(&self) -> Select<finding::Entity> {
        let mut all = Condition::all();
        if !self.states.is_empty() {
            let names = self.states.iter().map(|state| state.name());
            all = all.add(finding::Column::State.is_in(names));
        }
        let exact = [
            (finding::Column::Family, &self.family),
            (finding::Column::SellerSku, &self.seller_sku),
            (finding::Column::Owner, &self.owner),
        ];
        for (column, wanted) in exact {
            if let Some(wanted) = wanted {
                all = all.add(column.eq(wanted.as_str()));
            }
        }
        for (column, wanted) in
            [(finding::Column::Store, &self.stores), (finding::Column::Market, &self.markets)]
        {
            if !wanted.is_empty() {
                all = all.add(column.is_in(wanted.iter().map(String::as_str)));
            }
        }
        if let Some(rule) = &self.rule {
            all = all.add(finding::Column::Rules.like(part(&format!(" {rule} "))));
        }
        for word in self.words.iter().flat_map(|words| words.split_whitespace()) {
            all = all.add(finding::Column::Words.like(part(&word.to_lowercase())));
        }
        finding::Entity::find().filter(all)
    }
}

/// A pattern for texts that hold `text`; its own signs mean nothing.
pub(crate) fn part(text: &str) -> LikeExpr {
    let plain = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    LikeExpr::new(format!("%{plain}%")).escape('\\')
}

/// Hundredths; beyond what a database can count stands the largest count.
pub(crate) fn cents(amount: Decimal) -> i64 {
    let rounded = amount.checked_mul(Decimal::ONE_HUNDRED).map(|amount| amount.round());
    rounded.and_then(|amount| amount.to_i64()).unwrap_or(i64::MAX)
}

pub(crate) fn from_cents(cents: i64) -> Decimal {
    Decimal::new(cents, 2)
}

pub(crate) fn state(name: &str) -> Result<FindingState> {
    FindingState::from_name(name)
        .ok_or_else(|| DeskError::Damaged(format!("`{name}` is not a state of a finding")))
}

pub(crate) fn from_row(row: finding::Model) -> Result<Finding> {
    Ok(Finding {
        state: state(&row.state)?,
        id: row.id,
        rule: row.rule,
        family: row.family,
        store: row.store,
        market: row.market,
        seller_sku: row.seller_sku,
        weight: row.weight,
        currency: currency(&row.currency)?,
        first_day: day(&row.first_day)?,
        last_day: day(&row.last_day)?,
        snoozed_until: row.snoozed_until.as_deref().map(day).transpose()?,
        reason: row.reason,
        note: row.note,
        decided_by: row.decided_by,
        decided: row.decided_us.map(instant).transpose()?,
        task: row.task_id,
        owner: row.owner,
        revision: row.revision,
        body: json(&row.body)?,
    })
}

fn run_from(row: finding_run::Model) -> Result<FindingRun> {
    Ok(FindingRun {
        id: row.id,
        at: instant(row.at_us)?,
        who: row.who,
        day: day(&row.day)?,
        currency: currency(&row.currency)?,
        rules: unsigned(row.rules),
        fired: unsigned(row.fired),
        delivered: json(&row.delivered)?,
        runs: json(&row.runs)?,
    })
}
