//! Exact evaluation with SQL's three-valued logic.

use rust_decimal::{Decimal, RoundingStrategy};

use super::{Expr, Operator};

/// A value of the language. Days are texts such as `2026-06-30`, which compare as days do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Value {
    Null,
    Bool(bool),
    Number(Decimal),
    Text(String),
}

impl Value {
    pub fn number(&self) -> Option<Decimal> {
        match self {
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// Whether a condition holds: `null` is not true.
    pub fn is_true(&self) -> bool {
        *self == Self::Bool(true)
    }
}

impl From<Option<Decimal>> for Value {
    fn from(number: Option<Decimal>) -> Self {
        number.map_or(Self::Null, Self::Number)
    }
}

impl Expr {
    /// The value of this expression, where `of` gives the value of a name. Division by zero,
    /// overflow and operations on the wrong kind of value give `null`, as an unknown does.
    pub fn evaluate(&self, of: &dyn Fn(&str) -> Value) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Bool(truth) => Value::Bool(*truth),
            Self::Number(number) => Value::Number(*number),
            Self::Text(text) => Value::Text(text.clone()),
            Self::Name { name, .. } => of(name),
            Self::Not(expr) => not(expr.evaluate(of)),
            Self::Negate(expr) => expr.evaluate(of).number().map(|number| -number).into(),
            Self::IsNull { expr, negated } => {
                Value::Bool((expr.evaluate(of) == Value::Null) != *negated)
            }
            Self::Binary { left, operator: Operator::And, right } => {
                both(left.evaluate(of), right.evaluate(of))
            }
            Self::Binary { left, operator: Operator::Or, right } => {
                not(both(not(left.evaluate(of)), not(right.evaluate(of))))
            }
            Self::Binary { left, operator, right } => {
                binary(&left.evaluate(of), *operator, &right.evaluate(of))
            }
            Self::In { expr, list, negated } => {
                let value = expr.evaluate(of);
                let found = list.iter().fold(Value::Bool(false), |found, item| {
                    let same = binary(&value, Operator::Equal, &item.evaluate(of));
                    not(both(not(found), not(same)))
                });
                if *negated { not(found) } else { found }
            }
            Self::Between { expr, low, high, negated } => {
                let value = expr.evaluate(of);
                let inside = both(
                    binary(&value, Operator::GreaterOrEqual, &low.evaluate(of)),
                    binary(&value, Operator::LessOrEqual, &high.evaluate(of)),
                );
                if *negated { not(inside) } else { inside }
            }
            Self::Like { expr, pattern, negated, any_case } => match expr.evaluate(of) {
                Value::Text(text) => Value::Bool(like(&text, pattern, *any_case) != *negated),
                _ => Value::Null,
            },
            Self::Case { branches, otherwise } => branches
                .iter()
                .find(|(when, _)| when.evaluate(of).is_true())
                .map(|(_, then)| then)
                .or(otherwise.as_deref())
                .map_or(Value::Null, |chosen| chosen.evaluate(of)),
            Self::Call { function, arguments, .. } => {
                let values: Vec<_> = arguments.iter().map(|part| part.evaluate(of)).collect();
                call(function, &values)
            }
        }
    }
}

fn not(value: Value) -> Value {
    match value {
        Value::Bool(truth) => Value::Bool(!truth),
        _ => Value::Null,
    }
}

fn both(left: Value, right: Value) -> Value {
    match (left, right) {
        (Value::Bool(false), _) | (_, Value::Bool(false)) => Value::Bool(false),
        (Value::Bool(true), Value::Bool(true)) => Value::Bool(true),
        _ => Value::Null,
    }
}

fn binary(left: &Value, operator: Operator, right: &Value) -> Value {
    use std::cmp::Ordering::{Equal, Greater, Less};
    let order = match (left, right) {
        (Value::Number(left), Value::Number(right)) => left.cmp(right),
        (Value::Text(left), Value::Text(right)) => left.cmp(right),
        (Value::Bool(left), Value::Bool(right)) => left.cmp(right),
        _ => return Value::Null,
    };
    match operator {
        Operator::Equal => Value::Bool(order == Equal),
        Operator::NotEqual => Value::Bool(order != Equal),
        Operator::Less => Value::Bool(order == Less),
        Operator::LessOrEqual => Value::Bool(order != Greater),
        Operator::Greater => Value::Bool(order == Greater),
        Operator::GreaterOrEqual => Value::Bool(order != Less),
        _ => match (left, right) {
            (Value::Number(left), Value::Number(right)) => {
                arithmetic(*left, operator, *right).into()
            }
            _ => Value::Null,
        },
    }
}

fn arithmetic(left: Decimal, operator: Operator, right: Decimal) -> Option<Decimal> {
    match operator {
        Operator::Add => left.checked_add(right),
        Operator::Subtract => left.checked_sub(right),
        Operator::Multiply => left.checked_mul(right),
        Operator::Divide => left.checked_div(right),
        _ => None,
    }
}

fn call(function: &str, values: &[Value]) -> Value {
    let numbers = || values.iter().filter_map(Value::number);
    match (function, values) {
        ("abs", [Value::Number(number)]) => Value::Number(number.abs()),
        ("ceil", [Value::Number(number)]) => Value::Number(number.ceil()),
        ("floor", [Value::Number(number)]) => Value::Number(number.floor()),
        ("round", [Value::Number(number)]) => rounded(*number, Decimal::ZERO),
        ("round", [Value::Number(number), Value::Number(digits)]) => rounded(*number, *digits),
        ("coalesce", _) => {
            values.iter().find(|value| **value != Value::Null).cloned().unwrap_or(Value::Null)
        }
        ("greatest", _) => numbers().max().into(),
        ("least", _) => numbers().min().into(),
        ("lower", [Value::Text(text)]) => Value::Text(text.to_lowercase()),
        ("upper", [Value::Text(text)]) => Value::Text(text.to_uppercase()),
        ("nullif", [left, right]) => {
            if left == right {
                Value::Null
            } else {
                left.clone()
            }
        }
        _ => Value::Null,
    }
}

/// Halves away from zero, as SQL rounds.
fn rounded(number: Decimal, digits: Decimal) -> Value {
    let away = RoundingStrategy::MidpointAwayFromZero;
    match u32::try_from(digits) {
        Ok(digits) => Value::Number(number.round_dp_with_strategy(digits, away)),
        Err(_) => Value::Null,
    }
}

/// SQL's `like`: `%` is any text, `_` any one character.
fn like(text: &str, pattern: &str, any_case: bool) -> bool {
    let fold = |text: &str| -> Vec<char> {
        if any_case { text.to_lowercase().chars().collect() } else { text.chars().collect() }
    };
    let (text, pattern) = (fold(text), fold(pattern));
    // Greedy matching that returns to the last `%`: linear for one, never exponential.
    let (mut at, mut next, mut star) = (0, 0, None);
    while at < text.len() {
        match pattern.get(next) {
            Some('%') => {
                star = Some((next, at));
                next += 1;
            }
            Some(wanted) if *wanted == '_' || *wanted == text[at] => {
                at += 1;
                next += 1;
            }
            _ => match star {
                Some((percent, from)) => {
                    star = Some((percent, from + 1));
                    next = percent + 1;
                    at = from + 1;
                }
                None => return false,
            },
        }
    }
    pattern[next..].iter().all(|rest| *rest == '%')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expression::parse;

    fn value(text: &str) -> Value {
        parse(text).unwrap().evaluate(&|name| match name {
            "a" => Value::Number(Decimal::new(120, 1)),
            "line" => Value::Text("ad_cost".into()),
            _ => Value::Null,
        })
    }

    #[test]
    fn unknowns_stay_unknown_and_never_become_zero() {
        assert_eq!(value("missing + 1"), Value::Null);
        assert_eq!(value("missing = 1 or a = 12"), Value::Bool(true));
        assert_eq!(value("missing = 1 and a = 12"), Value::Null);
        assert_eq!(value("a / 0"), Value::Null);
        assert_eq!(value("line not in ('x', null)"), Value::Null);
    }

    #[test]
    fn arithmetic_is_exact_and_follows_precedence() {
        assert_eq!(value("0.1 + 0.2"), Value::Number(Decimal::new(3, 1)));
        assert_eq!(value("2 + 3 * -a"), Value::Number(Decimal::new(-34, 0)));
        assert_eq!(
            value("case when a > 10 then least(a, 5) else 0 end"),
            Value::Number(Decimal::new(5, 0))
        );
    }

    #[test]
    fn rounding_goes_away_from_zero_as_in_sql() {
        assert_eq!(value("round(2.345, 2)"), value("2.35"));
        assert_eq!(value("round(-2.5)"), value("-3"));
        assert_eq!(value("ceil(a / 7) + floor(-0.5)"), value("1"));
        assert_eq!(value("round(missing)"), Value::Null);
    }

    #[test]
    fn like_matches_as_sql_does() {
        assert_eq!(value("line like 'ad%'"), Value::Bool(true));
        assert_eq!(value("line like '_d_cost'"), Value::Bool(true));
        assert_eq!(value("line ilike '%COST'"), Value::Bool(true));
        assert_eq!(value("line like 'ad'"), Value::Bool(false));
    }
}
