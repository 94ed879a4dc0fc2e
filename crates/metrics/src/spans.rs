//! Which rows of reports that tell periods count, so that nothing is told twice.
//!
//! Two things may tell the same clicks or visits twice. Some reports tell single days, others a
//! whole week or month in one row: a row counts only when all its days lie inside the asked days
//! (and inside one row of the answer); of rows that overlap, those are taken that tell the most
//! days, of equals the finest. And advertising, traffic and search are told once per *level*
//! (campaign, target, search term …): levels are never added. For every store, channel, market,
//! advertising product and day one level answers – the most complete of those that say what is
//! asked. The decision is made over groups of rows with the same key, never over the rows.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

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
    dimension::{Dimension, Source},
    fetch::Gathered,
    frame::Frame,
    plan,
    question::AskError,
    rows::{Texts, day_number},
};

/// Rows of one table that tell the same days at the same level.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Told {
    pub store: String,
    pub channel: String,
    pub market: String,
    /// What is told apart without being told twice: the advertising product, the kind of detail.
    pub part: String,
    /// Empty for tables that have no levels.
    pub level: String,
    pub from: Day,
    pub to: Day,
    /// Whether the rows say the dimensions that are asked.
    pub says: bool,
}

impl Told {
    pub(crate) fn days(&self) -> impl Iterator<Item = Day> {
        Period::new(self.from, self.to).into_iter().flat_map(Period::each_day)
    }
}

/// What was decided.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Choice {
    pub counted: Vec<Told>,
    pub outside: Vec<Told>,
    pub overlapping: Vec<Told>,
    /// Rows of other levels: left out on purpose, and told by the chosen one.
    pub other_level: Vec<Told>,
}

impl Choice {
    fn is_everything(&self) -> bool {
        self.outside.is_empty() && self.overlapping.is_empty() && self.other_level.is_empty()
    }

    /// The one level that answers, when it does so with all of its rows.
    fn single_level(&self) -> Option<&str> {
        let level = &self.counted.first()?.level;
        let is_level = |told: &Told| told.level == *level;
        let left = [&self.outside, &self.overlapping, &self.other_level];
        let is_whole =
            self.counted.iter().all(is_level) && !left.into_iter().flatten().any(is_level);
        (is_whole && !level.is_empty()).then_some(level)
    }
}

/// Which rows of a table a query may count.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Counted {
    /// Those of one level.
    Level(String),
    /// Those whose key is in the table `spans`.
    Table,
}

/// Looks which rows there are, decides, and registers the table `spans` when single rows must be
/// left out. `None` when all rows count.
pub(crate) async fn choose(
    frame: &Frame<'_>,
    source: Source,
    by: &[Dimension],
    period: Period,
    gathered: &mut Gathered,
) -> Result<Option<Counted>, AskError> {
    let told = told(frame, source, by, period).await?;
    let (levels, asks_listings) = (frame.engine.levels(), frame.asks_listings());
    let choice = decide(
        told,
        &|level| levels.rank(source, level, asks_listings),
        // A visit of a market is of no listing; ad spend of a campaign is of its unnamed products.
        source != Source::Traffic,
        source == Source::Ads,
        Frame::grain(by),
        period,
    );
    note(&choice, source, gathered);
    if choice.is_everything() {
        return Ok(None);
    }
    if let Some(level) = choice.single_level() {
        return Ok(Some(Counted::Level(level.to_owned())));
    }
    frame.session.register("spans", vec![table(&choice.counted)?])?;
    Ok(Some(Counted::Table))
}

/// The keys there are in the asked days.
async fn told(
    frame: &Frame<'_>,
    source: Source,
    by: &[Dimension],
    period: Period,
) -> Result<Vec<Told>, AskError> {
    let asked: Vec<Dimension> = by
        .iter()
        .copied()
        .chain(frame.condition_dimensions())
        .filter(|dimension| dimension.is_fine() || dimension.is_of_level())
        .collect();
    let columns: BTreeSet<&str> = asked
        .iter()
        .flat_map(|dimension| plan::plain_columns(*dimension, source))
        .copied()
        .filter(|column| *column != "store")
        .collect();
    let says: Vec<String> =
        columns.iter().map(|column| format!("count(f.\"{column}\") > 0")).collect();
    let levels = frame.engine.levels();
    let says = if says.is_empty() { "TRUE".to_owned() } else { says.join(" AND ") };
    let sql = format!(
        "SELECT f.\"store\", f.\"channel\", coalesce(f.\"market\", '') AS market, {} AS part, \
         {} AS level, f.\"day\", f.\"day_to\", {says} AS says\nFROM {} f\n\
         WHERE f.\"day\" <= DATE '{}' AND f.\"day_to\" >= DATE '{}'\n\
         GROUP BY 1, 2, 3, 4, 5, 6, 7",
        levels.part_sql(source),
        levels.level_sql(source),
        source.table(),
        period.to,
        period.from
    );
    let kept = frame.engine.keys_told();
    if let Some(told) = kept.get(frame.session.facts_id(), &sql) {
        return Ok(told);
    }
    let only_listings = asked.iter().all(|dimension| dimension.is_listing());
    let mut told = Vec::new();
    for batch in frame.session.query(&sql).await? {
        let columns = (0..8).map(|at| Texts::of(&batch, at)).collect::<Result<Vec<_>, _>>()?;
        for row in 0..batch.num_rows() {
            let text = |at: usize| columns[at].at(row).unwrap_or_default();
            let day = |at: usize| columns[at].at(row).and_then(|day| day.parse().ok());
            let (Some(from), Some(to)) = (day(5), day(6)) else { continue };
            let level = text(4);
            let is_listing =
                source == Source::Traffic && levels.is_listing(source, &level) && only_listings;
            let says = is_listing || text(7) == "true";
            let (store, channel, market, part) = (text(0), text(1), text(2), text(3));
            told.push(Told { store, channel, market, part, level, from, to, says });
        }
    }
    kept.put(frame.session.facts_id(), sql, told.clone());
    Ok(told)
}

/// What was told by the facts last asked about: a page asks many questions about the same days, and
/// finding their keys reads every row of them.
#[derive(Clone, Default)]
pub(crate) struct KeysTold(Arc<Mutex<KeysOfFacts>>);

/// The facts, and by question what they told.
type KeysOfFacts = (u64, HashMap<String, Vec<Told>>);

/// Questions about the same facts that are remembered.
const QUESTIONS_KEPT: usize = 64;

impl KeysTold {
    fn get(&self, facts: u64, sql: &str) -> Option<Vec<Told>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (kept.0 == facts).then(|| kept.1.get(sql).cloned())?
    }

    fn put(&self, facts: u64, sql: String, told: Vec<Told>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.0 != facts || kept.1.len() >= QUESTIONS_KEPT {
            *kept = (facts, HashMap::new());
        }
        kept.1.insert(sql, told);
    }
}

impl fmt::Debug for KeysTold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeysTold")
    }
}

fn note(choice: &Choice, source: Source, gathered: &mut Gathered) {
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
    for told in choice.counted.iter().filter(|told| !told.level.is_empty()) {
        let days = gathered.levels.entry((source.table(), told.level.clone())).or_default();
        days.extend(told.days());
    }
}

/// Decides which keys count. `rank` orders the levels; with `fallback` days that no level says what
/// is asked about are answered by one that does not, so that the whole stays whole. With
/// `unsaid_is_any` rows that name no part may be of any: then one level answers for all parts.
#[expect(clippy::too_many_arguments, reason = "each is one rule of the decision")]
pub(crate) fn decide(
    mut told: Vec<Told>,
    rank: &dyn Fn(&str) -> usize,
    fallback: bool,
    unsaid_is_any: bool,
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
    let place = |told: &Told| [&told.store, &told.channel, &told.market].map(Clone::clone);
    let unsaid: BTreeSet<[String; 3]> =
        told.iter().filter(|told| unsaid_is_any && told.part.is_empty()).map(place).collect();
    let mut groups: BTreeMap<([String; 3], String), Vec<Told>> = BTreeMap::new();
    for told in told {
        let place = place(&told);
        let part = if unsaid.contains(&place) { String::new() } else { told.part.clone() };
        groups.entry((place, part)).or_default().push(told);
    }
    for (_, group) in groups {
        let (inside, outside): (Vec<Told>, Vec<Told>) = group.into_iter().partition(is_inside);
        let mut by_level: BTreeMap<(bool, usize, bool, String), Vec<Told>> = BTreeMap::new();
        for told in inside {
            let key = (!told.says, rank(&told.level), told.part.is_empty(), told.level.clone());
            by_level.entry(key).or_default().push(told);
        }
        let mut covered: BTreeSet<Day> = BTreeSet::new();
        for ((is_silent, ..), of_level) in by_level {
            if is_silent && !fallback {
                choice.other_level.extend(of_level);
                continue;
            }
            let is_told = |told: &Told| covered.range(told.from..=told.to).next().is_some();
            let (taken, free): (Vec<Told>, Vec<Told>) = of_level.into_iter().partition(is_told);
            choice.other_level.extend(taken);
            let mut parts: BTreeMap<String, Vec<Told>> = BTreeMap::new();
            for told in free {
                parts.entry(told.part.clone()).or_default().push(told);
            }
            for of_part in parts.into_values() {
                let (counted, overlapping) = most_days(of_part, |told| (told.from, told.to));
                covered.extend(counted.iter().flat_map(Told::days));
                choice.counted.extend(counted);
                choice.overlapping.extend(overlapping);
            }
        }
        // A period that reaches outside is missed only where nothing else tells its days.
        let mut outside = outside;
        outside.sort_by_key(|told| (!told.says, rank(&told.level)));
        for told in outside {
            let here = |day: &Day| (period.from..=period.to).contains(day);
            if told.days().filter(here).any(|day| !covered.contains(&day)) {
                covered.extend(told.days());
                choice.outside.push(told);
            } else {
                choice.other_level.push(told);
            }
        }
    }
    choice
}

/// The spans without overlap that tell the most days (of equals, the most spans), and the rest.
fn most_days<T>(mut told: Vec<T>, days: impl Fn(&T) -> (Day, Day)) -> (Vec<T>, Vec<T>) {
    told.sort_by_key(|told| (days(told).1, days(told).0));
    // best[n]: days and spans told by the first n, with the choice that leads there.
    let mut best: Vec<(i64, usize)> = vec![(0, 0)];
    let mut taken: Vec<Option<usize>> = vec![None];
    for (at, span) in told.iter().enumerate() {
        let (from, to) = days(span);
        let before = told.partition_point(|other| days(other).1 < from).min(at);
        let with = (best[before].0 + (to - from).num_days() + 1, best[before].1 + 1);
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
    let texts = ["store", "channel", "market", "part", "level"];
    let fields: Vec<Field> = texts
        .into_iter()
        .map(|name| Field::new(name, DataType::Utf8, false))
        .chain(["day", "day_to"].map(|name| Field::new(name, DataType::Date32, false)))
        .collect();
    Ok(RecordBatch::try_new(
        Arc::new(Schema::new(fields)),
        vec![
            text(|told| &told.store),
            text(|told| &told.channel),
            text(|told| &told.market),
            text(|told| &told.part),
            text(|told| &told.level),
            day(|told| told.from),
            day(|told| told.to),
        ],
    )?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::levels;

    fn told(level: &str, from: &str, to: &str) -> Told {
        Told {
            store: "us".into(),
            channel: "amazon".into(),
            market: "US".into(),
            part: "SP".into(),
            level: level.into(),
            from: from.parse().unwrap(),
            to: to.parse().unwrap(),
            says: true,
        }
    }

    fn june() -> Period {
        Period::new("2026-06-01".parse().unwrap(), "2026-06-30".parse().unwrap()).unwrap()
    }

    fn ads(told: Vec<Told>, grain: Option<Grain>) -> Choice {
        let levels = levels::built_in();
        decide(told, &|level| levels.rank(Source::Ads, level, false), true, true, grain, june())
    }

    fn days(level: &str, days: std::ops::RangeInclusive<u32>) -> Vec<Told> {
        days.map(|day| format!("2026-06-{day:02}")).map(|day| told(level, &day, &day)).collect()
    }

    #[test]
    fn a_month_and_its_weeks_are_not_counted_twice() {
        let month = told("campaign", "2026-06-01", "2026-06-30");
        let week = told("campaign", "2026-06-08", "2026-06-14");
        let choice = ads(vec![month.clone(), week.clone()], None);
        assert_eq!((choice.counted, choice.overlapping), (vec![month], vec![week]));
    }

    #[test]
    fn days_are_preferred_to_the_month_that_tells_the_same() {
        let days = days("campaign", 1..=30);
        let mut all = days.clone();
        all.push(told("campaign", "2026-06-01", "2026-06-30"));
        assert_eq!(ads(all, None).counted, days);
    }

    #[test]
    fn a_period_that_reaches_past_the_asked_days_is_left_out_and_said() {
        let choice = ads(vec![told("campaign", "2026-05-25", "2026-06-07")], None);
        assert_eq!((choice.counted.len(), choice.outside.len()), (0, 1));
        let month = vec![told("campaign", "2026-06-01", "2026-06-30")];
        assert_eq!(ads(month, Some(Grain::Day)).outside.len(), 1);
    }

    #[test]
    fn clicks_told_by_campaign_and_by_search_term_count_once() {
        let mut all = days("campaign", 1..=30);
        all.extend(days("search_term", 1..=30));
        let choice = ads(all, None);
        assert_eq!((choice.counted.len(), choice.other_level.len()), (30, 30));
        assert_eq!(choice.single_level(), Some("campaign"));
    }

    #[test]
    fn days_without_a_campaign_report_are_told_by_the_next_level() {
        let mut all = days("campaign", 1..=10);
        all.extend(days("search_term", 1..=30));
        let choice = ads(all, None);
        let of = |level: &str| choice.counted.iter().filter(|told| told.level == level).count();
        assert_eq!((of("campaign"), of("search_term"), choice.other_level.len()), (10, 20, 10));
        assert_eq!(choice.single_level(), None);
    }

    #[test]
    fn a_level_that_does_not_say_what_is_asked_answers_only_where_no_other_does() {
        let mut all = days("search_term", 1..=10);
        all.extend(days("campaign", 1..=30).into_iter().map(|told| Told { says: false, ..told }));
        let choice = ads(all, None);
        let of = |level: &str| choice.counted.iter().filter(|told| told.level == level).count();
        assert_eq!((of("search_term"), of("campaign")), (10, 20));
    }

    #[test]
    fn a_report_that_names_no_ad_product_is_not_added_to_one_that_does() {
        let unsaid = |told: Told| Told { part: String::new(), ..told };
        let mut all: Vec<Told> = days("search_term", 1..=10).into_iter().map(unsaid).collect();
        all.extend(days("campaign", 1..=8));
        all.extend(
            days("campaign", 1..=8).into_iter().map(|told| Told { part: "SB".into(), ..told }),
        );
        let choice = ads(all, None);
        let of = |level: &str| choice.counted.iter().filter(|told| told.level == level).count();
        assert_eq!((of("campaign"), of("search_term")), (16, 2));
    }

    #[test]
    fn market_and_listing_traffic_are_never_added() {
        let both = |says_listing: bool| {
            let listing = told("listing", "2026-06-01", "2026-06-30");
            let market = told("market", "2026-06-01", "2026-06-30");
            let told = vec![listing, Told { says: !says_listing, ..market }];
            let levels = levels::built_in();
            let rank = |level: &str| levels.rank(Source::Traffic, level, says_listing);
            decide(told, &rank, false, false, None, june())
        };
        assert_eq!(both(false).counted[0].level, "market");
        assert_eq!(both(true).counted[0].level, "listing");
        assert_eq!((both(false).counted.len(), both(true).counted.len()), (1, 1));
    }
}
