//! Chance with a seed: the same number gives the same assignment on every machine.
//!
//! float-ok: statistics only.

/// A stream of random numbers.
///
/// # Source
/// SplitMix64 (Steele, Lea, Flood 2014).
#[derive(Clone, Debug)]
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Self {
        let mut chance = Self(seed ^ 0x5DEE_CE66_D1CE_4E5B);
        chance.number();
        chance
    }

    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Even between 0 and 1, never exactly either.
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
    pub fn share(&mut self) -> f64 {
        ((self.number() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    /// A whole number below `n`; 0 when `n` is 0.
    pub fn below(&mut self, n: usize) -> usize {
        let wide = u128::from(self.number()) * (n as u128);
        usize::try_from(wide >> 64).unwrap_or(0)
    }

    /// Heads or tails.
    pub fn coin(&mut self) -> bool {
        self.number() >> 63 == 1
    }

    /// From the standard normal distribution (Box–Muller).
    pub fn normal(&mut self) -> f64 {
        let radius = (-2.0 * self.share().ln()).sqrt();
        radius * (2.0 * std::f64::consts::PI * self.share()).cos()
    }

    /// From the gamma distribution with this shape and mean `shape` (Marsaglia, Tsang 2000).
    pub fn gamma(&mut self, shape: f64) -> f64 {
        if shape < 1.0 {
            let power = self.share().powf(1.0 / shape);
            return self.gamma(shape + 1.0) * power;
        }
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / (9.0 * d).sqrt();
        loop {
            let x = self.normal();
            let v = (1.0 + c * x).powi(3);
            if v > 0.0 && self.share().ln() < 0.5 * x * x + d - d * v + d * v.ln() {
                return d * v;
            }
        }
    }

    /// From the Poisson distribution.
    pub fn poisson(&mut self, mut mean: f64) -> f64 {
        let mut total = 0.0;
        // Large means in parts: e^-mean must not vanish.
        while mean > 30.0 {
            total += self.poisson_small(30.0);
            mean -= 30.0;
        }
        total + self.poisson_small(mean)
    }

    fn poisson_small(&mut self, mean: f64) -> f64 {
        let limit = (-mean).exp();
        let (mut product, mut seen) = (self.share(), 0.0);
        while product > limit {
            product *= self.share();
            seen += 1.0;
        }
        seen
    }

    /// Counts that vary more than Poisson: negative binomial with `mean` and `size` (variance
    /// mean + mean² / size).
    pub fn negative_binomial(&mut self, mean: f64, size: f64) -> f64 {
        let rate = self.gamma(size) / size;
        self.poisson(mean * rate)
    }

    /// Puts `items` into a random order (Fisher–Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for at in (1..items.len()).rev() {
            let other = self.below(at + 1);
            items.swap(at, other);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::stats::{mean, variance},
        Chance,
    };

    #[test]
    fn the_same_seed_draws_the_same_numbers() {
        let draw = |seed| {
            let mut chance = Chance::new(seed);
            (0..5).map(|_| chance.number()).collect::<Vec<_>>()
        };
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
    }

    #[test]
    fn drawn_counts_have_the_mean_and_spread_they_were_asked_for() {
        let mut chance = Chance::new(1);
        let counts: Vec<f64> = (0..20_000).map(|_| chance.negative_binomial(10.0, 8.0)).collect();
        assert!((mean(&counts) - 10.0).abs() < 0.15, "{}", mean(&counts));
        assert!((variance(&counts) - 22.5).abs() < 1.2, "{}", variance(&counts));
    }
}
