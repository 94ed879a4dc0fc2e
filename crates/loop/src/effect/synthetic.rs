//! Synthetic control and synthetic difference-in-differences.
//!
//! float-ok: statistics only.
//!
//! # Source
//! Arkhangelsky, Athey, Hirshberg, Imbens, Wager: Synthetic Difference-in-Differences, American
//! Economic Review 111 (2021); weights by Frank–Wolfe with sparsification as in their package
//! `synthdid`. Placebo inference as their algorithm 4, with t values in place of raw effects because
//! units sell very different numbers.

use super::{
    panel::{Difference, Estimate, Panel, Placebo, interval, placebo_p, widening},
    stats::{count, mean, variance},
};

/// Which weights are fitted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Weights {
    /// Units and times, both with an intercept.
    Sdid,
    /// Units only, without an intercept.
    SyntheticControl,
    /// Units with an intercept, times even: as GeoLift's default (`fixed_effects = TRUE`).
    Demeaned,
}

/// Weights of controls and of blocks before the change.
#[derive(Clone, Debug)]
pub struct Fit {
    pub units: Vec<f64>,
    pub times: Vec<f64>,
    /// Mean effect per block.
    pub effect: f64,
}

/// Steps before and after the small weights are dropped.
const STEPS_BEFORE: usize = 100;
const STEPS: usize = 10_000;
/// Square of the usual widening: fitted weights make the past look better explained than it is.
/// Calibrated: the table in docs/concepts/effect.md.
const USUAL_WIDENING: f64 = 3.2;

/// Minimises ‖A x − b‖²/rows + ζ²‖x‖² over the simplex, from `start`.
struct Simplex<'a> {
    /// Rows of observations: the columns to be weighted, then the target.
    rows: &'a [Vec<f64>],
    zeta: f64,
    stop: f64,
}

impl Simplex<'_> {
    fn solve(&self, start: Vec<f64>, steps: usize) -> Vec<f64> {
        let mut x = start;
        let size = x.len();
        let eta = count(self.rows.len()) * self.zeta.powi(2);
        let mut misses: Vec<f64> = self
            .rows
            .iter()
            .map(|row| row[..size].iter().zip(&x).map(|(a, x)| a * x).sum::<f64>() - row[size])
            .collect();
        let mut last = f64::INFINITY;
        for step in 0..steps {
            let slope = |at: usize| {
                let along: f64 =
                    self.rows.iter().zip(&misses).map(|(row, miss)| row[at] * miss).sum();
                along + eta * x[at]
            };
            let slopes: Vec<f64> = (0..size).map(slope).collect();
            let Some(to) = (0..size).min_by(|a, b| slopes[*a].total_cmp(&slopes[*b])) else {
                break;
            };
            let moves: Vec<f64> =
                (0..size).map(|at| if at == to { 1.0 - x[at] } else { -x[at] }).collect();
            if moves.iter().all(|step| *step == 0.0) {
                break;
            }
            let shifts: Vec<f64> = self
                .rows
                .iter()
                .zip(&misses)
                .map(|(row, miss)| row[to] - (miss + row[size]))
                .collect();
            let down: f64 = slopes.iter().zip(&moves).map(|(g, d)| g * d).sum();
            let curve = shifts.iter().map(|s| s * s).sum::<f64>()
                + eta * moves.iter().map(|d| d * d).sum::<f64>();
            let length = if curve > 0.0 { (-down / curve).clamp(0.0, 1.0) } else { 0.0 };
            for (x, d) in x.iter_mut().zip(&moves) {
                *x += length * d;
            }
            for (miss, shift) in misses.iter_mut().zip(&shifts) {
                *miss += length * shift;
            }
            let value = self.zeta.powi(2) * x.iter().map(|x| x * x).sum::<f64>()
                + misses.iter().map(|m| m * m).sum::<f64>() / count(self.rows.len());
            if step >= 1 && last - value <= self.stop.powi(2) {
                break;
            }
            last = value;
        }
        x
    }

    /// Solves, drops weights below a quarter of the largest, and solves again.
    fn solve_sparse(&self, size: usize) -> Vec<f64> {
        let even = vec![1.0 / count(size); size];
        let rough = self.solve(even, STEPS_BEFORE);
        let largest = rough.iter().copied().fold(0.0, f64::max);
        let kept: Vec<f64> =
            rough.iter().map(|w| if *w <= largest / 4.0 { 0.0 } else { *w }).collect();
        let all: f64 = kept.iter().sum();
        self.solve(kept.iter().map(|w| w / all).collect(), STEPS)
    }
}

/// Takes the mean of each column out: the intercept of the regression.
fn centred(rows: &mut [Vec<f64>]) {
    let columns = rows.first().map_or(0, Vec::len);
    for at in 0..columns {
        let middle = rows.iter().map(|row| row[at]).sum::<f64>() / count(rows.len());
        for row in rows.iter_mut() {
            row[at] -= middle;
        }
    }
}

/// Fits the weights and the effect, for a treated series that stands for `treated_units` units.
///
/// `None` without two blocks before, one after, and two controls.
pub fn fit(panel: &Panel, treated_units: usize, weights: Weights) -> Option<Fit> {
    let before = panel.before;
    if before < 2 || panel.treated.len() <= before || panel.controls.len() < 2 {
        return None;
    }
    let after = panel.treated.len() - before;
    let steps: Vec<f64> = panel
        .controls
        .iter()
        .flat_map(|control| control[..before].windows(2).map(|pair| pair[1] - pair[0]))
        .collect();
    let noise = variance(&steps).sqrt();
    let stop = 1e-5 * noise;
    let eta = match weights {
        Weights::Sdid => (count(treated_units.max(1)) * count(after)).powf(0.25),
        Weights::SyntheticControl | Weights::Demeaned => 1e-6,
    };
    let times = match weights {
        Weights::SyntheticControl => vec![0.0; before],
        Weights::Demeaned => vec![1.0 / count(before); before],
        Weights::Sdid => {
            let mut rows: Vec<Vec<f64>> = panel
                .controls
                .iter()
                .map(|control| {
                    let late = mean(&control[before..]);
                    control[..before].iter().copied().chain([late]).collect()
                })
                .collect();
            centred(&mut rows);
            Simplex { rows: &rows, zeta: 1e-6 * noise, stop }.solve_sparse(before)
        }
    };
    let mut rows: Vec<Vec<f64>> = (0..before)
        .map(|block| {
            let controls = panel.controls.iter().map(|control| control[block]);
            controls.chain([panel.treated[block]]).collect()
        })
        .collect();
    if weights != Weights::SyntheticControl {
        centred(&mut rows);
    }
    let units = Simplex { rows: &rows, zeta: eta * noise, stop }.solve_sparse(panel.controls.len());
    let gap = |block: usize| {
        let made: f64 =
            units.iter().zip(&panel.controls).map(|(w, control)| w * control[block]).sum();
        panel.treated[block] - made
    };
    let late = (before..panel.treated.len()).map(gap).sum::<f64>() / count(after);
    let early: f64 = times.iter().enumerate().map(|(block, weight)| weight * gap(block)).sum();
    Some(Fit { units, times, effect: late - early })
}

/// The gap between a unit and its synthetic twin, weighted over time, with the plain error of the
/// difference.
struct Told {
    fit: Fit,
    difference: Difference,
    counterfactual: Vec<f64>,
}

fn tell(panel: &Panel, weights: Weights) -> Option<Told> {
    let fit = fit(panel, 1, weights)?;
    let before = panel.before;
    let made: Vec<f64> = (0..panel.treated.len())
        .map(|block| {
            fit.units.iter().zip(&panel.controls).map(|(w, control)| w * control[block]).sum()
        })
        .collect();
    let gaps: Vec<f64> = panel.treated.iter().zip(&made).map(|(seen, made)| seen - made).collect();
    let usual: f64 = fit.times.iter().zip(&gaps).map(|(weight, gap)| weight * gap).sum();
    let mut difference = Difference::of(&gaps[..before], &gaps[before..]);
    difference.effect = fit.effect;
    if weights == Weights::SyntheticControl {
        // Without an intercept the misses themselves are the noise.
        difference.spread = (gaps[..before].iter().map(|gap| gap * gap).sum::<f64>()
            / count(before))
        .sqrt()
        .max(difference.spread);
    }
    let counterfactual = made.iter().map(|made| made + usual).collect();
    Some(Told { fit, difference, counterfactual })
}

/// The effect on the treated unit with a placebo interval at `level`. Series are taken as indices of
/// their own level before, so that small and large units can stand for each other.
///
/// `None` when a method lacks blocks or controls, or the treated unit has no positive level.
pub fn synthetic(panel: &Panel, weights: Weights, level: f64) -> Option<Estimate> {
    let before = panel.before;
    let scale = mean(panel.treated.get(..before)?);
    let scaled = |series: &[f64]| -> Option<Vec<f64>> {
        let usual = mean(&series[..before]);
        super::did::has_level(&series[..before])
            .then(|| series.iter().map(|value| value / usual).collect())
    };
    let places: Vec<usize> =
        (0..panel.controls.len()).filter(|at| scaled(&panel.controls[*at]).is_some()).collect();
    let controls: Vec<Vec<f64>> =
        places.iter().filter_map(|at| scaled(&panel.controls[*at])).collect();
    let unit = Panel { treated: scaled(&panel.treated)?, controls, before };
    let told = tell(&unit, weights)?;
    let mut placebo = Vec::new();
    for (at, place) in places.iter().enumerate() {
        let mut controls = unit.controls.clone();
        let treated = controls.remove(at);
        let untrue = Panel { treated, controls, before };
        if let Some(untrue) = tell(&untrue, weights) {
            let level = mean(&panel.controls[*place][..before]);
            let Difference { effect, .. } = untrue.difference;
            placebo.push(Placebo { effect, t: untrue.difference.t(), level });
        }
    }
    let wider = widening(&placebo, scale, told.difference.df, USUAL_WIDENING);
    let error = told.difference.error * wider.sqrt();
    let (low, high) = interval(told.difference.effect, error, told.difference.df, level);
    let mut all = vec![0.0; panel.controls.len()];
    for (place, weight) in places.iter().zip(&told.fit.units) {
        all[*place] = *weight;
    }
    Some(Estimate {
        effect: told.difference.effect * scale,
        error: error * scale,
        df: told.difference.df,
        low: low * scale,
        high: high * scale,
        counterfactual: told.counterfactual.iter().map(|value| value * scale).collect(),
        miss: told.difference.spread * scale,
        weights: all,
        placebo_p: placebo_p(told.difference.t(), &placebo),
        placebo,
        widening: wider.sqrt(),
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{super::did, *};

    /// A published data set; absent on machines without it.
    fn dataset(name: &str) -> Option<String> {
        let Ok(folder) = std::env::var("ARGOSY_DATASETS") else {
            println!("skipped: ARGOSY_DATASETS is not set");
            return None;
        };
        std::fs::read_to_string(format!("{folder}/{name}")).ok()
    }

    fn near(left: f64, right: f64, within: f64) {
        assert!((left - right).abs() < within, "{left} is not {right}");
    }

    #[test]
    fn california_smoked_less_by_as_much_as_was_published() {
        let Some(text) = dataset("california_prop99/california_prop99.csv") else { return };
        let mut states: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
        for line in text.lines().skip(1) {
            let cells: Vec<&str> = line.split(';').collect();
            states.entry(cells[0]).or_default().push(cells[2].parse().unwrap());
        }
        let treated = states.remove("California").unwrap();
        let names: Vec<&str> = states.keys().copied().collect();
        let panel = Panel { treated, controls: states.values().cloned().collect(), before: 19 };

        near(did::plain(&panel), -27.3491, 1e-4);
        near(fit(&panel, 1, Weights::SyntheticControl).unwrap().effect, -19.6197, 5e-3);
        let sdid = fit(&panel, 1, Weights::Sdid).unwrap();
        near(sdid.effect, -15.6038, 1e-3);
        let years: Vec<f64> = sdid.times[16..].to_vec();
        near(years[0], 0.366, 2e-3);
        near(years[1], 0.206, 2e-3);
        near(years[2], 0.427, 2e-3);
        let nevada = names.iter().position(|name| *name == "Nevada").unwrap();
        near(sdid.units[nevada], 0.124, 2e-3);
    }

    /// Meta's GeoLift walkthrough: chicago and portland, days 91–105; published lift 5.4 %, 155.556 a
    /// day and place (augmented synthetic control).
    #[test]
    fn two_cities_sold_more_by_about_as_much_as_was_published() {
        let Ok(folder) = std::env::var("ARGOSY_DATASETS") else {
            println!("skipped: ARGOSY_DATASETS is not set");
            return;
        };
        let file = format!("{folder}/geolift/GeoLift_Test.csv.gz");
        let told = std::process::Command::new("gzip").args(["-dc", &file]).output();
        let Some(told) = told.ok().filter(|told| told.status.success()) else {
            println!("skipped: {file} cannot be unpacked here");
            return;
        };
        let text = String::from_utf8(told.stdout).unwrap();
        let mut places: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
        for line in text.lines().skip(1) {
            let cells: Vec<&str> = line.split(',').map(|cell| cell.trim_matches('"')).collect();
            places.entry(cells[0]).or_default().push(cells[1].parse().unwrap());
        }
        let both = [places.remove("chicago").unwrap(), places.remove("portland").unwrap()];
        let treated = both[0].iter().zip(&both[1]).map(|(a, b)| f64::midpoint(*a, *b)).collect();
        let panel = Panel { treated, controls: places.into_values().collect(), before: 90 };
        let told = fit(&panel, 2, Weights::Demeaned).unwrap();
        let seen = mean(&panel.treated[90..]);
        let lift = told.effect / (seen - told.effect);
        println!("GeoLift: {:.3} a day and place, lift {:.4}", told.effect, lift);
        near(lift, 0.054, 0.003);
        near(told.effect, 155.556, 8.0);
    }
}
