//! Promotions, holidays and sales days: how many times the usual demand they bring.
//!
//! An event is known by its dates and by what such events usually do; the product's own history
//! moves that as far as it has evidence.
//!
//! # Source
//! Shrinkage of a ratio of sums to the usual factor, the prior counted in buckets (gamma–Poisson).
//!
//! float-ok: statistics only.

use serde::{Deserialize, Serialize};

use super::numbers::{count, mean, whole};

/// Factors are held inside.
const LIMITS: (f64, f64) = (0.05, 30.0);
/// Rounds of taking the other events out.
const ROUNDS: usize = 12;
/// Buckets after which a neighbour counts half towards the level around an event.
const HALF_LIFE: f64 = 4.0;

/// An event over the buckets of a series and those to come.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Event {
    pub id: String,
    /// The share of each bucket it covers, from the first of the series on; absent means none.
    pub on: Vec<f64>,
    /// What such events usually multiply demand by.
    pub usual: f64,
    /// How many buckets of evidence that is worth. Large: given, not learnt.
    pub sure: f64,
}

/// What an event was found to do.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Uplift {
    pub id: String,
    pub factor: f64,
    pub usual: f64,
    /// Buckets of its own history behind it.
    pub buckets: f64,
}

impl Event {
    fn at(&self, bucket: usize) -> f64 {
        self.on.get(bucket).copied().unwrap_or(0.0).clamp(0.0, 1.0)
    }
}

/// The factor of one bucket with all its events.
fn factor(events: &[Event], factors: &[f64], bucket: usize) -> f64 {
    let one = |(event, factor): (&Event, &f64)| 1.0 + event.at(bucket) * (factor - 1.0);
    events.iter().zip(factors).map(one).product()
}

/// The factor of every bucket up to `buckets`: the past to be divided by, those to come to be
/// multiplied with.
pub fn factors(events: &[Event], uplifts: &[Uplift], buckets: usize) -> Vec<f64> {
    let found: Vec<f64> = uplifts.iter().map(|uplift| uplift.factor).collect();
    (0..buckets).map(|bucket| factor(events, &found, bucket)).collect()
}

/// What each event does to this demand. `known` marks buckets that were seen; empty means all.
pub fn learn(values: &[f64], known: &[bool], events: &[Event]) -> Vec<Uplift> {
    if events.is_empty() {
        return Vec::new();
    }
    let seen = |at: usize| known.get(at).copied().unwrap_or(true);
    let mut found: Vec<f64> = events.iter().map(|event| event.usual).collect();
    for _ in 0..ROUNDS {
        let plain: Vec<f64> = (0..values.len())
            .map(|at| values[at] / factor(events, &found, at).max(LIMITS.0))
            .collect();
        let quiet = |at: usize| seen(at) && events.iter().all(|event| event.at(at) < 0.05);
        let level = level(&plain, quiet);
        for number in 0..events.len() {
            let of = Around { values, level: &level, events, found: &found };
            found[number] = of.ratio(number, seen);
        }
    }
    let own = |event: &Event| (0..values.len()).filter(|at| seen(*at)).map(|at| event.at(at)).sum();
    let told = events.iter().zip(found);
    told.map(|(event, factor)| Uplift {
        id: event.id.clone(),
        factor,
        usual: event.usual,
        buckets: own(event),
    })
    .collect()
}

/// One round of learning.
struct Around<'a> {
    values: &'a [f64],
    level: &'a [f64],
    events: &'a [Event],
    found: &'a [f64],
}

impl Around<'_> {
    /// The demand in the buckets of one event over what it would have been without it, with the usual
    /// factor as so many buckets of evidence.
    fn ratio(&self, number: usize, seen: impl Fn(usize) -> bool) -> f64 {
        let event = &self.events[number];
        let mut under = event.sure * mean(self.level);
        let mut over = under * event.usual;
        for at in (0..self.values.len()).filter(|at| seen(*at)) {
            let on = event.at(at);
            if on > 0.0 {
                let own = 1.0 + on * (self.found[number] - 1.0);
                let all = factor(self.events, self.found, at);
                let base = self.level[at] * all / own.max(LIMITS.0);
                over += (self.values[at] - (1.0 - on) * base).max(0.0);
                under += on * base;
            }
        }
        if under > 0.0 { (over / under).clamp(LIMITS.0, LIMITS.1) } else { self.found[number] }
    }
}

/// The usual level around each bucket, from buckets without events where there are any near.
fn level(plain: &[f64], quiet: impl Fn(usize) -> bool) -> Vec<f64> {
    let reach = whole(HALF_LIFE * 6.0);
    let weights: Vec<f64> = (0..=reach).map(|far| 0.5_f64.powf(count(far) / HALF_LIFE)).collect();
    let around = |at: usize, all: bool| {
        let (mut sum, mut weighed) = (0.0, 0.0);
        let from = at.saturating_sub(reach);
        for (to, value) in plain.iter().enumerate().take(at + reach + 1).skip(from) {
            if all || quiet(to) {
                let weight = weights[to.abs_diff(at)];
                sum += weight * value;
                weighed += weight;
            }
        }
        (weighed > 0.0).then(|| sum / weighed)
    };
    let one = |at: usize| around(at, false).or_else(|| around(at, true)).unwrap_or(0.0);
    (0..plain.len()).map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::{super::chance::Chance, *};

    fn event(id: &str, on: &[usize], length: usize, usual: f64, sure: f64) -> Event {
        let on = (0..length).map(|at| if on.contains(&at) { 1.0 } else { 0.0 }).collect();
        Event { id: id.to_owned(), on, usual, sure }
    }

    #[test]
    fn evidence_moves_the_factor_away_from_the_usual_one() {
        let mut chance = Chance::new(4);
        let days = [10, 30, 50, 70, 90];
        let values: Vec<f64> = (0..100)
            .map(|at| chance.poisson(if days.contains(&at) { 60.0 } else { 20.0 }))
            .collect();
        let strong = learn(&values, &[], &[event("prime_day", &days, 104, 1.5, 2.0)]);
        assert!((2.3..3.2).contains(&strong[0].factor), "{strong:?}");
        let once = learn(&values[..20], &[], &[event("prime_day", &days, 24, 1.5, 2.0)]);
        assert!(once[0].factor > 1.6 && once[0].factor < strong[0].factor, "{once:?}");
        let never = learn(&values[..9], &[], &[event("prime_day", &days, 24, 1.5, 2.0)]);
        assert!((never[0].factor - 1.5).abs() < 1e-9 && never[0].buckets < 1e-9);
    }

    #[test]
    fn two_events_on_the_same_day_share_the_lift() {
        // A coupon doubles, the holiday triples, together six times.
        let (coupon, holiday) = ([5, 15, 25, 40], [10, 15, 30, 40]);
        let value = |at: usize| {
            let twice = if coupon.contains(&at) { 2.0 } else { 1.0 };
            10.0 * twice * if holiday.contains(&at) { 3.0 } else { 1.0 }
        };
        let values: Vec<f64> = (0..60).map(value).collect();
        let events =
            [event("coupon", &coupon, 60, 1.0, 0.1), event("holiday", &holiday, 60, 1.0, 0.1)];
        let found = learn(&values, &[], &events);
        assert!((found[0].factor - 2.0).abs() < 0.2, "{found:?}");
        assert!((found[1].factor - 3.0).abs() < 0.25, "{found:?}");
        let all = factors(&events, &found, 60);
        assert!((all[15] - found[0].factor * found[1].factor).abs() < 1e-9);
        assert!((all[0] - 1.0).abs() < 1e-12);
    }

    #[test]
    fn an_event_of_two_days_lifts_its_week_in_part() {
        let mut half = event("sale", &[], 20, 1.0, 0.01);
        half.on = (0..20).map(|at| if at % 5 == 0 { 0.5 } else { 0.0 }).collect();
        let values: Vec<f64> = (0..20).map(|at| if at % 5 == 0 { 20.0 } else { 10.0 }).collect();
        let found = learn(&values, &[], &[half]);
        assert!((found[0].factor - 3.0).abs() < 0.1, "{found:?}");
    }
}
