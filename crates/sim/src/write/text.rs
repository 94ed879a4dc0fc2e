//! How channels write amounts and days.

use argosy_kernel::Day;
use chrono::{DateTime, Datelike, TimeZone, Timelike};
use chrono_tz::Tz;

use crate::place::{Instant, utc};

/// Which sign stands before the cents, and which between the thousands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Numerals {
    pub(crate) decimal: char,
    pub(crate) thousands: Option<char>,
    pub(crate) digits: u32,
}

impl Numerals {
    pub(crate) const fn plain(digits: u32) -> Self {
        Self { decimal: '.', thousands: None, digits }
    }

    pub(crate) fn write(self, minor: i64) -> String {
        let scale = 10u64.pow(self.digits);
        let (whole, rest) = (minor.unsigned_abs() / scale, minor.unsigned_abs() % scale);
        let mut text = String::new();
        if minor < 0 {
            text.push('-');
        }
        let whole = whole.to_string();
        for (index, digit) in whole.chars().enumerate() {
            let left = whole.len() - index;
            if let (Some(mark), true) = (self.thousands, index > 0 && left.is_multiple_of(3)) {
                text.push(mark);
            }
            text.push(digit);
        }
        if self.digits > 0 {
            text.push(self.decimal);
            text.push_str(&format!("{rest:0width$}", width = self.digits as usize));
        }
        text
    }

    /// As [`Numerals::write`], but nothing is a bare `0`.
    pub(crate) fn write_or_zero(self, minor: i64) -> String {
        if minor == 0 { "0".to_owned() } else { self.write(minor) }
    }
}

/// A fraction of two counts in per cent with two digits after the point.
pub(crate) fn percent(part: u64, whole: u64, decimal: char) -> String {
    let hundredths = (part * 10_000 + whole / 2).checked_div(whole).unwrap_or(0);
    format!("{}{decimal}{:02}", hundredths / 100, hundredths % 100)
}

/// `2026-06-17 08:14:22 UTC`
pub(crate) fn iso_utc(at: Instant) -> String {
    utc(at).format("%Y-%m-%d %H:%M:%S UTC").to_string()
}

/// `17.06.2026 08:14:22 UTC`
pub(crate) fn european_utc(at: Instant) -> String {
    utc(at).format("%d.%m.%Y %H:%M:%S UTC").to_string()
}

/// `Jun 2, 2026 7:11:52 AM PDT`
pub(crate) fn american(at: Instant, zone: Tz) -> String {
    let local: DateTime<Tz> = zone.from_utc_datetime(&utc(at).naive_utc());
    let (afternoon, hour) = local.hour12();
    format!(
        "{} {}, {} {hour}:{:02}:{:02} {} {}",
        local.format("%b"),
        local.day(),
        local.year(),
        local.minute(),
        local.second(),
        if afternoon { "PM" } else { "AM" },
        local.format("%Z"),
    )
}

/// `2026/06/17 17:14:22 JST`
pub(crate) fn japanese(at: Instant) -> String {
    let local = Tz::Asia__Tokyo.from_utc_datetime(&utc(at).naive_utc());
    local.format("%Y/%m/%d %H:%M:%S JST").to_string()
}

/// `2026-09-03 10:15:00 -0400`
pub(crate) fn with_offset(at: Instant, zone: Tz) -> String {
    zone.from_utc_datetime(&utc(at).naive_utc()).format("%Y-%m-%d %H:%M:%S %z").to_string()
}

/// `2026-06-17T08:14:22+00:00`
pub(crate) fn iso_offset(at: Instant) -> String {
    utc(at).format("%Y-%m-%dT%H:%M:%S+00:00").to_string()
}

/// A CSV field between quotation marks.
pub(crate) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// A CSV field, between quotation marks where it must be.
pub(crate) fn field(text: &str, separator: &str) -> String {
    let must = text.contains(['"', '\n', '\r']) || text.contains(separator);
    if must { quoted(text) } else { text.to_owned() }
}

/// A JSON string.
pub(crate) fn json(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// The calendar months that touch a range of days, cut to it.
pub(crate) fn months(from: Day, to: Day) -> Vec<(Day, Day)> {
    let mut months: Vec<(Day, Day)> = Vec::new();
    for day in from.iter_days().take_while(|day| *day <= to) {
        match months.last_mut() {
            Some(last) if last.0.month() == day.month() => last.1 = day,
            _ => months.push((day, day)),
        }
    }
    months
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_as_each_country_writes_them() {
        let us = Numerals { decimal: '.', thousands: Some(','), digits: 2 };
        let de = Numerals { decimal: ',', thousands: Some('.'), digits: 2 };
        assert_eq!(us.write(-123_456_789), "-1,234,567.89");
        assert_eq!(de.write(100_005), "1.000,05");
        assert_eq!(Numerals::plain(0).write(-1200), "-1200");
        assert_eq!(de.write(-7), "-0,07");
    }

    #[test]
    fn the_zone_name_follows_the_clock_change() {
        let at = "2026-06-02T14:11:52Z".parse::<DateTime<chrono::Utc>>().unwrap().timestamp();
        assert_eq!(american(at, Tz::America__Los_Angeles), "Jun 2, 2026 7:11:52 AM PDT");
        let winter = at + 200 * 86_400;
        assert_eq!(american(winter, Tz::America__Los_Angeles), "Dec 19, 2026 6:11:52 AM PST");
    }
}
