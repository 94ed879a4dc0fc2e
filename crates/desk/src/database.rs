//! Opening the desk, and the one way to write to it.

use std::{path::Path, sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use sea_orm::{
    DatabaseConnection, DatabaseTransaction, EntityTrait, QuerySelect, SqliteTransactionMode,
    TransactionOptions, TransactionTrait,
    sqlx::{
        postgres::{PgConnectOptions, PgPoolOptions},
        sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
    },
};
use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::{
    Clock, DeskError, Result, SystemClock, audit::Chain, migrations, passwords::Hasher,
    rows::audit_head,
};

/// Readers in parallel; writers take turns.
const CONNECTIONS_MAX: u32 = 8;
/// How long a write waits for another process (an import beside the server) before it gives up.
const BUSY_TIMEOUT: Duration = Duration::from_secs(30);

/// The desk. Cheap to clone; all clones share one pool.
#[derive(Clone)]
pub struct Desk {
    pub(crate) db: DatabaseConnection,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) hasher: Hasher,
    writer: Arc<Mutex<()>>,
}

impl Desk {
    /// Opens `sqlite:///path/desk.sqlite` (created when missing, the path taken as it stands) or
    /// `postgres://user@host/database`, and brings its tables up to date.
    ///
    /// # Errors
    /// [`DeskError::NewerSchema`] when a newer Argosy has been here, [`DeskError::Refused`] for an
    /// address of neither kind.
    pub async fn open(url: &str) -> Result<Self> {
        Self::open_with_clock(url, Arc::new(SystemClock)).await
    }

    /// [`Desk::open`] with a clock of the caller's.
    ///
    /// # Errors
    /// As [`Desk::open`].
    pub async fn open_with_clock(url: &str, clock: Arc<dyn Clock>) -> Result<Self> {
        let db = connect(url).await?;
        migrations::run(&db, clock.now()).await?;
        Ok(Self { db, clock, hasher: Hasher::default(), writer: Arc::default() })
    }

    /// Closes the pool; SQLite then folds its write-ahead log into the file.
    ///
    /// # Errors
    /// [`DeskError::Database`] when the database does not let go.
    pub async fn close(self) -> Result<()> {
        Ok(self.db.close().await?)
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Begins a write: from here to the commit nobody else writes.
    ///
    /// SQLite takes its write lock at once (a transaction that begins as a reader cannot be upgraded
    /// while another writes). On PostgreSQL the lock on the end of the audit chain does the same.
    pub(crate) async fn write(&self) -> Result<Write> {
        let turn = Arc::clone(&self.writer).lock_owned().await;
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let tx = self.db.begin_with_options(options).await?;
        let head = audit_head::Entity::find_by_id(1).lock_exclusive().one(&tx).await?;
        let head = head.ok_or_else(|| {
            DeskError::Damaged(
                "the end of the audit log is missing; restore the desk from a backup".into(),
            )
        })?;
        Ok(Write { tx, now: self.now(), chain: Chain::from(head), _turn: turn })
    }
}

/// A write at work; dropped without a commit, it leaves no trace.
pub(crate) struct Write {
    pub tx: DatabaseTransaction,
    /// The one instant of everything this write stores.
    pub now: DateTime<Utc>,
    pub chain: Chain,
    _turn: OwnedMutexGuard<()>,
}

impl Write {
    pub(crate) fn now_us(&self) -> i64 {
        self.now.timestamp_micros()
    }

    pub(crate) async fn commit(self) -> Result<()> {
        self.chain.save(&self.tx).await?;
        Ok(self.tx.commit().await?)
    }
}

async fn connect(url: &str) -> Result<DatabaseConnection> {
    if let Some(path) = url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:")) {
        return connect_sqlite(Path::new(path)).await;
    }
    if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        return connect_postgres(url).await;
    }
    // The address may carry a password, so it is not repeated.
    Err(DeskError::refused(
        "the address of the desk is neither `sqlite:///path/desk.sqlite` nor \
         `postgres://user@host/database`; correct `desk` in argosy.toml",
    ))
}

async fn connect_sqlite(path: &Path) -> Result<DatabaseConnection> {
    keep_private(path)?;
    let options = SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT);
    let pool = SqlitePoolOptions::new()
        .max_connections(CONNECTIONS_MAX)
        .acquire_timeout(BUSY_TIMEOUT)
        .connect_with(silent(options))
        .await;
    Ok(pool.map_err(connection_error)?.into())
}

async fn connect_postgres(url: &str) -> Result<DatabaseConnection> {
    let options: PgConnectOptions = url.parse().map_err(|_| {
        DeskError::refused(
            "the PostgreSQL address of the desk cannot be read; write it as \
             `postgres://user:password@host:5432/database` with %-escapes in the password",
        )
    })?;
    let pool = PgPoolOptions::new()
        .max_connections(CONNECTIONS_MAX)
        .acquire_timeout(BUSY_TIMEOUT)
        .connect_with(silent(options))
        .await;
    Ok(pool.map_err(connection_error)?.into())
}

/// Statements are not logged: they are many, and slow ones are the caller's to measure.
fn silent<T: sea_orm::sqlx::ConnectOptions>(options: T) -> T {
    options.disable_statement_logging()
}

fn connection_error(error: sea_orm::sqlx::Error) -> DeskError {
    sea_orm::DbErr::Conn(sea_orm::RuntimeErr::SqlxError(Arc::new(error))).into()
}

/// Makes a missing database file readable by its owner only; SQLite's side files follow it.
fn keep_private(path: &Path) -> Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(source) => Err(DeskError::File { path: path.to_owned(), source }),
    }
}
