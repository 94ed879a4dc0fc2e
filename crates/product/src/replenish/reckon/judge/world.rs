//! Made-up products: demand of five kinds, lead times with tails, prices.
//!
//! float-ok: a simulation.

use argosy_kernel::{Currency, Day, Grain, Money};

use super::{Goods, HISTORY, Route, Worth, YEAR, number};
use crate::{
    forecast::{
        Chance,
        events::Event,
        numbers::{count, mean, whole},
        paths::Paths,
    },
    replenish::{
        AgedFee, Aim, Demand, Item, LeadTime, Mode, Passage, Position, Prior, Stage, StageTime,
        Tier,
    },
};

/// How a product sells.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Kind {
    Fast,
    Slow,
    Lumpy,
    Seasonal,
    Promoted,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Fast, Self::Slow, Self::Lumpy, Self::Seasonal, Self::Promoted];

    /// Units a day on average.
    fn mean(self) -> f64 {
        match self {
            Self::Fast => 12.0,
            Self::Slow => 0.6,
            Self::Lumpy => 0.7,
            Self::Seasonal => 6.0,
            Self::Promoted => 5.0,
        }
    }
}

/// A made-up product, what it will do and what its seller knows.
pub struct World {
    pub kind: Kind,
    /// Units asked for by day, history and year.
    pub(crate) demand: Vec<f64>,
    /// Units a day in the last quarter of the history.
    pub(crate) mean: f64,
    pub(crate) goods: Goods,
    /// Sea, then air, with lead times as the seller has learnt them.
    pub(crate) routes: Vec<Route>,
    pub(crate) worth: Worth,
    /// Promotions by week, planned ones included.
    pub(crate) events: Vec<Event>,
    pub(crate) seed: u64,
}

/// For runs over many products without a forecast of each.
impl World {
    /// The first day of the year.
    pub fn today() -> Day {
        Day::from_ymd_opt(2026, 1, 5).unwrap_or_default()
    }

    /// Ways the demand to come may go, drawn from weeks of its own history.
    pub fn foreseen(&self, paths: usize) -> Paths {
        let mut chance = Chance::of(self.seed, "weeks");
        let weeks: Vec<f64> =
            self.demand[..HISTORY].chunks_exact(7).map(|week| week.iter().sum()).collect();
        let last = &weeks[weeks.len() - 26..];
        Paths::new(26, (0..26 * paths).map(|_| last[chance.below(26)]).collect())
    }

    /// Units of its first weeks, history and year after it.
    pub fn weeks(&self, weeks: usize) -> Vec<f64> {
        self.demand.chunks_exact(7).take(weeks).map(|week| week.iter().sum()).collect()
    }

    /// Promotions by week.
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// It as an item, with so many weeks of stock.
    pub fn item<'a>(&'a self, paths: &'a Paths, weeks: u32) -> Item<'a> {
        let sellable = i64::from(units(self.mean * 7.0 * f64::from(weeks)));
        Item {
            sku: "MADE-UP",
            market: "US",
            demand: Demand { paths, grain: Grain::Week, starts: Self::today() },
            position: Position { sellable, ..Position::default() },
            goods: self.goods.clone(),
            routes: self.routes.clone(),
            worth: self.worth.clone(),
            aim: Aim::Profit,
            review_days: 7,
            at_least: 0,
        }
    }
}

/// A stage as it is: mean and deviation in days.
type Truth = (Stage, f64, f64);

const SEA: [Truth; 5] = [
    (Stage::Production, 15.0, 4.0),
    (Stage::Inspection, 2.0, 1.0),
    (Stage::HeadHaul, 28.0, 6.0),
    (Stage::Customs, 3.0, 2.5),
    (Stage::Receiving, 5.0, 3.0),
];
const AIR: [Truth; 5] = [
    (Stage::Production, 15.0, 4.0),
    (Stage::Inspection, 2.0, 1.0),
    (Stage::HeadHaul, 7.0, 2.0),
    (Stage::Customs, 2.0, 1.5),
    (Stage::Receiving, 4.0, 2.0),
];
/// Own shipments the seller has seen.
const SHIPMENTS: usize = 15;

impl World {
    /// A product of a kind; the same seed gives the same one.
    pub fn new(kind: Kind, seed: u64) -> Self {
        let mut chance = Chance::of(seed, &format!("{kind:?}"));
        let weeks = (HISTORY + YEAR) / 7;
        let promoted: Vec<bool> = (0..weeks)
            .map(|week| kind == Kind::Promoted && (week as u64 + seed % 9) % 9 == 4)
            .collect();
        let phase = chance.share() * 52.0;
        let (mut demand, mut level) = (Vec::with_capacity(weeks * 7), 1.0);
        for (week, promoted) in promoted.iter().enumerate() {
            let walk = if matches!(kind, Kind::Lumpy) { 0.01 } else { 0.025 };
            level *= (walk * chance.normal() - walk * walk / 2.0).exp();
            let wave = (2.0 * std::f64::consts::PI * (count(week) + phase) / 52.0).sin();
            let season = if kind == Kind::Seasonal { (0.7 * wave).exp() / 1.13 } else { 1.0 };
            let push = if *promoted { 2.5 } else { 1.0 };
            let rate = kind.mean() * level * season * push;
            demand.extend((0..7).map(|_| day(kind, rate, &mut chance)));
        }
        let mean = mean(&demand[HISTORY - 91..HISTORY]).max(0.1);
        let on = promoted.iter().map(|on| if *on { 1.0 } else { 0.0 }).collect();
        let event = Event { id: "promotion".into(), on, usual: 2.0, sure: 4.0 };
        let events = if kind == Kind::Promoted { vec![event] } else { Vec::new() };
        let (goods, worth) = (goods(kind), worth());
        let routes = vec![
            route(Mode::Sea, &SEA, ("230", "0"), &mut chance),
            route(Mode::Air, &AIR, ("0", "5.2"), &mut chance),
        ];
        Self { kind, demand, mean, goods, routes, worth, events, seed }
    }

    /// Goods and freight of a unit in a shipment of ten cartons.
    pub(crate) fn landed(&self, route: usize) -> f64 {
        let units = 10 * self.goods.carton_units;
        let freight = number(self.routes[route].freight(&self.goods, units));
        freight / f64::from(units) + self.goods.price(units).map_or(0.0, |p| number(p.amount))
    }

    /// The days on which the stages of an order end; the same for every rule that orders that day.
    pub(crate) fn voyage(&self, route: usize, ordered: i64) -> Vec<i64> {
        let truth = if route == 0 { &SEA } else { &AIR };
        let mut chance = Chance::of(self.seed, &format!("{:?} {route} {ordered}", self.kind));
        let mut at = 0.0;
        let ends = truth.iter().map(|stage| {
            at += drawn(stage, &mut chance);
            ordered + i64::try_from(whole(at)).unwrap_or(0)
        });
        ends.collect()
    }
}

pub(crate) fn units(value: f64) -> u32 {
    u32::try_from(whole(value.ceil())).unwrap_or(u32::MAX)
}

fn day(kind: Kind, rate: f64, chance: &mut Chance) -> f64 {
    match kind {
        Kind::Lumpy => {
            // One day in twelve somebody buys several.
            let several = rate * 12.0;
            if chance.share() < 1.0 / 12.0 {
                chance.negative_binomial(several, several * 4.0)
            } else {
                0.0
            }
        }
        Kind::Slow => chance.poisson(rate),
        _ => chance.negative_binomial(rate, rate * 1.8),
    }
}

/// A log-normal draw.
fn drawn((_, mean, deviation): &Truth, chance: &mut Chance) -> f64 {
    let variance = (1.0 + (deviation / mean).powi(2)).ln();
    (mean.ln() - variance / 2.0 + variance.sqrt() * chance.normal()).exp()
}

fn route(mode: Mode, truth: &[Truth], rates: (&str, &str), chance: &mut Chance) -> Route {
    let stages = truth.iter().map(|stage| {
        // What a forwarder's sheet says: a tenth too fast, and no word of the tail.
        let prior = Prior { mean_days: stage.1 * 0.9, sd_days: stage.2 * 0.7, counts_as: 3.0 };
        let own: Vec<Passage> =
            (0..SHIPMENTS).map(|_| Passage { days: drawn(stage, chance), over: true }).collect();
        (stage.0, StageTime::learn(prior, &own))
    });
    let lead = LeadTime::new(stages.collect());
    let (per_m3, per_kg) = (usd(rates.0), usd(rates.1));
    let kg_per_m3 = (mode == Mode::Air).then(|| 167.into());
    Route { mode, lead, per_kg, per_m3, per_unit: usd("0.20"), minimum: usd("0"), kg_per_m3 }
}

fn goods(kind: Kind) -> Goods {
    let slow = matches!(kind, Kind::Slow | Kind::Lumpy);
    Goods {
        carton_units: if slow { 6 } else { 24 },
        carton_kg: if slow { "3".parse() } else { "12".parse() }.unwrap_or_default(),
        carton_m3: if slow { "0.018".parse() } else { "0.07".parse() }.unwrap_or_default(),
        moq: if slow { 12 } else { 96 },
        tiers: vec![Tier { from_units: 1, price: usd("8.00") }],
        per_order: usd("0"),
    }
}

fn worth() -> Worth {
    Worth {
        brings: usd("15.50"),
        lost_beyond: usd("0"),
        capital_per_year: "0.15".parse().unwrap_or_default(),
        storage_month: usd("0.12"),
        aged: vec![
            AgedFee { from_day: 181, month: usd("0.40") },
            AgedFee { from_day: 271, month: usd("0.90") },
        ],
        cleared: usd("1.50"),
    }
}

fn usd(text: &str) -> Money {
    Money::new(text.parse().unwrap_or_default(), Currency::USD)
}
