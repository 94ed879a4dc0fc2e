//! What amounts are shared by: sales, units, orders, storage and ad cost of listings by month.

use std::collections::{BTreeMap, BTreeSet};

use argosy_kernel::{Day, Grain, Period};
use chrono::Months;
use rust_decimal::Decimal;

use super::rule::Basis;
use crate::{
    expression::quoted,
    frame::Frame,
    money::before,
    question::AskError,
    rows::{Numbers, Texts},
};

/// A listing that an amount can be given to.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Target {
    pub store: String,
    pub channel: String,
    pub market: Option<String>,
    pub seller_sku: String,
}

/// Weights of listings by basis and month.
#[derive(Debug, Default)]
pub(crate) struct Weights {
    by: BTreeMap<(Basis, Day), BTreeMap<Target, Decimal>>,
}

impl Weights {
    pub(crate) fn of(&self, basis: &Basis, month: Day) -> Option<&BTreeMap<Target, Decimal>> {
        self.by.get(&(basis.clone(), month))
    }

    fn add(&mut self, basis: &Basis, month: Day, target: &Target, weight: Decimal) {
        let weights = self.by.entry((basis.clone(), month)).or_default();
        *weights.entry(target.clone()).or_default() += weight;
    }

    /// Reads what the rules need, for all months that `period` touches and the one before: fees
    /// are often charged for the month before.
    pub(crate) async fn read(
        frame: &Frame<'_>,
        bases: &BTreeSet<Basis>,
        period: Period,
    ) -> Result<Self, AskError> {
        let mut weights = Self::default();
        let months = whole_months(period);
        let from = Grain::Month.start(before(months.from));
        let of_sales = [Basis::Sales, Basis::Units, Basis::Orders, Basis::Equal];
        if of_sales.iter().any(|basis| bases.contains(basis)) {
            weights.sales(frame, bases, from, months.to).await?;
        }
        let kinds: Vec<&String> = bases
            .iter()
            .filter_map(|basis| match basis {
                Basis::Details(kind) => Some(kind),
                _ => None,
            })
            .collect();
        if !kinds.is_empty() {
            weights.details(frame, &kinds, from).await?;
        }
        if bases.contains(&Basis::Ads) {
            weights.ads(frame, from).await?;
        }
        Ok(weights)
    }

    async fn sales(
        &mut self,
        frame: &Frame<'_>,
        bases: &BTreeSet<Basis>,
        from: Day,
        to: Day,
    ) -> Result<(), AskError> {
        let lines = frame.chart().lines_of_units_sold().into_iter();
        let lines = lines.map(quoted).collect::<Vec<_>>().join(", ");
        if lines.is_empty() {
            return Ok(());
        }
        let orders =
            if bases.contains(&Basis::Orders) { "count(DISTINCT f.\"order_id\")" } else { "0" };
        // Whole months: the share of a fee must not depend on the days that are asked.
        let sql = format!(
            "SELECT f.\"store\", f.\"channel\", f.\"market\", f.\"seller_sku\", \
             CAST(date_trunc('month', f.\"day\") AS DATE), f.\"currency\", sum(f.\"amount\"), \
             sum(f.\"units\"), {orders}\nFROM ledger f\nWHERE f.\"line\" IN ({lines}) \
             AND f.\"seller_sku\" IS NOT NULL AND f.\"day\" >= DATE '{from}' \
             AND f.\"day\" <= DATE '{to}'\nGROUP BY 1, 2, 3, 4, 5, 6"
        );
        let mut sellers: BTreeMap<(Day, String), BTreeSet<Target>> = BTreeMap::new();
        for row in read(frame, &sql, 3).await? {
            let Some(rate) = rate(frame, &row) else { continue };
            let [amount, units, orders] = [row.numbers[0], row.numbers[1], row.numbers[2]];
            self.add(&Basis::Sales, row.month, &row.target, amount * rate);
            self.add(&Basis::Units, row.month, &row.target, units);
            self.add(&Basis::Orders, row.month, &row.target, orders);
            let Target { store, seller_sku, .. } = &row.target;
            let product = frame.goods.product(store, seller_sku, row.month).unwrap_or(seller_sku);
            sellers.entry((row.month, product.to_owned())).or_default().insert(row.target);
        }
        for ((month, _), listings) in sellers {
            let share = Decimal::ONE / Decimal::from(listings.len());
            for listing in listings {
                self.add(&Basis::Equal, month, &listing, share);
            }
        }
        Ok(())
    }

    /// Detail reports name the goods by seller SKU, or by the channel's own codes, which the stock
    /// reports translate.
    async fn details(
        &mut self,
        frame: &Frame<'_>,
        kinds: &[&String],
        from: Day,
    ) -> Result<(), AskError> {
        for kind in kinds {
            let sql = format!(
                "WITH codes AS (SELECT s.\"store\", s.\"fnsku\", min(s.\"seller_sku\") AS sku \
                 FROM stock s WHERE s.\"fnsku\" IS NOT NULL AND s.\"seller_sku\" IS NOT NULL \
                 GROUP BY 1, 2), asins AS (SELECT s.\"store\", s.\"asin\", \
                 min(s.\"seller_sku\") AS sku FROM stock s WHERE s.\"asin\" IS NOT NULL \
                 AND s.\"seller_sku\" IS NOT NULL GROUP BY 1, 2)\n\
                 SELECT f.\"store\", f.\"channel\", f.\"market\", \
                 coalesce(f.\"seller_sku\", c.\"sku\", a.\"sku\"), \
                 CAST(date_trunc('month', f.\"day\") AS DATE), f.\"currency\", \
                 sum(abs(f.\"amount\"))\nFROM details f\n\
                 LEFT JOIN codes c ON c.\"store\" = f.\"store\" AND c.\"fnsku\" = f.\"fnsku\"\n\
                 LEFT JOIN asins a ON a.\"store\" = f.\"store\" AND a.\"asin\" = f.\"asin\"\n\
                 WHERE f.\"kind\" = {} AND f.\"per\" = 'period' AND f.\"day\" >= DATE '{from}'\n\
                 GROUP BY 1, 2, 3, 4, 5, 6",
                quoted(kind)
            );
            let basis = Basis::Details((*kind).clone());
            for row in read(frame, &sql, 1).await? {
                if let Some(rate) = rate(frame, &row) {
                    self.add(&basis, row.month, &row.target, row.numbers[0] * rate);
                }
            }
        }
        Ok(())
    }

    async fn ads(&mut self, frame: &Frame<'_>, from: Day) -> Result<(), AskError> {
        let sql = format!(
            "SELECT f.\"store\", f.\"channel\", f.\"market\", f.\"seller_sku\", \
             CAST(date_trunc('month', f.\"day\") AS DATE), f.\"currency\", sum(f.\"cost\")\n\
             FROM ads f\nWHERE f.\"level\" = 'product' AND f.\"seller_sku\" IS NOT NULL \
             AND f.\"cost\" > 0 AND f.\"day\" >= DATE '{from}' AND f.\"currency\" IS NOT NULL \
             AND date_trunc('month', f.\"day\") = date_trunc('month', f.\"day_to\")\n\
             GROUP BY 1, 2, 3, 4, 5, 6"
        );
        for row in read(frame, &sql, 1).await? {
            if let Some(rate) = rate(frame, &row) {
                self.add(&Basis::Ads, row.month, &row.target, row.numbers[0] * rate);
            }
        }
        Ok(())
    }
}

/// One row of weights.
struct Row {
    target: Target,
    month: Day,
    currency: String,
    numbers: Vec<Decimal>,
}

/// Weights in different currencies are made comparable; for shares any day of the month will do.
fn rate(frame: &Frame<'_>, row: &Row) -> Option<Decimal> {
    frame.rates.between(&row.currency, frame.currency.code(), row.month)
}

async fn read(frame: &Frame<'_>, sql: &str, numbers: usize) -> Result<Vec<Row>, AskError> {
    let mut rows = Vec::new();
    for batch in frame.session.query(sql).await? {
        let texts = (0..6).map(|at| Texts::of(&batch, at)).collect::<Result<Vec<_>, _>>()?;
        let columns =
            (6..6 + numbers).map(|at| Numbers::of(&batch, at)).collect::<Result<Vec<_>, _>>()?;
        for row in 0..batch.num_rows() {
            let text = |at: usize| texts[at].at(row);
            let (Some(seller_sku), Some(Ok(month))) = (text(3), text(4).map(|day| day.parse()))
            else {
                continue;
            };
            rows.push(Row {
                target: Target {
                    store: text(0).unwrap_or_default(),
                    channel: text(1).unwrap_or_default(),
                    market: text(2),
                    seller_sku,
                },
                month,
                currency: text(5).unwrap_or_default(),
                numbers: columns.iter().map(|c| c.at(row).unwrap_or_default()).collect(),
            });
        }
    }
    Ok(rows)
}

/// The months that a period touches.
pub(crate) fn whole_months(period: Period) -> Period {
    let start = Grain::Month.start(period.to);
    let next = start.checked_add_months(Months::new(1));
    Period { from: Grain::Month.start(period.from), to: next.map_or(period.to, before) }
}
