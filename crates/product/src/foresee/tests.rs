//! A small company from its facts to orders.

use std::collections::BTreeMap;

use argosy_chapter::{
    board::{Board, BoardKind, Cell, Holds, Row},
    face::{ChapterError, Order},
};
use serde_json::{Value, json};

use super::face;
use crate::{
    testing::world::{World, day},
    warn,
};

/// Sells two a day for a good year, except thirty days without stock; 90 left. A second lamp is six
/// weeks old. Twenty euros a unit, of which a quarter are fees.
fn facts() -> String {
    let mut facts = String::new();
    for (days, last) in [(330, "2026-04-30"), (61, "2026-07-31"), (61, "2026-09-30")] {
        facts += &format!("{days} x orders: seller_sku=LAMP units=2 order_id=a day={last}\n");
    }
    facts += "40 x orders: seller_sku=SHADE units=5 order_id=b day=2026-09-30\n";
    facts += "90 x ledger: seller_sku=LAMP units=2 amount=40 day=2026-09-30\n";
    facts += "90 x ledger: seller_sku=LAMP line=referral_fee amount=-10 day=2026-09-30\n";
    facts += "30 x ledger: seller_sku=SHADE units=5 amount=60 day=2026-09-30\n";
    // Nothing could be bought in May.
    facts += "stock: seller_sku=LAMP units=300 day=2025-09-01\n";
    facts += "31 x stock: seller_sku=LAMP units=0 day=2026-05-31\n";
    facts += "stock: seller_sku=LAMP units=400 day=2026-06-01\n";
    facts += "stock: seller_sku=LAMP units=90 day=2026-09-30\n";
    facts += "stock: seller_sku=SHADE units=20 day=2026-09-30\n";
    facts
}

async fn world() -> World {
    let products = [("LAMP", "Lamp", "light"), ("SHADE", "Shade", "light")];
    let mut world = World::new(&facts(), &products, "2026-09-30").await;
    world.cost("SHADE", "4 EUR");
    world.save("supplier", json!({ "code": "S1", "name": "Sun Works", "country": "CN" })).await;
    world
        .save(
            "item",
            json!({ "sku": "LAMP", "name": "Lamp", "category": "light", "carton_units": 10,
                "carton_kg": "8", "carton_length_cm": "50", "carton_width_cm": "40",
                "carton_height_cm": "30",
                "materials": [{ "material": "aluminium", "cost_share": "0.4" }] }),
        )
        .await;
    world
        .save(
            "supplier_price",
            json!({ "supplier": "S1", "sku": "LAMP", "since": "2026-01-01", "currency": "CNY",
                "moq": 50, "lead_days": 25,
                "tiers": [{ "from_units": 1, "price": "40" }, { "from_units": 2000, "price": "36" }] }),
        )
        .await;
    world
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

async fn board(world: &World, id: &str) -> Board {
    let ground = world.ground();
    let board = match id {
        "warnings" => warn::board(&ground, id, &BTreeMap::new()).await,
        _ => face::board(&ground, id, &BTreeMap::new()).await,
    };
    let board = board.unwrap_or_else(|wrong| panic!("{wrong:?}"));
    // Every cell is a column of the board as it is described, and fits its unit.
    let kinds = argosy_chapter::board::Boards::load(&world.files, &world.kinds).unwrap();
    let kind: &BoardKind = kinds.get(id).unwrap();
    for cell in board.rows.iter().flat_map(|row| row.cells.keys()) {
        assert!(kind.columns.iter().any(|column| column.id == *cell), "{id}: {cell}");
    }
    for tile in board.tiles.keys() {
        assert!(kind.tiles.iter().any(|one| one.id == *tile), "{id}: {tile}");
    }
    argosy_chapter::board::batch(kind, &board, ground.currency).unwrap();
    board
}

fn number(row: &Row, column: &str) -> f64 {
    match &row.cells[column] {
        Cell::Number(value) => f64::try_from(*value).unwrap(),
        Cell::Money(money) => f64::try_from(money.amount).unwrap(),
        Cell::Integer(value) => f64::from(i32::try_from(*value).unwrap()),
        other => panic!("{column}: {other:?}"),
    }
}

async fn act(world: &World, order: Order) -> argosy_chapter::face::Done {
    let done = face::act(&world.ground(), &order).await;
    done.unwrap_or_else(|wrong| panic!("{wrong:?}"))
}

#[tokio::test]
async fn a_forecast_leaves_out_days_without_stock_and_keeps_what_people_said_beside() {
    let world = world().await;
    assert!(board(&world, "forecast").await.rows.is_empty());
    act(&world, order("forecast", "forecast", &[], json!({}))).await;
    let found = board(&world, "forecast").await;
    let lamp = found.rows.iter().find(|row| row.id == "LAMP · DE").unwrap();
    assert!((number(lamp, "in30") - 60.0).abs() < 4.0, "{lamp:?}");
    // The weeks of May, the first and the last in part.
    assert_eq!(lamp.cells["masked"], Cell::Integer(5), "{lamp:?}");
    assert!(number(lamp, "wape") < 0.1, "{lamp:?}");
    let detail = face::detail(&world.ground(), "forecast", "LAMP · DE", &BTreeMap::new()).await;
    let detail = detail.unwrap().unwrap();
    let pictures =
        detail.sections.iter().filter(|section| matches!(section.holds, Holds::Picture(_)));
    assert_eq!(pictures.count(), 1);

    let change = json!({ "sku": "LAMP", "market": "DE", "from": "2026-10-05",
        "until": "2026-11-01", "factor": "1.5", "reason": "a second listing" });
    world.save("forecast_override", change).await;
    act(&world, order("forecast", "forecast", &[], json!({}))).await;
    let found = board(&world, "forecast").await;
    let lamp = found.rows.iter().find(|row| row.id == "LAMP · DE").unwrap();
    assert!(number(lamp, "people") > 0.1 && number(lamp, "in30") > 75.0, "{lamp:?}");
    let people = board(&world, "forecast_people").await;
    assert_eq!(people.tiles["waiting"], Cell::Integer(4));
    assert_eq!(people.rows[0].cells["verdict"], Cell::Text("cannot_tell".into()));
}

#[tokio::test]
async fn a_proposal_becomes_a_purchase_order_and_counts_as_coming_from_then_on() {
    let world = world().await;
    act(&world, order("replenishment", "replenish", &[], json!({}))).await;
    let found = board(&world, "replenishment").await;
    let lamp = found.rows.iter().find(|row| row.id == "LAMP · DE").unwrap();
    // 90 last 45 days, less than goods by sea need: a full price, two ways at most, whole cartons.
    let units = number(lamp, "units");
    assert!(units >= 100.0 && units % 10.0 < 1e-9, "{lamp:?}");
    assert!(number(lamp, "cover_days") > 40.0 && number(lamp, "cost") > 0.0);
    let shade = found.rows.iter().find(|row| row.id == "SHADE · DE").unwrap();
    let notes = &shade.notes["cost"];
    assert!(notes.en.contains("No supplier price"), "{notes:?}");
    let ground = world.ground();
    let detail = face::detail(&ground, "replenishment", "LAMP · DE", &BTreeMap::new()).await;
    assert!(detail.unwrap().unwrap().sections.len() >= 5);

    let refused =
        face::act(&ground, &order("replenishment", "order", &["SHADE · DE"], json!({}))).await;
    assert!(matches!(refused, Err(ChapterError::Told(text)) if text.en.contains("SHADE")));
    let done = act(&world, order("replenishment", "order", &["LAMP · DE"], json!({}))).await;
    assert_eq!(done.records.len(), 1);
    let saved = world.desk.record("purchase_order", &done.records[0].1).await.unwrap().unwrap();
    assert_eq!(saved.state.as_deref(), Some("draft"));
    let line = &saved.body["lines"][0];
    assert_eq!((&line["market"], &saved.body["currency"]), (&json!("DE"), &json!("CNY")));
    let price = if units >= 2000.0 { "36" } else { "40" };
    assert_eq!(line["price"], json!(price), "{line}");
    assert_eq!(line["due"], json!("2026-10-25"));
    // What is ordered is on its way: nothing like it is proposed again.
    act(&world, order("replenishment", "replenish", &[], json!({}))).await;
    let again = board(&world, "replenishment").await;
    let lamp = again.rows.iter().find(|row| row.id == "LAMP · DE").unwrap();
    assert!((number(lamp, "in_production") - units).abs() < 1e-9);
    assert!(number(lamp, "units") < units / 2.0, "{lamp:?}");
}

#[tokio::test]
async fn cash_that_is_short_is_told_with_its_price_and_more_demand_can_be_supposed() {
    let world = world().await;
    act(&world, order("replenishment", "replenish", &[], json!({}))).await;
    let free = board(&world, "replenishment").await;
    let limit = json!({ "name": "October", "kind": "cash",
        "amount": { "amount": "300", "currency": "EUR" } });
    world.save("limit", limit).await;
    act(&world, order("replenishment", "replenish", &[], json!({}))).await;
    let short = board(&world, "replenishment").await;
    let cost = |board: &Board| match &board.tiles["cost"] {
        Cell::Money(money) => money.amount,
        other => panic!("{other:?}"),
    };
    assert!(cost(&free) > 300.into() && cost(&short) <= 300.into(), "{}", cost(&short));
    let told: Vec<&str> = short.remarks.iter().map(|remark| remark.says.en.as_str()).collect();
    assert!(told.iter().any(|text| text.contains("one more EUR would gain")), "{told:?}");
    let params = BTreeMap::from([
        ("demand".to_owned(), json!("0.5")),
        ("cash".to_owned(), json!({ "amount": "90000", "currency": "EUR" })),
    ]);
    let ground = world.ground();
    let more = face::board(&ground, "replenishment", &params).await.unwrap();
    assert!(cost(&more) > cost(&free), "{} {}", cost(&more), cost(&free));
    assert!(more.remarks[0].says.en.contains("demand 50"), "{:?}", more.remarks);
    let stock = board(&world, "stock_outlook").await;
    assert_eq!(stock.rows.len(), 2);
}

#[tokio::test]
async fn warnings_tell_drifting_suppliers_dearer_metal_and_single_sources() {
    let world = world().await;
    for (at, days) in [20, 21, 19, 22, 20, 21, 33, 36, 38].into_iter().enumerate() {
        let sent = day("2025-09-01") + chrono::Days::new(at as u64 * 30);
        let ready = sent + chrono::Days::new(days);
        let due = sent + chrono::Days::new(22);
        let body = json!({ "supplier": "S1", "ordered_on": sent, "currency": "CNY",
            "sent_on": sent, "ready_on": ready, "shipped_on": ready, "due": due,
            "lines": [{ "sku": "LAMP", "units": 50, "price": "40", "market": "DE" }] });
        let write = argosy_desk::RecordWrite {
            kind: "purchase_order".into(),
            id: format!("PO-{at}"),
            state: Some("closed".into()),
            body: body.as_object().unwrap().clone(),
            refs: Vec::new(),
            version: None,
        };
        let clock = world.desk.records_clock().await.unwrap();
        world.desk.save_records(&[write], clock, "mei").await.unwrap();
    }
    let points: Vec<Value> = [100, 101, 99, 128]
        .iter()
        .enumerate()
        .map(|(at, value)| json!({ "day": format!("2026-0{}-15", 6 + at), "value": value.to_string() }))
        .collect();
    let series = json!({ "code": "alu", "name": "Aluminium", "kind": "commodity",
        "material": "aluminium", "share": "0.1", "points": points, "from_where": "test" });
    world.save("price_series", series).await;
    act(&world, order("replenishment", "replenish", &[], json!({}))).await;
    let found = board(&world, "warnings").await;
    let kinds: Vec<&str> = found
        .rows
        .iter()
        .map(|row| match &row.cells["kind"] {
            Cell::Text(kind) => kind.as_str(),
            other => panic!("{other:?}"),
        })
        .collect();
    for kind in ["lead_time", "otif", "commodity", "single_source"] {
        assert!(kinds.contains(&kind), "{kind} of {kinds:?}");
    }
    let drift = found.rows.iter().find(|row| row.id.starts_with("lead_time")).unwrap();
    assert_eq!(drift.cells["since"], Cell::Day(day("2026-02-28")));
    assert!(number(drift, "now") > 35.0 && number(drift, "before") < 21.0);
    // 60 lamps a month of 4.5 EUR goods, 40 % of it metal, 28 % dearer: 30 EUR.
    let metal = found.rows.iter().find(|row| row.id.starts_with("commodity")).unwrap();
    assert!((number(metal, "stake") - 33.6).abs() < 5.0, "{metal:?}");
    for row in &found.rows {
        let detail = warn::detail(&world.ground(), "warnings", &row.id, &BTreeMap::new()).await;
        assert!(detail.unwrap().is_some(), "{}", row.id);
    }
}

#[tokio::test]
async fn an_overseas_case_takes_its_volume_from_the_forecast() {
    let world = world().await;
    act(&world, order("forecast", "forecast", &[], json!({}))).await;
    let euro = |amount: &str| json!({ "amount": amount, "currency": "EUR" });
    let case = json!({ "name": "Lamp", "sku": "LAMP", "market": "DE", "parcel": euro("11.20"),
        "direct_days": 14, "head_haul": euro("1.80"), "handling": euro("1.50"),
        "delivery": euro("4.20"), "storage_month": euro("0.30"), "days_stored": 45,
        "goods": euro("9.00"), "days_at_sea": 40, "fixed_month": euro("90"), "house_days": 3 });
    world.save("overseas_case", case).await;
    let found = board(&world, "overseas").await;
    let row = &found.rows[0];
    assert!((number(row, "orders") - 60.0).abs() < 4.0, "{row:?}");
    assert!((number(row, "break_even") - 31.0).abs() < 1e-9, "{row:?}");
    assert_eq!(row.cells["verdict"], Cell::Text("pays".into()));
    assert!(
        face::detail(&world.ground(), "overseas", &row.id, &BTreeMap::new())
            .await
            .unwrap()
            .is_some()
    );
}

#[tokio::test]
async fn a_change_needs_a_number_and_a_limit_its_amount() {
    let world = world().await;
    let draft = |kind: &str, body: Value| argosy_chapter::face::Draft {
        kind: kind.into(),
        id: "X".into(),
        state: None,
        body: body.as_object().unwrap().clone(),
        before: None,
        who: "mei".into(),
    };
    let drafts = [
        draft("forecast_override", json!({ "sku": "LAMP" })),
        draft("forecast_override", json!({ "sku": "LAMP", "units_week": "5" })),
        draft("limit", json!({ "kind": "room", "quantity": "30" })),
        draft("limit", json!({ "kind": "cash" })),
    ];
    let problems = face::check(&world.ground(), &drafts).await.unwrap();
    let told: Vec<(&str, &str)> =
        problems.iter().map(|p| (p.path.as_str(), p.code.as_str())).collect();
    let needs = [
        ("factor", "required"),
        ("market", "required"),
        ("mode", "required"),
        ("amount", "required"),
    ];
    assert_eq!(told, needs);
}
