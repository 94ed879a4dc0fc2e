//! Work in the background: uploads become jobs of the desk, a few workers carry them out.
//!
//! A job survives a restart: it is a row of the desk, and its file lies in the home until the job
//! is over. A panic or a failure costs the job, not the server.

use std::{path::PathBuf, time::Duration};

use argosy_desk::{DeskError, Job, NewJob, Progress};
use argosy_intake::{IntakeError, Step};
use argosy_kernel::Day;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::{sync::watch, task::JoinHandle};

use crate::{
    app::App,
    chapters::Deed,
    error::Error,
    http::JobResult,
    receive::{self, Given, Sender},
};

/// How long a silent worker keeps its job.
const LEASE: Duration = Duration::from_secs(30);
/// How often progress is written down.
const TELL_EVERY: Duration = Duration::from_millis(500);
/// How often idle workers look by themselves; a new job of this process wakes them at once.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// How long a stopping server waits for the jobs at hand; they begin anew at the next start.
const STOP_WITHIN: Duration = Duration::from_secs(10);
const TRIES: u32 = 5;
const IMPORT: &str = "import";
const REBUILD: &str = "rebuild";
const RETENTION: &str = "retention";
const UNDO: &str = "undo";
const LEARN: &str = "learn";
const FINDINGS: &str = "findings_run";
const CHANGES: &str = "changes_detect";
const EFFECTS: &str = "effects_measure";
const DEED: &str = "chapter_action";

/// Work that is no upload.
#[derive(Clone, PartialEq, Debug)]
pub enum Task {
    /// Make all facts anew.
    Rebuild,
    /// Free raw files of personal data whose time is over.
    Retention,
    /// Take an import back.
    Undo(i64),
    /// Learn from past imports how figures of a day grow.
    Learn,
    /// Let rules look at the facts of a day (the newest one); all of them when none is named.
    Findings { day: Option<Day>, rules: Vec<String> },
    /// Look for changes in the facts.
    Changes { from: Option<Day>, to: Option<Day> },
    /// Measure effects whose days are there.
    Effects,
    /// What somebody lets a chapter do that takes long.
    Deed(Box<Deed>),
}

impl Task {
    fn kind(&self) -> &'static str {
        match self {
            Self::Rebuild => REBUILD,
            Self::Retention => RETENTION,
            Self::Undo(_) => UNDO,
            Self::Learn => LEARN,
            Self::Findings { .. } => FINDINGS,
            Self::Changes { .. } => CHANGES,
            Self::Effects => EFFECTS,
            Self::Deed(_) => DEED,
        }
    }

    fn payload(&self) -> serde_json::Value {
        match self {
            Self::Undo(import) => json!({ "import": import, "file_name": "" }),
            Self::Findings { day, rules } => {
                json!({ "day": day, "rules": rules, "file_name": "" })
            }
            Self::Changes { from, to } => json!({ "from": from, "to": to, "file_name": "" }),
            Self::Deed(deed) => {
                let subject = format!("{} · {}", deed.of, deed.action);
                json!({ "deed": deed, "file_name": subject })
            }
            _ => json!({ "file_name": "" }),
        }
    }

    fn read(job: &Job) -> Option<Self> {
        let day = |name: &str| {
            job.payload.get(name).and_then(|day| serde_json::from_value(day.clone()).ok()).flatten()
        };
        match job.kind.as_str() {
            REBUILD => Some(Self::Rebuild),
            RETENTION => Some(Self::Retention),
            UNDO => job.payload.get("import")?.as_i64().map(Self::Undo),
            LEARN => Some(Self::Learn),
            FINDINGS => {
                let rules = job.payload.get("rules").cloned().unwrap_or_default();
                let rules = serde_json::from_value(rules).unwrap_or_default();
                Some(Self::Findings { day: day("day"), rules })
            }
            CHANGES => Some(Self::Changes { from: day("from"), to: day("to") }),
            EFFECTS => Some(Self::Effects),
            DEED => {
                let deed = job.payload.get("deed")?.clone();
                serde_json::from_value(deed).ok().map(|deed| Self::Deed(Box::new(deed)))
            }
            _ => None,
        }
    }
}

/// Puts work that is no upload into the queue.
///
/// # Errors
/// When the desk does not take it.
pub async fn enqueue_task(app: &App, task: Task, who: &str) -> Result<i64, DeskError> {
    let payload = task.payload();
    let kind = task.kind().to_owned();
    let new = NewJob { kind, payload, who: who.to_owned(), max_tries: TRIES };
    let id = app.desk().enqueue(new).await?;
    app.job_queued().notify_one();
    Ok(id)
}

/// One uploaded file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ImportJob {
    /// Where it lies until the job is over.
    pub path: PathBuf,
    pub file_name: String,
    pub store: Option<String>,
    pub market: Option<String>,
    pub channel: Option<String>,
    pub period_from: Option<Day>,
    pub period_to: Option<Day>,
    /// Takes the place of what is there, even when the file looks older.
    #[serde(default)]
    pub replace: bool,
    /// Whether the uploader may change costs, pairings and rates.
    pub may_edit: bool,
}

/// Puts an upload into the queue.
///
/// # Errors
/// When the desk does not take it.
pub async fn enqueue(app: &App, job: &ImportJob, who: &str) -> Result<i64, DeskError> {
    let mut job = job.clone();
    // Whoever carries the job out may have been started in another folder.
    job.path = std::path::absolute(&job.path).unwrap_or(job.path);
    let payload = serde_json::to_value(job).unwrap_or_default();
    let new = NewJob { kind: IMPORT.to_owned(), payload, who: who.to_owned(), max_tries: TRIES };
    let id = app.desk().enqueue(new).await?;
    app.job_queued().notify_one();
    Ok(id)
}

/// The workers of this process.
pub struct Workers {
    stop: watch::Sender<bool>,
    handles: Vec<JoinHandle<()>>,
}

impl Workers {
    /// Takes no new jobs, and waits a while for those at hand.
    pub async fn stop(self) {
        let _ = self.stop.send(true);
        for mut handle in self.handles {
            if tokio::time::timeout(STOP_WITHIN, &mut handle).await.is_err() {
                handle.abort();
            }
        }
    }
}

/// Starts the workers.
pub fn start(app: &App) -> Workers {
    let (stop, stopped) = watch::channel(false);
    let count = app.home().config.limits.import_workers.max(1);
    let handles = (0..count)
        .map(|number| {
            let name = format!("{}-{number}-{}", std::process::id(), crate::ids::random());
            tokio::spawn(work(app.clone(), name, stopped.clone()))
        })
        .collect();
    Workers { stop, handles }
}

async fn work(app: App, name: String, mut stopped: watch::Receiver<bool>) {
    while !*stopped.borrow() {
        let claimed = async {
            app.desk().requeue_expired().await?;
            app.desk().claim(&name, LEASE).await
        };
        match claimed.await {
            Ok(Some(job)) => {
                run(&app, &job).await;
                continue;
            }
            Ok(None) => {}
            Err(error) => tracing::error!(%error, "the job queue cannot be read"),
        }
        tokio::select! {
            () = app.job_queued().notified() => {}
            () = tokio::time::sleep(LOOK_EVERY) => {}
            _ = stopped.changed() => {}
        }
    }
}

async fn run(app: &App, job: &Job) {
    let (tell, told) = watch::channel(Progress::default());
    let import = serde_json::from_value::<ImportJob>(job.payload.clone()).ok();
    let import = import.filter(|_| job.kind == IMPORT);
    let (own, who, upload, task) = (app.clone(), job.who.clone(), import.clone(), Task::read(job));
    let mut work = match (upload, task) {
        (Some(upload), _) => {
            tokio::spawn(async move { carry_out(&own, &upload, &who, &tell).await })
        }
        (None, Some(task)) => {
            tokio::spawn(async move { crate::tasks::carry_out(&own, task, &who, &tell).await })
        }
        (None, None) => {
            let unknown = format!("a job of kind `{}` is not known to this version", job.kind);
            return record(app.desk().fail(job, &unknown).await, job);
        }
    };
    let mut ticks = tokio::time::interval(TELL_EVERY);
    let outcome = loop {
        tokio::select! {
            outcome = &mut work => break outcome,
            _ = ticks.tick() => {
                let progress = told.borrow().clone();
                if let Err(error) = app.desk().progress(job, &progress, LEASE).await {
                    // Another worker has the job now: what this one does would count for nothing.
                    if matches!(error, DeskError::Conflict(_)) {
                        work.abort();
                        return;
                    }
                    tracing::warn!(job = job.id, %error, "progress was not written down");
                }
            }
        }
    };
    let ended = match outcome {
        Ok(Ok(result)) => {
            let result = serde_json::to_value(result).unwrap_or_default();
            app.desk().finish(job, &result).await
        }
        Ok(Err(error)) if is_permanent(&error) => app.desk().fail(job, &error.to_string()).await,
        Ok(Err(error)) => {
            tracing::warn!(job = job.id, %error, "a job failed and will be tried again");
            app.desk().retry(job, &error.to_string()).await
        }
        Err(panic) => {
            tracing::error!(job = job.id, %panic, "a job stopped by a mistake of our own");
            app.desk().retry(job, "stopped by a mistake of Argosy's own; the log tells more").await
        }
    };
    let good = ended.is_ok();
    record(ended, job);
    if good && import.is_some() {
        look_when_all_are_in(app).await;
    }
    if let Ok(Some(after)) = app.desk().job(job.id).await
        && after.finished.is_some()
        && let Some(import) = import
        && let Err(error) = tokio::fs::remove_file(&import.path).await
    {
        tracing::warn!(job = job.id, %error, "an uploaded file stays");
    }
}

/// After the last import of a batch the rules look at what is new.
async fn look_when_all_are_in(app: &App) {
    let jobs = match app.desk().jobs(true).await {
        Ok(jobs) => jobs,
        Err(error) => return tracing::warn!(%error, "the job queue cannot be read"),
    };
    // A run that has begun may have read the facts before this import.
    let waiting = |job: &Job| {
        job.kind == IMPORT || job.kind == FINDINGS && job.state == argosy_desk::JobState::Queued
    };
    if jobs.iter().any(waiting) {
        return;
    }
    let task = Task::Findings { day: None, rules: Vec::new() };
    if let Err(error) = enqueue_task(app, task, "argosy").await {
        tracing::warn!(%error, "the rules do not look at the new facts now");
    }
}

/// Whether trying again would only say the same again.
fn is_permanent(error: &Error) -> bool {
    let of_desk = |error: &DeskError| {
        matches!(error, DeskError::Refused(_) | DeskError::Wrong(_) | DeskError::NotFound { .. })
    };
    match error {
        Error::Usage(_)
        | Error::Told(_)
        | Error::Records(_)
        | Error::Intake(
            IntakeError::Refused(_) | IntakeError::NotFound(_) | IntakeError::Damaged(_),
        ) => true,
        Error::Desk(error) | Error::Intake(IntakeError::Desk(error)) => of_desk(error),
        _ => false,
    }
}

fn record(ended: Result<(), DeskError>, job: &Job) {
    if let Err(error) = ended {
        tracing::error!(job = job.id, %error, "the end of a job was not written down");
    }
}

async fn carry_out(
    app: &App,
    job: &ImportJob,
    who: &str,
    tell: &watch::Sender<Progress>,
) -> Result<JobResult, Error> {
    if !job.path.is_file() {
        // Tried before and cut off after the file was taken over: its record is in the list.
        return Err(Error::told(
            "the uploaded file is gone; upload it again",
            "上传的文件已不在，请重新上传",
        ));
    }
    let given = Given {
        store: job.store.clone(),
        market: job.market.clone(),
        channel: job.channel.clone(),
        from: job.period_from,
        to: job.period_to,
        replace: job.replace,
    };
    let sender = Sender { who, file_name: &job.file_name, may_edit: job.may_edit };
    let report = receive::import(app, &job.path, &given, sender, &|progress| {
        tell.send_replace(Progress {
            done: progress.done,
            total: progress.total,
            unit: "bytes".to_owned(),
            step: step_name(progress.step).to_owned(),
        });
    })
    .await?;
    Ok(JobResult {
        import: report.import,
        state: report.state.name().to_owned(),
        rows: report.rows,
        done: None,
    })
}

/// The stable name of a step.
pub fn step_name(step: Step) -> &'static str {
    match step {
        Step::Receive => "receive",
        Step::Read => "read",
        Step::Compare => "compare",
    }
}
