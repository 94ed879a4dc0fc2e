//! Records to typed columns: batches of Arrow arrays, and a problem for each cell that cannot be read.
//!
//! Cells are parsed straight into the arrays; nothing is allocated for a cell. A bad cell on which
//! money or identity hangs costs its row; any other bad cell is left empty. Either way it is told.

mod column;
mod given;
mod habits;
pub(crate) mod skip;

use std::{collections::HashSet, sync::Arc};

use argosy_desk::Vault;
use argosy_facts::arrow::{
    array::{ArrayRef, BooleanArray, Int64Builder, RecordBatch},
    compute::filter_record_batch,
};
use argosy_kernel::Problem;

pub(crate) use self::given::Given;
use self::{
    column::ColumnReader,
    skip::{Skip, Skipper},
};
use crate::{
    decode::{Fit, Format, RawRecord, Records},
    definition::{Definition, Fill},
    parts::{Examined, Part},
    problems::Problems,
    translate::{is_true, line_of},
};

/// Rows in one batch: enough to make SQL cheap, little enough to stay in the cache.
const BATCH_ROWS: usize = 32_768;

/// Reads the records of one table into batches with the schema of its definition.
pub(crate) struct RowReader<'a> {
    definition: Arc<Definition>,
    columns: Vec<ColumnReader<'a>>,
    given: given::Constants,
    format: Format,
    problems: Problems,
    reading: Vec<(String, String)>,
    /// Last row of the tables before this one.
    after: i64,
    last_row: i64,
    rows: u64,
    numbers: Int64Builder,
    keep: Vec<bool>,
    /// A record that ended early and is only known to be whole once another follows it.
    open_end: Option<OpenEnd>,
    ended: bool,
    skipper: Skipper,
    /// Where the header stands again among the rows.
    headers_again: Vec<i64>,
    /// Problems of the rows at hand, while it is open whether the rows count at all.
    pending: Vec<(usize, Problem)>,
    left_out: Vec<LeftOut>,
    /// Lines that are a second copy of others.
    copies: Arc<HashSet<u64>>,
}

/// Rows that the definition leaves out for one reason.
#[derive(Clone, Default)]
struct LeftOut {
    rows: u64,
    first_line: u64,
}

struct OpenEnd {
    row: usize,
    problem: Problem,
}

impl<'a> RowReader<'a> {
    /// Looks at the first records to learn how numbers and dates are written, then stands before
    /// the first one.
    ///
    /// # Errors
    /// When the table cannot be opened.
    pub(crate) fn new(
        examined: &Examined,
        part: &Part,
        given: &Given,
        vault: &'a Vault,
        after: i64,
    ) -> Result<Self, Problem> {
        let recognised = &part.recognised;
        let definition = recognised.definition.clone();
        let mut problems = Problems::default();
        let habits = habits::learn(examined, part, given, &mut problems)?;
        let reading = habits.described(&definition);
        for (name, places) in &recognised.twice {
            let places: Vec<String> = places.iter().map(usize::to_string).collect();
            problems.push(
                Problem::warning("column_twice")
                    .in_column(name.clone())
                    .found(places.join(", "))
                    .expected(format!("the column {name} once"))
                    .hint("the first of them was read"),
            );
        }
        let columns: Vec<ColumnReader<'a>> = definition
            .columns
            .iter()
            .enumerate()
            .map(|(index, _)| ColumnReader::new(recognised, index, &habits, given, vault))
            .collect();
        let leave_out = definition.leave_out.len();
        let format = examined.table(part).map_or(Format::Json, |table| table.format());
        Ok(Self {
            columns,
            given: given::Constants::new(given, recognised.file_currency),
            definition,
            format,
            problems,
            reading,
            after,
            last_row: after,
            rows: 0,
            numbers: Int64Builder::with_capacity(BATCH_ROWS),
            keep: Vec::with_capacity(BATCH_ROWS),
            open_end: None,
            ended: false,
            skipper: Skipper::new(recognised, format),
            headers_again: Vec::new(),
            pending: Vec::new(),
            left_out: vec![LeftOut::default(); leave_out],
            copies: Arc::default(),
        })
    }

    /// Passes over these lines: they are a second copy of others.
    pub(crate) fn without(mut self, copies: Arc<HashSet<u64>>) -> Self {
        self.copies = copies;
        self
    }

    /// How the columns are read, for people.
    pub(crate) fn reading(&self) -> Vec<(String, String)> {
        self.reading.clone()
    }

    /// Records read so far.
    pub(crate) fn rows(&self) -> u64 {
        self.rows
    }

    pub(crate) fn last_row(&self) -> i64 {
        self.last_row
    }

    pub(crate) fn into_problems(mut self) -> Problems {
        self.tell_passed_over();
        self.problems
    }

    /// Rows in which the header stands again.
    pub(crate) fn headers_again(&self) -> Vec<i64> {
        self.headers_again.clone()
    }

    /// The next typed rows; `None` at the end of the file.
    pub(crate) fn next_batch(&mut self, records: &mut Records) -> Option<RecordBatch> {
        loop {
            // A batch does not end on a record that may yet turn out to be cut off.
            let full = self.keep.len() >= BATCH_ROWS && self.open_end.is_none();
            let next = if full || self.ended { None } else { records.next() };
            match next {
                Some(Ok(record)) => self.record(&record),
                Some(Err(problem)) => self.problems.push(problem),
                None => {
                    if !full && !self.ended {
                        self.ended = true;
                        self.end_of_file();
                    }
                    if self.keep.is_empty() {
                        return None;
                    }
                    let batch = self.batch();
                    if batch.num_rows() > 0 || full {
                        return Some(batch);
                    }
                    return None;
                }
            }
        }
    }

    fn record(&mut self, record: &RawRecord<'_>) {
        if record.is_empty() {
            return;
        }
        match self.skipper.skips(record) {
            None => {}
            Some(Skip::Row) => return,
            Some(Skip::Header) => {
                let line = i64::try_from(record.line).unwrap_or(i64::MAX);
                self.headers_again.push(self.after.saturating_add(line));
                return;
            }
        }
        if self.copies.contains(&record.line) {
            return;
        }
        let number = self.after.saturating_add(i64::try_from(record.line).unwrap_or(i64::MAX));
        self.rows += 1;
        // What follows shows that the short record before was whole.
        self.open_end = None;
        let row = self.keep.len();
        let mut good = self.fits(record, row);
        for index in 0..self.columns.len() {
            if let Some(Fill::DownIn(group) | Fill::FirstIn(group)) =
                &self.definition.columns[index].fill
            {
                let positions = self.columns[*group].positions();
                let cell = column::cell_at(record, positions);
                let (cell, column) = (cell.text(), &mut self.columns[index]);
                column.enter_group(cell.trim());
            }
            let column = &mut self.columns[index];
            if let Err(unreadable) = column.append(record) {
                let about = &self.definition.columns[index];
                let mut problem = unreadable.at(record.line, &about.shown);
                if about.needed {
                    good = false;
                }
                if problem.hint.is_empty() {
                    problem.hint = if about.needed {
                        "the row was not loaded; correct the cell and import again".to_owned()
                    } else {
                        "the row was loaded without this value".to_owned()
                    };
                }
                self.tell(row, problem);
            }
        }
        self.last_row = self.last_row.max(number);
        self.numbers.append_value(number);
        self.keep.push(good);
    }

    /// Whether the record has the cells of the header. One with more has lost its columns; one with
    /// fewer is whole as long as nothing that matters is cut off and another record follows.
    fn fits(&mut self, record: &RawRecord<'_>, row: usize) -> bool {
        if self.format != Format::Delimited {
            return true;
        }
        let Some(problem) = record.misfit() else { return true };
        let cells = record.len();
        let cut = || {
            let columns = self.definition.columns.iter().zip(&self.columns);
            columns
                .filter(|(about, _)| about.needed)
                .any(|(_, column)| column.positions().iter().any(|at| *at >= cells))
        };
        if record.fit == Fit::Long || cut() {
            self.tell(row, problem);
            return false;
        }
        self.open_end = Some(OpenEnd { row, problem });
        true
    }

    fn end_of_file(&mut self) {
        if let Some(OpenEnd { row, problem }) = self.open_end.take() {
            if let Some(keep) = self.keep.get_mut(row) {
                *keep = false;
            }
            self.tell(row, problem);
        }
    }

    /// Tells a problem of a row, or keeps it until it is known whether the row is left out.
    fn tell(&mut self, row: usize, problem: Problem) {
        if self.definition.leave_out.is_empty() {
            self.problems.push(problem);
        } else {
            self.pending.push((row, problem));
        }
    }

    /// Takes out the rows that the definition leaves out, with whatever was wrong in them.
    fn leave_out(&mut self, batch: &RecordBatch, keep: &mut [bool]) {
        let mut gone = vec![false; keep.len()];
        for (plan, left_out) in self.definition.leave_out.iter().zip(&mut self.left_out) {
            // What cannot be worked out leaves nothing out.
            let Ok(values) = plan.when.evaluate(batch) else { continue };
            for (row, _) in is_true(&values).iter().enumerate().filter(|(_, is)| *is == Some(true))
            {
                if std::mem::replace(&mut gone[row], true) {
                    continue;
                }
                keep[row] = false;
                left_out.rows += 1;
                if left_out.rows == 1 {
                    left_out.first_line = line_of(batch, row);
                }
            }
        }
        for (row, problem) in std::mem::take(&mut self.pending) {
            if !gone.get(row).copied().unwrap_or(false) {
                self.problems.push(problem);
            }
        }
    }

    /// What is left to say of rows that were passed over.
    fn tell_passed_over(&mut self) {
        let after = u64::try_from(self.after).unwrap_or(0);
        for (plan, left_out) in self.definition.leave_out.iter().zip(&self.left_out) {
            if left_out.rows > 0 {
                self.problems.push(
                    Problem::note("rows_left_out")
                        .at_line(left_out.first_line.saturating_sub(after))
                        .found(left_out.rows.to_string())
                        .expected(plan.why.zh_cn.clone())
                        .hint(plan.why.en.clone()),
                );
            }
        }
        if let Some(first) = self.headers_again.first() {
            let line = u64::try_from(*first).unwrap_or(0).saturating_sub(after);
            self.problems.push(
                Problem::warning("header_repeated")
                    .at_line(line)
                    .found(self.headers_again.len().to_string())
                    .hint("the header stands among the rows; it was passed over"),
            );
        }
        if self.rows == 0 {
            self.problems.push(
                Problem::note("no_rows")
                    .expected("rows below the header")
                    .hint("the report is right but holds no rows: nothing happened in its period"),
            );
        }
    }

    fn batch(&mut self) -> RecordBatch {
        let rows = self.keep.len();
        let mut arrays: Vec<ArrayRef> = Vec::with_capacity(self.definition.schema.fields().len());
        arrays.extend(self.columns.iter_mut().filter_map(ColumnReader::finish));
        arrays.extend(self.given.arrays(rows));
        arrays.push(Arc::new(self.numbers.finish()));
        let mut keep = std::mem::take(&mut self.keep);
        self.keep.reserve(BATCH_ROWS);
        let batch = RecordBatch::try_new(self.definition.schema.clone(), arrays)
            .expect("the arrays are made in the order and with the types of the schema");
        if !self.definition.leave_out.is_empty() {
            self.leave_out(&batch, &mut keep);
        }
        if keep.iter().all(|keep| *keep) {
            return batch;
        }
        let keep = BooleanArray::from(keep);
        filter_record_batch(&batch, &keep).expect("the filter has one value for each row")
    }
}
