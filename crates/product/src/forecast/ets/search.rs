//! The parameters and first states of one form: heuristic starts, then Nelder and Mead.
//!
//! float-ok: statistics only.

use super::{
    Ets, Form, Trend,
    filter::{Parameters, States, pass},
};
use crate::forecast::{
    minimise::{Place, Search},
    numbers::{count, line, mean},
    season::{Join, Season, decompose},
};

/// φ lies between; nearer to one a damped trend cannot be told from a straight one.
const FADE: (f64, f64) = (0.8, 0.98);
/// α lies between.
const LEVEL: (f64, f64) = (1e-4, 0.9999);
/// A form is first searched until the criterion changes by less than this, for most forms are out of
/// the question by then …
const ROUGH: f64 = 0.5;
/// … and if it is within reach of the best, to the end: models differ by whole units.
const CLOSE: f64 = 1e-3;

/// First states from the first buckets, shared by all forms of a series.
pub(super) struct Starts {
    season: usize,
    plain: Start,
    sum: Option<(Season, Start)>,
    product: Option<(Season, Start)>,
}

#[derive(Clone, Copy)]
struct Start {
    mean: f64,
    intercept: f64,
    slope: f64,
}

impl Start {
    /// # Source
    /// Hyndman et al. (2008), §2.6.1: a straight line through the first ten buckets or two seasons.
    fn of(values: &[f64], season: usize) -> Self {
        let first = &values[..values.len().min(10.max(2 * season))];
        let (slope, intercept) = line(first);
        // The line begins at the first bucket; the state is the one before it.
        Self { mean: mean(first), intercept: intercept - slope, slope }
    }
}

impl Starts {
    pub(super) fn new(values: &[f64], season: usize, positive: bool) -> Self {
        let start = |join| {
            let found = decompose(values, season, join, false)?;
            let without = found.without(values);
            Some((found, Start::of(&without, season)))
        };
        Self {
            season,
            plain: Start::of(values, 1),
            sum: start(Join::Sum),
            product: if positive { start(Join::Product) } else { None },
        }
    }

    fn of(&self, form: Form) -> Option<(Start, &[f64])> {
        let seasonal = match form.season {
            None => return Some((self.plain, &[])),
            Some(Join::Sum) => self.sum.as_ref(),
            Some(Join::Product) => self.product.as_ref(),
        };
        seasonal.map(|(season, start)| (*start, season.indices.as_slice()))
    }
}

/// What is searched, in this order: α, level, β as a share of α, growth, φ, γ as a share of 1 − α.
fn read(form: Form, place: &Place) -> (Parameters, f64, f64) {
    let level = place[0];
    let mut parameters = Parameters { level, trend: 0.0, season: 0.0, fade: 1.0 };
    let mut growth = 0.0;
    let mut next = 2;
    if form.trend != Trend::None {
        parameters.trend = place[2] * level;
        growth = place[3];
        next = 4;
    }
    if form.trend == Trend::Damped {
        parameters.fade = place[next];
        next += 1;
    }
    if form.season.is_some() {
        parameters.season = place[next] * (1.0 - level);
    }
    (parameters, place[1], growth)
}

fn search(form: Form, start: Start, alpha: f64) -> Search {
    let flat = form.trend == Trend::None;
    let mut search = Search::new(ROUGH, 120 * (1 + form.degrees(0)));
    let level = if flat { start.mean } else { start.intercept };
    search.add(alpha, 0.2, LEVEL);
    let reach = 0.1 * start.mean.abs().max(0.1);
    search.add(level, reach, (f64::MIN, f64::MAX));
    if !flat {
        search.add(0.1, 0.2, (0.0, 1.0));
        search.add(start.slope, 0.5 * start.slope.abs().max(0.01), (f64::MIN, f64::MAX));
    }
    if form.trend == Trend::Damped {
        search.add(0.95, -0.05, FADE);
    }
    if form.season.is_some() {
        search.add(0.1, 0.2, (0.0, 1.0));
    }
    search
}

/// A form on its way: the best place so far.
pub(super) struct Found<'a> {
    pub(super) form: Form,
    pub(super) aicc: f64,
    place: Place,
    search: Search,
    indices: &'a [f64],
    penalty: f64,
    season: usize,
}

/// The form fitted roughly, or `None` where the series is too short for it or it does not fit.
pub(super) fn rough<'a>(values: &[f64], form: Form, starts: &'a Starts) -> Option<Found<'a>> {
    let (n, k) = (values.len(), form.degrees(starts.season));
    if n < k + 2 {
        return None;
    }
    let (start, indices) = starts.of(form)?;
    let mut criterion = Criterion::new(values, form, indices);
    // Two hills are common: a slow level and a fast one.
    let slow = search(form, start, 0.1);
    let fast = search(form, start, 0.5);
    let better = criterion.at(&fast.start) < criterion.at(&slow.start);
    let search = if better { fast } else { slow };
    let (place, least) = search.least(|place| criterion.at(place));
    let (n, k) = (count(n), count(k));
    let penalty = 2.0 * k + 2.0 * k * (k + 1.0) / (n - k - 1.0);
    let (aicc, season) = (least + penalty, starts.season.max(1));
    least.is_finite().then_some(Found { form, aicc, place, search, indices, penalty, season })
}

impl Found<'_> {
    /// The search taken to its end.
    pub(super) fn polished(self, values: &[f64], scale: f64) -> Ets {
        let Self { form, indices, .. } = self;
        let mut criterion = Criterion::new(values, form, indices);
        let mut search = Search { start: self.place, close: CLOSE, ..self.search };
        for step in &mut search.step {
            *step *= 0.3;
        }
        let (place, least) = search.least(|place| criterion.at(place));
        let (parameters, level, growth) = read(form, &place);
        let mut states = States { level, trend: growth, season: indices.to_vec() };
        let mut fitted = Vec::with_capacity(values.len());
        pass(values, form, parameters, &mut states, |expected| fitted.push(expected));
        let (aicc, season) = (least + self.penalty, self.season);
        Ets { form, parameters, aicc, states, fitted, season, scale }
    }
}

/// What is made small: −2 × the log-likelihood of a form at a place.
struct Criterion<'a> {
    values: &'a [f64],
    form: Form,
    indices: &'a [f64],
    states: States,
}

impl<'a> Criterion<'a> {
    fn new(values: &'a [f64], form: Form, indices: &'a [f64]) -> Self {
        let states = States { level: 0.0, trend: 0.0, season: indices.to_vec() };
        Self { values, form, indices, states }
    }

    fn at(&mut self, place: &Place) -> f64 {
        let (parameters, level, growth) = read(self.form, place);
        self.states.level = level;
        self.states.trend = growth;
        self.states.season.copy_from_slice(self.indices);
        pass(self.values, self.form, parameters, &mut self.states, |_| ())
    }
}
