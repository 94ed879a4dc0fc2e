//! Reading a file in threads of its own: its bytes, what it is, and its tables.

use std::{collections::HashMap, path::Path, sync::Arc};

use argosy_desk::Store;
use argosy_kernel::Problem;

use crate::{
    Intake, IntakeError,
    copies::Copies,
    definition::Definition,
    manifest::Stages,
    parts::{self, Examined, Refused},
    pipeline::{self, Outcome, Setting, Source},
    raw::{Received, Refusal},
    report::{ImportOptions, PartReport, Progress, Step},
    rows::Given,
    translate::Lineage,
};

/// A caller's ear for progress.
pub(crate) type OnProgress<'a> = &'a (dyn Fn(Progress) + Send + Sync);

/// Tells progress from a working thread.
pub(crate) type Tell = Arc<dyn Fn(Progress) + Send + Sync>;

/// What reading gave, group by group, before it is committed.
pub(crate) struct Read {
    pub(crate) outcome: Outcome,
    pub(crate) stages: Stages,
    pub(crate) parts: Vec<PartReport>,
}

/// A file on its way in.
#[derive(Clone)]
pub(crate) struct Job {
    pub(crate) examined: Arc<Examined>,
    pub(crate) given: Arc<Given>,
    pub(crate) lineage: Lineage,
    /// Bytes of the file, for progress.
    pub(crate) bytes: u64,
}

impl Job {
    /// Whether the file takes the place of whatever earlier ones said.
    pub(crate) fn replaces(&self, options: &ImportOptions) -> bool {
        let first = self.examined.parts.first();
        replaces(first.map(|part| &*part.recognised.definition), options)
    }
}

/// Whether an import takes the place of whatever earlier ones said: because somebody told it to, or
/// because its report is one that people write themselves. Of an archive with several reports the
/// first one says so, as it is the one that the desk keeps with the import.
pub(super) fn replaces(first: Option<&Definition>, options: &ImportOptions) -> bool {
    options.replace || first.is_some_and(|definition| definition.later_wins)
}

impl Intake {
    /// Keeps the bytes of a file.
    pub(super) async fn receive(
        &self,
        file: &Path,
        progress: OnProgress<'_>,
    ) -> Result<Result<Received, Problem>, IntakeError> {
        let (raw, path) = (self.raw.clone(), file.to_owned());
        let done = blocking(progress, move |tell| {
            let total = std::fs::metadata(&path).map_or(0, |meta| meta.len());
            raw.receive_path(&path, &mut |done| tell(Progress { step: Step::Receive, done, total }))
        })
        .await?;
        match done {
            Ok(received) => Ok(Ok(received)),
            Err(Refusal::Problem(problem)) => Ok(Err(problem)),
            Err(Refusal::Error(error)) => Err(error),
        }
    }

    /// Reads the tables of one group into staged facts, in a thread of its own.
    pub(crate) async fn read_group(
        &self,
        job: &Job,
        group: usize,
        after: i64,
        progress: OnProgress<'_>,
    ) -> Result<Read, IntakeError> {
        let (definitions, vault) = (self.definitions.clone(), self.vault.clone());
        let (job, facts) = (job.clone(), self.facts.clone());
        blocking(progress, move |tell| {
            let setting = Setting {
                definitions: &definitions,
                vault: &vault,
                given: &job.given,
                lineage: &job.lineage,
            };
            let total = job.bytes;
            let read = |done| tell(Progress { step: Step::Read, done, total: total.max(done) });
            let mut copies: HashMap<usize, Copies> = HashMap::new();
            loop {
                let mut stages = Stages::new(facts.clone(), &job.lineage.store);
                let mut all = Outcome { last_row: after, ..Outcome::default() };
                let mut reports = Vec::new();
                let known = copies.len();
                let parts = job.examined.parts.iter().enumerate();
                for (at, part) in parts.filter(|(_, part)| part.group == group) {
                    let mut write = |table, facts: argosy_facts::arrow::array::RecordBatch| {
                        stages.write(table, &facts)
                    };
                    let (after, without) = (all.last_row, copies.get(&at).cloned());
                    let source = Source { examined: &job.examined, part, after, without };
                    let mut outcome = pipeline::run(&setting, source, &mut write, &read)?;
                    copies.extend(outcome.copies.take().map(|copies| (at, copies)));
                    reports.push(PartReport {
                        label: part.label.clone(),
                        definition: part.recognised.definition.id.clone(),
                        rows: outcome.rows,
                    });
                    all.add(outcome);
                }
                // Where there are copies, what was staged goes with its files, and the group is read
                // once more without those of any of its tables.
                if copies.len() == known {
                    return Ok(Read { outcome: all, stages, parts: reports });
                }
            }
        })
        .await?
    }

    /// Looks into a file in a thread of its own.
    pub(crate) async fn examine(
        &self,
        file: &Path,
        options: &ImportOptions,
        store: Option<&Store>,
        progress: OnProgress<'_>,
    ) -> Result<Result<Examined, Refused>, IntakeError> {
        let definitions = self.definitions.clone();
        let (path, name) = (file.to_owned(), options.file_name.clone());
        let home = store.and_then(|store| store.market.clone());
        let limits = crate::decode::Limits {
            market: options.market.clone().or(home),
            ..crate::decode::Limits::default()
        };
        blocking(progress, move |_| parts::examine(&definitions, &path, &name, &limits)).await
    }
}

/// Runs `work` where it may block, and passes on what it tells. A panic inside is an error here.
pub(crate) async fn blocking<T: Send + 'static>(
    progress: OnProgress<'_>,
    work: impl FnOnce(Tell) -> T + Send + 'static,
) -> Result<T, IntakeError> {
    let (send, mut receive) = tokio::sync::mpsc::unbounded_channel();
    let tell: Tell = Arc::new(move |told| {
        // Nobody listens any more once the caller has given up; the work ends by itself.
        let _ = send.send(told);
    });
    let handle = tokio::task::spawn_blocking(move || work(tell));
    while let Some(told) = receive.recv().await {
        progress(told);
    }
    handle.await.map_err(|error| match error.try_into_panic() {
        Ok(panic) => IntakeError::Stopped(pipeline::panic_text(&*panic)),
        Err(error) => IntakeError::Stopped(error.to_string()),
    })
}
