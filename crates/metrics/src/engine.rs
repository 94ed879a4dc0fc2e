//! The entrance: knowledge read once, questions answered over any session.

use argosy_facts::Session;
use argosy_kernel::{Day, Diagnostic, Files, Grain, Origin, Period, Text};
use serde::Serialize;

use crate::{
    allocation,
    answer::{Answer, DefinitionNote},
    ask,
    chart::{COGS, Chart, Stage},
    costing::{self, CostFlow, CostFlowQuestion, CostProblem, StockValue},
    desk_data::DeskData,
    dimension::{self, Dimension, DimensionName},
    ledger::{self, LedgerPage, LedgerQuestion},
    levels::Levels,
    money::{Basis, Vat, View},
    profit::{self, Profit},
    question::{AskError, Compare, ProfitQuestion, Question},
    rates::Rates,
    reconcile::{
        self, ReconcileQuestion, Reconciliation, UnknownFee,
        bank::{self, BankMatching},
        chain::{self, Chain},
        economics::{self, EconomicsLine},
        orders::{self, OrderCheckQuestion, OrderChecks},
        payouts,
        proof::{self, Proof},
        rules::CheckRules,
        unsettled::{self, Unsettled, UnsettledQuestion},
    },
    registry::{Better, Kind, Registry, Unit},
    scope::{self, Scope, Unpaired},
    sheet::Sheet,
    shelf::Shelf,
    spans::KeysTold,
    vat::{VAT_IN_SALES, VatRates},
    view::{self, Laid, Wish},
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
    vat: VatRates,
    dimensions: Vec<DimensionName>,
    allocation: allocation::Rules,
    levels: Levels,
    checks: CheckRules,
    shelf: Shelf,
    told: KeysTold,
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
        let mut wrong = Vec::new();
        let rates = loaded(Rates::load(files), &mut wrong);
        let vat = loaded(VatRates::load(files), &mut wrong);
        let dimensions = loaded(dimension::load_names(files), &mut wrong);
        let levels = loaded(Levels::load(files), &mut wrong);
        let checks = loaded(CheckRules::load(files), &mut wrong);
        let chart = match Chart::load(files) {
            Ok(chart) if wrong.is_empty() => chart,
            // Metrics and rules speak of the chart: without it all of them would be wrong.
            chart => {
                wrong.extend(chart.err().into_iter().flatten());
                return Err(wrong);
            }
        };
        let registry = Registry::load(files, &chart)?;
        let allocation = allocation::Rules::load(files, &chart)?;
        let (shelf, told) = (Shelf::default(), KeysTold::default());
        Ok(Self {
            registry,
            chart,
            rates,
            vat,
            dimensions,
            allocation,
            levels,
            checks,
            shelf,
            told,
        })
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

    pub(crate) fn vat(&self) -> &VatRates {
        &self.vat
    }

    /// The dimensions with their names, in the order they are shown.
    pub fn dimensions(&self) -> &[DimensionName] {
        &self.dimensions
    }

    pub(crate) fn allocation(&self) -> &allocation::Rules {
        &self.allocation
    }

    pub(crate) fn levels(&self) -> &Levels {
        &self.levels
    }

    pub(crate) fn checks(&self) -> &CheckRules {
        &self.checks
    }

    pub(crate) fn keys_told(&self) -> &KeysTold {
        &self.told
    }

    pub(crate) fn shelf(&self) -> &Shelf {
        &self.shelf
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
        let closings = match ask::asks_exchange_results(self, question) {
            true => closings(question.from, question.to, question.compare, &question.by),
            false => Vec::new(),
        };
        let wish = Wish { view: question.view, currency: question.currency, closings };
        let laid = view::prepare(self, session, desk, &wish).await?;
        let mut answer = ask::ask(self, session, desk, question).await?;
        answer.notes.look(laid);
        Ok(answer)
    }

    /// The rows of a question and nothing around them: a tenth of the memory of an answer. Order,
    /// limit and comparison of the question do not count here.
    ///
    /// # Errors
    /// As [`Engine::ask`].
    pub async fn sheet(
        &self,
        session: &Session,
        desk: &DeskData,
        question: &Question,
    ) -> Result<Sheet, AskError> {
        let closings = match ask::asks_exchange_results(self, question) {
            true => closings(question.from, question.to, None, &question.by),
            false => Vec::new(),
        };
        let wish = Wish { view: question.view, currency: question.currency, closings };
        view::prepare(self, session, desk, &wish).await?;
        ask::sheet(self, session, desk, question).await
    }

    /// Makes the ledger of `session` the books as all questions see them, without a question's own
    /// view: with bookings, goods written off and the cost of advertising from its source. For
    /// readers that come past the questions: SQL, exports.
    ///
    /// # Errors
    /// [`AskError::Facts`].
    pub async fn prepare(&self, session: &Session, desk: &DeskData) -> Result<(), AskError> {
        let view = View { vat: Some(Vat::AsTold), ..View::default() };
        let closings = Vec::new();
        let wish = Wish { view, currency: desk.costing.currency, closings };
        view::prepare(self, session, desk, &wish).await.map(|_: Laid| ())
    }

    /// Whether an unknown fee can be booked to `line`: a leaf that holds imported money.
    pub fn bookable(&self, line: &str) -> bool {
        let is_computed = |stage: Stage| matches!(stage, Stage::Financial | Stage::Unclassified);
        line != COGS
            && line != VAT_IN_SALES
            && !self.chart.is_group(line)
            && self.chart.get(line).is_some_and(|line| !is_computed(line.stage))
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
        let closings = closings(question.from, question.to, question.compare, &question.by);
        let wish = Wish { view: question.view, currency: question.currency, closings };
        let laid = view::prepare(self, session, desk, &wish).await?;
        let mut profit = profit::profit(self, session, desk, question).await?;
        profit.notes.look(laid);
        Ok(profit)
    }

    /// The account by day of settlement and by day of order, side by side.
    ///
    /// # Errors
    /// As [`Engine::ask`].
    pub async fn profit_bases(
        &self,
        session: &Session,
        desk: &DeskData,
        question: &ProfitQuestion,
    ) -> Result<ProfitBases, AskError> {
        let on = |basis: Basis| ProfitQuestion {
            view: View { basis, ..question.view },
            ..question.clone()
        };
        let settlement = self.profit(session, desk, &on(Basis::Settlement)).await?;
        let order = self.profit(session, desk, &on(Basis::Order)).await?;
        Ok(ProfitBases { settlement, order })
    }

    /// What the stock was worth at the end of a day, by product and warehouse.
    ///
    /// # Errors
    /// [`AskError::Question`] without purchases, [`AskError::Facts`].
    pub async fn stock_value(
        &self,
        session: &Session,
        desk: &DeskData,
        day: Day,
    ) -> Result<StockValue, AskError> {
        costing::stock_value(self, session, desk, day).await
    }

    /// Where the cost of every unit of a product came from and where it went.
    ///
    /// # Errors
    /// [`AskError::Question`] for an unknown product, [`AskError::Facts`].
    pub async fn cost_flow(
        &self,
        session: &Session,
        desk: &DeskData,
        question: &CostFlowQuestion,
    ) -> Result<CostFlow, AskError> {
        costing::cost_flow(self, session, desk, question).await
    }

    /// What keeps costs from being known.
    ///
    /// # Errors
    /// [`AskError::Facts`].
    pub async fn cost_problems(
        &self,
        session: &Session,
        desk: &DeskData,
    ) -> Result<Vec<CostProblem>, AskError> {
        costing::problems(self, session, desk).await
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
        let closings = closings(question.from, question.to, None, &[]);
        let wish = Wish { view: question.view, currency: question.currency, closings };
        view::prepare(self, session, desk, &wish).await?;
        ledger::rows(self, session, desk, question).await
    }

    /// Statements against their control totals.
    ///
    /// # Errors
    /// [`AskError::Facts`].
    pub async fn reconcile(
        &self,
        session: &Session,
        desk: &DeskData,
        question: &ReconcileQuestion,
    ) -> Result<Reconciliation, AskError> {
        self.prepare(session, desk).await?;
        reconcile::reconcile(session, &self.chart, question).await
    }

    /// The chain of consecutive statements of each store and currency.
    ///
    /// # Errors
    /// [`AskError::Facts`].
    pub async fn reconcile_chain(
        &self,
        session: &Session,
        desk: &DeskData,
        question: &ReconcileQuestion,
    ) -> Result<Vec<Chain>, AskError> {
        self.prepare(session, desk).await?;
        chain::chains(session, &desk.reports, question).await
    }

    /// Payouts against the lines of the bank.
    ///
    /// # Errors
    /// [`AskError::Facts`].
    pub async fn reconcile_bank(
        &self,
        session: &Session,
        desk: &DeskData,
        question: &ReconcileQuestion,
    ) -> Result<BankMatching, AskError> {
        self.prepare(session, desk).await?;
        let rates = self.rates.with_own(&desk.own_rates);
        // All payouts take part, so that one of another store cannot be taken for this one's.
        let all = payouts::payouts(session, &desk.bookings).await?;
        let mut matching = bank::pair(&all, bank::lines(session).await?, &rates);
        matching.keep(question);
        Ok(matching)
    }

    /// The proof of each statement, with what it leaves unexplained.
    ///
    /// # Errors
    /// [`AskError::Facts`].
    pub async fn reconcile_proof(
        &self,
        session: &Session,
        desk: &DeskData,
        question: &ReconcileQuestion,
    ) -> Result<Vec<Proof>, AskError> {
        self.prepare(session, desk).await?;
        proof::proofs(session, &self.chart, question).await
    }

    /// Orders against the ledger, one by one.
    ///
    /// # Errors
    /// As [`Engine::ask`].
    pub async fn reconcile_orders(
        &self,
        session: &Session,
        desk: &DeskData,
        question: &OrderCheckQuestion,
    ) -> Result<OrderChecks, AskError> {
        self.prepare(session, desk).await?;
        orders::check(session, &self.checks, question).await
    }

    /// The ledger against the channel's own economics.
    ///
    /// # Errors
    /// [`AskError::Facts`].
    pub async fn reconcile_economics(
        &self,
        session: &Session,
        desk: &DeskData,
        question: &ReconcileQuestion,
    ) -> Result<Vec<EconomicsLine>, AskError> {
        self.prepare(session, desk).await?;
        economics::compare(session, question).await
    }

    /// Money that is earned and not there yet.
    ///
    /// # Errors
    /// [`AskError::Facts`].
    pub async fn unsettled(
        &self,
        session: &Session,
        desk: &DeskData,
        question: &UnsettledQuestion,
    ) -> Result<Unsettled, AskError> {
        self.prepare(session, desk).await?;
        let rates = self.rates.with_own(&desk.own_rates).with_policy(desk.money.fx_policy);
        unsettled::unsettled(session, &rates, &self.checks, question).await
    }

    /// Money whose fee type is not known.
    ///
    /// # Errors
    /// [`AskError::Facts`].
    pub async fn quarantine(
        &self,
        session: &Session,
        desk: &DeskData,
    ) -> Result<Vec<UnknownFee>, AskError> {
        self.prepare(session, desk).await?;
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

/// What was read; what is wrong with it goes to the others.
fn loaded<T: Default>(read: Result<T, Vec<Diagnostic>>, wrong: &mut Vec<Diagnostic>) -> T {
    read.unwrap_or_else(|more| {
        wrong.extend(more);
        T::default()
    })
}

/// The account on both bases.
#[derive(Clone, Debug, Serialize)]
pub struct ProfitBases {
    pub settlement: Profit,
    pub order: Profit,
}

/// The asked days and those compared with, with the grain of the answer's rows.
fn closings(
    from: Day,
    to: Day,
    compare: Option<Compare>,
    by: &[String],
) -> Vec<(Period, Option<Grain>)> {
    let Some(asked) = Period::new(from, to) else { return Vec::new() };
    let grains = by.iter().filter_map(|name| Dimension::from_id(name)?.grain());
    let grain = grains.min_by_key(|grain| match grain {
        Grain::Day => 0,
        Grain::Week => 1,
        Grain::Month => 2,
    });
    let other = compare.map(|compare| compare.of(asked));
    std::iter::once(asked).chain(other).map(|period| (period, grain)).collect()
}
