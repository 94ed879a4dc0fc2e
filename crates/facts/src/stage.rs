//! Streaming rows into files that nobody sees yet.

use std::collections::BTreeMap;

use argosy_kernel::{Day, FactFile, Table};
use datafusion::arrow::{
    array::{RecordBatch, UInt64Array},
    compute::take_record_batch,
};

use crate::{
    FactStore, FactsError, Staged, VersionOrder,
    merge::{Merge, merge},
    parquet_io::{FileWriter, conform, days, month_of},
    schema::schema,
};

/// A writer for rows of one table of one store. Memory stays bounded however many rows come.
///
/// Dropped without [`Stage::finish`], it leaves files that no manifest lists; they are removed by
/// the next start's sweep.
pub struct Stage {
    pub(crate) facts: FactStore,
    pub(crate) store: String,
    pub(crate) table: Table,
    writers: BTreeMap<Day, FileWriter>,
}

impl Stage {
    pub(crate) fn new(facts: FactStore, store: &str, table: Table) -> Self {
        Self { facts, store: store.to_owned(), table, writers: BTreeMap::new() }
    }

    /// Writes rows; they must have every column of the table, and any month.
    ///
    /// # Errors
    /// [`FactsError::Shape`] when a column is missing, of the wrong type, or null where it must not
    /// be; [`FactsError::File`] when the disk is full.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<(), FactsError> {
        if batch.num_rows() == 0 {
            return Ok(());
        }
        let batch = conform(batch, &schema(self.table))?;
        for (month, rows) in split_by_month(&batch)? {
            let writer = match self.writers.entry(month) {
                std::collections::btree_map::Entry::Occupied(entry) => entry.into_mut(),
                std::collections::btree_map::Entry::Vacant(entry) => {
                    entry.insert(FileWriter::create(&self.facts, self.table, &self.store, month)?)
                }
            };
            writer.write(&rows)?;
        }
        Ok(())
    }

    /// Makes the rows durable and works out what they change against the current files: which
    /// files to add, which to retire, and the import diff. Nothing is visible before the desk has
    /// committed that.
    ///
    /// # Errors
    /// [`FactsError`] when a file cannot be written or a current one cannot be read.
    pub async fn finish(
        self,
        current: &[FactFile],
        order: &VersionOrder,
    ) -> Result<Staged, FactsError> {
        let current: Vec<FactFile> = current
            .iter()
            .filter(|file| file.table == self.table && file.store == self.store)
            .cloned()
            .collect();
        let order = order.clone();
        tokio::task::spawn_blocking(move || {
            let staged = self
                .writers
                .into_values()
                .map(FileWriter::finish)
                .collect::<Result<Vec<_>, FactsError>>()?;
            let of = Merge { facts: &self.facts, table: self.table, store: &self.store };
            let staged = merge(&of, staged, &current, &order)?;
            let added = staged.added.iter().map(|file| file.path.clone()).collect();
            self.facts.shelf.publish(added)?;
            Ok(staged)
        })
        .await?
    }

    /// Gives up the rows written so far.
    pub fn discard(self) {
        self.writers.into_values().for_each(FileWriter::discard);
    }
}

fn split_by_month(batch: &RecordBatch) -> Result<Vec<(Day, RecordBatch)>, FactsError> {
    let days = days(batch)?;
    let mut rows_of: BTreeMap<Day, Vec<u64>> = BTreeMap::new();
    let mut last: Option<(i32, Day)> = None;
    for (row, day) in (0u64..).zip(days.values()) {
        let month = match last {
            Some((known, month)) if known == *day => month,
            _ => month_of(*day),
        };
        last = Some((*day, month));
        rows_of.entry(month).or_default().push(row);
    }
    if rows_of.len() == 1 {
        return Ok(rows_of.into_keys().map(|month| (month, batch.clone())).collect());
    }
    rows_of
        .into_iter()
        .map(|(month, rows)| Ok((month, take_record_batch(batch, &UInt64Array::from(rows))?)))
        .collect()
}
