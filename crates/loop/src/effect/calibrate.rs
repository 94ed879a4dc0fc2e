//! Whether intervals keep their promise: many made-up worlds with a known effect, measured blindly.
//!
//! float-ok: statistics only.

use serde::{Deserialize, Serialize};

use super::{
    chance::Chance,
    design::{Days, Material, choose},
    did::did,
    local_level,
    panel::{Estimate, Panel, before_after},
    rules::Effects,
    stats::{count, mean, median},
    synthetic::{Weights, synthetic},
};

/// How the units of a made-up market sell.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct World {
    /// Mean units a day of the treated unit.
    pub daily: f64,
    /// How many times as much the middle control sells, and the standard deviation of the logarithm
    /// around it.
    pub control_level: f64,
    pub control_spread: f64,
    pub controls: usize,
    pub weeks_before: usize,
    pub weeks_after: usize,
    /// True change of the mean: 0.3 sells 30 % more.
    pub effect: f64,
    /// Standard deviation (of the logarithm) and memory from day to day of what all units share.
    pub common: f64,
    pub common_memory: f64,
    /// The same of what one unit has for itself.
    pub own: f64,
    pub own_memory: f64,
    /// Size of the negative binomial; larger is nearer to Poisson.
    pub size: f64,
}

impl Default for World {
    fn default() -> Self {
        Self {
            daily: 10.0,
            control_level: 1.0,
            control_spread: 0.6,
            controls: 15,
            weeks_before: 8,
            weeks_after: 4,
            effect: 0.0,
            common: 0.15,
            common_memory: 0.8,
            own: 0.15,
            own_memory: 0.6,
            size: 8.0,
        }
    }
}

/// Days of all units, with what the treated one was meant to sell without and with the change.
pub struct Made {
    pub treated: Vec<f64>,
    pub controls: Vec<Vec<f64>>,
    /// True mean effect per day after the change, in units.
    pub truth: f64,
}

/// A wandering logarithm with standard deviation `width` and this memory.
fn wander(chance: &mut Chance, days: usize, width: f64, memory: f64) -> Vec<f64> {
    let mut at = chance.normal() * width;
    (0..days)
        .map(|_| {
            at = memory * at + chance.normal() * width * (1.0 - memory * memory).sqrt();
            at
        })
        .collect()
}

impl World {
    /// One draw of this world.
    pub fn draw(&self, chance: &mut Chance) -> Made {
        const WEEK: [f64; 7] = [1.1, 1.0, 0.95, 0.95, 1.0, 0.9, 1.1];
        let changed = self.weeks_before * 7;
        let days = changed + self.weeks_after * 7;
        let common = wander(chance, days, self.common, self.common_memory);
        let means = |chance: &mut Chance, daily: f64| -> Vec<f64> {
            let own = wander(chance, days, self.own, self.own_memory);
            let shocks = own.iter().zip(&common);
            shocks
                .enumerate()
                .map(|(day, (own, common))| daily * WEEK[day % 7] * (own + common).exp())
                .collect()
        };
        let expected = means(chance, self.daily);
        let truth = mean(&expected[changed..]) * self.effect;
        let treated = expected
            .iter()
            .enumerate()
            .map(|(day, mean)| {
                let factor = if day >= changed { 1.0 + self.effect } else { 1.0 };
                chance.negative_binomial(mean * factor, self.size)
            })
            .collect();
        let controls = (0..self.controls)
            .map(|_| {
                let daily =
                    self.daily * self.control_level * (chance.normal() * self.control_spread).exp();
                let expected = means(chance, daily);
                expected.iter().map(|mean| chance.negative_binomial(*mean, self.size)).collect()
            })
            .collect();
        Made { treated, controls, truth }
    }
}

impl Made {
    fn days(&self, world: &World) -> local_level::Days {
        local_level::Days {
            values: self.treated.clone(),
            before: world.weeks_before * 7,
            hole: 0,
            first_weekday: 0,
        }
    }

    /// The same in blocks of a week.
    pub fn weeks(&self, weeks_before: usize) -> Panel {
        let weekly = |days: &Vec<f64>| days.chunks(7).map(|week| week.iter().sum()).collect();
        Panel {
            treated: weekly(&self.treated),
            controls: self.controls.iter().map(weekly).collect(),
            before: weeks_before,
        }
    }
}

/// A method under test.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tested {
    Did,
    Sdid,
    LocalLevel,
    BeforeAfter,
}

/// What came of many runs.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Coverage {
    pub runs: usize,
    /// Share of intervals that hold the truth.
    pub covered: f64,
    /// Share of intervals that leave zero out.
    pub decided: f64,
    /// Median half width of the interval, as a share of the level.
    pub half_width: f64,
    /// Mean of estimate less truth, as a share of the level.
    pub bias: f64,
}

/// Effect per week with its interval, by one method.
pub fn estimate(method: Tested, world: &World, made: &Made, level: f64) -> Option<Estimate> {
    let panel = made.weeks(world.weeks_before);
    match method {
        Tested::Did => did(&panel, level),
        Tested::Sdid => synthetic(&panel, Weights::Sdid, level),
        Tested::BeforeAfter => before_after(&panel.treated, panel.before, level),
        Tested::LocalLevel => local_level::estimate(&made.days(world), &[], level),
    }
}

/// Draws `runs` worlds and measures each by one method.
pub fn coverage(method: Tested, world: &World, runs: usize, seed: u64, level: f64) -> Coverage {
    coverage_of(world, runs, seed, |made| estimate(method, world, made, level))
}

impl Effects {
    /// Draws `runs` worlds and measures each as changes are measured: by the design that the data of
    /// each allow.
    pub fn coverage(&self, world: &World, runs: usize, seed: u64) -> Coverage {
        coverage_of(world, runs, seed, |made| {
            let days = Days { treated: made.days(world), controls: made.controls.clone() };
            let panel = made.weeks(world.weeks_before);
            let material = Material { panel, days: Some(days) };
            choose(&material, &self.limits).map(|chosen| chosen.estimate)
        })
    }
}

fn coverage_of(
    world: &World,
    runs: usize,
    seed: u64,
    measure: impl Fn(&Made) -> Option<Estimate>,
) -> Coverage {
    let mut chance = Chance::new(seed);
    let (mut covered, mut decided, mut bias, mut widths) = (0, 0, 0.0, Vec::new());
    for _ in 0..runs {
        let made = world.draw(&mut chance);
        let truth = made.truth * 7.0;
        let Some(told) = measure(&made) else { continue };
        covered += usize::from(told.low <= truth && truth <= told.high);
        decided += usize::from(told.low > 0.0 || told.high < 0.0);
        let usual = mean(&made.weeks(world.weeks_before).treated[..world.weeks_before]);
        bias += (told.effect - truth) / usual;
        widths.push((told.high - told.low) / 2.0 / usual);
    }
    let n = count(widths.len().max(1));
    Coverage {
        runs: widths.len(),
        covered: count(covered) / n,
        decided: count(decided) / n,
        half_width: median(&widths),
        bias: bias / n,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The promise in small; `cargo xtask bench truth` makes it in large.
    #[test]
    fn intervals_hold_the_truth_nine_times_in_ten_whatever_the_size() {
        for (daily, effect) in [(2.0, 0.3), (10.0, 0.0), (10.0, 0.3), (50.0, 0.1)] {
            let world = World { daily, effect, ..World::default() };
            let told = coverage(Tested::Did, &world, 500, 42, 0.9);
            assert!((0.87..=0.94).contains(&told.covered), "{daily}/day {effect}: {told:?}");
            assert!(effect > 0.0 || told.decided <= 0.115, "{daily}/day: {told:?}");
        }
    }

    #[test]
    fn a_fitted_twin_and_a_wandering_level_keep_their_promise_too() {
        for (method, runs) in [(Tested::Sdid, 150), (Tested::LocalLevel, 150)] {
            let told = coverage(method, &World::default(), runs, 7, 0.9);
            assert!((0.84..=0.97).contains(&told.covered), "{method:?}: {told:?}");
        }
    }

    /// `cargo test -p argosy-loop -- --ignored --nocapture coverage_table`
    #[test]
    #[ignore = "prints the table of docs/concepts/effect.md"]
    fn coverage_table() {
        println!("| method | units/day | true effect | own shocks | covered | told | half width |");
        println!("|---|---|---|---|---|---|---|");
        for (method, runs) in [
            (Tested::Did, 1_000),
            (Tested::Sdid, 500),
            (Tested::LocalLevel, 500),
            (Tested::BeforeAfter, 500),
        ] {
            for (daily, effect) in
                [(2.0, 0.0), (2.0, 0.3), (10.0, 0.0), (10.0, 0.3), (50.0, 0.0), (50.0, 0.1)]
            {
                for (own, own_memory) in [(0.0, 0.0), (0.15, 0.6), (0.25, 0.8), (0.3, 0.95)] {
                    let world = World { daily, effect, own, own_memory, ..World::default() };
                    let told = coverage(method, &world, runs, 42, 0.9);
                    println!(
                        "| {method:?} | {daily} | {:.0} % | {own} / {own_memory} | {:.1} % | {:.1} % | {:.0} % |",
                        effect * 100.0,
                        told.covered * 100.0,
                        told.decided * 100.0,
                        told.half_width * 100.0
                    );
                }
            }
        }
    }
}
