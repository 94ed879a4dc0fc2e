//! How far demand may lie from what is expected: quantiles of each bucket, and whole paths.
//!
//! Small counts are drawn from a negative binomial distribution, all else from the method's own past
//! misses. A miss moves what is expected of the buckets after it, as the method would learn from it,
//! so that sums over a lead time are as uncertain as they really are.
//!
//! # Source
//! Recursion of class 1 state spaces (Hyndman et al. 2008, §6.1); smoothed bootstrap of residuals
//! (Snyder, Koehler and Ord 2002 for lead-time demand); negative binomial for counts (Kolassa 2016).
//!
//! float-ok: statistics only.

use super::{
    chance::Chance,
    fit::{Fit, Response},
    numbers::{count, mean, normal_quantile, quantile, variance},
    paths::Paths,
};

/// Above this mean, counts are spread like any other number.
const SMALL_COUNTS: f64 = 20.0;
/// So many past misses count as much as the normal distribution in the tails.
const NORMAL_WEIGHT: f64 = 20.0;
/// Noise added to a drawn miss, as a share of their spread: values between those seen are possible.
const SMOOTHING: f64 = 0.25;
/// Even a bucket of which nothing is expected may sell.
const LEAST_DUE: f64 = 0.02;
/// Parameters and first states of a usual method.
const PARAMETERS: f64 = 4.0;
/// Weights of the newest bucket that are tried on small counts, and the buckets with sales after which
/// what they say counts half.
const FOLLOWED: [f64; 7] = [0.0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3];
const FOLLOWED_HALF: f64 = 16.0;
/// The back-test can widen or narrow the spread within these limits.
const WIDENING: (f64, f64) = (0.6, 3.0);

/// Past misses in the scale in which they are alike.
#[derive(Clone, Debug)]
enum Misses {
    /// Variance for each unit expected.
    Counts(f64),
    /// In units: standardised and sorted, with their standard deviation.
    Units(Vec<f64>, f64),
    /// As shares of what was expected.
    Shares(Vec<f64>, f64),
}

/// The uncertainty of one fitted method.
#[derive(Clone, Debug)]
pub struct Spread {
    misses: Misses,
    response: Response,
    season: usize,
    widening: f64,
    /// What buckets to come are multiplied by; beyond its end 1.
    factors: Vec<f64>,
    /// Doubt of the level's drift per bucket, as a share of the spread of one bucket.
    drift: f64,
    /// Doubt of the level itself, likewise.
    doubt: f64,
}

impl Spread {
    /// From what the method missed in the past; buckets with `known` false were not seen. `counts`
    /// says that demand comes in whole units.
    pub fn of(values: &[f64], known: &[bool], fit: &Fit, season: usize, counts: bool) -> Self {
        // The first buckets only set the states.
        let skip = if values.len() > 4 * season { season.max(2) } else { values.len().min(4) / 2 };
        let seen: Vec<(f64, f64)> = (skip..values.len())
            .filter(|at| known.get(*at).copied().unwrap_or(true))
            .map(|at| (values[at], fit.fitted[at]))
            .collect();
        let level = mean(&seen.iter().map(|(value, _)| *value).collect::<Vec<_>>());
        let misses = if counts && level < SMALL_COUNTS {
            let squares: f64 = seen.iter().map(|(y, f)| (y - f).powi(2)).sum();
            let expected: f64 = seen.iter().map(|(y, f)| f64::midpoint(*y, *f)).sum();
            // One more pair at the Poisson's ratio keeps short series from zero spread.
            Misses::Counts(((squares + 1.0) / (expected + 1.0)).max(1.0))
        } else if fit.relative {
            let floor = 0.05 * level.max(1e-9);
            let shares = seen.iter().map(|(y, f)| (y - f) / f.max(floor));
            standard(shares.collect(), Misses::Shares)
        } else {
            standard(seen.iter().map(|(y, f)| y - f).collect(), Misses::Units)
        };
        // A level that follows its series may have been going somewhere all along: the standard error
        // of a random walk's drift.
        let n = count(values.len().max(1));
        let alpha = fit.response.level.clamp(0.0, 1.0);
        let mut response = fit.response;
        if let Misses::Counts(_) = misses {
            response.level = response.level.min(follows(&seen, alpha));
        }
        let drift = response.level.clamp(0.0, 1.0) / n.sqrt();
        // A level smoothed with α rests on (2 − α) / α buckets, and never on more than there are.
        let doubt = (alpha / (2.0 - alpha)).max(1.0 / n).sqrt();
        Self { misses, response, season, widening: 1.0, factors: Vec::new(), drift, doubt }
    }

    /// The same for buckets whose expectation has been multiplied by events or a given season.
    pub fn with_factors(mut self, factors: &[f64]) -> Self {
        self.factors = factors.to_vec();
        self
    }

    fn factor(&self, step: usize) -> f64 {
        self.factors.get(step).copied().unwrap_or(1.0).max(1e-6)
    }

    /// The same, wider by this factor of the standard deviation.
    pub fn widened(mut self, by: f64) -> Self {
        self.widening = by.clamp(WIDENING.0, WIDENING.1);
        self
    }

    /// The factor by which the back-test has widened it.
    pub fn widening(&self) -> f64 {
        self.widening
    }

    /// Variance of one bucket alone, before widening.
    fn own(&self, expected: f64, step: usize) -> f64 {
        match &self.misses {
            Misses::Counts(over) => over * expected.max(LEAST_DUE),
            Misses::Units(_, sd) => (sd * self.factor(step)).powi(2),
            Misses::Shares(_, sd) => (sd * expected).powi(2),
        }
    }

    /// What an earlier miss adds to a later bucket.
    fn shift(&self, shifts: &[f64], from: usize, step: usize) -> f64 {
        shifts[step - from] * self.factor(step) / self.factor(from)
    }

    fn shifts(&self, horizon: usize) -> Vec<f64> {
        (0..horizon).map(|ahead| self.response.shift(ahead.max(1), self.season)).collect()
    }

    /// Variance of every bucket to come, widening included.
    pub fn variances(&self, expected: &[f64]) -> Vec<f64> {
        let own: Vec<f64> =
            expected.iter().enumerate().map(|(step, value)| self.own(*value, step)).collect();
        let shifts = self.shifts(expected.len());
        let at = |step: usize| {
            let moved = (0..step).map(|from| self.shift(&shifts, from, step).powi(2) * own[from]);
            let doubt = (self.drift * count(step + 1)).powi(2) + self.doubt.powi(2);
            (own[step] * (1.0 + doubt) + moved.sum::<f64>()) * self.widening * self.widening
        };
        (0..expected.len()).map(at).collect()
    }

    /// Variance of the sum over all buckets to come, widening included: misses that stay count in
    /// every bucket after them.
    pub fn sum_variance(&self, expected: &[f64]) -> f64 {
        let shifts = self.shifts(expected.len());
        let (mut sum, mut drift, mut doubt) = (0.0, 0.0, 0.0);
        for (from, value) in expected.iter().enumerate() {
            let own = self.own(*value, from);
            let later = from + 1..expected.len();
            let reach = 1.0 + later.map(|step| self.shift(&shifts, from, step)).sum::<f64>();
            sum += reach * reach * own;
            drift += self.drift * count(from + 1) * own.sqrt();
            doubt += self.doubt * own.sqrt();
        }
        (sum + drift * drift + doubt * doubt) * self.widening * self.widening
    }

    /// The quantiles of a bucket with this expectation and variance; `levels` must rise.
    pub fn quantiles(&self, expected: f64, variance: f64, levels: &[f64]) -> Vec<f64> {
        match &self.misses {
            Misses::Counts(_) => count_quantiles(expected, variance, levels),
            Misses::Units(sorted, _) | Misses::Shares(sorted, _) => {
                let own = count(sorted.len()) / (count(sorted.len()) + NORMAL_WEIGHT);
                let deviation = variance.sqrt();
                let one = |level: &f64| {
                    let normal = normal_quantile(*level);
                    let apart = own * quantile(sorted, *level) + (1.0 - own) * normal;
                    (expected + apart * deviation).max(0.0)
                };
                levels.iter().map(one).collect()
            }
        }
    }

    /// Paths of demand through the buckets to come.
    pub fn paths(&self, expected: &[f64], count_of: usize, chance: &mut Chance) -> Paths {
        let horizon = expected.len();
        let shifts = self.shifts(horizon);
        let spreads: Vec<f64> = expected
            .iter()
            .enumerate()
            .map(|(at, value)| self.own(*value, at).sqrt() * self.widening)
            .collect();
        let mut values = Vec::with_capacity(count_of * horizon);
        let mut misses = vec![0.0; horizon];
        for _ in 0..count_of {
            let (drift, doubt) = (self.drift * chance.normal(), self.doubt * chance.normal());
            for step in 0..horizon {
                let moved: f64 =
                    (0..step).map(|from| self.shift(&shifts, from, step) * misses[from]).sum();
                let apart = (drift * count(step + 1) + doubt) * spreads[step];
                let due = (expected[step] + moved + apart).max(0.0);
                let (value, miss) = self.draw(due, step, chance);
                misses[step] = miss;
                values.push(value);
            }
        }
        Paths::new(horizon, values)
    }

    /// Demand of one bucket and by how much it misses what is due.
    fn draw(&self, due: f64, step: usize, chance: &mut Chance) -> (f64, f64) {
        let wide = self.widening;
        match &self.misses {
            Misses::Counts(over) => {
                let variance = over * due.max(LEAST_DUE) * wide * wide;
                let value = chance.negative_binomial(due, variance);
                (value, value - due)
            }
            Misses::Units(sorted, sd) => {
                let miss = drawn(sorted, chance) * sd * wide * self.factor(step);
                ((due + miss).max(0.0), miss)
            }
            Misses::Shares(sorted, sd) => {
                let miss = drawn(sorted, chance) * sd * wide * due;
                ((due + miss).max(0.0), miss)
            }
        }
    }
}

/// How far small counts really follow their last bucket. Methods for slow products never weigh it
/// below a tenth, also where the level stands still; a burst then seems to lift all that comes, and
/// sums over a lead time seem less sure than they are. The weight that would have missed least, drawn
/// towards the method's own where the series is short.
fn follows(seen: &[(f64, f64)], own: f64) -> f64 {
    let values: Vec<f64> = seen.iter().map(|(value, _)| *value).collect();
    let start = mean(&values);
    let misses = |weight: f64| {
        let (mut level, mut sum) = (start, 0.0);
        for value in &values {
            sum += (value - level).powi(2);
            level += weight * (value - level);
        }
        sum
    };
    let best = FOLLOWED.into_iter().min_by(|a, b| misses(*a).total_cmp(&misses(*b)));
    // Empty buckets tell little of where the level goes.
    let sold = count(values.iter().filter(|value| **value > 0.0).count());
    let sure = sold / (sold + FOLLOWED_HALF);
    sure * best.unwrap_or(own) + (1.0 - sure) * own
}

/// Centred, of spread one and sorted. A method bends to the past it learnt from by about as many
/// buckets as it has parameters; their spread is told that much wider.
fn standard(mut misses: Vec<f64>, kind: fn(Vec<f64>, f64) -> Misses) -> Misses {
    let middle = mean(&misses);
    let sd = variance(&misses).sqrt();
    let n = count(misses.len());
    let told = sd * (n / (n - PARAMETERS).max(n / 3.0).max(1.0)).sqrt();
    for miss in &mut misses {
        *miss = if sd > 0.0 { (*miss - middle) / sd } else { 0.0 };
    }
    misses.sort_unstable_by(f64::total_cmp);
    kind(misses, told)
}

/// A past miss, or one from the normal distribution where there are few.
fn drawn(sorted: &[f64], chance: &mut Chance) -> f64 {
    let own = count(sorted.len()) / (count(sorted.len()) + NORMAL_WEIGHT);
    if sorted.is_empty() || chance.share() > own {
        return chance.normal();
    }
    let miss = sorted[chance.below(sorted.len())] + SMOOTHING * chance.normal();
    miss / (1.0 + SMOOTHING * SMOOTHING).sqrt()
}

/// The least counts that demand does not exceed with these rising chances: negative binomial,
/// Poisson where the variance is not above the mean.
pub fn count_quantiles(expected: f64, variance: f64, levels: &[f64]) -> Vec<f64> {
    if expected <= 0.0 {
        return vec![0.0; levels.len()];
    }
    // Far from zero the distribution is near enough to the normal one.
    if expected > 400.0 {
        let deviation = variance.sqrt();
        let one = |level: &f64| (expected + normal_quantile(*level) * deviation).round().max(0.0);
        return levels.iter().map(one).collect();
    }
    let over = (variance / expected).max(1.0 + 1e-9);
    let size = expected / (over - 1.0);
    let fails = 1.0 - 1.0 / over;
    let mut chance = (-size * over.ln()).exp();
    let (mut below, mut value) = (chance, 0.0);
    let mut found = Vec::with_capacity(levels.len());
    for level in levels {
        // Beyond 1e-18 nothing is left to add.
        while below < *level && value < 1e5 && (chance > 1e-18 || value < expected) {
            value += 1.0;
            chance *= (size + value - 1.0) / value * fails;
            below += chance;
        }
        found.push(value);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flat(fitted: &[f64], level: f64) -> Fit {
        Fit {
            fitted: fitted.to_vec(),
            ahead: vec![fitted[0]; 8],
            response: Response { level, ..Response::default() },
            relative: false,
        }
    }

    #[test]
    fn quantiles_of_counts_are_those_of_the_tables() {
        // Poisson(3): P(X ≤ 5) = .9161, P(X ≤ 6) = .9665.
        assert_eq!(count_quantiles(3.0, 3.0, &[0.91, 0.95]), [5.0, 6.0]);
        // Negative binomial with size 1 and mean 1 is geometric: P(X ≤ 3) = 1 − 2⁻⁴ = .9375.
        assert_eq!(count_quantiles(1.0, 2.0, &[0.93, 0.94]), [3.0, 4.0]);
        assert_eq!(count_quantiles(0.0, 1.0, &[0.5, 0.99]), [0.0, 0.0]);
    }

    #[test]
    fn nine_of_ten_later_sales_lie_in_the_band_of_nine_tenths() {
        let mut chance = Chance::new(5);
        for mean_sales in [0.8, 6.0, 300.0] {
            let mut draw = || chance.negative_binomial(mean_sales, 2.0 * mean_sales);
            let past: Vec<f64> = (0..120).map(|_| draw()).collect();
            let later: Vec<f64> = (0..4000).map(|_| draw()).collect();
            let fit = flat(&vec![mean(&past); 120], 0.0);
            let spread = Spread::of(&past, &[], &fit, 1, true);
            let expected = fit.fitted[0];
            let variance = spread.variances(&[expected])[0];
            let band = spread.quantiles(expected, variance, &[0.05, 0.95]);
            let inside = later.iter().filter(|v| **v >= band[0] && **v <= band[1]).count();
            let share = count(inside) / 4000.0;
            assert!((0.86..=0.98).contains(&share), "{mean_sales}: {share} in {band:?}");
        }
    }

    #[test]
    fn paths_have_the_mean_and_the_growing_spread_of_the_buckets() {
        let mut chance = Chance::new(8);
        let past: Vec<f64> = (0..200).map(|_| 500.0 + 40.0 * chance.normal()).collect();
        let fit = flat(&[500.0; 200], 0.4);
        let spread = Spread::of(&past, &[], &fit, 1, false);
        let expected = [500.0; 6];
        let told = spread.variances(&expected);
        let paths = spread.paths(&expected, 6000, &mut chance);
        for (step, told) in told.iter().enumerate() {
            let drawn = paths.bucket(step);
            assert!((mean(&drawn) - 500.0).abs() < 3.0);
            assert!((variance(&drawn) / told - 1.0).abs() < 0.1, "{step}");
        }
        assert!(told[5] > 1.6 * told[0]);
        let thrice = spread.clone().with_factors(&[1.0, 3.0]);
        assert!((thrice.variances(&[500.0, 1500.0])[1] / told[1] - 9.0).abs() < 1e-9);
        // Misses that stay make the sum more uncertain than independent buckets would be.
        let sum = paths.sums(0, 6);
        assert!(variance(&sum) > 1.2 * told.iter().sum::<f64>());
        assert!((variance(&sum) / spread.sum_variance(&expected) - 1.0).abs() < 0.1);
    }
}
