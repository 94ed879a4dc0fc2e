//! Units sold a day, with days out of stock left out, and the stock that stands against it.
//!
//! A day on which nothing could be sold says nothing of demand: such days are dropped, not learnt as
//! zeros. The rate is the mean of three simple forecasts that are hard to beat together (ALGORITHMS
//! topic 1): single exponential smoothing with its own best weight, IMAPA (the same over days taken
//! together), and the plain mean of the last four weeks in stock.

use std::collections::{BTreeMap, BTreeSet};

use argosy_kernel::{Day, Period};
use argosy_metrics::AskError;

use super::{
    Demand,
    run::{Rows, Surroundings, row},
};
use crate::frame::inputs;

/// Days in stock that the plain mean is taken over.
const MEAN_DAYS: usize = 28;
/// Days that a smoothed rate rests on at most, for its range.
const EFFECTIVE_DAYS: f64 = 56.0;
/// Weights tried by exponential smoothing. Source: the bounds of statsforecast, which the fixtures
/// of ALGORITHMS topic 1 were made with.
const SMOOTHING: (f64, f64) = (0.1, 0.3);
const Z80: f64 = 1.281_552;

type Key = (String, String, String);

/// One listing in one market.
#[derive(Clone, Debug, Default)]
struct Listing {
    sold: BTreeMap<Day, f64>,
    /// Sellable units by day of snapshot, and units on the way.
    stock: BTreeMap<Day, (f64, f64)>,
}

/// Demand and stock of every listing.
pub(super) async fn demand(around: &Surroundings<'_>, demand: &Demand) -> Result<Rows, AskError> {
    let history = inputs::days_until(around.day, demand.history.0);
    let mut listings = read(around, history).await?;
    let snapshots = snapshots(&listings);
    let rows = listings.iter_mut().map(|((store, market, sku), listing)| {
        if let Some(days) = snapshots.get(&(store.clone(), market.clone())) {
            fill(listing, days);
        }
        judge(&[store, market, sku], listing, history)
    });
    Ok(rows.collect())
}

async fn read(
    around: &Surroundings<'_>,
    history: Period,
) -> Result<BTreeMap<Key, Listing>, AskError> {
    let days = format!("\"day\" BETWEEN DATE '{}' AND DATE '{}'", history.from, history.to);
    // Orders are younger than settlements; the ledger stands in for stores without them.
    let sold = format!(
        "SELECT \"store\", \"market\", \"seller_sku\", \"day\", sum(\"units\") AS units FROM orders \
         WHERE {days} AND \"seller_sku\" IS NOT NULL AND ({NOT_CANCELLED}) GROUP BY 1, 2, 3, 4 \
         UNION ALL SELECT \"store\", \"market\", \"seller_sku\", \"day\", sum(\"units\") FROM ledger \
         WHERE {days} AND \"seller_sku\" IS NOT NULL AND \"line\" = 'product_sales' \
         AND \"store\" NOT IN (SELECT DISTINCT \"store\" FROM orders WHERE {days}) \
         GROUP BY 1, 2, 3, 4"
    );
    let stock = format!(
        "SELECT \"store\", \"market\", \"seller_sku\", \"day\", \
         sum(CASE WHEN \"state\" = 'sellable' THEN \"units\" ELSE 0 END) AS sellable, \
         sum(CASE WHEN \"state\" LIKE 'inbound%' THEN \"units\" ELSE 0 END) AS inbound \
         FROM stock WHERE {days} AND \"seller_sku\" IS NOT NULL GROUP BY 1, 2, 3, 4"
    );
    let mut listings: BTreeMap<Key, Listing> = BTreeMap::new();
    for (sql, is_stock) in [(sold, false), (stock, true)] {
        let found = around.query(&sql).await?;
        for at in 0..found.rows {
            let text = |name: &str| found.text(name, at);
            let number = |name: &str| found.number(name, at).unwrap_or_default();
            let Some(day) = found.day("day", at) else { continue };
            let key = (text("store"), text("market"), text("seller_sku"));
            let listing = listings.entry(key).or_default();
            if is_stock {
                listing.stock.insert(day, (number("sellable"), number("inbound")));
            } else {
                listing.sold.insert(day, number("units").max(0.0));
            }
        }
    }
    Ok(listings)
}

const NOT_CANCELLED: &str =
    "\"status\" IS NULL OR lower(\"status\") NOT IN ('cancelled', 'canceled', 'voided')";

/// The days on which the stock of a store and market was looked at.
fn snapshots(listings: &BTreeMap<Key, Listing>) -> BTreeMap<(String, String), BTreeSet<Day>> {
    let mut days: BTreeMap<(String, String), BTreeSet<Day>> = BTreeMap::new();
    for ((store, market, _), listing) in listings {
        days.entry((store.clone(), market.clone())).or_default().extend(listing.stock.keys());
    }
    days
}

/// A listing that a snapshot leaves out after it was once in one has nothing there.
fn fill(listing: &mut Listing, days: &BTreeSet<Day>) {
    if let Some(first) = listing.stock.keys().next().copied() {
        for day in days.range(first..) {
            listing.stock.entry(*day).or_default();
        }
    }
}

fn judge(key: &[&String], listing: &Listing, history: Period) -> Vec<super::run::Cell> {
    let daily = in_stock(listing, history);
    let rate = rate(&daily);
    let last = listing.stock.last_key_value();
    let sellable = last.map(|(_, (sellable, _))| *sellable);
    let mut cells: Vec<_> = key.iter().map(|key| key.as_str().into()).collect();
    cells.extend(row![
        sellable,
        last.map(|(_, (_, inbound))| *inbound),
        rate.map(|rate| rate.0),
        rate.map(|rate| rate.1),
        rate.map(|rate| rate.2),
        listing.sold.values().filter(|units| **units > 0.0).count() as f64,
        listing.sold.iter().rev().find(|(_, units)| **units > 0.0).map(|(day, _)| *day),
        daily.len() as f64,
        days_out(listing, history.to).map(|days| days as f64),
        last.map(|(day, _)| *day),
    ]);
    cells
}

/// Units sold on each day on which something could be sold, oldest first.
fn in_stock(listing: &Listing, history: Period) -> Vec<f64> {
    let first_sale = listing.sold.iter().find(|(_, units)| **units > 0.0).map(|(day, _)| *day);
    let first_stock =
        listing.stock.iter().find(|(_, (units, _))| *units > 0.0).map(|(day, _)| *day);
    let Some(from) = first_sale.into_iter().chain(first_stock).min() else { return Vec::new() };
    from.iter_days()
        .take_while(|day| *day <= history.to)
        .filter_map(|day| {
            let sold = listing.sold.get(&day).copied().unwrap_or_default();
            // What the last look at the stock said holds until the next.
            let seen = listing.stock.range(..=day).next_back();
            let empty = seen.is_some_and(|(_, (units, _))| *units <= 0.0);
            (sold > 0.0 || !empty).then_some(sold)
        })
        .collect()
}

/// Days since the last snapshot that still had stock, when the newest has none.
fn days_out(listing: &Listing, today: Day) -> Option<i64> {
    let (_, (newest, _)) = listing.stock.last_key_value()?;
    if *newest > 0.0 {
        return Some(0);
    }
    let empty = listing.stock.iter().rev().take_while(|(_, (units, _))| *units <= 0.0);
    let since = *empty.last()?.0;
    // A sale proves that there was something on that day.
    let sold = listing.sold.iter().rev().find(|(_, units)| **units > 0.0).map(|(day, _)| *day);
    let since = sold.and_then(|day| day.succ_opt()).map_or(since, |after| since.max(after));
    Some((today - since).num_days().max(0) + 1)
}

/// The rate with its 80 % range; `None` without a day in stock.
fn rate(daily: &[f64]) -> Option<(f64, f64, f64)> {
    let count = daily.len() as f64;
    if daily.is_empty() {
        return None;
    }
    let recent = &daily[daily.len().saturating_sub(MEAN_DAYS)..];
    let plain = recent.iter().sum::<f64>() / recent.len() as f64;
    let mean = (smoothed(daily) + imapa(daily) + plain) / 3.0;
    let whole = daily.iter().sum::<f64>() / count;
    let variance = daily.iter().map(|units| (units - whole).powi(2)).sum::<f64>() / count;
    // Half a unit: nothing sold in few days does not prove that nothing ever will be.
    let scatter = variance.max(mean).max(0.5 / count);
    let error = Z80 * (scatter / count.min(EFFECTIVE_DAYS)).sqrt();
    Some((mean, (mean - error).max(0.0), mean + error))
}

/// Single exponential smoothing with the weight that would have foretold the past best.
fn smoothed(series: &[f64]) -> f64 {
    let run = |weight: f64| {
        let mut level = series.first().copied().unwrap_or_default();
        let mut squares = 0.0;
        for value in series.iter().skip(1) {
            squares += (value - level).powi(2);
            level += weight * (value - level);
        }
        (squares, level)
    };
    let weights =
        (0..=40).map(|step| SMOOTHING.0 + (SMOOTHING.1 - SMOOTHING.0) * f64::from(step) / 40.0);
    let best = weights.map(run).min_by(|left, right| left.0.total_cmp(&right.0));
    best.map_or(0.0, |(_, level)| level)
}

/// Smoothing over days taken together, from one up to the mean gap between sales
/// (Petropoulos and Kourentzes 2015).
fn imapa(series: &[f64]) -> f64 {
    let sales = series.iter().filter(|units| **units > 0.0).count();
    if sales == 0 {
        return 0.0;
    }
    let last = series.iter().rposition(|units| *units > 0.0).map_or(0, |at| at + 1);
    let longest = (last as f64 / sales as f64).round().max(1.0) as usize;
    let forecasts: Vec<f64> = (1..=longest)
        .map(|size| {
            let sums: Vec<f64> =
                series[series.len() % size..].chunks(size).map(|days| days.iter().sum()).collect();
            smoothed(&sums) / size as f64
        })
        .collect();
    forecasts.iter().sum::<f64>() / forecasts.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn intermittent_demand_is_forecast_as_published() {
        // ALGORITHMS topic 1: IMAPA .853357 (statsforecast), .853580 (anofox).
        let series = [0, 0, 3, 0, 0, 0, 5, 1, 0, 0, 0, 2, 0, 0, 4, 0, 0, 0, 0, 6, 0, 0, 1, 0];
        let found = imapa(&series.map(f64::from));
        assert!((found - 0.853_4).abs() < 0.002, "{found}");
    }

    #[test]
    fn days_without_stock_teach_no_zeros() {
        let from = day("2026-06-01");
        let mut listing = Listing::default();
        for at in 0..60 {
            let date = from + chrono::Days::new(at);
            let out = (20..40).contains(&at);
            listing.sold.insert(date, if out { 0.0 } else { 4.0 });
            listing.stock.insert(date, (if out { 0.0 } else { 100.0 }, 0.0));
        }
        let history = Period { from, to: from + chrono::Days::new(59) };
        let daily = in_stock(&listing, history);
        assert_eq!(daily.len(), 40);
        let (mean, low, high) = rate(&daily).unwrap();
        assert!((mean - 4.0).abs() < 1e-9 && low > 3.3 && high < 4.7, "{mean} {low} {high}");
        assert_eq!(days_out(&listing, history.to), Some(0));
    }

    #[test]
    fn a_listing_missing_in_the_newest_snapshot_is_sold_out_since_then() {
        let mut listing = Listing::default();
        listing.stock.insert(day("2026-06-01"), (5.0, 0.0));
        listing.sold.insert(day("2026-06-10"), 1.0);
        let looked = BTreeSet::from([day("2026-06-01"), day("2026-06-08"), day("2026-06-15")]);
        fill(&mut listing, &looked);
        assert_eq!(listing.stock[&day("2026-06-15")], (0.0, 0.0));
        // Out from the 11th, the day after the last sale, to the 16th.
        assert_eq!(days_out(&listing, day("2026-06-16")), Some(6));
    }
}
