//! Setting roles: the record with who and why, and the thresholds of rules that follow from it.

use argosy_chapter::face::{ChapterError, Done, Ground};
use argosy_desk::{Record, Scope, Threshold};
use argosy_kernel::Text;
use rust_decimal::Decimal;
use serde_json::json;

use super::{Role, RoleThreshold, Roles, face::role_of, roles::Told};
use crate::{
    choice::{facts::Paired, known::known, store},
    says::both,
};

/// A role for a product.
pub(super) struct Wanted {
    pub sku: String,
    pub role: Role,
    pub reason: String,
}

/// A threshold to be written or taken back for one seller SKU.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Step {
    pub rule: String,
    pub name: String,
    pub scope: Scope,
    /// `None`: taken back.
    pub value: Option<Decimal>,
}

/// Saves roles and their thresholds. A threshold that a person set to another value stays.
pub(super) async fn set(
    ground: &Ground<'_>,
    wanted: Vec<Wanted>,
    who: &str,
) -> Result<Done, ChapterError> {
    let known = known(ground.files)?;
    let Some(roles) = &known.roles else {
        return Err(ChapterError::told("matrix.toml is missing", "缺少 matrix.toml"));
    };
    let held = ground.desk.thresholds().await?;
    let paired = Paired::of(ground);
    let (mut news, mut steps, mut kept) = (Vec::new(), Vec::new(), 0);
    for one in &wanted {
        let before = ground.desk.record("role", &one.sku).await?;
        let played = before.as_ref().and_then(role_of).and_then(|role| roles.of(role));
        for (store, sku) in paired.sellers(&one.sku) {
            let (found, stays) = follow(roles, (played, one.role), &held, (store, sku));
            steps.extend(found);
            kept += stays;
        }
        news.push(record(ground, one, before));
    }
    let written = steps.iter().filter(|step| step.value.is_some()).count();
    let done = store::save(ground, news, who, |count| told(count, written, kept)).await?;
    for step in &steps {
        let of = (step.rule.as_str(), step.name.as_str());
        match step.value {
            Some(value) => ground.desk.save_threshold(of, &step.scope, value, who).await?,
            None => ground.desk.delete_threshold(of, &step.scope, who).await?,
        }
    }
    Ok(done)
}

fn told(count: usize, written: usize, kept: usize) -> Text {
    let mut said = both(
        format!("Roles set: {count}; thresholds of rules that follow: {written}"),
        format!("已设定 {count} 个角色，并调整 {written} 个规则阈值"),
    );
    if kept > 0 {
        said = both(
            format!("{}; thresholds that people had set themselves and that stay: {kept}", said.en),
            format!("{}；{kept} 个人工设定的阈值保持不变", said.zh_cn),
        );
    }
    said
}

fn record(ground: &Ground<'_>, one: &Wanted, before: Option<Record>) -> argosy_chapter::book::New {
    let mut body = before.as_ref().map(|before| before.body.clone()).unwrap_or_default();
    let changes = before.as_ref().and_then(role_of) != Some(one.role);
    if changes {
        // Targets of the role before say nothing of this one.
        body.remove("margin_min");
        body.remove("tacos_max");
        body.insert("since".to_owned(), json!(ground.today.to_string()));
    }
    body.insert("sku".to_owned(), json!(one.sku));
    body.insert("role".to_owned(), json!(one.role.id()));
    body.insert("reason".to_owned(), json!(one.reason));
    match before {
        Some(before) => store::changed(&before, body),
        None => store::fresh("role", body),
    }
}

/// The value of a threshold for a seller SKU, where one is set.
pub(super) fn value(
    held: &[Threshold],
    of: &RoleThreshold,
    store: &str,
    sku: &str,
) -> Option<Decimal> {
    let scope = scope(store, sku);
    let found =
        held.iter().find(|one| one.rule == of.rule && one.name == of.name && one.scope == scope);
    found.map(|one| one.value)
}

fn scope(store: &str, sku: &str) -> Scope {
    Scope::Sku { store: Some(store.to_owned()), sku: sku.to_owned() }
}

/// What changes for a seller SKU when its product changes roles, and how many thresholds stay because
/// a person had set them.
fn follow(
    roles: &Roles,
    (before, role): (Option<&Told>, Role),
    held: &[Threshold],
    (store, sku): (&str, &str),
) -> (Vec<Step>, usize) {
    let none: &[RoleThreshold] = &[];
    let old = before.map_or(none, |told| told.thresholds.as_slice());
    let new = roles.of(role).map_or(none, |told| told.thresholds.as_slice());
    let same = |one: &RoleThreshold, other: &RoleThreshold| {
        one.rule == other.rule && one.name == other.name
    };
    // Set by the role before, and not by a person since.
    let ours = |of: &RoleThreshold, value: Decimal| {
        old.iter().any(|old| same(old, of) && old.value == value)
    };
    let (mut steps, mut stays) = (Vec::new(), 0);
    let step = |of: &RoleThreshold, value: Option<Decimal>| Step {
        rule: of.rule.clone(),
        name: of.name.clone(),
        scope: scope(store, sku),
        value,
    };
    for of in new {
        match value(held, of, store, sku) {
            Some(set) if set == of.value => {}
            Some(set) if !ours(of, set) => stays += 1,
            _ => steps.push(step(of, Some(of.value))),
        }
    }
    for of in old.iter().filter(|of| !new.iter().any(|new| same(new, of))) {
        if value(held, of, store, sku).is_some_and(|set| ours(of, set)) {
            steps.push(step(of, None));
        }
    }
    (steps, stays)
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use chrono::DateTime;

    use super::*;
    use crate::testing::{knowledge, right};

    fn roles() -> Roles {
        right(Roles::load(&knowledge(&["matrix.toml"]))).unwrap()
    }

    fn held(rule: &str, name: &str, value: &str) -> Threshold {
        Threshold {
            rule: rule.into(),
            name: name.into(),
            scope: scope("us", "A"),
            value: value.parse().unwrap(),
            who: "mei".into(),
            at: DateTime::default(),
        }
    }

    #[test]
    fn a_product_that_stops_to_earn_gives_the_thresholds_of_its_role_back() {
        let roles = roles();
        let profit = roles.of(Role::ProfitItem);
        let held: Vec<Threshold> = profit
            .unwrap()
            .thresholds
            .iter()
            .map(|of| held(&of.rule, &of.name, &of.value.to_string()))
            .collect();
        let (steps, stays) = follow(&roles, (profit, Role::ClearOut), &held, ("us", "A"));
        assert_eq!(stays, 0);
        let gone = steps.iter().filter(|step| step.value.is_none()).count();
        // Running out is the aim of a clear-out: that threshold changes, the others go.
        assert_eq!(gone, 2);
        let gap = steps.iter().find(|step| step.rule == "stock.stockout_ahead").unwrap();
        assert_eq!(gap.value, Some(30.into()));
    }

    #[test]
    fn a_threshold_that_a_person_set_stays() {
        let roles = roles();
        let mine = [held("money.margin_fell", "min_points", "0.09")];
        let (steps, stays) = follow(&roles, (None, Role::ProfitItem), &mine, ("us", "A"));
        assert_eq!((steps.len(), stays), (2, 1));
        assert!(steps.iter().all(|step| step.rule != "money.margin_fell"));
    }

    #[test]
    fn every_threshold_of_a_role_is_one_of_a_rule() {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../knowledge/rules");
        for of in roles().roles.iter().flat_map(|told| &told.thresholds) {
            let (family, rule) = of.rule.split_once('.').unwrap();
            let file = folder.join(family).join(format!("{rule}.toml"));
            let text = std::fs::read_to_string(&file).unwrap_or_default();
            let there = text.contains(&format!("[threshold.{}]", of.name));
            assert!(there, "{} has no threshold {}", of.rule, of.name);
        }
    }
}
