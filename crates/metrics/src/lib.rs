//! Metrics: definitions as data, questions in, answers with their notes out.
//!
//! This room promises figures that are exact, the same on every face, and reproducible: numerators
//! and denominators are summed first and divided last, money is converted at the rate of the event's
//! day, what is not known is undefined with its reason and never zero, and every answer carries its
//! SQL and the versions of the definitions it was made with. The entrance is [`Engine`].
//!
//! **Invariants**
//! - Facts are only read. Nothing a user writes reaches the engine as SQL ([`expression`]).
//! - No floating point touches money; the one exception is the cell of an Excel workbook.
//! - Own knowledge is in `knowledge/metrics`, `knowledge/chart.csv`, `knowledge/dimensions.toml`.

mod answer;
mod ask;
mod chart;
mod cumulative;
mod desk_data;
mod dimension;
mod engine;
pub mod export;
pub mod expression;
mod fetch;
mod frame;
mod goods;
mod intervals;
mod ledger;
mod plan;
mod profit;
mod question;
mod rates;
mod reconcile;
mod registry;
mod rows;
mod scope;
mod spans;
#[cfg(test)]
mod tests;

pub use answer::{
    Answer, AnswerColumn, AnswerRow, DefinitionNote, Figure, FxNote, MoneyWithoutRate, Notes,
    PeriodExcluded, RowKey,
};
pub use chart::{Chart, Line, Stage};
pub use desk_data::{DeskData, OwnRate, Pairing, Product, UnitCost};
pub use dimension::{Dimension, DimensionName, Source};
pub use engine::{Engine, MetricCard};
pub use ledger::{LedgerMeta, LedgerPage, LedgerQuestion, LedgerRow};
pub use profit::{Amount, Cells, Profit, ProfitColumn, ProfitLine, SUBTOTALS};
pub use question::{AskError, Compare, Filters, Order, ProfitQuestion, Question};
pub use rates::{Rate, Rates};
pub use reconcile::{ReconcileQuestion, Reconciliation, Statement, StatementState, UnknownFee};
pub use registry::{Better, Kind, Metric, Registry, Unit};
pub use scope::{Scope, Unpaired};
