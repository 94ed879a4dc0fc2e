//! The product matrix: which role each product plays in its line, and what the line lacks.
//!
//! Pure: figures come in, roles and thresholds are knowledge (`knowledge/matrix.toml`), people decide.
//!
//! | step | file |
//! |---|---|
//! | roles and thresholds | `roles` |
//! | a role for each product, with reasons | `propose` |
//! | gaps of the line, and the next role to fill | `gaps` |

pub mod gaps;
pub mod propose;
pub mod roles;

pub use gaps::{Gap, Line, gaps};
pub use propose::{Figures, Proposal, propose};
pub use roles::{Role, Roles};

#[cfg(test)]
mod tests;
