//! What a unit brings when it sells, what is lost when it cannot, what keeping it costs.

use argosy_kernel::Money;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// The money side of one product in one market, all in one currency.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Worth {
    /// What a sold unit brings before goods and freight: price less tax, channel fees, fulfilment,
    /// ads and expected returns.
    pub brings: Money,
    /// Lost beyond the margin with each unit that cannot be sold: falling rank, ads to restart.
    pub lost_beyond: Money,
    /// Cost of capital per year as a share: 0.12 is 12 %.
    pub capital_per_year: Decimal,
    /// Storage per unit and month of 30 days.
    pub storage_month: Money,
    /// Added to storage from an age on; each tier replaces the one before.
    pub aged: Vec<AgedFee>,
    /// What a unit brings when it is cleared out, less the cost of doing so.
    pub cleared: Money,
}

/// A fee on old stock.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AgedFee {
    pub from_day: u32,
    /// Per unit and month of 30 days.
    pub month: Money,
}
