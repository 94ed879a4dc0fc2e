//! Import records: what came in, what it changed, whether it balanced, what was wrong with it.

use std::collections::{BTreeMap, HashMap};

use argosy_kernel::{Diff, Place, Problem, Severity, Table, names::short_hash};
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::Expr,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    Desk, DeskError, Result,
    database::Write,
    rows::{import, import_problem},
    values::{self, instant, signed, storable, to_json, unsigned},
};

/// How many problems of one import are kept; the counts are always full.
pub const PROBLEMS_KEPT_MAX: usize = 10_000;
/// Rows in one INSERT: ten columns each, below the limits of both databases.
const PROBLEMS_PER_INSERT: usize = 1_000;

/// `imports.kind` of a report that came in; the other commits are told in [`crate::manifest`].
pub(crate) const KIND_IMPORT: &str = "import";

/// What became of an import.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportState {
    #[default]
    Done,
    /// Unknown or refused: listed, nothing loaded.
    Failed,
    /// The same bytes were here already: listed, nothing loaded.
    Duplicate,
    /// Loaded once and taken back: its facts are gone. Its bytes stay until the time of personal data
    /// is over; the file may be imported again.
    Undone,
}

impl ImportState {
    pub fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Duplicate => "duplicate",
            Self::Undone => "undone",
        }
    }

    fn from_name(name: &str) -> Result<Self> {
        [Self::Done, Self::Failed, Self::Duplicate, Self::Undone]
            .into_iter()
            .find(|state| state.name() == name)
            .ok_or_else(|| DeskError::Damaged(format!("`{name}` is not a state of an import")))
    }
}

/// One statement's control total beside the sum of its lines.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Balance {
    pub statement: String,
    /// Name of the control in the report's definition.
    pub name: String,
    pub currency: String,
    pub expected: Decimal,
    pub sum: Decimal,
    /// `sum - expected`; zero when the statement balances.
    pub difference: Decimal,
    /// What the lines of this file alone add up to, where `sum` is that of several files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of_file: Option<Decimal>,
    /// Only a part of the statement is here yet; the rest stands in an export of earlier days.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub in_part: bool,
}

/// An import about to be recorded.
#[derive(Clone, PartialEq, Debug)]
pub struct NewImport {
    /// SHA-256 of the bytes as received, in hexadecimal.
    pub raw_sha256: String,
    pub raw_bytes: u64,
    pub file_name: String,
    pub definition: Option<String>,
    pub definition_version: Option<String>,
    pub store: String,
    pub market: Option<String>,
    /// What the user gave besides the file (period, market, …); `rebuild` needs it again.
    pub given: Value,
    /// The latest day in the file, in days since 1970.
    pub horizon: i64,
    pub rows: u64,
    pub diff: BTreeMap<Table, Diff>,
    pub balance: Vec<Balance>,
    /// Balances of earlier imports that this one completes, by import; all of each.
    pub completed: BTreeMap<i64, Vec<Balance>>,
    pub problems: Vec<Problem>,
    pub state: ImportState,
    pub who: String,
    pub at: DateTime<Utc>,
    /// [`Desk::latest_commit`] as read *before* the current files that this import was held
    /// against. A later commit to the same store and table makes the diff wrong, so it is refused.
    pub base: i64,
}

/// An import as listed.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct ImportRow {
    pub id: i64,
    pub at: DateTime<Utc>,
    pub who: String,
    pub raw_sha256: String,
    pub raw_bytes: u64,
    pub file_name: String,
    pub definition: Option<String>,
    pub definition_version: Option<String>,
    pub store: String,
    pub market: Option<String>,
    pub given: Value,
    pub horizon: i64,
    pub rows: u64,
    pub state: ImportState,
    pub diff: BTreeMap<Table, Diff>,
    pub balance: Vec<Balance>,
    pub problems: ProblemCounts,
}

/// What came with one loaded import.
#[derive(Clone, PartialEq, Debug)]
pub struct GivenRow {
    pub id: i64,
    /// The first 16 digits of the file's hash.
    pub raw: String,
    pub definition: Option<String>,
    pub given: Value,
}

/// The balances of one loaded import.
#[derive(Clone, PartialEq, Debug)]
pub struct BalanceRow {
    pub import: i64,
    /// The first 16 digits of the file's hash.
    pub raw: String,
    pub definition: Option<String>,
    pub balance: Vec<Balance>,
}

/// How many problems an import had, also those beyond [`PROBLEMS_KEPT_MAX`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct ProblemCounts {
    pub error: u64,
    pub warning: u64,
    pub note: u64,
}

impl ProblemCounts {
    pub fn of(problems: &[Problem]) -> Self {
        let count = |severity| {
            problems.iter().filter(|problem| problem.severity == severity).count() as u64
        };
        Self {
            error: count(Severity::Error),
            warning: count(Severity::Warning),
            note: count(Severity::Note),
        }
    }
}

impl Desk {
    /// Lists a file that was not loaded: unknown, refused, or here already.
    ///
    /// # Errors
    /// [`DeskError::Database`].
    pub async fn record_failed_import(&self, import: NewImport) -> Result<i64> {
        let mut write = self.write().await?;
        let id = write.insert_import(KIND_IMPORT, &import).await?;
        let detail = json!({ "store": import.store, "raw": import.raw_sha256 });
        let action = format!("import_{}", import.state.name());
        write.audit(&import.who, &action, &format!("import:{id}"), detail).await?;
        write.commit().await?;
        Ok(id)
    }

    /// The newest import of these bytes into this store that was loaded.
    ///
    /// # Errors
    /// [`DeskError::Database`].
    pub async fn import_of_raw(&self, raw_sha256: &str, store: &str) -> Result<Option<ImportRow>> {
        let row = import::Entity::find()
            .filter(import::Column::Kind.eq(KIND_IMPORT))
            .filter(import::Column::RawSha256.eq(raw_sha256))
            .filter(import::Column::Store.eq(store))
            .filter(import::Column::State.eq(ImportState::Done.name()))
            .order_by_desc(import::Column::Id)
            .one(&self.db)
            .await?;
        row.map(import_row).transpose()
    }

    /// The newest loaded import of these bytes into another store that brought facts: the same
    /// money must not stand in two stores. Records of the desk (costs, pairings, rates) may.
    ///
    /// # Errors
    /// [`DeskError::Database`].
    pub async fn facts_of_raw_elsewhere(
        &self,
        raw_sha256: &str,
        store: &str,
    ) -> Result<Option<ImportRow>> {
        let rows = import::Entity::find()
            .filter(import::Column::Kind.eq(KIND_IMPORT))
            .filter(import::Column::RawSha256.eq(raw_sha256))
            .filter(import::Column::Store.ne(store))
            .filter(import::Column::State.eq(ImportState::Done.name()))
            .order_by_desc(import::Column::Id)
            .all(&self.db)
            .await?;
        for row in rows {
            let row = import_row(row)?;
            if !row.diff.is_empty() {
                return Ok(Some(row));
            }
        }
        Ok(None)
    }

    /// The newest imports, or those before import `before`.
    ///
    /// # Errors
    /// [`DeskError::Database`].
    pub async fn imports(&self, before: Option<i64>, limit: u64) -> Result<Vec<ImportRow>> {
        let mut query = import::Entity::find()
            .filter(import::Column::Kind.eq(KIND_IMPORT))
            .order_by_desc(import::Column::Id)
            .limit(limit);
        if let Some(before) = before {
            query = query.filter(import::Column::Id.lt(before));
        }
        query.all(&self.db).await?.into_iter().map(import_row).collect()
    }

    /// Whether an import into the store later than `import` took rows of earlier ones out.
    ///
    /// # Errors
    /// [`DeskError::Database`].
    pub async fn has_replaced_since(&self, store: &str, import: i64) -> Result<bool> {
        let diffs: Vec<String> = import::Entity::find()
            .select_only()
            .column(import::Column::Diff)
            .filter(import::Column::Kind.eq(KIND_IMPORT))
            .filter(import::Column::Store.eq(store))
            .filter(import::Column::State.eq(ImportState::Done.name()))
            .filter(import::Column::Id.gt(import))
            .into_tuple()
            .all(&self.db)
            .await?;
        for diff in diffs {
            let diff: BTreeMap<Table, Diff> = values::json(&diff)?;
            if diff.values().any(|diff| diff.replaced.rows > 0) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// All loaded imports, oldest first: what a rebuild goes through.
    ///
    /// # Errors
    /// [`DeskError::Database`].
    pub async fn loaded_imports(&self) -> Result<Vec<ImportRow>> {
        let rows = import::Entity::find()
            .filter(import::Column::Kind.eq(KIND_IMPORT))
            .filter(import::Column::State.eq(ImportState::Done.name()))
            .order_by_asc(import::Column::Id)
            .all(&self.db)
            .await?;
        rows.into_iter().map(import_row).collect()
    }

    /// # Errors
    /// [`DeskError::Database`].
    pub async fn import(&self, id: i64) -> Result<Option<ImportRow>> {
        let row = import::Entity::find_by_id(id)
            .filter(import::Column::Kind.eq(KIND_IMPORT))
            .one(&self.db)
            .await?;
        row.map(import_row).transpose()
    }

    /// The problems of an import in the order of the file, at most [`PROBLEMS_KEPT_MAX`].
    ///
    /// # Errors
    /// [`DeskError::Database`].
    pub async fn problems(&self, import: i64) -> Result<Vec<Problem>> {
        let rows = import_problem::Entity::find()
            .filter(import_problem::Column::ImportId.eq(import))
            .order_by_asc(import_problem::Column::Seq)
            .all(&self.db)
            .await?;
        rows.into_iter().map(problem).collect()
    }

    /// The horizon of each raw file loaded into a store, by the first 16 digits of its hash: what
    /// decides which of two files is newer.
    ///
    /// # Errors
    /// [`DeskError::Database`].
    pub async fn horizons(&self, store: &str) -> Result<HashMap<String, i64>> {
        let rows: Vec<(String, i64)> = import::Entity::find()
            .select_only()
            .column(import::Column::RawSha256)
            .column(import::Column::Horizon)
            .filter(import::Column::Kind.eq(KIND_IMPORT))
            .filter(import::Column::Store.eq(store))
            .filter(import::Column::State.eq(ImportState::Done.name()))
            .order_by_asc(import::Column::Id)
            .into_tuple()
            .all(&self.db)
            .await?;
        Ok(rows.into_iter().map(|(raw, horizon)| (short_hash(&raw), horizon)).collect())
    }

    /// What came with each import loaded into a store, oldest first: its id, the first 16 digits of
    /// its file's hash, its definition and what the user gave.
    ///
    /// # Errors
    /// [`DeskError::Database`].
    pub async fn given(&self, store: &str) -> Result<Vec<GivenRow>> {
        let rows: Vec<(i64, String, Option<String>, String)> = import::Entity::find()
            .select_only()
            .column(import::Column::Id)
            .column(import::Column::RawSha256)
            .column(import::Column::Definition)
            .column(import::Column::Given)
            .filter(import::Column::Kind.eq(KIND_IMPORT))
            .filter(import::Column::Store.eq(store))
            .filter(import::Column::State.eq(ImportState::Done.name()))
            .order_by_asc(import::Column::Id)
            .into_tuple()
            .all(&self.db)
            .await?;
        rows.into_iter()
            .map(|(id, raw, definition, given)| {
                let raw = short_hash(&raw);
                Ok(GivenRow { id, raw, definition, given: values::json(&given)? })
            })
            .collect()
    }

    /// The balances of the files loaded into a store, oldest import first: what decides which of two
    /// copies of a statement is whole.
    ///
    /// # Errors
    /// [`DeskError::Database`].
    pub async fn balances(&self, store: &str) -> Result<Vec<BalanceRow>> {
        let rows: Vec<(i64, String, Option<String>, String)> = import::Entity::find()
            .select_only()
            .column(import::Column::Id)
            .column(import::Column::RawSha256)
            .column(import::Column::Definition)
            .column(import::Column::Balance)
            .filter(import::Column::Kind.eq(KIND_IMPORT))
            .filter(import::Column::Store.eq(store))
            .filter(import::Column::State.eq(ImportState::Done.name()))
            .filter(import::Column::Balance.ne("[]"))
            .order_by_asc(import::Column::Id)
            .into_tuple()
            .all(&self.db)
            .await?;
        rows.into_iter()
            .map(|(import, raw, definition, balance)| {
                let raw = short_hash(&raw);
                Ok(BalanceRow { import, raw, definition, balance: values::json(&balance)? })
            })
            .collect()
    }
}

impl Write {
    /// Stores the record and its problems, and what it says of earlier ones; the caller audits and
    /// commits.
    pub(crate) async fn insert_import(&self, kind: &str, new: &NewImport) -> Result<i64> {
        let counts = ProblemCounts::of(&new.problems);
        let row = import::ActiveModel {
            id: NotSet,
            kind: Set(kind.to_owned()),
            at_us: Set(new.at.timestamp_micros()),
            who: Set(new.who.clone()),
            raw_sha256: Set(new.raw_sha256.clone()),
            raw_bytes: Set(signed(new.raw_bytes)),
            file_name: Set(storable(&new.file_name)),
            definition: Set(new.definition.clone()),
            definition_version: Set(new.definition_version.clone()),
            store: Set(new.store.clone()),
            market: Set(new.market.clone()),
            given: Set(new.given.to_string()),
            horizon: Set(new.horizon),
            row_count: Set(signed(new.rows)),
            state: Set(new.state.name().to_owned()),
            diff: Set(to_json(&new.diff)),
            balance: Set(to_json(&new.balance)),
            errors: Set(signed(counts.error)),
            warnings: Set(signed(counts.warning)),
            notes: Set(signed(counts.note)),
        };
        let id = import::Entity::insert(row).exec(&self.tx).await?.last_insert_id;
        let rows: Vec<_> = kept(&new.problems)
            .into_iter()
            .zip(0..)
            .map(|(problem, seq)| problem_row(id, seq, problem))
            .collect();
        for chunk in rows.chunks(PROBLEMS_PER_INSERT) {
            import_problem::Entity::insert_many(chunk.to_vec())
                .exec_without_returning(&self.tx)
                .await?;
        }
        self.relearn_balances(&new.completed).await?;
        Ok(id)
    }

    /// Puts other balances in the place of those of earlier imports.
    pub(crate) async fn relearn_balances(
        &self,
        balances: &BTreeMap<i64, Vec<Balance>>,
    ) -> Result<()> {
        for (import_id, balance) in balances {
            import::Entity::update_many()
                .col_expr(import::Column::Balance, Expr::value(to_json(balance)))
                .filter(import::Column::Id.eq(*import_id))
                .exec(&self.tx)
                .await?;
        }
        Ok(())
    }
}

/// The problems to keep, in the order of the file: errors before warnings before notes when there
/// are too many.
fn kept(problems: &[Problem]) -> Vec<&Problem> {
    let mut order: Vec<usize> = (0..problems.len()).collect();
    if order.len() > PROBLEMS_KEPT_MAX {
        order.sort_by_key(|&index| std::cmp::Reverse(problems[index].severity));
        order.truncate(PROBLEMS_KEPT_MAX);
        order.sort_unstable();
    }
    order.into_iter().map(|index| &problems[index]).collect()
}

fn problem_row(import_id: i64, seq: i64, problem: &Problem) -> import_problem::ActiveModel {
    import_problem::ActiveModel {
        import_id: Set(import_id),
        seq: Set(seq),
        code: Set(problem.code.clone()),
        severity: Set(severity_name(problem.severity).to_owned()),
        file: Set(storable(&problem.place.file)),
        line: Set(problem.place.line.map(signed)),
        column_name: Set(problem.place.column.as_deref().map(storable)),
        found: Set(storable(&problem.found)),
        expected: Set(storable(&problem.expected)),
        hint: Set(storable(&problem.hint)),
    }
}

fn problem(row: import_problem::Model) -> Result<Problem> {
    Ok(Problem {
        code: row.code,
        severity: severity(&row.severity)?,
        place: Place { file: row.file, line: row.line.map(unsigned), column: row.column_name },
        found: row.found,
        expected: row.expected,
        hint: row.hint,
    })
}

fn severity_name(severity: Severity) -> &'static str {
    match severity {
        Severity::Note => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}

fn severity(name: &str) -> Result<Severity> {
    [Severity::Note, Severity::Warning, Severity::Error]
        .into_iter()
        .find(|severity| severity_name(*severity) == name)
        .ok_or_else(|| DeskError::Damaged(format!("`{name}` is not a severity of a problem")))
}

fn import_row(row: import::Model) -> Result<ImportRow> {
    Ok(ImportRow {
        id: row.id,
        at: instant(row.at_us)?,
        who: row.who,
        raw_sha256: row.raw_sha256,
        raw_bytes: unsigned(row.raw_bytes),
        file_name: row.file_name,
        definition: row.definition,
        definition_version: row.definition_version,
        store: row.store,
        market: row.market,
        given: values::json(&row.given)?,
        horizon: row.horizon,
        rows: unsigned(row.row_count),
        state: ImportState::from_name(&row.state)?,
        diff: values::json(&row.diff)?,
        balance: values::json(&row.balance)?,
        problems: ProblemCounts {
            error: unsigned(row.errors),
            warning: unsigned(row.warnings),
            note: unsigned(row.notes),
        },
    })
}
