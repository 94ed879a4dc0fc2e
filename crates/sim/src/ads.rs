//! Sponsored-products advertising: what each search term did each day.

use argosy_kernel::Day;

use crate::{
    catalogue::Product,
    dice::{Dice, scramble},
    interventions::Season,
    place::{EU, JP, Market, STORES, StoreIndex, US},
    spec::Spec,
};

/// The accounts that advertise, each in its home market.
pub(crate) const ADVERTISERS: [(StoreIndex, Market); 3] =
    [(US, Market::Us), (EU, Market::De), (JP, Market::Jp)];

/// How many days a sale may still be attributed to an earlier click.
pub(crate) const ATTRIBUTION_DAYS: i64 = 7;

pub(crate) const TERMS: usize = 4;
const ADVERTISED: u16 = 10;

/// One search term of one campaign on one day, as known when all sales had been attributed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AdDay {
    pub store: StoreIndex,
    pub market: Market,
    pub day: Day,
    pub listing: u16,
    /// Which of the campaign's search terms.
    pub(crate) term: usize,
    pub impressions: u64,
    pub clicks: u64,
    /// In minor units of the store's currency.
    pub cost: i64,
    pub orders: u64,
    pub units: u64,
    pub sales: i64,
}

impl AdDay {
    /// The same day as an export of `export_day` showed it: the newest days miss some sales.
    pub(crate) fn as_known_on(&self, export_day: Day) -> Self {
        let age = (export_day - self.day).num_days();
        if age > ATTRIBUTION_DAYS || self.orders == 0 {
            return self.clone();
        }
        let late = scramble(self.clicks ^ (u64::from(self.listing) << 20) ^ self.term as u64);
        let known = if late.is_multiple_of(2) { self.orders - 1 } else { self.orders };
        let sales = self.sales / self.orders as i64 * known as i64;
        Self { orders: known, units: self.units.min(known), sales, ..self.clone() }
    }

    pub(crate) fn campaign(&self, products: &[Product]) -> String {
        campaign(&products[usize::from(self.listing)])
    }

    pub(crate) fn search_term(&self, products: &[Product]) -> String {
        search_term(self.market, &products[usize::from(self.listing)], self.term)
    }

    pub(crate) fn target(&self, products: &[Product]) -> String {
        search_term(self.market, &products[usize::from(self.listing)], 0)
    }

    pub(crate) fn match_type(&self) -> &'static str {
        ["EXACT", "PHRASE", "BROAD", "BROAD"][self.term]
    }
}

/// The one campaign of a product.
pub(crate) fn campaign(product: &Product) -> String {
    format!("SP | {} | Manual", product.sku)
}

/// What buyers type; the last term of a campaign is the one that may be a waste.
pub(crate) fn search_term(market: Market, product: &Product, term: usize) -> String {
    let (en, rest) = (product.name.trim_start_matches("Lantern Home "), product.title(market));
    let local = rest.trim_start_matches("Lantern Home ").to_lowercase();
    match (market, term) {
        (Market::De, 0) => local,
        (Market::De, 1) => format!("{local} günstig"),
        (Market::De, 2) => format!("{local} für wohnzimmer"),
        (Market::De, _) => format!("{} gebraucht", local.split(' ').next().unwrap_or("lampe")),
        (Market::Jp, 0) => local,
        (Market::Jp, 1) => format!("{local} おしゃれ"),
        (Market::Jp, 2) => format!("{local} 北欧"),
        (Market::Jp, _) => format!("{local} 中古"),
        (_, 0) => en.to_lowercase(),
        (_, 1) => format!("{} for bedroom", en.to_lowercase()),
        (_, 2) => format!("modern {}", en.to_lowercase()),
        _ => format!("free {} pattern", en.to_lowercase()),
    }
}

/// The campaigns whose last term only costs, by advertiser.
pub(crate) const WASTED: [(StoreIndex, u16); 2] = [(US, 0), (EU, 4)];

pub(crate) fn days(spec: &Spec, products: &[Product], season: &Season) -> Vec<AdDay> {
    let mut dice = Dice::new(spec.seed, "ads");
    let total: u64 = products.iter().map(|product| product.weight).sum();
    let mut days = Vec::new();
    for day in spec.from.iter_days().take_while(|day| *day <= spec.to) {
        for (store, market) in ADVERTISERS {
            let home = STORES[store].markets[0].1;
            for (listing, product) in (0..ADVERTISED).zip(products) {
                // Orders per day in millionths, as in the sale of the same listing.
                let orders =
                    u64::from(spec.orders_per_day) * STORES[store].share * home * product.weight
                        / total;
                let orders = orders * product.season(day) / 10_000;
                let bid = season.bid(store, listing, day);
                for term in 0..TERMS {
                    let who = (store, market, listing, term);
                    days.extend(one(&mut dice, who, product, day, orders, bid));
                }
            }
        }
    }
    days
}

#[expect(clippy::too_many_arguments, reason = "what one day of a search term follows from")]
fn one(
    dice: &mut Dice,
    (store, market, listing, term): (StoreIndex, Market, u16, usize),
    product: &Product,
    day: Day,
    orders_ppm: u64,
    (more_clicks, dearer): (u64, i64),
) -> Option<AdDay> {
    let wasted = term == TERMS - 1 && WASTED.contains(&(store, listing));
    let share = [180, 130, 90, if wasted { 160 } else { 40 }][term];
    let clicks = orders_ppm * share / 100 + if wasted { 900_000 } else { 0 };
    let clicks = dice.count(clicks * more_clicks / 1000);
    let impressions = clicks * 180 + dice.count(orders_ppm * 60 + 3_000_000);
    if clicks == 0 && impressions < 3 {
        return None;
    }
    let price = product.price(store, 0);
    let per_click = (price * dice.between(25, 45) / 1000 * dearer / 1000).max(1);
    let orders = if wasted { 0 } else { (0..clicks).filter(|_| dice.chance(105)).count() as u64 };
    let cost = per_click * clicks as i64;
    let sales = price * orders as i64;
    let units = orders;
    Some(AdDay {
        store,
        market,
        day,
        listing,
        term,
        impressions,
        clicks,
        cost,
        orders,
        units,
        sales,
    })
}
