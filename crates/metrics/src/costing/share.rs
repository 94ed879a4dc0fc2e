//! Parts of amounts that add up to the whole, to the last digit that is kept.

use rust_decimal::{Decimal, RoundingStrategy};

/// Digits after the point that costs are kept with: those of the facts, so that no booking is finer
/// than the ledger.
pub(crate) const COST_DIGITS: u32 = 6;

/// `amount` with the digits that are kept; halves to even, so that many roundings do not drift.
pub(crate) fn kept(amount: Decimal) -> Decimal {
    amount.round_dp_with_strategy(COST_DIGITS, RoundingStrategy::MidpointNearestEven)
}

/// What `part` of `whole` units of a stock worth `value` are worth. All units are worth all of it.
///
/// The rest is meant to be found by subtraction: then nothing is made or lost by rounding.
pub(crate) fn worth(value: Decimal, part: i64, whole: i64) -> Decimal {
    if part == whole || whole <= 0 {
        return value;
    }
    let (part, whole) = (Decimal::from(part), Decimal::from(whole));
    let exact = match value.checked_mul(part) {
        Some(product) => product / whole,
        // Past 28 digits the ratio first: a millionth part of such a sum is no coin of any currency.
        None => value * (part / whole),
    };
    kept(exact)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_third_and_the_rest_are_the_whole() {
        let value: Decimal = "10".parse().unwrap();
        let third = worth(value, 1, 3);
        assert_eq!(third.to_string(), "3.333333");
        assert_eq!(third + (value - third), value);
        assert_eq!(worth(value, 3, 3), value);
    }

    #[test]
    fn sums_past_any_turnover_do_not_stop_the_program() {
        let value = Decimal::from_parts(u32::MAX, u32::MAX, 0x0fff_ffff, false, 6);
        assert!(worth(value, 999_999_999, 1_000_000_000) <= value);
    }
}
