//! Wide rows: each of their amounts is a fact of its own.

use std::{collections::BTreeMap, sync::Arc};

use argosy_facts::{
    FactsError,
    arrow::{
        array::{
            Array, ArrayRef, AsArray, Decimal128Array, Int64Array, RecordBatch, StringArray,
            UInt32Array,
        },
        compute::take_record_batch,
        datatypes::Decimal128Type,
    },
    schema::{MONEY_PRECISION, MONEY_SCALE},
};
use argosy_kernel::Table;

use crate::definition::{Amount, FactPlan, amount_field};

/// One row per amount that is not zero (or whose zero is a fact), with its key in `amount_key`.
pub(super) fn one_row_each(
    plan: &FactPlan,
    rows: RecordBatch,
) -> Result<(RecordBatch, Decimal128Array), FactsError> {
    let mut indices: Vec<u32> = Vec::with_capacity(rows.num_rows());
    let mut values: Vec<i128> = Vec::with_capacity(rows.num_rows());
    let mut keys: Vec<&str> = Vec::with_capacity(rows.num_rows());
    let arrays: Vec<(&Amount, ArrayRef)> = plan
        .amounts
        .iter()
        .map(|amount| Ok((amount, amount.sql.evaluate(&rows)?)))
        .collect::<Result<_, FactsError>>()?;
    for row in 0..rows.num_rows() {
        for (amount, array) in &arrays {
            let array = array.as_primitive::<Decimal128Type>();
            if array.is_valid(row) && (amount.keep_zero || array.value(row) != 0) {
                indices.push(u32::try_from(row).unwrap_or(u32::MAX));
                values.push(array.value(row));
                keys.push(&amount.key);
            }
        }
    }
    let every_row_once = arrays.len() == 1 && indices.len() == rows.num_rows();
    let mut expanded =
        if every_row_once { rows } else { take_record_batch(&rows, &UInt32Array::from(indices))? };
    if let Ok(at) = expanded.schema().index_of("amount_key") {
        let mut columns = expanded.columns().to_vec();
        columns[at] = Arc::new(StringArray::from_iter_values(keys));
        expanded = RecordBatch::try_new(expanded.schema(), columns)?;
    }
    let amounts = Decimal128Array::from_iter_values(values)
        .with_precision_and_scale(MONEY_PRECISION, MONEY_SCALE)?;
    Ok((expanded, amounts))
}

/// The amounts in the field that the table has for them; counts of pieces are whole.
pub(super) fn into_field(
    table: Table,
    amounts: Decimal128Array,
    rows: &RecordBatch,
    columns: &mut BTreeMap<&str, ArrayRef>,
) -> Result<(), FactsError> {
    let Some(field) = amount_field(table) else { return Ok(()) };
    if table == Table::Measures
        && let Some(keys) = rows.column_by_name("amount_key")
    {
        columns.entry("measure").or_insert_with(|| keys.clone());
    }
    let array: ArrayRef = match table {
        Table::Stock | Table::Movements => Arc::new(whole(&amounts)?),
        _ => Arc::new(amounts),
    };
    columns.insert(field, array);
    Ok(())
}

fn whole(amounts: &Decimal128Array) -> Result<Int64Array, FactsError> {
    let unit = 10_i128.pow(u32::from(MONEY_SCALE.unsigned_abs()));
    let pieces = |value: &i128| {
        let is_whole = value % unit == 0;
        let pieces = i64::try_from(value / unit).ok().filter(|_| is_whole);
        pieces.ok_or_else(|| {
            FactsError::Query(format!("{} is no number of pieces", super::money(*value)))
        })
    };
    amounts.values().iter().map(pieces).collect::<Result<Vec<i64>, _>>().map(Int64Array::from)
}
