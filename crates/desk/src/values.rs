//! How values stand in the tables: instants in microseconds, days, decimals and JSON as text.

use argosy_kernel::{Currency, Day};
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

use crate::{DeskError, Result};

/// The longest text a person may enter in one field, in characters.
const FIELD_CHARS_MAX: usize = 500;

pub(crate) fn instant(micros: i64) -> Result<DateTime<Utc>> {
    DateTime::from_timestamp_micros(micros).ok_or_else(|| damaged("an instant", micros))
}

pub(crate) fn day(text: &str) -> Result<Day> {
    text.parse().map_err(|_| damaged("a day", text))
}

pub(crate) fn decimal(text: &str) -> Result<Decimal> {
    text.parse().map_err(|_| damaged("a decimal", text))
}

pub(crate) fn currency(text: &str) -> Result<Currency> {
    text.parse().map_err(|_| damaged("a currency", text))
}

pub(crate) fn json<T: DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|error| damaged("JSON", error))
}

/// Our own nouns always have a JSON form: their map keys are strings.
pub(crate) fn to_json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("the desk's nouns have string keys and no failing parts")
}

/// A count as the databases hold it; they know no unsigned numbers.
pub(crate) fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

pub(crate) fn unsigned(count: i64) -> u64 {
    u64::try_from(count).unwrap_or(0)
}

pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// Text out of a foreign file. PostgreSQL cannot hold NUL, which hostile files do contain.
pub(crate) fn storable(text: &str) -> String {
    text.replace('\0', "\u{2400}")
}

/// A name or code that a person gave: trimmed, not empty, on one line.
pub(crate) fn name(what: &str, text: &str) -> Result<String> {
    let text = text.trim();
    if text.is_empty() {
        return Err(DeskError::refused(format!("{what} is missing; fill it in")));
    }
    if text.chars().any(char::is_control) {
        return Err(DeskError::refused(format!(
            "{what} holds a line break or another control character; remove it"
        )));
    }
    if text.chars().count() > FIELD_CHARS_MAX {
        return Err(DeskError::refused(format!(
            "{what} is longer than {FIELD_CHARS_MAX} characters; shorten it"
        )));
    }
    Ok(text.to_owned())
}

/// Like [`name`], where blank means not given.
pub(crate) fn optional_name(what: &str, text: Option<&str>) -> Result<Option<String>> {
    match text.map(str::trim) {
        None | Some("") => Ok(None),
        Some(text) => name(what, text).map(Some),
    }
}

/// The longest text of several lines that a person may write, in characters.
pub(crate) const LONG_TEXT_CHARS_MAX: usize = 4_000;

/// A text of several lines, where blank means not given; `what` in both languages.
pub(crate) fn long_text(
    (what, what_zh): (&str, &str),
    text: Option<&str>,
) -> Result<Option<String>> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(None) };
    if text.chars().count() > LONG_TEXT_CHARS_MAX {
        return Err(DeskError::wrong(
            format!(
                "{what} is longer than {LONG_TEXT_CHARS_MAX} characters; attach a file instead"
            ),
            format!("{what_zh}超过 {LONG_TEXT_CHARS_MAX} 个字符；请改为上传附件"),
        ));
    }
    let clean = |c: &char| !c.is_control() || matches!(c, '\n' | '\t');
    Ok(Some(text.chars().filter(clean).collect()))
}

/// Like [`name`] up to `max` characters, told in both languages.
pub(crate) fn title((what, what_zh): (&str, &str), text: &str) -> Result<String> {
    let text = text.trim();
    if text.is_empty() {
        return Err(DeskError::wrong(
            format!("{what} is missing; fill it in"),
            format!("缺少{what_zh}，请填写"),
        ));
    }
    if text.chars().any(char::is_control) || text.chars().count() > FIELD_CHARS_MAX {
        return Err(DeskError::wrong(
            format!("{what} must be one line of at most {FIELD_CHARS_MAX} characters"),
            format!("{what_zh}须为一行，最多 {FIELD_CHARS_MAX} 个字符"),
        ));
    }
    Ok(text.to_owned())
}

fn damaged(what: &str, found: impl std::fmt::Display) -> DeskError {
    DeskError::Damaged(format!(
        "a row of the desk should hold {what} and holds `{found}`; restore the desk from a backup"
    ))
}
