//! Experiments of a small seller: planned, run with a known effect, analysed blindly.

use std::collections::BTreeMap;

use argosy_kernel::{Currency, Day, Money, Origin};
use chrono::Days;

use super::*;
use crate::{
    effect::{EffectError, EffectInput, Effects, Method, State, Verdict, chance::Chance},
    testing::{World, day, knowledge},
};

fn effects() -> Effects {
    let mut files = knowledge();
    let texts = include_str!("../../../../knowledge/texts/effects.toml");
    files.add("texts/effects.toml", texts, Origin::BuiltIn);
    Effects::load(&files).unwrap_or_else(|wrong| panic!("{wrong:#?}"))
}

fn plan_of(kind: ExperimentKind, units: usize, days: u32) -> ExperimentPlan {
    ExperimentPlan {
        kind,
        title: "Higher bids".into(),
        what: "bids +20 %".into(),
        metric: "units_sold".into(),
        store: "us".into(),
        market: Some("US".into()),
        units: (0..units).map(|n| format!("S{n:02}")).collect(),
        unit_kind: None,
        block_days: 7,
        washout_days: 1,
        start: day("2026-06-01"),
        days,
        seed: 3,
        currency: Currency::EUR,
        receivers: None,
        rate: None,
        held_out: None,
    }
}

/// Daily ledger rows of `units` SKUs over 60 days before the start and `days` after it; those treated
/// sell `lift` more.
fn facts(plan: &ExperimentPlan, assignment: &[Assignment], lift: f64) -> String {
    let mut chance = Chance::new(8);
    let arms: BTreeMap<(&str, Day), Arm> = assignment
        .iter()
        .flat_map(|one| {
            let days = one.from.iter_days().take_while(|day| *day <= one.to);
            days.map(|day| ((one.unit.as_str(), day), one.arm))
        })
        .collect();
    let mut facts = String::new();
    let first = plan.start - Days::new(60);
    for at in 0..60 + u64::from(plan.days) {
        let on = first + Days::new(at);
        let common = (0.15 * chance.normal()).exp();
        for (place, unit) in plan.units.iter().enumerate() {
            let is_treated = arms.get(&(unit.as_str(), on)) == Some(&Arm::Treated);
            let level = 8.0 + 3.0 * f64::from(u32::try_from(place).unwrap());
            let mean = level * common * if is_treated { 1.0 + lift } else { 1.0 };
            let units = chance.negative_binomial(mean, 30.0);
            if units > 0.0 {
                let sales = units * 10.0;
                facts +=
                    &format!("ledger: day={on} seller_sku={unit} units={units} amount={sales}\n");
            }
        }
    }
    facts
}

fn input(world: &World, today: Day) -> EffectInput<'_> {
    EffectInput {
        engine: &world.engine,
        session: &world.session,
        desk: &world.desk,
        changes: &[],
        day: today,
    }
}

fn planned_end(days: u32) -> Day {
    plan_of(ExperimentKind::Switchback, 1, days).end()
}

/// What was seen above what was expected, from a block on.
fn gap(picture: &crate::effect::Picture, from: usize) -> rust_decimal::Decimal {
    let both = picture.treated.iter().zip(&picture.counterfactual).skip(from);
    both.map(|(seen, expected)| seen.unwrap() - expected.unwrap()).sum()
}

async fn run(kind: ExperimentKind, units: usize, days: u32, lift: f64) -> crate::effect::Effect {
    let effects = effects();
    let planned = plan_of(kind, units, days);
    let history = World::new(&facts(&planned, &[], 0.0));
    let power = plan(&effects, &input(&history, day("2026-06-01")), &planned).await.unwrap();
    assert!(power.smallest.relative.is_some() && !power.says.en.contains('{'), "{power:?}");
    let world = World::new(&facts(&planned, &power.assignment, lift));
    let over = input(&world, planned.end() + Days::new(3));
    analyse(&effects, &over, &planned, &power.assignment, None).await.unwrap()
}

#[tokio::test]
async fn a_switchback_tells_what_the_bids_brought() {
    let told = run(ExperimentKind::Switchback, 3, 56, 0.4).await;
    assert_eq!((told.method, told.state), (Some(Method::Switchback), State::Measured));
    assert_eq!(told.verdict, Verdict::Gained, "{}", told.says.en);
    let relative = told.relative.unwrap();
    assert!(relative.low.to_string().parse::<f64>().unwrap() < 0.4);
    assert!(relative.high.to_string().parse::<f64>().unwrap() > 0.4, "{relative:?}");
    // The picture is the analysis itself: four pairs of weeks, all three SKUs together.
    let picture = told.picture.unwrap();
    assert_eq!((picture.days.len(), picture.block_days, picture.change_day), (4, 7, None));
    let gained = gap(&picture, 0);
    let all = told.absolute.unwrap().estimate;
    assert!((gained - all).abs() <= "0.5".parse().unwrap(), "{gained} {all}");
    let last = told.looks.last().unwrap();
    assert_eq!((told.looks.len(), last.day), (4, planned_end(56)));
    assert!(last.low < relative.low && last.high > relative.high, "honest at every look: {last:?}");
    let nothing = run(ExperimentKind::Switchback, 4, 70, 0.0).await;
    assert!(!matches!(nothing.verdict, Verdict::Gained | Verdict::Lost), "{}", nothing.says.en);
}

#[tokio::test]
async fn groups_of_skus_tell_what_the_new_pictures_brought() {
    let told = run(ExperimentKind::Groups, 16, 28, 0.3).await;
    assert_eq!(told.method, Some(Method::RandomisedGroups));
    assert_eq!(told.verdict, Verdict::Gained, "{}", told.says.en);
    let relative = told.relative.unwrap();
    let (low, high) = (relative.low, relative.high);
    assert!(low < "0.3".parse().unwrap() && high > "0.3".parse().unwrap(), "{low} {high}");
    assert_eq!(told.controls, 8);
    let picture = told.picture.unwrap();
    assert_eq!((picture.days.len(), picture.change_day), (4 + 4, Some(day("2026-06-01"))));
    // The weeks after the start add up to the effect that was told.
    let (gained, all) = (gap(&picture, 4), told.absolute.unwrap().estimate);
    assert!((gained - all).abs() <= "0.5".parse().unwrap(), "{gained} {all}");
    assert_eq!(told.looks.len(), 4);
    let last = told.looks.last().unwrap();
    assert!(last.low < low && last.high > high, "honest at every look: {last:?}");
}

#[tokio::test]
async fn groups_in_their_second_week_show_two_looks_and_no_money() {
    let effects = effects();
    let planned = plan_of(ExperimentKind::Groups, 16, 28);
    let history = World::new(&facts(&planned, &[], 0.0));
    let power = plan(&effects, &input(&history, day("2026-06-01")), &planned).await.unwrap();
    let world = World::new(&facts(&planned, &power.assignment, 0.3));
    let early = input(&world, day("2026-06-17"));
    let told = analyse(&effects, &early, &planned, &power.assignment, None).await.unwrap();
    assert_eq!((told.state, told.verdict), (State::Waiting, Verdict::CannotTell));
    assert!(told.says.en.starts_with("Waiting: 2 of 4 weeks"), "{}", told.says.en);
    assert_eq!((told.looks.len(), told.money, told.relative), (2, None, None));
    assert_eq!(told.picture.unwrap().days.len(), 4 + 2);
    let first = input(&world, day("2026-06-04"));
    let told = analyse(&effects, &first, &planned, &power.assignment, None).await.unwrap();
    assert!(told.says.en.starts_with("Waiting: 0 of 4 weeks"), "{}", told.says.en);
}

#[tokio::test]
async fn an_experiment_looked_at_early_waits_for_its_end() {
    let effects = effects();
    let planned = plan_of(ExperimentKind::Switchback, 3, 56);
    let world = World::new(&facts(&planned, &[], 0.0));
    let power = plan(&effects, &input(&world, day("2026-06-01")), &planned).await.unwrap();
    let early = input(&world, day("2026-06-10"));
    let told = analyse(&effects, &early, &planned, &power.assignment, None).await.unwrap();
    assert_eq!((told.state, told.verdict), (State::Waiting, Verdict::CannotTell));
    assert!(told.says.en.contains("pairs of blocks"), "{}", told.says.en);
}

#[tokio::test]
async fn longer_experiments_tell_less_and_ask_for_fewer_days() {
    let effects = effects();
    let of = async |days: u32| {
        let planned = plan_of(ExperimentKind::Switchback, 2, days);
        let world = World::new(&facts(&planned, &[], 0.0));
        plan(&effects, &input(&world, day("2026-06-01")), &planned).await.unwrap()
    };
    let (short, long) = (of(42).await, of(168).await);
    assert!(long.smallest.relative < short.smallest.relative);
    let power = |plan: &ExperimentPower| plan.power.last().unwrap().power;
    assert!(power(&long) >= power(&short));
    let days: Vec<Option<u32>> = short.needed.iter().map(|one| one.days).collect();
    assert!(days.iter().flatten().is_sorted_by(|a, b| a >= b), "{days:?}");
    assert_eq!(short.assignment.len(), 2 * 6);
}

#[tokio::test]
async fn what_cannot_be_planned_is_refused_with_what_is_missing() {
    let effects = effects();
    let world = World::new("ledger: day=2026-05-30 seller_sku=S00 units=1 amount=10\n");
    let refused = async |planned: &ExperimentPlan| match plan(
        &effects,
        &input(&world, day("2026-06-01")),
        planned,
    )
    .await
    {
        Err(EffectError::Question { code: "bad_plan", says }) => says.en,
        other => panic!("{other:?}"),
    };
    let short = plan_of(ExperimentKind::Switchback, 1, 14);
    assert!(refused(&short).await.contains("at least 70 days"));
    let few = plan_of(ExperimentKind::Groups, 4, 28);
    assert!(refused(&few).await.contains("at least 6 different units, 4 were given"));
    let block = ExperimentPlan { washout_days: 7, ..plan_of(ExperimentKind::Switchback, 1, 90) };
    assert!(refused(&block).await.contains("a block needs more days"));
    let unsold =
        ExperimentPlan { units: vec!["X".into()], ..plan_of(ExperimentKind::Switchback, 1, 90) };
    assert!(refused(&unsold).await.contains("have no Units sold"));
}

/// Servers run these on other threads: a compile-time promise.
#[test]
fn planning_and_analysing_may_move_between_threads() {
    fn may_travel(_: impl Send) {}
    let (effects, world) = (effects(), World::new(""));
    let planned = plan_of(ExperimentKind::Switchback, 1, 70);
    let input = input(&world, day("2026-06-01"));
    may_travel(plan(&effects, &input, &planned));
    may_travel(analyse(&effects, &input, &planned, &[], None));
}

#[tokio::test]
async fn a_hold_out_is_planned_and_told_by_its_rates() {
    let effects = effects();
    let world = World::new("");
    let planned = ExperimentPlan {
        receivers: Some(20_000),
        rate: Some("0.05".parse().unwrap()),
        held_out: Some("0.2".parse().unwrap()),
        ..plan_of(ExperimentKind::Holdout, 0, 7)
    };
    let input = input(&world, day("2026-06-20"));
    let power = plan(&effects, &input, &planned).await.unwrap();
    assert!(power.says.en.contains("4000 of 20000 receivers"), "{}", power.says.en);
    let counts = HoldoutCounts {
        treated: 16_000,
        treated_hits: 1_120,
        control: 4_000,
        control_hits: 200,
        worth: Some(Money::new("12.00".parse().unwrap(), Currency::EUR)),
    };
    let told = analyse(&effects, &input, &planned, &[], Some(&counts)).await.unwrap();
    assert_eq!(told.verdict, Verdict::Gained);
    // Two points of 16,000 receivers, twelve euros each.
    let money = told.money.unwrap();
    assert_eq!(money.estimate.to_string(), "3840.00");
    assert!(told.says.en.starts_with("7.0 % with it, 5.0 % without"), "{}", told.says.en);
    let waiting = analyse(&effects, &input, &planned, &[], None).await.unwrap();
    assert_eq!(waiting.state, State::Waiting);
}
