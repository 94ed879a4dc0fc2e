//! Everything a run needs, read once; and the runs themselves: forecast, and forecast with
//! replenishment.
//!
//! float-ok: hands estimates on.

use std::collections::BTreeMap;

use argosy_chapter::face::{ChapterError, Ground};
use argosy_desk::Record;
use argosy_kernel::Day;
use chrono::{DateTime, Days, SecondsFormat, Utc};
use serde_json::json;

use super::{
    buying::{Buying, Margins},
    calendar::Calendar,
    facts::{self, Facts},
    kept::{self, Forecast},
    people::Overrides,
    planned::{self, Assumed, Planned, Planner},
    run::Run,
    settings::Settings,
    supply::Supply,
};
use crate::says::both;

/// Chance of all runs: the same facts give the same answer.
pub(crate) const SEED: u64 = 20_261_123;
/// Facts older than this are told to be old.
const OLD_DAYS: i64 = 14;

/// Facts and records as they stand.
pub(crate) struct Work {
    pub(crate) settings: Settings,
    calendar: Calendar,
    overrides: Overrides,
    products: BTreeMap<String, (String, Option<String>)>,
    facts: Facts,
    /// The day orders are looked at: today, or the day after the newest facts where these are older.
    pub(crate) day: Day,
}

/// Records of buying.
pub(crate) struct Records {
    pub(crate) items: Vec<Record>,
    pub(crate) prices: Vec<Record>,
    pub(crate) suppliers: Vec<Record>,
    pub(crate) orders: Vec<Record>,
    pub(crate) shipments: Vec<Record>,
    pub(crate) receipts: Vec<Record>,
    pub(crate) places: Vec<Record>,
    pub(crate) limits: Vec<Record>,
}

impl Records {
    pub(crate) async fn read(ground: &Ground<'_>) -> Result<Self, ChapterError> {
        let desk = ground.desk;
        Ok(Self {
            items: desk.records("item").await?,
            prices: desk.records("supplier_price").await?,
            suppliers: desk.records("supplier").await?,
            orders: desk.records("purchase_order").await?,
            shipments: desk.records("shipment").await?,
            receipts: desk.records("receipt").await?,
            places: desk.records("place").await?,
            limits: desk.records("limit").await?,
        })
    }

    /// The buying side as of a day.
    pub(crate) fn supply<'a>(&'a self, ground: &'a Ground<'_>, day: Day) -> Supply<'a> {
        let records = (&self.items[..], &self.prices[..], &self.suppliers[..]);
        Supply::of(records, ground.desk_data, ground.engine.rates(), (ground.currency, day))
    }
}

/// The settings, or what is wrong with them as people are told.
pub(crate) fn settings(ground: &Ground<'_>) -> Result<Settings, ChapterError> {
    Settings::load(ground.files).map_err(told)
}

/// The calendar with the company's own events.
pub(crate) async fn calendar(ground: &Ground<'_>) -> Result<Calendar, ChapterError> {
    let events = ground.desk.records("event").await?;
    Ok(Calendar::load(ground.files).map_err(told)?.with_records(&events))
}

fn told(wrong: Vec<argosy_kernel::Diagnostic>) -> ChapterError {
    let all: Vec<String> = wrong.iter().map(ToString::to_string).collect();
    let text = all.join("\n");
    ChapterError::Told(both(text.clone(), text))
}

/// The day orders are looked at.
pub(crate) fn day(ground: &Ground<'_>) -> Day {
    let next = ground.newest.map(|newest| newest + Days::new(1));
    next.map_or(ground.today, |next| next.min(ground.today))
}

/// How many days the facts are behind, when that is too many.
pub(crate) fn behind(ground: &Ground<'_>) -> Option<i64> {
    let days = (ground.today - ground.newest?).num_days();
    (days > OLD_DAYS).then_some(days)
}

/// The moment something was made, for boards.
pub(crate) fn moment(at_us: i64) -> Option<String> {
    let moment: DateTime<Utc> = DateTime::from_timestamp_micros(at_us)?;
    Some(moment.to_rfc3339_opts(SecondsFormat::Secs, true))
}

impl Work {
    /// Reads everything.
    ///
    /// # Errors
    /// [`ChapterError::Told`] where there are no facts yet or the settings are wrong.
    pub(crate) async fn read(ground: &Ground<'_>) -> Result<Self, ChapterError> {
        let settings = settings(ground)?;
        let Some(newest) = ground.newest else {
            return Err(ChapterError::told(
                "There are no sales yet: import orders or settlements first",
                "还没有销售数据：请先导入订单或结算报告",
            ));
        };
        let calendar = calendar(ground).await?;
        let overrides = Overrides::of(&ground.desk.records("forecast_override").await?);
        let products = ground.desk.products().await?.into_iter();
        let products = products.map(|one| (one.sku, (one.name, one.category))).collect();
        let wanted = &settings.forecast;
        let weeks = wanted.history_weeks;
        let facts = facts::read(ground, newest, weeks, wanted.quiet_orders_per_day).await?;
        Ok(Self { settings, calendar, overrides, products, facts, day: day(ground) })
    }

    /// How many products and markets there are.
    pub(crate) fn size(&self) -> usize {
        self.facts.all.len()
    }

    /// Foresees everything, and plans it where a planner is given. Paths of one category are in memory
    /// at a time.
    pub(crate) fn run(
        &self,
        mut planner: Option<&mut Planner<'_>>,
        tell: &(dyn Fn(usize, usize, &str) + Send + Sync),
    ) -> Forecast {
        let run = Run {
            facts: &self.facts,
            calendar: &self.calendar,
            settings: &self.settings.forecast,
            overrides: &self.overrides,
            products: &self.products,
            seed: SEED,
        };
        let all = self.size();
        tell(0, all + 1, "widening");
        let widening = run.widening();
        let mut found = Forecast {
            newest: self.facts.period.to,
            starts: run.starts(),
            weeks: self.settings.forecast.horizon_weeks,
            widening,
            unpaired: self.facts.unpaired,
            all: Vec::with_capacity(all),
            changes: Vec::new(),
        };
        for group in run.groups() {
            let name = group.first().map_or("", |daily| daily.sku.as_str());
            tell(found.all.len(), all + 1, name);
            let seen = run.group(&group, widening);
            if let Some(planner) = planner.as_deref_mut() {
                planner.take(&seen, run.starts());
            }
            let keep = seen.iter().map(|one| one.keep(self.day, self.facts.period.to));
            found.all.extend(keep);
        }
        found.all.sort_by(|a, b| (&a.sku, &a.market).cmp(&(&b.sku, &b.market)));
        found
    }

    /// Keeps a forecast, with people's changes of it and of those before.
    async fn keep(
        &self,
        ground: &Ground<'_>,
        mut found: Forecast,
        who: &str,
    ) -> Result<Forecast, ChapterError> {
        let before = forecast(ground).await?.map(|(before, _)| before);
        found.changes = self.overrides.noted(&found, before.as_ref());
        let bytes = packed(&found)?;
        let meta = json!({ "products": found.all.len(), "widening": found.widening });
        ground.desk.keep(kept::NAME, self.day, meta, bytes, who).await?;
        Ok(found)
    }
}

fn packed<T: serde::Serialize>(value: &T) -> Result<Vec<u8>, ChapterError> {
    serde_json::to_vec(value).map_err(|wrong| {
        let text = format!("a run could not be written: {wrong}");
        ChapterError::told(text, "运行结果无法保存")
    })
}

/// A result of a run as it was kept; one that an older version wrote differently counts as none.
pub(crate) async fn kept_as<T: serde::de::DeserializeOwned>(
    ground: &Ground<'_>,
    name: &str,
) -> Result<Option<(T, i64)>, ChapterError> {
    let Some(kept) = ground.desk.kept(name).await? else { return Ok(None) };
    Ok(serde_json::from_slice(&kept.bytes).ok().map(|value| (value, kept.at_us)))
}

/// The newest forecast and when it was made.
pub(crate) async fn forecast(ground: &Ground<'_>) -> Result<Option<(Forecast, i64)>, ChapterError> {
    kept_as(ground, kept::NAME).await
}

/// The newest plan and when it was made.
pub(crate) async fn plan(ground: &Ground<'_>) -> Result<Option<(Planned, i64)>, ChapterError> {
    kept_as(ground, planned::NAME).await
}

/// Runs a forecast and keeps it.
///
/// # Errors
/// As [`Work::read`].
pub(crate) async fn run_forecast(ground: &Ground<'_>, who: &str) -> Result<Forecast, ChapterError> {
    let work = Work::read(ground).await?;
    let found = work.run(None, ground.tell);
    work.keep(ground, found, who).await
}

/// Works out a plan under assumptions.
///
/// # Errors
/// As [`Work::read`].
pub(crate) async fn work_out(
    ground: &Ground<'_>,
    assumed: Assumed,
) -> Result<(Work, Forecast, Planned), ChapterError> {
    let work = Work::read(ground).await?;
    let records = Records::read(ground).await?;
    let margins = Margins::read(ground, &work.settings.replenish).await?;
    let supply = records.supply(ground, work.day);
    let buying = Buying::of(&work.settings, &supply, &records, &margins, &work.facts.all);
    let mut planner = Planner::new(&buying, assumed, &records.limits);
    let found = work.run(Some(&mut planner), ground.tell);
    (ground.tell)(work.size(), work.size() + 1, "plan");
    let planned = planner.settle();
    Ok((work, found, planned))
}

/// Runs forecast and replenishment and keeps both.
///
/// # Errors
/// As [`Work::read`].
pub(crate) async fn run_plan(
    ground: &Ground<'_>,
    assumed: Assumed,
    who: &str,
) -> Result<Planned, ChapterError> {
    let (work, found, planned) = work_out(ground, assumed).await?;
    work.keep(ground, found, who).await?;
    let bytes = packed(&planned)?;
    let meta = json!({ "products": planned.rows.len() });
    ground.desk.keep(planned::NAME, work.day, meta, bytes, who).await?;
    Ok(planned)
}
