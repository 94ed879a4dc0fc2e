//! The whole check of a rule's SQL: planned over the session's tables, without reading a fact.

use std::sync::Arc;

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
    /// Plans the SQL of all rules and checks that every column they name exists. Nothing is read;
    /// any session will do.
    ///
    /// # Errors
    /// [`FactsError`] when the session cannot hold further tables. What is wrong in the rules comes
    /// back as diagnostics.
    pub async fn check_sql(
        &self,
        engine: &Engine,
        session: &Session,
    ) -> Result<Vec<Diagnostic>, FactsError> {
        sql::register_rates(session, engine.rates(), Currency::EUR);
        desk::register(session, &DeskData::default(), &[])?;
        let mut wrong = Vec::new();
        for rule in self.iter() {
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
    let complain = |span: &std::ops::Range<usize>, error: &FactsError| {
        let message = error.to_string();
        let first = message.lines().next().unwrap_or_default();
        Box::new(rule.place.file.complain(span.clone(), first, "see this SQL"))
    };
    let mut last = Arc::new(Schema::empty());
    for input in &rule.inputs {
        let failed = |error: FactsError| complain(&input.span, &error);
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
        let text = sql::with_days(text, day, inputs::days_until(day, rule.window));
        last = inputs::columns(session, &text).await.map_err(|error| complain(span, &error))?;
    }
    Ok(last.fields().iter().map(|field| field.name().to_lowercase()).collect())
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
