//! Questions over small companies whose figures can be worked out by hand.

mod ask;
mod definitions;
mod profit;
mod world;
