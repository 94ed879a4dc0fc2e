//! Does the money add up? What the channel says a statement sums to, beside what was read.
//!
//! All sums are exact decimals. A statement that does not balance is loaded all the same, marked
//! and shown: the reader decides what to make of it.

use std::collections::BTreeMap;

use argosy_desk::Balance;
use argosy_facts::{
    FactsError,
    arrow::{
        array::{
            Array, ArrayRef, AsArray, Date32Array, Decimal128Array, Int64Array, RecordBatch,
            StringArray,
        },
        datatypes::{Date32Type, Decimal128Type},
    },
    expr::Compiled,
    schema::{MONEY_PRECISION, MONEY_SCALE, schema},
};
use argosy_kernel::{Problem, Table};
use rust_decimal::Decimal;
use rustc_hash::FxHashMap;

use crate::{
    definition::{ControlPlan, Definition},
    problems::Problems,
    translate::{Lineage, is_true, line_of, money},
};

/// What the channel says one statement adds up to.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Control {
    currency: String,
    expected: i128,
    period_from: Option<i32>,
    period_to: Option<i32>,
    deposit_day: Option<i32>,
    line: u64,
    /// Rows that tell the very same total again: the statement may be in the file more than once.
    again: Vec<u64>,
    each_row: bool,
    in_parts: bool,
}

/// A statement whose lines in one file do not add up to its total.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Unbalanced {
    pub(crate) statement: String,
    /// Name of the control.
    pub(crate) name: String,
    pub(crate) currency: String,
    /// Other exports may tell the rest of it.
    pub(crate) in_parts: bool,
    /// What to tell when nothing explains it.
    pub(crate) problem: Problem,
}

/// A statement whose total stands in the file more than once.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Repeated {
    pub(crate) statement: String,
    /// The rows that tell the total, the first one first.
    pub(crate) rows: Vec<u64>,
    /// What the total says.
    pub(crate) expected: i128,
    pub(crate) currency: String,
    /// The lines add up to the total as many times as it is told.
    pub(crate) adds_up_so_often: bool,
}

/// More totals than anybody pastes copies: then each row of the report tells it.
const COPIES_MAX: usize = 16;

/// Sums of one file, statement by statement.
#[derive(Debug, Default)]
pub struct Balancer {
    /// Without controls there is nothing to compare, so nothing is added up.
    active: bool,
    /// By name of the control and statement.
    controls: BTreeMap<(String, String), Control>,
    /// By statement and currency.
    sums: FxHashMap<String, FxHashMap<String, i128>>,
}

impl Balancer {
    pub(crate) fn new(definition: &Definition) -> Self {
        Self { active: !definition.controls.is_empty(), ..Self::default() }
    }

    /// Adds up translated ledger rows.
    pub(crate) fn add(&mut self, ledger: &RecordBatch) {
        if !self.active {
            return;
        }
        let text = |name: &str| ledger.column_by_name(name).map(|column| column.as_string::<i32>());
        let amount = ledger.column_by_name("amount");
        let (Some(statement), Some(currency), Some(amount)) =
            (text("statement"), text("currency"), amount)
        else {
            return;
        };
        let amount = amount.as_primitive::<Decimal128Type>();
        let mut run = 0_i128;
        for row in 0..ledger.num_rows() {
            if statement.is_null(row) {
                continue;
            }
            run += amount.value(row);
            // Statements come in long runs; the maps are touched once for each.
            let goes_on = row + 1 < ledger.num_rows()
                && statement.is_valid(row + 1)
                && statement.value(row + 1) == statement.value(row)
                && currency.value(row + 1) == currency.value(row);
            if !goes_on {
                self.add_to(statement.value(row), currency.value(row), run);
                run = 0;
            }
        }
    }

    fn add_to(&mut self, statement: &str, currency: &str, amount: i128) {
        if !self.sums.contains_key(statement) {
            self.sums.insert(statement.to_owned(), FxHashMap::default());
        }
        let Some(sums) = self.sums.get_mut(statement) else { return };
        match sums.get_mut(currency) {
            Some(sum) => *sum += amount,
            None => {
                sums.insert(currency.to_owned(), amount);
            }
        }
    }

    /// Reads the controls that stand in a batch of rows.
    pub(crate) fn read_controls(
        &mut self,
        definition: &Definition,
        batch: &RecordBatch,
        problems: &mut Problems,
    ) {
        for plan in &definition.controls {
            self.read_control(plan, batch, problems);
        }
    }

    fn read_control(&mut self, plan: &ControlPlan, batch: &RecordBatch, problems: &mut Problems) {
        match Columns::evaluate(plan, batch) {
            Ok(columns) => {
                for row in 0..batch.num_rows() {
                    self.control_of_row(plan, &columns, row, problems);
                }
            }
            Err(_) if batch.num_rows() > 1 => {
                let half = batch.num_rows() / 2;
                self.read_control(plan, &batch.slice(0, half), problems);
                self.read_control(plan, &batch.slice(half, batch.num_rows() - half), problems);
            }
            Err(error) => problems.push(
                Problem::error("control_not_read")
                    .at_line(line_of(batch, 0))
                    .found(error.to_string())
                    .hint("the total of this row was not compared with its lines"),
            ),
        }
    }

    fn control_of_row(
        &mut self,
        plan: &ControlPlan,
        columns: &Columns,
        row: usize,
        problems: &mut Problems,
    ) {
        let Some((statement, expected, currency)) = columns.says(row) else { return };
        let line = line_of(&columns.rows, row);
        let key = (plan.name.clone(), statement.to_owned());
        if let Some(known) = self.controls.get_mut(&key) {
            if plan.each_row && known.currency == currency {
                known.expected += expected;
            } else if known.expected != expected || known.currency != currency {
                problems.push(
                    Problem::warning("control_differs")
                        .at_line(line)
                        .found(format!("{} {currency} for {statement}", money(expected)))
                        .expected(format!(
                            "{} {} as in line {}",
                            money(known.expected),
                            known.currency,
                            known.line
                        ))
                        .hint("the first total is compared with the lines"),
                );
            } else if known.again.len() <= COPIES_MAX {
                known.again.push(line);
            }
            return;
        }
        let control = Control {
            currency: currency.to_owned(),
            expected,
            period_from: day_at(columns.period_from.as_ref(), row),
            period_to: day_at(columns.period_to.as_ref(), row),
            deposit_day: day_at(columns.deposit_day.as_ref(), row),
            line,
            again: Vec::new(),
            each_row: plan.each_row,
            in_parts: plan.in_parts,
        };
        self.controls.insert(key, control);
    }

    fn sum(&self, statement: &str, currency: &str) -> i128 {
        self.sums.get(statement).and_then(|sums| sums.get(currency)).copied().unwrap_or(0)
    }

    /// Statements whose total is told more than once and whose lines do not simply add up to it.
    pub(crate) fn repeated(&self) -> Vec<Repeated> {
        let mut found = Vec::new();
        for ((_, statement), control) in &self.controls {
            let often = control.again.len() + 1;
            let sum = self.sum(statement, &control.currency);
            let adds_up = sum == control.expected && sum != 0;
            if control.each_row || often == 1 || often > COPIES_MAX || adds_up {
                continue;
            }
            let times = i128::try_from(often).unwrap_or(i128::MAX);
            let mut rows = vec![control.line];
            rows.extend(&control.again);
            found.push(Repeated {
                statement: statement.clone(),
                rows,
                expected: control.expected,
                currency: control.currency.clone(),
                adds_up_so_often: sum != 0 && control.expected.checked_mul(times) == Some(sum),
            });
        }
        found
    }

    /// Every control beside its sum, and those that differ. What is wrong inside the rows
    /// themselves is told at once; a statement may still be explained by what other files tell.
    pub(crate) fn balances(&self, problems: &mut Problems) -> (Vec<Balance>, Vec<Unbalanced>) {
        let mut balances = Vec::with_capacity(self.controls.len());
        let mut unbalanced = Vec::new();
        for ((name, statement), control) in &self.controls {
            let sum = self.sum(statement, &control.currency);
            let (expected, sum) = (money(control.expected), money(sum));
            if sum != expected && control.each_row {
                problems.push(
                    Problem::warning("wide_total_differs")
                        .at_line(control.line)
                        .found(format!("{sum} {} for {statement}", control.currency))
                        .expected(format!(
                            "{expected} {}, the totals at the end of its rows",
                            control.currency
                        ))
                        .hint("a column of amounts may be new or missing: download it again"),
                );
            } else if sum != expected {
                let problem = Problem::warning("statement_does_not_balance")
                    .at_line(control.line)
                    .found(format!("{sum} {} for {statement}", control.currency))
                    .expected(format!("{expected} {}, the {name}", control.currency))
                    .hint(not_explained(sum - expected, &control.currency));
                unbalanced.push(Unbalanced {
                    statement: statement.clone(),
                    name: name.clone(),
                    currency: control.currency.clone(),
                    in_parts: control.in_parts,
                    problem,
                });
            }
            balances.push(Balance {
                statement: statement.clone(),
                name: name.clone(),
                currency: control.currency.clone(),
                expected,
                sum,
                difference: (sum - expected).normalize(),
                of_file: None,
                in_part: false,
            });
        }
        (balances, unbalanced)
    }

    /// The controls as facts. Totals that rows only state in parts are no word of the channel on
    /// the whole statement and stay with the import.
    ///
    /// # Errors
    /// [`FactsError`] when the rows do not have the shape of the table: a mistake of the program.
    pub fn facts(
        &self,
        definition: &Definition,
        lineage: &Lineage,
        latest_day: Option<i32>,
    ) -> Result<Option<RecordBatch>, FactsError> {
        let rows: Vec<ControlRow<'_>> = self
            .controls
            .iter()
            .filter(|(_, control)| !control.each_row)
            .filter_map(|((name, statement), control)| {
                let day = control.deposit_day.or(control.period_to).or(control.period_from);
                Some((name.as_str(), statement.as_str(), control, day.or(latest_day)?))
            })
            .collect();
        if rows.is_empty() {
            return Ok(None);
        }
        let label = definition.label();
        let schema = schema(Table::Controls);
        let arrays = schema
            .fields()
            .iter()
            .map(|field| control_column(field.name(), &rows, definition, &label, lineage))
            .collect::<Result<Vec<_>, FactsError>>()?;
        Ok(Some(RecordBatch::try_new(schema, arrays)?))
    }
}

pub(crate) fn not_explained(difference: Decimal, currency: &str) -> String {
    format!(
        "{} {currency} are not explained; the file may be cut off or edited: download it again",
        difference.normalize()
    )
}

/// Name, statement, what is said of it, and the day it stands on.
type ControlRow<'a> = (&'a str, &'a str, &'a Control, i32);

fn control_column(
    field: &str,
    rows: &[ControlRow<'_>],
    definition: &Definition,
    label: &str,
    lineage: &Lineage,
) -> Result<ArrayRef, FactsError> {
    use std::sync::Arc;
    let same = |text: &str| -> ArrayRef { Arc::new(StringArray::from(vec![text; rows.len()])) };
    let texts = |of: &dyn Fn(&ControlRow<'_>) -> String| -> ArrayRef {
        Arc::new(rows.iter().map(|row| Some(of(row))).collect::<StringArray>())
    };
    let days = |of: &dyn Fn(&ControlRow<'_>) -> Option<i32>| -> ArrayRef {
        Arc::new(rows.iter().map(of).collect::<Date32Array>())
    };
    Ok(match field {
        "store" => same(&lineage.store),
        "channel" => same(&definition.channel),
        "market" => Arc::new(StringArray::new_null(rows.len())),
        "day" => days(&|row| Some(row.3)),
        "statement" => texts(&|row| row.1.to_owned()),
        "name" => texts(&|row| row.0.to_owned()),
        "expected" => Arc::new(
            Decimal128Array::from_iter_values(rows.iter().map(|row| row.2.expected))
                .with_precision_and_scale(MONEY_PRECISION, MONEY_SCALE)?,
        ),
        "currency" => texts(&|row| row.2.currency.clone()),
        "period_from" => days(&|row| row.2.period_from),
        "period_to" => days(&|row| row.2.period_to),
        "deposit_day" => days(&|row| row.2.deposit_day),
        "container" => texts(&|row| format!("control:{}/{}", row.0, row.1)),
        "definition" => same(label),
        "raw" => same(&lineage.raw),
        _ => Arc::new(Int64Array::from_iter_values(
            rows.iter().map(|row| i64::try_from(row.2.line).unwrap_or(i64::MAX)),
        )),
    })
}

/// The values of one control over a batch.
struct Columns {
    rows: RecordBatch,
    statement: ArrayRef,
    expected: ArrayRef,
    currency: ArrayRef,
    period_from: Option<ArrayRef>,
    period_to: Option<ArrayRef>,
    deposit_day: Option<ArrayRef>,
    when: Option<ArrayRef>,
}

impl Columns {
    fn evaluate(plan: &ControlPlan, batch: &RecordBatch) -> Result<Self, FactsError> {
        let optional =
            |sql: &Option<Compiled>| sql.as_ref().map(|sql| sql.evaluate(batch)).transpose();
        let when = optional(&plan.when)?;
        Ok(Self {
            rows: batch.clone(),
            statement: plan.statement.evaluate(batch)?,
            expected: plan.expected.evaluate(batch)?,
            currency: plan.currency.evaluate(batch)?,
            period_from: optional(&plan.period_from)?,
            period_to: optional(&plan.period_to)?,
            deposit_day: optional(&plan.deposit_day)?,
            when: when.map(|when| -> ArrayRef { std::sync::Arc::new(is_true(&when)) }),
        })
    }

    /// Statement, total and currency, where the row says all three.
    fn says(&self, row: usize) -> Option<(&str, i128, &str)> {
        if self.when.as_ref().is_some_and(|when| !when.as_boolean().value(row)) {
            return None;
        }
        let statement = self.statement.as_string::<i32>();
        let expected = self.expected.as_primitive::<Decimal128Type>();
        let currency = self.currency.as_string::<i32>();
        let whole = statement.is_valid(row) && expected.is_valid(row) && currency.is_valid(row);
        whole.then(|| (statement.value(row), expected.value(row), currency.value(row)))
    }
}

fn day_at(column: Option<&ArrayRef>, row: usize) -> Option<i32> {
    let column = column?.as_primitive::<Date32Type>();
    column.is_valid(row).then(|| column.value(row))
}
