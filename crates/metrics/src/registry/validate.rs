//! Whether metrics fit together: every name exists, nothing goes round in circles, units match.

use std::collections::BTreeSet;

use argosy_kernel::Diagnostic;

use super::{DAYS, Kind, Metric, Registry, units};
use crate::{dimension::Dimension, expression::ExpressionError};

/// Checks all metrics against each other and fills in the dimensions each one can be asked by.
pub(super) fn validate(registry: &mut Registry) -> Vec<Diagnostic> {
    let mut wrong = Vec::new();
    for metric in registry.iter() {
        wrong.extend(unknown_names(registry, metric));
    }
    // The walks below follow names, so they need all of them to exist.
    if wrong.is_empty() {
        wrong.extend(registry.iter().filter_map(|metric| cycle(registry, metric)));
    }
    if wrong.is_empty() {
        for metric in registry.iter() {
            wrong.extend(units::check(registry, metric));
            wrong.extend(cumulative(registry, metric));
            wrong.extend(dimensions(registry, metric));
        }
    }
    if wrong.is_empty() {
        let known: Vec<_> =
            registry.iter().map(|metric| (metric.id.clone(), possible(registry, metric))).collect();
        for (id, dimensions) in known {
            if let Some(metric) = registry.metrics.get_mut(&id).filter(|m| m.dimensions.is_empty())
            {
                metric.dimensions = dimensions;
            }
        }
    }
    wrong
}

/// Names used by a metric: the field, the name, and the byte inside the field.
fn used(metric: &Metric) -> Vec<(&'static str, &str, usize)> {
    let mut used = match &metric.kind {
        Kind::Simple(_) => Vec::new(),
        Kind::Ratio { numerator, denominator } => {
            vec![("numerator", numerator.as_str(), 0), ("denominator", denominator.as_str(), 0)]
        }
        Kind::Derived { expr, .. } => {
            expr.names().into_iter().map(|(name, at)| ("formula", name, at)).collect()
        }
        Kind::Cumulative { metric, .. } => vec![("metric", metric.as_str(), 0)],
    };
    if let Some(condition) = &metric.undefined {
        used.extend(condition.expr.names().into_iter().map(|(name, at)| ("undefined", name, at)));
    }
    used
}

fn unknown_names(registry: &Registry, metric: &Metric) -> Vec<Diagnostic> {
    used(metric)
        .into_iter()
        .filter(|(_, name, _)| *name != DAYS && registry.get(name).is_none())
        .map(|(field, name, at)| {
            let hint = match registry.nearest(name) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "the page Metrics and docs/concepts/metrics.md list all metrics".to_owned(),
            };
            let message = format!("unknown metric `{name}`");
            metric.file.inside(field, &ExpressionError::new(at, name.len(), message).hint(hint))
        })
        .collect()
}

/// A metric that is made of itself in the end.
fn cycle(registry: &Registry, start: &Metric) -> Option<Diagnostic> {
    fn walk<'a>(
        registry: &'a Registry,
        metric: &'a Metric,
        start: &str,
        path: &mut Vec<&'a str>,
        seen: &mut BTreeSet<&'a str>,
    ) -> bool {
        for input in registry.inputs(metric) {
            path.push(input);
            if input == start {
                return true;
            }
            let next = registry.get(input).filter(|next| seen.insert(next.id.as_str()));
            if next.is_some_and(|next| walk(registry, next, start, path, seen)) {
                return true;
            }
            path.pop();
        }
        false
    }
    // A metric may look at itself in its `undefined` condition, but not in its formula.
    let own =
        used(start).into_iter().find(|(field, name, _)| *field != "undefined" && *name == start.id);
    let mut path = vec![start.id.as_str()];
    let found = own.is_some() || walk(registry, start, &start.id, &mut path, &mut BTreeSet::new());
    if path.len() == 1 {
        path.push(&start.id);
    }
    found.then(|| {
        let message = format!("metric `{}` is made of itself: {}", start.id, path.join(" → "));
        start.file.file.complain(start.file.id.clone(), &message, "break the circle")
    })
}

/// A running total needs parts that add up.
fn cumulative(registry: &Registry, metric: &Metric) -> Option<Diagnostic> {
    let Kind::Cumulative { metric: inner, .. } = &metric.kind else {
        return None;
    };
    let adds_up = |id: &&str| match registry.get(id).map(|metric| &metric.kind) {
        Some(Kind::Simple(simple)) => simple.is_additive(),
        _ => true,
    };
    let stuck = registry.simples(inner).into_iter().find(|id| !adds_up(id));
    let nested = registry.get(inner).is_some_and(|m| matches!(m.kind, Kind::Cumulative { .. }));
    let message = match (stuck, nested) {
        (Some(stuck), _) => format!("`{stuck}` does not add up over days"),
        (None, true) => format!("`{inner}` is a running total already"),
        (None, false) => return None,
    };
    let wrong = ExpressionError::new(0, inner.len(), message);
    Some(metric.file.inside("metric", &wrong.hint("take a metric made of sums")))
}

/// Dimensions that at least one table of every part of the metric knows.
fn possible(registry: &Registry, metric: &Metric) -> BTreeSet<Dimension> {
    let sources = registry.sources(&metric.id);
    Dimension::ALL
        .into_iter()
        .filter(|dimension| sources.iter().all(|source| dimension.known_in(*source)))
        .collect()
}

/// Dimensions a metric claims and its tables do not know.
fn dimensions(registry: &Registry, metric: &Metric) -> Vec<Diagnostic> {
    let possible = possible(registry, metric);
    metric
        .file
        .dimensions
        .iter()
        .filter(|(dimension, _)| !possible.contains(dimension))
        .map(|(dimension, span)| {
            let known: Vec<_> = possible.iter().map(|dimension| dimension.id()).collect();
            let message = format!("the facts of this metric do not know `{}`", dimension.id());
            metric.file.file.complain(
                span.clone(),
                &message,
                &format!("they know: {}", known.join(", ")),
            )
        })
        .collect()
}
