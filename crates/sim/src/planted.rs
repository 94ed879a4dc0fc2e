//! The faults that are hidden in the company on purpose, for later findings to be judged by.

use argosy_kernel::Day;
use chrono::Days;

use crate::{
    ads::{TERMS, WASTED},
    catalogue::Product,
    fees,
    interventions::{Intervention, Season, both},
    place::{EU, JP, STORES, StoreIndex, US},
    spec::Spec,
    words::{UNKNOWN_EU, UNKNOWN_JP, UNKNOWN_US},
};

/// What kind of fault was planted.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// A search term with many clicks and never a sale.
    WastedSearchTerm,
    /// A listing that sold well had nothing left to sell.
    StockOut,
    /// Fulfilment charged for the next larger size.
    OverchargedFee,
    /// A fee that no table knows.
    UnknownFee,
    /// A settlement that closed below zero.
    NegativeSettlement,
}

/// One planted fault.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
pub struct Planted {
    pub fault: Fault,
    pub store: &'static str,
    /// The seller SKU, where one is meant.
    pub seller_sku: Option<String>,
    /// The search term or the channel's own words, where they matter.
    pub words: Option<String>,
    pub from: Day,
    pub to: Day,
}

/// When and where the faults happen.
pub(crate) struct Plan {
    from: Day,
    length: u64,
    to: Day,
    pub(crate) unknown_day: Day,
    /// What was changed on purpose.
    pub(crate) season: Season,
}

const EMPTY_LISTING: u16 = 2;
const OVERCHARGED_LISTING: u16 = 1;

impl Plan {
    pub(crate) fn new(spec: &Spec) -> Self {
        let length = (spec.to - spec.from).num_days().unsigned_abs();
        let unknown_day = spec.from + Days::new(length * 62 / 100);
        let season = Season::default();
        let mut plan = Self { from: spec.from, length, to: spec.to, unknown_day, season };
        plan.season = Season::new(spec, plan.price_rise_day());
        plan
    }

    fn at(&self, percent: u64) -> Day {
        self.from + Days::new(self.length * percent / 100)
    }

    fn stock_out(&self) -> (Day, Day) {
        (self.at(58), self.at(58) + Days::new(20))
    }

    fn overcharge(&self) -> (Day, Day) {
        (self.at(66), self.at(66) + Days::new(40))
    }

    pub(crate) fn is_out_of_stock(&self, store: StoreIndex, listing: u16, day: Day) -> bool {
        let (from, to) = self.stock_out();
        store == US && listing == EMPTY_LISTING && (from..=to).contains(&day)
    }

    pub(crate) fn is_overcharged(&self, store: StoreIndex, listing: u16, day: Day) -> bool {
        let (from, to) = self.overcharge();
        store == US && listing == OVERCHARGED_LISTING && (from..=to).contains(&day)
    }

    /// Prices rise by three per cent in the last third.
    pub(crate) fn price_rise(&self, day: Day) -> i64 {
        if day >= self.price_rise_day() { 30 } else { 0 }
    }

    fn price_rise_day(&self) -> Day {
        self.at(67)
    }

    /// How much higher the price of a listing is than at first, in per mille.
    pub(crate) fn price_change(&self, store: StoreIndex, listing: u16, day: Day) -> i64 {
        both(self.price_rise(day), self.season.price(store, listing, day))
    }

    /// What was changed on purpose, with what it truly did.
    pub(crate) fn interventions(&self, products: &[Product]) -> Vec<Intervention> {
        self.season.list(products, |day| self.price_rise(day))
    }

    pub(crate) fn list(
        &self,
        products: &[Product],
        debts: &[(StoreIndex, Day, Day)],
    ) -> Vec<Planted> {
        let sku = |store, listing: u16| Some(products[usize::from(listing)].seller_sku(store));
        let mut all = Vec::new();
        for (store, listing) in WASTED {
            let market = STORES[store].home;
            let term = crate::ads::search_term(market, &products[usize::from(listing)], TERMS - 1);
            all.push(Planted {
                fault: Fault::WastedSearchTerm,
                store: STORES[store].name,
                seller_sku: sku(store, listing),
                words: Some(term),
                from: self.from,
                to: self.to,
            });
        }
        let of_us = |fault, listing, (from, to): (Day, Day), words| Planted {
            fault,
            store: STORES[US].name,
            seller_sku: sku(US, listing),
            words,
            from,
            to,
        };
        all.push(of_us(Fault::StockOut, EMPTY_LISTING, self.stock_out(), None));
        let tier = products[usize::from(OVERCHARGED_LISTING)].size_tier();
        let charged = format!(
            "charged {} instead of {} minor units each",
            fees::fulfilment(US, tier + 1),
            fees::fulfilment(US, tier)
        );
        let fault = Fault::OverchargedFee;
        all.push(of_us(fault, OVERCHARGED_LISTING, self.overcharge(), Some(charged)));
        for (store, words) in [(US, &UNKNOWN_US), (EU, &UNKNOWN_EU), (JP, &UNKNOWN_JP)] {
            all.push(Planted {
                fault: Fault::UnknownFee,
                store: STORES[store].name,
                seller_sku: None,
                words: Some(words.description.to_owned()),
                from: self.unknown_day,
                to: self.unknown_day,
            });
        }
        for (store, from, to) in debts {
            all.push(Planted {
                fault: Fault::NegativeSettlement,
                store: STORES[*store].name,
                seller_sku: None,
                words: None,
                from: *from,
                to: *to,
            });
        }
        all
    }
}
