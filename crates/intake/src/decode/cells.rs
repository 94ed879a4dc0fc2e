//! From a cell to a value of the trade, refusing what is damaged or could mean two things.
//!
//! Every function takes a cell that is not empty (see [`Cell::is_empty`]); nulls such as `--` are
//! for the caller, because each channel has its own. Decimals come in millionths, as the facts
//! keep them (`Decimal128(20, 6)`).

use std::borrow::Cow;

use argosy_kernel::{Currency, Problem};
use chrono::{Datelike as _, NaiveDate};

use super::{
    dates,
    numbers::{self, Beyond, Exact},
    record::Cell,
};
pub use super::{
    dates::{DateFormat, DateRules, Moment, Zone},
    numbers::DecimalSign,
};

/// Languages whose month names are understood, wherever they stand: no name means two months.
pub const MONTH_LANGUAGES: [&str; 9] = ["en", "de", "fr", "es", "it", "nl", "pt", "sv", "pl"];

/// Why a cell can not be read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unreadable {
    pub code: &'static str,
    pub found: String,
    pub expected: String,
    pub hint: &'static str,
}

impl Unreadable {
    pub(super) fn new(code: &'static str, found: &str, expected: String) -> Self {
        Self { code, found: found.to_owned(), expected, hint: "" }
    }

    pub(super) fn hint(mut self, hint: &'static str) -> Self {
        self.hint = hint;
        self
    }

    /// The problem at its place.
    pub fn at(self, line: u64, column: &str) -> Problem {
        Problem::error(self.code)
            .at_line(line)
            .in_column(column)
            .found(self.found)
            .expected(self.expected)
            .hint(self.hint)
    }
}

/// An amount in millionths.
///
/// # Errors
/// `not_a_number`, `too_many_decimals`, `number_too_large`, `percent_not_expected`,
/// `excel_error_value`.
#[inline]
pub fn decimal(cell: Cell<'_>, sign: DecimalSign) -> Result<i128, Unreadable> {
    let exact = number(cell, sign)?;
    if exact.percent {
        let expected = format!("an amount such as {}", numbers::example(sign));
        return Err(Unreadable::new("percent_not_expected", &cell.text(), expected));
    }
    millionths(cell, exact, rounding(cell))
}

/// A whole number; `1,200` and `121401.0` are whole.
///
/// # Errors
/// As [`decimal`], and `not_whole`.
pub fn integer(cell: Cell<'_>, sign: DecimalSign) -> Result<i64, Unreadable> {
    let exact = number(cell, sign)?;
    exact.whole().map_err(|code| {
        Unreadable::new(code, &cell.text(), "a whole number such as 1200".to_owned())
    })
}

/// A share written in per cent, as a fraction in millionths: `95.5%` and `95.5` are 0.955. Cells
/// of workbooks that are shown as per cent hold the fraction already.
///
/// # Errors
/// As [`decimal`].
pub fn percent(cell: Cell<'_>, sign: DecimalSign) -> Result<i128, Unreadable> {
    let exact = number(cell, sign)?;
    let percent = !matches!(cell, Cell::Percent(_));
    millionths(cell, Exact { percent, ..exact }, Beyond::Round)
}

/// A share written as a fraction, in millionths: `0.955`, and `95.5%` too.
///
/// # Errors
/// As [`decimal`].
pub fn fraction(cell: Cell<'_>, sign: DecimalSign) -> Result<i128, Unreadable> {
    let exact = number(cell, sign)?;
    millionths(cell, exact, Beyond::Round)
}

/// Results of a workbook's formulas have as many digits as fit; amounts of reports have not.
fn rounding(cell: Cell<'_>) -> Beyond {
    match cell {
        Cell::Number(text) | Cell::Percent(text) if text.len() > 12 => Beyond::Round,
        _ => Beyond::Refuse,
    }
}

fn millionths(cell: Cell<'_>, exact: Exact, beyond: Beyond) -> Result<i128, Unreadable> {
    exact.millionths(beyond).map_err(|code| {
        let expected = "a number with at most 14 digits before and 6 after the decimal sign";
        Unreadable::new(code, &cell.text(), expected.to_owned())
    })
}

fn number(cell: Cell<'_>, sign: DecimalSign) -> Result<Exact, Unreadable> {
    match cell {
        Cell::Text(text) => numbers::human(text, sign),
        Cell::Number(text) | Cell::Percent(text) => {
            // More decimals than any amount has come from a binary double.
            let clean =
                |exact: Exact| if exact.exponent < -6 { exact.without_noise() } else { exact };
            numbers::plain(text).map(clean).ok_or_else(|| not(cell, "not_a_number", "a number"))
        }
        Cell::Error(_) => Err(not(cell, "excel_error_value", "a number")
            .hint("a formula of the workbook failed; correct it, or export the report again")),
        Cell::Empty => Err(not(cell, "missing_value", "a number")),
        Cell::Date(_) | Cell::Bool(_) => Err(not(cell, "not_a_number", "a number")),
    }
}

fn not(cell: Cell<'_>, code: &'static str, expected: &str) -> Unreadable {
    Unreadable::new(code, &cell.text(), expected.to_owned())
}

/// An id: never a number, whatever the spreadsheet made of it. Leading zeros stay, the apostrophe
/// that forces text goes, digits that Excel hid behind an exponent come back when all are there.
///
/// # Errors
/// `id_damaged_by_excel` when digits are lost.
pub fn id<'a>(cell: Cell<'a>) -> Result<Cow<'a, str>, Unreadable> {
    match cell {
        Cell::Text(text) => {
            let text = text.trim();
            let text =
                text.strip_prefix("=\"").and_then(|inner| inner.strip_suffix('"')).unwrap_or_else(
                    || text.strip_prefix('\'').filter(|rest| !rest.is_empty()).unwrap_or(text),
                );
            match exponent_form(text) {
                None => Ok(Cow::Borrowed(text)),
                Some(Some(restored)) => Ok(Cow::Owned(restored)),
                Some(None) => Err(damaged_id(cell)),
            }
        }
        Cell::Number(text) | Cell::Percent(text) => {
            number_as_id(text).ok_or_else(|| damaged_id(cell))
        }
        Cell::Error(_) => Err(not(cell, "excel_error_value", "an id")),
        Cell::Empty => Err(not(cell, "missing_value", "an id")),
        Cell::Date(_) | Cell::Bool(_) => Ok(cell.text()),
    }
}

fn damaged_id(cell: Cell<'_>) -> Unreadable {
    let found = match cell {
        Cell::Number(text) | Cell::Text(text) => text.to_owned(),
        other => other.text().into_owned(),
    };
    Unreadable::new("id_damaged_by_excel", &found, "an id with all its digits".to_owned())
        .hint("Excel shortened it when the file was saved; import the file as downloaded")
}

/// `1.44382946392851E+14`: `Some(Some(digits))` when all digits are there, `Some(None)` when some
/// are lost, `None` for any other text.
fn exponent_form(text: &str) -> Option<Option<String>> {
    let (mantissa, power) = text.split_once("E+").or_else(|| text.split_once("e+"))?;
    let power: usize = power.parse().ok().filter(|power| *power < 100)?;
    let (first, decimals) =
        mantissa.split_once('.').or_else(|| mantissa.split_once(',')).unwrap_or((mantissa, ""));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if first.len() != 1 || !is_digits(first) || !is_digits(decimals) {
        return None;
    }
    Some((decimals.len() == power).then(|| format!("{first}{decimals}")))
}

/// A workbook's number holds 15 sure digits; a longer id was changed when it was typed or opened.
fn number_as_id(text: &str) -> Option<Cow<'_, str>> {
    let is_digits = text.bytes().all(|byte| byte.is_ascii_digit());
    if is_digits && text.len() <= 15 {
        return Some(Cow::Borrowed(text));
    }
    match numbers::plain(text)?.digits() {
        None => Some(Cow::Borrowed(text)),
        Some(digits) => (digits < 10u128.pow(15)).then(|| Cow::Owned(digits.to_string())),
    }
}

/// Text without blanks around it.
pub fn text(cell: Cell<'_>) -> Cow<'_, str> {
    match cell.text() {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
        Cow::Owned(text) => Cow::Owned(text),
    }
}

/// An ISO 4217 currency by its code, or by a symbol that only one currency has.
///
/// # Errors
/// `unknown_currency`.
pub fn currency(cell: Cell<'_>) -> Result<Currency, Unreadable> {
    let written = text(cell);
    let code = match written.as_ref() {
        "€" => "EUR",
        "£" => "GBP",
        "₹" => "INR",
        "US$" => "USD",
        "R$" => "BRL",
        "zł" => "PLN",
        "円" | "JP¥" => "JPY",
        "元" | "CN¥" => "CNY",
        "Rp" | "Rp." => "IDR",
        "RM" => "MYR",
        "฿" => "THB",
        "₫" => "VND",
        "₱" => "PHP",
        "₩" => "KRW",
        "₺" => "TRY",
        "NT$" => "TWD",
        "S$" | "SG$" => "SGD",
        "HK$" => "HKD",
        "A$" | "AU$" => "AUD",
        "CA$" | "C$" => "CAD",
        "MX$" => "MXN",
        other => other,
    };
    code.parse().map_err(|_| {
        not(cell, "unknown_currency", "an ISO 4217 currency code such as EUR, USD or CNY")
    })
}

/// Yes or no in the languages of the reports.
///
/// # Errors
/// `not_yes_or_no`.
pub fn truth(cell: Cell<'_>) -> Result<bool, Unreadable> {
    if let Cell::Bool(value) = cell {
        return Ok(value);
    }
    match text(cell).to_lowercase().as_str() {
        "true" | "yes" | "y" | "1" | "ja" | "oui" | "sí" | "si" | "sì" | "sim" | "tak" | "はい"
        | "是" | "wahr" | "vrai" | "verdadero" | "vero" => Ok(true),
        "false" | "no" | "n" | "0" | "nein" | "non" | "nee" | "não" | "nie" | "いいえ" | "否"
        | "falsch" | "faux" | "falso" => Ok(false),
        _ => Err(not(cell, "not_yes_or_no", "yes or no")),
    }
}

/// A calendar day as written: its zone, if any, changes nothing.
///
/// # Errors
/// `not_a_date`, `impossible_date`, `ambiguous_date`, `unknown_time_zone`.
pub fn day(cell: Cell<'_>, rules: &DateRules) -> Result<NaiveDate, Unreadable> {
    moment(cell, rules).map(|moment| moment.local.date())
}

/// A moment; see [`Moment::utc_micros`] for the instant.
///
/// # Errors
/// As [`day`].
pub fn moment(cell: Cell<'_>, rules: &DateRules) -> Result<Moment, Unreadable> {
    let of_workbook = |local| Moment { local, zone: None, has_time: true };
    match cell {
        Cell::Text(text) => dates::moment(text, rules),
        Cell::Date(local) => Ok(of_workbook(local)),
        Cell::Number(text) => rules
            .formats
            .iter()
            .find_map(|format| format.since_1970(text))
            .or_else(|| {
                dates::excel_serial(text, false)
                    .filter(|at| (1954..2120).contains(&at.year()))
                    .map(of_workbook)
            })
            .ok_or_else(|| not(cell, "not_a_date", "a date")),
        Cell::Error(_) => Err(not(cell, "excel_error_value", "a date")),
        Cell::Empty => Err(not(cell, "missing_value", "a date")),
        Cell::Percent(_) | Cell::Bool(_) => Err(not(cell, "not_a_date", "a date")),
    }
}

#[cfg(test)]
#[path = "cells_tests.rs"]
mod tests;
