//! Documents: what they are for, how long they hold, and when to renew them.

use std::collections::BTreeSet;

use argosy_kernel::{Day, Text, knowledge::nearest};
use serde::{Deserialize, Serialize};

use super::regime::Regimes;
use crate::says::{Refusal, both};

/// One document.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Document {
    pub id: String,
    /// An id of `compliance/documents.toml`.
    pub kind: String,
    pub issuer: String,
    pub number: String,
    pub from: Day,
    /// The last day it holds; none: until something changes.
    pub to: Option<Day>,
    /// SKUs it covers; empty: all.
    pub skus: BTreeSet<String>,
    /// Markets it is for; empty: all.
    pub markets: BTreeSet<String>,
    /// `de`, `en` …; empty where language does not matter.
    pub languages: BTreeSet<String>,
}

/// It is time to renew a document.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Reminder {
    pub document: String,
    pub kind: String,
    /// The last day it holds.
    pub to: Day,
    /// Below 0: so many days over.
    pub days_left: i64,
    /// Which of the reminders it is: 90, 60, 30, or 0 when it is over.
    pub stage: i64,
    pub skus: BTreeSet<String>,
    pub says: Text,
}

impl Document {
    /// Refuses what cannot be a document.
    ///
    /// # Errors
    /// `document_kind`, `document_expired_before_it_began`, `document_incomplete`, `document_end_missing`.
    pub fn check(&self, regimes: &Regimes) -> Result<(), Refusal> {
        let Some(kind) = regimes.kinds.get(&self.kind) else {
            let near = nearest(&self.kind, regimes.kinds.keys().map(String::as_str));
            let (en, zh) = near.map_or_else(Default::default, |near| {
                (format!("; did you mean `{near}`?"), format!("；是否为“{near}”？"))
            });
            return Err(Refusal::new(
                "document_kind",
                format!("there is no kind of document `{}`{en}", self.kind),
                format!("没有“{}”这种文件{zh}", self.kind),
            ));
        };
        if let Some(to) = self.to.filter(|to| *to < self.from) {
            let from = self.from;
            return Err(Refusal::new(
                "document_expired_before_it_began",
                format!("the document begins {from} and ends {to}: correct one of the days"),
                format!("文件生效日 {from} 晚于到期日 {to}，请更正"),
            ));
        }
        if self.issuer.trim().is_empty() || self.number.trim().is_empty() {
            let en = "who issued the document and its number are missing";
            return Err(Refusal::new("document_incomplete", en, "缺少签发机构或文件编号"));
        }
        if kind.expires && self.to.is_none() {
            return Err(Refusal::new(
                "document_end_missing",
                format!("{} has a last day: enter it", kind.name.en),
                format!("{}有有效期，请填写到期日", kind.name.zh_cn),
            ));
        }
        Ok(())
    }

    /// Whether it is of this kind and for this SKU in this market.
    pub fn covers(&self, kind: &str, sku: &str, market: &str, regimes: &Regimes) -> bool {
        let of_market = self.markets.is_empty()
            || self.markets.iter().any(|name| {
                name == market
                    || regimes.groups.get(name).is_some_and(|group| group.contains(market))
            });
        self.kind == kind && of_market && (self.skus.is_empty() || self.skus.contains(sku))
    }

    /// Whether it holds on a day.
    pub fn holds(&self, day: Day) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }
}

/// Documents to renew, the most urgent first. One that another of its kind outlives for all its SKUs
/// and markets is not told.
pub fn reminders(regimes: &Regimes, documents: &[Document], today: Day) -> Vec<Reminder> {
    let first = regimes.reminders.first().copied().unwrap_or(90);
    let is_followed = |one: &Document| {
        documents.iter().any(|other| {
            let wider = |mine: &BTreeSet<String>, its: &BTreeSet<String>| {
                its.is_empty() || !mine.is_empty() && mine.is_subset(its)
            };
            other.id != one.id
                && other.kind == one.kind
                && wider(&one.skus, &other.skus)
                && wider(&one.markets, &other.markets)
                && one.languages.is_subset(&other.languages)
                && other.from <= one.to.map_or(one.from, |to| to + chrono::Days::new(1))
                && other.to.is_none_or(|to| Some(to) > one.to)
        })
    };
    let mut found: Vec<Reminder> = documents
        .iter()
        .filter(|one| !is_followed(one))
        .filter_map(|one| {
            let to = one.to?;
            let days_left = (to - today).num_days();
            (days_left <= first).then(|| remind(regimes, one, to, days_left))
        })
        .collect();
    found.sort_by(|a, b| a.days_left.cmp(&b.days_left).then(a.document.cmp(&b.document)));
    found
}

fn remind(regimes: &Regimes, one: &Document, to: Day, days_left: i64) -> Reminder {
    let reached = regimes.reminders.iter().rev().find(|stage| days_left <= **stage);
    let stage = if days_left < 0 { 0 } else { reached.copied().unwrap_or(0) };
    let name = regimes.kinds.get(&one.kind).map(|kind| kind.name.clone()).unwrap_or_default();
    let number = &one.number;
    let says = if days_left < 0 {
        let over = -days_left;
        both(
            format!("{} {number} ran out on {to}, {over} days ago", name.en),
            format!("{} {number} 已于 {to} 到期（{over} 天前）", name.zh_cn),
        )
    } else {
        both(
            format!("{} {number} runs out on {to}, in {days_left} days: renew it", name.en),
            format!("{} {number} 将于 {to} 到期（还有 {days_left} 天），请续办", name.zh_cn),
        )
    };
    Reminder {
        document: one.id.clone(),
        kind: one.kind.clone(),
        to,
        days_left,
        stage,
        skus: one.skus.clone(),
        says,
    }
}
