//! What was changed, where, from what to what, when and by whom.

use argosy_kernel::Day;
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Who told of a change.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeSource {
    /// A finished task.
    Task,
    Typed,
    /// The change history of a channel, or a workbook.
    Imported,
    /// Seen in the facts.
    Detected,
}

/// One change.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ChangeRecord {
    /// Of the desk; `None` until it is kept.
    #[serde(default)]
    pub id: Option<i64>,
    /// `listing.price`, `listing.title`, `listing.image`, `listing.state`, `ads.bid`, `ads.budget`,
    /// `ads.state`, `promo.coupon`, `stock.out`, `stock.back` … as plays call them.
    pub kind: String,
    pub store: String,
    #[serde(default)]
    pub market: Option<String>,
    #[serde(default)]
    pub seller_sku: Option<String>,
    #[serde(default)]
    pub campaign: Option<String>,
    /// What exactly, in words: the keyword, the field, the coupon.
    pub what: String,
    #[serde(default)]
    pub before: Option<String>,
    #[serde(default)]
    pub after: Option<String>,
    pub at: DateTime<Utc>,
    /// The market's own day, where the facts tell it.
    #[serde(default)]
    pub day: Option<Day>,
    pub who: String,
    pub source: ChangeSource,
    #[serde(default)]
    pub task: Option<i64>,
    /// The same for the same event however often it is imported; empty for typed ones.
    #[serde(default)]
    pub key: String,
}

/// What plays call a change, and as what reports show it.
const SHOWN: [(&str, &[&str]); 2] = [
    ("listing.content", &["listing.title", "listing.image"]),
    ("listing.coupon", &["promo.coupon"]),
];

impl ChangeRecord {
    /// The day that windows are counted from.
    pub fn day(&self) -> Day {
        self.day.unwrap_or_else(|| self.at.date_naive())
    }

    /// The key of an event that facts tell: the first 16 hexadecimal digits of a SHA-256.
    pub(super) fn key_of(parts: &[&str]) -> String {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update(part.len().to_le_bytes());
            hash.update(part.as_bytes());
        }
        hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }

    /// Whether both can be the same event: told twice, or done in Argosy and then seen in the facts.
    pub fn is_same_event(&self, other: &Self, days_apart: i64) -> bool {
        if !self.key.is_empty() && self.key == other.key {
            return true;
        }
        let near = (self.day() - other.day()).num_days().abs() <= days_apart;
        let known_differ = |left: &Option<String>, right: &Option<String>| matches!((left, right), (Some(left), Some(right)) if left != right);
        near && self.is_same_deed(other)
            && self.store == other.store
            && self.seller_sku == other.seller_sku
            && !known_differ(&self.market, &other.market)
            && !known_differ(&self.campaign, &other.campaign)
    }

    /// Whether both say the same was done: the same kind with the same value, or what a play calls
    /// it and what reports show of it.
    fn is_same_deed(&self, other: &Self) -> bool {
        if self.kind == other.kind {
            return !values_differ(self.after.as_deref(), other.after.as_deref());
        }
        let shows = |done: &Self, seen: &Self| {
            let by = SHOWN.iter().find(|(kind, _)| *kind == done.kind);
            by.is_some_and(|(_, by)| by.contains(&seen.kind.as_str()))
                && seen.after.as_deref() != Some("off")
        };
        shows(self, other) || shows(other, self)
    }

    /// Whether the change touches the same unit as `other`, or a market or store that holds it. A
    /// campaign and a SKU touch where the campaign advertises it, which only facts tell.
    pub fn touches(&self, other: &Self) -> bool {
        let meets = |left: &Option<String>, right: &Option<String>| match (left, right) {
            (Some(left), Some(right)) => left == right,
            _ => true,
        };
        let is_wide = |change: &Self| change.seller_sku.is_none() && change.campaign.is_none();
        let same = |left: &Option<String>, right: &Option<String>| left.is_some() && left == right;
        self.store == other.store
            && meets(&self.market, &other.market)
            && (is_wide(self)
                || is_wide(other)
                || same(&self.seller_sku, &other.seller_sku)
                || same(&self.campaign, &other.campaign))
    }
}

/// Whether both are known and differ: numbers by their value, whatever unit is written behind them.
fn values_differ(left: Option<&str>, right: Option<&str>) -> bool {
    let (Some(left), Some(right)) = (left, right) else { return false };
    let number = |text: &str| text.split_whitespace().next()?.parse::<Decimal>().ok();
    match (number(left), number(right)) {
        (Some(left), Some(right)) => left != right,
        _ => left.trim() != right.trim(),
    }
}
