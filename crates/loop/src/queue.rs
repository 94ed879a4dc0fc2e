//! The queue: what the rules saw today, merged with what is known and decided.
//!
//! A finding has gone by itself only when its rules ran without a problem over its store; a run of
//! some rules or some stores says nothing about the others.

use std::collections::{BTreeMap, BTreeSet};

use argosy_desk::{Desk, DeskError, Merged, NewRun, Ownership, Product, Scope, SeenFinding};
use argosy_kernel::Money;
use serde_json::Value;

use crate::finding::{Finding, Watch};

/// How a watch was asked, and what its findings are worth by experience.
pub struct Refresh<'a> {
    /// Rules that were asked; empty for all of them.
    pub rules: &'a [String],
    /// Stores that were asked; empty for all of them.
    pub stores: &'a [String],
    pub owners: &'a Owners,
    /// What acting on a finding is expected to bring a month.
    pub expected: &'a (dyn Fn(&Finding) -> Money + Sync),
    /// By rule, for the pages: what it has really delivered.
    pub delivered: Value,
}

/// Merges a watch into the queue.
///
/// # Errors
/// [`DeskError::Database`]; then nothing was merged.
pub async fn refresh(
    desk: &Desk,
    watch: &Watch,
    how: &Refresh<'_>,
    who: &str,
) -> Result<Merged, DeskError> {
    let seen: Vec<SeenFinding> = watch.findings.iter().map(|finding| seen(finding, how)).collect();
    let ran: BTreeSet<&str> = watch.runs.iter().map(|run| run.rule.as_str()).collect();
    let failed: BTreeSet<&str> = watch
        .runs
        .iter()
        .filter(|run| run.problem.is_some())
        .map(|run| run.rule.as_str())
        .collect();
    let covers = |rules: &[&str], store: &str| {
        let here = how.stores.is_empty() || how.stores.iter().any(|one| one == store);
        // A rule that is no more can see nothing: when all were asked, its findings are over.
        let asked = |rule: &&str| ran.contains(rule) || how.rules.is_empty();
        here && rules.iter().all(|rule| asked(rule) && !failed.contains(rule))
    };
    let run = NewRun {
        day: watch.day,
        currency: watch.currency,
        rules: watch.runs.len() as u64,
        delivered: how.delivered.clone(),
        runs: serde_json::to_value(&watch.runs).unwrap_or_default(),
    };
    desk.merge_findings(&run, &seen, &covers, who).await
}

fn seen(finding: &Finding, how: &Refresh<'_>) -> SeenFinding {
    let key = |name: &str| finding.subject.key.get(name).cloned().unwrap_or_default();
    let mut words = vec![
        finding.title.en.as_str(),
        finding.title.zh_cn.as_str(),
        finding.subject.name.as_str(),
        finding.rule.as_str(),
    ];
    words.extend(finding.subject.key.values().map(String::as_str));
    SeenFinding {
        id: finding.id.clone(),
        problem: finding.problem.clone(),
        rule: finding.rule.clone(),
        rules: finding.joined.clone(),
        family: finding.family.clone(),
        store: key("store"),
        market: key("market"),
        seller_sku: key("seller_sku"),
        words: words.join("\n"),
        monthly: finding.monthly.amount,
        expected: (how.expected)(finding).amount,
        window_from: finding.window.from,
        owner: how.owners.of(&finding.subject.key),
        body: serde_json::to_value(finding).unwrap_or_default(),
    }
}

/// To whom work is proposed: the owner of the SKU, else of the product, the category, the store.
#[derive(Clone, Debug, Default)]
pub struct Owners {
    sku: BTreeMap<(Option<String>, String), String>,
    product: BTreeMap<String, String>,
    category: BTreeMap<String, String>,
    store: BTreeMap<String, String>,
    global: Option<String>,
    /// Product and its category by store and seller SKU.
    products: BTreeMap<(String, String), (String, Option<String>)>,
}

impl Owners {
    /// Reads owners, products and pairings from the desk; people who may no longer sign in own
    /// nothing.
    ///
    /// # Errors
    /// [`DeskError::Database`].
    pub async fn read(desk: &Desk) -> Result<Self, DeskError> {
        let users = desk.users().await?.into_iter().filter(|user| user.active);
        let logins: BTreeSet<String> = users.map(|user| user.login).collect();
        let products: BTreeMap<String, Product> =
            desk.products().await?.into_iter().map(|one| (one.sku.clone(), one)).collect();
        let mut owners = Self::default();
        for product in products.values() {
            // The owner written at the product counts where it is a login.
            let named = product.owner.as_ref().map(|owner| owner.trim().to_lowercase());
            if let Some(login) = named.filter(|login| logins.contains(login)) {
                owners.product.insert(product.sku.clone(), login);
            }
        }
        for Ownership { scope, login } in desk.owners().await? {
            if !logins.contains(&login) {
                continue;
            }
            match scope {
                Scope::Sku { store, sku } => drop(owners.sku.insert((store, sku), login)),
                Scope::Product { sku } => drop(owners.product.insert(sku, login)),
                Scope::Category { category } => drop(owners.category.insert(category, login)),
                Scope::Store { store } => drop(owners.store.insert(store, login)),
                Scope::Global => owners.global = Some(login),
            }
        }
        // The pairing that began last tells what the SKU is today; they come in that order.
        for pairing in desk.pairings().await? {
            let category = products.get(&pairing.sku).and_then(|one| one.category.clone());
            let of = (pairing.store, pairing.seller_sku);
            owners.products.insert(of, (pairing.sku, category));
        }
        Ok(owners)
    }

    /// The login that owns what the key names.
    pub fn of(&self, key: &BTreeMap<String, String>) -> Option<String> {
        let given = |name: &str| key.get(name).filter(|value| !value.is_empty());
        let store = given("store");
        let sku = given("seller_sku");
        let by_sku = || {
            let sku = sku?;
            let here = self.sku.get(&(store.cloned(), sku.clone()));
            here.or_else(|| self.sku.get(&(None, sku.clone())))
        };
        let product = match (store, sku, given("product").or_else(|| given("sku"))) {
            (Some(store), Some(sku), _) => {
                self.products.get(&(store.clone(), sku.clone())).cloned()
            }
            (_, _, Some(product)) => Some((product.clone(), None)),
            _ => None,
        };
        let by_product = || self.product.get(&product.as_ref()?.0);
        let by_category = || self.category.get(product.as_ref()?.1.as_ref()?);
        by_sku()
            .or_else(by_product)
            .or_else(by_category)
            .or_else(|| self.store.get(store?))
            .or(self.global.as_ref())
            .cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_narrowest_owner_is_proposed() {
        let mut owners = Owners::default();
        let key = BTreeMap::from([
            ("store".to_owned(), "shop".to_owned()),
            ("seller_sku".to_owned(), "L-1".to_owned()),
        ]);
        assert_eq!(owners.of(&key), None);
        owners.global = Some("gao".into());
        assert_eq!(owners.of(&key).as_deref(), Some("gao"));
        owners.store.insert("shop".into(), "sun".into());
        assert_eq!(owners.of(&key).as_deref(), Some("sun"));
        let of = ("shop".to_owned(), "L-1".to_owned());
        owners.products.insert(of, ("lamp".into(), Some("light".into())));
        owners.category.insert("light".into(), "chen".into());
        assert_eq!(owners.of(&key).as_deref(), Some("chen"));
        owners.product.insert("lamp".into(), "ping".into());
        assert_eq!(owners.of(&key).as_deref(), Some("ping"));
        owners.sku.insert((None, "L-1".into()), "any".into());
        assert_eq!(owners.of(&key).as_deref(), Some("any"));
        owners.sku.insert((Some("shop".into()), "L-1".into()), "kai".into());
        assert_eq!(owners.of(&key).as_deref(), Some("kai"));
    }
}
