//! Changes whose true effect is known, also none.
// float-ok: effects in a model.

use super::Planner;
use crate::trial::{
    chance::power,
    goods::{Role, Size},
    level::{AdsMod, Mod, What, round_price},
};

/// A change that was made.
#[derive(Clone, Debug)]
pub(crate) struct Planned {
    pub(crate) sku: usize,
    pub(crate) day: usize,
    pub(crate) kind: &'static str,
    pub(crate) play: &'static str,
    pub(crate) before: String,
    pub(crate) after: String,
    /// What [`Mod::because`] says.
    pub(crate) because: usize,
}

/// Numbers of changes stand behind those of problems.
pub(crate) const FIRST_CHANGE: usize = 1_000_000;
/// The title that a listing has after its title was changed.
pub(crate) const NEW_TITLE: &str = "New: ";

const KINDS: [(&str, &str); 5] = [
    ("listing.image", "listing.rewrite_page"),
    ("listing.price", "listing.lower_price"),
    ("listing.title", "listing.rewrite_page"),
    ("promo.coupon", "listing.coupon"),
    ("ads.bid", "ads.raise_bid"),
];
/// Effects on demand in per cent, of ten changes in a row: as many do nothing as do much.
const EFFECTS: [i32; 10] = [0, 30, 0, 10, 30, 0, 10, -20, 0, 30];

impl Planner<'_> {
    pub(super) fn changes(&mut self) {
        for number in 0..usize::from(self.spec.changes) {
            let size = [Size::Ten, Size::Two, Size::Fifty, Size::Ten][number % 4];
            let store = usize::from(number % 5 >= 3);
            let sku = self.sku(store, size, Role::Change);
            let day = self.ago(40, 66);
            let (kind, play) = KINDS[(number + number / 5) % KINDS.len()];
            let effect = EFFECTS[(number + self.spec.seed as usize) % EFFECTS.len()];
            let because = FIRST_CHANGE + number;
            let (what, before, after) = self.change(sku, kind, effect);
            let to = self.last();
            for what in what {
                self.skus[sku].mods.push(Mod { from: day, to, because, what });
            }
            self.planned.push(Planned { sku, day, kind, play, before, after, because });
        }
    }

    /// What a change of a kind does, and what stands in the records before and after it.
    fn change(&self, sku: usize, kind: &str, per_cent: i32) -> (Vec<What>, String, String) {
        let of = &self.skus[sku];
        let (none, effect) = (per_cent == 0, f64::from(100 + per_cent) / 100.0);
        match kind {
            "listing.price" if none => {
                let price = |minor: i64| format!("{}.{:02}", minor / 100, minor % 100);
                (Vec::new(), price(of.price), price(of.price))
            }
            "listing.price" => {
                // The price that moves demand as much, by the elasticity of the SKU.
                let factor = power(effect, -1.0 / of.elasticity);
                let price = |minor: i64| format!("{}.{:02}", minor / 100, minor % 100);
                let after = round_price(of.price as f64 * factor);
                (vec![What::Price(factor)], price(of.price), price(after))
            }
            "ads.bid" => {
                let change =
                    AdsMod { clicks: effect * effect, cost: effect, bid: effect, ..AdsMod::all() };
                let bid = of.targets.first().map_or(0.0, |target| target.bid);
                let money = |minor: f64| format!("{:.2}", minor / 100.0);
                let what = if none { Vec::new() } else { vec![What::Ads(change)] };
                (what, money(bid), money(bid * effect))
            }
            "promo.coupon" if none => (Vec::new(), String::new(), "coupon".to_owned()),
            "promo.coupon" => (
                vec![What::Conversion(effect), What::Coupon(0.3, 0.1)],
                String::new(),
                "coupon".to_owned(),
            ),
            "listing.title" => {
                let title = of.title.clone();
                (vec![What::Conversion(effect)], title.clone(), format!("{NEW_TITLE}{title}"))
            }
            _ => (vec![What::Conversion(effect)], "image-1".to_owned(), "image-2".to_owned()),
        }
    }
}
