//! Which design the data allow, from the most honest down.

use serde::{Deserialize, Serialize};

use super::{
    did::{did, has_level},
    local_level,
    panel::{Estimate, Panel, before_after, drift, false_change},
    rules::{Limits, number},
    stats::{count, mean},
    synthetic::{Weights, synthetic},
};

/// How an effect was measured, most honest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Chance switched it on and off.
    Switchback,
    /// Chance chose who got it.
    RandomisedGroups,
    /// Receivers with and without, by chance.
    HoldOut,
    /// Scaled difference-in-differences on weeks.
    Did,
    /// Synthetic difference-in-differences.
    Sdid,
    /// Its own past, its week, and few controls: a level that wanders.
    LocalLevel,
    /// Observed, not attributed.
    BeforeAfter,
}

/// Everything a design can be chosen from: blocks, and days where the metric adds up over days.
pub(crate) struct Material {
    pub panel: Panel,
    /// Days of the treated unit and of the controls, from the first day of the first block.
    pub days: Option<Days>,
}

/// Day by day, the days between before and after included.
pub(crate) struct Days {
    pub treated: local_level::Days,
    pub controls: Vec<Vec<f64>>,
}

/// The design that was chosen, and what it says.
pub(crate) struct Chosen {
    pub method: Method,
    pub estimate: Estimate,
    /// The gap to the counterfactual, per block.
    pub gap: Vec<f64>,
    /// An untrue change in the middle of the time before: effect and probability.
    pub false_change: Option<(f64, f64)>,
    /// Whether the comparison followed well before the change.
    pub fits: bool,
}

/// How many controls have a level that can be compared with.
pub(crate) fn usable(panel: &Panel) -> usize {
    panel.controls.iter().filter(|control| has_level(&control[..panel.before])).count()
}

impl Chosen {
    fn of(method: Method, estimate: Estimate, panel: &Panel, misfit: f64) -> Self {
        let gap: Vec<f64> = panel
            .treated
            .iter()
            .zip(&estimate.counterfactual)
            .map(|(seen, expected)| seen - expected)
            .collect();
        let early = &gap[..panel.before.min(gap.len())];
        let false_change = false_change(early, estimate.widening.powi(2));
        let drifts = drift(early).is_some_and(|p| p < misfit);
        let jumps = false_change.is_some_and(|(_, p)| p < misfit);
        Self { method, estimate, gap, false_change, fits: !drifts && !jumps }
    }
}

/// Chooses the design by what there is and by how well it followed before the change. `None` when not
/// even before and after can be told apart.
pub(crate) fn choose(material: &Material, limits: &Limits) -> Option<Chosen> {
    let panel = &material.panel;
    let (level, misfit) = (number(limits.confidence), number(limits.misfit));
    let controls = usable(panel);
    if controls >= limits.controls_min {
        let plain = did(panel, level).map(|e| Chosen::of(Method::Did, e, panel, misfit));
        let many = controls >= limits.controls_many && panel.before >= limits.weeks_many;
        match plain {
            Some(plain) if plain.fits || !many => return Some(plain),
            Some(plain) => {
                let made = synthetic(panel, Weights::Sdid, level)
                    .map(|e| Chosen::of(Method::Sdid, e, panel, misfit))
                    .filter(|made| made.fits);
                return Some(made.unwrap_or(plain));
            }
            None => {}
        }
    }
    let long = |days: &&Days| days.treated.before >= limits.level_days_min;
    let days = material.days.as_ref().filter(long);
    let by_level = |days: &Days| local_level::estimate(&days.treated, &index_of_days(days), level);
    if let Some(estimate) = days.and_then(by_level) {
        return Some(Chosen::of(Method::LocalLevel, estimate, panel, misfit));
    }
    let estimate = before_after(&panel.treated, panel.before, level)?;
    Some(Chosen::of(Method::BeforeAfter, estimate, panel, misfit))
}

/// The few controls as one daily index, if they have a level.
pub(crate) fn index_of_days(days: &Days) -> Vec<Vec<f64>> {
    let before = days.treated.before;
    let indices: Vec<Vec<f64>> = days
        .controls
        .iter()
        .filter(|control| has_level(&control[..before]))
        .map(|control| {
            let level = mean(&control[..before]);
            control.iter().map(|value| value / level).collect()
        })
        .collect();
    let Some(first) = indices.first() else { return Vec::new() };
    let n = count(indices.len());
    let on = |day: usize| indices.iter().map(|index| index[day]).sum::<f64>() / n;
    vec![(0..first.len()).map(on).collect()]
}
