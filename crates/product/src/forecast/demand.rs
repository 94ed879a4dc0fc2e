//! Demand behind the sales: what would have sold had there been stock.
//!
//! A day out of stock is not a day without demand. What was not seen is filled with what the buckets
//! around it sold, in their season; a bucket that was not seen at all is filled, marked, and never
//! scored.
//!
//! # Source
//! Expectation step for censored demand with a local rate (Conrad 1976; Vulcano, van Ryzin and Ratliff
//! 2012 for the idea of unconstraining); kernel of fading weights.
//!
//! float-ok: statistics only.

use argosy_kernel::Grain;
use serde::Serialize;

use super::{
    season::{Join, Season, decompose, is_seasonal},
    series::{Bucket, Series},
};

/// A bucket seen for less of its days is filled more than seen: it is not scored.
const SEEN: f64 = 0.7;
/// Below this a bucket says nothing of the rate.
const LEAST_OPEN: f64 = 0.1;
/// Weights below this end the neighbourhood.
const FAR: f64 = 0.01;

/// Demand by bucket.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Demand {
    pub values: Vec<f64>,
    /// Buckets seen nearly whole.
    pub known: Vec<bool>,
    /// Units that would have sold but could not.
    pub lost: Vec<f64>,
    /// Sales come in whole units.
    pub counts: bool,
}

impl Demand {
    /// The demand of a series.
    pub fn of(series: &Series) -> Self {
        Self::with_factors(series, &[])
    }

    /// The same where known factors (promotions, holidays) multiply some buckets; absent means 1.
    /// The values still contain them.
    pub fn with_factors(series: &Series, factors: &[f64]) -> Self {
        let buckets: Vec<Bucket> = series.buckets.iter().map(|bucket| sound(*bucket)).collect();
        let buckets = buckets.as_slice();
        let factor = |at: usize| factors.get(at).copied().unwrap_or(1.0);
        let mut usual: Vec<f64> = (0..buckets.len()).map(factor).collect();
        let mut values = filled(buckets, &usual, series.grain);
        if let Some(season) = season(&values, &usual, series.season()) {
            for (at, index) in usual.iter_mut().enumerate() {
                *index *= season.at(at);
            }
            values = filled(buckets, &usual, series.grain);
        }
        let lost = values.iter().zip(buckets).map(|(value, b)| value - b.units).collect();
        let known = buckets.iter().map(|bucket| bucket.open >= SEEN).collect();
        let counts = buckets.iter().all(|bucket| bucket.units.fract().abs() < 1e-9);
        Self { values, known, lost, counts }
    }
}

/// More returned than sold is no negative demand, and a share lies between none and all.
fn sound(bucket: Bucket) -> Bucket {
    let units = if bucket.units.is_finite() { bucket.units.max(0.0) } else { 0.0 };
    Bucket { units, open: bucket.open.clamp(0.0, 1.0) }
}

/// The season of what was seen and filled, events taken out.
fn season(values: &[f64], factors: &[f64], length: usize) -> Option<Season> {
    let plain: Vec<f64> = values.iter().zip(factors).map(|(v, f)| v / f.max(1e-6)).collect();
    let found = is_seasonal(&plain, length);
    if found { decompose(&plain, length, Join::Product, true) } else { None }
}

/// Buckets after which a neighbour counts half.
fn half_life(grain: Grain) -> f64 {
    match grain {
        Grain::Day => 14.0,
        Grain::Week => 4.0,
        Grain::Month => 2.0,
    }
}

/// What was seen, and for the rest of each bucket the rate around it in its own season.
fn filled(buckets: &[Bucket], usual: &[f64], grain: Grain) -> Vec<f64> {
    let one = |(at, bucket): (usize, &Bucket)| {
        let missing = 1.0 - bucket.open;
        if missing <= 0.0 {
            return bucket.units;
        }
        bucket.units + missing * usual[at] * rate(buckets, usual, at, half_life(grain))
    };
    buckets.iter().enumerate().map(one).collect()
}

/// Units per open bucket of usual demand around `at`: a ratio of sums, so that a day with few open
/// hours does not shout. 0 where nothing was ever seen.
fn rate(buckets: &[Bucket], usual: &[f64], at: usize, half: f64) -> f64 {
    let fade = 0.5_f64.powf(1.0 / half);
    let (mut units, mut open) = (0.0, 0.0);
    let mut add = |to: usize, weight: f64| {
        let bucket = buckets[to];
        if bucket.open >= LEAST_OPEN {
            units += weight * bucket.units;
            open += weight * bucket.open * usual[to];
        }
    };
    add(at, 1.0);
    let mut weight = 1.0;
    for far in 1..buckets.len() {
        weight *= fade;
        // Long after the last sale, any neighbour is better than none.
        if weight < FAR && enough(at, far, buckets) {
            break;
        }
        if let Some(before) = at.checked_sub(far) {
            add(before, weight);
        }
        if at + far < buckets.len() {
            add(at + far, weight);
        }
    }
    if open > 0.0 { units / open } else { 0.0 }
}

/// Whether any bucket nearer than `far` was open.
fn enough(at: usize, far: usize, buckets: &[Bucket]) -> bool {
    let from = at.saturating_sub(far - 1);
    let to = (at + far).min(buckets.len());
    buckets[from..to].iter().any(|bucket| bucket.open >= LEAST_OPEN)
}

#[cfg(test)]
mod tests {
    use super::{
        super::{chance::Chance, numbers::mean},
        *,
    };
    use argosy_kernel::Day;

    fn first() -> Day {
        "2024-01-01".parse().unwrap()
    }

    #[test]
    fn sales_with_full_shelves_are_the_demand() {
        let series = Series::of_units(Grain::Week, first(), &[3.0, 0.0, 5.0]);
        let demand = Demand::of(&series);
        assert_eq!(demand.values, [3.0, 0.0, 5.0]);
        assert_eq!(demand.lost, [0.0; 3]);
        assert!(demand.counts && demand.known.iter().all(|known| *known));
    }

    #[test]
    fn empty_shelves_hide_demand_that_comes_back() {
        // Poisson demand with a season of the year, shelves empty one day in four.
        let mut chance = Chance::new(9);
        let (mut truth, mut buckets) = (Vec::new(), Vec::new());
        for week in 0..156 {
            let season = 1.0 + 0.4 * (f64::from(week) / 52.0 * std::f64::consts::TAU).sin();
            let (mut all, mut seen, mut open) = (0.0, 0.0, 0.0);
            // Out of stock for whole stretches, as it really happens.
            let out = week % 12 >= 9;
            for day in 0..7 {
                let sold = chance.poisson(4.0 * season);
                all += sold;
                if !(out && day >= 1) {
                    seen += sold;
                    open += 1.0 / 7.0;
                }
            }
            truth.push(all);
            buckets.push(Bucket { units: seen, open });
        }
        let series = Series { grain: Grain::Week, first: first(), buckets };
        let demand = Demand::of(&series);
        let sold = mean(&series.buckets.iter().map(|b| b.units).collect::<Vec<_>>());
        let (told, real) = (mean(&demand.values), mean(&truth));
        assert!(sold < 0.82 * real, "sales understate: {sold} of {real}");
        assert!((told / real - 1.0).abs() < 0.04, "{told} of {real}");
        assert_eq!(demand.known.iter().filter(|known| !**known).count(), 39);
    }

    #[test]
    fn a_promotion_is_not_taken_for_the_rate_of_the_week_after() {
        let mut buckets = vec![Bucket { units: 10.0, open: 1.0 }; 20];
        buckets[10].units = 40.0;
        buckets[11] = Bucket { units: 0.0, open: 0.0 };
        let series = Series { grain: Grain::Week, first: first(), buckets };
        let mut factors = vec![1.0; 20];
        factors[10] = 4.0;
        let told = Demand::with_factors(&series, &factors).values[11];
        assert!((told - 10.0).abs() < 1e-9, "{told}");
        assert!(Demand::of(&series).values[11] > 12.0);
    }

    #[test]
    fn a_week_with_more_returns_than_sales_had_no_demand() {
        let series = Series::of_units(Grain::Week, first(), &[5.0, -2.0, f64::NAN]);
        assert_eq!(Demand::of(&series).values, [5.0, 0.0, 0.0]);
    }

    #[test]
    fn what_was_never_open_has_no_demand_to_tell() {
        let buckets = vec![Bucket { units: 0.0, open: 0.0 }; 5];
        let demand = Demand::of(&Series { grain: Grain::Week, first: first(), buckets });
        assert_eq!(demand.values, [0.0; 5]);
        assert!(demand.known.iter().all(|known| !known));
    }
}
