//! A desk to test on, with a clock that stands still until it is moved.

use std::sync::{Arc, Mutex};

use argosy_desk::{Clock, Desk, ImportState, NewImport, NewUser, Role, User};
use argosy_kernel::{Day, FactFile, Table};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection};

/// Makes one test per database out of an async function over a [`Bench`].
macro_rules! on_both {
    ($(#[doc = $doc:literal])* async fn $name:ident($bench:ident: Bench) $body:block) => {
        mod $name {
            #[allow(unused_imports, reason = "not every test needs every name of its file")]
            use super::*;

            $(#[doc = $doc])*
            async fn run($bench: crate::support::Bench) $body

            #[tokio::test(flavor = "multi_thread")]
            async fn on_sqlite() {
                run(crate::support::Bench::sqlite().await).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn on_postgres() {
                if let Some((bench, schema)) = crate::support::Bench::postgres().await {
                    run(bench).await;
                    schema.drop().await;
                }
            }
        }
    };
}
pub(crate) use on_both;

pub(crate) const PASSWORD: &str = "four words in the rain";

pub(crate) struct HandClock(Mutex<DateTime<Utc>>);

impl HandClock {
    pub(crate) fn advance(&self, by: TimeDelta) {
        *self.0.lock().unwrap() += by;
    }
}

impl Clock for HandClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap()
    }
}

pub(crate) struct Bench {
    pub(crate) desk: Desk,
    pub(crate) clock: Arc<HandClock>,
    pub(crate) url: String,
    /// Keeps the SQLite file until the test ends.
    _folder: Option<tempfile::TempDir>,
}

impl Bench {
    pub(crate) async fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("desk.sqlite").display());
        Self::open(url, Some(folder)).await
    }

    /// A fresh schema in the server under test, or nothing when there is none.
    pub(crate) async fn postgres() -> Option<(Self, Schema)> {
        let Ok(server) = std::env::var("ARGOSY_TEST_POSTGRES") else {
            eprintln!("skipped on PostgreSQL: ARGOSY_TEST_POSTGRES is not set");
            return None;
        };
        let schema = Schema { name: format!("desk_{:016x}", rand::random::<u64>()), server };
        schema.execute(&format!("CREATE SCHEMA {}", schema.name)).await;
        let Schema { name, server } = &schema;
        let sign = if server.contains('?') { '&' } else { '?' };
        let url = format!("{server}{sign}options[search_path]={name}");
        Some((Self::open(url, None).await, schema))
    }

    async fn open(url: String, folder: Option<tempfile::TempDir>) -> Self {
        let start = "2026-11-22T08:00:00Z".parse().unwrap();
        let clock = Arc::new(HandClock(Mutex::new(start)));
        let desk = Desk::open_with_clock(&url, clock.clone()).await.unwrap();
        Self { desk, clock, url, _folder: folder }
    }

    /// A second desk on the same tables, as another process would have it.
    pub(crate) async fn another(&self) -> Desk {
        Desk::open_with_clock(&self.url, self.clock.clone()).await.unwrap()
    }

    /// The tables behind the desk's back.
    pub(crate) async fn raw(&self) -> DatabaseConnection {
        Database::connect(&self.url).await.unwrap()
    }

    pub(crate) async fn execute(&self, sql: &str) {
        self.raw().await.execute_unprepared(sql).await.unwrap();
    }

    pub(crate) async fn owner(&self) -> User {
        self.desk.create_owner("ada", PASSWORD, "en").await.unwrap()
    }

    pub(crate) async fn user(&self, login: &str, role: Role) -> User {
        let new = NewUser {
            login: login.to_owned(),
            password: PASSWORD.to_owned(),
            role,
            language: "zh-CN".to_owned(),
        };
        self.desk.create_user(&new, "test").await.unwrap()
    }

    /// An import of `raw` into `store`, held against the facts as they are now.
    pub(crate) async fn import(&self, raw: &str, store: &str) -> NewImport {
        NewImport {
            raw_sha256: raw.repeat(64 / raw.len()),
            raw_bytes: 1_234,
            file_name: "settlement.txt".to_owned(),
            definition: Some("amazon.settlement_v2".to_owned()),
            definition_version: Some("2026-11-22".to_owned()),
            store: store.to_owned(),
            market: Some("US".to_owned()),
            given: serde_json::json!({ "period": null }),
            horizon: 20_000,
            rows: 10,
            diff: [].into(),
            balance: Vec::new(),
            completed: [].into(),
            problems: Vec::new(),
            state: ImportState::Done,
            who: "1".to_owned(),
            at: self.clock.now(),
            base: self.desk.latest_commit().await.unwrap(),
        }
    }

    /// The paths of the current files, or of those as of an import.
    pub(crate) async fn paths(&self, as_of: Option<i64>) -> Vec<String> {
        let files = self.desk.current_files(as_of).await.unwrap();
        files.into_iter().map(|file| file.path).collect()
    }
}

/// One test's own schema on the server under test; kept for a look when the test fails.
pub(crate) struct Schema {
    server: String,
    name: String,
}

impl Schema {
    pub(crate) async fn drop(self) {
        self.execute(&format!("DROP SCHEMA {} CASCADE", self.name)).await;
    }

    async fn execute(&self, sql: &str) {
        let db = Database::connect(&self.server).await.unwrap();
        db.execute_unprepared(sql).await.unwrap();
        db.close().await.unwrap();
    }
}

pub(crate) fn day(text: &str) -> Day {
    text.parse().unwrap()
}

pub(crate) fn file(path: &str, store: &str) -> FactFile {
    FactFile {
        path: path.to_owned(),
        table: Table::Ledger,
        store: store.to_owned(),
        month: day("2026-06-01"),
        rows: 10,
        bytes: 4_096,
        min_day: day("2026-06-03"),
        max_day: day("2026-06-28"),
        checksum: "00ff00ff00ff00ff".to_owned(),
    }
}
