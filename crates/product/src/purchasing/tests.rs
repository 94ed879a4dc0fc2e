//! The whole way of goods, from a request for quotation to the cost in the books, on a real desk.

use std::collections::BTreeMap;

use argosy_chapter::{
    board::{Board, Cell},
    book::{Book, New},
    face::{ChapterError, Done, Order},
    kind::Body,
};
use argosy_desk::{FreightLine, PurchaseKind, PurchaseLine};
use argosy_kernel::{Currency, Money};
use argosy_metrics::{Costing, Freight, Purchase, Split};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::{chapter::Product, testing::world::World};

/// A company with two suppliers, an own warehouse in Shenzhen and FBA in Germany.
async fn company() -> World {
    let world =
        World::new("", &[("LAMP", "Reading lamp", ""), ("STAND", "Stand", "")], "2026-06-30").await;
    let item = |sku: &str, kg: &str| {
        json!({
            "sku": sku, "name": sku, "kind": "product", "hs_code": "9405.21", "origin": "CN",
            "pack_weight_kg": kg, "carton_units": 20, "carton_kg": "10", "carton_length_cm": "50",
            "carton_width_cm": "40", "carton_height_cm": "40",
        })
    };
    let supplier = |code: &str| {
        json!({ "code": code, "name": format!("{code} works"), "deposit_share": "0.3",
                "balance_when": "before_shipment" })
    };
    for (kind, body) in [
        ("place", json!({ "code": "SZ", "name": "Shenzhen", "kind": "own", "country": "CN" })),
        (
            "place",
            json!({
                "code": "FBA-DE", "name": "FBA", "kind": "fba", "country": "DE", "store": "de",
            }),
        ),
        ("supplier", supplier("S1")),
        ("supplier", supplier("S2")),
        ("item", item("LAMP", "0.45")),
        ("item", item("STAND", "0.90")),
    ] {
        save(&world, kind, body).await.unwrap();
    }
    world
}

async fn save(world: &World, kind: &str, body: Value) -> Result<String, ChapterError> {
    let ground = world.ground();
    let chapters = Product::alone();
    let body: Body = body.as_object().unwrap().clone();
    let saved = Book::new(&ground, &chapters).save(vec![New::of(kind, body)], "mei").await?;
    Ok(saved[0].id.clone())
}

/// Changes fields of a record.
async fn change(world: &World, kind: &str, id: &str, fields: Value) -> Result<(), ChapterError> {
    let ground = world.ground();
    let chapters = Product::alone();
    let mut new = New::change(&ground.record(kind, id).await?);
    new.body.extend(fields.as_object().unwrap().clone());
    Book::new(&ground, &chapters).save(vec![new], "mei").await.map(|_| ())
}

async fn shift(world: &World, kind: &str, id: &str, steps: &[&str]) -> Result<(), ChapterError> {
    let ground = world.ground();
    let chapters = Product::alone();
    for step in steps {
        Book::new(&ground, &chapters).shift(kind, id, step, None, "mei").await?;
    }
    Ok(())
}

async fn act(
    world: &World,
    (of, action): (&str, &str),
    rows: &[&str],
    form: Value,
) -> Result<Done, ChapterError> {
    let order = Order {
        of: of.into(),
        action: action.into(),
        rows: rows.iter().map(|row| (*row).to_owned()).collect(),
        form: form.as_object().unwrap().clone(),
        params: BTreeMap::new(),
        who: "mei".into(),
    };
    Product::alone()[0].act(&world.ground(), &order).await
}

async fn board(world: &World, id: &str) -> Board {
    Product::alone()[0].board(&world.ground(), id, &BTreeMap::new()).await.unwrap()
}

/// Codes and texts of what is wrong.
fn wrong(result: Result<impl std::fmt::Debug, ChapterError>) -> Vec<(String, String)> {
    match result {
        Err(ChapterError::Records(problems)) => {
            problems.into_iter().map(|problem| (problem.code, problem.says.en)).collect()
        }
        Err(ChapterError::Told(says)) => vec![("told".into(), says.en)],
        other => panic!("refused: {other:?}"),
    }
}

fn order_of(units: i64) -> Value {
    json!({
        "supplier": "S1", "ordered_on": "2026-03-02", "currency": "CNY", "deposit_share": "0.3",
        "due": "2026-04-20", "lines": [{ "sku": "LAMP", "units": units, "price": "28.50" }],
    })
}

/// An order that is with the supplier.
async fn sent_order(world: &World, units: i64) -> String {
    let id = save(world, "purchase_order", order_of(units)).await.unwrap();
    shift(world, "purchase_order", &id, &["approve", "send"]).await.unwrap();
    id
}

/// The desk's documents as figures are worked out from them.
async fn costing(world: &World) -> Costing {
    let kind = |kind| match kind {
        PurchaseKind::Purchase => argosy_metrics::PurchaseKind::Purchase,
        PurchaseKind::Opening => argosy_metrics::PurchaseKind::Opening,
        PurchaseKind::Transfer => argosy_metrics::PurchaseKind::Transfer,
    };
    let split = |split| match split {
        argosy_desk::Split::Units => Split::Units,
        argosy_desk::Split::Value => Split::Value,
        argosy_desk::Split::Weight => Split::Weight,
        argosy_desk::Split::Volume => Split::Volume,
    };
    let purchase = |line: PurchaseLine| Purchase {
        document: line.document,
        line: line.line,
        kind: kind(line.kind),
        received: line.received,
        place: line.place,
        from_place: line.from_place,
        sku: line.sku,
        units: line.units,
        unit_cost: line.unit_cost,
        unit_weight: line.unit_weight,
        unit_volume: line.unit_volume,
    };
    let freight = |line: FreightLine| Freight {
        document: line.document,
        day: line.day,
        amount: line.amount,
        split: split(line.split),
        applies_to: line.applies_to,
    };
    Costing {
        currency: Currency::EUR,
        purchases: world.desk.purchases().await.unwrap().into_iter().map(purchase).collect(),
        freight: world.desk.freight().await.unwrap().into_iter().map(freight).collect(),
        ..Costing::default()
    }
}

/// What the books say the stock is worth: units and value.
async fn books(world: &mut World) -> (i64, Decimal) {
    world.data.costing = costing(world).await;
    let stock = world.engine.stock_value(&world.session, &world.data, world.today).await.unwrap();
    assert_eq!(stock.problems, []);
    (stock.units, stock.value)
}

fn number(text: &str) -> Decimal {
    text.parse().unwrap()
}

mod boards;
mod refused;
mod way;
