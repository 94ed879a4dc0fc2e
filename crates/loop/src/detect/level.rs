//! Levels that moved: cost per click, price, fee per unit.
//!
//! The logarithm of the level, week by week, has a middle and a scatter (median absolute deviation,
//! pulled towards that of all subjects); the window is compared with them by Student's t. All
//! subjects of a run are judged together (Benjamini and Hochberg).

use std::collections::BTreeMap;

use argosy_kernel::{Day, Period};
use argosy_metrics::AskError;

use super::{
    Direction, LevelShift,
    rate::key,
    run::{Rows, Surroundings, row},
    special::{q_values, student_cdf, student_quantile},
};
use crate::frame::inputs;

/// Weeks of the baseline before a level is compared.
const WEEKS_MIN: usize = 3;
/// The median absolute deviation times this is the standard deviation of a normal.
const MAD: f64 = 1.482_6;
/// The variance of a median is that of a mean times this (π / 2).
const MEDIAN_VARIANCE: f64 = std::f64::consts::FRAC_PI_2;
/// Weeks that the scatter of all subjects weighs for each of them.
const SCATTER_WEIGHT: f64 = 4.0;
/// No level is steadier than this.
const SCATTER_LEAST: f64 = 0.02;

#[derive(Clone, Debug, Default)]
struct Subject {
    now: (f64, f64),
    before: (f64, f64),
    /// Logarithms of the level in full weeks of the baseline.
    weeks: Vec<f64>,
}

/// Compares the window with the weeks before it, subject by subject.
pub(super) async fn level_shift(
    around: &Surroundings<'_>,
    shift: &LevelShift,
) -> Result<Rows, AskError> {
    let days = shift
        .window
        .map_or_else(|| u32::try_from(around.window.days()).unwrap_or(1), |span| span.0);
    let window = inputs::days_until(around.window.to, days);
    let baseline = inputs::before(window, shift.baseline.0);
    let subjects = read(around, shift, (window, baseline)).await?;
    let scatters: Vec<f64> = subjects.values().filter_map(|one| scatter(&one.weeks)).collect();
    let whole = median(scatters).unwrap_or(SCATTER_LEAST);
    let weeks_now = f64::from(days) / 7.0;
    let least = f64::from(shift.at_least);
    let tested: Vec<_> = subjects
        .values()
        .map(|one| {
            let enough = one.now.1 > least && one.before.1 > least && one.now.0 > 0.0;
            enough.then(|| compare(one, whole, weeks_now, shift.direction)).flatten()
        })
        .collect();
    let p: Vec<f64> = tested.iter().flatten().map(|one| one.3).collect();
    let mut q = q_values(&p).into_iter();
    let level = |(amount, base): (f64, f64)| (base > 0.0).then(|| amount / base);
    let rows = subjects.iter().zip(&tested).map(|((key, one), told)| {
        let mut cells: Vec<_> = key.iter().map(|key| key.as_str().into()).collect();
        let q = told.and_then(|_| q.next());
        cells.extend(row![
            level(one.now),
            level(one.before),
            one.now.0,
            one.now.1,
            told.map(|told| told.0),
            told.map(|told| told.1),
            told.map(|told| told.2),
            told.map(|told| told.3),
            q,
            one.weeks.len() as f64,
        ]);
        cells
    });
    Ok(rows.collect())
}

async fn read(
    around: &Surroundings<'_>,
    shift: &LevelShift,
    (window, baseline): (Period, Period),
) -> Result<BTreeMap<Vec<String>, Subject>, AskError> {
    let metrics = [shift.of.as_str(), shift.per.as_str()];
    let condition = shift.condition.as_deref();
    let mut subjects: BTreeMap<Vec<String>, Subject> = BTreeMap::new();
    for (days, is_now) in [(window, true), (baseline, false)] {
        let found = around.ask(&metrics, &shift.by, days, condition).await?;
        for at in 0..found.rows {
            let number = |name: &str| found.number(name, at).unwrap_or_default();
            let subject = subjects.entry(key(&found, &shift.by, at)).or_default();
            let sums = (number(&shift.of), number(&shift.per));
            *(if is_now { &mut subject.now } else { &mut subject.before }) = sums;
        }
    }
    let mut by = shift.by.clone();
    by.push("week".to_owned());
    let found = around.ask(&metrics, &by, baseline, condition).await?;
    for at in 0..found.rows {
        let Some(subject) = subjects.get_mut(&key(&found, &shift.by, at)) else { continue };
        let week: Option<Day> = found.day("week", at);
        let is_full = week.is_some_and(|week| {
            week >= baseline.from && week + chrono::Days::new(6) <= baseline.to
        });
        let number = |name: &str| found.number(name, at).filter(|number| *number > 0.0);
        if let (true, Some(of), Some(per)) = (is_full, number(&shift.of), number(&shift.per)) {
            subject.weeks.push((of / per).ln());
        }
    }
    Ok(subjects)
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let count = values.len();
    (count > 0).then(|| f64::midpoint(values[(count - 1) / 2], values[count / 2]))
}

/// The standard deviation of the weeks, without trust in single ones.
fn scatter(weeks: &[f64]) -> Option<f64> {
    if weeks.len() < WEEKS_MIN {
        return None;
    }
    let middle = median(weeks.to_vec())?;
    Some(MAD * median(weeks.iter().map(|week| (week - middle).abs()).collect())?)
}

/// Ratio, its 80 % range, and the chance of it without a change.
fn compare(
    subject: &Subject,
    whole: f64,
    weeks_now: f64,
    direction: Direction,
) -> Option<(f64, f64, f64, f64)> {
    let own = scatter(&subject.weeks)?;
    let middle = median(subject.weeks.clone())?;
    let weeks = subject.weeks.len() as f64;
    let variance =
        (weeks * own.powi(2) + SCATTER_WEIGHT * whole.powi(2)) / (weeks + SCATTER_WEIGHT);
    let one_week = variance.sqrt().max(SCATTER_LEAST);
    let error = one_week * (1.0 / weeks_now.max(1.0) + MEDIAN_VARIANCE / weeks).sqrt();
    let change = (subject.now.0 / subject.now.1).ln() - middle;
    let df = weeks + SCATTER_WEIGHT - 1.0;
    let below = student_cdf(change / error, df);
    let p = match direction {
        Direction::Down => below,
        Direction::Up => 1.0 - below,
        Direction::Both => 2.0 * below.min(1.0 - below),
    };
    let spread = student_quantile(0.9, df) * error;
    Some((change.exp(), (change - spread).exp(), (change + spread).exp(), p.clamp(0.0, 1.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subject(now: f64) -> Subject {
        let weeks = [1.00_f64, 1.04, 0.97, 1.01, 0.99, 1.03, 0.96, 1.02];
        Subject {
            now: (now * 100.0, 100.0),
            before: (800.0, 800.0),
            weeks: weeks.iter().map(|week| week.ln()).collect(),
        }
    }

    #[test]
    fn a_cost_per_click_half_up_again_is_a_jump_and_a_usual_week_is_none() {
        let (ratio, low, high, p) = compare(&subject(1.5), 0.03, 2.0, Direction::Up).unwrap();
        assert!(p < 1e-4 && (1.4..1.6).contains(&ratio) && low < ratio && ratio < high);
        let (.., p) = compare(&subject(1.03), 0.03, 2.0, Direction::Up).unwrap();
        assert!(p > 0.1, "{p}");
    }

    #[test]
    fn two_weeks_are_no_level() {
        let mut short = subject(2.0);
        short.weeks.truncate(2);
        assert!(compare(&short, 0.03, 2.0, Direction::Up).is_none());
    }
}
