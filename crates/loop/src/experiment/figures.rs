//! Days of the units of an experiment.

use std::collections::BTreeMap;

use argosy_kernel::{Day, Period};
use argosy_metrics::Filters;
use rust_decimal::prelude::ToPrimitive;

use super::types::ExperimentPlan;
use crate::effect::{
    EffectError, EffectInput, Effects,
    gather::{Shape, ask},
};

/// Figures of one unit by day: the metric, or numerator and denominator of a rate.
pub(super) type Daily = BTreeMap<Day, (f64, f64)>;

/// The dimension of the units.
pub(super) fn dimension(plan: &ExperimentPlan) -> &str {
    use super::types::ExperimentKind;
    match (&plan.unit_kind, plan.kind) {
        (Some(kind), _) => kind,
        (None, ExperimentKind::Geo) => "market",
        (None, _) => "seller_sku",
    }
}

/// What the units are filtered by.
pub(super) fn filters(plan: &ExperimentPlan, units: &[String]) -> Filters {
    let mut filters = Filters::new();
    filters.insert("store".to_owned(), vec![plan.store.clone()]);
    if let Some(market) = plan.market.as_ref().filter(|_| dimension(plan) != "market") {
        filters.insert("market".to_owned(), vec![market.clone()]);
    }
    filters.insert(dimension(plan).to_owned(), units.to_vec());
    filters
}

/// All units by day over a period. Days without a figure are absent.
pub(super) async fn daily(
    effects: &Effects,
    input: &EffectInput<'_>,
    plan: &ExperimentPlan,
    period: Period,
) -> Result<BTreeMap<String, Daily>, EffectError> {
    let shape = Shape::of(effects, input.engine, &plan.metric)?;
    let metrics = shape.metrics(&plan.metric);
    let unit = dimension(plan);
    let by = ["day", unit];
    let filters = filters(plan, &plan.units);
    let answer = ask(input, (&metrics, &by, &filters), period, plan.currency).await?;
    let mut told: BTreeMap<String, Daily> = BTreeMap::new();
    for row in &answer.rows {
        let day = row.key.get("day").and_then(|day| day.as_ref()?.parse::<Day>().ok());
        let name = row.key.get(unit).cloned().flatten();
        let figure = |at: usize| {
            let metric = metrics.get(at)?;
            row.values.get(metric)?.known()?.to_f64()
        };
        if let (Some(day), Some(name), Some(value)) = (day, name, figure(0)) {
            told.entry(name).or_default().insert(day, (value, figure(1).unwrap_or(1.0)));
        }
    }
    Ok(told)
}

/// The level per day over a stretch: sums over all its days, rates over their denominators. `None`
/// without a day that counts.
pub(super) fn level(daily: Option<&Daily>, shape: &Shape, period: Period) -> Option<f64> {
    let days = period.days();
    let told = daily.into_iter().flat_map(|daily| daily.range(period.from..=period.to));
    let (mut top, mut bottom, mut seen) = (0.0, 0.0, 0_u32);
    for (_, (value, weight)) in told {
        top += value;
        bottom += weight;
        seen += 1;
    }
    match shape {
        // A day without a sale is a day of nothing.
        Shape::Sum => u32::try_from(days).ok().map(|days| top / f64::from(days.max(1))),
        Shape::Ratio { .. } => (bottom > 0.0).then(|| top / bottom),
        Shape::Mean => (seen > 0).then(|| top / f64::from(seen)),
    }
}
