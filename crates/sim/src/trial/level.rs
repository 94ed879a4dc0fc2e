//! What is to be expected of a SKU on a day: the true model, with or without its problems.
// float-ok: expected values of a model.

use super::goods::{COUPON_FEE, KEPT, REFERRAL, Sku, TRIAL_STORES};

/// What is different from a plain day.
#[derive(Clone, Debug)]
pub(crate) enum What {
    Organic(f64),
    Conversion(f64),
    BuyBox(f64),
    /// A factor of the price; demand answers by the SKU's elasticity.
    Price(f64),
    UnitCost(f64),
    /// Added to the fulfilment of a unit, in minor units.
    Fulfilment(i64),
    Returns(f64),
    /// Refunds do not bring the referral fee back.
    FeeKept,
    Ads(AdsMod),
    /// A share of what would be spent a day is all that may be spent.
    Budget(f64),
    /// Share of buyers who use a coupon, and what it takes off the price.
    Coupon(f64, f64),
    /// The listing is closed.
    Closed,
    /// Nothing to sell; `true` when the ads go on.
    Empty(bool),
    /// Nothing is sold and nothing is spent.
    Nothing,
}

/// Factors on some of the ads of a SKU.
#[derive(Clone, Debug)]
pub(crate) struct AdsMod {
    /// `None` = every target.
    pub(crate) target: Option<usize>,
    /// `None` = every term of the target.
    pub(crate) term: Option<usize>,
    pub(crate) impressions: f64,
    pub(crate) clicks: f64,
    pub(crate) cost: f64,
    pub(crate) bid: f64,
    pub(crate) conversion: f64,
}

impl AdsMod {
    pub(crate) fn all() -> Self {
        Self {
            target: None,
            term: None,
            impressions: 1.0,
            clicks: 1.0,
            cost: 1.0,
            bid: 1.0,
            conversion: 1.0,
        }
    }
}

/// From which to which day something is different, and because of which planted thing.
#[derive(Clone, Debug)]
pub(crate) struct Mod {
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) because: usize,
    pub(crate) what: What,
}

/// One search term on a day.
#[derive(Clone, Debug)]
pub(crate) struct AdLevel {
    pub(crate) impressions: f64,
    pub(crate) clicks: f64,
    /// Minor units for one click.
    pub(crate) cost: f64,
    pub(crate) bid: f64,
    pub(crate) conversion: f64,
}

/// What is expected of a SKU on a day, before the shocks of the day.
#[derive(Clone, Debug)]
pub(crate) struct Level {
    pub(crate) organic: f64,
    pub(crate) conversion: f64,
    pub(crate) buy_box: f64,
    pub(crate) price: f64,
    pub(crate) unit_cost: f64,
    pub(crate) fulfilment: f64,
    pub(crate) returns: f64,
    pub(crate) fee_kept: bool,
    pub(crate) coupon: (f64, f64),
    pub(crate) open: bool,
    pub(crate) empty: bool,
    pub(crate) ads: Vec<AdLevel>,
    pub(crate) budget: f64,
}

/// Which of the planted things count.
#[derive(Clone, Copy)]
pub(crate) enum Sight<'a> {
    AsItIs,
    Without(usize),
    /// As it is, and this on top.
    With(&'a [What]),
}

/// What a day brings on average.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct Economics {
    pub(crate) sessions: f64,
    pub(crate) units: f64,
    pub(crate) ad_cost: f64,
    pub(crate) sales: f64,
    /// Sales less goods, fees, refunds and ads, in minor units.
    pub(crate) contribution: f64,
}

impl Economics {
    pub(crate) fn add(&mut self, other: Self) {
        self.sessions += other.sessions;
        self.units += other.units;
        self.ad_cost += other.ad_cost;
        self.sales += other.sales;
        self.contribution += other.contribution;
    }
}

/// Prices end in 99.
pub(crate) fn round_price(minor: f64) -> i64 {
    ((minor / 100.0 + 0.5) as i64).max(1) * 100 - 1
}

/// Sessions of a page that cannot sell.
const CLOSED_VISITS: f64 = 0.3;
/// Share of returned units that are sold again.
pub(crate) const SELLABLE_AGAIN: f64 = 0.6;

impl Level {
    pub(crate) fn of(sku: &Sku, day: usize, sight: Sight<'_>) -> Self {
        let mut level = Self::plain(sku);
        for change in &sku.mods {
            let counts = !matches!(sight, Sight::Without(because) if because == change.because);
            if counts && (change.from..=change.to).contains(&day) {
                level.apply(sku, &change.what);
            }
        }
        if let Sight::With(more) = sight {
            for what in more {
                level.apply(sku, what);
            }
        }
        level
    }

    fn plain(sku: &Sku) -> Self {
        let ads = sku.terms.iter().map(|term| {
            let bid = sku.targets[term.target].bid;
            AdLevel {
                impressions: term.clicks * term.impressions,
                clicks: term.clicks,
                cost: bid * 0.6,
                bid,
                conversion: term.conversion,
            }
        });
        Self {
            organic: sku.organic,
            conversion: sku.conversion,
            buy_box: 0.97,
            price: sku.price as f64,
            unit_cost: sku.cost as f64 / TRIAL_STORES[sku.store].dollars(),
            fulfilment: sku.fulfilment as f64,
            returns: sku.returns,
            fee_kept: false,
            coupon: (0.0, 0.0),
            open: true,
            empty: false,
            ads: ads.collect(),
            budget: sku.budget as f64,
        }
    }

    fn apply(&mut self, sku: &Sku, what: &What) {
        match what {
            What::Organic(factor) => self.organic *= factor,
            What::Conversion(factor) => self.conversion *= factor,
            What::BuyBox(share) => {
                self.conversion *= share / self.buy_box;
                self.buy_box = *share;
            }
            What::Price(factor) => {
                let before = sku.at_price(self.price);
                self.price = round_price(self.price * factor) as f64;
                self.conversion *= sku.at_price(self.price) / before;
            }
            What::UnitCost(factor) => self.unit_cost *= factor,
            What::Fulfilment(more) => self.fulfilment += *more as f64,
            What::Returns(factor) => self.returns *= factor,
            What::FeeKept => self.fee_kept = true,
            What::Coupon(share, off) => self.coupon = (*share, *off),
            What::Closed => self.open = false,
            What::Ads(change) => self.apply_ads(sku, change),
            What::Budget(share) => {
                let spent: f64 = self.ads.iter().map(|ad| ad.clicks * ad.cost).sum();
                self.budget = ((spent * share / 50.0) as i64 * 50).max(50) as f64;
            }
            What::Empty(ads_go_on) => {
                self.empty = true;
                let left = if *ads_go_on { 0.7 } else { 0.0 };
                for ad in &mut self.ads {
                    ad.clicks *= left;
                    ad.impressions *= left;
                }
            }
            What::Nothing => {
                self.organic = 0.0;
                for ad in &mut self.ads {
                    ad.clicks = 0.0;
                }
            }
        }
    }

    fn apply_ads(&mut self, sku: &Sku, change: &AdsMod) {
        for (number, ad) in self.ads.iter_mut().enumerate() {
            let target = sku.terms[number].target;
            let meant = change.target.is_none_or(|wanted| wanted == target)
                && change.term.is_none_or(|wanted| wanted == number);
            if meant {
                ad.clicks *= change.clicks;
                ad.impressions *= change.impressions * change.clicks;
                ad.cost *= change.cost;
                ad.bid *= change.bid;
                ad.conversion *= change.conversion;
            }
        }
    }

    /// Which share of the ads a day's budget allows when demand is `shock` times the usual.
    pub(crate) fn allowed(&self, shock: f64) -> f64 {
        let spent: f64 = self.ads.iter().map(|ad| ad.clicks * ad.cost).sum::<f64>() * shock;
        if spent > self.budget { self.budget / spent } else { 1.0 }
    }

    pub(crate) fn sells(&self) -> bool {
        self.open && !self.empty
    }

    /// Visits that come without an ad, on a day with this much demand.
    pub(crate) fn visits(&self, shock: f64) -> f64 {
        self.organic * shock * if self.sells() { 1.0 } else { CLOSED_VISITS }
    }

    /// What a unit leaves before advertising, its share of returns taken off.
    pub(crate) fn margin(&self) -> f64 {
        let paid = self.price * (1.0 - self.coupon.0 * self.coupon.1);
        let referral = paid * REFERRAL as f64 / 1000.0;
        let back = if self.fee_kept { 0.0 } else { referral * (1000 - KEPT) as f64 / 1000.0 };
        let goods_back = SELLABLE_AGAIN * self.unit_cost;
        let coupons = self.coupon.0 * COUPON_FEE as f64;
        paid - referral
            - coupons
            - self.fulfilment
            - self.unit_cost
            - self.returns * (paid - back - goods_back)
    }

    /// The day on average, when demand is `shock` times the usual.
    pub(crate) fn economics(&self, shock: f64) -> Economics {
        let allowed = self.allowed(shock);
        let organic = self.visits(shock);
        let mut sum = Economics { sessions: organic, ..Economics::default() };
        sum.units = if self.sells() { organic * self.conversion } else { 0.0 };
        for ad in &self.ads {
            let clicks = ad.clicks * shock * allowed;
            sum.sessions += clicks;
            sum.ad_cost += clicks * ad.cost;
            if self.sells() {
                sum.units += clicks * (self.conversion * ad.conversion).min(0.9);
            }
        }
        let paid = self.price * (1.0 - self.coupon.0 * self.coupon.1);
        sum.sales = sum.units * paid;
        sum.contribution = sum.units * self.margin() - sum.ad_cost;
        sum
    }
}
