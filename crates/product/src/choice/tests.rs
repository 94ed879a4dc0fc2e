//! Boards and actions of this part on a small seller.

use std::collections::BTreeMap;

use argosy_chapter::{
    board::{Board, Cell, Detail, Holds, Picture, Row},
    face::{ChapterError, Draft, Order},
    kind::Body,
};
use argosy_kernel::Origin;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::{Params, act, board, check, detail};
use crate::testing::world::World;

/// A lamp that sells two a day at 30 EUR net, with fees, ads, stock, visits and some returns.
const LAMP: &str = "
90 x ledger: line=product_sales seller_sku=LAMP units=2 amount=60
90 x ledger: line=referral_fee seller_sku=LAMP amount=-9
90 x ledger: line=fulfilment_fee seller_sku=LAMP amount=-8
90 x ads: level=product seller_sku=LAMP cost=6 clicks=10 impressions=900
90 x traffic: level=listing seller_sku=LAMP sessions=40 page_views=50
stock: seller_sku=LAMP units=120 state=sellable
listings: seller_sku=LAMP status=active price=35.70
9 x reviews: kind=return id=r seller_sku=LAMP reason=defective units=1 disposition=defective
ledger: line=product_refunds seller_sku=LAMP amount=-270 units=-9
2 x reviews: kind=review id=v seller_sku=LAMP rating=1 text=It_broke_after_a_week
reviews: kind=review id=w seller_sku=LAMP rating=5 text=Lovely
";

async fn lamp() -> World {
    let mut world = World::new(LAMP, &[("LAMP", "Desk lamp", "lamps")], "2026-06-30").await;
    world.cost("LAMP", "6 EUR");
    world
}

fn params(value: Value) -> Params {
    value.as_object().unwrap().clone().into_iter().collect()
}

async fn shown(world: &World, id: &str, asked: Value) -> Board {
    board(&world.ground(), id, &params(asked)).await.unwrap_or_else(|wrong| panic!("{wrong:?}"))
}

async fn opened(world: &World, id: &str, row: &str) -> Detail {
    detail(&world.ground(), id, row, &Params::new()).await.unwrap().unwrap()
}

fn order(of: &str, action: &str, rows: &[&str], form: Value) -> Order {
    Order {
        of: of.into(),
        action: action.into(),
        rows: rows.iter().map(|row| (*row).to_owned()).collect(),
        form: form.as_object().unwrap().clone(),
        params: BTreeMap::new(),
        who: "mei".into(),
    }
}

fn text(row: &Row, column: &str) -> String {
    match row.cells.get(column) {
        Some(Cell::Text(text)) => text.clone(),
        Some(Cell::Words(text)) => text.en.clone(),
        Some(Cell::Money(money)) => money.to_string(),
        Some(Cell::Number(number)) => number.to_string(),
        Some(Cell::Integer(number)) => number.to_string(),
        Some(Cell::Flag(flag)) => flag.to_string(),
        Some(Cell::Day(day)) => day.to_string(),
        _ => String::new(),
    }
}

fn row<'a>(board: &'a Board, id: &str) -> &'a Row {
    let found = board.rows.iter().find(|row| row.id == id);
    found.unwrap_or_else(|| panic!("{id} is not among {:#?}", board.rows))
}

/// What the lamp costs: 40 yuan in China (5 EUR), 0.80 EUR head-haul, 3.7 % duty.
async fn case(world: &World, more: Value) -> String {
    let mut body = json!({
        "sku": "LAMP", "market": "DE", "price": { "amount": "35.70", "currency": "EUR" },
        "purchase": { "amount": "40", "currency": "CNY" },
        "freight_per_unit": { "amount": "0.80", "currency": "EUR" },
        "duty_rate": "0.037", "origin": "CN", "hs_code": "9405.21",
        "fees": [{ "name": "referral", "share": "0.15", "kept": "0.2" }],
        "fulfilment": [{ "name": "FBA", "amount": { "amount": "4.20", "currency": "EUR" } }],
        "ads_share": "0.1", "return_share": "0.05", "unsellable_share": "0.4",
        "return_handling": { "amount": "2", "currency": "EUR" },
        "units_per_month": "300", "first_order": "1000", "landed_units": "200",
        "one_off": { "amount": "2000", "currency": "EUR" },
    });
    let fields = body.as_object_mut().unwrap();
    for (id, value) in more.as_object().unwrap() {
        fields.insert(id.clone(), value.clone());
    }
    world.save("landed_case", body).await
}

#[tokio::test]
async fn a_product_without_a_case_tells_what_is_missing_and_nothing_else() {
    let world = lamp().await;
    let board = shown(&world, "landed", json!({})).await;
    let lamp = row(&board, "LAMP · DE");
    assert_eq!(text(lamp, "state"), "no_case");
    let missing = text(lamp, "missing");
    assert!(missing.contains("purchase price") && missing.contains("duty rate"), "{missing}");
    // Price, fees, ads and returns are known from the facts: they are not missing.
    assert!(!missing.contains("fees") && !missing.contains("return rate"), "{missing}");
    assert!(!lamp.cells.contains_key("margin") && lamp.notes.contains_key("margin"));
    let done = act(
        &world.ground(),
        &order("landed", "begin", &["LAMP · DE"], json!({ "duty_rate": "0.037" })),
    )
    .await
    .unwrap();
    assert_eq!(done.records[0].0, "landed_case");
}

#[tokio::test]
async fn a_landed_case_is_worked_out_to_the_cent_with_its_working() {
    let world = lamp().await;
    let id = case(&world, json!({})).await;
    let board = shown(&world, "landed", json!({})).await;
    let lamp = row(&board, "LAMP · DE");
    // 30 − 5 − 0.80 − 0.2146 − 5.355 − 4.20 − 3 − 1.205362 (see landed/sheet_tests.rs).
    assert_eq!(text(lamp, "contribution"), "10.23 EUR");
    assert_eq!((text(lamp, "landed_cost"), text(lamp, "case")), ("6.01 EUR".into(), id));
    assert_eq!(text(lamp, "month"), "3067.51 EUR");
    assert_eq!(text(lamp, "payback_months"), "1.65");
    let detail = opened(&world, "landed", "LAMP · DE").await;
    let waterfall = detail.sections.iter().find_map(|one| match &one.holds {
        Holds::Picture(Picture::Waterfall { steps, .. }) => Some(steps),
        _ => None,
    });
    assert!(waterfall.unwrap().len() > 6);
}

#[tokio::test]
async fn what_a_case_leaves_open_is_taken_from_the_facts_and_said() {
    let world = lamp().await;
    case(
        &world,
        json!({ "price": null, "fees": null, "ads_share": null, "units_per_month": null }),
    )
    .await;
    let board = shown(&world, "landed", json!({})).await;
    let lamp = row(&board, "LAMP · DE");
    assert_eq!(text(lamp, "price"), "35.70 EUR");
    let told = &lamp.notes["contribution"];
    assert!(told.en.contains("own facts") && told.zh_cn.contains("近 90 天"), "{told:?}");
    // 60 sold in 30 days.
    assert!(told.en.contains("60 units a month"), "{told:?}");
}

#[tokio::test]
async fn a_shock_tells_the_loss_the_price_and_when_it_is_felt_and_can_be_kept() {
    let world = lamp().await;
    case(&world, json!({})).await;
    let asked = json!({ "change": "duty", "share": "0.1", "hs": "9405" });
    let board = shown(&world, "shock", asked.clone()).await;
    let lamp = row(&board, "LAMP · DE");
    // A tenth of 5.80, of which 5 % × 60 % comes back with returns: 0.5626, 300 a month.
    assert_eq!(
        (text(lamp, "per_unit"), text(lamp, "month")),
        ("0.56 EUR".into(), "168.78 EUR".into())
    );
    assert_eq!(text(lamp, "felt_in"), "20");
    let mut keep = order("shock", "save", &[], json!({ "name": "Ten points" }));
    keep.params = params(asked);
    let kept = act(&world.ground(), &keep).await.unwrap().records.remove(0).1;
    let vat = json!({ "scenarios": [kept], "change": "vat", "share": "0.21" });
    let both = shown(&world, "shock", vat).await;
    let more: Decimal = match &row(&both, "LAMP · DE").cells["per_unit"] {
        Cell::Money(money) => money.amount,
        other => panic!("{other:?}"),
    };
    assert!(more > Decimal::new(9, 1), "{more}");
    let nothing = shown(&world, "shock", json!({ "change": "duty" })).await;
    assert!(nothing.rows.is_empty() && nothing.remarks[0].says.zh_cn.contains("变动幅度"));
}

#[tokio::test]
async fn candidates_are_ranked_by_what_facts_and_people_know_and_decisions_are_kept() {
    let world = lamp().await;
    let values = json!([
        { "measure": "search_volume", "value": "120000", "source": "tool", "confidence": "estimated" },
        { "measure": "difference", "value": "3", "source": "Mei", "confidence": "judged" },
    ]);
    let good = world
        .save(
            "candidate",
            json!({ "name": "Clip lamp", "market": "DE", "category": "lamps", "values": values }),
        )
        .await;
    let bad = json!([{ "gate": "rights", "passes": false, "source": "patent DE 10" }]);
    let out =
        world.save("candidate", json!({ "name": "Copy", "market": "DE", "gates": bad })).await;
    let board = shown(&world, "selection", json!({})).await;
    let first = row(&board, &good);
    assert_eq!((text(first, "place"), text(first, "passes")), ("1".into(), "true".into()));
    assert!(first.notes["supply_advantage"].zh_cn.contains("没有数据"));
    assert!(row(&board, &out).notes["score"].en.contains("patent DE 10"));
    // The margin of our own lamps in Germany stands in for a landed case.
    let seen = opened(&world, "selection", &good).await;
    let told = format!("{seen:?}");
    assert!(told.contains("own return rate of the category"), "{told}");
    let refused = act(
        &world.ground(),
        &order("selection", "decide", &[&out], json!({ "choice": "take", "reason": "x" })),
    )
    .await;
    assert!(matches!(refused, Err(ChapterError::Told(_))), "{refused:?}");
    let form = json!({ "choice": "take", "reason": "first", "sku": "LAMP", "units_per_month": "50",
        "contribution_per_unit": { "amount": "10", "currency": "EUR" }, "from": "2026-05-01" });
    act(&world.ground(), &order("selection", "decide", &[&good], form)).await.unwrap();
    let kept = world.desk.record("candidate", &good).await.unwrap().unwrap();
    assert_eq!(kept.state.as_deref(), Some("taken"));
    let board = shown(&world, "decisions", json!({})).await;
    let decision = &board.rows[0];
    // 61 days are 2.00 months: 100.2 units at 10 EUR expected; 122 came.
    assert_eq!(text(decision, "expected"), "1002.05 EUR");
    assert!(text(decision, "by_units").starts_with("217"), "{decision:#?}");
}

#[tokio::test]
async fn weights_that_contradict_one_another_are_refused_where_they_are_typed() {
    let world = lamp().await;
    let draft = |kind: &str, body: Value| Draft {
        kind: kind.into(),
        id: "W-001".into(),
        state: None,
        body: body.as_object().unwrap().clone(),
        before: None,
        who: "mei".into(),
    };
    let found = check(&world.ground(), &[draft("weights", json!({ "name": "x", "by": "hand" }))])
        .await
        .unwrap();
    assert_eq!((found[0].code.as_str(), found[0].path.as_str()), ("weights_wrong", "shares"));
    let document = json!({ "kind": "toy_report", "issuer": "TÜV", "number": "1", "from": "2026-05-01",
        "until": "2026-01-01", "markets": "DE, XX" });
    let found = check(&world.ground(), &[draft("document", document)]).await.unwrap();
    let codes: Vec<&str> = found.iter().map(|one| one.code.as_str()).collect();
    assert_eq!(codes, ["document_expired_before_it_began", "unknown_market"]);
    let pair = json!({ "sku": "LAMP", "market": "DE" });
    case(&world, json!({})).await;
    let found = check(&world.ground(), &[draft("landed_case", pair)]).await.unwrap();
    assert!(found.iter().any(|one| one.code == "twice"), "{found:?}");
}

#[tokio::test]
async fn a_hs_code_that_does_not_exist_is_refused_with_the_nearest_ones() {
    let mut world = lamp().await;
    let csv = "HTS Number,Indent,Description,Unit of Quantity,General Rate of Duty,Special Rate of Duty,Column 2 Rate of Duty\n\
        9405.21.60,0,Lamps,No.,3.7%,,40%\n9405.42.84,0,Luminaires,No.,3.9%,,35%\n";
    world.files.add("tariff/us.csv", csv, Origin::Company);
    let of = |code: &str| {
        let body: Body = json!({ "sku": "LAMP", "hs_code": code }).as_object().unwrap().clone();
        vec![Draft {
            kind: "item".into(),
            id: "LAMP".into(),
            state: None,
            body,
            before: None,
            who: "mei".into(),
        }]
    };
    assert!(check(&world.ground(), &of("9405.21")).await.unwrap().is_empty());
    let found = check(&world.ground(), &of("9405.99")).await.unwrap();
    assert_eq!(found[0].code, "hs_unknown");
    assert!(
        found[0].says.en.contains("9405.21.60") && found[0].says.zh_cn.contains("最接近"),
        "{found:?}"
    );
    assert_eq!(check(&world.ground(), &of("77.01.00")).await.unwrap()[0].code, "hs_unknown");
    assert_eq!(check(&world.ground(), &of("94")).await.unwrap()[0].code, "hs_too_short");
    // The tariff gives the duty of a case for the United States.
    let us = json!({ "market": "US", "duty_rate": null, "hs_code": "9405.21.60",
        "price": { "amount": "40", "currency": "USD" }, "origin": "VN" });
    case(&world, us).await;
    let board = shown(&world, "landed", json!({ "market": "US" })).await;
    let lamp = row(&board, "LAMP · US");
    // 40 CNY are 10 USD; 3.7 % of the goods alone (FOB).
    assert_eq!(text(lamp, "duty"), "-0.37 USD");
}

#[tokio::test]
async fn the_gate_tells_missing_documents_and_the_money_behind_them_and_questions_are_answered() {
    let world = lamp().await;
    let board = shown(&world, "compliance", json!({})).await;
    let lamp = row(&board, "LAMP · DE");
    assert_eq!(text(lamp, "state"), "warn");
    // 30 days: 60 × 2 … contribution after ads of the last 30 days stands behind it.
    assert!(lamp.cells.contains_key("at_risk"), "{lamp:#?}");
    let open = shown(&world, "questions", json!({})).await;
    let before = open.rows.len();
    let electrical = "LAMP · electrical";
    assert!(open.rows.iter().any(|row| row.id == electrical));
    let rows: Vec<&str> = open.rows.iter().map(|row| row.id.as_str()).collect();
    act(&world.ground(), &order("questions", "answer", &rows, json!({ "answer": "no" })))
        .await
        .unwrap();
    act(
        &world.ground(),
        &order("questions", "answer", &["LAMP · toy"], json!({ "answer": "yes" })),
    )
    .await
    .unwrap();
    let after = shown(&world, "questions", json!({})).await;
    assert!(after.rows.len() < before, "{before} {}", after.rows.len());
    let toy = shown(&world, "compliance", json!({})).await;
    assert!(text(row(&toy, "LAMP · DE"), "missing").parse::<i64>().unwrap() > 0);
    let detail = opened(&world, "compliance", "LAMP · DE").await;
    assert!(detail.sections.len() == 4);
    assert!(matches!(&toy.pictures[0], Picture::Grid { rows, .. } if rows.len() == 1));
}

#[tokio::test]
async fn a_rule_that_people_confirm_blocks_and_its_document_opens_the_gate_again() {
    let world = lamp().await;
    act(
        &world.ground(),
        &order("questions", "answer", &["LAMP · consumer"], json!({ "answer": "yes" })),
    )
    .await
    .unwrap();
    let known = super::known::known(&world.files).unwrap();
    let rule = known.regimes.regimes.iter().find(|one| {
        !one.is_checked()
            && one.without == crate::comply::regime::Without::Blocked
            && one.all.iter().chain(&one.any).any(|id| id == "consumer")
            && (one.markets.contains("EU")
                || one.markets.contains("DE")
                || one.markets.contains("ALL"))
    });
    let Some(rule) = rule else { return };
    let form = json!({ "rule": rule.id, "source": "EUR-Lex" });
    act(&world.ground(), &order("compliance", "confirm", &[], form)).await.unwrap();
    let board = shown(&world, "compliance", json!({})).await;
    assert_eq!(text(row(&board, "LAMP · DE"), "state"), "blocked", "{}", rule.id);
}

#[tokio::test]
async fn documents_are_reminded_with_the_money_behind_them() {
    let world = lamp().await;
    let document = json!({ "kind": "safety_report", "issuer": "TÜV", "number": "Z-17", "from": "2025-01-01",
        "until": "2026-07-20", "skus": [{ "sku": "LAMP" }], "markets": "DE", "languages": "de" });
    world.save("document", document).await;
    let board = shown(&world, "documents_due", json!({})).await;
    let due = &board.rows[0];
    assert_eq!((text(due, "stage"), text(due, "days_left")), ("30".into(), "20".into()));
    assert!(!text(due, "at_risk").is_empty(), "{due:#?}");
}

#[tokio::test]
async fn a_pack_becomes_complete_as_its_texts_are_marked_ready() {
    let world = lamp().await;
    let before = shown(&world, "localisation", json!({})).await;
    assert_eq!(text(row(&before, "LAMP · DE"), "state"), "nothing");
    let form = json!({ "parts": ["title", "bullets", "description", "label", "manual", "warnings", "units"] });
    act(&world.ground(), &order("localisation", "ready", &["LAMP · DE"], form)).await.unwrap();
    let after = shown(&world, "localisation", json!({})).await;
    let lamp = row(&after, "LAMP · DE");
    assert_eq!(
        (text(lamp, "state"), text(lamp, "share")),
        ("complete".into(), "1".into()),
        "{lamp:#?}"
    );
}

#[tokio::test]
async fn setting_a_role_writes_the_thresholds_of_its_rules() {
    let world = lamp().await;
    let board = shown(&world, "matrix", json!({})).await;
    let lamp = row(&board, "LAMP");
    assert_eq!(text(lamp, "days_on_sale"), "90");
    assert!(lamp.notes.contains_key("role"));
    let form = json!({ "role": "profit_item", "reason": "earns" });
    act(&world.ground(), &order("matrix", "set", &["LAMP"], form)).await.unwrap();
    let held = world.desk.thresholds().await.unwrap();
    assert!(held.iter().any(|one| one.rule == "money.margin_fell" && one.name == "min_points"));
    let form = json!({ "role": "clear_out", "reason": "old" });
    act(&world.ground(), &order("matrix", "set", &["LAMP"], form)).await.unwrap();
    let held = world.desk.thresholds().await.unwrap();
    assert!(held.iter().all(|one| one.rule != "money.margin_fell"), "{held:?}");
    let board = shown(&world, "matrix", json!({})).await;
    assert_eq!(text(row(&board, "LAMP"), "role"), "clear_out");
    let history = world.desk.record_history("role", "LAMP").await.unwrap();
    assert_eq!(history.len(), 2);
}

#[tokio::test]
async fn a_complaint_is_taken_up_done_and_its_effect_declared() {
    let world = lamp().await;
    let board = shown(&world, "improvements", json!({})).await;
    let faulty = row(&board, "LAMP · faulty");
    assert_eq!((text(faulty, "returns"), text(faulty, "reviews")), ("9".into(), "2".into()));
    // 9 × 0.5 returns, each 30 EUR refunded and nothing fit to sell again, a third of that a month: 45;
    // and stars: (7 − 2 × 0.5) ÷ 2 − 7 ÷ 3 = 0.67.
    assert_eq!(text(faulty, "stars"), "0.67");
    let gain: Decimal = text(faulty, "gain").split(' ').next().unwrap().parse().unwrap();
    assert!(gain > Decimal::from(45), "{gain}");
    let rows = ["LAMP · faulty"];
    let done =
        act(&world.ground(), &order("improvements", "take_up", &rows, json!({ "title": "Hinge" })))
            .await
            .unwrap();
    let id = done.records[0].1.clone();
    let twice = act(&world.ground(), &order("improvements", "take_up", &rows, json!({}))).await;
    assert!(matches!(twice, Err(ChapterError::Told(_))));
    act(&world.ground(), &order("improvement", "finish", &[&id], json!({ "day": "2026-06-20" })))
        .await
        .unwrap();
    let record = world.desk.record("improvement", &id).await.unwrap().unwrap();
    assert_eq!(record.state.as_deref(), Some("done"));
    assert_eq!(world.desk.effects(None, None, 10).await.unwrap().len(), 2);
    let board = shown(&world, "improvements", json!({})).await;
    let faulty = row(&board, "LAMP · faulty");
    assert!(text(faulty, "verdict").contains("known on"), "{faulty:#?}");
}

#[tokio::test]
async fn without_facts_and_records_every_board_is_empty_and_says_so() {
    let world = World::new("", &[], "2026-06-30").await;
    for id in super::BOARDS {
        let board = shown(&world, id, json!({})).await;
        assert!(board.rows.is_empty(), "{id}");
    }
}

#[tokio::test]
async fn every_cell_has_its_column_and_every_choice_its_word() {
    let world = lamp().await;
    case(&world, json!({})).await;
    let kinds = &world.kinds;
    let boards = crate::testing::right(argosy_chapter::board::Boards::load(&world.files, kinds));
    for id in super::BOARDS {
        let kind = boards.get(id).unwrap_or_else(|| panic!("{id} has no file"));
        let asked = json!({ "change": "fulfilment", "share": "0.1", "market": "DE" });
        let board = shown(&world, id, asked).await;
        for row in &board.rows {
            for (column, cell) in &row.cells {
                let of = kind.columns.iter().find(|one| one.id == *column);
                let of = of.unwrap_or_else(|| panic!("{id} has no column {column}"));
                if let (false, Cell::Text(word)) = (of.choices.is_empty(), cell) {
                    assert!(of.choices.iter().any(|one| one.id == *word), "{id} {column} {word}");
                }
            }
            for column in row.notes.keys() {
                assert!(kind.columns.iter().any(|one| one.id == *column), "{id} note {column}");
            }
        }
        for tile in board.tiles.keys() {
            assert!(kind.tiles.iter().any(|one| one.id == *tile), "{id} has no tile {tile}");
        }
    }
}

#[test]
fn choices_in_records_and_boards_are_those_of_the_knowledge_files() {
    let root = std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../knowledge");
    let read = |path: &str| std::fs::read_to_string(root.join(path)).unwrap();
    let files = crate::testing::knowledge(&["compliance", "improve.toml", "selection.toml"]);
    let known = crate::testing::right(crate::comply::Regimes::load(&files));
    let topics = crate::testing::right(crate::improve::Topics::load(&files));
    let criteria = crate::testing::criteria();
    let has = |text: &str, id: &str, of: &str| {
        assert!(text.contains(&format!("{{ id = \"{id}\",")), "{of} lacks {id}");
    };
    let (candidate, document) =
        (read("records/product/candidate.toml"), read("records/product/document.toml"));
    known.attributes.iter().for_each(|one| has(&candidate, &one.id, "candidate"));
    known.kinds.keys().for_each(|id| has(&document, id, "document"));
    let measures = criteria.criteria.iter().flat_map(|one| &one.measures);
    measures.for_each(|one| has(&candidate, &one.id, "candidate"));
    let (taken, board) =
        (read("records/product/improvement.toml"), read("boards/product/improvements.toml"));
    for topic in &topics.topics {
        has(&taken, &topic.id, "improvement");
        has(&board, &topic.id, "improvements");
    }
}
