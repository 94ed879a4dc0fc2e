//! Sales by day, week or month, with the days on which demand could not be seen.
//!
//! float-ok: units and shares of days, no money.

use std::collections::{BTreeMap, BTreeSet};

use argosy_kernel::{Day, Grain, Period};
use chrono::{Days, Months};

use super::numbers::count;

/// One day, week or month.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Bucket {
    /// Units sold on the days that are known.
    pub units: f64,
    /// The share of the bucket's days on which demand could be seen: known, and in stock or sold.
    pub open: f64,
}

/// Sales of one product in one market, bucket after bucket without holes.
#[derive(Clone, PartialEq, Debug)]
pub struct Series {
    pub grain: Grain,
    /// The first day of the first bucket.
    pub first: Day,
    pub buckets: Vec<Bucket>,
}

/// What is known of the days.
#[derive(Clone, Copy, Debug)]
pub struct Sales<'a> {
    /// Units by day; a day that is absent sold nothing.
    pub sold: &'a BTreeMap<Day, f64>,
    /// Days out of stock (or not listed). A day that sold nevertheless counts as open.
    pub closed: &'a BTreeSet<Day>,
    /// Days no report tells of.
    pub unknown: &'a BTreeSet<Day>,
}

impl Series {
    /// Whole buckets inside `period`; parts at its ends are left out, for half a week looks like a
    /// slump.
    pub fn of_days(grain: Grain, period: Period, days: Sales<'_>) -> Self {
        let mut start = grain.start(period.from);
        if start < period.from {
            start = next(grain, start);
        }
        let first = start;
        let mut buckets = Vec::new();
        loop {
            let after = next(grain, start);
            if after > period.to + Days::new(1) {
                return Self { grain, first, buckets };
            }
            buckets.push(bucket(start, after, days));
            start = after;
        }
    }

    /// A series of units where every bucket was seen whole.
    pub fn of_units(grain: Grain, first: Day, units: &[f64]) -> Self {
        let buckets = units.iter().map(|units| Bucket { units: *units, open: 1.0 }).collect();
        Self { grain, first, buckets }
    }

    /// Buckets of one season: a week of days, a year of weeks or months.
    pub fn season(&self) -> usize {
        season(self.grain)
    }

    /// The first day of a bucket, also of those to come.
    pub fn day(&self, bucket: usize) -> Day {
        (0..bucket).fold(self.first, |day, _| next(self.grain, day))
    }

    /// The same from the bucket of the first sale on: before it the product was not there.
    pub fn since_first_sale(&self) -> Self {
        let silent = self.buckets.iter().take_while(|bucket| bucket.units <= 0.0).count();
        let from = if silent == self.buckets.len() { 0 } else { silent };
        let buckets = self.buckets[from..].to_vec();
        Self { grain: self.grain, first: self.day(from), buckets }
    }
}

/// Buckets of one season.
pub fn season(grain: Grain) -> usize {
    match grain {
        Grain::Day => 7,
        Grain::Week => 52,
        Grain::Month => 12,
    }
}

/// The first day of the next bucket.
fn next(grain: Grain, start: Day) -> Day {
    match grain {
        Grain::Day => start + Days::new(1),
        Grain::Week => start + Days::new(7),
        Grain::Month => start + Months::new(1),
    }
}

fn bucket(start: Day, after: Day, days: Sales<'_>) -> Bucket {
    let (mut units, mut open, mut all) = (0.0, 0, 0);
    for day in start.iter_days().take_while(|day| *day < after) {
        all += 1;
        if days.unknown.contains(&day) {
            continue;
        }
        let sold = days.sold.get(&day).copied().unwrap_or(0.0);
        units += sold;
        if sold > 0.0 || !days.closed.contains(&day) {
            open += 1;
        }
    }
    Bucket { units, open: count(open) / count(all) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn days_out_of_stock_close_their_week_in_part_and_half_weeks_are_left_out() {
        let sold = BTreeMap::from([(day("2026-03-03"), 4.0), (day("2026-03-10"), 2.0)]);
        let closed: BTreeSet<Day> =
            ["2026-03-09", "2026-03-10", "2026-03-11"].into_iter().map(day).collect();
        let unknown = BTreeSet::from([day("2026-03-05")]);
        let days = Sales { sold: &sold, closed: &closed, unknown: &unknown };
        // Sunday to Wednesday: two whole weeks inside.
        let period = Period::new(day("2026-03-01"), day("2026-03-18")).unwrap();
        let weeks = Series::of_days(Grain::Week, period, days);
        assert_eq!(weeks.first, day("2026-03-02"));
        assert_eq!(weeks.buckets.len(), 2);
        assert!((weeks.buckets[0].open - 6.0 / 7.0).abs() < 1e-12);
        // The 10th sold although the shelf was empty in the evening: it was open.
        assert!((weeks.buckets[1].open - 5.0 / 7.0).abs() < 1e-12);
        assert!((weeks.buckets[1].units - 2.0).abs() < 1e-12);
        assert_eq!(weeks.day(2), day("2026-03-16"));
    }

    #[test]
    fn months_are_as_long_as_they_are() {
        let empty = (BTreeMap::new(), BTreeSet::new(), BTreeSet::new());
        let days = Sales { sold: &empty.0, closed: &empty.1, unknown: &empty.2 };
        let period = Period::new(day("2026-01-01"), day("2026-04-30")).unwrap();
        let months = Series::of_days(Grain::Month, period, days);
        assert_eq!(months.buckets.len(), 4);
        assert_eq!(months.day(1), day("2026-02-01"));
        assert_eq!(months.season(), 12);
    }

    #[test]
    fn a_product_begins_with_its_first_sale() {
        let series = Series::of_units(Grain::Week, day("2026-03-02"), &[0.0, 0.0, 3.0, 0.0]);
        let since = series.since_first_sale();
        assert_eq!((since.first, since.buckets.len()), (day("2026-03-16"), 2));
        let never = Series::of_units(Grain::Week, day("2026-03-02"), &[0.0; 3]);
        assert_eq!(never.since_first_sale().buckets.len(), 3);
    }
}
