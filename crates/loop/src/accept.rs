//! From a finding to a task, and from a done task to its change and how the effect is told.

use argosy_desk::{CheckItem, DeskError, NewChange, NewEffect, NewTask, Promise, Task};
use argosy_kernel::{Day, Text};
use chrono::Days;
use serde_json::{Value, json};

use crate::{
    finding::{EffectPlan, Finding},
    plays::Play,
};

/// Days to do something that no play is known for.
const DUE_DAYS: u64 = 7;

/// What somebody says when accepting a finding; what is left out is as play and owners say.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Acceptance {
    /// Login.
    pub owner: Option<String>,
    pub due: Option<Day>,
    pub promise: Option<Promise>,
    pub note: Option<String>,
}

/// The task of an accepted finding: title, checklist and due day from the play. `language` is that
/// of the plain texts; both languages stand beside them.
pub fn task_of(
    finding: &Finding,
    play: Option<&Play>,
    said: &Acceptance,
    (today, language): (Day, &str),
) -> NewTask {
    let what = play.map_or(&finding.title, |play| &play.title);
    let name = &finding.subject.name;
    let title = Text { en: titled(&what.en, name, ": "), zh_cn: titled(&what.zh_cn, name, "：") };
    let due_days = play.map_or(DUE_DAYS, |play| u64::from(play.due));
    let step = |step: &Text| CheckItem {
        text: step.in_language(language).to_owned(),
        says: Some(step.clone()),
        done: false,
    };
    NewTask {
        title: title.in_language(language).to_owned(),
        says: Some(title),
        note: said.note.clone(),
        owner: said.owner.clone(),
        due: Some(said.due.unwrap_or(today + Days::new(due_days))),
        play: play.map(|play| play.id.clone()),
        promise: said.promise.clone(),
        checklist: play.map(|play| play.steps.iter().map(step).collect()).unwrap_or_default(),
        body: json!({
            "subject": finding.subject,
            "stake": finding.monthly,
            "rule": finding.rule,
            "kind": play.map(|play| &play.kind),
            "effect": plan_of(finding, play),
        }),
    }
}

fn titled(what: &str, name: &str, between: &str) -> String {
    const CHARS_MAX: usize = 400;
    let whole = if name.is_empty() { what.to_owned() } else { format!("{what}{between}{name}") };
    let line = whole.chars().map(|c| if c.is_control() { ' ' } else { c });
    line.take(CHARS_MAX).collect::<String>().trim().to_owned()
}

/// How the effect of a play against a finding is told: as the rule says, in the play's windows.
pub fn plan_of(finding: &Finding, play: Option<&Play>) -> Option<EffectPlan> {
    let mut plan = finding.effect.clone()?;
    if let Some(own) = play.and_then(|play| play.effect.as_ref()) {
        plan.before = own.before.unwrap_or(plan.before);
        plan.after = own.after.unwrap_or(plan.after);
        plan.wait = own.wait.unwrap_or(plan.wait);
    }
    Some(plan)
}

/// What a done task most likely changed; `None` for a task that names no store.
pub fn change_of(task: &Task, today: Day) -> Option<NewChange> {
    let key = &task.body["subject"]["key"];
    let of = |name: &str| key[name].as_str().filter(|value| !value.is_empty()).map(str::to_owned);
    Some(NewChange {
        kind: task.body["kind"].as_str().unwrap_or("other").to_owned(),
        store: of("store")?,
        market: of("market"),
        seller_sku: of("seller_sku"),
        campaign: of("campaign"),
        what: task.title.clone(),
        before: None,
        after: None,
        day: today,
        source: argosy_desk::ChangeSource::Task,
        task: Some(task.id),
        play: task.play.clone(),
        key: String::new(),
    })
}

/// How the effect of a done task will be told, as was said when it was accepted.
pub fn effect_of(task: &Task) -> Option<NewEffect> {
    let plan: EffectPlan = serde_json::from_value(task.body["effect"].clone()).ok()?;
    Some(NewEffect {
        metric: plan.metric,
        before: plan.before,
        after: plan.after,
        wait: plan.wait,
        controls: None,
        task: Some(task.id),
        play: task.play.clone(),
        rule: task.body["rule"].as_str().map(str::to_owned),
    })
}

/// The body of a stored finding.
///
/// # Errors
/// [`DeskError::Damaged`] when it is none.
pub fn read(body: Value) -> Result<Finding, DeskError> {
    serde_json::from_value(body).map_err(|error| {
        DeskError::Damaged(format!(
            "a stored finding cannot be read ({error}); run the rules again"
        ))
    })
}
