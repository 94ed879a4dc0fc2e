//! What the company changed on purpose, and what each change truly did to demand: the ground that
//! measured effects are judged on.
//!
//! **Invariant:** a change works from its first day on by the factors written here and by nothing else;
//! reports show it only where the channel would.

use argosy_kernel::Day;
use chrono::{Datelike, Days};

use crate::{
    ads,
    catalogue::Product,
    place::{EU, JP, Market, STORES, StoreIndex, US},
    spec::Spec,
};

/// Nothing changed, in per mille.
const SAME: i64 = 1000;
/// Whole weeks before a change, the days of its effect with some that are left out, and the days of
/// the newest statement, which is still open.
const DAYS_BEFORE: u64 = 56;
const DAYS_AFTER: u64 = 33;
const OPEN_DAYS: u64 = 16;
/// From here on a company is long enough for a whole season of changes.
const LONG_DAYS: u64 = 250;
/// How long a coupon runs.
const COUPON_DAYS: u64 = 42;
/// A bid, as a share of the price of the goods.
const BID_PER_MILLE: i64 = 40;

/// How the company itself knows of a change.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Told {
    /// Somebody did it as a play says and wrote it down on its day.
    Done(&'static str),
    /// Nobody wrote it down: reports show it.
    Seen,
}

/// A change whose true effect is known.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Intervention {
    /// As changes are called: `listing.title`, `ads.bid` …
    pub kind: &'static str,
    pub told: Told,
    pub store: &'static str,
    /// Of a campaign.
    pub market: Option<&'static str>,
    pub seller_sku: Option<String>,
    pub campaign: Option<String>,
    /// Name of the product.
    pub product: String,
    pub before: String,
    pub after: String,
    /// The first day on which it holds.
    pub day: Day,
    /// The metric it was made for.
    pub metric: &'static str,
    /// Units that would have been sold, in per mille of those without it; of a campaign, clicks.
    pub demand_per_mille: i64,
    /// What a unit is sold for, of a campaign what a click costs, in per mille.
    pub price_per_mille: i64,
}

/// What is done to a listing or a campaign.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Deed {
    Title(Title),
    Image,
    Price,
    Coupon,
    Bid,
}

/// How a title is written anew.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Title {
    /// What buyers ask for stands in it.
    Benefits,
    /// The same words in another order.
    Reordered,
    /// All words that buyers search for are gone.
    BrandOnly,
}

#[derive(Clone, Copy, Debug)]
struct Draft {
    store: StoreIndex,
    listing: u16,
    /// Days after the first possible one.
    after: u64,
    told: Told,
    deed: Deed,
    demand: i64,
    price: i64,
}

const fn draft(
    (store, listing): (StoreIndex, u16),
    after: u64,
    told: Told,
    deed: Deed,
    (demand, price): (i64, i64),
) -> Draft {
    Draft { store, listing, after, told, deed, demand, price }
}

const REWRITE: Told = Told::Done("listing.rewrite_page");

/// A season of changes in the US, Europe and Japan, each on goods of its own.
const LONG: [Draft; 9] = [
    draft((US, 0), 3, REWRITE, Deed::Title(Title::Benefits), (2500, SAME)),
    draft((US, 3), 9, REWRITE, Deed::Title(Title::Reordered), (SAME, SAME)),
    draft((EU, 0), 13, Told::Done("stock.clear_out"), Deed::Price, (1250, 800)),
    draft((US, 2), 16, Told::Done("listing.coupon"), Deed::Coupon, (2200, SAME)),
    draft((US, 39), 20, REWRITE, Deed::Title(Title::Benefits), (1300, SAME)),
    draft((US, 1), 12, Told::Seen, Deed::Title(Title::BrandOnly), (100, SAME)),
    draft((EU, 1), 18, REWRITE, Deed::Image, (2200, SAME)),
    draft((US, 4), 22, Told::Done("ads.raise_bid"), Deed::Bid, (2000, 1300)),
    draft((JP, 0), 15, Told::Done("ads.lower_bid"), Deed::Bid, (500, 700)),
];

/// A company of a quarter or two is small: only what is very large can be told.
const SHORT: [Draft; 4] = [
    draft((US, 0), 0, REWRITE, Deed::Title(Title::Benefits), (3000, SAME)),
    draft((US, 1), 2, REWRITE, Deed::Title(Title::Reordered), (SAME, SAME)),
    draft((US, 24), 3, REWRITE, Deed::Title(Title::Benefits), (1500, SAME)),
    draft((EU, 0), 3, Told::Seen, Deed::Title(Title::BrandOnly), (300, SAME)),
];

/// All changes of a company, each with its first day.
#[derive(Clone, Debug, Default)]
pub(crate) struct Season(Vec<(Day, Draft)>);

impl Season {
    /// The changes that fit into the time of a company: their windows before and after are whole and
    /// hold no change of all prices, which a long company makes on `all_prices`.
    pub(crate) fn new(spec: &Spec, all_prices: Day) -> Self {
        let length = (spec.to - spec.from).num_days().unsigned_abs();
        let (first, drafts) = if length >= LONG_DAYS {
            (all_prices + Days::new(DAYS_BEFORE + 1), LONG.as_slice())
        } else {
            (spec.from + Days::new(DAYS_BEFORE), SHORT.as_slice())
        };
        let whole = |day: Day| day + Days::new(DAYS_AFTER + OPEN_DAYS) <= spec.to;
        let on = |draft: &Draft| {
            let day = first + Days::new(draft.after);
            match draft.told {
                Told::Done(_) => day,
                // Reports of Sundays show it on its very day.
                Told::Seen => day + Days::new(u64::from(6 - day.weekday().num_days_from_monday())),
            }
        };
        let known = |draft: &&Draft| draft.listing < spec.products;
        let all = drafts.iter().filter(known).map(|draft| (on(draft), *draft));
        Self(all.filter(|(day, _)| whole(*day)).collect())
    }

    /// The changes that hold of a listing on a day.
    fn holding(
        &self,
        store: StoreIndex,
        listing: u16,
        day: Day,
    ) -> impl Iterator<Item = &Draft> + '_ {
        let holds = move |(since, draft): &&(Day, Draft)| {
            let over = draft.deed == Deed::Coupon && day >= *since + Days::new(COUPON_DAYS);
            (draft.store, draft.listing) == (store, listing) && *since <= day && !over
        };
        self.0.iter().filter(holds).map(|(_, draft)| draft)
    }

    fn product(
        &self,
        of: (StoreIndex, u16, Day),
        meant: fn(&Deed) -> bool,
        factor: fn(&Draft) -> i64,
    ) -> i64 {
        let (store, listing, day) = of;
        let factors = self.holding(store, listing, day).filter(|draft| meant(&draft.deed));
        factors.fold(SAME, |all, draft| all * factor(draft) / SAME)
    }

    /// Orders in per mille of those without changes.
    pub(crate) fn demand(&self, store: StoreIndex, listing: u16, day: Day) -> u64 {
        let of = (store, listing, day);
        self.product(of, |deed| *deed != Deed::Bid, |draft| draft.demand).unsigned_abs()
    }

    /// The price in per mille of that without changes.
    pub(crate) fn price(&self, store: StoreIndex, listing: u16, day: Day) -> i64 {
        self.product((store, listing, day), |deed| *deed == Deed::Price, |draft| draft.price)
    }

    pub(crate) fn has_coupon(&self, store: StoreIndex, listing: u16, day: Day) -> bool {
        self.holding(store, listing, day).any(|draft| draft.deed == Deed::Coupon)
    }

    /// Clicks of a campaign, and what each costs, in per mille of those without changes.
    pub(crate) fn bid(&self, store: StoreIndex, listing: u16, day: Day) -> (u64, i64) {
        let of = (store, listing, day);
        let is_bid = |deed: &Deed| *deed == Deed::Bid;
        let clicks = self.product(of, is_bid, |draft| draft.demand);
        (clicks.unsigned_abs(), self.product(of, is_bid, |draft| draft.price))
    }

    /// The title of a listing on a day in the home market of its store.
    pub(crate) fn title(
        &self,
        (store, listing): (StoreIndex, u16),
        product: &Product,
        day: Day,
    ) -> String {
        let market = STORES[store].home;
        let mut title = product.title(market).to_owned();
        for draft in self.holding(store, listing, day) {
            if let Deed::Title(new) = draft.deed {
                title = new.title(product, market);
            }
        }
        title
    }

    /// The first day on which a store's listings were changed where reports show it.
    pub(crate) fn first_of_listings(&self, store: StoreIndex) -> Option<Day> {
        let shown = |(_, draft): &&(Day, Draft)| {
            draft.store == store && matches!(draft.deed, Deed::Title(_) | Deed::Price)
        };
        self.0.iter().filter(shown).map(|(day, _)| *day).min()
    }

    /// What a store's coupons are: listing, first and last day.
    pub(crate) fn coupons(&self, store: StoreIndex) -> impl Iterator<Item = (u16, Day, Day)> + '_ {
        let coupon =
            move |(_, draft): &&(Day, Draft)| draft.store == store && draft.deed == Deed::Coupon;
        self.0
            .iter()
            .filter(coupon)
            .map(|(day, draft)| (draft.listing, *day, *day + Days::new(COUPON_DAYS - 1)))
    }

    /// The bids a store changed: listing, day, and the bid before and after in minor units.
    pub(crate) fn bids<'a>(
        &'a self,
        store: StoreIndex,
        products: &'a [Product],
    ) -> impl Iterator<Item = (u16, Day, i64, i64)> + 'a {
        let bid = move |(_, draft): &&(Day, Draft)| draft.store == store && draft.deed == Deed::Bid;
        self.0.iter().filter(bid).map(move |(day, draft)| {
            let (before, after) = draft.bids(&products[usize::from(draft.listing)]);
            (draft.listing, *day, before, after)
        })
    }

    /// All changes with what they truly did, in order of time.
    pub(crate) fn list(
        &self,
        products: &[Product],
        rise: impl Fn(Day) -> i64,
    ) -> Vec<Intervention> {
        let told = |(day, draft): &(Day, Draft)| {
            draft.told_of(&products[usize::from(draft.listing)], *day, rise(*day))
        };
        let mut all: Vec<Intervention> = self.0.iter().map(told).collect();
        all.sort_by_key(|change| change.day);
        all
    }
}

/// A rise of prices and a factor on top of it, as a rise; all in per mille.
pub(crate) fn both(rise: i64, factor: i64) -> i64 {
    (SAME + rise) * factor / SAME - SAME
}

impl Draft {
    fn bids(&self, product: &Product) -> (i64, i64) {
        let before = product.price(self.store, 0) * BID_PER_MILLE / SAME;
        (before, before * self.price / SAME)
    }

    fn told_of(&self, product: &Product, day: Day, rise: i64) -> Intervention {
        let store = &STORES[self.store];
        let is_ad = self.deed == Deed::Bid;
        let money = |minor: i64| {
            let amount = rust_decimal::Decimal::new(minor, store.digits).normalize();
            format!("{amount} {}", store.currency)
        };
        let (kind, before, after) = match self.deed {
            Deed::Title(new) => (
                "listing.title",
                product.title(store.home).to_owned(),
                new.title(product, store.home),
            ),
            Deed::Image => {
                ("listing.image", "main-image-1.jpg".to_owned(), "main-image-2.jpg".to_owned())
            }
            Deed::Price => {
                let price = |per_mille| money(product.price(self.store, per_mille));
                ("listing.price", price(rise), price(both(rise, self.price)))
            }
            Deed::Coupon => ("promo.coupon", "off".to_owned(), "on".to_owned()),
            Deed::Bid => {
                let (before, after) = self.bids(product);
                ("ads.bid", money(before), money(after))
            }
        };
        let metric = match self.deed {
            Deed::Price => "contribution_2",
            Deed::Bid if self.demand < SAME => "ad_spend",
            Deed::Bid => "ad_sales",
            _ => "units_sold",
        };
        Intervention {
            kind,
            told: self.told,
            store: store.name,
            market: is_ad.then(|| store.home.code()),
            seller_sku: (!is_ad).then(|| product.seller_sku(self.store)),
            campaign: is_ad.then(|| ads::campaign(product)),
            product: product.name.clone(),
            before,
            after,
            day,
            metric,
            demand_per_mille: self.demand,
            price_per_mille: self.price,
        }
    }
}

impl Title {
    fn title(self, product: &Product, market: Market) -> String {
        let old = product.title(market);
        match (self, market) {
            (Self::Benefits, Market::De) => format!("{old}, dimmbar, warmes Licht, USB-C"),
            (Self::Benefits, Market::Jp) => format!("{old} 調光 電球色 USB-C"),
            (Self::Benefits, _) => format!("{old}, Dimmable, Warm Light, USB-C"),
            (Self::Reordered, _) => {
                format!("{} by Lantern Home", old.trim_start_matches("Lantern Home "))
            }
            (Self::BrandOnly, _) => "Lantern Home".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::company::Company;

    #[test]
    fn every_change_has_whole_windows_without_a_change_of_all_prices() {
        for (spec, changes) in [(Spec::small(), 4), (Spec::demo(), 9)] {
            let company = Company::generate(&spec);
            let all = company.interventions();
            assert_eq!(all.len(), changes);
            for change in all {
                let before = change.day - Days::new(DAYS_BEFORE);
                let after = change.day + Days::new(DAYS_AFTER);
                assert!(before >= spec.from && after + Days::new(14) <= spec.to, "{change:?}");
                let rise = |day| crate::planted::Plan::new(&spec).price_rise(day);
                assert_eq!(rise(before), rise(after - Days::new(2)), "{change:?}");
            }
        }
    }

    #[test]
    fn too_short_a_company_changes_nothing() {
        let spec = Spec { to: Spec::small().from + Days::new(90), ..Spec::small() };
        assert!(Company::generate(&spec).interventions().is_empty());
    }

    #[test]
    fn orders_follow_the_factor_of_a_change_and_nothing_else_does() {
        let spec = Spec { orders_per_day: 600, ..Spec::small() };
        let company = Company::generate(&spec);
        let change = &company.interventions()[0];
        assert_eq!(change.demand_per_mille, 3000);
        let units = |sku: &str, from: Day, to: Day| -> i64 {
            let rows = company.truth().filter(|row| {
                row.store == change.store
                    && row.line == "product_sales"
                    && row.seller_sku.as_deref() == Some(sku)
                    && (from..=to).contains(&row.day)
            });
            rows.filter_map(|row| row.units).sum()
        };
        let own = change.seller_sku.clone().unwrap();
        let other = company.products[1].seller_sku(US);
        // The other title was only put into another order. Two weeks on either side, past the days
        // in which older orders are still shipped.
        let before = (change.day - Days::new(14), change.day - Days::new(1));
        let after = (change.day + Days::new(3), change.day + Days::new(16));
        let grown =
            |sku: &str| units(sku, after.0, after.1) * 1000 / units(sku, before.0, before.1);
        assert!((2300..3300).contains(&grown(&own)), "{}", grown(&own));
        assert!((800..1150).contains(&grown(&other)), "{}", grown(&other));
    }
}
