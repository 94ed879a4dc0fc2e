//! What came into and went out of the places where Argosy keeps the count: receipts, shipments that
//! left, returns, movements, and sales that sellers ship from there themselves.

use std::collections::{BTreeMap, BTreeSet};

use argosy_kernel::{Day, Text};

use crate::{
    model::{goods::Movement, supply::Supply},
    says::both,
};

/// Kinds of records it is made of.
pub const KINDS: &[&str] =
    &["place", "shipment", "receipt", "supplier_return", "movement", "purchase_order", "item"];

/// Why units came or went.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Why {
    Receipt,
    Shipment,
    Return,
    Transfer,
    Adjustment,
    WriteOff,
    Removal,
    Sale,
    Opening,
}

impl Why {
    pub fn says(self) -> Text {
        match self {
            Self::Receipt => both("received", "收货"),
            Self::Shipment => both("sent on", "发出"),
            Self::Return => both("back to the supplier", "退供应商"),
            Self::Transfer => both("transfer", "调拨"),
            Self::Adjustment => both("adjustment", "调整"),
            Self::WriteOff => both("write-off", "报损"),
            Self::Removal => both("removal", "移除"),
            Self::Sale => both("sold", "销售出库"),
            Self::Opening => both("opening stock", "期初"),
        }
    }

    fn of(movement: &Movement) -> Self {
        match movement.kind.as_str() {
            "transfer" => Self::Transfer,
            "write_off" => Self::WriteOff,
            "removal" => Self::Removal,
            "sale" => Self::Sale,
            "opening" => Self::Opening,
            _ => Self::Adjustment,
        }
    }
}

/// Units that came (above zero) or went.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    pub day: Day,
    pub place: String,
    pub sku: String,
    pub batch: Option<String>,
    pub units: i64,
    /// Damaged units are there but not for sale.
    pub damaged: i64,
    pub expires_on: Option<Day>,
    pub why: Why,
    /// The record that tells it; empty of sales by reports.
    pub document: String,
}

/// Units sold from a place by day, as reports tell.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sold {
    pub day: Day,
    pub place: String,
    pub sku: String,
    pub units: i64,
}

/// All entries of places where Argosy keeps the count, by day; what comes goes before what leaves on
/// the same day.
pub fn entries(supply: &Supply, sold: &[Sold]) -> Vec<Entry> {
    let mut made = Vec::new();
    receipts(supply, &mut made);
    shipments(supply, &mut made);
    returns(supply, &mut made);
    movements(supply, &mut made);
    made.extend(sold.iter().map(|one| Entry {
        units: -one.units,
        ..entry(one.day, &one.place, &one.sku, Why::Sale, "")
    }));
    let counted: BTreeSet<&String> = supply
        .places
        .iter()
        .filter(|(_, place)| place.body.is_counted_here())
        .map(|(code, _)| code)
        .collect();
    made.retain(|one| counted.contains(&one.place) && (one.units != 0 || one.damaged != 0));
    made.sort_by(|one, other| {
        let key = |entry: &Entry| (entry.day, entry.units < 0);
        key(one).cmp(&key(other)).then_with(|| one.document.cmp(&other.document))
    });
    made
}

fn entry(day: Day, place: &str, sku: &str, why: Why, document: &str) -> Entry {
    Entry {
        day,
        place: place.to_owned(),
        sku: sku.to_owned(),
        batch: None,
        units: 0,
        damaged: 0,
        expires_on: None,
        why,
        document: document.to_owned(),
    }
}

fn receipts(supply: &Supply, made: &mut Vec<Entry>) {
    for (id, receipt) in &supply.receipts {
        let of = &receipt.body;
        made.extend(of.lines.iter().map(|line| Entry {
            units: line.received,
            damaged: line.damaged.unwrap_or_default(),
            batch: line.batch.clone(),
            expires_on: line.expires_on,
            ..entry(of.day, &of.place, &line.sku, Why::Receipt, id)
        }));
    }
}

fn shipments(supply: &Supply, made: &mut Vec<Entry>) {
    for (id, shipment) in &supply.shipments {
        let of = &shipment.body;
        let (Some(from), Some(day)) = (&of.from, of.left(&shipment.state)) else { continue };
        made.extend(of.lines.iter().map(|line| Entry {
            units: -line.units,
            batch: line.batch.clone(),
            ..entry(day, from, &line.sku, Why::Shipment, id)
        }));
    }
}

fn returns(supply: &Supply, made: &mut Vec<Entry>) {
    for (id, back) in supply.returns.iter().filter(|(_, back)| back.is(&["sent", "settled"])) {
        let Some(receipt) = supply.receipts.get(&back.body.receipt) else { continue };
        for line in &back.body.lines {
            let came = receipt.body.lines.iter().filter(|one| one.sku == line.sku);
            let damaged: i64 = came.filter_map(|one| one.damaged).sum();
            made.push(Entry {
                units: -line.units,
                // Damaged ones go back first.
                damaged: -damaged.min(line.units),
                batch: line.batch.clone(),
                ..entry(back.body.day, &receipt.body.place, &line.sku, Why::Return, id)
            });
        }
    }
}

fn movements(supply: &Supply, made: &mut Vec<Entry>) {
    for (id, movement) in &supply.movements {
        let of = &movement.body;
        let why = Why::of(of);
        for line in &of.lines {
            let units = match why {
                Why::Adjustment | Why::Opening => line.units,
                _ => -line.units,
            };
            let out = Entry {
                units,
                batch: line.batch.clone(),
                ..entry(of.day, &of.place, &line.sku, why, id)
            };
            if why == Why::Transfer
                && let Some(to) = &of.to
            {
                made.push(Entry { place: to.clone(), units: line.units, ..out.clone() });
            }
            made.push(out);
        }
    }
}

/// What is there of one SKU and batch in one place.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct There {
    pub units: i64,
    pub damaged: i64,
    /// Units by the day they came, oldest first; the oldest leave first.
    pub layers: Vec<(Day, i64)>,
    pub expires_on: Option<Day>,
    /// The first day with less than nothing, and how much.
    pub below: Option<(Day, i64)>,
}

/// By place, SKU and batch.
pub type Balance = BTreeMap<(String, String, Option<String>), There>;

/// Adds up entries, which must be in order of days. Units that leave without a batch are taken from
/// what came without one, then from the oldest batches.
pub fn balance(entries: &[Entry]) -> Balance {
    let mut all = Balance::new();
    for entry in entries {
        if entry.units < 0 && entry.batch.is_none() {
            take_anywhere(&mut all, entry);
        } else {
            let key = (entry.place.clone(), entry.sku.clone(), entry.batch.clone());
            all.entry(key).or_default().add(entry, entry.units);
        }
    }
    all
}

fn take_anywhere(all: &mut Balance, entry: &Entry) {
    let of = |batch: Option<String>| (entry.place.clone(), entry.sku.clone(), batch);
    let mut wanted = -entry.units;
    let batches: Vec<(Option<Day>, Option<String>)> = all
        .range(of(None)..)
        .take_while(|((place, sku, _), _)| *place == entry.place && *sku == entry.sku)
        .filter(|(_, there)| there.units > 0)
        .map(|((.., batch), there)| (there.layers.first().map(|(day, _)| *day), batch.clone()))
        .collect();
    let mut batches = batches;
    batches.sort_by_key(|(day, batch)| (batch.is_some(), *day));
    let mut damaged = true;
    for (_, batch) in batches {
        let there = all.entry(of(batch)).or_default();
        let now = there.units.min(wanted);
        if now > 0 {
            let part = Entry { damaged: if damaged { entry.damaged } else { 0 }, ..entry.clone() };
            there.add(&part, -now);
            damaged = false;
            wanted -= now;
        }
    }
    if wanted > 0 {
        all.entry(of(None)).or_default().add(entry, -wanted);
    }
}

impl There {
    fn add(&mut self, entry: &Entry, units: i64) {
        self.units += units;
        self.damaged = (self.damaged + entry.damaged).clamp(0, self.units.max(0));
        self.expires_on = self.expires_on.or(entry.expires_on);
        if units > 0 {
            self.layers.push((entry.day, units));
        } else {
            let mut gone = -units;
            while gone > 0
                && let Some(first) = self.layers.first_mut()
            {
                let now = first.1.min(gone);
                first.1 -= now;
                gone -= now;
                if first.1 == 0 {
                    self.layers.remove(0);
                }
            }
        }
        if self.units < 0 && self.below.is_none_or(|(_, least)| self.units < least) {
            self.below = Some((entry.day, self.units));
        }
        // What was short is made up for by what comes later.
        if self.units <= 0 {
            self.layers.clear();
        }
    }

    /// Units older than so many days.
    pub fn older_than(&self, days: i64, today: Day) -> i64 {
        let old = self.layers.iter().filter(|(day, _)| (today - *day).num_days() > days);
        old.map(|(_, units)| units).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn one(on: &str, units: i64, batch: Option<&str>) -> Entry {
        Entry {
            units,
            batch: batch.map(str::to_owned),
            ..entry(day(on), "SZ", "LAMP", Why::Adjustment, "MV-1")
        }
    }

    fn units(balance: &Balance) -> Vec<(Option<&str>, i64)> {
        balance.iter().map(|((.., batch), there)| (batch.as_deref(), there.units)).collect()
    }

    #[test]
    fn what_leaves_without_a_batch_is_taken_from_the_oldest_batch() {
        let entries = [
            one("2026-01-01", 10, Some("B2")),
            one("2026-02-01", 10, Some("B1")),
            one("2026-03-01", -15, None),
        ];
        let balance = balance(&entries);
        assert_eq!(units(&balance), [(Some("B1"), 5), (Some("B2"), 0)]);
    }

    #[test]
    fn less_than_nothing_is_told_with_its_day_even_when_it_is_made_up_for_later() {
        let entries =
            [one("2026-01-01", 10, None), one("2026-02-01", -12, None), one("2026-03-01", 5, None)];
        let balance = balance(&entries);
        let there = balance.values().next().unwrap();
        assert_eq!(there.below, Some((day("2026-02-01"), -2)));
        assert_eq!(there.units, 3);
    }

    #[test]
    fn age_is_counted_from_the_day_units_came_and_the_oldest_leave_first() {
        let entries =
            [one("2026-01-01", 10, None), one("2026-05-01", 10, None), one("2026-05-02", -4, None)];
        let balance = balance(&entries);
        let there = balance.values().next().unwrap();
        let today = day("2026-06-30");
        assert_eq!(there.older_than(90, today), 6);
        assert_eq!(there.older_than(0, today), 16);
    }
}
