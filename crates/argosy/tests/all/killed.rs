//! Imports that are killed at any moment and started again end with the facts of an undisturbed run.

use std::{
    collections::BTreeMap,
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use argosy::{app::App, home::Home, housekeeping};
use argosy_facts::content_hash;
use argosy_kernel::Table;
use argosy_sim::{Company, Spec, write_all};

const ROUNDS: u64 = 12;

fn command(home: &Path, reports: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_argosy"));
    command
        .arg("--home")
        .arg(home)
        .arg("import")
        .arg(reports)
        .args(["--store", "lantern-us", "--market", "US", "--channel", "amazon"])
        .args(["--from", "2026-01-01", "--to", "2026-01-31"])
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

async fn facts(home: &Path) -> (App, BTreeMap<Table, String>) {
    let app = App::open(Home::open(home).unwrap()).await.unwrap();
    let files = app.desk().current_files(None).await.unwrap();
    assert!(app.facts().verify(&files).is_empty());
    let hash = content_hash(&app.facts().session(&files).unwrap()).await.unwrap();
    (app, hash)
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_moment_and_started_again_gives_the_same_facts() {
    let folder = tempfile::tempdir().unwrap();
    let company = Company::generate(&Spec::small().with_seed(3));
    write_all(&company, &folder.path().join("all")).unwrap();
    let reports = folder.path().join("all/lantern-us");
    let calm = folder.path().join("calm");
    Home::create(&calm).unwrap();
    let start = Instant::now();
    assert!(command(&calm, &reports).status().is_ok());
    let whole = start.elapsed();
    let (_, truth) = facts(&calm).await;

    let stormy = folder.path().join("stormy");
    Home::create(&stormy).unwrap();
    for round in 1..=ROUNDS {
        let mut child = command(&stormy, &reports).spawn().unwrap();
        // Spread over the whole run, so that every step is hit by some round.
        let moment = whole.mul_f64(round as f64 / ROUNDS as f64 * 0.9);
        std::thread::sleep(moment.max(Duration::from_millis(5)));
        child.kill().unwrap();
        child.wait().unwrap();
        // What is committed is whole at every moment.
        facts(&stormy).await;
    }
    assert!(command(&stormy, &reports).status().is_ok());
    let (app, hash) = facts(&stormy).await;

    assert_eq!(hash, truth);
    housekeeping::tidy(&app, Duration::ZERO).await.unwrap();
    assert_eq!(facts(&stormy).await.1, truth, "tidying up removed what is needed");
    assert_eq!(housekeeping::tidy(&app, Duration::ZERO).await.unwrap(), 0);
}
