//! Whether a record is what its kind asks for.

#[cfg(test)]
mod tests;
pub(crate) mod value;
pub(crate) mod words;

use serde_json::Value;

pub use crate::known::Known;
use crate::{
    field_read::TODAY,
    kind::{Body, Field, FieldProblem, Key, Kind, Order, What},
    kind_read::Kinds,
};

/// Who gives a body: people cannot set what only Argosy sets.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum By {
    #[default]
    Person,
    Argosy,
}

/// What a body is held against beside its kind.
#[derive(Clone, Copy, Debug, Default)]
pub struct Given<'a> {
    /// The body as it is stored; `None` for a new record, which then takes the defaults.
    pub before: Option<&'a Body>,
    pub by: By,
}

/// A new body as people give it: trimmed, normalised, with defaults.
///
/// # Errors
/// Everything that is wrong with it.
pub fn check(
    kind: &Kind,
    kinds: &Kinds,
    body: &Body,
    known: &Known,
) -> Result<Body, Vec<FieldProblem>> {
    check_given(kind, kinds, body, known, Given::default())
}

/// A body, new or changed, trimmed and normalised.
///
/// # Errors
/// Everything that is wrong with it.
pub fn check_given(
    kind: &Kind,
    kinds: &Kinds,
    body: &Body,
    known: &Known,
    given: Given<'_>,
) -> Result<Body, Vec<FieldProblem>> {
    let key = match &kind.key {
        Key::Field(field) => Some(field.as_str()),
        Key::Number(_) => None,
    };
    let mut checker = Checker { of: &kind.id, kinds, known, key, problems: Vec::new() };
    let checked = checker.fields(&kind.fields, body, "", given);
    for order in &kind.orders {
        checker.order(kind, order, &checked);
    }
    checker.key_stays(kind, &checked, given.before);
    if checker.problems.is_empty() { Ok(checked) } else { Err(checker.problems) }
}

/// What somebody filled into the form of an action, checked.
///
/// # Errors
/// Everything that is wrong with it.
pub fn form(
    fields: &[Field],
    kinds: &Kinds,
    body: &Body,
    known: &Known,
) -> Result<Body, Vec<FieldProblem>> {
    let mut checker = Checker { of: "", kinds, known, key: None, problems: Vec::new() };
    let checked = checker.fields(fields, body, "", Given::default());
    if checker.problems.is_empty() { Ok(checked) } else { Err(checker.problems) }
}

/// One value as its field holds it.
///
/// # Errors
/// Why the field does not take it.
pub fn value(of: &str, field: &Field, given: &Value, known: &Known) -> Result<Value, FieldProblem> {
    let kinds = Kinds::default();
    let mut checker = Checker { of, kinds: &kinds, known, key: None, problems: Vec::new() };
    let found =
        checker.value(field, given, value::At { path: &field.id, before: None, by: By::Argosy });
    match (checker.problems.into_iter().next(), found) {
        (Some(problem), _) => Err(problem),
        (None, Some(value)) => Ok(value),
        (None, None) => Err(FieldProblem::new(of, &field.id, "required", words::required(field))),
    }
}

struct Checker<'a> {
    of: &'a str,
    kinds: &'a Kinds,
    known: &'a Known,
    /// The field that is the key.
    key: Option<&'a str>,
    problems: Vec<FieldProblem>,
}

impl Checker<'_> {
    fn say(&mut self, path: &str, code: &str, says: argosy_kernel::Text) {
        self.problems.push(FieldProblem::new(self.of, path, code, says));
    }

    fn fields(&mut self, fields: &[Field], body: &Body, prefix: &str, given: Given<'_>) -> Body {
        for id in body.keys() {
            if !fields.iter().any(|field| field.id == *id) {
                let says = words::unknown_field(id, fields.iter().map(|field| field.id.as_str()));
                self.say(&format!("{prefix}{id}"), "unknown_field", says);
            }
        }
        let mut checked = Body::new();
        for field in fields {
            let path = format!("{prefix}{}", field.id);
            if let Some(value) = self.field(field, body.get(&field.id), &path, given) {
                checked.insert(field.id.clone(), value);
            }
        }
        checked
    }

    fn field(
        &mut self,
        field: &Field,
        value: Option<&Value>,
        path: &str,
        given: Given<'_>,
    ) -> Option<Value> {
        let before = given.before.and_then(|before| before.get(&field.id));
        // What is stored already stays right, whatever it refers to has become since.
        if let (Some(value), Some(before)) = (value, before)
            && value == before
        {
            return Some(value.clone());
        }
        let problems = self.problems.len();
        let mut found = value
            .and_then(|value| self.value(field, value, value::At { path, before, by: given.by }));
        if self.problems.len() > problems {
            return None;
        }
        if found.is_none() && given.before.is_none() {
            found = match &field.default {
                Some(default) if *default == TODAY && field.what == What::Day => {
                    Some(Value::from(self.known.today.to_string()))
                }
                default => default.clone(),
            };
        }
        if field.read_only && given.by == By::Person {
            let is_default = given.before.is_none() && found == field.default;
            if found.is_some() && found.as_ref() != before && !is_default {
                self.say(path, "read_only", words::read_only(field));
                return None;
            }
            return if given.before.is_some() { before.cloned() } else { found };
        }
        if found.is_none() && field.required {
            self.say(path, "required", words::required(field));
        }
        found
    }

    fn order(&mut self, kind: &Kind, order: &Order, body: &Body) {
        let fields = kind.field(&order.low).zip(kind.field(&order.high));
        let Some((low, high)) = fields else { return };
        let Some((left, right)) = body.get(&low.id).zip(body.get(&high.id)) else { return };
        let above = match low.what {
            What::Day => left.as_str() > right.as_str(),
            What::Money => {
                let currency = |value: &Value| value.get("currency").cloned();
                if currency(left) != currency(right) {
                    let says = words::other_currency(low, high);
                    self.say(&high.id, "other_currency", says);
                    return;
                }
                value::decimal(&left["amount"]) > value::decimal(&right["amount"])
            }
            _ => value::decimal(left) > value::decimal(right),
        };
        if above {
            let says = words::order(low, left, high, right);
            self.say(&high.id, "order", says);
        }
    }

    /// A record keeps its key: what refers to it would point nowhere.
    fn key_stays(&mut self, kind: &Kind, body: &Body, before: Option<&Body>) {
        let Key::Field(key) = &kind.key else { return };
        let (Some(field), Some(before)) = (kind.field(key), before) else { return };
        if body.get(key).is_some() && body.get(key) != before.get(key) {
            self.say(key, "key_changed", words::key_changed(field, &before[key]));
        }
    }
}
