//! Order by order: what was ordered against what was settled, and refunds whose commission did not
//! come back.

use std::collections::BTreeMap;

use argosy_facts::Session;
use argosy_kernel::{Currency, Day};
use chrono::Days;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    expression::quoted,
    question::AskError,
    rows::{Numbers, Texts},
    view::{settled_join, unsettled_condition},
};

/// After this many days an order is settled on every channel: two cycles and a reserve.
const UNPAID_AFTER_DAYS: u32 = 45;
const ROWS: usize = 500;
const ROWS_MAX: usize = 10_000;
/// Roundings of a channel: two hundredths, or one unit of a currency without hundredths.
const SLACK: &str = "(CASE WHEN \"currency\" IN ('JPY', 'KRW', 'VND', 'IDR', 'CLP') THEN 1 \
                     ELSE 0.02 END)";
/// Share of the commission that channels keep on a refund when they do not say what they keep.
const KEPT_AT_MOST: &str = "0.2";

/// What is checked.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderCheckQuestion {
    #[serde(default)]
    pub store: Vec<String>,
    #[serde(default)]
    pub channel: Vec<String>,
    #[schema(value_type = chrono::NaiveDate)]
    pub from: Day,
    #[schema(value_type = chrono::NaiveDate)]
    pub to: Day,
    /// Days after which an order must be settled; 45 when absent.
    #[serde(default)]
    pub unpaid_after_days: Option<u32>,
    /// Rows of each list at most; the sums cover all.
    #[serde(default)]
    pub limit: Option<usize>,
}

/// One order that needs a look, with its way to the source.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct OrderFinding {
    pub store: String,
    pub channel: String,
    pub order_id: String,
    pub seller_sku: Option<String>,
    #[schema(value_type = chrono::NaiveDate)]
    pub day: Day,
    pub currency: String,
    /// What the order report says, or what should have come back.
    #[serde(with = "rust_decimal::serde::str")]
    #[schema(value_type = String)]
    pub expected: Decimal,
    /// What the ledger says.
    #[serde(with = "rust_decimal::serde::str")]
    #[schema(value_type = String)]
    pub found: Decimal,
    /// What it may cost: expected less found.
    #[serde(with = "rust_decimal::serde::str")]
    #[schema(value_type = String)]
    pub at_stake: Decimal,
    pub raw: String,
    pub row: i64,
}

/// One kind of finding.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub struct OrderFindings {
    pub rows: Vec<OrderFinding>,
    pub total_rows: usize,
    /// Money at stake by currency, over all rows.
    pub at_stake: BTreeMap<String, String>,
}

/// All checks.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub struct OrderChecks {
    /// Shipped long ago and in no statement.
    pub unpaid: OrderFindings,
    /// Settled, and not in the order report that covers the day.
    pub unordered: OrderFindings,
    /// Settled at another price than ordered.
    pub differing: OrderFindings,
    /// Refunded, and the commission did not come back.
    pub fee_not_returned: OrderFindings,
}

pub(crate) async fn check(
    session: &Session,
    question: &OrderCheckQuestion,
) -> Result<OrderChecks, AskError> {
    if question.to < question.from {
        let message = format!("the period ends on {}, before it begins", question.to);
        return Err(AskError::question("wrong_period", message, "give the earlier day as `from`"));
    }
    Ok(OrderChecks {
        unpaid: findings(session, &unpaid_sql(question), question).await?,
        unordered: findings(session, &unordered_sql(question), question).await?,
        differing: findings(session, &differing_sql(question), question).await?,
        fee_not_returned: findings(session, &fee_sql(question), question).await?,
    })
}

/// Conditions on stores, channels and days over a relation.
fn scope(question: &OrderCheckQuestion, relation: &str) -> String {
    let mut sql =
        format!("{relation}.\"day\" BETWEEN DATE '{}' AND DATE '{}'", question.from, question.to);
    for (column, values) in [("store", &question.store), ("channel", &question.channel)] {
        if !values.is_empty() {
            let list: Vec<String> = values.iter().map(|value| quoted(value)).collect();
            sql += &format!(" AND {relation}.\"{column}\" IN ({})", list.join(", "));
        }
    }
    sql
}

/// The first day on which the ledger can speak of the asked orders: money does not move before the
/// order, but reports date by other clocks, and a pre-order is paid ahead.
fn earliest(question: &OrderCheckQuestion) -> Day {
    const DAYS_AHEAD: u64 = 92;
    question.from.checked_sub_days(Days::new(DAYS_AHEAD)).unwrap_or(question.from)
}

/// Store, channel, order, SKU, day, currency, raw, row, expected, found.
fn unpaid_sql(question: &OrderCheckQuestion) -> String {
    let days = question.unpaid_after_days.unwrap_or(UNPAID_AFTER_DAYS);
    // The ledger must reach so far: what no report covers yet is not unpaid.
    format!(
        "SELECT o.\"store\", o.\"channel\", o.\"order_id\", min(o.\"seller_sku\"), min(o.\"day\"), \
         o.\"currency\", min(o.\"raw\"), min(o.\"row\"), {ORDERED}, \
         CAST(0 AS DECIMAL(20, 6))\nFROM orders o\nLEFT JOIN {}\n\
         JOIN (SELECT \"store\", max(\"day\") AS last_day FROM ledger_imported \
         WHERE \"order_id\" IS NOT NULL GROUP BY 1) e ON e.\"store\" = o.\"store\"\n\
         WHERE {} AND {} AND (CAST(e.last_day AS INT) - CAST(o.\"day\" AS INT)) >= {days} \
         AND coalesce(o.\"units\", 0) > 0\nGROUP BY 1, 2, 3, 6\nHAVING {ORDERED} <> 0",
        settled_join("o", Some(earliest(question))),
        unsettled_condition("o"),
        scope(question, "o")
    )
}

/// What an order came to, without shipping.
const ORDERED: &str = "sum(coalesce(o.\"item_price\", 0))";

fn unordered_sql(question: &OrderCheckQuestion) -> String {
    format!(
        "SELECT g.\"store\", g.\"channel\", g.\"order_id\", min(g.\"seller_sku\"), min(g.\"day\"), \
         g.\"currency\", min(g.\"raw\"), min(g.\"row\"), CAST(0 AS DECIMAL(20, 6)), \
         sum(g.\"amount\")\nFROM ledger g\n\
         LEFT JOIN (SELECT DISTINCT \"store\", \"order_id\" FROM orders) o \
         ON o.\"store\" = g.\"store\" AND o.\"order_id\" = g.\"order_id\"\n\
         JOIN (SELECT \"store\", min(\"day\") AS first_day, max(\"day\") AS last_day FROM orders \
         GROUP BY 1) e ON e.\"store\" = g.\"store\"\n\
         WHERE g.\"line\" = 'product_sales' AND NOT g.\"provisional\" \
         AND o.\"order_id\" IS NULL AND g.\"order_id\" IS NOT NULL AND g.\"order_id\" NOT LIKE 'S01-%' \
         AND (CAST(g.\"day\" AS INT) - CAST(e.first_day AS INT)) > 30 \
         AND g.\"day\" <= e.last_day AND {}\nGROUP BY 1, 2, 3, 6\nHAVING sum(g.\"amount\") <> 0",
        scope(question, "g")
    )
}

/// An order report gives prices with tax or without, a settlement always tells tax apart or not at
/// all: equal is what agrees either way.
fn differing_sql(question: &OrderCheckQuestion) -> String {
    let slack = SLACK.replace("\"currency\"", "o.\"currency\"");
    format!(
        "WITH o AS (SELECT o.\"store\", o.\"channel\", o.\"order_id\", o.\"currency\", \
         min(o.\"day\") AS day, min(o.\"raw\") AS raw, min(o.\"row\") AS row, {ORDERED} AS price, \
         sum(coalesce(o.\"item_tax\", 0)) AS tax FROM orders o WHERE o.\"currency\" IS NOT NULL \
         AND {} GROUP BY 1, 2, 3, 4),\n\
         g AS (SELECT l.\"store\", l.\"order_id\", l.\"currency\", \
         sum(CASE WHEN l.\"line\" = 'product_sales' THEN l.\"amount\" END) AS sales, \
         sum(CASE WHEN l.\"line\" = 'tax_collected' THEN l.\"amount\" ELSE 0 END) AS tax \
         FROM ledger_imported l WHERE l.\"order_id\" IS NOT NULL AND l.\"amount\" > 0 \
         AND l.\"line\" IN ('product_sales', 'tax_collected') AND l.\"day\" >= DATE '{}' \
         GROUP BY 1, 2, 3)\n\
         SELECT o.\"store\", o.\"channel\", o.\"order_id\", CAST(NULL AS VARCHAR), o.day, \
         o.\"currency\", o.raw, o.row, o.price, g.sales\nFROM o\nJOIN g ON \
         g.\"store\" = o.\"store\" AND g.\"order_id\" = o.\"order_id\" \
         AND g.\"currency\" = o.\"currency\"\nWHERE g.sales IS NOT NULL \
         AND abs(o.price - g.sales) > {slack} AND abs(o.price - o.tax - g.sales) > {slack} \
         AND abs(o.price - g.sales - g.tax) > {slack} AND abs(o.price + o.tax - g.sales) > {slack}",
        scope(question, "o"),
        earliest(question)
    )
}

/// The commission of the refunded part must come back; what the channel keeps stands on its own line
/// or is at most a fifth.
fn fee_sql(question: &OrderCheckQuestion) -> String {
    let slack = SLACK.replace("\"currency\"", "e.\"currency\"");
    let sum = |condition: &str, sign: &str| {
        format!("sum(CASE WHEN {condition} THEN {sign}l.\"amount\" ELSE 0 END)")
    };
    let sales = sum("l.\"line\" = 'product_sales'", "");
    let refunded = sum("l.\"line\" = 'product_refunds'", "-");
    let fee = sum("l.\"line\" = 'referral_fee' AND l.\"amount\" < 0", "-");
    let back = sum("l.\"line\" = 'referral_fee' AND l.\"amount\" > 0", "");
    let kept = sum("l.\"line\" = 'refund_admin_fee'", "-");
    let refund_day = "min(CASE WHEN l.\"line\" = 'product_refunds' THEN l.\"day\" END)";
    let of_refund = |column: &str| {
        format!("min(CASE WHEN l.\"line\" = 'product_refunds' THEN l.\"{column}\" END)")
    };
    format!(
        "WITH l AS (SELECT l.\"store\", l.\"channel\", l.\"order_id\", l.\"seller_sku\", \
         l.\"currency\", {refund_day} AS day, {} AS raw, {} AS row, {sales} AS sales, \
         {refunded} AS refunded, {fee} AS fee, {back} AS back, {kept} AS kept\n\
         FROM ledger_imported l\n\
         JOIN (SELECT DISTINCT r.\"store\", r.\"order_id\" FROM ledger_imported r \
         WHERE r.\"line\" = 'product_refunds' AND r.\"order_id\" IS NOT NULL AND {}) r \
         ON r.\"store\" = l.\"store\" AND r.\"order_id\" = l.\"order_id\"\n\
         WHERE l.\"line\" IN \
         ('product_sales', 'product_refunds', 'referral_fee', 'refund_admin_fee')\n\
         GROUP BY 1, 2, 3, 4, 5),\n\
         e AS (SELECT l.*, CAST(l.fee * least(l.refunded, l.sales) / l.sales AS DECIMAL(20, 2)) \
         AS due FROM l WHERE l.sales > 0 AND l.refunded > 0 AND l.fee > 0 AND {})\n\
         SELECT e.\"store\", e.\"channel\", e.\"order_id\", e.\"seller_sku\", e.day, \
         e.\"currency\", e.raw, e.row, e.due, e.back\nFROM e\n\
         WHERE e.due - e.back > {slack} + CASE WHEN e.kept = 0 THEN e.due * {KEPT_AT_MOST} \
         ELSE 0 END",
        of_refund("raw"),
        of_refund("row"),
        // Only orders with a refund in the asked days are added up, whenever they were sold.
        scope(question, "r"),
        scope(question, "l")
    )
}

async fn findings(
    session: &Session,
    sql: &str,
    question: &OrderCheckQuestion,
) -> Result<OrderFindings, AskError> {
    let mut findings = OrderFindings::default();
    let mut at_stake: BTreeMap<String, Decimal> = BTreeMap::new();
    for batch in session.query(sql).await? {
        let texts = (0..7).map(|at| Texts::of(&batch, at)).collect::<Result<Vec<_>, _>>()?;
        let numbers = (7..10).map(|at| Numbers::of(&batch, at)).collect::<Result<Vec<_>, _>>()?;
        for at in 0..batch.num_rows() {
            let text = |column: usize| texts[column].at(at);
            let number = |column: usize| numbers[column].at(at).unwrap_or_default().normalize();
            let Some(day) = text(4).and_then(|day| day.parse().ok()) else { continue };
            let (expected, found) = (number(1), number(2));
            let currency = text(5).unwrap_or_default();
            *at_stake.entry(currency.clone()).or_default() += expected - found;
            findings.rows.push(OrderFinding {
                store: text(0).unwrap_or_default(),
                channel: text(1).unwrap_or_default(),
                order_id: text(2).unwrap_or_default(),
                seller_sku: text(3),
                day,
                currency,
                expected,
                found,
                at_stake: (expected - found).normalize(),
                raw: text(6).unwrap_or_default(),
                row: i64::try_from(number(0)).unwrap_or_default(),
            });
        }
    }
    findings.total_rows = findings.rows.len();
    findings.rows.sort_by(|left, right| {
        let size = |row: &OrderFinding| std::cmp::Reverse(row.at_stake.abs());
        (size(left), &left.order_id).cmp(&(size(right), &right.order_id))
    });
    findings.rows.truncate(question.limit.unwrap_or(ROWS).clamp(1, ROWS_MAX));
    let shown = |(code, sum): (String, Decimal)| {
        let is_known = code.parse::<Currency>().is_ok();
        is_known.then(|| (code, sum.normalize().to_string()))
    };
    findings.at_stake = at_stake.into_iter().filter_map(shown).collect();
    Ok(findings)
}
