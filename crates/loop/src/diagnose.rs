//! Causes in their order: the first that holds is named, all tests are kept with their values.

use std::collections::BTreeMap;

use crate::{
    finding::{Cause, CauseTest},
    judge::{Row, shown},
    rules::{CauseDef, Formula, Rule},
};
use argosy_metrics::expression::Value;

/// Asks all causes of a rule.
pub(crate) fn causes(rule: &Rule, row: &Row<'_>) -> Vec<Cause> {
    let named = row.cause();
    let cause = |(at, cause): (usize, &CauseDef)| Cause {
        rule: rule.id.clone(),
        id: cause.id.clone(),
        title: cause.title.clone(),
        holds: named == Some(at),
        tests: vec![test(&cause.test, row)],
        plays: cause.plays.clone(),
    };
    rule.causes.iter().enumerate().map(cause).collect()
}

fn test(formula: &Formula, row: &Row<'_>) -> CauseTest {
    let mut values: BTreeMap<String, Option<String>> = BTreeMap::new();
    for column in formula.columns() {
        values.insert(column.to_owned(), shown(&row.value(column)));
    }
    for threshold in formula.thresholds() {
        values.insert(format!(":{threshold}"), shown(&row.value(&format!("_{threshold}"))));
    }
    let holds = match row.of(formula) {
        Value::Bool(truth) => Some(truth),
        _ => None,
    };
    CauseTest { sql: formula.text.clone(), values, holds }
}
