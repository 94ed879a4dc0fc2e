//! What an experiment told: the assignment it was planned with, analysed as chance dealt it.

use std::collections::BTreeMap;

use argosy_kernel::{Day, Period, Text};
use chrono::Days;
use rust_decimal::Decimal;

use super::{
    figures::{Daily, daily, dimension, filters},
    plan::{ARM_MIN, check},
    series::{self, Pair},
    types::{Arm, Assignment, ExperimentKind, ExperimentPlan, HoldoutCounts},
};
use crate::effect::{
    Effect, EffectError, EffectInput, Effects, Look, Method, Picture, State, Verdict,
    gather::Shape,
    groups, power,
    rules::{Said, decimal, number, percent},
    stats::{count, normal_quantile},
    switchback::{pairs_min, switchback},
    verdict::{Findings, money_band, share},
    worth::{Base, worth},
};

/// Estimate, low and high.
type Band = (f64, f64, f64);

/// What an experiment found, in the unit of the metric per treated day.
struct Found {
    method: Method,
    effect: Band,
    /// What the treated would have done.
    level: f64,
    /// Treated days of all units together; of rates, the denominator over them.
    volume: f64,
    p: f64,
    controls: usize,
    smallest: f64,
}

/// What came out so far. A hold-out needs its `counts`; the others read the facts with the assignment
/// that was kept when the experiment was planned.
///
/// # Errors
/// As [`super::plan`].
pub async fn analyse(
    effects: &Effects,
    input: &EffectInput<'_>,
    plan: &ExperimentPlan,
    assignment: &[Assignment],
    counts: Option<&HoldoutCounts>,
) -> Result<Effect, EffectError> {
    check(effects, plan)?;
    if plan.kind == ExperimentKind::Holdout {
        return Ok(holdout(effects, plan, counts));
    }
    let shape = Shape::of(effects, input.engine, &plan.metric)?;
    let metrics = shape.metrics(&plan.metric);
    let names: Vec<&str> = metrics.iter().map(String::as_str).collect();
    let last = crate::effect::last_day(input.engine, input.session, &names, &plan.store).await?;
    let yesterday = input.day - Days::new(1);
    let until = last.map_or(yesterday, |last| last.min(yesterday)).min(plan.end());
    let before = before(plan);
    let period = Period { from: before.from, to: until.max(before.to) };
    let told = daily(effects, input, plan, period).await?;
    let shown = shown(effects, plan, (assignment, until), (&told, &shape));
    let found = match plan.kind {
        ExperimentKind::Switchback => switched(effects, plan, &shown.pairs, &shape),
        _ => grouped(effects, plan, (assignment, until), &told, &shape),
    };
    let metric = effects.name(input, &plan.metric);
    let Some(found) = found else { return Ok(too_short(effects, plan, (until, metric), shown)) };
    let total = told
        .values()
        .flat_map(|daily| daily.range(before.from..=before.to))
        .map(|(_, (value, _))| value)
        .sum();
    let worth = worth(effects, input, &base(plan, &shape, before, &plan.units, total)).await?;
    if until < plan.end() {
        return Ok(waiting(effects, plan, (until, metric), shown));
    }
    let days = (until - plan.start).num_days() + 1;
    let all = scaled(found.effect, if shape == Shape::Sum { found.volume } else { 1.0 });
    let money = worth.and_then(|worth| {
        money_band(scaled(found.effect, found.volume), worth.each, plan.currency)
    });
    let relative = (found.level > 0.0).then(|| scaled(found.effect, 1.0 / found.level));
    let findings = Findings {
        method: found.method,
        metric,
        more_is_better: effects.more_is_better(input, &plan.metric),
        relative,
        absolute: share(all, if shape == Shape::Sum { 2 } else { 6 }),
        money,
        is_earned: false,
        smallest: (found.level > 0.0).then(|| found.smallest / found.level),
        days: usize::try_from(days).unwrap_or(0),
    };
    let (verdict, says) = effects.judge(&findings);
    let mut effect = blank(effects, plan, (verdict, says));
    effect.method = Some(found.method);
    effect.controls = found.controls;
    effect.money = findings.money;
    effect.absolute = findings.absolute;
    effect.relative = findings.relative.and_then(|all| share(all, 4));
    effect.prefit = decimal(found.p, 4)
        .map(|p| crate::effect::PreFit { placebo_p: Some(p), ..crate::effect::PreFit::default() });
    (effect.picture, effect.looks) = (shown.picture, shown.looks);
    Ok(effect)
}

/// The experiment week by week, however far it is.
struct Shown {
    /// Of a switchback.
    pairs: Vec<Pair>,
    picture: Option<Picture>,
    looks: Vec<Look>,
}

fn shown(
    effects: &Effects,
    plan: &ExperimentPlan,
    (assignment, until): (&[Assignment], Day),
    (told, shape): (&BTreeMap<String, Daily>, &Shape),
) -> Shown {
    let confidence = number(effects.limits.confidence);
    if plan.kind == ExperimentKind::Switchback {
        let pairs = series::pairs(plan, (assignment, until), told, shape);
        let planned = assignment.len() / 2;
        return Shown {
            picture: series::picture_of_pairs(plan, &pairs, shape, confidence),
            looks: series::looks_at_pairs(&pairs, planned, confidence),
            pairs,
        };
    }
    let (at, figures, known) = ((assignment, until), (told, shape), (before(plan), confidence));
    Shown {
        picture: series::picture_of_groups(plan, at, figures, known),
        looks: series::looks_at_groups(plan, at, figures, known),
        pairs: Vec::new(),
    }
}

/// Looked at early: the verdict waits for the end that was planned, and only the interval that holds
/// however often one looks is told.
fn waiting(
    effects: &Effects,
    plan: &ExperimentPlan,
    (until, metric): (Day, Text),
    shown: Shown,
) -> Effect {
    let weeks = |days: i64| usize::try_from(days.max(0) / 7).unwrap_or(0);
    let mut with: Vec<(&str, Said)> = vec![
        ("blocks", weeks((until - plan.start).num_days() + 1).into()),
        ("planned", weeks(i64::from(plan.days) + 6).into()),
        ("ready", (plan.end() + Days::new(1)).to_string().into()),
        ("metric", metric.into()),
    ];
    let code = match shown.looks.last() {
        None => "waiting",
        Some(look) => {
            with.push(("relative", percent(number(look.estimate)).into()));
            with.push(("relative_low", percent(number(look.low)).into()));
            with.push(("relative_high", percent(number(look.high)).into()));
            "waiting_looks"
        }
    };
    let mut effect = blank(effects, plan, (Verdict::CannotTell, effects.say(code, &with)));
    effect.state = State::Waiting;
    (effect.picture, effect.looks) = (shown.picture, shown.looks);
    effect
}

fn scaled((middle, low, high): Band, by: f64) -> Band {
    (middle * by, low * by, high * by)
}

/// The days before the start that groups are compared with.
fn before(plan: &ExperimentPlan) -> Period {
    let days = u64::from(plan.days.clamp(28, 56));
    Period { from: plan.start - Days::new(days), to: plan.start - Days::new(1) }
}

/// What the metric of some units is worth by.
pub(super) fn base<'a>(
    plan: &'a ExperimentPlan,
    shape: &'a Shape,
    before: Period,
    units: &[String],
    total: f64,
) -> Base<'a> {
    // The ledger knows SKUs, markets and stores.
    let is_known = matches!(dimension(plan), "seller_sku" | "market" | "store" | "product");
    Base {
        metric: &plan.metric,
        shape,
        currency: plan.currency,
        before,
        treated: is_known.then(|| filters(plan, units)),
        total,
        kind: None,
    }
}

fn blank(effects: &Effects, plan: &ExperimentPlan, (verdict, says): (Verdict, Text)) -> Effect {
    Effect {
        metric: plan.metric.clone(),
        state: State::Measured,
        ready_on: plan.end() + Days::new(1),
        verdict,
        says,
        money: None,
        relative: None,
        absolute: None,
        method: None,
        controls: 0,
        control_names: Vec::new(),
        confidence: effects.limits.confidence,
        picture: None,
        placebo: Vec::new(),
        prefit: None,
        flags: Vec::new(),
        looks: Vec::new(),
        better: None,
        blocks: (0, 0),
    }
}

fn too_short(
    effects: &Effects,
    plan: &ExperimentPlan,
    (until, metric): (Day, Text),
    shown: Shown,
) -> Effect {
    if plan.kind != ExperimentKind::Switchback && until < plan.end() {
        return waiting(effects, plan, (until, metric), shown);
    }
    let (have, needed, what) = match plan.kind {
        ExperimentKind::Switchback => {
            let days = u64::try_from((until - plan.start).num_days() + 1).unwrap_or(0);
            let pairs = days / u64::from(2 * plan.block_days.max(1)) * plan.units.len() as u64;
            let least = pairs_min(number(effects.limits.confidence));
            (usize::try_from(pairs).unwrap_or(0), least, "pairs_of_blocks")
        }
        _ => (plan.units.len() / 2, ARM_MIN, "units_of_each_arm"),
    };
    let with =
        [("have", have.into()), ("needed", needed.into()), ("what", effects.say(what, &[]).into())];
    let mut effect =
        blank(effects, plan, (Verdict::CannotTell, effects.say("experiment_short", &with)));
    effect.state = if until >= plan.end() { State::Measured } else { State::Waiting };
    (effect.picture, effect.looks) = (shown.picture, shown.looks);
    effect
}

/// Pairs of finished blocks: on less off, per unit.
fn switched(
    effects: &Effects,
    plan: &ExperimentPlan,
    over: &[Pair],
    shape: &Shape,
) -> Option<Found> {
    let pairs: Vec<(f64, f64)> = over.iter().map(|pair| (pair.on, pair.off)).collect();
    let confidence = number(effects.limits.confidence);
    let found = switchback(&pairs, confidence, plan.seed)?;
    let differences: Vec<f64> = pairs.iter().map(|(on, off)| on - off).collect();
    let n = count(differences.len());
    let error = (crate::effect::stats::variance(&differences) / n).sqrt();
    Some(Found {
        method: Method::Switchback,
        effect: (found.effect, found.low, found.high),
        level: found.off,
        volume: match shape {
            Shape::Ratio { .. } => over.iter().map(|pair| pair.weight).sum(),
            _ => n * f64::from(plan.block_days),
        },
        p: found.p,
        controls: plan.units.len(),
        smallest: power::smallest(error, n - 1.0, confidence, number(effects.limits.power)),
    })
}

/// Units of two groups, after against before.
fn grouped(
    effects: &Effects,
    plan: &ExperimentPlan,
    (assignment, until): (&[Assignment], Day),
    told: &BTreeMap<String, Daily>,
    shape: &Shape,
) -> Option<Found> {
    if until < plan.start + Days::new(6) {
        return None;
    }
    let (early, late) = (before(plan), Period { from: plan.start, to: until });
    let units = series::units(assignment, told, shape, (early, late));
    let confidence = number(effects.limits.confidence);
    let found = groups::groups(&units, confidence, plan.seed)?;
    let treated = count(units.iter().filter(|unit| unit.treated).count());
    let days = count(usize::try_from(late.days()).unwrap_or(0));
    // Rates are means of units, sums are sums: per unit either way.
    let volume = match shape {
        Shape::Ratio { .. } => {
            let treated: Vec<&String> = assignment
                .iter()
                .filter(|one| one.arm == Arm::Treated)
                .map(|one| &one.unit)
                .collect();
            let daily = treated.iter().filter_map(|unit| told.get(*unit));
            daily
                .flat_map(|daily| daily.range(late.from..=late.to))
                .map(|(_, (_, weight))| weight)
                .sum()
        }
        _ => treated * days,
    };
    Some(Found {
        method: Method::RandomisedGroups,
        effect: scaled((found.effect, found.low, found.high), 1.0 / treated),
        level: found.level / treated,
        volume,
        p: found.p,
        controls: units.len() - units.iter().filter(|unit| unit.treated).count(),
        smallest: power::smallest(found.error, found.df, confidence, number(effects.limits.power))
            / treated,
    })
}

/// Two rates.
fn holdout(effects: &Effects, plan: &ExperimentPlan, counts: Option<&HoldoutCounts>) -> Effect {
    let confidence = number(effects.limits.confidence);
    let float = |n: u64| number(Decimal::from(n));
    let told = counts.and_then(|counts| {
        let treated = (float(counts.treated_hits), float(counts.treated));
        let control = (float(counts.control_hits), float(counts.control));
        Some((counts, groups::rates(treated, control, confidence)?))
    });
    let Some((counts, rates)) = told else {
        let with = [
            ("have", 0.into()),
            ("needed", 2.into()),
            ("what", effects.say("units_of_each_arm", &[]).into()),
        ];
        let says = effects.say("experiment_short", &with);
        let mut effect = blank(effects, plan, (Verdict::CannotTell, says));
        effect.state = State::Waiting;
        return effect;
    };
    let points = |value: f64| format!("{:+.2}", value * 100.0);
    let with = [
        ("treated_rate", percent(rates.control + rates.effect).trim_start_matches('+').into()),
        ("control_rate", percent(rates.control).trim_start_matches('+').into()),
        ("points", points(rates.effect).into()),
        ("points_low", points(rates.low).into()),
        ("points_high", points(rates.high).into()),
    ];
    let says = effects.say("experiment_over_rates", &with);
    let verdict = match () {
        () if rates.low > 0.0 => Verdict::Gained,
        () if rates.high < 0.0 => Verdict::Lost,
        () => Verdict::CannotTell,
    };
    let mut effect = blank(effects, plan, (verdict, says));
    let band = (rates.effect, rates.low, rates.high);
    effect.method = Some(Method::HoldOut);
    effect.absolute = share(band, 6);
    effect.relative =
        (rates.control > 0.0).then(|| share(scaled(band, 1.0 / rates.control), 4)).flatten();
    effect.money = counts.worth.and_then(|worth| {
        money_band(scaled(band, float(counts.treated)), number(worth.amount), worth.currency)
    });
    effect.prefit = decimal(rates.p, 4)
        .map(|p| crate::effect::PreFit { placebo_p: Some(p), ..crate::effect::PreFit::default() });
    if verdict == Verdict::CannotTell {
        let error =
            (rates.high - rates.low) / (2.0 * normal_quantile(f64::midpoint(1.0, confidence)));
        let hoped = number(effects.limits.tellable);
        let other = (rates.control * (1.0 + hoped)).min(0.999);
        if rates.control > 0.0 && error > 0.0 {
            let each = power::receivers(
                rates.control,
                other,
                1.0 - confidence,
                number(effects.limits.power),
            );
            let with = [
                ("each", format!("{each:.0}").into()),
                ("effect", crate::effect::rules::size(hoped).into()),
            ];
            effect.better = Some(effects.say("better_more_receivers", &with));
        }
    }
    effect
}
