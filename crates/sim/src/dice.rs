//! Chance that repeats: a ChaCha stream per subject, integers only.
//!
//! Floating point would make the answer key depend on the machine's mathematics library.

use rand_chacha::{
    ChaCha8Rng,
    rand_core::{Rng, SeedableRng},
};

/// One stream of chance. Each subject (a store, the advertising, the traffic …) has its own, so
/// that a change in one part of the company leaves the others as they were.
pub(crate) struct Dice(ChaCha8Rng);

impl Dice {
    pub(crate) fn new(seed: u64, subject: &str) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed ^ hash_text(subject)))
    }

    /// A number from 0 to `n - 1`; 0 when `n` is 0.
    pub(crate) fn below(&mut self, n: u64) -> u64 {
        if n == 0 { 0 } else { self.0.next_u64() % n }
    }

    /// A number from `from` to `to`, both possible.
    pub(crate) fn between(&mut self, from: i64, to: i64) -> i64 {
        from + self.below((to - from + 1).unsigned_abs()) as i64
    }

    /// True in `per_mille` of 1000 cases.
    pub(crate) fn chance(&mut self, per_mille: u64) -> bool {
        self.below(1000) < per_mille
    }

    pub(crate) fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len() as u64) as usize]
    }

    /// How many times something happens that is expected `ppm` millionths of a time.
    ///
    /// A sum of trials, each with a chance of a quarter at most: close to a Poisson number.
    pub(crate) fn count(&mut self, ppm: u64) -> u64 {
        let trials = (ppm / 250_000 + 1).min(10_000);
        let each = ppm / trials;
        (0..trials).filter(|_| self.below(1_000_000) < each).count() as u64
    }
}

/// FNV-1a: stable over versions of the standard library, unlike its hasher.
pub(crate) fn hash_text(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// Scrambles a number (SplitMix64), for identifiers that look arbitrary but repeat.
pub(crate) fn scramble(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_near_what_is_expected() {
        let mut dice = Dice::new(7, "demand");
        let total: u64 = (0..10_000).map(|_| dice.count(2_300_000)).sum();
        assert!((22_000..24_000).contains(&total), "{total}");
    }
}
