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
//! - What can be decided by a person who does not program stands in `knowledge/`: `metrics/`,
//!   `chart.csv`, `dimensions.toml`, `levels.toml`, `allocation.toml`, `reconcile.toml`, `vat.csv`,
//!   `fx/`.

mod allocation;
mod answer;
mod ask;
mod bands;
mod chart;
mod costing;
mod cumulative;
mod desk_data;
mod dimension;
mod engine;
pub mod export;
pub mod expression;
mod fetch;
mod frame;
mod fx;
mod goods;
pub mod health;
mod intervals;
mod ledger;
mod levels;
mod money;
mod plan;
mod profit;
mod question;
mod rates;
mod reconcile;
mod registry;
mod reports;
pub mod restatement;
mod rows;
mod scope;
mod shape;
mod sheet;
mod shelf;
mod spans;
#[cfg(test)]
mod tests;
mod vat;
mod view;

pub use allocation::{AdCostNote, AdCostSource, AllocationNote};
pub use answer::{
    Answer, AnswerColumn, AnswerRow, CostRuleNote, DefinitionNote, Figure, FxNote, LevelNote,
    MoneyWithoutRate, Notes, PeriodExcluded, RowKey,
};
pub use bands::Band;
pub use chart::{Chart, Line, Stage};
pub use costing::{
    CostFlow, CostFlowQuestion, CostLayer, CostProblem, Costing, FlowBalance, FlowBooking,
    FlowStep, Freight, Method, Purchase, PurchaseKind, Split, StockRow, StockValue, WarehouseRule,
};
pub use desk_data::{DeskData, OwnRate, Pairing, Product, UnitCost};
pub use dimension::{Dimension, DimensionName, Source};
pub use engine::{Engine, MetricCard, ProfitBases};
pub use ledger::{LedgerMeta, LedgerPage, LedgerQuestion, LedgerRow};
pub use money::{Basis, Booking, FxPolicy, MoneySettings, StoreWithVat, Vat, View};
pub use profit::{Amount, Cells, Profit, ProfitColumn, ProfitLine, SUBTOTALS};
pub use question::{AskError, Compare, Filters, Order, ProfitQuestion, Question};
pub use rates::{Rate, Rates};
pub use reconcile::{
    ReconcileQuestion, Reconciliation, Statement, StatementState, UnknownFee,
    bank::{BankLine, BankMatch, BankMatching, BankState},
    chain::{Chain, Link, LinkState, NotJudged, Unjudged},
    economics::EconomicsLine,
    orders::{OrderCheckQuestion, OrderChecks, OrderFinding, OrderFindings},
    proof::{EvidenceRow, Proof, ProofState},
    unsettled::{Deferred, Unsettled, UnsettledOrders, UnsettledQuestion},
};
pub use registry::{Better, Kind, Metric, Registry, Unit};
pub use reports::{ReportTraits, Reports};
pub use scope::{Scope, Unpaired};
pub use sheet::{Sheet, SheetRow};
