//! Bundles: what they consist of, and that none contains itself.

use argosy_chapter::kind::FieldProblem;

use crate::{
    model::{item::Item, supply::Book},
    says::both,
};

/// What is wrong with an item's components.
pub(super) fn check(items: &Book<Item>, item: &Item) -> Vec<FieldProblem> {
    let mut problems = Vec::new();
    let wrong = |code: &str, en: String, zh: String| {
        FieldProblem::new("item", "components", code, both(en, zh))
    };
    if item.is_bundle() && item.components.is_empty() {
        let en = format!("bundle {} has no components; say what is in it", item.sku);
        problems.push(wrong(
            "no_components",
            en,
            format!("组合商品 {} 没有组合明细，请填写", item.sku),
        ));
    }
    if !item.is_bundle() && !item.components.is_empty() {
        let en =
            format!("{} has components but is no bundle; change its kind or remove them", item.sku);
        let zh = format!("{} 有组合明细但类型不是组合商品，请改类型或删除明细", item.sku);
        problems.push(wrong("not_a_bundle", en, zh));
    }
    let mut seen = std::collections::BTreeSet::new();
    for part in &item.components {
        if !seen.insert(&part.sku) {
            let en = format!("{} is there twice; write it once with all its units", part.sku);
            problems.push(wrong("twice", en, format!("{} 重复，请合并为一行", part.sku)));
        }
    }
    if let Some(circle) = circle(items, item) {
        let way = circle.join(" → ");
        let en = format!("the bundle contains itself: {way}; take one of these components out");
        let zh = format!("组合商品循环包含自身：{way}；请移除其中一个组件");
        problems.push(wrong("circle", en, zh));
    }
    problems
}

/// The way from an item back to itself, if there is one: both ends are the item.
fn circle(items: &Book<Item>, item: &Item) -> Option<Vec<String>> {
    let mut way = vec![item.sku.clone()];
    let mut done = std::collections::BTreeSet::new();
    back_to(items, &item.sku, item, &mut way, &mut done).then_some(way)
}

/// Whether `start` is reached from `from`; `way` then leads there. Each SKU is looked into once.
fn back_to<'i>(
    items: &'i Book<Item>,
    start: &str,
    from: &'i Item,
    way: &mut Vec<String>,
    done: &mut std::collections::BTreeSet<&'i str>,
) -> bool {
    for part in &from.components {
        way.push(part.sku.clone());
        if part.sku == start {
            return true;
        }
        if let Some(next) = items.get(&part.sku)
            && done.insert(&part.sku)
            && back_to(items, start, &next.body, way, done)
        {
            return true;
        }
        way.pop();
    }
    false
}

#[cfg(test)]
mod tests {
    use argosy_kernel::{Currency, Money};

    use super::*;
    use crate::{
        model::{Of, item::Component},
        worth::UnitCosts,
    };

    fn item(sku: &str, parts: &[(&str, i64)]) -> Item {
        let kind = if parts.is_empty() { "product" } else { "bundle" };
        let mut item: Item = serde_json::from_value(serde_json::json!({
            "sku": sku, "name": sku, "kind": kind,
        }))
        .unwrap();
        item.components = parts
            .iter()
            .map(|(sku, units)| Component { sku: (*sku).into(), units: *units })
            .collect();
        item
    }

    fn book(items: &[Item]) -> Book<Item> {
        let of = |item: &Item| {
            let body = item.clone();
            (item.sku.clone(), Of { id: item.sku.clone(), state: String::new(), body })
        };
        items.iter().map(of).collect()
    }

    #[test]
    fn a_bundle_that_contains_itself_over_others_is_refused_and_the_circle_is_named() {
        let set = item("SET", &[("LAMP", 1), ("BOX", 1)]);
        let items = book(&[set.clone(), item("BOX", &[("GIFT", 2)]), item("GIFT", &[("SET", 1)])]);
        let problems = check(&items, &set);
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].code, "circle");
        assert!(problems[0].says.en.contains("SET → BOX → GIFT → SET"), "{:?}", problems[0].says);
        assert!(problems[0].says.zh_cn.contains("SET → BOX → GIFT → SET"));
    }

    #[test]
    fn a_bundle_that_names_itself_as_component_is_refused() {
        let set = item("SET", &[("SET", 1)]);
        assert_eq!(check(&book(std::slice::from_ref(&set)), &set)[0].code, "circle");
    }

    #[test]
    fn two_bundles_may_share_a_component() {
        let (one, two) = (item("A", &[("LAMP", 1), ("B", 1)]), item("B", &[("LAMP", 3)]));
        let items = book(&[one.clone(), two, item("LAMP", &[])]);
        assert_eq!(check(&items, &one), []);
    }

    #[test]
    fn a_bundle_without_components_is_refused() {
        let mut empty = item("SET", &[]);
        empty.kind = Some("bundle".into());
        assert_eq!(check(&book(&[]), &empty)[0].code, "no_components");
    }

    #[test]
    fn a_bundle_costs_what_its_components_cost_bundles_in_it_too() {
        let usd = |amount: &str| Money::new(amount.parse().unwrap(), Currency::USD);
        let items = book(&[item("SET", &[("LAMP", 2), ("BOX", 1)]), item("BOX", &[("FOAM", 3)])]);
        let told = [("LAMP", "8.40"), ("FOAM", "0.15")];
        let mut costs = UnitCosts::told(told.map(|(sku, cost)| (sku.to_owned(), usd(cost))));
        costs.roll_up(&items);
        assert_eq!(costs.of("SET").unwrap().cost, usd("17.25"));
        let mut without = UnitCosts::told([("LAMP".to_owned(), usd("8.40"))]);
        without.roll_up(&items);
        assert_eq!(without.of("SET"), None, "one unknown component leaves the bundle unknown");
    }
}
