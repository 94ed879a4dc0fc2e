//! Money that is earned and not there yet: deferred by the channel, or ordered and not settled.

use std::collections::BTreeMap;

use argosy_facts::Session;
use argosy_kernel::{Currency, Day, Table};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{places_sql, rules::CheckRules};
use crate::{
    question::AskError,
    rates::Rates,
    rows::{Numbers, Texts},
    view::{IMPORTED, settled_join, unsettled_condition},
};

/// What is asked.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnsettledQuestion {
    #[serde(default)]
    pub store: Vec<String>,
    #[serde(default)]
    pub channel: Vec<String>,
    pub currency: Currency,
    /// The day it is looked at: the ages of orders count up to it, and rates are of it. The newest
    /// day of an order when absent.
    #[serde(default)]
    pub at: Option<Day>,
}

/// Money a channel has deferred, by the day it will be released.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct Deferred {
    pub store: String,
    pub channel: String,
    pub currency: String,
    /// `None` when the report does not say.
    #[schema(value_type = Option<chrono::NaiveDate>)]
    pub release_day: Option<Day>,
    #[serde(with = "rust_decimal::serde::str")]
    #[schema(value_type = String)]
    pub amount: Decimal,
    #[serde(with = "rust_decimal::serde::str_option")]
    #[schema(value_type = Option<String>)]
    pub converted: Option<Decimal>,
    pub rows: u64,
}

/// Orders that no statement tells, by age.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct UnsettledOrders {
    pub store: String,
    pub channel: String,
    pub currency: String,
    /// Days since the order: `0-7`, `8-14`, `15-30`, `31+`.
    pub age: &'static str,
    pub orders: u64,
    pub units: u64,
    #[serde(with = "rust_decimal::serde::str")]
    #[schema(value_type = String)]
    pub amount: Decimal,
    #[serde(with = "rust_decimal::serde::str_option")]
    #[schema(value_type = Option<String>)]
    pub converted: Option<Decimal>,
}

/// What is still to come, before fees where only the order is known.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Unsettled {
    #[schema(value_type = Option<chrono::NaiveDate>)]
    pub at: Option<Day>,
    pub deferred: Vec<Deferred>,
    pub orders: Vec<UnsettledOrders>,
    #[schema(value_type = String)]
    pub currency: Currency,
    #[serde(with = "rust_decimal::serde::str")]
    #[schema(value_type = String)]
    pub deferred_total: Decimal,
    #[serde(with = "rust_decimal::serde::str")]
    #[schema(value_type = String)]
    pub orders_total: Decimal,
}

const AGES: [&str; 4] = ["0-7", "8-14", "15-30", "31+"];

pub(crate) async fn unsettled(
    session: &Session,
    rates: &Rates,
    rules: &CheckRules,
    question: &UnsettledQuestion,
) -> Result<Unsettled, AskError> {
    let at = match question.at {
        Some(at) => Some(at),
        None => newest_order(session).await?,
    };
    let convert = |amount: Decimal, code: &str| {
        let rate = rates.between(code, question.currency.code(), at?)?;
        Some((amount * rate).round_dp(6).normalize())
    };
    let mut found = Unsettled {
        at,
        deferred: Vec::new(),
        orders: Vec::new(),
        currency: question.currency,
        deferred_total: Decimal::ZERO,
        orders_total: Decimal::ZERO,
    };
    // What a channel defers it has told itself: computed rows of ads and orders are no money of it.
    let sql = format!(
        "SELECT l.\"store\", l.\"channel\", l.\"currency\", l.\"release_day\", sum(l.\"amount\"), \
         count(*)\nFROM {IMPORTED} l\nWHERE l.\"provisional\"{}\nGROUP BY 1, 2, 3, 4\nORDER BY 1, 3, 4",
        places_sql(&question.store, &question.channel, "l")
    );
    for batch in session.query(&sql).await? {
        let texts = (0..4).map(|at| Texts::of(&batch, at)).collect::<Result<Vec<_>, _>>()?;
        let (amounts, counts) = (Numbers::of(&batch, 4)?, Numbers::of(&batch, 5)?);
        for row in 0..batch.num_rows() {
            let text = |at: usize| texts[at].at(row).unwrap_or_default();
            let amount = amounts.at(row).unwrap_or_default();
            let converted = convert(amount, &text(2));
            found.deferred_total += converted.unwrap_or_default();
            found.deferred.push(Deferred {
                store: text(0),
                channel: text(1),
                currency: text(2),
                release_day: text(3).parse().ok(),
                amount,
                converted,
                rows: counts.count(row),
            });
        }
    }
    let Some(at) = at else { return Ok(found) };
    for ((store, channel, currency, age), (orders, units, amount)) in
        orders(session, rules, question, at).await?
    {
        let converted = convert(amount, &currency);
        found.orders_total += converted.unwrap_or_default();
        let (age, amount) = (AGES[age], amount.normalize());
        let orders =
            UnsettledOrders { store, channel, currency, age, orders, units, amount, converted };
        found.orders.push(orders);
    }
    Ok(found)
}

async fn newest_order(session: &Session) -> Result<Option<Day>, AskError> {
    let mut newest = None;
    // One by one: the newest day of a table stands in its files' own statistics.
    for table in [Table::Orders.name(), IMPORTED] {
        for batch in session.query(&format!("SELECT max(\"day\") FROM {table}")).await? {
            let day = Texts::of(&batch, 0)?.at(0).and_then(|day| day.parse().ok());
            newest = newest.max(day);
        }
    }
    Ok(newest)
}

type Aged = BTreeMap<(String, String, String, usize), (u64, u64, Decimal)>;

async fn orders(
    session: &Session,
    rules: &CheckRules,
    question: &UnsettledQuestion,
    at: Day,
) -> Result<Aged, AskError> {
    let sql = format!(
        "SELECT l.\"store\", l.\"channel\", l.\"currency\", l.\"day\", \
         count(DISTINCT l.\"order_id\"), sum(coalesce(l.\"units\", 0)), \
         sum(coalesce(l.\"item_price\", 0) + coalesce(l.\"shipping_price\", 0) \
         + coalesce(l.\"discount\", 0))\nFROM orders l\nLEFT JOIN {}\nWHERE {} \
         AND l.\"day\" <= DATE '{at}'{}\nGROUP BY 1, 2, 3, 4",
        settled_join("l", None),
        unsettled_condition("l", rules),
        places_sql(&question.store, &question.channel, "l")
    );
    let mut aged = Aged::new();
    for batch in session.query(&sql).await? {
        let texts = (0..4).map(|at| Texts::of(&batch, at)).collect::<Result<Vec<_>, _>>()?;
        let numbers = (4..7).map(|at| Numbers::of(&batch, at)).collect::<Result<Vec<_>, _>>()?;
        for row in 0..batch.num_rows() {
            let text = |at: usize| texts[at].at(row).unwrap_or_default();
            let Ok(day) = text(3).parse::<Day>() else { continue };
            let age = match (at - day).num_days() {
                ..=7 => 0,
                8..=14 => 1,
                15..=30 => 2,
                _ => 3,
            };
            let sum = aged.entry((text(0), text(1), text(2), age)).or_default();
            sum.0 += numbers[0].count(row);
            sum.1 += numbers[1].count(row);
            sum.2 += numbers[2].at(row).unwrap_or_default();
        }
    }
    Ok(aged)
}
