//! The season of a series: is there one, and what its indices are.
//!
//! float-ok: statistics only.

use super::numbers::{count, mean, variance};

/// Seasons longer than this are smoothed over neighbouring buckets: 52 weeks leave two or three
/// values for each index.
const LONG: usize = 24;
/// Correlation between one year and the next from which a long season is believed.
const ALIKE: f64 = 0.5;
/// Indices below this would blow up whatever is divided by them.
const LEAST_INDEX: f64 = 0.01;

/// How the season joins the level.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Join {
    Sum,
    Product,
}

/// Indices of one season, the first bucket of the series first.
#[derive(Clone, PartialEq, Debug)]
pub struct Season {
    pub join: Join,
    pub indices: Vec<f64>,
}

impl Season {
    /// The index of a bucket counted from the first of the series.
    pub fn at(&self, bucket: usize) -> f64 {
        self.indices[bucket % self.indices.len()]
    }

    /// The series without its season.
    pub fn without(&self, values: &[f64]) -> Vec<f64> {
        let one = |(at, value): (usize, &f64)| match self.join {
            Join::Sum => value - self.at(at),
            Join::Product => value / self.at(at),
        };
        values.iter().enumerate().map(one).collect()
    }

    /// Values from bucket `from` on with the season put back.
    pub fn with(&self, values: &[f64], from: usize) -> Vec<f64> {
        let one = |(at, value): (usize, &f64)| match self.join {
            Join::Sum => value + self.at(from + at),
            Join::Product => value * self.at(from + at),
        };
        values.iter().enumerate().map(one).collect()
    }
}

/// Autocorrelation at lags 1 to `most`.
fn autocorrelation(values: &[f64], most: usize) -> Vec<f64> {
    let middle = mean(values);
    let apart: Vec<f64> = values.iter().map(|value| value - middle).collect();
    let all: f64 = apart.iter().map(|d| d * d).sum();
    let at = |lag: usize| {
        let sum: f64 = apart.iter().zip(&apart[lag.min(apart.len())..]).map(|(a, b)| a * b).sum();
        if all > 0.0 { sum / all } else { 0.0 }
    };
    (1..=most).map(at).collect()
}

/// Whether a series repeats itself every `length` buckets: the autocorrelation there is above what
/// chance gives in one of ten cases. Long seasons need two and a half of them, and one year must
/// follow the other.
///
/// # Source
/// The test of the M competitions (Fiorucci et al. 2016, §4.1); Bartlett's variance. It cannot see a
/// smooth season of 52 weeks in three years, whose neighbours are all correlated.
pub fn is_seasonal(values: &[f64], length: usize) -> bool {
    if length < 2 || values.len() < 2 * length + 1 {
        return false;
    }
    if length > LONG {
        return years_alike(values, length);
    }
    let found = autocorrelation(values, length);
    let before: f64 = found[..length - 1].iter().map(|r| r * r).sum();
    let limit = 1.644_854 * ((1.0 + 2.0 * before) / count(values.len())).sqrt();
    found[length - 1].abs() > limit
}

/// Whether deviations from the trend return a season later.
fn years_alike(values: &[f64], length: usize) -> bool {
    let half = length / 2;
    let apart = |(at, level): (usize, &f64)| values[at + half] - level;
    let deviations: Vec<f64> = trend(values, length).iter().enumerate().map(apart).collect();
    let smooth: Vec<f64> = deviations.windows(5).map(mean).collect();
    if smooth.len() < length + half {
        return false;
    }
    let (then, now) = (&smooth[..smooth.len() - length], &smooth[length..]);
    let (middle_then, middle_now) = (mean(then), mean(now));
    let pairs = then.iter().zip(now);
    let together: f64 = pairs.map(|(a, b)| (a - middle_then) * (b - middle_now)).sum();
    let squares = variance(then) * variance(now);
    let n = count(then.len()) - 1.0;
    squares > 0.0 && together / n / squares.sqrt() > ALIKE
}

/// The centred moving average over one season; empty where the series is shorter.
/// The first value belongs to bucket `length / 2`.
fn trend(values: &[f64], length: usize) -> Vec<f64> {
    if length.is_multiple_of(2) {
        let half = 0.5 / count(length);
        values
            .windows(length + 1)
            .map(|w| {
                let inner: f64 = w[1..length].iter().sum();
                inner / count(length) + half * (w[0] + w[length])
            })
            .collect()
    } else {
        values.windows(length).map(mean).collect()
    }
}

/// Indices by classical decomposition, or `None` with fewer than two seasons. Products only where
/// every value is positive.
///
/// # Source
/// Ratio to (difference from) the centred moving average; weak indices are drawn to none
/// (James–Stein as in Miller and Williams 2003) where `drawn` says so.
pub fn decompose(values: &[f64], length: usize, join: Join, drawn: bool) -> Option<Season> {
    if length < 2 || values.len() < 2 * length {
        return None;
    }
    let none = if join == Join::Product { 1.0 } else { 0.0 };
    let half = length / 2;
    let mut found: Vec<Vec<f64>> = vec![Vec::new(); length];
    for (at, level) in trend(values, length).iter().enumerate() {
        let value = values[at + half];
        let index = match join {
            Join::Sum => value - level,
            Join::Product if *level > 0.0 => value / level,
            Join::Product => return None,
        };
        found[(at + half) % length].push(index);
    }
    let mut indices: Vec<f64> =
        found.iter().map(|seen| if seen.is_empty() { none } else { mean(seen) }).collect();
    if length > LONG {
        indices = smoothed(&indices);
    }
    level_out(&mut indices, join);
    if drawn {
        let share = kept(&found, &indices);
        for index in &mut indices {
            *index = none + share * (*index - none);
        }
    }
    if join == Join::Product {
        for index in &mut indices {
            *index = index.max(LEAST_INDEX);
        }
    }
    Some(Season { join, indices })
}

/// Each index with its neighbours, near ones more.
fn smoothed(indices: &[f64]) -> Vec<f64> {
    const WEIGHTS: [f64; 5] = [1.0, 2.0, 3.0, 2.0, 1.0];
    let n = indices.len();
    let at = |middle: usize| {
        let near = WEIGHTS.iter().enumerate();
        near.map(|(i, weight)| weight * indices[(middle + n + i - 2) % n]).sum::<f64>() / 9.0
    };
    (0..n).map(at).collect()
}

/// Together the indices change nothing.
fn level_out(indices: &mut [f64], join: Join) {
    let middle = mean(indices);
    for index in indices {
        match join {
            Join::Sum => *index -= middle,
            Join::Product => *index /= middle,
        }
    }
}

/// The share of the indices' spread that is more than chance between the years.
fn kept(found: &[Vec<f64>], indices: &[f64]) -> f64 {
    let inside: Vec<f64> = found.iter().filter(|f| f.len() > 1).map(|f| variance(f)).collect();
    let years = mean(&found.iter().map(|f| count(f.len())).collect::<Vec<_>>()).max(1.0);
    let chance = mean(&inside) / years;
    let spread = variance(indices);
    if spread <= 0.0 { 0.0 } else { (1.0 - chance / spread).clamp(0.0, 1.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn yearly(n: usize) -> Vec<f64> {
        let index = [0.5, 0.8, 1.0, 1.7];
        (0..n).map(|t| (100.0 + 2.0 * count(t)) * index[t % 4]).collect()
    }

    #[test]
    fn a_season_is_seen_and_its_indices_are_found() {
        let values = yearly(40);
        assert!(is_seasonal(&values, 4));
        let season = decompose(&values, 4, Join::Product, false).unwrap();
        for (seen, true_index) in season.indices.iter().zip([0.5, 0.8, 1.0, 1.7]) {
            assert!((seen - true_index).abs() < 0.02, "{:?}", season.indices);
        }
        let back = season.with(&season.without(&values), 0);
        assert!(back.iter().zip(&values).all(|(a, b)| (a - b).abs() < 1e-9));
    }

    #[test]
    fn chance_is_no_season() {
        let mut chance = super::super::chance::Chance::new(3);
        let seen = (0..400).filter(|_| {
            let noise: Vec<f64> = (0..60).map(|_| 100.0 + 10.0 * chance.normal()).collect();
            is_seasonal(&noise, 12)
        });
        // One in ten by the level of the test; a two-sided one here.
        assert!(seen.count() < 60);
        let noise: Vec<f64> = (0..60).map(|_| 100.0 + 10.0 * chance.normal()).collect();
        let drawn = decompose(&noise, 12, Join::Product, true).unwrap();
        let plain = decompose(&noise, 12, Join::Product, false).unwrap();
        assert!(variance(&drawn.indices) < variance(&plain.indices));
    }

    #[test]
    fn a_season_of_the_year_is_seen_in_weeks_and_noise_is_not() {
        let mut chance = super::super::chance::Chance::new(6);
        let mut seen = [0, 0];
        for _ in 0..60 {
            for (kind, size) in [0.0, 0.5].into_iter().enumerate() {
                let value = |week: usize| {
                    let season = (count(week) / 52.0 * std::f64::consts::TAU).sin();
                    100.0 * (1.0 + size * season) + 20.0 * chance.normal()
                };
                let values: Vec<f64> = (0..156).map(value).collect();
                seen[kind] += usize::from(is_seasonal(&values, 52));
            }
        }
        assert!(seen[0] <= 3 && seen[1] >= 57, "{seen:?}");
    }

    #[test]
    fn two_seasons_are_the_least() {
        assert!(decompose(&yearly(7), 4, Join::Sum, false).is_none());
        assert!(!is_seasonal(&yearly(8), 4));
    }
}
