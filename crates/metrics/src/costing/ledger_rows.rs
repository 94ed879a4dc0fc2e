//! Goods written off, as rows of the ledger: they stand beside all other money, can be opened, and
//! enter every figure that is a sum of lines.

use std::sync::Arc;

use argosy_facts::{
    FactsError, Session,
    arrow::{
        array::{ArrayRef, RecordBatch, StringArray, new_null_array},
        compute::cast,
    },
    schema::schema,
};
use argosy_kernel::Table;

use super::book::{Book, Booking};
use crate::chart::COGS;

/// The table of write-offs.
const TABLE: &str = "goods_written_off";
/// Stands in place of a report's definition: no file tells these rows.
const DEFINITION: &str = "argosy.costing@1";

/// Registers the write-offs and gives the SELECT that adds them to the ledger.
pub(crate) fn write_offs(session: &Session, book: &Book) -> Result<Option<String>, FactsError> {
    let rows: Vec<&Booking> = book
        .bookings
        .iter()
        .filter(|booking| booking.line != COGS && !booking.cost.is_zero())
        .collect();
    if rows.is_empty() {
        return Ok(None);
    }
    let schema = schema(Table::Ledger);
    let columns: Vec<ArrayRef> = schema
        .fields()
        .iter()
        .map(|field| {
            let values: StringArray =
                rows.iter().map(|row| value(row, field.name(), book)).collect();
            if values.iter().all(|value| value.is_none()) {
                return Ok(new_null_array(field.data_type(), rows.len()));
            }
            Ok(cast(&values, field.data_type())?)
        })
        .collect::<Result<_, FactsError>>()?;
    session.register(TABLE, vec![RecordBatch::try_new(Arc::clone(&schema), columns)?])?;
    let names: Vec<String> =
        schema.fields().iter().map(|field| format!("w.\"{}\"", field.name())).collect();
    Ok(Some(format!("SELECT {} FROM {TABLE} w", names.join(", "))))
}

fn value(row: &Booking, column: &str, book: &Book) -> Option<String> {
    Some(match column {
        "store" => row.listing.store.clone(),
        "channel" => row.listing.channel.clone(),
        "market" => return row.listing.market.clone(),
        "day" => row.day.to_string(),
        "line" => row.line.to_owned(),
        "amount" => (-row.cost).to_string(),
        "currency" => book.currency.code().to_owned(),
        "provisional" => "false".to_owned(),
        "seller_sku" => row.listing.seller_sku.clone(),
        "transaction" => "goods".to_owned(),
        "fee_type" => row.source.to_string(),
        "container" => "costing".to_owned(),
        "definition" => DEFINITION.to_owned(),
        "raw" => String::new(),
        "row" => "0".to_owned(),
        _ => return None,
    })
}
