//! How far orders and shipments are: what was shipped, what came, what is still open.

use std::collections::BTreeMap;

use argosy_kernel::Day;

use crate::model::{
    goods::{Receipt, ReceiptLine},
    supply::Supply,
};

/// Units of one SKU of an order or a shipment.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Progress {
    /// Ordered, or sent with the shipment.
    pub wanted: i64,
    /// On shipments that were not cancelled; only of orders.
    pub shipped: i64,
    pub received: i64,
    /// Of the received.
    pub damaged: i64,
    /// Sent back to be replaced: they are to come again.
    pub to_replace: i64,
    /// The day on which all were there first.
    pub complete_on: Option<Day>,
}

impl Progress {
    /// Units still to come.
    pub fn open(&self) -> i64 {
        (self.wanted + self.to_replace - self.received).max(0)
    }

    /// Units still to come that are on no shipment yet.
    pub fn unshipped(&self) -> i64 {
        (self.wanted + self.to_replace - self.shipped.max(self.received)).max(0)
    }
}

/// By key of the order or shipment, then by SKU.
pub type ByDocument = BTreeMap<String, BTreeMap<String, Progress>>;

/// The order that a line of a receipt belongs to: its own, the receipt's, or that of the shipment.
pub fn order_of<'s>(
    supply: &'s Supply,
    receipt: &'s Receipt,
    line: &'s ReceiptLine,
) -> Option<&'s str> {
    if let Some(order) = line.po.as_deref().or(receipt.purchase_order.as_deref()) {
        return Some(order);
    }
    let shipment = supply.shipments.get(receipt.shipment.as_deref()?)?;
    let mut lines = shipment.body.lines.iter().filter(|sent| sent.sku == line.sku);
    lines.find_map(|sent| sent.po.as_deref())
}

/// Progress of all orders.
pub fn of_orders(supply: &Supply) -> ByDocument {
    let mut all = ByDocument::new();
    for (id, order) in &supply.orders {
        let skus = all.entry(id.clone()).or_default();
        for line in &order.body.lines {
            skus.entry(line.sku.clone()).or_default().wanted += line.units;
        }
    }
    for shipment in supply.shipments.values().filter(|shipment| !shipment.is(&["cancelled"])) {
        for line in &shipment.body.lines {
            if let Some(order) = &line.po {
                let skus = all.entry(order.clone()).or_default();
                skus.entry(line.sku.clone()).or_default().shipped += line.units;
            }
        }
    }
    for receipt in by_day(supply) {
        for line in &receipt.lines {
            if let Some(order) = order_of(supply, receipt, line)
                && let Some(skus) = all.get_mut(order)
            {
                skus.entry(line.sku.clone()).or_default().come(line, receipt.day);
            }
        }
    }
    for back in supply.returns.values().filter(|back| back.body.settled_by == "replacement") {
        let Some(receipt) = supply.receipts.get(&back.body.receipt) else { continue };
        for line in &back.body.lines {
            let of = receipt.body.lines.iter().find(|one| one.sku == line.sku);
            let order = of.and_then(|of| order_of(supply, &receipt.body, of));
            if let Some(skus) = order.and_then(|order| all.get_mut(order)) {
                skus.entry(line.sku.clone()).or_default().to_replace += line.units;
            }
        }
    }
    all
}

/// Progress of all shipments.
pub fn of_shipments(supply: &Supply) -> ByDocument {
    let mut all = ByDocument::new();
    for (id, shipment) in &supply.shipments {
        let skus = all.entry(id.clone()).or_default();
        for line in &shipment.body.lines {
            skus.entry(line.sku.clone()).or_default().wanted += line.units;
        }
    }
    for receipt in by_day(supply) {
        let Some(shipment) = &receipt.shipment else { continue };
        if let Some(skus) = all.get_mut(shipment) {
            for line in &receipt.lines {
                skus.entry(line.sku.clone()).or_default().come(line, receipt.day);
            }
        }
    }
    all
}

fn by_day(supply: &Supply) -> Vec<&Receipt> {
    let mut receipts: Vec<&Receipt> = supply.receipts.values().map(|one| &one.body).collect();
    receipts.sort_by_key(|receipt| receipt.day);
    receipts
}

impl Progress {
    fn come(&mut self, line: &ReceiptLine, day: Day) {
        self.received += line.received;
        self.damaged += line.damaged.unwrap_or_default();
        if self.complete_on.is_none() && self.received >= self.wanted {
            self.complete_on = Some(day);
        }
    }
}
