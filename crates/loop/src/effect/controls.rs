//! Whom a treated unit is compared with: untouched units of its kind.

use std::collections::{BTreeMap, BTreeSet};

use argosy_metrics::Figure;

use super::{
    facts,
    gather::{EffectInput, Windows, ask, grain, known, name_of, treated_name},
    rules::{Effects, Limits},
    types::{DeclaredEffect, EffectError, Subject},
};
use crate::change::ChangeRecord;

/// The candidates to compare with: those with sales before the change, nearest in size first.
pub(super) struct Candidates {
    pub names: Vec<String>,
    /// Units left out because they may feel the change, and hand-picked ones that were kept.
    pub left_out: Vec<String>,
    pub related_kept: Vec<String>,
}

/// Chooses them, or takes those that were declared.
///
/// # Errors
/// `metric_not_by_unit`, `own_control`, `unknown_unit`, [`EffectError::Ask`].
pub(super) async fn candidates(
    effects: &Effects,
    input: &EffectInput<'_>,
    (subject, declared, windows): (&Subject, &DeclaredEffect, &Windows),
    metrics: &[String],
) -> Result<Candidates, EffectError> {
    let (by, filters) = grain(subject);
    let answer = ask(input, (metrics, &by, &filters), windows.before, declared.currency).await?;
    let refused = answer.totals.values().any(
        |figure| matches!(figure, Figure::Undefined(reason) if reason.starts_with("not known by")),
    );
    if refused {
        let name = input.engine.registry().get(&declared.metric).map(|m| m.name.clone());
        let with =
            [("metric", name.unwrap_or_default().into()), ("unit_kind", subject.unit().0.into())];
        return Err(effects.refuse("metric_not_by_unit", &with));
    }
    let own = treated_name(subject);
    let totals: BTreeMap<String, f64> = answer
        .rows
        .iter()
        .filter_map(|row| Some((name_of(&by, &row.key)?, known(row.values.get(&metrics[0]))?)))
        .collect();
    let related = facts::related(input.session, input.desk, subject, windows.all()).await?;
    if let Some(chosen) = &declared.controls {
        if chosen.contains(&own) {
            return Err(effects.refuse("own_control", &[("unit", own.into())]));
        }
        let missing: Vec<&str> =
            chosen.iter().filter(|name| !totals.contains_key(*name)).map(String::as_str).collect();
        if !missing.is_empty() {
            return Err(effects.refuse("unknown_unit", &[("names", missing.join(", ").into())]));
        }
        let related_kept =
            chosen.iter().filter(|name| related.contains_key(*name)).cloned().collect();
        return Ok(Candidates { names: chosen.clone(), left_out: Vec::new(), related_kept });
    }
    let size = totals.get(&own).copied().unwrap_or(0.0);
    let mut names: Vec<(&String, f64)> = totals
        .iter()
        .filter(|(name, total)| **name != own && **total > 0.0 && !related.contains_key(*name))
        .map(|(name, total)| (name, if size > 0.0 { (total / size).ln().abs() } else { -total }))
        .collect();
    names.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(b.0)));
    let names: Vec<String> = names.into_iter().map(|(name, _)| name.clone()).collect();
    let left_out = totals
        .iter()
        .filter(|(name, total)| related.contains_key(*name) && **total > 0.0)
        .map(|(name, _)| name.clone())
        .collect();
    let names = untouched(names, input.changes, subject, windows, &effects.limits);
    Ok(Candidates { names, left_out, related_kept: Vec::new() })
}

/// Units that were changed after the change are no controls; those changed before it only where too
/// few are left without them.
fn untouched(
    names: Vec<String>,
    changes: &[ChangeRecord],
    subject: &Subject,
    windows: &Windows,
    limits: &Limits,
) -> Vec<String> {
    let (unit, _) = subject.unit();
    let all = windows.all();
    let (mut early, mut late) = (BTreeSet::new(), BTreeSet::new());
    for change in changes.iter().filter(|change| change.store == subject.store) {
        let (name, day) = (
            match unit {
                "seller_sku" => change.seller_sku.clone(),
                "campaign" => change.campaign.clone(),
                "market" => {
                    change.market.as_ref().map(|market| format!("{} / {market}", change.store))
                }
                _ => Some(change.store.clone()),
            },
            change.day(),
        );
        // A change of one SKU says nothing about a whole market.
        let is_wide = change.seller_sku.is_none() && change.campaign.is_none();
        let Some(name) = name.filter(|_| is_wide || !matches!(unit, "market" | "store")) else {
            continue;
        };
        if day > windows.before.to && day <= all.to {
            late.insert(name);
        } else if day >= windows.before.from && day <= windows.before.to {
            early.insert(name);
        }
    }
    let keep = |also_early: bool| -> Vec<String> {
        let is_kept =
            |name: &&String| !late.contains(*name) && (also_early || !early.contains(*name));
        names.iter().filter(is_kept).take(limits.controls_max).cloned().collect()
    };
    let clean = keep(false);
    if clean.len() >= limits.controls_many { clean } else { keep(true) }
}
