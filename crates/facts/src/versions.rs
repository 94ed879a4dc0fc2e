//! Which of two copies of a container counts: a total order that never asks which came first.

use std::collections::{HashMap, HashSet};

use argosy_kernel::Table;
use datafusion::arrow::{
    array::{Array, AsArray, Int64Array, RecordBatch, StringArray},
    datatypes::Int64Type,
};

use crate::{
    FactsError,
    expr::Compiled,
    fullness::Fullness,
    hash::RowSum,
    parquet_io::{column, conform},
    schema::schema,
};

/// How two versions of the same container are ordered.
#[derive(Clone, Debug, Default)]
pub struct VersionOrder {
    /// The latest day the incoming file speaks of, in days since 1970: a later export knows more.
    pub horizon: i64,
    /// The same for the files that earlier rows came from, by their first 16 hash digits.
    pub horizon_of_raw: HashMap<String, i64>,
    /// Number of the import that somebody told to take the place of earlier rows, whatever these
    /// say; 0 for any other import.
    pub forced: i64,
    /// The same for the files that earlier rows came from.
    pub forced_of_raw: HashMap<String, i64>,
    /// Statements that do not add up in the incoming file: their rows replace no whole ones.
    pub broken: HashSet<String>,
    /// The same for the files that earlier rows came from.
    pub broken_of_raw: HashMap<String, HashSet<String>>,
    /// Rank by definition id (without version): settlements beat transaction lists.
    pub rank_of_definition: HashMap<String, i32>,
    /// How late a fact is, by definition id and table, where no time tells it: a number over the
    /// fact's own fields (a refunded order is later than a paid one).
    pub later: HashMap<(String, Table), Compiled>,
    /// Definitions whose statements may be cut in two by the days of an export: such a part does
    /// not add up by nature, and is only held to be torn where nothing else tells the copies apart.
    pub in_parts: HashSet<String>,
}

impl VersionOrder {
    fn later_of(&self, table: Table, definition: &str) -> Option<&Compiled> {
        self.later.iter().find(|((id, of), _)| *of == table && id == id_of(definition)).map(|x| x.1)
    }
}

/// What is known about one container on one side.
pub(crate) struct Held {
    pub(crate) forced: i64,
    pub(crate) version: i64,
    pub(crate) content: RowSum,
    /// The latest state of its rows, as their definition counts states.
    pub(crate) state: i64,
    pub(crate) fullness: Fullness,
    /// A statement of its rows that does not add up in their file.
    pub(crate) broken: Option<String>,
    /// The file may hold only a part of that statement.
    pub(crate) in_parts: bool,
}

/// What tells two copies apart before their fullness does.
pub(crate) type Order = (i64, bool, i64);

impl Held {
    /// Of no rows yet.
    pub(crate) fn new() -> Self {
        Self {
            forced: 0,
            version: i64::MIN,
            content: RowSum::default(),
            state: i64::MIN,
            fullness: Fullness::default(),
            broken: None,
            in_parts: false,
        }
    }

    /// A copy that somebody put in its place counts, then one that adds up before any that does
    /// not, then the newer one.
    pub(crate) fn order(&self) -> Order {
        (self.forced, self.broken.is_none() || self.in_parts, self.version)
    }

    /// Where neither is newer the later state counts and the fuller one, and in the end any rule
    /// will do that does not ask which came first.
    pub(crate) fn total_order(&self) -> (Order, i64, i64, bool, &Fullness, RowSum) {
        let settled = self.fullness.settled();
        let whole = self.broken.is_none();
        (self.order(), self.state, settled, whole, &self.fullness, self.content)
    }

    /// Whether a copy that loses against `other` does so as it does not add up.
    pub(crate) fn is_worse_than(&self, other: &Self) -> bool {
        other.broken.is_none() && (!self.in_parts || self.order() == other.order())
    }
}

/// The id in a fact's `definition`, which is followed by its version.
pub(crate) fn id_of(definition: &str) -> &str {
    definition.split_once('@').map_or(definition, |(id, _)| id)
}

/// The rows of a batch as their definitions see them.
pub(crate) struct ToldBy<'a> {
    definitions: &'a StringArray,
    states: HashMap<&'a str, Int64Array>,
    order: &'a VersionOrder,
}

impl<'a> ToldBy<'a> {
    pub(crate) fn of(
        table: Table,
        batch: &'a RecordBatch,
        order: &'a VersionOrder,
    ) -> Result<Self, FactsError> {
        let definitions: &StringArray = column(batch, "definition")?;
        let mut states = HashMap::new();
        if order.later.keys().any(|(_, of)| *of == table) {
            // The expressions were made for the table's own schema.
            let rows = conform(batch, &schema(table))?;
            let mut last = "";
            for definition in definitions.iter().flatten() {
                if definition == last || states.contains_key(definition) {
                    continue;
                }
                last = definition;
                if let Some(later) = order.later_of(table, definition) {
                    let numbers = later.evaluate(&rows)?;
                    states.insert(definition, numbers.as_primitive::<Int64Type>().clone());
                }
            }
        }
        Ok(Self { definitions, states, order })
    }

    /// How late the state of a row is; nothing is known: before every state.
    pub(crate) fn state(&self, row: usize) -> i64 {
        if self.states.is_empty() {
            return i64::MIN;
        }
        let states = self.states.get(self.definitions.value(row));
        states.filter(|states| states.is_valid(row)).map_or(i64::MIN, |states| states.value(row))
    }

    pub(crate) fn in_parts(&self, row: usize) -> bool {
        self.order.in_parts.contains(id_of(self.definitions.value(row)))
    }
}
