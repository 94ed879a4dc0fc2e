//! Costs in time: what the company's goods cost when they left, and what its stock is worth.
//!
//! [`documents`] makes up what was bought, moved and paid for the way; [`course`] works it through
//! by each method. Everything is counted in fen and millionths of a yuan, in code of its own: the
//! house it judges must not be asked.

mod course;
pub(crate) mod documents;

use std::collections::BTreeMap;

use argosy_kernel::{Day, Grain};
use rust_decimal::Decimal;

use self::{
    course::{Act, Event, Lot, Outcome, Seller},
    documents::{Bill, Documents, Kind, Line, Split},
};
use crate::{
    amazon::Order,
    company::Company,
    place::{Instant, Market, STORES, US, day_of},
    write::{centre, months},
};

/// Millionths of a yuan in a fen.
const MICROS: i128 = 10_000;

/// How units that leave are valued.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Method {
    Fifo,
    MovingAverage,
    MonthAverage,
}

impl Method {
    pub const ALL: [Self; 3] = [Self::Fifo, Self::MovingAverage, Self::MonthAverage];

    /// The name a company's setting has for it.
    pub fn id(self) -> &'static str {
        ["fifo", "moving_average", "month_average"][self as usize]
    }
}

/// Which reports tell that goods left.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Told {
    /// None: goods leave with the sale.
    Sales,
    /// Amazon US tells its shipments and what came back of them.
    Shipments,
}

/// What a booked cost is about.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct BookedCell {
    pub store: &'static str,
    pub seller_sku: String,
    pub market: Option<&'static str>,
    /// The first day of the month.
    pub month: Day,
}

/// Cost in CNY, above zero = expense.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct BookedSum {
    pub goods_sold: Decimal,
    /// Of what came back and cannot be sold again.
    pub unsellable: Decimal,
    pub units: i64,
    /// Units among them that no document covers: they have the unit cost of their day.
    pub dated_units: i64,
}

/// The stock of a product in a warehouse.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct StockSum {
    pub units: i64,
    /// In CNY.
    pub value: Decimal,
}

/// What must come out by one method.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CostKey {
    pub booked: BTreeMap<BookedCell, BookedSum>,
    /// At the end of each month (and of the company's last day), by SKU and warehouse.
    pub stock: BTreeMap<(Day, String, &'static str), StockSum>,
    /// What all goods and their ways cost, in CNY.
    pub put_in: Decimal,
    /// The part of the booked cost that comes from documents.
    pub from_documents: Decimal,
    /// Units that neither a document nor a dated cost in CNY covers.
    pub unpriced_units: i64,
}

/// Which warehouse the goods of each store leave from.
pub fn warehouses() -> impl Iterator<Item = (&'static str, &'static str)> {
    (0..STORES.len()).map(|store| (STORES[store].name, documents::warehouse_of(store)))
}

fn decimal(micros: i128) -> Decimal {
    Decimal::from_i128_with_scale(micros, 6)
}

impl CostKey {
    pub(crate) fn of(company: &Company, method: Method, told: Told) -> Self {
        let documents = documents::of(company);
        let landed = landed(&documents);
        let fen: i64 = documents.bills.iter().map(|bill| bill.fen).sum();
        let goods: i64 = documents.lines.iter().map(|line| line.fen * line.units).sum();
        let mut key = Self {
            booked: BTreeMap::new(),
            stock: BTreeMap::new(),
            put_in: Decimal::new(fen + goods, 2),
            from_documents: Decimal::ZERO,
            unpriced_units: 0,
        };
        let mut events: BTreeMap<u16, Vec<Event>> = BTreeMap::new();
        for (line, fen) in documents.lines.iter().zip(&landed) {
            events.entry(line.listing).or_default().push(incoming(line, *fen));
        }
        for (listing, event) in outgoing(company, told) {
            events.entry(listing).or_default().push(event);
        }
        let ends: Vec<Day> =
            months(company.spec.from, company.spec.to).into_iter().map(|(_, to)| to).collect();
        for (listing, mut events) in events {
            events.sort_by_key(|event| (event.day, event.act.rank()));
            key.add_booked(company, listing, &events, &course::run(&events, method));
            for end in &ends {
                let until = events.partition_point(|event| event.day <= *end);
                let sku = &company.products[usize::from(listing)].sku;
                for (place, Lot { units, micros }) in course::run(&events[..until], method).stock {
                    let sum = StockSum { units, value: decimal(micros) };
                    key.stock.insert((*end, sku.clone(), place), sum);
                }
            }
        }
        key
    }

    fn add_booked(&mut self, company: &Company, listing: u16, events: &[Event], outcome: &Outcome) {
        let product = &company.products[usize::from(listing)];
        // Freight that found nothing to lie on is in no figure: no goods, no cost of goods.
        self.put_in -= decimal(outcome.stranded);
        for booked in &outcome.booked {
            let event = &events[booked.event];
            let Some((store, market)) = event.seller else { continue };
            let cell = BookedCell {
                store: STORES[store].name,
                seller_sku: product.seller_sku(store),
                market: market.map(Market::code),
                month: Grain::Month.start(event.day),
            };
            let sum = self.booked.entry(cell).or_default();
            self.from_documents += decimal(booked.sold.micros + booked.spoilt);
            sum.goods_sold += decimal(booked.sold.micros);
            sum.unsellable += decimal(booked.spoilt);
            sum.units += booked.sold.units + booked.bare;
            if booked.bare == 0 {
                continue;
            }
            sum.dated_units += booked.bare;
            match product.cost_on(market, event.day).filter(|cost| cost.currency == "CNY") {
                Some(cost) => sum.goods_sold += Decimal::new(cost.minor * booked.bare, 2),
                None => self.unpriced_units += booked.bare,
            }
        }
    }
}

fn incoming(line: &Line, freight: i64) -> Event {
    let freight = i128::from(freight) * MICROS;
    let act = match (line.kind, line.from) {
        (Kind::Transfer, Some(_)) => Act::Transfer { to: line.place, micros: freight },
        _ => Act::In { micros: i128::from(line.fen * line.units) * MICROS + freight },
    };
    let place = line.from.unwrap_or(line.place);
    Event { day: line.received, place, act, units: line.units, seller: None }
}

/// What left with a sale: by day, store, SKU and market, as a day's reports are added up.
fn outgoing(company: &Company, told: Told) -> Vec<(u16, Event)> {
    type At = (Day, &'static str, String, Option<&'static str>);
    let mut sold: BTreeMap<At, (u16, Seller, i64)> = BTreeMap::new();
    let (mut events, shipped_by) = match told {
        Told::Sales => (Vec::new(), None),
        Told::Shipments => (moved(company), Some(US)),
    };
    for entry in company.entries().filter(|entry| entry.units() > 0) {
        let Some(listing) = entry.listing.filter(|_| shipped_by != Some(entry.store)) else {
            continue;
        };
        let sku = company.products[usize::from(listing)].seller_sku(entry.store);
        let at = (entry.day(), STORES[entry.store].name, sku, entry.market.map(Market::code));
        let seller = (entry.store, entry.market);
        sold.entry(at).or_insert((listing, seller, 0)).2 += entry.units();
    }
    events.extend(sold.into_iter().map(|((day, ..), (listing, seller, units))| {
        (listing, leaves(day, Act::Out, units, seller))
    }));
    events
}

fn leaves(day: Day, act: Act, units: i64, seller: Seller) -> Event {
    let place = documents::warehouse_of(seller.0);
    Event { day, place, act, units, seller: Some(seller) }
}

/// What Amazon US says left its warehouses and came back, by day, SKU and warehouse. Orders of the
/// shop are not among it: their goods leave with the shop's own sale.
fn moved(company: &Company) -> Vec<(u16, Event)> {
    let market = Some(Market::Us);
    let account = &company.accounts[US];
    let day = |at| day_of(at, US, market);
    let known = |at| day(at) <= company.spec.to;
    // Sorted as a day's rows are: what left has no day on which it left before.
    type At = (Day, String, &'static str, Option<(Day, bool)>);
    let mut units: BTreeMap<At, (u16, i64)> = BTreeMap::new();
    let mut add = |at: Instant, listing: u16, reference, count: u16, back| {
        let sku = company.products[usize::from(listing)].seller_sku(US);
        let at = (day(at), sku, centre(reference), back);
        units.entry(at).or_insert((listing, 0)).1 += i64::from(count);
    };
    let sold = |order: &&Order| !order.cancelled && order.market.is_some() && known(order.shipped);
    for order in account.orders.iter().filter(sold) {
        for item in &order.items {
            add(order.shipped, item.listing, order.reference, item.units, None);
        }
    }
    for back in account.came_back.iter().filter(|back| known(back.at)) {
        let left = Some((day(back.left), back.sellable));
        add(back.at, back.listing, back.reference, back.units, left);
    }
    let event = |((day, _, _, back), (listing, units)): (At, (u16, i64))| {
        let act = match back {
            None => Act::Out,
            Some((left, true)) => Act::Back { left: Some(left) },
            Some((left, false)) => Act::Spoilt { left: Some(left) },
        };
        (listing, leaves(day, act, units, (US, market)))
    };
    units.into_iter().map(event).collect()
}

/// The fen of freight that lie on each line.
fn landed(documents: &Documents) -> Vec<i64> {
    let lines = &documents.lines;
    let mut bought: BTreeMap<u16, (i128, i128)> = BTreeMap::new();
    for line in lines.iter().filter(|line| line.kind != Kind::Transfer) {
        let sum = bought.entry(line.listing).or_default();
        sum.0 += i128::from(line.fen * line.units);
        sum.1 += i128::from(line.units);
    }
    let weight = |bill: &Bill, line: &Line| -> i128 {
        let units = i128::from(line.units);
        match (bill.split, line.kind) {
            (Split::Units, _) => units,
            (Split::Weight, _) => units * i128::from(line.grams),
            // What goods on their way were bought for, all purchases together.
            (Split::Value, Kind::Transfer) => {
                let (fen, of) = bought.get(&line.listing).copied().unwrap_or((0, 1));
                units * fen * 1_000_000_000_000 / of
            }
            (Split::Value, _) => units * i128::from(line.fen) * 1_000_000_000_000,
        }
    };
    let mut freight = vec![0; lines.len()];
    for bill in &documents.bills {
        let meant: Vec<usize> =
            (0..lines.len()).filter(|at| bill.applies_to.contains(&lines[*at].document)).collect();
        let weights: Vec<i128> = meant.iter().map(|at| weight(bill, &lines[*at])).collect();
        for (at, part) in meant.into_iter().zip(shares(bill.fen, &weights)) {
            freight[at] += part;
        }
    }
    freight
}

/// Hamilton's shares: the whole fen first, then one each to the largest remainders.
fn shares(fen: i64, weights: &[i128]) -> Vec<i64> {
    let total: i128 = weights.iter().sum();
    if total == 0 {
        return vec![0; weights.len()];
    }
    let exact =
        |weight: &i128| (i128::from(fen) * weight / total, i128::from(fen) * weight % total);
    let mut parts: Vec<i64> = weights.iter().map(|weight| exact(weight).0 as i64).collect();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by_key(|at| (std::cmp::Reverse(exact(&weights[*at]).1), *at));
    let left = fen - parts.iter().sum::<i64>();
    for at in order.into_iter().take(left.unsigned_abs() as usize) {
        parts[at] += 1;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::Spec;

    #[test]
    fn a_thousand_shared_three_to_three_to_one_is_a_thousand() {
        assert_eq!(shares(100_000, &[3, 3, 1]), [42_857, 42_857, 14_286]);
    }

    #[test]
    fn what_was_put_in_is_what_was_booked_and_what_is_there() {
        let company = Company::generate(&Spec::small());
        for method in Method::ALL {
            for told in [Told::Sales, Told::Shipments] {
                let key = company.costs_in_time(method, told);
                let last = key.stock.keys().map(|(day, ..)| *day).max().unwrap();
                let there: Decimal = key
                    .stock
                    .iter()
                    .filter(|((day, ..), _)| *day == last)
                    .map(|(_, sum)| sum.value)
                    .sum();
                assert_eq!(key.put_in, key.from_documents + there, "{method:?}");
                assert_eq!(key.unpriced_units, 0, "{method:?}");
                let dated: i64 = key.booked.values().map(|sum| sum.dated_units).sum();
                let units: i64 = key.booked.values().map(|sum| sum.units).sum();
                assert!(dated > 0 && dated * 5 < units, "{dated} of {units} units without a layer");
                let unsellable: Decimal = key.booked.values().map(|sum| sum.unsellable).sum();
                assert_eq!(unsellable > Decimal::ZERO, told == Told::Shipments);
            }
        }
    }

    #[test]
    fn the_methods_differ_and_no_stock_is_below_zero() {
        let company = Company::generate(&Spec::small());
        let keys = Method::ALL.map(|method| company.costs_in_time(method, Told::Sales));
        assert!(keys[0].booked != keys[1].booked && keys[1].booked != keys[2].booked);
        for sum in keys.iter().flat_map(|key| key.stock.values()) {
            assert!(sum.units >= 0 && sum.value >= Decimal::ZERO);
            assert!(sum.units > 0 || sum.value.is_zero(), "{sum:?}");
        }
    }
}
