//! Lead times by stage, learnt from own shipments.
//!
//! float-ok: days, no money.

use serde::{Deserialize, Serialize};

use crate::forecast::{
    Chance,
    numbers::{count, normal_quantile, quantile},
};

/// Points that stand for what was believed before.
const POINTS: usize = 40;
/// Draws behind the quantiles of a whole lead time.
const DRAWS: usize = 400;

/// A stage between order and shelf, in their order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    Production,
    Inspection,
    /// The head-haul 头程 from origin to the market's border.
    HeadHaul,
    Customs,
    /// From arrival at the warehouse until it can be sold.
    Receiving,
}

/// What is believed of a stage before own shipments.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Prior {
    pub mean_days: f64,
    pub sd_days: f64,
    /// Own shipments it weighs as much as.
    pub counts_as: f64,
}

/// How long an own shipment was in a stage.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Passage {
    pub days: f64,
    /// It has left the stage; otherwise it has been in there for so many days by now.
    pub over: bool,
}

/// Days a stage takes, as points with weights that sum to one.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct StageTime {
    /// Days ascending, and the chance of each.
    points: Vec<(f64, f64)>,
}

impl StageTime {
    /// Always so many days.
    pub fn fixed(days: f64) -> Self {
        Self { points: vec![(days.max(0.0), 1.0)] }
    }

    /// The belief before, moved towards own shipments: with n of them the prior keeps the share
    /// `counts_as / (counts_as + n)`. A shipment still in the stage tells that it takes longer than
    /// until now; leaving those out would count only the quick ones.
    ///
    /// # Source
    /// Dirichlet-process predictive (Ferguson 1973) on a log-normal base; open shipments by
    /// redistribution to the right (Efron 1967).
    pub fn learn(prior: Prior, passages: &[Passage]) -> Self {
        let each = prior.counts_as.max(1e-6) / count(POINTS);
        let mut all: Vec<(f64, f64, bool)> =
            log_normal(prior).into_iter().map(|days| (days, each, true)).collect();
        let own = passages.iter().filter(|passage| passage.days.is_finite());
        all.extend(own.map(|passage| (passage.days.max(0.0), 1.0, passage.over)));
        // Of two equal ones the closed comes first: the open one lasts longer.
        all.sort_by(|a, b| a.0.total_cmp(&b.0).then(b.2.cmp(&a.2)));
        for at in 0..all.len() {
            let (_, weight, over) = all[at];
            let later: f64 = all[at + 1..].iter().map(|point| point.1).sum();
            if over || later <= 0.0 {
                continue;
            }
            for point in &mut all[at + 1..] {
                point.1 *= 1.0 + weight / later;
            }
            all[at].1 = 0.0;
        }
        let sum: f64 = all.iter().map(|point| point.1).sum();
        let points = all.into_iter().filter(|point| point.1 > 0.0);
        Self { points: points.map(|(days, weight, _)| (days, weight / sum)).collect() }
    }

    /// Days it takes on average.
    pub fn mean(&self) -> f64 {
        self.points.iter().map(|(days, weight)| days * weight).sum()
    }

    /// The days it stays within with this chance.
    pub fn within(&self, share: f64) -> f64 {
        let mut sum = 0.0;
        for (days, weight) in &self.points {
            sum += weight;
            if sum >= share {
                return *days;
            }
        }
        self.points.last().map_or(0.0, |point| point.0)
    }

    /// Days left for a shipment that has been in the stage for `elapsed` days; one that is beyond all
    /// that was ever seen is expected to need a tenth of that again.
    pub fn left(&self, elapsed: f64, share: f64) -> f64 {
        let from = self.points.partition_point(|point| point.0 <= elapsed);
        let rest: f64 = self.points[from..].iter().map(|point| point.1).sum();
        let mut sum = 0.0;
        for (days, weight) in &self.points[from..] {
            sum += weight / rest;
            if sum >= share {
                return days - elapsed;
            }
        }
        self.points[from..].last().map_or(elapsed.max(0.0) * 0.1, |point| point.0 - elapsed)
    }

    /// The same with all days multiplied.
    pub fn times(&self, factor: f64) -> Self {
        let points = self.points.iter().map(|(days, weight)| (days * factor, *weight));
        Self { points: points.collect() }
    }
}

/// Points of a log-normal at even chances, their mean that of the prior.
fn log_normal(prior: Prior) -> Vec<f64> {
    let mean = prior.mean_days.max(0.0);
    if mean <= 0.0 || prior.sd_days <= 0.0 {
        return vec![mean; POINTS];
    }
    let variance = (1.0 + (prior.sd_days / mean).powi(2)).ln();
    let at = |i: usize| normal_quantile((count(i) + 0.5) / count(POINTS));
    let raw: Vec<f64> = (0..POINTS).map(|i| (variance.sqrt() * at(i)).exp()).collect();
    let scale = mean * count(POINTS) / raw.iter().sum::<f64>();
    raw.into_iter().map(|value| value * scale).collect()
}

/// From order to shelf: the sum of its stages, taken as independent.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct LeadTime {
    stages: Vec<(Stage, StageTime)>,
}

impl LeadTime {
    /// Of stages in any order.
    pub fn new(mut stages: Vec<(Stage, StageTime)>) -> Self {
        stages.sort_by_key(|(stage, _)| *stage);
        Self { stages }
    }

    /// Days on average.
    pub fn mean(&self) -> f64 {
        self.stages.iter().map(|(_, time)| time.mean()).sum()
    }

    /// One way it may go.
    pub fn draw(&self, chance: &mut Chance) -> f64 {
        self.stages.iter().map(|(_, time)| time.within(chance.share())).sum()
    }

    /// One way the rest may go for goods in `stage` for `elapsed` days.
    pub fn rest(&self, stage: Stage, elapsed: f64, chance: &mut Chance) -> f64 {
        let mut days = 0.0;
        for (at, time) in &self.stages {
            if *at == stage {
                days += time.left(elapsed, chance.share());
            } else if *at > stage {
                days += time.within(chance.share());
            }
        }
        days
    }

    /// Days it stays within with each chance.
    pub fn within(&self, levels: &[f64], seed: u64) -> Vec<f64> {
        let mut chance = Chance::of(seed, "lead time");
        let mut drawn: Vec<f64> = (0..DRAWS).map(|_| self.draw(&mut chance)).collect();
        drawn.sort_unstable_by(f64::total_cmp);
        levels.iter().map(|level| quantile(&drawn, *level)).collect()
    }

    /// The same with one stage, or all of them, multiplied.
    pub fn times(&self, of: Option<Stage>, factor: f64) -> Self {
        let change = |(stage, time): &(Stage, StageTime)| {
            let time =
                if of.is_none_or(|of| of == *stage) { time.times(factor) } else { time.clone() };
            (*stage, time)
        };
        Self { stages: self.stages.iter().map(change).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEA: Prior = Prior { mean_days: 35.0, sd_days: 9.0, counts_as: 5.0 };

    fn passed(days: f64) -> Passage {
        Passage { days, over: true }
    }

    #[test]
    fn own_shipments_move_the_belief_in_proportion() {
        let before = StageTime::learn(SEA, &[]);
        assert!((before.mean() - 35.0).abs() < 1e-9);
        assert!(before.within(0.95) > 48.0 && before.within(0.95) < 54.0);
        let after = StageTime::learn(SEA, &[passed(45.0); 15]);
        // A quarter of the weight is still the prior's.
        assert!((after.mean() - (0.25 * 35.0 + 0.75 * 45.0)).abs() < 1e-9);
    }

    #[test]
    fn a_ship_still_at_sea_after_sixty_days_lengthens_what_is_expected() {
        let done = [passed(30.0), passed(34.0), passed(38.0)];
        let all = [done.as_slice(), &[Passage { days: 60.0, over: false }]].concat();
        let (without, with) = (StageTime::learn(SEA, &done), StageTime::learn(SEA, &all));
        // Eight weights as before, and one that has seen at least 60 days.
        assert!((with.mean() - (8.0 * without.mean() + 60.0) / 9.0).abs() < 1e-9);
        assert!(with.within(0.99) >= 60.0);
    }

    #[test]
    fn goods_long_under_way_have_little_left_but_never_less_than_nothing() {
        let lead = LeadTime::new(vec![
            (Stage::Receiving, StageTime::fixed(4.0)),
            (Stage::HeadHaul, StageTime::learn(SEA, &[])),
        ]);
        let mut chance = Chance::new(1);
        let rest: Vec<f64> =
            (0..500).map(|_| lead.rest(Stage::HeadHaul, 30.0, &mut chance)).collect();
        let mean = rest.iter().sum::<f64>() / 500.0;
        assert!(mean > 8.0 && mean < 16.0, "{mean}");
        assert!(rest.iter().all(|days| *days >= 4.0));
        // Beyond all that was seen: a tenth again, and receiving.
        let late = lead.rest(Stage::HeadHaul, 200.0, &mut chance);
        assert!((late - 24.0).abs() < 1e-9);
    }
}
