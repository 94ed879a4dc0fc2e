//! The functions that knowledge files may call beside the engine's own.

use std::{collections::HashMap, sync::Arc};

use chrono::{DateTime, NaiveDate, Offset, TimeZone};
use chrono_tz::Tz;
use datafusion::{
    arrow::{
        array::{Array, ArrayRef, AsArray, Date32Builder, StringArray, TimestampMicrosecondArray},
        datatypes::{DataType, TimestampMicrosecondType},
    },
    error::{DataFusionError, Result},
    logical_expr::{ColumnarValue, Volatility, create_udf},
    prelude::SessionContext,
};

use crate::schema::instant;

/// One name under which a channel speaks of a market.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MarketRow {
    pub channel: String,
    pub name: String,
    /// ISO 3166 alpha-2 code.
    pub market: String,
    /// ISO 4217 code.
    pub currency: String,
    /// IANA time zone.
    pub time_zone: String,
}

/// All of `knowledge/marketplaces.csv`.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct MarketTable {
    pub rows: Vec<MarketRow>,
}

impl MarketTable {
    /// The market a channel means by `name` (case and outer blanks do not matter).
    pub fn market_of(&self, channel: &str, name: &str) -> Option<&str> {
        let name = name.trim().to_lowercase();
        let same = |row: &&MarketRow| row.channel == channel && row.name.to_lowercase() == name;
        self.rows.iter().find(same).map(|row| row.market.as_str()).filter(|m| !m.is_empty())
    }

    /// The time zone of a market, on whatever channel it is named.
    pub fn time_zone(&self, market: &str) -> Option<Tz> {
        self.of_market(market).and_then(|row| row.time_zone.parse().ok())
    }

    pub fn currency(&self, market: &str) -> Option<&str> {
        self.of_market(market).map(|row| row.currency.as_str())
    }

    fn of_market(&self, market: &str) -> Option<&MarketRow> {
        self.rows.iter().find(|row| row.market == market && !market.is_empty())
    }
}

pub(super) fn register(context: &SessionContext, channel: &str, markets: &MarketTable) {
    let names: HashMap<String, String> = markets
        .rows
        .iter()
        .filter(|row| row.channel == channel && !row.market.is_empty())
        .map(|row| (row.name.to_lowercase(), row.market.clone()))
        .collect();
    register_text(context, "market_of", move |name| {
        names.get(name.trim()).or_else(|| names.get(&name.trim().to_lowercase())).cloned()
    });
    let mut currencies = HashMap::new();
    let mut zones: HashMap<String, Tz> = HashMap::new();
    for row in markets.rows.iter().filter(|row| !row.market.is_empty()) {
        currencies.entry(row.market.clone()).or_insert_with(|| row.currency.clone());
        if let Ok(zone) = row.time_zone.parse() {
            zones.entry(row.market.clone()).or_insert(zone);
        }
    }
    register_text(context, "market_currency", move |market| currencies.get(market).cloned());
    let day = create_udf(
        "market_day",
        vec![instant(), DataType::Utf8],
        DataType::Date32,
        Volatility::Immutable,
        Arc::new(move |arguments: &[ColumnarValue]| market_day(arguments, &zones)),
    );
    context.register_udf(day);
}

/// A function from text to text; what it does not know becomes null.
fn register_text(
    context: &SessionContext,
    name: &str,
    look_up: impl Fn(&str) -> Option<String> + Send + Sync + 'static,
) {
    let function = move |arguments: &[ColumnarValue]| {
        let arrays = ColumnarValue::values_to_arrays(arguments)?;
        let texts = arrays[0].as_string::<i32>();
        let mut last: Option<(&str, Option<String>)> = None;
        let mut found: Vec<Option<String>> = Vec::with_capacity(texts.len());
        for text in texts {
            let Some(text) = text else {
                found.push(None);
                continue;
            };
            match &last {
                Some((known, value)) if *known == text => found.push(value.clone()),
                _ => {
                    let value = look_up(text);
                    last = Some((text, value.clone()));
                    found.push(value);
                }
            }
        }
        let array: ArrayRef = Arc::new(StringArray::from(found));
        Ok(ColumnarValue::Array(array))
    };
    context.register_udf(create_udf(
        name,
        vec![DataType::Utf8],
        DataType::Utf8,
        Volatility::Immutable,
        Arc::new(function),
    ));
}

const MICROS_PER_SECOND: i64 = 1_000_000;
const SECONDS_PER_HOUR: i64 = 3_600;
const SECONDS_PER_DAY: i64 = 86_400;

fn market_day(arguments: &[ColumnarValue], zones: &HashMap<String, Tz>) -> Result<ColumnarValue> {
    let arrays = ColumnarValue::values_to_arrays(arguments)?;
    let instants: &TimestampMicrosecondArray = arrays[0].as_primitive::<TimestampMicrosecondType>();
    let markets = arrays[1].as_string::<i32>();
    let mut days = Date32Builder::with_capacity(instants.len());
    // Offsets change at most at whole quarters of an hour; one lookup serves a run of rows.
    let mut known: Option<(&str, i64, i64)> = None;
    for row in 0..instants.len() {
        if instants.is_null(row) {
            days.append_null();
            continue;
        }
        let seconds = instants.value(row).div_euclid(MICROS_PER_SECOND);
        let market = if markets.is_valid(row) { markets.value(row) } else { "" };
        let quarter = seconds.div_euclid(SECONDS_PER_HOUR / 4);
        let offset = match known {
            Some((last_market, last_quarter, offset))
                if last_market == market && last_quarter == quarter =>
            {
                offset
            }
            _ => offset_seconds(zones.get(market), seconds)?,
        };
        known = Some((market, quarter, offset));
        let day = (seconds + offset).div_euclid(SECONDS_PER_DAY);
        days.append_value(i32::try_from(day).map_err(|_| out_of_range())?);
    }
    Ok(ColumnarValue::Array(Arc::new(days.finish())))
}

fn offset_seconds(zone: Option<&Tz>, seconds: i64) -> Result<i64> {
    let Some(zone) = zone else { return Ok(0) };
    let instant = DateTime::from_timestamp(seconds, 0).ok_or_else(out_of_range)?;
    // Guards the calendar's own limits, which chrono's conversion would panic on.
    if instant.date_naive() > NaiveDate::MAX - chrono::Days::new(2) {
        return Err(out_of_range());
    }
    let offset = zone.offset_from_utc_datetime(&instant.naive_utc()).fix();
    Ok(i64::from(offset.local_minus_utc()))
}

fn out_of_range() -> DataFusionError {
    DataFusionError::Execution("an instant lies outside the calendar".to_owned())
}
