//! The CUSUM of counts: since when a rate is another one.
//!
//! Each week adds how much likelier its count is with the change looked for than without it (the
//! logarithm); a sum below zero begins anew. While nothing changed the sum stays small; once it passes
//! its limit there is a signal, and the change began after the last zero (Page 1954; Lucas 1985 for
//! Poisson counts). Counts that scatter more than Poisson are negative binomial with a variance of
//! `mean + mean² / size`, for which the same sum is known (Hawkins and Olwell 1998, ch. 7).
//!
//! The limit is the one that a rate without any change passes once in so many weeks on average, worked
//! out as the mean time until a Markov chain over the sum is absorbed (Brook and Evans 1972).

use std::{collections::HashMap, f64::consts::LN_2};

use super::special::ln_gamma;

/// States of the Markov chain. More move the mean time between alarms by less than 2 %.
const STATES: usize = 40;
/// Groups that the counts of a week are taken together to, when there are more.
const GROUPS: usize = 500;
/// Probabilities this much below the largest one are left out.
const TAIL: f64 = 1e-12;
/// Halvings on the way to a limit, which lies between these.
const HALVINGS: usize = 16;
const LIMITS: (f64, f64) = (0.01, 20.0);
/// Limits are worked out for means and sizes on a grid: eight steps from one to its double.
const STEPS_OF_DOUBLE: f64 = 8.0;

/// What is looked for: the rate times `times`, in counts whose scatter is told by `size`.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Cusum {
    pub times: f64,
    /// Infinite for Poisson counts.
    pub size: f64,
}

/// How the sum stands after the newest week.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct State {
    /// The sum, and the largest since it was last zero.
    pub sum: f64,
    pub most: f64,
    /// The number of the first week after the last zero; none while the sum is zero.
    pub since: Option<usize>,
}

impl Cusum {
    /// The sum over weeks, each a count and what was expected of it.
    pub(super) fn over(self, weeks: &[(f64, f64)]) -> State {
        let mut state = State { sum: 0.0, most: 0.0, since: None };
        for (at, (count, expected)) in weeks.iter().enumerate() {
            if *expected <= 0.0 {
                continue;
            }
            state.sum += self.weight(*count, *expected);
            if state.sum <= 0.0 {
                state = State { sum: 0.0, most: 0.0, since: None };
            } else {
                state.since = state.since.or(Some(at));
                state.most = state.most.max(state.sum);
            }
        }
        state
    }

    /// What a count adds.
    fn weight(self, count: f64, expected: f64) -> f64 {
        let (per_count, fixed) = self.weights(expected);
        count * per_count - fixed
    }

    /// What each count adds, and what a week takes off.
    fn weights(self, expected: f64) -> (f64, f64) {
        let Self { times, size } = self;
        if size.is_infinite() {
            return (times.ln(), (times - 1.0) * expected);
        }
        let (before, after) = (size + expected, size + times * expected);
        ((times * before / after).ln(), size * (after / before).ln())
    }

    /// Mean number of weeks until the sum passes `limit`, when the sum expects `expected` a week and
    /// the counts have the mean `mean`.
    fn run_length(self, limit: f64, expected: f64, mean: f64) -> f64 {
        let (per_count, fixed) = self.weights(expected);
        let width = 2.0 * limit / (2 * STATES - 1) as f64;
        let steps: Vec<(f64, f64)> = counts(mean, self.size)
            .into_iter()
            .map(|(count, chance)| ((count * per_count - fixed) / width, chance))
            .collect();
        // The time left from each state is one week more than the mean of where the week leads.
        let mut rows = vec![[0.0; STATES + 1]; STATES];
        for (from, row) in rows.iter_mut().enumerate() {
            row[from] += 1.0;
            row[STATES] = 1.0;
            for (step, chance) in &steps {
                let to = (from as f64 + step).round().max(0.0);
                if to < STATES as f64 {
                    row[to as usize] -= chance;
                }
            }
        }
        solve(&mut rows)
    }

    /// The limit that is passed once in `weeks` on average while nothing changes.
    fn limit(self, expected: f64, weeks: f64) -> f64 {
        let (mut low, mut high) = LIMITS;
        for _ in 0..HALVINGS {
            let middle = (low * high).sqrt();
            if self.run_length(middle, expected, expected) < weeks {
                low = middle;
            } else {
                high = middle;
            }
        }
        high
    }
}

/// Limits that are known already: many subjects are alike.
#[derive(Debug, Default)]
pub(super) struct Limits(HashMap<(i64, i64, bool), f64>);

impl Limits {
    /// The limit of a sum whose weeks expect about `expected`. `weeks` must be the same in all calls.
    pub(super) fn of(&mut self, cusum: Cusum, expected: f64, weeks: f64) -> f64 {
        let grid = |value: f64| (value.ln() / LN_2 * STEPS_OF_DOUBLE).round();
        let back = |step: f64| (step / STEPS_OF_DOUBLE * LN_2).exp();
        // Past ten thousand a week the spread is that of the rate, and the limit stays.
        let mean = grid(expected.clamp(0.01, 1e4));
        let size = if cusum.size.is_infinite() { f64::INFINITY } else { grid(cusum.size) };
        let known = (mean as i64, if size.is_infinite() { i64::MAX } else { size as i64 });
        *self.0.entry((known.0, known.1, cusum.times < 1.0)).or_insert_with(|| {
            let size = if size.is_infinite() { size } else { back(size) };
            Cusum { size, ..cusum }.limit(back(mean), weeks)
        })
    }
}

/// Counts with their chances, neighbours taken together where there are too many.
fn counts(mean: f64, size: f64) -> Vec<(f64, f64)> {
    let poisson = size.is_infinite();
    let ratio = if poisson { mean } else { mean / (size + mean) };
    // p(x + 1) / p(x): mean / (x + 1) for Poisson, (x + size) / (x + 1) · mean / (size + mean) else.
    let up = |count: f64| {
        let factor = if poisson { 1.0 } else { count + size };
        factor * ratio / (count + 1.0)
    };
    let middle = mean.floor();
    let ln_top = if poisson {
        middle * mean.ln() - mean - ln_gamma(middle + 1.0)
    } else {
        ln_gamma(middle + size) - ln_gamma(size) - ln_gamma(middle + 1.0)
            + size * (size / (size + mean)).ln()
            + middle * ratio.ln()
    };
    let top = ln_top.exp();
    let mut below = Vec::new();
    let (mut count, mut chance) = (middle, top);
    while count > 0.0 && chance > top * TAIL {
        count -= 1.0;
        chance /= up(count);
        below.push((count, chance));
    }
    below.reverse();
    let mut all = below;
    let (mut count, mut chance) = (middle, top);
    while chance > top * TAIL || count <= mean {
        all.push((count, chance));
        chance *= up(count);
        count += 1.0;
    }
    let together = all.len().div_ceil(GROUPS);
    let group = |counts: &[(f64, f64)]| {
        let chance: f64 = counts.iter().map(|one| one.1).sum();
        let mean: f64 = counts.iter().map(|one| one.0 * one.1).sum();
        (if chance > 0.0 { mean / chance } else { counts[0].0 }, chance)
    };
    all.chunks(together.max(1)).map(group).collect()
}

/// The first unknown of a system of equations whose diagonal is dominant; the last column is the
/// right side.
fn solve(rows: &mut [[f64; STATES + 1]]) -> f64 {
    for at in 0..STATES {
        let (above, below) = rows.split_at_mut(at + 1);
        let pivot = &above[at];
        for row in below {
            let factor = row[at] / pivot[at];
            if factor != 0.0 {
                for column in at..=STATES {
                    row[column] -= factor * pivot[column];
                }
            }
        }
    }
    let mut found = [0.0; STATES];
    for at in (0..STATES).rev() {
        let known: f64 = (at + 1..STATES).map(|column| rows[at][column] * found[column]).sum();
        found[at] = (rows[at][STATES] - known) / rows[at][at];
    }
    found[0]
}

#[cfg(test)]
mod tests {
    use super::*;

    const YEAR: f64 = 365.0;

    /// Even numbers between 0 and 1 that repeat (splitmix64).
    struct Luck(u64);

    impl Luck {
        fn unit(&mut self) -> f64 {
            self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut z = self.0;
            z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
        }

        fn count(&mut self, from: &[(f64, f64)]) -> f64 {
            let mut left = self.unit();
            let hit = from.iter().find(|(_, chance)| {
                left -= chance;
                left < 0.0
            });
            hit.or(from.last()).map_or(0.0, |(count, _)| *count)
        }
    }

    /// Mean weeks until the limit is passed, over many lives that begin without a change.
    fn simulated(cusum: Cusum, limit: f64, (expected, mean): (f64, f64)) -> f64 {
        let from = counts(mean, cusum.size);
        let mut luck = Luck(7);
        let lives = 3000;
        let weeks: usize = (0..lives)
            .map(|_| {
                let (mut sum, mut weeks) = (0.0_f64, 0);
                while sum < limit {
                    sum = (sum + cusum.weight(luck.count(&from), expected)).max(0.0);
                    weeks += 1;
                }
                weeks
            })
            .sum();
        weeks as f64 / f64::from(lives)
    }

    #[test]
    fn chances_of_counts_sum_to_one_and_have_their_mean_and_spread() {
        for (mean, size) in [(0.4, f64::INFINITY), (20.0, f64::INFINITY), (20.0, 8.0), (3e4, 8.0)] {
            let all = counts(mean, size);
            let sum: f64 = all.iter().map(|one| one.1).sum();
            let first: f64 = all.iter().map(|one| one.0 * one.1).sum();
            let second: f64 = all.iter().map(|one| (one.0 - mean).powi(2) * one.1).sum();
            let spread = if size.is_infinite() { mean } else { mean + mean * mean / size };
            assert!((sum - 1.0).abs() < 1e-6 && (first / mean - 1.0).abs() < 1e-5, "{mean} {size}");
            assert!((second / spread - 1.0).abs() < 1e-3, "{mean} {size}: {second} {spread}");
        }
    }

    #[test]
    fn a_fall_is_told_as_fast_as_reference_runs_tell_it() {
        // ALGORITHMS topic 5: size 8, one false alarm a year of days. Days until −50 % is told for 3,
        // 10, 30 and 100 a day; −80 % of 10 a day.
        let half = Cusum { times: 0.5, size: 8.0 };
        for (mean, days) in [(3.0, 11.5), (10.0, 6.2), (30.0, 4.6), (100.0, 3.9)] {
            let found = half.run_length(half.limit(mean, YEAR), mean, mean * 0.5);
            assert!((found / days - 1.0).abs() < 0.08, "{mean} a day: {found}, not {days}");
        }
        let limit = half.limit(10.0, YEAR);
        assert!(half.run_length(limit, 10.0, 2.0) < 3.2);
        assert!(half.run_length(limit, 10.0, 7.0) < 20.0);
    }

    #[test]
    fn a_rate_without_change_gives_a_false_alarm_as_seldom_as_wanted() {
        for (times, mean, size) in [(0.6, 20.0, 8.0), (0.6, 5.0, f64::INFINITY), (1.6, 2.0, 12.0)] {
            let cusum = Cusum { times, size };
            let limit = cusum.limit(mean, 52.0);
            let weeks = simulated(cusum, limit, (mean, mean));
            assert!(
                (weeks / 52.0 - 1.0).abs() < 0.12,
                "{times} {mean} {size}: every {weeks} weeks"
            );
        }
    }

    #[test]
    fn a_shift_of_the_size_looked_for_is_told_within_weeks() {
        let cusum = Cusum { times: 0.6, size: 8.0 };
        let limit = cusum.limit(20.0, 52.0);
        let (told, at_half) =
            (simulated(cusum, limit, (20.0, 12.0)), simulated(cusum, limit, (20.0, 10.0)));
        assert!((2.0..8.0).contains(&told), "{told}");
        assert!(at_half < told, "{at_half}");
        let exact = cusum.run_length(limit, 20.0, 12.0);
        assert!((exact / told - 1.0).abs() < 0.1, "{exact} {told}");
        // A rise is none of its business.
        assert!(cusum.run_length(limit, 20.0, 30.0) > 400.0);
    }

    #[test]
    fn the_change_begins_after_the_last_zero() {
        let cusum = Cusum { times: 0.6, size: f64::INFINITY };
        let weeks = [40.0, 36.0, 44.0, 41.0, 39.0, 24.0, 22.0, 25.0].map(|count| (count, 40.0));
        let state = cusum.over(&weeks);
        assert_eq!(state.since, Some(5));
        assert!(state.sum > cusum.limit(40.0, 52.0), "{state:?}");
        // One week as before ends nothing, three do.
        let back: Vec<_> = weeks.iter().copied().chain([(40.0, 40.0); 3]).collect();
        assert!(cusum.over(&back[..9]).since == Some(5));
        assert_eq!(cusum.over(&[back, vec![(44.0, 40.0); 4]].concat()).since, None);
    }

    #[test]
    fn limits_on_the_grid_are_near_the_exact_ones() {
        let mut limits = Limits::default();
        for (mean, size) in [(17.3, 9.1), (2.2, f64::INFINITY), (640.0, 30.0)] {
            let cusum = Cusum { times: 0.6, size };
            let (near, exact) = (limits.of(cusum, mean, 52.0), cusum.limit(mean, 52.0));
            assert!((near / exact - 1.0).abs() < 0.06, "{mean}: {near} {exact}");
        }
        assert_eq!(limits.0.len(), 3);
    }
}
