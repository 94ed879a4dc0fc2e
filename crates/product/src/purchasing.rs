//! Purchasing: requests and quotations, orders, shipments, receipts, payments – and how they become
//! the documents that unit costs are worked out from.
//!
//! **Invariants**
//! - What the desk's purchases and freight say of a receipt or shipment is what its record says:
//!   [`booking`] works them out anew with every save, and replaces them by number.
//! - Units are never lost: what is open is ordered and to be replaced, less received ([`progress`]).

use std::collections::BTreeMap;

use argosy_chapter::{
    board::{Board, Detail},
    book::{Book, New},
    face::{ChapterError, Done, Draft, Ground, Order},
    kind::FieldProblem,
};
use argosy_desk::Record;
use serde_json::Value;

use crate::{chapter::Product, model::supply::Supply, says::both};

mod act;
/// What actions of other parts share.
pub(crate) mod actions {
    pub(crate) use super::act::{body, new, only, save};
}
pub mod booking;
mod check;
mod comparison;
mod costs;
mod due;
mod follow;
pub(crate) mod freight;
mod pay;
mod prepare;
pub mod progress;
#[cfg(test)]
mod tests;

pub(crate) use check::Findings;

/// Boards that are answered here.
pub const BOARDS: &[&str] = &["quotations", "orders", "due_payments", "shipment_costs"];

/// Kinds of records that are acted on here.
pub const KINDS: &[&str] = &[
    "rfq",
    "quotation",
    "purchase_order",
    "approval_limit",
    "inspection",
    "shipment",
    "receipt",
    "supplier_return",
    "payment",
];

/// Fills in what follows from what people entered.
///
/// # Errors
/// [`ChapterError`] when stored records cannot be read.
pub async fn prepare(ground: &Ground<'_>, drafts: &mut [Draft]) -> Result<(), ChapterError> {
    prepare::prepare(ground, drafts).await
}

/// # Errors
/// [`ChapterError`] when stored records cannot be read.
pub async fn check(
    ground: &Ground<'_>,
    drafts: &[Draft],
) -> Result<Vec<FieldProblem>, ChapterError> {
    check::check(ground, drafts).await
}

/// Kinds that documents are worked out from.
const BOOKED: &[&str] = &["receipt", "shipment", "purchase_order", "supplier_return", "movement"];

/// Brings the desk's purchases and freight up to date, and closes orders and shipments that have come
/// in full.
///
/// # Errors
/// [`ChapterError`] when the desk does not take it; saving the record again repairs it.
pub async fn saved(ground: &Ground<'_>, records: &[Record], who: &str) -> Result<(), ChapterError> {
    let ours: Vec<(&str, &str)> = records
        .iter()
        .filter(|record| BOOKED.contains(&record.kind.as_str()))
        .map(|record| (record.kind.as_str(), record.id.as_str()))
        .collect();
    if ours.is_empty() {
        return Ok(());
    }
    let supply = Supply::read(ground, booking::KINDS, &[]).await?;
    let touched = booking::touched(&supply, ours);
    booking::write(ground, booking::documents(&supply, &touched), who).await?;
    if records.iter().any(|record| record.kind == "receipt") {
        complete(ground, &supply, &touched, who).await?;
    }
    Ok(())
}

/// Orders and shipments of which all has come are received.
async fn complete(
    ground: &Ground<'_>,
    supply: &Supply,
    touched: &std::collections::BTreeSet<String>,
    who: &str,
) -> Result<(), ChapterError> {
    let orders = progress::of_orders(supply);
    let shipments = progress::of_shipments(supply);
    let all_came = |of: &progress::ByDocument, id: &str| {
        of.get(id).is_some_and(|skus| {
            skus.values().all(|one| one.open() == 0) && skus.values().any(|one| one.received > 0)
        })
    };
    let last_day = |kind: &str, id: &str| {
        let of = |receipt: &crate::model::goods::Receipt| match kind {
            "shipment" => receipt.shipment.as_deref() == Some(id),
            _ => receipt
                .lines
                .iter()
                .any(|line| progress::order_of(supply, receipt, line) == Some(id)),
        };
        supply.receipts.values().filter(|one| of(&one.body)).map(|one| one.body.day).max()
    };
    let mut new = Vec::new();
    for id in touched {
        let (kind, running) = match (supply.orders.get(id), supply.shipments.get(id)) {
            (Some(order), _) if all_came(&orders, id) => {
                ("purchase_order", order.is(&["sent", "in_production", "ready", "shipped"]))
            }
            (_, Some(shipment)) if all_came(&shipments, id) => {
                ("shipment", shipment.is(&["departed", "arrived", "customs"]))
            }
            _ => continue,
        };
        if !running {
            continue;
        }
        let Some(record) = ground.desk.record(kind, id).await? else { continue };
        let mut change = New::change(&record);
        if let Some(day) = last_day(kind, id) {
            change.body.entry("received_on").or_insert_with(|| serde_json::json!(day));
        }
        change.state = Some("received".to_owned());
        new.push(change);
    }
    if !new.is_empty() {
        let chapters = Product::alone();
        Book::by_argosy(ground, &chapters).save(new, who).await?;
    }
    Ok(())
}

/// Takes back what a record had put into the books; refuses where others hang on it.
///
/// # Errors
/// [`ChapterError::Told`] names who refers to it.
pub async fn removing(ground: &Ground<'_>, record: &Record, who: &str) -> Result<(), ChapterError> {
    if !BOOKED.contains(&record.kind.as_str()) {
        return Ok(());
    }
    let named = ground.desk.referring(&record.kind, &record.id).await?;
    if let Some(by) = named.first() {
        return Err(ChapterError::Told(both(
            format!("{} {} refers to it; remove that first", by.kind, by.id),
            format!("{}「{}」引用了它，请先删除", by.kind, by.id),
        )));
    }
    let mut supply = Supply::read(ground, booking::KINDS, &[]).await?;
    let was_booked =
        supply.receipts.get(&record.id).is_some_and(|receipt| receipt.body.is_booked());
    let costs_booked =
        supply.shipments.get(&record.id).is_none_or(|shipment| shipment.body.is_booked());
    let touched = booking::touched(&supply, [(record.kind.as_str(), record.id.as_str())]);
    supply.receipts.remove(&record.id);
    supply.shipments.remove(&record.id);
    supply.orders.remove(&record.id);
    supply.returns.remove(&record.id);
    supply.movements.remove(&record.id);
    let mut documents = booking::documents(&supply, &touched);
    match record.kind.as_str() {
        "movement" => {
            documents.purchases.insert(record.id.clone(), Vec::new());
        }
        "receipt" if was_booked => {
            documents.purchases.insert(record.id.clone(), Vec::new());
        }
        "shipment" | "purchase_order" if costs_booked => {
            documents.freight.insert(record.id.clone(), Vec::new());
        }
        _ => {}
    }
    booking::write(ground, documents, who).await
}

/// # Errors
/// [`ChapterError`] when records or facts cannot be read.
pub async fn board(
    ground: &Ground<'_>,
    id: &str,
    params: &BTreeMap<String, Value>,
) -> Result<Board, ChapterError> {
    match id {
        "quotations" => comparison::board(ground, params).await,
        "orders" => follow::board(ground, params).await,
        "due_payments" => due::board(ground, params).await,
        _ => costs::board(ground, params).await,
    }
}

/// # Errors
/// [`ChapterError`] when records or facts cannot be read.
pub async fn detail(
    ground: &Ground<'_>,
    id: &str,
    row: &str,
    params: &BTreeMap<String, Value>,
) -> Result<Option<Detail>, ChapterError> {
    match id {
        "quotations" => comparison::detail(ground, row, params).await,
        "orders" => follow::detail(ground, row).await,
        "shipment_costs" => costs::detail(ground, row).await,
        _ => Ok(None),
    }
}

/// # Errors
/// [`ChapterError::Told`] says what stands against it; [`ChapterError::Records`] where.
pub async fn act(ground: &Ground<'_>, order: &Order) -> Result<Done, ChapterError> {
    match (order.of.as_str(), order.action.as_str()) {
        ("quotations", "order") => comparison::order(ground, order).await,
        ("due_payments", "approve") => pay::approve(ground, order).await,
        ("due_payments", "pay") => pay::paid(ground, order).await,
        ("due_payments", "request") => pay::request_expected(ground, order).await,
        ("purchase_order", "request_payment") => pay::request(ground, order).await,
        ("shipment", "request_payment") => pay::request_cost(ground, order).await,
        ("purchase_order", "receive") => act::receive_order(ground, order).await,
        ("purchase_order", "ship") => act::ship(ground, order).await,
        ("shipment", "receive") => act::receive_shipment(ground, order).await,
        ("shipment", "arrive") => act::stage(ground, order).await,
        (_, other) => Err(ChapterError::Unknown { what: "action", id: other.to_owned() }),
    }
}
