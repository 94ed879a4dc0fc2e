//! How much of one item by which way: the cheapest way that pays carries the flow, a faster one fills
//! the gap until the slow one can arrive.
//!
//! float-ok: estimates; amounts are rounded where they leave.

use argosy_kernel::Day;

use super::{
    super::item::{Aim, Item},
    edge::number,
    gain::{Costs, Curve, Window},
    scene::Scene,
};
use crate::forecast::numbers::{count, mean, quantile, whole};

/// Blocks in which an order may be cut when cash is short.
const BLOCKS: u32 = 8;
/// A lot that saves order costs never covers more days than this.
const LOT_DAYS: f64 = 180.0;
/// Service levels whose price is told, in units of 1,000.
const LEVELS: [u16; 4] = [900, 950, 980, 990];

/// One way of transport for one item.
pub(crate) struct Way {
    pub(crate) window: Window,
    /// Goods and freight of a unit in a usual order.
    pub(crate) landed: f64,
    /// Freight, capital on the road and safety stock per unit sold.
    rate: f64,
    /// Days from today by which an order by this way is due; below zero: too late.
    pub(crate) due: f64,
}

/// What made an order larger or none.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Bend {
    /// No way leaves a margin.
    NoMargin,
    /// What is there and on its way is enough.
    Enough,
    /// The least order would cost more than it saves; units it needs.
    LeastTooDear(u32),
    /// Raised to the least order.
    Least(u32),
    /// Raised to share the fixed cost of an order.
    Lot(u32),
    /// Raised for a better price.
    Tier(u32),
    /// Raised because a person wants it.
    Asked(u32),
}

/// An order wished for.
pub(crate) struct Wish {
    pub(crate) route: usize,
    pub(crate) blocks: Vec<Block>,
}

/// A piece of an order; the first is the least that can be ordered.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Block {
    /// Units of the order with this piece.
    pub(crate) upto: u32,
    pub(crate) gain: f64,
}

/// A service level and its price until the next order can arrive.
pub(crate) struct Level {
    pub(crate) per_mille: u16,
    pub(crate) units: u32,
    pub(crate) keeping: f64,
    pub(crate) missed: f64,
}

/// All that was found for one item.
pub(crate) struct Considered {
    pub(crate) ways: Vec<Way>,
    pub(crate) base: usize,
    pub(crate) wishes: Vec<Wish>,
    pub(crate) bends: Vec<Bend>,
    pub(crate) ratio: f64,
    /// Service until the next order arrives, and demand in that time.
    pub(crate) promised: f64,
    pub(crate) asked: f64,
    /// Lost before anything ordered now can arrive.
    pub(crate) too_late: f64,
    pub(crate) levels: Vec<Level>,
    /// Demand over lead time and review: mean, and what it stays below with 50, 90, 95, 99 %.
    pub(crate) demand: [f64; 5],
    /// The day of running out with even chance.
    pub(crate) empty: f64,
    pub(crate) lost_each: f64,
}

pub(crate) fn consider(item: &Item<'_>, today: Day, seed: u64) -> Considered {
    let mut scene = Scene::of(item, today, seed);
    let review = f64::from(item.review_days);
    let mut ways: Vec<Way> = (0..item.routes.len()).map(|at| way(item, &mut scene, at)).collect();
    let brings = number(item.worth.brings.amount);
    let pays = |at: &usize| brings > ways[*at].landed;
    let base = (0..ways.len()).filter(pays).min_by(|a, b| ways[*a].rate.total_cmp(&ways[*b].rate));
    let margin = base.is_some();
    let base = base.unwrap_or(0);
    let costs = Costs::new(&item.worth, ways[base].landed, 0.0);
    let ratio = costs.critical_ratio(review);
    for way in &mut ways {
        way.due = due(&scene, way, ratio);
    }
    let mut found = told(&scene, &ways[base], ratio);
    found.lost_each = costs.lost;
    let earliest = ways.iter().map(|way| mean(&way.window.arrive)).fold(f64::INFINITY, f64::min);
    let lost = |path| scene.walk(path, (0.0, earliest), &[]).lost;
    found.too_late = mean(&(0..scene.len()).map(lost).collect::<Vec<f64>>());
    found.base = base;
    if margin {
        let fast = fast(item, &scene, &ways, base);
        let filled = fast.as_ref().map_or(0, |wish| wish.blocks.last().map_or(0, |b| b.upto));
        if let Some(wish) = fast {
            scene.add(&ways[wish.route].window.arrive, f64::from(filled));
            found.wishes.push(wish);
        }
        let curve = Curve::of(&scene, &ways[base].window, costs, review);
        order(item, &scene, &curve, filled, &mut found);
    } else {
        found.bends.push(Bend::NoMargin);
    }
    found.ways = ways;
    found
}

fn way(item: &Item<'_>, scene: &mut Scene, at: usize) -> Way {
    let (route, goods) = (&item.routes[at], &item.goods);
    let review = f64::from(item.review_days);
    let n = scene.len();
    let arrive: Vec<f64> = (0..n).map(|_| route.lead.draw(&mut scene.chance)).collect();
    let next = (0..n).map(|path| arrive[path].max(review + route.lead.draw(&mut scene.chance)));
    let window = Window { next: next.collect(), arrive };
    let lead = mean(&window.arrive);
    let usual = scene.asked_within((lead, lead + review.max(28.0)), 0.5);
    let usual = u32::try_from(whole(usual)).unwrap_or(u32::MAX).clamp(1, 1_000_000);
    let usual = goods.cartons(usual.max(goods.least())) * goods.carton_units;
    let freight = number(route.freight(goods, usual)) / f64::from(usual);
    let landed = number(goods.price(usual).map_or(0.into(), |price| price.amount)) + freight;
    let costs = Costs::new(&item.worth, landed, 0.0);
    let mut sums: Vec<f64> = (0..n).map(|path| scene.until(path, window.next[path])).collect();
    sums.sort_unstable_by(f64::total_cmp);
    let safety = quantile(&sums, costs.critical_ratio(review)) - mean(&sums);
    let per_day = mean(&sums) / mean(&window.next).max(1.0);
    let capital = landed * number(item.worth.capital_per_year) / 365.0;
    let kept = if per_day > 0.0 { safety.max(0.0) * costs.keep(1.0) / per_day } else { 0.0 };
    Way { window, landed, rate: freight + capital * lead + kept, due: 0.0 }
}

/// The last day on which an order by this way still arrives before the shelf is empty, with the
/// chance that pays best.
fn due(scene: &Scene, way: &Way, ratio: f64) -> f64 {
    let days = |path| scene.empty_on(path) - way.window.arrive[path];
    let mut all: Vec<f64> = (0..scene.len()).map(days).collect();
    all.sort_unstable_by(f64::total_cmp);
    quantile(&all, 1.0 - ratio)
}

fn told(scene: &Scene, base: &Way, ratio: f64) -> Considered {
    let mut sums: Vec<f64> =
        (0..scene.len()).map(|path| scene.until(path, base.window.next[path])).collect();
    sums.sort_unstable_by(f64::total_cmp);
    let at = |level| quantile(&sums, level);
    let mut empty: Vec<f64> = (0..scene.len()).map(|path| scene.empty_on(path)).collect();
    empty.sort_unstable_by(f64::total_cmp);
    Considered {
        ways: Vec::new(),
        base: 0,
        wishes: Vec::new(),
        bends: Vec::new(),
        ratio,
        promised: 0.0,
        asked: 0.0,
        too_late: 0.0,
        levels: Vec::new(),
        demand: [mean(&sums), at(0.5), at(0.9), at(0.95), at(0.99)],
        empty: quantile(&empty, 0.5),
        lost_each: 0.0,
    }
}

/// A faster way for what the slow one comes too late for, as far as the next look could not order it
/// either.
fn fast(item: &Item<'_>, scene: &Scene, ways: &[Way], base: usize) -> Option<Wish> {
    let slow = &ways[base];
    let lead = |way: &Way| mean(&way.window.arrive);
    let review = f64::from(item.review_days);
    let mut best: Option<(f64, Wish)> = None;
    for (at, way) in ways.iter().enumerate() {
        let pays = number(item.worth.brings.amount) > way.landed;
        if at == base || lead(way) + 1.0 > lead(slow) || !pays {
            continue;
        }
        let ends = way.window.next.iter().zip(&slow.window.arrive).zip(&way.window.arrive);
        let next = ends.map(|((next, slow), arrive)| next.min(*slow).max(*arrive)).collect();
        let window = Window { arrive: way.window.arrive.clone(), next };
        let premium = (way.landed - slow.landed).max(0.0);
        let curve = Curve::of(scene, &window, Costs::new(&item.worth, way.landed, premium), review);
        let units = in_cartons(item, &curve, curve.best());
        if units == 0 {
            continue;
        }
        // The least charge of a small shipment beyond what a usual one pays.
        let freight = number(item.routes[at].freight(&item.goods, units));
        let price = number(item.goods.price(units).map_or(0.into(), |price| price.amount));
        let dear = (freight - (way.landed - price) * f64::from(units)).max(0.0);
        let gain = curve.gain(units) - dear;
        if gain > best.as_ref().map_or(0.0, |(gain, _)| *gain) {
            let mut blocks = blocks(item, &curve, units, item.goods.carton_units);
            blocks[0].gain -= dear;
            best = Some((gain, Wish { route: at, blocks }));
        }
    }
    best.map(|(_, wish)| wish)
}

/// Whole cartons next to the best quantity, whichever gains more.
fn in_cartons(item: &Item<'_>, curve: &Curve, units: u32) -> u32 {
    let carton = item.goods.carton_units.max(1);
    let low = units / carton * carton;
    let high = item.goods.cartons(units) * carton;
    if low == high || curve.gain(high) <= curve.gain(low) { low } else { high }
}

/// The order by the usual way, beside `filled` units that come faster.
fn order(item: &Item<'_>, scene: &Scene, curve: &Curve, filled: u32, found: &mut Considered) {
    let goods = &item.goods;
    let to_carton = |units: u32| goods.cartons(units) * goods.carton_units;
    let least = to_carton(goods.least().saturating_sub(filled).max(1));
    let mut units = match item.aim {
        Aim::Profit => in_cartons(item, curve, curve.best()),
        Aim::PerMille(level) => to_carton(curve.for_service(f64::from(level) / 1000.0)),
    };
    let mut lump = None;
    if units < least && (curve.best() > 0 || (0 < filled && filled < goods.least())) {
        let (timing, life) = curve.lump(least);
        if (timing > 0.0 && life > 0.0) || (units > 0 && item.aim != Aim::Profit) {
            if least > goods.carton_units {
                found.bends.push(Bend::Least(least));
            }
            (units, lump) = (least, Some(timing));
        } else {
            units = 0;
            if life <= 0.0 {
                found.bends.push(Bend::LeastTooDear(least));
            }
            if filled < goods.least() {
                found.wishes.clear();
            }
        }
    }
    if units > 0 {
        let lot = to_carton(lot(item, scene, found.base));
        if lot > units {
            // Faster units alone would be less than the supplier takes.
            let judged = lump.is_some() || (0 < filled && filled < goods.least());
            units = lotted(item, curve, (units, lot), (found, judged));
        }
    }
    if units > 0
        && let Some(more) = tier(item, curve, units, filled)
    {
        found.bends.push(Bend::Tier(more));
        units = more;
    }
    let asked = to_carton(item.at_least.saturating_sub(filled));
    if asked > units {
        units = asked.max(least);
        found.bends.push(Bend::Asked(units));
    }
    if units == 0 && found.bends.is_empty() {
        found.bends.push(Bend::Enough);
    }
    if units > 0 {
        let mut blocks = blocks(item, curve, units, least);
        if let Some(timing) = lump {
            blocks[0].gain = timing;
        }
        found.wishes.push(Wish { route: found.base, blocks });
    }
    found.promised = curve.service(units);
    found.asked = curve.asked;
    found.levels = LEVELS.iter().map(|level| price_of(curve, *level)).collect();
}

/// The lot where it gains beside waiting for the next look; else the plain order where that is worth
/// an order of its own; else nothing yet. Where service is wanted or the least order was judged
/// already, something is ordered in any case.
fn lotted(
    item: &Item<'_>,
    curve: &Curve,
    (plain, lot): (u32, u32),
    (found, judged): (&mut Considered, bool),
) -> u32 {
    let must = item.aim != Aim::Profit;
    if must || curve.gain(lot) > 0.0 {
        found.bends.push(Bend::Lot(lot));
        return lot;
    }
    if judged || curve.gain(plain) > number(item.goods.per_order.amount) { plain } else { 0 }
}

fn price_of(curve: &Curve, per_mille: u16) -> Level {
    let units = curve.for_service(f64::from(per_mille) / 1000.0);
    let keeping = curve.sums(units).1;
    Level { per_mille, units, keeping, missed: curve.missed(units) * curve.lost_each() }
}

/// The lot that balances the fixed cost of an order against keeping.
///
/// # Source
/// Economic order quantity (Harris 1913).
fn lot(item: &Item<'_>, scene: &Scene, base: usize) -> u32 {
    let fixed = number(item.goods.per_order.amount) + number(item.routes[base].minimum.amount);
    if fixed <= 0.0 {
        return 0;
    }
    let days = scene.horizon_days().max(28.0);
    let sum: f64 = (0..scene.len()).map(|path| scene.until(path, days)).sum();
    let per_day = sum / count(scene.len().max(1)) / days;
    let price = number(item.goods.price(item.goods.least()).map_or(0.into(), |p| p.amount));
    let keep = Costs::new(&item.worth, price, 0.0).keep(1.0);
    if keep <= 0.0 {
        return 0;
    }
    let lot = (2.0 * fixed * per_day / keep).sqrt().min(per_day * LOT_DAYS);
    u32::try_from(whole(lot)).unwrap_or(0)
}

/// A larger order whose lower price is worth more than its keeping costs.
fn tier(item: &Item<'_>, curve: &Curve, units: u32, filled: u32) -> Option<u32> {
    let goods = &item.goods;
    let price = |units: u32| number(goods.price(units).map_or(0.into(), |price| price.amount));
    let now = price(units + filled);
    let from = curve.gain(units);
    let more = goods.tiers.iter().filter(|tier| tier.from_units > units + filled);
    let more = more.map(|tier| goods.cartons(tier.from_units - filled) * goods.carton_units);
    let worth = |more: u32| {
        let saved = (now - price(more + filled)) * f64::from(more + filled);
        curve.gain(more) - from + saved
    };
    let best = more.map(|more| (worth(more), more)).max_by(|a, b| a.0.total_cmp(&b.0));
    best.filter(|(worth, _)| *worth > 0.0).map(|(_, more)| more)
}

fn blocks(item: &Item<'_>, curve: &Curve, units: u32, least: u32) -> Vec<Block> {
    let goods = &item.goods;
    let carton = goods.carton_units.max(1);
    let least = least.min(units).max(1);
    let step = goods.cartons((units - least).div_ceil(BLOCKS)).max(1) * carton;
    let mut blocks = Vec::new();
    let (mut upto, mut before) = (least, 0.0);
    loop {
        let gain = curve.gain(upto);
        blocks.push(Block { upto, gain: gain - before });
        if upto >= units {
            return blocks;
        }
        before = gain;
        upto = (upto + step).min(units);
    }
}
