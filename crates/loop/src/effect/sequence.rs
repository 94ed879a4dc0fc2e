//! Intervals that hold however often one looks.
//!
//! float-ok: statistics only.
//!
//! # Source
//! Normal-mixture confidence sequences (Robbins 1970; Howard, Ramdas, McAuliffe, Sekhon 2021).

use super::stats::{count, mean, normal_quantile, student_quantile};

/// Half the width of the confidence sequence of a mean after `n` observations of standard deviation
/// `sigma`: at no time does the truth leave it, but with probability `alpha`.
pub fn half_width(n: f64, sigma: f64, tau2: f64, alpha: f64) -> f64 {
    let grown = n * tau2 + 1.0;
    sigma * (grown / (n * n * tau2) * (grown / (alpha * alpha)).ln()).sqrt()
}

/// The mixing variance that makes the sequence narrowest at `n` observations.
pub fn mixing(n: f64, alpha: f64) -> f64 {
    let twice = -2.0 * alpha.ln();
    (twice + twice.ln() + 1.0) / n.max(1.0)
}

/// One look: the mean effect of the blocks so far, with its interval.
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    pub effect: f64,
    pub low: f64,
    pub high: f64,
}

/// Looks after each block of a gap series. `spread` is the standard deviation of one block with
/// `df` degrees of freedom, widened already. Half of alpha pays for not knowing the level before,
/// half for looking often.
pub fn looks(gap: &[f64], before: usize, spread: f64, df: f64, level: f64) -> Vec<Seen> {
    let alpha = (1.0 - level) / 2.0;
    let early = mean(&gap[..before]);
    let of_level = student_quantile(1.0 - alpha / 2.0, df) * spread / count(before).sqrt();
    // Knowing the spread from few blocks only: as much wider as t is than normal.
    let unsure = student_quantile(1.0 - alpha / 2.0, df) / normal_quantile(1.0 - alpha / 2.0);
    let late = &gap[before..];
    let tau2 = mixing(count(late.len()), alpha);
    (1..=late.len())
        .map(|k| {
            let effect = mean(&late[..k]) - early;
            let reach = half_width(count(k), spread * unsure, tau2, alpha) + of_level;
            Seen { effect, low: effect - reach, high: effect + reach }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{super::chance::Chance, *};

    #[test]
    fn sequences_are_as_wide_as_the_reference_says() {
        for (n, width) in [(100.0, 0.3656), (1_000.0, 0.0961), (10_000.0, 0.0327)] {
            let told = half_width(n, 1.0, 0.01, 0.05);
            assert!((told - width).abs() < 6e-5, "{n}: {told}");
        }
    }

    /// Twenty looks with a fixed 95 % interval are wrong one time in four; the sequence is not.
    #[test]
    fn looking_twenty_times_does_not_make_nothing_into_something() {
        let mut chance = Chance::new(3);
        let (mut fixed, mut sequence) = (0, 0);
        for _ in 0..1_000 {
            let (mut sum, mut by_fixed, mut by_sequence) = (0.0, false, false);
            for n in 1..=2_000_u32 {
                sum += chance.normal();
                if n % 100 == 0 {
                    let n = f64::from(n);
                    by_fixed |= (sum / n).abs() > 1.96 / n.sqrt();
                    by_sequence |= (sum / n).abs() > half_width(n, 1.0, 0.01, 0.05);
                }
            }
            fixed += usize::from(by_fixed);
            sequence += usize::from(by_sequence);
        }
        assert!(fixed > 180, "{fixed}");
        assert!(sequence < 50, "{sequence}");
    }
}
