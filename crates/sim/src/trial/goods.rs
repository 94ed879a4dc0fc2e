//! What the trial seller sells, and how it advertises it.
// float-ok: rates of a model.

use super::{
    chance::{Chance, power},
    level::Mod,
};
use crate::{catalogue::asin, dice::scramble, place::Market};

/// The two stores of the trial seller.
pub const TRIAL_STORES: [TrialStore; 2] = [
    TrialStore { name: "trial-us", market: Market::Us, currency: "USD", centre: "PHX7" },
    TrialStore { name: "trial-de", market: Market::De, currency: "EUR", centre: "WRO5" },
];
pub(crate) const US: usize = 0;
pub(crate) const DE: usize = 1;
/// Every day's rate of the trial, told as own rates: dollars for one euro, in hundredths.
pub(crate) const USD_PER_EUR_HUNDREDTHS: i64 = 110;
/// The brand in titles and branded terms.
pub(crate) const BRAND: &str = "Lumenta";
/// Referral fee in per mille.
pub(crate) const REFERRAL: i64 = 150;
/// Share of the referral fee that the channel keeps of a refund, in per mille.
pub(crate) const KEPT: i64 = 200;

/// What the channel takes for each redeemed coupon, in minor units.
pub(crate) const COUPON_FEE: i64 = 60;

/// One Amazon store of the trial seller.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TrialStore {
    pub name: &'static str,
    pub market: Market,
    pub currency: &'static str,
    /// The warehouse of the channel.
    pub(crate) centre: &'static str,
}

impl TrialStore {
    /// Dollars for one unit of its currency.
    pub(crate) fn dollars(&self) -> f64 {
        if self.currency == "EUR" { USD_PER_EUR_HUNDREDTHS as f64 / 100.0 } else { 1.0 }
    }
}

/// What a SKU is there for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Role {
    Control,
    Problem,
    NearMiss,
    Change,
}

/// How well a SKU sells.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Size {
    Two,
    Ten,
    Fifty,
}

impl Size {
    fn units(self, chance: &mut Chance) -> f64 {
        match self {
            Self::Two => chance.between(1.7, 2.6),
            Self::Ten => chance.between(8.0, 13.0),
            Self::Fifty => chance.between(40.0, 55.0),
        }
    }
}

/// How a target matches what buyers type.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Match {
    Exact,
    Phrase,
    Broad,
}

impl Match {
    pub(crate) fn name(self) -> &'static str {
        ["EXACT", "PHRASE", "BROAD"][self as usize]
    }
}

pub(crate) struct Term {
    pub(crate) target: usize,
    pub(crate) text: String,
    /// Of an average day.
    pub(crate) clicks: f64,
    /// Impressions of one click.
    pub(crate) impressions: f64,
    /// Conversion beside that of the listing.
    pub(crate) conversion: f64,
}

pub(crate) struct Target {
    pub(crate) text: String,
    pub(crate) matching: Match,
    /// Minor units of the store's currency.
    pub(crate) bid: f64,
}

/// How the stock of a SKU is kept.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct StockWish {
    /// Days of cover left on the last day; `None` = as kept up.
    pub(crate) end_cover: Option<f64>,
    /// Nothing left from this day on.
    pub(crate) out_from: Option<usize>,
    /// On its way: units as days of cover, day sent, day expected.
    pub(crate) inbound: Option<(f64, usize, usize)>,
    /// A stock that never moves, in units.
    pub(crate) still: Option<u32>,
    /// Units older than half a year, and older than a year.
    pub(crate) aged: (u32, u32),
}

/// One seller SKU of one store: numbers of a day without any planted problem.
pub(crate) struct Sku {
    pub(crate) store: usize,
    pub(crate) role: Role,
    pub(crate) seller_sku: String,
    pub(crate) noun: &'static str,
    pub(crate) asin: String,
    pub(crate) fnsku: String,
    pub(crate) title: String,
    /// Minor units of the store's currency.
    pub(crate) price: i64,
    pub(crate) fulfilment: i64,
    /// Cents of a dollar.
    pub(crate) cost: i64,
    pub(crate) organic: f64,
    pub(crate) conversion: f64,
    pub(crate) elasticity: f64,
    pub(crate) returns: f64,
    pub(crate) targets: Vec<Target>,
    pub(crate) terms: Vec<Term>,
    /// Minor units a day.
    pub(crate) budget: i64,
    pub(crate) mods: Vec<Mod>,
    pub(crate) stock: StockWish,
}

const NOUNS: [&str; 10] = [
    "desk lamp",
    "floor lamp",
    "wall light",
    "reading lamp",
    "night light",
    "string lights",
    "pendant light",
    "clip lamp",
    "garden light",
    "lava lamp",
];
const STYLES: [&str; 13] = [
    "brass",
    "oak",
    "matte black",
    "ivory",
    "walnut",
    "glass",
    "copper",
    "rattan",
    "linen",
    "marble",
    "slate",
    "bamboo",
    "chrome",
];
const ROOMS: [&str; 8] =
    ["bedroom", "office", "kids room", "kitchen", "hallway", "reading", "dorm", "studio"];

impl Sku {
    pub(crate) fn make(chance: &mut Chance, seed: u64, number: usize, wish: (usize, Size)) -> Self {
        let (store, size) = wish;
        let units = size.units(chance);
        let price = chance.dice().between(16, 54) * 100 + 99;
        let noun = NOUNS[number % NOUNS.len()];
        let style = STYLES[number / NOUNS.len() % STYLES.len()];
        let conversion = chance.between(0.08, 0.14);
        let code = if store == US { "US" } else { "DE" };
        let seller_sku = format!("TR-{code}-{:03}", number + 1);
        let mut sku = Self {
            store,
            role: Role::Control,
            noun,
            asin: asin(seed, number as u64 + 500),
            fnsku: format!("X00{}", &asin(seed, number as u64 + 30_500)[2..9]),
            title: format!("{BRAND} {style} {noun} {}", number + 1),
            seller_sku,
            price,
            fulfilment: [386, 489, 575][(number + store) % 3],
            cost: price * chance.dice().between(200, 270) / 1000,
            organic: 0.0,
            conversion,
            elasticity: chance.between(1.3, 2.2),
            returns: chance.between(0.03, 0.06),
            targets: Vec::new(),
            terms: Vec::new(),
            budget: 0,
            mods: Vec::new(),
            stock: StockWish::default(),
        };
        let paid = if chance.holds(0.8) || size != Size::Two { 0.3 } else { 0.0 };
        sku.organic = units * (1.0 - paid) / conversion;
        if paid > 0.0 {
            sku.advertise(chance, (style, number), units * paid);
        }
        sku
    }

    /// Three targets, each with what buyers type when it matches, and a tail of rare terms.
    fn advertise(&mut self, chance: &mut Chance, (style, number): (&str, usize), units: f64) {
        let clicks = units / self.conversion;
        // Near the bid that earns most: clicks grow almost as it does, so about half of what a click
        // brings is paid for it.
        let cost = chance.between(0.5, 0.6) * self.margin() * self.conversion;
        let core = format!("{style} {}", self.noun);
        for (matching, text) in
            [(Match::Exact, core.clone()), (Match::Phrase, core.clone()), (Match::Broad, core)]
        {
            self.targets.push(Target { text, matching, bid: (cost / 0.6).max(8.0) });
        }
        let room = |at: usize| ROOMS[(number + at) % ROOMS.len()];
        let noun = self.noun;
        let of = |target, share: f64, conversion, text: String| Term {
            target,
            text,
            clicks: clicks * share,
            impressions: 90.0 + (scramble(number as u64) % 60) as f64,
            conversion,
        };
        self.terms.push(of(0, 0.40, 1.1, self.targets[0].text.clone()));
        self.terms.push(of(1, 0.17, 1.0, format!("{style} {noun} for {}", room(0))));
        self.terms.push(of(1, 0.10, 0.95, format!("best {style} {noun}")));
        self.terms.push(of(2, 0.12, 0.9, format!("{noun} {}", room(1))));
        self.terms.push(of(2, 0.09, 0.85, format!("{style} {}", room(2))));
        self.terms.push(of(2, 0.06, 0.9, format!("modern {noun}")));
        for tail in 0..4 {
            let text =
                format!("{noun} {} {}", room(3 + tail), ["small", "set", "dimmable", "gift"][tail]);
            let share = chance.between(0.008, 0.02);
            let conversion = chance.between(0.6, 1.1);
            self.terms.push(of(2, share, conversion, text));
        }
        // Far above what is ever spent.
        self.budget = ((clicks * cost * 5.0 / 500.0) as i64 + 1) * 500;
    }

    /// What a unit leaves before advertising, in minor units of the store's currency.
    fn margin(&self) -> f64 {
        let paid = self.price as f64 * (1000 - REFERRAL) as f64 / 1000.0;
        let cost = self.cost as f64 / TRIAL_STORES[self.store].dollars();
        (paid - self.fulfilment as f64 - cost) * (1.0 - self.returns)
    }

    pub(crate) fn campaign(&self) -> String {
        format!("SP | {}", self.seller_sku)
    }

    pub(crate) fn ad_group(&self) -> String {
        format!("{} main", self.seller_sku)
    }

    /// What demand does when the price is another one.
    pub(crate) fn at_price(&self, price: f64) -> f64 {
        power(price / self.price as f64, -self.elasticity)
    }

    /// The product of the own catalogue.
    pub(crate) fn product(&self) -> String {
        format!("P-{}", self.seller_sku)
    }

    /// The number behind ids of its campaign.
    pub(crate) fn campaign_id(&self) -> u64 {
        140_000_000_000_000 + scramble(crate::dice::hash_text(&self.seller_sku)) % 9_000_000_000_000
    }
}
