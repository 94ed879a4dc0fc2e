//! Simulated demand: many ways the buckets to come may go.
//!
//! Replenishment asks for sums over lead times, which no table of quantiles per bucket can answer.
//!
//! float-ok: statistics only.

use super::numbers::{count, mean, quantile};

/// Paths of equal length, each as likely as the others.
#[derive(Clone, PartialEq, Debug)]
pub struct Paths {
    horizon: usize,
    /// Path after path.
    values: Vec<f64>,
}

impl Paths {
    /// `values` holds path after path, each `horizon` long; what is over is dropped.
    pub fn new(horizon: usize, mut values: Vec<f64>) -> Self {
        let whole = values.len().checked_div(horizon).unwrap_or(0);
        values.truncate(whole * horizon);
        Self { horizon, values }
    }

    /// Buckets of each path.
    pub fn horizon(&self) -> usize {
        self.horizon
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.values.len().checked_div(self.horizon).unwrap_or(0)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Each path.
    pub fn each(&self) -> impl Iterator<Item = &[f64]> {
        self.values.chunks_exact(self.horizon.max(1))
    }

    /// What the paths say of one bucket.
    pub fn bucket(&self, step: usize) -> Vec<f64> {
        self.each().filter_map(|path| path.get(step).copied()).collect()
    }

    /// The sum of each path over buckets `from` to before `to`; a part of a bucket counts in part
    /// (a lead time of 5.5 weeks). Buckets beyond the horizon add what the last ones were.
    pub fn sums_of(&self, from: f64, to: f64) -> Vec<f64> {
        self.each().map(|path| sum(path, from, to)).collect()
    }

    /// The sum of each path over whole buckets.
    pub fn sums(&self, from: usize, to: usize) -> Vec<f64> {
        self.sums_of(count(from), count(to))
    }

    /// What the sum over a stretch stays below with each chance; 0 without paths.
    pub fn sum_quantiles(&self, from: f64, to: f64, levels: &[f64]) -> Vec<f64> {
        let mut sums = self.sums_of(from, to);
        sums.sort_unstable_by(f64::total_cmp);
        levels.iter().map(|level| quantile(&sums, *level)).collect()
    }

    /// The same paths with every bucket multiplied: factors of events and seasons to come.
    pub fn times(mut self, factors: &[f64]) -> Self {
        if self.horizon > 0 {
            for path in self.values.chunks_exact_mut(self.horizon) {
                for (value, factor) in path.iter_mut().zip(factors) {
                    *value *= factor;
                }
            }
        }
        self
    }

    /// The same paths with one bucket known.
    pub fn set(mut self, step: usize, to: f64) -> Self {
        if step < self.horizon {
            for path in self.values.chunks_exact_mut(self.horizon) {
                path[step] = to;
            }
        }
        self
    }

    /// The mean of each bucket.
    pub fn means(&self) -> Vec<f64> {
        (0..self.horizon).map(|step| mean(&self.bucket(step))).collect()
    }
}

fn sum(path: &[f64], from: f64, to: f64) -> f64 {
    let last = path.last().copied().unwrap_or(0.0);
    let beyond = (to - from.max(count(path.len()))).max(0.0) * last;
    let inside = path.iter().enumerate().map(|(step, value)| {
        let (start, end) = (count(step), count(step + 1));
        value * (to.min(end) - from.max(start)).max(0.0)
    });
    inside.sum::<f64>() + beyond
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_take_parts_of_buckets_and_go_on_beyond_the_horizon() {
        let paths = Paths::new(3, vec![1.0, 2.0, 4.0, 3.0, 3.0, 3.0]);
        assert_eq!(paths.len(), 2);
        assert_eq!(paths.sums(0, 3), [7.0, 9.0]);
        assert_eq!(paths.sums_of(0.5, 1.5), [1.5, 3.0]);
        assert_eq!(paths.sums_of(2.0, 5.0), [12.0, 9.0]);
        assert_eq!(paths.means(), [2.0, 2.5, 3.5]);
        assert_eq!(paths.sum_quantiles(0.0, 3.0, &[0.5]), [8.0]);
    }

    #[test]
    fn no_paths_say_nothing() {
        let none = Paths::new(0, Vec::new());
        assert!(none.is_empty() && none.means().is_empty());
        assert_eq!(none.sum_quantiles(0.0, 2.0, &[0.9]), [0.0]);
    }
}
