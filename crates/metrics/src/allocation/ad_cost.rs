//! Ad cost from either the settlement or the ad report, never both.
//!
//! For a store, channel and month, the ledger's own ad charges count where there are any. Where
//! there are none, the cost of the ad report counts: provisional, since the channel has not charged
//! it yet. Which of the two it was is told in the notes.

use std::{
    collections::{BTreeMap, BTreeSet},
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
};

use argosy_facts::{
    FactsError, Session,
    arrow::{
        array::{Date32Array, RecordBatch, StringArray},
        datatypes::{DataType, Field, Schema},
    },
};
use argosy_kernel::{Day, Grain, Period};
use serde::{Deserialize, Serialize};

use crate::{
    chart::Stage,
    desk_data::DeskData,
    engine::Engine,
    expression::quoted,
    question::AskError,
    rows::{Texts, day_number},
    spans::most_days,
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

/// Levels of ad reports, the most complete first.
const LEVELS: [&str; 7] =
    ["campaign", "ad_group", "ad", "placement", "target", "product", "search_term"];

/// The table of what is counted from the ad reports.
const COUNTED: &str = "ad_cost_counted";
/// The table of months whose charges are taken out.
const REPLACED: &str = "ad_cost_replaced";

/// The channel of the company's own expenses: advertising typed in there is never in a report.
const OWN: &str = "argosy";

/// Store, channel, month.
type Month = (String, String, Day);

/// Rows of an ad report that tell the same days.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Told {
    store: String,
    channel: String,
    market: String,
    ad_product: String,
    level: String,
    from: Day,
    to: Day,
}

/// What was decided.
#[derive(Debug, Default)]
pub(crate) struct Choice {
    counted: Vec<Told>,
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
    let choice = choose(engine, session, desk.ad_cost).await?;
    let mut selects = Vec::new();
    if !choice.counted.is_empty() {
        session.register(COUNTED, vec![counted_table(&choice.counted)?])?;
        selects.push(
            format!(
                "SELECT a.\"store\", a.\"channel\", a.\"market\", a.\"day_to\" AS \"day\", \
                 CAST(NULL AS TIMESTAMP WITH TIME ZONE) AS \"at\", 'ad_cost' AS \"line\", \
                 CAST(-a.\"cost\" AS DECIMAL(20, 6)) AS \"amount\", a.\"currency\", \
                 TRUE AS \"provisional\", a.\"seller_sku\", CAST(NULL AS VARCHAR) AS \"order_id\", \
                 CAST(NULL AS BIGINT) AS \"units\", CAST(NULL AS VARCHAR) AS \"statement\", \
                 'ads report' AS \"transaction\", coalesce(a.\"ad_product\", a.\"level\") AS \"fee_type\", \
                 CAST(NULL AS DATE) AS \"release_day\", a.\"container\", a.\"definition\", \
                 a.\"raw\", a.\"row\" FROM ads a JOIN {COUNTED} c ON c.\"store\" = a.\"store\" \
                 AND c.\"channel\" = a.\"channel\" AND c.\"market\" = coalesce(a.\"market\", '') \
                 AND c.\"ad_product\" = coalesce(a.\"ad_product\", '') \
                 AND c.\"level\" = a.\"level\" AND c.\"day\" = a.\"day\" \
                 AND c.\"day_to\" = a.\"day_to\" WHERE a.\"cost\" <> 0 AND a.\"currency\" IS NOT NULL"
            ),
        );
    }
    if !choice.replaced.is_empty() {
        session.register(REPLACED, vec![replaced_table(&choice.replaced)?])?;
        let columns: Vec<String> = argosy_facts::schema::schema(argosy_kernel::Table::Ledger)
            .fields()
            .iter()
            .map(|field| match field.name().as_str() {
                "amount" => "CAST(-f.\"amount\" AS DECIMAL(20, 6)) AS \"amount\"".to_owned(),
                "transaction" => "'replaced by the ads report' AS \"transaction\"".to_owned(),
                name => format!("f.\"{name}\""),
            })
            .collect();
        selects.push(format!(
            "SELECT {} FROM {ledger} f JOIN {REPLACED} r ON r.\"store\" = f.\"store\" \
             AND r.\"channel\" = f.\"channel\" \
             AND r.\"month\" = CAST(date_trunc('month', f.\"day\") AS DATE) \
             WHERE f.\"line\" IN ({lines})",
            columns.join(", "),
            ledger = super::ledger(session)?,
            lines = ad_lines(engine)
        ));
    }
    Ok(selects)
}

/// Which source told the ad cost of each store and month.
pub(crate) async fn notes(
    engine: &Engine,
    session: &Session,
    desk: &DeskData,
    period: Period,
) -> Result<Vec<AdCostNote>, AskError> {
    let choice = choose(engine, session, desk.ad_cost).await?;
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
    source: AdCostSource,
) -> Result<Arc<Choice>, AskError> {
    let mut hasher = DefaultHasher::new();
    (session.facts_id(), source).hash(&mut hasher);
    let key = hasher.finish();
    let kept = &engine.shelf().ad_cost;
    if let Some(choice) = kept.get(key) {
        return Ok(choice);
    }
    let told = told(session).await?;
    // Without ad reports there is nothing to choose.
    let charged = if told.is_empty() { BTreeSet::new() } else { charged(engine, session).await? };
    Ok(kept.put(key, decide(told, &charged, source)))
}

async fn told(session: &Session) -> Result<Vec<Told>, AskError> {
    let sql = "SELECT a.\"store\", a.\"channel\", coalesce(a.\"market\", ''), \
               coalesce(a.\"ad_product\", ''), a.\"level\", a.\"day\", a.\"day_to\"\n\
               FROM ads a WHERE a.\"cost\" <> 0\nGROUP BY 1, 2, 3, 4, 5, 6, 7";
    let mut told = Vec::new();
    for batch in session.query(sql).await? {
        let texts = (0..7).map(|at| Texts::of(&batch, at)).collect::<Result<Vec<_>, _>>()?;
        for row in 0..batch.num_rows() {
            let text = |at: usize| texts[at].at(row).unwrap_or_default();
            let (Ok(from), Ok(to)) = (text(5).parse(), text(6).parse()) else { continue };
            told.push(Told {
                store: text(0),
                channel: text(1),
                market: text(2),
                ad_product: text(3),
                level: text(4),
                from,
                to,
            });
        }
    }
    Ok(told)
}

/// Months in which the ledger has ad charges of the channel itself.
async fn charged(engine: &Engine, session: &Session) -> Result<BTreeSet<Month>, AskError> {
    let sql = format!(
        "SELECT f.\"store\", f.\"channel\", CAST(date_trunc('month', f.\"day\") AS DATE)\n\
         FROM {} f WHERE f.\"line\" IN ({}) AND f.\"channel\" <> '{OWN}' AND f.\"amount\" <> 0\n\
         GROUP BY 1, 2, 3",
        super::ledger(session)?,
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

impl Told {
    fn month(&self, day: Day) -> Month {
        (self.store.clone(), self.channel.clone(), Grain::Month.start(day))
    }

    /// The most complete level first; of one level, rows that say their ad product.
    fn rank(&self) -> (usize, bool) {
        let level = LEVELS.iter().position(|level| *level == self.level);
        (level.unwrap_or(LEVELS.len()), self.ad_product.is_empty())
    }
}

/// Rows that may tell the same clicks: of one store, channel and market, and of one ad product
/// unless some row there leaves it open.
fn groups(told: Vec<Told>) -> impl Iterator<Item = Vec<Told>> {
    let place = |told: &Told| [&told.store, &told.channel, &told.market].map(Clone::clone);
    let open: BTreeSet<[String; 3]> =
        told.iter().filter(|told| told.ad_product.is_empty()).map(place).collect();
    let mut groups: BTreeMap<([String; 3], String), Vec<Told>> = BTreeMap::new();
    for told in told {
        let place = place(&told);
        let part = if open.contains(&place) { String::new() } else { told.ad_product.clone() };
        groups.entry((place, part)).or_default().push(told);
    }
    groups.into_values()
}

/// The rows of a group that count: the most complete level, and the others for the days it does
/// not tell; of periods that overlap those that tell the most days.
fn each_day_once(mut group: Vec<Told>) -> Vec<Told> {
    group.sort_by_key(Told::rank);
    let mut covered: BTreeSet<Day> = BTreeSet::new();
    let mut counted = Vec::new();
    for of_level in group.chunk_by(|left, right| left.rank() == right.rank()) {
        let days = |(from, to): (Day, Day)| from.iter_days().take_while(move |day| *day <= to);
        let spans: BTreeSet<(Day, Day)> = of_level
            .iter()
            .map(|told| (told.from, told.to))
            .filter(|span| !days(*span).any(|day| covered.contains(&day)))
            .collect();
        let (chosen, _) = most_days(spans.into_iter().collect(), |span| *span);
        covered.extend(chosen.iter().flat_map(|span| days(*span)));
        // Ad products that are told on the same days by one level tell different clicks.
        let is_chosen = |told: &&Told| chosen.contains(&(told.from, told.to));
        counted.extend(of_level.iter().filter(is_chosen).cloned());
    }
    counted
}

/// Decides which rows of the ad reports are counted: each day once, from the most complete level
/// that tells it; of reports of one level those that tell the most days.
fn decide(told: Vec<Told>, charged: &BTreeSet<Month>, source: AdCostSource) -> Choice {
    let mut choice = Choice::default();
    for (store, channel, month) in charged {
        choice.notes.insert(AdCostNote {
            store: store.clone(),
            channel: channel.clone(),
            month: *month,
            source: "settlement",
            levels: Vec::new(),
        });
    }
    let is_charged = |told: &Told| {
        let months = [told.from, told.to].map(|day| told.month(day));
        source == AdCostSource::Auto && months.iter().any(|month| charged.contains(month))
    };
    let mut levels: BTreeMap<Month, BTreeSet<String>> = BTreeMap::new();
    for group in groups(told) {
        let counted = each_day_once(group).into_iter().filter(|told| !is_charged(told));
        for told in counted {
            levels.entry(told.month(told.to)).or_default().insert(told.level.clone());
            choice.counted.push(told);
        }
    }
    for (month, levels) in levels {
        let (store, channel, start) = month.clone();
        choice
            .notes
            .retain(|note| (&note.store, &note.channel, note.month) != (&store, &channel, start));
        if charged.contains(&month) {
            choice.replaced.insert(month);
        }
        let levels = levels.into_iter().collect();
        choice.notes.insert(AdCostNote { store, channel, month: start, source: "report", levels });
    }
    choice
}

fn counted_table(told: &[Told]) -> Result<RecordBatch, FactsError> {
    let text = |name: &str| Field::new(name, DataType::Utf8, false);
    let day = |name: &str| Field::new(name, DataType::Date32, false);
    let schema = Schema::new(vec![
        text("store"),
        text("channel"),
        text("market"),
        text("ad_product"),
        text("level"),
        day("day"),
        day("day_to"),
    ]);
    let texts =
        |of: fn(&Told) -> &str| Arc::new(StringArray::from_iter_values(told.iter().map(of)));
    let days = |of: fn(&Told) -> Day| {
        Arc::new(Date32Array::from_iter_values(told.iter().map(|told| day_number(of(told)))))
    };
    Ok(RecordBatch::try_new(
        Arc::new(schema),
        vec![
            texts(|told| &told.store),
            texts(|told| &told.channel),
            texts(|told| &told.market),
            texts(|told| &told.ad_product),
            texts(|told| &told.level),
            days(|told| told.from),
            days(|told| told.to),
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

    fn told(level: &str, from: &str, to: &str) -> Told {
        Told {
            store: "us".into(),
            channel: "amazon".into(),
            market: "US".into(),
            ad_product: "SP".into(),
            level: level.into(),
            from: from.parse().unwrap(),
            to: to.parse().unwrap(),
        }
    }

    fn june() -> Month {
        ("us".into(), "amazon".into(), "2026-06-01".parse().unwrap())
    }

    #[test]
    fn a_month_that_was_charged_takes_nothing_from_the_ad_report() {
        let report = vec![told("campaign", "2026-06-03", "2026-06-03")];
        let charged = BTreeSet::from([june()]);
        let choice = decide(report.clone(), &charged, AdCostSource::Auto);
        assert!(choice.counted.is_empty() && choice.replaced.is_empty());
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
            told("campaign", "2026-05-25", "2026-06-07"),
            told("search_term", "2026-06-12", "2026-06-12"),
        ];
        assert_eq!(choice.counted, expected);
        let levels = &choice.notes.first().unwrap().levels;
        assert_eq!(levels.as_slice(), ["campaign", "search_term"]);
    }

    #[test]
    fn rows_without_an_ad_product_are_not_added_to_those_that_name_it() {
        let product = |name: &str, told: Told| Told { ad_product: name.into(), ..told };
        let campaigns = told("campaign", "2026-06-03", "2026-06-03");
        let brands = product("SB", campaigns.clone());
        let terms = product("", told("search_term", "2026-06-03", "2026-06-03"));
        let choice = decide(
            vec![campaigns.clone(), brands.clone(), terms],
            &BTreeSet::new(),
            AdCostSource::Auto,
        );
        assert_eq!(choice.counted.len(), 2);
        assert!(choice.counted.contains(&campaigns) && choice.counted.contains(&brands));
    }

    #[test]
    fn who_trusts_the_ad_report_has_the_charges_of_its_months_taken_out() {
        let report = vec![told("campaign", "2026-06-03", "2026-06-03")];
        let charged = BTreeSet::from([june()]);
        let choice = decide(report, &charged, AdCostSource::Report);
        assert_eq!((choice.counted.len(), choice.replaced), (1, charged));
    }
}
