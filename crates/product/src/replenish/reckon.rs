//! The numbers under replenishment. Money in here is an estimate; what leaves is rounded.
//!
//! float-ok: statistics and optimisation only.

pub(crate) mod choose;
pub(crate) mod edge;
pub(crate) mod gain;
pub mod judge;
pub mod lead;
pub mod outlook;
pub mod rivals;
pub(crate) mod scene;
pub mod share;
