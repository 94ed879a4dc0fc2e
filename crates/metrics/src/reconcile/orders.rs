//! Order by order: what was ordered against what was settled, and refunds whose commission did not
//! come back.

use std::collections::BTreeMap;

use argosy_facts::Session;
use argosy_kernel::{Currency, Day};
use chrono::Days;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{places_sql, rules::CheckRules};
use crate::{
    expression::quoted,
    question::{AskError, period},
    rows::{Numbers, Texts},
    view::{IMPORTED, settled_join, unsettled_condition},
};

const ROWS: usize = 500;
const ROWS_MAX: usize = 10_000;
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
    /// Days after which an order must be settled; those of `reconcile.toml` when absent.
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
    rules: &CheckRules,
    question: &OrderCheckQuestion,
) -> Result<OrderChecks, AskError> {
    period(question.from, question.to)?;
    let check = Check { session, rules, question };
    Ok(OrderChecks {
        unpaid: check.findings(&check.unpaid_sql()).await?,
        unordered: check.findings(&check.unordered_sql()).await?,
        differing: check.findings(&check.differing_sql()).await?,
        fee_not_returned: check.findings(&check.fee_sql()).await?,
    })
}

/// What an order came to, without shipping.
const ORDERED: &str = "sum(coalesce(o.\"item_price\", 0))";

/// One round of checks. Every query gives store, channel, order, SKU, day, currency, raw, row, expected,
/// found, and by how much it is off: what is off by a rounding of the channel is right.
struct Check<'c> {
    session: &'c Session,
    rules: &'c CheckRules,
    question: &'c OrderCheckQuestion,
}

impl Check<'_> {
    /// Conditions on stores, channels and days over a relation.
    fn scope(&self, relation: &str) -> String {
        let OrderCheckQuestion { store, channel, from, to, .. } = self.question;
        format!(
            "{relation}.\"day\" BETWEEN DATE '{from}' AND DATE '{to}'{}",
            places_sql(store, channel, relation)
        )
    }

    /// The first day on which the ledger can speak of the asked orders: money does not move before
    /// the order, but reports date by other clocks, and a pre-order is paid ahead.
    fn earliest(&self) -> Day {
        let from = self.question.from;
        from.checked_sub_days(Days::new(self.rules.paid_ahead_days.into())).unwrap_or(from)
    }

    fn unpaid_sql(&self) -> String {
        let days = self.question.unpaid_after_days.unwrap_or(self.rules.unpaid_after_days);
        // The ledger must reach so far: what no report covers yet is not unpaid.
        format!(
            "SELECT o.\"store\", o.\"channel\", o.\"order_id\", min(o.\"seller_sku\"), \
             min(o.\"day\"), o.\"currency\", min(o.\"raw\"), min(o.\"row\"), {ORDERED}, \
             CAST(0 AS DECIMAL(20, 6)), abs({ORDERED})\nFROM orders o\nLEFT JOIN {}\n\
             JOIN (SELECT \"store\", max(\"day\") AS last_day FROM {IMPORTED} \
             WHERE \"order_id\" IS NOT NULL GROUP BY 1) e ON e.\"store\" = o.\"store\"\n\
             WHERE {} AND {} AND (CAST(e.last_day AS INT) - CAST(o.\"day\" AS INT)) >= {days} \
             AND coalesce(o.\"units\", 0) > 0\nGROUP BY 1, 2, 3, 6",
            settled_join("o", Some(self.earliest())),
            unsettled_condition("o", self.rules),
            self.scope("o")
        )
    }

    fn unordered_sql(&self) -> String {
        let mut others = String::new();
        for other in &self.rules.not_ordered {
            others += &format!(
                " AND NOT (g.\"channel\" = {} AND g.\"order_id\" LIKE {})",
                quoted(&other.channel),
                quoted(&other.order_id)
            );
        }
        format!(
            "SELECT g.\"store\", g.\"channel\", g.\"order_id\", min(g.\"seller_sku\"), \
             min(g.\"day\"), g.\"currency\", min(g.\"raw\"), min(g.\"row\"), \
             CAST(0 AS DECIMAL(20, 6)), sum(g.\"amount\"), abs(sum(g.\"amount\"))\n\
             FROM ledger g\nLEFT JOIN (SELECT DISTINCT \"store\", \"order_id\" FROM orders) o \
             ON o.\"store\" = g.\"store\" AND o.\"order_id\" = g.\"order_id\"\n\
             JOIN (SELECT \"store\", min(\"day\") AS first_day, max(\"day\") AS last_day \
             FROM orders GROUP BY 1) e ON e.\"store\" = g.\"store\"\n\
             WHERE g.\"line\" = 'product_sales' AND NOT g.\"provisional\" \
             AND o.\"order_id\" IS NULL AND g.\"order_id\" IS NOT NULL{others} \
             AND (CAST(g.\"day\" AS INT) - CAST(e.first_day AS INT)) > {} \
             AND g.\"day\" <= e.last_day AND {}\nGROUP BY 1, 2, 3, 6",
            self.rules.lead_days,
            self.scope("g")
        )
    }

    /// An order report gives prices with tax or without, a settlement always tells tax apart or not
    /// at all: equal is what agrees either way.
    fn differing_sql(&self) -> String {
        format!(
            "WITH o AS (SELECT o.\"store\", o.\"channel\", o.\"order_id\", o.\"currency\", \
             min(o.\"day\") AS day, min(o.\"raw\") AS raw, min(o.\"row\") AS row, \
             {ORDERED} AS price, sum(coalesce(o.\"item_tax\", 0)) AS tax FROM orders o \
             WHERE o.\"currency\" IS NOT NULL AND {} GROUP BY 1, 2, 3, 4),\n\
             g AS (SELECT l.\"store\", l.\"order_id\", l.\"currency\", \
             sum(CASE WHEN l.\"line\" = 'product_sales' THEN l.\"amount\" END) AS sales, \
             sum(CASE WHEN l.\"line\" = 'tax_collected' THEN l.\"amount\" ELSE 0 END) AS tax \
             FROM {IMPORTED} l WHERE l.\"order_id\" IS NOT NULL AND l.\"amount\" > 0 \
             AND l.\"line\" IN ('product_sales', 'tax_collected') AND l.\"day\" >= DATE '{}' \
             GROUP BY 1, 2, 3),\n\
             b AS (SELECT o.*, g.sales, least(abs(o.price - g.sales), \
             abs(o.price - o.tax - g.sales), abs(o.price - g.sales - g.tax), \
             abs(o.price + o.tax - g.sales)) AS gap FROM o\nJOIN g ON \
             g.\"store\" = o.\"store\" AND g.\"order_id\" = o.\"order_id\" \
             AND g.\"currency\" = o.\"currency\" WHERE g.sales IS NOT NULL)\n\
             SELECT b.\"store\", b.\"channel\", b.\"order_id\", CAST(NULL AS VARCHAR), b.day, \
             b.\"currency\", b.raw, b.row, b.price, b.sales, b.gap\nFROM b WHERE b.gap > 0",
            self.scope("o"),
            self.earliest()
        )
    }

    /// The commission of the refunded part must come back; what the channel keeps stands on its own
    /// line or is a usual share of it.
    fn fee_sql(&self) -> String {
        let sum = |condition: &str, sign: &str| {
            format!("sum(CASE WHEN {condition} THEN {sign}l.\"amount\" ELSE 0 END)")
        };
        let sales = sum("l.\"line\" = 'product_sales'", "");
        let refunded = sum("l.\"line\" = 'product_refunds'", "-");
        let fee = sum("l.\"line\" = 'referral_fee' AND l.\"amount\" < 0", "-");
        let back = sum("l.\"line\" = 'referral_fee' AND l.\"amount\" > 0", "");
        let kept = sum("l.\"line\" = 'refund_admin_fee'", "-");
        let of_refund = |column: &str| {
            format!("min(CASE WHEN l.\"line\" = 'product_refunds' THEN l.\"{column}\" END)")
        };
        format!(
            "WITH l AS (SELECT l.\"store\", l.\"channel\", l.\"order_id\", l.\"seller_sku\", \
             l.\"currency\", {} AS day, {} AS raw, {} AS row, {sales} AS sales, \
             {refunded} AS refunded, {fee} AS fee, {back} AS back, {kept} AS kept\n\
             FROM {IMPORTED} l\n\
             JOIN (SELECT DISTINCT r.\"store\", r.\"order_id\" FROM {IMPORTED} r \
             WHERE r.\"line\" = 'product_refunds' AND r.\"order_id\" IS NOT NULL AND {}) r \
             ON r.\"store\" = l.\"store\" AND r.\"order_id\" = l.\"order_id\"\n\
             WHERE l.\"line\" IN \
             ('product_sales', 'product_refunds', 'referral_fee', 'refund_admin_fee')\n\
             GROUP BY 1, 2, 3, 4, 5),\n\
             e AS (SELECT l.*, CAST(l.fee * least(l.refunded, l.sales) / nullif(l.sales, 0) AS DECIMAL(20, 2)) \
             AS due FROM l WHERE l.sales > 0 AND l.refunded > 0 AND l.fee > 0 AND {}),\n\
             b AS (SELECT e.*, e.due - e.back - CASE WHEN e.kept = 0 \
             THEN e.due * CAST('{}' AS DECIMAL(8, 6)) ELSE 0 END AS gap FROM e)\n\
             SELECT b.\"store\", b.\"channel\", b.\"order_id\", b.\"seller_sku\", b.day, \
             b.\"currency\", b.raw, b.row, b.due, b.back, b.gap\nFROM b WHERE b.gap > 0",
            of_refund("day"),
            of_refund("raw"),
            of_refund("row"),
            // Only orders with a refund in the asked days are added up, whenever they were sold.
            self.scope("r"),
            self.scope("l"),
            self.rules.fee_kept_at_most
        )
    }

    async fn findings(&self, sql: &str) -> Result<OrderFindings, AskError> {
        let mut findings = OrderFindings::default();
        let mut at_stake: BTreeMap<String, Decimal> = BTreeMap::new();
        for batch in self.session.query(sql).await? {
            let texts = (0..7).map(|at| Texts::of(&batch, at)).collect::<Result<Vec<_>, _>>()?;
            let numbers =
                (7..11).map(|at| Numbers::of(&batch, at)).collect::<Result<Vec<_>, _>>()?;
            for at in 0..batch.num_rows() {
                let text = |column: usize| texts[column].at(at);
                let number = |column: usize| numbers[column].at(at).unwrap_or_default().normalize();
                let Some(day) = text(4).and_then(|day| day.parse().ok()) else { continue };
                let (expected, found) = (number(1), number(2));
                let currency = text(5).unwrap_or_default();
                if number(3) <= self.rules.rounding(&currency) {
                    continue;
                }
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
        findings.rows.truncate(self.question.limit.unwrap_or(ROWS).clamp(1, ROWS_MAX));
        let shown = |(code, sum): (String, Decimal)| {
            let is_known = code.parse::<Currency>().is_ok();
            is_known.then(|| (code, sum.normalize().to_string()))
        };
        findings.at_stake = at_stake.into_iter().filter_map(shown).collect();
        Ok(findings)
    }
}
