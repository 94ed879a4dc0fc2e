//! What rules and plays have been worth: counts of decisions, measured gains, pooled.

use std::collections::BTreeMap;

use argosy_desk::{Effect, EffectState, FindingState, TaskState};
use argosy_kernel::{Currency, Money, Text};
use argosy_loop::{
    effect::{
        MoneyBand,
        meta::{self, Measured},
    },
    learn::{MeasuredGain, RuleRecord},
};
use rust_decimal::{Decimal, prelude::FromPrimitive, prelude::ToPrimitive};
use serde_json::{Value, json};

use crate::{app::App, error::Error};

/// Measured effects that are looked at.
const EFFECTS_MAX: u64 = 5_000;
/// Of all intervals.
const CONFIDENCE: f64 = 0.9;
/// Width of an 80 % range as a share of that of a 90 % interval: 1.2816 / 1.6449.
const Z80_OF_Z90: Decimal = Decimal::from_parts(779, 0, 0, false, 3);

/// What became of the findings of a rule.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct RuleCounts {
    pub hits: u64,
    /// Became a task.
    pub accepted: u64,
    /// Went by themselves before anybody decided.
    pub ignored: u64,
    pub dismissed: u64,
    /// Dismissed as not true.
    pub false_alarms: u64,
    pub resolved: u64,
}

/// What became of the tasks of a play.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct PlayCounts {
    pub tasks: u64,
    pub done: u64,
    pub measured: u64,
}

/// The record of all rules and plays.
pub(crate) struct Records {
    rules: BTreeMap<String, RuleCounts>,
    plays: BTreeMap<String, PlayCounts>,
    of_rule: BTreeMap<String, Vec<(MoneyBand, MeasuredGain)>>,
    of_play: BTreeMap<String, Vec<MoneyBand>>,
    delivered: Value,
}

/// A measured effect with its money.
pub(crate) struct Gain {
    pub effect: Effect,
    pub money: MoneyBand,
}

/// The ledger of what changes have really brought.
pub(crate) struct Gains {
    pub total: Value,
    pub rows: Vec<Gain>,
    pub plays: Vec<Value>,
}

/// Reads the record.
///
/// # Errors
/// When the desk cannot be read.
pub(crate) async fn records(app: &App) -> Result<Records, Error> {
    let mut rules: BTreeMap<String, RuleCounts> = BTreeMap::new();
    for row in app.desk().finding_counts().await? {
        let of = rules.entry(row.rule).or_default();
        of.hits += row.number;
        of.accepted += row.tasks;
        match row.state {
            FindingState::Dismissed => {
                of.dismissed += row.number;
                if row.reason.as_deref() == Some("not_true") {
                    of.false_alarms += row.number;
                }
            }
            FindingState::Resolved => {
                of.resolved += row.number;
                of.ignored += row.number.saturating_sub(row.tasks);
            }
            FindingState::New | FindingState::Accepted | FindingState::Snoozed => {}
        }
    }
    let mut plays: BTreeMap<String, PlayCounts> = BTreeMap::new();
    for (play, state, number) in app.desk().task_counts().await? {
        let of = plays.entry(play).or_default();
        of.tasks += number;
        of.done += if state == TaskState::Done { number } else { 0 };
    }
    let mut of_rule: BTreeMap<String, Vec<(MoneyBand, MeasuredGain)>> = BTreeMap::new();
    let mut of_play: BTreeMap<String, Vec<MoneyBand>> = BTreeMap::new();
    for gain in measured(app).await? {
        if let Some(rule) = &gain.effect.rule
            && let Some(told) = promised_and_gained(app, &gain).await?
        {
            of_rule.entry(rule.clone()).or_default().push((gain.money.clone(), told));
        }
        if let Some(play) = &gain.effect.play {
            plays.entry(play.clone()).or_default().measured += 1;
            of_play.entry(play.clone()).or_default().push(gain.money);
        }
    }
    let run = app.desk().last_finding_run().await?;
    let delivered = run.map(|run| run.delivered).unwrap_or_default();
    Ok(Records { rules, plays, of_rule, of_play, delivered })
}

/// Effects that were measured in money, the newest first.
async fn measured(app: &App) -> Result<Vec<Gain>, Error> {
    let rows = app.desk().effects(Some(EffectState::Measured), None, EFFECTS_MAX).await?;
    let told = rows.into_iter().filter_map(|effect| {
        let verdict = effect.verdict.as_deref();
        let attributed = matches!(verdict, Some("gained" | "lost" | "no_effect" | "cannot_tell"));
        let body = effect.body.as_ref().filter(|_| attributed)?;
        let money = serde_json::from_value(body["money"].clone()).ok()?;
        Some(Gain { effect, money })
    });
    Ok(told.collect())
}

/// What was at stake when the task was accepted, beside what was gained, over the same days.
async fn promised_and_gained(app: &App, gain: &Gain) -> Result<Option<MeasuredGain>, Error> {
    let Some(task) = gain.effect.task else { return Ok(None) };
    let task = app.desk().task(task).await?;
    let stake = serde_json::from_value::<Money>(task.body["stake"].clone()).ok();
    let Some(stake) = stake.filter(|stake| stake.currency == gain.money.currency) else {
        return Ok(None);
    };
    // The stake of 30 days, scaled to the days that were measured.
    let days = Decimal::from(gain.effect.after) / Decimal::from(30);
    // What is learnt is told as an 80 % range; effects are told as 90 % intervals.
    let narrow = |end: Decimal| gain.money.estimate + (end - gain.money.estimate) * Z80_OF_Z90;
    Ok(Some(MeasuredGain {
        promised: stake.amount * days,
        gained: gain.money.estimate,
        low: narrow(gain.money.low),
        high: narrow(gain.money.high),
    }))
}

impl Records {
    pub(crate) fn rule(&self, id: &str) -> RuleCounts {
        self.rules.get(id).copied().unwrap_or_default()
    }

    pub(crate) fn play(&self, id: &str) -> PlayCounts {
        self.plays.get(id).copied().unwrap_or_default()
    }

    /// What the newest run took the rule to deliver.
    pub(crate) fn delivered(&self, id: &str) -> Option<Value> {
        self.delivered.get(id).cloned()
    }

    /// What a rule is learnt from.
    pub(super) fn learnt(&self, id: &str) -> RuleRecord {
        let counts = self.rule(id);
        RuleRecord {
            hits: counts.hits,
            accepted: counts.accepted,
            dismissed: counts.dismissed,
            false_alarms: counts.false_alarms,
            resolved: counts.resolved,
            measured: self
                .of_rule
                .get(id)
                .map(|gains| gains.iter().map(|(_, gain)| gain.clone()).collect())
                .unwrap_or_default(),
        }
    }

    /// The mean gain of the changes a rule led to.
    pub(crate) fn measured_of_rule(&self, id: &str) -> Option<Value> {
        let bands: Vec<&MoneyBand> = self.of_rule.get(id)?.iter().map(|(band, _)| band).collect();
        pooled(&bands)
    }

    /// What a play is worth a time.
    pub(crate) fn worth_of_play(&self, id: &str) -> Option<Value> {
        pooled(&self.of_play.get(id)?.iter().collect::<Vec<_>>())
    }
}

/// Several effects put together by random effects; of the currency of the newest.
fn pooled(bands: &[&MoneyBand]) -> Option<Value> {
    let currency = bands.first()?.currency;
    let told: Vec<Measured> = same(bands, currency).map(estimate).collect();
    let pooled = meta::pool(&told, CONFIDENCE)?;
    let money = |amount: f64| amount_of(amount, currency);
    let n = pooled.n;
    let says = Text {
        en: format!("pooled over {n} measured changes"),
        zh_cn: format!("由 {n} 次已衡量的变更合并得出"),
    };
    Some(json!({
        "n": n,
        "estimate": money(pooled.estimate),
        "low": money(pooled.low),
        "high": money(pooled.high),
        "says": says,
    }))
}

fn same<'a>(bands: &'a [&MoneyBand], currency: Currency) -> impl Iterator<Item = &'a MoneyBand> {
    bands.iter().copied().filter(move |band| band.currency == currency)
}

fn estimate(band: &MoneyBand) -> Measured {
    let number = |amount: Decimal| amount.to_f64().unwrap_or(f64::NAN);
    Measured::from_interval(number(band.estimate), number(band.low), number(band.high), CONFIDENCE)
}

fn amount_of(amount: f64, currency: Currency) -> Money {
    super::money(Decimal::from_f64(amount).unwrap_or_default(), currency)
}

/// The ledger of gains: every measured effect, the sum with its interval, and each play's worth.
///
/// # Errors
/// When the desk cannot be read.
pub(crate) async fn gains(app: &App) -> Result<Gains, Error> {
    let rows = measured(app).await?;
    let currency = match rows.first() {
        Some(newest) => newest.money.currency,
        None => app.reporting_currency().await?,
    };
    let bands: Vec<&MoneyBand> = rows.iter().map(|row| &row.money).collect();
    // Errors of separate changes add up as squares; the sum stays exact.
    let squares = same(&bands, currency).map(|band| self::estimate(band).error.powi(2));
    let error = squares.sum::<f64>().sqrt();
    let estimate: Decimal = same(&bands, currency).map(|band| band.estimate).sum();
    let n = same(&bands, currency).count();
    let wide = Decimal::from_f64(error * Z_OF_CONFIDENCE).unwrap_or_default();
    let total = json!({
        "n": n,
        "estimate": super::money(estimate, currency),
        "low": super::money(estimate - wide, currency),
        "high": super::money(estimate + wide, currency),
        "says": null,
    });
    let mut of_play: BTreeMap<&str, Vec<&MoneyBand>> = BTreeMap::new();
    for row in &rows {
        if let Some(play) = &row.effect.play {
            of_play.entry(play).or_default().push(&row.money);
        }
    }
    let rules = app.rules();
    let plays = of_play.into_iter().filter_map(|(id, bands)| {
        let mut told = pooled(&bands)?;
        told["play"] = json!(id);
        let title = rules.play(id).map_or_else(|| super::plain(id), |play| play.title.clone());
        told["title"] = json!(title);
        Some(told)
    });
    let plays = plays.collect();
    Ok(Gains { total, rows, plays })
}

/// How many standard errors a 90 % interval reaches to each side.
const Z_OF_CONFIDENCE: f64 = 1.644_853_627;
