//! Which report periods of advertising and traffic count, so that no day is told twice.
//!
//! Some reports tell single days, others a whole week or month in one row. A row counts only when
//! all its days lie inside the asked days (and inside one row of the answer); of rows that overlap,
//! those are taken that tell the most days, of equals the finest. Traffic is told per listing and
//! per market; the two are never added.

use std::{collections::BTreeMap, sync::Arc};

use argosy_facts::{
    FactsError,
    arrow::{
        array::{Date32Array, RecordBatch, StringArray},
        datatypes::{DataType, Field, Schema},
    },
};
use argosy_kernel::{Day, Grain, Period};

use crate::{
    answer::PeriodExcluded,
    dimension::Source,
    fetch::Gathered,
    frame::Frame,
    question::AskError,
    rows::{Texts, day_number},
};

/// Rows of one table that tell the same days: store, market, part (level or ad product), days.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Told {
    pub store: String,
    pub market: String,
    pub part: String,
    pub from: Day,
    pub to: Day,
}

/// What was decided.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Choice {
    pub counted: Vec<Told>,
    pub outside: Vec<Told>,
    pub overlapping: Vec<Told>,
    /// Rows of the other traffic level: left out on purpose, and told by the chosen one.
    pub other_level: usize,
}

impl Choice {
    fn is_everything(&self) -> bool {
        self.outside.is_empty() && self.overlapping.is_empty() && self.other_level == 0
    }
}

/// The column that tells apart rows which may tell the same days without telling the same things.
fn part_of(source: Source) -> &'static str {
    if source == Source::Traffic { "level" } else { "ad_product" }
}

/// Looks which periods there are, decides, and registers the table `spans` when rows must be left
/// out. Gives the name of the part column in that case.
pub(crate) async fn choose(
    frame: &Frame<'_>,
    source: Source,
    grain: Option<Grain>,
    period: Period,
    gathered: &mut Gathered,
) -> Result<Option<&'static str>, AskError> {
    let part = part_of(source);
    let sql = format!(
        "SELECT f.\"store\", coalesce(f.\"market\", '') AS market, coalesce(f.\"{part}\", '') AS part, \
         f.\"day\", f.\"day_to\"\nFROM {} f\nWHERE f.\"day\" <= DATE '{}' AND f.\"day_to\" >= DATE '{}'\n\
         GROUP BY 1, 2, 3, 4, 5",
        source.table(),
        period.to,
        period.from
    );
    let mut told = Vec::new();
    for batch in frame.session.query(&sql).await? {
        let columns = (0..5).map(|at| Texts::of(&batch, at)).collect::<Result<Vec<_>, _>>()?;
        for row in 0..batch.num_rows() {
            let text = |at: usize| columns[at].at(row).unwrap_or_default();
            let day = |at: usize| columns[at].at(row).and_then(|day| day.parse().ok());
            if let (Some(from), Some(to)) = (day(3), day(4)) {
                told.push(Told { store: text(0), market: text(1), part: text(2), from, to });
            }
        }
    }
    let level = (source == Source::Traffic).then(|| frame.asks_listings());
    let choice = decide(told, level, grain, period);
    for (told, reason) in [(&choice.outside, "outside"), (&choice.overlapping, "overlaps")] {
        gathered.periods_excluded.extend(told.iter().map(|told| PeriodExcluded {
            table: source.table(),
            store: told.store.clone(),
            market: (!told.market.is_empty()).then(|| told.market.clone()),
            from: told.from,
            to: told.to,
            reason,
        }));
    }
    if choice.is_everything() {
        return Ok(None);
    }
    frame.session.register("spans", vec![table(&choice.counted)?])?;
    Ok(Some(part))
}

/// Decides which periods count. `listings` is given for traffic: whether the listing level is asked.
pub(crate) fn decide(
    mut told: Vec<Told>,
    listings: Option<bool>,
    grain: Option<Grain>,
    period: Period,
) -> Choice {
    told.sort();
    told.dedup();
    let mut choice = Choice::default();
    let is_inside = |told: &Told| {
        let in_one_row = grain.is_none_or(|grain| grain.start(told.from) == grain.start(told.to));
        told.from >= period.from && told.to <= period.to && in_one_row
    };
    let mut groups: BTreeMap<(String, String), Vec<Told>> = BTreeMap::new();
    for told in told {
        groups.entry((told.store.clone(), told.market.clone())).or_default().push(told);
    }
    for (_, group) in groups {
        let wanted = listings.map(|listings| {
            let has_market = group.iter().any(|told| told.part == "market" && is_inside(told));
            if listings || !has_market { "listing" } else { "market" }
        });
        let before = group.len();
        let of_level: Vec<Told> = group
            .into_iter()
            .filter(|told| wanted.is_none_or(|level| told.part == level))
            .collect();
        choice.other_level += before - of_level.len();
        let mut by_part: BTreeMap<String, Vec<Told>> = BTreeMap::new();
        for told in of_level {
            if is_inside(&told) {
                by_part.entry(told.part.clone()).or_default().push(told);
            } else {
                choice.outside.push(told);
            }
        }
        for (_, part) in by_part {
            let (counted, overlapping) = most_days(part);
            choice.counted.extend(counted);
            choice.overlapping.extend(overlapping);
        }
    }
    choice
}

/// The spans without overlap that tell the most days (of equals, the most spans), and the rest.
fn most_days(mut told: Vec<Told>) -> (Vec<Told>, Vec<Told>) {
    told.sort_by_key(|told| (told.to, told.from));
    // best[n]: days and spans told by the first n, with the choice that leads there.
    let mut best: Vec<(i64, usize)> = vec![(0, 0)];
    let mut taken: Vec<Option<usize>> = vec![None];
    for (at, span) in told.iter().enumerate() {
        let before = told.partition_point(|other| other.to < span.from).min(at);
        let days = (span.to - span.from).num_days() + 1;
        let with = (best[before].0 + days, best[before].1 + 1);
        let take = with > best[at];
        best.push(if take { with } else { best[at] });
        taken.push(take.then_some(before));
    }
    let mut is_counted = vec![false; told.len()];
    let mut at = told.len();
    while at > 0 {
        match taken[at] {
            Some(before) => {
                is_counted[at - 1] = true;
                at = before;
            }
            None => at -= 1,
        }
    }
    let mut keep = is_counted.into_iter();
    told.into_iter().partition(|_| keep.next().unwrap_or(false))
}

fn table(told: &[Told]) -> Result<RecordBatch, FactsError> {
    let text = |of: fn(&Told) -> &str| Arc::new(StringArray::from_iter_values(told.iter().map(of)));
    let day = |of: fn(&Told) -> Day| {
        Arc::new(Date32Array::from_iter_values(told.iter().map(|told| day_number(of(told)))))
    };
    let texts = |name: &str| Field::new(name, DataType::Utf8, false);
    let days = |name: &str| Field::new(name, DataType::Date32, false);
    let schema = Schema::new(vec![
        texts("store"),
        texts("market"),
        texts("part"),
        days("day"),
        days("day_to"),
    ]);
    Ok(RecordBatch::try_new(
        Arc::new(schema),
        vec![
            text(|told| &told.store),
            text(|told| &told.market),
            text(|told| &told.part),
            day(|told| told.from),
            day(|told| told.to),
        ],
    )?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(part: &str, from: &str, to: &str) -> Told {
        Told {
            store: "us".into(),
            market: "US".into(),
            part: part.into(),
            from: from.parse().unwrap(),
            to: to.parse().unwrap(),
        }
    }

    fn june() -> Period {
        Period::new("2026-06-01".parse().unwrap(), "2026-06-30".parse().unwrap()).unwrap()
    }

    #[test]
    fn a_month_and_its_weeks_are_not_counted_twice() {
        let month = told("SP", "2026-06-01", "2026-06-30");
        let week = told("SP", "2026-06-08", "2026-06-14");
        let choice = decide(vec![month.clone(), week.clone()], None, None, june());
        assert_eq!((choice.counted, choice.overlapping), (vec![month], vec![week]));
    }

    #[test]
    fn days_are_preferred_to_the_month_that_tells_the_same() {
        let days: Vec<Told> = (1..=30)
            .map(|day| {
                let day = format!("2026-06-{day:02}");
                told("SP", &day, &day)
            })
            .collect();
        let mut all = days.clone();
        all.push(told("SP", "2026-06-01", "2026-06-30"));
        assert_eq!(decide(all, None, None, june()).counted, days);
    }

    #[test]
    fn a_period_that_reaches_past_the_asked_days_is_left_out_and_said() {
        let choice = decide(vec![told("SP", "2026-05-25", "2026-06-07")], None, None, june());
        assert_eq!((choice.counted.len(), choice.outside.len()), (0, 1));
        let month = vec![told("SP", "2026-06-01", "2026-06-30")];
        assert_eq!(decide(month, None, Some(Grain::Day), june()).outside.len(), 1);
    }

    #[test]
    fn market_and_listing_traffic_are_never_added() {
        let both = vec![
            told("listing", "2026-06-01", "2026-06-30"),
            told("market", "2026-06-01", "2026-06-30"),
        ];
        let level =
            |listings| decide(both.clone(), Some(listings), None, june()).counted[0].part.clone();
        assert_eq!((level(false).as_str(), level(true).as_str()), ("market", "listing"));
    }
}
