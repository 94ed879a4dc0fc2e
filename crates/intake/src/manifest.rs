//! What one import (or one rebuild) changes in the list of fact files, before it is committed.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use argosy_desk::Balance;
use argosy_facts::{FactStore, FactsError, Stage, VersionOrder};
use argosy_kernel::{Diff, FactFile, Table};

use crate::{
    definition::Definitions,
    report::add_diff,
    wholeness::{self, Wholeness},
};

/// The current files as they would be, and the way there.
pub(crate) struct Manifest {
    facts: FactStore,
    current: Vec<FactFile>,
    pub(crate) added: Vec<FactFile>,
    pub(crate) retired: Vec<String>,
    pub(crate) diff: BTreeMap<Table, Diff>,
    /// Statements left out because they do not add up and what is there does.
    pub(crate) worse: BTreeSet<String>,
    /// Containers left out because what is there tells more, and is no older.
    pub(crate) fuller: u64,
    known: Known,
}

/// What is known of earlier imports of a store, and of the definitions.
pub(crate) struct Known {
    pub(crate) horizon_of_raw: HashMap<String, i64>,
    /// Numbers of the imports that take the place of earlier ones.
    pub(crate) forced_of_raw: HashMap<String, i64>,
    pub(crate) wholeness: Wholeness,
    pub(crate) definitions: Arc<Definitions>,
}

impl Known {
    /// Nothing but the definitions: a store without imports.
    pub(crate) fn of(definitions: Arc<Definitions>) -> Self {
        Self {
            horizon_of_raw: HashMap::new(),
            forced_of_raw: HashMap::new(),
            wholeness: Wholeness::default(),
            definitions,
        }
    }
}

/// Where the rows of one group come from.
pub(crate) struct Origin<'a> {
    /// The first 16 digits of the file's hash.
    pub(crate) raw: &'a str,
    /// The latest day of the group.
    pub(crate) horizon: i64,
    /// The number of the import when it takes the place of earlier ones; else 0.
    pub(crate) forced: i64,
    pub(crate) balance: &'a [Balance],
}

impl Manifest {
    pub(crate) fn new(facts: FactStore, current: Vec<FactFile>, known: Known) -> Self {
        Self {
            facts,
            current,
            added: Vec::new(),
            retired: Vec::new(),
            diff: BTreeMap::new(),
            worse: BTreeSet::new(),
            fuller: 0,
            known,
        }
    }

    /// Holds staged rows against the files as they are by now.
    pub(crate) async fn take(
        &mut self,
        stages: BTreeMap<Table, Stage>,
        origin: &Origin<'_>,
    ) -> Result<(), FactsError> {
        let Origin { raw, horizon, forced, balance } = *origin;
        let known = &mut self.known;
        let order = VersionOrder {
            horizon,
            horizon_of_raw: known.horizon_of_raw.clone(),
            forced,
            forced_of_raw: known.forced_of_raw.clone(),
            broken: wholeness::broken(balance),
            broken_of_raw: known.wholeness.broken_of_raw(),
            rank_of_definition: known.definitions.ranks(),
            later: known.definitions.later(),
            in_parts: known.definitions.in_parts(),
        };
        for (table, stage) in stages {
            let staged = stage.finish(&self.current, &order).await?;
            add_diff(self.diff.entry(table).or_default(), &staged.diff);
            self.worse.extend(staged.worse);
            self.fuller += staged.fuller;
            self.current.retain(|file| !staged.retired.contains(&file.path));
            for path in staged.retired {
                // A file of this very import that nobody has seen just goes.
                match self.added.iter().position(|file| file.path == path) {
                    Some(at) => {
                        self.added.swap_remove(at);
                        self.facts.remove([path]);
                    }
                    None => self.retired.push(path),
                }
            }
            self.current.extend(staged.added.iter().cloned());
            self.added.extend(staged.added);
        }
        let known = &mut self.known;
        let latest = known.horizon_of_raw.entry(raw.to_owned()).or_insert(horizon);
        *latest = (*latest).max(horizon);
        let number = known.forced_of_raw.entry(raw.to_owned()).or_default();
        *number = (*number).max(forced);
        known.wholeness.learn(raw, balance);
        Ok(())
    }

    /// The files as they would be.
    pub(crate) fn current(&self) -> &[FactFile] {
        &self.current
    }

    /// Removes the files that will not be committed.
    pub(crate) fn discard(&self) {
        self.facts.remove(self.added.iter().map(|file| file.path.as_str()));
    }
}

/// The writers of one group of tables, opened as facts come.
pub(crate) struct Stages {
    facts: FactStore,
    store: String,
    open: BTreeMap<Table, Stage>,
}

impl Stages {
    pub(crate) fn new(facts: FactStore, store: &str) -> Self {
        Self { facts, store: store.to_owned(), open: BTreeMap::new() }
    }

    pub(crate) fn write(
        &mut self,
        table: Table,
        facts: &argosy_facts::arrow::array::RecordBatch,
    ) -> Result<(), FactsError> {
        let stage = self.open.entry(table).or_insert_with(|| self.facts.stage(&self.store, table));
        stage.write(facts)
    }

    pub(crate) fn into_open(mut self) -> BTreeMap<Table, Stage> {
        std::mem::take(&mut self.open)
    }
}

impl Drop for Stages {
    /// Rows that nobody took over leave no files behind.
    fn drop(&mut self) {
        for stage in std::mem::take(&mut self.open).into_values() {
            stage.discard();
        }
    }
}
