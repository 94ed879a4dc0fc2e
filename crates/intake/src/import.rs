//! One file from its bytes to the committed facts.

mod read;
mod told;

use std::{collections::BTreeMap, path::Path, sync::Arc};

use argosy_desk::{DeskError, ImportState, NewImport, Store};
use argosy_kernel::Problem;

use self::read::replaces;
pub(crate) use self::read::{Job, OnProgress, Tell, blocking};
use self::told::{
    Loaded, add_outcome, describe, fuller_copy, in_other_store, left_out, nothing_of, worse_copy,
};
use crate::{
    Intake, IntakeError, decode,
    manifest::{Known, Manifest, Origin},
    options::{OWN_CHANNEL, is_store_name, refused_options},
    parts::{self, Examined, Refused},
    raw::Received,
    records,
    report::{ImportOptions, ImportReport, Progress, Step},
    rows::Given,
    settle::{After, settle, settle_earlier},
    translate::Lineage,
    wholeness::Wholeness,
};

/// How often an import is repeated when another process committed in between.
const ATTEMPTS: usize = 5;
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
            // A later import took rows of this store out: the same file again may bring some of them
            // back, as somebody who imports the right file after a wrong one expects.
            Some(earlier) => !self.desk.has_replaced_since(&earlier.store, earlier.id).await?,
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
        let mut loaded = Loaded {
            problems: left_out(&job.examined),
            records: Vec::new(),
            unbalanced: Vec::new(),
            completed: BTreeMap::new(),
        };
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
                loaded.problems.extend(loaded.unbalanced.into_iter().map(|one| one.problem));
                report.problems = loaded.problems.finish(&report.file_name);
                return self.listed(nothing_of(report), options).await;
            }
            if held.is_none() {
                let guard = self.commits.clone().lock_owned().await;
                held =
                    Some((guard, self.desk.latest_commit().await?, self.manifest(options).await?));
            }
            let Some((_, base, manifest)) = &mut held else { continue };
            let forced = if job.replaces(options) { *base + 1 } else { 0 };
            let (done, total) = (job.bytes, job.bytes);
            progress(Progress { step: Step::Compare, done, total });
            let origin = Origin { raw: &job.lineage.raw, horizon, forced, balance: &balance };
            let taken = manifest.take(read.stages.into_open(), &origin).await;
            if let Err(error) = taken {
                manifest.discard();
                return Err(error.into());
            }
        }
        let Some((_guard, base, manifest)) = held else {
            return Ok(report);
        };
        if let Err(error) = self.balance(&job, &manifest, &mut report, &mut loaded).await {
            manifest.discard();
            return Err(error);
        }
        let (drift, seen) = self.drift(&job.examined, &options.store).await?;
        loaded.problems.extend(drift);
        let committed = self.commit(report, loaded, options, (base, &manifest)).await;
        match &committed {
            Err(_) => manifest.discard(),
            Ok(report) if report.state == ImportState::Done => {
                self.keep_headers(&seen, &options.who).await?;
            }
            Ok(_) => {}
        }
        committed
    }

    /// Adds up over the whole store what does not add up in the file alone, and what did not in those
    /// before it.
    async fn balance(
        &self,
        job: &Job,
        manifest: &Manifest,
        report: &mut ImportReport,
        loaded: &mut Loaded,
    ) -> Result<(), IntakeError> {
        let after = After {
            facts: &self.facts,
            files: manifest.current(),
            added: &manifest.added,
            store: &job.lineage.store,
            raw: &job.lineage.raw,
            worse: &manifest.worse,
        };
        let unbalanced = std::mem::take(&mut loaded.unbalanced);
        loaded.problems.extend(settle(&after, &mut report.balance, unbalanced).await?);
        let in_parts = self.definitions.in_parts();
        if job.examined.parts.iter().any(|part| in_parts.contains(&part.recognised.definition.id)) {
            let mut earlier = self.desk.balances(after.store).await?;
            earlier.retain(|of| of.definition.as_ref().is_some_and(|id| in_parts.contains(id)));
            let earlier = earlier.into_iter().map(|of| (of.import, of.balance)).collect();
            loaded.completed = settle_earlier(&after, earlier).await?;
        }
        Ok(())
    }

    async fn commit(
        &self,
        mut report: ImportReport,
        loaded: Loaded,
        options: &ImportOptions,
        (base, manifest): (i64, &Manifest),
    ) -> Result<ImportReport, IntakeError> {
        let Loaded { records, mut problems, completed, .. } = loaded;
        problems.extend(worse_copy(&manifest.worse));
        problems.extend(fuller_copy(manifest.fuller));
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
        let record = NewImport { completed, ..self.record(&report, options, base) };
        let id = self.desk.commit_import(record, &manifest.added, &manifest.retired).await?;
        report.import = Some(id);
        Ok(report)
    }

    async fn manifest(&self, options: &ImportOptions) -> Result<Manifest, IntakeError> {
        let current = self.desk.current_files(None).await?;
        let mut known = Known {
            horizon_of_raw: self.desk.horizons(&options.store).await?,
            wholeness: Wholeness::of(&self.desk.balances(&options.store).await?),
            ..Known::of(self.definitions.clone())
        };
        for row in self.desk.given(&options.store).await? {
            let first = row.definition.as_deref().and_then(|id| self.definitions.get(id));
            if replaces(first.map(|found| &**found), &ImportOptions::repeat(&row.given)) {
                known.forced_of_raw.insert(row.raw, row.id);
            }
        }
        Ok(Manifest::new(self.facts.clone(), current, known))
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
            completed: BTreeMap::new(),
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

pub(crate) fn with_name(options: &ImportOptions, file: &Path) -> ImportOptions {
    let mut options = options.clone();
    if options.file_name.is_empty() {
        options.file_name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    }
    options
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
