//! Running totals: sums over a window that ends with each row's last day.

use std::collections::{BTreeMap, HashMap};

use argosy_kernel::{Day, Period};
use chrono::{Datelike, Days};
use rust_decimal::Decimal;

use crate::{
    answer::Figure,
    dimension::Dimension,
    fetch::{Gathered, Key, fetch},
    frame::Frame,
    question::AskError,
    registry::{Kind, Metric, Program, Reach},
};

/// The first day of the window that ends on `at`.
pub(crate) fn window_start(reach: Reach, at: Day) -> Day {
    match reach {
        Reach::Days(days) => at - Days::new(u64::from(days.saturating_sub(1))),
        Reach::Month => at.with_day(1).unwrap_or(at),
        Reach::Year => at.with_ordinal(1).unwrap_or(at),
    }
}

/// The running total of each key, and of the whole period.
#[derive(Debug, Default)]
pub(crate) struct Running {
    pub rows: HashMap<Key, Figure>,
    pub total: Option<Figure>,
}

type Sums = Vec<Option<Decimal>>;

/// Works out one cumulative metric.
pub(crate) async fn running(
    frame: &Frame<'_>,
    metric: &Metric,
    by: &[Dimension],
    period: Period,
    gathered: &mut Gathered,
) -> Result<Running, AskError> {
    let registry = frame.engine.registry();
    let (Kind::Cumulative { metric: inner, reach }, true) =
        (&metric.kind, registry.get(&metric.id).is_some())
    else {
        return Ok(Running::default());
    };
    let program = Program::new(registry, &[inner]);
    let simples: Vec<&Metric> = program
        .steps()
        .iter()
        .copied()
        .filter(|metric| matches!(metric.kind, Kind::Simple(_)))
        .collect();
    let finest = by.iter().copied().filter(|dimension| dimension.grain().is_some()).min();
    let ends = row_ends(finest, period);
    let first = ends.iter().map(|(_, end)| window_start(*reach, *end)).min().unwrap_or(period.from);
    let whole =
        Period::new(first.min(window_start(*reach, period.to)), period.to).unwrap_or(period);
    // Days come first, then the other dimensions in their order.
    let rest: Vec<Dimension> =
        by.iter().copied().filter(|dimension| dimension.grain().is_none()).collect();
    let daily: Vec<Dimension> =
        std::iter::once(Dimension::Day).chain(rest.iter().copied()).collect();
    // Windows reach back over rows that are counted (or not) for the period itself: keep them apart.
    let mut apart = Gathered::default();
    let sums = fetch(frame, &simples, &daily, whole, &mut apart).await?;
    gathered.sql.append(&mut apart.sql);
    gathered.converted |= apart.converted;

    let mut by_rest: HashMap<Key, BTreeMap<Day, &Sums>> = HashMap::new();
    for (key, row) in &sums.rows {
        if let Some(day) = key[0].as_ref().and_then(|day| day.parse().ok()) {
            by_rest.entry(key[1..].to_vec()).or_default().insert(day, row);
        }
    }
    let figure = |row: &[Option<Decimal>]| {
        let figures =
            program.run(&|metric| sums.figure(metric, Some(row)), &|_| None, whole.days());
        program
            .position(inner)
            .map_or_else(|| Figure::Undefined("".into()), |at| figures[at].clone())
    };
    let mut running = Running::default();
    for (rest_key, days) in &by_rest {
        for (starts, end) in &ends {
            let window = days.range(window_start(*reach, *end)..=*end).map(|(_, row)| *row);
            let row = sum(window, sums.total.len());
            let key = full_key(by, starts, rest_key);
            running.rows.insert(key, figure(&row));
        }
    }
    let end = period.to;
    let all = by_rest
        .values()
        .flat_map(|days| days.range(window_start(*reach, end)..=end).map(|(_, row)| *row));
    running.total = Some(figure(&sum(all, sums.total.len())));
    Ok(running)
}

fn sum<'a>(rows: impl Iterator<Item = &'a Sums>, width: usize) -> Sums {
    let mut total: Sums = vec![None; width];
    for row in rows {
        for (slot, value) in total.iter_mut().zip(row) {
            if let Some(value) = value {
                *slot = Some(slot.unwrap_or_default() + value);
            }
        }
    }
    total
}

/// The first day of the finest span of each row, and its last day inside the period.
fn row_ends(finest: Option<Dimension>, period: Period) -> Vec<(Option<Day>, Day)> {
    let Some(grain) = finest.and_then(Dimension::grain) else {
        return vec![(None, period.to)];
    };
    let mut ends: BTreeMap<Day, Day> = BTreeMap::new();
    for day in period.each_day() {
        ends.insert(grain.start(day), day);
    }
    ends.into_iter().map(|(start, end)| (Some(start), end)).collect()
}

/// Puts the time and the other dimensions back into the order of the question.
fn full_key(by: &[Dimension], start: &Option<Day>, rest: &[Option<String>]) -> Key {
    let mut rest = rest.iter();
    by.iter()
        .map(|dimension| match dimension.grain() {
            Some(grain) => start.map(|start| grain.start(start).to_string()),
            None => rest.next().cloned().flatten(),
        })
        .collect()
}
