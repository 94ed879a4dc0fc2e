use std::collections::BTreeMap;

use argosy_chapter::{
    board::{self, Board, Boards, Row},
    kind::Kinds,
    menu::{Menus, Shows},
};
use argosy_facts::arrow::{array::AsArray as _, datatypes};
use argosy_kernel::{Currency, Diagnostic, Files, Money, Origin, Text};
use argosy_metrics::export::Cell as Written;
use serde_json::json;

use crate::support::MAKER;

const BOARD: &str = r#"
schema = 1
id = "stock"
version = "2026-11-23"
chapter = "trial"
title = { en = "Stock", zh-CN = "库存" }
says = { en = "What lies where.", zh-CN = "各处库存。" }
empty = { en = "Nothing yet.", zh-CN = "暂无数据。" }
source = "test"
row = ["sku"]
order = { column = "value", descending = true }
opens = { kind = "maker", column = "maker" }
[[param]]
id = "markets"
type = "choices"
name = { en = "Markets", zh-CN = "站点" }
choices = [{ id = "DE", en = "Germany", zh-CN = "德国" }, { id = "US", en = "US", zh-CN = "美国" }]
[[param]]
id = "since"
type = "day"
name = { en = "Since", zh-CN = "起始日" }
default = "today"
[[param]]
id = "cash"
type = "money"
name = { en = "Cash", zh-CN = "资金" }
[[tile]]
id = "total"
name = { en = "Total", zh-CN = "合计" }
unit = "money"
[[column]]
id = "sku"
name = { en = "SKU", zh-CN = "SKU" }
unit = "text"
[[column]]
id = "maker"
name = { en = "Maker", zh-CN = "供应商" }
unit = "text"
shown = false
[[column]]
id = "state"
name = { en = "State", zh-CN = "状态" }
unit = "choice"
choices = [{ id = "low", en = "Low", zh-CN = "偏低" }]
[[column]]
id = "why"
name = { en = "Why", zh-CN = "原因" }
unit = "words"
[[column]]
id = "units"
name = { en = "Units", zh-CN = "数量" }
unit = "number"
[[column]]
id = "value"
name = { en = "Value", zh-CN = "金额" }
unit = "money"
[[column]]
id = "out_on"
name = { en = "Out on", zh-CN = "断货日" }
unit = "day"
[[column]]
id = "radio"
name = { en = "Radio", zh-CN = "无线" }
unit = "flag"
[[column]]
id = "trend"
name = { en = "Trend", zh-CN = "走势" }
unit = "spark"
"#;

const MENU: &str = r#"
schema = 1
id = "trial"
version = "2026-11-23"
title = { en = "Trial", zh-CN = "试用" }
[[section]]
title = { en = "Stock", zh-CN = "库存" }
pages = ["board:stock", "records:maker"]
"#;

fn load(board: &str) -> Result<(Kinds, Boards, Menus), Vec<Diagnostic>> {
    let mut files = Files::default();
    files.add("records/trial/maker.toml", MAKER, Origin::BuiltIn);
    files.add("boards/trial/stock.toml", board, Origin::BuiltIn);
    files.add("chapters/trial.toml", MENU, Origin::BuiltIn);
    let kinds = Kinds::load(&files)?;
    let boards = Boards::load(&files, &kinds)?;
    let menus = Menus::load(&files, &kinds, &boards)?;
    Ok((kinds, boards, menus))
}

fn rows(second: &str) -> Board {
    let money = |text: &str| text.parse::<Money>().unwrap();
    let words = Text { en: "Sells fast".into(), zh_cn: "热销".into() };
    let first = Row::new("L1")
        .with("sku", "L1")
        .with("state", "low")
        .with("why", words)
        .with("units", rust_decimal::Decimal::new(125, 1))
        .with("value", money("1234.505 CNY"))
        .with("out_on", "2026-12-24".parse::<argosy_kernel::Day>().unwrap())
        .with("radio", true)
        .with("trend", vec![Some(1.0), None]);
    let second = Row::new("L2").with("sku", "L2").with("value", money(second));
    Board { rows: vec![first, second], ..Board::default() }
}

fn complaint(from: &str, to: &str) -> (usize, usize, String) {
    let wrong = load(&BOARD.replacen(from, to, 1)).unwrap_err();
    assert_eq!(wrong.len(), 1, "{wrong:?}");
    (wrong[0].line, wrong[0].column, format!("{}; {}", wrong[0].message, wrong[0].hint))
}

#[test]
fn what_is_wrong_in_a_board_is_told_where_it_stands() {
    let told = complaint("row = [\"sku\"]", "row = [\"skus\"]");
    assert_eq!(told, (10, 8, "unknown column `skus`; did you mean `sku`?".to_owned()));
    let told = complaint("unit = \"flag\"", "unit = \"flags\"");
    assert_eq!((told.0, told.1), (64, 8), "{}", told.2);
    let told = complaint("kind = \"maker\"", "kind = \"make\"");
    assert_eq!(told.2, "unknown kind `make`; did you mean `maker`?");
    let told = complaint("id = \"radio\"", "id = \"row\"");
    assert!(told.2.contains("every board has"), "{}", told.2);
    let told = complaint("zh-CN = \"走势\"", "zh-CN = \" \"");
    assert!(told.2.contains("write both en and zh-CN"), "{}", told.2);
    let told = complaint("shown = false", "show = false");
    assert!(told.2.contains("unknown field `show`"), "{}", told.2);
}

#[test]
fn a_menu_names_its_pages_as_boards_and_kinds_call_themselves() {
    let (_, _, menus) = load(BOARD).unwrap();
    let pages = &menus.get("trial").unwrap().sections[0].pages;
    let told: Vec<_> = pages.iter().map(|page| (page.page, page.title.zh_cn.as_str())).collect();
    assert_eq!(told, [(Shows::Board, "库存"), (Shows::Records, "供应商")]);
    assert_eq!(json!(pages[1])["page"], "records");
}

#[test]
fn what_an_address_asks_is_checked_and_defaults_are_filled_in() {
    let (_, boards, _) = load(BOARD).unwrap();
    let stock = boards.get("stock").unwrap();
    let ask = |given: &[(&str, &str)]| {
        let given: BTreeMap<String, String> =
            given.iter().map(|(id, text)| ((*id).to_owned(), (*text).to_owned())).collect();
        board::params(stock, &given, "2026-11-23".parse().unwrap())
    };
    let asked = ask(&[("markets", "DE,US"), ("cash", "1000 CNY")]).unwrap();
    assert_eq!(asked["markets"], json!(["DE", "US"]));
    assert_eq!(asked["since"], "2026-11-23");
    assert_eq!(asked["cash"], json!({ "amount": "1000", "currency": "CNY" }));
    let wrong = ask(&[("markets", "FR"), ("colour", "red")]).unwrap_err();
    let codes: Vec<_> = wrong.iter().map(|one| (one.kind.as_str(), one.code.as_str())).collect();
    assert_eq!(codes, [("stock", "unknown_field"), ("stock", "unknown_choice")]);
}

#[test]
fn a_board_becomes_a_table_in_the_readers_language_with_currencies_told() {
    let (_, boards, _) = load(BOARD).unwrap();
    let stock = boards.get("stock").unwrap();
    let sheet = board::sheet(stock, &rows("2 CNY"), "zh-CN");
    let header = ["SKU", "供应商", "状态", "原因", "数量", "金额 (CNY)", "断货日", "无线"];
    assert_eq!(sheet.header, header);
    assert_eq!(sheet.rows[0][2], Written::Text("偏低".to_owned()));
    assert_eq!(sheet.rows[0][3], Written::Text("热销".to_owned()));
    assert_eq!(sheet.rows[0][5], Written::Number("1234.51".parse().unwrap()));
    let mixed = board::sheet(stock, &rows("2 USD"), "en");
    assert_eq!(mixed.header[5..7], ["Value", "Value currency"]);
    assert_eq!(mixed.rows[1][6], Written::Text("USD".to_owned()));
}

#[test]
fn rules_see_the_same_columns_with_and_without_rows_and_money_exactly() {
    let (_, boards, _) = load(BOARD).unwrap();
    let stock = boards.get("stock").unwrap();
    let batch = board::batch(stock, &rows("2 USD"), Currency::CNY).unwrap();
    assert_eq!(batch.schema(), board::empty_batch(stock).schema());
    let column = |name: &str| batch.column_by_name(name).unwrap().clone();
    let amounts = column("value").as_primitive::<datatypes::Decimal128Type>().clone();
    assert_eq!(amounts.value(0), 1_234_505_000);
    assert_eq!(column("value_currency").as_string::<i32>().value(1), "USD");
    assert_eq!(column("row").as_string::<i32>().value(0), "L1");
    assert_eq!(column("why").as_string::<i32>().value(0), "Sells fast");
    let days = column("out_on").as_primitive::<datatypes::Date32Type>().clone();
    assert_eq!(days.value_as_date(0).unwrap().to_string(), "2026-12-24");
    assert!(column("units").is_null(1) && batch.column_by_name("trend").is_none());
}
