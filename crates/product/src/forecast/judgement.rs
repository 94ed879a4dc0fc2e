//! People's changes to the forecast: kept beside what the machine said, and judged by what came.
//!
//! # Source
//! Forecast value added (Gilliland 2010); how much of a change to keep: Fildes, Goodwin, Lawrence and
//! Nikolopoulos (2009). The interval is a bootstrap over the changes.
//!
//! float-ok: statistics only.

use std::collections::BTreeMap;

use argosy_kernel::Day;
use serde::{Deserialize, Serialize};

use super::{
    chance::Chance,
    numbers::{count, quantile},
};

/// Fewer changes than this are not judged.
const ENOUGH: usize = 8;
/// Bootstrap samples.
const SAMPLES: usize = 2000;
/// Chance that the interval holds the truth.
const SURE: f64 = 0.9;
/// The keeping of whole changes counts as so many typical changes.
const TRUST_WEIGHT: f64 = 4.0;

/// A person's change of one bucket, with what came of it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Change {
    /// Who made it: a user id, never a name.
    pub who: String,
    /// Whose forecast: product × market.
    pub subject: String,
    /// First day of the bucket.
    pub day: Day,
    /// What the machine said.
    pub machine: f64,
    /// What the person said.
    pub person: f64,
    /// Demand that came, stock-outs corrected; `None` while it has not.
    pub came: Option<f64>,
}

/// Upward or downward.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    Up,
    Down,
}

impl Change {
    /// Which way the forecast was moved; `None` where it was confirmed.
    pub fn direction(&self) -> Option<Direction> {
        if self.person > self.machine {
            Some(Direction::Up)
        } else if self.person < self.machine {
            Some(Direction::Down)
        } else {
            None
        }
    }
}

/// Whether changing the forecast was worth it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Helps,
    Hurts,
    CannotTell,
}

/// The value of a set of changes.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Added {
    /// Changes whose demand has come.
    pub changes: usize,
    /// How many of them came nearer.
    pub nearer: usize,
    /// Sum of absolute errors of the machine and of the people.
    pub machine_error: f64,
    pub person_error: f64,
    /// Share of the machine's error that people saved; negative where they added to it.
    pub added: Option<f64>,
    /// Interval of `added`; `None` with too few changes.
    pub interval: Option<(f64, f64)>,
    pub verdict: Verdict,
    /// The share of such a change that would have been best to keep, 0–1, careful with few.
    pub keep: f64,
}

/// One change judged: the errors of both, and the products that tell how much of it to keep.
#[derive(Clone, Copy)]
struct Judged {
    machine: f64,
    person: f64,
    /// How far the change went the right way, weighted by its size; and its squared size.
    along: f64,
    squared: f64,
}

impl Judged {
    fn of(change: &Change) -> Option<Self> {
        change.direction()?;
        let came = change.came?;
        let moved = change.person - change.machine;
        // Large products must not decide alone: in shares of what was forecast.
        let size = f64::midpoint(change.person, change.machine).max(1e-9);
        Some(Self {
            machine: (change.machine - came).abs(),
            person: (change.person - came).abs(),
            along: moved * (came - change.machine) / (size * size),
            squared: (moved / size).powi(2),
        })
    }
}

/// What a set of changes was worth. Seeded: the same changes give the same interval.
pub fn value_added<'a>(changes: impl IntoIterator<Item = &'a Change>, seed: u64) -> Added {
    let judged: Vec<Judged> = changes.into_iter().filter_map(Judged::of).collect();
    let sum = |of: fn(&Judged) -> f64| judged.iter().map(of).sum::<f64>();
    let (machine_error, person_error) = (sum(|j| j.machine), sum(|j| j.person));
    let interval = (judged.len() >= ENOUGH).then(|| interval(&judged, seed)).flatten();
    let verdict = match interval {
        Some((low, _)) if low > 0.0 => Verdict::Helps,
        Some((_, high)) if high < 0.0 => Verdict::Hurts,
        _ => Verdict::CannotTell,
    };
    // People's changes are kept whole until there is evidence against it.
    let usual = sum(|j| j.squared) / count(judged.len().max(1));
    let (along, squared) = (sum(|j| j.along), sum(|j| j.squared));
    let prior = TRUST_WEIGHT * usual;
    let keep = if squared > 0.0 { (along + prior) / (squared + prior) } else { 1.0 };
    Added {
        changes: judged.len(),
        nearer: judged.iter().filter(|j| j.person < j.machine).count(),
        machine_error,
        person_error,
        added: (machine_error > 0.0).then(|| 1.0 - person_error / machine_error),
        interval,
        verdict,
        keep: keep.clamp(0.0, 1.0),
    }
}

/// Changes grouped: by person, by direction, by both.
pub fn by<'a, K: Ord>(
    changes: &'a [Change],
    seed: u64,
    key: impl Fn(&Change) -> Option<K>,
) -> BTreeMap<K, Added> {
    let mut groups: BTreeMap<K, Vec<&'a Change>> = BTreeMap::new();
    for change in changes {
        if let Some(key) = key(change) {
            groups.entry(key).or_default().push(change);
        }
    }
    groups.into_iter().map(|(key, group)| (key, value_added(group, seed))).collect()
}

fn interval(judged: &[Judged], seed: u64) -> Option<(f64, f64)> {
    let mut chance = Chance::new(seed);
    let mut found: Vec<f64> = (0..SAMPLES)
        .filter_map(|_| {
            let (mut machine, mut person) = (0.0, 0.0);
            for _ in 0..judged.len() {
                let one = judged[chance.below(judged.len())];
                machine += one.machine;
                person += one.person;
            }
            (machine > 0.0).then(|| 1.0 - person / machine)
        })
        .collect();
    if found.len() < SAMPLES / 2 {
        return None;
    }
    found.sort_unstable_by(f64::total_cmp);
    let tail = (1.0 - SURE) / 2.0;
    Some((quantile(&found, tail), quantile(&found, 1.0 - tail)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(who: &str, machine: f64, person: f64, came: f64) -> Change {
        Change {
            who: who.to_owned(),
            subject: "LAMP-1/US".to_owned(),
            day: "2026-03-02".parse().unwrap(),
            machine,
            person,
            came: Some(came),
        }
    }

    fn many(right: f64, seed: u64) -> Vec<Change> {
        let mut chance = Chance::new(seed);
        (0..40)
            .map(|_| {
                let moved = 30.0 * chance.normal();
                let came = 100.0 + right * moved + 8.0 * chance.normal();
                change("mei", 100.0, 100.0 + moved, came)
            })
            .collect()
    }

    #[test]
    fn changes_that_know_more_help_and_noise_hurts() {
        let knows = value_added(&many(1.0, 1), 7);
        assert_eq!(knows.verdict, Verdict::Helps);
        assert!(knows.added.unwrap() > 0.5 && knows.keep > 0.85, "{knows:?}");
        let guesses = value_added(&many(0.0, 2), 7);
        assert_eq!(guesses.verdict, Verdict::Hurts);
        assert!(guesses.keep < 0.3, "{guesses:?}");
        assert_eq!(value_added(&many(0.0, 2), 7), guesses);
    }

    #[test]
    fn three_changes_prove_nothing() {
        let few = [change("li", 10.0, 12.0, 12.0), change("li", 10.0, 8.0, 8.0)];
        let added = value_added(&few, 1);
        assert_eq!((added.verdict, added.interval), (Verdict::CannotTell, None));
        assert!((added.added.unwrap() - 1.0).abs() < 1e-12 && added.nearer == 2);
    }

    #[test]
    fn only_changes_whose_demand_has_come_are_judged() {
        let open = Change { came: None, ..change("li", 10.0, 12.0, 0.0) };
        let confirmed = change("li", 10.0, 10.0, 11.0);
        let added = value_added(&[open, confirmed], 1);
        assert_eq!((added.changes, added.added), (0, None));
        assert!((added.keep - 1.0).abs() < 1e-12);
    }

    #[test]
    fn people_are_told_apart_and_so_are_directions() {
        let mut all = many(1.0, 3);
        for (at, change) in all.iter_mut().enumerate() {
            change.who = if at % 2 == 0 { "mei".to_owned() } else { "li".to_owned() };
        }
        let people = by(&all, 1, |change| Some(change.who.clone()));
        assert_eq!(people.len(), 2);
        let ways = by(&all, 1, Change::direction);
        assert_eq!(ways[&Direction::Up].changes + ways[&Direction::Down].changes, 40);
    }
}
