//! What to make better about a product: what buyers complain about, what it costs, what was done.
//!
//! | step | file |
//! |---|---|
//! | topics, their reasons and words (`knowledge/improve.toml`) | `topics` |
//! | complaints of a product by topic, what they cost | `backlog` |
//! | the board, taking up, finishing | `face` |

pub mod backlog;
pub(crate) mod face;
mod gather;
pub mod topics;

pub use backlog::{Complaint, Numbers, Topic, backlog};
pub use topics::Topics;
