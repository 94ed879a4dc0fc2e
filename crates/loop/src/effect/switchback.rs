//! The same units switched on and off in turn, the order of each pair of blocks by chance.
//!
//! float-ok: statistics only.
//!
//! # Source
//! Paired randomisation inference; the interval by Hartigan's typical values (1969): the means of all
//! subsets of symmetric differences cut the line into pieces that hold the truth equally often.

use super::{
    chance::Chance,
    stats::{count, mean},
};

/// Pairs up to this are enumerated, more are drawn.
const ENUMERATED_PAIRS: usize = 14;
const DRAWN: usize = 20_000;

/// What the switching did, per day of a unit.
#[derive(Clone, Copy, Debug)]
pub struct Switched {
    pub effect: f64,
    pub low: f64,
    pub high: f64,
    /// Share of all orders that give an effect as far from zero.
    pub p: f64,
    pub pairs: usize,
    /// Mean of the blocks that were off.
    pub off: f64,
}

/// Fewest pairs for an interval at `level`: with fewer, even the widest one holds less.
pub fn pairs_min(level: f64) -> usize {
    (1..20)
        .find(|pairs| 1.0 - 2.0 / 2.0_f64.powi(*pairs) >= level)
        .map_or(20, |pairs| usize::try_from(pairs).unwrap_or(20))
}

/// From pairs of (on, off) means per day. `None` with too few pairs.
pub fn switchback(pairs: &[(f64, f64)], level: f64, seed: u64) -> Option<Switched> {
    if pairs.len() < pairs_min(level) {
        return None;
    }
    let differences: Vec<f64> = pairs.iter().map(|(on, off)| on - off).collect();
    let effect = mean(&differences);
    let mut chance = Chance::new(seed);
    let is_exact = pairs.len() <= ENUMERATED_PAIRS;
    let draws = if is_exact { 1 << pairs.len() } else { DRAWN };
    let (mut means, mut as_far) = (Vec::with_capacity(draws), 0_usize);
    for draw in 0..draws {
        let taken = |at: usize, chance: &mut Chance| match is_exact {
            true => draw >> at & 1 == 1,
            false => chance.coin(),
        };
        let (mut chosen, mut size, mut flipped) = (0.0, 0, 0.0);
        for (at, difference) in differences.iter().enumerate() {
            if taken(at, &mut chance) {
                chosen += difference;
                size += 1;
                flipped += difference;
            } else {
                flipped -= difference;
            }
        }
        if size > 0 {
            means.push(chosen / count(size));
        }
        as_far += usize::from((flipped / count(pairs.len())).abs() >= effect.abs() - 1e-12);
    }
    means.sort_by(f64::total_cmp);
    let outside = (1.0 - level) / 2.0 * count(means.len() + 1);
    // Rounded inward-out: the interval is never narrower than promised.
    let cut = (0..means.len()).take_while(|at| count(*at + 1) <= outside).count();
    let cut = cut.saturating_sub(1);
    Some(Switched {
        effect,
        low: means[cut],
        high: means[means.len() - 1 - cut],
        p: count(as_far) / count(draws),
        pairs: pairs.len(),
        off: mean(&pairs.iter().map(|(_, off)| *off).collect::<Vec<_>>()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_pairs_are_the_fewest_for_nine_in_ten() {
        assert_eq!(pairs_min(0.9), 5);
        assert!(switchback(&[(1.0, 0.0); 4], 0.9, 1).is_none());
    }

    #[test]
    fn with_six_pairs_all_one_way_chance_is_one_in_thirty_two() {
        let pairs: Vec<(f64, f64)> = (0..6).map(|n| (10.0 + f64::from(n), 8.0)).collect();
        let told = switchback(&pairs, 0.9, 1).unwrap();
        assert!((told.p - 2.0 / 64.0).abs() < 1e-12);
        assert!((told.effect - 4.5).abs() < 1e-12);
        assert!(told.low > 0.0 && told.low < 4.5 && told.high > 4.5);
    }

    /// Whatever the noise looks like, the interval keeps its promise.
    #[test]
    fn switched_weeks_hold_the_truth_nine_times_in_ten() {
        let mut chance = Chance::new(11);
        for pairs in [6, 12, 20] {
            let mut inside = 0;
            for seed in 0..500 {
                let drawn: Vec<(f64, f64)> = (0..pairs)
                    .map(|_| {
                        let season = 20.0 * (0.3 * chance.normal()).exp();
                        let block = |chance: &mut Chance| chance.negative_binomial(season, 5.0);
                        (block(&mut chance) + 3.0, block(&mut chance))
                    })
                    .collect();
                let told = switchback(&drawn, 0.9, seed).unwrap();
                inside += usize::from(told.low <= 3.0 && 3.0 <= told.high);
            }
            assert!((430..=485).contains(&inside), "{inside} of 500 with {pairs} pairs");
        }
    }
}
