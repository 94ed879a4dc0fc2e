//! What the company bought, moved between its warehouses, and paid for the way.
//!
//! The buyer knows what will be sold and buys a little more, in several lots of rising cost; some
//! products are bought too sparsely, so that units leave which no document covers.

use std::collections::BTreeMap;

use argosy_kernel::{Day, Grain};
use chrono::Days;

use crate::{
    company::Company,
    dice::Dice,
    place::{EBAY, EU, JP, StoreIndex, WOO},
    write::months,
};

/// Where goods are bought and sent on from; Japan is served from here too.
pub(crate) const HUB: &str = "Shenzhen";
pub(crate) const AMERICA: &str = "Ontario, CA";
pub(crate) const EUROPE: &str = "Hamburg";
const WAREHOUSES: [&str; 3] = [HUB, AMERICA, EUROPE];

/// The warehouse that a store's goods leave from.
pub(crate) fn warehouse_of(store: StoreIndex) -> &'static str {
    match store {
        JP => HUB,
        EU | EBAY | WOO => EUROPE,
        _ => AMERICA,
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    Purchase,
    Opening,
    Transfer,
}

/// One line of a document.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Line {
    pub(crate) document: String,
    pub(crate) kind: Kind,
    pub(crate) received: Day,
    pub(crate) place: &'static str,
    pub(crate) from: Option<&'static str>,
    pub(crate) listing: u16,
    pub(crate) units: i64,
    /// Cost of one unit in fen; 0 for a transfer.
    pub(crate) fen: i64,
    /// What the first version of the document said, where a later one corrects it.
    pub(crate) first_said: Option<i64>,
    pub(crate) grams: i64,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Split {
    Units,
    Value,
    Weight,
}

/// Freight, duty or insurance.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Bill {
    pub(crate) document: String,
    pub(crate) kind: &'static str,
    pub(crate) day: Day,
    pub(crate) fen: i64,
    pub(crate) split: Split,
    pub(crate) applies_to: Vec<String>,
    /// Comes long after the goods it is for.
    pub(crate) late: bool,
}

#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Documents {
    /// By document, in the order of their lines.
    pub(crate) lines: Vec<Line>,
    pub(crate) bills: Vec<Bill>,
}

/// Units by warehouse, product and month.
type Needs = BTreeMap<(&'static str, u16, Day), i64>;

fn needs(company: &Company) -> Needs {
    let mut needs = Needs::new();
    for entry in company.entries().filter(|entry| entry.units() > 0) {
        let Some(listing) = entry.listing else { continue };
        let month = Grain::Month.start(entry.day());
        *needs.entry((warehouse_of(entry.store), listing, month)).or_default() += entry.units();
    }
    needs
}

struct Buyer<'a> {
    company: &'a Company,
    needs: Needs,
    dice: Dice,
    made: Documents,
}

pub(crate) fn of(company: &Company) -> Documents {
    let dice = Dice::new(company.spec.seed, "purchases");
    let mut buyer = Buyer { company, needs: needs(company), dice, made: Documents::default() };
    let spec = &company.spec;
    for warehouse in WAREHOUSES {
        buyer.opening(warehouse);
    }
    let all = months(spec.from, spec.to);
    for (age, (from, to)) in (0..).zip(&all) {
        buyer.month(age, *from, *to);
    }
    // The insurer sends one bill for the first months, when the last one is nearly over.
    if let Some(quarter) = all.get(..3.min(all.len())) {
        let applies_to = quarter.iter().flat_map(|(from, _)| purchases_of(*from)).collect();
        let fen = buyer.dice.between(90_000, 260_000);
        buyer.bill("INS-1".to_owned(), "insurance", spec.to, fen, Split::Value, applies_to, true);
    }
    // As a desk keeps them: by the number of the document.
    buyer.made.lines.sort_by(|left, right| left.document.cmp(&right.document));
    buyer.made.bills.sort_by(|left, right| left.document.cmp(&right.document));
    buyer.made
}

fn purchases_of(month: Day) -> Vec<String> {
    ["A", "B"].map(|lot| format!("PO-{}-{lot}", month.format("%Y-%m"))).to_vec()
}

impl Buyer<'_> {
    fn need(&self, warehouse: &'static str, listing: u16, month: Day) -> i64 {
        let key = (warehouse, listing, Grain::Month.start(month));
        self.needs.get(&key).copied().unwrap_or_default()
    }

    fn listings(&self) -> std::ops::Range<u16> {
        0..self.company.products.len() as u16
    }

    /// Some products are always bought too late and too few.
    fn percent(&self, listing: u16) -> i64 {
        if listing % 9 == 4 { 35 } else { 62 }
    }

    fn cost(&mut self, listing: u16, age: i64) -> i64 {
        let product = &self.company.products[usize::from(listing)];
        let first = product.costs.first().map_or(1000, |cost| cost.minor);
        first * (1000 + 14 * age + self.dice.between(-4, 9)) / 1000
    }

    fn line(
        &mut self,
        document: &str,
        kind: Kind,
        (received, place): (Day, &'static str),
        of: (u16, i64, i64),
    ) {
        let (listing, units, fen) = of;
        if units <= 0 {
            return;
        }
        let tier = self.company.products[usize::from(listing)].size_tier() as i64;
        let from = (kind == Kind::Transfer).then_some(HUB);
        let grams = 180 + 640 * tier * tier + i64::from(listing) * 7;
        self.made.lines.push(Line {
            document: document.to_owned(),
            kind,
            received,
            place,
            from,
            listing,
            units,
            fen,
            first_said: None,
            grams,
        });
    }

    #[expect(clippy::too_many_arguments, reason = "the cells of one row")]
    fn bill(
        &mut self,
        document: String,
        kind: &'static str,
        day: Day,
        fen: i64,
        split: Split,
        applies_to: Vec<String>,
        late: bool,
    ) {
        let day = day.min(self.company.spec.to);
        self.made.bills.push(Bill { document, kind, day, fen, split, applies_to, late });
    }

    fn opening(&mut self, warehouse: &'static str) {
        let day = self.company.spec.from;
        let document = format!("OPEN-{}", &warehouse[..3].to_uppercase());
        for listing in self.listings() {
            let mut units = self.need(warehouse, listing, day) * self.percent(listing) / 50 + 1;
            if warehouse == HUB {
                units += self.need(AMERICA, listing, day) + self.need(EUROPE, listing, day);
            }
            let fen = self.cost(listing, -2);
            self.line(&document, Kind::Opening, (day, warehouse), (listing, units, fen));
        }
    }

    /// Two lots bought, two sent to each other warehouse, their freight and duty.
    fn month(&mut self, age: i64, from: Day, to: Day) {
        let purchases = purchases_of(from);
        for (lot, after) in [(0_usize, 0), (1, 12)] {
            let received = from + Days::new(after);
            if received > to {
                continue;
            }
            for listing in self.listings() {
                let all: i64 = WAREHOUSES.iter().map(|of| self.need(of, listing, from)).sum();
                let units = (all * self.percent(listing) + 99) / 100 + self.dice.between(0, 2);
                let fen = self.cost(listing, age * 2 + lot as i64);
                self.line(&purchases[lot], Kind::Purchase, (received, HUB), (listing, units, fen));
            }
            // The first version of a document had the price of the offer.
            if age == 1 && lot == 0 {
                let of = |line: &&mut Line| line.document == purchases[0];
                for line in self.made.lines.iter_mut().filter(of) {
                    line.first_said = Some(line.fen * 11 / 10);
                }
            }
            for warehouse in [AMERICA, EUROPE] {
                self.send(warehouse, received + Days::new(2), lot);
            }
        }
        let fen = self.dice.between(40_001, 99_999);
        let document = format!("IN-{}", from.format("%Y-%m"));
        self.bill(document, "freight", from + Days::new(20), fen, Split::Units, purchases, false);
    }

    fn send(&mut self, warehouse: &'static str, day: Day, lot: usize) {
        if day > self.company.spec.to {
            return;
        }
        let month = day.format("%Y-%m");
        let document = format!("TR-{month}-{}{}", &warehouse[..1], lot + 1);
        let before = self.made.lines.len();
        for listing in self.listings() {
            let units = (self.need(warehouse, listing, day) * self.percent(listing) + 99) / 100;
            self.line(&document, Kind::Transfer, (day, warehouse), (listing, units, 0));
        }
        if self.made.lines.len() == before {
            return;
        }
        let freight = self.dice.between(120_000, 480_000);
        let duty = self.dice.between(60_000, 210_000);
        let name = |kind: &str| format!("{kind}-{month}-{}{}", &warehouse[..1], lot + 1);
        let to = || vec![document.clone()];
        self.bill(name("F"), "freight", day, freight, Split::Weight, to(), false);
        let later = day + Days::new(40);
        self.bill(name("D"), "duty", later, duty, Split::Value, to(), lot == 1);
    }
}
