//! One time axis of a SKU: what it earned, sold, drew, cost and had in stock, day by day.

use std::collections::BTreeMap;

use argosy_facts::Session;
use argosy_kernel::{Currency, Day, Period, Text};
use argosy_metrics::{AskError, DeskData, Engine, Figure, Filters, Question, Unit, View};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::effect::last_day;

/// What is drawn, in order.
pub const AXIS_METRICS: [&str; 9] = [
    "contribution_3",
    "net_sales",
    "units_sold",
    "sessions",
    "unit_session_rate",
    "ad_spend",
    "buy_box_rate",
    "stock_sellable",
    "average_rating",
];

/// The most days of one axis.
const DAYS_MAX: u64 = 800;

/// Which SKU, and when.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AxisQuestion {
    pub store: String,
    #[serde(default)]
    pub market: Option<String>,
    pub seller_sku: String,
    pub from: Day,
    pub to: Day,
    pub currency: Currency,
}

/// Values of one metric by day; `None` is not known (no report, no snapshot, no visit).
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct AxisSeries {
    pub metric: String,
    pub name: Text,
    /// `money`, `units`, `count`, `fraction`, `ratio`, `days`.
    pub unit: String,
    pub days: Vec<Day>,
    pub values: Vec<Option<Decimal>>,
}

/// All series over the same days.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct TimeAxis {
    pub currency: Currency,
    pub series: Vec<AxisSeries>,
}

/// The time axis of a SKU. Metrics the company's definitions lack are left out.
///
/// # Errors
/// [`AskError`]; a period that ends before it begins is one.
pub async fn axis(
    engine: &Engine,
    session: &Session,
    desk: &DeskData,
    question: &AxisQuestion,
) -> Result<TimeAxis, AskError> {
    let to = question.to.min(question.from + chrono::Days::new(DAYS_MAX));
    let metrics: Vec<String> = AXIS_METRICS
        .into_iter()
        .filter(|metric| engine.registry().get(metric).is_some())
        .map(str::to_owned)
        .collect();
    let mut filters = Filters::new();
    filters.insert("store".to_owned(), vec![question.store.clone()]);
    filters.insert("seller_sku".to_owned(), vec![question.seller_sku.clone()]);
    if let Some(market) = &question.market {
        filters.insert("market".to_owned(), vec![market.clone()]);
    }
    let asked = Question {
        metrics: metrics.clone(),
        by: vec!["day".to_owned()],
        from: question.from,
        to,
        condition: None,
        filters,
        currency: question.currency,
        compare: None,
        as_of: None,
        order: None,
        limit: None,
        view: View::default(),
    };
    let answer = engine.ask(session, desk, &asked).await?;
    let mut told: BTreeMap<Day, &BTreeMap<String, Figure>> = BTreeMap::new();
    for row in &answer.rows {
        if let Some(day) = row.key.get("day").and_then(|day| day.as_ref()?.parse().ok()) {
            told.insert(day, &row.values);
        }
    }
    let days: Vec<Day> = Period::new(question.from, to)
        .map(|period| period.from.iter_days().take_while(|day| *day <= period.to).collect())
        .unwrap_or_default();
    let last = last_day(engine, session, &["units_sold"], &question.store).await?;
    let series = metrics.into_iter().filter_map(|metric| {
        let known = engine.registry().get(&metric)?;
        // A day without a booking is a day of nothing as far as the ledger is told; without a report
        // of visits or stock nothing is known.
        let of_ledger = engine.registry().sources(&metric).iter().all(|s| s.table() == "ledger");
        let nothing = |day: &Day| {
            let is_told = of_ledger && last.is_some_and(|last| *day <= last);
            (is_told && !told.contains_key(day)).then_some(Decimal::ZERO)
        };
        let value = |day: &Day| {
            told.get(day).and_then(|row| row.get(&metric)?.known()).or_else(|| nothing(day))
        };
        let digits = if matches!(known.unit, Unit::Fraction | Unit::Ratio) { 6 } else { 2 };
        Some(AxisSeries {
            name: known.name.clone(),
            unit: unit(known.unit).to_owned(),
            values: days.iter().map(|day| value(day).map(|v| v.round_dp(digits))).collect(),
            days: days.clone(),
            metric,
        })
    });
    Ok(TimeAxis { currency: question.currency, series: series.collect() })
}

fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Money => "money",
        Unit::Units => "units",
        Unit::Count => "count",
        Unit::Fraction => "fraction",
        Unit::Ratio => "ratio",
        Unit::Days => "days",
    }
}
