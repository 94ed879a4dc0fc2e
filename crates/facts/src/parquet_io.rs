//! Reading and writing single fact files.

use std::{fs::File, sync::Arc};

use argosy_kernel::{Day, FactFile, Table};
use chrono::Datelike;
use datafusion::arrow::{
    array::{Array, Date32Array, RecordBatch, StringArray},
    datatypes::SchemaRef,
};
use parquet::{
    arrow::{
        ArrowWriter, ProjectionMask,
        arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder},
    },
    basic::{Compression, ZstdLevel},
    file::properties::{EnabledStatistics, WriterProperties},
};

use crate::{FactStore, FactsError, schema::schema, store::checksum};

const ROWS_PER_GROUP: usize = 512 * 1024;
const ROWS_PER_READ: usize = 64 * 1024;
/// 1970-01-01 counted in days from the year 1, as chrono does.
const EPOCH_FROM_CE: i32 = 719_163;

/// A day as Arrow stores it.
pub(crate) fn day_of(date32: i32) -> Day {
    Day::from_num_days_from_ce_opt(date32.saturating_add(EPOCH_FROM_CE)).unwrap_or(Day::MAX)
}

/// The first day of the month of a day.
pub(crate) fn month_of(date32: i32) -> Day {
    let day = day_of(date32);
    day.with_day(1).unwrap_or(day)
}

/// The `day` column of a fact batch.
pub(crate) fn days(batch: &RecordBatch) -> Result<&Date32Array, FactsError> {
    batch
        .column_by_name("day")
        .and_then(|column| column.as_any().downcast_ref())
        .ok_or_else(|| FactsError::Query("a fact batch has no `day`".to_owned()))
}

/// Writes the rows of one month of one store.
pub(crate) struct FileWriter {
    store: FactStore,
    path: String,
    table: Table,
    seller_store: String,
    month: Day,
    rows: u64,
    min: i32,
    max: i32,
    writer: ArrowWriter<File>,
}

impl FileWriter {
    pub(crate) fn create(
        store: &FactStore,
        table: Table,
        seller_store: &str,
        month: Day,
    ) -> Result<Self, FactsError> {
        let path = format!(
            "{}/{}/{}/{}.parquet",
            table.name(),
            folder_name(seller_store),
            month.format("%Y-%m"),
            unique_name()
        );
        let full = store.shelf.draft(&path);
        let failed = |what| {
            let path = full.display().to_string();
            move |source| FactsError::File { what, path, source }
        };
        if let Some(folder) = full.parent() {
            std::fs::create_dir_all(folder).map_err(failed("cannot make the folder of"))?;
        }
        let file = File::create_new(&full).map_err(failed("cannot make fact file"))?;
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::try_new(1).unwrap_or_default()))
            .set_statistics_enabled(EnabledStatistics::Chunk)
            .set_max_row_group_row_count(Some(ROWS_PER_GROUP))
            .build();
        let writer = ArrowWriter::try_new(file, schema(table), Some(properties))
            .map_err(|source| FactsError::Damaged { path: path.clone(), source })?;
        Ok(Self {
            store: store.clone(),
            path,
            table,
            seller_store: seller_store.to_owned(),
            month,
            rows: 0,
            min: i32::MAX,
            max: i32::MIN,
            writer,
        })
    }

    pub(crate) fn write(&mut self, batch: &RecordBatch) -> Result<(), FactsError> {
        let days = days(batch)?;
        for day in days.values() {
            self.min = self.min.min(*day);
            self.max = self.max.max(*day);
        }
        self.rows += batch.num_rows() as u64;
        let damaged = |source| FactsError::Damaged { path: self.path.clone(), source };
        self.writer.write(batch).map_err(damaged)
    }

    /// Removes the file as far as it is written.
    pub(crate) fn discard(self) {
        let Self { store, path, writer, .. } = self;
        drop(writer);
        store.remove([path]);
    }

    /// Closes the file and makes it durable on this machine. Once published, the manifest may list
    /// it.
    pub(crate) fn finish(self) -> Result<FactFile, FactsError> {
        let full = self.store.shelf.draft(&self.path);
        let damaged = |source| FactsError::Damaged { path: self.path.clone(), source };
        let file = self.writer.into_inner().map_err(damaged)?;
        let failed = |source| FactsError::File {
            what: "cannot finish fact file",
            path: full.display().to_string(),
            source,
        };
        file.sync_all().map_err(failed)?;
        let bytes = file.metadata().map_err(failed)?.len();
        drop(file);
        self.store.shelf.keep_draft(&self.path)?;
        Ok(FactFile {
            checksum: File::open(&full).and_then(checksum).map_err(failed)?,
            path: self.path,
            table: self.table,
            store: self.seller_store,
            month: self.month,
            rows: self.rows,
            bytes,
            min_day: day_of(self.min),
            max_day: day_of(self.max),
        })
    }
}

/// Store names are the user's; only plain characters reach the file system.
fn folder_name(store: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' };
    let name: String = store.chars().map(plain).take(60).collect();
    // Two names that look alike after this must not share a folder.
    let tail = xxhash_rust::xxh3::xxh3_64(store.as_bytes()) & 0xffff;
    format!("{name}-{tail:04x}")
}

fn unique_name() -> String {
    use std::{
        collections::hash_map::RandomState,
        hash::{BuildHasher, Hasher},
    };
    let random = || RandomState::new().build_hasher().finish();
    format!("{:016x}{:016x}", random(), random())
}

/// Reads some columns of a fact file (all when `columns` is `None`), batch by batch.
pub(crate) fn read(
    store: &FactStore,
    path: &str,
    columns: Option<&[&str]>,
) -> Result<impl Iterator<Item = Result<RecordBatch, FactsError>>, FactsError> {
    let file = store.shelf.open(path)?;
    let damaged = |source| FactsError::Damaged { path: path.to_owned(), source };
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(damaged)?;
    let mask = columns.map_or_else(ProjectionMask::all, |columns| {
        ProjectionMask::columns(builder.parquet_schema(), columns.iter().copied())
    });
    let reader: ParquetRecordBatchReader =
        builder.with_projection(mask).with_batch_size(ROWS_PER_READ).build().map_err(damaged)?;
    Ok(reader.map(|batch| Ok(batch?)))
}

/// A column of a fact batch by name and type.
pub(crate) fn column<'a, A: 'static>(
    batch: &'a RecordBatch,
    name: &str,
) -> Result<&'a A, FactsError> {
    batch
        .column_by_name(name)
        .and_then(|column| column.as_any().downcast_ref())
        .ok_or_else(|| FactsError::Query(format!("a fact file has no column `{name}`")))
}

/// The text of a row, or nothing where it is null.
pub(crate) fn value(column: &StringArray, row: usize) -> Option<&str> {
    column.is_valid(row).then(|| column.value(row))
}

/// Checks that a batch has the table's columns, and gives it the table's own schema.
pub(crate) fn conform(batch: &RecordBatch, to: &SchemaRef) -> Result<RecordBatch, FactsError> {
    let columns = to
        .fields()
        .iter()
        .map(|field| {
            let column = batch.column_by_name(field.name()).ok_or_else(|| {
                FactsError::Query(format!("a fact batch has no column `{}`", field.name()))
            })?;
            Ok(Arc::clone(column))
        })
        .collect::<Result<Vec<_>, FactsError>>()?;
    Ok(RecordBatch::try_new(to.clone(), columns)?)
}
