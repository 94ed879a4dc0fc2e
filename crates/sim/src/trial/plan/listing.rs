//! Problems of listings and their traffic.
// float-ok: sizes of planted things in a model.

use super::{Part, Planner};
use crate::trial::level::{AdsMod, What};

impl Planner<'_> {
    pub(super) fn listing(&mut self) {
        for _ in 0..self.times() {
            self.conversion_fell();
            self.sessions_fell();
            self.buy_box_lost();
            self.price_cut();
        }
        self.closed();
        self.returns_up();
        self.rated_down();
    }

    /// A problem that shows in sales only.
    fn shown(&mut self, rule: &'static str, cause: &'static str, (sku, from): (usize, usize)) {
        let plant = self.problem(rule, sku, from);
        plant.cause = cause;
        plant.noisy = Some(Part::Sku);
    }

    fn conversion_fell(&mut self) {
        let (sku, from) = (self.struck(), self.ago(14, 28));
        let left = self.chance.between(0.42, 0.6);
        self.shown("listing.conversion_fell", "page", (sku, from));
        self.because(sku, from, What::Conversion(left));
        let near = self.spared();
        self.slightly(near, from, What::Conversion(0.95));
        self.spare("listing.conversion_fell", near, "conversion a twentieth lower");
    }

    fn sessions_fell(&mut self) {
        let (sku, from) = (self.struck(), self.ago(14, 28));
        let left = self.chance.between(0.35, 0.5);
        self.shown("listing.sessions_fell", "organic", (sku, from));
        self.because(sku, from, What::Organic(left));
        let (sku, from) = (self.struck(), self.ago(14, 28));
        // Ads that brought most of the visits.
        let strong = AdsMod { clicks: 2.5, ..AdsMod::all() };
        self.slightly(sku, 0, What::Ads(strong));
        self.slightly(sku, 0, What::Organic(0.6));
        self.shown("listing.sessions_fell", "ads", (sku, from));
        let few = AdsMod { clicks: 0.1, ..AdsMod::all() };
        self.because(sku, from, What::Ads(few));
    }

    fn buy_box_lost(&mut self) {
        let (sku, from) = (self.struck(), self.ago(12, 26));
        let share = self.chance.between(0.2, 0.45);
        self.shown("listing.buy_box_lost", "rival_offer", (sku, from));
        self.because(sku, from, What::BuyBox(share));
        let near = self.spared();
        self.slightly(near, from, What::BuyBox(0.93));
        self.spare("listing.buy_box_lost", near, "the buy box is lost now and then");
    }

    fn price_cut(&mut self) {
        let (sku, from) = (self.struck(), self.ago(14, 24));
        let factor = self.chance.between(0.62, 0.72);
        let plant = self.problem("listing.price_beyond_policy", sku, from);
        plant.cause = "too_low";
        self.because(sku, from, What::Price(factor));
        let near = self.spared();
        self.slightly(near, from, What::Price(0.97));
        self.spare("listing.price_beyond_policy", near, "a price change within policy");
    }

    fn closed(&mut self) {
        let (sku, from) = (self.struck(), self.ago(6, 12));
        let plant = self.problem("listing.inactive_with_stock", sku, from);
        plant.cause = "inactive";
        self.because(sku, from, What::Closed);
        let none = AdsMod { clicks: 0.0, ..AdsMod::all() };
        self.because(sku, from, What::Ads(none));
    }

    fn returns_up(&mut self) {
        let (sku, from) = (self.struck(), self.ago(36, 45));
        let more = self.chance.between(4.5, 6.0);
        self.shown("listing.returns_up", "defective", (sku, from));
        self.because(sku, from, What::Returns(more));
        let near = self.spared();
        self.slightly(near, from, What::Returns(1.2));
        self.spare("listing.returns_up", near, "a few more returns");
    }

    fn rated_down(&mut self) {
        let (sku, from) = (self.struck(), self.ago(30, 45));
        self.shown("listing.rating_fell", "reviews", (sku, from));
        self.because(sku, from, What::Conversion(0.72));
        self.quirks.rated_down.push((sku, from));
    }
}
