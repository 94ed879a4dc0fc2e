//! What each outlet makes of a sale and of a refund, in its own words.

use super::Trade;
use crate::{
    fees::part,
    place::{EBAY, TIKTOK, WALMART, WOO},
    words::{Words, ebay, etsy, tiktok, walmart, woo},
};

impl Trade<'_> {
    pub(super) fn sale(
        &mut self,
        item: i64,
        shipping: i64,
        units: u16,
    ) -> Vec<(&'static Words, i64)> {
        let all = item + shipping;
        match self.store {
            EBAY => vec![
                (&ebay::ITEM, item),
                (&ebay::SHIPPING, shipping),
                (&ebay::FIXED_FEE, -30),
                (&ebay::VARIABLE_FEE, -part(all, 1290)),
                (&ebay::REGULATORY_FEE, -part(all, 35)),
            ],
            WALMART => {
                let tax = part(item, *self.dice.pick(&[0, 625, 825, 887]));
                vec![
                    (&walmart::PRICE, item),
                    (&walmart::SHIPPING, shipping),
                    (&walmart::TAX, tax),
                    (&walmart::TAX_WITHHELD, -tax),
                    (&walmart::COMMISSION, -part(item, 1500)),
                    (&walmart::COMMISSION_SHIPPING, -part(shipping, 1500)),
                ]
            }
            TIKTOK => {
                let discount = if self.dice.chance(350) { part(item, 800) } else { 0 };
                let commission = part(item - discount, 600);
                let brought = self.dice.chance(400);
                vec![
                    (&tiktok::SALES, item),
                    (&tiktok::DISCOUNT, -discount),
                    (&tiktok::COMMISSION, -commission),
                    (&tiktok::FEE_TAX, -part(commission, 725)),
                    (&tiktok::AFFILIATE, if brought { -part(item - discount, 1200) } else { 0 }),
                    (&tiktok::SHIPPING, shipping - 458 * i64::from(units)),
                ]
            }
            WOO => {
                let coupon = if self.dice.chance(150) { part(item, 1000) } else { 0 };
                let wrap = if self.dice.chance(60) { 250 } else { 0 };
                let tax = part(item - coupon, 1900) + part(shipping, 1900) + part(wrap, 1900);
                let all = item - coupon + shipping + wrap + tax;
                vec![
                    (&woo::SALES, item),
                    (&woo::COUPON, -coupon),
                    (&woo::SHIPPING, shipping),
                    (&woo::FEE_LINE, wrap),
                    (&woo::TAX, tax),
                    (&woo::PAYMENT_FEE, -part(all, 150) - 25),
                ]
            }
            _ => {
                let tax = part(item, *self.dice.pick(&[0, 600, 925]));
                let mut parts = vec![
                    (&etsy::SALE, all),
                    (&etsy::TAX, tax),
                    (&etsy::TAX_OUT, -tax),
                    (&etsy::TRANSACTION_FEE, -part(item, 650)),
                    (&etsy::TRANSACTION_FEE_SHIPPING, -part(shipping, 650)),
                    (&etsy::PROCESSING_FEE, -part(all + tax, 300) - 25),
                ];
                // One equal row for each unit: both are real.
                parts.extend((0..units).map(|_| (&etsy::LISTING_FEE, -20)));
                parts
            }
        }
    }

    pub(super) fn refund(&mut self, item: i64, shipping: i64) -> Vec<(&'static Words, i64)> {
        match self.store {
            EBAY => vec![
                (&ebay::REFUND_ITEM, -item),
                (&ebay::REFUND_SHIPPING, -shipping),
                (&ebay::VARIABLE_FEE, part(item + shipping, 1290)),
            ],
            WALMART => vec![
                (&walmart::REFUND_PRICE, -item),
                (&walmart::REFUND_COMMISSION, part(item, 1500)),
            ],
            TIKTOK => vec![
                (&tiktok::REFUND, -item),
                (&tiktok::REFUND_COMMISSION, part(item, 480)),
                (&tiktok::REFUND_ADMIN, -part(item, 120)),
            ],
            _ => vec![(&etsy::REFUND, -item)],
        }
    }
}
