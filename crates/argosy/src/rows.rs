//! Answers of the users' own SQL as text cells.

use std::sync::Arc;

use argosy_facts::arrow::{
    array::{Array, RecordBatch},
    error::ArrowError,
    util::display::{ArrayFormatter, FormatOptions},
};
use argosy_metrics::export::{Cell, Sheet};

/// Rows of text; an absent cell is null.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    pub header: Vec<String>,
    pub rows: Vec<Vec<Option<String>>>,
}

impl Rows {
    /// Reads batches of one answer. Days are written `2026-06-30`, instants as RFC 3339.
    ///
    /// # Errors
    /// When a cell has no form as text.
    pub fn read(batches: &[RecordBatch]) -> Result<Self, ArrowError> {
        let Some(first) = batches.first() else { return Ok(Self::default()) };
        let options = FormatOptions::default()
            .with_timestamp_format(Some("%Y-%m-%dT%H:%M:%S%.f"))
            .with_timestamp_tz_format(Some("%Y-%m-%dT%H:%M:%S%.fZ"));
        let mut rows = Vec::new();
        for batch in batches {
            let cells = batch
                .columns()
                .iter()
                .map(|column| ArrayFormatter::try_new(column, &options))
                .collect::<Result<Vec<_>, _>>()?;
            for row in 0..batch.num_rows() {
                let text = |(column, cell): (&Arc<dyn Array>, &ArrayFormatter<'_>)| {
                    if column.is_null(row) {
                        return Ok(None);
                    }
                    cell.value(row).try_to_string().map(Some)
                };
                rows.push(batch.columns().iter().zip(&cells).map(text).collect::<Result<_, _>>()?);
            }
        }
        let header = first.schema().fields().iter().map(|field| field.name().clone()).collect();
        Ok(Self { header, rows })
    }

    /// The rows as a table to download; what reads as a number is one (and so never a formula).
    pub fn sheet(self) -> Sheet {
        let cell = |cell: Option<String>| match cell {
            None => Cell::Empty,
            Some(text) => text.parse().map_or(Cell::Text(text), Cell::Number),
        };
        let rows = self.rows.into_iter().map(|row| row.into_iter().map(cell).collect());
        Sheet { name: "sql".to_owned(), header: self.header, rows: rows.collect() }
    }
}
