//! Demand to come: from sales by day to what will probably sell, how sure that is, and why.
//!
//! Pure: no I/O, no clock; chance comes with a seed. The door is [`plan::foresee`] for one product in
//! one market, [`many::each`] for all of them, [`hierarchy`] to make them add up, [`judgement`] to
//! judge people's changes.
//!
//! | step | file |
//! |---|---|
//! | sales and days out of stock → buckets | `series` |
//! | sales → demand | `demand` |
//! | promotions and holidays | `events` |
//! | season | `season` |
//! | methods | `ets`, `theta`, `intermittent`, by name in `method` |
//! | tried on the past | `backtest`, `score` |
//! | how sure | `spread`, `paths` |
//! | choice and answer | `profile`, `outlook`, `plan` |
//! | new products | `analogue` |

pub mod analogue;
pub mod backtest;
mod chance;
pub mod demand;
pub mod ets;
pub mod events;
pub mod fit;
pub mod hierarchy;
pub mod intermittent;
pub mod judgement;
mod linear;
pub mod many;
pub mod method;
mod minimise;
pub(crate) mod numbers;
pub mod outlook;
pub mod paths;
pub mod plan;
pub mod profile;
pub mod score;
pub mod season;
pub mod series;
pub mod spread;
#[cfg(test)]
mod testing;
pub mod theta;

pub use chance::Chance;
pub use method::Method;
pub use outlook::{Outlook, Why};
pub use plan::{Foresight, Request, foresee};
pub use series::Series;
