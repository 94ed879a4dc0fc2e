//! What a unit really costs and leaves in a market, and who is hit first when the rules change.
//!
//! Pure and exact: every amount is a decimal in the market's currency, every line tells its working.
//!
//! | step | file |
//! |---|---|
//! | text of a duty rate → rate | `rate` |
//! | tariff: lines by HS code | `tariff`, `tariff_read` |
//! | modes, customs rules, additional duties by date (`knowledge/landed.toml`) | `rules` |
//! | chargeable weight, freight per unit | `freight` |
//! | what goes in | `case` |
//! | what comes out: lines, break-even price, payback | `sheet` |
//! | policy shocks | `shock` |
//! | cases of own products, from records and facts | `own` |
//! | boards: landed margin, policy shock | `face`, `shock_face` |

pub mod case;
pub(crate) mod face;
pub mod freight;
pub(crate) mod own;
pub mod rate;
pub mod rules;
pub mod sheet;
pub mod shock;
pub(crate) mod shock_face;
pub mod tariff;
mod tariff_read;

pub use case::{Case, Levy};
pub use freight::{Carton, ChargedBy};
pub use rate::{Rate, RateText};
pub use rules::Rules;
pub use sheet::{Sheet, price_for, work_out};
pub use shock::{Hit, Shock, simulate};
pub use tariff::Tariff;
