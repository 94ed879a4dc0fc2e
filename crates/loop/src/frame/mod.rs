//! The frame of a rule: one table, one row per subject, made of its inputs.

pub(crate) mod inputs;
pub(crate) mod peer;
pub(crate) mod shrink;
pub(crate) mod sql;
pub(crate) mod thresholds;

use std::{collections::HashMap, sync::Arc};

use argosy_facts::{
    FactsError,
    arrow::{
        array::{
            Array, ArrayRef, AsArray, BooleanArray, Date32Array, Decimal128Array, Float64Array,
            Int64Array, RecordBatch, StringArray,
        },
        compute::{cast, concat_batches},
        datatypes::{DataType, Date32Type, Decimal128Type, Float64Type, Int64Type, SchemaRef},
    },
};
use argosy_kernel::Day;
use argosy_metrics::expression::Value;
use chrono::NaiveDate;
use rust_decimal::{Decimal, prelude::FromPrimitive};

/// Digits after the point that estimates are rounded to where they become decimals.
const DIGITS: u32 = 8;

/// Days from the first of the common era to 1970, as Arrow counts from there.
const UNIX_DAYS_FROM_CE: i32 = 719_163;

/// The day with this number of days since 1970.
pub(crate) fn day_of(number: i32) -> Option<Day> {
    NaiveDate::from_num_days_from_ce_opt(number + UNIX_DAYS_FROM_CE)
}

/// Days since 1970.
pub(crate) fn day_number(day: Day) -> i32 {
    use chrono::Datelike;
    day.num_days_from_ce() - UNIX_DAYS_FROM_CE
}

/// The decimal with this mantissa; digits past what a decimal holds are cut.
fn decimal(mut mantissa: i128, mut scale: u32) -> Option<Decimal> {
    loop {
        if scale <= Decimal::MAX_SCALE
            && let Ok(number) = Decimal::try_from_i128_with_scale(mantissa, scale)
        {
            return Some(number.normalize());
        }
        // Too large even without a point: no decimal holds it.
        scale = scale.checked_sub(1)?;
        mantissa /= 10;
    }
}

/// A column, in one of the few types that rules see.
#[derive(Clone, Debug)]
pub(crate) enum Column {
    Text(StringArray),
    Number(Decimal128Array, u32),
    Whole(Int64Array),
    Estimate(Float64Array),
    Truth(BooleanArray),
    Day(Date32Array),
    Unknown,
}

impl Column {
    fn of(array: &ArrayRef) -> Result<Self, FactsError> {
        Ok(match array.data_type() {
            DataType::Utf8 => Self::Text(array.as_string().clone()),
            DataType::Decimal128(_, scale) if *scale >= 0 => Self::Number(
                array.as_primitive::<Decimal128Type>().clone(),
                u32::from(scale.unsigned_abs()),
            ),
            DataType::Int64 => Self::Whole(array.as_primitive::<Int64Type>().clone()),
            DataType::Float64 => Self::Estimate(array.as_primitive::<Float64Type>().clone()),
            DataType::Boolean => Self::Truth(array.as_boolean().clone()),
            DataType::Date32 => Self::Day(array.as_primitive::<Date32Type>().clone()),
            DataType::Null => Self::Unknown,
            other => {
                let simple = match other {
                    DataType::Float32 | DataType::Float16 | DataType::Decimal256(..) => {
                        DataType::Float64
                    }
                    other if other.is_integer() => DataType::Int64,
                    _ => DataType::Utf8,
                };
                return Self::of(&cast(array, &simple)?);
            }
        })
    }

    /// The value in a row; what is no number (division by zero) is unknown.
    pub(crate) fn value(&self, row: usize) -> Value {
        match self {
            Self::Text(texts) if texts.is_valid(row) => Value::Text(texts.value(row).to_owned()),
            Self::Number(numbers, scale) if numbers.is_valid(row) => {
                decimal(numbers.value(row), *scale).into()
            }
            Self::Whole(numbers) if numbers.is_valid(row) => {
                Value::Number(Decimal::from(numbers.value(row)))
            }
            Self::Estimate(numbers) if numbers.is_valid(row) => {
                let number = Decimal::from_f64(numbers.value(row)); // float-ok: edge of estimates
                number.map(|number| number.round_dp(DIGITS).normalize()).into()
            }
            Self::Truth(truths) if truths.is_valid(row) => Value::Bool(truths.value(row)),
            Self::Day(days) if days.is_valid(row) => match day_of(days.value(row)) {
                Some(day) => Value::Text(day.to_string()),
                None => Value::Null,
            },
            _ => Value::Null,
        }
    }

    /// The value as a key: unknown is an empty text.
    pub(crate) fn key(&self, row: usize) -> String {
        crate::judge::shown(&self.value(row)).unwrap_or_default()
    }

    /// All values as estimates.
    pub(crate) fn estimates(&self, rows: usize) -> Result<Float64Array, FactsError> {
        let array: ArrayRef = match self {
            Self::Estimate(numbers) => return Ok(numbers.clone()),
            Self::Number(numbers, _) => Arc::new(numbers.clone()),
            Self::Whole(numbers) => Arc::new(numbers.clone()),
            Self::Unknown => return Ok(Float64Array::new_null(rows)),
            _ => return Err(FactsError::Query("a column of words is used as a number".into())),
        };
        Ok(cast(&array, &DataType::Float64)?.as_primitive::<Float64Type>().clone())
    }
}

/// A table in memory, by column.
#[derive(Clone, Debug, Default)]
pub(crate) struct Frame {
    pub rows: usize,
    columns: HashMap<String, Column>,
}

impl Frame {
    /// Brings batches of one query together.
    pub(crate) fn new(schema: &SchemaRef, batches: &[RecordBatch]) -> Result<Self, FactsError> {
        let whole = concat_batches(schema, batches)?;
        let mut columns = HashMap::new();
        for (field, array) in whole.schema().fields().iter().zip(whole.columns()) {
            columns.insert(field.name().to_lowercase(), Column::of(array)?);
        }
        Ok(Self { rows: whole.num_rows(), columns })
    }

    pub(crate) fn column(&self, name: &str) -> Option<&Column> {
        self.columns.get(name)
    }

    pub(crate) fn add(&mut self, name: impl Into<String>, column: Column) {
        self.columns.insert(name.into(), column);
    }

    pub(crate) fn value(&self, name: &str, row: usize) -> Value {
        self.column(name).map_or(Value::Null, |column| column.value(row))
    }

    /// The group of each row by the values of `within`, numbered from 0, and how many there are.
    pub(crate) fn groups(&self, within: &[String]) -> (Vec<usize>, usize) {
        let columns: Vec<&Column> = within.iter().filter_map(|name| self.column(name)).collect();
        let mut known: HashMap<Vec<String>, usize> = HashMap::new();
        let groups = (0..self.rows)
            .map(|row| {
                let key: Vec<String> = columns.iter().map(|column| column.key(row)).collect();
                let next = known.len();
                *known.entry(key).or_insert(next)
            })
            .collect();
        (groups, known.len())
    }
}
