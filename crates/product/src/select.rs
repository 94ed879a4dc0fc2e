//! Which product to take on: six criteria, hard gates first, and how sure the ranking is.
//!
//! Pure: what is known comes in with its source and confidence, the anchors and gates are knowledge
//! (`knowledge/selection.toml`), chance comes with a seed.
//!
//! | step | file |
//! |---|---|
//! | criteria, anchors, gates | `criteria` |
//! | a candidate and what is known of it | `candidate` |
//! | weights by hand or by pairs | `weights` |
//! | second opinion | `topsis` |
//! | how sure | `plausible` |
//! | the ranking and its reasons | `board` |
//! | what was decided, and what came of it | `log` |
//! | candidates from records, and what facts know of them | `gather`, `demand` |
//! | boards: selection, decisions | `face`, `past` |

pub mod board;
pub mod candidate;
pub mod criteria;
mod demand;
pub(crate) mod face;
mod gather;
pub mod log;
pub(crate) mod past;
pub mod plausible;
pub mod topsis;
pub mod weights;
pub(crate) mod weights_record;

/// An exact number as an estimate: scores, weights and chances are floating point, amounts never.
fn real(number: rust_decimal::Decimal) -> f64 {
    rust_decimal::prelude::ToPrimitive::to_f64(&number).unwrap_or(0.0)
}

pub use board::{Board, Ranked, rank};
pub use candidate::{Candidate, Input};
pub use criteria::Criteria;
pub use log::{Comparison, Decision, Earned, compare};
pub use weights::{Pairs, Weights};
