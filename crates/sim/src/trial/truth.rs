//! What is so by the model though it was not planted: a finding of it is not false.
// float-ok: expected values of the model.

use std::collections::BTreeMap;

use super::{
    Trial,
    goods::{Match, Role, Sku, TRIAL_STORES},
    level::{AdLevel, Economics, Level, Sight, What},
};

type Keys = BTreeMap<&'static str, String>;

/// The newest days and those before them.
const RECENT: usize = 28;
const BEFORE: usize = 56;

impl Trial {
    pub(crate) fn also(&self) -> Vec<(&'static str, Keys)> {
        let mut also = Vec::new();
        for (number, sku) in self.skus.iter().enumerate() {
            let keys = keys(sku);
            let mut tell = |rule: &'static str, so: bool| {
                if so {
                    also.push((rule, keys.clone()));
                }
            };
            self.money_and_listing(number, sku, &mut tell);
            self.stocked(number, &mut tell);
            self.advertised(number, &mut also);
        }
        also
    }

    fn money_and_listing(
        &self,
        number: usize,
        sku: &Sku,
        tell: &mut dyn FnMut(&'static str, bool),
    ) {
        let last = self.spec.len() - 1;
        let split = last + 1 - RECENT;
        let recent = self.sum(number, (split, last), Sight::AsItIs);
        let before = self.sum(number, (split.saturating_sub(BEFORE), split - 1), Sight::AsItIs);
        let fell = |of: fn(&Economics) -> f64, by: f64| {
            let (now, then) = (of(&recent) / RECENT as f64, of(&before) / BEFORE as f64);
            then > 0.0 && now < then * (1.0 - by)
        };
        let share = |sum: &Economics| sum.contribution / sum.sales.max(1.0);
        let conversion = |sum: &Economics| sum.units / sum.sessions.max(1.0);
        tell("money.negative_contribution", recent.contribution < 0.0);
        tell("money.margin_fell", share(&recent) < share(&before) - 0.015);
        tell("listing.sessions_fell", fell(|sum| sum.sessions, 0.12));
        tell("listing.conversion_fell", conversion(&recent) < conversion(&before) * 0.92);
        let any = |wanted: fn(&What) -> bool| {
            sku.mods.iter().any(|change| change.to == last && wanted(&change.what))
        };
        tell("listing.price_beyond_policy", any(|what| matches!(what, What::Price(_))));
        tell(
            "listing.buy_box_lost",
            any(|what| matches!(what, What::BuyBox(share) if *share < 0.9)),
        );
        tell("listing.returns_up", any(|what| matches!(what, What::Returns(more) if *more > 1.4)));
        tell("listing.inactive_with_stock", any(|what| matches!(what, What::Closed)));
        let dearer = |what: &What| matches!(what, What::Fulfilment(more) if *more > 20);
        tell("money.fee_per_unit_jumped", any(dearer));
        // A coupon takes its own fee.
        tell("money.fee_per_unit_jumped", any(|what| matches!(what, What::Coupon(..))));
    }

    fn stocked(&self, number: usize, tell: &mut dyn FnMut(&'static str, bool)) {
        let last = self.spec.len() - 1;
        let (sku, stock) = (&self.skus[number], &self.stock[number]);
        let usual = Level::of(sku, last, Sight::AsItIs).economics(1.0).units.max(0.05);
        let left = f64::from(stock.sellable[last]);
        let position = left + f64::from(stock.inbound(last));
        tell("stock.out_of_stock", left < 1.0);
        // Goods ordered today take a month.
        tell("stock.stockout_ahead", left > 0.0 && position / usual < 33.0);
        let late = |shipment: &super::warehouse::Shipment| {
            shipment.arrived.is_none() && shipment.due + 7 < last
        };
        tell("stock.stockout_ahead", left / usual < 22.0 && stock.shipments.iter().any(late));
        tell("stock.inbound_late", stock.shipments.iter().any(late));
        tell("stock.overstock", position / usual > 90.0);
        tell("stock.no_sales", left > 0.0 && sku.stock.still.is_some());
        tell("money.aged_fee_ahead", sku.stock.aged.0 > 0);
        let spends = Level::of(sku, last, Sight::AsItIs).economics(1.0).ad_cost > 0.0;
        // Ads are worth keeping when goods come before the shelf is empty, or within days.
        let soon = |shipment: &super::warehouse::Shipment| {
            let days = shipment.due as f64 - last as f64;
            shipment.arrived.is_none() && days >= 0.0 && days <= (left / usual).max(3.0)
        };
        let comes = stock.shipments.iter().any(soon);
        tell("ads.ads_without_stock", spends && left / usual < 14.0 && !comes);
    }

    fn advertised(&self, number_of_sku: usize, also: &mut Vec<(&'static str, Keys)>) {
        let sku = &self.skus[number_of_sku];
        let last = self.spec.len() - 1;
        let level = Level::of(sku, last, Sight::AsItIs);
        let before = Level::of(sku, last.saturating_sub(RECENT + BEFORE / 2), Sight::AsItIs);
        let margin = level.margin();
        let brings = |ad: &AdLevel| {
            ad.clicks * (level.conversion * ad.conversion * margin * sells(&level) - ad.cost)
        };
        for (number, target) in sku.targets.iter().enumerate() {
            let mut keys = campaign(sku);
            keys.insert("target", target.text.clone());
            keys.insert("match_type", target.matching.name().to_lowercase());
            let mut tell = |rule: &'static str, so: bool| {
                if so {
                    also.push((rule, keys.clone()));
                }
            };
            let of = |of: &Level| -> Vec<AdLevel> {
                let ads = of.ads.iter().zip(&sku.terms);
                ads.filter(|(_, term)| term.target == number).map(|(ad, _)| ad.clone()).collect()
            };
            let (now, then) = (of(&level), of(&before));
            let sum: f64 = now.iter().map(brings).sum();
            let cost: f64 = now.iter().map(|ad| ad.clicks * ad.cost).sum();
            let dearer = now.iter().zip(&then).any(|(now, then)| now.cost > then.cost * 1.1);
            tell("ads.keyword_burns_margin", cost > 0.0 && sum < 0.0);
            tell("ads.cpc_jumped", dearer);
            // Clicks grow almost as the bid does: a higher one pays until a click costs 47 % of what it
            // brings.
            tell("ads.bid_below_margin", cost < 0.47 * (sum + cost));
        }
        for (number, term) in sku.terms.iter().enumerate() {
            let ad = &level.ads[number];
            let mut keys = campaign(sku);
            keys.insert("search_term", term.text.clone());
            let sum = brings(ad);
            if ad.clicks > 0.0 && sum < 0.0 {
                also.push(("ads.search_term_wastes", keys.clone()));
            }
            if sum > 0.0 && sku.targets[term.target].matching != Match::Exact {
                also.push(("ads.harvest_exact", keys));
            }
        }
        let capped = |day: usize| {
            Level::of(sku, day, Sight::AsItIs).allowed(self.history.shocks[number_of_sku][day])
                < 0.98
        };
        if !sku.terms.is_empty() && (last + 1 - RECENT..=last).any(capped) {
            also.push(("ads.budget_out", campaign(sku)));
        }
    }

    /// SKUs left alone, in which nothing at all should be found.
    pub fn untouched(&self) -> impl Iterator<Item = &str> {
        let alone = self.skus.iter().filter(|sku| sku.role == Role::Control);
        alone.map(|sku| sku.seller_sku.as_str())
    }
}

fn sells(level: &Level) -> f64 {
    if level.sells() { 1.0 } else { 0.0 }
}

fn keys(sku: &Sku) -> Keys {
    let store = &TRIAL_STORES[sku.store];
    BTreeMap::from([
        ("store", store.name.to_owned()),
        ("market", store.market.code().to_owned()),
        ("seller_sku", sku.seller_sku.clone()),
    ])
}

fn campaign(sku: &Sku) -> Keys {
    let store = &TRIAL_STORES[sku.store];
    BTreeMap::from([("store", store.name.to_owned()), ("campaign", sku.campaign())])
}
