//! Experiments: chance decides who gets what, power is known before the start.
//!
//! The same seed gives the same assignment; it is kept with the plan, and the analysis believes what
//! was kept. Switchbacks are judged by pairs of blocks, groups by what they did before, hold-outs by
//! their rates.

mod analyse;
mod assign;
mod figures;
mod plan;
mod series;
#[cfg(test)]
mod tests;
mod types;

pub use analyse::analyse;
pub use assign::arm_of;
pub use plan::plan;
pub use types::{
    Arm, Assignment, ExperimentKind, ExperimentPlan, ExperimentPower, HoldoutCounts, NeededFor,
    PowerAt,
};
