//! What a running server tidies up by itself: leftovers of killed imports, ended sessions and jobs.
//!
//! Retired fact files stay, so that questions as of any past import can be answered.

use std::{
    collections::HashSet,
    time::{Duration, SystemTime},
};

use chrono::Utc;

use crate::{app::App, error::Error};

const EVERY: Duration = Duration::from_hours(1);
/// A file that no manifest lists may belong to an import that still runs; after this it does not.
const ABANDONED_AFTER: Duration = Duration::from_hours(24);

/// Tidies now and every hour until the task is dropped.
pub async fn run(app: App) {
    loop {
        if let Err(error) = tidy(&app, ABANDONED_AFTER).await {
            tracing::warn!(%error, "tidying up did not finish; it is tried again in an hour");
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// Removes fact files that no commit lists and that are older than `age`; gives how many.
///
/// # Errors
/// When the desk cannot be read.
pub async fn tidy(app: &App, age: Duration) -> Result<usize, Error> {
    app.desk().sweep_sessions().await?;
    app.desk().sweep_jobs().await?;
    // The disk is read first: a file committed in between is listed by the manifest read after it.
    let on_disk = app.facts().orphans(&HashSet::new());
    let current = app.desk().current_files(None).await?;
    let retired = app.desk().retired_files(Utc::now() + chrono::Duration::days(1)).await?;
    let listed: HashSet<String> =
        current.into_iter().chain(retired).map(|file| file.path).collect();
    let abandoned: Vec<String> = on_disk
        .into_iter()
        .filter(|path| !listed.contains(path) && is_older(app, path, age))
        .collect();
    if !abandoned.is_empty() {
        tracing::info!(files = abandoned.len(), "removing what killed imports left behind");
        app.facts().remove(&abandoned);
    }
    Ok(abandoned.len())
}

fn is_older(app: &App, path: &str, age: Duration) -> bool {
    std::fs::metadata(app.facts().path_of(path))
        .and_then(|meta| meta.modified())
        .ok()
        .and_then(|written| SystemTime::now().duration_since(written).ok())
        .is_some_and(|since| since >= age)
}
