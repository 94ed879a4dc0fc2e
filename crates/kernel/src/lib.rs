//! The nouns of Argosy: money, days, problems, lineage, knowledge files.
//!
//! This room promises values that cannot be wrong by construction and knows nothing of files,
//! networks or clocks. Everything else is built on it.
//!
//! **Invariant:** no I/O. Built-in knowledge is text compiled in (or read by the embedding macro in
//! development builds); a company's overlay is handed in by the caller.

pub mod facts;
pub mod knowledge;
pub mod money;
pub mod names;
pub mod period;
pub mod problem;

pub use facts::{Change, Diff, FactFile, Table};
pub use knowledge::{Diagnostic, Files, Origin, Source};
pub use money::{Currency, Money, MoneyError};
pub use names::Text;
pub use period::{Day, Grain, Period};
pub use problem::{Place, Problem, Severity};
