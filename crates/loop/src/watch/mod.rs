//! `watch`: all rules over the facts of a day, and what they find.

mod build;
pub(crate) mod desk;
mod join;
mod preview;
#[cfg(test)]
mod tests;
mod young;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use argosy_facts::{
    Limits, Session,
    arrow::{array::RecordBatch, datatypes::Schema},
};
use argosy_kernel::{Currency, Day, Period, knowledge::nearest};
use argosy_metrics::{DeskData, Engine, Filters, Rates, expression::Value, health::HealthImport};

pub use self::preview::{Preview, PreviewDay, PreviewQuestion, preview};
use crate::{
    detect::{self, Detector, Surroundings},
    error::{LoopError, RuleFailure},
    finding::{Finding, RuleRun, Threshold, Watch},
    frame::{
        Frame,
        inputs::{self, Asker},
        peer, shrink, sql,
        thresholds::{Catalogue, Thresholds},
    },
    judge::{Row, Verdict},
    rules::{InputKind, Rule, Rules},
};

/// What is judged.
#[derive(Clone, PartialEq, Debug)]
pub struct WatchQuestion {
    /// The last day that counts, as a rule the newest full day.
    pub day: Day,
    /// The reporting currency.
    pub currency: Currency,
    /// Ids of rules; all when empty.
    pub rules: Vec<String>,
    /// Values allowed per dimension, as in a question to the metrics.
    pub filters: Filters,
}

/// What the company has noted of a product of its own.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Facet {
    pub sku: String,
    pub category: Option<String>,
    /// Such as `launch`, `mature`, `clearance`.
    pub stage: Option<String>,
}

/// A known report that came with other columns than before.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReportDrift {
    pub store: String,
    /// Id of the report without version.
    pub report: String,
    pub day: Day,
    pub gone: Vec<String>,
    pub added: Vec<String>,
}

/// An import as far as restating goes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ImportRows {
    pub id: i64,
    pub store: String,
    /// Id of the report without version.
    pub report: String,
    /// The first 16 digits of the file's hash, as facts carry it.
    pub raw: String,
    /// The day it was received.
    pub day: Day,
    /// Rows of the file, and rows of earlier files that it took the place of.
    pub rows: u64,
    pub replaced: u64,
}

/// Where rules look.
pub struct WatchInput<'a> {
    pub engine: &'a Engine,
    pub session: &'a Session,
    pub desk: &'a DeskData,
    pub facets: &'a [Facet],
    /// Imports for the coverage of days.
    pub imports: &'a [HealthImport],
    /// Imports for what was restated, oldest first.
    pub restated: &'a [ImportRows],
    pub drifts: &'a [ReportDrift],
    /// The company's own thresholds.
    pub thresholds: &'a [Threshold],
}

/// Runs rules. A rule that fails is told in its run and keeps no other from running; `progress` hears
/// how many rules are done, of how many, and which comes next.
///
/// # Errors
/// [`LoopError::UnknownRule`] for an id that is no rule; [`LoopError::Facts`] and [`LoopError::Ask`]
/// when the facts cannot be laid out at all.
pub async fn watch(
    rules: &Rules,
    input: &WatchInput<'_>,
    question: &WatchQuestion,
    progress: &(dyn Fn(usize, usize, &str) + Sync),
) -> Result<Watch, LoopError> {
    let chosen = chosen(rules, &question.rules)?;
    let rates = input.engine.rates().with_own(&input.desk.own_rates);
    let rates = rates.with_policy(input.desk.money.fx_policy);
    sql::register_rates(input.session, &rates, question.currency);
    desk::register(input.session, input.desk, input.facets)?;
    let catalogue = Catalogue::new(input.desk, input.facets);
    let about = (input.engine, input.session, input.desk);
    let mut asker = Asker::new(about, question.currency, &question.filters);
    let mut ends = Vec::new();
    let mut told = young::Told::default();
    for rule in &chosen {
        let end = young::judged_until(rule, input, question, rules.settings(), &mut told).await?;
        asker.want(rule, end);
        ends.push(end);
    }
    let mut findings = Vec::new();
    let mut runs = Vec::new();
    for (at, (rule, end)) in chosen.iter().zip(ends).enumerate() {
        progress(at, chosen.len(), &rule.id);
        let began = Instant::now();
        let work = Work { rules, rule, input, question, catalogue: &catalogue, rates: &rates, end };
        let told = work.run(&mut asker).await;
        let window = inputs::days_until(end, rule.window);
        let mut run = RuleRun {
            rule: rule.id.clone(),
            rows: 0,
            fired: 0,
            not_enough: 0,
            millis: 0,
            window,
            problem: None,
        };
        match told {
            Ok(judged) => {
                run.rows = judged.rows;
                run.fired = judged.findings.len();
                run.not_enough = judged.not_enough;
                findings.extend(judged.findings);
            }
            Err(failure) => run.problem = Some(failure.told()),
        }
        run.millis = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        runs.push(run);
    }
    progress(chosen.len(), chosen.len(), "");
    let findings = join::join(findings, rules);
    Ok(Watch { day: question.day, currency: question.currency, findings, runs })
}

fn chosen<'r>(rules: &'r Rules, ids: &[String]) -> Result<Vec<&'r Rule>, LoopError> {
    if ids.is_empty() {
        return Ok(rules.iter().collect());
    }
    let of = |id: &String| {
        rules.get(id).ok_or_else(|| {
            let near = nearest(id, rules.iter().map(|rule| rule.id.as_str()));
            let hint = near.map_or_else(
                || "`argosy rules` lists all of them".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            LoopError::UnknownRule { id: id.clone(), hint }
        })
    };
    ids.iter().map(of).collect()
}

/// One rule at work.
struct Work<'a> {
    rules: &'a Rules,
    rule: &'a Rule,
    input: &'a WatchInput<'a>,
    question: &'a WatchQuestion,
    catalogue: &'a Catalogue,
    rates: &'a Rates,
    end: Day,
}

/// What one rule found.
struct Judged {
    rows: usize,
    not_enough: usize,
    findings: Vec<Finding>,
}

impl Work<'_> {
    async fn run(&self, asker: &mut Asker<'_>) -> Result<Judged, RuleFailure> {
        let settings = &self.rules.settings().run;
        let deadline = Instant::now() + settings.time();
        let frame = self.frame(asker, deadline).await;
        for input in &self.rule.inputs {
            sql::forget(self.input.session, &input.name)?;
        }
        self.judge(&frame?, deadline)
    }

    fn limits(&self, deadline: Instant) -> Result<Limits, RuleFailure> {
        let settings = &self.rules.settings().run;
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(RuleFailure::TooSlow { seconds: settings.seconds_per_rule });
        }
        Ok(Limits { time: left.max(Duration::from_secs(1)), rows: settings.rows_most })
    }

    /// The inputs as tables, and the frame made of them.
    async fn frame(&self, asker: &mut Asker<'_>, deadline: Instant) -> Result<Frame, RuleFailure> {
        let session = self.input.session;
        let (mut schema, mut batches) = (Arc::new(Schema::empty()), Vec::new());
        for input in &self.rule.inputs {
            let window = inputs::window(input, self.end);
            (schema, batches) = match &input.kind {
                InputKind::Metrics { .. } => {
                    let table = asker.table(input, self.end).await?;
                    (table.schema(), vec![table])
                }
                InputKind::Sql(text) => {
                    self.prepare(asker).await?;
                    let text = sql::with_days(text, self.end, window);
                    inputs::read(session, &text, self.limits(deadline)?).await?
                }
                InputKind::Detector(detector) => {
                    let table = self.detect(asker, detector, window).await?;
                    (table.schema(), vec![table])
                }
            };
            inputs::register(session, &input.name, &schema, batches.clone())?;
        }
        if let Some(text) = &self.rule.frame {
            self.prepare(asker).await?;
            let window = inputs::days_until(self.end, self.rule.window);
            let text = sql::with_days(text, self.end, window);
            (schema, batches) = inputs::read(session, &text, self.limits(deadline)?).await?;
        }
        let mut frame = Frame::new(&schema, &batches)?;
        for one in &self.rule.shrinks {
            shrink::add(&mut frame, one)?;
        }
        for one in &self.rule.peers {
            peer::add(&mut frame, one)?;
        }
        self.limits(deadline)?;
        Ok(frame)
    }

    /// SQL sees the ledger with the company's bookings; a question may have laid it out otherwise.
    async fn prepare(&self, asker: &mut Asker<'_>) -> Result<(), RuleFailure> {
        let WatchInput { engine, session, desk, .. } = self.input;
        if !asker.laid {
            engine.prepare(session, desk).await?;
            asker.laid = true;
        }
        Ok(())
    }

    /// Runs a detector, once for all rules that call it alike.
    async fn detect(
        &self,
        asker: &mut Asker<'_>,
        detector: &Detector,
        window: Period,
    ) -> Result<RecordBatch, RuleFailure> {
        let key = detector.identity(self.end, window);
        if let Some(known) = asker.detected.get(&key) {
            return Ok(known.clone());
        }
        self.prepare(asker).await?;
        let around = Surroundings {
            input: self.input,
            rates: self.rates,
            currency: self.question.currency,
            filters: &self.question.filters,
            day: self.end,
            window,
        };
        // Detectors ask questions of their own.
        asker.laid = false;
        let table = detect::run(detector, &around).await?;
        asker.detected.insert(key, table.clone());
        Ok(table)
    }

    fn judge(&self, frame: &Frame, deadline: Instant) -> Result<Judged, RuleFailure> {
        let settings = &self.rules.settings().run;
        let thresholds = Thresholds::new(self.rule, self.input.thresholds, self.catalogue);
        let builder = build::Builder::new(self.rule, self.input.engine, self.catalogue);
        let mut judged = Judged { rows: 0, not_enough: 0, findings: Vec::new() };
        let mut fired = 0;
        for at in 0..frame.rows {
            if at % 512 == 0 {
                self.limits(deadline)?;
            }
            if !self.is_asked(frame, at) {
                continue;
            }
            judged.rows += 1;
            let column = |name: &str| frame.value(name, at);
            let threshold = |name: &str| {
                thresholds
                    .of(name, frame, at)
                    .map(|(value, _)| value)
                    .map_or(Value::Null, Value::Number)
            };
            let row = Row::new(self.rule, &column, &threshold);
            match row.verdict() {
                Verdict::NotEnough => judged.not_enough += 1,
                Verdict::Quiet => {}
                Verdict::Fires => {
                    fired += 1;
                    if fired <= settings.fired_most {
                        let place = build::Place { frame, at, thresholds: &thresholds };
                        judged.findings.push(builder.finding(
                            &row,
                            &place,
                            self.question,
                            self.end,
                        ));
                    }
                }
            }
        }
        if fired > settings.fired_most {
            return Err(RuleFailure::TooMany { fired, most: settings.fired_most });
        }
        Ok(judged)
    }

    /// Whether the filters of the question let a row through, as far as it has their columns.
    fn is_asked(&self, frame: &Frame, at: usize) -> bool {
        self.question.filters.iter().filter(|(_, values)| !values.is_empty()).all(
            |(name, values)| match frame.column(name) {
                Some(column) => values.contains(&column.key(at)),
                None => true,
            },
        )
    }
}
