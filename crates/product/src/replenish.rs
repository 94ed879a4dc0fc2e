//! What to order, how much, by which way and by when: from demand to come to order proposals.
//!
//! Pure: no I/O, no clock; chance comes with a seed. The doors are [`plan::plan`] for all products
//! under limits they share, [`propose::propose`] for one, [`what_if::Change`] for the same question
//! asked otherwise, and [`overseas::compare`] for the overseas warehouse.
//!
//! | part | file |
//! |---|---|
//! | stock on the shelf and on its way | `position` |
//! | ways of transport and what they cost, exactly | `route` |
//! | cartons, minimum order, price tiers | `goods` |
//! | what a unit brings, what keeping it costs | `worth` |
//! | one product in one market | `item`, `propose`, its reasons in `reasons` |
//! | all of them under cash, room and weight | `plan` |
//! | the same with other assumptions | `what_if` |
//! | with or without an overseas warehouse | `overseas` |
//! | the numbers under it: lead times, stock along paths, gain of a unit, limits, rules to beat | `reckon` |
//!
//! Money is exact outside `reckon`; in there it is an estimate and leaves rounded.

pub mod goods;
pub mod item;
pub mod overseas;
pub mod plan;
pub mod position;
pub mod propose;
mod reasons;
pub mod reckon;
pub mod route;
pub mod what_if;
pub mod worth;

pub use goods::{Goods, Tier};
pub use item::{Aim, Demand, Item};
pub use plan::{Drafted, Hold, Limits, Plan, drafted, plan, settle};
pub use position::{Due, Inbound, Position};
pub use propose::{Order, Proposal, Refusal, propose};
pub use reckon::{
    lead::{LeadTime, Passage, Prior, Stage, StageTime},
    outlook::{Projection, project},
    share::SharedBy,
};
pub use route::{Mode, Route};
pub use what_if::Change;
pub use worth::{AgedFee, Worth};

#[cfg(test)]
mod examples;
