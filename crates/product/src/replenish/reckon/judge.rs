//! A judge of replenishment: made-up products with known demand and lead times, run for a year day by
//! day, ordering by our proposals or by a rule of the trade.
//!
//! All rules see the same demand, the same beginning and the same luck with ships. What cannot be
//! served is lost. Nobody sees what was asked for while nothing was there.
//!
//! float-ok: a simulation.

mod desk;
mod world;

use std::collections::VecDeque;

pub use desk::Rule;
pub use world::{Kind, World};

use super::{
    super::{goods::Goods, route::Route, worth::Worth},
    edge::number,
    gain::Costs,
};
use crate::forecast::numbers::count;

/// Days of history before the year, and days of the year.
pub const HISTORY: usize = 130 * 7;
pub const YEAR: usize = 52 * 7;
/// Service is counted from this day of the year on: what came before was ordered by nobody here.
const COUNTED_FROM: usize = 12 * 7;
/// Stock beyond so many days of sales at the end is worth what clearing out brings.
const SOLD_WITHIN: f64 = 182.0;

/// What a year brought.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Year {
    /// Sales less goods, freight, storage, fees on old stock and capital, and the change of stock.
    pub profit: f64,
    /// Units asked for and sold after the first twelve weeks.
    pub asked: f64,
    pub sold: f64,
    /// Units the proposals promised to serve of the demand they foresaw, for that time.
    pub promised: f64,
    pub foreseen: f64,
    /// Units on the shelf on average.
    pub stock: f64,
    /// Units sent by air, and by sea.
    pub by_air: f64,
    pub by_sea: f64,
}

impl Year {
    /// The share of demand served.
    pub fn service(&self) -> f64 {
        if self.asked > 0.0 { self.sold / self.asked } else { 1.0 }
    }

    /// The share that was promised; none by rules that promise nothing.
    pub fn promise(&self) -> Option<f64> {
        (self.foreseen > 0.0).then(|| self.promised / self.foreseen)
    }

    /// Both years together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            profit: self.profit + other.profit,
            asked: self.asked + other.asked,
            sold: self.sold + other.sold,
            promised: self.promised + other.promised,
            foreseen: self.foreseen + other.foreseen,
            stock: self.stock + other.stock,
            by_air: self.by_air + other.by_air,
            by_sea: self.by_sea + other.by_sea,
        }
    }
}

/// An order on its way.
pub(crate) struct Ship {
    pub(crate) units: u32,
    /// Position of its way among the routes.
    pub(crate) route: usize,
    /// Day of the order, and the day each stage is over.
    pub(crate) ordered: i64,
    pub(crate) ends: Vec<i64>,
}

/// A shop with one product.
pub(crate) struct Shop<'a> {
    pub(crate) world: &'a World,
    pub(crate) day: usize,
    /// What is there by day of arrival, oldest first.
    pub(crate) shelf: VecDeque<(i64, f64)>,
    pub(crate) ships: Vec<Ship>,
    /// Sales by day since the history began, and the days on which somebody went away.
    pub(crate) sold: Vec<f64>,
    pub(crate) closed: Vec<bool>,
    costs: Costs,
    year: Year,
}

/// Runs a year of a product under a rule that looks at orders every `review` days.
pub fn run(world: &World, rule: Rule, review: usize) -> Year {
    let mut shop = Shop::open(world);
    let before = shop.value();
    for day in 0..YEAR {
        shop.day = day;
        shop.receive();
        if day % review == 0 {
            let wishes = desk::order(&shop, rule, review);
            shop.order(&wishes);
        }
        shop.sell();
    }
    shop.year.profit += shop.value() - before;
    shop.year.stock /= count(YEAR);
    shop.year
}

impl<'a> Shop<'a> {
    fn open(world: &'a World) -> Self {
        let landed = world.landed(0);
        let mut shop = Self {
            world,
            day: 0,
            shelf: VecDeque::from([(0, (world.mean * 35.0).round())]),
            ships: Vec::new(),
            sold: world.demand[..HISTORY].to_vec(),
            closed: vec![false; HISTORY],
            costs: Costs::new(&world.worth, landed, 0.0),
            year: Year::default(),
        };
        // Someone ordered by sea every fortnight for what sells in one.
        for back in 1_i32..=4 {
            let ordered = -14 * i64::from(back);
            let units =
                world.goods.cartons(world::units(world.mean * 14.0)) * world.goods.carton_units;
            let ends = world.voyage(0, ordered);
            shop.ships.push(Ship { units, route: 0, ordered, ends });
        }
        shop
    }

    pub(crate) fn today(&self) -> i64 {
        i64::try_from(self.day).unwrap_or(0)
    }

    fn receive(&mut self) {
        let today = self.today();
        let there = |ship: &Ship| ship.ends.last().is_some_and(|end| *end <= today);
        for ship in self.ships.iter().filter(|ship| there(ship)) {
            self.shelf.push_back((today, f64::from(ship.units)));
        }
        self.ships.retain(|ship| !there(ship));
    }

    fn order(&mut self, wishes: &desk::Wishes) {
        let (goods, routes) = (&self.world.goods, &self.world.routes);
        let all: u32 = wishes.units.iter().map(|(_, units)| units).sum();
        self.year.profit -= number(goods.cost(all));
        for (route, units) in &wishes.units {
            let freight = number(routes[*route].freight(goods, *units));
            self.year.profit -= freight;
            let share = f64::from(*units);
            if *route == 0 {
                self.year.by_sea += share
            } else {
                self.year.by_air += share
            }
            let ends = self.world.voyage(*route, self.today());
            let (units, ordered) = (*units, self.today());
            self.ships.push(Ship { units, route: *route, ordered, ends });
        }
        // The promise is for the time until the next order arrives.
        let lead = self.world.routes[0].lead.mean();
        let from = count(self.day) + lead;
        if from >= count(COUNTED_FROM) && from < count(YEAR) {
            self.year.promised += wishes.promised * wishes.foreseen;
            self.year.foreseen += wishes.foreseen;
        }
    }

    fn sell(&mut self) {
        let asked = self.world.demand[HISTORY + self.day];
        let (mut left, today) = (asked, self.today());
        while let Some((_, units)) = self.shelf.front_mut() {
            let taken = left.min(*units);
            *units -= taken;
            left -= taken;
            if *units > 0.0 {
                break;
            }
            self.shelf.pop_front();
        }
        let sold = asked - left;
        self.sold.push(sold);
        self.closed.push(left > 0.0);
        if self.day >= COUNTED_FROM {
            self.year.asked += asked;
            self.year.sold += sold;
        }
        self.year.profit += sold * number(self.world.worth.brings.amount);
        for (since, units) in &self.shelf {
            let age = f64::from(i32::try_from(today - since).unwrap_or(0));
            self.year.profit -= units * (self.costs.keep(age + 1.0) - self.costs.keep(age));
            self.year.stock += units;
        }
        // Capital on the road.
        let road: f64 = self.ships.iter().map(|ship| f64::from(ship.units)).sum();
        let capital = number(self.world.worth.capital_per_year) / 365.0;
        self.year.profit -= road * self.world.landed(0) * capital;
    }

    /// What is there and on its way is worth: what it cost by sea as far as it sells in half a year,
    /// beyond that what clearing out brings.
    fn value(&self) -> f64 {
        let road: f64 = self.ships.iter().map(|ship| f64::from(ship.units)).sum();
        let all = road + self.shelf.iter().map(|(_, units)| units).sum::<f64>();
        let good = all.min(self.world.mean * SOLD_WITHIN);
        good * self.world.landed(0) + (all - good) * number(self.world.worth.cleared.amount)
    }
}
