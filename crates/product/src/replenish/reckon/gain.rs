//! What one more unit is worth: margin saved where it sells, cost of keeping where it does not.
//!
//! A unit that arrives now and sells before the next order could bring one saves a sale. One that does
//! not sell by then was early: it costs its keeping until later orders would have brought it anyway.
//! Where demand falls (end of a season, a promotion over) that may take long, and aged-stock fees fall
//! due; at worst it is cleared out.
//!
//! # Source
//! Newsvendor over the protection interval (Arrow, Harris, Marschak 1951); lost sales by path.
//!
//! float-ok: estimates; amounts are rounded where they leave.

use super::{super::worth::Worth, edge::number, scene::Scene};
use crate::forecast::numbers::{count, mean};

/// Later looks at orders that are followed.
const LOOKS: usize = 26;
/// No unit is thought to wait longer than so many days.
const LONGEST: f64 = 1825.0;
/// Steps in which a sum over units is taken.
const STEPS: u32 = 24;

/// What a unit of one way of transport is worth.
#[derive(Clone, Debug)]
pub(crate) struct Costs {
    /// Lost with a sale that cannot be served: margin and what comes beyond it.
    pub(crate) lost: f64,
    /// Paid in vain when the unit does not sell before slower goods could bring it.
    pub(crate) premium: f64,
    day: f64,
    /// Age in days, and what is added per day from then on.
    aged: Vec<(f64, f64)>,
    /// Lost when the unit is cleared out.
    worst: f64,
}

impl Costs {
    pub(crate) fn new(worth: &Worth, landed: f64, premium: f64) -> Self {
        let per_day = |month: f64| month / 30.0;
        let mut aged: Vec<(f64, f64)> = worth
            .aged
            .iter()
            .map(|fee| (f64::from(fee.from_day), per_day(number(fee.month.amount))))
            .collect();
        aged.sort_by(|a, b| a.0.total_cmp(&b.0));
        Self {
            lost: number(worth.brings.amount) - landed + number(worth.lost_beyond.amount),
            premium,
            day: landed * number(worth.capital_per_year) / 365.0
                + per_day(number(worth.storage_month.amount)),
            aged,
            worst: (landed - number(worth.cleared.amount)).max(0.0),
        }
    }

    /// What keeping a unit for so many days costs: capital, storage, fees on old stock.
    pub(crate) fn keep(&self, days: f64) -> f64 {
        let days = days.max(0.0);
        let mut cost = self.day * days;
        for (at, (from, fee)) in self.aged.iter().enumerate() {
            let to = self.aged.get(at + 1).map_or(f64::INFINITY, |next| next.0);
            cost += fee * (days.min(to) - from).max(0.0);
        }
        cost
    }

    /// The same, but cleared out once that is cheaper.
    fn keep_or_clear(&self, days: f64) -> f64 {
        self.keep(days).min(self.worst.max(self.keep(30.0)))
    }

    /// The share of cycles without a lost sale that pays best: margin lost over margin lost plus cost
    /// of keeping a unit from one look to the next.
    pub(crate) fn critical_ratio(&self, review_days: f64) -> f64 {
        let over = self.keep(review_days) + self.premium;
        if self.lost <= 0.0 { 0.0 } else { self.lost / (self.lost + over) }
    }
}

/// When an order of now arrives, and one of the next look, on each path.
pub(crate) struct Window {
    pub(crate) arrive: Vec<f64>,
    pub(crate) next: Vec<f64>,
}

/// The worth of each unit of an order.
pub(crate) struct Curve {
    costs: Costs,
    review: f64,
    paths: Vec<Seen>,
    /// Demand between the two arrivals, and before the first, on average.
    pub(crate) asked: f64,
}

struct Seen {
    /// Sales lost between the two arrivals without this order.
    lost: f64,
    days: f64,
    /// Units too many that are still needed at each later look.
    room: Vec<f64>,
    /// Demand per day over these looks.
    rate: f64,
}

impl Seen {
    /// Days beyond all looks until so many units too many are needed, at the rate before.
    fn beyond(&self, units: f64) -> f64 {
        if self.rate > 0.0 { (units / self.rate).clamp(0.0, LONGEST) } else { LONGEST }
    }
}

impl Curve {
    pub(crate) fn of(scene: &Scene, window: &Window, costs: Costs, review: f64) -> Self {
        let ratio = costs.critical_ratio(review).clamp(0.5, 0.999);
        let next = mean(&window.next);
        let looks = looks(scene, next, review);
        // What the stock should be after each later arrival.
        let wanted: Vec<f64> = (0..looks)
            .map(|look| next + count(look) * review)
            .map(|from| scene.asked_within((from, from + review), ratio))
            .collect();
        let mut asked = 0.0;
        let paths = (0..scene.len())
            .map(|path| {
                let (arrive, next) = (window.arrive[path], window.next[path]);
                let walk = scene.walk(path, (arrive, next), &[]);
                asked += walk.asked;
                let before = scene.until(path, next);
                let mut most = f64::NEG_INFINITY;
                let room = wanted.iter().enumerate().map(|(look, wanted)| {
                    let used = scene.until(path, next + count(look) * review) - before;
                    most = f64::max(most, wanted - walk.stock + used);
                    most
                });
                let room = room.collect();
                let last = count(looks) * review;
                let rate = (scene.until(path, next + last) - before) / last;
                Seen { lost: walk.lost, days: next - arrive, room, rate }
            })
            .collect();
        Self { costs, review, paths, asked: asked / count(scene.len().max(1)) }
    }

    /// What the unit number `unit` of an order saves and what keeping it costs, on average.
    pub(crate) fn unit(&self, unit: u32) -> (f64, f64) {
        self.at(f64::from(unit) - 0.5)
    }

    fn at(&self, unit: f64) -> (f64, f64) {
        let (mut saves, mut keeps) = (0.0, 0.0);
        for seen in &self.paths {
            let over = unit - seen.lost;
            if over <= 0.0 {
                saves += self.costs.lost;
                keeps += self.costs.keep(seen.days / 2.0);
                continue;
            }
            let looks = seen.room.partition_point(|room| *room < over);
            let foreseen = seen.days + count(looks) * self.review;
            let days = if looks == seen.room.len() {
                foreseen + seen.beyond(over - seen.room.last().copied().unwrap_or(0.0))
            } else {
                foreseen
            };
            keeps += self.costs.premium + self.costs.keep_or_clear(days);
        }
        let n = count(self.paths.len().max(1));
        (saves / n, keeps / n)
    }

    /// What an order of so many units saves and what keeping it costs, beside ordering at the next
    /// look instead.
    pub(crate) fn sums(&self, units: u32) -> (f64, f64) {
        let (mut saves, mut keeps, mut from) = (0.0, 0.0, 0_u32);
        let steps = units.min(STEPS);
        for step in 1..=steps {
            let to = u32::try_from(u64::from(units) * u64::from(step) / u64::from(steps))
                .unwrap_or(units);
            let (save, keep) = self.at(f64::midpoint(f64::from(from), f64::from(to)));
            saves += save * f64::from(to - from);
            keeps += keep * f64::from(to - from);
            from = to;
        }
        (saves, keeps)
    }

    /// What an order of so many units gains.
    pub(crate) fn gain(&self, units: u32) -> f64 {
        let (saves, keeps) = self.sums(units);
        saves - keeps
    }

    /// An order that can only be had whole, as the supplier's least: waiting spares nothing of it, for
    /// the next look will find the same lump. What having it a look earlier gains, and what it earns
    /// over its life.
    pub(crate) fn lump(&self, units: u32) -> (f64, f64) {
        let all = f64::from(units);
        let early = self.costs.keep(self.review);
        let (mut timing, mut life) = (0.0, 0.0);
        for seen in &self.paths {
            let sold = seen.lost.min(all);
            timing += sold * self.costs.lost - (all - sold) * early;
            life += sold * (self.costs.lost - self.costs.keep(seen.days / 2.0));
            let mut from = sold;
            for (look, room) in seen.room.iter().enumerate() {
                let to = (seen.lost + room).clamp(from, all);
                let days = seen.days + count(look) * self.review;
                life += (to - from) * (self.costs.lost - self.costs.keep(days));
                from = to;
            }
            let foreseen = seen.days + count(seen.room.len()) * self.review;
            let days = foreseen + seen.beyond((all - from) / 2.0);
            life += (all - from) * (self.costs.lost - self.costs.keep(days)).max(-self.costs.worst);
        }
        let n = count(self.paths.len().max(1));
        (timing / n, life / n)
    }

    /// The last unit that gains.
    pub(crate) fn best(&self) -> u32 {
        let most = self.paths.iter().map(|seen| seen.lost).fold(0.0, f64::max);
        self.last(most, |unit| {
            let (saves, keeps) = self.unit(unit);
            saves > keeps
        })
    }

    /// The least order that serves so much of demand between the two arrivals.
    pub(crate) fn for_service(&self, share: f64) -> u32 {
        let most = self.paths.iter().map(|seen| seen.lost).fold(0.0, f64::max);
        self.last(most, |unit| self.service(unit - 1) < share)
    }

    /// The last unit for which `good` holds, which must not hold again after it first does not.
    fn last(&self, most: f64, good: impl Fn(u32) -> bool) -> u32 {
        let whole = crate::forecast::numbers::whole(most.ceil());
        let (mut low, mut high) = (0, u32::try_from(whole).unwrap_or(u32::MAX - 2) + 1);
        while low < high {
            let middle = low + (high - low).div_ceil(2);
            if good(middle) { low = middle } else { high = middle - 1 }
        }
        low
    }

    /// The share of demand between the two arrivals that an order of so many units serves.
    pub(crate) fn service(&self, units: u32) -> f64 {
        if self.asked <= 0.0 { 1.0 } else { 1.0 - self.missed(units) / self.asked }
    }

    /// Sales lost between the two arrivals with an order of so many units.
    pub(crate) fn missed(&self, units: u32) -> f64 {
        let units = f64::from(units);
        let lost = self.paths.iter().map(|seen| (seen.lost - units).max(0.0)).sum::<f64>();
        lost / count(self.paths.len().max(1))
    }

    /// What a lost sale costs.
    pub(crate) fn lost_each(&self) -> f64 {
        self.costs.lost
    }
}

fn looks(scene: &Scene, from: f64, review: f64) -> usize {
    let rest = (scene.horizon_days() - from).max(review);
    crate::forecast::numbers::whole((rest / review).floor()).clamp(1, LOOKS)
}

#[cfg(test)]
mod tests {
    use super::{super::super::examples, *};
    use crate::forecast::{numbers::normal_quantile, paths::Paths};

    /// Demand of one week, normal with mean 50 and deviation 8, by even chances.
    fn newsstand() -> Paths {
        let values = (0..300)
            .flat_map(|i| {
                let share = (f64::from(i) + 0.5) / 300.0;
                [50.0 + 8.0 * normal_quantile(share), 0.0, 0.0]
            })
            .collect();
        Paths::new(3, values)
    }

    #[test]
    fn the_newsvendor_of_the_textbook_orders_what_the_textbook_says() {
        // Snyder and Shen, Fundamentals of Supply Chain Theory, example 4.3: keeping 0.18, a lost
        // sale 0.70, demand normal with mean 50 and deviation 8: 56.60 copies.
        let paths = newsstand();
        let mut item = examples::item(&paths);
        item.position.sellable = 0;
        let scene = Scene::of(&item, item.demand.starts, 1);
        let window = Window { arrive: vec![0.0; scene.len()], next: vec![7.0; scene.len()] };
        // The unit left over is worth nothing more and costs 0.18 to be rid of, sold or not it costs
        // nothing to keep.
        let costs = Costs { lost: 0.70, premium: 0.18, day: 0.0, aged: Vec::new(), worst: 0.0 };
        assert!((costs.critical_ratio(7.0) - 0.70 / 0.88).abs() < 1e-12);
        let curve = Curve::of(&scene, &window, costs, 7.0);
        assert_eq!(curve.best(), 57);
        // Cost at the optimum, 1.9976, is what perfect knowledge would save.
        let (saves, keeps) = curve.sums(57);
        let cost = keeps + (0.70 * 50.0 - saves);
        assert!((cost - 1.9976).abs() < 0.02, "{cost}");
        assert!((curve.asked - 50.0).abs() < 0.01);
        assert!(curve.service(57) > 0.98 && curve.service(0).abs() < 1e-9);
    }

    #[test]
    fn old_stock_pays_each_tier_for_its_days_and_is_cleared_when_that_is_cheaper() {
        let costs = Costs {
            lost: 10.0,
            premium: 0.0,
            day: 0.01,
            aged: vec![(180.0, 0.05), (270.0, 0.20)],
            worst: 8.0,
        };
        assert!((costs.keep(100.0) - 1.0).abs() < 1e-12);
        assert!((costs.keep(300.0) - (3.0 + 0.05 * 90.0 + 0.20 * 30.0)).abs() < 1e-9);
        assert!((costs.keep_or_clear(300.0) - 8.0).abs() < 1e-12);
    }

    #[test]
    fn a_season_that_ends_leaves_less_reason_to_buy() {
        // 30 ± 9 a week for ever, or for one more week and nothing after it.
        let chance = &mut crate::forecast::Chance::new(3);
        let week = |mean: f64, chance: &mut crate::forecast::Chance| {
            if mean > 0.0 { chance.negative_binomial(mean, 81.0) } else { 0.0 }
        };
        let mut draw = |rest: f64| {
            let values =
                (0..300 * 20).map(|at| week(if at % 20 < 2 { 30.0 } else { rest }, chance));
            Paths::new(20, values.collect())
        };
        let (steady, ending) = (draw(30.0), draw(0.0));
        let best = |paths: &Paths| {
            let mut item = examples::item(paths);
            item.position.sellable = 0;
            let scene = Scene::of(&item, item.demand.starts, 1);
            let n = scene.len();
            let window = Window { arrive: vec![7.0; n], next: vec![14.0; n] };
            let costs = Costs { lost: 10.0, premium: 0.0, day: 0.02, aged: Vec::new(), worst: 9.0 };
            Curve::of(&scene, &window, costs, 7.0).best()
        };
        let (steady, ending) = (best(&steady), best(&ending));
        assert!(steady > ending + 8, "{steady} {ending}");
        assert!((27..=36).contains(&ending), "{ending}");
    }
}
