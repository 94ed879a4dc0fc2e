//! The manifest: which immutable files of facts are current, and which were when.
//!
//! A commit (import, rebuild, undo) is one transaction that adds files and retires others; a
//! reader sees all of it or nothing. Retired files stay readable *as of* an earlier import until
//! the clean-up takes them away, and from then on such questions are refused rather than answered
//! wrong.

use std::collections::{BTreeMap, BTreeSet};

use argosy_kernel::{FactFile, Table};
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, Query},
};
use serde_json::json;

use crate::{
    Balance, Desk, DeskError, ImportState, NewImport, Result,
    database::Write,
    imports::KIND_IMPORT,
    rows::{fact_file, import},
    values::{day, signed, unsigned},
};

const KIND_REBUILD: &str = "rebuild";
const KIND_UNDO: &str = "undo";

/// Paths in one statement, below the parameter limits of both databases.
const PATHS_PER_STATEMENT: usize = 1_000;

/// All facts made anew from the raw files.
#[derive(Clone, PartialEq, Debug)]
pub struct Rebuild {
    pub who: String,
    /// [`Desk::latest_commit`] as read before the first raw file was.
    pub base: i64,
    pub added: Vec<FactFile>,
    /// By import id: horizons that today's definitions read differently.
    pub horizons: BTreeMap<i64, i64>,
    /// By import id: balances that today's definitions add up differently.
    pub balances: BTreeMap<i64, Vec<Balance>>,
}

/// One import taken back: the facts of its store made anew without it.
#[derive(Clone, PartialEq, Debug)]
pub struct Undo {
    pub import: i64,
    pub store: String,
    /// The store's facts without the import, and what else changed with them.
    pub rebuild: Rebuild,
}

impl Desk {
    /// The id of the newest commit that is in force, 0 before the first.
    ///
    /// # Errors
    /// [`DeskError::Database`].
    pub async fn latest_commit(&self) -> Result<i64> {
        latest_commit(&self.db).await
    }

    /// The files that hold the facts now, or as they were just after import `as_of`.
    ///
    /// # Errors
    /// [`DeskError::Refused`] when files of that time have been cleaned up since.
    pub async fn current_files(&self, as_of: Option<i64>) -> Result<Vec<FactFile>> {
        let valid = match as_of {
            None => Condition::all().add(fact_file::Column::ValidTo.is_null()),
            Some(id) => Condition::all().add(fact_file::Column::ValidFrom.lte(id)).add(
                Condition::any()
                    .add(fact_file::Column::ValidTo.is_null())
                    .add(fact_file::Column::ValidTo.gt(id)),
            ),
        };
        let rows = fact_file::Entity::find()
            .filter(valid)
            .order_by_asc(fact_file::Column::Path)
            .all(&self.db)
            .await?;
        let gone = rows.iter().filter(|row| row.removed_us.is_some());
        if let (Some(id), Some(oldest_kept)) = (as_of, gone.filter_map(|row| row.valid_to).max()) {
            return Err(DeskError::refused(format!(
                "the facts as of import {id} were cleaned up; ask as of import {oldest_kept} or \
                 later",
            )));
        }
        rows.into_iter().map(file).collect()
    }

    /// Records an import and changes the manifest, in one transaction.
    ///
    /// # Errors
    /// [`DeskError::Conflict`] when a retired file is no longer current or another commit touched
    /// the same facts since `import.base`: read the current files again and repeat.
    pub async fn commit_import(
        &self,
        import: NewImport,
        added: &[FactFile],
        retired: &[String],
    ) -> Result<i64> {
        let mut write = self.write().await?;
        write.refuse_stale(import.base, added, retired).await?;
        let id = write.insert_import(KIND_IMPORT, &import).await?;
        write.retire(id, retired).await?;
        write.add_files(id, added).await?;
        let detail = json!({
            "store": import.store,
            "raw": import.raw_sha256,
            "definition": import.definition,
            "rows": import.rows,
            "files_added": added.len(),
            "files_retired": retired.len(),
        });
        write.audit(&import.who, "imported", &format!("import:{id}"), detail).await?;
        write.commit().await?;
        Ok(id)
    }

    /// Replaces all facts by those of a rebuild. Import records keep their diffs; the facts as of
    /// earlier imports stay answerable from the old files.
    ///
    /// # Errors
    /// [`DeskError::Conflict`] when anything was committed since `rebuild.base`.
    pub async fn replace_all_facts(&self, rebuild: Rebuild) -> Result<i64> {
        let mut write = self.write().await?;
        if latest_commit(&write.tx).await? != rebuild.base {
            return Err(DeskError::Conflict(
                "a report was imported during the rebuild; rebuild again".into(),
            ));
        }
        let id = write.insert_commit(KIND_REBUILD, &rebuild.who).await?;
        let retired = fact_file::Entity::update_many()
            .col_expr(fact_file::Column::ValidTo, Expr::value(id))
            .filter(fact_file::Column::ValidTo.is_null())
            .exec(&write.tx)
            .await?
            .rows_affected;
        write.add_files(id, &rebuild.added).await?;
        write.relearn(&rebuild).await?;
        let detail = json!({ "files_added": rebuild.added.len(), "files_retired": retired });
        write.audit(&rebuild.who, "rebuilt", &format!("import:{id}"), detail).await?;
        write.commit().await?;
        Ok(id)
    }

    /// Takes an import back: its store gets the facts it has without it, and the import stands as
    /// undone. The facts as of earlier imports stay answerable from the old files.
    ///
    /// # Errors
    /// [`DeskError::Conflict`] when anything was committed since `rebuild.base`,
    /// [`DeskError::Refused`] when the import is not one that was loaded.
    pub async fn undo_import(&self, undo: Undo) -> Result<i64> {
        let mut write = self.write().await?;
        let rebuild = &undo.rebuild;
        if latest_commit(&write.tx).await? != rebuild.base {
            return Err(changed_meanwhile(&undo.store));
        }
        let undone = import::Entity::update_many()
            .col_expr(import::Column::State, Expr::value(ImportState::Undone.name()))
            .filter(import::Column::Id.eq(undo.import))
            .filter(import::Column::Kind.eq(KIND_IMPORT))
            .filter(import::Column::State.eq(ImportState::Done.name()))
            .exec(&write.tx)
            .await?
            .rows_affected;
        if undone != 1 {
            return Err(DeskError::refused(format!(
                "import {} was not loaded, so there is nothing to take back",
                undo.import
            )));
        }
        let id = write.insert_commit(KIND_UNDO, &rebuild.who).await?;
        let retired = fact_file::Entity::update_many()
            .col_expr(fact_file::Column::ValidTo, Expr::value(id))
            .filter(fact_file::Column::ValidTo.is_null())
            .filter(fact_file::Column::Store.eq(undo.store.as_str()))
            .exec(&write.tx)
            .await?
            .rows_affected;
        write.add_files(id, &rebuild.added).await?;
        write.relearn(rebuild).await?;
        let detail = json!({
            "store": undo.store,
            "commit": id,
            "files_added": rebuild.added.len(),
            "files_retired": retired,
        });
        write.audit(&rebuild.who, "undone", &format!("import:{}", undo.import), detail).await?;
        write.commit().await?;
        Ok(id)
    }

    /// Files that commits before `before` retired and that still lie on the disk.
    ///
    /// # Errors
    /// [`DeskError::Database`].
    pub async fn retired_files(&self, before: DateTime<Utc>) -> Result<Vec<FactFile>> {
        let old_commits = Query::select()
            .column(import::Column::Id)
            .from(import::Entity)
            .and_where(import::Column::AtUs.lt(before.timestamp_micros()))
            .to_owned();
        let rows = fact_file::Entity::find()
            .filter(fact_file::Column::ValidTo.in_subquery(old_commits))
            .filter(fact_file::Column::RemovedUs.is_null())
            .order_by_asc(fact_file::Column::Path)
            .all(&self.db)
            .await?;
        rows.into_iter().map(file).collect()
    }

    /// Notes that retired files are about to be removed from the disk. Call it *before* removing
    /// them: a question as of that time is then refused instead of failing half-way.
    ///
    /// # Errors
    /// [`DeskError::Conflict`] when one of them is current.
    pub async fn forget_files(&self, paths: &[String]) -> Result<()> {
        let write = self.write().await?;
        let rows = write.files(paths).await?;
        if let Some(row) = rows.iter().find(|row| row.valid_to.is_none()) {
            return Err(DeskError::Conflict(format!(
                "`{}` holds current facts and must stay; list the retired files again",
                row.path
            )));
        }
        for chunk in paths.chunks(PATHS_PER_STATEMENT) {
            fact_file::Entity::update_many()
                .col_expr(fact_file::Column::RemovedUs, Expr::value(write.now_us()))
                .filter(fact_file::Column::Path.is_in(chunk))
                .exec(&write.tx)
                .await?;
        }
        write.commit().await
    }
}

async fn latest_commit(db: &impl sea_orm::ConnectionTrait) -> Result<i64> {
    let newest: Option<i64> = import::Entity::find()
        .select_only()
        .column(import::Column::Id)
        .filter(import::Column::State.eq(ImportState::Done.name()))
        .order_by_desc(import::Column::Id)
        .into_tuple()
        .one(db)
        .await?;
    Ok(newest.unwrap_or(0))
}

impl Write {
    /// A commit that no report caused.
    async fn insert_commit(&self, kind: &str, who: &str) -> Result<i64> {
        let row = import::ActiveModel {
            id: NotSet,
            kind: Set(kind.to_owned()),
            at_us: Set(self.now_us()),
            who: Set(who.to_owned()),
            raw_sha256: Set(String::new()),
            raw_bytes: Set(0),
            file_name: Set(String::new()),
            definition: Set(None),
            definition_version: Set(None),
            store: Set(String::new()),
            market: Set(None),
            given: Set("null".to_owned()),
            horizon: Set(0),
            row_count: Set(0),
            state: Set(ImportState::Done.name().to_owned()),
            diff: Set("{}".to_owned()),
            balance: Set("[]".to_owned()),
            errors: Set(0),
            warnings: Set(0),
            notes: Set(0),
        };
        Ok(import::Entity::insert(row).exec(&self.tx).await?.last_insert_id)
    }

    /// Horizons and balances that a replay read differently.
    async fn relearn(&self, rebuild: &Rebuild) -> Result<()> {
        for (import_id, horizon) in &rebuild.horizons {
            import::Entity::update_many()
                .col_expr(import::Column::Horizon, Expr::value(*horizon))
                .filter(import::Column::Id.eq(*import_id))
                .exec(&self.tx)
                .await?;
        }
        self.relearn_balances(&rebuild.balances).await
    }

    async fn files(&self, paths: &[String]) -> Result<Vec<fact_file::Model>> {
        let mut rows = Vec::with_capacity(paths.len());
        for chunk in paths.chunks(PATHS_PER_STATEMENT) {
            let query = fact_file::Entity::find().filter(fact_file::Column::Path.is_in(chunk));
            rows.extend(query.all(&self.tx).await?);
        }
        Ok(rows)
    }

    /// Two imports that were held against the same files may each be right and together count a
    /// container twice, so whoever commits second has to look again.
    async fn refuse_stale(&self, base: i64, added: &[FactFile], retired: &[String]) -> Result<()> {
        let mut touched: BTreeSet<(String, String)> =
            added.iter().map(|file| (file.store.clone(), file.table.name().to_owned())).collect();
        let old = self.files(retired).await?;
        touched.extend(old.into_iter().map(|row| (row.store, row.fact_table)));
        for (store, table) in touched {
            let newer = fact_file::Entity::find()
                .filter(fact_file::Column::Store.eq(store.as_str()))
                .filter(fact_file::Column::FactTable.eq(table))
                .filter(
                    Condition::any()
                        .add(fact_file::Column::ValidFrom.gt(base))
                        .add(fact_file::Column::ValidTo.gt(base)),
                )
                .one(&self.tx)
                .await?;
            if newer.is_some() {
                return Err(changed_meanwhile(&store));
            }
        }
        Ok(())
    }

    async fn retire(&self, commit: i64, paths: &[String]) -> Result<()> {
        for chunk in paths.chunks(PATHS_PER_STATEMENT) {
            let retired = fact_file::Entity::update_many()
                .col_expr(fact_file::Column::ValidTo, Expr::value(commit))
                .filter(fact_file::Column::Path.is_in(chunk))
                .filter(fact_file::Column::ValidTo.is_null())
                .exec(&self.tx)
                .await?
                .rows_affected;
            if retired != chunk.len() as u64 {
                let gone = self.files(chunk).await?;
                let store = gone.first().map_or("", |row| row.store.as_str());
                return Err(changed_meanwhile(store));
            }
        }
        Ok(())
    }

    async fn add_files(&self, commit: i64, files: &[FactFile]) -> Result<()> {
        let rows: Vec<_> = files.iter().map(|file| file_row(commit, file)).collect();
        for chunk in rows.chunks(PATHS_PER_STATEMENT) {
            fact_file::Entity::insert_many(chunk.to_vec()).exec_without_returning(&self.tx).await?;
        }
        Ok(())
    }
}

fn changed_meanwhile(store: &str) -> DeskError {
    DeskError::Conflict(format!(
        "the facts of store `{store}` were changed by another import meanwhile; nothing was \
         loaded, import the file again"
    ))
}

fn file_row(commit: i64, file: &FactFile) -> fact_file::ActiveModel {
    fact_file::ActiveModel {
        path: Set(file.path.clone()),
        fact_table: Set(file.table.name().to_owned()),
        store: Set(file.store.clone()),
        month: Set(file.month.to_string()),
        row_count: Set(signed(file.rows)),
        bytes: Set(signed(file.bytes)),
        min_day: Set(file.min_day.to_string()),
        max_day: Set(file.max_day.to_string()),
        checksum: Set(file.checksum.clone()),
        valid_from: Set(commit),
        valid_to: Set(None),
        removed_us: Set(None),
    }
}

fn file(row: fact_file::Model) -> Result<FactFile> {
    let table = Table::from_name(&row.fact_table).ok_or_else(|| {
        DeskError::Damaged(format!("the manifest names an unknown table `{}`", row.fact_table))
    })?;
    Ok(FactFile {
        path: row.path,
        table,
        store: row.store,
        month: day(&row.month)?,
        rows: unsigned(row.row_count),
        bytes: unsigned(row.bytes),
        min_day: day(&row.min_day)?,
        max_day: day(&row.max_day)?,
        checksum: row.checksum,
    })
}
