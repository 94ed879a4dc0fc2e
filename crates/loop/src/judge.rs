//! One row judged: its values worked out, whether it fires, what is at stake, which cause holds.
//!
//! The same code judges rows of the frame and the examples of a rule. Values are worked out when
//! they are first needed, so that most of 200,000 rows end after one comparison.

use std::cell::RefCell;

use argosy_metrics::expression::{Expr, Value};
use rust_decimal::Decimal;

use crate::rules::{Formula, Rule};

/// A row of the frame of a rule.
pub(crate) struct Row<'a> {
    rule: &'a Rule,
    column: &'a dyn Fn(&str) -> Value,
    threshold: &'a dyn Fn(&str) -> Value,
    /// A column seen as another one, for the ends of the stake.
    instead: Option<(&'a str, String)>,
    worked: RefCell<Vec<Option<Value>>>,
}

/// What is at stake, with its 80 % range; never out of order.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Stake {
    pub middle: Decimal,
    pub low: Decimal,
    pub high: Decimal,
}

/// How a row comes out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Verdict {
    /// Too little evidence to judge.
    NotEnough,
    Quiet,
    Fires,
}

impl<'a> Row<'a> {
    pub(crate) fn new(
        rule: &'a Rule,
        column: &'a dyn Fn(&str) -> Value,
        threshold: &'a dyn Fn(&str) -> Value,
    ) -> Self {
        let worked = RefCell::new(vec![None; rule.values.len()]);
        Self { rule, column, threshold, instead: None, worked }
    }

    /// The value of a name: a threshold, a worked value, or a column.
    pub(crate) fn value(&self, name: &str) -> Value {
        if let Some(threshold) = name.strip_prefix('_') {
            return (self.threshold)(threshold);
        }
        if let Some(at) = self.rule.values.iter().position(|value| value.name == name) {
            if let Some(known) = &self.worked.borrow()[at] {
                return known.clone();
            }
            let found = self.evaluate(&self.rule.values[at].formula.expr);
            self.worked.borrow_mut()[at] = Some(found.clone());
            return found;
        }
        match &self.instead {
            Some((rate, other)) if *rate == name => (self.column)(other),
            _ => (self.column)(name),
        }
    }

    fn evaluate(&self, expr: &Expr) -> Value {
        expr.evaluate(&|name| self.value(name))
    }

    pub(crate) fn of(&self, formula: &Formula) -> Value {
        self.evaluate(&formula.expr)
    }

    pub(crate) fn verdict(&self) -> Verdict {
        let enough = self.rule.enough.as_ref().is_none_or(|enough| self.of(enough).is_true());
        match enough {
            false => Verdict::NotEnough,
            true if self.of(&self.rule.when).is_true() => Verdict::Fires,
            true => Verdict::Quiet,
        }
    }

    /// What is at stake: as the rule says, or at both ends of its shrunk rates. Unknown is zero.
    pub(crate) fn stake(&self) -> Stake {
        let number = |value: Value| value.number().unwrap_or_default();
        let middle = number(self.of(&self.rule.stake));
        let mut ends = vec![middle];
        match (&self.rule.stake_low, &self.rule.stake_high) {
            (Some(low), Some(high)) => {
                ends.extend([low, high].into_iter().filter_map(|end| self.of(end).number()));
            }
            _ => {
                for shrink in &self.rule.shrinks {
                    for end in ["low", "high"] {
                        let other = format!("{}_{end}", shrink.rate);
                        let row = Row {
                            instead: Some((&shrink.rate, other)),
                            ..Row::new(self.rule, self.column, self.threshold)
                        };
                        ends.extend(row.of(&self.rule.stake).number());
                    }
                }
            }
        }
        let low = ends.iter().min().copied().unwrap_or_default();
        let high = ends.iter().max().copied().unwrap_or_default();
        let cents = |amount: Decimal| amount.round_dp(2);
        Stake { middle: cents(middle), low: cents(low), high: cents(high) }
    }

    /// The first cause whose test holds, by place.
    pub(crate) fn cause(&self) -> Option<usize> {
        self.rule.causes.iter().position(|cause| self.of(&cause.test).is_true())
    }
}

/// A value as people and files write it.
pub(crate) fn shown(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Number(number) => Some(number.normalize().to_string()),
        Value::Text(text) => Some(text.clone()),
    }
}
