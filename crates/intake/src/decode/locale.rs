//! The habits of a column, from all its values: one `1,234` alone says nothing.

use super::numbers::DecimalSign;

/// A column with fewer contradicting values than one in so many is decided by the rest; the
/// contradicting cells are then refused one by one, as they can not be read under that sign.
const MAJORITY: u64 = 20;

/// What the values of a column say about its decimal sign.
///
/// ```
/// # use argosy_intake::decode::{locale::decimal_sign, numbers::DecimalSign};
/// assert_eq!(decimal_sign(["1.234", "12,5"]), Some(DecimalSign::Comma));
/// assert_eq!(decimal_sign(["1,234", "12"]), None);
/// ```
pub fn decimal_sign<'a>(values: impl IntoIterator<Item = &'a str>) -> Option<DecimalSign> {
    let mut evidence = SignEvidence::default();
    values.into_iter().for_each(|value| evidence.add(value));
    evidence.decide()
}

/// Gathers what values say about the decimal sign, one by one.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct SignEvidence {
    pub point: u64,
    pub comma: u64,
}

impl SignEvidence {
    pub fn add(&mut self, value: &str) {
        match sign_of(value) {
            Some(DecimalSign::Point) => self.point += 1,
            Some(DecimalSign::Comma) => self.comma += 1,
            None => {}
        }
    }

    /// `None` when no value tells, or when many contradict each other.
    pub fn decide(self) -> Option<DecimalSign> {
        decide(self.point, self.comma, DecimalSign::Point, DecimalSign::Comma)
    }

    /// Values contradict each other: worth a message whatever was decided.
    pub fn is_mixed(self) -> bool {
        self.point > 0 && self.comma > 0
    }
}

fn decide<T>(left: u64, right: u64, if_left: T, if_right: T) -> Option<T> {
    if left > right * MAJORITY {
        Some(if_left)
    } else if right > left * MAJORITY {
        Some(if_right)
    } else {
        None
    }
}

/// What one value says. `1,234` and `1.234` say nothing.
fn sign_of(value: &str) -> Option<DecimalSign> {
    let core = value.trim_matches(|char: char| !char.is_ascii_digit());
    let points = core.bytes().filter(|byte| *byte == b'.').count();
    let commas = core.bytes().filter(|byte| *byte == b',').count();
    match (points, commas) {
        (0, 0) => None,
        (0, 1) => lone(core, ',', DecimalSign::Comma),
        (1, 0) => lone(core, '.', DecimalSign::Point),
        (0, _) => Some(DecimalSign::Point),
        (_, 0) => Some(DecimalSign::Comma),
        (1, 1) | (1, _) if core.rfind('.') > core.rfind(',') => Some(DecimalSign::Point),
        (_, 1) if core.rfind(',') > core.rfind('.') => Some(DecimalSign::Comma),
        _ => None,
    }
}

/// One separator: it groups thousands only before three digits and after one to three that do not
/// begin with zero.
fn lone(core: &str, separator: char, if_decimal: DecimalSign) -> Option<DecimalSign> {
    let (before, after) = core.split_once(separator)?;
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let spaced = !digits(before);
    let may_group = digits(after)
        && after.len() == 3
        && matches!(before.len(), 1..=3)
        && !before.starts_with('0')
        && !spaced;
    if may_group { None } else { digits(after).then_some(if_decimal) }
}

/// Whether days stand before months in dates such as `09/05/2026`, from all values of a column.
///
/// ```
/// # use argosy_intake::decode::locale::day_first;
/// assert_eq!(day_first(["09/05/2026", "31/05/2026"]), Some(true));
/// assert_eq!(day_first(["09/05/2026"]), None);
/// ```
pub fn day_first<'a>(values: impl IntoIterator<Item = &'a str>) -> Option<bool> {
    let mut evidence = OrderEvidence::default();
    values.into_iter().for_each(|value| evidence.add(value));
    evidence.decide()
}

/// Gathers what values say about the order of day and month.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct OrderEvidence {
    pub day_first: u64,
    pub month_first: u64,
}

impl OrderEvidence {
    pub fn add(&mut self, value: &str) {
        let mut numbers = value.split(['/', '-', '.']).map(str::trim);
        let (Some(first), Some(second), Some(_)) = (numbers.next(), numbers.next(), numbers.next())
        else {
            return;
        };
        let small = |text: &str| (text.len() <= 2).then(|| text.parse::<u8>().ok()).flatten();
        match (small(first), small(second)) {
            (Some(13..=31), Some(1..=12)) => self.day_first += 1,
            (Some(1..=12), Some(13..=31)) => self.month_first += 1,
            _ => {}
        }
    }

    /// `None` when no value tells, or when many contradict each other.
    pub fn decide(self) -> Option<bool> {
        decide(self.day_first, self.month_first, true, false)
    }

    pub fn is_mixed(self) -> bool {
        self.day_first > 0 && self.month_first > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_say_which_sign_they_use() {
        for (value, expected) in [
            ("1,234.56", Some(DecimalSign::Point)),
            ("1.234,56", Some(DecimalSign::Comma)),
            ("1 234,50", Some(DecimalSign::Comma)),
            ("1\u{202F}234,500", Some(DecimalSign::Comma)),
            ("$12.5", Some(DecimalSign::Point)),
            ("0,125", Some(DecimalSign::Comma)),
            ("1234,567", Some(DecimalSign::Comma)),
            ("1,234,567", Some(DecimalSign::Point)),
            ("Rp 1.150.000", Some(DecimalSign::Comma)),
            ("Rs.1000.0", Some(DecimalSign::Point)),
            ("1,234", None),
            ("1.234", None),
            ("--", None),
            ("(6,00)", Some(DecimalSign::Comma)),
        ] {
            assert_eq!(sign_of(value), expected, "{value}");
        }
    }

    #[test]
    fn a_few_strangers_do_not_turn_a_column() {
        let mut values = vec!["12.50"; 100];
        values.push("12,50");
        assert_eq!(decimal_sign(values.iter().copied()), Some(DecimalSign::Point));
        assert_eq!(decimal_sign(["12.50", "12,50"]), None);
    }

    #[test]
    fn days_above_twelve_tell_the_order() {
        assert_eq!(day_first(["01/02/2026", "02/14/2026"]), Some(false));
        assert_eq!(day_first(["31-01-2026"]), Some(true));
        assert_eq!(day_first(["2026-01-31", "x"]), None);
        assert_eq!(day_first(["31/01/2026", "01/31/2026"]), None);
    }
}
