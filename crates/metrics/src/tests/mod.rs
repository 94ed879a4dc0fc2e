//! Questions over small companies whose figures can be worked out by hand.

mod ask;
mod costs;
mod definitions;
mod health;
mod money;
mod profit;
mod reconcile;
mod world;
