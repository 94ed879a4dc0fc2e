//! When two reports tell the same money: which of them counts.

use std::collections::{HashMap, HashSet};

use datafusion::arrow::array::{Array, BooleanArray, RecordBatch, StringArray};
use xxhash_rust::xxh3::Xxh3;

use crate::{
    FactsError,
    parquet_io::{column, value},
    versions::id_of,
};

/// Statements (and single orders still open) told by more than one definition.
#[derive(Default)]
pub(crate) struct Ranks {
    pub(crate) rank_of_definition: HashMap<String, i32>,
    best_of_statement: HashMap<String, i32>,
    best_of_order: HashMap<OrderKey, i32>,
    /// The same among rows that belong to no statement yet.
    best_of_open: HashMap<OrderKey, i32>,
    seen: HashSet<i32>,
    /// Whether any provisional row without a statement was seen.
    has_open: bool,
}

impl Ranks {
    fn of(&self, definition: &str) -> i32 {
        self.rank_of_definition.get(id_of(definition)).copied().unwrap_or(0)
    }

    /// First of all rows: which reports there are, and the best of each statement. Answers whether
    /// some belong to no statement yet; those are then learnt by [`Ranks::learn_open`].
    pub(crate) fn learn_statements(&mut self, batch: &RecordBatch) -> Result<bool, FactsError> {
        let definitions: &StringArray = column(batch, "definition")?;
        let statements: &StringArray = column(batch, "statement")?;
        let provisional: &BooleanArray = column(batch, "provisional")?;
        let mut has_open = false;
        // Rows of a report lie beside each other.
        let mut last = None;
        for row in 0..batch.num_rows() {
            let (definition, statement) = (definitions.value(row), value(statements, row));
            has_open |= statement.is_none() && provisional.value(row);
            if last == Some((definition, statement)) {
                continue;
            }
            last = Some((definition, statement));
            let rank = self.of(definition);
            self.seen.insert(rank);
            let Some(statement) = statement else { continue };
            match self.best_of_statement.get_mut(statement) {
                Some(best) => *best = (*best).max(rank),
                None => drop(self.best_of_statement.insert(statement.to_owned(), rank)),
            }
        }
        self.has_open |= has_open;
        Ok(has_open)
    }

    /// Then the orders that belong to no statement yet.
    pub(crate) fn learn_open(&mut self, rows: &LedgerRows<'_>) {
        for row in 0..rows.definition.len() {
            if rows.statement.is_null(row)
                && rows.provisional.value(row)
                && let Some(order) = rows.order_key(row)
            {
                let rank = self.of(rows.definition.value(row));
                raise(&mut self.best_of_open, order, rank);
            }
        }
    }

    /// At last what statements tell of those orders: a store may have told millions of others.
    pub(crate) fn learn_settled(&mut self, rows: &LedgerRows<'_>) {
        for row in 0..rows.definition.len() {
            if rows.statement.is_valid(row)
                && let Some(order) = rows.order_key(row)
                && self.best_of_open.contains_key(&order)
            {
                let rank = self.of(rows.definition.value(row));
                raise(&mut self.best_of_order, order, rank);
            }
        }
    }

    /// Whether there are orders that statements may have told by now.
    pub(crate) fn has_open(&self) -> bool {
        !self.best_of_open.is_empty()
    }

    pub(crate) fn may_cover(&self) -> bool {
        self.seen.len() > 1 || self.has_open
    }

    /// Whether a better report already tells this row's money.
    pub(crate) fn covers(&self, rows: &LedgerRows<'_>, row: usize) -> bool {
        let rank = self.of(rows.definition.value(row));
        match value(rows.statement, row) {
            Some(statement) => {
                self.best_of_statement.get(statement).is_some_and(|best| *best > rank)
            }
            // Deferred money that a statement tells by now, be it in a later export of its own kind.
            // Or that a better report tells, open as it is.
            None if rows.provisional.value(row) => rows.order_key(row).is_some_and(|order| {
                self.best_of_order.get(&order).is_some_and(|best| *best >= rank)
                    || self.best_of_open.get(&order).is_some_and(|best| *best > rank)
            }),
            None => false,
        }
    }
}

fn raise(best: &mut HashMap<OrderKey, i32>, key: OrderKey, rank: i32) {
    let entry = best.entry(key).or_insert(rank);
    *entry = (*entry).max(rank);
}

pub(crate) struct LedgerRows<'a> {
    definition: &'a StringArray,
    statement: &'a StringArray,
    order_id: &'a StringArray,
    transaction: &'a StringArray,
    seller_sku: &'a StringArray,
    provisional: &'a BooleanArray,
}

/// Order, kind of transaction and SKU, as a hash: a store may have told millions of them.
type OrderKey = u128;

pub(crate) const STATEMENT_COLUMNS: [&str; 3] = ["definition", "statement", "provisional"];

pub(crate) const RANK_COLUMNS: [&str; 6] =
    ["definition", "statement", "order_id", "transaction", "seller_sku", "provisional"];

impl<'a> LedgerRows<'a> {
    pub(crate) fn of(batch: &'a RecordBatch) -> Result<Self, FactsError> {
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
        let mut hasher = Xxh3::new();
        for text in [Some(order), value(self.transaction, row), value(self.seller_sku, row)] {
            let text = text.unwrap_or_default().as_bytes();
            // With its length, so that no two parts run into each other.
            hasher.update(&text.len().to_le_bytes());
            hasher.update(text);
        }
        Some(hasher.digest128())
    }
}
