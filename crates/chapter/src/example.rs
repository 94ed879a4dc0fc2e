//! Examples of knowledge files: a body, and what becomes of it.

use argosy_kernel::{Day, Diagnostic, Source};
use serde_json::Value;
use toml::Spanned;

use crate::{
    check,
    kind::{Body, Field, FieldProblem, Kind},
    kind_file::ExampleFile,
    kind_read::Kinds,
    known::Known,
};

/// A value of TOML as a body holds it; fractions become strings and stay exact as written.
pub(crate) fn from_toml(value: &toml::Value) -> Value {
    match value {
        toml::Value::String(text) => Value::from(text.as_str()),
        toml::Value::Integer(number) => Value::from(*number),
        toml::Value::Float(number) => Value::from(number.to_string()),
        toml::Value::Boolean(flag) => Value::from(*flag),
        toml::Value::Datetime(day) => Value::from(day.to_string()),
        toml::Value::Array(values) => values.iter().map(from_toml).collect(),
        toml::Value::Table(table) => Value::Object(body(table)),
    }
}

fn body(table: &toml::Table) -> Body {
    table.iter().map(|(id, value)| (id.clone(), from_toml(value))).collect()
}

/// A default as the field would hold it.
///
/// # Errors
/// Why the field does not take it.
pub(crate) fn as_default(field: &Field, value: &Value) -> Result<Value, FieldProblem> {
    check::value("", field, value, &Known::anything(Day::default()))
}

/// What the examples of a kind expected and did not get.
pub(crate) fn run(
    source: &Source,
    kind: &Kind,
    kinds: &Kinds,
    examples: &[Spanned<ExampleFile>],
) -> Vec<Diagnostic> {
    let known = Known::anything(Day::default());
    let mut wrong = Vec::new();
    for example in examples.iter().map(Spanned::get_ref) {
        let found = check::check(kind, kinds, &body(example.given.get_ref()), &known);
        if let Err((message, hint)) = judge(example.expect.get_ref(), &found) {
            let of = if message.starts_with("the body") {
                &example.given.span()
            } else {
                &example.expect.span()
            };
            wrong.push(source.complain(of.clone(), &message, &hint));
        }
    }
    wrong
}

fn judge(
    expect: &toml::Value,
    found: &Result<Body, Vec<FieldProblem>>,
) -> Result<(), (String, String)> {
    let told = |problems: &[FieldProblem]| {
        let all = problems.iter().map(|one| format!("{} {}: {}", one.path, one.code, one.says.en));
        all.collect::<Vec<_>>().join("; ")
    };
    if expect.as_str() == Some("ok") {
        return match found {
            Ok(_) => Ok(()),
            Err(problems) => Err((
                format!("the body is expected to be right and is not: {}", told(problems)),
                "correct the example or the field".to_owned(),
            )),
        };
    }
    let part = |name: &str| expect.get(name).and_then(toml::Value::as_str);
    let (Some(field), Some(code)) = (part("field"), part("code")) else {
        let hint = "write \"ok\" or { field = \"lead_days\", code = \"above_max\" }".to_owned();
        return Err(("`expect` says nothing".to_owned(), hint));
    };
    match found {
        Ok(_) => Err((
            format!("`{field}` is expected to be wrong ({code}) and nothing is"),
            "correct the example or the field".to_owned(),
        )),
        Err(problems) if problems.iter().any(|one| one.path == field && one.code == code) => Ok(()),
        Err(problems) => Err((
            format!("expected {field} {code}, found {}", told(problems)),
            "correct the example or the field".to_owned(),
        )),
    }
}
