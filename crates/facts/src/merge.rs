//! Replace by container: what an import changes against the facts that are there.
//!
//! Rows belong to containers (a settlement, an order, a day of a report). When a container comes
//! again, equal content is left alone, newer content takes the whole place of the older, and older
//! content is not loaded. For the ledger there is one more rule: when two reports tell the money of
//! the same statement, only the one of higher rank counts, whichever was imported first.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use argosy_kernel::{Change, Day, Diff, FactFile, Table};
use datafusion::arrow::{
    array::{
        Array, BooleanArray, Decimal128Array, RecordBatch, StringArray, TimestampMicrosecondArray,
    },
    compute::filter_record_batch,
};
use rust_decimal::Decimal;

use crate::{
    FactStore, FactsError,
    fullness::Telling,
    hash::row_hashes,
    parquet_io::{FileWriter, column, read},
    ranks::{LedgerRows, RANK_COLUMNS, Ranks, STATEMENT_COLUMNS},
    schema::MONEY_SCALE,
    versions::{Held, ToldBy, VersionOrder},
};

/// A month of a store is rewritten into one file once it would have more than this many.
const FILES_PER_MONTH: usize = 8;

/// What to commit: files to add, files to retire, and what that means in rows and money.
#[derive(Clone, Debug, Default)]
pub struct Staged {
    pub added: Vec<FactFile>,
    pub retired: Vec<String>,
    pub diff: Diff,
    /// Statements whose rows were left out because they do not add up and those of the facts do.
    pub worse: BTreeSet<String>,
    /// Containers left out although the incoming file is no older: what is there tells more.
    pub fuller: u64,
}

/// What orders the rows of one side.
struct Side<'a> {
    order: &'a VersionOrder,
    /// The horizon of a raw file, and whether it was told to take the place of others.
    horizon: &'a dyn Fn(&str) -> i64,
    forced: &'a dyn Fn(&str) -> i64,
    /// Whether a statement does not add up in a raw file.
    broken: &'a dyn Fn(&str, &str) -> bool,
}

/// What becomes of rows, by container and by statement.
#[derive(Default)]
struct Verdicts {
    /// Incoming containers that are equal to what is there.
    unchanged: HashSet<String>,
    /// Incoming containers older than what is there.
    outdated: HashSet<String>,
    /// Statements of incoming containers that do not add up while what is there does.
    worse: BTreeSet<String>,
    /// Incoming containers that are no older but tell less.
    fuller: u64,
    /// Containers whose existing rows make place for incoming ones.
    replaced: HashSet<String>,
    /// Current files that hold any incoming container.
    overlapping: HashSet<String>,
    ranks: Ranks,
}

/// Whose rows are merged.
pub(crate) struct Merge<'a> {
    pub(crate) facts: &'a FactStore,
    pub(crate) table: Table,
    pub(crate) store: &'a str,
}

pub(crate) fn merge(
    of: &Merge<'_>,
    staged: Vec<FactFile>,
    current: &[FactFile],
    order: &VersionOrder,
) -> Result<Staged, FactsError> {
    let incoming = containers_of(of.facts, &staged)?;
    let verdicts = of.judge(&staged, current, order, &incoming)?;
    let mut result =
        Staged { worse: verdicts.worse.clone(), fuller: verdicts.fuller, ..Staged::default() };
    let mut months: BTreeMap<_, Month> = BTreeMap::new();
    for file in staged {
        months.entry(file.month).or_default().staged.push(file);
    }
    for file in current {
        months.entry(file.month).or_default().current.push(file.clone());
    }
    for (day, month) in months {
        of.merge_month(day, month, &verdicts, &mut result)?;
    }
    Ok(result)
}

#[derive(Default)]
struct Month {
    staged: Vec<FactFile>,
    current: Vec<FactFile>,
}

fn containers_of(facts: &FactStore, files: &[FactFile]) -> Result<HashSet<String>, FactsError> {
    let mut found = HashSet::new();
    for file in files {
        for batch in read(facts, &file.path, Some(&["container"]))? {
            let batch = batch?;
            let containers: &StringArray = column(&batch, "container")?;
            let mut last = "";
            for container in containers.iter().flatten() {
                if container != last && !found.contains(container) {
                    found.insert(container.to_owned());
                }
                last = container;
            }
        }
    }
    Ok(found)
}

impl Merge<'_> {
    fn judge(
        &self,
        staged: &[FactFile],
        current: &[FactFile],
        order: &VersionOrder,
        incoming: &HashSet<String>,
    ) -> Result<Verdicts, FactsError> {
        let facts = self.facts;
        let mut verdicts = Verdicts::default();
        if current.is_empty() {
            return Ok(verdicts);
        }
        if self.table == Table::Ledger {
            verdicts.ranks.rank_of_definition.clone_from(&order.rank_of_definition);
            learn(facts, &mut verdicts.ranks, (staged, current))?;
        }
        let mut overlapping = Vec::new();
        for file in current {
            if holds_any(facts, file, incoming)? {
                overlapping.push(file.clone());
            }
        }
        if overlapping.is_empty() {
            return Ok(verdicts);
        }
        verdicts.overlapping = overlapping.iter().map(|file| file.path.clone()).collect();
        let horizon = |raw: &str| order.horizon_of_raw.get(raw).copied().unwrap_or(i64::MIN);
        let broken = |raw: &str, statement: &str| {
            order.broken_of_raw.get(raw).is_some_and(|broken| broken.contains(statement))
        };
        let forced = |raw: &str| order.forced_of_raw.get(raw).copied().unwrap_or(0);
        let side = Side { order, horizon: &horizon, forced: &forced, broken: &broken };
        let old = self.hold(&overlapping, incoming, &verdicts.ranks, &side)?;
        let here: HashSet<String> = old.keys().cloned().collect();
        let side = Side {
            order,
            horizon: &|_| order.horizon,
            forced: &|_| order.forced,
            broken: &|_, statement| order.broken.contains(statement),
        };
        let new = self.hold(staged, &here, &verdicts.ranks, &side)?;
        for (container, old) in old {
            let Some(new) = new.get(&container) else { continue };
            if new.content == old.content {
                verdicts.unchanged.insert(container);
            } else if new.total_order() < old.total_order() {
                verdicts.fuller += u64::from(new.order() == old.order());
                if new.is_worse_than(&old) {
                    verdicts.worse.extend(new.broken.clone());
                }
                verdicts.outdated.insert(container);
            } else {
                verdicts.replaced.insert(container);
            }
        }
        Ok(verdicts)
    }
}

/// Reads no more of the ledger than it takes: most of it belongs to statements.
fn learn(
    facts: &FactStore,
    ranks: &mut Ranks,
    (staged, current): (&[FactFile], &[FactFile]),
) -> Result<(), FactsError> {
    for file in staged.iter().chain(current) {
        let mut has_open = false;
        for batch in read(facts, &file.path, Some(&STATEMENT_COLUMNS))? {
            has_open |= ranks.learn_statements(&batch?)?;
        }
        if has_open {
            for batch in read(facts, &file.path, Some(&RANK_COLUMNS))? {
                ranks.learn_open(&LedgerRows::of(&batch?)?);
            }
        }
    }
    if ranks.has_open() {
        for file in staged.iter().chain(current) {
            for batch in read(facts, &file.path, Some(&RANK_COLUMNS))? {
                ranks.learn_settled(&LedgerRows::of(&batch?)?);
            }
        }
    }
    Ok(())
}

fn holds_any(
    facts: &FactStore,
    file: &FactFile,
    containers: &HashSet<String>,
) -> Result<bool, FactsError> {
    for batch in read(facts, &file.path, Some(&["container"]))? {
        let batch = batch?;
        let column: &StringArray = column(&batch, "container")?;
        let mut last = "";
        for container in column.iter().flatten() {
            if container != last && containers.contains(container) {
                return Ok(true);
            }
            last = container;
        }
    }
    Ok(false)
}

impl Merge<'_> {
    /// Version and content of each of `wanted` in `files`. Rows that a better report covers are left
    /// out on both sides, so that loading a covered file twice is no change.
    fn hold(
        &self,
        files: &[FactFile],
        wanted: &HashSet<String>,
        ranks: &Ranks,
        side: &Side<'_>,
    ) -> Result<HashMap<String, Held>, FactsError> {
        let mut held: HashMap<String, Held> = HashMap::new();
        for file in files {
            for batch in read(self.facts, &file.path, None)? {
                let batch = batch?;
                let hashes = row_hashes(&batch)?;
                let containers: &StringArray = column(&batch, "container")?;
                let raws: &StringArray = column(&batch, "raw")?;
                let updated = (self.table == Table::Orders)
                    .then(|| column::<TimestampMicrosecondArray>(&batch, "updated_at"))
                    .transpose()?;
                let ledger =
                    (self.table == Table::Ledger).then(|| LedgerRows::of(&batch)).transpose()?;
                let statements = matches!(self.table, Table::Ledger | Table::Controls)
                    .then(|| column::<StringArray>(&batch, "statement"))
                    .transpose()?;
                let telling = Telling::of(self.table, &batch)?;
                let told_by = ToldBy::of(self.table, &batch, side.order)?;
                for (row, hash) in hashes.iter().enumerate() {
                    let container = containers.value(row);
                    if !wanted.contains(container)
                        || ledger.as_ref().is_some_and(|rows| ranks.covers(rows, row))
                    {
                        continue;
                    }
                    if !held.contains_key(container) {
                        held.insert(container.to_owned(), Held::new());
                    }
                    let Some(entry) = held.get_mut(container) else { continue };
                    entry.content.add(*hash);
                    entry.fullness.add(&telling, row);
                    entry.forced = entry.forced.max((side.forced)(raws.value(row)));
                    entry.state = entry.state.max(told_by.state(row));
                    let version = match updated {
                        Some(updated) if updated.is_valid(row) => updated.value(row),
                        _ => (side.horizon)(raws.value(row)),
                    };
                    entry.version = entry.version.max(version);
                    if entry.broken.is_none()
                        && let Some(statements) = statements.filter(|all| all.is_valid(row))
                        && (side.broken)(raws.value(row), statements.value(row))
                    {
                        entry.broken = Some(statements.value(row).to_owned());
                        entry.in_parts = told_by.in_parts(row);
                    }
                }
            }
        }
        Ok(held)
    }
}

/// What to do with one row.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Keep,
    Added,
    Replacing,
    Unchanged,
    Covered,
    Replaced,
}

impl Verdicts {
    fn incoming(&self, container: &str, covered: bool) -> Fate {
        if covered || self.outdated.contains(container) {
            Fate::Covered
        } else if self.unchanged.contains(container) {
            Fate::Unchanged
        } else if self.replaced.contains(container) {
            Fate::Replacing
        } else {
            Fate::Added
        }
    }

    fn existing(&self, container: &str, covered: bool) -> Fate {
        if covered || self.replaced.contains(container) { Fate::Replaced } else { Fate::Keep }
    }

    fn fates(
        &self,
        table: Table,
        batch: &RecordBatch,
        incoming: bool,
    ) -> Result<Vec<Fate>, FactsError> {
        let containers: &StringArray = column(batch, "container")?;
        let ledger = (table == Table::Ledger).then(|| LedgerRows::of(batch)).transpose()?;
        Ok((0..batch.num_rows())
            .map(|row| {
                let covered = ledger.as_ref().is_some_and(|rows| self.ranks.covers(rows, row));
                let container = containers.value(row);
                if incoming {
                    self.incoming(container, covered)
                } else {
                    self.existing(container, covered)
                }
            })
            .collect())
    }
}

const FATE_COLUMNS: [&str; 9] = [
    "container",
    "definition",
    "statement",
    "order_id",
    "transaction",
    "seller_sku",
    "provisional",
    "amount",
    "currency",
];

impl Merge<'_> {
    /// Counts what becomes of a file's rows; says whether any of them is dropped.
    fn count_fates(
        &self,
        file: &FactFile,
        verdicts: &Verdicts,
        incoming: bool,
        diff: &mut Diff,
    ) -> Result<bool, FactsError> {
        let (facts, table) = (self.facts, self.table);
        let columns: &[&str] =
            if table == Table::Ledger { &FATE_COLUMNS } else { &FATE_COLUMNS[..1] };
        let mut drops = false;
        for batch in read(facts, &file.path, Some(columns))? {
            let batch = batch?;
            let fates = verdicts.fates(table, &batch, incoming)?;
            let money = if table == Table::Ledger {
                let amounts = column::<Decimal128Array>(&batch, "amount")?;
                Some((amounts, column::<StringArray>(&batch, "currency")?))
            } else {
                None
            };
            for (row, fate) in fates.into_iter().enumerate() {
                let change = match fate {
                    Fate::Keep => continue,
                    Fate::Added => &mut diff.added,
                    Fate::Replacing => &mut diff.replacing,
                    Fate::Unchanged => &mut diff.unchanged,
                    Fate::Covered => &mut diff.covered,
                    Fate::Replaced => &mut diff.replaced,
                };
                drops |= matches!(fate, Fate::Unchanged | Fate::Covered | Fate::Replaced);
                count(change, money, row);
            }
        }
        Ok(drops)
    }
}

fn count(change: &mut Change, money: Option<(&Decimal128Array, &StringArray)>, row: usize) {
    change.rows += 1;
    let Some((amounts, currencies)) = money else { return };
    let scale = MONEY_SCALE.unsigned_abs().into();
    let amount = Decimal::try_from_i128_with_scale(amounts.value(row), scale).unwrap_or_default();
    let currency = currencies.value(row);
    if let Some(sum) = change.money.get_mut(currency) {
        *sum += amount;
    } else {
        change.money.insert(currency.to_owned(), amount);
    }
}

impl Merge<'_> {
    fn merge_month(
        &self,
        day: Day,
        month: Month,
        verdicts: &Verdicts,
        result: &mut Staged,
    ) -> Result<(), FactsError> {
        let mut rewrite: Vec<(FactFile, bool)> = Vec::new();
        let mut keep_staged = Vec::new();
        let mut keep_current = Vec::new();
        for file in month.staged {
            if self.count_fates(&file, verdicts, true, &mut result.diff)? {
                rewrite.push((file, true));
            } else {
                keep_staged.push(file);
            }
        }
        for file in month.current {
            // Where nothing can be covered, files that hold none of the containers stay unread.
            let concerned = verdicts.overlapping.contains(&file.path) || verdicts.ranks.may_cover();
            if concerned && self.count_fates(&file, verdicts, false, &mut result.diff)? {
                rewrite.push((file, false));
            } else {
                keep_current.push(file);
            }
        }
        let changes = !rewrite.is_empty() || !keep_staged.is_empty();
        if changes && keep_staged.len() + keep_current.len() + 1 > FILES_PER_MONTH {
            rewrite.extend(keep_staged.drain(..).map(|file| (file, true)));
            rewrite.extend(keep_current.drain(..).map(|file| (file, false)));
        }
        result.added.extend(keep_staged);
        if rewrite.is_empty() {
            return Ok(());
        }
        result.added.extend(self.rewrite(day, &rewrite, verdicts)?);
        for (file, incoming) in rewrite {
            if incoming {
                self.facts.remove([file.path]);
            } else {
                result.retired.push(file.path);
            }
        }
        Ok(())
    }

    /// The rows that stay, of several files of a month, in one new file.
    fn rewrite(
        &self,
        day: Day,
        files: &[(FactFile, bool)],
        verdicts: &Verdicts,
    ) -> Result<Option<FactFile>, FactsError> {
        let mut writer = None;
        for (file, incoming) in files {
            for batch in read(self.facts, &file.path, None)? {
                let batch = batch?;
                let fates = verdicts.fates(self.table, &batch, *incoming)?;
                let kept = |fate: &Fate| matches!(fate, Fate::Keep | Fate::Added | Fate::Replacing);
                let mask: BooleanArray = fates.iter().map(|fate| Some(kept(fate))).collect();
                let batch = filter_record_batch(&batch, &mask)?;
                if batch.num_rows() == 0 {
                    continue;
                }
                if writer.is_none() {
                    writer = Some(FileWriter::create(self.facts, self.table, self.store, day)?);
                }
                if let Some(writer) = &mut writer {
                    writer.write(&batch)?;
                }
            }
        }
        writer.map(FileWriter::finish).transpose()
    }
}
