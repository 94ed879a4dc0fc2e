//! Stock to come if nothing more is ordered: week by week with its doubt, when it runs out, what is
//! lost, and what a delay of everything on its way would cost.
//!
//! float-ok: units and days, no money.

use argosy_kernel::Day;
use serde::{Deserialize, Serialize};

use super::{super::item::Item, edge::later, scene::Scene};
use crate::forecast::numbers::{count, mean, quantile};

/// Paths that are followed.
const PATHS: usize = 120;

/// Stock to come.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Projection {
    /// Stock at the end of each week from today: mean, what it is above with 90 %, and with 10 %.
    pub weeks: Vec<[f64; 3]>,
    /// Demand, and units lost, in the next 30, 60 and 90 days.
    pub asked: [f64; 3],
    pub lost: [f64; 3],
    /// Units lost in 90 days when all on its way comes so many days later.
    pub delayed: Vec<(u32, f64)>,
    /// The first day with nothing left, with even chance; none within the weeks.
    pub out_on: Option<Day>,
    /// The chance that it runs out in 30, 60 and 90 days.
    pub chance: [f64; 3],
}

/// Projects the stock of an item over so many weeks, and with each of these delays.
pub fn project(item: &Item<'_>, today: Day, seed: u64, weeks: usize, delays: &[u32]) -> Projection {
    let scene = Scene::of(item, today, seed);
    let paths = scene.len().min(PATHS);
    if paths == 0 {
        return Projection::default();
    }
    let ends: Vec<f64> = (1..=weeks).map(|week| count(week) * 7.0).collect();
    let mut found = Projection::default();
    let mut by_week: Vec<Vec<f64>> = vec![Vec::with_capacity(paths); weeks];
    let mut outs: Vec<f64> = Vec::with_capacity(paths);
    for path in 0..paths {
        let course = scene.course(path, &ends, 0.0);
        let mut out = f64::INFINITY;
        for (week, walk) in course.iter().enumerate() {
            by_week[week].push(walk.stock);
            if out.is_infinite() && walk.lost > 0.0 {
                let share = 1.0 - walk.lost / walk.asked.max(walk.lost);
                out = (count(week) + share) * 7.0;
            }
        }
        outs.push(out);
        let months = scene.course(path, &[30.0, 60.0, 90.0], 0.0);
        let (mut asked, mut lost) = (0.0, 0.0);
        for (at, walk) in months.iter().enumerate() {
            (asked, lost) = (asked + walk.asked, lost + walk.lost);
            found.asked[at] += asked / count(paths);
            found.lost[at] += lost / count(paths);
        }
    }
    for week in &mut by_week {
        week.sort_unstable_by(f64::total_cmp);
        found.weeks.push([mean(week), quantile(week, 0.1), quantile(week, 0.9)]);
    }
    found.chance = [30.0, 60.0, 90.0]
        .map(|day| count(outs.iter().filter(|out| **out <= day).count()) / count(paths));
    outs.sort_unstable_by(f64::total_cmp);
    let middle = outs[(paths - 1) / 2];
    found.out_on = middle.is_finite().then(|| later(today, middle));
    found.delayed = delays
        .iter()
        .map(|days| {
            let lost = (0..paths).map(|path| {
                let course = scene.course(path, &[90.0], f64::from(*days));
                course.iter().map(|walk| walk.lost).sum::<f64>()
            });
            (*days, lost.sum::<f64>() / count(paths))
        })
        .collect();
    found
}

#[cfg(test)]
mod tests {
    use super::{
        super::super::{Due, Inbound, Mode, examples::item},
        *,
    };
    use crate::forecast::paths::Paths;

    #[test]
    fn what_comes_late_is_lost_and_a_delay_loses_more() {
        // 70 units a week, 310 there, 700 come on day 42: empty from day 31 to day 42.
        let paths = Paths::new(26, vec![70.0; 26 * 40]);
        let mut item = item(&paths);
        let today: Day = "2026-03-02".parse().unwrap();
        item.position.sellable = 310;
        let due = Due::On("2026-04-13".parse().unwrap());
        item.position.inbound = vec![Inbound { units: 700, mode: Mode::Sea, due }];
        let found = project(&item, today, 1, 13, &[7]);
        assert_eq!(found.out_on, "2026-04-02".parse().ok());
        assert!(found.lost[0] < 1e-9 && (found.lost[1] - 110.0).abs() < 1e-6, "{found:?}");
        // Seven days more without stock are 70 units; 90 days end before the 700 are sold.
        assert!((found.delayed[0].1 - found.lost[2] - 70.0).abs() < 1e-6, "{found:?}");
        assert!((found.weeks[0][0] - 240.0).abs() < 1e-9);
        assert!((found.chance[1] - 1.0).abs() < 1e-9 && found.chance[0] < 1e-9);
    }
}
