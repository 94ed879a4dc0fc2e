//! What the facts tell of demand and stock: units by day of every product and market, days on which
//! it could not be bought, days no report tells of.
//!
//! Orders count first, settled units where a store has no orders; cancelled ones are out.
//!
//! float-ok: units, no money.

use std::collections::{BTreeMap, BTreeSet};

use argosy_chapter::face::{ChapterError, Ground};
use argosy_facts::arrow::{
    array::{Array, AsArray, RecordBatch},
    datatypes::{Date32Type, Float64Type},
};
use argosy_kernel::{Day, Period, names::short_hash};
use argosy_metrics::health::{self, HealthImport, HealthQuestion};
use chrono::Days;

/// Orders that never became one.
const NOT_CANCELLED: &str =
    "\"status\" IS NULL OR lower(\"status\") NOT IN ('cancelled', 'canceled', 'voided')";
/// Days of the epoch of Arrow in the count of chrono.
const EPOCH: i32 = 719_163;

/// One product in one market.
#[derive(Clone, Debug, Default)]
pub(crate) struct Daily {
    pub(crate) sku: String,
    pub(crate) market: String,
    pub(crate) channels: BTreeSet<String>,
    pub(crate) stores: BTreeSet<String>,
    pub(crate) sold: BTreeMap<Day, f64>,
    /// Days on which no listing of it had stock.
    pub(crate) closed: BTreeSet<Day>,
    pub(crate) shelf: Shelf,
}

/// What the newest reports say of its stock. Places are those of the reports, such as `FBA`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Shelf {
    pub(crate) sellable: i64,
    pub(crate) reserved: i64,
    pub(crate) unsellable: i64,
    /// On the way by the word of the channel: being made ready or at sea, and being received.
    pub(crate) inbound: i64,
    pub(crate) receiving: i64,
    pub(crate) places: BTreeMap<String, i64>,
    /// Units of a stock that several markets share, as they were shared out here by sales.
    pub(crate) shared: bool,
    pub(crate) day: Option<Day>,
}

/// All of it.
#[derive(Clone, Debug)]
pub(crate) struct Facts {
    /// By SKU and market.
    pub(crate) all: Vec<Daily>,
    /// Days without a report by store.
    pub(crate) unknown: BTreeMap<String, BTreeSet<Day>>,
    pub(crate) period: Period,
    /// Units of seller SKUs that are no product of ours, so nobody foresees them.
    pub(crate) unpaired: f64,
}

type Listing = (String, String, String);

/// From when to when a listing was which product.
type Span<'a> = (Option<Day>, Option<Day>, &'a str);

/// Pairings as they are looked up row by row.
struct Pairs<'a> {
    spans: BTreeMap<(&'a str, &'a str), Vec<Span<'a>>>,
    products: BTreeSet<&'a str>,
}

impl<'a> Pairs<'a> {
    fn of(ground: &'a Ground<'_>) -> Self {
        let mut spans: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for pairing in &ground.desk_data.pairings {
            let key = (pairing.store.as_str(), pairing.seller_sku.as_str());
            let span = (pairing.since, pairing.until, pairing.sku.as_str());
            spans.entry(key).or_default().push(span);
        }
        let products = ground.desk_data.products.iter().map(|one| one.sku.as_str()).collect();
        Self { spans, products }
    }

    /// Our product behind a seller SKU on a day. One that is paired with nothing and spelled like a
    /// product of ours is that product.
    fn product<'b>(&'b self, store: &str, seller_sku: &'b str, day: Day) -> Option<&'b str> {
        let Some(spans) = self.spans.get(&(store, seller_sku)) else {
            return self.products.get(seller_sku).copied();
        };
        let holds = |since: Option<Day>, until: Option<Day>| {
            since.is_none_or(|since| since <= day) && until.is_none_or(|until| day <= until)
        };
        spans.iter().find(|(since, until, _)| holds(*since, *until)).map(|(_, _, sku)| *sku)
    }
}

/// Reads everything up to `newest` over so many weeks. `quiet` is how many orders a day a store must
/// usually sell so that a day without any is a day without report.
///
/// # Errors
/// When the facts cannot be read.
pub(crate) async fn read(
    ground: &Ground<'_>,
    newest: Day,
    weeks: u32,
    quiet: f64,
) -> Result<Facts, ChapterError> {
    let from = newest - Days::new(7 * u64::from(weeks)) + Days::new(1);
    let period = Period { from, to: newest };
    let pairs = Pairs::of(ground);
    let mut all: BTreeMap<(String, String), Daily> = BTreeMap::new();
    let mut by_store: BTreeMap<String, BTreeMap<Day, f64>> = BTreeMap::new();
    let mut unpaired = 0.0;
    for batch in ground.session.query(&sold_sql(period)).await? {
        let rows = Rows::of(&batch);
        for row in 0..batch.num_rows() {
            let Some(day) = rows.day(4, row) else { continue };
            let (store, units) = (rows.text(0, row), rows.number(5, row).max(0.0));
            *by_store.entry(store.to_owned()).or_default().entry(day).or_default() += units;
            let Some(sku) = pairs.product(store, rows.text(3, row), day) else {
                unpaired += units;
                continue;
            };
            let key = (sku.to_owned(), rows.text(2, row).to_owned());
            let one = all.entry(key).or_default();
            *one.sold.entry(day).or_default() += units;
            if !one.stores.contains(store) {
                one.stores.insert(store.to_owned());
            }
            one.channels.insert(rows.text(1, row).to_owned());
        }
    }
    let seen = stock(ground, &pairs, period).await?;
    // What lies there and has not sold yet is to be foreseen too.
    for (store, market, sku) in seen.keys().filter(|(_, market, _)| !market.is_empty()) {
        let one = all.entry((sku.clone(), market.clone())).or_default();
        one.stores.insert(store.clone());
    }
    for ((sku, market), one) in &mut all {
        (one.sku, one.market) = (sku.clone(), market.clone());
    }
    let mut all: Vec<Daily> = all.into_values().collect();
    shelves(&mut all, &seen, period);
    let mut unknown = missing(ground, period).await?;
    for (store, days) in &by_store {
        let quiet_days = quiet_days(days, period, quiet);
        unknown.entry(store.clone()).or_default().extend(quiet_days);
    }
    Ok(Facts { all, unknown, period, unpaired })
}

impl Facts {
    /// Days on which one of its stores told nothing.
    pub(crate) fn unknown_of(&self, one: &Daily) -> BTreeSet<Day> {
        let of_store = |store: &String| self.unknown.get(store).into_iter().flatten().copied();
        one.stores.iter().flat_map(of_store).collect()
    }
}

fn sold_sql(period: Period) -> String {
    let days = format!("\"day\" BETWEEN DATE '{}' AND DATE '{}'", period.from, period.to);
    let columns = "\"store\", \"channel\", coalesce(\"market\", '') AS market, \"seller_sku\", \
                   \"day\", CAST(sum(\"units\") AS DOUBLE) AS units";
    format!(
        "SELECT {columns} FROM orders WHERE {days} AND \"seller_sku\" IS NOT NULL \
         AND ({NOT_CANCELLED}) GROUP BY 1, 2, 3, 4, 5 \
         UNION ALL SELECT {columns} FROM ledger WHERE {days} AND \"seller_sku\" IS NOT NULL \
         AND \"line\" = 'product_sales' \
         AND \"store\" NOT IN (SELECT DISTINCT \"store\" FROM orders WHERE {days}) \
         GROUP BY 1, 2, 3, 4, 5"
    )
}

/// Snapshots of one listing's stock by day.
type Seen = BTreeMap<Day, Units>;

#[derive(Clone, Debug, Default)]
struct Units {
    sellable: i64,
    reserved: i64,
    unsellable: i64,
    inbound: i64,
    receiving: i64,
    places: BTreeMap<String, i64>,
}

/// Stock by store, market (empty: shared) and our SKU. A product that a snapshot leaves out after it
/// was once in one has nothing there.
async fn stock(
    ground: &Ground<'_>,
    pairs: &Pairs<'_>,
    period: Period,
) -> Result<BTreeMap<Listing, Seen>, ChapterError> {
    let sql = format!(
        "SELECT \"store\", \"state\", coalesce(\"market\", '') AS market, \"seller_sku\", \"day\", \
         CAST(sum(\"units\") AS DOUBLE) AS units, \"place\" FROM stock \
         WHERE \"day\" BETWEEN DATE '{}' AND DATE '{}' AND \"seller_sku\" IS NOT NULL \
         GROUP BY 1, 2, 3, 4, 5, 7",
        period.from, period.to
    );
    let mut seen: BTreeMap<Listing, Seen> = BTreeMap::new();
    let mut days: BTreeMap<(String, String), BTreeSet<Day>> = BTreeMap::new();
    for batch in ground.session.query(&sql).await? {
        let rows = Rows::of(&batch);
        for row in 0..batch.num_rows() {
            let Some(day) = rows.day(4, row) else { continue };
            let (store, market) = (rows.text(0, row), rows.text(2, row));
            days.entry((store.to_owned(), market.to_owned())).or_default().insert(day);
            let Some(sku) = pairs.product(store, rows.text(3, row), day) else { continue };
            let key = (store.to_owned(), market.to_owned(), sku.to_owned());
            let units = whole(rows.number(5, row));
            let at = seen.entry(key).or_default().entry(day).or_default();
            match rows.text(1, row) {
                "sellable" => {
                    at.sellable += units;
                    *at.places.entry(rows.text(6, row).to_owned()).or_default() += units;
                }
                "reserved" => at.reserved += units,
                "unsellable" => at.unsellable += units,
                "inbound_receiving" => at.receiving += units,
                state if state.starts_with("inbound") => at.inbound += units,
                _ => {}
            }
        }
    }
    for ((store, market, _), listing) in &mut seen {
        let Some(first) = listing.keys().next().copied() else { continue };
        let looked = days.get(&(store.clone(), market.clone())).into_iter().flatten();
        for day in looked.filter(|day| **day >= first) {
            listing.entry(*day).or_default();
        }
    }
    Ok(seen)
}

/// Puts closed days and the newest stock to every product and market.
fn shelves(all: &mut [Daily], seen: &BTreeMap<Listing, Seen>, period: Period) {
    let shares = shares(all, period);
    for (at, one) in all.iter_mut().enumerate() {
        let listings: Vec<(&Seen, bool)> = one
            .stores
            .iter()
            .filter_map(|store| {
                let key = |market: &str| (store.clone(), market.to_owned(), one.sku.clone());
                let own = seen.get(&key(&one.market)).map(|seen| (seen, false));
                let shared = || seen.get(&key("")).map(|seen| (seen, true));
                own.or_else(shared)
            })
            .collect();
        // A store without stock reports may always have had some: nothing is closed then.
        if !listings.is_empty() && listings.len() == one.stores.len() {
            one.closed = closed(&listings, &one.sold, period);
        }
        for (seen, shared) in listings {
            let Some((day, units)) = seen.last_key_value() else { continue };
            let part = |units: i64| if shared { portion(units, shares[at]) } else { units };
            let shelf = &mut one.shelf;
            shelf.sellable += part(units.sellable);
            shelf.reserved += part(units.reserved);
            shelf.unsellable += part(units.unsellable);
            shelf.inbound += part(units.inbound);
            shelf.receiving += part(units.receiving);
            for (place, units) in &units.places {
                *shelf.places.entry(place.clone()).or_default() += part(*units);
            }
            shelf.shared |= shared;
            shelf.day = Some(shelf.day.map_or(*day, |known| known.min(*day)));
        }
    }
}

/// Each market's share of a product's units of the last 90 days; evenly where none sold.
fn shares(all: &[Daily], period: Period) -> Vec<f64> {
    let since = period.to - Days::new(89);
    let recent = |one: &Daily| one.sold.range(since..).map(|(_, units)| units).sum::<f64>();
    let mut sums: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
    for one in all {
        let sum = sums.entry(&one.sku).or_default();
        (sum.0, sum.1) = (sum.0 + recent(one), sum.1 + 1.0);
    }
    let share = |one: &Daily| {
        let (units, markets) = sums.get(one.sku.as_str()).copied().unwrap_or((0.0, 1.0));
        if units > 0.0 { recent(one) / units } else { 1.0 / markets.max(1.0) }
    };
    all.iter().map(share).collect()
}

fn portion(units: i64, share: f64) -> i64 {
    let exact = f64::from(i32::try_from(units).unwrap_or(i32::MAX)) * share;
    whole(exact.floor())
}

/// Days on which every listing was empty by the last look at it. A day that sold was open.
fn closed(listings: &[(&Seen, bool)], sold: &BTreeMap<Day, f64>, period: Period) -> BTreeSet<Day> {
    let empty = |day: Day| {
        listings.iter().all(|(seen, _)| {
            seen.range(..=day).next_back().is_some_and(|(_, units)| units.sellable <= 0)
        })
    };
    let none_sold = |day: &Day| sold.get(day).is_none_or(|units| *units <= 0.0);
    period.each_day().filter(|day| none_sold(day) && empty(*day)).collect()
}

/// Days without an order of a store that usually has many, and those after its last one.
fn quiet_days(days: &BTreeMap<Day, f64>, period: Period, quiet: f64) -> BTreeSet<Day> {
    let Some((first, last)) = days.keys().next().zip(days.keys().next_back()) else {
        return BTreeSet::new();
    };
    let span = Period { from: *first, to: *last };
    let mut units: Vec<f64> =
        span.each_day().map(|day| days.get(&day).copied().unwrap_or_default()).collect();
    units.sort_unstable_by(f64::total_cmp);
    let usual = units.get(units.len() / 2).copied().unwrap_or_default();
    let after = last.succ_opt().into_iter().flat_map(|next| {
        next.iter_days().take_while(|day| *day <= period.to).collect::<Vec<Day>>()
    });
    let silent = |day: &Day| days.get(day).is_none_or(|units| *units <= 0.0);
    let inside = span.each_day().filter(|day| usual >= quiet && silent(day));
    inside.chain(after.filter(|_| usual >= quiet)).collect()
}

/// Days that the reports of a store leave out, by the imports they came with.
async fn missing(
    ground: &Ground<'_>,
    period: Period,
) -> Result<BTreeMap<String, BTreeSet<Day>>, ChapterError> {
    let told = health::told_days(ground.session).await?;
    let rows = ground.desk.loaded_imports().await?;
    let imports: Vec<HealthImport> = rows
        .iter()
        .filter_map(|row| {
            let day = |name: &str| row.given.get(name)?.as_str()?.parse::<Day>().ok();
            Some(HealthImport {
                id: row.id,
                store: row.store.clone(),
                definition: row.definition.clone()?,
                raw: short_hash(&row.raw_sha256),
                period: day("period_from").zip(day("period_to")),
                replaced_rows: row.diff.values().map(|diff| diff.replaced.rows).sum(),
            })
        })
        .collect();
    let question = HealthQuestion { from: Some(period.from), ..HealthQuestion::default() };
    let known = &ground.desk_data.reports;
    let reports = health::reports(&told, &imports, known, &question, ground.today);
    // Where several reports tell the same table, a day is missing only when none has it.
    let mut missing: BTreeMap<(String, &str), Option<BTreeSet<Day>>> = BTreeMap::new();
    for report in reports.iter().filter(|one| matches!(one.table, "orders" | "ledger")) {
        let holes: BTreeSet<Day> = report
            .missing
            .iter()
            .filter_map(|span| Period::new(span.from.max(period.from), span.to.min(period.to)))
            .flat_map(Period::each_day)
            .collect();
        let known = missing.entry((report.store.clone(), report.table)).or_default();
        *known = Some(match known.take() {
            None => holes,
            Some(before) => before.intersection(&holes).copied().collect(),
        });
    }
    let mut found: BTreeMap<String, BTreeSet<Day>> = BTreeMap::new();
    for ((store, table), days) in &missing {
        // Settlements only count where there are no orders.
        if *table == "orders" || !missing.contains_key(&(store.clone(), "orders")) {
            found.insert(store.clone(), days.clone().unwrap_or_default());
        }
    }
    Ok(found)
}

/// Columns of a batch by place.
struct Rows<'a>(&'a RecordBatch);

impl<'a> Rows<'a> {
    fn of(batch: &'a RecordBatch) -> Self {
        Self(batch)
    }

    fn text(&self, column: usize, row: usize) -> &'a str {
        let texts = self.0.column(column).as_string::<i32>();
        if texts.is_null(row) { "" } else { texts.value(row) }
    }

    fn number(&self, column: usize, row: usize) -> f64 {
        let numbers = self.0.column(column).as_primitive::<Float64Type>();
        if numbers.is_null(row) { 0.0 } else { numbers.value(row) }
    }

    fn day(&self, column: usize, row: usize) -> Option<Day> {
        let days = self.0.column(column).as_primitive::<Date32Type>();
        let number = (!days.is_null(row)).then(|| days.value(row))?;
        Day::from_num_days_from_ce_opt(number + EPOCH)
    }
}

#[expect(clippy::cast_possible_truncation, reason = "limited before")]
fn whole(value: f64) -> i64 {
    value.round().clamp(-1e15, 1e15) as i64
}

#[cfg(test)]
mod tests {
    use chrono::Datelike;

    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn a_busy_store_without_an_order_all_day_has_no_report_of_it() {
        let mut days: BTreeMap<Day, f64> = BTreeMap::new();
        let period = Period { from: day("2026-06-01"), to: day("2026-06-30") };
        for date in period.each_day().filter(|date| date.day() != 9 && date.day() < 28) {
            days.insert(date, 12.0);
        }
        let found = quiet_days(&days, period, 5.0);
        let told: Vec<u32> = found.iter().map(Day::day).collect();
        assert_eq!(told, [9, 28, 29, 30]);
        // A store that sells one a day may well sell none.
        let slow = days.into_keys().map(|day| (day, 1.0)).collect();
        assert!(quiet_days(&slow, period, 5.0).is_empty());
    }

    #[test]
    fn stock_that_markets_share_is_shared_by_what_they_sell() {
        let period = Period { from: day("2026-06-01"), to: day("2026-06-30") };
        let one = |market: &str, units: f64| Daily {
            sku: "LAMP-1".into(),
            market: market.into(),
            stores: BTreeSet::from(["eu".to_owned()]),
            sold: BTreeMap::from([(day("2026-06-10"), units)]),
            ..Daily::default()
        };
        let mut all = [one("DE", 30.0), one("FR", 10.0)];
        let units = Units { sellable: 101, ..Units::default() };
        let key = ("eu".to_owned(), String::new(), "LAMP-1".to_owned());
        let looked =
            BTreeMap::from([(day("2026-06-05"), Units::default()), (day("2026-06-20"), units)]);
        shelves(&mut all, &BTreeMap::from([(key, looked)]), period);
        assert_eq!((all[0].shelf.sellable, all[1].shelf.sellable), (75, 25));
        assert!(all[0].shelf.shared);
        // Empty from the 5th to the 19th, but the 10th sold.
        assert_eq!(all[0].closed.len(), 14);
        assert!(!all[0].closed.contains(&day("2026-06-10")));
    }
}
