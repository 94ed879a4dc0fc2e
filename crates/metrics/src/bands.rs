//! The band of young figures: what they may still become, by what was learnt.

use std::collections::{BTreeMap, HashMap};

use argosy_kernel::{Day, Period};
use chrono::Days;
use rust_decimal::Decimal;
use serde::Serialize;

use crate::{
    answer::Answer,
    desk_data::DeskData,
    dimension::Dimension,
    expression::Expr,
    fetch::{Gathered, Key, fetch},
    frame::Frame,
    question::AskError,
    registry::{Aggregate, Kind, Metric},
    restatement::RestatementCurve,
};

/// What a figure may become.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Band {
    #[serde(with = "rust_decimal::serde::str")]
    pub low: Decimal,
    #[serde(with = "rust_decimal::serde::str")]
    pub high: Decimal,
}

/// How much the figures of a question may still change: by key, then by metric.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    rows: HashMap<Key, BTreeMap<String, (Decimal, Decimal)>>,
    total: BTreeMap<String, (Decimal, Decimal)>,
    /// Figures from this day on may still change.
    from: Option<Day>,
}

/// The curve of a metric: those that sum one column have one.
fn curve<'a>(metric: &Metric, curves: &'a [RestatementCurve]) -> Option<&'a RestatementCurve> {
    let Kind::Simple(simple) = &metric.kind else { return None };
    let (Aggregate::Sum, Some(Expr::Name { name, .. })) = (simple.aggregate, &simple.expr) else {
        return None;
    };
    curves.iter().find(|curve| curve.table == simple.source.table() && curve.measure == *name)
}

/// Looks at the days that are still young, day by day.
pub(crate) async fn changes(
    frame: &Frame<'_>,
    desk: &DeskData,
    metrics: &[&Metric],
    period: Period,
) -> Result<Changes, AskError> {
    let mut changes = Changes::default();
    let Some(seen) = desk.seen else { return Ok(changes) };
    let growing: Vec<(&Metric, &RestatementCurve)> = metrics
        .iter()
        .filter_map(|metric| Some((*metric, curve(metric, &desk.money.curves)?)))
        .collect();
    let Some(oldest) = growing.iter().map(|(_, curve)| curve.final_age).max() else {
        return Ok(changes);
    };
    let young_from = seen - Days::new(u64::try_from(oldest - 1).unwrap_or_default());
    let Some(young) = Period::new(young_from.max(period.from), period.to) else {
        return Ok(changes);
    };
    changes.from = Some(young.from);
    let mut by = frame.by.clone();
    let at = by.iter().position(|dimension| *dimension == Dimension::Day).unwrap_or(by.len());
    if at == by.len() {
        by.push(Dimension::Day);
    }
    let asked: Vec<&Metric> = growing.iter().map(|(metric, _)| *metric).collect();
    // The notes speak of the answer itself; these are parts of it again.
    let mut apart = Gathered::default();
    let sums = fetch(frame, &asked, &by, young, &mut apart).await?;
    for (key, row) in &sums.rows {
        let Some(day) = key[at].as_ref().and_then(|day| day.parse::<Day>().ok()) else { continue };
        for (metric, curve) in &growing {
            let Some(value) = sums.figure(metric, Some(row)).known() else { continue };
            let (low, high) = curve.change(value, (seen - day).num_days());
            let rows = changes.rows.entry(key[..frame.by.len()].to_vec()).or_default();
            for sum in [
                rows.entry(metric.id.clone()).or_default(),
                changes.total.entry(metric.id.clone()).or_default(),
            ] {
                *sum = (sum.0 + low, sum.1 + high);
            }
        }
    }
    Ok(changes)
}

impl Changes {
    /// Puts bands beside the figures they belong to.
    pub(crate) fn attach(&self, by: &[Dimension], answer: &mut Answer) {
        answer.notes.provisional_from = self.from;
        let band = |figures: &BTreeMap<String, crate::Figure>,
                    changes: &BTreeMap<String, (Decimal, Decimal)>| {
            let bands = changes.iter().filter_map(|(id, (low, high))| {
                let value = figures.get(id)?.known()?;
                let shown = |change: &Decimal| (value + change).round_dp(2).normalize();
                let band = Band { low: shown(low), high: shown(high) };
                (!low.is_zero() || !high.is_zero()).then(|| (id.clone(), band))
            });
            bands.collect()
        };
        for row in &mut answer.rows {
            let key: Key = by.iter().map(|by| row.key.get(by.id()).cloned().flatten()).collect();
            if let Some(changes) = self.rows.get(&key) {
                row.bands = band(&row.values, changes);
            }
        }
        answer.total_bands = band(&answer.totals, &self.total);
    }
}
