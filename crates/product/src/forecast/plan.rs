//! The forecast of one product in one market, from its sales to paths of demand: the engine's door.
//!
//! float-ok: statistics only.

use super::{
    analogue::{Debut, Launch, Newcomer},
    backtest::LEVELS,
    demand::Demand,
    events::{Event, Uplift, factors, learn},
    method::Method,
    numbers::count,
    outlook::{Outlook, Question, Why},
    profile::Profile,
    season::{Join, decompose, is_seasonal},
    series::Series,
};
use argosy_kernel::Grain;
use serde::Serialize;

/// What is asked of the engine.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    pub series: &'a Series,
    /// Events by the series' buckets and those to come.
    pub events: &'a [Event],
    /// Factors of a season learnt elsewhere (the category), by the series' buckets and those to come;
    /// empty: the product's own season is looked for.
    pub season: &'a [f64],
    /// Launches of similar products, for a product that is too young.
    pub launches: &'a [Launch<'a>],
    /// Buckets to come.
    pub horizon: usize,
    /// A method that a person has set.
    pub method: Option<Method>,
    /// Widens the spread by what all products of a run together have shown; 1 without
    /// ([`pooled_widening`](super::outlook::pooled_widening)).
    pub widening: f64,
    /// Paths to draw; 0 where only quantiles are wanted.
    pub paths: usize,
    /// Chance of the run, and whose forecast this is (product × market).
    pub seed: u64,
    pub subject: &'a str,
}

impl<'a> Request<'a> {
    /// A plain request: no events, own season, method chosen by the machine, 500 paths.
    pub fn new(series: &'a Series, horizon: usize, subject: &'a str) -> Self {
        Self {
            series,
            events: &[],
            season: &[],
            launches: &[],
            horizon,
            method: None,
            widening: 1.0,
            paths: 500,
            seed: 0,
            subject,
        }
    }
}

/// The answer with all that led to it.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Foresight {
    /// Demand since the first sale, stock-outs corrected, events still in it.
    pub demand: Demand,
    /// Buckets before the first sale, which are left out.
    pub before: usize,
    /// What each event was found to do.
    pub uplifts: Vec<Uplift>,
    pub outlook: Outlook,
}

/// A product is young until it has been seen for so many buckets.
fn grown(grain: Grain) -> usize {
    match grain {
        Grain::Day => 42,
        Grain::Week => 10,
        Grain::Month => 5,
    }
}

/// Answers a request. Never fails: a product that never sold is expected to sell nothing.
pub fn foresee(request: Request<'_>) -> Foresight {
    let series = request.series.since_first_sale();
    let before = request.series.buckets.len() - series.buckets.len();
    let events: Vec<Event> = request.events.iter().map(|event| later(event, before)).collect();
    let length = series.buckets.len();
    let all = length + request.horizon;
    let given: Vec<f64> = (before..before + all)
        .map(|at| request.season.get(at).copied().unwrap_or(1.0).max(0.01))
        .collect();
    // First guess of the events by what they usually do, then by what this product did.
    let usual: Vec<Uplift> = learn(&[], &[], &events);
    let guess = times(&factors(&events, &usual, all), &given);
    let first = Demand::with_factors(&series, &guess);
    let plain: Vec<f64> = first.values.iter().zip(&given).map(|(v, g)| v / g).collect();
    let uplifts = learn(&plain, &first.known, &events);
    let found = times(&factors(&events, &uplifts, all), &given);
    let demand = Demand::with_factors(&series, &found);
    let clean: Vec<f64> = demand.values.iter().zip(&found).map(|(v, f)| v / f).collect();
    let outlook = young(&request, &series, &clean, &found[length..]).unwrap_or_else(|| {
        // A season that was given is not looked for again; the week of a daily series still is.
        let own = request.season.is_empty() || series.grain == Grain::Day;
        Outlook::of(Question {
            known: &demand.known,
            counts: demand.counts,
            factors: &found[length..],
            method: request.method,
            widening: request.widening,
            paths: request.paths,
            seed: request.seed,
            subject: request.subject,
            ..Question::new(&clean, if own { series.season() } else { 1 }, request.horizon)
        })
    });
    Foresight { demand, before, uplifts, outlook }
}

fn later(event: &Event, before: usize) -> Event {
    Event { on: event.on.iter().skip(before).copied().collect(), ..event.clone() }
}

fn times(left: &[f64], right: &[f64]) -> Vec<f64> {
    left.iter().zip(right).map(|(a, b)| a * b).collect()
}

/// The outlook of a product that is too young, where similar ones are given.
fn young(
    request: &Request<'_>,
    series: &Series,
    clean: &[f64],
    factors: &[f64],
) -> Option<Outlook> {
    let sold = clean.iter().any(|value| *value > 0.0);
    let young = !sold || clean.len() < grown(series.grain);
    if !young || request.method.is_some_and(|method| method != Method::Analogue) {
        return None;
    }
    let own = if sold { clean } else { &[] };
    let debut = Debut::of(Newcomer {
        own,
        launches: request.launches,
        horizon: request.horizon,
        paths: request.paths.max(200),
        seed: request.seed,
        subject: request.subject,
    })?;
    let quantiles = debut.quantiles(&LEVELS).iter().map(|line| times(line, factors)).collect();
    Some(Outlook {
        method: Method::Analogue,
        why: if request.method.is_some() { Why::Set } else { Why::Young },
        shares: vec![(Method::Analogue, 1.0)],
        profile: Profile::of(clean, series.season()),
        seasonal: false,
        expected: times(&debut.expected, factors),
        quantiles,
        paths: debut.paths.times(factors),
        tested: Vec::new(),
        fitted: Vec::new(),
    })
}

/// The season of a group of products (a category in a market) as factors by bucket, for members too
/// young or too slow to show it themselves. `None` where the group has none or too short a history.
///
/// All series must begin with the same bucket and be of the same grain.
pub fn shared_season(group: &[&Series], buckets: usize) -> Option<Vec<f64>> {
    let length = group.first()?.season();
    let longest = group.iter().map(|series| series.buckets.len()).max()?;
    let mut sum = vec![0.0; longest];
    for series in group {
        for (total, value) in sum.iter_mut().zip(Demand::of(series).values) {
            *total += value;
        }
    }
    let size = sum.iter().sum::<f64>() / count(longest.max(1));
    if size <= 0.0 || !is_seasonal(&sum, length) {
        return None;
    }
    let season = decompose(&sum, length, Join::Product, true)?;
    Some((0..buckets).map(|at| season.at(at)).collect())
}

#[cfg(test)]
mod tests;
