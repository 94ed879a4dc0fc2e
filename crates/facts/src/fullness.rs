//! Which of two copies of a container tells more, when neither is newer.
//!
//! Most exports of a closed period say nothing of when they were made. But what they tell only
//! grows: attributed sales come in for weeks, an open order is paid, a cell is filled in. So the
//! copy that tells more is the later one, whichever was imported first.

use argosy_kernel::Table;
use datafusion::arrow::{
    array::{
        Array, BooleanArray, Decimal128Array, Int64Array, RecordBatch, TimestampMicrosecondArray,
    },
    datatypes::DataType,
};

use crate::{FactsError, parquet_io::column, schema::LINEAGE};

/// What grows in a table, the most telling first: sums, and the latest instant of `at`.
fn growing(table: Table) -> &'static [&'static str] {
    match table {
        // An order that was cancelled or refunded says so later than it was placed.
        Table::Ledger | Table::Orders | Table::Stock | Table::Listings | Table::Reviews => &["at"],
        Table::Ads => &["impressions", "clicks", "cost", "orders", "units", "sales"],
        Table::Traffic => &["sessions", "users", "page_views", "units_ordered", "sales"],
        Table::Search => &["impressions", "clicks", "purchases", "impressions_total"],
        Table::Measures => &["value"],
        Table::Movements
        | Table::Details
        | Table::Changes
        | Table::Events
        | Table::Bank
        | Table::Controls => &[],
    }
}

/// How much the rows of one copy tell, in the order in which it counts.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Default, Debug)]
pub(crate) struct Fullness {
    /// Rows that may still change, as a negative number: final money beats provisional.
    settled: i64,
    grown: Vec<i128>,
    /// Cells that hold something.
    filled: u64,
}

impl Fullness {
    /// How final its money is: 0 when nothing may change any more, less for every open row.
    pub(crate) fn settled(&self) -> i64 {
        self.settled
    }

    pub(crate) fn add(&mut self, telling: &Telling<'_>, row: usize) {
        if let Some(provisional) = telling.provisional {
            self.settled -= i64::from(provisional.value(row));
        }
        self.grown.resize(telling.grown.len(), i128::MIN);
        for (grown, column) in self.grown.iter_mut().zip(&telling.grown) {
            *grown = column.added(*grown, row);
        }
        let filled = telling.cells.iter().filter(|cells| cells.is_valid(row)).count();
        self.filled += filled as u64;
    }
}

enum Grown<'a> {
    Whole(&'a Int64Array),
    Decimal(&'a Decimal128Array),
    Latest(&'a TimestampMicrosecondArray),
}

impl Grown<'_> {
    /// What is known so far (`i128::MIN`: nothing) with the value of a row.
    fn added(&self, known: i128, row: usize) -> i128 {
        let sum = |value: i128| if known == i128::MIN { value } else { known + value };
        match self {
            Self::Whole(values) if values.is_valid(row) => sum(values.value(row).into()),
            Self::Decimal(values) if values.is_valid(row) => sum(values.value(row)),
            Self::Latest(values) if values.is_valid(row) => known.max(values.value(row).into()),
            _ => known,
        }
    }
}

/// The columns of a batch that tell how full its rows are.
pub(crate) struct Telling<'a> {
    provisional: Option<&'a BooleanArray>,
    grown: Vec<Grown<'a>>,
    cells: Vec<&'a dyn Array>,
}

impl<'a> Telling<'a> {
    pub(crate) fn of(table: Table, batch: &'a RecordBatch) -> Result<Self, FactsError> {
        let provisional = (table == Table::Ledger)
            .then(|| column::<BooleanArray>(batch, "provisional"))
            .transpose()?;
        let grown = growing(table)
            .iter()
            .map(|name| {
                let kind = batch.schema().field_with_name(name).map(|f| f.data_type().clone())?;
                Ok(match kind {
                    DataType::Int64 => Grown::Whole(column(batch, name)?),
                    DataType::Decimal128(..) => Grown::Decimal(column(batch, name)?),
                    _ => Grown::Latest(column(batch, name)?),
                })
            })
            .collect::<Result<Vec<_>, FactsError>>()?;
        let schema = batch.schema();
        let cells = schema
            .fields()
            .iter()
            .zip(batch.columns())
            .filter(|(field, _)| field.is_nullable() && !LINEAGE.contains(&field.name().as_str()))
            .map(|(_, cells)| cells.as_ref())
            .collect();
        Ok(Self { provisional, grown, cells })
    }
}
