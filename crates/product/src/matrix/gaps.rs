//! What a line lacks: roles nobody plays, profit that hangs on one product, roles played badly.

use std::collections::BTreeMap;

use argosy_kernel::Text;
use rust_decimal::Decimal;
use serde::Serialize;

use super::{
    propose::Proposal,
    roles::{Role, Roles, Told},
};
use crate::says::{both, percent};

/// A line with the roles people (or, where they have not, the proposals) gave.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Line {
    pub counts: BTreeMap<Role, usize>,
    pub gaps: Vec<Gap>,
    /// The role to fill next.
    pub next: Option<Role>,
}

/// One thing a line lacks.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Gap {
    pub kind: Kind,
    pub role: Option<Role>,
    pub sku: Option<String>,
    pub says: Text,
}

/// What is lacking.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Nobody plays the role.
    NoProduct,
    /// Fewer than the line should have.
    TooFew,
    /// One product earns most of the profit.
    Concentrated,
    /// A product stays below what its role is held to.
    BelowTarget,
}

/// The gaps of a line; `set` are the roles people gave by SKU.
pub fn gaps(roles: &Roles, proposals: &[Proposal], set: &BTreeMap<String, Role>) -> Line {
    let role_of = |one: &Proposal| set.get(&one.sku).copied().or(one.role);
    let mut counts: BTreeMap<Role, usize> = BTreeMap::new();
    for role in proposals.iter().filter_map(role_of) {
        *counts.entry(role).or_default() += 1;
    }
    let size = Decimal::from(proposals.len());
    let mut found = Vec::new();
    let mut lack: Vec<(Decimal, Role)> = Vec::new();
    for told in roles.roles.iter().filter(|told| told.share > Decimal::ZERO) {
        let count = counts.get(&told.id).copied().unwrap_or(0);
        let missing = size * told.share - Decimal::from(count);
        if count == 0 && !proposals.is_empty() {
            found.push(none_of(told));
            lack.push((missing.max(Decimal::ONE) + size, told.id));
        } else if missing >= Decimal::ONE {
            found.push(too_few(told, count, (size * told.share).floor()));
            lack.push((missing, told.id));
        }
    }
    if let Some(most) = proposals.iter().max_by_key(|one| one.profit_share)
        && proposals.len() > 1
        && most.profit_share > roles.settings.concentration
    {
        let share = percent(most.profit_share);
        found.push(Gap {
            kind: Kind::Concentrated,
            role: Some(Role::ProfitItem),
            sku: Some(most.sku.clone()),
            says: both(
                format!("{share} of the line's profit hangs on {}", most.sku),
                format!("产品线 {share} 的利润依赖 {}", most.sku),
            ),
        });
        lack.push((Decimal::ONE, Role::ProfitItem));
    }
    let below = |one: &Proposal| {
        let told = roles.of(role_of(one)?)?;
        let margin = one.margin.filter(|margin| one.enough && *margin < told.margin_min)?;
        Some(below_target(told, one, margin))
    };
    found.extend(proposals.iter().filter_map(below));
    // The role that lacks most; of equals the first in the order of roles.
    let next = lack.iter().max_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1))).map(|(_, role)| *role);
    Line { counts, gaps: found, next }
}

fn none_of(told: &Told) -> Gap {
    let says = both(
        format!("no product plays the {}: {}", told.name.en, told.says.en),
        format!("缺少{}：{}", told.name.zh_cn, told.says.zh_cn),
    );
    Gap { kind: Kind::NoProduct, role: Some(told.id), sku: None, says }
}

fn too_few(told: &Told, count: usize, wanted: Decimal) -> Gap {
    let says = both(
        format!("{count} of {wanted} products wanted as {}", told.name.en),
        format!("{}应有 {wanted} 个，现有 {count} 个", told.name.zh_cn),
    );
    Gap { kind: Kind::TooFew, role: Some(told.id), sku: None, says }
}

fn below_target(told: &Told, one: &Proposal, margin: Decimal) -> Gap {
    let (margin, target) = (percent(margin), percent(told.margin_min));
    let says = both(
        format!("{}: margin {margin}, a {} should have {target}", one.sku, told.name.en),
        format!("{}：利润率 {margin}，{}应达到 {target}", one.sku, told.name.zh_cn),
    );
    Gap { kind: Kind::BelowTarget, role: Some(told.id), sku: Some(one.sku.clone()), says }
}
