//! The registry: every metric by id, checked, and the order in which figures are worked out.

mod examples;
mod file;
mod program;
mod units;
mod validate;

use std::collections::{BTreeMap, BTreeSet};

use argosy_kernel::{Diagnostic, Files, Origin, Text, knowledge::nearest};
use serde::{Deserialize, Serialize};

use crate::{
    chart::Chart,
    dimension::{Dimension, Source},
    expression::Expr,
};

pub(crate) use program::Program;

/// Where metric definitions stand below `knowledge/`.
pub(crate) const METRICS_FOLDER: &str = "metrics/";

/// What a figure is counted in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// An amount in the reporting currency.
    Money,
    /// Pieces of goods.
    Units,
    /// Anything else that is counted: orders, clicks, SKUs.
    Count,
    /// A share or ratio: 0.15 is shown as 15 %.
    Fraction,
    /// A multiple: 2.65 is shown as 2.65.
    Ratio,
    Days,
}

/// Which direction is good.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Better {
    Higher,
    Lower,
    Neutral,
}

/// How the values of a measure are brought together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Aggregate {
    Sum,
    Count,
    CountDistinct,
}

/// An aggregate over one table.
#[derive(Clone, PartialEq, Debug)]
pub struct Simple {
    pub source: Source,
    pub aggregate: Aggregate,
    /// What is summed or counted; `None` for `count(*)`.
    pub expr: Option<Expr>,
    pub filter: Option<Expr>,
    pub measure_text: String,
    pub filter_text: Option<String>,
}

impl Simple {
    /// Whether the parts of a period or scope add up to the whole.
    pub(crate) fn is_additive(&self) -> bool {
        self.aggregate != Aggregate::CountDistinct && self.source.snapshot_of().is_none()
    }

    /// The ledger column and sign, when it is a plain sum by ledger line: those metrics share one
    /// pass over the ledger, however many are asked.
    pub(crate) fn by_line(&self) -> Option<(LedgerColumn, bool)> {
        let by_line_only = self
            .filter
            .iter()
            .flat_map(Expr::names)
            .all(|(name, _)| matches!(name, "line" | "stage"));
        if self.source != Source::Ledger || self.aggregate != Aggregate::Sum || !by_line_only {
            return None;
        }
        let column = |expr: &Expr| match expr {
            Expr::Name { name, .. } if name == "amount" => Some(LedgerColumn::Amount),
            Expr::Name { name, .. } if name == "units" => Some(LedgerColumn::Units),
            _ => None,
        };
        match self.expr.as_ref()? {
            Expr::Negate(inner) => column(inner).map(|column| (column, true)),
            plain => column(plain).map(|column| (column, false)),
        }
    }
}

/// A ledger column that is summed by line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum LedgerColumn {
    Amount,
    Units,
}

/// How far back a cumulative metric reaches.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reach {
    /// So many days up to and including the day.
    Days(u32),
    /// From the first day of the month.
    Month,
    /// From the first day of the year.
    Year,
}

/// The kinds of metric, in the words of dbt MetricFlow.
#[derive(Clone, PartialEq, Debug)]
pub enum Kind {
    Simple(Simple),
    Ratio { numerator: String, denominator: String },
    Derived { formula: String, expr: Expr },
    Cumulative { metric: String, reach: Reach },
}

impl Kind {
    pub fn id(&self) -> &'static str {
        match self {
            Self::Simple(_) => "simple",
            Self::Ratio { .. } => "ratio",
            Self::Derived { .. } => "derived",
            Self::Cumulative { .. } => "cumulative",
        }
    }
}

/// A condition with the text it was written as, which is also the reason shown when it holds.
#[derive(Clone, PartialEq, Debug)]
pub struct Condition {
    pub text: String,
    pub expr: Expr,
}

/// One metric.
#[derive(Clone, Debug)]
pub struct Metric {
    pub id: String,
    pub version: String,
    pub name: Text,
    pub says: Text,
    /// Where the formula comes from.
    pub source: String,
    pub origin: Origin,
    pub kind: Kind,
    pub unit: Unit,
    pub better: Better,
    pub undefined: Option<Condition>,
    pub dimensions: BTreeSet<Dimension>,
    examples: Vec<examples::Example>,
    file: file::Place,
}

/// All metrics by id.
#[derive(Clone, Debug, Default)]
pub struct Registry {
    metrics: BTreeMap<String, Metric>,
    chart: Chart,
}

/// The name in derived formulas of how many days a row covers.
pub(crate) const DAYS: &str = "days";

impl Registry {
    /// Reads all metric files, the company's over the built-in ones by id, and checks that they fit
    /// together. Examples run apart, by [`Registry::check`].
    ///
    /// # Errors
    /// Everything that is wrong, each with its place.
    pub fn load(files: &Files, chart: &Chart) -> Result<Self, Vec<Diagnostic>> {
        let mut wrong = Vec::new();
        let mut metrics = BTreeMap::new();
        for source in files.below(METRICS_FOLDER, ".toml") {
            match file::read(source, chart) {
                Ok(metric) => {
                    metrics.insert(metric.id.clone(), metric);
                }
                Err(complaints) => wrong.extend(complaints),
            }
        }
        let mut registry = Self { metrics, chart: chart.clone() };
        // Names of broken files are unknown to the others: one mistake must not bring forth ten.
        if wrong.is_empty() {
            wrong.extend(validate::validate(&mut registry));
        }
        if wrong.is_empty() { Ok(registry) } else { Err(wrong) }
    }

    /// Runs the examples of all metrics.
    pub fn check(&self) -> Vec<Diagnostic> {
        self.metrics.values().flat_map(|metric| examples::run(self, metric)).collect()
    }

    pub fn get(&self, id: &str) -> Option<&Metric> {
        self.metrics.get(id)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Metric> {
        self.metrics.values()
    }

    pub fn len(&self) -> usize {
        self.metrics.len()
    }

    pub fn is_empty(&self) -> bool {
        self.metrics.is_empty()
    }

    /// The metric id nearest to a misspelt one.
    pub fn nearest(&self, id: &str) -> Option<&str> {
        nearest(id, self.metrics.keys().map(String::as_str))
    }

    pub(crate) fn chart(&self) -> &Chart {
        &self.chart
    }

    /// The metrics that `metric` is directly made of.
    pub fn inputs<'a>(&self, metric: &'a Metric) -> Vec<&'a str> {
        let mut inputs: Vec<&str> = match &metric.kind {
            Kind::Simple(_) => Vec::new(),
            Kind::Ratio { numerator, denominator } => vec![numerator, denominator],
            Kind::Derived { expr, .. } => expr.names().into_iter().map(|(name, _)| name).collect(),
            Kind::Cumulative { metric, .. } => vec![metric],
        };
        if let Some(condition) = &metric.undefined {
            inputs.extend(condition.expr.names().into_iter().map(|(name, _)| name));
        }
        inputs.retain(|name| *name != DAYS && *name != metric.id);
        let mut seen = BTreeSet::new();
        inputs.retain(|name| seen.insert(*name));
        inputs
    }

    /// The simple metrics that `id` is made of in the end.
    pub(crate) fn simples<'a>(&'a self, id: &str) -> BTreeSet<&'a str> {
        let mut found = BTreeSet::new();
        let mut open: Vec<&Metric> = self.get(id).into_iter().collect();
        let mut seen = BTreeSet::new();
        while let Some(metric) = open.pop() {
            if !seen.insert(metric.id.as_str()) {
                continue;
            }
            if matches!(metric.kind, Kind::Simple(_)) {
                found.insert(metric.id.as_str());
            }
            open.extend(self.inputs(metric).into_iter().filter_map(|id| self.get(id)));
        }
        found
    }

    /// The tables that `id` is made of.
    pub fn sources(&self, id: &str) -> BTreeSet<Source> {
        self.simples(id)
            .into_iter()
            .filter_map(|id| match &self.get(id)?.kind {
                Kind::Simple(simple) => Some(simple.source),
                _ => None,
            })
            .collect()
    }
}

impl Metric {
    /// How the metric is worked out, as one line for people.
    pub fn formula(&self) -> String {
        match &self.kind {
            Kind::Simple(simple) => {
                let filter = simple.filter_text.as_ref();
                let filter = filter.map(|text| format!(" where {text}")).unwrap_or_default();
                format!("{} from {}{filter}", simple.measure_text, simple.source.id())
            }
            Kind::Ratio { numerator, denominator } => format!("{numerator} / {denominator}"),
            Kind::Derived { formula, .. } => formula.clone(),
            Kind::Cumulative { metric, reach } => match reach {
                Reach::Days(days) => format!("{metric} over the last {days} days"),
                Reach::Month => format!("{metric} from the first day of the month"),
                Reach::Year => format!("{metric} from the first day of the year"),
            },
        }
    }
}
