//! Importing into a bucket, killed at any moment.

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

use crate::site::site;

const ROUNDS: u32 = 8;

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

async fn facts(home: &Path) -> (App, BTreeMap<Table, String>) {
    let app = App::open(Home::open(home).unwrap()).await.unwrap();
    let files = app.desk().current_files(None).await.unwrap();
    assert!(app.facts().verify(&files).is_empty());
    let hash = content_hash(&app.facts().session(&files).unwrap()).await.unwrap();
    (app, hash)
}

#[tokio::test(flavor = "multi_thread")]
async fn imports_and_rebuilds_in_a_bucket_killed_at_any_moment_give_the_facts_of_a_folder() {
    let Some(site) = site() else { return };
    let folder = tempfile::tempdir().unwrap();
    let company = Company::generate(&Spec::small().with_seed(3));
    write_all(&company, &folder.path().join("all")).unwrap();
    let reports = folder.path().join("all/lantern-us");
    let calm = folder.path().join("calm");
    site.write_home(&calm, "");
    assert!(import(&calm, &reports).status().is_ok());
    let (_, truth) = facts(&calm).await;

    let stormy = folder.path().join("stormy");
    site.write_home(&stormy, &site.settings_for("storm"));
    let mut whole = Duration::from_secs(3);
    for work in ["import", "rebuild"] {
        let start = || match work {
            "import" => import(&stormy, &reports),
            _ => argosy(&stormy, &["rebuild"]),
        };
        for round in 1..=ROUNDS {
            let mut child = start().spawn().unwrap();
            std::thread::sleep(whole * round / ROUNDS);
            child.kill().unwrap();
            child.wait().unwrap();
            facts(&stormy).await;
        }
        let begun = Instant::now();
        start().status().unwrap();
        whole = begun.elapsed();
        assert_eq!(facts(&stormy).await.1, truth, "{work}");
    }

    // What the killed left in the bucket is removed, and nothing else.
    let (app, _) = facts(&stormy).await;
    housekeeping::tidy(&app, Duration::ZERO).await.unwrap();
    assert_eq!(facts(&stormy).await.1, truth, "tidying up removed what is needed");
    assert_eq!(housekeeping::tidy(&app, Duration::ZERO).await.unwrap(), 0);

    // The copies on this machine are of no importance.
    std::fs::remove_dir_all(app.home().facts_cache()).unwrap();
    assert_eq!(facts(&stormy).await.1, truth);
    let again = import(&stormy, &reports).status().unwrap();
    assert!(again.success());
    assert_eq!(facts(&stormy).await.1, truth, "the same reports again changed facts");
}
