//! What a play is worth: the effects of its changes put together.

use argosy_kernel::{Currency, Money, Text};
use serde::{Deserialize, Serialize};

use super::{
    meta::{self, Measured},
    rules::{Effects, decimal, number},
    types::MoneyBand,
};

/// The mean effect of many similar changes, with its interval.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct PooledWorth {
    pub n: usize,
    pub estimate: Money,
    pub low: Money,
    pub high: Money,
    pub says: Text,
}

impl Effects {
    /// Pools measured effects by random effects. Those in another currency are left out; `None` of
    /// nothing.
    pub fn pool(&self, effects: &[MoneyBand], currency: Currency) -> Option<PooledWorth> {
        let level = number(self.limits.confidence);
        let measured: Vec<Measured> = effects
            .iter()
            .filter(|band| band.currency == currency)
            .map(|band| {
                let (low, high) = (number(band.low), number(band.high));
                Measured::from_interval(number(band.estimate), low, high, level)
            })
            .collect();
        let pooled = meta::pool(&measured, level)?;
        let money = |value: f64| {
            decimal(value, currency.minor_digits()).map(|amount| Money::new(amount, currency))
        };
        let (estimate, low, high) =
            (money(pooled.estimate)?, money(pooled.low)?, money(pooled.high)?);
        let with = [
            ("n", pooled.n.into()),
            ("estimate", estimate.into()),
            ("low", low.into()),
            ("high", high.into()),
        ];
        Some(PooledWorth { n: pooled.n, estimate, low, high, says: self.say("pooled", &with) })
    }
}
