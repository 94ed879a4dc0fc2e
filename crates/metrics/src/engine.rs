//! The entrance: knowledge read once, questions answered over any session.

use argosy_facts::Session;
use argosy_kernel::{Diagnostic, Files, Origin, Text};
use serde::Serialize;

use crate::{
    answer::{Answer, DefinitionNote},
    ask,
    chart::Chart,
    desk_data::DeskData,
    dimension::{self, Dimension, DimensionName},
    ledger::{self, LedgerPage, LedgerQuestion},
    profit::{self, Profit},
    question::{AskError, ProfitQuestion, Question},
    rates::Rates,
    reconcile::{self, ReconcileQuestion, Reconciliation, UnknownFee},
    registry::{Better, Kind, Registry, Unit},
    scope::{self, Scope, Unpaired},
};

/// Metrics, chart, dimensions and exchange rates, checked and ready.
///
/// A session serves one question at a time: questions register their rates, pairings and costs in
/// it under fixed names. Sessions are cheap; open one per question.
#[derive(Clone, Debug)]
pub struct Engine {
    registry: Registry,
    chart: Chart,
    rates: Rates,
    dimensions: Vec<DimensionName>,
}

/// A metric as the registry page and `GET /metrics` show it.
#[derive(Clone, Debug, Serialize)]
pub struct MetricCard {
    pub id: String,
    pub version: String,
    pub name: Text,
    pub says: Text,
    pub kind: &'static str,
    pub unit: Unit,
    pub better: Better,
    pub dimensions: Vec<Dimension>,
    pub formula: String,
    pub undefined: Option<String>,
    /// The aggregate in SQL, for simple metrics.
    pub sql: Option<String>,
    pub tables: Vec<&'static str>,
    pub source: String,
    pub origin: &'static str,
}

impl Engine {
    /// Reads metrics, chart, dimensions and rates.
    ///
    /// # Errors
    /// Everything that is wrong in these files, each with its place.
    pub fn new(files: &Files) -> Result<Self, Vec<Diagnostic>> {
        let chart = Chart::load(files);
        let rates = Rates::load(files);
        let dimensions = dimension::load_names(files);
        match (chart, rates, dimensions) {
            (Ok(chart), Ok(rates), Ok(dimensions)) => {
                let registry = Registry::load(files, &chart)?;
                Ok(Self { registry, chart, rates, dimensions })
            }
            (chart, rates, dimensions) => {
                let wrong = [chart.err(), rates.err(), dimensions.err()];
                Err(wrong.into_iter().flatten().flatten().collect())
            }
        }
    }

    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    pub fn chart(&self) -> &Chart {
        &self.chart
    }

    pub fn rates(&self) -> &Rates {
        &self.rates
    }

    /// The dimensions with their names, in the order they are shown.
    pub fn dimensions(&self) -> &[DimensionName] {
        &self.dimensions
    }

    pub(crate) fn dimension_name(&self, dimension: Dimension) -> Text {
        let found = self.dimensions.iter().find(|name| name.id == dimension);
        found.map(|name| name.name.clone()).unwrap_or_default()
    }

    /// Runs the examples of all metrics.
    pub fn check(&self) -> Vec<Diagnostic> {
        self.registry.check()
    }

    /// All metrics as cards, in order of id.
    pub fn metrics(&self) -> Vec<MetricCard> {
        self.registry
            .iter()
            .map(|metric| MetricCard {
                id: metric.id.clone(),
                version: metric.version.clone(),
                name: metric.name.clone(),
                says: metric.says.clone(),
                kind: metric.kind.id(),
                unit: metric.unit,
                better: metric.better,
                dimensions: metric.dimensions.iter().copied().collect(),
                formula: metric.formula(),
                undefined: metric.undefined.as_ref().map(|condition| condition.text.clone()),
                sql: match &metric.kind {
                    Kind::Simple(simple) => Some(match &simple.filter_text {
                        Some(filter) => format!("{} filter (where {filter})", simple.measure_text),
                        None => simple.measure_text.clone(),
                    }),
                    _ => None,
                },
                tables: self.registry.sources(&metric.id).iter().map(|s| s.id()).collect(),
                source: metric.source.clone(),
                origin: DefinitionNote::origin(metric.origin),
            })
            .collect()
    }

    /// Answers a question.
    ///
    /// # Errors
    /// [`AskError::Question`] when the question is wrong, [`AskError::Facts`] when it cannot be run.
    pub async fn ask(
        &self,
        session: &Session,
        desk: &DeskData,
        question: &Question,
    ) -> Result<Answer, AskError> {
        ask::ask(self, session, desk, question).await
    }

    /// The profit and loss account.
    ///
    /// # Errors
    /// As [`Engine::ask`].
    pub async fn profit(
        &self,
        session: &Session,
        desk: &DeskData,
        question: &ProfitQuestion,
    ) -> Result<Profit, AskError> {
        profit::profit(self, session, desk, question).await
    }

    /// The ledger rows behind a number.
    ///
    /// # Errors
    /// As [`Engine::ask`].
    pub async fn ledger(
        &self,
        session: &Session,
        desk: &DeskData,
        question: &LedgerQuestion,
    ) -> Result<LedgerPage, AskError> {
        ledger::rows(self, session, desk, question).await
    }

    /// Statements against their control totals.
    ///
    /// # Errors
    /// [`AskError::Facts`].
    pub async fn reconcile(
        &self,
        session: &Session,
        question: &ReconcileQuestion,
    ) -> Result<Reconciliation, AskError> {
        reconcile::reconcile(session, &self.chart, question).await
    }

    /// Money whose fee type is not known.
    ///
    /// # Errors
    /// [`AskError::Facts`].
    pub async fn quarantine(&self, session: &Session) -> Result<Vec<UnknownFee>, AskError> {
        reconcile::quarantine(session).await
    }

    /// What there is to ask about.
    ///
    /// # Errors
    /// [`AskError::Facts`].
    pub async fn scope(&self, session: &Session) -> Result<Scope, AskError> {
        scope::scope(session).await
    }

    /// Seller SKUs with sales that are no product yet.
    ///
    /// # Errors
    /// [`AskError::Facts`].
    pub async fn unpaired(
        &self,
        session: &Session,
        desk: &DeskData,
    ) -> Result<Vec<Unpaired>, AskError> {
        scope::unpaired(session, &self.chart, desk).await
    }

    /// Whether the built-in or a company's definition of a metric is in use.
    pub fn origin(&self, metric: &str) -> Option<Origin> {
        self.registry.get(metric).map(|metric| metric.origin)
    }
}
