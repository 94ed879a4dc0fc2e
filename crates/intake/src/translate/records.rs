//! Rows that are records people edit (costs, pairings, rates): read here, saved at the desk.

use std::collections::BTreeMap;

use argosy_facts::{
    FactsError,
    arrow::{
        array::{Array, ArrayRef, AsArray, RecordBatch},
        compute::filter_record_batch,
        datatypes::{DataType, Date32Type, Decimal128Type},
    },
};
use argosy_kernel::{Day, Problem};
use rust_decimal::Decimal;
use serde::Serialize;

use super::{is_true, line_of, money};
use crate::{
    definition::{RecordKind, RecordPlan},
    problems::Problems,
};

/// One value of a record.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(untagged)]
pub enum RecordValue {
    Text(String),
    Day(Day),
    Number(Decimal),
}

/// One record of a file, by field; fields without a value are not there.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct RecordRow {
    pub kind: RecordKind,
    pub line: u64,
    pub fields: BTreeMap<String, RecordValue>,
}

impl RecordRow {
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.fields.get(name) {
            Some(RecordValue::Text(text)) => Some(text),
            _ => None,
        }
    }

    pub fn day(&self, name: &str) -> Option<Day> {
        match self.fields.get(name) {
            Some(RecordValue::Day(day)) => Some(*day),
            _ => None,
        }
    }

    pub fn number(&self, name: &str) -> Option<Decimal> {
        match self.fields.get(name) {
            Some(RecordValue::Number(number)) => Some(*number),
            _ => None,
        }
    }
}

/// Reads the records of a batch; a row that lacks a field it must have is a problem.
pub(super) fn read(
    plan: &RecordPlan,
    batch: &RecordBatch,
    records: &mut Vec<RecordRow>,
    problems: &mut Problems,
) {
    if batch.num_rows() == 0 {
        return;
    }
    match evaluate(plan, batch) {
        Ok((rows, columns)) => {
            for row in 0..rows.num_rows() {
                let record = record_of(plan, &rows, &columns, row);
                match missing(plan, &record) {
                    None => records.push(record),
                    Some(field) => problems.push(
                        Problem::error("missing_value")
                            .at_line(record.line)
                            .in_column(field)
                            .expected("a value in this column")
                            .hint("the row was not loaded; fill in the cell and import again"),
                    ),
                }
            }
        }
        Err(_) if batch.num_rows() > 1 => {
            let half = batch.num_rows() / 2;
            read(plan, &batch.slice(0, half), records, problems);
            read(plan, &batch.slice(half, batch.num_rows() - half), records, problems);
        }
        Err(error) => problems.push(
            Problem::error("row_not_translated")
                .at_line(line_of(batch, 0))
                .found(error.to_string())
                .hint("the row was not loaded; correct the cell and import again"),
        ),
    }
}

type Columns<'p> = Vec<(&'p str, ArrayRef)>;

fn evaluate<'p>(
    plan: &'p RecordPlan,
    batch: &RecordBatch,
) -> Result<(RecordBatch, Columns<'p>), FactsError> {
    let mut rows = batch.clone();
    if let Some(when) = &plan.when {
        rows = filter_record_batch(&rows, &is_true(&when.evaluate(batch)?))?;
    }
    let columns = plan
        .set
        .iter()
        .map(|(name, sql)| Ok((name.as_str(), sql.evaluate(&rows)?)))
        .collect::<Result<_, FactsError>>()?;
    Ok((rows, columns))
}

fn record_of(
    plan: &RecordPlan,
    rows: &RecordBatch,
    columns: &Columns<'_>,
    row: usize,
) -> RecordRow {
    let mut fields = BTreeMap::new();
    for (name, column) in columns {
        if let Some(value) = value_of(column, row) {
            fields.insert((*name).to_owned(), value);
        }
    }
    RecordRow { kind: plan.kind, line: line_of(rows, row), fields }
}

fn value_of(column: &ArrayRef, row: usize) -> Option<RecordValue> {
    if column.is_null(row) {
        return None;
    }
    match column.data_type() {
        DataType::Utf8 => {
            let text = column.as_string::<i32>().value(row).trim();
            (!text.is_empty()).then(|| RecordValue::Text(text.to_owned()))
        }
        DataType::Date32 => Day::from_epoch_days(column.as_primitive::<Date32Type>().value(row))
            .map(RecordValue::Day),
        DataType::Decimal128(..) => {
            Some(RecordValue::Number(money(column.as_primitive::<Decimal128Type>().value(row))))
        }
        _ => None,
    }
}

fn missing(plan: &RecordPlan, record: &RecordRow) -> Option<String> {
    plan.kind
        .fields()
        .iter()
        .find(|field| !field.is_nullable() && !record.fields.contains_key(field.name()))
        .map(|field| field.name().clone())
}
