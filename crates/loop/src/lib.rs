//! The loop: what is wrong or possible, what it is worth, who does it, and what it changed.
//!
//! Rules watch metrics and facts and speak up as findings, each with its evidence and its stake in
//! money. An accepted finding is a task; what was done is a change; its effect is measured against a
//! control. What plays have really delivered teaches the order of the queue.

pub mod accept;
pub mod change;
mod detect;
mod diagnose;
pub mod effect;
mod error;
pub mod experiment;
pub mod finding;
mod frame;
mod judge;
pub mod learn;
pub mod plays;
pub mod queue;
pub mod rank;
pub mod rules;
pub mod settings;
#[cfg(test)]
mod testing;
pub mod watch;

pub use error::LoopError;
