//! New products: what similar products did after their launch, at the scale of this one.
//!
//! # Source
//! Bass-free analogy (Goodwin, Dyussekeneva and Meeran 2013): curves aligned at the launch and
//! scaled; the scale by gamma–Poisson updating, its prior from how far the analogues lie apart.
//!
//! float-ok: statistics only.

use super::{
    chance::Chance,
    numbers::{count, mean, quantile, variance},
    paths::Paths,
};

/// The scale is measured over so many first buckets, where the curves are as long.
const WINDOW: usize = 13;
/// Analogues always differ at least so much from what they stand for (squared variation of levels).
const LEAST_APART: f64 = 0.1;

/// What a similar product did.
#[derive(Clone, Copy, Debug)]
pub struct Launch<'a> {
    /// Demand by bucket since its first sale.
    pub curve: &'a [f64],
    /// How similar it is, above 0; only the proportions count.
    pub likeness: f64,
}

/// A product with little or no history.
#[derive(Clone, Copy, Debug)]
pub struct Newcomer<'a> {
    /// Its own demand since the first sale; empty before the launch.
    pub own: &'a [f64],
    pub launches: &'a [Launch<'a>],
    pub horizon: usize,
    pub paths: usize,
    pub seed: u64,
    pub subject: &'a str,
}

/// What is expected of it.
#[derive(Clone, PartialEq, Debug)]
pub struct Debut {
    pub expected: Vec<f64>,
    pub paths: Paths,
    /// Demand per bucket of the curve at one, and its relative standard error.
    pub scale: f64,
    pub doubt: f64,
    /// How far its own sales count, 0–1; the rest are the analogues.
    pub own_weight: f64,
}

impl Debut {
    /// `None` without an analogue that sold and reaches beyond the product's own age.
    pub fn of(newcomer: Newcomer<'_>) -> Option<Self> {
        let shapes = Shapes::of(&newcomer)?;
        let age = newcomer.own.len();
        let prior = shapes.level;
        let shape = 1.0 / shapes.apart.max(LEAST_APART);
        // Overdispersed sales tell less than as many Poisson ones.
        let seen: f64 = newcomer.own.iter().sum::<f64>() / shapes.over;
        let due: f64 = (0..age).map(|at| shapes.mean(at)).sum::<f64>() / shapes.over;
        let (after, rate) = (shape + seen, shape / prior + due);
        let scale = after / rate;
        let expected: Vec<f64> =
            (0..newcomer.horizon).map(|step| scale * shapes.mean(age + step)).collect();
        let mut chance = Chance::of(newcomer.seed, newcomer.subject);
        let mut values = Vec::with_capacity(newcomer.paths * newcomer.horizon);
        for _ in 0..newcomer.paths {
            let curve = shapes.pick(&mut chance);
            let drawn = chance.gamma(after) / rate;
            for step in 0..newcomer.horizon {
                let due = drawn * shapes.one(curve, age + step);
                values.push(chance.negative_binomial(due, shapes.over * due));
            }
        }
        let paths = Paths::new(newcomer.horizon, values);
        let own_weight = due / rate;
        Some(Self { expected, paths, scale, doubt: 1.0 / after.sqrt(), own_weight })
    }

    /// What demand of each bucket stays below with each chance.
    pub fn quantiles(&self, levels: &[f64]) -> Vec<Vec<f64>> {
        let buckets: Vec<Vec<f64>> = (0..self.paths.horizon())
            .map(|step| {
                let mut drawn = self.paths.bucket(step);
                drawn.sort_unstable_by(f64::total_cmp);
                drawn
            })
            .collect();
        let line = |level: &f64| buckets.iter().map(|drawn| quantile(drawn, *level)).collect();
        levels.iter().map(line).collect()
    }
}

/// Curves of mean one over the window, with weights that sum to one.
struct Shapes {
    curves: Vec<Vec<f64>>,
    weights: Vec<f64>,
    /// The mean level of the analogues, and the squared variation between them.
    level: f64,
    apart: f64,
    /// Variance for each unit expected.
    over: f64,
}

impl Shapes {
    fn of(newcomer: &Newcomer<'_>) -> Option<Self> {
        let longer = |launch: &&Launch<'_>| {
            launch.curve.len() > newcomer.own.len()
                && launch.likeness > 0.0
                && launch.curve.iter().take(WINDOW).sum::<f64>() > 0.0
        };
        let used: Vec<&Launch<'_>> = newcomer.launches.iter().filter(longer).collect();
        let window = used.iter().map(|launch| launch.curve.len()).min()?.min(WINDOW);
        let all: f64 = used.iter().map(|launch| launch.likeness).sum();
        let weights: Vec<f64> = used.iter().map(|launch| launch.likeness / all).collect();
        let levels: Vec<f64> =
            used.iter().map(|launch| mean(&launch.curve[..window]).max(1e-6)).collect();
        let level: f64 = levels.iter().zip(&weights).map(|(level, weight)| level * weight).sum();
        let squares: f64 =
            levels.iter().zip(&weights).map(|(l, weight)| weight * (l - level).powi(2)).sum();
        let curves = used.iter().zip(&levels);
        let curves = curves
            .map(|(launch, level)| launch.curve.iter().map(|value| value / level).collect())
            .collect();
        let over = used.iter().zip(&weights).map(|(l, weight)| weight * dispersion(l.curve)).sum();
        // With one analogue nothing is known of how far they lie apart: as far as the mean itself.
        let apart = if used.len() > 1 { squares / (level * level) } else { 1.0 };
        Some(Self { curves, weights, level, apart, over })
    }

    /// One curve; beyond its end it stays as in its last four buckets.
    fn one(&self, curve: usize, at: usize) -> f64 {
        let curve = &self.curves[curve];
        curve.get(at).copied().unwrap_or_else(|| mean(&curve[curve.len().saturating_sub(4)..]))
    }

    fn mean(&self, at: usize) -> f64 {
        self.weights.iter().enumerate().map(|(i, weight)| weight * self.one(i, at)).sum()
    }

    fn pick(&self, chance: &mut Chance) -> usize {
        let mut left = chance.share();
        for (at, weight) in self.weights.iter().enumerate() {
            left -= weight;
            if left <= 0.0 {
                return at;
            }
        }
        self.weights.len() - 1
    }
}

/// Variance over mean of a curve around its own course, from differences of neighbours.
fn dispersion(curve: &[f64]) -> f64 {
    let steps: Vec<f64> = curve.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let level = mean(curve);
    if level <= 0.0 || steps.is_empty() {
        return 1.0;
    }
    // One more pair at the Poisson's ratio: short curves say little.
    let n = count(steps.len());
    ((variance(&steps) / 2.0 / level * n + 1.0) / (n + 1.0)).max(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RISE: [f64; 12] = [2., 4., 8., 12., 16., 18., 20., 20., 20., 20., 20., 20.];

    fn newcomer<'a>(own: &'a [f64], launches: &'a [Launch<'a>]) -> Newcomer<'a> {
        Newcomer { own, launches, horizon: 6, paths: 2000, seed: 1, subject: "NEW-1" }
    }

    #[test]
    fn before_the_launch_it_does_what_similar_products_did() {
        let double: Vec<f64> = RISE.iter().map(|v| v * 2.0).collect();
        let launches =
            [Launch { curve: &RISE, likeness: 1.0 }, Launch { curve: &double, likeness: 1.0 }];
        let debut = Debut::of(newcomer(&[], &launches)).unwrap();
        assert!((debut.expected[0] - 3.0).abs() < 1e-9 && (debut.expected[5] - 27.0).abs() < 1e-9);
        assert!(debut.own_weight < 1e-9);
        for (told, drawn) in debut.expected.iter().zip(debut.paths.means()) {
            assert!((drawn / told - 1.0).abs() < 0.08, "{drawn} {told}");
        }
        let sure = debut.quantiles(&[0.05, 0.95]);
        assert!(sure[0][5] < 0.6 * 27.0 && sure[1][5] > 1.4 * 27.0, "{sure:?}");
    }

    #[test]
    fn its_own_first_weeks_move_the_scale_and_narrow_the_doubt() {
        let double: Vec<f64> = RISE.iter().map(|v| v * 2.0).collect();
        let launches =
            [Launch { curve: &RISE, likeness: 1.0 }, Launch { curve: &double, likeness: 1.0 }];
        let own: Vec<f64> = RISE[..5].iter().map(|v| v * 4.0).collect();
        let before = Debut::of(newcomer(&[], &launches)).unwrap();
        let after = Debut::of(newcomer(&own, &launches)).unwrap();
        assert!(after.expected[0] > 60.0 && after.expected[0] < 72.0, "{:?}", after.expected);
        assert!(after.own_weight > 0.6 && after.doubt < 0.7 * before.doubt);
    }

    #[test]
    fn without_anything_similar_nothing_is_made_up() {
        assert!(Debut::of(newcomer(&[3.0], &[])).is_none());
        let silent = [Launch { curve: &[0.0; 12], likeness: 1.0 }];
        assert!(Debut::of(newcomer(&[], &silent)).is_none());
        let young = [Launch { curve: &RISE[..2], likeness: 1.0 }];
        assert!(Debut::of(newcomer(&[2.0, 3.0], &young)).is_none());
    }
}
