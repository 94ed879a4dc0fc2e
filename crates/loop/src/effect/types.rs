//! What is declared before looking, and what is told afterwards.

use std::collections::BTreeMap;

use argosy_kernel::{Currency, Day, Money, Text};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::design::Method;
use crate::{change::ChangeRecord, finding::EffectPlan};

/// What a change touches, and so what is measured: the finest part that is named.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct Subject {
    pub store: String,
    pub market: Option<String>,
    pub seller_sku: Option<String>,
    pub campaign: Option<String>,
    /// What kind of change it is or will be: `ads.bid`, `listing.price` …
    #[serde(default)]
    pub kind: Option<String>,
}

impl Subject {
    /// What the change of a record touches.
    pub fn of(change: &ChangeRecord) -> Self {
        Self {
            store: change.store.clone(),
            market: change.market.clone(),
            seller_sku: change.seller_sku.clone(),
            campaign: change.campaign.clone(),
            kind: Some(change.kind.clone()),
        }
    }

    /// From the key columns of a finding; `None` without a store.
    pub fn from_key(key: &BTreeMap<String, String>) -> Option<Self> {
        let of = |name: &str| key.get(name).filter(|value| !value.is_empty()).cloned();
        Some(Self {
            store: of("store")?,
            market: of("market"),
            seller_sku: of("seller_sku"),
            campaign: of("campaign"),
            kind: None,
        })
    }

    /// Whether the change is one of advertising, which others in the campaign feel.
    pub fn is_advertising(&self) -> bool {
        let kind = self.kind.as_deref().unwrap_or_default();
        kind.starts_with("ads.") || (self.seller_sku.is_none() && self.campaign.is_some())
    }

    /// The dimension whose values are compared with each other, and this one's value.
    pub fn unit(&self) -> (&'static str, &str) {
        match (&self.seller_sku, &self.campaign, &self.market) {
            (Some(sku), _, _) => ("seller_sku", sku),
            (None, Some(campaign), _) => ("campaign", campaign),
            (None, None, Some(market)) => ("market", market),
            (None, None, None) => ("store", &self.store),
        }
    }
}

/// Metric, windows and control as they were fixed before anybody looked.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DeclaredEffect {
    pub metric: String,
    /// Days before the change, after it, and left out in between.
    pub before: u32,
    pub after: u32,
    pub wait: u32,
    /// Controls chosen by hand (seller SKUs, campaigns, markets); by data when absent.
    #[serde(default)]
    pub controls: Option<Vec<String>>,
    /// The reporting currency of the effect.
    pub currency: Currency,
    pub declared_on: Day,
}

impl DeclaredEffect {
    /// As a rule or play says.
    pub fn from_plan(plan: &EffectPlan, currency: Currency, declared_on: Day) -> Self {
        Self {
            metric: plan.metric.clone(),
            before: plan.before,
            after: plan.after,
            wait: plan.wait,
            controls: None,
            currency,
            declared_on,
        }
    }

    /// The first day after the change that counts. The day of the change itself never does: it is
    /// partly before and partly after.
    pub fn counts_from(&self, changed: Day) -> Day {
        changed + chrono::Days::new(u64::from(self.wait.max(1)))
    }

    /// The last day of the window after the change.
    pub fn counts_to(&self, changed: Day) -> Day {
        self.counts_from(changed) + chrono::Days::new(u64::from(self.after.max(1) - 1))
    }
}

/// Whether an effect of the size in question could be told apart from chance.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tellable {
    Tellable,
    Weak,
    NotTellable,
}

/// The smallest effect that can be told, with 80 % power at 90 % confidence.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Smallest {
    /// Of the level before: 0.25 is a quarter. `None` without a level to compare with.
    pub relative: Option<Decimal>,
    /// Contribution over the window after the change.
    pub money: Option<Money>,
}

/// What can be known before anything is changed.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Measurable {
    pub metric: String,
    pub design: Method,
    /// How many untouched units it would be compared with.
    pub controls: usize,
    pub smallest: Smallest,
    pub verdict: Tellable,
    pub why: Text,
    pub better: Text,
}

/// What is said in the end.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Gained,
    Lost,
    /// The interval holds nothing worth naming.
    NoEffect,
    CannotTell,
    /// Before and after differ, and nothing says why.
    Observed,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Waiting,
    Measured,
}

/// An estimate with its interval, as a share of what would have been.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Share {
    pub estimate: Decimal,
    pub low: Decimal,
    pub high: Decimal,
}

/// An estimate with its interval, in money over the whole window after the change.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct MoneyBand {
    pub estimate: Decimal,
    pub low: Decimal,
    pub high: Decimal,
    pub currency: Currency,
}

/// Observed and expected, block by block (mostly weeks); all lists are equally long.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Picture {
    /// The first day of each block.
    pub days: Vec<Day>,
    /// What was seen, in the unit of the metric, per block.
    pub treated: Vec<Option<Decimal>>,
    /// What would have been seen without the change.
    pub counterfactual: Vec<Option<Decimal>>,
    /// Where a single block without the change lies nine times in ten.
    pub low: Vec<Option<Decimal>>,
    pub high: Vec<Option<Decimal>>,
    pub change_day: Option<Day>,
    /// How many days a block has.
    pub block_days: u32,
}

/// How well the period before is explained, and what untouched units show at the same time.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct PreFit {
    /// Typical miss of a block before the change, as a share of the level.
    pub miss: Decimal,
    /// An untrue change in the middle of the period before: its "effect", as a share.
    pub false_change: Option<Decimal>,
    /// How likely so large a false effect is by chance; a small number means the control does not fit.
    pub false_change_p: Option<Decimal>,
    /// Share of the untouched units that show as large an "effect" as the treated one.
    pub placebo_p: Option<Decimal>,
    pub says: Text,
}

/// Something one must know before believing the number.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Flag {
    /// `overlap`, `spill_over`, `short_before`, `short_after`, `zero_baseline`, `poor_fit`,
    /// `no_controls`, `provisional`, `margin_not_in`.
    pub code: String,
    pub says: Text,
    /// Changes or units that are meant.
    pub names: Vec<String>,
}

/// The estimate after one more block; its interval holds however often one looks.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Look {
    /// The last day of the block.
    pub day: Day,
    /// Share of what would have been.
    pub estimate: Decimal,
    pub low: Decimal,
    pub high: Decimal,
}

/// What a change did.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Effect {
    pub metric: String,
    pub state: State,
    /// The first day on which all declared days are there and settled.
    pub ready_on: Day,
    pub verdict: Verdict,
    pub says: Text,
    /// Effect on contribution over the window after the change.
    pub money: Option<MoneyBand>,
    /// Effect as a share of what would have been.
    pub relative: Option<Share>,
    /// Effect on the metric itself over the window (its mean for rates).
    pub absolute: Option<Share>,
    pub method: Option<Method>,
    pub controls: usize,
    pub control_names: Vec<String>,
    /// Of the interval: 0.9.
    pub confidence: Decimal,
    pub picture: Option<Picture>,
    /// Effects that untouched units seem to have had at the same time, as shares.
    pub placebo: Vec<Decimal>,
    pub prefit: Option<PreFit>,
    pub flags: Vec<Flag>,
    pub looks: Vec<Look>,
    /// What would make it (better) tellable.
    pub better: Option<Text>,
    /// Blocks before and after that went into it.
    pub blocks: (usize, usize),
}

/// Why a question about an effect cannot be answered at all; `code` is stable.
#[derive(Debug, thiserror::Error)]
pub enum EffectError {
    /// The question is wrong: `future_change`, `unknown_metric`, `cumulative_metric`,
    /// `metric_not_by_unit`, `too_short`, `no_sales`, `unknown_unit`, `bad_window`, `bad_plan`.
    #[error("{}", says.en)]
    Question { code: &'static str, says: Text },
    #[error(transparent)]
    Ask(#[from] argosy_metrics::AskError),
    #[error(transparent)]
    Facts(#[from] argosy_facts::FactsError),
}
