//! Reports that are missing, stale, changed their columns, or restate more of the past than usual.

use std::collections::BTreeMap;

use argosy_kernel::{Day, Table, names::sql_text};
use argosy_metrics::{
    AskError,
    health::{self, HealthQuestion, ReportHealth},
};

use super::run::{Rows, Surroundings, row};
use crate::watch::ImportRows;

/// Imports of a report before the usual share of restated rows is known.
const IMPORTS_MIN: usize = 3;
/// A share this much above the highest usual one is more than usual.
const SHARE_BEYOND: f64 = 0.1;
/// Days further back than any import before it are more than usual.
const DEPTH_BEYOND: i64 = 7;

/// Everything wrong with reports.
pub(super) async fn health(around: &Surroundings<'_>) -> Result<Rows, AskError> {
    let input = around.input;
    let told = health::told_days(input.session).await?;
    let question = HealthQuestion {
        from: around.day.checked_sub_days(chrono::Days::new(DAYS_BACK)),
        ..HealthQuestion::default()
    };
    let reports = health::reports(&told, input.imports, &input.desk.reports, &question, around.day);
    let markets = markets(around).await?;
    let market = |store: &str| markets.get(store).cloned().unwrap_or_default();
    let mut rows = Rows::new();
    for one in &reports {
        rows.extend(coverage(one, &market(&one.store)));
    }
    // Files may come after the last day judged: what they brought is known all the same.
    for drift in input.drifts.iter().filter(|drift| drift.day >= around.window.from) {
        let channel = drift.report.split('.').next().unwrap_or_default();
        let gone = drift.gone.iter().map(|name| format!("−{name}"));
        let added = drift.added.iter().map(|name| format!("+{name}"));
        let columns: Vec<String> = gone.chain(added).collect();
        rows.push(row![
            drift.store.as_str(),
            channel,
            market(&drift.store),
            drift.report.as_str(),
            "",
            "drift",
            (around.day - drift.day).num_days().max(0),
            None::<f64>,
            drift.day,
            columns.join(", "),
            None::<f64>,
        ]);
    }
    for (import, days, share) in restated(around).await? {
        rows.push(row![
            import.store.as_str(),
            import.report.split('.').next().unwrap_or_default(),
            market(&import.store),
            import.report.as_str(),
            "",
            "restated",
            days.map(|days| days.count),
            None::<f64>,
            days.map(|days| days.last),
            "",
            share,
        ]);
    }
    Ok(rows)
}

/// Gaps older than this are no longer news.
const DAYS_BACK: u64 = 120;

fn coverage(one: &ReportHealth, market: &str) -> Rows {
    let mut rows = Rows::new();
    let mut add = |kind: &str, days: i64| {
        rows.push(row![
            one.store.as_str(),
            one.channel.as_str(),
            market,
            one.definition.as_str(),
            one.table,
            kind,
            days,
            super::run::Cell::Number(one.cadence_days.map(|days| days as f64)),
            one.last_day,
            "",
            None::<f64>,
        ]);
    };
    let missing: i64 = one.missing.iter().map(|span| (span.to - span.from).num_days() + 1).sum();
    if missing > 0 {
        add("missing", missing);
    }
    if let Some(days) = one.stale_days {
        add("stale", days);
    }
    rows
}

/// The market that most of a store's facts are of.
async fn markets(around: &Surroundings<'_>) -> Result<BTreeMap<String, String>, AskError> {
    let sql = "SELECT \"store\", \"market\", count(*) AS n FROM ledger \
               WHERE \"market\" IS NOT NULL GROUP BY 1, 2 ORDER BY 3, 2";
    let found = around.query(sql).await?;
    Ok((0..found.rows).map(|at| (found.text("store", at), found.text("market", at))).collect())
}

/// Which days a file tells.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Told {
    first: Day,
    last: Day,
    count: f64,
}

/// The import of each report that took the place of more of the past than those before it, if any,
/// and which share of its rows that is.
async fn restated<'a>(
    around: &Surroundings<'a>,
) -> Result<Vec<(&'a ImportRows, Option<Told>, f64)>, AskError> {
    let mut by_report: BTreeMap<(&str, &str), Vec<&'a ImportRows>> = BTreeMap::new();
    for import in around.input.restated {
        by_report.entry((&import.store, &import.report)).or_default().push(import);
    }
    by_report.retain(|_, imports| imports.iter().any(|import| import.replaced > 0));
    let told = told_days(around, by_report.values().flatten()).await?;
    let mut found = Vec::new();
    for imports in by_report.values() {
        let unusual = imports.iter().enumerate().filter(|(_, one)| one.day >= around.window.from);
        let worst = unusual
            .filter_map(|(at, import)| {
                let share = beyond(&imports[..at], import, &told)?;
                Some((*import, told.get(import.raw.as_str()).copied(), share))
            })
            .max_by(|left, right| left.2.total_cmp(&right.2));
        found.extend(worst);
    }
    Ok(found)
}

/// The share of an import that took the place of earlier rows, where that is more than usual: it
/// reaches further back than any import before it, or restates more of its own rows.
fn beyond(
    earlier: &[&ImportRows],
    import: &ImportRows,
    told: &BTreeMap<String, Told>,
) -> Option<f64> {
    let share = |one: &ImportRows| (one.replaced as f64 / one.rows.max(1) as f64).min(1.0);
    let depth = |before: &[&ImportRows], one: &ImportRows| {
        let newest = before.iter().filter_map(|one| Some(told.get(&one.raw)?.last)).max()?;
        Some((newest - told.get(&one.raw)?.first).num_days())
    };
    let changed = |(at, one): (usize, &&ImportRows)| {
        if one.replaced > 0 { depth(&earlier[..at], one) } else { None }
    };
    let usual_depth = earlier.iter().enumerate().filter_map(changed).max().unwrap_or(0);
    let is_deep = depth(earlier, import).is_some_and(|days| days > usual_depth + DEPTH_BEYOND);
    if is_deep && share(import) > SHARE_BEYOND / 2.0 {
        return Some(share(import));
    }
    let usual = earlier.iter().map(|one| share(one)).fold(0.0, f64::max);
    let more = share(import) - usual;
    (earlier.len() >= IMPORTS_MIN && more > SHARE_BEYOND).then_some(more)
}

/// The days that files tell, by file.
async fn told_days<'a>(
    around: &Surroundings<'_>,
    imports: impl Iterator<Item = &'a &'a ImportRows>,
) -> Result<BTreeMap<String, Told>, AskError> {
    let raws: Vec<String> = imports.map(|import| sql_text(&import.raw)).collect();
    let mut told = BTreeMap::new();
    if raws.is_empty() {
        return Ok(told);
    }
    for table in Table::ALL {
        let sql = format!(
            "SELECT \"raw\", min(\"day\") AS first, max(\"day\") AS last, \
             count(DISTINCT \"day\") AS n FROM {} WHERE \"raw\" IN ({}) GROUP BY 1",
            table.name(),
            raws.join(", ")
        );
        let found = around.query(&sql).await?;
        for at in 0..found.rows {
            let days = found.day("first", at).zip(found.day("last", at));
            if let Some((first, last)) = days {
                let count = found.number("n", at).unwrap_or_default();
                told.entry(found.text("raw", at)).or_insert(Told { first, last, count });
            }
        }
    }
    Ok(told)
}
