//! What a running server tidies up by itself: leftovers of killed imports, ended sessions and jobs.
//!
//! Retired fact files stay, so that questions as of any past import can be answered.

use std::{
    collections::HashSet,
    time::{Duration, SystemTime},
};

use argosy_facts::Stored;
use chrono::Utc;

use crate::{app::App, chapters, error::Error, jobs, retention};

const EVERY: Duration = Duration::from_hours(1);
const HOURS_OF_DAY: u64 = 24;
/// A file that no manifest lists may belong to an import that still runs; after this it does not.
const ABANDONED_AFTER: Duration = Duration::from_hours(24);

/// Tidies now and every hour until the task is dropped.
pub async fn run(app: App) {
    for hour in 0_u64.. {
        if let Err(error) = tidy(&app, ABANDONED_AFTER).await {
            tracing::warn!(%error, "tidying up did not finish; it is tried again in an hour");
        }
        if let Err(error) = free_of_personal_data(&app).await {
            tracing::warn!(%error, "the retention did not finish; it is tried again in an hour");
        }
        // Looking back at many past states is work for a quiet hour, once a day.
        if hour % HOURS_OF_DAY == 1 {
            for task in daily(&app) {
                if let Err(error) = jobs::enqueue_task(&app, task, "argosy").await {
                    tracing::warn!(%error, "a task of the day is not done today");
                }
            }
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// What is done once a day: learning and what chapters work out first, since rules judge by it.
fn daily(app: &App) -> Vec<jobs::Task> {
    let mut tasks =
        vec![jobs::Task::Learn, jobs::Task::Changes { from: None, to: None }, jobs::Task::Effects];
    let deeds = chapters::nightly(&app.knowledge());
    tasks.extend(deeds.into_iter().map(|deed| jobs::Task::Deed(Box::new(deed))));
    tasks.push(jobs::Task::Findings { day: None, rules: Vec::new() });
    tasks
}

/// Removes fact files that no commit lists and that are older than `age`; gives how many.
///
/// # Errors
/// When the desk cannot be read.
pub async fn tidy(app: &App, age: Duration) -> Result<usize, Error> {
    app.desk().sweep_sessions().await?;
    app.desk().sweep_jobs().await?;
    // What lies there is read first: a file committed in between is listed by the manifest read after it.
    let stored = app.facts().stored();
    let current = app.desk().current_files(None).await?;
    let retired = app.desk().retired_files(Utc::now() + chrono::Duration::days(1)).await?;
    let listed: HashSet<String> =
        current.into_iter().chain(retired).map(|file| file.path).collect();
    let abandoned: Vec<String> = stored
        .into_iter()
        .filter(|file| !listed.contains(&file.path) && is_older(file, age))
        .map(|file| file.path)
        .collect();
    if !abandoned.is_empty() {
        tracing::info!(files = abandoned.len(), "removing what killed imports left behind");
        app.facts().remove(&abandoned);
    }
    Ok(abandoned.len())
}

/// Queues the retention when a file's time is over, so that nobody has to think of it.
async fn free_of_personal_data(app: &App) -> Result<(), Error> {
    let due = retention::list(app).await?.iter().any(|file| file.state == "due");
    let waiting = app.desk().jobs(true).await?.iter().any(|job| job.kind == "retention");
    if due && !waiting {
        jobs::enqueue_task(app, jobs::Task::Retention, "argosy").await?;
    }
    Ok(())
}

fn is_older(file: &Stored, age: Duration) -> bool {
    SystemTime::now().duration_since(file.written).is_ok_and(|since| since >= age)
}
