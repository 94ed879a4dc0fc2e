//! Values of boards and records as the terminal shows them.

use argosy_chapter::{
    board::{Cell, Unit},
    kind::{Choice, Field, What},
};
use rust_decimal::Decimal;
use serde_json::Value;

use crate::{http::dto, lang::Lang};

/// The value of a cell; an empty one is a dash.
pub(super) fn shown(cell: &Cell, unit: Unit, choices: &[Choice], lang: Lang) -> String {
    match cell {
        Cell::Empty => "—".to_owned(),
        Cell::Flag(yes) => flag(*yes, lang).to_owned(),
        Cell::Integer(number) => number.to_string(),
        Cell::Number(number) if unit == Unit::Percent => percent(*number),
        Cell::Number(number) => number.round_dp(4).normalize().to_string(),
        Cell::Money(money) => {
            format!("{} {}", dto::plain(money.rounded().amount), money.currency.code())
        }
        Cell::Day(day) => day.to_string(),
        Cell::Words(text) => lang.of(text).to_owned(),
        Cell::Text(text) => chosen(text, choices, lang).to_owned(),
        Cell::Spark(values) => spark(values),
    }
}

fn flag(yes: bool, lang: Lang) -> &'static str {
    if yes { lang.pick("yes", "是") } else { lang.pick("no", "否") }
}

fn percent(fraction: Decimal) -> String {
    format!("{} %", (fraction * Decimal::ONE_HUNDRED).round_dp(1).normalize())
}

fn chosen<'a>(id: &'a str, choices: &'a [Choice], lang: Lang) -> &'a str {
    choices.iter().find(|choice| choice.id == id).map_or(id, |choice| lang.of(&choice.name))
}

/// What rows are put in order by: numbers by size, days and texts by what they say.
pub(super) fn order(cell: &Cell) -> Option<(Decimal, String)> {
    Some(match cell {
        Cell::Integer(number) => ((*number).into(), String::new()),
        Cell::Number(number) => (*number, String::new()),
        Cell::Money(money) => (money.amount, String::new()),
        Cell::Day(day) => (Decimal::ZERO, day.to_string()),
        Cell::Text(text) => (Decimal::ZERO, text.clone()),
        Cell::Flag(yes) => (i64::from(*yes).into(), String::new()),
        Cell::Words(_) | Cell::Spark(_) | Cell::Empty => return None,
    })
}

/// A small line of eight heights; a gap where there is no value.
fn spark(values: &[Option<f64>]) -> String {
    const HEIGHTS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let known: Vec<f64> = values.iter().flatten().copied().filter(|one| one.is_finite()).collect();
    let low = known.iter().copied().fold(f64::INFINITY, f64::min);
    let high = known.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let sign = |value: &Option<f64>| match value {
        Some(value) if value.is_finite() => {
            let share = if high > low { (value - low) / (high - low) } else { 0.0 };
            let steps = share * 7.0;
            let at = (0..8_u8).rev().find(|step| f64::from(*step) <= steps + 0.5).unwrap_or(0);
            HEIGHTS[usize::from(at)]
        }
        _ => ' ',
    };
    values.iter().map(sign).collect()
}

/// The value of a record's field in one line.
pub(super) fn field_text(field: &Field, value: Option<&Value>, lang: Lang) -> String {
    let Some(value) = value else { return "—".to_owned() };
    let plain = || value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match &field.what {
        What::Flag => value.as_bool().map_or_else(plain, |yes| flag(yes, lang).to_owned()),
        What::Percent => plain().parse().map_or_else(|_| plain(), percent),
        What::Money => {
            let part = |name: &str| value[name].as_str().unwrap_or_default();
            format!("{} {}", part("amount"), part("currency"))
        }
        What::Choice { choices } => chosen(&plain(), choices, lang).to_owned(),
        What::Choices { choices } => {
            let all = value.as_array().into_iter().flatten().filter_map(Value::as_str);
            all.map(|id| chosen(id, choices, lang)).collect::<Vec<_>>().join(", ")
        }
        What::Refs { .. } => {
            let all = value.as_array().into_iter().flatten().filter_map(Value::as_str);
            all.collect::<Vec<_>>().join(", ")
        }
        What::Lines { .. } => {
            let count = value.as_array().map_or(0, Vec::len);
            format!("{count} {}", lang.pick("lines", "行"))
        }
        _ => plain(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weak_week_is_low_a_strong_one_high_and_a_missing_one_a_gap() {
        assert_eq!(spark(&[Some(0.0), None, Some(5.0), Some(10.0)]), "▁ ▅█");
        assert_eq!(spark(&[Some(3.0), Some(3.0)]), "▁▁");
    }

    #[test]
    fn a_share_is_shown_in_percent() {
        let share = Cell::Number(Decimal::new(1275, 4));
        assert_eq!(shown(&share, Unit::Percent, &[], Lang::En), "12.8 %");
    }
}
