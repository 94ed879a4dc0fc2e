//! Imports, rebuilds and servers that are killed at any moment and started again end with the facts
//! of an undisturbed run.

use std::{
    collections::BTreeMap,
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant, SystemTime},
};

use argosy::{app::App, home::Home, housekeeping};
use argosy_facts::content_hash;
use argosy_kernel::Table;
use argosy_sim::{Company, Spec, write_all};

/// How often an import is killed, other work a third as often; `ARGOSY_KILLS` asks for more.
fn rounds() -> u64 {
    let asked = std::env::var("ARGOSY_KILLS").ok().and_then(|text| text.parse().ok());
    asked.unwrap_or(12).max(1)
}

fn argosy(home: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_argosy"));
    command.arg("--home").arg(home).args(arguments);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command
}

fn import(home: &Path, reports: &Path) -> Command {
    let mut command = argosy(home, &["import"]);
    command
        .arg(reports)
        .args(["--store", "lantern-us", "--market", "US", "--channel", "amazon"])
        .args(["--from", "2026-01-01", "--to", "2026-01-31"]);
    command
}

/// Starts it again and again and kills it, at moments spread over its whole length, so that every
/// step is hit by some round; what is committed must be whole at every moment.
async fn storm(home: &Path, rounds: u64, whole: Duration, start: impl Fn() -> Command) {
    for round in 1..=rounds {
        let mut child = start().spawn().unwrap();
        let moment = whole.mul_f64(round as f64 / rounds as f64 * 0.9);
        std::thread::sleep(moment.max(Duration::from_millis(5)));
        child.kill().unwrap();
        child.wait().unwrap();
        facts(home).await;
    }
}

/// How long it takes undisturbed.
fn length(mut command: Command) -> Duration {
    let start = Instant::now();
    command.status().unwrap();
    start.elapsed()
}

/// Makes every fact file look two days old, so that tidying takes those that no commit lists.
fn age(folder: &Path) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            age(&path);
        } else {
            let long_ago = SystemTime::now() - Duration::from_hours(48);
            std::fs::File::options()
                .write(true)
                .open(&path)
                .unwrap()
                .set_modified(long_ago)
                .unwrap();
        }
    }
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
    let whole = length(import(&calm, &reports));
    let (_, truth) = facts(&calm).await;

    let stormy = folder.path().join("stormy");
    Home::create(&stormy).unwrap();
    storm(&stormy, rounds(), whole, || import(&stormy, &reports)).await;
    length(import(&stormy, &reports));
    assert_eq!(facts(&stormy).await.1, truth);

    // All facts are made anew from the raw files, and a rebuild that ended nowhere changes nothing.
    let whole = length(argosy(&calm, &["rebuild"]));
    assert_eq!(facts(&calm).await.1, truth);
    storm(&stormy, rounds().div_ceil(3), whole, || argosy(&stormy, &["rebuild"])).await;
    length(argosy(&stormy, &["rebuild"]));
    assert_eq!(facts(&stormy).await.1, truth);

    // A server tidies up as it starts: it removes what the killed left, and nothing else.
    age(&stormy.join("facts"));
    let serve = || argosy(&stormy, &["serve", "--address", "127.0.0.1:0"]);
    storm(&stormy, rounds().div_ceil(3), Duration::from_millis(600), serve).await;
    let (app, hash) = facts(&stormy).await;
    assert_eq!(hash, truth);
    housekeeping::tidy(&app, Duration::ZERO).await.unwrap();
    assert_eq!(facts(&stormy).await.1, truth, "tidying up removed what is needed");
    assert_eq!(housekeeping::tidy(&app, Duration::ZERO).await.unwrap(), 0);
}
