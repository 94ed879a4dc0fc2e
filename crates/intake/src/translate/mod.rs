//! Typed rows to facts: the SQL of the definition, evaluated a batch at a time.
//!
//! A row becomes one fact per table and, in the ledger, one per amount that is not zero. Money whose
//! words no fee table knows goes to the line `unclassified` and is counted by its words; a row that
//! lacks what its table must have is reported with its line. Nothing is dropped in silence.

mod amounts;
mod checks;
mod classify;
mod markets;
mod records;

use std::{collections::BTreeMap, sync::Arc};

use argosy_facts::{
    FactsError,
    arrow::{
        array::{
            Array, ArrayRef, AsArray, BooleanArray, Decimal128Array, RecordBatch, StringArray,
            new_null_array,
        },
        compute::{filter_record_batch, max, nullif},
        datatypes::{Date32Type, Field, Int64Type},
    },
    schema::{MONEY_SCALE, schema},
};
use argosy_kernel::{Problem, Table};
use rust_decimal::Decimal;

pub use classify::UnknownFee;
use classify::{Classifier, Verdict};
pub use records::{RecordRow, RecordValue};

use crate::{
    balance::Balancer,
    definition::{By, Chart, Definition, Definitions, FactPlan, UNCLASSIFIED},
    problems::Problems,
    runs::Runs,
};

/// Where facts come from, the same for a whole file.
#[derive(Clone, Debug)]
pub struct Lineage {
    pub store: String,
    /// First 16 hexadecimal digits of the raw file's SHA-256.
    pub raw: String,
}

/// Turns the rows of one definition into facts.
pub struct Translator<'a> {
    definition: Arc<Definition>,
    label: String,
    chart: &'a Chart,
    lineage: Lineage,
    classifiers: Vec<Option<Classifier>>,
    markets: markets::Markets,
    pub balance: Balancer,
    pub(crate) runs: Runs,
    pub problems: Problems,
    pub records: Vec<RecordRow>,
    /// The latest day of any fact, in days since 1970.
    pub horizon: Option<i32>,
    pub facts: BTreeMap<Table, u64>,
}

impl<'a> Translator<'a> {
    pub fn new(
        definition: Arc<Definition>,
        definitions: &'a Definitions,
        lineage: Lineage,
    ) -> Self {
        let classifiers =
            definition.facts.iter().map(|plan| plan.classify.as_ref().map(Classifier::new));
        Self {
            classifiers: classifiers.collect(),
            label: definition.label(),
            balance: Balancer::new(&definition),
            runs: Runs::default(),
            markets: markets::Markets::new(&definition, definitions.markets()),
            definition,
            chart: definitions.chart(),
            lineage,
            problems: Problems::default(),
            records: Vec::new(),
            horizon: None,
            facts: BTreeMap::new(),
        }
    }

    pub fn definition(&self) -> &Definition {
        &self.definition
    }

    /// Translates a batch with the schema of the definition; facts go to `write`.
    ///
    /// # Errors
    /// What `write` returns. Rows that cannot be translated are problems, not errors.
    pub fn translate(
        &mut self,
        batch: &RecordBatch,
        write: &mut dyn FnMut(Table, RecordBatch) -> Result<(), FactsError>,
    ) -> Result<(), FactsError> {
        let definition = self.definition.clone();
        self.markets.look_at(batch);
        self.runs.look_at(&definition, batch);
        for (index, plan) in definition.facts.iter().enumerate() {
            self.fact(index, plan, batch, write)?;
        }
        for plan in &definition.checks {
            checks::run(plan, batch, &mut self.problems);
        }
        for plan in &definition.records {
            records::read(plan, batch, &mut self.records, &mut self.problems);
        }
        self.balance.read_controls(&definition, batch, &mut self.problems);
        Ok(())
    }

    /// One [[fact]] over a batch. When a value does not fit its type the engine refuses the whole
    /// batch: it is halved until the row that is to blame stands alone.
    fn fact(
        &mut self,
        index: usize,
        plan: &FactPlan,
        batch: &RecordBatch,
        write: &mut dyn FnMut(Table, RecordBatch) -> Result<(), FactsError>,
    ) -> Result<(), FactsError> {
        if batch.num_rows() == 0 {
            return Ok(());
        }
        match self.evaluate(index, plan, batch) {
            Ok(None) => Ok(()),
            Ok(Some(facts)) => {
                *self.facts.entry(plan.table).or_default() += count(facts.num_rows());
                write(plan.table, facts)
            }
            Err(error) if batch.num_rows() == 1 => {
                self.problems.push(
                    Problem::error("row_not_translated")
                        .at_line(line_of(batch, 0))
                        .found(error.to_string())
                        .hint("the row was not loaded; correct the cell and import again"),
                );
                Ok(())
            }
            Err(_) => {
                let half = batch.num_rows() / 2;
                self.fact(index, plan, &batch.slice(0, half), write)?;
                self.fact(index, plan, &batch.slice(half, batch.num_rows() - half), write)
            }
        }
    }

    fn evaluate(
        &mut self,
        index: usize,
        plan: &FactPlan,
        batch: &RecordBatch,
    ) -> Result<Option<RecordBatch>, FactsError> {
        let mut rows = batch.clone();
        if let Some(when) = &plan.when {
            rows = filter_record_batch(&rows, &is_true(&when.evaluate(batch)?))?;
        }
        let mut amounts = None;
        if !plan.amounts.is_empty() {
            let (wide, found) = amounts::one_row_each(plan, rows)?;
            rows = wide;
            amounts = Some(found);
        }
        if rows.num_rows() == 0 {
            return Ok(None);
        }
        let mut columns = BTreeMap::new();
        for (name, sql) in &plan.set {
            columns.insert(name.as_str(), sql.evaluate(&rows)?);
        }
        let container = plan.container.evaluate(&rows)?;
        let by = match &plan.classify {
            Some(classify) => by_columns(&classify.by, &rows)?,
            None => Vec::new(),
        };
        // From here on nothing fails, so what is counted is counted once.
        columns.insert("container", container);
        match amounts {
            Some(amounts) if plan.table == Table::Ledger || plan.classify.is_some() => {
                self.classified(index, &rows, (amounts, &by), &mut columns);
            }
            Some(amounts) => amounts::into_field(plan.table, amounts, &rows, &mut columns)?,
            None => {}
        }
        self.constants(&rows, &mut columns);
        let facts = self.assemble(plan.table, &rows, &columns)?;
        self.learn(plan.table, &facts);
        Ok((facts.num_rows() > 0).then_some(facts))
    }

    /// Line, amount, units and words of rows that the chart has lines for.
    fn classified(
        &mut self,
        index: usize,
        rows: &RecordBatch,
        (amounts, by): (Decimal128Array, &[ArrayRef]),
        columns: &mut BTreeMap<&str, ArrayRef>,
    ) {
        let day = columns.get("day").map(|day| day.as_primitive::<Date32Type>().clone());
        let currency = columns.get("currency").cloned();
        let verdict = match &mut self.classifiers[index] {
            Some(classifier) => {
                let words: Vec<&StringArray> = by.iter().map(|by| by.as_string()).collect();
                let verdict = classifier.classify(&words, day.as_ref(), amounts);
                columns.entry("fee_type").or_insert_with(|| Arc::new(verdict.words.clone()));
                verdict
            }
            None => known_lines(self.chart, columns.get("line"), amounts),
        };
        let currency: Option<&StringArray> =
            currency.as_ref().map(|currency| currency.as_string::<i32>());
        if let Some(classifier) = &mut self.classifiers[index] {
            let lines = |row| line_of(rows, row);
            classifier.count_unknown(&verdict, currency, &lines);
        } else {
            self.report_unknown_lines(&verdict, rows);
        }
        if let Some(units) = columns.get("units") {
            let carries: BooleanArray = verdict
                .line
                .iter()
                .map(|line| Some(!line.is_some_and(|line| self.chart.carries_units(line))))
                .collect();
            if let Ok(units) = nullif(units, &carries) {
                columns.insert("units", units);
            }
        }
        columns.insert("line", Arc::new(verdict.line));
        columns.insert("amount", Arc::new(verdict.amount));
    }

    /// Lines that a file names itself (own expenses) and the chart does not know.
    fn report_unknown_lines(&mut self, verdict: &Verdict, rows: &RecordBatch) {
        for row in verdict.unknown_rows() {
            self.problems.push(
                Problem::warning("unknown_line")
                    .at_line(line_of(rows, row))
                    .in_column("line")
                    .found(verdict.words.value(row))
                    .expected("a line of the chart")
                    .hint(
                        "the amount was loaded as unclassified; correct the line and import again",
                    ),
            );
        }
    }

    fn constants(&self, rows: &RecordBatch, columns: &mut BTreeMap<&str, ArrayRef>) {
        let n = rows.num_rows();
        let same = |text: &str| -> ArrayRef {
            Arc::new(StringArray::from_iter_values(std::iter::repeat_n(text, n)))
        };
        columns.entry("channel").or_insert_with(|| same(&self.definition.channel));
        columns
            .entry("provisional")
            .or_insert_with(|| Arc::new(BooleanArray::from(vec![false; n])));
        if let Some(day) = columns.get("day").cloned() {
            columns.entry("day_to").or_insert(day);
        }
        columns.insert("store", same(&self.lineage.store));
        columns.insert("definition", same(&self.label));
        columns.insert("raw", same(&self.lineage.raw));
        if let Some(lines) = rows.column_by_name("file_row") {
            columns.insert("row", lines.clone());
        }
    }

    /// Puts the columns in the order of the table and leaves out rows that lack what must be there.
    fn assemble(
        &mut self,
        table: Table,
        rows: &RecordBatch,
        columns: &BTreeMap<&str, ArrayRef>,
    ) -> Result<RecordBatch, FactsError> {
        let schema = schema(table);
        let mut arrays = Vec::with_capacity(schema.fields().len());
        let mut lacking: Option<Vec<bool>> = None;
        for field in schema.fields() {
            let array = match columns.get(field.name().as_str()) {
                Some(array) => array.clone(),
                None => new_null_array(field.data_type(), rows.num_rows()),
            };
            if !field.is_nullable() && array.null_count() > 0 {
                let lacking = lacking.get_or_insert_with(|| vec![false; rows.num_rows()]);
                self.report_missing((table, field), &array, rows, lacking);
            }
            arrays.push(array);
        }
        // Built without the promise of no nulls, which holds only once the lacking rows are out.
        let Some(lacking) = lacking else { return Ok(RecordBatch::try_new(schema, arrays)?) };
        let open: Vec<Field> = schema
            .fields()
            .iter()
            .map(|field| field.as_ref().clone().with_nullable(true))
            .collect();
        let open = Arc::new(argosy_facts::arrow::datatypes::Schema::new(open));
        let keep: BooleanArray = lacking.into_iter().map(|lacks| Some(!lacks)).collect();
        let kept = filter_record_batch(&RecordBatch::try_new(open, arrays)?, &keep)?;
        Ok(RecordBatch::try_new(schema, kept.columns().to_vec())?)
    }

    fn report_missing(
        &mut self,
        (table, field): (Table, &Field),
        array: &ArrayRef,
        rows: &RecordBatch,
        lacking: &mut [bool],
    ) {
        for row in (0..array.len()).filter(|row| array.is_null(*row)) {
            if std::mem::replace(&mut lacking[row], true) {
                continue;
            }
            let column = self.column_behind(table, field.name());
            self.problems.push(
                Problem::error("missing_value")
                    .at_line(line_of(rows, row))
                    .in_column(column)
                    .found("")
                    .expected(format!("a value for `{}` of {}", field.name(), table.name()))
                    .hint("the row was not loaded; fill in the cell and import again"),
            );
        }
    }

    /// The header a person finds in the file for a fact field, or the field's own name.
    fn column_behind(&self, table: Table, field: &str) -> String {
        let plan = self.definition.facts.iter().find(|plan| plan.table == table);
        let sql = plan.and_then(|plan| match field {
            "container" => Some(&plan.container),
            _ => plan.set.get(field),
        });
        sql.and_then(|sql| sql.columns().iter().find_map(|name| self.definition.column(name)))
            .map_or_else(|| field.to_owned(), |(_, column)| column.shown.clone())
    }

    fn learn(&mut self, table: Table, facts: &RecordBatch) {
        for name in ["day", "day_to"] {
            if let Some(days) = facts.column_by_name(name) {
                self.horizon = self.horizon.max(max(days.as_primitive::<Date32Type>()));
            }
        }
        if table == Table::Ledger {
            self.balance.add(facts);
        }
    }

    /// What is left to say at the end of the file: the words no fee table knew.
    pub fn unknown_fees(&mut self) -> Vec<UnknownFee> {
        let mut all: Vec<UnknownFee> =
            self.classifiers.iter().flatten().flat_map(Classifier::unknown).collect();
        all.sort_by(|a, b| a.words.cmp(&b.words));
        self.problems.extend(all.iter().map(UnknownFee::problem));
        self.markets.tell(&mut self.problems);
        all
    }
}

fn count(rows: usize) -> u64 {
    u64::try_from(rows).unwrap_or(u64::MAX)
}

/// The line of the file a row stands in.
pub(crate) fn line_of(rows: &RecordBatch, row: usize) -> u64 {
    rows.column_by_name("file_row")
        .map(|lines| lines.as_primitive::<Int64Type>().value(row))
        .and_then(|line| u64::try_from(line).ok())
        .unwrap_or_default()
}

/// SQL's three-valued truth as a filter: only true passes.
pub(crate) fn is_true(values: &ArrayRef) -> BooleanArray {
    values.as_boolean().iter().map(|value| Some(value == Some(true))).collect()
}

/// An amount as it is shown and added up.
pub(crate) fn money(value: i128) -> Decimal {
    Decimal::try_from_i128_with_scale(value, u32::from(MONEY_SCALE.unsigned_abs()))
        .unwrap_or_default()
        .normalize()
}

fn by_columns(by: &[By], rows: &RecordBatch) -> Result<Vec<ArrayRef>, FactsError> {
    by.iter()
        .map(|by| match by {
            By::AmountKey => Ok(rows
                .column_by_name("amount_key")
                .cloned()
                .unwrap_or_else(|| Arc::new(StringArray::new_null(rows.num_rows())))),
            By::Sql(sql) => sql.evaluate(rows),
        })
        .collect()
}

/// Lines that the file itself names; one the chart does not know becomes `unclassified`.
fn known_lines(chart: &Chart, line: Option<&ArrayRef>, amount: Decimal128Array) -> Verdict {
    let words = match line {
        Some(line) => line.as_string::<i32>().clone(),
        None => StringArray::new_null(amount.len()),
    };
    let line = words
        .iter()
        .map(|line| line.map(|line| if chart.get(line).is_some() { line } else { UNCLASSIFIED }))
        .collect();
    Verdict { line, amount, words, entries: Vec::new() }
}
