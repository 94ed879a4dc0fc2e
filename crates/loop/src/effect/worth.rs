//! What an effect on a metric is worth in contribution.

use argosy_kernel::{Currency, Period};
use argosy_metrics::{Better, Figure, Filters, Unit};

use super::{
    gather::{EffectInput, Shape, ask},
    rules::{Effects, Limits, number},
    types::EffectError,
};

/// Contribution per step of the metric.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Worth {
    /// Money for one more of the metric; for rates, of its numerator.
    pub each: f64,
    /// Whether the metric is no contribution itself: a change of the margin is then not in it.
    pub is_derived: bool,
}

/// Whose metric it is, and how much of it there was.
pub(crate) struct Base<'a> {
    pub metric: &'a str,
    pub shape: &'a Shape,
    pub currency: Currency,
    pub before: Period,
    /// The treated units; `None` where the ledger does not know such units (campaigns).
    pub treated: Option<Filters>,
    /// Sum of the metric, of rates the numerator, over `before`.
    pub total: f64,
    /// The kind of the change, where it is one.
    pub kind: Option<&'a str>,
}

impl Base<'_> {
    /// Whether a unit earns after the change what it earned before, advertising apart.
    pub(crate) fn keeps_margin(&self, limits: &Limits) -> bool {
        self.kind.is_some_and(|kind| limits.same_margin.iter().any(|same| same == kind))
    }

    /// The metrics of what units earn, the first that is known counts.
    pub(crate) fn earned(&self, limits: &Limits) -> Vec<String> {
        let is_sku = self.treated.as_ref().is_some_and(|unit| unit.contains_key("seller_sku"));
        match () {
            () if self.keeps_margin(limits) => vec![limits.worth.clone()],
            // Without ad reports only the ledger knows advertising.
            () if is_sku => vec![limits.earned_by_sku.clone(), limits.earned.clone()],
            () => vec![limits.earned.clone()],
        }
    }
}

/// What one more of the metric is worth; `None` where nothing tells.
///
/// # Errors
/// [`EffectError::Ask`].
pub(crate) async fn worth(
    effects: &Effects,
    input: &EffectInput<'_>,
    base: &Base<'_>,
) -> Result<Option<Worth>, EffectError> {
    let limits = &effects.limits;
    if limits.contribution.iter().any(|own| own == base.metric) {
        return Ok(Some(Worth { each: 1.0, is_derived: false }));
    }
    let Some(known) = input.engine.registry().get(base.metric) else { return Ok(None) };
    let is_cost = known.unit == Unit::Money && known.better == Better::Lower;
    if *base.shape == Shape::Sum && is_cost {
        return Ok(Some(Worth { each: -1.0, is_derived: true }));
    }
    let Some(filters) = base.treated.as_ref().filter(|_| *base.shape != Shape::Mean) else {
        return Ok(None);
    };
    let metrics = base.earned(limits);
    let answer = ask(input, (&metrics, &[], filters), base.before, base.currency).await?;
    let known = |metric: &String| answer.totals.get(metric).and_then(Figure::known);
    let contribution = metrics.iter().find_map(known).map(number);
    let each = contribution.filter(|_| base.total > 0.0).map(|money| money / base.total);
    Ok(each.map(|each| Worth { each, is_derived: true }))
}
