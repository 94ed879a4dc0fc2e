//! Questions over small companies whose figures can be worked out by hand.

mod ask;
mod costs;
mod definitions;
mod health;
mod profit;
mod world;
mod money;
mod reconcile;
