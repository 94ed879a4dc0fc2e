//! What an experiment would tell, before it starts.

use std::collections::BTreeSet;

use argosy_kernel::{Day, Money, Period};
use chrono::Days;
use rust_decimal::Decimal;

use super::{
    assign,
    figures::{Daily, daily, level},
    types::{Arm, Assignment, ExperimentKind, ExperimentPlan, ExperimentPower, NeededFor, PowerAt},
};
use crate::effect::{
    EffectError, EffectInput, Effects, Smallest,
    gather::Shape,
    power,
    rules::{decimal, number, size},
    stats::{count, mean, normal_quantile, variance},
    switchback::pairs_min,
    worth::worth,
};

/// Days before the start that noise is learnt from.
const HISTORY_DAYS: u64 = 56;
/// Fewest units in each arm of groups.
pub(super) const ARM_MIN: usize = 3;
/// Effects whose power is told.
const EFFECTS: [f64; 6] = [0.05, 0.1, 0.15, 0.2, 0.3, 0.5];
/// The longest experiment that is proposed.
const DAYS_MAX: u32 = 364;

/// How noisy the answer will be, as a share of the level of one arm.
pub(super) struct Noise {
    /// With the planned days.
    pub error: f64,
    pub df: f64,
    /// The metric per day of the treated arm together.
    pub level: f64,
}

/// What is known before starting: power, days needed and who gets what.
///
/// # Errors
/// `bad_plan` with its reason, `unknown_metric`, `cumulative_metric`; questions that cannot be run.
pub async fn plan(
    effects: &Effects,
    input: &EffectInput<'_>,
    plan: &ExperimentPlan,
) -> Result<ExperimentPower, EffectError> {
    check(effects, plan)?;
    if plan.kind == ExperimentKind::Holdout {
        return Ok(holdout(effects, plan));
    }
    let shape = Shape::of(effects, input.engine, &plan.metric)?;
    let history = history(effects, input, plan).await?;
    let told = daily(effects, input, plan, history).await?;
    let of = |unit: &String, period: Period| level(told.get(unit), &shape, period);
    let sizes: Vec<(String, f64)> =
        plan.units.iter().map(|unit| (unit.clone(), of(unit, history).unwrap_or(0.0))).collect();
    let usual: f64 = sizes.iter().map(|(_, size)| size).sum();
    if usual <= 0.0 {
        let metric = effects.name(input, &plan.metric);
        let reason = effects.say(
            "reason_no_facts",
            &[("metric", metric.into()), ("days", history.days().to_string().into())],
        );
        return Err(effects.refuse("bad_plan", &[("reason", reason.into())]));
    }
    let (assignment, noise) = match plan.kind {
        ExperimentKind::Switchback => {
            let noise = switched(plan, history, |unit, period| of(unit, period));
            (assign::switchback(plan), noise)
        }
        _ => {
            let noise = grouped(plan, history, |unit, period| of(unit, period));
            (assign::groups(plan, &assign::strata(&sizes)), noise)
        }
    };
    let Some(noise) = noise else {
        let metric = effects.name(input, &plan.metric);
        let with = [("metric", metric.into()), ("days", history.days().to_string().into())];
        let reason = effects.say("reason_no_facts", &with);
        return Err(effects.refuse("bad_plan", &[("reason", reason.into())]));
    };
    let each = each(effects, input, plan, (&shape, &told, history)).await?;
    Ok(told_power(effects, plan, (assignment, noise), each, &shape))
}

/// The days before the start that are known.
async fn history(
    effects: &Effects,
    input: &EffectInput<'_>,
    plan: &ExperimentPlan,
) -> Result<Period, EffectError> {
    let shape = Shape::of(effects, input.engine, &plan.metric)?;
    let metrics = shape.metrics(&plan.metric);
    let names: Vec<&str> = metrics.iter().map(String::as_str).collect();
    let last = crate::effect::last_day(input.engine, input.session, &names, &plan.store).await?;
    let to: Day = last.unwrap_or(input.day).min(plan.start - Days::new(1)).min(input.day);
    Ok(Period { from: to - Days::new(HISTORY_DAYS - 1), to })
}

/// Money for one more of the metric, over the treated days of the experiment.
async fn each(
    effects: &Effects,
    input: &EffectInput<'_>,
    plan: &ExperimentPlan,
    (shape, told, history): (&Shape, &std::collections::BTreeMap<String, Daily>, Period),
) -> Result<Option<f64>, EffectError> {
    let total = told.values().flat_map(|daily| daily.values()).map(|(value, _)| value).sum();
    let base = super::analyse::base(plan, shape, history, &plan.units, total);
    let rate_volume = match shape {
        Shape::Ratio { .. } => {
            let all: f64 =
                told.values().flat_map(|daily| daily.values()).map(|(_, weight)| weight).sum();
            all / count(usize::try_from(history.days()).unwrap_or(1)) / 2.0
        }
        _ => 1.0,
    };
    Ok(worth(effects, input, &base).await?.map(|worth| worth.each * rate_volume))
}

/// Refuses what cannot be planned at all.
pub(super) fn check(effects: &Effects, plan: &ExperimentPlan) -> Result<(), EffectError> {
    let refuse = |code: &str, with: &[(&str, crate::effect::rules::Said)]| {
        let reason = effects.say(code, with);
        Err(effects.refuse("bad_plan", &[("reason", reason.into())]))
    };
    let distinct: BTreeSet<&String> = plan.units.iter().collect();
    let units = |needed: usize| -> Option<usize> { (distinct.len() < needed).then_some(needed) };
    match plan.kind {
        ExperimentKind::Holdout => {
            let share = |value: Option<Decimal>| {
                value.is_some_and(|value| value > Decimal::ZERO && value < Decimal::ONE)
            };
            if plan.receivers.is_none_or(|n| n < 2) || !share(plan.rate) || !share(plan.held_out) {
                return refuse("reason_rate", &[]);
            }
        }
        ExperimentKind::Switchback => {
            if plan.block_days == 0 || plan.block_days <= plan.washout_days {
                return refuse("reason_block", &[]);
            }
            if let Some(needed) =
                units(1).or_else(|| (distinct.len() < plan.units.len()).then_some(plan.units.len()))
            {
                let with = [("needed", needed.into()), ("now", distinct.len().into())];
                return refuse("reason_units", &with);
            }
            let least = u64::try_from(pairs_min(number(effects.limits.confidence))).unwrap_or(5);
            let each = least.div_ceil(distinct.len() as u64);
            if assign::pairs(plan) < each {
                let days = each * 2 * u64::from(plan.block_days);
                return refuse("reason_days", &[("needed", days.to_string().into())]);
            }
        }
        ExperimentKind::Groups | ExperimentKind::Geo => {
            if let Some(needed) = units(2 * ARM_MIN) {
                let with = [("needed", needed.into()), ("now", distinct.len().into())];
                return refuse("reason_units", &with);
            }
            if plan.days < 7 {
                return refuse("reason_days", &[("needed", "7".into())]);
            }
        }
    }
    Ok(())
}

/// Noise of a switchback, from neighbouring blocks before the start.
fn switched(
    plan: &ExperimentPlan,
    history: Period,
    of: impl Fn(&String, Period) -> Option<f64>,
) -> Option<Noise> {
    let block = u64::from(plan.block_days);
    let stretch = |start: u64| {
        let from = history.from + Days::new(start + u64::from(plan.washout_days));
        Period { from, to: history.from + Days::new(start + block - 1) }
    };
    let mut differences = Vec::new();
    let mut levels = Vec::new();
    for unit in &plan.units {
        let mut start = 0;
        while start + 2 * block <= history.days() {
            if let Some((one, other)) =
                of(unit, stretch(start)).zip(of(unit, stretch(start + block)))
            {
                differences.push(one - other);
                levels.push(f64::midpoint(one, other));
            }
            start += 2 * block;
        }
    }
    let pairs = count(usize::try_from(assign::pairs(plan)).unwrap_or(0) * plan.units.len());
    let usual = mean(&levels);
    if differences.len() < 2 || usual <= 0.0 {
        return None;
    }
    // Chance takes the sign of a difference, so its mean counts as noise as well.
    let noise = mean(&differences.iter().map(|d| d * d).collect::<Vec<_>>());
    Some(Noise {
        error: (noise / pairs).sqrt() / usual,
        df: (pairs - 1.0).max(1.0),
        // On for half of the days.
        level: usual * count(plan.units.len()) / 2.0,
    })
}

/// Noise of groups: how far units move apart from one stretch to the next.
fn grouped(
    plan: &ExperimentPlan,
    history: Period,
    of: impl Fn(&String, Period) -> Option<f64>,
) -> Option<Noise> {
    let half = history.days() / 2;
    let middle = history.from + Days::new(half);
    let early = Period { from: history.from, to: middle - Days::new(1) };
    let late = Period { from: middle, to: history.to };
    let told: Vec<(f64, f64)> =
        plan.units.iter().filter_map(|unit| of(unit, early).zip(of(unit, late))).collect();
    let (before, after): (f64, f64) =
        told.iter().fold((0.0, 0.0), |(b, a), (early, late)| (b + early, a + late));
    if told.len() < 2 * ARM_MIN || before <= 0.0 || after <= 0.0 {
        return None;
    }
    let ratio = after / before;
    let misses: Vec<f64> = told.iter().map(|(early, late)| late - ratio * early).collect();
    let n = count(told.len());
    // Two arms of half the units each: 4 Σ miss² / total², over the ratio.
    let error = 2.0 * (variance(&misses) * n).sqrt() / after;
    let days = f64::from(plan.days);
    // Longer stretches are quieter, but not without end: shocks of a unit last.
    let calmer = (count(usize::try_from(half).unwrap_or(28)) / days).sqrt().max(0.6);
    Some(Noise { error: error * calmer, df: n - 2.0, level: after / 2.0 })
}

fn told_power(
    effects: &Effects,
    plan: &ExperimentPlan,
    (assignment, noise): (Vec<Assignment>, Noise),
    each: Option<f64>,
    shape: &Shape,
) -> ExperimentPower {
    let limits = &effects.limits;
    let (confidence, wanted) = (number(limits.confidence), number(limits.power));
    let smallest = power::smallest(noise.error, noise.df, confidence, wanted);
    let days = f64::from(plan.days);
    let of_level = if matches!(shape, Shape::Ratio { .. }) {
        noise.level / count(plan.units.len()).max(1.0) * 2.0
    } else {
        noise.level
    };
    let money = each.and_then(|each| {
        decimal((smallest * of_level * days * each).abs(), plan.currency.minor_digits())
    });
    let power = EFFECTS.iter().filter_map(|effect| {
        let power = power::power_at(*effect, noise.error, noise.df, confidence);
        Some(PowerAt { effect: decimal(*effect, 2)?, power: decimal(power, 3)? })
    });
    let needed: Vec<NeededFor> = EFFECTS
        .iter()
        .filter_map(|effect| {
            let days = days_for(*effect, smallest, plan);
            Some(NeededFor { effect: decimal(*effect, 2)?, days })
        })
        .collect();
    let said = match (decimal(smallest, 3), money) {
        (_, Some(money)) => {
            format!("{} ({})", size(smallest), Money::new(money, plan.currency))
        }
        _ => size(smallest),
    };
    let says = say(effects, plan, &assignment, said);
    let hoped = number(limits.tellable);
    let better = (smallest > hoped).then(|| {
        let days = days_for(hoped, smallest, plan);
        match days {
            Some(days) => effects.say(
                "better_more_days",
                &[("days", days.to_string().into()), ("effect", size(hoped).into())],
            ),
            None => effects.say("better_more_units", &[("now", plan.units.len().into())]),
        }
    });
    ExperimentPower {
        smallest: Smallest {
            relative: decimal(smallest, 4),
            money: money.map(|amount| Money::new(amount, plan.currency)),
        },
        power: power.collect(),
        needed,
        assignment,
        says,
        better,
        baseline: decimal(noise.level, 4),
    }
}

fn say(
    effects: &Effects,
    plan: &ExperimentPlan,
    assignment: &[Assignment],
    smallest: String,
) -> argosy_kernel::Text {
    if plan.kind == ExperimentKind::Switchback {
        let with = [
            ("pairs", assign::pairs(plan).to_string().into()),
            ("days", plan.block_days.to_string().into()),
            ("smallest", smallest.into()),
        ];
        return effects.say("plan_switchback", &with);
    }
    let treated = assignment.iter().filter(|one| one.arm == Arm::Treated).count();
    let with = [
        ("treated", treated.into()),
        ("control", (assignment.len() - treated).into()),
        ("smallest", smallest.into()),
    ];
    effects.say("plan_groups", &with)
}

/// Days for an effect when `smallest` is told with the planned ones: errors shrink with the root of
/// the days, in whole pairs of blocks or weeks.
fn days_for(effect: f64, smallest: f64, plan: &ExperimentPlan) -> Option<u32> {
    let days = f64::from(plan.days) * (smallest / effect).powi(2);
    let step = match plan.kind {
        ExperimentKind::Switchback => 2 * plan.block_days.max(1),
        _ => 7,
    };
    if days > f64::from(DAYS_MAX) {
        return None;
    }
    (1..=DAYS_MAX / step).map(|n| n * step).find(|have| f64::from(*have) >= days)
}

/// A hold-out: two rates, known sizes, no facts needed.
fn holdout(effects: &Effects, plan: &ExperimentPlan) -> ExperimentPower {
    let limits = &effects.limits;
    let (confidence, wanted) = (number(limits.confidence), number(limits.power));
    let rate = plan.rate.map_or(0.0, number);
    let held = plan.held_out.map_or(0.0, number);
    let receivers = plan.receivers.map_or(0.0, |n| number(Decimal::from(n)));
    let (control, treated) = (receivers * held, receivers * (1.0 - held));
    let error = (rate * (1.0 - rate) * (1.0 / control + 1.0 / treated)).sqrt();
    let reach = normal_quantile(f64::midpoint(1.0, confidence)) + normal_quantile(wanted);
    let smallest = error * reach;
    let power = EFFECTS.iter().filter_map(|effect| {
        // Many receivers: Student's t is normal.
        let power = power::power_at(rate * effect, error, 1e6, confidence);
        Some(PowerAt { effect: decimal(*effect, 2)?, power: decimal(power, 3)? })
    });
    let hoped = number(limits.tellable);
    let other = (rate * (1.0 + hoped)).min(0.999);
    let each = power::receivers(rate, other, 1.0 - confidence, wanted);
    let better = (smallest > rate * hoped).then(|| {
        let with = [("each", format!("{each:.0}").into()), ("effect", size(hoped).into())];
        effects.say("better_more_receivers", &with)
    });
    let with = [
        ("control", format!("{control:.0}").into()),
        ("all", format!("{receivers:.0}").into()),
        ("points", format!("{:.2}", smallest * 100.0).into()),
    ];
    ExperimentPower {
        smallest: Smallest { relative: decimal(smallest / rate, 4), money: None },
        power: power.collect(),
        needed: Vec::new(),
        assignment: Vec::new(),
        says: effects.say("plan_holdout", &with),
        better,
        baseline: decimal(rate, 6),
    }
}
