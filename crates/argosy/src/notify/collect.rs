//! What a receiver has not been told yet.

use argosy_desk::{
    AuditEntry,
    findings::{Finding, FindingFilter, FindingState},
    messages::{NewMessage, Told},
    receivers::{Event, Receiver},
    tasks::{Task, TaskFilter, TaskState},
};
use argosy_kernel::{Day, Text};
use argosy_notify::{Item, Message};
use chrono::{DateTime, Timelike as _, Utc};
use rust_decimal::Decimal;
use serde_json::Value;

use super::words::Words;
use crate::{app::App, error::Error};

/// Entries of the audit log read in one go.
const ENTRIES: u64 = 1_000;
/// Lines of one message; the rest is counted.
const LINES: usize = 15;
/// Findings looked through for new ones: the dearest.
const FINDINGS: u64 = 500;

/// Writes the messages of one receiver; gives how many.
pub(super) async fn for_receiver(
    app: &App,
    receiver: &Receiver,
    now: DateTime<Utc>,
) -> Result<usize, Error> {
    let words = Words::load(&app.files())?;
    let teller = Teller { app, receiver, words };
    let entries = app.desk().audit_after(receiver.after_entry, ENTRIES).await?;
    let mut told = Told {
        after_entry: entries.last().map_or(receiver.after_entry, |entry| entry.id),
        ..Told::default()
    };
    let mut messages = Vec::new();
    if receiver.events.contains(&Event::Finding) {
        messages.extend(teller.findings(&mut told).await?);
    }
    if receiver.events.contains(&Event::Task) {
        messages.extend(teller.tasks(&entries).await?);
    }
    if receiver.events.contains(&Event::Comment) {
        messages.extend(teller.comments(&entries).await?);
    }
    if receiver.events.contains(&Event::Effect) {
        messages.extend(teller.effects(&entries).await?);
    }
    let today = now.date_naive();
    let due = now.hour() >= receiver.digest_hour && receiver.digest_day != Some(today);
    if receiver.events.contains(&Event::Digest) && due {
        messages.push(teller.digest(today).await?);
        told.digest_day = Some(today);
    }
    if messages.is_empty() && told.after_entry == receiver.after_entry && told.keys.is_empty() {
        return Ok(0);
    }
    app.desk().queue_messages(receiver.id, &messages, &told).await?;
    Ok(messages.len())
}

struct Teller<'a> {
    app: &'a App,
    receiver: &'a Receiver,
    words: Words,
}

impl Teller<'_> {
    /// New findings that are worth a message, all in one.
    async fn findings(&self, told: &mut Told) -> Result<Option<NewMessage>, Error> {
        let filter = FindingFilter {
            states: vec![FindingState::New],
            owner: self.receiver.person.clone(),
            ..FindingFilter::default()
        };
        let found = self.app.desk().findings(&filter, None, FINDINGS).await?;
        let worth: Vec<&Finding> = found
            .iter()
            .filter(|finding| Decimal::new(finding.weight, 2) >= self.receiver.min_monthly)
            .collect();
        let keys: Vec<String> = worth.iter().map(|finding| key(finding)).collect();
        let untold = self.app.desk().untold(self.receiver.id, &keys).await?;
        let new: Vec<&Finding> =
            worth.into_iter().filter(|finding| untold.contains(&key(finding))).collect();
        if new.is_empty() {
            return Ok(None);
        }
        told.keys = new.iter().map(|finding| key(finding)).collect();
        let sum: i64 = new.iter().map(|finding| finding.weight).sum();
        let currency = new[0].currency.code();
        let title = self.say(
            "findings_title",
            &[("count", &new.len().to_string()), ("monthly", &money(sum, currency))],
        );
        let items = new.iter().map(|finding| self.finding_item("finding_line", finding)).collect();
        Ok(Some(self.message(Event::Finding, title, items)))
    }

    fn finding_item(&self, sentence: &str, finding: &Finding) -> Item {
        let title = self.text(&finding.body["title"]);
        let subject = finding.body["subject"]["name"].as_str().unwrap_or_default().to_owned();
        let monthly = money(finding.weight, finding.currency.code());
        let line =
            self.say(sentence, &[("title", &title), ("subject", &subject), ("monthly", &monthly)]);
        Item::new(line).to(self.link(&format!("findings/{}", finding.id)))
    }

    /// Tasks that were made for or handed over to somebody else than who did it.
    async fn tasks(&self, entries: &[AuditEntry]) -> Result<Option<NewMessage>, Error> {
        let mut items = Vec::new();
        let mut seen = Vec::new();
        for entry in entries {
            let given = match entry.action.as_str() {
                "task_made" => !entry.detail["owner"].is_null(),
                "task_changed" => entry.detail.get("owner").is_some(),
                _ => false,
            };
            let Some(id) = id_of(&entry.subject, "task").filter(|id| given && !seen.contains(id))
            else {
                continue;
            };
            seen.push(id);
            // A task may be gone by now; then there is nothing to tell.
            let Ok(task) = self.app.desk().task(id).await else { continue };
            if task.owner.is_some() && self.is_ours(task.owner.as_deref()) {
                items.push(self.task_item("task_line", &task));
            }
        }
        let title = self.say("tasks_title", &[("count", &items.len().to_string())]);
        Ok((!items.is_empty()).then(|| self.message(Event::Task, title, items)))
    }

    fn task_item(&self, sentence: &str, task: &Task) -> Item {
        let title = task.says.as_ref().map_or_else(
            || task.title.clone(),
            |says| says.in_language(&self.receiver.language).to_owned(),
        );
        let owner = task.owner.clone().unwrap_or_else(|| self.say("nobody", &[]));
        let due = task.due.map_or_else(|| self.say("no_day", &[]), |day| day.to_string());
        let line = self.say(sentence, &[("title", &title), ("owner", &owner), ("due", &due)]);
        Item::new(line).to(self.link(&format!("tasks?task={}", task.id)))
    }

    /// Who commented where; the words themselves stay in the house.
    async fn comments(&self, entries: &[AuditEntry]) -> Result<Option<NewMessage>, Error> {
        let logins = self.app.logins().await?;
        let mut items = Vec::new();
        for entry in entries.iter().filter(|entry| entry.action == "task_commented") {
            let Some(id) = id_of(&entry.subject, "task") else { continue };
            let Ok(task) = self.app.desk().task(id).await else { continue };
            if self.is_ours(task.owner.as_deref()) {
                let who = logins.name(&entry.who);
                let line = self.say("comment_line", &[("who", &who), ("title", &task.title)]);
                items.push(Item::new(line).to(self.link(&format!("tasks?task={id}"))));
            }
        }
        let title = self.say("comments_title", &[("count", &items.len().to_string())]);
        Ok((!items.is_empty()).then(|| self.message(Event::Comment, title, items)))
    }

    async fn effects(&self, entries: &[AuditEntry]) -> Result<Option<NewMessage>, Error> {
        let mut items = Vec::new();
        let done = |entry: &&AuditEntry| {
            entry.action == "effect_measured" && entry.detail["state"] == "measured"
        };
        for entry in entries.iter().filter(done) {
            let Some(id) = id_of(&entry.subject, "effect") else { continue };
            let Ok(effect) = self.app.desk().effect(id).await else { continue };
            let says =
                effect.body.as_ref().map_or_else(String::new, |body| self.text(&body["says"]));
            items.push(Item::new(says).to(self.link(&format!("effects/{id}"))));
        }
        let title = self.say("effects_title", &[("count", &items.len().to_string())]);
        Ok((!items.is_empty()).then(|| self.message(Event::Effect, title, items)))
    }

    /// The day at a glance: what is due, and what is worth most.
    async fn digest(&self, today: Day) -> Result<NewMessage, Error> {
        let person = self.receiver.person.clone();
        let open = FindingFilter {
            states: vec![FindingState::New],
            owner: person.clone(),
            ..FindingFilter::default()
        };
        let totals = self.app.desk().finding_totals(&open).await?;
        let company = self.app.company().await?;
        let monthly = format!("{} {}", totals.monthly, company.currency.code());
        let title = self.say(
            "digest_title",
            &[
                ("company", &company.name),
                ("day", &today.to_string()),
                ("open", &totals.count.to_string()),
                ("monthly", &monthly),
            ],
        );
        let due = TaskFilter {
            states: vec![TaskState::Todo, TaskState::Doing, TaskState::Waiting],
            owner: person,
            due_to: Some(today),
            ..TaskFilter::default()
        };
        let tasks = self.app.desk().tasks(&due, None, 100).await?;
        let mut items: Vec<Item> =
            tasks.iter().map(|task| self.task_item("digest_due", task)).collect();
        let findings = self.app.desk().findings(&open, None, 10).await?;
        items.extend(findings.iter().map(|finding| self.finding_item("digest_top", finding)));
        if items.is_empty() {
            items.push(Item::new(self.say("digest_quiet", &[])));
        }
        Ok(self.message(Event::Digest, title, items))
    }

    /// Whether a thing of `owner` concerns the receiver.
    fn is_ours(&self, owner: Option<&str>) -> bool {
        self.receiver.person.as_deref().is_none_or(|person| owner == Some(person))
    }

    fn say(&self, name: &str, values: &[(&str, &str)]) -> String {
        self.words.say(name, &self.receiver.language, values)
    }

    fn text(&self, value: &Value) -> String {
        serde_json::from_value::<Text>(value.clone())
            .map(|text| text.in_language(&self.receiver.language).to_owned())
            .unwrap_or_default()
    }

    /// An address people can open, when the server's own is known.
    fn link(&self, path: &str) -> Option<String> {
        let own = self.app.home().config.public_url.trim_end_matches('/');
        (!own.is_empty()).then(|| format!("{own}/{path}"))
    }

    fn message(&self, event: Event, title: String, mut items: Vec<Item>) -> NewMessage {
        if items.len() > LINES {
            let more = items.len() - LINES;
            items.truncate(LINES);
            items.push(Item::new(self.say("more", &[("count", &more.to_string())])));
        }
        let body = serde_json::to_value(Message { title: title.clone(), items });
        NewMessage { event, title, body: body.unwrap_or_default() }
    }
}

/// A finding that went away and came back is told again.
fn key(finding: &Finding) -> String {
    format!("finding:{}:{}", finding.id, finding.first_day)
}

fn id_of(subject: &str, kind: &str) -> Option<i64> {
    subject.strip_prefix(kind)?.strip_prefix(':')?.parse().ok()
}

fn money(cents: i64, currency: &str) -> String {
    format!("{} {currency}", Decimal::new(cents, 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects_of_the_log_are_told_apart() {
        assert_eq!(id_of("task:12", "task"), Some(12));
        assert_eq!(id_of("task_item:12", "task"), None);
        assert_eq!(id_of("effect:12", "task"), None);
    }
}
