//! Chance with a seed: the same number gives the same paths on every machine.
//!
//! float-ok: statistics only.

use super::numbers::count;

/// A stream of random numbers.
///
/// # Source
/// SplitMix64 (Steele, Lea, Flood 2014).
#[derive(Clone, Debug)]
pub struct Chance(u64);

impl Chance {
    /// The stream of this seed.
    pub fn new(seed: u64) -> Self {
        let mut chance = Self(seed ^ 0x6A09_E667_F3BC_C909);
        chance.number();
        chance
    }

    /// The stream of one subject of a run, so that adding a SKU leaves the others as they were.
    pub fn of(seed: u64, subject: &str) -> Self {
        // FNV-1a: stable over versions of the standard library, unlike its hasher.
        let hash = subject.bytes().fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
        });
        Self::new(seed ^ hash)
    }

    /// The next 64 bits.
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
            let power = self.share().powf(1.0 / shape.max(1e-3));
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

    /// From the Poisson distribution: by products of shares, and by a rounded normal when large.
    pub fn poisson(&mut self, mean: f64) -> f64 {
        if mean > 60.0 {
            return (mean + mean.sqrt() * self.normal()).round().max(0.0);
        }
        let stop = (-mean).exp();
        let (mut product, mut events) = (self.share(), 0_usize);
        while product > stop {
            product *= self.share();
            events += 1;
        }
        count(events)
    }

    /// From the negative binomial distribution with this mean and variance; Poisson where the
    /// variance is not above the mean.
    pub fn negative_binomial(&mut self, mean: f64, variance: f64) -> f64 {
        if mean <= 0.0 {
            return 0.0;
        }
        if variance <= mean * 1.001 {
            return self.poisson(mean);
        }
        let shape = mean * mean / (variance - mean);
        let rate = self.gamma(shape) * mean / shape;
        self.poisson(rate)
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::numbers::{mean, variance},
        *,
    };

    #[test]
    fn counts_have_the_mean_and_the_spread_asked_for() {
        let mut chance = Chance::new(1);
        let drawn: Vec<f64> = (0..20_000).map(|_| chance.negative_binomial(3.0, 9.0)).collect();
        assert!((mean(&drawn) - 3.0).abs() < 0.1, "{}", mean(&drawn));
        assert!((variance(&drawn) - 9.0).abs() < 0.6, "{}", variance(&drawn));
        let many: Vec<f64> = (0..20_000).map(|_| chance.poisson(200.0)).collect();
        assert!((mean(&many) - 200.0).abs() < 0.5 && (variance(&many) - 200.0).abs() < 8.0);
    }

    #[test]
    fn a_subject_keeps_its_stream_whoever_else_is_asked() {
        let mut one = Chance::of(7, "LAMP-1");
        let mut other = Chance::of(7, "LAMP-2");
        assert_eq!(one.number(), Chance::of(7, "LAMP-1").number());
        assert_ne!(one.number(), other.number());
    }
}
