//! What an account pays and is paid apart from its orders.

use argosy_kernel::Day;
use chrono::{Datelike, Days};

use super::Seller;
use crate::{
    dice::scramble,
    entry::Reference,
    fees::{self, share},
    place::{EU, Instant, JP, US, utc_midnight},
    statements::Posting,
    words::*,
};

impl Seller<'_> {
    /// Charges that come by the calendar.
    pub(super) fn account_events(&mut self, day: Day) {
        let at = utc_midnight(day) + 4 * 3600 + 12 * 60 + self.dice.between(0, 3599);
        let held: i64 = self.stock.iter().map(|units| (*units).max(0)).sum();
        let per_unit = fees::storage_per_unit(self.store);
        match day.day() {
            3 => {
                self.charge(at, &SUBSCRIPTION, -fees::subscription(self.store));
            }
            5 => {
                self.charge(at, &INBOUND_TRANSPORT, -held * per_unit * 3 / 2);
                self.redeem_coupons(at + 50);
            }
            8 => {
                self.charge(at, &STORAGE, -held * per_unit);
                if self.store == EU {
                    // A second row with equal words and an equal amount is legal.
                    self.charge(at, &STORAGE, -held * per_unit);
                }
            }
            16 if day.month().is_multiple_of(2) => {
                self.charge(at, &AGED_INVENTORY, -held * per_unit / 4);
            }
            21 => {
                self.charge(at, &RETURN_PROCESSING, -per_unit * 11);
                if self.store != JP {
                    self.inbound_defect(at + 400);
                }
            }
            24 if day.month().is_multiple_of(3) => {
                self.charge(at, &REMOVAL, -per_unit * 40);
                self.charge(at + 5, &DISPOSAL, -per_unit * 18);
                self.charge(at + 900, &DEAL, -fees::deal(self.store));
            }
            26 if self.store == US && day.month() % 3 == 1 => self.liquidate(at),
            _ => {}
        }
        if day == self.world.plan.unknown_day {
            let words: &'static Words = [&UNKNOWN_US, &UNKNOWN_EU, &UNKNOWN_JP][self.store];
            self.charge(at + 77, words, -fees::unknown(self.store));
            self.charge(at + 99, &VINE, -fees::deal(self.store));
            self.charge(at + 120, &FEE_ADJUSTMENT, per_unit * 5);
        }
    }

    fn redeem_coupons(&mut self, at: Instant) {
        if self.coupons == 0 {
            return;
        }
        let fee = fees::coupon(self.store) * self.coupons as i64;
        let note = format!("Spring comfort; {} clips, 10% off, Café & Küche", self.coupons);
        let posting = Posting { note: Some(note), ..Posting::account(at) };
        if self.account.books.post(posting, &[(&COUPON, -fee)]) {
            self.coupons = 0;
        }
    }

    fn inbound_defect(&mut self, at: Instant) {
        let posting =
            Posting { reference: Reference::Inbound(at as u64 / 61), ..Posting::account(at) };
        self.account.books.post(posting, &[(&INBOUND_DEFECT, -fees::shipping(self.store) * 2)]);
    }

    fn liquidate(&mut self, at: Instant) {
        let listing = self.dice.below(self.world.products.len() as u64) as u16;
        let price = self.world.products[usize::from(listing)].price(self.store, 0) / 8;
        let posting = Posting {
            listing: Some(listing),
            quantity: 1,
            reference: Reference::Liquidation(scramble(at as u64) % 100_000_000),
            ..Posting::account(at)
        };
        let amounts = [(&LIQUIDATION, price), (&LIQUIDATION_FEE, -share(price, 150))];
        self.account.books.post(posting, &amounts);
    }

    /// Goods that Amazon lost or broke, and sometimes found again.
    pub(super) fn accidents(&mut self, day: Day) {
        if !self.dice.chance(170) {
            return;
        }
        let listing = self.dice.below(self.world.products.len() as u64) as u16;
        let worth = self.world.products[usize::from(listing)].price(self.store, 0) * 4 / 10;
        let reasons: [&'static Words; 5] =
            [&WAREHOUSE_DAMAGE, &WAREHOUSE_LOST, &CUSTOMER_RETURN, &CS_ERROR, &MISSING_INBOUND];
        let words = *self.dice.pick(&reasons);
        let at = utc_midnight(day + Days::new(1)) - self.dice.between(60, 80_000);
        let paid = Posting { listing: Some(listing), quantity: 1, ..Posting::account(at) };
        self.account.books.post(paid.clone(), &[(words, worth)]);
        if self.dice.chance(120) {
            let taken_back = Posting { at: at + 9 * 86_400, ..paid };
            self.account.books.post(taken_back, &[(&CLAWBACK, -worth)]);
        }
    }
}
