//! Examples in metric files are their tests; they are worked out exactly as answers are.

use std::collections::{BTreeMap, BTreeSet};

use argosy_kernel::{Day, Diagnostic, Money};
use rust_decimal::Decimal;
use serde::Deserialize;

use super::{Aggregate, DAYS, Kind, Metric, Program, Reach, Registry, Simple};
use crate::{
    answer::Figure,
    cumulative::window_start,
    expression::{Expr, Value},
};

/// One example: what is given and what must come out (`undefined` for no figure).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Example {
    /// Other metrics by id (ratio, derived), money as `18.00 USD`.
    #[serde(default)]
    given: BTreeMap<String, Scalar>,
    /// Rows of the table (simple).
    #[serde(default)]
    rows: Vec<BTreeMap<String, Scalar>>,
    /// The inner metric by day (cumulative), and the day that is asked.
    #[serde(default)]
    series: BTreeMap<Day, Scalar>,
    at: Option<Day>,
    expect: String,
}

/// A cell of an example. Decimals are written as text: TOML's own are not exact.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum Scalar {
    Bool(bool),
    Integer(i64),
    Text(String),
}

impl Scalar {
    fn number(&self) -> Option<Decimal> {
        match self {
            Self::Bool(_) => None,
            Self::Integer(number) => Some(Decimal::from(*number)),
            Self::Text(text) => number(text),
        }
    }

    fn value(&self) -> Value {
        match self {
            Self::Bool(truth) => Value::Bool(*truth),
            Self::Integer(number) => Value::Number(Decimal::from(*number)),
            Self::Text(text) => {
                number(text).map_or_else(|| Value::Text(text.clone()), Value::Number)
            }
        }
    }
}

fn number(text: &str) -> Option<Decimal> {
    text.parse().ok().or_else(|| text.parse::<Money>().ok().map(|money| money.amount))
}

/// Runs the examples of one metric.
pub(super) fn run(registry: &Registry, metric: &Metric) -> Vec<Diagnostic> {
    let mut wrong = Vec::new();
    for (example, span) in metric.examples.iter().zip(&metric.file.examples) {
        let mut complain = |message: String, hint: &str| {
            wrong.push(metric.file.file.complain(span.clone(), &message, hint));
        };
        let unknown = example.given.keys().find(|id| *id != DAYS && registry.get(id).is_none());
        if let Some(id) = unknown {
            let near = registry.nearest(id).map(|near| format!("did you mean `{near}`?"));
            complain(format!("unknown metric `{id}`"), &near.unwrap_or_default());
            continue;
        }
        let expected = match (example.expect.as_str(), number(&example.expect)) {
            ("undefined", _) => None,
            (_, Some(number)) => Some(number),
            (text, None) => {
                complain(format!("`{text}` is not a figure"), "write a decimal or undefined");
                continue;
            }
        };
        let found = work_out(registry, metric, example);
        if found.known() != expected {
            let shown = match &found {
                Figure::Known(number) => number.to_string(),
                Figure::Undefined(reason) => format!("undefined ({reason})"),
            };
            let message = format!("the example gives {shown}, expected {}", example.expect);
            complain(message, "mend the definition or the example");
        }
    }
    wrong
}

fn work_out(registry: &Registry, metric: &Metric, example: &Example) -> Figure {
    let days = example.given.get(DAYS).and_then(Scalar::number).unwrap_or(Decimal::ONE);
    let days = u64::try_from(days).unwrap_or(1);
    let read = |part: &Metric| match example.given.get(&part.id) {
        Some(given) => {
            given.number().map_or_else(|| Figure::Undefined("given".into()), Figure::Known)
        }
        None if part.id != metric.id => {
            Figure::Undefined(format!("{} is not given", part.id).into())
        }
        None => match &part.kind {
            Kind::Simple(simple) => of_rows(registry, simple, &example.rows),
            Kind::Cumulative { reach, .. } => of_series(*reach, example),
            _ => Figure::Undefined("not given".into()),
        },
    };
    // What is given stands for itself: only the metric's own formula is tried.
    let mut program = Program::new(registry, &[metric.id.as_str()]);
    program.give(&example.given.keys().map(String::as_str).collect(), &metric.id);
    let figures = program.run(&read, &|_| None, days);
    program
        .position(&metric.id)
        .map_or_else(|| Figure::Undefined("".into()), |at| figures[at].clone())
}

fn of_rows(registry: &Registry, simple: &Simple, rows: &[BTreeMap<String, Scalar>]) -> Figure {
    let cell = |row: &BTreeMap<String, Scalar>, name: &str| -> Value {
        let is_text = simple.source.columns().iter().any(|(column, holds, _)| {
            *column == name && *holds == crate::expression::ColumnType::Text
        });
        match (row.get(name), name) {
            // An identifier made of digits stays a text.
            (Some(Scalar::Text(text)), _) if is_text => Value::Text(text.clone()),
            (Some(cell), _) => cell.value(),
            (None, "stage") => match row.get("line") {
                Some(Scalar::Text(line)) => {
                    Value::Text(registry.chart().stage_of(line).id().to_owned())
                }
                _ => Value::Null,
            },
            (None, _) => Value::Null,
        }
    };
    let is_snapshot = simple.source.snapshot_of().is_some();
    let newest: Option<String> =
        is_snapshot.then(|| rows.iter().filter_map(day_of).max()).flatten();
    let chosen: Vec<Value> = rows
        .iter()
        .filter(|row| newest.is_none() || day_of(row) == newest)
        .filter(|row| match &simple.filter {
            Some(filter) => filter.evaluate(&|name| cell(row, name)).is_true(),
            None => true,
        })
        .map(|row| match &simple.expr {
            Some(expr) => Expr::evaluate(expr, &|name| cell(row, name)),
            None => Value::Bool(true),
        })
        .filter(|value| *value != Value::Null)
        .collect();
    Figure::Known(match simple.aggregate {
        Aggregate::Sum => chosen.iter().filter_map(Value::number).sum(),
        Aggregate::Count => Decimal::from(chosen.len()),
        Aggregate::CountDistinct => {
            let different: BTreeSet<String> =
                chosen.iter().map(|value| format!("{value:?}")).collect();
            Decimal::from(different.len())
        }
    })
}

fn day_of(row: &BTreeMap<String, Scalar>) -> Option<String> {
    match row.get("day") {
        Some(Scalar::Text(day)) => Some(day.clone()),
        _ => None,
    }
}

fn of_series(reach: Reach, example: &Example) -> Figure {
    let Some(at) = example.at.or_else(|| example.series.keys().next_back().copied()) else {
        return Figure::Undefined("no series is given".into());
    };
    let from = window_start(reach, at);
    let inside = example.series.iter().filter(|(day, _)| (from..=at).contains(*day));
    Figure::Known(inside.filter_map(|(_, value)| value.number()).sum())
}
