//! One pass of the smoothing equations over a series.
//!
//! float-ok: statistics only.

use super::{Form, Noise, Trend};
use crate::forecast::season::Join;

/// How fast the states follow.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Parameters {
    /// α
    pub level: f64,
    /// β, on the scale of the level: below α.
    pub trend: f64,
    /// γ, below 1 − α.
    pub season: f64,
    /// φ; 1 for a straight trend.
    pub fade: f64,
}

/// Level, growth per bucket and the indices of one season, by bucket number modulo its length.
#[derive(Clone, Debug, Default)]
pub struct States {
    pub level: f64,
    pub trend: f64,
    pub season: Vec<f64>,
}

/// Moves `states` through the series and gives n·ln(sum of squared misses), with the correction for
/// noise that grows with what is expected: −2 × the log-likelihood up to a constant. Infinite where
/// the form does not fit the series.
pub(super) fn pass(
    values: &[f64],
    form: Form,
    parameters: Parameters,
    states: &mut States,
    mut seen: impl FnMut(f64),
) -> f64 {
    let Parameters { level: a, fade, .. } = parameters;
    let has_trend = form.trend != Trend::None;
    let follow = if a > 0.0 { parameters.trend / a } else { 0.0 };
    let length = states.season.len();
    let (mut squares, mut logs, mut product) = (0.0, 0.0, 1.0_f64);
    let mut place = 0;
    for value in values {
        let base = if has_trend { states.level + fade * states.trend } else { states.level };
        let (expected, plain) = match form.season {
            None => (base, *value),
            Some(Join::Sum) => (base + states.season[place], value - states.season[place]),
            Some(Join::Product) => (base * states.season[place], value / states.season[place]),
        };
        seen(expected);
        let mut miss = value - expected;
        if form.noise == Noise::Product {
            if expected <= 1e-8 {
                return f64::INFINITY;
            }
            miss /= expected;
            product *= expected;
            if !(1e-100..1e100).contains(&product) {
                logs += product.ln();
                product = 1.0;
            }
        }
        squares += miss * miss;
        let level = base + a * (plain - base);
        if has_trend {
            let growth = fade * states.trend;
            states.trend = growth + follow * (level - states.level - growth);
        }
        states.level = level;
        match form.season {
            None => {}
            Some(join) => {
                let now = if join == Join::Sum { value - base } else { value / base };
                let index = &mut states.season[place];
                *index += parameters.season * (now - *index);
                if join == Join::Product && (*index <= 1e-6 || base <= 1e-8) {
                    return f64::INFINITY;
                }
                place += 1;
                if place == length {
                    place = 0;
                }
            }
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "series are short")]
    let n = values.len() as f64;
    let value = n * squares.max(1e-30).ln() + 2.0 * (logs + product.ln());
    if value.is_finite() { value } else { f64::INFINITY }
}
