//! Documents as the Selling Partner API and the ads API give them.

use super::*;
use crate::decode::{
    Opened, open,
    testing::{TestFile, gzip},
};

fn columns(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn read_with(bytes: &[u8], path: &str, names: &[&str], limits: &Limits) -> String {
    let file = TestFile::new(bytes);
    let source = match open(&file.0, "f.json", limits) {
        Ok(Opened::Json(source)) => source,
        Ok(Opened::Tables(_)) => return "table".to_owned(),
        Err(problem) => return problem.to_string(),
    };
    let mut records = source.records(path, &columns(names)).unwrap();
    let mut out = String::new();
    while let Some(next) = records.next() {
        out += &match next {
            Ok(record) => format!("{}: {}\n", record.line, record.texts().join("|")),
            Err(problem) => format!("{problem}\n"),
        };
    }
    out
}

fn read(text: &str, path: &str, names: &[&str]) -> String {
    read_with(text.as_bytes(), path, names, &Limits::default())
}

const TRAFFIC: &str = r#"{"reportSpecification":{"reportType":"GET_X","marketplaceIds":["ATVPDKIKX0DER"]},
"byDate":[{"date":"2026-06-01"}],
"byAsin":[{"asin":"B1","sales":{"amount":120.10,"currency":"USD"},"n":3},
 {"asin":"B2","sales":{"amount":12345678901234567890.123456},"n":null}]}"#;

#[test]
fn records_are_taken_from_their_path_with_exact_numbers() {
    let names = [
        "asin",
        "sales.amount",
        "n",
        "$.reportSpecification.marketplaceIds[0]",
        "../byDate[0].date",
    ];
    assert_eq!(
        read(TRAFFIC, "byAsin", &names),
        "1: B1|120.10|3|ATVPDKIKX0DER|2026-06-01\n\
         2: B2|12345678901234567890.123456||ATVPDKIKX0DER|2026-06-01\n"
    );
}

#[test]
fn recognition_asks_for_values_and_arrays() {
    let file = TestFile::new(TRAFFIC.as_bytes());
    let Ok(Opened::Json(source)) = open(&file.0, "f", &Limits::default()) else { panic!() };
    assert_eq!(source.value("reportSpecification.reportType").as_deref(), Some("GET_X"));
    assert_eq!(source.value("byAsin[1].asin").as_deref(), Some("B2"));
    assert_eq!(source.value("nothing.here"), None);
    assert!(source.has_records("byAsin") && !source.has_records("byWeek"));
}

#[test]
fn arrays_inside_arrays_know_what_is_around_them() {
    let text = r#"{"store":"S","orders":[{"id":1,"items":[{"sku":"a"},{"sku":"b"}]},{"id":2},{"id":3,"items":[{"sku":"c"}]}]}"#;
    let names = ["sku", "../id", "../../store", "$.store"];
    assert_eq!(read(text, "orders.items", &names), "1: a|1|S|S\n2: b|1|S|S\n3: c|3|S|S\n");
    assert_eq!(read(text, "orders[].items", &["sku"]), "1: a\n2: b\n3: c\n");
}

#[test]
fn the_document_itself_may_be_the_array() {
    assert_eq!(read(r#"[{"a":"x\u4e2d"},{"a":true,"b.c":1}]"#, "", &["a"]), "1: x中\n2: true\n");
    assert_eq!(read(r#"{"a":1}"#, "$", &["a"]), "1: 1\n");
    assert_eq!(
        read(r#"[{"ids":[1,2]},{"ids":[]}]"#, "", &["ids[1]", "ids"]),
        "1: 2|[1,2]\n2: |[]\n"
    );
}

#[test]
fn lines_are_records_and_a_broken_one_costs_itself() {
    let text = "{\"a\":1}\n\n{\"a\":\n{\"a\":3}\n";
    assert_eq!(
        read(text, "", &["a"]),
        "1: 1\nline 3: found `an end in the middle`, expected a whole JSON document; download the \
         report again; the records before this place were read\n2: 3\n"
    );
    let packed = gzip(text.as_bytes());
    assert!(read_with(&packed, "", &["a"], &Limits::default()).starts_with("1: 1\nline 3"));
}

#[test]
fn a_torn_document_gives_the_records_before_the_tear() {
    let torn = &TRAFFIC[..TRAFFIC.len() - 20];
    let seen = read(torn, "byAsin", &["asin"]);
    assert!(seen.starts_with("1: B1\nline 4: found `an end in the middle`"), "{seen}");
    let behind = read("{\"a\":[{\"x\":1}]} trailing", "a", &["x"]);
    assert!(behind.starts_with("1: 1\nline 1: found `an unexpected `t``"), "{behind}");
}

#[test]
fn depth_and_size_have_caps() {
    let deep = format!("{{\"a\":{}1{}}}", "[".repeat(80), "]".repeat(80));
    assert!(read(&deep, "b", &["x"]).contains("nested too deep"));
    let limits = Limits { json_bytes: 100, ..Limits::default() };
    let large = format!("{{\"a\":\"{}\"}}", "x".repeat(200));
    assert!(read_with(large.as_bytes(), "a", &["x"], &limits).contains("export a shorter period"));
}

const ORDERS: &str = r#"{"orders":[
 {"id":7,"ids":[{"k":"CART","v":"c1"},{"k":"PO","v":"p1"}],
  "lines":[{"sku":"A","parts":[{"t":"Price","a":5,"parts":[]},{"t":"Fee","parts":[{"t":"Base","a":-1},{"t":"Tax","a":-2}]}]}]},
 {"id":8,"lines":[]}]}"#;

#[test]
fn an_element_is_chosen_by_what_it_says() {
    assert_eq!(
        read(ORDERS, "orders", &["id", "ids[k=PO].v", "missing|id"]),
        "1: 7|p1|7\n2: 8||8\n"
    );
}

#[test]
fn the_leaves_of_a_tree_are_records_with_the_way_to_them() {
    let names = ["^t", "a", "../sku", "../../id"];
    assert_eq!(
        read(ORDERS, "orders.lines.**parts", &names),
        "1: Price|5|A|7\n2: Fee/Base|-1|A|7\n3: Fee/Tax|-2|A|7\n"
    );
}

#[test]
fn one_object_and_a_list_of_them_are_the_same_report() {
    let one = r#"{"order":{"id":9,"lines":[{"sku":"B"}]}}"#;
    assert_eq!(read(one, "orders|order.lines", &["sku", "../id"]), "1: B|9\n");
    assert_eq!(read(ORDERS, "orders|order.lines", &["sku", "../id"]), "1: A|7\n");
}

#[test]
fn records_below_another_array_are_recognised() {
    let file = TestFile::new(ORDERS.as_bytes());
    let Ok(Opened::Json(source)) = open(&file.0, "f", &Limits::default()) else { panic!() };
    for path in ["orders.lines", "orders|order.lines.**parts", "orders"] {
        assert!(source.has_records(path), "{path}");
    }
    // Another element may have what the first one lacks.
    assert!(source.has_records("orders.refunds"));
    assert!(!source.has_records("order"));
    assert!(!source.has_records("order.lines"));
    assert_eq!(source.value("order.id|orders[0].id").as_deref(), Some("7"));
    let empty = TestFile::new(br#"{"orders":[]}"#);
    let Ok(Opened::Json(source)) = open(&empty.0, "f", &Limits::default()) else { panic!() };
    assert!(source.has_records("orders.lines"));
}

#[test]
fn an_object_between_two_arrays_hides_nothing() {
    let text = r#"{"list":{"order":[{"id":5,"lines":{"line":[{"n":1},{"n":2}]}}]}}"#;
    assert_eq!(read(text, "list.order.lines.line", &["n", "../id"]), "1: 1|5\n2: 2|5\n");
}
