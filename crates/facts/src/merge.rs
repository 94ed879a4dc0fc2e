//! Replace by container: what an import changes against the facts that are there.
//!
//! Rows belong to containers (a settlement, an order, a day of a report). When a container comes
//! again, equal content is left alone, newer content takes the whole place of the older, and older
//! content is not loaded. For the ledger there is one more rule: when two reports tell the money of
//! the same statement, only the one of higher rank counts, whichever was imported first.

use std::collections::{BTreeMap, HashMap, HashSet};

use argosy_kernel::{Change, Diff, FactFile, Table};
use datafusion::arrow::{
    array::{
        Array, BooleanArray, Decimal128Array, RecordBatch, StringArray, TimestampMicrosecondArray,
    },
    compute::filter_record_batch,
};
use rust_decimal::Decimal;

use crate::{
    FactStore, FactsError,
    hash::{RowSum, row_hashes},
    parquet_io::{FileWriter, read},
    schema::MONEY_SCALE,
};

/// A month of a store is rewritten into one file once it would have more than this many.
const FILES_PER_MONTH: usize = 8;

/// How two versions of the same container are ordered.
#[derive(Clone, Debug, Default)]
pub struct VersionOrder {
    /// The latest day the incoming file speaks of, in days since 1970: a later export knows more.
    pub horizon: i64,
    /// The same for the files that earlier rows came from, by their first 16 hash digits.
    pub horizon_of_raw: HashMap<String, i64>,
    /// Rank by definition id (without version): settlements beat transaction lists.
    pub rank_of_definition: HashMap<String, i32>,
}

/// What to commit: files to add, files to retire, and what that means in rows and money.
#[derive(Clone, Debug, Default)]
pub struct Staged {
    pub added: Vec<FactFile>,
    pub retired: Vec<String>,
    pub diff: Diff,
}

/// What is known about one container on one side.
#[derive(Default)]
struct Held {
    version: i64,
    content: RowSum,
}

/// What becomes of rows, by container and by statement.
#[derive(Default)]
struct Verdicts {
    /// Incoming containers that are equal to what is there.
    unchanged: HashSet<String>,
    /// Incoming containers older than what is there.
    outdated: HashSet<String>,
    /// Containers whose existing rows make place for incoming ones.
    replaced: HashSet<String>,
    /// Current files that hold any incoming container.
    overlapping: HashSet<String>,
    ranks: Ranks,
}

/// Statements (and single orders still open) told by more than one definition.
#[derive(Default)]
struct Ranks {
    rank_of_definition: HashMap<String, i32>,
    best_of_statement: HashMap<String, i32>,
    best_of_order: HashMap<OrderKey, i32>,
    seen: HashSet<i32>,
    /// Whether any provisional row without a statement was seen.
    has_open: bool,
}

impl Ranks {
    fn of(&self, definition: &str) -> i32 {
        let id = definition.split_once('@').map_or(definition, |(id, _)| id);
        self.rank_of_definition.get(id).copied().unwrap_or(0)
    }

    fn learn(&mut self, rows: &LedgerRows<'_>) {
        for row in 0..rows.definition.len() {
            let rank = self.of(rows.definition.value(row));
            self.seen.insert(rank);
            self.has_open |= rows.statement.is_null(row) && rows.provisional.value(row);
            if let Some(statement) = value(rows.statement, row) {
                raise(&mut self.best_of_statement, statement.to_owned(), rank);
                if let Some(order) = rows.order_key(row) {
                    raise(&mut self.best_of_order, order, rank);
                }
            }
        }
    }

    fn may_cover(&self) -> bool {
        self.seen.len() > 1 || self.has_open
    }

    /// Whether a better report already tells this row's money.
    fn covers(&self, rows: &LedgerRows<'_>, row: usize) -> bool {
        let rank = self.of(rows.definition.value(row));
        match value(rows.statement, row) {
            Some(statement) => {
                self.best_of_statement.get(statement).is_some_and(|best| *best > rank)
            }
            // Deferred money that a statement tells by now, be it in a later export of its own kind.
            None if rows.provisional.value(row) => rows
                .order_key(row)
                .and_then(|order| self.best_of_order.get(&order))
                .is_some_and(|best| *best >= rank),
            None => false,
        }
    }
}

fn raise<K: std::hash::Hash + Eq>(best: &mut HashMap<K, i32>, key: K, rank: i32) {
    let entry = best.entry(key).or_insert(rank);
    *entry = (*entry).max(rank);
}

struct LedgerRows<'a> {
    definition: &'a StringArray,
    statement: &'a StringArray,
    order_id: &'a StringArray,
    transaction: &'a StringArray,
    seller_sku: &'a StringArray,
    provisional: &'a BooleanArray,
}

/// Order, kind of transaction and SKU.
type OrderKey = (String, String, String);

const RANK_COLUMNS: [&str; 6] =
    ["definition", "statement", "order_id", "transaction", "seller_sku", "provisional"];

impl<'a> LedgerRows<'a> {
    fn of(batch: &'a RecordBatch) -> Result<Self, FactsError> {
        Ok(Self {
            definition: column(batch, "definition")?,
            statement: column(batch, "statement")?,
            order_id: column(batch, "order_id")?,
            transaction: column(batch, "transaction")?,
            seller_sku: column(batch, "seller_sku")?,
            provisional: column(batch, "provisional")?,
        })
    }

    fn order_key(&self, row: usize) -> Option<OrderKey> {
        let order = value(self.order_id, row)?;
        let text = |column| value(column, row).unwrap_or_default().to_owned();
        Some((order.to_owned(), text(self.transaction), text(self.seller_sku)))
    }
}

fn column<'a, A: 'static>(batch: &'a RecordBatch, name: &str) -> Result<&'a A, FactsError> {
    batch
        .column_by_name(name)
        .and_then(|column| column.as_any().downcast_ref())
        .ok_or_else(|| FactsError::Query(format!("a fact file has no column `{name}`")))
}

fn value(column: &StringArray, row: usize) -> Option<&str> {
    column.is_valid(row).then(|| column.value(row))
}

pub(crate) fn merge(
    facts: &FactStore,
    table: Table,
    store: &str,
    staged: Vec<FactFile>,
    current: &[FactFile],
    order: &VersionOrder,
) -> Result<Staged, FactsError> {
    let incoming = containers_of(facts, &staged)?;
    let verdicts = judge(facts, table, &staged, current, order, &incoming)?;
    let mut result = Staged::default();
    let mut months: BTreeMap<_, Month> = BTreeMap::new();
    for file in staged {
        months.entry(file.month).or_default().staged.push(file);
    }
    for file in current {
        months.entry(file.month).or_default().current.push(file.clone());
    }
    for (day, month) in months {
        let seller = (table, store, day);
        merge_month(facts, seller, month, &verdicts, &mut result)?;
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

fn judge(
    facts: &FactStore,
    table: Table,
    staged: &[FactFile],
    current: &[FactFile],
    order: &VersionOrder,
    incoming: &HashSet<String>,
) -> Result<Verdicts, FactsError> {
    let mut verdicts = Verdicts::default();
    if current.is_empty() {
        return Ok(verdicts);
    }
    if table == Table::Ledger {
        verdicts.ranks.rank_of_definition.clone_from(&order.rank_of_definition);
        for file in staged.iter().chain(current) {
            for batch in read(facts, &file.path, Some(&RANK_COLUMNS))? {
                verdicts.ranks.learn(&LedgerRows::of(&batch?)?);
            }
        }
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
    let old = hold(facts, table, &overlapping, incoming, &verdicts.ranks, &horizon)?;
    let here: HashSet<String> = old.keys().cloned().collect();
    let new = hold(facts, table, staged, &here, &verdicts.ranks, &|_| order.horizon)?;
    for (container, old) in old {
        let Some(new) = new.get(&container) else { continue };
        if new.content == old.content {
            verdicts.unchanged.insert(container);
        } else if new.version < old.version {
            verdicts.outdated.insert(container);
        } else {
            verdicts.replaced.insert(container);
        }
    }
    Ok(verdicts)
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

/// Version and content of each of `wanted` in `files`. Rows that a better report covers are left
/// out on both sides, so that loading a covered file twice is no change.
fn hold(
    facts: &FactStore,
    table: Table,
    files: &[FactFile],
    wanted: &HashSet<String>,
    ranks: &Ranks,
    horizon: &dyn Fn(&str) -> i64,
) -> Result<HashMap<String, Held>, FactsError> {
    let mut held: HashMap<String, Held> = HashMap::new();
    for file in files {
        for batch in read(facts, &file.path, None)? {
            let batch = batch?;
            let hashes = row_hashes(&batch)?;
            let containers: &StringArray = column(&batch, "container")?;
            let raws: &StringArray = column(&batch, "raw")?;
            let updated = (table == Table::Orders)
                .then(|| column::<TimestampMicrosecondArray>(&batch, "updated_at"))
                .transpose()?;
            let ledger = (table == Table::Ledger).then(|| LedgerRows::of(&batch)).transpose()?;
            for (row, hash) in hashes.iter().enumerate() {
                let container = containers.value(row);
                if !wanted.contains(container)
                    || ledger.as_ref().is_some_and(|rows| ranks.covers(rows, row))
                {
                    continue;
                }
                if !held.contains_key(container) {
                    let empty = Held { version: i64::MIN, ..Held::default() };
                    held.insert(container.to_owned(), empty);
                }
                let Some(entry) = held.get_mut(container) else { continue };
                entry.content.add(*hash);
                let version = match updated {
                    Some(updated) if updated.is_valid(row) => updated.value(row),
                    _ => horizon(raws.value(row)),
                };
                entry.version = entry.version.max(version);
            }
        }
    }
    Ok(held)
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

/// Counts what becomes of a file's rows; says whether any of them is dropped.
fn count_fates(
    facts: &FactStore,
    table: Table,
    file: &FactFile,
    verdicts: &Verdicts,
    incoming: bool,
    diff: &mut Diff,
) -> Result<bool, FactsError> {
    let columns: &[&str] = if table == Table::Ledger { &FATE_COLUMNS } else { &FATE_COLUMNS[..1] };
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

fn merge_month(
    facts: &FactStore,
    (table, store, day): (Table, &str, argosy_kernel::Day),
    month: Month,
    verdicts: &Verdicts,
    result: &mut Staged,
) -> Result<(), FactsError> {
    let mut rewrite: Vec<(FactFile, bool)> = Vec::new();
    let mut keep_staged = Vec::new();
    let mut keep_current = Vec::new();
    for file in month.staged {
        if count_fates(facts, table, &file, verdicts, true, &mut result.diff)? {
            rewrite.push((file, true));
        } else {
            keep_staged.push(file);
        }
    }
    for file in month.current {
        // Where nothing can be covered, files that hold none of the containers stay unread.
        let concerned = verdicts.overlapping.contains(&file.path) || verdicts.ranks.may_cover();
        if concerned && count_fates(facts, table, &file, verdicts, false, &mut result.diff)? {
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
    let mut writer = None;
    for (file, incoming) in &rewrite {
        for batch in read(facts, &file.path, None)? {
            let batch = batch?;
            let fates = verdicts.fates(table, &batch, *incoming)?;
            let kept = |fate: &Fate| matches!(fate, Fate::Keep | Fate::Added | Fate::Replacing);
            let mask: BooleanArray = fates.iter().map(|fate| Some(kept(fate))).collect();
            let batch = filter_record_batch(&batch, &mask)?;
            if batch.num_rows() == 0 {
                continue;
            }
            if writer.is_none() {
                writer = Some(FileWriter::create(facts, table, store, day)?);
            }
            if let Some(writer) = &mut writer {
                writer.write(&batch)?;
            }
        }
    }
    if let Some(writer) = writer {
        result.added.push(writer.finish()?);
    }
    for (file, incoming) in rewrite {
        if incoming {
            facts.remove([file.path]);
        } else {
            result.retired.push(file.path);
        }
    }
    Ok(())
}
