//! Examples in rule files are their tests; they are judged exactly as rows are.

use std::ops::Range;

use argosy_kernel::Diagnostic;
use argosy_metrics::expression::Value;
use rust_decimal::Decimal;

use super::{
    Rule,
    file::{ExampleFile, Scalar},
};
use crate::judge::{Row, Verdict, shown};

/// Runs the examples of one rule.
pub(super) fn run(rule: &Rule) -> Vec<Diagnostic> {
    let mut wrong = Vec::new();
    for (example, span) in &rule.place.examples {
        if let Err((message, hint)) = judge(rule, example) {
            wrong.push(complaint(rule, span, &message, &hint));
        }
    }
    let fires =
        |wanted: bool| rule.place.examples.iter().any(|(one, _)| one.expect.fires == wanted);
    if wrong.is_empty() && !(fires(true) && fires(false)) {
        let hint = "one must fire, and a near miss must not";
        wrong.push(complaint(rule, &rule.place.id, "the examples show one side only", hint));
    }
    wrong
}

fn complaint(rule: &Rule, span: &Range<usize>, message: &str, hint: &str) -> Diagnostic {
    rule.place.file.complain(span.clone(), message, hint)
}

/// Columns that the expressions need and the example does not give.
fn missing<'a>(rule: &'a Rule, example: &ExampleFile) -> Vec<&'a str> {
    let mut missing: Vec<&str> = Vec::new();
    let needed = rule.formulas().flat_map(|formula| formula.columns());
    for name in needed {
        let known = example.given.contains_key(name) || rule.value(name).is_some();
        if !known && !missing.contains(&name) {
            missing.push(name);
        }
    }
    missing
}

fn judge(rule: &Rule, example: &ExampleFile) -> Result<(), (String, String)> {
    let missing = missing(rule, example);
    if !missing.is_empty() {
        let message = format!("the example does not give `{}`", missing.join("`, `"));
        return Err((message, "give every column the rule uses, \"null\" for unknown".into()));
    }
    let column = |name: &str| example.given.get(name).map_or(Value::Null, Scalar::value);
    let threshold = |name: &str| match example.given.get(&format!(":{name}")) {
        Some(given) => given.value(),
        None => rule.threshold(name).map(|threshold| threshold.value).into(),
    };
    let row = Row::new(rule, &column, &threshold);
    let verdict = row.verdict();
    let expect = &example.expect;
    let enough = verdict != Verdict::NotEnough;
    if enough != expect.enough.unwrap_or(enough) || (expect.fires && !enough) {
        let message =
            if enough { "there is enough evidence" } else { "there is not enough evidence" };
        return Err((message.to_owned(), working(rule, &row)));
    }
    if (verdict == Verdict::Fires) != expect.fires {
        let found = if expect.fires { "does not fire" } else { "fires" };
        return Err((format!("the example {found}"), working(rule, &row)));
    }
    for (name, wanted) in &expect.values {
        same(name, &row.value(name), wanted, &working(rule, &row))?;
    }
    if verdict != Verdict::Fires {
        return Ok(());
    }
    if let Some(wanted) = &expect.cause {
        let cause = row.cause().map_or("none", |at| rule.causes[at].id.as_str());
        if cause != wanted {
            let message = format!("the example names cause `{cause}`, expected `{wanted}`");
            return Err((message, working(rule, &row)));
        }
    }
    let stake = row.stake();
    for (name, found, wanted) in [
        ("stake", stake.middle, &expect.stake),
        ("stake_low", stake.low, &expect.low),
        ("stake_high", stake.high, &expect.high),
    ] {
        if let Some(wanted) = wanted {
            same(name, &Value::Number(found), wanted, &working(rule, &row))?;
        }
    }
    Ok(())
}

/// Numbers are compared to two digits where that is all the example gives.
fn same(name: &str, found: &Value, wanted: &Scalar, hint: &str) -> Result<(), (String, String)> {
    let wanted = wanted.value();
    let digits = wanted.number().map_or(0, |number| number.scale());
    let rounded = |value: &Value| match value {
        Value::Number(number) => Value::Number(Decimal::round_dp(number, digits).normalize()),
        other => other.clone(),
    };
    if rounded(found) == rounded(&wanted) {
        return Ok(());
    }
    let text = |value: &Value| shown(value).unwrap_or_else(|| "unknown".to_owned());
    let message = format!("the example gives {name} {}, expected {}", text(found), text(&wanted));
    Err((message, hint.to_owned()))
}

/// The values on the way, so that the mistake can be found.
fn working(rule: &Rule, row: &Row<'_>) -> String {
    let values = rule.values.iter().map(|value| {
        let found = shown(&row.value(&value.name)).unwrap_or_else(|| "unknown".to_owned());
        format!("{} = {found}", value.name)
    });
    let values: Vec<String> = values.collect();
    if values.is_empty() {
        return "mend the rule or the example".to_owned();
    }
    format!("worked out: {}", values.join(", "))
}
