use serde_json::{Value, json};

use super::*;
use crate::testing::{EVERY, body, every, kinds};

fn known() -> Known {
    Known::anything("2026-11-23".parse().unwrap())
}

/// What becomes of a body: the field's value, or path and code of each problem.
fn told(value: Value) -> Result<Body, Vec<(String, String)>> {
    let kinds = kinds(&[EVERY]);
    check(&every(), &kinds, &body(value), &known())
        .map_err(|problems| problems.into_iter().map(|one| (one.path, one.code)).collect())
}

fn one(id: &str, value: Value) -> Result<Value, String> {
    let mut given = body(json!({ "code": "A" }));
    given.insert(id.to_owned(), value);
    match told(Value::Object(given)) {
        Ok(body) => Ok(body.get(id).cloned().unwrap_or_default()),
        Err(problems) => {
            assert_eq!(problems.len(), 1, "{problems:?}");
            assert!(problems[0].0.starts_with(id), "{problems:?}");
            Err(problems[0].1.clone())
        }
    }
}

fn wrong(code: &str) -> Result<Value, String> {
    Err(code.to_owned())
}

#[test]
fn a_number_keeps_every_digit_and_loses_only_its_trailing_noughts() {
    assert_eq!(one("weight", json!("12.340")), Ok(json!("12.34")));
    assert_eq!(one("weight", json!(0.1)), Ok(json!("0.1")));
    assert_eq!(one("weight", json!(7)), Ok(json!("7")));
    assert_eq!(one("weight", json!("1e-3")), Ok(json!("0.001")));
    assert_eq!(
        one("weight", json!("999999999999999.1234567891")),
        Ok(json!("999999999999999.1234567891"))
    );
    assert_eq!(one("weight", json!("1000000000000000")), wrong("too_many_digits"));
    assert_eq!(one("weight", json!("0.12345678901")), wrong("too_many_digits"));
    assert_eq!(one("weight", json!("1,5")), wrong("not_number"));
    assert_eq!(one("weight", json!(true)), wrong("wrong_type"));
}

#[test]
fn limits_hold_at_their_ends() {
    assert_eq!(one("days", json!(730)), Ok(json!(730)));
    assert_eq!(one("days", json!("30")), Ok(json!(30)));
    assert_eq!(one("days", json!(30.0)), Ok(json!(30)));
    assert_eq!(one("days", json!(731)), wrong("above_max"));
    assert_eq!(one("days", json!(-1)), wrong("below_min"));
    assert_eq!(one("days", json!("1.5")), wrong("not_whole"));
    assert_eq!(one("share", json!("0.13")), Ok(json!("0.13")));
    assert_eq!(one("share", json!(13)), wrong("above_max"));
}

#[test]
fn money_never_goes_without_its_currency() {
    let price = json!({ "amount": "12.50", "currency": "cny" });
    assert_eq!(one("price", price), Ok(json!({ "amount": "12.5", "currency": "CNY" })));
    assert_eq!(one("price", json!("12.5 CNY")), Ok(json!({ "amount": "12.5", "currency": "CNY" })));
    assert_eq!(one("price", json!({ "amount": "12.5" })), wrong("currency_missing"));
    assert_eq!(one("price", json!("12.5")), wrong("currency_missing"));
    assert_eq!(
        one("price", json!({ "amount": "1", "currency": "RMB" })),
        wrong("unknown_currency")
    );
    assert_eq!(one("price", json!({ "amount": "-1", "currency": "CNY" })), wrong("below_min"));
    assert_eq!(
        one("price", json!({ "amount": "0.1234567", "currency": "CNY" })),
        wrong("too_many_digits")
    );
    assert_eq!(one("price", json!({ "amount": "", "currency": "" })), Ok(Value::Null));
    assert_eq!(
        one("price", json!({ "amount": 1, "currency": "CNY", "tax": 1 })),
        wrong("wrong_type")
    );
}

#[test]
fn words_are_what_their_fields_know() {
    for (id, given, expected) in [
        ("name", " Lamp ", Ok(json!("Lamp"))),
        ("name", "a\nb", wrong("control_characters")),
        ("story", "a\r\nb\u{7}", Ok(json!("a\nb"))),
        ("since", "2026-02-28", Ok(json!("2026-02-28"))),
        ("since", "2026-02-29", wrong("not_day")),
        ("since", "0026-02-28", wrong("not_day")),
        ("incoterm", "fob", Ok(json!("fob"))),
        ("incoterm", "FOB", wrong("unknown_choice")),
        ("market", "de", Ok(json!("DE"))),
        ("market", "Germany", wrong("unknown_market")),
        ("origin", "c", wrong("unknown_country")),
        ("currency", "usd", Ok(json!("USD"))),
        ("language", "zh-CN", Ok(json!("zh-CN"))),
        ("language", "Chinese", wrong("unknown_language")),
        ("owner", "Ada", Ok(json!("ada"))),
        ("page", "https://example.com/a?b=1", Ok(json!("https://example.com/a?b=1"))),
        ("page", "javascript:alert(1)", wrong("not_url")),
        ("page", "https://", wrong("not_url")),
        ("active", "true", Ok(json!(true))),
        ("active", "yes", wrong("wrong_type")),
    ] {
        assert_eq!(one(id, json!(given)), expected, "{id} {given}");
    }
    assert_eq!(one("name", json!("x".repeat(501))), wrong("too_long"));
    assert_eq!(one("name", json!("   ")), Ok(Value::Null), "blank is no value");
    assert_eq!(one("materials", json!(["wood", "steel", "wood"])), Ok(json!(["wood", "steel"])));
    assert_eq!(one("materials", json!(["wood", "glass"])), wrong("unknown_choice"));
    assert_eq!(one("materials", json!([])), Ok(Value::Null));
}

#[test]
fn problems_of_lines_say_which_line() {
    let given = json!({ "code": "A", "tiers": [
        { "sku": "LAMP", "units": 10 },
        { "units": null },
        { "units": 0, "price": { "amount": "1" } },
    ]});
    let expected = [
        ("tiers[2].sku", "required"),
        ("tiers[2].units", "below_min"),
        ("tiers[2].price", "currency_missing"),
    ];
    let expected = expected.map(|(path, code)| (path.to_owned(), code.to_owned()));
    assert_eq!(told(given), Err(expected.to_vec()));
    let good =
        json!({ "code": "A", "tiers": [{ "sku": "LAMP", "units": "10", "share": "0.050" }] });
    let tiers = json!([{ "sku": "LAMP", "units": 10, "share": "0.05" }]);
    assert_eq!(told(good).unwrap()["tiers"], tiers);
}

#[test]
fn what_a_kind_does_not_have_is_refused_and_not_dropped() {
    let given = json!({ "code": "A", "wieght": "1", "tiers": [{ "sku": "L", "unit": 1 }] });
    let problems = told(given).unwrap_err();
    let expected = [("wieght", "unknown_field"), ("tiers[0].unit", "unknown_field")];
    assert_eq!(problems, expected.map(|(path, code)| (path.to_owned(), code.to_owned())));
    assert_eq!(told(json!({})).unwrap_err()[0].1, "required");
    assert_eq!(told(json!({ "code": "A;B" })).unwrap_err()[0].1, "bad_key");
}

#[test]
fn the_lower_end_must_not_be_above_the_upper_one() {
    let days = json!({ "code": "A", "since": "2026-03-02", "until": "2026-03-01" });
    assert_eq!(told(days).unwrap_err(), [("until".to_owned(), "order".to_owned())]);
    assert!(told(json!({ "code": "A", "since": "2026-03-01", "until": "2026-03-01" })).is_ok());
    let prices = |low: &str, high: &str| json!({ "code": "A", "price": low, "ceiling": high });
    assert_eq!(told(prices("10 CNY", "9 CNY")).unwrap_err()[0].1, "order");
    assert!(told(prices("9 CNY", "10 CNY")).is_ok());
    assert_eq!(told(prices("9 CNY", "10 USD")).unwrap_err()[0].1, "other_currency");
}

#[test]
fn people_do_not_set_what_argosy_sets_nor_change_a_key() {
    let (kinds, kind) = (kinds(&[EVERY]), every());
    let before = body(json!({ "code": "A", "score": "4.5" }));
    let codes = |given: Value, before: Option<&Body>, by: By| {
        let given_by = Given { before, by };
        check_given(&kind, &kinds, &body(given), &known(), given_by)
            .map_err(|problems| problems[0].code.clone())
    };
    let new = json!({ "code": "A", "score": "5" });
    assert_eq!(codes(new.clone(), None, By::Person), Err("read_only".to_owned()));
    assert_eq!(codes(new.clone(), Some(&before), By::Person), Err("read_only".to_owned()));
    assert_eq!(codes(new, Some(&before), By::Argosy).unwrap()["score"], "5");
    // Sent back as it was, in another spelling, or not at all: it stays.
    for given in [json!({ "code": "A", "score": "4.50" }), json!({ "code": "A" })] {
        assert_eq!(codes(given, Some(&before), By::Person).unwrap()["score"], "4.5");
    }
    let renamed = json!({ "code": "B", "score": "4.5" });
    assert_eq!(codes(renamed, Some(&before), By::Person), Err("key_changed".to_owned()));
}

#[test]
fn what_is_stored_stays_right_when_what_it_names_is_gone() {
    let (kinds, kind) = (kinds(&[EVERY]), every());
    let before = body(json!({ "code": "A", "owner": "left-the-company" }));
    let mut now = before.clone();
    now.insert("name".to_owned(), json!("Lamp"));
    // Nobody is known here.
    let known = Known::default();
    let given = Given { before: Some(&before), by: By::Person };
    assert!(check_given(&kind, &kinds, &now, &known, given).is_ok());
    assert!(check_given(&kind, &kinds, &now, &known, Given::default()).is_err());
}

#[test]
fn what_was_checked_once_stays_the_same() {
    let given = json!({
        "code": " A ", "weight": "1.50", "price": "3.10 cny", "market": "de", "owner": "Ada",
        "materials": ["steel"], "tiers": [{ "sku": "L", "units": "3" }, {}], "active": "false",
    });
    let first = told(given).unwrap();
    assert_eq!(told(Value::Object(first.clone())), Ok(first));
}
