//! Measured effects held against what each change really did.

use std::collections::BTreeMap;

use argosy_kernel::Currency;
use argosy_loop::{
    change::{ChangeRecord, ChangeSource},
    effect::{
        DeclaredEffect, EffectInput, Effects, Verdict,
        meta::{self, Measured},
    },
};
use argosy_sim::{Effect as Truth, Trial, TrueChange};
use rust_decimal::{Decimal, prelude::ToPrimitive};

use super::ground::Ground;

/// What is measured: units sold are what every kind of change moves.
const METRIC: &str = "units_sold";
const BEFORE: u32 = 56;
const AFTER: u32 = 28;
const WAIT: u32 = 2;

/// One change measured.
pub(super) struct Case {
    pub(super) play: &'static str,
    pub(super) truth: f64,
    /// Nothing was changed in truth.
    pub(super) idle: bool,
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) estimate: f64,
    pub(super) verdict: Verdict,
    pub(super) units_per_day: f64,
    /// Contribution over the window in dollars: truth, low, high.
    pub(super) money: Option<(f64, f64, f64)>,
}

/// Over all sellers.
#[derive(Default)]
pub(super) struct EffectScore {
    pub(super) cases: Vec<Case>,
    pub(super) changes: usize,
    /// Why a change gave no interval, and how often.
    pub(super) untold: BTreeMap<String, usize>,
    pub(super) millis: u128,
}

impl EffectScore {
    pub(super) async fn add(&mut self, trial: &Trial, ground: &Ground) {
        let answer = trial.answer();
        let effects = Effects::load(&ground.app.files()).unwrap();
        let engine = ground.app.engine();
        let records: Vec<ChangeRecord> = answer.changes.iter().map(record).collect();
        let began = std::time::Instant::now();
        for (number, change) in answer.changes.iter().enumerate() {
            self.changes += 1;
            let input = EffectInput {
                engine: &engine,
                session: &ground.session,
                desk: &ground.desk,
                changes: &records,
                day: ground.day,
            };
            let declared = DeclaredEffect {
                metric: METRIC.to_owned(),
                before: BEFORE,
                after: AFTER,
                wait: WAIT,
                controls: None,
                currency: Currency::USD,
                declared_on: change.day,
            };
            let (from, to) = (declared.counts_from(change.day), declared.counts_to(change.day));
            let truth = trial.effect(number, from, to);
            match effects.measure(&input, &records[number], &declared).await {
                Ok(effect) => self.tell(change, &truth, &effect),
                Err(error) => *self.untold.entry(error.to_string()).or_default() += 1,
            }
        }
        self.millis += began.elapsed().as_millis();
    }

    fn tell(&mut self, change: &TrueChange, truth: &Truth, effect: &argosy_loop::effect::Effect) {
        let Some(share) = &effect.relative else {
            let why = format!("{:?} {:?}: {}", effect.state, effect.verdict, effect.says.en);
            *self.untold.entry(why).or_default() += 1;
            return;
        };
        let dollars = if change.store == "trial-de" { 1.1 } else { 1.0 };
        let worth = (truth.contribution_with - truth.contribution_without).to_f64().unwrap_or(0.0);
        self.cases.push(Case {
            play: change.play,
            truth: relative(truth.units_with, truth.units_without),
            idle: truth.units_with == truth.units_without,
            low: number(share.low),
            high: number(share.high),
            estimate: number(share.estimate),
            verdict: effect.verdict,
            units_per_day: number(change.units_per_day),
            money: effect
                .money
                .as_ref()
                .map(|band| (worth * dollars, number(band.low), number(band.high))),
        });
    }

    /// Changes that gave an interval.
    pub(super) fn measured(&self) -> usize {
        self.cases.len()
    }

    /// Share of intervals that hold the truth.
    pub(super) fn coverage(&self) -> f64 {
        let holds = |case: &&Case| (case.low..=case.high).contains(&case.truth);
        share(self.cases.iter().filter(holds).count(), self.cases.len())
    }

    /// The same of the money.
    pub(super) fn money_coverage(&self) -> (usize, f64) {
        let told: Vec<_> = self.cases.iter().filter_map(|case| case.money).collect();
        let holds = told.iter().filter(|(truth, low, high)| (low..=high).contains(&truth)).count();
        (told.len(), share(holds, told.len()))
    }

    /// Changes that changed nothing, and the share that was told to have gained or lost.
    pub(super) fn idle(&self) -> (usize, f64) {
        let none: Vec<&Case> = self.cases.iter().filter(|case| case.idle).collect();
        let told = |case: &&&Case| matches!(case.verdict, Verdict::Gained | Verdict::Lost);
        (none.len(), share(none.iter().filter(told).count(), none.len()))
    }

    /// Of changes of a size on SKUs of a size: how many, and the share told as gained or lost.
    pub(super) fn power(&self, size: (f64, f64), units: (f64, f64)) -> (usize, f64) {
        let of: Vec<&Case> = self
            .cases
            .iter()
            .filter(|case| (size.0..size.1).contains(&case.truth))
            .filter(|case| (units.0..units.1).contains(&case.units_per_day))
            .collect();
        let told = |case: &&&Case| matches!(case.verdict, Verdict::Gained | Verdict::Lost);
        (of.len(), share(of.iter().filter(told).count(), of.len()))
    }

    /// By play: how many, the mean true effect, the pooled estimate with its interval.
    pub(super) fn pooled(&self) -> Vec<(&'static str, usize, f64, meta::Pooled)> {
        let mut plays: BTreeMap<&'static str, Vec<&Case>> = BTreeMap::new();
        for case in &self.cases {
            plays.entry(case.play).or_default().push(case);
        }
        let one = |(play, cases): (&'static str, Vec<&Case>)| {
            let measured: Vec<Measured> = cases
                .iter()
                .map(|case| Measured::from_interval(case.estimate, case.low, case.high, 0.9))
                .collect();
            let truth = cases.iter().map(|case| case.truth).sum::<f64>() / cases.len() as f64;
            Some((play, cases.len(), truth, meta::pool(&measured, 0.9)?))
        };
        plays.into_iter().filter_map(one).collect()
    }
}

fn record(change: &TrueChange) -> ChangeRecord {
    ChangeRecord {
        id: None,
        kind: change.kind.to_owned(),
        store: change.store.to_owned(),
        market: Some(change.market.to_owned()),
        seller_sku: Some(change.seller_sku.clone()),
        campaign: None,
        what: change.play.to_owned(),
        before: Some(change.before.clone()),
        after: Some(change.after.clone()),
        at: change.day.and_hms_opt(0, 0, 0).unwrap().and_utc(),
        day: Some(change.day),
        who: "trial".to_owned(),
        source: ChangeSource::Typed,
        task: None,
        key: String::new(),
    }
}

fn number(value: Decimal) -> f64 {
    value.to_f64().unwrap_or_default()
}

fn relative(with: Decimal, without: Decimal) -> f64 {
    if without.is_zero() { 0.0 } else { number(with / without) - 1.0 }
}

fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}
