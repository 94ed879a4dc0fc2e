//! Whether every name in a rule's expressions is a column that exists where it is used.

use std::collections::BTreeSet;

use argosy_kernel::Diagnostic;
use argosy_metrics::{Engine, expression::ExpressionError};

use super::{Input, InputKind, Rule, place};

/// Column names in order of appearance.
pub(crate) type Columns = Vec<String>;

/// The columns of an input as far as they are known without asking: SQL says them only later.
pub(crate) fn of_input(input: &Input) -> Option<Columns> {
    match &input.kind {
        InputKind::Metrics { metrics, by, before, .. } => {
            let earlier = before.iter().flat_map(|_| metrics.iter().map(|m| format!("{m}_before")));
            Some(by.iter().chain(metrics).cloned().chain(earlier).collect())
        }
        InputKind::Sql(_) => None,
        InputKind::Detector(detector) => {
            Some(detector.columns().into_iter().map(|column| column.name).collect())
        }
    }
}

/// The columns of the frame, when they are known without asking.
pub(crate) fn of_frame(rule: &Rule) -> Option<Columns> {
    match (&rule.frame, rule.inputs.as_slice()) {
        (None, [only]) => of_input(only),
        _ => None,
    }
}

/// Complains about names that are no columns, where `frame` are the columns of the frame.
pub(crate) fn check(rule: &Rule, frame: &[String], engine: &Engine) -> Vec<Diagnostic> {
    let mut wrong = Vec::new();
    let mut known: BTreeSet<&str> = frame.iter().map(String::as_str).collect();
    let file = &rule.place.file;
    let unknown = |name: &str, known: &BTreeSet<&str>, span: &std::ops::Range<usize>| {
        let hint = place::hint(name, known.iter().copied());
        file.complain(span.clone(), &format!("the frame has no column `{name}`"), &hint)
    };
    for (column, span) in rule.grain.iter().zip(&rule.place.grain) {
        if !known.contains(column.as_str()) {
            wrong.push(unknown(column, &known, span));
        }
    }
    for column in rule.join.iter().filter(|column| !known.contains(column.as_str())) {
        wrong.push(unknown(column, &known, &rule.place.id));
    }
    let shrunk: Vec<String> = rule
        .shrinks
        .iter()
        .flat_map(|s| [s.rate.clone(), format!("{}_low", s.rate), format!("{}_high", s.rate)])
        .collect();
    known.extend(shrunk.iter().map(String::as_str));
    known.extend(rule.peers.iter().map(|peer| peer.name.as_str()));
    for (column, span) in &rule.place.mentions {
        if !known.contains(column.as_str()) {
            wrong.push(unknown(column, &known, span));
        }
    }
    for formula in rule.formulas() {
        let is_value = rule.values.iter().find(|value| value.formula == *formula);
        for (name, at) in formula.expr.names() {
            let told = match name.strip_prefix('_') {
                Some(threshold) => rule.threshold(threshold).is_some(),
                None => known.contains(name),
            };
            if !told {
                wrong.push(not_known(rule, formula, (name, at), &known));
            }
        }
        known.extend(is_value.map(|value| value.name.as_str()));
    }
    for (column, span) in rule.evidence.iter().zip(&rule.place.evidence) {
        if !known.contains(column.as_str()) {
            wrong.push(unknown(column, &known, span));
        } else if name_of(rule, column, engine).is_none() {
            let message = format!("column `{column}` has no name for people");
            let hint = format!("add [label.{column}] name = {{ en = \"…\", zh-CN = \"…\" }}");
            wrong.push(file.complain(span.clone(), &message, &hint));
        }
    }
    wrong
}

fn not_known(
    rule: &Rule,
    formula: &super::Formula,
    (name, at): (&str, usize),
    known: &BTreeSet<&str>,
) -> Diagnostic {
    let wrong = match name.strip_prefix('_') {
        Some(threshold) => {
            let known = rule.thresholds.iter().map(|threshold| threshold.name.as_str());
            ExpressionError::new(at, name.len(), format!("unknown threshold `:{threshold}`"))
                .hint(place::hint(threshold, known))
        }
        None => ExpressionError::new(at, name.len(), format!("unknown column `{name}`"))
            .hint(place::hint(name, known.iter().copied())),
    };
    place::inside(&rule.place.file, &formula.span, &wrong)
}

/// What a column is called: its label, its value's name, its metric's or its dimension's.
pub(crate) fn name_of(rule: &Rule, column: &str, engine: &Engine) -> Option<super::Label> {
    use crate::finding::Unit;
    if let Some(label) = rule.labels.get(column) {
        return Some(label.clone());
    }
    if let Some(value) = rule.value(column) {
        let (name, unit) = (value.label.clone(), value.unit);
        return Some(super::Label { name, unit, origin: None });
    }
    let of_detector = rule.inputs.iter().find_map(|input| match &input.kind {
        InputKind::Detector(detector) => {
            detector.columns().into_iter().find(|known| known.name == column)?.label
        }
        _ => None,
    });
    if let Some((name, unit)) = of_detector {
        return Some(super::Label { name, unit, origin: None });
    }
    let (id, earlier) = match column.strip_suffix("_before") {
        Some(id) => (id, true),
        None => (column, false),
    };
    if let Some(metric) = engine.registry().get(id) {
        let mut name = metric.name.clone();
        if earlier {
            name.en += " (before)";
            name.zh_cn += "（之前）";
        }
        let origin = origin(rule, id, earlier).map(|input| (id.to_owned(), input));
        return Some(super::Label { name, unit: metric.unit.into(), origin });
    }
    let dimension = engine.dimensions().iter().find(|dimension| dimension.id.id() == column)?;
    Some(super::Label { name: dimension.name.clone(), unit: Unit::Text, origin: None })
}

/// The input that a metric is asked through: the first that has it, earlier ones by their lag.
fn origin(rule: &Rule, metric: &str, earlier: bool) -> Option<String> {
    let has = |input: &&Input| match &input.kind {
        InputKind::Metrics { metrics, before, .. } => {
            metrics.iter().any(|known| known == metric)
                && (earlier == (input.lag > 0) || (earlier && before.is_some()))
        }
        _ => false,
    };
    rule.inputs.iter().find(has).map(|input| input.name.clone())
}
