//! Chapter 2, product and supply: choose, comply, buy, stock, foresee.
//!
//! Engines, all pure (no I/O, no clock, chance by seed); storing and showing come on top of them:
//!
//! - [`forecast`]: demand to come;
//! - [`replenish`]: how much to order, when, and how it travels;
//! - [`select`]: which product to take on;
//! - [`landed`]: what a unit costs and leaves in a market, and what a change of rules does to it;
//! - [`comply`]: whether a SKU may be sold in a market, and what is missing;
//! - [`matrix`]: which role each product plays in its line;
//! - [`improve`]: what to make better about a product.
//!
//! [`choice`] shows selection, landed margin, compliance, matrix and improvements to people.

mod asked;
mod chapter;
pub mod choice;
pub mod comply;
pub mod forecast;
mod foresee;
pub mod improve;
pub mod landed;
pub mod master;
pub mod matrix;
pub mod model;
mod papers;
pub mod purchasing;
pub mod replenish;
pub mod says;
pub mod select;
pub mod stock;
pub mod suppliers;
#[cfg(test)]
mod testing;
mod warn;
mod worth;

pub use chapter::Product;
