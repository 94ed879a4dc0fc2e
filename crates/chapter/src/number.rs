//! Numbers that the desk gives to records: `PO-{year}-{n:4}`.

use argosy_kernel::Day;
use chrono::Datelike as _;

const HOW: &str = "write it as in PO-{year}-{n:4}: {year}, {month} and at the end {n:digits}";
const DIGITS_MAX: usize = 12;

/// A pattern of numbers, taken apart.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Pattern {
    before: String,
    digits: usize,
}

impl Pattern {
    /// # Errors
    /// How to write it.
    pub(crate) fn read(text: &str) -> Result<Self, &'static str> {
        let (before, count) = text.rsplit_once("{n:").ok_or(HOW)?;
        let digits: usize =
            count.strip_suffix('}').and_then(|count| count.parse().ok()).ok_or(HOW)?;
        let plain = before.replace("{year}", "").replace("{month}", "");
        let is_fine = |sign: char| sign.is_alphanumeric() || matches!(sign, '-' | '_' | '.' | '/');
        if !(1..=DIGITS_MAX).contains(&digits) || before.is_empty() || !plain.chars().all(is_fine) {
            return Err(HOW);
        }
        Ok(Self { before: before.to_owned(), digits })
    }

    /// What stands before the number on a day.
    pub(crate) fn prefix(&self, day: Day) -> String {
        let month = format!("{:02}", day.month());
        self.before.replace("{year}", &day.year().to_string()).replace("{month}", &month)
    }

    pub(crate) fn number(&self, prefix: &str, n: i64) -> String {
        format!("{prefix}{n:0digits$}", digits = self.digits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_carries_its_year_and_grows_beyond_its_digits() {
        let pattern = Pattern::read("PO-{year}-{n:4}").unwrap();
        let prefix = pattern.prefix("2026-11-23".parse().unwrap());
        assert_eq!(pattern.number(&prefix, 7), "PO-2026-0007");
        assert_eq!(pattern.number(&prefix, 12_345), "PO-2026-12345");
    }

    #[test]
    fn a_pattern_without_a_number_at_its_end_is_refused() {
        for text in ["PO-{year}", "{n:4}-PO", "{n:4}", "PO-{n:0}", "PO-{n}", "PO {n:4}", "A;{n:4}"]
        {
            assert!(Pattern::read(text).is_err(), "{text}");
        }
    }
}
