//! Reading and writing the fields of records. What is absent or of another type is no value: kinds
//! have been checked when records were saved.

use std::collections::BTreeSet;

use argosy_chapter::kind::Body;
use argosy_kernel::{Currency, Day, Money};
use rust_decimal::Decimal;
use serde_json::{Value, json};

/// A text that is not empty.
pub(crate) fn text<'a>(body: &'a Body, id: &str) -> Option<&'a str> {
    body.get(id)?.as_str().map(str::trim).filter(|text| !text.is_empty())
}

pub(crate) fn owned(body: &Body, id: &str) -> Option<String> {
    text(body, id).map(str::to_owned)
}

/// A number, percent or integer.
pub(crate) fn number(body: &Body, id: &str) -> Option<Decimal> {
    of_value(body.get(id)?)
}

/// A number as JSON writes it: a text of a decimal, or a plain number.
pub(crate) fn of_value(value: &Value) -> Option<Decimal> {
    match value {
        Value::String(text) => text.trim().parse().ok(),
        Value::Number(number) => number.to_string().parse().ok(),
        _ => None,
    }
}

pub(crate) fn money(body: &Body, id: &str) -> Option<Money> {
    money_of(body.get(id)?)
}

pub(crate) fn money_of(value: &Value) -> Option<Money> {
    serde_json::from_value(value.clone()).ok()
}

pub(crate) fn day(body: &Body, id: &str) -> Option<Day> {
    text(body, id)?.parse().ok()
}

pub(crate) fn currency(body: &Body, id: &str) -> Option<Currency> {
    text(body, id)?.parse().ok()
}

pub(crate) fn flag(body: &Body, id: &str) -> bool {
    body.get(id).and_then(Value::as_bool).unwrap_or(false)
}

/// The lines of a field.
pub(crate) fn lines<'a>(body: &'a Body, id: &str) -> impl Iterator<Item = &'a Body> {
    let list = body.get(id).and_then(Value::as_array);
    list.into_iter().flatten().filter_map(Value::as_object)
}

/// Several choices or references.
pub(crate) fn list(body: &Body, id: &str) -> Vec<String> {
    let list = body.get(id).and_then(Value::as_array);
    list.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// The words of a text that lists them: `DE, FR`.
pub(crate) fn words(body: &Body, id: &str) -> BTreeSet<String> {
    text(body, id).map(split).unwrap_or_default()
}

pub(crate) fn split(text: &str) -> BTreeSet<String> {
    let parts = text.split([',', ';', '/', '，', '、', '；', ' ']);
    parts.map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// A decimal as bodies hold it.
pub(crate) fn decimal(value: Decimal) -> Value {
    Value::String(value.normalize().to_string())
}

/// Money as bodies hold it.
pub(crate) fn amount(money: Money) -> Value {
    json!({ "amount": money.amount.to_string(), "currency": money.currency.code() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_text_and_as_numbers_and_lists_in_both_scripts() {
        let body: Body = serde_json::from_value(json!({
            "share": "0.15", "units": 12, "price": { "amount": "9.90", "currency": "EUR" },
            "markets": "DE, FR、EU", "name": "  ", "on": true,
        }))
        .unwrap();
        assert_eq!(number(&body, "share"), Some("0.15".parse().unwrap()));
        assert_eq!(number(&body, "units"), Some(12.into()));
        assert_eq!(money(&body, "price").unwrap().to_string(), "9.90 EUR");
        assert_eq!(words(&body, "markets").len(), 3);
        assert!(text(&body, "name").is_none() && flag(&body, "on") && !flag(&body, "off"));
    }
}
