//! Rates of counts that moved: conversion, sessions a day, returns.
//!
//! A CUSUM over the weeks tells since when (`cusum.rs`): against the rate of the older half of them,
//! with the scatter of the subject's own weeks and that of the few counts the base rests on. An exact
//! test confirms it: the count of the window is compared with what the days before it let expect, after what its
//! neighbours did is taken out. Given both counts together, the newer one is binomial (the exact
//! conditional test of two Poisson rates, Przyborowski and Wilenski 1940, mid-p); counts that scatter
//! more than Poisson are divided by their dispersion, which is pulled towards that of all subjects.
//! All subjects of a run are judged together (Benjamini and Hochberg).

use std::collections::{BTreeMap, BTreeSet, HashMap};

use argosy_kernel::{Day, Period};
use argosy_metrics::AskError;

use super::{
    Direction, RateShift,
    cusum::{Cusum, Limits},
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
/// Hits in the older half of the weeks before the rate of that half is the base.
const BASE_MIN: f64 = 8.0;
/// The fall that the CUSUM is fastest for; a rise is its inverse. Source: with it and a halved rate
/// the delays of ALGORITHMS topic 5 come out within a tenth, and −30 % is told almost as fast.
const FALL: f64 = 0.6;
/// z of an 80 % range.
const Z80: f64 = 1.281_552;

/// One subject: its counts now, before, and week by week.
#[derive(Clone, Debug, Default)]
struct Subject {
    now: (f64, f64),
    before: (f64, f64),
    weeks: BTreeMap<Day, Week>,
}

/// The counts of a calendar week; one that the ends of the days asked cut is not `whole`.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Week {
    counts: (f64, f64),
    whole: bool,
}

/// What the CUSUM says: how near it came to its limit, and since when.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
struct Signal {
    share: Option<f64>,
    since: Option<Day>,
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
    let signals = signals(shift, &all, &weekly(shift, &keys, &all), &dispersion);
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
            signals[at].share,
            signals[at].since,
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
    let whole = Period { from: baseline.from, to: window.to };
    read_weeks(around, shift, whole, &mut subjects).await?;
    Ok(subjects)
}

async fn read_weeks(
    around: &Surroundings<'_>,
    shift: &RateShift,
    whole: Period,
    subjects: &mut BTreeMap<Vec<String>, Subject>,
) -> Result<(), AskError> {
    let metrics: Vec<&str> =
        std::iter::once(shift.hits.as_str()).chain(shift.trials.as_deref()).collect();
    let mut by = shift.by.clone();
    by.push("week".to_owned());
    let found = around.ask(&metrics, &by, whole, shift.condition.as_deref()).await?;
    let of = |week: Day| {
        let seven = inputs::days_until(week + chrono::Days::new(6), 7);
        Period { from: seven.from.max(whole.from), to: seven.to.min(whole.to) }
    };
    let mut weeks = BTreeSet::new();
    for at in 0..found.rows {
        let Some(week) = found.day("week", at) else { continue };
        weeks.insert(week);
        if let Some(subject) = subjects.get_mut(&key(&found, &shift.by, at)) {
            let days = of(week);
            let counts = counts(&found, shift, at, days);
            subject.weeks.insert(week, Week { counts, whole: days.days() == 7 });
        }
    }
    if shift.trials.is_none() {
        // A week without any hit is a week all the same.
        for subject in subjects.values_mut() {
            for week in &weeks {
                let days = of(*week);
                let counts = (0.0, f64::from(len(days)));
                subject.weeks.entry(*week).or_insert(Week { counts, whole: days.days() == 7 });
            }
        }
    }
    Ok(())
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
    let group = |at: usize| group(shift, keys[at]);
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

/// The values of the columns whose other members are a subject's neighbours.
fn group<'k>(shift: &RateShift, key: &'k [String]) -> Vec<&'k str> {
    let place = |name: &String| shift.by.iter().position(|by| by == name);
    shift.relative_to.iter().filter_map(place).map(|at| key[at].as_str()).collect()
}

type Weeks = BTreeMap<Day, (f64, f64)>;

/// The rate of each subject's neighbours (without its own) in each week, as a multiple of the one
/// they had in the older half of the weeks; nothing where they tell too little.
fn weekly(shift: &RateShift, keys: &[&Vec<String>], all: &[&Subject]) -> Vec<BTreeMap<Day, f64>> {
    if shift.relative_to.is_empty() {
        return vec![BTreeMap::new(); all.len()];
    }
    let mut sums: HashMap<Vec<&str>, Weeks> = HashMap::new();
    for (at, one) in all.iter().enumerate() {
        let sum = sums.entry(group(shift, keys[at])).or_default();
        for (week, told) in &one.weeks {
            let known = sum.entry(*week).or_default();
            *known = (known.0 + told.counts.0, known.1 + told.counts.1);
        }
    }
    let of = |at: usize| {
        let Some(sum) = sums.get(&group(shift, keys[at])) else { return BTreeMap::new() };
        let own = |week: &Day| all[at].weeks.get(week).map_or((0.0, 0.0), |week| week.counts);
        let others: Weeks = sum
            .iter()
            .map(|(week, sum)| (*week, (sum.0 - own(week).0, sum.1 - own(week).1)))
            .collect();
        let base = sum_of(others.values().copied().take(others.len() / 2));
        let told = others.iter().filter(|(_, one)| {
            one.0 >= NEIGHBOURS_MIN && one.1 > 0.0 && base.0 >= NEIGHBOURS_MIN && base.1 > 0.0
        });
        told.map(|(week, one)| (*week, (one.0 / one.1) / (base.0 / base.1))).collect()
    };
    (0..all.len()).map(of).collect()
}

fn sum_of(counts: impl Iterator<Item = (f64, f64)>) -> (f64, f64) {
    counts.fold((0.0, 0.0), |sum, one| (sum.0 + one.0, sum.1 + one.1))
}

/// The CUSUM of each subject.
fn signals(
    shift: &RateShift,
    all: &[&Subject],
    common: &[BTreeMap<Day, f64>],
    dispersion: &[f64],
) -> Vec<Signal> {
    let weeks = f64::from(shift.alarm_every.0) / 7.0;
    let mut limits = Limits::default();
    let of = |at: usize| {
        let enough = all[at].now.0 + all[at].before.0 >= f64::from(shift.at_least.max(1));
        let about = (&common[at], dispersion[at]);
        let told = enough.then(|| signal(all[at], about, shift.direction, (&mut limits, weeks)));
        told.flatten().unwrap_or_default()
    };
    (0..all.len()).map(of).collect()
}

fn signal(
    subject: &Subject,
    (common, dispersion): (&BTreeMap<Day, f64>, f64),
    direction: Direction,
    (limits, weeks): (&mut Limits, f64),
) -> Option<Signal> {
    let older = subject.weeks.values().take(subject.weeks.len() / 2).map(|week| week.counts);
    let mut base = sum_of(older);
    if base.0 < BASE_MIN || base.1 <= 0.0 {
        base = subject.before;
    }
    if base.0 <= 0.0 || base.1 <= 0.0 {
        return None;
    }
    let told: Vec<(f64, f64)> = subject
        .weeks
        .iter()
        .map(|(day, week)| {
            let moved = common.get(day).copied().unwrap_or(1.0);
            (week.counts.0, week.counts.1 * base.0 / base.1 * moved)
        })
        .collect();
    let usual = sum_of(told.iter().copied()).1 / told.len().max(1) as f64;
    if usual <= 0.0 {
        return None;
    }
    // The scatter of a week, and that of the base: variance = mean + mean² / size for both together.
    let size = 1.0 / ((dispersion - 1.0) / usual + dispersion / base.0);
    let of = |times: f64| {
        let cusum = Cusum { times, size };
        let state = cusum.over(&told);
        let share = state.most / limits.of(cusum, usual, weeks);
        let since = state.since.filter(|_| share >= 1.0);
        let day = since.and_then(|at| subject.weeks.keys().nth(at).copied());
        Signal { share: Some(share), since: day }
    };
    let times: &[f64] = match direction {
        Direction::Down => &[FALL],
        Direction::Up => &[1.0 / FALL],
        Direction::Both => &[FALL, 1.0 / FALL],
    };
    let most = |left: &Signal, right: &Signal| left.share.partial_cmp(&right.share);
    times.iter().copied().map(of).max_by(|a, b| most(a, b).unwrap_or(std::cmp::Ordering::Equal))
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
    let weeks: Vec<(f64, f64)> =
        subject.weeks.values().filter(|week| week.whole).map(|week| week.counts).collect();
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

    /// Weeks of counts out of 500 each, the first of them in June.
    fn weeks(hits: &[f64]) -> Subject {
        let first: Day = "2026-06-01".parse().unwrap();
        let week = |(at, hits): (u64, &f64)| {
            (first + chrono::Days::new(7 * at), Week { counts: (*hits, 500.0), whole: true })
        };
        let weeks: BTreeMap<Day, Week> = (0..).zip(hits).map(week).collect();
        let split = hits.len() - 2;
        let sum = |part: &[f64]| (part.iter().sum(), 500.0 * part.len() as f64);
        Subject { now: sum(&hits[split..]), before: sum(&hits[..split]), weeks }
    }

    fn told(subject: &Subject, direction: Direction) -> Signal {
        let none = BTreeMap::new();
        signal(subject, (&none, 1.0), direction, (&mut Limits::default(), 52.0)).unwrap()
    }

    #[test]
    fn the_week_of_the_change_is_found() {
        let fell = weeks(&[41.0, 38.0, 40.0, 43.0, 37.0, 15.0, 17.0, 14.0, 16.0, 15.0]);
        let found = told(&fell, Direction::Down);
        assert_eq!(found.since, Some("2026-07-06".parse().unwrap()), "{found:?}");
        assert!(found.share.unwrap() > 2.0);
        assert_eq!(told(&fell, Direction::Both), found);
        assert_eq!(told(&fell, Direction::Up).since, None);
        // Weeks ago, and over again.
        let back = weeks(&[41.0, 38.0, 40.0, 43.0, 25.0, 24.0, 41.0, 44.0, 39.0, 42.0]);
        assert_eq!(told(&back, Direction::Down).since, None);
    }

    #[test]
    fn weeks_that_only_scatter_signal_seldom_though_their_base_is_few_counts_itself() {
        // Poisson counts around 12 a week, ten weeks each, drawn by a fixed congruence.
        let mut state = 11_u64;
        let mut unit = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) as f64 / (1_u64 << 31) as f64
        };
        let mut poisson = |mean: f64| {
            let (floor, mut product, mut count) = ((-mean).exp(), unit(), 0.0);
            while product > floor {
                product *= unit();
                count += 1.0;
            }
            count
        };
        let mut share = |mean_now: f64| {
            let signals = (0..2000).filter(|_| {
                let mut hits: Vec<f64> = (0..7).map(|_| poisson(12.0)).collect();
                hits.extend((0..3).map(|_| poisson(mean_now)));
                told(&weeks(&hits), Direction::Down).since.is_some()
            });
            signals.count() as f64 / 2000.0
        };
        // One alarm in 52 weeks: about a sixth in ten weeks, and half of these stand at the end.
        let (alarms, half, third) = (share(12.0), share(6.0), share(4.0));
        assert!((0.04..0.12).contains(&alarms), "{alarms}");
        assert!((0.74..0.90).contains(&half), "{half}");
        assert!(third > 0.95, "{third}");
    }

    #[test]
    fn what_all_neighbours_did_is_no_shift_of_one() {
        let fell = weeks(&[40.0, 40.0, 40.0, 40.0, 40.0, 20.0, 20.0, 20.0, 20.0, 20.0]);
        let season: BTreeMap<Day, f64> =
            fell.weeks.keys().skip(5).map(|week| (*week, 0.5)).collect();
        let limits = &mut Limits::default();
        let found = signal(&fell, (&season, 1.0), Direction::Down, (limits, 52.0)).unwrap();
        assert_eq!(found.since, None, "{found:?}");
    }
}
