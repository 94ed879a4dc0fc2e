//! Chance with fractions: the demand model needs rates, and must still repeat to the byte.
//!
//! Only sums, products and quotients are used, which every machine rounds alike; the mathematics
//! library is not asked.
// float-ok: rates and expected values of a model; money that is written is in minor units.

use crate::dice::Dice;

/// Steps of one draw between 0 and 1.
const STEPS: u64 = 1 << 40;

/// e to the power of `x`, by its series after halving `x` until it is small.
pub(crate) fn exp(x: f64) -> f64 {
    let small = x / 1024.0;
    let mut term = 1.0;
    let mut sum = 1.0;
    for n in 1..12 {
        term *= small / f64::from(n);
        sum += term;
    }
    for _ in 0..10 {
        sum *= sum;
    }
    sum
}

/// The natural logarithm of a number near 1 (between a fifth and five).
pub(crate) fn ln(x: f64) -> f64 {
    let z = (x - 1.0) / (x + 1.0);
    let square = z * z;
    let mut power = z;
    let mut sum = 0.0;
    for n in 0..60 {
        sum += power / f64::from(2 * n + 1);
        power *= square;
    }
    2.0 * sum
}

/// `base` to the power of `exponent`, for a base near 1.
pub(crate) fn power(base: f64, exponent: f64) -> f64 {
    exp(exponent * ln(base))
}

/// The square root, by Newton's method.
pub(crate) fn root(x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    let mut guess = x.max(1.0);
    for _ in 0..60 {
        guess = (guess + x / guess) / 2.0;
    }
    guess
}

/// One stream of chance with fractions.
pub(crate) struct Chance(Dice);

impl Chance {
    pub(crate) fn new(seed: u64, subject: &str) -> Self {
        Self(Dice::new(seed, subject))
    }

    pub(crate) fn dice(&mut self) -> &mut Dice {
        &mut self.0
    }

    /// Evenly between 0 and 1, 1 left out.
    pub(crate) fn unit(&mut self) -> f64 {
        self.0.below(STEPS) as f64 / STEPS as f64
    }

    pub(crate) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// A normal number: the sum of twelve even ones is near enough, and needs no logarithm.
    pub(crate) fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.unit()).sum::<f64>() - 6.0
    }

    pub(crate) fn holds(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// A Poisson number (Knuth), in pieces so that the exponential never runs out of digits.
    pub(crate) fn poisson(&mut self, mean: f64) -> u32 {
        let mut left = mean.max(0.0);
        let mut count = 0;
        while left > 0.0 {
            let piece = left.min(16.0);
            left -= piece;
            let limit = exp(-piece);
            let mut product = self.unit();
            while product > limit {
                count += 1;
                product *= self.unit();
            }
        }
        count
    }

    pub(crate) fn binomial(&mut self, trials: u32, probability: f64) -> u32 {
        (0..trials).filter(|_| self.holds(probability)).count() as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_series_agree_with_the_library() {
        for x in [-16.0, -2.5, -0.1, 0.0, 0.4, 3.0] {
            assert!((exp(x) / f64::exp(x) - 1.0).abs() < 1e-9, "{x}");
        }
        for x in [0.2, 0.65, 1.0, 1.5, 4.9] {
            assert!((ln(x) - f64::ln(x)).abs() < 1e-9, "{x}");
        }
        assert!((root(2.0) - f64::sqrt(2.0)).abs() < 1e-12);
    }

    #[test]
    fn poisson_numbers_have_their_mean() {
        let mut chance = Chance::new(3, "poisson");
        let sum: u32 = (0..20_000).map(|_| chance.poisson(41.5)).sum();
        assert!((f64::from(sum) / 20_000.0 - 41.5).abs() < 0.2, "{sum}");
    }
}
