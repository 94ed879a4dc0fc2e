//! The order of the queue: the stake times what its rule has really delivered.

use argosy_kernel::Money;

use crate::learn::Delivered;

/// What acting on a finding is expected to bring a month. Never more than the stake.
pub fn expected(monthly: Money, delivered: &Delivered) -> Money {
    let factor = delivered.factor.min(rust_decimal::Decimal::ONE);
    Money::new(monthly.amount * factor, monthly.currency).rounded()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learn::{Prior, RuleRecord, delivered};

    #[test]
    fn a_rule_that_never_kept_its_promise_stands_behind_one_that_did() {
        let prior = Prior {
            share: "0.5".parse().unwrap(),
            weight: 8.into(),
            spread: "0.6".parse().unwrap(),
        };
        let good = delivered(&prior, &RuleRecord::default());
        let bad = delivered(&prior, &RuleRecord { false_alarms: 40, ..RuleRecord::default() });
        let worth = |amount: &str, of| expected(amount.parse().unwrap(), of).amount;
        assert!(worth("100 EUR", &good) > worth("400 EUR", &bad));
        assert_eq!(expected("100 EUR".parse().unwrap(), &good).to_string(), "50.00 EUR");
    }
}
