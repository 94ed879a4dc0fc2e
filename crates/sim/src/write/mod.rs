//! Writing the channels' reports about a company.
//!
//! The writers render what happened; they take no part in saying what is true about it.

mod ads;
mod date_range;
mod folder;
mod language;
mod manifest;
mod orders;
mod out;
mod overlap;
mod settlement;
mod shopify;
mod stock;
mod templates;
mod text;
mod traffic;

pub use folder::{SimError, Written, write_all};
pub use overlap::overlapping;
pub(crate) use settlement::HEADER as SETTLEMENT_HEADER;
