//! SQL of rules: the days of its window put in, money in the reporting currency, and who may read.

use std::{collections::HashMap, sync::Arc};

use argosy_facts::{
    FactsError, Session,
    arrow::{
        array::{Array, AsArray, Float64Array},
        datatypes::{DataType, Date32Type, Float64Type},
    },
    datafusion::{
        error::DataFusionError,
        logical_expr::{ColumnarValue, Volatility, create_udf},
    },
};
use argosy_kernel::{Currency, Day, Period};
use argosy_metrics::Rates;
use rust_decimal::prelude::ToPrimitive;

use super::day_of;

/// Puts `$day`, `$from` and `$to` into SQL; what stands in quotes stays.
pub(crate) fn with_days(sql: &str, day: Day, window: Period) -> String {
    let mut shown = String::with_capacity(sql.len() + 64);
    let mut quoted = false;
    let mut rest = sql;
    while let Some(letter) = rest.chars().next() {
        quoted ^= letter == '\'';
        let found = [("$day", day), ("$from", window.from), ("$to", window.to)]
            .into_iter()
            .find(|(name, _)| !quoted && rest.starts_with(name));
        match found {
            Some((name, day)) => {
                shown += &format!("DATE '{day}'");
                rest = &rest[name.len()..];
            }
            None => {
                shown.push(letter);
                rest = &rest[letter.len_utf8()..];
            }
        }
    }
    shown
}

/// Makes `in_currency(amount, currency, day)` known: the amount at the reference rate of its day,
/// unknown where there is no rate.
pub(crate) fn register_rates(session: &Session, rates: &Rates, to: Currency) {
    let rates = rates.clone();
    let convert = move |arguments: &[ColumnarValue]| -> Result<ColumnarValue, DataFusionError> {
        let arrays = ColumnarValue::values_to_arrays(arguments)?;
        let amounts = arrays[0].as_primitive::<Float64Type>();
        let codes = arrays[1].as_string::<i32>();
        let days = arrays[2].as_primitive::<Date32Type>();
        let mut known: HashMap<(&str, i32), Option<f64>> = HashMap::new(); // float-ok: estimates only
        let converted: Float64Array = (0..amounts.len())
            .map(|row| {
                if amounts.is_null(row) || codes.is_null(row) || days.is_null(row) {
                    return None;
                }
                let (code, day) = (codes.value(row), days.value(row));
                let rate = *known.entry((code, day)).or_insert_with(|| {
                    rates.between(code, to.code(), day_of(day)?)?.to_f64() // float-ok: estimates
                });
                Some(amounts.value(row) * rate?)
            })
            .collect();
        Ok(ColumnarValue::Array(Arc::new(converted)))
    };
    session.context().register_udf(create_udf(
        "in_currency",
        vec![DataType::Float64, DataType::Utf8, DataType::Date32],
        DataType::Float64,
        Volatility::Immutable,
        Arc::new(convert),
    ));
}

/// Forgets a table of a rule.
pub(crate) fn forget(session: &Session, name: &str) -> Result<(), FactsError> {
    session.context().deregister_table(name)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_put_in_outside_of_quotes_only() {
        let day: Day = "2026-06-30".parse().unwrap();
        let window = Period::new("2026-06-03".parse().unwrap(), day).unwrap();
        assert_eq!(
            with_days("day between $from and $to and x <> '$day' and y=$day", day, window),
            "day between DATE '2026-06-03' and DATE '2026-06-30' and x <> '$day' \
             and y=DATE '2026-06-30'"
        );
    }
}
