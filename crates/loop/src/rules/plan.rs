//! The whole check of a rule's SQL: planned over the session's tables, without reading a fact.

use std::{ops::Range, sync::Arc};

use argosy_facts::{
    FactsError, Session,
    arrow::{
        array::RecordBatch,
        datatypes::{DataType, Field, Schema, SchemaRef},
    },
};
use argosy_kernel::{Currency, Day, Diagnostic};
use argosy_metrics::{DeskData, Engine};

use super::{InputKind, Rule, Rules, names};
use crate::{
    detect::{Detector, Holds},
    frame::{inputs, sql},
    watch::desk,
};

impl Rules {
    /// Plans the SQL of the rules that are `meant` and checks that every column they name exists.
    /// Nothing is read; any session will do.
    ///
    /// # Errors
    /// [`FactsError`] when the session cannot hold further tables. What is wrong in the rules comes
    /// back as diagnostics.
    pub async fn check_sql(
        &self,
        engine: &Engine,
        session: &Session,
        meant: fn(&Rule) -> bool,
    ) -> Result<Vec<Diagnostic>, FactsError> {
        sql::register_rates(session, engine.rates(), Currency::EUR);
        desk::register(session, &DeskData::default(), &[])?;
        let mut wrong = Vec::new();
        for rule in self.iter().filter(|rule| meant(rule)) {
            match frame_columns(rule, session).await {
                Ok(columns) => wrong.extend(names::check(rule, &columns, engine)),
                Err(one) => wrong.push(*one),
            }
            for input in &rule.inputs {
                sql::forget(session, &input.name)?;
            }
        }
        Ok(wrong)
    }
}

/// The columns of the frame of a rule.
async fn frame_columns(rule: &Rule, session: &Session) -> Result<Vec<String>, Box<Diagnostic>> {
    let day = Day::default();
    let mut last = Arc::new(Schema::empty());
    for input in &rule.inputs {
        let text = match &input.kind {
            InputKind::Sql(text) => text.as_str(),
            _ => "",
        };
        let failed = |error: FactsError| complaint(rule, &input.span, text, &error);
        let schema = match &input.kind {
            InputKind::Metrics { metrics, by, before: None, .. } => {
                inputs::metric_schema(by, metrics)
            }
            InputKind::Metrics { metrics, by, .. } => inputs::with_before(by, metrics),
            InputKind::Sql(text) => {
                let text = sql::with_days(text, day, inputs::window(input, day));
                inputs::columns(session, &text).await.map_err(failed)?
            }
            InputKind::Detector(detector) => schema(detector),
        };
        session
            .register(&input.name, vec![RecordBatch::new_empty(schema.clone())])
            .map_err(failed)?;
        last = schema;
    }
    if let (Some(text), Some(span)) = (&rule.frame, &rule.place.frame) {
        let failed = |error: FactsError| complaint(rule, span, text, &error);
        let text = sql::with_days(text, day, inputs::days_until(day, rule.window));
        last = inputs::columns(session, &text).await.map_err(failed)?;
    }
    Ok(last.fields().iter().map(|field| field.name().to_lowercase()).collect())
}

/// What is wrong with SQL, at the word it is about where the engine names one.
fn complaint(rule: &Rule, span: &Range<usize>, sql: &str, error: &FactsError) -> Box<Diagnostic> {
    let file = &rule.place.file;
    let message = error.to_string();
    let first = message.lines().next().unwrap_or_default();
    let (what, hint) = with_hint(first);
    let found = file.text.get(span.start..).and_then(|rest| rest.find(sql));
    let place = found.filter(|_| !sql.is_empty()).and_then(|at| {
        let word = place_in(sql, what)?;
        let start = span.start + at;
        Some(start + word.start..start + word.end)
    });
    Box::new(file.complain(place.unwrap_or_else(|| span.clone()), what, &hint))
}

/// What the engine says is wrong, and what it says would be right.
fn with_hint(message: &str) -> (&str, String) {
    if let Some((what, near)) = message.split_once(". Did you mean ") {
        let near = near.trim_end_matches('?').trim_matches('\'');
        return (what, format!("did you mean `{near}`?"));
    }
    if let Some((what, known)) = message.split_once(". Valid fields are ") {
        return (what, format!("use one of: {}", known.trim_end_matches('.')));
    }
    let hint = match message.contains(" not found") {
        true => {
            "SQL sees the fact tables, the inputs above it, and the tables that knowledge/rules/README.md names"
        }
        false => "see this SQL",
    };
    (message, hint.to_owned())
}

/// Where in SQL the name or the line stands that the engine complains about.
fn place_in(sql: &str, what: &str) -> Option<Range<usize>> {
    if let Some((_, at)) = what.split_once("at Line: ") {
        let line: usize = at.split(',').next()?.parse().ok()?;
        let before: usize =
            sql.split_inclusive('\n').take(line.checked_sub(1)?).map(str::len).sum();
        let text = sql.get(before..)?.lines().next()?;
        return Some(before..before + text.len());
    }
    let name = match what.split_once("No field named ") {
        Some((_, name)) => name.split_whitespace().next()?.trim_end_matches('.').replace('"', ""),
        None => what.split('\'').nth(1)?.rsplit('.').next()?.to_owned(),
    };
    let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    let whole =
        |at: &usize| !sql[..*at].ends_with(is_word) && !sql[at + name.len()..].starts_with(is_word);
    let at = sql.match_indices(&*name).map(|(at, _)| at).find(whole)?;
    Some(at..at + name.len())
}

/// The columns of a detector's table.
pub(crate) fn schema(detector: &Detector) -> SchemaRef {
    let field = |column: crate::detect::Column| {
        let holds = match column.holds {
            Holds::Text => DataType::Utf8,
            Holds::Number => DataType::Float64,
            Holds::Day => DataType::Date32,
        };
        Field::new(column.name, holds, true)
    };
    Arc::new(Schema::new(detector.columns().into_iter().map(field).collect::<Vec<_>>()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_complaint_about_sql_points_at_the_word() {
        let sql = "select a.day, sum(a.unitz) as unitzz\nfrom stocks a\ngroup byy 1";
        let told = |message: &str| place_in(sql, with_hint(message).0).map(|at| &sql[at]);
        let field = "Schema error: No field named a.unitz. Did you mean 'a.units'?";
        assert_eq!(told(field), Some("a.unitz"));
        assert_eq!(with_hint(field).1, "did you mean `a.units`?");
        let listed = "Schema error: No field named unitz. Valid fields are a.day, a.units.";
        assert_eq!(told(listed), Some("unitz"));
        assert_eq!(with_hint(listed).1, "use one of: a.day, a.units");
        let table = "Error during planning: table 'datafusion.public.stocks' not found";
        assert_eq!(told(table), Some("stocks"));
        let half = "SQL error: ParserError(\"Expected: ), found: byy at Line: 3, Column: 7\")";
        assert_eq!(told(half), Some("group byy 1"));
        assert_eq!(told("Error during planning: something else"), None);
    }
}
