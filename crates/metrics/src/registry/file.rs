//! One metric file: its TOML form, and how it becomes a [`Metric`].

use std::{collections::BTreeSet, ops::Range};

use argosy_kernel::{Diagnostic, Source as KnowledgeFile, Text, knowledge::nearest};
use serde::{Deserialize, de::DeserializeOwned};
use toml::Spanned;

use super::{Aggregate, Condition, Kind, Metric, Reach, Simple, examples::Example};
use crate::{
    chart::Chart,
    dimension::{Dimension, Source},
    expression::{self, AGGREGATES, Expr, ExpressionError},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MetricFile {
    schema: Spanned<u32>,
    id: Spanned<String>,
    version: String,
    name: Text,
    says: Text,
    source: String,
    kind: Spanned<String>,
    unit: Spanned<String>,
    better: Spanned<String>,
    table: Option<Spanned<String>>,
    measure: Option<Spanned<String>>,
    filter: Option<Spanned<String>>,
    numerator: Option<Spanned<String>>,
    denominator: Option<Spanned<String>>,
    formula: Option<Spanned<String>>,
    metric: Option<Spanned<String>>,
    reach: Option<Spanned<String>>,
    undefined: Option<Spanned<String>>,
    dimensions: Option<Vec<Spanned<String>>>,
    #[serde(default)]
    example: Vec<Spanned<Example>>,
}

/// Where the parts of a metric stand in its file, for complaints that only show later.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub file: KnowledgeFile,
    pub id: Range<usize>,
    pub unit: Range<usize>,
    /// Field name → where its value stands.
    pub fields: Vec<(&'static str, Range<usize>)>,
    pub dimensions: Vec<(Dimension, Range<usize>)>,
    pub examples: Vec<Range<usize>>,
}

impl Place {
    pub(super) fn of(&self, field: &str) -> Range<usize> {
        let found = self.fields.iter().find(|(name, _)| *name == field);
        found.map_or_else(|| self.id.clone(), |(_, span)| span.clone())
    }

    /// A complaint about bytes inside the text of `field`.
    pub(super) fn inside(&self, field: &str, wrong: &ExpressionError) -> Diagnostic {
        inside(&self.file, &self.of(field), wrong)
    }
}

/// A complaint about a part of an expression that stands somewhere in the file.
fn inside(file: &KnowledgeFile, span: &Range<usize>, wrong: &ExpressionError) -> Diagnostic {
    let whole = file.text.get(span.clone()).unwrap_or("");
    let quotes = if whole.starts_with("\"\"\"") || whole.starts_with("'''") {
        // A line break right after the opening quotes is not part of the text.
        3 + usize::from(whole.get(3..4) == Some("\n"))
    } else {
        1
    };
    let start = (span.start + quotes + wrong.at).min(span.end);
    file.complain(start..(start + wrong.length).min(span.end), &wrong.message, &wrong.hint)
}

/// Reads one metric file.
pub(super) fn read(file: &KnowledgeFile, chart: &Chart) -> Result<Metric, Vec<Diagnostic>> {
    let parsed: MetricFile = file.toml().map_err(|wrong| vec![*wrong])?;
    let mut reader = Reader { file, chart, wrong: Vec::new() };
    let metric = reader.metric(parsed);
    match metric {
        Some(metric) if reader.wrong.is_empty() => Ok(metric),
        _ => Err(reader.wrong),
    }
}

struct Reader<'a> {
    file: &'a KnowledgeFile,
    chart: &'a Chart,
    wrong: Vec<Diagnostic>,
}

impl Reader<'_> {
    fn complain(&mut self, span: Range<usize>, message: &str, hint: &str) {
        self.wrong.push(self.file.complain(span, message, hint));
    }

    fn metric(&mut self, file: MetricFile) -> Option<Metric> {
        if *file.schema.get_ref() != 1 {
            self.complain(file.schema.span(), "unknown schema", "this version reads schema = 1");
        }
        if file.example.is_empty() {
            let hint = "add an [[example]] with what is given and what is expected";
            self.complain(file.id.span(), "the metric has no example", hint);
        }
        let place = self.place(&file);
        let kind = self.kind(&file);
        let unit = self.word(
            &file.unit,
            "unit",
            &["money", "units", "count", "fraction", "ratio", "days"],
        );
        let better = self.word(&file.better, "direction", &["higher", "lower", "neutral"]);
        let undefined = file.undefined.as_ref().and_then(|text| {
            let expr = self.expression(text)?;
            Some(Condition { text: text.get_ref().clone(), expr })
        });
        Some(Metric {
            id: file.id.into_inner(),
            version: file.version,
            name: file.name,
            says: file.says,
            source: file.source,
            origin: self.file.origin,
            kind: kind?,
            unit: unit?,
            better: better?,
            undefined,
            dimensions: place.dimensions.iter().map(|(dimension, _)| *dimension).collect(),
            examples: file.example.into_iter().map(Spanned::into_inner).collect(),
            file: place,
        })
    }

    fn place(&mut self, file: &MetricFile) -> Place {
        let fields = [
            ("measure", &file.measure),
            ("filter", &file.filter),
            ("numerator", &file.numerator),
            ("denominator", &file.denominator),
            ("formula", &file.formula),
            ("metric", &file.metric),
            ("undefined", &file.undefined),
        ];
        let mut dimensions = Vec::new();
        for word in file.dimensions.iter().flatten() {
            match Dimension::from_id(word.get_ref()) {
                Some(dimension) => dimensions.push((dimension, word.span())),
                None => self.unknown(word, "dimension", &Dimension::ALL.map(Dimension::id)),
            }
        }
        Place {
            file: self.file.clone(),
            id: file.id.span(),
            unit: file.unit.span(),
            fields: fields
                .into_iter()
                .filter_map(|(name, text)| Some((name, text.as_ref()?.span())))
                .collect(),
            dimensions,
            examples: file.example.iter().map(Spanned::span).collect(),
        }
    }

    fn unknown(&mut self, word: &Spanned<String>, what: &str, known: &[&str]) {
        let near = nearest(word.get_ref(), known.iter().copied());
        let hint = near.map_or_else(
            || format!("use one of: {}", known.join(", ")),
            |near| format!("did you mean `{near}`?"),
        );
        self.complain(word.span(), &format!("unknown {what} `{}`", word.get_ref()), &hint);
    }

    /// A word of a fixed list, as its enum.
    fn word<T: DeserializeOwned>(
        &mut self,
        word: &Spanned<String>,
        what: &str,
        known: &[&str],
    ) -> Option<T> {
        let text = serde_json::Value::String(word.get_ref().clone());
        let value = serde_json::from_value(text).ok();
        if value.is_none() {
            self.unknown(word, what, known);
        }
        value
    }

    fn expression(&mut self, text: &Spanned<String>) -> Option<Expr> {
        let read = expression::parse(text.get_ref());
        read.map_err(|wrong| self.wrong.push(inside(self.file, &text.span(), &wrong))).ok()
    }

    /// The value of a field that this kind of metric must have.
    fn needed<'f>(
        &mut self,
        file: &MetricFile,
        name: &str,
        field: Option<&'f Spanned<String>>,
    ) -> Option<&'f Spanned<String>> {
        if field.is_none() {
            let message = format!("a {} metric needs `{name}`", file.kind.get_ref());
            self.complain(file.kind.span(), &message, "");
        }
        field
    }

    /// Complains about fields that belong to another kind of metric.
    fn only(&mut self, file: &MetricFile, allowed: &[&str]) {
        let fields = [
            ("table", &file.table),
            ("measure", &file.measure),
            ("filter", &file.filter),
            ("numerator", &file.numerator),
            ("denominator", &file.denominator),
            ("formula", &file.formula),
            ("metric", &file.metric),
            ("reach", &file.reach),
        ];
        for (name, field) in fields {
            if let Some(field) = field.as_ref().filter(|_| !allowed.contains(&name)) {
                let message = format!("a {} metric has no `{name}`", file.kind.get_ref());
                let hint = format!("it has: {}", allowed.join(", "));
                self.complain(field.span(), &message, &hint);
            }
        }
    }

    fn kind(&mut self, file: &MetricFile) -> Option<Kind> {
        match file.kind.get_ref().as_str() {
            "simple" => {
                self.only(file, &["table", "measure", "filter"]);
                self.simple(file).map(Kind::Simple)
            }
            "ratio" => {
                self.only(file, &["numerator", "denominator"]);
                let numerator = self.needed(file, "numerator", file.numerator.as_ref())?;
                let denominator = self.needed(file, "denominator", file.denominator.as_ref())?;
                Some(Kind::Ratio {
                    numerator: numerator.get_ref().clone(),
                    denominator: denominator.get_ref().clone(),
                })
            }
            "derived" => {
                self.only(file, &["formula"]);
                let formula = self.needed(file, "formula", file.formula.as_ref())?;
                let expr = self.expression(formula)?;
                Some(Kind::Derived { formula: formula.get_ref().clone(), expr })
            }
            "cumulative" => {
                self.only(file, &["metric", "reach"]);
                let metric = self.needed(file, "metric", file.metric.as_ref())?;
                let reach = self.needed(file, "reach", file.reach.as_ref())?;
                let reach = self.reach(reach)?;
                Some(Kind::Cumulative { metric: metric.get_ref().clone(), reach })
            }
            _ => {
                let kinds = ["simple", "ratio", "derived", "cumulative"];
                self.unknown(&file.kind, "kind of metric", &kinds);
                None
            }
        }
    }

    fn reach(&mut self, word: &Spanned<String>) -> Option<Reach> {
        match word.get_ref().as_str() {
            "month" => Some(Reach::Month),
            "year" => Some(Reach::Year),
            text => {
                let days = text.strip_suffix('d').and_then(|days| days.parse().ok());
                let days = days.filter(|days| (1..=366).contains(days)).map(Reach::Days);
                if days.is_none() {
                    let message = format!("unknown reach `{text}`");
                    self.complain(word.span(), &message, "write month, year, or days as in 28d");
                }
                days
            }
        }
    }

    fn simple(&mut self, file: &MetricFile) -> Option<Simple> {
        let table = self.needed(file, "table", file.table.as_ref())?;
        let measure = self.needed(file, "measure", file.measure.as_ref())?;
        let Some(source) = Source::from_id(table.get_ref()) else {
            self.unknown(table, "table", &Source::ALL.map(Source::id));
            return None;
        };
        let parsed = self.expression(measure)?;
        let (aggregate, expr) = match parsed {
            Expr::Call { function, arguments, distinct, at }
                if AGGREGATES.contains(&function.as_str()) =>
            {
                let mut arguments = arguments.into_iter();
                let first = arguments.next();
                let aggregate = match (function.as_str(), &first, distinct) {
                    ("sum", Some(_), false) => Some(Aggregate::Sum),
                    ("count", _, false) => Some(Aggregate::Count),
                    ("count", Some(_), true) => Some(Aggregate::CountDistinct),
                    _ => None,
                };
                match aggregate.filter(|_| arguments.next().is_none()) {
                    Some(aggregate) => (aggregate, first),
                    None => {
                        let wrong = ExpressionError::new(at, function.len(), "wrong aggregate")
                            .hint("write sum(x), count(*), count(x) or count(distinct x)");
                        self.wrong.push(inside(self.file, &measure.span(), &wrong));
                        return None;
                    }
                }
            }
            _ => {
                let hint = "write sum(x), count(*), count(x) or count(distinct x)";
                self.complain(measure.span(), "the measure is not an aggregate", hint);
                return None;
            }
        };
        let filter = match &file.filter {
            Some(text) => Some((text, self.expression(text)?)),
            None => None,
        };
        self.columns(source, measure, expr.as_ref());
        let mut expanded = None;
        if let Some((text, filter)) = filter {
            self.columns(source, text, Some(&filter));
            match self.chart.expand(filter) {
                Ok(filter) => expanded = Some(filter),
                Err(wrong) => self.wrong.push(inside(self.file, &text.span(), &wrong)),
            }
        }
        Some(Simple {
            source,
            aggregate,
            expr,
            filter: expanded,
            measure_text: measure.get_ref().clone(),
            filter_text: file.filter.as_ref().map(|text| text.get_ref().clone()),
        })
    }

    /// Complains about names that are no columns of the table.
    fn columns(&mut self, source: Source, text: &Spanned<String>, expr: Option<&Expr>) {
        let known: BTreeSet<&str> = source.columns().iter().map(|(name, ..)| *name).collect();
        for (name, at) in expr.into_iter().flat_map(Expr::names) {
            if !known.contains(name) {
                let near = nearest(name, known.iter().copied());
                let hint = near.map_or_else(
                    || format!("it has: {}", known.iter().copied().collect::<Vec<_>>().join(", ")),
                    |near| format!("did you mean `{near}`?"),
                );
                let message = format!("table `{}` has no column `{name}`", source.id());
                let wrong = ExpressionError::new(at, name.len(), message).hint(hint);
                self.wrong.push(inside(self.file, &text.span(), &wrong));
            }
        }
    }
}
