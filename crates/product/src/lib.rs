//! Chapter 2, product and supply: choose, comply, buy, stock, foresee.
//!
//! There so far: [`forecast`], the engine of demand to come. It is pure; replenishment, storing and
//! showing come on top of it.

pub mod forecast;
