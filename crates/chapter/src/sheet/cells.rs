//! One cell: a value of a record as people write it, and back.

use argosy_intake::decode::numbers::DecimalSign;
use argosy_kernel::{Currency, Text};
use argosy_metrics::export::Cell as Written;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::{
    numbers::{self, NoNumber},
    read::Cell,
};
use crate::{
    check::{value::decimal, words::cells as words},
    kind::{Choice, Field, What},
};

/// A workbook knows only doubles: they carry so many digits.
const WORKBOOK_DIGITS: usize = 15;

const YES: [&str; 9] = ["yes", "y", "true", "1", "x", "是", "✓", "✔", "√"];
const NO: [&str; 7] = ["no", "n", "false", "0", "否", "-", "×"];

/// Yes or no in a language.
pub(crate) fn flag(flag: bool, language: &str) -> &'static str {
    match (flag, language.starts_with("zh")) {
        (true, false) => "Yes",
        (false, false) => "No",
        (true, true) => "是",
        (false, true) => "否",
    }
}

/// A value as it is written.
pub(super) fn write(field: &Field, value: Option<&Value>, language: &str) -> Written {
    let Some(value) = value else { return Written::Empty };
    match &field.what {
        What::Number | What::Integer => number(value),
        What::Percent => match decimal(value).and_then(|one| one.checked_mul(Decimal::ONE_HUNDRED))
        {
            Some(percent) => Written::Text(format!("{}%", percent.normalize())),
            None => Written::Empty,
        },
        What::Money => number(&value["amount"]),
        What::Flag => value
            .as_bool()
            .map_or(Written::Empty, |value| Written::Text(flag(value, language).to_owned())),
        What::Choice { choices } => Written::Text(choice_name(choices, value, language)),
        What::Choices { choices } => listed(value, |one| choice_name(choices, one, language)),
        What::Refs { .. } => listed(value, |one| one.as_str().unwrap_or_default().to_owned()),
        _ => match value.as_str() {
            Some(text) => Written::Text(text.to_owned()),
            None => Written::Empty,
        },
    }
}

/// The currency of money.
pub(super) fn currency(value: Option<&Value>) -> Written {
    let code = value.and_then(|value| value["currency"].as_str());
    code.map_or(Written::Empty, |code| Written::Text(code.to_owned()))
}

fn number(value: &Value) -> Written {
    let Some(number) = decimal(value).map(|number| number.normalize()) else {
        return Written::Empty;
    };
    let digits = number.mantissa().unsigned_abs().to_string().len();
    if digits > WORKBOOK_DIGITS {
        Written::Text(number.to_string())
    } else {
        Written::Number(number)
    }
}

fn listed(value: &Value, name: impl Fn(&Value) -> String) -> Written {
    let names: Vec<String> = value.as_array().into_iter().flatten().map(name).collect();
    Written::Text(names.join("; "))
}

fn choice_name(choices: &[Choice], value: &Value, language: &str) -> String {
    let id = value.as_str().unwrap_or_default();
    let found = choices.iter().find(|choice| choice.id == id);
    found.map_or(id, |choice| choice.name.in_language(language)).to_owned()
}

/// What is wrong with a cell: code and words.
pub(super) type Wrong = (&'static str, Text);

/// A cell as the value of a body; `None` for a blank one. Whether the field takes it is checked
/// later; here only what cannot be read is refused.
pub(super) fn value(
    field: &Field,
    cell: &Cell,
    money: &Cell,
    sign: Option<DecimalSign>,
) -> Result<Option<Value>, Wrong> {
    if cell.is_blank() {
        return Ok(None);
    }
    let found = match &field.what {
        What::Number | What::Integer | What::Percent => {
            Value::from(read_number(field, cell, sign)?.normalize().to_string())
        }
        What::Money => amount(field, cell, money, sign)?,
        What::Day => match cell {
            Cell::Day(day) => Value::from(day.to_string()),
            Cell::Text(text) => match numbers::day(text) {
                Some(day) => Value::from(day.to_string()),
                None => return Err(("not_day", words::not_day(field, text))),
            },
            cell => return Err(("not_day", words::not_day(field, &cell.text()))),
        },
        What::Flag => {
            let word = cell.text().trim().to_lowercase();
            if YES.contains(&word.as_str()) {
                Value::from(true)
            } else if NO.contains(&word.as_str()) {
                Value::from(false)
            } else {
                return Err(("wrong_type", words::wrong_type(field, &cell.text())));
            }
        }
        What::Choice { choices } => Value::from(choice(field, choices, &cell.text())?),
        What::Choices { choices } => {
            let text = cell.text();
            // A name may itself have a comma; a semicolon separates for certain.
            let parts: Vec<&str> = match choice(field, choices, &text) {
                Ok(_) => vec![&text],
                Err(_) if text.contains([';', '；', '\n']) => {
                    text.split([';', '；', '\n']).collect()
                }
                Err(_) => text.split([',', '，', '、', '/']).collect(),
            };
            let parts = parts.into_iter().map(str::trim).filter(|part| !part.is_empty());
            parts.map(|part| choice(field, choices, part)).collect::<Result<Value, Wrong>>()?
        }
        What::Refs { .. } => {
            let text = cell.text();
            let parts =
                text.split([';', '；', '\n']).map(str::trim).filter(|part| !part.is_empty());
            parts.map(Value::from).collect()
        }
        _ => Value::from(cell.text().trim()),
    };
    Ok(Some(found))
}

fn read_number(field: &Field, cell: &Cell, sign: Option<DecimalSign>) -> Result<Decimal, Wrong> {
    let wrong = || ("not_number", words::not_number(field, &cell.text()));
    match cell {
        Cell::Number(text) | Cell::Percent(text) => {
            let plain = Decimal::from_str_exact(text).or_else(|_| Decimal::from_scientific(text));
            plain.map_err(|_| wrong())
        }
        Cell::Text(text) => match numbers::number(text, sign) {
            // 13 % of something is no number of pieces.
            Ok(_) if field.what != What::Percent && numbers::narrow(text).ends_with('%') => {
                Err(wrong())
            }
            Ok(number) => Ok(number),
            Err(NoNumber::TwoWays(whole, part)) => {
                let says = words::ambiguous_number(field, text, &whole, &part);
                Err(("ambiguous_number", says))
            }
            Err(NoNumber::Other) => Err(wrong()),
        },
        _ => Err(wrong()),
    }
}

/// An amount with the currency in the cell beside it, or in the same cell before or after it.
fn amount(
    field: &Field,
    cell: &Cell,
    money: &Cell,
    sign: Option<DecimalSign>,
) -> Result<Value, Wrong> {
    let beside = money.text().trim().to_owned();
    let (number, own) = match cell {
        Cell::Text(text) => split_currency(text),
        cell => (cell.clone(), None),
    };
    let code = own.map_or(beside, |own| own.code().to_owned());
    let number = read_number(field, &number, sign)?;
    Ok(json!({ "amount": number.normalize().to_string(), "currency": code }))
}

/// `12.34 CNY`, `CNY 12.34`, `€12.34`.
fn split_currency(text: &str) -> (Cell, Option<Currency>) {
    let text = text.trim();
    let rest = |rest: &str| Cell::Text(rest.trim().to_owned());
    let word = |code: &str| code.parse::<Currency>().ok();
    if let (Some(code), Some(amount)) =
        (text.get(text.len().saturating_sub(3)..), text.get(..text.len().saturating_sub(3)))
        && let Some(currency) = word(code)
    {
        return (rest(amount), Some(currency));
    }
    if let (Some(code), Some(amount)) = (text.get(..3), text.get(3..))
        && let Some(currency) = word(code)
    {
        return (rest(amount), Some(currency));
    }
    // The signs of yuan and yen, and of all dollars, are the same: they say nothing.
    for (sign, currency) in [('€', Currency::EUR), ('£', Currency::GBP)] {
        if let Some(amount) = text.strip_prefix(sign).or_else(|| text.strip_suffix(sign)) {
            return (rest(amount), Some(currency));
        }
    }
    let amount = text.trim_start_matches(['¥', '￥', '$']);
    (rest(amount), None)
}

/// A choice by its id or by either name.
fn choice(field: &Field, choices: &[Choice], text: &str) -> Result<String, Wrong> {
    let text = text.trim();
    let lower = text.to_lowercase();
    let is = |name: &str| name == text || name.trim().to_lowercase() == lower;
    let by_id = choices.iter().find(|choice| choice.id == text);
    let found = by_id.or_else(|| {
        choices.iter().find(|one| is(&one.id) || is(&one.name.en) || is(&one.name.zh_cn))
    });
    match found {
        Some(choice) => Ok(choice.id.clone()),
        None => Err(("unknown_choice", words::unknown_choice(field, text))),
    }
}

/// The text of a cell from which the decimal sign of its column can be told.
pub(super) fn number_text(field: &Field, cell: &Cell) -> Option<String> {
    match (&field.what, cell) {
        (What::Number | What::Integer | What::Percent, Cell::Text(text)) => Some(text.clone()),
        (What::Money, Cell::Text(text)) => match split_currency(text).0 {
            Cell::Text(text) => Some(text),
            _ => None,
        },
        _ => None,
    }
}
