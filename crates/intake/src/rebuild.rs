//! All facts anew from the raw files, in the order in which they came.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use argosy_desk::{Balance, ImportRow, Rebuild};
use argosy_facts::{FactStore, content_hash};
use argosy_kernel::{FactFile, Problem, Table, names::short_hash};
use serde::Serialize;

use crate::{
    Intake, IntakeError,
    balance::Unbalanced,
    import::{Job, OnProgress, options_of},
    manifest::{Known, Manifest, Origin},
    parts::{self, Refused},
    report::{Progress, Step},
    rows::Given,
    settle::{After, settle},
    translate::Lineage,
};

/// What a rebuild did.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct RebuildReport {
    /// The commit at the desk.
    pub commit: i64,
    pub imports: u64,
    pub rows: u64,
    /// Content of each table before and after; equal when no definition changed meanwhile.
    pub before: BTreeMap<Table, String>,
    pub after: BTreeMap<Table, String>,
}

impl RebuildReport {
    pub fn is_same(&self) -> bool {
        self.before == self.after
    }
}

impl Intake {
    /// Makes all facts anew and puts them in the place of the old ones, in one transaction. When a
    /// raw file is missing or damaged nothing is replaced.
    ///
    /// # Errors
    /// [`IntakeError::Damaged`] for a raw file that is gone, [`IntakeError::Desk`] when a report
    /// was imported meanwhile.
    pub async fn rebuild(
        &self,
        who: &str,
        progress: OnProgress<'_>,
    ) -> Result<RebuildReport, IntakeError> {
        let _guard = self.commits.clone().lock_owned().await;
        let base = self.desk.latest_commit().await?;
        let old = self.desk.current_files(None).await?;
        let imports = self.desk.loaded_imports().await?;
        let mut replay = Replay::new(imports.iter().map(|row| row.raw_bytes).sum());
        // Facts that cannot be read are what a rebuild is for; there is nothing to compare with then.
        replay.before = match self.hash(&old).await {
            Ok(hash) => hash,
            Err(error) => {
                tracing::warn!(%error, "the old facts cannot be read; they are made anew");
                BTreeMap::new()
            }
        };
        let replayed = self.replay(&imports, &mut replay, progress).await;
        let finished = match replayed {
            Ok(()) => self.replace(base, who, &imports, &replay).await,
            Err(error) => Err(error),
        };
        if finished.is_err() {
            replay.manifests.values().for_each(Manifest::discard);
        }
        finished
    }

    pub(crate) async fn replay(
        &self,
        imports: &[ImportRow],
        replay: &mut Replay,
        progress: OnProgress<'_>,
    ) -> Result<(), IntakeError> {
        for row in imports {
            if !replay.manifests.contains_key(&row.store) {
                let known = Known::of(self.definitions.clone());
                let manifest = Manifest::new(self.facts.clone(), Vec::new(), known);
                replay.manifests.insert(row.store.clone(), manifest);
            }
            self.replay_one(row, replay, progress).await?;
            replay.bytes_done += row.raw_bytes;
        }
        replay.settle(&self.facts).await
    }

    async fn replay_one(
        &self,
        row: &ImportRow,
        replay: &mut Replay,
        progress: OnProgress<'_>,
    ) -> Result<(), IntakeError> {
        let (raw, sha256) = (self.raw.clone(), row.raw_sha256.clone());
        let plain = crate::import::blocking(progress, move |_| raw.unpack(&sha256)).await??;
        let options = options_of(row);
        let store = self.desk.store(&row.store).await?;
        let examined = match self.examine(plain.path(), &options, store.as_ref(), progress).await? {
            Ok(examined) => Arc::new(examined),
            Err(Refused::Unreadable(problem)) => {
                replay.problems.push(problem);
                return Ok(());
            }
            Err(Refused::Unknown(unknown)) => {
                let problem = parts::unknown_report(&unknown);
                replay.problems.push(problem.in_file(row.file_name.clone()));
                return Ok(());
            }
        };
        let lineage = Lineage { store: row.store.clone(), raw: short_hash(&row.raw_sha256) };
        let given = Arc::new(Given::new(&options, store.as_ref(), &self.definitions));
        let groups = examined.parts.iter().map(|part| part.group).max().unwrap_or(0);
        let job = Job { examined, given, lineage, bytes: row.raw_bytes };
        let (done_before, total) = (replay.bytes_done, replay.bytes);
        let shifted = |told: Progress| {
            let done = done_before + told.done.min(row.raw_bytes);
            progress(Progress { step: Step::Read, done, total });
        };
        let (mut after, mut horizon, mut balance) = (0, None, Vec::new());
        let mut open = Open { unbalanced: Vec::new(), worse: BTreeSet::new(), raw: String::new() };
        open.raw.clone_from(&job.lineage.raw);
        for group in 0..=groups {
            let read = self.read_group(&job, group, after, &shifted).await?;
            after = read.outcome.last_row;
            replay.rows += read.outcome.facts.values().sum::<u64>();
            let own = read.outcome.horizon.map_or(0, i64::from);
            horizon = horizon.max(read.outcome.horizon.map(i64::from));
            if let Some(manifest) = replay.manifests.get_mut(&row.store) {
                let balance = &read.outcome.balance;
                let forced = if job.replaces(&options) { row.id } else { 0 };
                let origin = Origin { raw: &job.lineage.raw, horizon: own, forced, balance };
                manifest.take(read.stages.into_open(), &origin).await?;
                open.worse.append(&mut manifest.worse);
            }
            open.unbalanced.extend(read.outcome.unbalanced);
            balance.extend(read.outcome.balance);
        }
        replay.balances.insert(row.id, balance);
        if !open.unbalanced.is_empty() {
            replay.open.insert(row.id, (row.store.clone(), open));
        }
        replay.horizons.insert(row.id, horizon.unwrap_or(0));
        Ok(())
    }

    async fn replace(
        &self,
        base: i64,
        who: &str,
        imports: &[ImportRow],
        replay: &Replay,
    ) -> Result<RebuildReport, IntakeError> {
        let rebuild = replay.rebuild(base, who, imports)?;
        let after = self.hash(&rebuild.added).await?;
        let commit = self.desk.replace_all_facts(rebuild).await?;
        let imports = u64::try_from(imports.len()).unwrap_or(u64::MAX);
        let (before, rows) = (replay.before.clone(), replay.rows);
        Ok(RebuildReport { commit, imports, rows, before, after })
    }

    pub(crate) async fn hash(
        &self,
        files: &[FactFile],
    ) -> Result<BTreeMap<Table, String>, IntakeError> {
        Ok(content_hash(&self.facts.session(files)?).await?)
    }
}

/// Statements of one import that do not add up in its file alone.
struct Open {
    unbalanced: Vec<Unbalanced>,
    worse: BTreeSet<String>,
    raw: String,
}

/// A rebuild on its way.
pub(crate) struct Replay {
    /// Content of the facts that are replaced.
    before: BTreeMap<Table, String>,
    /// By store.
    pub(crate) manifests: BTreeMap<String, Manifest>,
    /// By import.
    horizons: BTreeMap<i64, i64>,
    balances: BTreeMap<i64, Vec<Balance>>,
    /// Statements that do not add up in their file, by import.
    open: BTreeMap<i64, (String, Open)>,
    rows: u64,
    bytes_done: u64,
    bytes: u64,
    problems: Vec<Problem>,
}

impl Replay {
    pub(crate) fn new(bytes: u64) -> Self {
        Self {
            before: BTreeMap::new(),
            manifests: BTreeMap::new(),
            horizons: BTreeMap::new(),
            balances: BTreeMap::new(),
            open: BTreeMap::new(),
            rows: 0,
            bytes_done: 0,
            bytes,
            problems: Vec::new(),
        }
    }

    /// Adds statements up over all files, once all of them are there.
    async fn settle(&mut self, facts: &FactStore) -> Result<(), IntakeError> {
        for (import, (store, open)) in std::mem::take(&mut self.open) {
            let manifest = self.manifests.get(&store);
            let (Some(manifest), Some(balances)) = (manifest, self.balances.get_mut(&import))
            else {
                continue;
            };
            let after = After {
                facts,
                files: manifest.current(),
                added: &[],
                store: &store,
                raw: &open.raw,
                worse: &open.worse,
            };
            settle(&after, balances, open.unbalanced).await?;
        }
        Ok(())
    }

    /// What to commit, when everything could be read again.
    pub(crate) fn rebuild(
        &self,
        base: i64,
        who: &str,
        imports: &[ImportRow],
    ) -> Result<Rebuild, IntakeError> {
        if let Some(problem) = self.problems.first() {
            return Err(IntakeError::Damaged(format!(
                "{problem}; nothing was replaced. Put back the definition that read this report"
            )));
        }
        let added: Vec<FactFile> = self
            .manifests
            .values()
            .flat_map(|manifest| manifest.current().iter().cloned())
            .collect();
        let horizons = imports
            .iter()
            .filter(|row| self.horizons.get(&row.id).is_some_and(|new| *new != row.horizon))
            .map(|row| (row.id, self.horizons[&row.id]))
            .collect();
        let balances = imports
            .iter()
            .filter_map(|row| Some((row, self.balances.get(&row.id)?)))
            .filter(|(row, new)| **new != row.balance)
            .map(|(row, new)| (row.id, new.clone()))
            .collect();
        Ok(Rebuild { who: who.to_owned(), base, added, horizons, balances })
    }
}
