//! Money that is not where it should be: statements, payouts, unknown fees, orders, conversion.
//!
//! Deterministic: what the books say is compared with what they should say.

use std::collections::BTreeMap;

use argosy_kernel::Day;
use argosy_metrics::{AskError, OrderCheckQuestion, ReconcileQuestion, Statement, StatementState};
use rust_decimal::Decimal;

use super::{
    OrderCheckKind, PayoutsHeld,
    run::{Rows, Surroundings, row},
};
use crate::frame::Frame;

/// Orders listed at most.
const ORDERS_MOST: usize = 10_000;
/// Statements whose reserve tells the usual.
const STATEMENTS_USUAL: usize = 6;

/// Statements of the window against their control totals.
pub(super) async fn statements(around: &Surroundings<'_>) -> Result<Rows, AskError> {
    let question = ReconcileQuestion {
        from: Some(around.window.from),
        to: Some(around.day),
        ..ReconcileQuestion::default()
    };
    let input = around.input;
    let found = input.engine.reconcile(input.session, input.desk, &question).await?;
    Ok(found.statements.iter().map(|one| statement(around, one)).collect())
}

fn statement(around: &Surroundings<'_>, one: &Statement) -> Vec<super::run::Cell> {
    let day = |text: &Option<String>| text.as_ref().and_then(|text| text.parse::<Day>().ok());
    let (from, to) = (day(&one.period_from), day(&one.period_to));
    let of = to.unwrap_or(around.day);
    let money = |amount: Decimal| around.convert(amount, &one.currency, of);
    let number = |amount: Option<Decimal>| {
        super::run::Cell::Number(amount.and_then(|amount| {
            use rust_decimal::prelude::ToPrimitive;
            amount.to_f64()
        }))
    };
    let state = match one.state {
        StatementState::Differs => "differs",
        StatementState::NoControl => "no_control",
        StatementState::Balanced => "balanced",
    };
    row![
        one.store.clone(),
        one.channel.clone(),
        one.statement.clone(),
        state,
        one.currency.clone(),
        number(one.expected.0.and_then(money)),
        number(money(one.sum)),
        number(one.difference.0.and_then(money)),
        number(money(one.unclassified)),
        number(money(one.provisional)),
        from,
        to,
        day(&one.deposit_day),
        (around.day - of).num_days(),
    ]
}

/// Ledger money of the window whose fee type is unknown.
pub(super) async fn quarantine(around: &Surroundings<'_>) -> Result<Rows, AskError> {
    let sql = format!(
        "SELECT \"store\", \"channel\", \"fee_type\", \"transaction\", \
         sum(in_currency(\"amount\", \"currency\", \"day\")) AS amount, count(*) AS n, \
         min(\"day\") AS first, max(\"day\") AS last FROM ledger \
         WHERE \"line\" = 'unclassified' AND \"day\" BETWEEN DATE '{}' AND DATE '{}' \
         GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4",
        around.window.from, around.day
    );
    let found = around.query(&sql).await?;
    let one = |at: usize| {
        row![
            found.text("store", at),
            found.text("channel", at),
            found.text("fee_type", at),
            found.text("transaction", at),
            found.number("amount", at),
            found.number("n", at),
            found.day("first", at),
            found.day("last", at),
        ]
    };
    Ok((0..found.rows).map(one).collect())
}

/// Reserves above the usual, payouts that came back, payouts that are late.
pub(super) async fn payouts_held(
    around: &Surroundings<'_>,
    held: &PayoutsHeld,
) -> Result<Rows, AskError> {
    let mut rows = reserves(around).await?;
    rows.extend(failed(around).await?);
    rows.extend(overdue(around, held).await?);
    Ok(rows)
}

/// What each statement ends up holding back, newest last, by store, channel and currency.
async fn reserves(around: &Surroundings<'_>) -> Result<Rows, AskError> {
    let sql = format!(
        "SELECT \"store\", \"channel\", \"currency\", \"statement\", max(\"day\") AS last, \
         sum(CASE WHEN \"line\" = 'reserve_held' \
             THEN -in_currency(\"amount\", \"currency\", \"day\") ELSE 0 END) AS held \
         FROM ledger WHERE \"statement\" IS NOT NULL AND \"day\" <= DATE '{}' \
         GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 5, 4",
        around.day
    );
    let found = around.query(&sql).await?;
    let mut series: BTreeMap<(String, String, String), Vec<(Day, f64)>> = BTreeMap::new();
    for at in 0..found.rows {
        let text = |name: &str| found.text(name, at);
        let Some(last) = found.day("last", at) else { continue };
        let key = (text("store"), text("channel"), text("currency"));
        series.entry(key).or_default().push((last, found.number("held", at).unwrap_or_default()));
    }
    let mut rows = Rows::new();
    for ((store, channel, currency), told) in series {
        let Some(((_, held), earlier)) = told.split_last() else { continue };
        let newest = earlier.iter().rev().take(STATEMENTS_USUAL).map(|(_, held)| *held);
        let usual = median(newest.collect());
        let beyond = held - usual;
        if beyond > 0.0 && !earlier.is_empty() {
            // It is held since the first of the last statements in a row that hold more.
            let more = told.iter().rev().take_while(|(_, one)| one - usual > beyond / 2.0);
            let since = more.last().map_or(around.day, |(day, _)| *day);
            let days = (around.day - since).num_days();
            rows.push(row![store, channel, "reserve", currency, beyond, usual, days]);
        }
    }
    Ok(rows)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    match values.len() {
        0 => 0.0,
        count => (values[(count - 1) / 2] + values[count / 2]) / 2.0,
    }
}

/// Payouts that the bank sent back and that were not paid out since.
async fn failed(around: &Surroundings<'_>) -> Result<Rows, AskError> {
    let sql = format!(
        "SELECT \"store\", \"channel\", \"currency\", \
         sum(in_currency(\"amount\", \"currency\", \"day\")) AS amount, min(\"day\") AS first \
         FROM ledger WHERE \"line\" = 'failed_payout' \
         AND \"day\" BETWEEN DATE '{0}' AND DATE '{1}' GROUP BY 1, 2, 3 \
         UNION ALL SELECT \"store\", \"channel\", \"currency\", \
         sum(in_currency(\"value\", \"currency\", \"day\")), min(\"day\") FROM measures \
         WHERE \"subject_kind\" = 'payout' AND \"measure\" = 'original_total' \
         AND \"subject\" LIKE '%fail%' AND \"day\" BETWEEN DATE '{0}' AND DATE '{1}' \
         GROUP BY 1, 2, 3",
        around.window.from, around.day
    );
    Ok(held_rows(around, "failed", &around.query(&sql).await?))
}

/// Payouts that are on their way for too long.
async fn overdue(around: &Surroundings<'_>, held: &PayoutsHeld) -> Result<Rows, AskError> {
    let sql = format!(
        "SELECT \"store\", \"channel\", \"currency\", \
         sum(in_currency(\"value\", \"currency\", \"day\")) AS amount, min(\"day\") AS first \
         FROM measures WHERE \"subject_kind\" = 'payout' AND \"measure\" = 'original_total' \
         AND \"subject\" IN ('processing', 'initiated', 'pending', 'in_transit') \
         AND \"day\" BETWEEN DATE '{}' AND DATE '{}' GROUP BY 1, 2, 3",
        around.window.from,
        around.day - chrono::Days::new(held.overdue_days.0.into())
    );
    Ok(held_rows(around, "overdue", &around.query(&sql).await?))
}

fn held_rows(around: &Surroundings<'_>, kind: &str, found: &Frame) -> Rows {
    let mut rows = Rows::new();
    for at in 0..found.rows {
        let amount = found.number("amount", at).unwrap_or_default();
        if amount > 0.0 {
            let days = found.day("first", at).map_or(0, |first| (around.day - first).num_days());
            let currency = found.text("currency", at);
            let (store, channel) = (found.text("store", at), found.text("channel", at));
            rows.push(row![store, channel, kind, currency, amount, 0.0, days]);
        }
    }
    rows
}

/// Orders of the window that the ledger tells otherwise than it should.
pub(super) async fn order_checks(
    around: &Surroundings<'_>,
    kind: OrderCheckKind,
) -> Result<Rows, AskError> {
    let question = OrderCheckQuestion {
        store: Vec::new(),
        channel: Vec::new(),
        from: around.window.from,
        to: around.day,
        unpaid_after_days: None,
        limit: Some(ORDERS_MOST),
    };
    let input = around.input;
    let checks = input.engine.reconcile_orders(input.session, input.desk, &question).await?;
    let found = match kind {
        OrderCheckKind::FeeNotReturned => checks.fee_not_returned,
        OrderCheckKind::Unpaid => checks.unpaid,
        OrderCheckKind::Differing => checks.differing,
        OrderCheckKind::Unordered => checks.unordered,
    };
    if found.rows.is_empty() {
        return Ok(Rows::new());
    }
    let of_orders = around
        .query(&format!(
            "SELECT \"store\", \"order_id\", min(\"market\") AS market, \
             sum(CASE WHEN \"line\" = 'product_refunds' \
                 THEN -in_currency(\"amount\", \"currency\", \"day\") ELSE 0 END) AS refunded \
             FROM ledger WHERE \"order_id\" IS NOT NULL AND \"day\" <= DATE '{}' \
             AND \"day\" >= DATE '{}' GROUP BY 1, 2",
            around.day,
            around.window.from - chrono::Days::new(60)
        ))
        .await?;
    let mut told: BTreeMap<(String, String), (String, Option<f64>)> = BTreeMap::new();
    for at in 0..of_orders.rows {
        let key = (of_orders.text("store", at), of_orders.text("order_id", at));
        told.insert(key, (of_orders.text("market", at), of_orders.number("refunded", at)));
    }
    let one = |order: argosy_metrics::OrderFinding| {
        let known = told.get(&(order.store.clone(), order.order_id.clone())).cloned();
        let (market, refunded) = known.unwrap_or_default();
        let missing = around.convert(order.at_stake.abs(), &order.currency, order.day)?;
        Some(row![
            order.store,
            market,
            order.order_id,
            order.seller_sku.unwrap_or_default(),
            missing,
            refunded,
            order.day,
            (around.day - order.day).num_days(),
        ])
    };
    Ok(found.rows.into_iter().filter_map(one).collect())
}

/// What payouts became in the bank's currency against the reference rate of their day.
pub(super) async fn fx_result(around: &Surroundings<'_>) -> Result<Rows, AskError> {
    let sql = format!(
        "SELECT \"store\", o.\"currency\" AS currency, sum(o.amount) AS converted, \
         sum(o.amount - c.amount) AS loss FROM \
         (SELECT \"store\", \"subject_id\", \"currency\", \
          sum(in_currency(\"value\", \"currency\", \"day\")) AS amount FROM measures \
          WHERE \"subject_kind\" = 'payout' AND \"measure\" = 'original_total' \
          AND \"day\" BETWEEN DATE '{0}' AND DATE '{1}' GROUP BY 1, 2, 3) o \
         JOIN (SELECT \"store\", \"subject_id\", \"currency\", \
          sum(in_currency(\"value\", \"currency\", \"day\")) AS amount FROM measures \
          WHERE \"subject_kind\" = 'payout' AND \"measure\" = 'converted_total' \
          AND \"day\" BETWEEN DATE '{0}' AND DATE '{1}' GROUP BY 1, 2, 3) c \
         USING (\"store\", \"subject_id\") \
         WHERE o.\"currency\" <> c.\"currency\" AND o.amount > 0 GROUP BY 1, 2 ORDER BY 1, 2",
        around.window.from, around.day
    );
    let found = around.query(&sql).await?;
    let one = |at: usize| {
        let (converted, loss) = (found.number("converted", at), found.number("loss", at));
        let share = converted.zip(loss).map(|(converted, loss)| loss / converted);
        row![found.text("store", at), found.text("currency", at), converted, loss, share]
    };
    Ok((0..found.rows).map(one).collect())
}
