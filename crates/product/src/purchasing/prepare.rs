//! What follows from what people enter: days of stages, who approved, what was expected.

use argosy_chapter::{
    face::{ChapterError, Draft, Ground},
    kind::Body,
};
use argosy_kernel::Day;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::progress::{self, ByDocument, order_of};
use crate::model::{
    goods::{Receipt, SupplierReturn},
    of_draft,
    supply::{self, Supply},
};

/// By kind: a state, and the field with the day on which it was reached.
const STAGES: &[(&str, &[(&str, &str)])] = &[
    ("rfq", &[("sent", "sent_on")]),
    (
        "purchase_order",
        &[
            ("approved", "approved_on"),
            ("sent", "sent_on"),
            ("in_production", "production_on"),
            ("ready", "ready_on"),
            ("shipped", "shipped_on"),
            ("received", "received_on"),
        ],
    ),
    (
        "shipment",
        &[
            ("booked", "booked_on"),
            ("departed", "atd"),
            ("arrived", "ata"),
            ("customs", "cleared_on"),
            ("received", "received_on"),
        ],
    ),
    ("payment", &[("requested", "requested_on"), ("paid", "paid_on")]),
];

/// Kinds that need what is stored to be completed.
const COMPLETED: &[&str] = &["receipt", "supplier_return", "payment"];

/// # Errors
/// [`ChapterError`] when stored records cannot be read.
pub(super) async fn prepare(ground: &Ground<'_>, drafts: &mut [Draft]) -> Result<(), ChapterError> {
    for draft in drafts.iter_mut() {
        stage(draft, ground.today);
    }
    if drafts.iter().any(approves) {
        let users = ground.desk.users().await?;
        for draft in drafts.iter_mut().filter(|draft| approves(draft)) {
            let login = users.iter().find(|user| user.id.to_string() == draft.who);
            let name = login.map_or(draft.who.as_str(), |user| user.login.as_str());
            draft.body.insert("approved_by".to_owned(), json!(name));
        }
    }
    if !drafts.iter().any(|draft| COMPLETED.contains(&draft.kind.as_str())) {
        return Ok(());
    }
    let kinds = ["purchase_order", "shipment", "receipt", "supplier_return"];
    // What does not fit its type is told by the check of its form.
    let fitting: Vec<Draft> = drafts.iter().filter(|draft| supply::fits(draft)).cloned().collect();
    let supply = Supply::read(ground, &kinds, &fitting).await?;
    let (orders, shipments) = (progress::of_orders(&supply), progress::of_shipments(&supply));
    for draft in drafts.iter_mut().filter(|draft| supply::fits(draft)) {
        match draft.kind.as_str() {
            "receipt" => expected(&supply, (&orders, &shipments), draft)?,
            "supplier_return" => amount(&supply, draft)?,
            "payment" => payee(&supply, &mut draft.body),
            _ => {}
        }
    }
    Ok(())
}

fn moved(draft: &Draft) -> Option<&str> {
    let before = draft.before.as_ref().and_then(|before| before.state.as_deref());
    draft.state.as_deref().filter(|state| before != Some(state))
}

fn approves(draft: &Draft) -> bool {
    ["purchase_order", "payment"].contains(&draft.kind.as_str()) && moved(draft) == Some("approved")
}

/// Notes today as the day of the state a record has come into, unless a day was given.
fn stage(draft: &mut Draft, today: Day) {
    let Some(state) = moved(draft) else { return };
    let back_to_draft = state == "draft";
    let stages = STAGES.iter().find(|(kind, _)| *kind == draft.kind).map(|(_, stages)| *stages);
    let field = stages.into_iter().flatten().find(|(named, _)| *named == state).map(|(_, f)| *f);
    if let Some(field) = field {
        draft.body.entry(field).or_insert_with(|| json!(today));
    }
    if back_to_draft && draft.kind == "purchase_order" {
        for field in ["approved_by", "approved_on", "sent_on"] {
            draft.body.remove(field);
        }
    }
}

/// What was still to come when a receipt was made.
fn expected(
    supply: &Supply,
    (orders, shipments): (&ByDocument, &ByDocument),
    draft: &mut Draft,
) -> Result<(), ChapterError> {
    let receipt = of_draft::<Receipt>(draft)?.body;
    if receipt.lines.iter().all(|line| line.expected.is_some()) {
        return Ok(());
    }
    let open: Vec<Option<i64>> = receipt
        .lines
        .iter()
        .map(|line| {
            let of = match &receipt.shipment {
                Some(id) => shipments.get(id),
                None => orders.get(order_of(supply, &receipt, line)?),
            };
            let state = of?.get(&line.sku)?;
            // What this receipt brings is in it already.
            let same = receipt.lines.iter().filter(|one| one.sku == line.sku);
            let own: i64 = same.map(|one| one.received).sum();
            Some((state.wanted + state.to_replace - state.received + own).max(0))
        })
        .collect();
    if let Some(Value::Array(lines)) = draft.body.get_mut("lines") {
        for (line, open) in lines.iter_mut().zip(open) {
            if let (Some(line), Some(open)) = (line.as_object_mut(), open) {
                line.entry("expected").or_insert_with(|| json!(open));
            }
        }
    }
    Ok(())
}

/// What goods sent back are worth, by the order's price.
fn amount(supply: &Supply, draft: &mut Draft) -> Result<(), ChapterError> {
    let back = of_draft::<SupplierReturn>(draft)?.body;
    if back.amount.is_some() || back.settled_by == "replacement" {
        return Ok(());
    }
    let Some(receipt) = supply.receipts.get(&back.receipt) else { return Ok(()) };
    let mut sum = Decimal::ZERO;
    let mut currency = None;
    for line in &back.lines {
        let of = receipt.body.lines.iter().find(|one| one.sku == line.sku);
        let order = of.and_then(|of| order_of(supply, &receipt.body, of));
        let Some(order) = order.and_then(|id| supply.orders.get(id)) else { return Ok(()) };
        let price = order.body.lines.iter().find(|one| one.sku == line.sku);
        let Some(price) = price.map(|one| one.price) else { return Ok(()) };
        if currency.is_some_and(|known| known != order.body.currency) {
            return Ok(());
        }
        currency = Some(order.body.currency);
        sum += price * Decimal::from(line.units);
    }
    if let Some(currency) = currency {
        let amount = argosy_kernel::Money::new(sum, currency).rounded();
        draft.body.insert("amount".to_owned(), json!(amount));
    }
    Ok(())
}

/// Who is paid, where the order tells.
fn payee(supply: &Supply, body: &mut Body) {
    let order = body.get("purchase_order").and_then(Value::as_str);
    let supplier =
        order.and_then(|id| supply.orders.get(id)).map(|order| order.body.supplier.clone());
    if let Some(supplier) = supplier {
        body.entry("supplier").or_insert_with(|| json!(supplier));
    }
}
