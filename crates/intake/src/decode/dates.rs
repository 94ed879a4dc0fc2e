//! Days and instants as channels write them, in nine languages, with or without a zone.

use chrono::{
    DateTime, Days, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc,
};
use chrono_tz::Tz;

use super::{cells::Unreadable, date_forms::usual, numbers};

pub use super::date_formats::DateFormat;

/// A moment on somebody's clock.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Moment {
    pub local: NaiveDateTime,
    /// Whose clock, when the text says so.
    pub zone: Option<Zone>,
    /// The text held a time of day, not only a day.
    pub has_time: bool,
}

/// A clock.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Zone {
    /// Seconds east of UTC.
    Offset(i32),
    Named(Tz),
}

impl Moment {
    /// The instant in UTC; `otherwise` is the clock of a text that names none. A time that summer
    /// time skips counts as one hour later, one that it repeats as the first.
    pub fn utc(&self, otherwise: Tz) -> DateTime<Utc> {
        let zone = match self.zone {
            Some(Zone::Offset(seconds)) => {
                let shifted = self.local.checked_sub_signed(TimeDelta::seconds(seconds.into()));
                return shifted.unwrap_or(self.local).and_utc();
            }
            Some(Zone::Named(zone)) => zone,
            None => otherwise,
        };
        match zone.from_local_datetime(&self.local) {
            LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => at.to_utc(),
            LocalResult::None => {
                let later = self.local.checked_add_signed(TimeDelta::hours(1));
                let found = later.and_then(|later| zone.from_local_datetime(&later).earliest());
                found.map_or_else(|| self.local.and_utc(), |at| at.to_utc())
            }
        }
    }

    /// Microseconds since 1970 in UTC, as the facts keep instants.
    pub fn utc_micros(&self, otherwise: Tz) -> i64 {
        self.utc(otherwise).timestamp_micros()
    }
}

/// How the dates of a column are to be read.
#[derive(Clone, Debug, Default)]
pub struct DateRules {
    /// Tried in turn; none means that the usual forms are recognised.
    pub formats: Vec<DateFormat>,
    /// For `09/05/2026`; `None` refuses what could be either.
    pub day_first: Option<bool>,
}

/// Why a text is no date.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Wrong {
    Impossible,
    Ambiguous,
    UnknownZone,
}

/// What was read so far.
#[derive(Clone, Copy, Default)]
pub(super) struct Fields {
    pub year: u32,
    pub month: u32,
    pub day: u32,
    pub hour: u32,
    pub minute: u32,
    pub second: u32,
    pub micros: u32,
    /// 0 for morning, 12 for afternoon.
    pub half: Option<u32>,
    pub zone: Option<Zone>,
    pub has_time: bool,
}

impl Fields {
    pub(super) fn moment(&self) -> Result<Moment, Wrong> {
        let hour = match self.half {
            Some(_) if !(1..=12).contains(&self.hour) => return Err(Wrong::Impossible),
            Some(half) => self.hour % 12 + half,
            None => self.hour,
        };
        let year = i32::try_from(self.year).ok().filter(|year| (1900..2200).contains(year));
        let day = year.and_then(|year| NaiveDate::from_ymd_opt(year, self.month, self.day));
        // A leap second counts as the last one of its minute.
        let second = if self.second == 60 { 59 } else { self.second };
        let time = NaiveTime::from_hms_micro_opt(hour, self.minute, second, self.micros);
        let local = day.zip(time).ok_or(Wrong::Impossible)?;
        Ok(Moment { local: local.0.and_time(local.1), zone: self.zone, has_time: self.has_time })
    }
}

pub(super) fn century(year: u32) -> u32 {
    if year < 70 { 2000 + year } else { 1900 + year }
}

pub(super) fn micros(digits: &str) -> u32 {
    let six: String = digits.chars().chain("000000".chars()).take(6).collect();
    six.parse().unwrap_or(0)
}

/// The moment a text tells.
///
/// # Errors
/// `not_a_date`, `impossible_date`, `ambiguous_date`, `unknown_time_zone`.
pub fn moment(text: &str, rules: &DateRules) -> Result<Moment, Unreadable> {
    let trimmed = text.trim();
    if trimmed.len() > 80 {
        return Err(not_a_date(text, rules));
    }
    let result = if rules.formats.is_empty() {
        iso(trimmed).map(Ok).or_else(|| usual(trimmed, rules.day_first))
    } else {
        rules.formats.iter().find_map(|format| format.read(trimmed))
    };
    match result {
        Some(Ok(moment)) => Ok(moment),
        None => Err(not_a_date(text, rules)),
        Some(Err(Wrong::Impossible)) => {
            Err(Unreadable::new("impossible_date", text, "a day that the calendar has".to_owned()))
        }
        Some(Err(Wrong::Ambiguous)) => Err(Unreadable::new(
            "ambiguous_date",
            text,
            "a date that is clearly day/month or month/day".to_owned(),
        )
        .hint("say which market the report is from, or export it with dates as 2026-05-09")),
        Some(Err(Wrong::UnknownZone)) => Err(Unreadable::new(
            "unknown_time_zone",
            text,
            "a known time zone such as UTC, PST, CET or JST".to_owned(),
        )),
    }
}

fn not_a_date(text: &str, rules: &DateRules) -> Unreadable {
    let expected = match rules.formats.first() {
        Some(format) => format!("a date written as {}", format.spec),
        None => "a date such as 2026-05-09 or 9 May 2026".to_owned(),
    };
    Unreadable::new("not_a_date", text, expected)
}

/// `2026-06-17`, `2026-06-17 08:14:22 UTC`, `2026-06-17T08:14:22+00:00`: the way nearly all cells
/// look, without any allocation.
#[inline]
fn iso(text: &str) -> Option<Moment> {
    let bytes = text.as_bytes();
    let pair = |at: usize| {
        let (tens, ones) =
            (bytes.get(at)?.wrapping_sub(b'0'), bytes.get(at + 1)?.wrapping_sub(b'0'));
        (tens < 10 && ones < 10).then(|| u32::from(tens) * 10 + u32::from(ones))
    };
    let mark = |at: usize, mark: u8| (*bytes.get(at)? == mark).then_some(());
    mark(4, b'-')?;
    mark(7, b'-')?;
    let mut fields = Fields {
        year: pair(0)? * 100 + pair(2)?,
        month: pair(5)?,
        day: pair(8)?,
        ..Fields::default()
    };
    if bytes.len() > 10 {
        matches!(bytes[10], b' ' | b'T').then_some(())?;
        mark(13, b':')?;
        mark(16, b':')?;
        (fields.hour, fields.minute, fields.second) = (pair(11)?, pair(14)?, pair(17)?);
        fields.has_time = true;
        match text.get(19..)? {
            "" => {}
            " UTC" | "Z" | " Z" | "+00:00" => fields.zone = Some(Zone::Offset(0)),
            _ => return None,
        }
    }
    fields.moment().ok()
}

/// A day as Excel counts them, when a CSV was saved with the column as a plain number. Only days
/// from 1954 to 2119, so that years and small counts are not taken for days.
pub(super) fn serial_in_text(text: &str) -> Option<Moment> {
    let whole = text.split('.').next().unwrap_or(text);
    let plausible = whole.len() == 5 && (20_000..80_000).contains(&whole.parse::<u32>().ok()?);
    let local = plausible.then(|| excel_serial(text, false)).flatten()?;
    Some(Moment { local, zone: None, has_time: text.contains('.') })
}

/// A day and time as workbooks store them: days since 1900 (with Excel's day that never was) or
/// 1904, the time as a fraction, rounded to milliseconds.
pub fn excel_serial(text: &str, from_1904: bool) -> Option<NaiveDateTime> {
    let exact = numbers::plain(text).filter(|exact| !exact.negative)?;
    let scale = u32::try_from(-exact.exponent.min(0)).ok()?;
    let unit = 10u128.checked_pow(scale)?;
    let factor = 10u128.checked_pow(u32::try_from(exact.exponent.max(0)).ok()?)?;
    let value = exact.mantissa.checked_mul(factor)?;
    let mut days = u64::try_from(value / unit).ok()?;
    const DAY_MILLIS: u128 = 86_400_000;
    let mut millis = ((value % unit).checked_mul(DAY_MILLIS)? * 2 + unit) / (unit * 2);
    if millis == DAY_MILLIS {
        (days, millis) = (days + 1, 0);
    }
    // 2958465 is the last day of the year 9999.
    if days > 2_958_465 || (!from_1904 && (days == 0 || days == 60)) {
        return None;
    }
    let base = if from_1904 {
        NaiveDate::from_ymd_opt(1904, 1, 1)?
    } else if days < 60 {
        NaiveDate::from_ymd_opt(1899, 12, 31)?
    } else {
        NaiveDate::from_ymd_opt(1899, 12, 30)?
    };
    let day = base.checked_add_days(Days::new(days))?;
    day.and_time(NaiveTime::MIN)
        .checked_add_signed(TimeDelta::milliseconds(i64::try_from(millis).ok()?))
}
