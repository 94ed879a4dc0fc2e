//! Changes that the facts show, and the time axis of a SKU.

use argosy_desk::{ChangeFilter, ChangeSource, NewChange};
use argosy_kernel::{Currency, Day, names::sql_text};
use argosy_loop::change::{self, AxisQuestion, ChangeRecord, DetectQuestion};
use chrono::Days;

use super::{measure::record_of, run};
use crate::{
    app::App,
    error::Error,
    http::{dto::TextDto, work::SkuSeries},
    questions,
    rows::Rows,
};

/// Days looked through when nobody says which.
const DETECT_DAYS: u64 = 90;
/// Changes known of the days that are looked through.
const KNOWN_MAX: u64 = 100_000;

/// Looks for changes in the facts and records the new ones; gives how many.
///
/// # Errors
/// When the desk or the facts cannot be read.
pub(crate) async fn detect(
    app: &App,
    (from, to): (Option<Day>, Option<Day>),
    who: &str,
) -> Result<u64, Error> {
    let Some(newest) = run::newest_day(app).await? else { return Ok(0) };
    let to = to.unwrap_or(newest);
    let from = from.unwrap_or(to - Days::new(DETECT_DAYS - 1));
    // A change done in Argosy shows in the facts days later.
    let filter = ChangeFilter {
        from: Some(from - Days::new(DETECT_DAYS)),
        to: None,
        ..ChangeFilter::default()
    };
    let known = app.desk().changes(&filter, None, KNOWN_MAX).await?;
    let known: Vec<ChangeRecord> = known.into_iter().map(record_of).collect();
    let question = DetectQuestion { from, to, store: None };
    let found = questions::with_engine(app, None, async |_, session, _| {
        Ok(change::detect(session, &question).await?)
    });
    let new: Vec<NewChange> =
        change::new_ones(found.await?, &known).into_iter().map(new_change).collect();
    Ok(app.desk().record_found_changes(&new, who).await?)
}

fn new_change(record: ChangeRecord) -> NewChange {
    let day = record.day();
    NewChange {
        kind: record.kind,
        store: record.store,
        market: record.market,
        seller_sku: record.seller_sku,
        campaign: record.campaign,
        what: record.what,
        before: record.before,
        after: record.after,
        day,
        source: match record.source {
            change::ChangeSource::Imported => ChangeSource::Imported,
            _ => ChangeSource::Detected,
        },
        task: None,
        play: None,
        key: record.key,
    }
}

/// Which SKU on which days.
#[derive(Clone, Debug)]
pub(crate) struct Axis {
    pub store: String,
    pub market: Option<String>,
    pub seller_sku: String,
    pub from: Day,
    pub to: Day,
    pub currency: Currency,
}

/// The metrics of a SKU, and where it is sold.
#[derive(Clone, Debug)]
pub(crate) struct SkuAxis {
    pub series: Vec<SkuSeries>,
    pub markets: Vec<String>,
}

/// Profit, traffic, ads, stock and reviews of a SKU, day by day.
///
/// # Errors
/// [`Error::Told`] for days that make no sense.
pub(crate) async fn axis(app: &App, wanted: Axis) -> Result<SkuAxis, Error> {
    if wanted.from > wanted.to {
        let (from, to) = (wanted.from, wanted.to);
        return Err(Error::told(
            format!("{from} lies after {to}; exchange them"),
            format!("{from} 晚于 {to}，请对调"),
        ));
    }
    let question = AxisQuestion {
        store: wanted.store,
        market: wanted.market,
        seller_sku: wanted.seller_sku,
        from: wanted.from,
        to: wanted.to,
        currency: wanted.currency,
    };
    let sold = format!(
        "select distinct market from ledger where store = {} and seller_sku = {} and market is not \
         null order by market",
        sql_text(&question.store),
        sql_text(&question.seller_sku),
    );
    let (axis, sold) = questions::with_engine(app, None, async |engine, session, desk| {
        let axis = change::axis(engine, session, desk, &question).await?;
        Ok((axis, session.query(&sold).await?))
    })
    .await?;
    let sold = Rows::read(&sold).map_err(argosy_facts::FactsError::from)?;
    let series = axis.series.into_iter().map(|one| SkuSeries {
        metric: one.metric,
        name: TextDto::from(&one.name),
        unit: one.unit,
        days: one.days,
        values: one.values.into_iter().map(|value| value.map(|v| v.to_string())).collect(),
    });
    let markets = sold.rows.into_iter().filter_map(|row| row.into_iter().next().flatten());
    Ok(SkuAxis { series: series.collect(), markets: markets.collect() })
}
