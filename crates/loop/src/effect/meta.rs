//! Many effects of one kind put together: what a play is worth.
//!
//! float-ok: statistics only.
//!
//! # Source
//! Random-effects meta-analysis: DerSimonian and Laird (1986); restricted maximum likelihood;
//! intervals by Hartung and Knapp (2001), never narrower than the plain ones (Röver, Knapp, Friede
//! 2015).

use serde::{Deserialize, Serialize};

use super::stats::{count, normal_quantile, student_quantile};

/// One measured effect: estimate and standard error.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Measured {
    pub estimate: f64,
    pub error: f64,
}

impl Measured {
    /// From an interval of this confidence.
    pub fn from_interval(estimate: f64, low: f64, high: f64, level: f64) -> Self {
        let reach = normal_quantile(f64::midpoint(1.0, level));
        Self { estimate, error: (high - low) / 2.0 / reach }
    }
}

/// The mean effect over all such changes.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Pooled {
    pub n: usize,
    pub estimate: f64,
    pub error: f64,
    pub low: f64,
    pub high: f64,
    /// Standard deviation of the true effects among each other.
    pub apart: f64,
    /// Share of the spread that is not chance (I²).
    pub heterogeneity: f64,
}

fn weighted(effects: &[Measured], tau2: f64) -> (f64, f64) {
    let weights = effects.iter().map(|one| 1.0 / (one.error.powi(2) + tau2));
    let (sum, all) = effects
        .iter()
        .zip(weights)
        .fold((0.0, 0.0), |(sum, all), (one, w)| (sum + w * one.estimate, all + w));
    (sum / all, all)
}

/// Variance among true effects by the method of moments (DerSimonian–Laird).
pub fn moments(effects: &[Measured]) -> f64 {
    let (middle, all) = weighted(effects, 0.0);
    let weights: Vec<f64> = effects.iter().map(|one| one.error.powi(-2)).collect();
    let q: f64 =
        effects.iter().zip(&weights).map(|(one, w)| w * (one.estimate - middle).powi(2)).sum();
    let squares: f64 = weights.iter().map(|w| w * w).sum();
    ((q - count(effects.len() - 1)) / (all - squares / all)).max(0.0)
}

/// Variance among true effects by restricted maximum likelihood.
pub fn reml(effects: &[Measured]) -> f64 {
    let mut tau2 = moments(effects);
    for _ in 0..200 {
        let (middle, all) = weighted(effects, tau2);
        let (mut top, mut bottom) = (0.0, 0.0);
        for one in effects {
            let w = 1.0 / (one.error.powi(2) + tau2);
            top += w * w * ((one.estimate - middle).powi(2) - one.error.powi(2));
            bottom += w * w;
        }
        let next = (top / bottom + 1.0 / all).max(0.0);
        if (next - tau2).abs() < 1e-12 * (1.0 + tau2) {
            return next;
        }
        tau2 = next;
    }
    tau2
}

/// The pooled effect with its interval at `level`; `None` of nothing. Effects without an error are
/// left out.
pub fn pool(effects: &[Measured], level: f64) -> Option<Pooled> {
    let effects: Vec<Measured> = effects
        .iter()
        .copied()
        .filter(|one| one.estimate.is_finite() && one.error.is_finite() && one.error > 0.0)
        .collect();
    let first = effects.first()?;
    if effects.len() == 1 {
        let reach = normal_quantile(f64::midpoint(1.0, level)) * first.error;
        return Some(Pooled {
            n: 1,
            estimate: first.estimate,
            error: first.error,
            low: first.estimate - reach,
            high: first.estimate + reach,
            apart: 0.0,
            heterogeneity: 0.0,
        });
    }
    let df = count(effects.len() - 1);
    let tau2 = reml(&effects);
    let (estimate, all) = weighted(&effects, tau2);
    let spread: f64 = effects
        .iter()
        .map(|one| (one.estimate - estimate).powi(2) / (one.error.powi(2) + tau2))
        .sum::<f64>()
        / df;
    let error = (spread.max(1.0) / all).sqrt();
    let reach = student_quantile(f64::midpoint(1.0, level), df) * error;
    let (fixed, _) = weighted(&effects, 0.0);
    let q: f64 = effects.iter().map(|one| ((one.estimate - fixed) / one.error).powi(2)).sum();
    Some(Pooled {
        n: effects.len(),
        estimate,
        error,
        low: estimate - reach,
        high: estimate + reach,
        apart: tau2.sqrt(),
        heterogeneity: ((q - df) / q).max(0.0),
    })
}

#[cfg(test)]
mod tests {
    use super::{super::chance::Chance, *};

    /// Thirteen trials of the BCG vaccine (Colditz et al. 1994): sick and well with it, sick and well
    /// without it. The reference results are those of R's metafor.
    const TRIALS: [[f64; 4]; 13] = [
        [4.0, 119.0, 11.0, 128.0],
        [6.0, 300.0, 29.0, 274.0],
        [3.0, 228.0, 11.0, 209.0],
        [62.0, 13_536.0, 248.0, 12_619.0],
        [33.0, 5_036.0, 47.0, 5_761.0],
        [180.0, 1_361.0, 372.0, 1_079.0],
        [8.0, 2_537.0, 10.0, 619.0],
        [505.0, 87_886.0, 499.0, 87_892.0],
        [29.0, 7_470.0, 45.0, 7_232.0],
        [17.0, 1_699.0, 65.0, 1_600.0],
        [186.0, 50_448.0, 141.0, 27_197.0],
        [5.0, 2_493.0, 3.0, 2_338.0],
        [27.0, 16_886.0, 29.0, 17_825.0],
    ];

    #[test]
    fn thirteen_vaccine_trials_pool_as_the_reference_program_pools_them() {
        let effects: Vec<Measured> = TRIALS
            .iter()
            .map(|[sick, well, sick_without, well_without]| {
                let (n, m) = (sick + well, sick_without + well_without);
                let estimate = (sick / n).ln() - (sick_without / m).ln();
                let variance = 1.0 / sick - 1.0 / n + 1.0 / sick_without - 1.0 / m;
                Measured { estimate, error: variance.sqrt() }
            })
            .collect();
        let near = |left: f64, right: f64| assert!((left - right).abs() < 1e-3, "{left} {right}");
        near(moments(&effects), 0.3088);
        near(reml(&effects), 0.3132);
        let pooled = pool(&effects, 0.95).unwrap();
        near(pooled.estimate, -0.7145);
        near(pooled.error, 0.1807);
        near(pooled.low, -1.1082);
        near(pooled.high, -0.3208);
    }

    /// Fifty measured changes that cannot be told one by one tell together.
    #[test]
    fn fifty_weak_effects_together_are_told_to_a_few_percent() {
        let mut chance = Chance::new(9);
        let mut inside = 0;
        for _ in 0..200 {
            let effects: Vec<Measured> = (0..50)
                .map(|_| Measured {
                    estimate: 0.10 + 0.05 * chance.normal() + 0.15 * chance.normal(),
                    error: 0.15,
                })
                .collect();
            let pooled = pool(&effects, 0.9).unwrap();
            assert!((pooled.high - pooled.low) / 2.0 < 0.06);
            inside += usize::from(pooled.low <= 0.10 && 0.10 <= pooled.high);
        }
        assert!((170..=192).contains(&inside), "{inside} of 200 hold the truth");
    }
}
