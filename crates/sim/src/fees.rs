//! What the channels charge, in minor units of each store's currency.

use crate::place::StoreIndex;

/// A part of an amount in per mille, halves away from zero.
pub(crate) fn share(amount: i64, per_mille: i64) -> i64 {
    part(amount, per_mille * 10)
}

/// A part of an amount in ten-thousandths, halves away from zero.
pub(crate) fn part(amount: i64, per_ten_thousand: i64) -> i64 {
    let product = amount * per_ten_thousand;
    (product + 5000 * product.signum()) / 10_000
}

/// The share `part / whole` of an amount, halves away from zero; nothing of an empty whole.
pub(crate) fn portion(amount: i64, part: i64, whole: i64) -> i64 {
    if whole == 0 {
        return 0;
    }
    let product = amount * part;
    (product + whole.abs() / 2 * product.signum() * whole.signum()) / whole
}

/// Fulfilment of one unit by size tier; the last tier is for what was measured wrongly.
pub(crate) fn fulfilment(store: StoreIndex, tier: usize) -> i64 {
    [[386, 575, 975, 1499], [331, 489, 812, 1290], [434, 589, 1020, 1756]][store][tier]
}

pub(crate) fn weight_based() -> i64 {
    64
}

/// Per shipment of another channel's order.
pub(crate) fn per_shipment() -> i64 {
    250
}

pub(crate) fn shipping(store: StoreIndex) -> i64 {
    [599, 399, 480][store]
}

pub(crate) fn gift_wrap(store: StoreIndex) -> i64 {
    [399, 350, 330][store]
}

pub(crate) fn refund_administration(store: StoreIndex, commission: i64) -> i64 {
    share(commission, 200).min([500, 500, 500][store])
}

pub(crate) fn subscription(store: StoreIndex) -> i64 {
    [3999, 3900, 4900][store]
}

pub(crate) fn storage_per_unit(store: StoreIndex) -> i64 {
    [14, 12, 11][store]
}

pub(crate) fn deal(store: StoreIndex) -> i64 {
    [15_000, 3500, 4000][store]
}

pub(crate) fn coupon(store: StoreIndex) -> i64 {
    [60, 50, 60][store]
}

pub(crate) fn unknown(store: StoreIndex) -> i64 {
    [4715, 3108, 2870][store]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_are_rounded_away_from_zero_on_both_sides() {
        assert_eq!((share(1999, 150), share(-1999, 150)), (300, -300));
        assert_eq!((share(10, 150), share(-10, 150)), (2, -2));
    }
}
