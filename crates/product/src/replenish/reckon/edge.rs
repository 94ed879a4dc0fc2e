//! The edge of the estimates: exact numbers go in, rounded ones and days come out.
//!
//! float-ok: the edge itself.

use argosy_kernel::Day;
use chrono::Days;
use rust_decimal::Decimal;

/// An exact number as one of statistics.
pub(crate) fn number(exact: Decimal) -> f64 {
    f64::try_from(exact).unwrap_or(0.0)
}

/// An estimate as it leaves: rounded, nothing where it is no number.
pub(crate) fn decimal(value: f64, digits: u32) -> Decimal {
    Decimal::from_f64_retain(value).unwrap_or_default().round_dp(digits)
}

/// So many days after a day, never before it.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "limited before")]
pub(crate) fn later(day: Day, days: f64) -> Day {
    day + Days::new(days.floor().clamp(0.0, 36_500.0) as u64)
}

/// A day before or after another.
pub(crate) fn around(day: Day, days: f64) -> Day {
    if days < 0.0 { day - (later(day, -days.floor()) - day) } else { later(day, days) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn part_of_a_day_too_late_is_the_day_before() {
        let day: Day = "2026-03-02".parse().unwrap();
        assert_eq!(around(day, -0.5), "2026-03-01".parse().unwrap());
        assert_eq!(around(day, 1.9), "2026-03-03".parse().unwrap());
        assert_eq!(decimal(f64::NAN, 2), Decimal::ZERO);
        assert_eq!(decimal(0.1 + 0.2, 2).to_string(), "0.30");
    }
}
