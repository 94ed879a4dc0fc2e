//! Rates of counts that moved: conversion, sessions a day, returns.
//!
//! The count of the window is compared with what the days before it let expect, after what its
//! neighbours did is taken out. Given both counts together, the newer one is binomial (the exact
//! conditional test of two Poisson rates, Przyborowski and Wilenski 1940, mid-p); counts that scatter
//! more than Poisson are divided by their dispersion, which is pulled towards that of all subjects.
//! All subjects of a run are judged together (Benjamini and Hochberg).

use std::collections::{BTreeMap, HashMap};

use argosy_kernel::{Day, Period};
use argosy_metrics::AskError;

use super::{
    Direction, RateShift,
    run::{Rows, Surroundings, row},
    special::{binomial_cdf, q_values},
};
use crate::frame::{Frame, inputs};

/// Degrees of freedom that the dispersion of all subjects weighs for each of them.
const DISPERSION_WEIGHT: f64 = 10.0;
/// Nothing scatters more than this many times Poisson and is still a rate.
const DISPERSION_MOST: f64 = 15.0;
/// Hits that neighbours need before their movement is believed.
const NEIGHBOURS_MIN: f64 = 50.0;
/// z of an 80 % range.
const Z80: f64 = 1.281_552;

/// One subject: its counts now, before, and week by week.
#[derive(Clone, Debug, Default)]
struct Subject {
    now: (f64, f64),
    before: (f64, f64),
    weeks: BTreeMap<Day, (f64, f64)>,
}

/// What is to be said of a subject.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Shift {
    pub expected: f64,
    pub ratio: f64,
    pub low: f64,
    pub high: f64,
    pub p: f64,
}

/// Compares the window with the baseline, subject by subject.
pub(super) async fn rate_shift(
    around: &Surroundings<'_>,
    shift: &RateShift,
) -> Result<Rows, AskError> {
    let days = shift.window.map_or_else(|| len(around.window), |span| span.0);
    let window = inputs::days_until(around.window.to, days);
    let baseline = inputs::before(window, shift.baseline.0);
    let subjects = read(around, shift, (window, baseline)).await?;
    let keys: Vec<&Vec<String>> = subjects.keys().collect();
    let all: Vec<&Subject> = subjects.values().collect();
    let common = common(shift, &keys, &all);
    let dispersion = dispersions(&all);
    let tested: Vec<Option<Shift>> = (0..all.len())
        .map(|at| {
            let Subject { now, before, .. } = all[at];
            let told = now.0 + before.0;
            let enough = told >= f64::from(shift.at_least.max(1)) && now.1 > 0.0 && before.1 > 0.0;
            enough.then(|| compare(*now, *before, (common[at], dispersion[at]), shift.direction))
        })
        .collect();
    let p: Vec<f64> = tested.iter().flatten().map(|one| one.p).collect();
    let mut q = q_values(&p).into_iter();
    let rate = |(hits, trials): (f64, f64)| (trials > 0.0).then(|| hits / trials);
    let rows = (0..all.len()).map(|at| {
        let subject = all[at];
        let one = tested[at];
        let mut cells: Vec<_> = keys[at].iter().map(|key| key.as_str().into()).collect();
        let q = one.and_then(|_| q.next());
        cells.extend(row![
            subject.now.0,
            subject.now.1,
            rate(subject.now),
            subject.before.0,
            subject.before.1,
            rate(subject.before),
            one.map(|one| one.expected),
            one.map(|one| one.ratio),
            one.map(|one| one.low),
            one.map(|one| one.high),
            one.map(|one| one.p),
            q,
            since(subject).filter(|_| one.is_some_and(|one| one.p < 0.05)),
        ]);
        cells
    });
    Ok(rows.collect())
}

fn len(period: Period) -> u32 {
    u32::try_from(period.days()).unwrap_or(1)
}

async fn read(
    around: &Surroundings<'_>,
    shift: &RateShift,
    (window, baseline): (Period, Period),
) -> Result<BTreeMap<Vec<String>, Subject>, AskError> {
    let metrics: Vec<&str> =
        std::iter::once(shift.hits.as_str()).chain(shift.trials.as_deref()).collect();
    let condition = shift.condition.as_deref();
    let mut subjects: BTreeMap<Vec<String>, Subject> = BTreeMap::new();
    for (days, is_now) in [(window, true), (baseline, false)] {
        let found = around.ask(&metrics, &shift.by, days, condition).await?;
        for at in 0..found.rows {
            let counts = counts(&found, shift, at, days);
            let subject = subjects.entry(key(&found, &shift.by, at)).or_default();
            *(if is_now { &mut subject.now } else { &mut subject.before }) = counts;
        }
    }
    if shift.trials.is_none() {
        // Without trials the days themselves count, also those of a subject without any hit.
        for subject in subjects.values_mut() {
            subject.now.1 = f64::from(len(window));
            subject.before.1 = f64::from(len(baseline));
        }
    }
    let mut by = shift.by.clone();
    by.push("week".to_owned());
    let whole = Period { from: baseline.from, to: window.to };
    let found = around.ask(&metrics, &by, whole, condition).await?;
    for at in 0..found.rows {
        let (Some(week), Some(subject)) =
            (found.day("week", at), subjects.get_mut(&key(&found, &shift.by, at)))
        else {
            continue;
        };
        let seven = inputs::days_until(week + chrono::Days::new(6), 7);
        // Weeks cut by the ends of the days asked are no full counts.
        if seven.from >= whole.from && seven.to <= whole.to {
            subject.weeks.insert(week, counts(&found, shift, at, seven));
        }
    }
    Ok(subjects)
}

pub(super) fn key(found: &Frame, by: &[String], at: usize) -> Vec<String> {
    by.iter().map(|name| found.text(name, at)).collect()
}

fn counts(found: &Frame, shift: &RateShift, at: usize, days: Period) -> (f64, f64) {
    let hits = found.number(&shift.hits, at).unwrap_or_default().max(0.0);
    let trials = match &shift.trials {
        Some(trials) => found.number(trials, at).unwrap_or_default().max(0.0),
        None => f64::from(len(days)),
    };
    (hits, trials)
}

/// How the rate of each subject's neighbours moved (without its own), 1 where nothing is known.
fn common(shift: &RateShift, keys: &[&Vec<String>], all: &[&Subject]) -> Vec<f64> {
    if shift.relative_to.is_empty() {
        return vec![1.0; all.len()];
    }
    let places: Vec<usize> = shift
        .relative_to
        .iter()
        .filter_map(|name| shift.by.iter().position(|by| by == name))
        .collect();
    let group = |at: usize| -> Vec<&str> { places.iter().map(|p| keys[at][*p].as_str()).collect() };
    let mut sums: HashMap<Vec<&str>, [f64; 4]> = HashMap::new();
    for (at, one) in all.iter().enumerate() {
        let sum = sums.entry(group(at)).or_default();
        for (sum, part) in sum.iter_mut().zip([one.now.0, one.now.1, one.before.0, one.before.1]) {
            *sum += part;
        }
    }
    (0..all.len())
        .map(|at| {
            let Some(sum) = sums.get(&group(at)) else { return 1.0 };
            let Subject { now, before, .. } = all[at];
            let [hits, trials, hits_before, trials_before] =
                [sum[0] - now.0, sum[1] - now.1, sum[2] - before.0, sum[3] - before.1];
            if hits < NEIGHBOURS_MIN || hits_before < NEIGHBOURS_MIN || trials <= 0.0 {
                return 1.0;
            }
            (hits / trials) / (hits_before / trials_before)
        })
        .collect()
}

/// How much more than Poisson the weeks of each subject scatter, pulled towards all subjects.
fn dispersions(all: &[&Subject]) -> Vec<f64> {
    let pearson: Vec<(f64, f64)> = all.iter().map(|subject| scatter(subject)).collect();
    let (sum, df) = pearson.iter().fold((0.0, 0.0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    let whole = if df > 0.0 { (sum / df).max(1.0) } else { 1.0 };
    let pulled = |(sum, df): &(f64, f64)| {
        let one = (sum + DISPERSION_WEIGHT * whole) / (df + DISPERSION_WEIGHT);
        one.clamp(1.0, DISPERSION_MOST)
    };
    pearson.iter().map(pulled).collect()
}

/// Pearson's chi-square of the weeks and its degrees of freedom; each week against the mean of its
/// neighbours in time would hide a shift, so a shift counts as scatter only until the newest weeks.
fn scatter(subject: &Subject) -> (f64, f64) {
    let weeks: Vec<(f64, f64)> = subject.weeks.values().copied().collect();
    let older = &weeks[..weeks.len().saturating_sub(2)];
    let hits: f64 = older.iter().map(|week| week.0).sum();
    let trials: f64 = older.iter().map(|week| week.1).sum();
    if older.len() < 3 || hits <= 0.0 || trials <= 0.0 {
        return (0.0, 0.0);
    }
    let chi = older.iter().filter(|week| week.1 > 0.0).map(|(hit, of)| {
        let expected = of * hits / trials;
        (hit - expected).powi(2) / expected
    });
    (chi.sum(), (older.len() - 1) as f64)
}

/// Tests one subject. `common` is the movement taken out, `dispersion` the scatter over Poisson.
pub(super) fn compare(
    now: (f64, f64),
    before: (f64, f64),
    (common, dispersion): (f64, f64),
    direction: Direction,
) -> Shift {
    let exposure = now.1 * common;
    let expected = before.0 / before.1 * exposure;
    // Half a hit on both sides: no hit at all is no rate of exactly zero.
    let ratio = ((now.0 + 0.5) / exposure) / ((before.0 + 0.5) / before.1);
    let spread = Z80 * (dispersion * (1.0 / (now.0 + 0.5) + 1.0 / (before.0 + 0.5))).sqrt();
    let share = exposure / (exposure + before.1);
    let (hits, all) = (now.0 / dispersion, (now.0 + before.0) / dispersion);
    let below = 0.5 * (binomial_cdf(hits, all, share) + binomial_cdf(hits - 1.0, all, share));
    let p = match direction {
        Direction::Down => below,
        Direction::Up => 1.0 - below,
        Direction::Both => 2.0 * below.min(1.0 - below),
    };
    Shift {
        expected,
        ratio,
        low: ratio * (-spread).exp(),
        high: ratio * spread.exp(),
        p: p.clamp(0.0, 1.0),
    }
}

/// The week from which on the rate was another one: the cut that makes the weeks most likely.
fn since(subject: &Subject) -> Option<Day> {
    let weeks: Vec<(Day, (f64, f64))> = subject.weeks.iter().map(|(w, c)| (*w, *c)).collect();
    let part = |weeks: &[(Day, (f64, f64))]| {
        let hits: f64 = weeks.iter().map(|(_, week)| week.0).sum();
        let trials: f64 = weeks.iter().map(|(_, week)| week.1).sum();
        if hits > 0.0 && trials > 0.0 { hits * (hits / trials).ln() } else { 0.0 }
    };
    let cuts = (1..weeks.len()).map(|at| (part(&weeks[..at]) + part(&weeks[at..]), at));
    let best = cuts.max_by(|left, right| left.0.total_cmp(&right.0))?;
    weeks.get(best.1).map(|(week, _)| *week)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn p(now: (f64, f64), before: (f64, f64), dispersion: f64) -> f64 {
        compare(now, before, (1.0, dispersion), Direction::Down).p
    }

    #[test]
    fn a_fall_of_conversion_by_half_is_told_from_chance() {
        // 100 of 1,000 before; 50 of 1,000 expected again would be 100: binom(150, ½) ≤ 50.
        let fall = compare((50.0, 1000.0), (100.0, 1000.0), (1.0, 1.0), Direction::Down);
        assert!(fall.p < 1e-4, "{fall:?}");
        assert!((fall.ratio - 50.5 / 100.5).abs() < 1e-12 && (fall.expected - 100.0).abs() < 1e-12);
        assert!(fall.low < fall.ratio && fall.ratio < fall.high && fall.high < 0.7);
        // The same share of few counts says little.
        assert!(p((2.0, 40.0), (4.0, 40.0), 1.0) > 0.2);
    }

    #[test]
    fn the_exact_test_gives_the_value_worked_by_hand() {
        // 1 against 5 in equal exposure: P(X ≤ 1 | 6, ½) = 7/64; mid-p takes half of P(X = 1) off.
        assert!((p((1.0, 1.0), (5.0, 1.0), 1.0) - (1.0 + 3.0) / 64.0).abs() < 1e-9);
    }

    #[test]
    fn wild_scatter_and_a_falling_season_excuse_a_fall() {
        assert!(p((50.0, 1000.0), (100.0, 1000.0), 1.0) < p((50.0, 1000.0), (100.0, 1000.0), 8.0));
        let season = compare((50.0, 1000.0), (100.0, 1000.0), (0.5, 1.0), Direction::Down);
        assert!(season.p > 0.4 && (season.ratio - 1.0).abs() < 0.02, "{season:?}");
    }

    #[test]
    fn the_week_of_the_change_is_found() {
        let first: Day = "2026-06-01".parse().unwrap();
        let weeks = (0..8).map(|week| {
            let hits = if week < 5 { 40.0 } else { 15.0 };
            (first + chrono::Days::new(7 * week), (hits, 500.0))
        });
        let subject = Subject { weeks: weeks.collect(), ..Subject::default() };
        assert_eq!(since(&subject), Some(first + chrono::Days::new(35)));
    }
}
