//! Reading the sums that figures are made of, table by table, merged by key.

mod reader;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Mutex, PoisonError},
};

use argosy_facts::arrow::array::RecordBatch;
use argosy_kernel::{Day, Period};
use rust_decimal::Decimal;

pub(crate) use self::reader::GoodsRow;
use self::reader::Reader;
use crate::{
    allocation::{AdCostNote, AllocationNote},
    answer::{MoneyWithoutRate, PeriodExcluded},
    chart::{COGS, UNCLASSIFIED},
    dimension::{Dimension, Source},
    expression::Expr,
    frame::Frame,
    question::AskError,
    registry::{Kind, Metric, Simple},
    rows::{Numbers, Texts},
    spans::Counted,
};

/// Values of the dimensions of one row; `None` is "unknown".
pub(crate) type Key = Vec<Option<String>>;

/// What is learnt on the way and belongs into the notes.
#[derive(Debug, Default)]
pub(crate) struct Gathered {
    pub sql: Vec<String>,
    pub rows_read: u64,
    pub converted: bool,
    pub money_without_rate: Vec<MoneyWithoutRate>,
    pub periods_excluded: Vec<PeriodExcluded>,
    pub units_without_cost: Option<Decimal>,
    /// Ledger money by line: final, provisional.
    pub by_line: BTreeMap<String, (Decimal, Decimal)>,
    /// Which rows of tables that tell periods counted last.
    pub counted: BTreeMap<Source, Option<Counted>>,
    /// Which level of a table answered, on which days.
    pub levels: BTreeMap<(&'static str, String), BTreeSet<Day>>,
    /// Units sold by the rule that gave their cost.
    pub cost_rules: BTreeMap<&'static str, i64>,
    pub allocation: Vec<AllocationNote>,
    pub ad_cost: Vec<AdCostNote>,
}

impl Gathered {
    /// Shares of provisional and of unclassified money, in absolute amounts by line.
    pub(crate) fn shares(&self) -> (Option<Decimal>, Option<Decimal>) {
        let whole: Decimal =
            self.by_line.values().map(|(last, provisional)| last.abs() + provisional.abs()).sum();
        if whole.is_zero() {
            return (None, None);
        }
        let provisional: Decimal = self.by_line.values().map(|(_, part)| part.abs()).sum();
        let unclassified = self.by_line.get(UNCLASSIFIED);
        let unclassified = unclassified.map_or(Decimal::ZERO, |(a, b)| a.abs() + b.abs());
        let share = |part: Decimal| part.checked_div(whole).map(|s| s.round_dp(6).normalize());
        (share(provisional), share(unclassified))
    }
}

/// Sums by key, one slot per simple metric and two for the coverage of goods.
#[derive(Debug)]
pub(crate) struct Sums<'a> {
    slots: HashMap<&'a str, usize>,
    width: usize,
    pub rows: HashMap<Key, Vec<Option<Decimal>>>,
    pub total: Vec<Option<Decimal>>,
    /// Tables without a single row in the asked scope.
    pub silent: BTreeSet<Source>,
}

impl<'a> Sums<'a> {
    fn new(metrics: &[&'a Metric]) -> Self {
        let slots: HashMap<&str, usize> =
            metrics.iter().enumerate().map(|(at, metric)| (metric.id.as_str(), at)).collect();
        let width = metrics.len() + 2;
        Self {
            slots,
            width,
            rows: HashMap::new(),
            total: vec![None; width],
            silent: BTreeSet::new(),
        }
    }

    fn goods_units(&self) -> usize {
        self.width - 2
    }

    fn goods_without_cost(&self) -> usize {
        self.width - 1
    }

    fn add(&mut self, key: Key, slot: usize, value: Option<Decimal>) {
        let width = self.width;
        let row = self.rows.entry(key).or_insert_with(|| vec![None; width]);
        if let Some(value) = value {
            row[slot] = Some(row[slot].unwrap_or_default() + value);
        }
    }

    /// The figure of a simple metric in one row (`None` for the total).
    pub(crate) fn figure(&self, metric: &Metric, row: Option<&[Option<Decimal>]>) -> crate::Figure {
        use crate::Figure::{Known, Undefined};
        let row = row.unwrap_or(&self.total);
        let Kind::Simple(simple) = &metric.kind else {
            return Undefined("not read".into());
        };
        if self.silent.contains(&simple.source) {
            return Undefined(format!("no {} facts in this scope", simple.source.table()).into());
        }
        let Some(slot) = self.slots.get(metric.id.as_str()) else {
            return Undefined("not read".into());
        };
        if is_cost(simple) {
            let (units, without) =
                (row.get(self.goods_units()), row.get(self.goods_without_cost()));
            let (units, without) =
                (units.copied().flatten().unwrap_or_default(), without.copied().flatten());
            if !units.is_zero() && without == Some(units) {
                return Undefined("no unit cost".into());
            }
        }
        match row.get(*slot).copied().flatten() {
            Some(value) => Known(value),
            None if simple.source.is_observation() => {
                Undefined(format!("no {} facts here", simple.source.table()).into())
            }
            None => Known(Decimal::ZERO),
        }
    }
}

fn is_cost(simple: &Simple) -> bool {
    let names_cost = |expr: &Expr| expr.names().iter().any(|(name, _)| *name == "cost");
    simple.source == Source::Goods && simple.expr.as_ref().is_some_and(names_cost)
}

/// The simple part of a metric; only simple ones are read.
fn simple(metric: &Metric) -> Option<&Simple> {
    match &metric.kind {
        Kind::Simple(simple) => Some(simple),
        _ => None,
    }
}

/// Reads the sums of `metrics` by `by` over `period`.
pub(crate) async fn fetch<'a>(
    frame: &Frame<'_>,
    metrics: &[&'a Metric],
    by: &[Dimension],
    period: Period,
    gathered: &mut Gathered,
) -> Result<Sums<'a>, AskError> {
    let mut sums = Sums::new(metrics);
    for source in Source::ALL {
        let of_source: Vec<(&'a Metric, &'a Simple)> = metrics
            .iter()
            .filter_map(|metric| Some((*metric, simple(metric)?)))
            .filter(|(_, simple)| simple.source == source)
            .collect();
        if of_source.is_empty() {
            continue;
        }
        let reader =
            Reader { frame, source, by, period, survey: survey(frame, source, period).await? };
        if reader.survey.rows == 0 {
            sums.silent.insert(source);
            continue;
        }
        if source != Source::Goods {
            gathered.rows_read += reader.survey.rows;
        }
        reader.read(&of_source, &mut sums, gathered).await?;
    }
    Ok(sums)
}

/// What currencies and days a table has in the scope.
#[derive(Clone, Debug, Default)]
struct Survey {
    rows: u64,
    currencies: BTreeMap<String, (Option<Day>, Option<Day>)>,
}

/// What one question has looked at: goods are sold in the ledger, and running totals ask again.
#[derive(Debug, Default)]
pub(crate) struct Surveys(Mutex<HashMap<(&'static str, Period), Survey>>);

impl Surveys {
    fn get(&self, table: &'static str, period: Period) -> Option<Survey> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&(table, period)).cloned()
    }

    fn put(&self, table: &'static str, period: Period, survey: &Survey) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert((table, period), survey.clone());
    }

    #[cfg(test)]
    pub(crate) fn count(&self) -> usize {
        self.0.lock().unwrap().len()
    }
}

async fn survey(frame: &Frame<'_>, source: Source, period: Period) -> Result<Survey, AskError> {
    if let Some(known) = frame.surveys.get(source.table(), period) {
        return Ok(known);
    }
    let currency = if source.has_currency() { "coalesce(f.\"currency\", '')" } else { "''" };
    let last = if source.has_periods() { "day_to" } else { "day" };
    let sql = format!(
        "SELECT {currency} AS currency, count(*) AS n, min(f.\"day\"), max(f.\"day\")\nFROM {} f\n\
         WHERE f.\"day\" <= DATE '{}' AND f.\"{last}\" >= DATE '{}'\nGROUP BY 1",
        source.table(),
        period.to,
        period.from
    );
    let mut survey = Survey::default();
    for batch in frame.session.query(&sql).await? {
        let (codes, counts) = (Texts::of(&batch, 0)?, Numbers::of(&batch, 1)?);
        let (first, last) = (Texts::of(&batch, 2)?, Texts::of(&batch, 3)?);
        for row in 0..batch.num_rows() {
            let day = |days: &Texts<'_>| days.at(row).and_then(|day| day.parse().ok());
            survey.rows += counts.count(row);
            survey.currencies.insert(codes.at(row).unwrap_or_default(), (day(&first), day(&last)));
        }
    }
    frame.surveys.put(source.table(), period, &survey);
    Ok(survey)
}

fn note_line(gathered: &mut Gathered, line: &str, is_provisional: bool, amount: Option<Decimal>) {
    if !gathered.by_line.contains_key(line) {
        gathered.by_line.insert(line.to_owned(), Default::default());
    }
    if let (Some(shares), Some(amount)) = (gathered.by_line.get_mut(line), amount) {
        if is_provisional {
            shares.1 += amount;
        } else {
            shares.0 += amount;
        }
    }
}

fn texts(batch: &RecordBatch, width: usize) -> Result<Vec<Texts<'_>>, AskError> {
    Ok((0..width).map(|at| Texts::of(batch, at)).collect::<Result<Vec<_>, _>>()?)
}

fn add(left: Option<Decimal>, right: Option<Decimal>) -> Option<Decimal> {
    match (left, right) {
        (Some(left), Some(right)) => Some(left + right),
        (one, other) => one.or(other),
    }
}

/// Ledger money by key and line for the P&L, cost of goods included as the line `cogs` (negative).
#[derive(Debug, Default)]
pub(crate) struct LineSums {
    /// The lines that occur; rows speak of them by place.
    pub lines: Vec<String>,
    /// Key → place of the line, amount; the cost of goods is `None` where no unit has a cost.
    pub rows: HashMap<Key, Vec<(usize, Option<Decimal>)>>,
    /// Units without cost by key.
    pub without_cost: HashMap<Key, Decimal>,
}

impl LineSums {
    /// Adds to a cell, and gives what it then holds.
    pub(crate) fn add(&mut self, key: Key, line: &str, amount: Decimal) -> Decimal {
        let place = self.place(line);
        let cells = self.rows.entry(key).or_default();
        match cells.iter_mut().find(|(line, _)| *line == place) {
            Some((_, sum)) => {
                *sum = add(*sum, Some(amount));
                sum.unwrap_or_default()
            }
            None => {
                cells.push((place, Some(amount)));
                amount
            }
        }
    }

    /// The place of a line; there are few, so looking through them is quickest.
    fn place(&mut self, line: &str) -> usize {
        self.lines.iter().position(|known| known == line).unwrap_or_else(|| {
            self.lines.push(line.to_owned());
            self.lines.len() - 1
        })
    }
}

/// Reads the ledger by line and the goods sold, for the P&L.
pub(crate) async fn fetch_lines(
    frame: &Frame<'_>,
    by: &[Dimension],
    period: Period,
    gathered: &mut Gathered,
) -> Result<LineSums, AskError> {
    let mut sums = LineSums::default();
    let survey = survey(frame, Source::Ledger, period).await?;
    if survey.rows == 0 {
        return Ok(sums);
    }
    gathered.rows_read += survey.rows;
    let mut reader = Reader { frame, source: Source::Ledger, by, period, survey };
    for batch in &reader.line_batches(false, gathered).await? {
        let keys = texts(batch, by.len())?;
        let (lines, provisional) = (Texts::of(batch, by.len())?, Texts::of(batch, by.len() + 1)?);
        let amounts = Numbers::of(batch, by.len() + 2)?;
        for row in 0..batch.num_rows() {
            let (Some(line), Some(amount)) = (lines.at(row), amounts.at(row)) else { continue };
            let place = sums.place(&line);
            let is_provisional = provisional.at(row).as_deref() == Some("true");
            note_line(gathered, &line, is_provisional, Some(amount));
            let key: Key = keys.iter().map(|key| key.at(row)).collect();
            let cells = sums.rows.entry(key).or_default();
            // Final and provisional money of one line come as two rows.
            match cells.iter_mut().find(|(line, _)| *line == place) {
                Some((_, sum)) => *sum = add(*sum, Some(amount)),
                None => cells.push((place, Some(amount))),
            }
        }
    }
    reader.source = Source::Goods;
    for row in reader.goods_rows(gathered).await? {
        let units = row.units.unwrap_or_default();
        let without = row.without_cost.unwrap_or_default();
        if !without.is_zero() {
            sums.without_cost.insert(row.key.clone(), without);
        }
        let nothing_known = !units.is_zero() && without == units;
        let cost = if nothing_known { None } else { row.cost.map(|cost| -cost) };
        if nothing_known || cost.is_some() {
            let place = sums.place(COGS);
            sums.rows.entry(row.key).or_default().push((place, cost));
        }
    }
    Ok(sums)
}
