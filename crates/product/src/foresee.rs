//! From facts and records to forecasts, proposals and stock to come: the engines of [`crate::forecast`]
//! and [`crate::replenish`] at work for a company.
//!
//! | step | file |
//! |---|---|
//! | units by day, days without stock, days without report | `facts` |
//! | sales events, holidays at the origin | `calendar` |
//! | forecast of everything, category by category | `run`, `kept` |
//! | people's changes and what they were worth | `people` |
//! | prices, cartons; what is on its way; lead times learnt; margins | `supply`, `flows`, `leads`, `buying` |
//! | plan under limits, what-if | `planned` |
//! | boards and actions | `forecast_board`, `plan_board`, `outlook_board`, `orders`, `face` |

mod buying;
pub(crate) mod calendar;
pub(crate) mod face;
mod facts;
pub(crate) mod fields;
pub(crate) mod flows;
mod forecast_board;
mod kept;
pub(crate) mod leads;
mod orders;
pub(crate) mod outlook_board;
mod people;
mod plan_board;
pub(crate) mod planned;
mod run;
pub(crate) mod settings;
pub(crate) mod show;
pub(crate) mod supply;
pub(crate) mod work;

#[cfg(test)]
mod tests;
