//! Running detectors, and their tables.

use std::sync::Arc;

use argosy_facts::{
    FactsError,
    arrow::array::{ArrayRef, Date32Array, Float64Array, RecordBatch, StringArray},
};
use argosy_kernel::{Currency, Day, Period};
use argosy_metrics::{AskError, Filters, Question, Rates, View};
use rust_decimal::{Decimal, prelude::ToPrimitive};

use super::{Detector, Holds, demand, health, level, margin, money, owed, rate};
use crate::{
    frame::{Frame, day_number, inputs},
    rules::plan::schema,
    watch::WatchInput,
};

/// What a detector looks at.
pub(crate) struct Surroundings<'a> {
    pub input: &'a WatchInput<'a>,
    /// Reference rates with the company's own, under its policy.
    pub rates: &'a Rates,
    pub currency: Currency,
    pub filters: &'a Filters,
    /// The last day judged.
    pub day: Day,
    /// The window of the rule's input.
    pub window: Period,
}

/// A cell of a detector's table.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Cell {
    Text(Option<String>),
    Number(Option<f64>),
    Day(Option<Day>),
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text((!text.is_empty()).then_some(text))
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl From<f64> for Cell {
    fn from(number: f64) -> Self {
        Self::Number(Some(number))
    }
}

impl From<Option<f64>> for Cell {
    fn from(number: Option<f64>) -> Self {
        Self::Number(number)
    }
}

impl From<Decimal> for Cell {
    fn from(number: Decimal) -> Self {
        Self::Number(number.to_f64())
    }
}

impl From<i64> for Cell {
    fn from(number: i64) -> Self {
        Self::Number(number.to_f64())
    }
}

impl From<Day> for Cell {
    fn from(day: Day) -> Self {
        Self::Day(Some(day))
    }
}

impl From<Option<Day>> for Cell {
    fn from(day: Option<Day>) -> Self {
        Self::Day(day)
    }
}

/// Cells of a row, each turned into what it holds.
macro_rules! row {
    ($($cell:expr),* $(,)?) => { vec![$(crate::detect::run::Cell::from($cell)),*] };
}
pub(super) use row;

pub(super) type Rows = Vec<Vec<Cell>>;

/// Runs a detector.
pub(crate) async fn run(
    detector: &Detector,
    around: &Surroundings<'_>,
) -> Result<RecordBatch, AskError> {
    let rows = match detector {
        Detector::Statements => money::statements(around).await?,
        Detector::PayoutsHeld(held) => money::payouts_held(around, held).await?,
        Detector::Quarantine => money::quarantine(around).await?,
        Detector::OrderChecks(check) => money::order_checks(around, check.kind).await?,
        Detector::FxResult => money::fx_result(around).await?,
        Detector::Health => health::health(around).await?,
        Detector::RateShift(shift) => rate::rate_shift(around, shift).await?,
        Detector::LevelShift(shift) => level::level_shift(around, shift).await?,
        Detector::MarginDrivers(drivers) => margin::margin_drivers(around, drivers).await?,
        Detector::Demand(demand) => demand::demand(around, demand).await?,
        Detector::Reimbursable(owed) => owed::reimbursable(around, owed).await?,
    };
    Ok(table(detector, &rows)?)
}

/// Rows as the table of a detector.
fn table(detector: &Detector, rows: &Rows) -> Result<RecordBatch, FactsError> {
    let mut arrays: Vec<ArrayRef> = Vec::new();
    for (at, column) in detector.columns().iter().enumerate() {
        let cells = rows.iter().map(|row| row.get(at));
        arrays.push(match column.holds {
            Holds::Text => Arc::new(
                cells
                    .map(|cell| match cell {
                        Some(Cell::Text(text)) => text.as_deref(),
                        _ => None,
                    })
                    .collect::<StringArray>(),
            ),
            Holds::Number => Arc::new(
                cells
                    .map(|cell| match cell {
                        Some(Cell::Number(number)) => number.filter(|number| number.is_finite()),
                        _ => None,
                    })
                    .collect::<Float64Array>(),
            ),
            Holds::Day => Arc::new(
                cells
                    .map(|cell| match cell {
                        Some(Cell::Day(day)) => day.map(day_number),
                        _ => None,
                    })
                    .collect::<Date32Array>(),
            ),
        });
    }
    Ok(RecordBatch::try_new(schema(detector), arrays)?)
}

impl Surroundings<'_> {
    /// Runs SQL of a detector; the session is laid out already.
    pub(super) async fn query(&self, sql: &str) -> Result<Frame, FactsError> {
        let batches = self.input.session.query(sql).await?;
        let schema = match batches.first() {
            Some(batch) => batch.schema(),
            None => inputs::columns(self.input.session, sql).await?,
        };
        Frame::new(&schema, &batches)
    }

    /// Asks metrics over days.
    pub(super) async fn ask(
        &self,
        metrics: &[&str],
        by: &[String],
        days: Period,
        condition: Option<&str>,
    ) -> Result<Frame, AskError> {
        let question = Question {
            metrics: metrics.iter().map(ToString::to_string).collect(),
            by: by.to_vec(),
            from: days.from,
            to: days.to,
            condition: condition.map(str::to_owned),
            filters: self.filters.clone(),
            currency: self.currency,
            compare: None,
            as_of: None,
            order: None,
            limit: None,
            view: View::default(),
        };
        let WatchInput { engine, session, desk, .. } = self.input;
        let table = inputs::ask(engine, session, desk, &question).await?;
        Ok(Frame::new(&table.schema(), &[table])?)
    }

    /// Money in the reporting currency at the reference rate of a day; `None` without a rate.
    pub(super) fn convert(&self, amount: Decimal, currency: &str, day: Day) -> Option<Decimal> {
        Some(amount * self.rates.between(currency, self.currency.code(), day)?)
    }
}

impl Frame {
    /// A column of words; unknown is empty.
    pub(super) fn text(&self, name: &str, row: usize) -> String {
        self.column(name).map_or_else(String::new, |column| column.key(row))
    }

    /// A column of numbers.
    pub(super) fn number(&self, name: &str, row: usize) -> Option<f64> {
        self.value(name, row).number()?.to_f64()
    }

    /// A column of days.
    pub(super) fn day(&self, name: &str, row: usize) -> Option<Day> {
        self.text(name, row).parse().ok()
    }
}
