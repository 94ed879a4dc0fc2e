//! One file from its bytes to the committed facts.

use std::{collections::BTreeSet, path::Path, sync::Arc};

use argosy_desk::{DeskError, ImportRow, ImportState, NewImport, Store};
use argosy_kernel::Problem;

use crate::{
    Intake, IntakeError, decode,
    definition::Definition,
    manifest::{Manifest, Origin, Stages},
    options::{OWN_CHANNEL, is_store_name, refused_options},
    parts::{self, Examined, Refused},
    pipeline::{self, Outcome, Setting, Source},
    problems::Problems,
    raw::{Received, Refusal},
    records,
    report::{ImportOptions, ImportReport, PartReport, Progress, Step},
    rows::Given,
    translate::{Lineage, RecordRow},
    wholeness::Wholeness,
};

/// How often an import is repeated when another process committed in between.
const ATTEMPTS: usize = 5;
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

/// What a file brings beside facts.
struct Loaded {
    records: Vec<RecordRow>,
    problems: Problems,
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

impl Intake {
    /// Takes one report into a store: keeps its bytes, reads it, and commits its facts.
    ///
    /// What is wrong with the file is in the report's problems; a file that is not loaded at all is
    /// listed at the desk as failed.
    ///
    /// # Errors
    /// When the disk, the desk or the fact store did not do as asked. Nothing was loaded then.
    pub async fn import(
        &self,
        file: &Path,
        options: &ImportOptions,
        progress: OnProgress<'_>,
    ) -> Result<ImportReport, IntakeError> {
        let options = with_name(options, file);
        let received = match self.receive(file, progress).await? {
            Ok(received) => received,
            Err(problem) => {
                let report = ImportReport::new(&options, "", 0).failed(problem);
                return self.listed(report, &options).await;
            }
        };
        let report = ImportReport::new(&options, &received.sha256, received.bytes);
        if !is_store_name(&options.store) {
            let problem = Problem::error("bad_store_name")
                .found(options.store.clone())
                .expected("letters, digits, `-` and `_`")
                .hint("name the store like `lantern-us`");
            return Ok(report.failed(problem));
        }
        let earlier = self.desk.import_of_raw(&received.sha256, &options.store).await?;
        let stands = match &earlier {
            Some(earlier) => !self.restated_since(earlier).await?,
            None => {
                let raw = &received.sha256;
                if let Some(other) = self.desk.facts_of_raw_elsewhere(raw, &options.store).await? {
                    return self.listed(report.failed(in_other_store(&other)), &options).await;
                }
                false
            }
        };
        let earlier = earlier.filter(|earlier| stands && earlier.given == options.given());
        if let Some(earlier) = earlier {
            let duplicate = ImportReport {
                state: ImportState::Duplicate,
                definition: earlier.definition,
                definition_version: earlier.definition_version,
                duplicate_of: Some(earlier.id),
                rows: earlier.rows,
                ..report
            };
            return self.listed(duplicate, &options).await;
        }
        self.repeated(file, &options, &received, progress).await
    }

    /// Whether a later import took rows of this store out: then the same file again may bring some
    /// of them back, as somebody who imports the right file after a wrong one expects.
    async fn restated_since(&self, earlier: &ImportRow) -> Result<bool, DeskError> {
        let mut before = None;
        loop {
            let page = self.desk.imports(before, 500).await?;
            let Some(last) = page.last() else { return Ok(false) };
            before = Some(last.id);
            for row in &page {
                if row.id <= earlier.id {
                    return Ok(false);
                }
                let replaced = row.diff.values().any(|diff| diff.replaced.rows > 0);
                if row.store == earlier.store && replaced {
                    return Ok(true);
                }
            }
        }
    }

    async fn repeated(
        &self,
        file: &Path,
        options: &ImportOptions,
        received: &Received,
        progress: OnProgress<'_>,
    ) -> Result<ImportReport, IntakeError> {
        let mut attempt = 1;
        loop {
            match self.attempt(file, options, received, progress).await {
                Err(IntakeError::Desk(DeskError::Conflict(why))) if attempt < ATTEMPTS => {
                    tracing::info!(attempt, why, "another import was faster; reading again");
                    attempt += 1;
                }
                // A mistake of the reader costs this file, not the process.
                Err(IntakeError::Stopped(why)) => {
                    tracing::error!(raw = received.sha256, why, "reading a file stopped");
                    let problem = Problem::error("reader_stopped")
                        .found(why)
                        .hint("nothing of the file was loaded; please report this");
                    let report = ImportReport::new(options, &received.sha256, received.bytes);
                    return self.listed(report.failed(problem), options).await;
                }
                other => return other,
            }
        }
    }

    /// Keeps the bytes of a file.
    async fn receive(
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

    async fn attempt(
        &self,
        file: &Path,
        options: &ImportOptions,
        received: &Received,
        progress: OnProgress<'_>,
    ) -> Result<ImportReport, IntakeError> {
        let mut report = ImportReport::new(options, &received.sha256, received.bytes);
        let store = self.desk.store(&options.store).await?;
        let examined = match self.examine(file, options, store.as_ref(), progress).await? {
            Ok(examined) => Arc::new(examined),
            Err(Refused::Unreadable(problem)) => {
                return self.listed(report.failed(problem), options).await;
            }
            Err(Refused::Unknown(unknown)) => {
                report.closest.clone_from(&unknown.closest);
                let problem = parts::unknown_report(&unknown);
                return self.listed(report.failed(problem), options).await;
            }
        };
        describe(&mut report, &examined.parts[0].recognised.definition);
        if let Some(problem) = refused_options(&examined, options, store.as_ref()) {
            return self.listed(report.failed(problem), options).await;
        }
        self.make_store(&examined, options, store.as_ref()).await?;
        let lineage = Lineage { store: options.store.clone(), raw: received.short() };
        let given = Arc::new(Given::new(options, store.as_ref(), &self.definitions));
        let job = Job { examined, given, lineage, bytes: received.bytes };
        self.load(job, report, options, progress).await
    }

    /// Reads all groups and commits them in one transaction.
    async fn load(
        &self,
        job: Job,
        mut report: ImportReport,
        options: &ImportOptions,
        progress: OnProgress<'_>,
    ) -> Result<ImportReport, IntakeError> {
        let mut loaded = Loaded { problems: left_out(&job.examined), records: Vec::new() };
        let mut after = 0;
        let mut held: Option<(_, i64, Manifest)> = None;
        for group in 0..=job.examined.parts.iter().map(|part| part.group).max().unwrap_or(0) {
            let read = self.read_group(&job, group, after, progress).await?;
            after = read.outcome.last_row;
            let horizon = read.outcome.horizon.map_or(0, i64::from);
            let balance = read.outcome.balance.clone();
            add_outcome(&mut report, &mut loaded, read.outcome, read.parts);
            if loaded.problems.any(decode::is_damage) {
                // `read.stages` goes with its files; those of earlier groups are not committed.
                if let Some((_, _, manifest)) = &held {
                    manifest.discard();
                }
                report.problems = loaded.problems.finish(&report.file_name);
                return self.listed(nothing_of(report), options).await;
            }
            if held.is_none() {
                let guard = self.commits.clone().lock_owned().await;
                held =
                    Some((guard, self.desk.latest_commit().await?, self.manifest(options).await?));
            }
            let Some((_, _, manifest)) = &mut held else { continue };
            let (done, total) = (job.bytes, job.bytes);
            progress(Progress { step: Step::Compare, done, total });
            let origin = Origin { raw: &job.lineage.raw, horizon, balance: &balance };
            let taken = manifest.take(read.stages.into_open(), &origin).await;
            if let Err(error) = taken {
                manifest.discard();
                return Err(error.into());
            }
        }
        let Some((_guard, base, manifest)) = held else {
            return Ok(report);
        };
        let committed = self.commit(report, loaded, options, (base, &manifest)).await;
        if committed.is_err() {
            manifest.discard();
        }
        committed
    }

    async fn commit(
        &self,
        mut report: ImportReport,
        loaded: Loaded,
        options: &ImportOptions,
        (base, manifest): (i64, &Manifest),
    ) -> Result<ImportReport, IntakeError> {
        let Loaded { records, mut problems } = loaded;
        problems.extend(worse_copy(&manifest.worse));
        let (store, who) = (&options.store, &options.who);
        report.records = records::save(&self.desk, &records, store, who, &mut problems).await?;
        report.problems = problems.finish(&report.file_name);
        report.diff.clone_from(&manifest.diff);
        let nothing = report.facts.values().sum::<u64>() == 0 && report.records.is_empty();
        let wrong = |problem: &Problem| problem.severity == argosy_kernel::Severity::Error;
        if nothing && report.problems.iter().any(wrong) {
            report.state = ImportState::Failed;
            return self.listed(report, options).await;
        }
        let record = self.record(&report, options, base);
        let id = self.desk.commit_import(record, &manifest.added, &manifest.retired).await?;
        report.import = Some(id);
        Ok(report)
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
            let mut stages = Stages::new(facts, &job.lineage.store);
            let mut all = Outcome { last_row: after, ..Outcome::default() };
            let mut reports = Vec::new();
            let setting = Setting {
                definitions: &definitions,
                vault: &vault,
                given: &job.given,
                lineage: &job.lineage,
            };
            let total = job.bytes;
            let read = |done| tell(Progress { step: Step::Read, done, total: total.max(done) });
            for part in job.examined.parts.iter().filter(|part| part.group == group) {
                let mut write = |table, facts: argosy_facts::arrow::array::RecordBatch| {
                    stages.write(table, &facts)
                };
                let source = Source { examined: &job.examined, part, after: all.last_row };
                let outcome = pipeline::run(&setting, source, &mut write, &read)?;
                reports.push(PartReport {
                    label: part.label.clone(),
                    definition: part.recognised.definition.id.clone(),
                    rows: outcome.rows,
                });
                all.add(outcome);
            }
            Ok(Read { outcome: all, stages, parts: reports })
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

    async fn manifest(&self, options: &ImportOptions) -> Result<Manifest, IntakeError> {
        let current = self.desk.current_files(None).await?;
        let horizons = self.desk.horizons(&options.store).await?;
        let wholeness = Wholeness::of(self.desk.balances(&options.store).await?);
        let ranks = self.definitions.ranks();
        Ok(Manifest::new(self.facts.clone(), current, horizons, wholeness, ranks))
    }

    /// A store that nobody has made yet is made from what the report says.
    async fn make_store(
        &self,
        examined: &Examined,
        options: &ImportOptions,
        store: Option<&Store>,
    ) -> Result<(), IntakeError> {
        let channel = &examined.parts[0].recognised.definition.channel;
        if store.is_some() || channel == OWN_CHANNEL {
            return Ok(());
        }
        let store = Store {
            name: options.store.clone(),
            channel: channel.clone(),
            market: options.market.clone(),
            currency: None,
            time_zone: None,
        };
        Ok(self.desk.save_store(&store, &options.who).await?)
    }

    fn record(&self, report: &ImportReport, options: &ImportOptions, base: i64) -> NewImport {
        NewImport {
            raw_sha256: report.raw_sha256.clone(),
            raw_bytes: report.bytes,
            file_name: report.file_name.clone(),
            definition: report.definition.clone(),
            definition_version: report.definition_version.clone(),
            store: report.store.clone(),
            market: report.market.clone(),
            given: options.given(),
            horizon: report.horizon.unwrap_or(0),
            rows: report.rows,
            diff: report.diff.clone(),
            balance: report.balance.clone(),
            problems: report.problems.clone(),
            state: report.state,
            who: options.who.clone(),
            at: self.clock.now(),
            base,
        }
    }

    /// Lists a file that was not loaded.
    async fn listed(
        &self,
        mut report: ImportReport,
        options: &ImportOptions,
    ) -> Result<ImportReport, IntakeError> {
        let record = self.record(&report, options, 0);
        report.import = Some(self.desk.record_failed_import(record).await?);
        Ok(report)
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

pub(crate) fn with_name(options: &ImportOptions, file: &Path) -> ImportOptions {
    let mut options = options.clone();
    if options.file_name.is_empty() {
        options.file_name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    }
    options
}

fn describe(report: &mut ImportReport, definition: &Definition) {
    report.definition = Some(definition.id.clone());
    report.definition_version = Some(definition.version.clone());
    report.definition_name = Some(definition.name.clone());
}

/// How many statements a problem names.
const NAMED: usize = 5;

/// Statements that do not add up while those of an earlier import do.
fn worse_copy(statements: &BTreeSet<String>) -> Option<Problem> {
    if statements.is_empty() {
        return None;
    }
    let mut named: Vec<&str> = statements.iter().take(NAMED).map(String::as_str).collect();
    if statements.len() > NAMED {
        named.push("…");
    }
    Some(
        Problem::warning("worse_copy")
            .found(named.join(", "))
            .expected("a copy that adds up: the rows of the earlier, balanced import were kept")
            .hint("download the report again"),
    )
}

fn in_other_store(other: &ImportRow) -> Problem {
    Problem::error("in_other_store")
        .found(other.store.clone())
        .expected("each file in one store only, as its money would count twice")
        .hint("import it there, or check the `--store` name")
}

/// The report of a file whose bytes cannot be trusted, so that nothing of it counts.
fn nothing_of(report: ImportReport) -> ImportReport {
    ImportReport {
        state: ImportState::Failed,
        rows: 0,
        facts: [].into(),
        balance: Vec::new(),
        unknown_fees: Vec::new(),
        parts: Vec::new(),
        horizon: None,
        ..report
    }
}

fn left_out(examined: &Examined) -> Problems {
    let mut problems = Problems::default();
    for (label, unknown) in &examined.left_out {
        let mut problem = parts::unknown_report(unknown);
        problem.code = "table_left_out".to_owned();
        problem.severity = argosy_kernel::Severity::Note;
        problems.push(problem.in_file(label.clone()));
    }
    problems
}

fn add_outcome(
    report: &mut ImportReport,
    loaded: &mut Loaded,
    outcome: Outcome,
    parts: Vec<PartReport>,
) {
    report.rows += outcome.rows;
    for (table, rows) in outcome.facts {
        *report.facts.entry(table).or_default() += rows;
    }
    report.balance.extend(outcome.balance);
    report.unknown_fees.extend(outcome.unknown_fees);
    report.horizon = report.horizon.max(outcome.horizon.map(i64::from));
    report.parts.extend(parts);
    loaded.records.extend(outcome.records);
    loaded.problems.merge(outcome.problems);
}

impl Outcome {
    /// Adds the outcome of the next table of the group.
    fn add(&mut self, other: Self) {
        self.rows += other.rows;
        self.last_row = other.last_row;
        for (table, rows) in other.facts {
            *self.facts.entry(table).or_default() += rows;
        }
        self.problems.merge(other.problems);
        self.balance.extend(other.balance);
        self.records.extend(other.records);
        self.horizon = self.horizon.max(other.horizon);
        self.unknown_fees.extend(other.unknown_fees);
        self.reading.extend(other.reading);
        self.sample = self.sample.take().or(other.sample);
    }
}

/// Options with the same meaning as those of an earlier import.
pub(crate) fn options_of(row: &argosy_desk::ImportRow) -> ImportOptions {
    ImportOptions {
        store: row.store.clone(),
        who: row.who.clone(),
        file_name: row.file_name.clone(),
        market: row.market.clone(),
        ..ImportOptions::repeat(&row.given)
    }
}
