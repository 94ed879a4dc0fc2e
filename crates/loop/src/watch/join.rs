//! Findings about one problem become one: the dearest tells it, the others add their causes.

use std::collections::{BTreeMap, btree_map::Entry};

use argosy_kernel::Money;
use rust_decimal::Decimal;

use crate::{
    finding::Finding,
    rules::{Joined, Rules},
};

/// Joins findings of equal identity; most money a month first.
pub(super) fn join(findings: Vec<Finding>, rules: &Rules) -> Vec<Finding> {
    let mut by_id: BTreeMap<String, Vec<Finding>> = BTreeMap::new();
    for finding in findings {
        match by_id.entry(finding.id.clone()) {
            Entry::Occupied(mut known) => known.get_mut().push(finding),
            Entry::Vacant(free) => _ = free.insert(vec![finding]),
        }
    }
    let mut joined: Vec<Finding> =
        by_id.into_values().filter_map(|group| one(group, rules)).collect();
    dearest_first(&mut joined);
    joined
}

fn dearest_first(findings: &mut [Finding]) {
    findings.sort_by(|left, right| {
        right.monthly.amount.cmp(&left.monthly.amount).then_with(|| left.id.cmp(&right.id))
    });
}

fn one(mut group: Vec<Finding>, rules: &Rules) -> Option<Finding> {
    dearest_first(&mut group);
    let adds = |rule: &str| rules.get(rule).is_some_and(|rule| rule.joined == Joined::Add);
    let mut group = group.into_iter();
    let mut first = group.next()?;
    for other in group {
        // Rows of one rule are different things; stakes of two rules may be the same money.
        if other.rule == first.rule || adds(&other.rule) || adds(&first.rule) {
            add(&mut first, &other);
        }
        for cause in other.causes {
            let twin =
                first.causes.iter_mut().find(|c| (&c.rule, &c.id) == (&cause.rule, &cause.id));
            match twin {
                Some(twin) => twin.holds |= cause.holds,
                None => first.causes.push(cause),
            }
        }
        for evidence in other.evidence {
            if !first.evidence.iter().any(|known| known.id == evidence.id) {
                first.evidence.push(evidence);
            }
        }
        for threshold in other.thresholds {
            let is_known = |known: &crate::finding::FiredThreshold| {
                (&known.rule, &known.name) == (&threshold.rule, &threshold.name)
            };
            if !first.thresholds.iter().any(is_known) {
                first.thresholds.push(threshold);
            }
        }
        if !first.joined.contains(&other.rule) {
            first.joined.push(other.rule);
        }
    }
    Some(first)
}

/// Adds the stake of another finding, scaled to the days of the first.
fn add(first: &mut Finding, other: &Finding) {
    let scale = Decimal::from(first.per_days) / Decimal::from(other.per_days.max(1));
    let sum = |one: Money, more: Money, scale: Decimal| {
        Money::new(one.amount + more.amount * scale, one.currency).rounded()
    };
    first.stake = sum(first.stake, other.stake, scale);
    first.low = sum(first.low, other.low, scale);
    first.high = sum(first.high, other.high, scale);
    first.monthly = sum(first.monthly, other.monthly, Decimal::ONE);
}
