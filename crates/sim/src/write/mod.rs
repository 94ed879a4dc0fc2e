//! Writing the channels' reports about a company.
//!
//! The writers render what happened; they take no part in saying what is true about it.

mod ads;
mod changes;
mod date_range;
mod folder;
mod language;
mod manifest;
mod movements;
mod orders;
mod out;
mod outlets;
mod overlap;
mod purchases;
mod settlement;
mod shopify;
mod stock;
mod templates;
mod text;
mod tiktok;
mod traffic;
mod woo;

pub use folder::{SimError, Written, write_all};
pub(crate) use movements::centre;
pub use movements::write_movements;
pub(crate) use orders::HEADER as ORDERS_HEADER;
pub(crate) use out::Out;
pub use overlap::overlapping;
pub use purchases::write_purchases;
pub(crate) use settlement::HEADER as SETTLEMENT_HEADER;
pub(crate) use text::{Numerals, european_utc, field, iso_offset, iso_utc, months};
