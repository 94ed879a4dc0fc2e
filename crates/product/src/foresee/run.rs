//! A forecast run: all products and markets, category by category.
//!
//! Within a category products share a season and lend new ones the course of their launch, and the
//! sums over products and markets are foreseen as well and made to agree with their parts.
//!
//! float-ok: statistics of units.

use std::collections::{BTreeMap, BTreeSet};

use argosy_kernel::{Day, Grain};
use chrono::Days;

use super::{
    calendar::{Calendar, Whom},
    facts::{Daily, Facts},
    kept::{Foreseen, short, short_all},
    people::Overrides,
    settings::ForecastSettings,
};
use crate::forecast::{
    Outlook, Request, Series,
    analogue::Launch,
    demand::Demand,
    events::Event,
    foresee,
    hierarchy::{Hierarchy, Way},
    many::each,
    numbers::count,
    outlook::pooled_widening,
    paths::Paths,
    plan::{Foresight, shared_season},
    series::Sales,
};

/// Products the spread of all is learnt from.
const SAMPLE: usize = 400;
/// A product with so many weeks looks for its own season.
const OWN_SEASON_WEEKS: usize = 130;
/// Younger ones are foreseen by similar launches.
const YOUNG_WEEKS: usize = 10;
/// A launch was seen when the product was silent for so many weeks before.
const SILENT_BEFORE: usize = 4;
/// More series than this in a category are not made to agree: the equations grow too many.
const AGREE: usize = 240;
/// The place of 5, 25, 75 and 95 % among the levels of an outlook.
const BANDS: [usize; 4] = [0, 2, 4, 6];

/// One product in one market, ready to be foreseen.
pub(crate) struct Subject<'a> {
    pub(crate) daily: &'a Daily,
    pub(crate) name: String,
    pub(crate) category: Option<String>,
    pub(crate) series: Series,
    events: Vec<Event>,
    id: String,
}

/// A subject with its forecast.
pub(crate) struct Seen<'a> {
    pub(crate) subject: Subject<'a>,
    pub(crate) foresight: Foresight,
    season_given: bool,
    agreed: f64,
    machine: Option<Vec<f64>>,
}

/// What a run hangs on.
pub(crate) struct Run<'a> {
    pub(crate) facts: &'a Facts,
    pub(crate) calendar: &'a Calendar,
    pub(crate) settings: &'a ForecastSettings,
    pub(crate) overrides: &'a Overrides,
    /// Name and category by SKU.
    pub(crate) products: &'a BTreeMap<String, (String, Option<String>)>,
    pub(crate) seed: u64,
}

impl<'a> Run<'a> {
    /// Every product and market, in groups of one category. Larger groups are cut.
    pub(crate) fn groups(&self) -> Vec<Vec<&'a Daily>> {
        let mut groups: BTreeMap<Option<&str>, Vec<&Daily>> = BTreeMap::new();
        for daily in &self.facts.all {
            let category = self.products.get(&daily.sku).and_then(|(_, c)| c.as_deref());
            groups.entry(category).or_default().push(daily);
        }
        let cut = |group: Vec<&'a Daily>| {
            group.chunks(2 * AGREE).map(<[&Daily]>::to_vec).collect::<Vec<_>>()
        };
        groups.into_values().flat_map(cut).collect()
    }

    /// The first day foreseen: the Monday after the last whole week.
    pub(crate) fn starts(&self) -> Day {
        Grain::Week.start(self.facts.period.to + Days::new(1))
    }

    /// By how much all spreads are widened, from a sample of the products.
    pub(crate) fn widening(&self) -> f64 {
        let step = self.facts.all.len().div_ceil(SAMPLE).max(1);
        let sample: Vec<Subject<'_>> =
            self.facts.all.iter().step_by(step).map(|daily| self.subject(daily)).collect();
        let found = each(&sample, 0, |subject| {
            let request = Request::new(&subject.series, 13, &subject.id);
            foresee(Request { events: &subject.events, paths: 0, ..request }).outlook
        });
        pooled_widening(found.iter())
    }

    fn subject(&self, daily: &'a Daily) -> Subject<'a> {
        let unknown = self.facts.unknown_of(daily);
        let sales = Sales { sold: &daily.sold, closed: &daily.closed, unknown: &unknown };
        let series = Series::of_days(Grain::Week, self.facts.period, sales);
        let (name, category) =
            self.products.get(&daily.sku).cloned().unwrap_or_else(|| (daily.sku.clone(), None));
        let channels: Vec<String> = daily.channels.iter().cloned().collect();
        let whom = Whom {
            sku: &daily.sku,
            market: &daily.market,
            category: category.as_deref(),
            channels: &channels,
        };
        let events = self.calendar.of(whom, &series, self.settings.horizon_weeks);
        let id = super::kept::row_id(&daily.sku, &daily.market);
        Subject { daily, name, category, series, events, id }
    }

    /// Foresees one group.
    pub(crate) fn group(&self, group: &[&'a Daily], widening: f64) -> Vec<Seen<'a>> {
        let subjects: Vec<Subject<'a>> = group.iter().map(|daily| self.subject(daily)).collect();
        let seasons = self.seasons(&subjects);
        let launches = self.launches(&subjects);
        let asked: Vec<(&Subject<'a>, &[f64], Vec<Launch<'_>>)> = subjects
            .iter()
            .map(|subject| {
                let season = match needs_season(&subject.series) {
                    true => seasons.get(subject.daily.market.as_str()).map_or(&[][..], |s| s),
                    false => &[],
                };
                (subject, season, launches.similar(subject, self.settings.launches))
            })
            .collect();
        let mut found = each(&asked, 0, |(subject, season, launches)| {
            foresee(Request {
                events: &subject.events,
                season,
                launches,
                widening,
                paths: self.settings.paths,
                seed: self.seed,
                ..Request::new(&subject.series, self.settings.horizon_weeks, &subject.id)
            })
        });
        let given: Vec<bool> = asked.iter().map(|(_, season, _)| !season.is_empty()).collect();
        drop(asked);
        let agreed = self.agree(&subjects, &mut found);
        let with = subjects.into_iter().zip(found).zip(given.into_iter().zip(agreed));
        with.map(|((subject, foresight), (season_given, agreed))| {
            let mut seen = Seen { subject, foresight, season_given, agreed, machine: None };
            seen.heed(self.overrides, self.starts());
            seen
        })
        .collect()
    }

    /// The season of the group in each market.
    fn seasons(&self, subjects: &[Subject<'a>]) -> BTreeMap<&'a str, Vec<f64>> {
        let mut markets: BTreeMap<&str, Vec<&Series>> = BTreeMap::new();
        for subject in subjects.iter().filter(|subject| subject.category.is_some()) {
            markets.entry(&subject.daily.market).or_default().push(&subject.series);
        }
        let season = |(market, group): (&'a str, Vec<&Series>)| {
            let buckets = group.first()?.buckets.len() + self.settings.horizon_weeks;
            Some((market, shared_season(&group, buckets)?))
        };
        markets.into_iter().filter(|(_, group)| group.len() > 1).filter_map(season).collect()
    }

    fn launches(&self, subjects: &[Subject<'a>]) -> Launches<'a> {
        let curve = |subject: &Subject<'a>| {
            let silent =
                subject.series.buckets.iter().take_while(|bucket| bucket.units <= 0.0).count();
            let own = subject.series.since_first_sale();
            let seen = silent >= SILENT_BEFORE && own.buckets.len() >= self.settings.launch_weeks;
            seen.then(|| (subject.daily, Demand::of(&own).values))
        };
        Launches(subjects.iter().filter_map(curve).collect())
    }

    /// Foresees the sums over products and over markets of a category and makes all agree. Tells by
    /// how much each product's next 13 weeks were moved.
    fn agree(&self, subjects: &[Subject<'a>], found: &mut [Foresight]) -> Vec<f64> {
        let untouched = vec![1.0; subjects.len()];
        let named = subjects.iter().all(|subject| subject.category.is_some());
        if !named || subjects.len() < 2 || subjects.len() > AGREE {
            return untouched;
        }
        let keys: Vec<Vec<String>> = subjects
            .iter()
            .map(|subject| vec![subject.daily.sku.clone(), subject.daily.market.clone()])
            .collect();
        let (hierarchy, names) = Hierarchy::by_keys(&keys);
        if hierarchy.sums() == 0 {
            return untouched;
        }
        let weeks = subjects.iter().map(|s| s.series.buckets.len()).min().unwrap_or(0);
        let own: Vec<Vec<f64>> = found.iter().map(|one| whole_demand(one, weeks)).collect();
        let sums = sums_of(&names, &keys, &own, weeks);
        let first = subjects[0].series.first;
        let ids: Vec<String> = names.iter().map(|name| name.join(" · ")).collect();
        let asked: Vec<(Series, &String)> = sums
            .iter()
            .map(|units| Series::of_units(Grain::Week, first, units))
            .zip(&ids)
            .collect();
        let above = each(&asked, 0, |(series, id)| {
            foresee(Request { paths: 0, ..Request::new(series, self.settings.horizon_weeks, id) })
        });
        let misses: Vec<Vec<f64>> = above.iter().chain(found.iter()).map(misses).collect();
        let reconciler = hierarchy.reconciler(&misses, Way::MinTrace);
        let mut said = vec![Vec::with_capacity(self.settings.horizon_weeks); subjects.len()];
        for week in 0..self.settings.horizon_weeks {
            let at = |one: &Foresight| one.outlook.expected.get(week).copied().unwrap_or(0.0);
            let nodes: Vec<f64> = above.iter().chain(found.iter()).map(at).collect();
            let agreed = reconciler.reconcile(&nodes);
            for (said, value) in said.iter_mut().zip(&agreed[hierarchy.sums()..]) {
                said.push(Some(*value));
            }
        }
        let moved = found.iter_mut().zip(&said).map(|(one, said)| {
            let before = quarter(&one.outlook.expected);
            one.outlook = one.outlook.moved(said);
            if before > 0.0 { quarter(&one.outlook.expected) / before } else { 1.0 }
        });
        moved.collect()
    }
}

fn quarter(expected: &[f64]) -> f64 {
    expected.iter().take(13).sum()
}

fn needs_season(series: &Series) -> bool {
    series.since_first_sale().buckets.len() < OWN_SEASON_WEEKS
}

/// Demand over all weeks of the series: nothing before the first sale.
fn whole_demand(one: &Foresight, weeks: usize) -> Vec<f64> {
    let mut all = vec![0.0; one.before];
    all.extend_from_slice(&one.demand.values);
    all.truncate(weeks);
    all
}

fn sums_of(
    names: &[Vec<String>],
    keys: &[Vec<String>],
    own: &[Vec<f64>],
    weeks: usize,
) -> Vec<Vec<f64>> {
    let sum = |name: &Vec<String>| {
        let mut sum = vec![0.0; weeks];
        let inside =
            |key: &Vec<String>| name.iter().zip(key).all(|(of, key)| of == "*" || of == key);
        for values in keys.iter().zip(own).filter(|(key, _)| inside(key)).map(|(_, v)| v) {
            for (total, value) in sum.iter_mut().zip(values) {
                *total += value;
            }
        }
        sum
    };
    names.iter().map(sum).collect()
}

/// What the method missed one week ahead; demand and what was expected, from the end.
fn misses(one: &Foresight) -> Vec<f64> {
    let plain = &one.demand.values;
    let fitted = &one.outlook.fitted;
    let length = plain.len().min(fitted.len());
    plain[plain.len() - length..]
        .iter()
        .zip(&fitted[fitted.len() - length..])
        .map(|(came, said)| came - said)
        .collect()
}

/// Curves of launches that were seen from the first week on.
struct Launches<'a>(Vec<(&'a Daily, Vec<f64>)>);

impl Launches<'_> {
    /// Those most like a product that is young: of the same market, of about its age at least.
    fn similar(&self, subject: &Subject<'_>, most: usize) -> Vec<Launch<'_>> {
        let age = subject.series.since_first_sale().buckets.len();
        let silent = subject.daily.sold.values().all(|units| *units <= 0.0);
        if !silent && age >= YOUNG_WEEKS {
            return Vec::new();
        }
        let others = self.0.iter().filter(|(daily, _)| daily.sku != subject.daily.sku);
        let mut found: Vec<Launch<'_>> = others
            .map(|(daily, curve)| {
                let same = daily.market == subject.daily.market;
                Launch { curve, likeness: if same { 1.0 } else { 0.4 } }
            })
            .collect();
        found.sort_by(|a, b| b.likeness.total_cmp(&a.likeness));
        found.truncate(most);
        found
    }
}

impl Seen<'_> {
    /// Puts people's changes in; the machine's word is kept beside.
    fn heed(&mut self, overrides: &Overrides, starts: Day) {
        let daily = self.subject.daily;
        let machine = &self.foresight.outlook.expected;
        let said = overrides.said((&daily.sku, &daily.market), starts, machine);
        if said.iter().any(Option::is_some) {
            self.machine = Some(short_all(machine));
            self.foresight.outlook = self.foresight.outlook.moved(&said);
        }
    }

    /// What is kept of it.
    pub(crate) fn keep(&self, today: Day, newest: Day) -> Foreseen {
        let (subject, outlook) = (&self.subject, &self.foresight.outlook);
        let demand = &self.foresight.demand;
        let length = subject.series.buckets.len();
        let masked = demand.known.iter().enumerate().filter(|(_, known)| !**known);
        let lost = demand.lost.iter().rev().take(13).map(|units| units.max(0.0)).sum();
        let starts = subject.series.day(length);
        let passed = f64::from(i32::try_from((today - starts).num_days()).unwrap_or(0)).max(0.0);
        let planned = subject.events.iter().flat_map(|event| {
            let weeks = event.on.iter().enumerate().skip(length);
            weeks
                .filter(|(_, share)| **share > 0.0)
                .map(|(week, _)| (event.id.clone(), week - length))
        });
        let told: BTreeSet<&str> = subject.events.iter().map(|event| event.id.as_str()).collect();
        Foreseen {
            sku: subject.daily.sku.clone(),
            market: subject.daily.market.clone(),
            name: subject.name.clone(),
            category: subject.category.clone(),
            method: outlook.method,
            why: outlook.why,
            shares: outlook.shares.clone(),
            kind: outlook.profile.kind,
            seasonal: outlook.seasonal,
            season_given: self.season_given,
            first: subject.series.day(self.foresight.before),
            history: short_all(&demand.values),
            masked: masked.map(|(week, _)| week).collect(),
            lost: short(lost),
            expected: short_all(&outlook.expected),
            bands: BANDS.map(|at| short_all(outlook.quantiles.get(at).map_or(&[], |line| line))),
            machine: self.machine.clone(),
            sums: [30.0, 60.0, 90.0].map(|days| sums(outlook, passed / 7.0, days / 7.0)),
            daily: [3, 7, 14, 30, 60, 90].map(|days| short(recent(subject.daily, newest, days))),
            tested: outlook.tested.iter().map(|t| (t.method, t.score.clone())).collect(),
            uplifts: self
                .foresight
                .uplifts
                .iter()
                .filter(|uplift| told.contains(uplift.id.as_str()))
                .map(|u| (u.id.clone(), short(u.factor), short(u.usual), short(u.buckets)))
                .collect(),
            planned: planned.collect(),
            agreed: short(self.agreed),
        }
    }
}

/// Expected, and what 10 and 90 % of the paths stay below.
fn sums(outlook: &Outlook, from: f64, weeks: f64) -> [f64; 3] {
    let expected = Paths::new(outlook.expected.len(), outlook.expected.clone());
    let Some(mean) = expected.sums_of(from, from + weeks).first().copied() else {
        return [0.0; 3];
    };
    let band = outlook.paths.sum_quantiles(from, from + weeks, &[0.1, 0.9]);
    [short(mean), short(band[0]), short(band[1])]
}

/// Units a day over the last days.
fn recent(daily: &Daily, newest: Day, days: u64) -> f64 {
    let since = newest - Days::new(days - 1);
    let units: f64 = daily.sold.range(since..=newest).map(|(_, units)| units).sum();
    units / count(usize::try_from(days).unwrap_or(1))
}
