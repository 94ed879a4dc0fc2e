//! The columnar fact store: immutable Parquet files by store and month, SQL over the current ones.
//!
//! This room writes facts ([`FactStore::stage`]), decides which containers of an import are new,
//! equal, newer or told better elsewhere ([`Stage::finish`]), and answers SQL ([`Session`]). Which
//! files are current is not known here: the desk's manifest says so, and the caller hands the list in.
//!
//! **Invariant:** files are never changed after they are written, and a staged file is invisible
//! until the desk's transaction lists it; readers therefore never see half an import.

#[cfg(feature = "cluster")]
pub mod cluster;
mod error;
pub mod expr;
mod fullness;
mod hash;
mod merge;
mod parquet_io;
mod ranks;
pub mod schema;
mod session;
mod shelf;
mod stage;
mod store;
mod versions;

pub use datafusion::{self, arrow};
pub use error::FactsError;
pub use hash::{content_hash, row_hashes};
pub use merge::Staged;
pub use session::{Limits, Session};
pub use shelf::Stored;
pub use stage::Stage;
pub use store::FactStore;
pub use versions::VersionOrder;

#[cfg(test)]
mod tests;
