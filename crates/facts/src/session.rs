//! SQL over the current files.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    path::Path,
    sync::Arc,
    time::Duration,
};

use argosy_kernel::{FactFile, Table};
use datafusion::{
    arrow::{
        array::{ArrayRef, RecordBatch},
        compute::cast,
        datatypes::{DataType, Field, Schema, SchemaRef},
    },
    datasource::{
        MemTable,
        file_format::parquet::ParquetFormat,
        listing::{ListingOptions, ListingTable, ListingTableConfig},
    },
    execution::{SendableRecordBatchStream, runtime_env::RuntimeEnvBuilder},
    prelude::{DataFrame, SQLOptions, SessionConfig, SessionContext},
};
use futures::TryStreamExt;

use crate::{FactStore, FactsError, schema::schema, shelf::Shelf};

/// How much one question may cost.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub time: Duration,
    pub rows: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { time: Duration::from_secs(60), rows: 100_000 }
    }
}

/// Memory for sorting, grouping and joining; above it the engine spills to disk or refuses.
const MEMORY_BYTES: usize = 1_500 << 20;

/// Functions that make a value of any size from a number in the question: the engine's memory limit
/// does not count what they build, so one call could take the process down.
const UNBOUNDED: [&str; 7] =
    ["repeat", "lpad", "rpad", "array_repeat", "array_resize", "range", "generate_series"];

/// A view of the facts as some import left them; later imports do not change it.
#[derive(Clone)]
pub struct Session {
    context: SessionContext,
    facts_id: u64,
    #[cfg(feature = "cluster")]
    cluster: Option<Arc<crate::cluster::Cluster>>,
}

impl Session {
    /// Every table without a row, and nothing on disk: for SQL that is only planned.
    ///
    /// # Errors
    /// [`FactsError::Query`] when the tables cannot be registered.
    pub fn empty() -> Result<Self, FactsError> {
        Self::open(&FactStore::on(Shelf::Folder(Path::new("").into())), &[])
    }

    pub(crate) fn open(store: &FactStore, files: &[FactFile]) -> Result<Self, FactsError> {
        let runtime = RuntimeEnvBuilder::new().with_memory_limit(MEMORY_BYTES, 1.0).build_arc()?;
        store.shelf.register(&runtime);
        let config = SessionConfig::new()
            .with_target_partitions(std::thread::available_parallelism().map_or(2, usize::from))
            .with_information_schema(false);
        #[cfg(not(feature = "cluster"))]
        let context = SessionContext::new_with_config_rt(config, runtime);
        #[cfg(feature = "cluster")]
        let context = match &store.cluster {
            None => SessionContext::new_with_config_rt(config, runtime),
            Some(cluster) => cluster.context(config, runtime)?,
        };
        for name in UNBOUNDED {
            context.deregister_udf(name);
        }
        let mut paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
        paths.sort_unstable();
        let mut hasher = DefaultHasher::new();
        paths.hash(&mut hasher);
        let session = Self {
            context,
            facts_id: hasher.finish(),
            #[cfg(feature = "cluster")]
            cluster: store.cluster.clone(),
        };
        for table in Table::ALL {
            let of_table: Vec<_> = files.iter().filter(|file| file.table == table).collect();
            session.register_table(store, table, &of_table)?;
        }
        Ok(session)
    }

    fn register_table(
        &self,
        store: &FactStore,
        table: Table,
        files: &[&FactFile],
    ) -> Result<(), FactsError> {
        let schema = schema(table);
        if files.is_empty() {
            return self.register_as(table.name(), &schema, Vec::new());
        }
        let urls = files
            .iter()
            .map(|file| store.shelf.url(file))
            .collect::<Result<Vec<_>, FactsError>>()?;
        let options = ListingOptions::new(Arc::new(ParquetFormat::default()));
        let config = ListingTableConfig::new_with_multi_paths(urls)
            .with_listing_options(options)
            .with_schema(schema);
        // A fact file never changes: what its footer says of its columns is read once, not by each
        // question.
        let known = self.context.runtime_env().cache_manager.get_file_statistic_cache();
        let listing = ListingTable::try_new(config)?.with_cache(known);
        self.context.register_table(table.name(), Arc::new(listing))?;
        Ok(())
    }

    fn register_as(
        &self,
        name: &str,
        schema: &SchemaRef,
        batches: Vec<RecordBatch>,
    ) -> Result<(), FactsError> {
        let table = MemTable::try_new(schema.clone(), vec![batches])?;
        if self.context.table_exist(name)? {
            self.context.deregister_table(name)?;
        }
        self.context.register_table(name, Arc::new(table))?;
        Ok(())
    }

    /// Adds (or replaces) a table that lives in memory: dated costs, pairing, exchange rates.
    ///
    /// # Errors
    /// [`FactsError::Query`] when `batches` is empty or their schemas differ.
    pub fn register(&self, name: &str, batches: Vec<RecordBatch>) -> Result<(), FactsError> {
        let schema = batches
            .first()
            .map(RecordBatch::schema)
            .ok_or_else(|| FactsError::Query(format!("table `{name}` needs a batch")))?;
        self.register_as(name, &schema, batches)
    }

    /// Runs SQL made by Argosy itself. Text columns come back as plain `Utf8`.
    ///
    /// # Errors
    /// [`FactsError::Query`] for wrong SQL, [`FactsError::Limit`] when memory runs out.
    pub async fn query(&self, sql: &str) -> Result<Vec<RecordBatch>, FactsError> {
        let frame = self.context.sql(sql).await?;
        let push = |batches: &mut Vec<RecordBatch>, batch: &RecordBatch| {
            batches.push(plain_strings(batch)?);
            Ok(())
        };
        self.answer(frame, push).await
    }

    /// Runs SQL written by a user: one statement that only reads, within `limits`.
    ///
    /// # Errors
    /// [`FactsError::Query`] for anything but one `select`, [`FactsError::Limit`] past a limit.
    pub async fn read_only(
        &self,
        sql: &str,
        limits: Limits,
    ) -> Result<Vec<RecordBatch>, FactsError> {
        let options = SQLOptions::new()
            .with_allow_ddl(false)
            .with_allow_dml(false)
            .with_allow_statements(false);
        let work = async {
            let frame = self.context.sql_with_options(sql, options).await?;
            let push = |(rows, batches): &mut (usize, Vec<RecordBatch>), batch: &RecordBatch| {
                *rows += batch.num_rows();
                if *rows > limits.rows {
                    return Err(FactsError::Limit(format!(
                        "the answer has more than {} rows; add `limit` or group further",
                        limits.rows
                    )));
                }
                batches.push(plain_strings(batch)?);
                Ok(())
            };
            Ok(self.answer(frame, push).await?.1)
        };
        match tokio::time::timeout(limits.time, work).await {
            Ok(answer) => answer,
            Err(_) => Err(FactsError::Limit(format!(
                "the question took longer than {} s; ask for fewer days or rows",
                limits.time.as_secs()
            ))),
        }
    }

    /// Runs a plan and adds up its rows, from the first one again where a worker was lost meanwhile.
    pub(crate) async fn answer<A: Default + Send>(
        &self,
        frame: DataFrame,
        add: impl Add<A>,
    ) -> Result<A, FactsError> {
        #[cfg(feature = "cluster")]
        if let Some(cluster) = &self.cluster {
            return cluster.answer(frame, add).await;
        }
        add_up(frame.execute_stream().await?, &add).await
    }

    /// The same number for the same files, in this process: what is worked out from the facts alone
    /// may be kept by it.
    pub fn facts_id(&self) -> u64 {
        self.facts_id
    }

    pub fn context(&self) -> &SessionContext {
        &self.context
    }
}

/// Adds a batch of rows to an answer.
pub(crate) trait Add<A>:
    Fn(&mut A, &RecordBatch) -> Result<(), FactsError> + Send + Sync
{
}

impl<A, F: Fn(&mut A, &RecordBatch) -> Result<(), FactsError> + Send + Sync> Add<A> for F {}

pub(crate) async fn add_up<A: Default + Send>(
    mut rows: SendableRecordBatchStream,
    add: &impl Add<A>,
) -> Result<A, FactsError> {
    let mut answer = A::default();
    while let Some(batch) = rows.try_next().await? {
        add(&mut answer, &batch)?;
    }
    Ok(answer)
}

/// The engine reads text as views, which is faster; callers get plain strings.
pub(crate) fn plain_strings(batch: &RecordBatch) -> Result<RecordBatch, FactsError> {
    let is_view = |field: &Field| *field.data_type() == DataType::Utf8View;
    if !batch.schema().fields().iter().any(|field| is_view(field)) {
        return Ok(batch.clone());
    }
    let mut fields = Vec::new();
    let mut columns: Vec<ArrayRef> = Vec::new();
    for (field, column) in batch.schema().fields().iter().zip(batch.columns()) {
        if is_view(field) {
            fields.push(Field::new(field.name(), DataType::Utf8, field.is_nullable()));
            columns.push(cast(column, &DataType::Utf8)?);
        } else {
            fields.push(field.as_ref().clone());
            columns.push(column.clone());
        }
    }
    Ok(RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)?)
}
