//! Money booked for a whole account, shared over products when a question asks for it.
//!
//! Every share is worked out for a store and month, whatever days are asked, with the largest
//! remainder, so that the parts are the whole to the coin and the total of an account never changes.
//! What finds no base to be shared by stays where it was and is told as not allocated.

pub(crate) mod ad_cost;
mod apply;
mod rule;
mod weights;

use serde::Serialize;

pub use self::ad_cost::{AdCostNote, AdCostSource};
pub(crate) use self::{apply::apply, rule::Rules};

/// What became of the money of one line that no product was named for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct AllocationNote {
    pub line: String,
    /// `sales`, `units`, `orders`, `equal`, `details:<kind>`, `ads`.
    pub by: String,
    pub allocated: String,
    /// What found nothing to be shared by.
    pub not_allocated: String,
}
