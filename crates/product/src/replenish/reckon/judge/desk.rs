//! Who orders: our proposals, or a rule of the trade.
//!
//! float-ok: a simulation.

use std::collections::{BTreeMap, BTreeSet};

use argosy_kernel::{Day, Grain, Period};
use chrono::Days;

use super::{
    super::{
        lead::Stage,
        rivals::{Averages, Weighted, days_of_cover},
    },
    HISTORY, Shop,
};
use crate::{
    forecast::{
        Request, Series, foresee,
        numbers::{count, mean},
        series::Sales,
    },
    replenish::{Aim, Demand, Due, Inbound, Item, Mode, Position, propose},
};

const STAGES: [Stage; 5] =
    [Stage::Production, Stage::Inspection, Stage::HeadHaul, Stage::Customs, Stage::Receiving];
/// Weeks foreseen.
const HORIZON: usize = 30;
const PATHS: usize = 300;

/// A way of ordering.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Rule {
    /// Our proposals.
    Ours { aim: Aim, air: bool },
    /// So many days of the last 30 days' sales beyond lead time and review.
    Cover { safe_days: f64 },
    /// Weighted sales as in Lingxing, with these weights of 3 … 90 days.
    Weighted { weights: [f64; 6], safe_days: f64 },
}

/// What to order by which route, and what is promised.
#[derive(Default)]
pub(crate) struct Wishes {
    pub(crate) units: Vec<(usize, u32)>,
    pub(crate) promised: f64,
    pub(crate) foreseen: f64,
}

pub(crate) fn order(shop: &Shop<'_>, rule: Rule, review: usize) -> Wishes {
    let goods = &shop.world.goods;
    let lead = shop.world.routes[0].lead.mean();
    let road: f64 = shop.ships.iter().map(|ship| f64::from(ship.units)).sum();
    let position = road + shop.shelf.iter().map(|(_, units)| units).sum::<f64>();
    let need = match rule {
        Rule::Ours { aim, air } => return ours(shop, aim, air, review),
        Rule::Cover { safe_days } => {
            let daily = mean(&shop.sold[shop.sold.len() - 30..]);
            days_of_cover(daily, lead + count(review) + safe_days, position)
        }
        Rule::Weighted { weights, safe_days } => {
            let rule = Weighted {
                weights,
                days_plan: 0.0,
                days_purchase: 0.0,
                days_qc: 0.0,
                days_head_haul: lead,
                days_frequency: count(review),
                safe_day: safe_days,
                ignore_certainly_short: false,
            };
            rule.order(Averages::of(&shop.sold), position)
        }
    };
    // People round up to what the supplier takes.
    let units = if need == 0 { 0 } else { goods.cartons(need.max(goods.moq)) * goods.carton_units };
    Wishes { units: if units > 0 { vec![(0, units)] } else { Vec::new() }, ..Wishes::default() }
}

fn date(day: i64) -> Day {
    // A Monday; the history begins with one as well.
    let start = Day::from_ymd_opt(2026, 1, 5).unwrap_or_default();
    if day < 0 {
        start - Days::new(day.unsigned_abs())
    } else {
        start + Days::new(day.unsigned_abs())
    }
}

fn ours(shop: &Shop<'_>, aim: Aim, air: bool, review: usize) -> Wishes {
    let today = shop.today();
    let first = date(-i64::try_from(HISTORY).unwrap_or(0));
    let day = |at: usize| first + Days::new(at as u64);
    let sold: BTreeMap<Day, f64> = shop
        .sold
        .iter()
        .enumerate()
        .filter(|(_, u)| **u > 0.0)
        .map(|(at, u)| (day(at), *u))
        .collect();
    let closed: BTreeSet<Day> =
        shop.closed.iter().enumerate().filter(|(_, c)| **c).map(|(at, _)| day(at)).collect();
    let unknown = BTreeSet::new();
    let Some(period) = Period::new(first, date(today - 1)) else { return Wishes::default() };
    let days = Sales { sold: &sold, closed: &closed, unknown: &unknown };
    let series = Series::of_days(Grain::Week, period, days);
    let subject = format!("{:?} {today}", shop.world.kind);
    let foresight = foresee(Request {
        events: &shop.world.events,
        paths: PATHS,
        seed: shop.world.seed,
        ..Request::new(&series, HORIZON, &subject)
    });
    let starts = series.day(series.buckets.len());
    let demand = Demand { paths: &foresight.outlook.paths, grain: Grain::Week, starts };
    let mut routes = shop.world.routes.clone();
    routes.truncate(if air { 2 } else { 1 });
    let item = Item {
        sku: &subject,
        market: "US",
        demand,
        position: position(shop),
        goods: shop.world.goods.clone(),
        routes,
        worth: shop.world.worth.clone(),
        aim,
        review_days: u32::try_from(review).unwrap_or(7),
        at_least: 0,
    };
    let Ok(proposal) = propose(&item, date(today), shop.world.seed) else {
        return Wishes::default();
    };
    let number = super::number;
    let route = |mode| usize::from(mode == Mode::Air);
    Wishes {
        units: proposal.orders.iter().map(|order| (route(order.mode), order.units)).collect(),
        promised: number(proposal.working.promised),
        foreseen: number(proposal.working.demand_promised),
    }
}

fn position(shop: &Shop<'_>) -> Position {
    let today = shop.today();
    let shelf: f64 = shop.shelf.iter().map(|(_, units)| units).sum();
    let inbound = shop.ships.iter().map(|ship| {
        let at = ship.ends.iter().take_while(|end| **end <= today).count().min(4);
        let since = if at == 0 { ship.ordered } else { ship.ends[at - 1] };
        Inbound {
            units: i64::from(ship.units),
            mode: if ship.route == 0 { Mode::Sea } else { Mode::Air },
            due: Due::Underway { stage: STAGES[at], since: date(since) },
        }
    });
    Position {
        sellable: i64::from(super::world::units(shelf.floor())),
        reserved: 0,
        inbound: inbound.collect(),
    }
}
