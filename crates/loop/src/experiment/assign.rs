//! Who gets what, by chance with a seed.

use chrono::Days;
use sha2::{Digest, Sha256};

use super::types::{Arm, Assignment, ExperimentPlan};
use crate::effect::chance::Chance;

/// Units in a stratum of groups: of each, half are treated.
const STRATUM: usize = 4;

/// One block of a switchback: its first and last day.
fn block(plan: &ExperimentPlan, at: u64) -> (chrono::NaiveDate, chrono::NaiveDate) {
    let days = u64::from(plan.block_days);
    let from = plan.start + Days::new(at * days);
    (from, from + Days::new(days - 1))
}

/// How many pairs of blocks fit into the plan.
pub(super) fn pairs(plan: &ExperimentPlan) -> u64 {
    u64::from(plan.days.checked_div(plan.block_days).unwrap_or(0) / 2)
}

/// One of each pair of blocks is on: which one, chance says for each unit.
pub(super) fn switchback(plan: &ExperimentPlan) -> Vec<Assignment> {
    let mut chance = Chance::new(plan.seed);
    let mut assigned = Vec::new();
    for unit in &plan.units {
        for pair in 0..pairs(plan) {
            let first_is_on = chance.coin();
            for (at, is_on) in [(2 * pair, first_is_on), (2 * pair + 1, !first_is_on)] {
                let (from, to) = block(plan, at);
                assigned.push(assignment(unit, (from, to), is_on));
            }
        }
    }
    assigned
}

fn assignment(
    unit: &str,
    (from, to): (chrono::NaiveDate, chrono::NaiveDate),
    is_treated: bool,
) -> Assignment {
    Assignment {
        unit: unit.to_owned(),
        block: format!("{from}/{to}"),
        from,
        to,
        arm: if is_treated { Arm::Treated } else { Arm::Control },
    }
}

/// Units in order of size, largest first, with the stratum of each: units of alike size are neighbours.
pub(super) fn strata(sizes: &[(String, f64)]) -> Vec<(String, usize)> {
    let mut ordered: Vec<&(String, f64)> = sizes.iter().collect();
    ordered.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    ordered.iter().enumerate().map(|(at, (name, _))| (name.clone(), at / STRATUM)).collect()
}

/// Half of each stratum is treated; of an odd rest chance says who.
pub(super) fn groups(plan: &ExperimentPlan, strata: &[(String, usize)]) -> Vec<Assignment> {
    let mut chance = Chance::new(plan.seed);
    let window = (plan.start, plan.end());
    let mut assigned = Vec::new();
    let last = strata.last().map_or(0, |(_, stratum)| *stratum);
    for stratum in 0..=last {
        let members: Vec<&str> =
            strata.iter().filter(|(_, of)| *of == stratum).map(|(name, _)| name.as_str()).collect();
        let half = (members.len() + usize::from(chance.coin())) / 2;
        let mut arms: Vec<bool> = (0..members.len()).map(|at| at < half).collect();
        chance.shuffle(&mut arms);
        for (member, arm) in members.iter().zip(arms) {
            assigned.push(assignment(member, window, arm));
        }
    }
    assigned
}

/// The arm of one receiver of a hold-out: the same for the same seed, whoever asks and in whatever
/// order. `receiver` is any stable word for the person, such as a keyed hash; it is not kept.
pub fn arm_of(seed: u64, receiver: &str, held_out: f64) -> Arm {
    let mut hash = Sha256::new();
    hash.update(seed.to_le_bytes());
    hash.update(receiver.as_bytes());
    let digest = hash.finalize();
    let bytes = digest.iter().take(8).fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
    let share = Chance::new(bytes).share();
    if share < held_out { Arm::Control } else { Arm::Treated }
}

#[cfg(test)]
mod tests {
    use super::{super::types::ExperimentKind, *};

    fn plan(units: usize, days: u32) -> ExperimentPlan {
        ExperimentPlan {
            kind: ExperimentKind::Switchback,
            title: "bids".into(),
            what: "+20 %".into(),
            metric: "ad_sales".into(),
            store: "us".into(),
            market: None,
            units: (0..units).map(|n| format!("S{n:02}")).collect(),
            unit_kind: None,
            block_days: 7,
            washout_days: 1,
            start: "2026-06-01".parse().unwrap(),
            days,
            seed: 5,
            currency: argosy_kernel::Currency::USD,
            receivers: None,
            rate: None,
            held_out: None,
        }
    }

    #[test]
    fn each_pair_of_weeks_has_one_that_is_on_and_the_seed_says_which() {
        let plan = plan(2, 60);
        let told = switchback(&plan);
        assert_eq!(told.len(), 2 * 8);
        for pair in told.chunks(2) {
            assert_ne!(pair[0].arm, pair[1].arm);
        }
        assert_eq!(told, switchback(&plan));
        assert_ne!(told, switchback(&ExperimentPlan { seed: 6, ..plan }));
    }

    #[test]
    fn groups_are_of_alike_size() {
        let sizes: Vec<(String, f64)> =
            (0..20_u32).map(|n| (format!("S{n:02}"), f64::from(1 << (n / 2)))).collect();
        let plan = plan(20, 28);
        let told = groups(&plan, &strata(&sizes));
        let treated: Vec<&Assignment> = told.iter().filter(|one| one.arm == Arm::Treated).collect();
        assert_eq!(treated.len(), 10);
        // Of the four largest two are treated, whatever the seed.
        for seed in 0..20 {
            let told = groups(&ExperimentPlan { seed, ..plan.clone() }, &strata(&sizes));
            let large = told[..4].iter().filter(|one| one.arm == Arm::Treated).count();
            assert_eq!(large, 2);
        }
    }

    #[test]
    fn a_tenth_of_the_receivers_is_held_out_and_stays_so() {
        let held = |seed| -> Vec<bool> {
            (0..5_000).map(|n| arm_of(seed, &format!("r{n}"), 0.1) == Arm::Control).collect()
        };
        let count = held(1).iter().filter(|held| **held).count();
        assert!((420..580).contains(&count), "{count}");
        assert_eq!(held(1), held(1));
        assert_ne!(held(1), held(2));
    }
}
