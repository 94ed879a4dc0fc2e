//! What the people of the demo company did before anybody looks at it: changes whose true effect the
//! simulated seller knows, recorded as users do and declared before anybody could look.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use argosy_desk::{
    Change, ChangeFilter, ChangeSource, CheckItem, Clock, Desk, NewChange, NewEffect,
    NewExperiment, NewTask,
};
use argosy_kernel::{Currency, Day, Text};
use argosy_loop::{
    experiment::{ExperimentKind, ExperimentPlan},
    finding::{EffectPlan, Subject},
    plays::Play,
};
use argosy_sim::{Company, Intervention, InterventionTold};
use chrono::{DateTime, Days, NaiveTime, Utc};
use serde_json::json;

use crate::{app::App, error::Error, looping};

/// What the made-up company did.
pub(super) struct Story {
    changes: Vec<Intervention>,
    /// A store, and SKUs of it that nothing else was done to.
    store: &'static str,
    units: Vec<String>,
    /// The last day that reports know.
    to: Day,
}

impl Story {
    pub(super) fn of(company: &Company) -> Self {
        // The store with the most sales stands first.
        let (index, store) = (0, company.stores()[0].name);
        let changes = company.interventions();
        let units = company.products.iter().map(|product| product.seller_sku(index));
        let is_left_alone =
            |sku: &String| changes.iter().all(|change| change.seller_sku.as_ref() != Some(sku));
        let units = units.filter(is_left_alone).take(EXPERIMENT_UNITS).collect();
        Self { changes, store, units, to: company.spec.to }
    }
}

/// Windows of all effects of the demo, in days.
const BEFORE: u32 = 56;
const AFTER: u32 = 28;
const WAIT: u32 = 3;
/// SKUs of an experiment, and its weeks in days: one that has ended, one that has just begun.
const EXPERIMENT_UNITS: usize = 32;
const EXPERIMENT_DAYS: u32 = 28;
const LONG_EXPERIMENT_DAYS: u32 = 56;
const RUNNING_SINCE_DAYS: u64 = 21;
/// Until when a change that nobody wrote down is noticed.
const NOTICED_DAYS: u64 = 7;
/// People work in the afternoon (UTC).
const HOUR: u32 = 16;

/// The clock of a day that has passed.
#[derive(Debug, Default)]
struct Then(AtomicI64);

impl Clock for Then {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp(self.0.load(Ordering::Relaxed), 0).unwrap_or_default()
    }
}

/// The desk of the demo company on days that have passed.
pub(super) struct Past<'a> {
    app: &'a App,
    desk: Desk,
    clock: Arc<Then>,
    /// How it is signed.
    who: String,
    owner: Option<String>,
    language: &'a str,
}

impl<'a> Past<'a> {
    /// # Errors
    /// When the desk cannot be opened or read.
    pub(super) async fn of(app: &'a App, language: &'a str) -> Result<Self, Error> {
        let clock = Arc::new(Then::default());
        let desk = Desk::open_with_clock(&app.home().desk_url(), clock.clone()).await?;
        let logins: Vec<String> = desk.users().await?.into_iter().map(|user| user.login).collect();
        let owner = logins.into_iter().find(|login| login == super::LOGIN);
        let who = app.logins().await?.id(super::LOGIN);
        Ok(Self { app, desk, clock, who, owner, language })
    }

    fn go_to(&self, day: Day) {
        let noon = NaiveTime::from_hms_opt(HOUR, 0, 0).unwrap_or_default();
        self.clock.0.store(day.and_time(noon).and_utc().timestamp(), Ordering::Relaxed);
    }

    /// Tasks that were done on their day, what they changed, and how their effect will be told.
    ///
    /// # Errors
    /// When the desk cannot be written.
    pub(super) async fn record(&self, story: &Story) -> Result<(), Error> {
        let rules = self.app.rules();
        for change in &story.changes {
            let InterventionTold::Done(play) = change.told else { continue };
            let Some(play) = rules.play(play) else { continue };
            self.go_to(change.day);
            let task = self.desk.create_task(&self.task_of(change, play), &self.who).await?;
            let effect =
                NewEffect { task: Some(task.id), play: Some(play.id.clone()), ..effect_of(change) };
            let new = NewChange {
                kind: change.kind.to_owned(),
                store: change.store.to_owned(),
                market: change.market.map(str::to_owned),
                seller_sku: change.seller_sku.clone(),
                campaign: change.campaign.clone(),
                what: task.title.clone(),
                before: Some(change.before.clone()),
                after: Some(change.after.clone()),
                day: change.day,
                source: ChangeSource::Task,
                task: Some(task.id),
                play: Some(play.id.clone()),
                key: String::new(),
            };
            self.desk.finish_task(task.id, None, Some((&new, Some(&effect))), &self.who).await?;
        }
        Ok(())
    }

    fn task_of(&self, change: &Intervention, play: &Play) -> NewTask {
        let name = &change.product;
        let title = Text {
            en: format!("{}: {name}", play.title.en),
            zh_cn: format!("{}：{name}", play.title.zh_cn),
        };
        let step = |step: &Text| CheckItem {
            text: step.in_language(self.language).to_owned(),
            says: Some(step.clone()),
            done: true,
        };
        NewTask {
            title: title.in_language(self.language).to_owned(),
            says: Some(title),
            note: None,
            owner: self.owner.clone(),
            due: Some(change.day),
            play: Some(play.id.clone()),
            promise: None,
            checklist: play.steps.iter().map(step).collect(),
            body: json!({
                "subject": subject_of(change),
                "kind": play.kind,
                "effect": EffectPlan {
                    metric: change.metric.to_owned(),
                    scope: vec!["store".to_owned(), "seller_sku".to_owned()],
                    before: BEFORE,
                    after: AFTER,
                    wait: WAIT,
                },
            }),
        }
    }

    /// Effects of changes that nobody wrote down but reports show, declared in the week after.
    ///
    /// # Errors
    /// When the desk cannot be read or written.
    pub(super) async fn declare_seen(&self, story: &Story) -> Result<(), Error> {
        for change in story.changes.iter().filter(|change| change.told == InterventionTold::Seen) {
            let Some(seen) = self.seen(change).await? else {
                tracing::warn!(kind = change.kind, day = %change.day, "no report shows a change");
                continue;
            };
            self.go_to(seen.day + Days::new(1));
            self.desk.declare_effect(seen.id, &effect_of(change), &self.who).await?;
        }
        Ok(())
    }

    async fn seen(&self, change: &Intervention) -> Result<Option<Change>, Error> {
        let filter = ChangeFilter {
            stores: vec![change.store.to_owned()],
            seller_sku: change.seller_sku.clone(),
            kind: Some(change.kind.to_owned()),
            from: Some(change.day),
            to: Some(change.day + Days::new(NOTICED_DAYS)),
            ..ChangeFilter::default()
        };
        let found = self.desk.changes(&filter, None, 50).await?;
        Ok(found.into_iter().find(|seen| seen.campaign == change.campaign))
    }

    /// Two experiments by chance, planned on the day before they began. What they try does nothing:
    /// the simulated seller does not know who is in which arm.
    ///
    /// # Errors
    /// When the desk cannot be written, or the facts do not carry an experiment.
    pub(super) async fn experiment(&self, story: &Story, currency: Currency) -> Result<(), Error> {
        let Some(first) = story.changes.first() else { return Ok(()) };
        let tried = [
            (first.day, EXPERIMENT_DAYS, ("Gift note on the main picture", "主图加礼品说明")),
            (
                story.to - Days::new(RUNNING_SINCE_DAYS),
                LONG_EXPERIMENT_DAYS,
                ("Longer answers to buyers' questions", "更详细地回答买家提问"),
            ),
        ];
        for (seed, (start, days, (en, zh))) in (1..).zip(tried) {
            // Titles have one text: whoever looks at the demo should find their language in it.
            let title = format!("{en} / {zh}");
            let plan = ExperimentPlan {
                kind: ExperimentKind::Groups,
                title: title.clone(),
                what: title.clone(),
                metric: "units_sold".to_owned(),
                store: story.store.to_owned(),
                market: None,
                units: story.units.clone(),
                unit_kind: None,
                block_days: 0,
                washout_days: 0,
                start,
                days,
                seed,
                currency,
                receivers: None,
                rate: None,
                held_out: None,
            };
            let power = looping::power(self.app, &plan).await?;
            self.go_to(start - Days::new(1));
            let new = NewExperiment {
                title,
                kind: "groups".to_owned(),
                start,
                end: plan.end(),
                plan: json!(plan),
                power: json!(power),
            };
            self.desk.plan_experiment(&new, &self.who).await?;
        }
        Ok(())
    }
}

fn effect_of(change: &Intervention) -> NewEffect {
    NewEffect {
        metric: change.metric.to_owned(),
        before: BEFORE,
        after: AFTER,
        wait: WAIT,
        controls: None,
        task: None,
        play: None,
        rule: None,
    }
}

fn subject_of(change: &Intervention) -> Subject {
    let mut key = BTreeMap::from([("store".to_owned(), change.store.to_owned())]);
    let parts = [
        ("market", change.market.map(str::to_owned)),
        ("seller_sku", change.seller_sku.clone()),
        ("campaign", change.campaign.clone()),
    ];
    key.extend(parts.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
    let kind = if change.campaign.is_some() { "campaign" } else { "sku" };
    Subject { kind: kind.to_owned(), key, name: change.product.clone() }
}
