//! Reading the sums that figures are made of, table by table, merged by key.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use argosy_facts::arrow::array::RecordBatch;
use argosy_kernel::{Currency, Day, Money, Period};
use rust_decimal::Decimal;

use crate::{
    answer::{MoneyWithoutRate, PeriodExcluded},
    chart::{COGS, UNCLASSIFIED},
    dimension::{Dimension, Source},
    expression::{Expr, ExpressionError, Value},
    frame::Frame,
    plan::{self, Conditions, CostJoin, Measure, Plan},
    question::AskError,
    registry::{Aggregate, Kind, LedgerColumn, Metric, Simple, Unit},
    rows::{Numbers, Texts},
    spans,
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
}

impl Gathered {
    /// Shares of provisional and of unclassified money, in absolute amounts by line.
    pub fn shares(&self) -> (Option<Decimal>, Option<Decimal>) {
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
    pub fn figure(&self, metric: &Metric, row: Option<&[Option<Decimal>]>) -> crate::Figure {
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
fn simple<'a>(metric: &'a Metric) -> Option<&'a Simple> {
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
#[derive(Debug, Default)]
struct Survey {
    rows: u64,
    currencies: BTreeMap<String, (Option<Day>, Option<Day>)>,
}

async fn survey(frame: &Frame<'_>, source: Source, period: Period) -> Result<Survey, AskError> {
    let currency = if source == Source::Stock { "''" } else { "coalesce(f.\"currency\", '')" };
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
    Ok(survey)
}

/// Reads one table.
struct Reader<'f, 's> {
    frame: &'f Frame<'s>,
    source: Source,
    by: &'f [Dimension],
    period: Period,
    survey: Survey,
}

impl Reader<'_, '_> {
    async fn read<'a>(
        &self,
        metrics: &[(&'a Metric, &'a Simple)],
        sums: &mut Sums<'a>,
        gathered: &mut Gathered,
    ) -> Result<(), AskError> {
        if self.source == Source::Goods {
            return self.goods(metrics, sums, gathered).await;
        }
        let (by_line, others): (Vec<_>, Vec<_>) =
            metrics.iter().copied().partition(|(_, simple)| simple.by_line().is_some());
        let (additive, rest): (Vec<_>, Vec<_>) =
            others.into_iter().partition(|(_, simple)| simple.is_additive());
        if !by_line.is_empty() {
            self.lines(&by_line, sums, gathered).await?;
        }
        if !additive.is_empty() {
            self.general(&additive, self.by, sums, gathered).await?;
        }
        if !rest.is_empty() {
            self.general(&rest, self.by, sums, gathered).await?;
            // Distinct things and snapshots do not add up: the whole is asked for itself.
            if !self.by.is_empty() {
                self.general(&rest, &[], sums, gathered).await?;
            }
        }
        Ok(())
    }

    fn plan<'p>(
        &'p self,
        by: &'p [Dimension],
        measures: Vec<Measure>,
    ) -> Result<Plan<'p>, AskError> {
        let converts = measures.iter().any(|measure| measure.is_money) && self.needs_rates();
        Ok(Plan {
            source: self.source,
            period: self.period,
            by,
            keys: &[],
            measures,
            conditions: self.frame.conditions(self.source)?,
            chart: self.frame.chart(),
            converts,
            pairing_is_dated: self.frame.goods.pairing_is_dated(),
            spans: None,
            goods: None,
        })
    }

    fn needs_rates(&self) -> bool {
        self.survey.currencies.keys().any(|code| code != self.frame.currency.code())
    }

    /// Runs a plan with the tables it joins registered.
    async fn run(
        &self,
        mut plan: Plan<'_>,
        currencies: BTreeSet<String>,
        gathered: &mut Gathered,
    ) -> Result<Vec<RecordBatch>, AskError> {
        let frame = self.frame;
        if plan.source.has_periods() {
            let grain = Frame::grain(plan.by);
            plan.spans = spans::choose(frame, plan.source, grain, self.period, gathered).await?;
        }
        if plan.converts {
            let table = frame.rates.table(&currencies, frame.currency.code(), self.period)?;
            frame.session.register("fx", vec![table])?;
            gathered.converted = true;
        }
        if plan.by.contains(&Dimension::Product) || !plan.conditions.outer.is_empty() {
            frame.session.register("pairing", vec![frame.goods.pairing_table()?])?;
        }
        let sql = plan.sql();
        let batches = frame.session.query(&sql).await?;
        gathered.sql.push(sql);
        Ok(batches)
    }

    fn currencies(&self) -> BTreeSet<String> {
        self.survey.currencies.keys().cloned().collect()
    }

    /// One pass over the ledger for all metrics that are sums by line.
    async fn lines<'a>(
        &self,
        metrics: &[(&'a Metric, &'a Simple)],
        sums: &mut Sums<'a>,
        gathered: &mut Gathered,
    ) -> Result<(), AskError> {
        let wants_units = metrics
            .iter()
            .any(|(_, simple)| matches!(simple.by_line(), Some((LedgerColumn::Units, _))));
        let batches = self.line_batches(wants_units, gathered).await?;
        let width = self.by.len();
        let mut parts: HashMap<String, Vec<(usize, LedgerColumn, bool)>> = HashMap::new();
        for batch in &batches {
            let keys = texts(batch, width)?;
            let lines = Texts::of(batch, width)?;
            let provisional = Texts::of(batch, width + 1)?;
            let amounts = Numbers::of(batch, width + 2)?;
            let units = if wants_units { Numbers::of(batch, width + 3)? } else { Numbers::Null };
            for row in 0..batch.num_rows() {
                let line = lines.at(row).unwrap_or_default();
                let is_provisional = provisional.at(row).as_deref() == Some("true");
                note_line(gathered, &line, is_provisional, amounts.at(row));
                if !parts.contains_key(&line) {
                    parts.insert(line.clone(), self.taking(&line, metrics, sums));
                }
                let key: Key = keys.iter().map(|column| column.at(row)).collect();
                for (slot, column, negated) in &parts[&line] {
                    let value = match column {
                        LedgerColumn::Amount => amounts.at(row),
                        LedgerColumn::Units => units.at(row),
                    };
                    let value = value.map(|value| if *negated { -value } else { value });
                    sums.add(key.clone(), *slot, value);
                    let total = &mut sums.total[*slot];
                    *total = add(*total, value);
                }
            }
        }
        Ok(())
    }

    /// Which metrics a line enters, and how.
    fn taking(
        &self,
        line: &str,
        metrics: &[(&Metric, &Simple)],
        sums: &Sums<'_>,
    ) -> Vec<(usize, LedgerColumn, bool)> {
        let stage = self.frame.chart().stage_of(line).id();
        let of = |name: &str| match name {
            "line" => Value::Text(line.to_owned()),
            "stage" => Value::Text(stage.to_owned()),
            _ => Value::Null,
        };
        metrics
            .iter()
            .filter(|(_, simple)| {
                simple.filter.as_ref().is_none_or(|filter| filter.evaluate(&of).is_true())
            })
            .filter_map(|(metric, simple)| {
                let (column, negated) = simple.by_line()?;
                Some((*sums.slots.get(metric.id.as_str())?, column, negated))
            })
            .collect()
    }

    async fn line_batches(
        &self,
        with_units: bool,
        gathered: &mut Gathered,
    ) -> Result<Vec<RecordBatch>, AskError> {
        let sum = |column: &str, is_money| Measure {
            aggregate: Aggregate::Sum,
            expr: Some(format!("f.\"{column}\"")),
            filter: None,
            is_money,
        };
        let mut measures = vec![sum("amount", true)];
        if with_units {
            measures.push(sum("units", false));
        }
        let mut plan = self.plan(self.by, measures)?;
        plan.keys = &["line", "provisional"];
        let conditions = plan.conditions.clone();
        let batches = self.run(plan, self.currencies(), gathered).await?;
        self.note_without_rate("f.\"amount\"", &conditions, gathered).await?;
        Ok(batches)
    }

    /// Aggregates that each have their own condition.
    async fn general<'a>(
        &self,
        metrics: &[(&'a Metric, &'a Simple)],
        by: &[Dimension],
        sums: &mut Sums<'a>,
        gathered: &mut Gathered,
    ) -> Result<(), AskError> {
        let measures = metrics
            .iter()
            .map(|(metric, simple)| self.measure(metric, simple))
            .collect::<Result<Vec<_>, AskError>>()?;
        let money = measures.iter().find(|measure| measure.is_money).and_then(|m| m.expr.clone());
        let plan = self.plan(by, measures)?;
        let conditions = plan.conditions.clone();
        let is_whole = by.is_empty() && !self.by.is_empty();
        let batches = self.run(plan, self.currencies(), gathered).await?;
        if let Some(money) = money {
            self.note_without_rate(&money, &conditions, gathered).await?;
        }
        for batch in &batches {
            let keys = texts(batch, by.len())?;
            for (at, (metric, simple)) in metrics.iter().enumerate() {
                let slot = sums.slots[metric.id.as_str()];
                let numbers = Numbers::of(batch, by.len() + at)?;
                for row in 0..batch.num_rows() {
                    // Rows were seen here, only none that the filter lets through: that is a zero.
                    let none = simple.filter.as_ref().map(|_| Decimal::ZERO);
                    let value = numbers.at(row).or(none);
                    if simple.is_additive() || by.is_empty() {
                        sums.total[slot] = add(sums.total[slot], value);
                    }
                    if !is_whole {
                        sums.add(keys.iter().map(|key| key.at(row)).collect(), slot, value);
                    }
                }
            }
        }
        Ok(())
    }

    fn measure(&self, metric: &Metric, simple: &Simple) -> Result<Measure, AskError> {
        let column = |name: &str, at: usize| {
            plan::fact_column(self.source, name, self.frame.chart()).ok_or_else(|| {
                ExpressionError::new(at, name.len(), format!("unknown column `{name}`"))
            })
        };
        let render = |expr: &Option<Expr>| expr.as_ref().map(|e| e.render(&column)).transpose();
        Ok(Measure {
            aggregate: simple.aggregate,
            expr: render(&simple.expr)?,
            filter: render(&simple.filter)?,
            is_money: metric.unit == Unit::Money,
        })
    }

    /// Units sold at their dated unit cost.
    async fn goods<'a>(
        &self,
        metrics: &[(&'a Metric, &'a Simple)],
        sums: &mut Sums<'a>,
        gathered: &mut Gathered,
    ) -> Result<(), AskError> {
        let (units_slot, without_slot) = (sums.goods_units(), sums.goods_without_cost());
        for row in self.goods_rows(gathered).await? {
            let parts = [Some((units_slot, row.units)), Some((without_slot, row.without_cost))];
            let of_metrics = metrics.iter().map(|(metric, simple)| {
                let value = simple.expr.as_ref().map(|expr| {
                    expr.evaluate(&|name| match name {
                        "cost" => row.cost.into(),
                        "units" => row.units.into(),
                        "units_without_cost" => row.without_cost.into(),
                        _ => Value::Null,
                    })
                });
                Some((*sums.slots.get(metric.id.as_str())?, value.and_then(|value| value.number())))
            });
            let values: Vec<_> = parts.into_iter().chain(of_metrics).flatten().collect();
            for (slot, value) in values {
                sums.total[slot] = add(sums.total[slot], value);
                sums.add(row.key.clone(), slot, value);
            }
        }
        Ok(())
    }

    async fn goods_rows(&self, gathered: &mut Gathered) -> Result<Vec<GoodsRow>, AskError> {
        let goods = &self.frame.goods;
        let unit_lines: Vec<String> = self
            .frame
            .chart()
            .lines_of_units_sold()
            .into_iter()
            .map(crate::expression::quoted)
            .collect();
        if unit_lines.is_empty() {
            return Ok(Vec::new());
        }
        let mut plan = self.plan(self.by, Vec::new())?;
        let currencies = goods.cost_currencies();
        plan.converts = currencies.iter().any(|code| code != self.frame.currency.code());
        plan.goods = Some(CostJoin {
            market_key: goods.market_key("f.\"market\""),
            unit_lines: unit_lines.join(", "),
            has_costs: goods.has_costs(),
        });
        if goods.has_costs() {
            self.frame.session.register("unit_cost", vec![goods.cost_table()?])?;
        }
        let mut rows = Vec::new();
        for batch in &self.run(plan, currencies, gathered).await? {
            let width = self.by.len();
            let keys = texts(batch, width)?;
            let numbers = (width..width + 3)
                .map(|at| Numbers::of(batch, at))
                .collect::<Result<Vec<_>, _>>()?;
            for row in 0..batch.num_rows() {
                let without_cost = numbers[2].at(row);
                gathered.units_without_cost = add(gathered.units_without_cost, without_cost);
                rows.push(GoodsRow {
                    key: keys.iter().map(|key| key.at(row)).collect(),
                    cost: numbers[0].at(row),
                    units: numbers[1].at(row),
                    without_cost,
                });
            }
        }
        Ok(rows)
    }

    /// Money that found no rate is in no sum: it is added up apart, in its own currency.
    async fn note_without_rate(
        &self,
        expr: &str,
        conditions: &Conditions,
        gathered: &mut Gathered,
    ) -> Result<(), AskError> {
        let target = self.frame.currency.code();
        let has_gap = |code: &str, (first, last): (Option<Day>, Option<Day>)| {
            let (Some(first), Some(last)) = (first, last) else { return true };
            let mut days = first.iter_days().take_while(|day| *day <= last);
            days.any(|day| self.frame.rates.between(code, target, day).is_none())
        };
        let gaps: Vec<&String> = self
            .survey
            .currencies
            .iter()
            .filter(|(code, days)| *code != target && has_gap(code, **days))
            .map(|(code, _)| code)
            .collect();
        let table = self.source.table();
        let is_known = gathered.money_without_rate.iter().any(|note| note.table == table);
        if gaps.is_empty() || is_known {
            return Ok(());
        }
        let mut parts = conditions.inner.clone();
        parts.push("x.\"rate\" IS NULL".to_owned());
        let last = if self.source.has_periods() { "day_to" } else { "day" };
        let sql = format!(
            "SELECT coalesce(f.\"currency\", '') AS currency, sum({expr}), count(*)\nFROM {table} f\n\
             LEFT JOIN fx x ON x.\"day\" = f.\"day\" AND x.\"currency\" = f.\"currency\"\n\
             WHERE f.\"day\" >= DATE '{}' AND f.\"{last}\" <= DATE '{}' AND {expr} IS NOT NULL AND {}\n\
             GROUP BY 1 ORDER BY 1",
            self.period.from,
            self.period.to,
            parts.join(" AND ")
        );
        for batch in self.frame.session.query(&sql).await? {
            let codes = Texts::of(&batch, 0)?;
            let (amounts, counts) = (Numbers::of(&batch, 1)?, Numbers::of(&batch, 2)?);
            for row in 0..batch.num_rows() {
                let code = codes.at(row).unwrap_or_default();
                let currency = code.parse::<Currency>().ok();
                gathered.money_without_rate.push(MoneyWithoutRate {
                    table,
                    money: currency.zip(amounts.at(row)).map(|(c, amount)| Money::new(amount, c)),
                    currency: currency.is_none().then_some(code),
                    rows: counts.count(row),
                });
            }
        }
        Ok(())
    }
}

struct GoodsRow {
    key: Key,
    cost: Option<Decimal>,
    units: Option<Decimal>,
    without_cost: Option<Decimal>,
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
    /// Key → line → amount; the cost of goods is missing where no unit has a cost.
    pub rows: HashMap<Key, HashMap<String, Option<Decimal>>>,
    /// Units without cost by key.
    pub without_cost: HashMap<Key, Decimal>,
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
            let is_provisional = provisional.at(row).as_deref() == Some("true");
            note_line(gathered, &line, is_provisional, Some(amount));
            let key: Key = keys.iter().map(|key| key.at(row)).collect();
            let sum = sums.rows.entry(key).or_default().entry(line).or_insert(None);
            *sum = add(*sum, Some(amount));
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
            sums.rows.entry(row.key).or_default().insert(COGS.to_owned(), cost);
        }
    }
    Ok(sums)
}
