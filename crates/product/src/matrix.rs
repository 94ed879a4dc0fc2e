//! The product matrix: which role each product plays in its line, and what the line lacks.
//!
//! Pure: figures come in, roles and thresholds are knowledge (`knowledge/matrix.toml`), people decide.
//!
//! | step | file |
//! |---|---|
//! | roles and thresholds | `roles` |
//! | a role for each product, with reasons | `propose` |
//! | gaps of the line, and the next role to fill | `gaps` |
//! | figures of own products, board, setting roles with their thresholds | `face`, `set` |

pub(crate) mod face;
pub mod gaps;
pub mod propose;
pub mod roles;
mod set;

pub use gaps::{Gap, Line, gaps};
pub use propose::{Figures, Proposal, propose};
pub use roles::{Role, RoleThreshold, Roles};

#[cfg(test)]
mod tests;
