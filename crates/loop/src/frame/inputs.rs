//! Inputs of rules as tables of the session. Equal questions of several rules are asked once, with
//! all metrics that any of them wants.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use argosy_facts::{
    FactsError, Limits, Session,
    arrow::{
        array::{ArrayRef, Date32Array, Float64Array, RecordBatch, StringArray},
        datatypes::{DataType, Field, Schema, SchemaRef},
    },
    datafusion::prelude::SQLOptions,
};
use argosy_kernel::{Currency, Day, Period};
use argosy_metrics::{AskError, DeskData, Dimension, Engine, Filters, Question, View};
use rust_decimal::prelude::ToPrimitive;

use super::day_number;
use crate::rules::{Input, InputKind, Rule};

/// One question about metrics, without the metrics.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct Asked {
    by: Vec<String>,
    from: Day,
    to: Day,
    condition: Option<String>,
}

/// Asks metrics for all rules of a run.
pub(crate) struct Asker<'a> {
    engine: &'a Engine,
    session: &'a Session,
    desk: &'a DeskData,
    currency: Currency,
    filters: &'a Filters,
    wanted: BTreeMap<Asked, BTreeSet<String>>,
    told: HashMap<Asked, RecordBatch>,
    /// Tables of detectors, by what was asked of them.
    pub(crate) detected: HashMap<String, RecordBatch>,
    /// Whether the ledger lies as SQL of rules sees it; a question may lay it out otherwise.
    pub(crate) laid: bool,
}

/// The days of an input that ends on `end`.
pub(crate) fn window(input: &Input, end: Day) -> Period {
    days_until(end - chrono::Days::new(u64::from(input.lag)), input.window)
}

/// So many days that end on `to`.
pub(crate) fn days_until(to: Day, days: u32) -> Period {
    Period { from: to - chrono::Days::new(u64::from(days.saturating_sub(1))), to }
}

/// The days before a window.
pub(crate) fn before(window: Period, days: u32) -> Period {
    days_until(window.from.pred_opt().unwrap_or(window.from), days)
}

impl<'a> Asker<'a> {
    pub(crate) fn new(
        (engine, session, desk): (&'a Engine, &'a Session, &'a DeskData),
        currency: Currency,
        filters: &'a Filters,
    ) -> Self {
        Self {
            engine,
            session,
            desk,
            currency,
            filters,
            wanted: BTreeMap::new(),
            told: HashMap::new(),
            detected: HashMap::new(),
            laid: false,
        }
    }

    /// Notes what a rule will ask, so that equal questions become one.
    pub(crate) fn want(&mut self, rule: &Rule, end: Day) {
        for input in &rule.inputs {
            for (asked, metrics) in questions(input, end) {
                self.wanted.entry(asked).or_default().extend(metrics.iter().cloned());
            }
        }
    }

    /// The table of an input with metrics.
    pub(crate) async fn table(&mut self, input: &Input, end: Day) -> Result<RecordBatch, AskError> {
        let mut questions = questions(input, end).into_iter();
        let Some((now, metrics)) = questions.next() else {
            return Err(FactsError::Query(format!("input `{}` asks nothing", input.name)).into());
        };
        let table = self.asked(&now).await?;
        let table = keep(&table, &now.by, metrics)?;
        let Some((before, _)) = questions.next() else { return Ok(table) };
        let earlier = self.asked(&before).await?;
        let earlier = keep(&earlier, &now.by, metrics)?;
        Ok(join_before(self.session, (table, earlier), &now.by, metrics).await?)
    }

    async fn asked(&mut self, asked: &Asked) -> Result<RecordBatch, AskError> {
        if let Some(known) = self.told.get(asked) {
            return Ok(known.clone());
        }
        let metrics = self.wanted.get(asked).into_iter().flatten().cloned().collect();
        let question = Question {
            metrics,
            by: asked.by.clone(),
            from: asked.from,
            to: asked.to,
            condition: asked.condition.clone(),
            filters: self.filters.clone(),
            currency: self.currency,
            compare: None,
            as_of: None,
            order: None,
            limit: None,
            view: View::default(),
        };
        self.laid = false;
        let table = ask(self.engine, self.session, self.desk, &question).await?;
        self.told.insert(asked.clone(), table.clone());
        Ok(table)
    }
}

/// The questions of an input: its window, and the one before it.
fn questions(input: &Input, end: Day) -> Vec<(Asked, &[String])> {
    let InputKind::Metrics { metrics, by, before: earlier, condition } = &input.kind else {
        return Vec::new();
    };
    let asked = |period: Period| Asked {
        by: by.clone(),
        from: period.from,
        to: period.to,
        condition: condition.clone(),
    };
    let now = window(input, end);
    let earlier = earlier.map(|days| asked(before(now, days)));
    std::iter::once(asked(now)).chain(earlier).map(|one| (one, metrics.as_slice())).collect()
}

/// Asks metrics as a table: dimensions as words (days as days), metrics as numbers; what is not
/// known is null.
pub(crate) async fn ask(
    engine: &Engine,
    session: &Session,
    desk: &DeskData,
    question: &Question,
) -> Result<RecordBatch, AskError> {
    let sheet = engine.sheet(session, desk, question).await?;
    let mut columns: Vec<ArrayRef> = Vec::new();
    for name in &question.by {
        let at = sheet.by.iter().position(|known| known == name);
        let keys = sheet.rows.iter().map(|row| at.and_then(|at| row.key[at].as_deref()));
        columns.push(match is_time(name) {
            true => {
                let day = |key: Option<&str>| key.and_then(|day| day.parse().ok()).map(day_number);
                Arc::new(keys.map(day).collect::<Date32Array>())
            }
            false => Arc::new(keys.collect::<StringArray>()),
        });
    }
    for metric in &question.metrics {
        let at = sheet.metrics.iter().position(|known| known == metric);
        let figures = sheet.rows.iter().map(|row| {
            let number = at.and_then(|at| row.figures[at]);
            number.and_then(|number| number.to_f64()) // float-ok: rules weigh, the ledger counts
        });
        columns.push(Arc::new(figures.collect::<Float64Array>()));
    }
    let schema = metric_schema(&question.by, &question.metrics);
    Ok(RecordBatch::try_new(schema, columns).map_err(FactsError::from)?)
}

fn is_time(name: &str) -> bool {
    Dimension::from_id(name).is_some_and(|dimension| dimension.grain().is_some())
}

/// The columns of a table of metrics.
pub(crate) fn metric_schema(by: &[String], metrics: &[String]) -> SchemaRef {
    let key = |name: &String| {
        Field::new(name, if is_time(name) { DataType::Date32 } else { DataType::Utf8 }, true)
    };
    let metric = |name: &String| Field::new(name, DataType::Float64, true);
    Arc::new(Schema::new(by.iter().map(key).chain(metrics.iter().map(metric)).collect::<Vec<_>>()))
}

/// Some columns of a table.
fn keep(table: &RecordBatch, by: &[String], metrics: &[String]) -> Result<RecordBatch, FactsError> {
    let places = by.iter().chain(metrics).map(|name| table.schema().index_of(name));
    Ok(table.project(&places.collect::<Result<Vec<_>, _>>()?)?)
}

/// Both windows side by side, rows of either kept.
async fn join_before(
    session: &Session,
    (now, before): (RecordBatch, RecordBatch),
    by: &[String],
    metrics: &[String],
) -> Result<RecordBatch, FactsError> {
    let schema = with_before(by, metrics);
    session.register("window_now", vec![now])?;
    session.register("window_before", vec![before])?;
    let keys = by.iter().map(|name| format!("coalesce(n.\"{name}\", b.\"{name}\") AS \"{name}\""));
    let now = metrics.iter().map(|name| format!("n.\"{name}\""));
    let earlier = metrics.iter().map(|name| format!("b.\"{name}\" AS \"{name}_before\""));
    let on = by.iter().map(|name| format!("(n.\"{name}\" IS NOT DISTINCT FROM b.\"{name}\")"));
    let on: Vec<String> = on.collect();
    let columns: Vec<String> = keys.chain(now).chain(earlier).collect();
    let on = if on.is_empty() { "TRUE".to_owned() } else { on.join(" AND ") };
    let sql = format!(
        "SELECT {} FROM window_now n FULL JOIN window_before b ON {on}",
        columns.join(", ")
    );
    let batches = session.query(&sql).await?;
    for name in ["window_now", "window_before"] {
        super::sql::forget(session, name)?;
    }
    Ok(argosy_facts::arrow::compute::concat_batches(&schema, &batches)?)
}

/// The columns of a table of metrics with those of the window before.
pub(crate) fn with_before(by: &[String], metrics: &[String]) -> SchemaRef {
    let earlier = metrics.iter().map(|name| format!("{name}_before"));
    metric_schema(by, &metrics.iter().cloned().chain(earlier).collect::<Vec<_>>())
}

/// Runs SQL of a rule: its columns and its rows, also when there are none.
pub(crate) async fn read(
    session: &Session,
    sql: &str,
    limits: Limits,
) -> Result<(SchemaRef, Vec<RecordBatch>), FactsError> {
    let batches = session.read_only(sql, limits).await?;
    // Only what gives no row is planned a second time.
    let schema = match batches.first() {
        Some(batch) => batch.schema(),
        None => columns(session, sql).await?,
    };
    Ok((schema, batches))
}

/// The columns that SQL of a rule gives, without running it.
pub(crate) async fn columns(session: &Session, sql: &str) -> Result<SchemaRef, FactsError> {
    let options =
        SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
    let frame = session.context().sql_with_options(sql, options).await?;
    let fields: Vec<Field> = frame
        .schema()
        .fields()
        .iter()
        .map(|field| match field.data_type() {
            DataType::Utf8View => Field::new(field.name(), DataType::Utf8, field.is_nullable()),
            _ => field.as_ref().clone(),
        })
        .collect();
    Ok(Arc::new(Schema::new(fields)))
}

/// Registers a table, also one without rows.
pub(crate) fn register(
    session: &Session,
    name: &str,
    schema: &SchemaRef,
    mut batches: Vec<RecordBatch>,
) -> Result<(), FactsError> {
    if batches.is_empty() {
        batches.push(RecordBatch::new_empty(schema.clone()));
    }
    session.register(name, batches)
}
