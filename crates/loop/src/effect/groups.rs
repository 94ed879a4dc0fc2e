//! Units in two groups by chance, each with what it did before and after.
//!
//! float-ok: statistics only.
//!
//! # Source
//! Ratio estimator of each group (Cochran, Sampling Techniques, ch. 6), Welch's degrees of freedom;
//! the p value by drawing the assignment again within its strata. Two rates: Newcombe's hybrid score
//! interval (1998).

use super::{
    chance::Chance,
    panel::interval,
    stats::{count, normal_cdf, normal_quantile},
};

/// One unit of a randomised group.
#[derive(Clone, Copy, Debug)]
pub struct Unit {
    pub before: f64,
    pub after: f64,
    pub treated: bool,
    pub stratum: usize,
}

/// Effect on the treated units together, over all their days after.
#[derive(Clone, Copy, Debug)]
pub struct Grouped {
    pub effect: f64,
    pub error: f64,
    pub df: f64,
    pub low: f64,
    pub high: f64,
    /// What the treated would have done.
    pub level: f64,
    pub p: f64,
}

/// Ratio of after to before, its variance, and its degrees of freedom.
fn ratio(units: &[Unit], treated: bool) -> Option<(f64, f64, f64, f64)> {
    let arm: Vec<&Unit> = units.iter().filter(|unit| unit.treated == treated).collect();
    let before: f64 = arm.iter().map(|unit| unit.before).sum();
    let after: f64 = arm.iter().map(|unit| unit.after).sum();
    if arm.len() < 3 || before <= 0.0 {
        return None;
    }
    let told = after / before;
    let misses: f64 = arm.iter().map(|unit| (unit.after - told * unit.before).powi(2)).sum();
    let df = count(arm.len() - 1);
    Some((told, misses * count(arm.len()) / df / before.powi(2), df, before))
}

fn effect(units: &[Unit]) -> Option<f64> {
    let ((treated, _, _, before), (control, ..)) = (ratio(units, true)?, ratio(units, false)?);
    Some(before * (treated - control))
}

/// The effect of being in the treated group. `None` with fewer than three units in a group.
pub fn groups(units: &[Unit], level: f64, seed: u64) -> Option<Grouped> {
    const DRAWN: usize = 2_000;
    let (treated, of_treated, df_treated, before) = ratio(units, true)?;
    let (control, of_control, df_control, _) = ratio(units, false)?;
    let told = before * (treated - control);
    let sum = of_treated + of_control;
    let df = sum.powi(2) / (of_treated.powi(2) / df_treated + of_control.powi(2) / df_control);
    let df = if df.is_finite() { df } else { df_treated + df_control };
    let error = before * sum.sqrt();
    let (low, high) = interval(told, error, df, level);
    let mut chance = Chance::new(seed);
    let mut drawn = units.to_vec();
    let mut as_far = 0;
    for _ in 0..DRAWN {
        redraw(&mut drawn, &mut chance);
        as_far += usize::from(effect(&drawn).is_some_and(|other| other.abs() >= told.abs()));
    }
    let p = count(as_far + 1) / count(DRAWN + 1);
    Some(Grouped { effect: told, error, df, low, high, level: before * control, p })
}

/// Deals the arms out again within each stratum.
fn redraw(units: &mut [Unit], chance: &mut Chance) {
    let strata = units.iter().map(|unit| unit.stratum).max().map_or(0, |most| most + 1);
    for stratum in 0..strata {
        let mut arms: Vec<bool> =
            units.iter().filter(|unit| unit.stratum == stratum).map(|unit| unit.treated).collect();
        chance.shuffle(&mut arms);
        let of_stratum = units.iter_mut().filter(|unit| unit.stratum == stratum);
        for (unit, arm) in of_stratum.zip(arms) {
            unit.treated = arm;
        }
    }
}

/// Difference of two rates.
#[derive(Clone, Copy, Debug)]
pub struct Rates {
    pub effect: f64,
    pub low: f64,
    pub high: f64,
    pub p: f64,
    /// The rate without.
    pub control: f64,
}

/// From (hits, receivers) with and without. `None` with an empty arm.
pub fn rates(treated: (f64, f64), control: (f64, f64), level: f64) -> Option<Rates> {
    if treated.1 <= 0.0 || control.1 <= 0.0 {
        return None;
    }
    let (p1, p2) = (treated.0 / treated.1, control.0 / control.1);
    let z = normal_quantile(f64::midpoint(1.0, level));
    let ((l1, u1), (l2, u2)) = (wilson(p1, treated.1, z), wilson(p2, control.1, z));
    let effect = p1 - p2;
    let together = (treated.0 + control.0) / (treated.1 + control.1);
    let error = (together * (1.0 - together) * (1.0 / treated.1 + 1.0 / control.1)).sqrt();
    let p = if error > 0.0 { 2.0 * (1.0 - normal_cdf((effect / error).abs())) } else { 1.0 };
    Some(Rates {
        effect,
        low: effect - ((p1 - l1).powi(2) + (u2 - p2).powi(2)).sqrt(),
        high: effect + ((u1 - p1).powi(2) + (p2 - l2).powi(2)).sqrt(),
        p,
        control: p2,
    })
}

/// Wilson's interval of a rate.
fn wilson(p: f64, n: f64, z: f64) -> (f64, f64) {
    let middle = p + z * z / (2.0 * n);
    let reach = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    let scale = 1.0 + z * z / n;
    ((middle - reach) / scale, (middle + reach) / scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn skus_of_two_groups_hold_the_truth_nine_times_in_ten() {
        let mut chance = Chance::new(21);
        let (mut inside, mut false_alarms) = (0, 0);
        for run in 0..400 {
            let lift = if run % 2 == 0 { 0.0 } else { 0.2 };
            let mut truth = 0.0;
            let units: Vec<Unit> = (0..30)
                .map(|at| {
                    let treated = at % 2 == 0;
                    let level = 200.0 * (0.7 * chance.normal()).exp();
                    let own = level * (0.2 * chance.normal()).exp() * 1.3;
                    let meant = if treated { own * (1.0 + lift) } else { own };
                    truth += meant - own;
                    let (before, after) = (
                        chance.negative_binomial(level, 30.0),
                        chance.negative_binomial(meant, 30.0),
                    );
                    Unit { before, after, treated, stratum: at / 6 }
                })
                .collect();
            let told = groups(&units, 0.9, 1).unwrap();
            inside += usize::from(told.low <= truth && truth <= told.high);
            false_alarms += usize::from(run % 2 == 0 && told.p < 0.1);
        }
        assert!((345..=380).contains(&inside), "{inside} of 400");
        assert!(false_alarms <= 30, "{false_alarms} of 200");
    }

    /// Hillstrom's mailing to men: 18.28 % visited with it, 10.62 % without; z 22.6 as published.
    #[test]
    fn a_mailing_and_its_hold_out_differ_as_published() {
        let told = rates((0.182_757 * 21_307.0, 21_307.0), (0.106_167 * 21_306.0, 21_306.0), 0.95)
            .unwrap();
        assert!((told.effect - 0.076_59).abs() < 1e-5);
        assert!(told.low > 0.069 && told.high < 0.084 && told.p < 1e-9);
    }
}
