//! Methods tried on the past of the same series: forecasts made at several earlier moments, held
//! against what came.
//!
//! # Source
//! Rolling origin evaluation (Tashman 2000).
//!
//! float-ok: statistics only.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    ets::Form,
    fit::Fit,
    method::{Method, Prepared},
    numbers::count,
    score::{Scale, Score, Tally},
    spread::Spread,
};

/// Earlier moments from which a forecast is made, at most.
const ORIGINS: usize = 4;
/// Buckets a method learns from, at least.
const LEAST: usize = 8;
/// The spread's own word counts as so many tested buckets.
const SPREAD_WEIGHT: f64 = 4.0;
/// Quantiles that are scored.
pub const LEVELS: [f64; 9] = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975, 0.99];

/// One method's result.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Tested {
    pub method: Method,
    pub score: Score,
    /// Errors of the buckets against the spread the method itself told: above 1 it was too sure.
    pub widening: f64,
    /// For each origin, the miss of the whole tested stretch (what came less what was said) in
    /// standard deviations of its sum as told then.
    pub sums: Vec<f64>,
}

/// What the back-test is about.
#[derive(Clone, Copy, Debug)]
pub struct Ground<'a> {
    pub values: &'a [f64],
    /// Buckets that were seen as they are; others were filled in and are not scored. Empty: all.
    pub known: &'a [bool],
    pub season: usize,
    pub horizon: usize,
    pub counts: bool,
}

/// Where forecasts start: the last buckets of the series are tested, each origin a step earlier.
pub fn origins(length: usize, season: usize, horizon: usize) -> Vec<usize> {
    let least = LEAST.max((2 * season + 2).min(length * 2 / 3));
    let tested = horizon.min(length.saturating_sub(least)).min((length / 4).max(1));
    if tested == 0 {
        return Vec::new();
    }
    let step = (tested / 2).max(1);
    (0..ORIGINS)
        .map_while(|back| (length - tested).checked_sub(back * step))
        .take_while(|at| *at >= least)
        .collect()
}

#[derive(Default)]
struct Sum {
    tally: Tally,
    ratio: f64,
    sums: Vec<f64>,
}

/// Every method at every origin. Empty where the series is too short to be tested.
pub fn backtest(ground: Ground<'_>, methods: &[Method]) -> Vec<Tested> {
    let mut starts = origins(ground.values.len(), ground.season, ground.horizon);
    starts.reverse();
    let mut sums: BTreeMap<Method, Sum> = BTreeMap::new();
    let mut forms: Vec<Form> = Vec::new();
    for start in &starts {
        let past = &ground.values[..*start];
        let mut prepared = Prepared::new(past, ground.season).with_forms(&forms);
        if forms.is_empty() && methods.iter().any(|m| m.parts().contains(&Method::Ets)) {
            // The forms are chosen with the least knowledge and kept: nothing of the future leaks.
            forms = prepared.ets_forms();
            prepared = prepared.with_forms(&forms);
        }
        for (method, fit) in fit_all(&prepared, methods, ground.horizon) {
            judge(&ground, *start, &fit, sums.entry(method).or_default());
        }
    }
    let scale = Scale::of(ground.values, ground.season);
    let tested = sums.into_iter().map(|(method, sum)| {
        let n = count(sum.tally.buckets);
        let widening = ((SPREAD_WEIGHT + sum.ratio) / (SPREAD_WEIGHT + n)).sqrt();
        Tested { method, score: sum.tally.score(scale), widening, sums: sum.sums }
    });
    tested.filter(|tested| tested.score.buckets > 0).collect()
}

/// Every method once; combinations are put together from their parts.
pub fn fit_all(prepared: &Prepared, methods: &[Method], horizon: usize) -> Vec<(Method, Fit)> {
    let mut fits: BTreeMap<Method, Fit> = BTreeMap::new();
    for part in methods.iter().flat_map(|method| method.parts().to_vec()) {
        fits.entry(part).or_insert_with(|| prepared.fit(part, horizon));
    }
    let joined = methods.iter().filter_map(|method| {
        let parts = method.parts().iter().map(|part| (1.0, fits[part].clone()));
        Fit::blend(parts).map(|fit| (*method, fit))
    });
    joined.collect()
}

fn judge(ground: &Ground<'_>, start: usize, fit: &Fit, sum: &mut Sum) {
    let past = &ground.values[..start];
    let known = &ground.known[..start.min(ground.known.len())];
    let spread = Spread::of(past, known, fit, ground.season, ground.counts);
    let variances = spread.variances(&fit.ahead);
    let later = &ground.values[start..ground.values.len().min(start + fit.ahead.len())];
    let deviation = spread.sum_variance(&fit.ahead[..later.len()]).sqrt();
    let all_known = (start..start + later.len()).all(|at| ground.known.get(at) != Some(&false));
    if deviation > 0.0 && all_known {
        let said: f64 = fit.ahead[..later.len()].iter().sum();
        sum.sums.push((later.iter().sum::<f64>() - said) / deviation);
    }
    for (step, came) in later.iter().enumerate() {
        if !ground.known.get(start + step).copied().unwrap_or(true) {
            continue;
        }
        let (said, variance) = (fit.ahead[step], variances[step]);
        sum.tally.add(said, *came);
        let told = spread.quantiles(said, variance, &LEVELS);
        for (level, told) in LEVELS.iter().zip(told) {
            sum.tally.add_quantile(*level, told, *came);
        }
        if variance > 0.0 {
            // One wild bucket is not the rule.
            sum.ratio += ((said - came).powi(2) / variance).min(16.0);
        } else {
            sum.ratio += 1.0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ground(values: &[f64], season: usize) -> Ground<'_> {
        Ground { values, known: &[], season, horizon: 6, counts: false }
    }

    #[test]
    fn the_future_never_leaks_into_an_origin() {
        let calm: Vec<f64> = (0..60).map(|t| 100.0 + f64::from(t % 7)).collect();
        let mut wild = calm.clone();
        wild[59] = 9000.0;
        let origin = origins(60, 1, 6);
        assert_eq!(origin, [54, 51, 48, 45]);
        let of = |values: &[f64]| {
            fit_all(&Prepared::new(&values[..54], 1), &[Method::SteadyMean], 6)[0].1.ahead.clone()
        };
        assert_eq!(of(&calm), of(&wild));
    }

    #[test]
    fn the_method_that_knows_the_season_wins_where_there_is_one() {
        let mut chance = super::super::chance::Chance::new(2);
        let values: Vec<f64> = (0..72)
            .map(|t| {
                let month = f64::from(t % 12);
                (100.0 + 5.0 * chance.normal()) * (1.0 + 0.5 * (month / 1.91).sin())
            })
            .collect();
        let tested = backtest(ground(&values, 12), &[Method::Naive, Method::Ets]);
        let mase =
            |method| tested.iter().find(|t| t.method == method).and_then(|t| t.score.mase).unwrap();
        assert!(mase(Method::Ets) < 0.5 * mase(Method::Naive), "{tested:?}");
    }

    #[test]
    fn buckets_that_were_filled_in_are_not_scored() {
        let values: Vec<f64> = (0..40).map(|t| f64::from(20 + t % 3)).collect();
        let mut known = vec![true; 40];
        known[35..].fill(false);
        let all = backtest(ground(&values, 1), &[Method::Ses]);
        let some = backtest(Ground { known: &known, ..ground(&values, 1) }, &[Method::Ses]);
        assert!(some[0].score.buckets < all[0].score.buckets);
    }

    #[test]
    fn a_short_series_is_not_tested() {
        assert!(backtest(ground(&[3.0; 8], 1), &[Method::Ses]).is_empty());
        assert!(origins(0, 12, 6).is_empty());
    }
}
