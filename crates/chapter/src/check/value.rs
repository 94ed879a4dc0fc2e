//! One value: what its field takes, in the one form in which bodies hold it.

use std::collections::HashSet;

use argosy_kernel::{Currency, Day};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::{By, Checker, Given, words};
use crate::kind::{Body, Choice, Field, What};

const TEXT_CHARS_MAX: usize = 500;
const KEY_CHARS_MAX: usize = 200;
const LONG_TEXT_CHARS_MAX: usize = 20_000;
const URL_CHARS_MAX: usize = 2_000;
const LISTED_MAX: usize = 1_000;
const LINES_MAX: usize = 20_000;
/// Decimals of a number and of a percent.
const DECIMALS_MAX: u32 = 10;
/// Decimals of an amount, as the facts have them.
const MONEY_DECIMALS_MAX: u32 = 6;
/// No number of the trade is as large.
const NUMBER_BELOW: Decimal = Decimal::from_parts(2_764_472_320, 232_830, 0, false, 0);
/// No plan and no paper is of a year outside of these.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=2200;

/// The number in a value of a body, which is a string of a decimal or an integer.
pub(crate) fn decimal(value: &Value) -> Option<Decimal> {
    match value {
        Value::String(text) => number(text),
        // Its text, never its double: 0.1 stays 0.1.
        Value::Number(given) => number(&given.to_string()),
        _ => None,
    }
}

fn number(text: &str) -> Option<Decimal> {
    let text = text.trim();
    Decimal::from_str_exact(text).ok().or_else(|| Decimal::from_scientific(text).ok())
}

/// Where a value stands.
#[derive(Clone, Copy)]
pub(super) struct At<'a> {
    pub path: &'a str,
    /// What is stored there.
    pub before: Option<&'a Value>,
    pub by: By,
}

impl Checker<'_> {
    /// The value as bodies hold it; `None` when there is none, or when it was complained about.
    pub(super) fn value(&mut self, field: &Field, given: &Value, at: At<'_>) -> Option<Value> {
        let path = at.path;
        let blank = match given {
            Value::Null => true,
            Value::String(text) => text.trim().is_empty(),
            Value::Array(list) => list.is_empty(),
            _ => false,
        };
        if blank {
            return None;
        }
        match &field.what {
            What::Number | What::Percent => {
                let found = self.number(field, given, path, DECIMALS_MAX)?;
                Some(Value::from(found.normalize().to_string()))
            }
            What::Integer => {
                let found = self.number(field, given, path, DECIMALS_MAX)?;
                let whole = i64::try_from(found.normalize()).ok().filter(|_| found.is_integer());
                if whole.is_none() {
                    self.say(path, "not_whole", words::not_whole(field, found));
                }
                whole.map(Value::from)
            }
            What::Money => self.money(field, given, path),
            What::Flag => match given {
                Value::Bool(flag) => Some(Value::from(*flag)),
                Value::String(text) if text == "true" || text == "false" => {
                    Some(Value::from(text == "true"))
                }
                _ => self.wrong_type(field, given, path),
            },
            What::Choices { .. } | What::Refs { .. } => self.list(field, given, path),
            What::Lines { fields } => self.lines(field, fields, given, at),
            _ => {
                let Value::String(text) = given else { return self.wrong_type(field, given, path) };
                self.text(field, text, path).map(Value::from)
            }
        }
    }

    fn wrong_type(&mut self, field: &Field, given: &Value, path: &str) -> Option<Value> {
        self.say(path, "wrong_type", words::wrong_type(field, given));
        None
    }

    fn number(&mut self, field: &Field, given: &Value, path: &str, digits: u32) -> Option<Decimal> {
        let Some(found) = decimal(given) else {
            match given {
                Value::String(text) => self.say(path, "not_number", words::not_number(field, text)),
                _ => drop(self.wrong_type(field, given, path)),
            }
            return None;
        };
        if found.normalize().scale() > digits || found.abs() >= NUMBER_BELOW {
            self.say(path, "too_many_digits", words::too_many_digits(field, digits));
            return None;
        }
        if let Some(min) = field.min.filter(|min| found < *min) {
            self.say(path, "below_min", words::below_min(field, found, min));
            return None;
        }
        if let Some(max) = field.max.filter(|max| found > *max) {
            self.say(path, "above_max", words::above_max(field, found, max));
            return None;
        }
        Some(found)
    }

    /// `{"amount", "currency"}`, or a text such as `12.34 CNY`.
    fn money(&mut self, field: &Field, given: &Value, path: &str) -> Option<Value> {
        let (amount, code) = match given {
            Value::Object(parts)
                if parts.keys().all(|key| key == "amount" || key == "currency") =>
            {
                let amount = parts.get("amount").cloned().unwrap_or_default();
                (amount, parts.get("currency").and_then(Value::as_str).unwrap_or_default().trim())
            }
            Value::String(text) => match text.trim().rsplit_once(' ') {
                Some((amount, code)) => (Value::from(amount.trim()), code),
                None => (Value::from(text.trim()), ""),
            },
            Value::Number(_) => (given.clone(), ""),
            _ => return self.wrong_type(field, given, path),
        };
        let no_amount =
            amount.is_null() || amount.as_str().is_some_and(|text| text.trim().is_empty());
        if no_amount && code.is_empty() {
            return None;
        }
        if no_amount {
            return self.wrong_type(field, given, path);
        }
        let amount = self.number(field, &amount, path, MONEY_DECIMALS_MAX)?;
        if code.is_empty() {
            self.say(path, "currency_missing", words::currency_missing(field));
            return None;
        }
        let currency = self.currency(field, code, path)?;
        Some(json!({ "amount": amount.normalize().to_string(), "currency": currency }))
    }

    fn currency(&mut self, field: &Field, code: &str, path: &str) -> Option<&'static str> {
        let found = code.parse::<Currency>().ok().map(Currency::code);
        if found.is_none() {
            self.say(path, "unknown_currency", words::unknown_currency(field, code));
        }
        found
    }

    /// A list of choices or keys; each of them once.
    fn list(&mut self, field: &Field, given: &Value, path: &str) -> Option<Value> {
        let one = [given.clone()];
        let list: &[Value] = match given {
            Value::Array(list) => list,
            Value::String(_) => &one,
            _ => return self.wrong_type(field, given, path),
        };
        if list.len() > LISTED_MAX {
            self.say(path, "too_many", words::too_many(field, LISTED_MAX));
            return None;
        }
        let mut seen = HashSet::new();
        let mut found = Vec::with_capacity(list.len());
        let problems = self.problems.len();
        for value in list {
            let Value::String(text) = value else { return self.wrong_type(field, value, path) };
            if text.trim().is_empty() {
                continue;
            }
            if let Some(text) = self.text(field, text, path)
                && seen.insert(text.clone())
            {
                found.push(Value::from(text));
            }
        }
        (self.problems.len() == problems && !found.is_empty()).then_some(Value::Array(found))
    }

    fn lines(
        &mut self,
        field: &Field,
        fields: &[Field],
        given: &Value,
        At { path, before, by }: At<'_>,
    ) -> Option<Value> {
        let Value::Array(list) = given else { return self.wrong_type(field, given, path) };
        if list.len() > LINES_MAX {
            self.say(path, "too_many", words::too_many(field, LINES_MAX));
            return None;
        }
        let stored: &[Value] = before.and_then(Value::as_array).map_or(&[], Vec::as_slice);
        let has_read_only = by == By::Person && fields.iter().any(|field| field.read_only);
        let mut lines = Vec::with_capacity(list.len());
        for (at, line) in list.iter().enumerate() {
            let Value::Object(line) = line else { return self.wrong_type(field, line, path) };
            let has_value = |value: &Value| match value {
                Value::Null => false,
                Value::String(text) => !text.trim().is_empty(),
                _ => true,
            };
            if !line.values().any(has_value) {
                continue;
            }
            let before = if has_read_only { line_before(fields, line, stored, at) } else { None };
            let checked =
                self.fields(fields, line, &format!("{path}[{at}]."), Given { before, by });
            lines.push(Value::Object(checked));
        }
        (!lines.is_empty()).then_some(Value::Array(lines))
    }

    /// A text of whatever meaning, trimmed, as its field holds it.
    fn text(&mut self, field: &Field, given: &str, path: &str) -> Option<String> {
        let text = given.trim();
        if field.what == What::LongText {
            return self.long_text(field, text, path);
        }
        let (max, is_key) = match field.what {
            What::Url => (URL_CHARS_MAX, false),
            _ if self.key == Some(path) => (KEY_CHARS_MAX, true),
            _ => (TEXT_CHARS_MAX, false),
        };
        if text.chars().any(char::is_control) {
            self.say(path, "control_characters", words::control(field));
            return None;
        }
        if text.chars().count() > max && !is_key {
            self.say(path, "too_long", words::too_long(field, max));
            return None;
        }
        if is_key {
            let bad = text.contains([';', '；']) || text == "." || text == "..";
            if bad || text.chars().count() > max {
                self.say(path, "bad_key", words::bad_key(field));
                return None;
            }
        }
        self.meaning(field, text, path, is_key)
    }

    fn long_text(&mut self, field: &Field, text: &str, path: &str) -> Option<String> {
        if text.chars().count() > LONG_TEXT_CHARS_MAX {
            self.say(path, "too_long", words::too_long(field, LONG_TEXT_CHARS_MAX));
            return None;
        }
        let lines = text.replace("\r\n", "\n").replace('\r', "\n");
        Some(lines.chars().filter(|one| !one.is_control() || matches!(one, '\n' | '\t')).collect())
    }

    fn meaning(&mut self, field: &Field, text: &str, path: &str, is_key: bool) -> Option<String> {
        let own = || Some(text.to_owned());
        let (value, code, says) = match &field.what {
            What::Day => return self.day(field, text, path),
            What::Choice { choices } | What::Choices { choices } => {
                return self.choice(field, choices, text, path);
            }
            What::Currency => return self.currency(field, text, path).map(str::to_owned),
            What::Ref { to } | What::Refs { to } => {
                let title = self.kinds.get(to).map(|kind| &kind.title);
                let says = words::unknown_record(field, text, title);
                (own().filter(|_| self.known.has_record(to, text)), "unknown_record", says)
            }
            // The record of a product may come before the product.
            What::Sku => {
                let is_known = is_key || self.known.has_sku(text);
                (own().filter(|_| is_known), "unknown_sku", words::unknown_sku(field, text))
            }
            What::Store => {
                let says = words::unknown_store(field, text, self.known.near_store(text));
                (own().filter(|_| self.known.has_store(text)), "unknown_store", says)
            }
            What::Market | What::Country => {
                let letters = text.to_ascii_uppercase();
                let says = words::unknown_country(field, &letters);
                let code =
                    if field.what == What::Market { "unknown_market" } else { "unknown_country" };
                (Some(letters).filter(|code| self.known.has_country(code)), code, says)
            }
            What::Language => {
                let says = words::unknown_language(field, text);
                (own().filter(|_| is_language(text)), "unknown_language", says)
            }
            What::User => {
                let login = text.to_lowercase();
                let says = words::unknown_user(field, text);
                (Some(login).filter(|login| self.known.has_user(login)), "unknown_user", says)
            }
            What::Url => {
                (own().filter(|_| is_address(text)), "not_url", words::not_url(field, text))
            }
            _ => return own(),
        };
        if value.is_none() {
            self.say(path, code, says);
        }
        value
    }

    fn day(&mut self, field: &Field, text: &str, path: &str) -> Option<String> {
        use chrono::Datelike as _;
        let day = text.parse::<Day>().ok().filter(|day| YEARS.contains(&day.year()));
        if day.is_none() {
            self.say(path, "not_day", words::not_day(field, text));
        }
        day.map(|day| day.to_string())
    }

    fn choice(
        &mut self,
        field: &Field,
        choices: &[Choice],
        text: &str,
        path: &str,
    ) -> Option<String> {
        let found = choices.iter().find(|choice| choice.id == text);
        if found.is_none() {
            self.say(path, "unknown_choice", words::unknown_choice(field, text, choices));
        }
        found.map(|choice| choice.id.clone())
    }
}

fn is_address(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty() && !rest.contains([' ', '"', '<', '>']))
}

/// What the read-only fields of a line are held against: a line that was there has its own values,
/// wherever it now stands. A new line has none.
fn line_before<'s>(
    fields: &[Field],
    line: &Body,
    stored: &'s [Value],
    at: usize,
) -> Option<&'s Body> {
    let read_only: Vec<&str> =
        fields.iter().filter(|field| field.read_only).map(|field| field.id.as_str()).collect();
    let given = |id: &str| line.get(id).filter(|one| !one.is_null());
    let here = stored.get(at);
    let found = if read_only.iter().any(|id| given(id).is_some()) {
        let like = |stored: &&Value| read_only.iter().all(|id| stored.get(id) == given(id));
        here.filter(like).or_else(|| stored.iter().find(like)).or(here)
    } else {
        // Sent without them: the line in the same place, if it is of the same thing.
        let first = fields.first().map(|field| field.id.as_str()).unwrap_or_default();
        here.filter(|stored| stored.get(first) == given(first))
    };
    found.and_then(Value::as_object)
}

/// `de`, `zh-CN`, `zh-Hans-CN`.
fn is_language(text: &str) -> bool {
    let mut parts = text.split('-');
    let first = parts.next().unwrap_or_default();
    (2..=3).contains(&first.len())
        && first.bytes().all(|one| one.is_ascii_lowercase())
        && parts.all(|part| {
            (2..=8).contains(&part.len()) && part.bytes().all(|one| one.is_ascii_alphanumeric())
        })
}
