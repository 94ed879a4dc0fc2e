//! Whether the books are complete: which days each report of each store covers, and what is wrong
//! with that – missing, stale, overlapping, restated days.
//!
//! What a file covers is told by its facts and by the period it was given. Reports that take a
//! snapshot cover its day only; the others cover every day from their first to their last, since a
//! day without a sale gives no row.

mod spans;

use std::collections::{BTreeMap, BTreeSet};

use argosy_facts::Session;
use argosy_kernel::{Day, Table};
use serde::Serialize;

use self::spans::{Covered, cadence, gaps, layers};
use crate::{question::AskError, reports::ReportTraits, rows::Texts, view};

/// An import as far as coverage goes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HealthImport {
    pub id: i64,
    pub store: String,
    /// Id without version.
    pub definition: String,
    /// The first 16 digits of the file's hash, as facts carry it.
    pub raw: String,
    /// The days it was said to cover.
    pub period: Option<(Day, Day)>,
    /// Rows of earlier imports that it took the place of.
    pub replaced_rows: u64,
}

/// Days of one kind.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct CoveredSpan {
    pub from: Day,
    pub to: Day,
    pub state: CoverState,
    pub imports: Vec<i64>,
}

/// How well days are covered.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CoverState {
    Once,
    /// Several files tell the same days, each its part.
    Overlapping,
    /// A later file changed what an earlier one said.
    Restated,
    /// The money of these days may still change.
    Provisional,
}

/// Days without any file.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct DaySpan {
    pub from: Day,
    pub to: Day,
}

/// What is to be said of a report first.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportState {
    Ok,
    Missing,
    Stale,
    /// The store brought nothing for months: it is closed, and its books end here.
    Ended,
    Overlapping,
    Restated,
}

/// One report of one store.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ReportHealth {
    pub store: String,
    pub channel: String,
    pub definition: String,
    /// The table that tells its days.
    pub table: &'static str,
    /// Days between one file and the next, when there are enough files to tell.
    pub cadence_days: Option<i64>,
    pub first_day: Day,
    pub last_day: Day,
    pub covered: Vec<CoveredSpan>,
    pub missing: Vec<DaySpan>,
    /// Days since the last told one, when that is more than twice the usual; up to the store's last
    /// day where the store has ended.
    pub stale_days: Option<i64>,
    pub state: ReportState,
}

/// Which days and stores.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct HealthQuestion {
    pub from: Option<Day>,
    pub to: Option<Day>,
    pub store: Vec<String>,
    pub channel: Vec<String>,
}

/// What one file tells of one report.
#[derive(Clone, Debug)]
struct FileDays {
    channel: String,
    tables: BTreeMap<Table, (Day, Day, BTreeSet<Day>)>,
    /// Days with money that may still change.
    provisional: Option<(Day, Day)>,
}

/// The days that every file of every report tells: read from the facts once, good for any question.
#[derive(Clone, Debug, Default)]
pub struct ToldDays {
    files: BTreeMap<Key, FileDays>,
}

type Key = (String, String, String);

/// A store that brought no file for so many days is closed.
const CLOSED_DAYS: i64 = 92;
/// Tables whose rows are pictures of one day.
const SNAPSHOTS: [Table; 2] = [Table::Stock, Table::Listings];
/// Of several tables that a report feeds, the first of these tells its days.
const TELLING: [Table; 15] = [
    Table::Ledger,
    Table::Orders,
    Table::Ads,
    Table::Traffic,
    Table::Details,
    Table::Movements,
    Table::Search,
    Table::Measures,
    Table::Reviews,
    Table::Events,
    Table::Bank,
    Table::Changes,
    Table::Stock,
    Table::Listings,
    Table::Controls,
];

/// Reads the days that the files of a session tell.
///
/// # Errors
/// [`AskError::Facts`].
pub async fn told_days(session: &Session) -> Result<ToldDays, AskError> {
    view::restore(session)?;
    let mut files = BTreeMap::new();
    for table in Table::ALL {
        read(session, table, &mut files).await?;
    }
    Ok(ToldDays { files })
}

/// One report of one store, before it is judged.
struct Laid {
    store: String,
    definition: String,
    channel: String,
    table: Table,
    rank: i32,
    covered: Vec<Covered>,
}

impl Laid {
    fn last(&self) -> Option<Day> {
        self.covered.iter().map(|one| one.to).max()
    }

    /// Whether it tells the same money as `other`, and counts before it.
    fn goes_before(&self, other: &Self) -> bool {
        (self.table, other.table) == (Table::Ledger, Table::Ledger)
            && self.store == other.store
            && self.channel == other.channel
            && self.rank > other.rank
    }
}

/// The health of every report of every store.
pub fn reports(
    told: &ToldDays,
    imports: &[HealthImport],
    known: &BTreeMap<String, ReportTraits>,
    question: &HealthQuestion,
    today: Day,
) -> Vec<ReportHealth> {
    let mut by_report: BTreeMap<(&String, &String), Vec<(&String, &FileDays)>> = BTreeMap::new();
    for ((store, definition, raw), days) in &told.files {
        by_report.entry((store, definition)).or_default().push((raw, days));
    }
    let mut all: Vec<Laid> = Vec::new();
    for ((store, definition), files) in by_report {
        let Some(channel) = files.first().map(|(_, days)| days.channel.clone()) else { continue };
        let Some(table) = TELLING
            .into_iter()
            .find(|table| files.iter().any(|(_, days)| days.tables.contains_key(table)))
        else {
            continue;
        };
        let told = Told { store, definition, table, imports };
        let covered = files.iter().flat_map(|(raw, days)| told.covered(raw, days)).collect();
        let rank = known.get(definition).map_or(0, |report| report.rank);
        let (store, definition) = (store.clone(), definition.clone());
        all.push(Laid { store, definition, channel, table, rank, covered });
    }
    let wanted = |list: &[String], value: &String| list.is_empty() || list.contains(value);
    let asked = all.iter().filter(|one| {
        wanted(&question.store, &one.store) && wanted(&question.channel, &one.channel)
    });
    asked.filter_map(|one| report(one, &all, question, today)).collect()
}

struct Told<'a> {
    store: &'a str,
    definition: &'a str,
    table: Table,
    imports: &'a [HealthImport],
}

impl Told<'_> {
    /// The days that one file covers, each stretch with the import it came with.
    fn covered(&self, raw: &str, days: &FileDays) -> Vec<Covered> {
        let of_file = self.imports.iter().filter(|import| {
            import.store == self.store && import.definition == self.definition && import.raw == raw
        });
        let import = of_file.max_by_key(|import| import.id);
        let restated = import.is_some_and(|import| import.replaced_rows > 0);
        let id = import.map(|import| import.id);
        let Some((from, to, single)) = days.tables.get(&self.table) else { return Vec::new() };
        let open = days.provisional;
        let stretch = |from: Day, to: Day| Covered { from, to, import: id, restated, open };
        if SNAPSHOTS.contains(&self.table) {
            return single.iter().map(|day| stretch(*day, *day)).collect();
        }
        let period = import.and_then(|import| import.period);
        let from = period.map_or(*from, |period| period.0.min(*from));
        let to = period.map_or(*to, |period| period.1.max(*to));
        vec![stretch(from, to)]
    }
}

fn report(
    laid: &Laid,
    all: &[Laid],
    question: &HealthQuestion,
    today: Day,
) -> Option<ReportHealth> {
    let covered = &laid.covered;
    let first = covered.iter().map(|one| one.from).min()?;
    let last = laid.last()?;
    let snapshot = SNAPSHOTS.contains(&laid.table);
    let rhythm = cadence(covered, snapshot);
    let allowed = if snapshot { rhythm.unwrap_or(1).max(1) } else { 0 };
    let from = question.from.unwrap_or(first);
    // A report that is still expected lacks the days up to now, or up to the end that was asked.
    let to = question.to.unwrap_or(last).max(from);
    // Rows that a better report tells are left out of this one: its days are not missing.
    let better = all.iter().filter(|other| other.goes_before(laid));
    let elsewhere: Vec<&Covered> = better.flat_map(|other| &other.covered).collect();
    let told: Vec<&Covered> = covered.iter().chain(elsewhere.iter().copied()).collect();
    let missing = gaps(&told, first.max(from), last.min(to), allowed);
    let spans: Vec<CoveredSpan> =
        layers(covered).into_iter().filter(|span| span.to >= from && span.from <= to).collect();
    let of_store = all.iter().filter(|other| other.store == laid.store);
    let store_last = of_store.filter_map(Laid::last).max().unwrap_or(last);
    let is_closed = (today - store_last).num_days() > CLOSED_DAYS;
    let told_last = told.iter().map(|one| one.to).max().unwrap_or(last);
    let silent = (if is_closed { store_last } else { today } - told_last).num_days();
    let usual = rhythm.map(|days| (2 * days).max(3));
    let stale_days = usual.filter(|usual| silent > *usual).map(|_| silent);
    let any = |state| spans.iter().any(|span| span.state == state);
    let state = if !missing.is_empty() {
        ReportState::Missing
    } else if stale_days.is_some() {
        ReportState::Stale
    } else if is_closed {
        ReportState::Ended
    } else if any(CoverState::Overlapping) {
        ReportState::Overlapping
    } else if any(CoverState::Restated) {
        ReportState::Restated
    } else {
        ReportState::Ok
    };
    Some(ReportHealth {
        store: laid.store.clone(),
        channel: laid.channel.clone(),
        definition: laid.definition.clone(),
        table: laid.table.name(),
        cadence_days: rhythm,
        first_day: first,
        last_day: last,
        covered: spans,
        missing,
        stale_days,
        state,
    })
}

/// Reads which days each file tells in one table: one row per file, or per file and day where each
/// day is a picture of its own.
async fn read(
    session: &Session,
    table: Table,
    files: &mut BTreeMap<Key, FileDays>,
) -> Result<(), AskError> {
    let has_end = argosy_facts::schema::schema(table).column_with_name("day_to").is_some();
    let end = if has_end { "\"day_to\"" } else { "\"day\"" };
    let open = match table {
        Table::Ledger => {
            "min(CASE WHEN \"provisional\" THEN \"day\" END), \
             max(CASE WHEN \"provisional\" THEN \"day\" END)"
        }
        _ => "NULL AS open_from, NULL AS open_to",
    };
    let by_day = if SNAPSHOTS.contains(&table) { ", \"day\"" } else { "" };
    let sql = format!(
        "SELECT \"store\", \"definition\", \"raw\", min(\"channel\"), min(\"day\"), max({end}), \
         {open}\nFROM {}\nGROUP BY \"store\", \"definition\", \"raw\"{by_day}",
        table.name()
    );
    for batch in session.query(&sql).await? {
        let texts = (0..8).map(|at| Texts::of(&batch, at)).collect::<Result<Vec<_>, _>>()?;
        for row in 0..batch.num_rows() {
            let text = |at: usize| texts[at].at(row).unwrap_or_default();
            let day = |at: usize| texts[at].at(row).and_then(|day| day.parse::<Day>().ok());
            let Some((first, last)) = day(4).zip(day(5)) else { continue };
            let mut id = text(1);
            id.truncate(id.find('@').unwrap_or(id.len()));
            let file = files.entry((text(0), id, text(2))).or_insert_with(|| FileDays {
                channel: text(3),
                tables: BTreeMap::new(),
                provisional: None,
            });
            let days = file.tables.entry(table).or_insert((first, last, BTreeSet::new()));
            days.0 = days.0.min(first);
            days.1 = days.1.max(last);
            days.2.insert(first);
            if let Some((from, to)) = day(6).zip(day(7)) {
                let open = file.provisional.get_or_insert((from, to));
                *open = (open.0.min(from), open.1.max(to));
            }
        }
    }
    Ok(())
}
