//! Effects whose days are there are measured; the others are looked at, honestly however often.

use argosy_desk::{Change, ChangeFilter, EffectLook, EffectState, Experiment, Measured};
use argosy_kernel::Day;
use argosy_loop::{
    change::{ChangeRecord, ChangeSource},
    effect::{DeclaredEffect, Effect, EffectError, EffectInput, State},
};
use chrono::{Days, NaiveTime, Utc};
use serde_json::{Value, json};

use crate::{app::App, error::Error, questions};

/// Effects that one job looks at.
const EFFECTS_MAX: u64 = 2_000;
/// Changes that are held beside an effect: overlaps are among them.
const CHANGES_MAX: u64 = 20_000;
/// How far back changes may overlap with a window.
const BACK_DAYS: u64 = 800;
/// A look is taken once a week: more often tells nothing new of weekly blocks.
const LOOK_EVERY_DAYS: i64 = 7;

/// Changes of a store that may lie in the windows of an effect, as the loop knows them.
pub(super) async fn changes_of(
    app: &App,
    store: &str,
    today: Day,
) -> Result<Vec<ChangeRecord>, Error> {
    let filter = ChangeFilter {
        stores: vec![store.to_owned()],
        from: Some(today - Days::new(BACK_DAYS)),
        ..ChangeFilter::default()
    };
    let rows = app.desk().changes(&filter, None, CHANGES_MAX).await?;
    Ok(rows.into_iter().map(record_of).collect())
}

/// A stored change as the loop knows it.
pub(super) fn record_of(change: Change) -> ChangeRecord {
    ChangeRecord {
        id: Some(change.id),
        kind: change.kind,
        store: change.store,
        market: change.market,
        seller_sku: change.seller_sku,
        campaign: change.campaign,
        what: change.what,
        before: change.before,
        after: change.after,
        at: change.day.and_time(NaiveTime::MIN).and_utc(),
        day: Some(change.day),
        who: change.who,
        source: match change.source {
            argosy_desk::ChangeSource::Task => ChangeSource::Task,
            argosy_desk::ChangeSource::Typed => ChangeSource::Typed,
            argosy_desk::ChangeSource::Imported => ChangeSource::Imported,
            argosy_desk::ChangeSource::Detected => ChangeSource::Detected,
        },
        task: change.task,
        key: change.key,
    }
}

/// Measures what can be measured; gives how many effects were looked at. `tell` hears how many are
/// done, of how many.
///
/// # Errors
/// When the desk or the facts cannot be read. An effect that cannot be told says so itself.
pub(crate) async fn measure(
    app: &App,
    who: &str,
    tell: &(dyn Fn(usize, usize, &str) + Sync),
) -> Result<u64, Error> {
    let today = Utc::now().date_naive();
    let waiting = app.desk().effects(Some(EffectState::Waiting), None, EFFECTS_MAX).await?;
    let due: Vec<argosy_desk::Effect> = waiting
        .into_iter()
        .filter(|effect| {
            let days = effect.looked_on.map(|looked| (today - looked).num_days());
            effect.ready_on <= today && days != Some(0)
                || days.is_none_or(|days| days >= LOOK_EVERY_DAYS)
        })
        .collect();
    let mut looked = 0;
    for (number, effect) in due.iter().enumerate() {
        tell(number, due.len(), &effect.change.what);
        let told = one(app, effect, today).await?;
        app.desk().save_measurement(effect.id, &told, who).await?;
        looked += 1;
    }
    let experiments = app.desk().experiments().await?;
    for experiment in experiments.iter().filter(|one| is_due(one, today)) {
        // One that cannot be told keeps no other from being told.
        match super::analyse(app, experiment.id, None, who).await {
            Ok(_) => looked += 1,
            Err(error) => tracing::warn!(experiment = experiment.id, %error, "not analysed"),
        }
    }
    Ok(looked)
}

/// Whether an experiment is to be looked at: once a week while it runs, from its end on until it is
/// measured. A hold-out waits for its counts.
fn is_due(experiment: &Experiment, today: Day) -> bool {
    let told = experiment.result.as_ref();
    let is_measured = told.is_some_and(|told| told["state"] == "measured");
    if experiment.kind == "holdout" || experiment.start >= today || is_measured {
        return false;
    }
    let last = told
        .and_then(|told| told["looks"].as_array()?.last()?["day"].as_str()?.parse().ok())
        .unwrap_or(experiment.start);
    experiment.end < today || (today - last).num_days() >= LOOK_EVERY_DAYS
}

async fn one(app: &App, effect: &argosy_desk::Effect, today: Day) -> Result<Measured, Error> {
    let declared = DeclaredEffect {
        metric: effect.metric.clone(),
        before: effect.before,
        after: effect.after,
        wait: effect.wait,
        controls: effect.controls.clone(),
        currency: app.reporting_currency().await?,
        declared_on: effect.declared.date_naive(),
    };
    let changes = changes_of(app, &effect.change.store, today).await?;
    let change = record_of(effect.change.clone());
    let effects = app.effects();
    let measured = questions::with_engine(app, None, async |engine, session, desk| {
        let input = EffectInput { engine, session, desk, changes: &changes, day: today };
        match effects.measure(&input, &change, &declared).await {
            Ok(told) => Ok(told_of(&told, today)),
            // Nothing to be measured here is an answer too, and it stays one.
            Err(EffectError::Question { says, code }) => Ok(Measured {
                day: today,
                verdict: Some("cannot_tell".to_owned()),
                body: json!({ "says": says, "problem": code }),
                look: None,
            }),
            Err(error) => Err(error.into()),
        }
    });
    measured.await
}

fn told_of(told: &Effect, today: Day) -> Measured {
    let waiting = told.state == State::Waiting;
    let look = told.looks.last().map(|look| EffectLook {
        day: look.day,
        estimate: look.estimate.to_string(),
        low: look.low.to_string(),
        high: look.high.to_string(),
    });
    let verdict = json!(told.verdict).as_str().map(str::to_owned);
    Measured {
        day: today,
        verdict: verdict.filter(|_| !waiting),
        body: serde_json::to_value(told).unwrap_or(Value::Null),
        look: look.filter(|_| waiting),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn experiment(result: Option<Value>) -> Experiment {
        let day = |text: &str| text.parse::<Day>().unwrap();
        Experiment {
            id: 1,
            title: "Coupon".to_owned(),
            kind: "groups".to_owned(),
            start: day("2026-06-01"),
            end: day("2026-06-28"),
            who: "1".to_owned(),
            at: Utc::now(),
            plan: Value::Null,
            power: Value::Null,
            result,
        }
    }

    #[test]
    fn an_early_look_never_keeps_an_experiment_from_its_verdict() {
        let due = |result: Option<Value>, today: &str| {
            is_due(&experiment(result), today.parse().unwrap())
        };
        let looked = || Some(json!({ "state": "waiting", "looks": [{ "day": "2026-06-14" }] }));
        assert!(!due(None, "2026-06-01") && !due(None, "2026-06-05"));
        assert!(due(None, "2026-06-08"));
        assert!(!due(looked(), "2026-06-20") && due(looked(), "2026-06-21"));
        assert!(due(looked(), "2026-06-29"));
        assert!(!due(Some(json!({ "state": "measured" })), "2026-07-30"));
        let holdout = Experiment { kind: "holdout".to_owned(), ..experiment(None) };
        assert!(!is_due(&holdout, "2026-07-30".parse().unwrap()));
    }
}
