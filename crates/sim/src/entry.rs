//! One movement of money, and the truth about it.

use argosy_kernel::Day;
use rust_decimal::Decimal;

use crate::{
    catalogue::Product,
    dice::scramble,
    outlets::order_number,
    place::{Instant, JP, Market, STORES, StoreIndex, day_of},
    words::Words,
};

/// What the order column of a report holds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Reference {
    None,
    Order(u64),
    /// An order of another channel that Amazon ships.
    OtherChannel(u64),
    /// An inbound shipment: stands in the order column without being an order.
    Inbound(u64),
    /// A liquidation; only the merchant's order number is filled.
    Liquidation(u64),
    /// An order of the Shopify shop.
    Shop(u64),
    /// An order of one of the smaller shops.
    Outlet(u64),
}

impl Reference {
    /// The text in the order column; empty when there is none.
    pub(crate) fn order_id(self, store: StoreIndex) -> String {
        match self {
            Self::None | Self::Liquidation(_) => String::new(),
            Self::Order(number) => amazon_order_id(store, number),
            Self::OtherChannel(number) => {
                let tail = scramble(number ^ 0x5301) % 10_000_000;
                format!("S01-{:07}-{tail:07}", number % 10_000_000)
            }
            Self::Inbound(number) => {
                let letters = scramble(number) % 900_000 + 100_000;
                format!("FBA19{letters}{}", ['K', 'R', 'T', 'X'][(number % 4) as usize])
            }
            Self::Shop(number) => format!("#{}", 1000 + number),
            Self::Outlet(number) => order_number(store, number),
        }
    }

    /// The text in the merchant's own order column.
    pub(crate) fn merchant_order_id(self) -> String {
        match self {
            Self::Liquidation(number) => format!("LQ-{number:08}"),
            Self::OtherChannel(number) => format!("#{}", 1000 + number),
            _ => String::new(),
        }
    }

    /// The order a ledger row belongs to: not an inbound shipment, but a liquidation.
    pub(crate) fn true_order(self, store: StoreIndex) -> Option<String> {
        match self {
            Self::None | Self::Inbound(_) => None,
            Self::Liquidation(_) => Some(self.merchant_order_id()),
            _ => Some(self.order_id(store)),
        }
    }

    pub(crate) fn number(self) -> u64 {
        match self {
            Self::None => 0,
            Self::Order(number)
            | Self::OtherChannel(number)
            | Self::Inbound(number)
            | Self::Liquidation(number)
            | Self::Shop(number)
            | Self::Outlet(number) => number,
        }
    }
}

/// Amazon's order numbers: unique for the first ten million orders of a store.
pub(crate) fn amazon_order_id(store: StoreIndex, number: u64) -> String {
    let first = match store {
        JP => 249 + number % 2,
        crate::place::EU => 302 + number % 4,
        _ => 111 + number % 4,
    };
    let middle = (number * 7_368_787 + 1_234_567) % 10_000_000;
    let last = scramble(number ^ ((store as u64) << 40)) % 10_000_000;
    format!("{first}-{middle:07}-{last:07}")
}

/// One movement of money on a channel.
pub(crate) struct Entry {
    pub(crate) store: StoreIndex,
    pub(crate) market: Option<Market>,
    pub(crate) at: Instant,
    pub(crate) words: &'static Words,
    /// The description where it is free text.
    pub(crate) note: Option<Box<str>>,
    pub(crate) listing: Option<u16>,
    pub(crate) minor: i64,
    /// As the report writes it beside every amount of the line.
    pub(crate) quantity: u16,
    pub(crate) reference: Reference,
    /// Entries of one order line share a group: one row of the date-range report.
    pub(crate) group: u32,
    /// Index of the statement (settlement or payout) of the store, if it has one.
    pub(crate) statement: Option<usize>,
    /// The line of the chart, by the report that tells it.
    pub(crate) line: &'static str,
    /// Told by a report that may still change.
    pub(crate) provisional: bool,
}

impl Entry {
    pub(crate) fn day(&self) -> Day {
        day_of(self.at, self.store, self.market)
    }

    /// Units that this entry carries: sold above zero, given back below.
    pub(crate) fn units(&self) -> i64 {
        self.words.units_sign() * i64::from(self.quantity)
    }

    pub(crate) fn truth(&self, products: &[Product], statement_ids: &[String]) -> TruthRow {
        let store = &STORES[self.store];
        let sku = self.listing.map(|at| products[usize::from(at)].seller_sku(self.store));
        let order_id = self.reference.true_order(self.store);
        TruthRow {
            store: store.name,
            channel: store.channel.id(),
            market: self.market.map(Market::code),
            day: self.day(),
            line: self.line,
            seller_sku: sku,
            amount: Decimal::new(self.minor, store.digits),
            currency: store.currency,
            order_id,
            statement: self.statement.map(|at| statement_ids[at].clone()),
            units: Some(self.units()).filter(|units| *units != 0),
            provisional: self.provisional,
        }
    }
}

/// What a ledger row made from the channel's reports must say.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TruthRow {
    pub store: &'static str,
    pub channel: &'static str,
    pub market: Option<&'static str>,
    /// Market-local, or UTC where the channel names no market.
    pub day: Day,
    pub line: &'static str,
    pub seller_sku: Option<String>,
    pub amount: Decimal,
    pub currency: &'static str,
    pub order_id: Option<String>,
    pub statement: Option<String>,
    pub units: Option<i64>,
    pub provisional: bool,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn order_numbers_do_not_repeat() {
        let ids: BTreeSet<String> = (0..50_000).map(|n| amazon_order_id(0, n)).collect();
        assert_eq!(ids.len(), 50_000);
        assert_eq!(amazon_order_id(0, 1).len(), 19);
    }
}
