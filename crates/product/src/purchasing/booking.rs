//! Receipts and shipment costs as the documents that unit costs are worked out from.
//!
//! A receipt is the purchase document of its own number: bought goods at the order's price, goods
//! from an own warehouse as a transfer. A shipment's costs are the freight document of its number,
//! over its receipts: actual amounts where known, estimates until then. Documents are worked out
//! anew from records each time and replaced by number, so that saving twice changes nothing.

use std::collections::{BTreeMap, BTreeSet};

use argosy_chapter::face::{ChapterError, Ground};
use argosy_desk::{FreightKind, FreightLine, PurchaseKind, PurchaseLine, Split};
use argosy_kernel::{Day, Money};
use rust_decimal::Decimal;

use super::progress::order_of;
use crate::model::{
    Of,
    goods::{Boxes, Movement, Receipt, ReceiptLine, Shipment, ShipmentCost, SupplierReturn},
    item::Item,
    supply::Supply,
};

/// Records that documents are worked out from.
pub(super) const KINDS: &[&str] =
    &["item", "place", "purchase_order", "shipment", "receipt", "supplier_return", "movement"];

/// Written on freight that is not billed yet.
const ESTIMATE: &str = "estimate";

/// Documents as they should stand, by number; an empty one should not be there.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Documents {
    pub purchases: BTreeMap<String, Vec<PurchaseLine>>,
    pub freight: BTreeMap<String, Vec<FreightLine>>,
}

/// The documents of these receipts, shipments and orders.
pub fn documents(supply: &Supply, touched: &BTreeSet<String>) -> Documents {
    let mut documents = Documents::default();
    for id in touched {
        if let Some(receipt) = supply.receipts.get(id)
            && receipt.body.is_booked()
        {
            documents.purchases.insert(id.clone(), purchase(supply, id, &receipt.body));
        }
        if supply.shipments.get(id).is_some_and(|shipment| shipment.body.is_booked()) {
            documents.freight.insert(id.clone(), freight(supply, id));
        }
        if let Some(movement) = supply.movements.get(id) {
            documents.purchases.insert(id.clone(), moved(supply, id, &movement.body));
        }
        if supply.orders.contains_key(id) {
            documents.freight.insert(id.clone(), one_off(supply, id));
        }
    }
    documents
}

/// The lines of a receipt's purchase document. Units that went back for money are not in it.
fn purchase(supply: &Supply, id: &str, receipt: &Receipt) -> Vec<PurchaseLine> {
    let mut back = returned(supply, id);
    let mut prices = Prices::default();
    let moved_from = moved_from(supply, receipt);
    let mut lines = Vec::new();
    for line in &receipt.lines {
        let gone = back.get_mut(line.sku.as_str());
        let less = gone.map_or(0, |gone| {
            let less = (*gone).min(line.received);
            *gone -= less;
            less
        });
        let units = line.received - less;
        if units <= 0 {
            continue;
        }
        let order = order_of(supply, receipt, line);
        let blank = PurchaseLine {
            document: id.to_owned(),
            line: 0,
            kind: PurchaseKind::Purchase,
            supplier: None,
            received: receipt.day,
            place: receipt.place.clone(),
            from_place: None,
            sku: line.sku.clone(),
            units,
            unit_cost: None,
            unit_weight: unit_kg(supply, receipt, line),
            unit_volume: unit_m3(supply, receipt, line),
            note: order.map(str::to_owned),
        };
        if let Some(from) = moved_from {
            let kind = PurchaseKind::Transfer;
            lines.push(PurchaseLine { kind, from_place: Some(from.to_owned()), ..blank });
            continue;
        }
        let supplier =
            order.and_then(|order| supply.orders.get(order)).map(|order| &order.body.supplier);
        for (units, cost) in prices.take(supply, (id, order), &line.sku, units) {
            let supplier = supplier.cloned();
            lines.push(PurchaseLine { supplier, units, unit_cost: cost, ..blank.clone() });
        }
    }
    lines.retain(|line| line.kind == PurchaseKind::Transfer || line.unit_cost.is_some());
    lines
}

/// Transfers and opening stock; what leaves for other reasons is not told to the books by documents.
fn moved(supply: &Supply, id: &str, movement: &Movement) -> Vec<PurchaseLine> {
    let opening = movement.kind == "opening";
    let (kind, place, from) = match (&movement.to, opening) {
        (Some(to), false) => (PurchaseKind::Transfer, to, Some(movement.place.clone())),
        (_, true) => (PurchaseKind::Opening, &movement.place, None),
        (None, false) => return Vec::new(),
    };
    let lines = movement.lines.iter().filter(|line| line.units > 0);
    let lines = lines.filter(|line| !opening || line.unit_cost.is_some());
    lines
        .map(|line| PurchaseLine {
            document: id.to_owned(),
            line: 0,
            kind,
            supplier: None,
            received: movement.day,
            place: place.clone(),
            from_place: from.clone(),
            sku: line.sku.clone(),
            units: line.units,
            unit_cost: line.unit_cost.filter(|_| opening),
            unit_weight: supply.items.get(&line.sku).and_then(|item| item.body.unit_kg()),
            unit_volume: supply.items.get(&line.sku).and_then(|item| item.body.unit_m3()),
            note: None,
        })
        .collect()
}

/// The own warehouse that a receipt's shipment came from, if it came from one.
pub(super) fn moved_from<'s>(supply: &'s Supply, receipt: &'s Receipt) -> Option<&'s str> {
    let shipment = supply.shipments.get(receipt.shipment.as_deref()?)?;
    let from = shipment.body.from.as_deref()?;
    let owned = supply.places.get(from).is_some_and(|place| place.body.holds_own_goods());
    owned.then_some(from)
}

/// Units by SKU that went back from a receipt for money.
fn returned<'s>(supply: &'s Supply, receipt: &str) -> BTreeMap<&'s str, i64> {
    let mut units = BTreeMap::new();
    let for_money = |one: &&Of<SupplierReturn>| {
        one.body.receipt == receipt
            && matches!(one.body.settled_by.as_str(), "refund" | "credit")
            && one.is(&["sent", "settled"])
    };
    for back in supply.returns.values().filter(for_money) {
        for line in &back.body.lines {
            *units.entry(line.sku.as_str()).or_default() += line.units;
        }
    }
    units
}

/// Prices of an order's lines, taken in their order: an order may have one SKU at several prices.
#[derive(Default)]
struct Prices {
    /// Units already taken by order and SKU.
    taken: BTreeMap<(String, String), i64>,
}

impl Prices {
    fn take(
        &mut self,
        supply: &Supply,
        (receipt, order): (&str, Option<&str>),
        sku: &str,
        mut units: i64,
    ) -> Vec<(i64, Option<Money>)> {
        let found = order.and_then(|id| Some((id, supply.orders.get(id)?)));
        let Some((id, order)) = found else { return vec![(units, None)] };
        let key = (id.to_owned(), sku.to_owned());
        let taken = self.taken.entry(key).or_insert_with(|| came_before(supply, receipt, id, sku));
        let mut parts: Vec<(i64, Option<Money>)> = Vec::new();
        let mut skip = *taken;
        *taken += units;
        let mut last = None;
        for line in order.body.lines.iter().filter(|line| line.sku == sku) {
            let price = Money::new(line.price, order.body.currency);
            last = Some(price);
            let free = line.units - skip.min(line.units);
            skip -= skip.min(line.units);
            let now = free.min(units);
            if now > 0 {
                parts.push((now, Some(price)));
                units -= now;
            }
        }
        if units > 0 {
            // More than was ordered, accepted with a reason: at the last price.
            match parts.last_mut() {
                Some(part) if part.1 == last => part.0 += units,
                _ => parts.push((units, last)),
            }
        }
        parts
    }
}

/// Units of an order's SKU in receipts before this one.
fn came_before(supply: &Supply, receipt: &str, order: &str, sku: &str) -> i64 {
    let Some(this) = supply.receipts.get(receipt) else { return 0 };
    let at = (this.body.day, receipt);
    let earlier = supply.receipts.iter().filter(|(id, one)| (one.body.day, id.as_str()) < at);
    let lines = earlier.flat_map(|(_, one)| one.body.lines.iter().map(|line| (&one.body, line)));
    lines
        .filter(|(one, line)| line.sku == sku && order_of(supply, one, line) == Some(order))
        .map(|(_, line)| line.received)
        .sum()
}

fn boxes_of<'s>(supply: &'s Supply, receipt: &Receipt, sku: &str) -> Option<&'s Boxes> {
    let shipment = supply.shipments.get(receipt.shipment.as_deref()?)?;
    shipment.body.boxes.iter().find(|one| one.sku == sku && one.units > 0)
}

/// Kilograms of a unit: as it was boxed, else as the item says.
fn unit_kg(supply: &Supply, receipt: &Receipt, line: &ReceiptLine) -> Option<Decimal> {
    let boxed =
        boxes_of(supply, receipt, &line.sku).map(|one| one.weight_kg / Decimal::from(one.units));
    boxed.or_else(|| supply.items.get(&line.sku)?.body.unit_kg()).map(|kg| kg.round_dp(6))
}

/// Cubic metres of a unit: as it was boxed, else as the item says.
fn unit_m3(supply: &Supply, receipt: &Receipt, line: &ReceiptLine) -> Option<Decimal> {
    let million = Decimal::from(1_000_000);
    let boxed = boxes_of(supply, receipt, &line.sku)
        .map(|one| one.cm3() / million / Decimal::from(one.units));
    boxed.or_else(|| supply.items.get(&line.sku)?.body.unit_m3()).map(|m3| m3.round_dp(9))
}

/// Booked receipts of a shipment or an order that have goods in them.
fn receipts_of(supply: &Supply, is_of: impl Fn(&Receipt) -> bool) -> Vec<(&str, Day)> {
    let booked = supply.receipts.iter().filter(|(_, one)| one.body.is_booked() && is_of(&one.body));
    let with_goods = booked.filter(|(id, one)| !purchase(supply, id, &one.body).is_empty());
    with_goods.map(|(id, one)| (id.as_str(), one.body.day)).collect()
}

/// The lines of a shipment's freight document; none until goods are there.
fn freight(supply: &Supply, id: &str) -> Vec<FreightLine> {
    let Some(shipment) = supply.shipments.get(id) else { return Vec::new() };
    if shipment.is(&["cancelled"]) {
        return Vec::new();
    }
    let receipts = receipts_of(supply, |receipt| receipt.shipment.as_deref() == Some(id));
    let Some(first) = receipts.iter().map(|(_, day)| *day).min() else { return Vec::new() };
    let applies_to: Vec<String> = receipts.iter().map(|(id, _)| (*id).to_owned()).collect();
    let costs = shipment.body.costs.iter();
    let lines = costs.filter_map(|cost| {
        let (amount, note) = counted(cost)?;
        Some(FreightLine {
            document: id.to_owned(),
            line: 0,
            kind: FreightKind::from_name(&cost.kind).unwrap_or(FreightKind::Other),
            day: cost.day.unwrap_or(first),
            amount,
            split: split_of(supply, &shipment.body, cost),
            applies_to: applies_to.clone(),
            note,
        })
    });
    lines.collect()
}

/// What counts of a cost now, and a note: the bill, else the estimate.
pub(super) fn counted(cost: &ShipmentCost) -> Option<(Money, Option<String>)> {
    let (amount, note) = match (cost.actual, cost.estimated) {
        (Some(actual), _) => (actual, cost.invoice.clone()),
        (None, Some(estimated)) => (estimated, Some(ESTIMATE.to_owned())),
        (None, None) => return None,
    };
    (!amount.amount.is_zero()).then_some((amount, note))
}

/// How a cost is shared: as asked, but by value where a weight or volume is not known of all goods.
fn split_of(supply: &Supply, shipment: &Shipment, cost: &ShipmentCost) -> Split {
    let known = |measure: fn(&Item) -> Option<Decimal>| {
        shipment.lines.iter().all(|line| {
            shipment.boxes.iter().any(|one| one.sku == line.sku)
                || supply.items.get(&line.sku).and_then(|item| measure(&item.body)).is_some()
        })
    };
    match cost.split.as_deref().and_then(Split::from_name) {
        Some(Split::Weight) if !known(Item::unit_kg) => Split::Value,
        Some(Split::Volume) if !known(Item::unit_m3) => Split::Value,
        Some(split) => split,
        None => Split::Value,
    }
}

/// One-off costs of an order (tooling, samples) over its goods by value.
fn one_off(supply: &Supply, id: &str) -> Vec<FreightLine> {
    let Some(order) = supply.orders.get(id) else { return Vec::new() };
    let amount = order.body.one_off.unwrap_or_default();
    if amount.is_zero() || order.is(&["draft", "cancelled"]) {
        return Vec::new();
    }
    let is_of = |receipt: &Receipt| {
        moved_from(supply, receipt).is_none()
            && receipt.lines.iter().any(|line| order_of(supply, receipt, line) == Some(id))
    };
    let receipts = receipts_of(supply, is_of);
    if receipts.is_empty() {
        return Vec::new();
    }
    vec![FreightLine {
        document: id.to_owned(),
        line: 0,
        kind: FreightKind::Other,
        day: order.body.ordered_on,
        amount: Money::new(amount, order.body.currency),
        split: Split::Value,
        applies_to: receipts.iter().map(|(id, _)| (*id).to_owned()).collect(),
        note: None,
    }]
}

/// What hangs together with these records: receipts with their shipments and orders.
pub fn touched<'r>(
    supply: &Supply,
    records: impl IntoIterator<Item = (&'r str, &'r str)>,
) -> BTreeSet<String> {
    let mut touched = BTreeSet::new();
    for (kind, id) in records {
        match kind {
            "receipt" => touch_receipt(supply, id, &mut touched),
            "supplier_return" => {
                if let Some(back) = supply.returns.get(id) {
                    touch_receipt(supply, &back.body.receipt, &mut touched);
                }
            }
            "shipment" => {
                touched.insert(id.to_owned());
                let of = |one: &Receipt| one.shipment.as_deref() == Some(id);
                for (receipt, _) in supply.receipts.iter().filter(|(_, one)| of(&one.body)) {
                    touch_receipt(supply, receipt, &mut touched);
                }
            }
            "purchase_order" => {
                touched.insert(id.to_owned());
                for (receipt, one) in &supply.receipts {
                    let lines = &one.body.lines;
                    if lines.iter().any(|line| order_of(supply, &one.body, line) == Some(id)) {
                        touch_receipt(supply, receipt, &mut touched);
                    }
                }
            }
            "movement" => {
                touched.insert(id.to_owned());
            }
            _ => {}
        }
    }
    touched
}

fn touch_receipt(supply: &Supply, id: &str, touched: &mut BTreeSet<String>) {
    touched.insert(id.to_owned());
    let Some(receipt) = supply.receipts.get(id) else { return };
    touched.extend(receipt.body.shipment.clone());
    for line in &receipt.body.lines {
        touched.extend(order_of(supply, &receipt.body, line).map(str::to_owned));
    }
}

/// Makes the desk's documents what the records say. Writes only what differs.
///
/// # Errors
/// [`ChapterError::Desk`].
pub(super) async fn write(
    ground: &Ground<'_>,
    documents: Documents,
    who: &str,
) -> Result<(), ChapterError> {
    let desk = ground.desk;
    let mut there: BTreeMap<String, Vec<PurchaseLine>> = BTreeMap::new();
    for line in desk.purchases().await? {
        there.entry(line.document.clone()).or_default().push(line);
    }
    let plain = |lines: &[PurchaseLine]| -> Vec<PurchaseLine> {
        lines.iter().map(|line| PurchaseLine { line: 0, ..line.clone() }).collect()
    };
    let differs = |(id, lines): &(&String, &Vec<PurchaseLine>)| {
        there.get(*id).map(|old| plain(old)).unwrap_or_default() != **lines
    };
    let changed: Vec<(&String, &Vec<PurchaseLine>)> =
        documents.purchases.iter().filter(differs).collect();
    let lines: Vec<PurchaseLine> =
        changed.iter().flat_map(|(_, lines)| lines.iter().cloned()).collect();
    if !lines.is_empty() {
        desk.replace_purchases(&lines, who).await?;
    }
    write_freight(ground, &documents.freight, who).await?;
    // Last: freight that was shared over it is gone by now.
    for (id, _) in changed.iter().filter(|(_, lines)| lines.is_empty()) {
        desk.delete_purchase(id, who).await?;
    }
    Ok(())
}

async fn write_freight(
    ground: &Ground<'_>,
    freight: &BTreeMap<String, Vec<FreightLine>>,
    who: &str,
) -> Result<(), ChapterError> {
    let mut there: BTreeMap<String, Vec<FreightLine>> = BTreeMap::new();
    for line in ground.desk.freight().await? {
        let line = FreightLine { line: 0, ..line };
        there.entry(line.document.clone()).or_default().push(line);
    }
    let mut lines = Vec::new();
    for (id, wanted) in freight {
        let held = there.remove(id).unwrap_or_default();
        if held == *wanted {
            continue;
        }
        if wanted.is_empty() {
            ground.desk.delete_freight(id, who).await?;
        }
        lines.extend(wanted.iter().cloned());
    }
    if !lines.is_empty() {
        ground.desk.replace_freight(&lines, who).await?;
    }
    Ok(())
}
