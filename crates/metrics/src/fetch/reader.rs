//! Reading one table: its plans made, run, and folded into the sums.

use std::collections::{BTreeSet, HashMap};

use argosy_facts::arrow::array::RecordBatch;
use argosy_kernel::{Currency, Day, Money, Period};
use rust_decimal::Decimal;

use super::{Gathered, Key, Sums, Survey, add, note_line, texts};
use crate::{
    answer::MoneyWithoutRate,
    costing::booked,
    dimension::{Dimension, Source},
    expression::{Expr, ExpressionError, Value},
    frame::Frame,
    plan::{self, Conditions, CostJoin, Measure, Plan},
    question::AskError,
    registry::{Aggregate, LedgerColumn, Metric, Simple, Unit},
    rows::{Numbers, Texts},
    spans,
};

/// Reads one table.
pub(super) struct Reader<'f, 's> {
    pub(super) frame: &'f Frame<'s>,
    pub(super) source: Source,
    pub(super) by: &'f [Dimension],
    pub(super) period: Period,
    pub(super) survey: Survey,
}

impl Reader<'_, '_> {
    pub(super) async fn read<'a>(
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
            levels: self.frame.engine.levels(),
            converts,
            pairing_is_dated: self.frame.goods.pairing_is_dated(),
            counted: None,
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
            plan.counted =
                spans::choose(frame, plan.source, plan.by, self.period, gathered).await?;
            gathered.counted.insert(plan.source, plan.counted.clone());
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

    pub(super) async fn line_batches(
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
        let money = measures.iter().find(|measure| measure.is_money).map(Measure::value);
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

    pub(super) async fn goods_rows(
        &self,
        gathered: &mut Gathered,
    ) -> Result<Vec<GoodsRow>, AskError> {
        let booked = booked::rows(self.frame, self.by, self.period, gathered).await?;
        if let Some(rows) = booked {
            return Ok(rows);
        }
        let book = self.frame.book().await?;
        let averages = book.map(|book| booked::dated(&book, &self.frame.goods));
        let goods = averages.as_ref().unwrap_or(&self.frame.goods);
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
            let mut days = Period::new(first, last).into_iter().flat_map(Period::each_day);
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
        // Told twice, it would be missed twice.
        let counted = gathered.counted.get(&self.source).cloned().flatten();
        let plan = Plan {
            counted,
            conditions: Conditions { inner: conditions.inner.clone(), ..Conditions::default() },
            ..self.plan(&[], Vec::new())?
        };
        let sql = format!(
            "SELECT coalesce(f.\"currency\", '') AS currency, sum({expr}), count(*)\nFROM {}\n\
             LEFT JOIN fx x ON x.\"day\" = f.\"day\" AND x.\"currency\" = f.\"currency\"\n\
             WHERE {} AND ({expr}) IS NOT NULL AND x.\"rate\" IS NULL\nGROUP BY 1 ORDER BY 1",
            plan.from(),
            plan.inner_where()
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

/// Goods sold in one row of the answer.
pub(crate) struct GoodsRow {
    pub(crate) key: Key,
    pub(crate) cost: Option<Decimal>,
    pub(crate) units: Option<Decimal>,
    pub(crate) without_cost: Option<Decimal>,
}
