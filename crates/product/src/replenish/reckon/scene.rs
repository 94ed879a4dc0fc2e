//! Stock along every path of demand: what runs out, what is lost, what is left.
//!
//! float-ok: units and days, no money.

use argosy_kernel::{Day, Grain};

use super::super::{
    item::Item,
    position::{Due, Inbound},
};
use crate::forecast::{
    Chance,
    numbers::{count, mean, quantile},
};

/// Paths beyond so many add little and cost time.
const MOST_PATHS: usize = 300;

/// Demand and arrivals of one item, path by path. Days count from today.
pub(crate) struct Scene {
    /// Days of a bucket, and those of the first one that have passed.
    bucket_days: f64,
    passed: f64,
    horizon: usize,
    /// Demand up to the end of each bucket, path after path, from 0.
    sums: Vec<f64>,
    /// Demand per bucket beyond the horizon.
    beyond: Vec<f64>,
    stock: f64,
    arrivals: Vec<Vec<(f64, f64)>>,
    pub(crate) chance: Chance,
}

/// What a stretch of a path did.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Walk {
    pub(crate) asked: f64,
    pub(crate) lost: f64,
    /// Left on the shelf at its end.
    pub(crate) stock: f64,
}

impl Scene {
    pub(crate) fn of(item: &Item<'_>, today: Day, seed: u64) -> Self {
        let chance = Chance::of(seed, &format!("{}\u{1f}{}", item.sku, item.market));
        let bucket_days = match item.demand.grain {
            Grain::Day => 1.0,
            Grain::Week => 7.0,
            Grain::Month => 365.25 / 12.0,
        };
        let mut scene = Self {
            bucket_days,
            passed: days_between(item.demand.starts, today).max(0.0),
            horizon: item.demand.paths.horizon(),
            sums: Vec::new(),
            beyond: Vec::new(),
            stock: f64::from(item.position.free()),
            arrivals: Vec::new(),
            chance,
        };
        for path in item.demand.paths.each().take(MOST_PATHS) {
            let mut sum = 0.0;
            scene.sums.push(sum);
            for value in path {
                sum += value.max(0.0);
                scene.sums.push(sum);
            }
            // One bucket alone is chance; the last quarter tells the rate better.
            scene.beyond.push(mean(&path[path.len() - path.len().div_ceil(4)..]).max(0.0));
        }
        scene.arrivals =
            (0..scene.len()).map(|_| arrivals(item, today, &mut scene.chance)).collect();
        scene
    }

    pub(crate) fn len(&self) -> usize {
        self.beyond.len()
    }

    /// Days until the paths end.
    pub(crate) fn horizon_days(&self) -> f64 {
        (count(self.horizon) * self.bucket_days - self.passed).max(0.0)
    }

    /// Demand of a path from today to a day.
    pub(crate) fn until(&self, path: usize, day: f64) -> f64 {
        self.sum(path, self.passed + day.max(0.0)) - self.sum(path, self.passed)
    }

    fn sum(&self, path: usize, days: f64) -> f64 {
        let at = days / self.bucket_days;
        let sums = &self.sums[path * (self.horizon + 1)..(path + 1) * (self.horizon + 1)];
        let whole = crate::forecast::numbers::whole(at.floor());
        if whole >= self.horizon {
            return sums[self.horizon] + (at - count(self.horizon)) * self.beyond[path];
        }
        sums[whole] + (at - count(whole)) * (sums[whole + 1] - sums[whole])
    }

    /// What a path does between two days if `more` arrives beside what is on its way. What cannot be
    /// served is lost, not awaited.
    pub(crate) fn walk(&self, path: usize, stretch: (f64, f64), more: &[(f64, f64)]) -> Walk {
        let (from, to) = (stretch.0.max(0.0), stretch.1.max(stretch.0));
        let mut events: Vec<(f64, f64)> = self.arrivals[path].clone();
        events.extend_from_slice(more);
        events.extend([(from, 0.0), (to, 0.0)]);
        events.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut walk = Walk { stock: self.stock, ..Walk::default() };
        let (mut day, mut sum) = (0.0, 0.0);
        for (at, units) in events {
            if at > to {
                break;
            }
            let asked_until = self.until(path, at);
            let asked = asked_until - sum;
            let lost = (asked - walk.stock).max(0.0);
            walk.stock = (walk.stock - asked).max(0.0);
            if day >= from {
                walk.asked += asked;
                walk.lost += lost;
            }
            walk.stock += units;
            (day, sum) = (at, asked_until);
        }
        walk
    }

    /// Stock at the end of each of `ends` (days ascending) and units lost since the one before, when
    /// everything on its way comes `delay` days later.
    pub(crate) fn course(&self, path: usize, ends: &[f64], delay: f64) -> Vec<Walk> {
        let mut arrivals = self.arrivals[path].iter().map(|(day, units)| (day + delay, *units));
        let mut next = arrivals.next();
        let mut stock = self.stock;
        let mut sum = 0.0;
        let mut course = Vec::with_capacity(ends.len());
        for end in ends {
            let mut walk = Walk::default();
            loop {
                let arrival = next.filter(|(day, _)| day <= end);
                let until = self.until(path, arrival.map_or(*end, |(day, _)| day));
                let asked = until - sum;
                walk.asked += asked;
                walk.lost += (asked - stock).max(0.0);
                stock = (stock - asked).max(0.0);
                sum = until;
                let Some((_, units)) = arrival else { break };
                stock += units;
                next = arrivals.next();
            }
            walk.stock = stock;
            course.push(walk);
        }
        course
    }

    /// The day on which a path has used up all that is there and on its way.
    pub(crate) fn empty_on(&self, path: usize) -> f64 {
        let mut stock = self.stock;
        let mut events = self.arrivals[path].clone();
        events.push((f64::INFINITY, 0.0));
        let mut day: f64 = 0.0;
        for (at, units) in events {
            let used = self.until(path, day);
            let end = at.min(day.max(self.horizon_days() * 2.0));
            if self.until(path, end) - used > stock {
                return self.reached(path, used + stock, (day, end));
            }
            if at.is_infinite() {
                return end;
            }
            stock -= self.until(path, at) - used;
            stock += units;
            day = at;
        }
        day
    }

    /// The day between two on which demand since today reaches `units`.
    fn reached(&self, path: usize, units: f64, between: (f64, f64)) -> f64 {
        let (mut low, mut high) = between;
        for _ in 0..24 {
            let middle = f64::midpoint(low, high);
            if self.until(path, middle) > units { high = middle } else { low = middle }
        }
        low
    }

    /// What demand between two days stays below with a chance.
    pub(crate) fn asked_within(&self, stretch: (f64, f64), level: f64) -> f64 {
        let asked = |path| self.until(path, stretch.1) - self.until(path, stretch.0);
        let mut sums: Vec<f64> = (0..self.len()).map(asked).collect();
        sums.sort_unstable_by(f64::total_cmp);
        quantile(&sums, level)
    }

    /// One more thing on its way, by the days it arrives on each path.
    pub(crate) fn add(&mut self, days: &[f64], units: f64) {
        for (arrivals, day) in self.arrivals.iter_mut().zip(days) {
            arrivals.push((*day, units));
            arrivals.sort_by(|a, b| a.0.total_cmp(&b.0));
        }
    }
}

pub(crate) fn days_between(from: Day, to: Day) -> f64 {
    i32::try_from((to - from).num_days()).map_or(0.0, f64::from)
}

fn arrivals(item: &Item<'_>, today: Day, chance: &mut Chance) -> Vec<(f64, f64)> {
    let units =
        |inbound: &Inbound| f64::from(u32::try_from(inbound.units.max(0)).unwrap_or(u32::MAX));
    let mut all: Vec<(f64, f64)> = Vec::with_capacity(item.position.inbound.len());
    for inbound in &item.position.inbound {
        let day = match inbound.due {
            Due::On(day) => days_between(today, day).max(0.0),
            Due::Underway { stage, since } => {
                let own = item.routes.iter().find(|route| route.mode == inbound.mode);
                let Some(route) = own.or(item.routes.first()) else { continue };
                route.lead.rest(stage, days_between(since, today).max(0.0), chance)
            }
        };
        all.push((day, units(inbound)));
    }
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    all
}

#[cfg(test)]
mod tests {
    use super::{super::super::examples, *};
    use crate::forecast::paths::Paths;

    #[test]
    fn a_gap_before_the_ship_is_lost_and_the_rest_is_left() {
        // Ten a week, 15 on the shelf, 30 arrive on day 14.
        let paths = Paths::new(8, vec![10.0; 8]);
        let mut item = examples::item(&paths);
        let today = item.demand.starts;
        item.position.sellable = 15;
        item.position.inbound = vec![Inbound {
            units: 30,
            mode: super::super::super::Mode::Sea,
            due: Due::On(today + chrono::Days::new(14)),
        }];
        let scene = Scene::of(&item, today, 1);
        let walk = scene.walk(0, (0.0, 28.0), &[]);
        assert!((walk.asked - 40.0).abs() < 1e-9 && (walk.lost - 5.0).abs() < 1e-9);
        assert!((walk.stock - 10.0).abs() < 1e-9);
        let late = scene.walk(0, (14.0, 42.0), &[]);
        assert!((late.asked - 40.0).abs() < 1e-9 && (late.lost - 10.0).abs() < 1e-9);
        // Five more on day 7 fill the gap, twenty more also what comes after.
        assert!(scene.walk(0, (7.0, 28.0), &[(7.0, 5.0)]).lost.abs() < 1e-9);
        assert!((scene.empty_on(0) - 10.5).abs() < 0.01);
        // Beyond the horizon the rate goes on.
        assert!((scene.until(0, 70.0) - 100.0).abs() < 1e-9);
    }
}
