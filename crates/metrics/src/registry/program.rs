//! The order in which figures are worked out from the sums that were read.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use rust_decimal::Decimal;

use super::{DAYS, Kind, Metric, Registry};
use crate::{answer::Figure, expression::Value};

/// Digits after the point that figures are given with; display rounds further.
const FIGURE_DIGITS: u32 = 12;

/// All metrics that a question needs, each after the ones it is made of.
pub(crate) struct Program<'a> {
    steps: Vec<&'a Metric>,
    index: HashMap<&'a str, usize>,
    reasons: Vec<Option<Arc<str>>>,
    given: Vec<bool>,
}

/// What one row brings along.
struct Row<'r> {
    read: &'r dyn Fn(&Metric) -> Figure,
    days: u64,
}

impl<'a> Program<'a> {
    pub(crate) fn new(registry: &'a Registry, wanted: &[&'a str]) -> Self {
        let mut program = Self {
            steps: Vec::new(),
            index: HashMap::new(),
            reasons: Vec::new(),
            given: Vec::new(),
        };
        for id in wanted {
            program.add(registry, id);
        }
        program
    }

    fn add(&mut self, registry: &'a Registry, id: &str) {
        let Some(metric) = registry.get(id).filter(|m| !self.index.contains_key(m.id.as_str()))
        else {
            return;
        };
        // The inner metric of a running total is read by itself, over other days.
        let inputs = match metric.kind {
            Kind::Cumulative { .. } => Vec::new(),
            _ => registry.inputs(metric),
        };
        for input in inputs {
            self.add(registry, input);
        }
        self.index.insert(&metric.id, self.steps.len());
        self.steps.push(metric);
        self.reasons
            .push(metric.undefined.as_ref().map(|condition| condition.text.as_str().into()));
        self.given.push(false);
    }

    /// Lets these metrics be read instead of worked out: examples give them.
    pub(crate) fn give(&mut self, ids: &BTreeSet<&str>, except: &str) {
        for (at, metric) in self.steps.iter().enumerate() {
            self.given[at] = metric.id != except && ids.contains(metric.id.as_str());
        }
    }

    /// All metrics taking part, inputs before what is made of them.
    pub(crate) fn steps(&self) -> &[&'a Metric] {
        &self.steps
    }

    pub(crate) fn position(&self, id: &str) -> Option<usize> {
        self.index.get(id).copied()
    }

    /// Works out all figures of one row. `read` gives what was read for simple and cumulative
    /// metrics; `refused` gives the reason for metrics that this question cannot ask.
    pub(crate) fn run(
        &self,
        read: &dyn Fn(&Metric) -> Figure,
        refused: &dyn Fn(usize) -> Option<Arc<str>>,
        days: u64,
    ) -> Vec<Figure> {
        let mut figures: Vec<Figure> = Vec::with_capacity(self.steps.len());
        for at in 0..self.steps.len() {
            let figure = match refused(at) {
                Some(reason) => Figure::Undefined(reason),
                None => self.one(at, &figures, &Row { read, days }),
            };
            figures.push(figure.rounded(FIGURE_DIGITS));
        }
        figures
    }

    fn one(&self, at: usize, figures: &[Figure], row: &Row<'_>) -> Figure {
        let (metric, read) = (self.steps[at], row.read);
        if self.given[at] {
            return read(metric);
        }
        let of = |name: &str| -> Value {
            if name == DAYS {
                return Value::Number(Decimal::from(row.days));
            }
            let known = self.index.get(name).and_then(|at| figures.get(*at));
            known.and_then(Figure::known).into()
        };
        let condition = metric.undefined.as_ref();
        // A condition on the metric itself can only be looked at once it is worked out.
        let on_itself = condition
            .is_some_and(|condition| condition.expr.names().iter().any(|(n, _)| *n == metric.id));
        let reason = || Figure::Undefined(self.reasons[at].clone().unwrap_or_default());
        if condition.is_some_and(|condition| !on_itself && condition.expr.evaluate(&of).is_true()) {
            return reason();
        }
        let figure = match &metric.kind {
            Kind::Simple(_) | Kind::Cumulative { .. } => read(metric),
            Kind::Ratio { numerator, denominator } => {
                match (self.input(numerator, figures), self.input(denominator, figures)) {
                    (Figure::Undefined(reason), _) | (_, Figure::Undefined(reason)) => {
                        Figure::Undefined(reason)
                    }
                    (Figure::Known(_), Figure::Known(below)) if below.is_zero() => {
                        Figure::Undefined(format!("{denominator} = 0").into())
                    }
                    (Figure::Known(above), Figure::Known(below)) => {
                        above.checked_div(below).map_or_else(too_large, Figure::Known)
                    }
                }
            }
            Kind::Derived { expr, .. } => match expr.evaluate(&of) {
                Value::Number(number) => Figure::Known(number),
                _ => expr
                    .names()
                    .iter()
                    .map(|(name, _)| self.input(name, figures))
                    .find(|figure| figure.known().is_none())
                    .unwrap_or_else(|| Figure::Undefined("division by zero".into())),
            },
        };
        let itself = |name: &str| if name == metric.id { figure.known().into() } else { of(name) };
        if condition
            .is_some_and(|condition| on_itself && condition.expr.evaluate(&itself).is_true())
        {
            return reason();
        }
        figure
    }

    fn input(&self, name: &str, figures: &[Figure]) -> Figure {
        let known = self.index.get(name).and_then(|at| figures.get(*at));
        match known {
            Some(figure) => figure.clone(),
            None if name == DAYS => Figure::Known(Decimal::ONE),
            None => Figure::Undefined("not worked out".into()),
        }
    }
}

fn too_large() -> Figure {
    Figure::Undefined("too large".into())
}
