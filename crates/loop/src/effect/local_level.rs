//! Regression with a level that wanders: what the series would have gone on to, from its own past, its
//! weekly season, and a control series where there is one.
//!
//! float-ok: statistics only.
//!
//! # Source
//! Local level model with regressors (Harvey 1989; Brodersen et al. 2015 without the sampler); Kalman
//! filter with a diffuse start, the variance ratio by maximum likelihood. The interval averages over
//! the ratio: taking its best value alone makes intervals too narrow where it comes out as zero.

use super::{
    panel::Estimate,
    stats::{count, mean, student_quantile, variance},
};

/// Ratios of the level's variance to the noise's that are tried: 0, then powers.
const RATIOS: usize = 30;
/// Ratios far above this are held unlikely beforehand: levels of a product wander slowly.
const USUAL_RATIO: f64 = 0.06;
/// Variance of the diffuse start, for series of variance one.
const DIFFUSE: f64 = 1e6;

/// What is expected of days after the change, summed over stretches.
#[derive(Clone, Debug)]
pub struct Forecast {
    /// Expected sum of each stretch, with the standard error of the difference to what is seen.
    pub sums: Vec<(f64, f64)>,
    /// Expected sums at the likeliest ratio alone, as references tell them.
    pub likeliest: Vec<f64>,
    pub df: f64,
    /// One-step misses before the change.
    pub misses: Vec<f64>,
    /// What was expected of each day before, one step ahead; `None` while the filter learns.
    pub expected: Vec<Option<f64>>,
    /// The likeliest ratio of variances, and the slopes of the regressors at it.
    pub ratio: f64,
    pub slopes: Vec<f64>,
}

struct Run {
    log_likelihood: f64,
    noise: f64,
    state: Vec<f64>,
    /// Covariance of the state over the noise's variance.
    spread: Vec<Vec<f64>>,
    misses: Vec<f64>,
    expected: Vec<Option<f64>>,
}

/// The filter at one ratio. States: level, then one slope per regressor.
fn filter(series: &[f64], regressors: &[Vec<f64>], ratio: f64) -> Run {
    let size = regressors.len() + 1;
    let mut state = vec![0.0; size];
    let mut spread = vec![vec![0.0; size]; size];
    for (at, row) in spread.iter_mut().enumerate() {
        row[at] = DIFFUSE;
    }
    let (mut misses, mut expected) = (Vec::new(), Vec::with_capacity(series.len()));
    let (mut squares, mut logs) = (0.0, 0.0);
    for (day, seen) in series.iter().enumerate() {
        if day > 0 {
            spread[0][0] += ratio;
        }
        let look = row(regressors, day);
        let guess: f64 = look.iter().zip(&state).map(|(z, a)| z * a).sum();
        let gain: Vec<f64> =
            spread.iter().map(|row| row.iter().zip(&look).map(|(p, z)| p * z).sum()).collect();
        let doubt = 1.0 + look.iter().zip(&gain).map(|(z, g)| z * g).sum::<f64>();
        let miss = seen - guess;
        for (a, g) in state.iter_mut().zip(&gain) {
            *a += g * miss / doubt;
        }
        for i in 0..size {
            for j in 0..size {
                spread[i][j] -= gain[i] * gain[j] / doubt;
            }
        }
        // The first misses only set the states; they say nothing about the fit.
        if day >= size {
            squares += miss * miss / doubt;
            logs += doubt.ln();
            misses.push(miss);
            expected.push(Some(guess));
        } else {
            expected.push(None);
        }
    }
    let n = count(series.len().saturating_sub(size)).max(1.0);
    let noise = (squares / n).max(1e-12);
    let log_likelihood = -0.5 * (n * noise.ln() + logs);
    Run { log_likelihood, noise, state, spread, misses, expected }
}

fn row(regressors: &[Vec<f64>], day: usize) -> Vec<f64> {
    std::iter::once(1.0).chain(regressors.iter().map(|values| values[day])).collect()
}

/// Expected sums of stretches after the change. `series` holds the days before, `regressors` all
/// days; a stretch is a range of days counted from the first.
///
/// `None` when there are too few days for the regressors.
pub fn forecast(
    series: &[f64],
    regressors: &[Vec<f64>],
    stretches: &[std::ops::Range<usize>],
) -> Option<Forecast> {
    let size = regressors.len() + 1;
    if series.len() < size + 5 {
        return None;
    }
    let (shift, scale) = standard(series);
    let scaled: Vec<f64> = series.iter().map(|value| (value - shift) / scale).collect();
    let standards: Vec<(f64, f64)> =
        regressors.iter().map(|values| standard(&values[..series.len()])).collect();
    let looks: Vec<Vec<f64>> = regressors
        .iter()
        .zip(&standards)
        .map(|(values, (middle, width))| values.iter().map(|v| (v - middle) / width).collect())
        .collect();
    let runs: Vec<(f64, Run)> =
        ratios().map(|ratio| (ratio, filter(&scaled, &looks, ratio))).collect();
    let best = runs.iter().max_by(|a, b| a.1.log_likelihood.total_cmp(&b.1.log_likelihood))?;
    let top = best.1.log_likelihood;
    let weights: Vec<f64> = runs
        .iter()
        .map(|(ratio, run)| (run.log_likelihood - top - ratio / USUAL_RATIO).exp())
        .collect();
    let all: f64 = weights.iter().sum();
    let sums = stretches.iter().map(|stretch| {
        let told: Vec<(f64, f64)> = runs
            .iter()
            .map(|(ratio, run)| sum_of(run, &looks, *ratio, series.len(), stretch))
            .collect();
        let middle = told.iter().zip(&weights).map(|((m, _), w)| m * w).sum::<f64>() / all;
        let apart = told
            .iter()
            .zip(&weights)
            .map(|((m, v), w)| w * (v + (m - middle).powi(2)))
            .sum::<f64>();
        let days = count(stretch.len());
        (middle * scale + shift * days, (apart / all).sqrt() * scale)
    });
    let sums = sums.collect();
    let (ratio, run) = best;
    let likeliest = stretches.iter().map(|stretch| {
        let (middle, _) = sum_of(run, &looks, *ratio, series.len(), stretch);
        middle * scale + shift * count(stretch.len())
    });
    let likeliest = likeliest.collect();
    Some(Forecast {
        sums,
        likeliest,
        df: count(series.len() - size),
        misses: run.misses.iter().map(|miss| miss * scale).collect(),
        expected: run.expected.iter().map(|e| e.map(|value| value * scale + shift)).collect(),
        ratio: *ratio,
        slopes: run.state[1..]
            .iter()
            .zip(&standards)
            .map(|(slope, (_, width))| slope * scale / width)
            .collect(),
    })
}

/// Mean and standard deviation; 1 for a constant.
fn standard(values: &[f64]) -> (f64, f64) {
    let width = variance(values).sqrt();
    (mean(values), if width > 1e-12 { width } else { 1.0 })
}

fn ratios() -> impl Iterator<Item = f64> {
    let powers = (0..RATIOS).map(|at| 10.0_f64.powf(-5.0 + 6.0 * count(at) / count(RATIOS - 1)));
    std::iter::once(0.0).chain(powers)
}

/// Mean and variance of the sum of days in `stretch`, seen from the end of the series.
fn sum_of(
    run: &Run,
    looks: &[Vec<f64>],
    ratio: f64,
    end: usize,
    stretch: &std::ops::Range<usize>,
) -> (f64, f64) {
    let size = run.state.len();
    let mut total = vec![0.0; size];
    for day in stretch.clone() {
        for (sum, value) in total.iter_mut().zip(row(looks, day)) {
            *sum += value;
        }
    }
    let expected = total.iter().zip(&run.state).map(|(z, a)| z * a).sum();
    let mut doubt = count(stretch.len());
    for i in 0..size {
        for j in 0..size {
            doubt += total[i] * run.spread[i][j] * total[j];
        }
    }
    // Each step of the level moves all days of the stretch from then on.
    for step in end..stretch.end {
        let moved = count(stretch.end - step.max(stretch.start));
        doubt += ratio * moved * moved;
    }
    (expected, doubt * run.noise)
}

/// Six columns that tell the days of the week apart, for days counted from `first_weekday` (0–6).
pub fn weekdays(days: usize, first_weekday: usize) -> Vec<Vec<f64>> {
    (1..7)
        .map(|weekday| {
            let is = |day: usize| (first_weekday + day) % 7 == weekday;
            (0..days).map(|day| if is(day) { 1.0 } else { 0.0 }).collect()
        })
        .collect()
}

/// The interval of one sum: what was seen less what was expected.
pub fn gain(seen: f64, expected: (f64, f64), df: f64, level: f64) -> (f64, f64, f64) {
    let effect = seen - expected.0;
    let reach = student_quantile(f64::midpoint(1.0, level), df) * expected.1;
    (effect, effect - reach, effect + reach)
}

/// Days of the treated unit: whole weeks before, the days the change settles in, whole weeks after.
#[derive(Clone, Debug)]
pub struct Days {
    pub values: Vec<f64>,
    /// How many lie before; and left out after them: the level wanders on there, unseen.
    pub before: usize,
    pub hole: usize,
    /// 0–6: which day of the week the first one is.
    pub first_weekday: usize,
}

impl Days {
    fn weeks_after(&self) -> Vec<std::ops::Range<usize>> {
        let from = self.before + self.hole;
        (from..self.values.len()).step_by(7).map(|at| at..(at + 7).min(self.values.len())).collect()
    }

    fn regressors(&self, controls: &[Vec<f64>]) -> Vec<Vec<f64>> {
        let mut regressors = weekdays(self.values.len(), self.first_weekday);
        regressors.extend(controls.iter().cloned());
        regressors
    }
}

/// The effect per week: weekly season and control series beside the wandering level. `controls` are
/// daily indices over all days.
pub fn estimate(days: &Days, controls: &[Vec<f64>], level: f64) -> Option<Estimate> {
    let (before, from) = (days.before, days.before + days.hole);
    if from >= days.values.len() {
        return None;
    }
    let whole = from..days.values.len();
    let stretches: Vec<_> = std::iter::once(whole).chain(days.weeks_after()).collect();
    let told = forecast(&days.values[..before], &days.regressors(controls), &stretches)?;
    let weeks = count(days.values.len() - from) / 7.0;
    let seen: f64 = days.values[from..].iter().sum();
    let (effect, low, high) = gain(seen, told.sums[0], told.df, level);
    let early = days.values[..before].chunks(7).zip(told.expected.chunks(7));
    let early = early.map(|(seen, expected)| {
        seen.iter().zip(expected).map(|(seen, expected)| expected.unwrap_or(*seen)).sum()
    });
    let counterfactual = early.chain(told.sums[1..].iter().map(|(sum, _)| *sum)).collect();
    let squares: Vec<f64> = told.misses.iter().map(|miss| miss * miss).collect();
    Some(Estimate {
        effect: effect / weeks,
        error: told.sums[0].1 / weeks,
        df: told.df,
        low: low / weeks,
        high: high / weeks,
        counterfactual,
        miss: (mean(&squares) * 7.0).sqrt(),
        weights: Vec::new(),
        placebo: Vec::new(),
        placebo_p: None,
        widening: 1.0,
    })
}

/// The error to expect per week, and its degrees of freedom, before anything has changed. The series
/// ends with the days before; `days.values` goes on over the days to come, which are not looked at.
pub fn expected(days: &Days) -> Option<(f64, f64)> {
    let from = days.before + days.hole;
    let stretch = from..days.values.len();
    let weeks = count(stretch.len()) / 7.0;
    let told = forecast(&days.values[..days.before], &days.regressors(&[]), &[stretch])?;
    Some((told.sums[0].1 / weeks, told.df))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of Brodersen et al., drawn anew: a control that wanders, +10 from day 71 on.
    /// Reference: ordinary least squares by numpy 9.905082.
    #[test]
    fn ten_more_a_day_are_told_as_by_the_reference() {
        let text = include_str!("fixtures/level_and_control.csv");
        let rows: Vec<(f64, f64)> = text
            .lines()
            .skip(1)
            .map(|line| {
                let (x, y) = line.split_once(',').unwrap();
                (x.parse().unwrap(), y.parse().unwrap())
            })
            .collect();
        let (control, series): (Vec<f64>, Vec<f64>) = rows.into_iter().unzip();
        let after = 70..100;
        let told = forecast(&series[..70], &[control], std::slice::from_ref(&after)).unwrap();
        let seen: f64 = series[70..].iter().sum();
        let (effect, low, high) = gain(seen, told.sums[0], told.df, 0.95);
        let likeliest = (seen - told.likeliest[0]) / 30.0;
        assert!((likeliest - 9.9051).abs() < 1e-4, "{likeliest}");
        assert!((effect / 30.0 - 9.9051).abs() < 0.05, "{}", effect / 30.0);
        assert!(low / 30.0 > 8.9 && high / 30.0 < 10.9, "{} {}", low / 30.0, high / 30.0);
        assert!((told.slopes[0] - 1.2).abs() < 0.1);
        assert!(told.ratio < 1e-3, "{}", told.ratio);
    }
}
