//! Scaled difference-in-differences on blocks: each untouched unit as an index of its own level,
//! their weighted mean is what the season did, and what the treated unit did beyond it is the effect.
//!
//! float-ok: statistics only.
//!
//! # Source
//! Difference-in-differences on ratios of pre-period levels; placebo-in-space inference as in Abadie,
//! Diamond and Hainmueller (2010), used here to widen a t interval because own shocks of a unit make
//! its weeks alike.

use super::{
    panel::{Difference, Estimate, Panel, Placebo, interval, placebo_p, widening},
    stats::{count, mean, median, squares, variance},
};

/// How strongly the noise of a control is drawn to that of all, in blocks.
const NOISE_PRIOR_BLOCKS: f64 = 4.0;
/// Square of the usual widening: weeks of one unit are a little alike, which t does not know.
/// Calibrated: the table in docs/concepts/effect.md.
const USUAL_WIDENING: f64 = 1.4;

/// Controls as indices of their level before, with the weight of each.
struct Index {
    series: Vec<Vec<f64>>,
    weights: Vec<f64>,
    /// Mean of each before the change, unscaled.
    levels: Vec<f64>,
    /// Place of each among the controls of the panel.
    places: Vec<usize>,
}

impl Index {
    /// `None` without a control that has a level.
    fn of(panel: &Panel) -> Option<Self> {
        let mut series = Vec::new();
        let (mut places, mut levels) = (Vec::new(), Vec::new());
        for (place, control) in panel.controls.iter().enumerate() {
            let level = mean(&control[..panel.before]);
            if has_level(&control[..panel.before]) {
                series.push(control.iter().map(|value| value / level).collect::<Vec<f64>>());
                places.push(place);
                levels.push(level);
            }
        }
        if series.is_empty() {
            return None;
        }
        let weights = precision(&series);
        Some(Self { series, weights, levels, places })
    }

    /// The weighted mean, without one of the controls.
    fn mean(&self, without: Option<usize>) -> Vec<f64> {
        let blocks = self.series[0].len();
        let all: f64 =
            self.weights.iter().sum::<f64>() - without.map_or(0.0, |at| self.weights[at]);
        (0..blocks)
            .map(|block| {
                let kept = (0..self.series.len()).filter(|at| Some(*at) != without);
                kept.map(|at| self.weights[at] * self.series[at][block]).sum::<f64>() / all
            })
            .collect()
    }
}

/// Whether a unit has a level that can be scaled by: positive, and not lost in its own noise.
pub fn has_level(before: &[f64]) -> bool {
    let level = mean(before);
    level > 0.0 && level > variance(before).sqrt() / count(before.len()).sqrt() * 2.0
}

/// One over the noise of each index, drawn to the noise of all so that none counts alone.
fn precision(series: &[Vec<f64>]) -> Vec<f64> {
    let blocks = series[0].len();
    let middle: Vec<f64> = (0..blocks)
        .map(|block| median(&series.iter().map(|index| index[block]).collect::<Vec<_>>()))
        .collect();
    let noise: Vec<f64> = series
        .iter()
        .map(|index| squares(&index.iter().zip(&middle).map(|(a, b)| a - b).collect::<Vec<_>>()))
        .collect();
    let usual = median(&noise) / count(blocks).max(1.0);
    let drawn = noise
        .iter()
        .map(|sum| (sum + NOISE_PRIOR_BLOCKS * usual) / (count(blocks) - 1.0 + NOISE_PRIOR_BLOCKS));
    let weights: Vec<f64> =
        drawn.map(|noise| if noise > 0.0 { 1.0 / noise } else { 1.0 }).collect();
    let all: f64 = weights.iter().sum();
    weights.iter().map(|weight| weight / all).collect()
}

/// The series less its level times the index; the level fits the blocks before.
fn gap(series: &[f64], index: &[f64], before: usize) -> (Vec<f64>, f64) {
    let level = series[..before].iter().sum::<f64>() / index[..before].iter().sum::<f64>();
    (series.iter().zip(index).map(|(value, index)| value - level * index).collect(), level)
}

/// The effect on the treated unit, with the interval at `level` (0.9).
///
/// `None` when there are fewer than two blocks before, none after, or no control with a level.
pub fn did(panel: &Panel, level: f64) -> Option<Estimate> {
    let before = panel.before;
    if before < 2 || panel.treated.len() <= before {
        return None;
    }
    let index = Index::of(panel)?;
    let season = index.mean(None);
    let (treated_gap, treated_level) = gap(&panel.treated, &season, before);
    let difference = Difference::of(&treated_gap[..before], &treated_gap[before..]);
    let mut placebo = Vec::new();
    if index.series.len() > 1 {
        for (at, series) in index.series.iter().enumerate() {
            let others = index.mean(Some(at));
            let (own, own_level) = gap(series, &others, before);
            let untrue = Difference::of(&own[..before], &own[before..]);
            placebo.push(Placebo {
                effect: untrue.effect / (own_level * mean(&others[before..])),
                t: untrue.t(),
                level: index.levels[at],
            });
        }
    }
    let level_before = mean(&panel.treated[..before]);
    let wider = widening(&placebo, level_before, difference.df, USUAL_WIDENING);
    let error = difference.error * wider.sqrt();
    let (low, high) = interval(difference.effect, error, difference.df, level);
    let mut weights = vec![0.0; panel.controls.len()];
    for (place, weight) in index.places.iter().zip(&index.weights) {
        weights[*place] = *weight;
    }
    Some(Estimate {
        effect: difference.effect,
        error,
        df: difference.df,
        low,
        high,
        counterfactual: season.iter().map(|index| treated_level * index).collect(),
        miss: difference.spread,
        weights,
        placebo_p: placebo_p(difference.t(), &placebo),
        placebo,
        widening: wider.sqrt(),
    })
}

/// Plain difference-in-differences: equal weights, no scaling. Published references are told this
/// way.
pub fn plain(panel: &Panel) -> f64 {
    let change = |series: &[f64]| mean(&series[panel.before..]) - mean(&series[..panel.before]);
    let controls: Vec<f64> = panel.controls.iter().map(|control| change(control)).collect();
    change(&panel.treated) - mean(&controls)
}
