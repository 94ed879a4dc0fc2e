//! May this SKU be sold in this market, and what is missing?
//!
//! Pure: rules, kinds of documents and markets are knowledge (`knowledge/compliance/`), the day comes
//! in. A rule nobody has checked only warns.
//!
//! | step | file |
//! |---|---|
//! | rules as knowledge | `regime` |
//! | what is known of a product | `attributes` |
//! | documents, reminders | `document` |
//! | allowed, warn, blocked | `gate` |
//! | texts, units, plug, customs of a market | `localise` |
//! | products, documents and markets as records and facts tell them | `own` |
//! | boards: gate and questions; documents to renew and localisation | `face`, `papers` |

pub mod attributes;
pub mod document;
pub(crate) mod face;
pub mod gate;
pub mod localise;
pub(crate) mod own;
pub(crate) mod papers;
pub mod regime;

pub use attributes::Product;
pub use document::{Document, Reminder, reminders};
pub use gate::{Gate, State, gate};
pub use localise::{Localisation, Pack};
pub use regime::Regimes;

#[cfg(test)]
mod tests;
