//! What the people of Lantern Home note about products and supply: suppliers, items, prices, orders,
//! shipments, inspections, documents, candidates. Orders and shipments are those that [`goods`] buys
//! and sends, so that they agree with the documents goods are costed by.
//!
//! Planted, for early warning to find: [`LATE_LANE`] has become slower, [`FADING`] delivers worse
//! goods, [`ALONE`] alone makes most of the margin, one shipment has not come.
//!
//! [`goods`]: crate::goods

mod choice;
mod items;
mod orders;
mod partners;

use argosy_kernel::Day;
use serde_json::{Map, Value};

use crate::company::Company;

/// Code of the warehouse whose sea freight takes ever longer.
pub const LATE_LANE: &str = "ONT";
/// Code of the supplier whose goods have become worse.
pub const FADING: &str = "YW-LIGHT";
/// Code of the supplier that half of the line depends on.
pub const ALONE: &str = "ZS-LAMP";

/// A record as a person would have noted it.
#[derive(Clone, PartialEq, Debug)]
pub struct Noted {
    pub kind: &'static str,
    /// The key where people give it, or where other records refer to it.
    pub id: Option<String>,
    pub state: Option<&'static str>,
    pub body: Map<String, Value>,
}

impl Noted {
    fn new(kind: &'static str, id: Option<String>, body: Value) -> Self {
        let Value::Object(mut body) = body else { return Self::empty(kind) };
        // A field without value is absent.
        body.retain(|_, value| !value.is_null());
        Self { kind, id, state: None, body }
    }

    fn empty(kind: &'static str) -> Self {
        Self { kind, id: None, state: None, body: Map::new() }
    }

    fn in_state(mut self, state: &'static str) -> Self {
        self.state = Some(state);
        self
    }
}

/// All records, each after those that it refers to.
pub fn supply(company: &Company) -> Vec<Noted> {
    let mut all = partners::places();
    all.extend(partners::suppliers(company));
    all.extend(items::families(company));
    all.extend(items::items(company));
    all.extend(partners::prices(company));
    all.extend(orders::orders(company));
    all.extend(orders::shipments(company));
    all.extend(choice::choice(company));
    all
}

/// A day as records have it.
fn day(day: Day) -> Value {
    Value::String(day.to_string())
}

/// Money as records have it, from minor units of a currency with two digits.
fn money(minor: i64, currency: &str) -> Value {
    serde_json::json!({ "amount": amount(minor), "currency": currency })
}

/// A decimal from hundredths.
fn amount(minor: i64) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", minor.abs() / 100, minor.abs() % 100)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::Spec;

    #[test]
    fn records_are_the_same_for_the_same_seed() {
        let company = Company::generate(&Spec::small());
        assert_eq!(supply(&company), supply(&company));
    }

    #[test]
    fn every_reference_was_noted_before() {
        let company = Company::generate(&Spec::small());
        let mut known = BTreeSet::new();
        for noted in supply(&company) {
            for (field, kind) in [
                ("supplier", "supplier"),
                ("purchase_order", "purchase_order"),
                ("shipment", "shipment"),
                ("place", "place"),
                ("family", "family"),
                ("rfq", "rfq"),
            ] {
                if let Some(id) = noted.body.get(field).and_then(Value::as_str) {
                    let there = known.contains(&(kind, id.to_owned()));
                    assert!(there, "{} refers to {kind} {id}: {:?}", noted.kind, noted.body);
                }
            }
            if let Some(id) = noted.id {
                assert!(known.insert((noted.kind, id.clone())), "{} {id} twice", noted.kind);
            }
        }
    }

    #[test]
    fn orders_hold_the_units_that_were_bought() {
        let company = Company::generate(&Spec::small());
        let bought: i64 = crate::goods::documents::of(&company)
            .lines
            .iter()
            .filter(|line| line.kind == crate::goods::documents::Kind::Purchase)
            .map(|line| line.units)
            .sum();
        let ordered: i64 = supply(&company)
            .iter()
            .filter(|noted| noted.kind == "purchase_order" && noted.state == Some("closed"))
            .flat_map(|noted| noted.body["lines"].as_array().cloned().unwrap_or_default())
            .filter_map(|line| line["units"].as_i64())
            .sum();
        assert_eq!(ordered, bought);
    }
}
