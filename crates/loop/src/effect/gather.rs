//! From facts to blocks: the treated unit and the untouched ones around it, week by week.

use std::collections::BTreeMap;

use argosy_facts::Session;
use argosy_kernel::{Currency, Day, Period};
use argosy_metrics::{Answer, DeskData, Engine, Figure, Filters, Kind, Question, View};
use chrono::{Datelike, Days as Span};
use rust_decimal::prelude::ToPrimitive;

use super::{
    controls::candidates,
    design::{Days, Material},
    did::has_level,
    facts, local_level,
    panel::Panel,
    rules::Effects,
    stats::mean,
    types::{DeclaredEffect, EffectError, Subject},
    worth::Base,
};
use crate::change::ChangeRecord;

/// What effects are measured in: one session serves one question at a time.
#[derive(Clone, Copy)]
pub struct EffectInput<'a> {
    pub engine: &'a Engine,
    pub session: &'a Session,
    pub desk: &'a DeskData,
    /// All known changes of the store, the measured one may be among them.
    pub changes: &'a [ChangeRecord],
    /// Today.
    pub day: Day,
}

/// How values of days become those of weeks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Shape {
    /// They add up.
    Sum,
    /// Numerators and denominators add up.
    Ratio { numerator: String, denominator: String },
    /// Stocks and derived shares: the mean of the days that have one.
    Mean,
}

/// Days of one unit: numerator, and denominator where there is one.
#[derive(Clone, Debug, Default)]
struct Series {
    top: Vec<Option<f64>>,
    bottom: Vec<Option<f64>>,
    /// Whether a day has facts, but no figure: a cost is missing. It must not count as zero.
    has_unknown: bool,
}

/// Everything a design needs.
pub(crate) struct Gathered {
    pub material: Material,
    /// Days of the treated unit before the change, for metrics that add up.
    pub days_before: Option<local_level::Days>,
    /// Names of the controls, in order of the panel.
    pub names: Vec<String>,
    /// Whether all days of the treated unit that have facts have a figure.
    pub is_told: bool,
    /// Units left out because they may feel the change, and hand-picked ones that were kept.
    pub left_out: Vec<String>,
    pub related_kept: Vec<String>,
    /// First day of each block.
    pub starts: Vec<Day>,
    pub weeks_before: usize,
    pub weeks_after: usize,
    pub last_day: Option<Day>,
    pub provisional_from: Option<Day>,
    pub shape: Shape,
    /// Denominator per week after the change, for rates.
    pub volume: Option<f64>,
    /// Sum of the numerator (or of the metric) before the change.
    pub before_total: f64,
}

impl Gathered {
    /// What the metric of the treated unit is worth by.
    pub(crate) fn base<'a>(
        &'a self,
        subject: &'a Subject,
        declared: &'a DeclaredEffect,
        before: Period,
    ) -> Base<'a> {
        let (_, mut filters) = grain(subject);
        let treated = match subject.unit() {
            // Of a campaign the ledger knows nothing.
            ("campaign", _) => None,
            (unit, name) => {
                filters.insert("store".to_owned(), vec![subject.store.clone()]);
                filters.insert(unit.to_owned(), vec![name.to_owned()]);
                Some(filters)
            }
        };
        Base {
            metric: &declared.metric,
            shape: &self.shape,
            currency: declared.currency,
            before,
            treated,
            total: self.before_total,
            kind: subject.kind.as_deref(),
        }
    }
}

/// The windows of a question, in whole weeks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Windows {
    pub before: Period,
    /// The first day that counts after the change.
    pub from: Day,
    pub weeks_after: usize,
}

impl Windows {
    pub(crate) fn of(declared: &DeclaredEffect, changed: Day) -> Self {
        let weeks = u64::from(declared.before / 7);
        let to = changed - Span::new(1);
        Self {
            before: Period { from: changed - Span::new(weeks * 7), to },
            from: declared.counts_from(changed),
            weeks_after: usize::try_from(declared.after / 7).unwrap_or(0),
        }
    }

    /// The last day of so many weeks after the change.
    pub(crate) fn to(&self, weeks: usize) -> Day {
        self.from + Span::new(weeks as u64 * 7) - Span::new(1)
    }

    pub(crate) fn all(&self) -> Period {
        Period { from: self.before.from, to: self.to(self.weeks_after.max(1)) }
    }
}

impl Shape {
    /// The shape of a metric.
    ///
    /// # Errors
    /// `unknown_metric`, `cumulative_metric`.
    pub(crate) fn of(
        effects: &Effects,
        engine: &Engine,
        metric: &str,
    ) -> Result<Self, EffectError> {
        use argosy_metrics::Unit;
        let Some(known) = engine.registry().get(metric) else {
            let near = engine.registry().nearest(metric);
            let hint = near.map(|near| format!(" ({near}?)")).unwrap_or_default();
            return Err(effects
                .refuse("unknown_metric", &[("metric", metric.into()), ("hint", hint.into())]));
        };
        Ok(match &known.kind {
            Kind::Cumulative { .. } => {
                let with = [("metric", known.name.clone().into())];
                return Err(effects.refuse("cumulative_metric", &with));
            }
            Kind::Ratio { numerator, denominator } => {
                Self::Ratio { numerator: numerator.clone(), denominator: denominator.clone() }
            }
            Kind::Simple(simple) if simple.source.table() == "stock" => Self::Mean,
            Kind::Derived { .. }
                if matches!(known.unit, Unit::Fraction | Unit::Ratio | Unit::Days) =>
            {
                Self::Mean
            }
            _ => Self::Sum,
        })
    }

    pub(crate) fn metrics(&self, metric: &str) -> Vec<String> {
        match self {
            Self::Sum | Self::Mean => vec![metric.to_owned()],
            Self::Ratio { numerator, denominator } => vec![numerator.clone(), denominator.clone()],
        }
    }
}

/// The dimensions that tell units apart, and what they are filtered by.
pub(crate) fn grain(subject: &Subject) -> (Vec<&'static str>, Filters) {
    let mut filters = Filters::new();
    let (unit, _) = subject.unit();
    let by = match unit {
        "market" => vec!["store", "market"],
        "store" => vec!["store"],
        unit => {
            filters.insert("store".to_owned(), vec![subject.store.clone()]);
            if let Some(market) = &subject.market {
                filters.insert("market".to_owned(), vec![market.clone()]);
            }
            vec![unit]
        }
    };
    (by, filters)
}

/// What a unit is called: the values of its dimensions.
pub(super) fn name_of(by: &[&str], key: &argosy_metrics::RowKey) -> Option<String> {
    let parts: Option<Vec<&str>> =
        by.iter().map(|dimension| key.get(*dimension)?.as_deref()).collect();
    Some(parts?.join(" / "))
}

/// What the treated unit is called.
pub(crate) fn treated_name(subject: &Subject) -> String {
    match subject.unit() {
        ("market", market) => format!("{} / {market}", subject.store),
        (_, name) => name.to_owned(),
    }
}

pub(super) fn known(figure: Option<&Figure>) -> Option<f64> {
    figure?.known()?.to_f64()
}

/// Asks metrics by unit (and day) over a period.
pub(crate) async fn ask(
    input: &EffectInput<'_>,
    (metrics, by, filters): (&[String], &[&str], &Filters),
    period: Period,
    currency: Currency,
) -> Result<Answer, EffectError> {
    let question = Question {
        metrics: metrics.to_vec(),
        by: by.iter().map(|name| (*name).to_owned()).collect(),
        from: period.from,
        to: period.to,
        condition: None,
        filters: filters.clone(),
        currency,
        compare: None,
        as_of: None,
        order: None,
        limit: None,
        view: View::default(),
    };
    Ok(input.engine.ask(input.session, input.desk, &question).await?)
}

/// Everything about a subject around a day. `weeks_after` are taken as far as they are settled; none
/// may be asked for.
pub(crate) async fn gather(
    effects: &Effects,
    input: &EffectInput<'_>,
    (subject, declared): (&Subject, &DeclaredEffect),
    windows: &Windows,
) -> Result<Gathered, EffectError> {
    let shape = Shape::of(effects, input.engine, &declared.metric)?;
    let metrics = shape.metrics(&declared.metric);
    let names: Vec<&str> = metrics.iter().map(String::as_str).collect();
    let last = facts::last_day(input.engine, input.session, &names, &subject.store).await?;
    let found = candidates(effects, input, (subject, declared, windows), &metrics).await?;
    let own = treated_name(subject);
    let (by, mut filters) = grain(subject);
    let unit = by[by.len() - 1];
    if by.len() == 1 {
        let wanted = found.names.iter().chain([&own]).cloned().collect();
        filters.insert(unit.to_owned(), wanted);
    }
    let daily: Vec<&str> = std::iter::once("day").chain(by.iter().copied()).collect();
    let period = windows.all();
    let answer = ask(input, (&metrics, &daily, &filters), period, declared.currency).await?;
    let provisional_from = answer.notes.provisional_from.filter(|day| *day <= period.to);
    let settled = last.map(|last| {
        let yesterday = input.day - Span::new(1);
        let before_young = provisional_from.map_or(last, |day| day - Span::new(1));
        last.min(before_young).min(yesterday)
    });
    let mut series = read(&answer, &by, &metrics, period);
    let treated = series.remove(&own).unwrap_or_else(|| empty(period, metrics.len()));
    let weeks_after = settled.map_or(0, |settled| weeks_until(windows, settled));
    let told = weeks_told(&treated, windows);
    let weeks_before = match weeks_planned(windows) {
        // Weeks without a sale count where it was there before them.
        planned if told > 0 && told < planned => {
            let unit = (&metrics[..1], subject, declared.currency);
            if was_there(input, unit, windows.before.from).await? { planned } else { told }
        }
        _ => told,
    };
    let cut = Cut { windows, weeks_before, weeks_after, shape: &shape };
    let is_sum = shape == Shape::Sum;
    let is_told = |name: &String| series.get(name).is_some_and(|one| !is_sum || !one.has_unknown);
    let names: Vec<String> =
        found.names.into_iter().filter(|name| *name != own && is_told(name)).collect();
    let controls: Vec<&Series> = names.iter().filter_map(|name| series.get(name)).collect();
    Ok(cut.gathered(&treated, &controls, names, |gathered| {
        gathered.is_told = !is_sum || !treated.has_unknown;
        gathered.left_out = found.left_out;
        gathered.related_kept = found.related_kept;
        gathered.last_day = settled;
        gathered.provisional_from = provisional_from;
    }))
}

fn empty(period: Period, metrics: usize) -> Series {
    let days = usize::try_from(period.days()).unwrap_or(0);
    let bottom = if metrics > 1 { vec![None; days] } else { Vec::new() };
    Series { top: vec![None; days], bottom, has_unknown: false }
}

/// Days of all units of an answer.
fn read(
    answer: &Answer,
    by: &[&str],
    metrics: &[String],
    period: Period,
) -> BTreeMap<String, Series> {
    let mut series: BTreeMap<String, Series> = BTreeMap::new();
    for row in &answer.rows {
        let day = row.key.get("day").and_then(|day| day.as_ref()?.parse::<Day>().ok());
        let (Some(day), Some(name)) = (day, name_of(by, &row.key)) else { continue };
        let Ok(at) = usize::try_from((day - period.from).num_days()) else { continue };
        let unit = series.entry(name).or_insert_with(|| empty(period, metrics.len()));
        if at < unit.top.len() {
            unit.top[at] = known(row.values.get(&metrics[0]));
            unit.has_unknown |= unit.top[at].is_none();
            if let Some(bottom) = metrics.get(1) {
                unit.bottom[at] = known(row.values.get(bottom));
            }
        }
    }
    series
}

/// Whole weeks after the change up to a day.
fn weeks_until(windows: &Windows, last: Day) -> usize {
    let days = (last - windows.from).num_days() + 1;
    usize::try_from(days / 7).unwrap_or(0).min(windows.weeks_after)
}

/// Whole weeks before the change since the unit first had a figure.
fn weeks_told(treated: &Series, windows: &Windows) -> usize {
    let days = usize::try_from(windows.before.days()).unwrap_or(0);
    let told = treated.top.iter().take(days).position(|value| value.is_some_and(|v| v != 0.0));
    told.map_or(0, |first| (days - first) / 7)
}

fn weeks_planned(windows: &Windows) -> usize {
    usize::try_from(windows.before.days() / 7).unwrap_or(0)
}

/// Whether the unit had a figure in the year before a day.
async fn was_there(
    input: &EffectInput<'_>,
    (metrics, subject, currency): (&[String], &Subject, Currency),
    day: Day,
) -> Result<bool, EffectError> {
    let (_, mut filters) = grain(subject);
    let (unit, name) = subject.unit();
    filters.insert("store".to_owned(), vec![subject.store.clone()]);
    filters.insert(unit.to_owned(), vec![name.to_owned()]);
    let period = Period { from: day - Span::new(365), to: day - Span::new(1) };
    let answer = ask(input, (metrics, &[], &filters), period, currency).await?;
    Ok(known(answer.totals.get(&metrics[0])).is_some_and(|total| total != 0.0))
}

/// How days are cut into weeks.
struct Cut<'a> {
    windows: &'a Windows,
    weeks_before: usize,
    weeks_after: usize,
    shape: &'a Shape,
}

impl Cut<'_> {
    /// Ranges of days of each week, before and after.
    fn weeks(&self) -> Vec<std::ops::Range<usize>> {
        let change = usize::try_from(self.windows.before.days()).unwrap_or(0);
        let first = change - self.weeks_before * 7;
        let hole = (self.windows.from - self.windows.before.to).num_days() - 1;
        let after = change + usize::try_from(hole).unwrap_or(0);
        let week = |start: usize| move |at: usize| start + at * 7..start + at * 7 + 7;
        (0..self.weeks_before)
            .map(week(first))
            .chain((0..self.weeks_after).map(week(after)))
            .collect()
    }

    fn blocks(&self, series: &Series) -> Vec<f64> {
        let usual = {
            let of = |days: &[Option<f64>]| days.iter().flatten().sum::<f64>();
            match self.shape {
                Shape::Ratio { .. } => of(&series.top) / of(&series.bottom),
                _ => mean(&series.top.iter().flatten().copied().collect::<Vec<_>>()),
            }
        };
        let usual = if usual.is_finite() { usual } else { 0.0 };
        let weeks = self.weeks().into_iter().map(|week| {
            let of = |days: &[Option<f64>]| -> Vec<f64> {
                days.get(week.clone()).unwrap_or_default().iter().flatten().copied().collect()
            };
            match self.shape {
                Shape::Sum => of(&series.top).iter().sum(),
                // A week without a visit says nothing about the rate: the usual one stands for it.
                Shape::Ratio { .. } => {
                    let (top, bottom) = (of(&series.top), of(&series.bottom));
                    let bottom: f64 = bottom.iter().sum();
                    if bottom > 0.0 { top.iter().sum::<f64>() / bottom } else { usual }
                }
                Shape::Mean => {
                    let told = of(&series.top);
                    if told.is_empty() { usual } else { mean(&told) }
                }
            }
        });
        weeks.collect()
    }

    fn days(&self, series: &Series) -> Vec<f64> {
        let weeks = self.weeks();
        let (Some(first), Some(last)) = (weeks.first(), weeks.last()) else { return Vec::new() };
        let days = series.top.get(first.start..last.end).unwrap_or_default();
        days.iter().map(|value| value.unwrap_or(0.0)).collect()
    }

    fn gathered(
        &self,
        treated: &Series,
        controls: &[&Series],
        names: Vec<String>,
        fill: impl FnOnce(&mut Gathered),
    ) -> Gathered {
        let before = self.weeks_before;
        let weeks = self.weeks();
        let made: Vec<(String, Vec<f64>, &Series)> = names
            .into_iter()
            .zip(controls)
            .map(|(name, series)| (name, self.blocks(series), *series))
            .filter(|(_, blocks, _)| before > 1 && has_level(&blocks[..before]))
            .collect();
        let change = usize::try_from(self.windows.before.days()).unwrap_or(0);
        let hole = weeks.get(before).map_or(0, |week| week.start - change);
        let start =
            |week: &std::ops::Range<usize>| self.windows.before.from + Span::new(week.start as u64);
        let starts: Vec<Day> = weeks.iter().map(start).collect();
        let all_days = (*self.shape == Shape::Sum && before > 0).then(|| local_level::Days {
            values: self.days(treated),
            before: before * 7,
            hole,
            first_weekday: starts
                .first()
                .map_or(0, |day| day.weekday().num_days_from_monday() as usize),
        });
        let days_before = all_days.clone().map(|mut days| {
            days.values.truncate(before * 7);
            days
        });
        let days = all_days.filter(|_| self.weeks_after > 0).map(|treated| Days {
            treated,
            controls: made.iter().map(|(_, _, series)| self.days(series)).collect(),
        });
        let of_weeks = |days: &[Option<f64>], weeks: &[std::ops::Range<usize>]| -> f64 {
            let told = weeks.iter().filter_map(|week| days.get(week.clone()));
            told.flatten().flatten().sum()
        };
        let volume = matches!(self.shape, Shape::Ratio { .. }).then(|| {
            let late = if self.weeks_after > 0 { &weeks[before..] } else { &weeks[..before] };
            of_weeks(&treated.bottom, late) / late.len().max(1) as f64
        });
        let mut gathered = Gathered {
            material: Material {
                panel: Panel {
                    treated: self.blocks(treated),
                    controls: made.iter().map(|(_, blocks, _)| blocks.clone()).collect(),
                    before,
                },
                days,
            },
            days_before,
            names: made.into_iter().map(|(name, ..)| name).collect(),
            is_told: true,
            left_out: Vec::new(),
            related_kept: Vec::new(),
            starts,
            weeks_before: before,
            weeks_after: self.weeks_after,
            last_day: None,
            provisional_from: None,
            shape: self.shape.clone(),
            volume,
            before_total: of_weeks(&treated.top, &weeks[..before]),
        };
        fill(&mut gathered);
        gathered
    }
}
