//! An experiment week by week: the treated beside what they are compared with, and what was told after
//! each week by intervals that hold however often one looks.
//!
//! # Source
//! The estimators are those of the analysis ([`super::analyse`]), on the weeks so far; their intervals
//! are widened to normal-mixture confidence sequences ([`crate::effect::sequence`]).

use std::collections::{BTreeMap, BTreeSet};

use argosy_kernel::{Day, Period};
use chrono::Days;
use rust_decimal::Decimal;

use super::{
    assign,
    figures::{Daily, level},
    types::{Arm, Assignment, ExperimentPlan},
};
use crate::effect::{
    Look, Picture,
    gather::Shape,
    groups::{self, Unit},
    rules::decimal,
    sequence::{half_width, mixing},
    stats::{count, mean, normal_quantile, student_quantile, variance},
};

/// Digits of shares.
const SHARE_DIGITS: u32 = 4;
const WEEK: u64 = 7;
/// Fewest differences whose spread means anything.
const SPREAD_MIN: usize = 3;

/// A pair of blocks of one unit that are both over.
pub(super) struct Pair {
    pub from: Day,
    pub to: Day,
    /// Level per day while it was on, and while it was off.
    pub on: f64,
    pub off: f64,
    /// Denominators of the days that were on.
    pub weight: f64,
}

/// The pairs that are over, by unit and time.
pub(super) fn pairs(
    plan: &ExperimentPlan,
    (assignment, until): (&[Assignment], Day),
    told: &BTreeMap<String, Daily>,
    shape: &Shape,
) -> Vec<Pair> {
    let washout = Days::new(u64::from(plan.washout_days));
    let of = |block: &Assignment| {
        let period = Period { from: block.from + washout, to: block.to };
        level(told.get(&block.unit), shape, period)
    };
    let mut sorted: Vec<&Assignment> = assignment.iter().collect();
    sorted.sort_by(|a, b| a.unit.cmp(&b.unit).then(a.from.cmp(&b.from)));
    let pair = |blocks: &[&Assignment]| {
        let [one, other] = blocks else { return None };
        if other.to > until || one.unit != other.unit || one.arm == other.arm {
            return None;
        }
        let (on, off) = if one.arm == Arm::Treated { (*one, *other) } else { (*other, *one) };
        let daily = told.get(&on.unit).into_iter();
        let daily = daily.flat_map(|daily| daily.range(on.from..=on.to));
        Some(Pair {
            from: one.from,
            to: other.to,
            on: of(on)?,
            off: of(off)?,
            weight: daily.map(|(_, (_, weight))| weight).sum(),
        })
    };
    sorted.chunks(2).filter_map(pair).collect()
}

/// Pairs of blocks side by side: all units together of sums, their mean of rates.
pub(super) fn picture_of_pairs(
    plan: &ExperimentPlan,
    pairs: &[Pair],
    shape: &Shape,
    confidence: f64,
) -> Option<Picture> {
    let starts: BTreeSet<Day> = pairs.iter().map(|pair| pair.from).collect();
    let of = |start: Day, side: fn(&Pair) -> f64| {
        let all: Vec<f64> = pairs.iter().filter(|pair| pair.from == start).map(side).collect();
        match shape {
            Shape::Sum => all.iter().sum::<f64>() * f64::from(plan.block_days),
            _ => mean(&all),
        }
    };
    let on: Vec<f64> = starts.iter().map(|start| of(*start, |pair| pair.on)).collect();
    let off: Vec<f64> = starts.iter().map(|start| of(*start, |pair| pair.off)).collect();
    let days = (starts.into_iter().collect(), plan.block_days);
    let differences: Vec<f64> = on.iter().zip(&off).map(|(on, off)| on - off).collect();
    drawn((on, off), days, reach(&differences, confidence), (None, shape))
}

/// How far a single block lies from what is expected, nine times in ten.
fn reach(differences: &[f64], confidence: f64) -> Option<f64> {
    (differences.len() >= SPREAD_MIN).then(|| {
        let df = count(differences.len() - 1);
        student_quantile(f64::midpoint(1.0, confidence), df) * variance(differences).sqrt()
    })
}

fn drawn(
    (seen, expected): (Vec<f64>, Vec<f64>),
    (days, block_days): (Vec<Day>, u32),
    reach: Option<f64>,
    (change_day, shape): (Option<Day>, &Shape),
) -> Option<Picture> {
    if days.is_empty() {
        return None;
    }
    let digits = if *shape == Shape::Sum { 2 } else { 6 };
    let of = |values: &[f64], plus: Option<f64>| -> Vec<Option<Decimal>> {
        values.iter().map(|value| decimal(value + plus?, digits)).collect()
    };
    Some(Picture {
        days,
        treated: of(&seen, Some(0.0)),
        counterfactual: of(&expected, Some(0.0)),
        low: of(&expected, reach.map(|reach| -reach)),
        high: of(&expected, reach),
        change_day,
        block_days,
    })
}

/// What was told after each pair of blocks.
pub(super) fn looks_at_pairs(pairs: &[Pair], planned: usize, confidence: f64) -> Vec<Look> {
    let ends: BTreeSet<Day> = pairs.iter().map(|pair| pair.to).collect();
    let look = |end: &Day| {
        let so_far: Vec<&Pair> = pairs.iter().filter(|pair| pair.to <= *end).collect();
        let differences: Vec<f64> = so_far.iter().map(|pair| pair.on - pair.off).collect();
        let off = mean(&so_far.iter().map(|pair| pair.off).collect::<Vec<_>>());
        if differences.len() < SPREAD_MIN || off <= 0.0 {
            return None;
        }
        let n = count(differences.len());
        let error = (variance(&differences) / n).sqrt();
        let reach = wide(error, n - 1.0, n, (count(planned), confidence));
        seen(*end, mean(&differences) / off, reach / off)
    };
    ends.iter().filter_map(look).collect()
}

/// Half the width of the interval after `n` of the planned blocks, valid at every look.
fn wide(error: f64, df: f64, n: f64, (planned, confidence): (f64, f64)) -> f64 {
    let alpha = 1.0 - confidence;
    // Knowing the spread from few units only: as much wider as t is than normal.
    let unsure = student_quantile(1.0 - alpha / 2.0, df) / normal_quantile(1.0 - alpha / 2.0);
    half_width(n, error * n.sqrt(), mixing(planned, alpha), alpha) * unsure
}

fn seen(day: Day, estimate: f64, reach: f64) -> Option<Look> {
    let of = |value: f64| decimal(value, SHARE_DIGITS);
    Some(Look {
        day,
        estimate: of(estimate)?,
        low: of(estimate - reach)?,
        high: of(estimate + reach)?,
    })
}

/// The units of two groups as the analysis sees them, after the first `late` days.
pub(super) fn units(
    assignment: &[Assignment],
    told: &BTreeMap<String, Daily>,
    shape: &Shape,
    (early, late): (Period, Period),
) -> Vec<Unit> {
    let sizes: Vec<(String, f64)> = assignment
        .iter()
        .map(|one| (one.unit.clone(), level(told.get(&one.unit), shape, early).unwrap_or(0.0)))
        .collect();
    let strata: BTreeMap<String, usize> = assign::strata(&sizes).into_iter().collect();
    let unit = |one: &Assignment| {
        let daily = told.get(&one.unit);
        Some(Unit {
            before: level(daily, shape, early)?,
            after: level(daily, shape, late)?,
            treated: one.arm == Arm::Treated,
            stratum: strata.get(&one.unit).copied().unwrap_or(0),
        })
    };
    assignment.iter().filter_map(unit).collect()
}

fn week(first: Day) -> Period {
    Period { from: first, to: first + Days::new(WEEK - 1) }
}

/// The first days of the weeks before the start and of those after it that are over.
fn weeks(plan: &ExperimentPlan, early: Period, until: Day) -> (Vec<Day>, Vec<Day>) {
    let before = early.days() / WEEK;
    let before = (1..=before).rev().map(|back| plan.start - Days::new(back * WEEK)).collect();
    let after = (0..).map(|week| plan.start + Days::new(week * WEEK));
    (before, after.take_while(|first| week(*first).to <= until).collect())
}

/// The treated week by week beside the others, scaled to what the treated were before the start.
pub(super) fn picture_of_groups(
    plan: &ExperimentPlan,
    (assignment, until): (&[Assignment], Day),
    (told, shape): (&BTreeMap<String, Daily>, &Shape),
    (early, confidence): (Period, f64),
) -> Option<Picture> {
    let (before, after) = weeks(plan, early, until);
    let arm = |wanted: Arm, period: Period| {
        let of = |one: &&Assignment| one.arm == wanted;
        let all: Vec<f64> = assignment
            .iter()
            .filter(of)
            .filter_map(|one| level(told.get(&one.unit), shape, period))
            .collect();
        match shape {
            Shape::Sum => all.iter().sum::<f64>() * count(usize::try_from(WEEK).unwrap_or(7)),
            _ => mean(&all),
        }
    };
    let (usual, others) = (arm(Arm::Treated, early), arm(Arm::Control, early));
    if usual <= 0.0 || others <= 0.0 {
        return None;
    }
    let known = before.len();
    let days: Vec<Day> = before.into_iter().chain(after).collect();
    let of = |wanted: Arm, scale: f64| -> Vec<f64> {
        days.iter().map(|first| arm(wanted, week(*first)) * scale).collect()
    };
    let (seen, expected) = (of(Arm::Treated, 1.0), of(Arm::Control, usual / others));
    let misses: Vec<f64> =
        seen.iter().zip(&expected).take(known).map(|(seen, expected)| seen - expected).collect();
    let block_days = u32::try_from(WEEK).unwrap_or(7);
    drawn(
        (seen, expected),
        (days, block_days),
        reach(&misses, confidence),
        (Some(plan.start), shape),
    )
}

/// What was told of two groups after each week.
pub(super) fn looks_at_groups(
    plan: &ExperimentPlan,
    (assignment, until): (&[Assignment], Day),
    (told, shape): (&BTreeMap<String, Daily>, &Shape),
    (early, confidence): (Period, f64),
) -> Vec<Look> {
    let (_, after) = weeks(plan, early, until);
    let planned = f64::from(plan.days) / count(usize::try_from(WEEK).unwrap_or(7));
    let look = |(number, first): (usize, &Day)| {
        let late = Period { from: plan.start, to: week(*first).to };
        let units = units(assignment, told, shape, (early, late));
        let found = groups::groups(&units, confidence, plan.seed)?;
        (found.level > 0.0).then_some(())?;
        let reach = wide(found.error, found.df, count(number + 1), (planned, confidence));
        seen(late.to, found.effect / found.level, reach / found.level)
    };
    after.iter().enumerate().filter_map(look).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::effect::chance::Chance;

    fn outside(look: &Look) -> bool {
        look.low > Decimal::ZERO || look.high < Decimal::ZERO
    }

    /// Looked at after every pair, a switch that does nothing seldom looks like one that does.
    #[test]
    fn looking_after_every_pair_does_not_make_nothing_into_something() {
        let mut chance = Chance::new(12);
        let (mut ever, mut told) = (0, 0);
        for _ in 0..300 {
            let start: Day = "2026-06-01".parse().unwrap();
            let pairs: Vec<Pair> = (0..20_u64)
                .map(|at| {
                    let from = start + Days::new(at * 14);
                    let (on, off) = (40.0 + 6.0 * chance.normal(), 40.0 + 6.0 * chance.normal());
                    Pair { from, to: from + Days::new(13), on, off, weight: 0.0 }
                })
                .collect();
            let looks = looks_at_pairs(&pairs, 20, 0.9);
            assert_eq!(looks.len(), 18);
            ever += usize::from(looks.iter().any(outside));
            // The same with an effect of a quarter is seen in the end.
            let lifted: Vec<Pair> =
                pairs.into_iter().map(|pair| Pair { on: pair.on * 1.25, ..pair }).collect();
            told += usize::from(looks_at_pairs(&lifted, 20, 0.9).last().is_some_and(outside));
        }
        assert!(ever <= 30, "{ever} of 300 told an effect that is none");
        assert!(told >= 250, "{told} of 300 told the effect");
    }
}
