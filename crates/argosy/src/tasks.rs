//! Background work that is no upload: rebuild, undo, retention, learning.

use argosy_desk::Progress;
use argosy_metrics::restatement;
use serde_json::json;
use tokio::sync::watch;

use crate::{
    app::App,
    desk_data::MONEY,
    error::Error,
    http::JobResult,
    jobs::{Task, step_name},
    looping, retention,
};

/// How many past imports are looked back at.
const LOOK_BACK: u64 = 60;

pub(crate) async fn carry_out(
    app: &App,
    task: Task,
    who: &str,
    tell: &watch::Sender<Progress>,
) -> Result<JobResult, Error> {
    let read = |progress: argosy_intake::Progress| {
        tell.send_replace(Progress {
            done: progress.done,
            total: progress.total,
            unit: "bytes".to_owned(),
            step: step_name(progress.step).to_owned(),
        });
    };
    let done = |import, rows| JobResult { import, state: "done".to_owned(), rows, done: None };
    match task {
        Task::Rebuild => {
            let why = json!({ "why": "rebuild" });
            app.desk().note_raw_access(who, "raw:all", why).await?;
            let report = app.intake().rebuild(who, &read).await?;
            Ok(done(None, report.rows))
        }
        Task::Undo(import) => {
            let undone = undo(app, import, who, &read).await?;
            Ok(done(Some(undone.import), undone.imports))
        }
        Task::Retention => {
            let told = |number: usize, total: usize| {
                let count = |number| u64::try_from(number).unwrap_or(u64::MAX);
                tell.send_replace(Progress {
                    done: count(number),
                    total: count(total),
                    unit: "files".to_owned(),
                    step: "read".to_owned(),
                });
            };
            let run = retention::run(app, who, false, &told).await?;
            Ok(done(None, run.cells))
        }
        Task::Findings { day, rules } => {
            let told = counting(tell.clone(), "rules");
            let merged = looping::run(app, (day, &rules), who, &told).await?;
            Ok(done(None, merged.new + merged.again + merged.reopened + merged.woken))
        }
        Task::Changes { from, to } => {
            let found = looping::detect(app, (from, to), who).await?;
            Ok(done(None, found))
        }
        Task::Effects => {
            let told = counting(tell.clone(), "effects");
            let looked = looping::measure(app, who, &told).await?;
            Ok(done(None, looked))
        }
        Task::Deed(deed) => {
            let told = deed.carry_out(app, who, &counting(tell.clone(), "steps")).await?;
            let rows = u64::try_from(told.records.len()).unwrap_or(u64::MAX);
            Ok(JobResult { done: Some(json!(told)), ..done(None, rows) })
        }
        Task::Learn => {
            let curves = learn(app, who).await?;
            Ok(done(None, u64::try_from(curves).unwrap_or(u64::MAX)))
        }
    }
}

/// Progress counted in `unit`, with the name of what comes next as its step.
fn counting(
    tell: watch::Sender<Progress>,
    unit: &'static str,
) -> impl Fn(usize, usize, &str) + Send + Sync {
    let count = |number| u64::try_from(number).unwrap_or(u64::MAX);
    move |number, total, step| {
        tell.send_replace(Progress {
            done: count(number),
            total: count(total),
            unit: unit.to_owned(),
            step: step.to_owned(),
        });
    }
}

/// Takes an import back; that its file is read for it is noted.
///
/// # Errors
/// What the intake says.
pub(crate) async fn undo(
    app: &App,
    import: i64,
    who: &str,
    tell: &(dyn Fn(argosy_intake::Progress) + Send + Sync),
) -> Result<argosy_intake::Undone, Error> {
    let why = json!({ "why": "undo" });
    app.desk().note_raw_access(who, &format!("import:{import}"), why).await?;
    Ok(app.intake().undo(import, who, tell).await?)
}

/// Learns from the facts as past imports left them how figures of a day still grow; gives how many
/// curves there are.
///
/// # Errors
/// When the desk or the facts cannot be read.
pub(crate) async fn learn(app: &App, who: &str) -> Result<usize, Error> {
    let mut snapshots = Vec::new();
    for row in app.desk().imports(None, LOOK_BACK).await? {
        if row.state != argosy_desk::ImportState::Done {
            continue;
        }
        // Old states may have been cleaned up; what is left is enough to learn from.
        let Ok(files) = app.desk().current_files(Some(row.id)).await else { continue };
        let session = app.facts().session(&files)?;
        let seen = row.at.date_naive();
        let figures = restatement::figures(&session, seen).await?;
        snapshots.push(restatement::Snapshot { seen, figures });
    }
    snapshots.sort_by_key(|snapshot| snapshot.seen);
    let mut money = app.money_settings().await?;
    let curves = restatement::learn(&snapshots);
    let count = curves.len();
    if curves != money.curves {
        money.curves = curves;
        let text = serde_json::to_string(&money).unwrap_or_default();
        app.desk().set_setting(MONEY, &text, who).await?;
    }
    Ok(count)
}
