use argosy_desk::{Desk, DeskError};
use sea_orm::{ConnectionTrait, DbBackend, Statement};

use crate::support::{Bench, on_both};

on_both! {
    async fn opening_again_changes_nothing(bench: Bench) {
        bench.desk.set_setting("company", "Lantern Home", "1").await.unwrap();
        let (left, right) = tokio::join!(bench.another(), bench.another());
        assert_eq!(left.setting("company").await.unwrap().as_deref(), Some("Lantern Home"));
        assert_eq!(right.setting("missing").await.unwrap(), None);
        left.close().await.unwrap();
    }
}

on_both! {
    async fn a_desk_of_a_newer_argosy_is_refused(bench: Bench) {
        bench.execute("INSERT INTO schema_version VALUES (99, 'from the future', 0)").await;
        let error = Desk::open(&bench.url).await.err().unwrap();
        assert!(matches!(error, DeskError::NewerSchema { found: 99, .. }));
        assert!(error.to_string().contains("start the newer Argosy"));
    }
}

#[tokio::test]
async fn an_address_of_neither_kind_is_not_repeated() {
    let error = Desk::open("mysql://root:secret@host/db").await.err().unwrap().to_string();
    assert!(!error.contains("secret"));
    assert!(error.contains("argosy.toml"));
}

#[cfg(unix)]
#[tokio::test]
async fn the_sqlite_file_is_the_owners_only_and_durable() {
    use std::os::unix::fs::PermissionsExt;

    let bench = Bench::sqlite().await;
    let path = bench.url.strip_prefix("sqlite://").unwrap();
    assert_eq!(std::fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
    let raw = bench.raw().await;
    let mode = Statement::from_string(DbBackend::Sqlite, "PRAGMA journal_mode");
    let mode: String = raw.query_one_raw(mode).await.unwrap().unwrap().try_get_by_index(0).unwrap();
    assert_eq!(mode, "wal");
}
