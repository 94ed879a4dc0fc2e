//! The Theta method: a short-term line that doubles the curvature of the series, and its long-term
//! straight line; fixed as in the competition, or optimised and dynamic.
//!
//! # Source
//! Assimakopoulos and Nikolopoulos (2000); state-space forms of Fiorucci, Pellegrini, Louzada,
//! Petropoulos and Koehler (2016), equations 12–17 (dynamic optimised) and 8–11 (standard).
//!
//! float-ok: statistics only.

use super::{
    fit::{Fit, Response},
    minimise::{Place, Search},
    numbers::{count, line},
};

/// Which of the two.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// θ = 2, the line through all buckets.
    Standard,
    /// θ is searched, the line moves with every bucket.
    Dynamic,
}

/// The states: smoothed level of the series, its mean, and the straight line through it.
#[derive(Clone, Copy, Debug)]
struct States {
    level: f64,
    mean: f64,
    intercept: f64,
    slope: f64,
    /// (1 − α)^t
    past: f64,
    /// Buckets seen.
    seen: usize,
}

#[derive(Clone, Copy, Debug)]
struct Theta {
    kind: Kind,
    alpha: f64,
    /// 1 − 1/θ: the weight of the long-term line.
    weight: f64,
}

impl Theta {
    fn start(self, values: &[f64], level: f64) -> States {
        let (slope, intercept) = match self.kind {
            // The line is counted from bucket 1.
            Kind::Standard => {
                let (slope, height) = line(values);
                (slope, height - slope)
            }
            Kind::Dynamic => (0.0, values[0]),
        };
        let level = self.alpha * values[0] + (1.0 - self.alpha) * level;
        States { level, mean: values[0], intercept, slope, past: 1.0 - self.alpha, seen: 1 }
    }

    /// What is expected of the next bucket.
    fn expected(self, states: &States) -> f64 {
        let faded = states.past;
        let line = states.intercept * faded
            + states.slope * (1.0 - faded * (1.0 - self.alpha)) / self.alpha;
        states.level + self.weight * line
    }

    fn step(self, states: &mut States, value: f64) {
        states.level += self.alpha * (value - states.level);
        states.past *= 1.0 - self.alpha;
        states.seen += 1;
        if self.kind == Kind::Dynamic {
            let t = count(states.seen);
            let before = states.mean;
            states.mean += (value - before) / t;
            states.slope = ((t - 2.0) * states.slope + 6.0 * (value - before) / t) / (t + 1.0);
            states.intercept = states.mean - states.slope * (t + 1.0) / 2.0;
        }
    }

    /// The sum of squared misses from the third bucket on.
    fn squares(self, values: &[f64], level: f64) -> f64 {
        let mut states = self.start(values, level);
        let mut squares = 0.0;
        for (at, value) in values.iter().enumerate().skip(1) {
            if at > 1 {
                squares += (value - self.expected(&states)).powi(2);
            }
            self.step(&mut states, *value);
        }
        squares
    }
}

/// The method fitted to a series without season; `None` with fewer than three buckets.
pub fn fit(values: &[f64], kind: Kind, horizon: usize) -> Option<Fit> {
    if values.len() < 3 {
        return None;
    }
    let size = values.iter().map(|v| v.abs()).sum::<f64>() / count(values.len());
    let size = if size > 0.0 { size } else { 1.0 };
    let scaled: Vec<f64> = values.iter().map(|value| value / size).collect();
    let read = |place: &Place| {
        let weight = if kind == Kind::Dynamic { place[2] } else { 0.5 };
        (Theta { kind, alpha: place[0], weight }, place[1])
    };
    let mut search = Search::new(1e-6 * count(values.len()), 400);
    search.add(0.5, 0.2, (0.1, 0.99));
    search.add(scaled[0] / 2.0, 0.2, (f64::MIN, f64::MAX));
    if kind == Kind::Dynamic {
        search.add(0.5, 0.2, (0.0, 0.9999));
    }
    let (place, _) = search.least(|place| {
        let (theta, level) = read(place);
        theta.squares(&scaled, level)
    });
    let (theta, level) = read(&place);
    let mut states = theta.start(&scaled, level);
    let mut fitted = vec![values[0]];
    for value in &scaled[1..] {
        fitted.push(theta.expected(&states) * size);
        theta.step(&mut states, *value);
    }
    let mut ahead = Vec::with_capacity(horizon);
    for _ in 0..horizon {
        let next = theta.expected(&states);
        ahead.push(next * size);
        theta.step(&mut states, next);
    }
    let response = Response { level: theta.alpha, ..Response::default() };
    Some(Fit { fitted, ahead, response, relative: false })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_straight_line_goes_on_straight_and_half_as_steep_at_least() {
        let values: Vec<f64> = (1..=30).map(|t| 10.0 + 2.0 * f64::from(t)).collect();
        for kind in [Kind::Standard, Kind::Dynamic] {
            let fit = fit(&values, kind, 5).unwrap();
            let steps: Vec<f64> = fit.ahead.windows(2).map(|w| w[1] - w[0]).collect();
            assert!(steps.iter().all(|step| (0.9..2.1).contains(step)), "{kind:?} {steps:?}");
            assert!((fit.ahead[0] - 72.0).abs() < 2.5, "{kind:?} {:?}", fit.ahead);
        }
    }

    #[test]
    fn scale_changes_nothing_but_the_scale() {
        let values = [5.0, 7.0, 4.0, 9.0, 8.0, 11.0, 9.0, 13.0, 12.0, 12.0, 15.0];
        let large: Vec<f64> = values.iter().map(|v| v * 1000.0).collect();
        let small = fit(&values, Kind::Dynamic, 3).unwrap().ahead;
        let large = fit(&large, Kind::Dynamic, 3).unwrap().ahead;
        assert!(small.iter().zip(&large).all(|(s, l)| (s * 1000.0 - l).abs() < 1e-6 * l));
    }

    #[test]
    fn two_buckets_are_too_few() {
        assert!(fit(&[1.0, 2.0], Kind::Standard, 2).is_none());
    }
}
