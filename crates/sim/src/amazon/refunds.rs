//! Refunds: whole, partial, forced.

use super::{CameBack, Item, Order, Seller};
use crate::{
    fees::{self, share},
    place::{JP, Market},
    statements::Posting,
    words::*,
};

impl Seller<'_> {
    /// What comes back of an order line, and how its money goes back with it.
    pub(super) fn give_back(&mut self, order: &Order, item: &Item, market: Market) {
        let at = order.shipped + self.dice.between(5 * 86_400, 28 * 86_400);
        let posting = Posting {
            at,
            market: Some(market),
            listing: Some(item.listing),
            quantity: item.units,
            reference: order.reference,
            note: None,
            late: self.dice.chance(120),
        };
        let net = item.price - item.discount;
        let commission = share(net, if self.store == JP { 100 } else { 150 });
        let amounts = match self.dice.below(100) {
            0..2 => {
                vec![(&CHARGEBACK_PRINCIPAL, -item.price), (&CHARGEBACK_COMMISSION, commission)]
            }
            2..4 => vec![(&CLAIM_PRINCIPAL, -item.price)],
            4..16 => self.partial(item, market, commission),
            _ => {
                let sellable = self.stock[usize::from(item.listing)];
                let amounts = self.full(order, item, market, commission);
                let sellable = self.stock[usize::from(item.listing)] > sellable;
                let Order { reference, shipped: left, .. } = *order;
                let Item { listing, units, .. } = *item;
                let back = CameBack { reference, listing, units, left, at, sellable };
                self.account.came_back.push(back);
                amounts
            }
        };
        self.account.books.post(posting, &amounts);
    }

    fn full(
        &mut self,
        order: &Order,
        item: &Item,
        market: Market,
        commission: i64,
    ) -> Vec<(&'static Words, i64)> {
        let mut amounts = vec![
            (&REFUND_PRINCIPAL, -item.price),
            (&REFUND_TAX, -item.tax),
            (&REFUND_PROMOTION, item.discount),
            (&REFUND_COMMISSION_BACK, commission),
            (&REFUND_COMMISSION, -fees::refund_administration(self.store, commission)),
        ];
        if item.shipping > 0 && !item.free_shipping {
            amounts.push((&REFUND_SHIPPING, -item.shipping));
            amounts.push((&REFUND_SHIPPING_CHARGEBACK, item.shipping));
        }
        match market {
            Market::Us => amounts.push((&REFUND_WITHHELD, item.tax)),
            Market::Jp => {
                if order.business {
                    amounts.push((&REFUND_POINTS, share(item.price, 10)));
                }
            }
            _ => amounts.push((&REFUND_WITHHELD_VAT, item.tax)),
        }
        if self.dice.chance(40) {
            amounts.push((&REFUND_RESTOCKING, share(item.price, 200)));
        }
        // Most of what comes back can be sold again.
        if self.dice.chance(650) {
            self.stock[usize::from(item.listing)] += i64::from(item.units);
        }
        amounts
    }

    /// Part of the price, beside the full quantity: the report writes it so.
    fn partial(
        &mut self,
        item: &Item,
        market: Market,
        commission: i64,
    ) -> Vec<(&'static Words, i64)> {
        let per_mille = *self.dice.pick(&[200, 300, 500]);
        let tax = share(item.tax, per_mille);
        let withheld: &'static Words =
            if market == Market::Us { &REFUND_WITHHELD } else { &REFUND_WITHHELD_VAT };
        let mut amounts = vec![
            (&REFUND_PRINCIPAL, -share(item.price, per_mille)),
            (&REFUND_TAX, -tax),
            (&REFUND_COMMISSION_BACK, share(commission, per_mille)),
        ];
        if market != Market::Jp {
            amounts.push((withheld, tax));
        }
        if self.dice.chance(300) {
            amounts.push((&REFUND_GOODWILL, -fees::shipping(self.store)));
        }
        amounts
    }
}
