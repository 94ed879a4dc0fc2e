//! Ad cost from either the settlement or the ad report, never both.
//!
//! For a store, channel and month, the ledger's own ad charges count where there are any. Where
//! there are none, the cost of the ad report counts: provisional, since the channel has not charged
//! it yet. A row that tells days of several months is cut at the ends of months, by days. Which of
//! the two it was is told in the notes.

use std::{
    collections::{BTreeMap, BTreeSet},
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
};

use argosy_facts::{
    FactsError, Session,
    arrow::{
        array::{Date32Array, Int64Array, RecordBatch, StringArray},
        datatypes::{DataType, Field, Schema},
    },
    schema::schema,
};
use argosy_kernel::{Day, Grain, Period, Table};
use serde::{Deserialize, Serialize};

use super::weights::whole_months;
use crate::{
    chart::Stage,
    desk_data::DeskData,
    dimension::Source,
    engine::Engine,
    expression::quoted,
    question::AskError,
    rows::{Texts, day_number},
    spans::{self, Told},
    view::{booked_line, imported},
};

/// Where ad cost is taken from.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AdCostSource {
    /// The settlement where it has any for the store and month, otherwise the ad report.
    #[default]
    Auto,
    /// Only what was charged.
    Settlement,
    /// The ad report where there is one; what was charged for its months is taken out.
    Report,
}

/// Which source told the ad cost of a store and month.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
pub struct AdCostNote {
    pub store: String,
    pub channel: String,
    pub month: Day,
    /// `settlement` or `report`.
    pub source: &'static str,
    /// The levels of the ad reports that were counted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub levels: Vec<String>,
}

/// The tables of what is counted from the ad reports: rows that count whole, and parts of rows.
const COUNTED: &str = "ad_cost_counted";
const CUT: &str = "ad_cost_cut";
/// The table of months whose charges are taken out.
const REPLACED: &str = "ad_cost_replaced";

/// The channel of the company's own expenses: advertising typed in there is never in a report.
const OWN: &str = "argosy";

/// Store, channel, month.
type Month = (String, String, Day);

/// The days of one month in rows of an ad report.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Part {
    told: Told,
    days: Period,
}

/// What was decided.
#[derive(Debug, Default)]
pub(crate) struct Choice {
    /// Rows that count whole.
    counted: Vec<Part>,
    /// Parts of rows of which other parts do not count, or in another month.
    cut: Vec<Part>,
    replaced: BTreeSet<Month>,
    notes: BTreeSet<AdCostNote>,
}

/// The rows of ad reports that stand in for charges, as SELECTs with the ledger's columns.
pub(crate) async fn rows(
    engine: &Engine,
    session: &Session,
    desk: &DeskData,
) -> Result<Vec<String>, AskError> {
    if desk.ad_cost == AdCostSource::Settlement {
        return Ok(Vec::new());
    }
    let choice = choose(engine, session, desk).await?;
    let mut selects = Vec::new();
    for (name, parts) in [(COUNTED, &choice.counted), (CUT, &choice.cut)] {
        if !parts.is_empty() {
            session.register(name, vec![parts_table(parts)?])?;
            selects.push(counted_sql(engine, name, parts));
        }
    }
    if !choice.replaced.is_empty() {
        session.register(REPLACED, vec![replaced_table(&choice.replaced)?])?;
        selects.push(replaced_sql(engine, session, desk)?);
    }
    Ok(selects)
}

fn counted_sql(engine: &Engine, table: &str, parts: &[Part]) -> String {
    // A row that counts whole stands on its own last day, which the engine finds in the files.
    let (day, amount) = match table {
        CUT => {
            // What the days before cost is taken off: so the parts of a row are the row to the last
            // digit.
            let until = |days: &str| {
                format!("CAST(f.\"cost\" * c.\"{days}\" / c.\"days\" AS DECIMAL(20, 6))")
            };
            ("c.\"on_day\"", format!("{} - {}", until("days_before"), until("days_until")))
        }
        _ => ("f.\"day_to\"", "-f.\"cost\"".to_owned()),
    };
    format!(
        "SELECT f.\"store\", f.\"channel\", f.\"market\", {day} AS \"day\", \
         CAST(NULL AS TIMESTAMP WITH TIME ZONE) AS \"at\", 'ad_cost' AS \"line\", \
         CAST({amount} AS DECIMAL(20, 6)) AS \"amount\", f.\"currency\", \
         TRUE AS \"provisional\", f.\"seller_sku\", CAST(NULL AS VARCHAR) AS \"order_id\", \
         CAST(NULL AS BIGINT) AS \"units\", CAST(NULL AS VARCHAR) AS \"statement\", \
         'ads report' AS \"transaction\", coalesce(f.\"ad_product\", f.\"level\") AS \"fee_type\", \
         CAST(NULL AS DATE) AS \"release_day\", f.\"container\", f.\"definition\", \
         f.\"raw\", f.\"row\" FROM ads f JOIN {table} c ON c.\"store\" = f.\"store\" \
         AND c.\"channel\" = f.\"channel\" AND c.\"market\" = coalesce(f.\"market\", '') \
         AND c.\"part\" = {} AND c.\"level\" = {} AND c.\"day\" = f.\"day\" \
         AND c.\"day_to\" = f.\"day_to\" WHERE ({}) AND f.\"cost\" <> 0 \
         AND f.\"currency\" IS NOT NULL",
        engine.levels().part_sql(Source::Ads),
        engine.levels().level_sql(Source::Ads),
        ranges_sql(parts)
    )
}

/// Between which days counted rows end: what is charged lies in files that need not be opened.
fn ranges_sql(parts: &[Part]) -> String {
    let months: BTreeSet<Day> = parts.iter().map(|part| Grain::Month.start(part.told.to)).collect();
    let mut ranges: Vec<Period> = Vec::new();
    for month in months.into_iter().map(|first| whole_months(Period { from: first, to: first })) {
        match ranges.last_mut() {
            Some(last) if last.to.succ_opt() == Some(month.from) => last.to = month.to,
            _ => ranges.push(month),
        }
    }
    let range =
        |days: &Period| format!("f.\"day_to\" BETWEEN DATE '{}' AND DATE '{}'", days.from, days.to);
    ranges.iter().map(range).collect::<Vec<_>>().join(" OR ")
}

/// The charges of a replaced month once more with the other sign. They belong to no statement: what
/// a statement says was charged stays charged.
fn replaced_sql(engine: &Engine, session: &Session, desk: &DeskData) -> Result<String, FactsError> {
    let line = booked_line(&desk.bookings);
    let columns: Vec<String> = schema(Table::Ledger)
        .fields()
        .iter()
        .map(|field| match field.name().as_str() {
            "line" => format!("{line} AS \"line\""),
            "amount" => "CAST(-l.\"amount\" AS DECIMAL(20, 6)) AS \"amount\"".to_owned(),
            "statement" => "CAST(NULL AS VARCHAR) AS \"statement\"".to_owned(),
            "transaction" => "'replaced by the ads report' AS \"transaction\"".to_owned(),
            name => format!("l.\"{name}\""),
        })
        .collect();
    Ok(format!(
        "SELECT {} FROM {} l JOIN {REPLACED} r ON r.\"store\" = l.\"store\" \
         AND r.\"channel\" = l.\"channel\" \
         AND r.\"month\" = CAST(date_trunc('month', l.\"day\") AS DATE) WHERE {line} IN ({})",
        columns.join(", "),
        imported(session)?,
        ad_lines(engine)
    ))
}

/// Which source told the ad cost of each store and month.
pub(crate) async fn notes(
    engine: &Engine,
    session: &Session,
    desk: &DeskData,
    period: Period,
) -> Result<Vec<AdCostNote>, AskError> {
    let choice = choose(engine, session, desk).await?;
    let first = Grain::Month.start(period.from);
    let notes = choice.notes.iter().cloned();
    Ok(notes.filter(|note| first <= note.month && note.month <= period.to).collect())
}

fn ad_lines(engine: &Engine) -> String {
    let leaves = engine.chart().leaves_of(Stage::Ads).into_iter();
    leaves.map(quoted).collect::<Vec<_>>().join(", ")
}

async fn choose(
    engine: &Engine,
    session: &Session,
    desk: &DeskData,
) -> Result<Arc<Choice>, AskError> {
    let mut hasher = DefaultHasher::new();
    (session.facts_id(), desk.ad_cost, &desk.bookings).hash(&mut hasher);
    let key = hasher.finish();
    let kept = &engine.shelf().ad_cost;
    if let Some(choice) = kept.get(key) {
        return Ok(choice);
    }
    let told = told(engine, session).await?;
    // Without ad reports there is nothing to choose.
    let charged = match told.is_empty() {
        true => BTreeSet::new(),
        false => charged(engine, session, desk).await?,
    };
    let rank = |level: &str| engine.levels().rank(Source::Ads, level, false);
    Ok(kept.put(key, decide(told, &rank, &charged, desk.ad_cost)))
}

async fn told(engine: &Engine, session: &Session) -> Result<Vec<Told>, AskError> {
    let sql = format!(
        "SELECT f.\"store\", f.\"channel\", coalesce(f.\"market\", ''), {}, {}, f.\"day\", \
         f.\"day_to\"\nFROM ads f WHERE f.\"cost\" <> 0\nGROUP BY 1, 2, 3, 4, 5, 6, 7",
        engine.levels().part_sql(Source::Ads),
        engine.levels().level_sql(Source::Ads)
    );
    let mut told = Vec::new();
    for batch in session.query(&sql).await? {
        let texts = (0..7).map(|at| Texts::of(&batch, at)).collect::<Result<Vec<_>, _>>()?;
        for row in 0..batch.num_rows() {
            let text = |at: usize| texts[at].at(row).unwrap_or_default();
            let (Ok(from), Ok(to)) = (text(5).parse(), text(6).parse()) else { continue };
            let (store, channel, market) = (text(0), text(1), text(2));
            let (part, level) = (text(3), text(4));
            told.push(Told { store, channel, market, part, level, from, to, says: true });
        }
    }
    Ok(told)
}

/// Months in which the ledger has ad charges of the channel itself, fees booked as such included.
async fn charged(
    engine: &Engine,
    session: &Session,
    desk: &DeskData,
) -> Result<BTreeSet<Month>, AskError> {
    let sql = format!(
        "SELECT l.\"store\", l.\"channel\", CAST(date_trunc('month', l.\"day\") AS DATE)\n\
         FROM {} l WHERE {} IN ({}) AND l.\"channel\" <> '{OWN}' AND l.\"amount\" <> 0\n\
         GROUP BY 1, 2, 3",
        imported(session)?,
        booked_line(&desk.bookings),
        ad_lines(engine)
    );
    let mut months = BTreeSet::new();
    for batch in session.query(&sql).await? {
        let texts = (0..3).map(|at| Texts::of(&batch, at)).collect::<Result<Vec<_>, _>>()?;
        for row in 0..batch.num_rows() {
            let text = |at: usize| texts[at].at(row).unwrap_or_default();
            if let Ok(month) = text(2).parse() {
                months.insert((text(0), text(1), month));
            }
        }
    }
    Ok(months)
}

impl Part {
    /// The rows cut at the ends of months.
    fn of(told: &Told) -> Vec<Self> {
        let mut parts: Vec<Self> = Vec::new();
        for day in told.days() {
            match parts.last_mut() {
                Some(last) if Grain::Month.start(last.days.to) == Grain::Month.start(day) => {
                    last.days.to = day;
                }
                _ => parts.push(Self { told: told.clone(), days: Period { from: day, to: day } }),
            }
        }
        parts
    }

    fn month(&self) -> Month {
        let Told { store, channel, .. } = &self.told;
        (store.clone(), channel.clone(), Grain::Month.start(self.days.from))
    }

    /// Whether the report speaks of this month for itself, and does not only reach into it.
    fn is_of_month(&self) -> bool {
        let is_first = |day: Day| Grain::Month.start(day) == day;
        let is_whole = is_first(self.days.from) && self.days.to.succ_opt().is_none_or(is_first);
        is_whole || self.is_whole_row()
    }

    fn is_whole_row(&self) -> bool {
        (self.told.from, self.told.to) == (self.days.from, self.days.to)
    }
}

/// Decides which rows of the ad reports are counted: each day once, from the most complete level
/// that tells it, and only in months that the charges do not tell.
fn decide(
    told: Vec<Told>,
    rank: &dyn Fn(&str) -> usize,
    charged: &BTreeSet<Month>,
    source: AdCostSource,
) -> Choice {
    let first = told.iter().map(|told| told.from).min();
    let last = told.iter().map(|told| told.to).max();
    let whole = first.zip(last).and_then(|(from, to)| Period::new(from, to));
    let once = whole.map(|whole| spans::decide(told, rank, true, true, None, whole).counted);
    let parts: Vec<Part> = once.iter().flatten().flat_map(Part::of).collect();
    let replaces = |part: &&Part| source == AdCostSource::Report && part.is_of_month();
    let replaced: BTreeSet<Month> =
        parts.iter().filter(replaces).map(Part::month).filter(|m| charged.contains(m)).collect();
    let mut choice = Choice { replaced, ..Choice::default() };
    let mut levels: BTreeMap<Month, BTreeSet<String>> = BTreeMap::new();
    for part in parts {
        let month = part.month();
        if !charged.contains(&month) || choice.replaced.contains(&month) {
            levels.entry(month).or_default().insert(part.told.level.clone());
            match part.is_whole_row() {
                true => choice.counted.push(part),
                false => choice.cut.push(part),
            }
        }
    }
    let by_charges = charged.iter().filter(|month| !choice.replaced.contains(*month));
    let by_charges = by_charges.map(|month| (month.clone(), "settlement", Vec::new()));
    let by_report = levels.into_iter();
    let by_report = by_report.map(|(of, levels)| (of, "report", levels.into_iter().collect()));
    let note = |((store, channel, month), source, levels)| AdCostNote {
        store,
        channel,
        month,
        source,
        levels,
    };
    choice.notes = by_charges.chain(by_report).map(note).collect();
    choice
}

fn parts_table(parts: &[Part]) -> Result<RecordBatch, FactsError> {
    let names = ["store", "channel", "market", "part", "level"];
    let fields: Vec<Field> = names
        .map(|name| Field::new(name, DataType::Utf8, false))
        .into_iter()
        .chain(["day", "day_to", "on_day"].map(|name| Field::new(name, DataType::Date32, false)))
        .chain(
            ["days_before", "days_until", "days"]
                .map(|name| Field::new(name, DataType::Int64, false)),
        )
        .collect();
    let text = |of: fn(&Told) -> &str| {
        Arc::new(StringArray::from_iter_values(parts.iter().map(|part| of(&part.told))))
    };
    let day = |of: fn(&Part) -> Day| {
        Arc::new(Date32Array::from_iter_values(parts.iter().map(|part| day_number(of(part)))))
    };
    let days = |of: fn(&Part) -> i64| Arc::new(Int64Array::from_iter_values(parts.iter().map(of)));
    Ok(RecordBatch::try_new(
        Arc::new(Schema::new(fields)),
        vec![
            text(|told| &told.store),
            text(|told| &told.channel),
            text(|told| &told.market),
            text(|told| &told.part),
            text(|told| &told.level),
            day(|part| part.told.from),
            day(|part| part.told.to),
            day(|part| part.days.to),
            days(|part| (part.days.from - part.told.from).num_days()),
            days(|part| (part.days.to - part.told.from).num_days() + 1),
            days(|part| (part.told.to - part.told.from).num_days() + 1),
        ],
    )?)
}

fn replaced_table(months: &BTreeSet<Month>) -> Result<RecordBatch, FactsError> {
    let schema = Schema::new(vec![
        Field::new("store", DataType::Utf8, false),
        Field::new("channel", DataType::Utf8, false),
        Field::new("month", DataType::Date32, false),
    ]);
    Ok(RecordBatch::try_new(
        Arc::new(schema),
        vec![
            Arc::new(StringArray::from_iter_values(months.iter().map(|(store, ..)| store))),
            Arc::new(StringArray::from_iter_values(months.iter().map(|(_, channel, _)| channel))),
            Arc::new(Date32Array::from_iter_values(
                months.iter().map(|(.., month)| day_number(*month)),
            )),
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

    fn month(first: &str) -> Month {
        ("us".into(), "amazon".into(), first.parse().unwrap())
    }

    fn june() -> Month {
        month("2026-06-01")
    }

    fn decide(told: Vec<Told>, charged: &BTreeSet<Month>, source: AdCostSource) -> Choice {
        let levels = levels::built_in();
        super::decide(told, &|level| levels.rank(Source::Ads, level, false), charged, source)
    }

    /// Level, first and last day of every part.
    fn counted(choice: &Choice) -> Vec<String> {
        let part = |part: &Part| format!("{} {} {}", part.told.level, part.days.from, part.days.to);
        choice.counted.iter().chain(&choice.cut).map(part).collect()
    }

    #[test]
    fn a_month_that_was_charged_takes_nothing_from_the_ad_report() {
        let report = vec![told("campaign", "2026-06-03", "2026-06-03")];
        let charged = BTreeSet::from([june()]);
        let choice = decide(report.clone(), &charged, AdCostSource::Auto);
        assert!(counted(&choice).is_empty() && choice.replaced.is_empty());
        assert_eq!(choice.notes.first().map(|note| note.source), Some("settlement"));
        let choice = decide(report, &BTreeSet::new(), AdCostSource::Auto);
        assert_eq!(choice.counted.len(), 1);
        assert_eq!(choice.notes.first().map(|note| note.source), Some("report"));
    }

    #[test]
    fn the_same_clicks_told_by_several_reports_cost_once() {
        let choice = decide(
            vec![
                told("search_term", "2026-06-03", "2026-06-03"),
                told("search_term", "2026-06-12", "2026-06-12"),
                told("campaign", "2026-06-01", "2026-06-07"),
                told("campaign", "2026-06-03", "2026-06-03"),
                told("campaign", "2026-05-25", "2026-06-07"),
            ],
            &BTreeSet::new(),
            AdCostSource::Auto,
        );
        // Two weeks tell more than the second of them; the day after only the search terms tell.
        let expected = [
            "search_term 2026-06-12 2026-06-12",
            "campaign 2026-05-25 2026-05-31",
            "campaign 2026-06-01 2026-06-07",
        ];
        assert_eq!(counted(&choice), expected);
        let levels = &choice.notes.last().unwrap().levels;
        assert_eq!(levels.as_slice(), ["campaign", "search_term"]);
    }

    #[test]
    fn rows_without_an_ad_product_are_not_added_to_those_that_name_it() {
        let product = |name: &str, told: Told| Told { part: name.into(), ..told };
        let campaigns = told("campaign", "2026-06-03", "2026-06-03");
        let brands = product("SB", campaigns.clone());
        let terms = product("", told("search_term", "2026-06-03", "2026-06-03"));
        let choice = decide(vec![campaigns, brands, terms], &BTreeSet::new(), AdCostSource::Auto);
        let mut parts: Vec<&str> = choice.counted.iter().map(|part| &*part.told.part).collect();
        parts.sort_unstable();
        assert_eq!(parts, ["SB", "SP"]);
    }

    #[test]
    fn who_trusts_the_ad_report_has_the_charges_of_its_months_taken_out() {
        let report = vec![told("campaign", "2026-06-03", "2026-06-03")];
        let charged = BTreeSet::from([june()]);
        let choice = decide(report, &charged, AdCostSource::Report);
        assert_eq!((choice.counted.len(), choice.replaced), (1, charged));
    }

    #[test]
    fn a_week_over_the_end_of_a_month_is_cut_there() {
        let week = vec![told("campaign", "2026-05-29", "2026-06-04")];
        let may = BTreeSet::from([month("2026-05-01")]);
        // May was charged: only the days of June are still to be told.
        let choice = decide(week.clone(), &may, AdCostSource::Auto);
        assert_eq!(counted(&choice), ["campaign 2026-06-01 2026-06-04"]);
        // Three days of a week are no report of May: its charges stay, and are not told again.
        let choice = decide(week.clone(), &may, AdCostSource::Report);
        assert_eq!(counted(&choice), ["campaign 2026-06-01 2026-06-04"]);
        assert!(choice.replaced.is_empty());
        let own = told("campaign", "2026-05-04", "2026-05-10");
        let choice = decide([week, vec![own]].concat(), &may, AdCostSource::Report);
        assert_eq!((counted(&choice).len(), choice.replaced), (3, may));
    }

    #[test]
    fn only_the_files_of_months_that_count_are_opened() {
        let days = |day: &str| told("campaign", day, day);
        let report = ["2026-04-03", "2026-05-03", "2026-06-03", "2026-07-03"].map(days).to_vec();
        let charged = BTreeSet::from([june()]);
        let choice = decide(report, &charged, AdCostSource::Auto);
        assert_eq!(
            ranges_sql(&choice.counted),
            "f.\"day_to\" BETWEEN DATE '2026-04-01' AND DATE '2026-05-31' \
             OR f.\"day_to\" BETWEEN DATE '2026-07-01' AND DATE '2026-07-31'"
        );
    }
}
