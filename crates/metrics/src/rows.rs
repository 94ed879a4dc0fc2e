//! Reading query results, and building the small tables that queries are joined with.

use argosy_facts::{
    FactsError,
    arrow::{
        array::{
            Array, AsArray, BooleanArray, Date32Array, Decimal128Array, Int64Array, RecordBatch,
            StringArray, UInt64Array,
        },
        datatypes::{DataType, Date32Type, Decimal128Type, Int64Type, UInt64Type},
    },
};
use argosy_kernel::Day;
use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;

/// Digits after the point that sums of money are kept with. Converted sums come with twenty; eight
/// keep a ten-thousandth of a cent and leave room for any company's turnover.
const MONEY_DIGITS: u32 = 8;

/// Days since 1970, as Arrow counts them.
pub(crate) fn day_number(day: Day) -> i32 {
    day.num_days_from_ce() - UNIX_DAYS_FROM_CE
}

/// The day with this number.
pub(crate) fn day_of(number: i32) -> Option<Day> {
    NaiveDate::from_num_days_from_ce_opt(number + UNIX_DAYS_FROM_CE)
}

const UNIX_DAYS_FROM_CE: i32 = 719_163;

/// A column of texts, days or truths, read as text.
pub(crate) enum Texts<'a> {
    Text(&'a StringArray),
    Day(&'a Date32Array),
    Truth(&'a BooleanArray),
    Null,
}

impl<'a> Texts<'a> {
    pub(crate) fn of(batch: &'a RecordBatch, column: usize) -> Result<Self, FactsError> {
        let array = batch.column(column);
        match array.data_type() {
            DataType::Utf8 => Ok(Self::Text(array.as_string())),
            DataType::Date32 => Ok(Self::Day(array.as_primitive::<Date32Type>())),
            DataType::Boolean => Ok(Self::Truth(array.as_boolean())),
            DataType::Null => Ok(Self::Null),
            other => Err(unreadable(batch, column, other)),
        }
    }

    pub(crate) fn at(&self, row: usize) -> Option<String> {
        match self {
            Self::Text(texts) => texts.is_valid(row).then(|| texts.value(row).to_owned()),
            Self::Day(days) => {
                days.is_valid(row).then(|| day_of(days.value(row)))?.map(|day| day.to_string())
            }
            Self::Truth(truths) => truths.is_valid(row).then(|| truths.value(row).to_string()),
            Self::Null => None,
        }
    }
}

/// A column of numbers, read as exact decimals.
pub(crate) enum Numbers<'a> {
    Decimal(&'a Decimal128Array, i8),
    Signed(&'a Int64Array),
    Unsigned(&'a UInt64Array),
    Null,
}

impl<'a> Numbers<'a> {
    pub(crate) fn of(batch: &'a RecordBatch, column: usize) -> Result<Self, FactsError> {
        let array = batch.column(column);
        match array.data_type() {
            DataType::Decimal128(_, scale) => {
                Ok(Self::Decimal(array.as_primitive::<Decimal128Type>(), *scale))
            }
            DataType::Int64 => Ok(Self::Signed(array.as_primitive::<Int64Type>())),
            DataType::UInt64 => Ok(Self::Unsigned(array.as_primitive::<UInt64Type>())),
            DataType::Null => Ok(Self::Null),
            other => Err(unreadable(batch, column, other)),
        }
    }

    pub(crate) fn at(&self, row: usize) -> Option<Decimal> {
        match self {
            Self::Decimal(numbers, scale) => {
                numbers.is_valid(row).then(|| decimal(numbers.value(row), *scale))?
            }
            Self::Signed(numbers) => {
                numbers.is_valid(row).then(|| Decimal::from(numbers.value(row)))
            }
            Self::Unsigned(numbers) => {
                numbers.is_valid(row).then(|| Decimal::from(numbers.value(row)))
            }
            Self::Null => None,
        }
    }

    pub(crate) fn count(&self, row: usize) -> u64 {
        self.at(row).and_then(|number| u64::try_from(number).ok()).unwrap_or(0)
    }
}

fn unreadable(batch: &RecordBatch, column: usize, found: &DataType) -> FactsError {
    let name = batch.schema().field(column).name().clone();
    FactsError::Query(format!("column `{name}` came back as {found}, which cannot be read"))
}

/// The decimal with this mantissa; finer than [`MONEY_DIGITS`] is rounded half to even.
fn decimal(mantissa: i128, scale: i8) -> Option<Decimal> {
    let scale = u32::try_from(scale).ok()?;
    if scale <= MONEY_DIGITS {
        return Decimal::try_from_i128_with_scale(mantissa, scale).ok().map(|n| n.normalize());
    }
    let step = 10_i128.pow(scale - MONEY_DIGITS);
    let (quotient, rest) = (mantissa / step, mantissa % step);
    let twice = rest.abs() * 2;
    let up = twice > step || (twice == step && quotient % 2 != 0);
    let quotient = if up { quotient + mantissa.signum() } else { quotient };
    Decimal::try_from_i128_with_scale(quotient, MONEY_DIGITS).ok().map(|n| n.normalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_count_as_arrow_counts_them() {
        assert_eq!(day_number("1970-01-01".parse().unwrap()), 0);
        assert_eq!(day_of(20_000).map(|day| day.to_string()), Some("2024-10-04".to_owned()));
    }

    #[test]
    fn sums_are_rounded_half_to_even_at_eight_digits() {
        let shown = |mantissa, scale| decimal(mantissa, scale).map(|number| number.to_string());
        assert_eq!(shown(12_345, 3).as_deref(), Some("12.345"));
        assert_eq!(shown(-150, 10).as_deref(), Some("-0.00000002"));
        assert_eq!(shown(250, 10).as_deref(), Some("0.00000002"));
        assert_eq!(shown(251, 10).as_deref(), Some("0.00000003"));
    }
}
