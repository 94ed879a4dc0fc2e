//! Exponential smoothing as a state space: error, trend and season, each of several kinds, the forms
//! weighted by the corrected information criterion of Akaike.
//!
//! # Source
//! Hyndman, Koehler, Snyder and Grose (2002); Hyndman, Koehler, Ord and Snyder (2008), chapters 2
//! and 5. Differences: the season's first indices come from the decomposition and are not searched,
//! and forms with a growing (multiplicative) trend are left out, as in `forecast::ets` by default.
//!
//! float-ok: statistics only.

mod filter;
mod search;

use super::{
    fit::{Fit, Response},
    numbers::count,
    season::Join,
};
pub use filter::{Parameters, States};

/// How chance enters.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Noise {
    /// In units.
    Sum,
    /// As a share of what is expected.
    Product,
}

/// How the level moves on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Trend {
    None,
    Straight,
    /// Fading to nothing.
    Damped,
}

/// One of the fifteen forms.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Form {
    pub noise: Noise,
    pub trend: Trend,
    pub season: Option<Join>,
}

impl Form {
    /// How the literature writes it: `AAdM` is additive noise, damped trend, multiplicative season.
    pub fn letters(self) -> &'static str {
        use {Noise as N, Trend as T};
        match (self.noise, self.trend, self.season) {
            (N::Sum, T::None, None) => "ANN",
            (N::Sum, T::Straight, None) => "AAN",
            (N::Sum, T::Damped, None) => "AAdN",
            (N::Sum, T::None, Some(Join::Sum)) => "ANA",
            (N::Sum, T::Straight, Some(Join::Sum)) => "AAA",
            (N::Sum, T::Damped, Some(Join::Sum)) => "AAdA",
            (N::Sum, T::None, Some(Join::Product)) => "ANM",
            (N::Sum, T::Straight, Some(Join::Product)) => "AAM",
            (N::Sum, T::Damped, Some(Join::Product)) => "AAdM",
            (N::Product, T::None, None) => "MNN",
            (N::Product, T::Straight, None) => "MAN",
            (N::Product, T::Damped, None) => "MAdN",
            (N::Product, T::None, Some(Join::Sum)) => "MNA",
            (N::Product, T::Straight, Some(Join::Sum)) => "MAA",
            (N::Product, T::Damped, Some(Join::Sum)) => "MAdA",
            (N::Product, T::None, Some(Join::Product)) => "MNM",
            (N::Product, T::Straight, Some(Join::Product)) => "MAM",
            (N::Product, T::Damped, Some(Join::Product)) => "MAdM",
        }
    }

    /// Parameters and first states that are estimated, the variance among them.
    fn degrees(self, season: usize) -> usize {
        let trend = match self.trend {
            Trend::None => 0,
            Trend::Straight => 2,
            Trend::Damped => 3,
        };
        3 + trend + if self.season.is_some() { season } else { 0 }
    }
}

/// A form fitted to a series.
#[derive(Clone, Debug)]
pub struct Ets {
    pub form: Form,
    pub parameters: Parameters,
    /// The corrected information criterion, up to a constant of the series.
    pub aicc: f64,
    /// Where the states stand after the last bucket.
    states: States,
    fitted: Vec<f64>,
    season: usize,
    scale: f64,
}

impl Ets {
    /// What the model says of the past and of `horizon` buckets to come.
    pub fn fit(self, horizon: usize) -> Fit {
        let Self { form, parameters, states, season, scale, .. } = self;
        let (mut slope, mut fade) = (0.0, 1.0);
        let ahead = (0..horizon).map(|step| {
            fade *= parameters.fade;
            slope += fade * states.trend;
            let level = states.level + slope;
            let joined = match form.season {
                None => level,
                Some(Join::Sum) => level + states.season[(self.fitted.len() + step) % season],
                Some(Join::Product) => level * states.season[(self.fitted.len() + step) % season],
            };
            joined * scale
        });
        let response = Response {
            level: parameters.level,
            trend: parameters.trend,
            fade: parameters.fade,
            season: parameters.season,
        };
        let relative = form.noise == Noise::Product || form.season == Some(Join::Product);
        let ahead = ahead.collect();
        Fit { fitted: self.fitted.iter().map(|v| v * scale).collect(), ahead, response, relative }
    }
}

/// The forms to try.
#[derive(Clone, Copy, Debug)]
pub struct Choice<'a> {
    /// Buckets in a season; below 2 or above [`LONGEST`] forms have none.
    pub season: usize,
    /// Only these; all where none is given.
    pub only: &'a [Form],
}

/// Longer seasons have too many indices to follow one by one.
pub const LONGEST: usize = 24;
/// Forms with less than this of the weight of the likeliest are left out.
const LEAST_WEIGHT: f64 = 0.05;
/// Forms farther from the best after a rough search are not searched to the end: at that weight they
/// would be far below the least.
const REACH: f64 = 10.0;

/// The likely forms of one series with their weights, the likeliest first.
#[derive(Clone, Debug)]
pub struct Blend(Vec<(f64, Ets)>);

impl Blend {
    /// The forms, the likeliest first; none where the series is too short for any.
    pub fn forms(&self) -> Vec<Form> {
        self.0.iter().map(|(_, ets)| ets.form).collect()
    }

    /// What the forms say together.
    pub fn fit(self, horizon: usize) -> Option<Fit> {
        Fit::blend(self.0.into_iter().map(|(weight, ets)| (weight, ets.fit(horizon))))
    }
}

/// The forms of a series, weighted by how likely each is. The mean of the likely forms misses less
/// than the likeliest one, and costs nothing: all were fitted to be compared.
///
/// # Source
/// Akaike weights: Burnham and Anderson (2002); for smoothing Kolassa (2011).
pub fn blend(values: &[f64], choice: Choice<'_>) -> Blend {
    let scale = scale(values);
    let scaled: Vec<f64> = values.iter().map(|value| value / scale).collect();
    let positive = scaled.iter().all(|value| *value > 1e-9);
    let starts = search::Starts::new(&scaled, choice.season, positive);
    let rough: Vec<search::Found<'_>> = forms(choice, positive)
        .into_iter()
        .filter_map(|form| search::rough(&scaled, form, &starts))
        .collect();
    let least = rough.iter().map(|found| found.aicc).fold(f64::INFINITY, f64::min);
    let mut found: Vec<Ets> = rough
        .into_iter()
        .filter(|found| found.aicc < least + REACH)
        .map(|found| found.polished(&scaled, scale))
        .collect();
    found.sort_by(|a, b| a.aicc.total_cmp(&b.aicc));
    let least = found.first().map_or(0.0, |best| best.aicc);
    let weighted = found.into_iter().map(|ets| ((0.5 * (least - ets.aicc)).exp(), ets));
    Blend(weighted.filter(|(weight, _)| *weight > LEAST_WEIGHT).collect())
}

/// A series around one keeps the search in reach.
fn scale(values: &[f64]) -> f64 {
    let size = values.iter().map(|value| value.abs()).sum::<f64>() / count(values.len().max(1));
    if size > 0.0 { size } else { 1.0 }
}

fn forms(choice: Choice<'_>, positive: bool) -> Vec<Form> {
    let seasonal = choice.season > 1 && choice.season <= LONGEST;
    let seasons: &[Option<Join>] =
        if seasonal { &[None, Some(Join::Sum), Some(Join::Product)] } else { &[None] };
    let mut all = Vec::new();
    for season in seasons {
        for trend in [Trend::None, Trend::Straight, Trend::Damped] {
            for noise in [Noise::Sum, Noise::Product] {
                // Additive noise on a multiplicative season is unstable near zero.
                let unstable = noise == Noise::Sum && *season == Some(Join::Product);
                let needs_positive = noise == Noise::Product || *season == Some(Join::Product);
                if !unstable && (positive || !needs_positive) {
                    all.push(Form { noise, trend, season: *season });
                }
            }
        }
    }
    let kept: Vec<Form> = all.iter().copied().filter(|form| choice.only.contains(form)).collect();
    // A form that no longer fits (a zero came in) gives way to all others.
    if kept.is_empty() { all } else { kept }
}

#[cfg(test)]
mod tests;
