use std::io::Write as _;

use argosy_metrics::export::Formulas;
use proptest::{collection::vec, option, prelude::*};
use serde_json::{Value, json};

use super::*;
use crate::{
    check::{self, Known},
    face::ChapterError,
    kind::Kinds,
    testing::{EVERY, body, every, kinds},
};

fn record(body: Body) -> Record {
    Record {
        kind: "every".to_owned(),
        id: body["code"].as_str().unwrap().to_owned(),
        version: 1,
        state: None,
        body,
        changed_us: 0,
        changed_by: "1".to_owned(),
    }
}

fn file(bytes: &[u8]) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    file
}

fn table(bytes: &[u8]) -> Result<Table, ChapterError> {
    read(&every(), file(bytes).path(), "records.xlsx")
}

fn csv(text: &str) -> Table {
    table(text.as_bytes()).unwrap()
}

/// The records of a table, as they would be stored.
fn bodies(table: &Table) -> Vec<Body> {
    let (kinds, kind) = (kinds(&[EVERY]), every());
    let read = records(&kind, table).unwrap();
    assert_eq!(read.problems, []);
    assert_eq!(read.ignored, Vec::<String>::new());
    read.records.iter().map(|one| checked(&kind, &kinds, &one.body)).collect()
}

fn checked(kind: &Kind, kinds: &Kinds, body: &Body) -> Body {
    check::check_given(kind, kinds, body, &Known::anything("2026-11-23".parse().unwrap()), {
        check::Given { before: None, by: check::By::Argosy }
    })
    .unwrap_or_else(|problems| panic!("{body:?}: {problems:?}"))
}

fn problems(table: &Table) -> Vec<(u64, String, String)> {
    let read = records(&every(), table).unwrap();
    read.problems.into_iter().map(|one| (one.row.unwrap(), one.path, one.code)).collect()
}

fn word() -> impl Strategy<Value = String> {
    // What people write: letters, Chinese, signs that spreadsheets take for formulas, quotes. An
    // apostrophe before such a sign is what CSV puts there itself.
    "[A-Za-z0-9木灯=+@,;\"' _.-]{0,12}".prop_map(|text| text.trim_matches([' ', '\'']).to_owned())
}

fn key() -> impl Strategy<Value = String> {
    "[A-Z0-9木][A-Za-z0-9木._/-]{0,8}"
}

fn decimal() -> impl Strategy<Value = String> {
    (-999_999_i64..999_999_999, 0_u32..6)
        .prop_map(|(digits, scale)| Decimal::new(digits, scale).normalize().to_string())
}

fn money() -> impl Strategy<Value = Value> {
    (0_i64..999_999_999, 0_u32..6, prop::sample::select(vec!["CNY", "USD", "JPY"])).prop_map(
        |(digits, scale, currency)| {
            json!({ "amount": Decimal::new(digits, scale).normalize().to_string(), "currency": currency })
        },
    )
}

fn line() -> impl Strategy<Value = Value> {
    (key(), option::of(1_i64..9_999), option::of(money()), option::of(0_i64..100)).prop_map(
        |(sku, units, price, share)| {
            let share = share.map(|share| Decimal::new(share, 2).normalize().to_string());
            json!({ "sku": sku, "units": units, "price": price, "share": share })
        },
    )
}

prop_compose! {
    fn plain()(
        name in word(), story in vec(word(), 0..3), weight in option::of(decimal()),
        days in option::of(0_i64..731), share in option::of(0_i64..10_000),
        price in option::of(money()), since in option::of(0_u64..80_000),
        active in option::of(any::<bool>()), incoterm in option::of(prop::sample::select(vec!["fob", "cif"])),
        materials in prop::sample::subsequence(vec!["wood", "steel"], 0..=2),
    ) -> Value {
        let start: argosy_kernel::Day = "1950-01-01".parse().unwrap();
        json!({
            "name": name, "story": story.join("\n"), "weight": weight, "days": days,
            "share": share.map(|share| Decimal::new(share, 4).normalize().to_string()),
            "price": price, "since": since.map(|days| (start + chrono::Days::new(days)).to_string()),
            "active": active, "incoterm": incoterm, "materials": materials,
        })
    }
}

prop_compose! {
    fn given()(
        plain in plain(), parent in option::of(key()), friends in vec(key(), 0..3),
        sku in option::of(key()), store in option::of("[a-z-]{1,8}"),
        owner in option::of("[a-z]{1,8}"), score in option::of(decimal()),
        tiers in vec(line(), 0..4), boxes in vec((key(), decimal()), 0..4),
    ) -> Value {
        let mut plain = plain;
        let boxes: Vec<Value> =
            boxes.into_iter().map(|(name, kilos)| json!({ "name": name, "kilos": kilos })).collect();
        let more = json!({
            "parent": parent, "friends": friends, "sku": sku, "store": store, "market": "DE",
            "origin": "CN", "currency": "EUR", "language": "zh-CN", "owner": owner,
            "page": "https://example.com/?q=1,2;3", "score": score, "tiers": tiers, "boxes": boxes,
        });
        plain.as_object_mut().unwrap().extend(body(more));
        plain
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(128) })]

    #[test]
    fn what_is_exported_is_read_back_as_it_was(given in vec(given(), 1..6), chinese: bool, as_csv: bool) {
        let (kinds, kind) = (kinds(&[EVERY]), every());
        let stored: Vec<Body> = given
            .into_iter()
            .enumerate()
            .map(|(at, given)| {
                let mut given = body(given);
                given.insert("code".to_owned(), json!(format!("R{at}")));
                checked(&kind, &kinds, &given)
            })
            .collect();
        let records: Vec<Record> = stored.iter().cloned().map(record).collect();
        let sheet = export(&kind, &records, if chinese { "zh-CN" } else { "en" });
        let bytes = if as_csv { sheet.csv(Formulas::Defused) } else { sheet.xlsx().unwrap() };
        prop_assert_eq!(bodies(&table(&bytes).unwrap()), stored);
    }
}

#[test]
fn headers_are_read_in_both_languages_by_alias_and_by_id() {
    for header in
        ["Code,Weight (kg)", "编码,重量（kg）", "供应商编码, weight", "code*,重量", "CODE,WEIGHT"]
    {
        let table = csv(&format!("{header}\nA,1.5\n"));
        assert_eq!(bodies(&table)[0]["weight"], "1.5", "{header}");
    }
}

#[test]
fn numbers_are_read_by_the_habit_of_their_column_or_refused() {
    let german = csv("Code;Weight (kg)\nA;1.234,5\nB;1.234\n");
    let weights: Vec<Value> = bodies(&german).iter().map(|one| one["weight"].clone()).collect();
    assert_eq!(weights, ["1234.5", "1234"]);
    let english = csv("Code,Weight (kg)\nA,\"1,234.5\"\nB,\"1,234\"\n");
    assert_eq!(bodies(&english)[1]["weight"], "1234");
    let unclear = csv("Code,Weight (kg),Lead time\nA,\"1,234\",3\nB,about 5,3%\n");
    let expected =
        [(2, "weight", "ambiguous_number"), (3, "weight", "not_number"), (3, "days", "not_number")];
    let expected = expected.map(|(row, path, code)| (row, path.to_owned(), code.to_owned()));
    assert_eq!(problems(&unclear), expected);
}

#[test]
fn percents_are_fractions_however_they_are_written() {
    for cell in ["13%", "13 ％", "0.13", "\"13,0 %\""] {
        assert_eq!(bodies(&csv(&format!("Code,Share\nA,{cell}\n")))[0]["share"], "0.13", "{cell}");
    }
}

#[test]
fn money_takes_its_currency_from_beside_it_or_from_its_own_cell() {
    let read = |price: &str, currency: &str| {
        bodies(&csv(&format!("Code,Price,Price currency\nA,{price},{currency}\n")))[0]["price"]
            .clone()
    };
    let expected = json!({ "amount": "12.5", "currency": "EUR" });
    for (price, currency) in [("12.50", "eur"), ("12.5 EUR", ""), ("EUR 12.5", ""), ("€12.5", "")]
    {
        assert_eq!(read(price, currency), expected, "{price} {currency}");
    }
    let (kinds, kind) = (kinds(&[EVERY]), every());
    let read = records(&kind, &csv("Code,Price\nA,¥12.5\n")).unwrap();
    let known = Known::anything("2026-11-23".parse().unwrap());
    let wrong = check::check(&kind, &kinds, &read.records[0].body, &known).unwrap_err();
    assert_eq!(wrong[0].code, "currency_missing", "yuan and yen have the same sign");
}

#[test]
fn rows_of_one_record_may_repeat_it_or_leave_it_blank() {
    let text = "Code,Name,Tiers: SKU,Tiers: From units\n\
                A,Lamp,L1,1\nA,,L2,10\n,,L3,20\nB,Shade,L1,5\nA,Lamp,L4,30\n";
    let found = bodies(&csv(text));
    let skus = |body: &Body| {
        let lines = body["tiers"].as_array().unwrap();
        lines.iter().map(|line| line["sku"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(skus(&found[0]), ["L1", "L2", "L3", "L4"]);
    assert_eq!((skus(&found[1]), found.len()), (vec!["L1".to_owned()], 2));
    let other = csv("Code,Name,Tiers: SKU\nA,Lamp,L1\nA,Lantern,L2\n");
    assert_eq!(problems(&other), [(3, "name".to_owned(), "differs".to_owned())]);
}

#[test]
fn a_problem_of_a_line_is_told_in_the_row_of_the_line() {
    let text = "Code,Tiers: SKU,Tiers: From units,Boxes: Box\nA,L1,1,K1\nA,,,K2\nA,L2,many,\n";
    assert_eq!(problems(&csv(text)), [(4, "tiers[1].units".to_owned(), "not_number".to_owned())]);
    let read = records(&every(), &csv(text)).unwrap();
    assert_eq!(read.records[0].row_of("tiers[1].units"), 4);
    assert_eq!(read.records[0].row_of("boxes[1].name"), 3);
    assert_eq!(read.records[0].row_of("name"), 2);
}

#[test]
fn a_table_without_the_key_or_of_something_else_is_refused() {
    let read = table(b"Code,Name\nA,Lamp\n").unwrap();
    assert!(records(&every(), &read).is_ok());
    let without = csv("Name,Lead time\nLamp,3\n");
    assert!(
        matches!(records(&every(), &without), Err(ChapterError::Told(says)) if says.en.contains("Code"))
    );
    let other = table(b"amazon-order-id,purchase-date\n1,2\n");
    assert!(
        matches!(&other, Err(ChapterError::Told(says)) if says.zh_cn.contains("模板")),
        "{other:?}"
    );
    assert!(matches!(table(b"\x00\x01\x02"), Err(ChapterError::Told(_))));
}

#[test]
fn a_header_that_means_nothing_is_told_and_what_stands_above_the_table_is_not_read() {
    let text = "Our suppliers,,\n,,\nCode,Name,Colour of the door\nA,Lamp,red\n";
    let read = records(&every(), &csv(text)).unwrap();
    assert_eq!(read.ignored, ["Colour of the door"]);
    assert_eq!(read.records[0].body["name"], "Lamp");
}

#[test]
fn the_file_with_errors_says_them_beside_each_row_and_can_be_sent_again() {
    let first = csv("Code,Lead time\nA,3\nB,soon\n");
    let read = records(&every(), &first).unwrap();
    let sheet = errors(&first, &read.problems, "zh-CN");
    assert_eq!(sheet.header, ["Code", "Lead time", "问题"]);
    assert_eq!(sheet.rows[0][2], Written::Empty);
    assert!(matches!(&sheet.rows[1][2], Written::Text(says) if says.contains("soon")));
    let again = table(&sheet.xlsx().unwrap()).unwrap();
    let read = records(&every(), &again).unwrap();
    assert!(read.ignored.is_empty() && read.problems.len() == 1);
    assert_eq!(errors(&again, &read.problems, "en").header, ["Code", "Lead time", "What is wrong"]);
}

#[test]
fn the_template_is_read_as_an_empty_table_of_its_kind() {
    for language in ["en", "zh-CN"] {
        let bytes = template_xlsx(&every(), language).unwrap();
        let table = table(&bytes).unwrap();
        assert_eq!(table.header, template(&every(), language).header);
        let read = records(&every(), &table).unwrap();
        assert!(read.records.is_empty() && read.ignored.is_empty());
        assert_eq!(read.fields.len(), every().fields.len());
    }
}
