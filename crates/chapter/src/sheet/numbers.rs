//! Numbers and days as people write them: German, Chinese and English. What can be read in two ways
//! is not guessed.

use argosy_intake::decode::{locale, numbers::DecimalSign};
use argosy_kernel::Day;
use rust_decimal::Decimal;

/// Why a text is no number.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum NoNumber {
    /// `1,234` alone: as a whole number, and as one with decimals.
    TwoWays(String, String),
    Other,
}

/// What the texts of a column say about its decimal sign.
pub(super) fn sign<'a>(texts: impl Iterator<Item = &'a str>) -> Option<DecimalSign> {
    let narrow: Vec<String> = texts.map(narrow).collect();
    locale::decimal_sign(narrow.iter().map(String::as_str))
}

/// Full-width signs as ASCII, without blanks.
pub(super) fn narrow(text: &str) -> String {
    text.chars()
        .filter(|one| !one.is_whitespace() && *one != '\u{200b}')
        .map(|one| match one {
            '０'..='９' | '（' | '）' | '％' | '，' | '．' | '－' | '＋' => {
                char::from_u32(u32::from(one) - 0xFEE0).unwrap_or(one)
            }
            '−' | '–' => '-',
            '。' => '.',
            '、' => ',',
            '’' => '\'',
            one => one,
        })
        .collect()
}

/// A number; with `%` the fraction that it is. `sign` is that of the column, if it tells.
pub(super) fn number(text: &str, sign: Option<DecimalSign>) -> Result<Decimal, NoNumber> {
    let text = narrow(text);
    let (digits, percent) = match text.strip_suffix('%') {
        Some(digits) => (digits, true),
        None => (text.as_str(), false),
    };
    let plain = with_point(digits, sign)?;
    let number = Decimal::from_str_exact(&plain).map_err(|_| NoNumber::Other)?;
    if percent {
        number.checked_div(Decimal::ONE_HUNDRED).ok_or(NoNumber::Other)
    } else {
        Ok(number)
    }
}

/// The number with a decimal point and nothing between its thousands.
fn with_point(text: &str, sign: Option<DecimalSign>) -> Result<String, NoNumber> {
    let (minus, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let fine = digits.chars().all(|one| one.is_ascii_digit() || matches!(one, '.' | ',' | '\''));
    if !fine || !digits.contains(|one: char| one.is_ascii_digit()) {
        return Err(NoNumber::Other);
    }
    let digits = digits.replace('\'', "");
    let last = |sign: char| digits.rfind(sign);
    let decimal = match (last('.'), last(','), sign) {
        (None, None, _) => '.',
        (Some(point), Some(comma), _) => {
            if point > comma {
                '.'
            } else {
                ','
            }
        }
        (_, _, Some(DecimalSign::Point)) => '.',
        (_, _, Some(DecimalSign::Comma)) => ',',
        // Programs write the point; two of them group thousands.
        (Some(_), None, None) => {
            if digits.matches('.').count() > 1 {
                ','
            } else {
                '.'
            }
        }
        (None, Some(at), None) => {
            let (before, after) = (&digits[..at], &digits[at + 1..]);
            let many = digits.matches(',').count() > 1;
            let could_group = after.len() == 3 && (1..=3).contains(&before.len()) && before != "0";
            if many {
                '.'
            } else if could_group {
                let whole = format!("{minus}{before}{after}");
                return Err(NoNumber::TwoWays(whole, format!("{minus}{before}.{after}")));
            } else {
                ','
            }
        }
    };
    let (whole, part) = digits.rsplit_once(decimal).unwrap_or((&digits, ""));
    let group = if decimal == '.' { ',' } else { '.' };
    if part.contains(group) || whole.contains(decimal) || !groups_fit(whole, group) {
        return Err(NoNumber::Other);
    }
    let whole = whole.replace(group, "");
    let whole = if whole.is_empty() { "0" } else { whole.as_str() };
    Ok(if part.is_empty() { format!("{minus}{whole}") } else { format!("{minus}{whole}.{part}") })
}

/// Thousands stand in threes; Indian and Chinese habits of twos and fours are refused.
fn groups_fit(whole: &str, group: char) -> bool {
    let mut parts = whole.split(group);
    let first = parts.next().unwrap_or_default();
    let rest: Vec<&str> = parts.collect();
    rest.is_empty() || ((1..=3).contains(&first.len()) && rest.iter().all(|part| part.len() == 3))
}

/// `2026-11-23`, `2026/11/23`, `2026.11.23`, `2026年11月23日`, `23.11.2026`; with a time of midnight
/// after it. `11/23/2026` and `23/11/2026` are not guessed.
pub(super) fn day(text: &str) -> Option<Day> {
    let trimmed = text.trim();
    let date = trimmed.split(['T', ' ']).next().unwrap_or_default();
    let rest = trimmed[date.len()..].trim_start_matches(['T', ' ']);
    if !rest.is_empty() && !rest.starts_with("00:00") {
        return None;
    }
    let text = narrow(date).replace(['年', '月'], "-").replace('日', "");
    let part = |text: &str| text.parse::<u32>().ok();
    for sign in ['-', '/', '.'] {
        let parts: Vec<&str> = text.split(sign).collect();
        let [first, second, third] = parts.as_slice() else { continue };
        let (year, month, day) = if first.len() == 4 {
            (first, second, third)
        } else if sign == '.' && third.len() == 4 {
            (third, second, first)
        } else {
            return None;
        };
        return Day::from_ymd_opt(year.parse().ok()?, part(month)?, part(day)?);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        number(text, None).map_or_else(|why| format!("{why:?}"), |number| number.to_string())
    }

    #[test]
    fn german_chinese_and_english_numbers_are_read_where_they_are_clear() {
        for (text, expected) in [
            ("1,234.5", "1234.5"),
            ("1.234,5", "1234.5"),
            ("1'234.50", "1234.50"),
            ("1 234,5", "1234.5"),
            ("１２３４．５", "1234.5"),
            ("-0,5", "-0.5"),
            ("1,234,567", "1234567"),
            ("1.234.567", "1234567"),
            ("0,125", "0.125"),
            ("12,5", "12.5"),
            ("13%", "0.13"),
            ("13 ％", "0.13"),
            (".5", "0.5"),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn a_number_that_can_be_read_in_two_ways_is_not_guessed() {
        let two = NoNumber::TwoWays("1234".into(), "1.234".into());
        assert_eq!(number("1,234", None), Err(two));
        assert_eq!(number("1,234", Some(DecimalSign::Comma)).unwrap().to_string(), "1.234");
        assert_eq!(number("1,234", Some(DecimalSign::Point)).unwrap().to_string(), "1234");
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in
            ["", "abc", "1.2.3,4,5", "12,34,567", "1,2345.6", "--5", "5-", "%", "1e5", "一百"]
        {
            assert!(number(text, None).is_err(), "{text}");
        }
    }

    #[test]
    fn days_are_read_where_nothing_is_guessed() {
        let expected = "2026-11-03".parse().ok();
        for text in
            ["2026-11-03", "2026/11/3", "2026年11月3日", "03.11.2026", "2026-11-03 00:00:00"]
        {
            assert_eq!(day(text), expected, "{text}");
        }
        for text in ["11/03/2026", "03-11-2026", "2026-13-01", "2026-11-03 14:00", "soon", ""] {
            assert_eq!(day(text), None, "{text}");
        }
    }
}
