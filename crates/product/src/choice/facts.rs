//! What the metrics know of our products, by market, over a window of days.

use std::collections::{BTreeMap, BTreeSet};

use argosy_chapter::face::{ChapterError, Ground};
use argosy_facts::arrow::array::{Array, StringArray};
use argosy_kernel::{Currency, Day, Money, names::sql_text};
use argosy_metrics::{Filters, Question, View};
use rust_decimal::Decimal;

/// Figures by metric.
pub(crate) type Figures = BTreeMap<String, Decimal>;
/// By product and market.
pub(crate) type ByPair = BTreeMap<(String, String), Figures>;

/// Days that a month counts for money behind a gate and prices.
pub(crate) const MONTH_DAYS: u64 = 30;
/// Days that shares and rates are taken from.
pub(crate) const QUARTER_DAYS: u64 = 90;

/// What is asked.
#[derive(Clone, Debug)]
pub(crate) struct Asked<'a> {
    pub metrics: &'a [&'a str],
    pub by: &'a [&'a str],
    pub from: Day,
    pub to: Day,
    pub currency: Currency,
    pub filters: Filters,
}

/// The last `days` days of the facts; `None` when there are none.
pub(crate) fn window(ground: &Ground<'_>, days: u64) -> Option<(Day, Day)> {
    let to = ground.newest?;
    Some((to - chrono::Days::new(days.saturating_sub(1)), to))
}

/// Figures by the values of `by`; rows of which one is unknown are left out, and so are figures that
/// are undefined.
pub(crate) async fn ask(
    ground: &Ground<'_>,
    asked: &Asked<'_>,
) -> Result<Vec<(Vec<String>, Figures)>, ChapterError> {
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let question = Question {
        metrics: owned(asked.metrics),
        by: owned(asked.by),
        from: asked.from,
        to: asked.to,
        condition: None,
        filters: asked.filters.clone(),
        currency: asked.currency,
        compare: None,
        as_of: None,
        order: None,
        limit: None,
        view: View::default(),
    };
    let sheet = ground.engine.sheet(ground.session, ground.desk_data, &question).await?;
    let mut found = Vec::with_capacity(sheet.rows.len());
    for row in sheet.rows {
        let Some(key) = row.key.into_iter().collect::<Option<Vec<String>>>() else { continue };
        let figures = sheet.metrics.iter().zip(row.figures);
        let figures = figures.filter_map(|(metric, figure)| Some((metric.clone(), figure?)));
        found.push((key, figures.collect()));
    }
    Ok(found)
}

/// Figures by product and market over the last `days` days, in the reporting currency.
pub(crate) async fn by_pair(
    ground: &Ground<'_>,
    metrics: &[&str],
    days: u64,
) -> Result<ByPair, ChapterError> {
    let Some((from, to)) = window(ground, days) else { return Ok(ByPair::new()) };
    let asked = Asked {
        metrics,
        by: &["product", "market"],
        from,
        to,
        currency: ground.currency,
        filters: Filters::default(),
    };
    let rows = ask(ground, &asked).await?;
    Ok(rows.into_iter().filter_map(|(key, figures)| Some((pair(key)?, figures))).collect())
}

fn pair(key: Vec<String>) -> Option<(String, String)> {
    let mut key = key.into_iter();
    Some((key.next()?, key.next()?))
}

/// Contribution after ads of the last 30 days by product and market: what stands behind a gate.
pub(crate) async fn month(
    ground: &Ground<'_>,
) -> Result<BTreeMap<(String, String), Money>, ChapterError> {
    let found = by_pair(ground, &["contribution_after_ads"], MONTH_DAYS).await?;
    let money = |figures: &Figures| {
        let amount = *figures.get("contribution_after_ads")?;
        Some(Money::new(amount, ground.currency))
    };
    Ok(found.into_iter().filter_map(|(pair, figures)| Some((pair, money(&figures)?))).collect())
}

/// Prices of listings on sale by product and market, each in the currency of its market.
pub(crate) async fn prices(
    ground: &Ground<'_>,
    currencies: &BTreeMap<String, Currency>,
) -> Result<BTreeMap<(String, String), Money>, ChapterError> {
    let mut found = BTreeMap::new();
    let Some((from, to)) = window(ground, MONTH_DAYS) else { return Ok(found) };
    let mut markets: BTreeMap<Currency, Vec<String>> = BTreeMap::new();
    for (market, currency) in currencies {
        markets.entry(*currency).or_default().push(market.clone());
    }
    for (currency, markets) in markets {
        let filters = Filters::from([("market".to_owned(), markets)]);
        let metrics: &[&str] = &["listing_price"];
        let by: &[&str] = &["product", "market"];
        let asked = Asked { metrics, by, from, to, currency, filters };
        for (key, figures) in ask(ground, &asked).await? {
            if let (Some(pair), Some(price)) = (pair(key), figures.get("listing_price")) {
                found.insert(pair, Money::new(*price, currency).rounded());
            }
        }
    }
    Ok(found)
}

/// Markets in which reports tell something of single products: elsewhere nothing is unknown, not none.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Told {
    /// Ad reports that name what is advertised.
    pub ads: BTreeSet<String>,
    /// Reports of returns.
    pub returns: BTreeSet<String>,
}

/// What reports of the last `days` days tell by product.
pub(crate) async fn told(ground: &Ground<'_>, days: u64) -> Result<Told, ChapterError> {
    let Some((from, to)) = window(ground, days) else { return Ok(Told::default()) };
    let period = format!("day between {} and {}", sql_day(from), sql_day(to));
    let markets = |table: &str, only: &str| {
        format!(
            "select distinct market from {table} where {only} and market is not null and {period}"
        )
    };
    let ads = texts(ground, &markets("ads", "seller_sku is not null")).await?;
    let returns = texts(ground, &markets("reviews", "kind = 'return'")).await?;
    let first = |rows: Vec<Vec<Option<String>>>| {
        rows.into_iter().filter_map(|row| row.into_iter().next().flatten()).collect()
    };
    Ok(Told { ads: first(ads), returns: first(returns) })
}

/// Which product a seller SKU of a store is.
pub(crate) struct Paired<'a>(BTreeMap<(&'a str, &'a str), &'a str>);

impl<'a> Paired<'a> {
    /// The pairing that began last counts.
    pub(crate) fn of(ground: &Ground<'a>) -> Self {
        let mut all: Vec<_> = ground.desk_data.pairings.iter().collect();
        all.sort_by_key(|one| one.since);
        let key = |one: &'a argosy_metrics::Pairing| {
            ((one.store.as_str(), one.seller_sku.as_str()), one.sku.as_str())
        };
        Self(all.into_iter().map(key).collect())
    }

    pub(crate) fn product(&self, store: &str, seller_sku: &str) -> Option<&'a str> {
        self.0.get(&(store, seller_sku)).copied()
    }

    /// Store and seller SKU of a product.
    pub(crate) fn sellers(&self, sku: &str) -> Vec<(&'a str, &'a str)> {
        self.0.iter().filter(|(_, product)| **product == sku).map(|(key, _)| *key).collect()
    }
}

/// A day as SQL writes it.
pub(crate) fn sql_day(day: Day) -> String {
    format!("date {}", sql_text(&day.to_string()))
}

/// Rows of a statement whose columns are all texts: numbers and days are cast in it.
pub(crate) async fn texts(
    ground: &Ground<'_>,
    sql: &str,
) -> Result<Vec<Vec<Option<String>>>, ChapterError> {
    let mut rows = Vec::new();
    for batch in ground.session.query(sql).await? {
        let columns: Vec<Option<&StringArray>> =
            batch.columns().iter().map(|column| column.as_any().downcast_ref()).collect();
        for row in 0..batch.num_rows() {
            let cell = |column: &Option<&StringArray>| {
                let column = (*column)?;
                column.is_valid(row).then(|| column.value(row).to_owned())
            };
            rows.push(columns.iter().map(cell).collect());
        }
    }
    Ok(rows)
}
