//! The same thing pasted twice into one file is told twice and must count once.
//!
//! Two equal lines are both real, so lines alone prove nothing. What does prove it: the header
//! stands again and the rows below it are the rows above it; or a statement's total stands again
//! and the lines between the totals are the same, or only one of the copies adds up, or every line
//! stands as often as the total; or a file in the order of its statements comes back to one of them
//! and tells the very same lines in the same order.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use argosy_facts::{
    arrow::{
        array::{Array, AsArray, RecordBatch, StringArray},
        datatypes::{Decimal128Type, Int64Type},
    },
    row_hashes,
};
use argosy_kernel::{Problem, Table};

use crate::{
    IntakeError,
    balance::Repeated,
    pipeline::{self, Setting, Source},
    rows::RowReader,
};

/// Rows that are copies of others, and what to tell of them.
#[derive(Clone)]
pub(crate) struct Copies {
    /// By their lines in their own table.
    pub(crate) lines: Arc<HashSet<u64>>,
    pub(crate) problems: Vec<Problem>,
}

/// What gives reason to look for copies.
pub(crate) struct Signs {
    pub(crate) headers_again: Vec<i64>,
    pub(crate) repeated: Vec<Repeated>,
    /// Statements whose rows stand in more than one run.
    pub(crate) runs: Vec<String>,
}

/// Looks for copies where a first reading gave reason to. The table is read at most twice for it,
/// however many statements there are; `read` is told the bytes.
pub(crate) fn find(
    setting: &Setting<'_>,
    source: &Source<'_>,
    signs: &Signs,
    read: &(dyn Fn(u64) + Sync),
) -> Result<Option<Copies>, IntakeError> {
    let Signs { headers_again, repeated, runs } = signs;
    if headers_again.is_empty() && repeated.is_empty() && runs.is_empty() {
        return Ok(None);
    }
    let Some(table) = RowsRead::of(setting, source, read)? else { return Ok(None) };
    if let Some(copies) = whole_file(&table, headers_again, source.after) {
        return Ok(Some(copies));
    }
    let (mut rows, mut problems) = (HashSet::new(), Vec::new());
    let mut money = None;
    for repeated in repeated {
        let copies = table.copies_of(repeated, &mut || match &mut money {
            Some(money) => Ok(Arc::clone(money)),
            none => Ok(Arc::clone(none.insert(Arc::new(Money::of(setting, source, read)?)))),
        })?;
        if copies.is_empty() {
            continue;
        }
        let line = repeated.rows.get(1).copied().unwrap_or_default();
        let after = u64::try_from(source.after).unwrap_or(0);
        problems.push(
            Problem::warning("statement_repeated")
                .at_line(line.saturating_sub(after))
                .found(repeated.statement.clone())
                .expected(repeated.rows.len().to_string())
                .hint("it was counted once; the other copies were left out"),
        );
        rows.extend(copies);
    }
    for statement in runs {
        let (copies, problem) = match table.runs_of(statement, source.after) {
            Some(found) if rows.is_disjoint(&found.0) => found,
            _ => continue,
        };
        rows.extend(copies);
        problems.push(problem);
    }
    Ok((!rows.is_empty()).then(|| Copies { lines: lines(rows, source.after), problems }))
}

/// Lines of rows that are counted from behind row `after`.
fn lines(rows: impl IntoIterator<Item = i64>, after: i64) -> Arc<HashSet<u64>> {
    let line = |row: i64| u64::try_from(row.saturating_sub(after)).ok();
    Arc::new(rows.into_iter().filter_map(line).collect())
}

/// The file once more below itself, header and all.
fn whole_file(table: &RowsRead, headers_again: &[i64], after: i64) -> Option<Copies> {
    let segments = segments(&table.rows, headers_again);
    let (first, rest) = segments.split_first()?;
    let content = Content::of(first);
    if rest.is_empty() || first.is_empty() || rest.iter().any(|rows| Content::of(rows) != content) {
        return None;
    }
    let line = headers_again.first()?.saturating_sub(after);
    let problem = Problem::warning("file_repeated")
        .at_line(u64::try_from(line).unwrap_or(0))
        .found(segments.len().to_string())
        .hint("the same rows stand below each other; they were counted once");
    let rows = rest.iter().flat_map(|rows| rows.iter().map(|row| row.number));
    Some(Copies { lines: lines(rows, after), problems: vec![problem] })
}

#[derive(Clone, Copy)]
struct RowRead {
    number: i64,
    hash: u64,
    /// Its place among the rows that belong to a statement.
    place: usize,
}

/// The rows of a table as they were typed, each as one number.
struct RowsRead {
    rows: Vec<RowRead>,
    of_statement: HashMap<String, Vec<RowRead>>,
}

/// What a set of rows says, in whatever order.
#[derive(PartialEq, Eq, Default)]
struct Content {
    rows: usize,
    counts: HashMap<u64, usize>,
}

impl Content {
    fn of(rows: &[RowRead]) -> Self {
        let mut counts: HashMap<u64, usize> = HashMap::new();
        for row in rows {
            *counts.entry(row.hash).or_default() += 1;
        }
        Self { rows: rows.len(), counts }
    }
}

/// Rows cut before each of `starts`.
fn segments(rows: &[RowRead], starts: &[i64]) -> Vec<Vec<RowRead>> {
    let mut segments: Vec<Vec<RowRead>> = vec![Vec::new(); starts.len() + 1];
    for row in rows {
        segments[starts.partition_point(|start| *start <= row.number)].push(*row);
    }
    segments
}

impl RowsRead {
    fn of(
        setting: &Setting<'_>,
        source: &Source<'_>,
        told: &(dyn Fn(u64) + Sync),
    ) -> Result<Option<Self>, IntakeError> {
        let Source { examined, part, after, .. } = source;
        let definition = &part.recognised.definition;
        let reader = RowReader::new(examined, part, setting.given, setting.vault, *after);
        let (Ok(mut reader), Ok(mut records)) = (reader, pipeline::open_records(examined, part))
        else {
            return Ok(None);
        };
        let mut read = Self { rows: Vec::new(), of_statement: HashMap::new() };
        let mut place = 0;
        while let Some(batch) = reader.next_batch(&mut records) {
            told(records.bytes_read());
            let Some(at) = batch.schema().index_of("file_row").ok() else { return Ok(None) };
            let numbers = batch.column(at).as_primitive::<Int64Type>().clone();
            let others: Vec<usize> =
                (0..batch.num_columns()).filter(|index| *index != at).collect();
            let hashes =
                row_hashes(&batch.project(&others).map_err(argosy_facts::FactsError::from)?)?;
            let statements = definition.statement().and_then(|sql| sql.evaluate(&batch).ok());
            let statements: Option<&StringArray> =
                statements.as_ref().map(|texts| texts.as_string());
            for (row, hash) in hashes.into_iter().enumerate() {
                let belongs = statements.is_some_and(|texts| texts.is_valid(row));
                place += usize::from(belongs);
                let told = RowRead { number: numbers.value(row), hash, place };
                read.rows.push(told);
                if let Some(texts) = statements.filter(|texts| texts.is_valid(row)) {
                    match read.of_statement.get_mut(texts.value(row)) {
                        Some(rows) => rows.push(told),
                        None => {
                            drop(read.of_statement.insert(texts.value(row).to_owned(), vec![told]))
                        }
                    }
                }
            }
        }
        Ok(Some(read))
    }

    /// The rows of a statement beyond its first run, where all runs tell the same in the same order.
    fn runs_of(&self, statement: &str, after: i64) -> Option<(HashSet<i64>, Problem)> {
        let rows = self.of_statement.get(statement)?;
        let runs: Vec<&[RowRead]> =
            rows.chunk_by(|row, next| row.place + 1 == next.place).collect();
        let [first, rest @ ..] = runs.as_slice() else { return None };
        let hashes = |run: &[RowRead]| run.iter().map(|row| row.hash).collect::<Vec<_>>();
        let lines = hashes(first);
        // One line, or one and the same, may well come again.
        let tells = lines.iter().any(|line| *line != lines[0]);
        if rest.is_empty() || !tells || rest.iter().any(|run| hashes(run) != lines) {
            return None;
        }
        let line = rest[0][0].number.saturating_sub(after);
        let problem = Problem::warning("statement_runs_repeated")
            .at_line(u64::try_from(line).unwrap_or(0))
            .found(statement.to_owned())
            .expected(runs.len().to_string())
            .hint("the same lines stand in the file again; they were counted once");
        Some((rest.iter().flat_map(|run| run.iter().map(|row| row.number)).collect(), problem))
    }

    /// The rows of a statement beyond its first whole copy; `money` gives the money of all rows.
    fn copies_of(
        &self,
        repeated: &Repeated,
        money: &mut dyn FnMut() -> Result<Arc<Money>, IntakeError>,
    ) -> Result<Vec<i64>, IntakeError> {
        let Some(rows) = self.of_statement.get(&repeated.statement) else { return Ok(Vec::new()) };
        let totals: Vec<i64> =
            repeated.rows.iter().filter_map(|row| i64::try_from(*row).ok()).collect();
        for cut in [Cut::Before, Cut::After] {
            let segments = cut.segments(rows, &totals);
            let [first, rest @ ..] = segments.as_slice() else { continue };
            // A total without lines is no copy of anything.
            if rest.is_empty() || segments.iter().any(|rows| rows.len() < 2) {
                continue;
            }
            let content = Content::of(first);
            let whole = if rest.iter().all(|rows| Content::of(rows) == content) {
                Some(0)
            } else {
                let money = money()?;
                segments.iter().position(|rows| money.adds_up(rows, repeated))
            };
            if let Some(whole) = whole {
                let others = segments.iter().enumerate().filter(|(at, _)| *at != whole);
                return Ok(others.flat_map(|(_, rows)| rows).map(|row| row.number).collect());
            }
        }
        if repeated.adds_up_so_often {
            return Ok(beyond_one_part(rows, totals.len()).unwrap_or_default());
        }
        Ok(Vec::new())
    }
}

/// Where the total stands in a copy.
#[derive(Clone, Copy)]
enum Cut {
    /// It opens the copy.
    Before,
    /// It closes it.
    After,
}

impl Cut {
    fn segments(self, rows: &[RowRead], totals: &[i64]) -> Vec<Vec<RowRead>> {
        let starts: Vec<i64> = match self {
            Self::Before => totals.to_vec(),
            Self::After => totals.iter().map(|total| total + 1).collect(),
        };
        let mut found = segments(rows, &starts);
        found.retain(|rows| !rows.is_empty());
        found
    }
}

/// The money that each row of a table tells.
#[derive(Default)]
struct Money {
    /// By row and currency.
    sums: HashMap<i64, Vec<(String, i128)>>,
}

impl Money {
    fn of(
        setting: &Setting<'_>,
        source: &Source<'_>,
        read: &(dyn Fn(u64) + Sync),
    ) -> Result<Self, IntakeError> {
        let mut money = Self::default();
        // Nothing is left out, so that no copies are looked for once more.
        let nothing = Copies { lines: Arc::default(), problems: Vec::new() };
        let source = Source { without: Some(nothing), ..source.clone() };
        let mut add = |table, facts: RecordBatch| {
            if table == Table::Ledger {
                money.add(&facts);
            }
            Ok(())
        };
        pipeline::run(setting, source, &mut add, read)?;
        Ok(money)
    }

    fn add(&mut self, ledger: &RecordBatch) {
        let column = |name: &str| ledger.column_by_name(name);
        let (Some(rows), Some(currencies), Some(amounts)) =
            (column("row"), column("currency"), column("amount"))
        else {
            return;
        };
        let rows = rows.as_primitive::<Int64Type>();
        let currencies = currencies.as_string::<i32>();
        let amounts = amounts.as_primitive::<Decimal128Type>();
        for at in 0..ledger.num_rows() {
            let (currency, amount) = (currencies.value(at), amounts.value(at));
            let sums = self.sums.entry(rows.value(at)).or_default();
            match sums.iter_mut().find(|(known, _)| known == currency) {
                Some((_, sum)) => *sum += amount,
                None => sums.push((currency.to_owned(), amount)),
            }
        }
    }

    /// Whether these rows alone are what the statement says.
    fn adds_up(&self, rows: &[RowRead], repeated: &Repeated) -> bool {
        let told = rows.iter().filter_map(|row| self.sums.get(&row.number)).flatten();
        let sum: i128 =
            told.filter(|(known, _)| *known == repeated.currency).map(|(_, sum)| sum).sum();
        sum == repeated.expected && sum != 0
    }
}

/// Where every line stands `times` times, or a multiple of it: all but one part of them.
fn beyond_one_part(rows: &[RowRead], times: usize) -> Option<Vec<i64>> {
    let mut numbers: HashMap<u64, Vec<i64>> = HashMap::new();
    for row in rows {
        numbers.entry(row.hash).or_default().push(row.number);
    }
    let divides = numbers.values().all(|numbers| numbers.len().is_multiple_of(times));
    divides.then(|| {
        numbers.into_values().flat_map(|rows| rows[rows.len() / times..].to_vec()).collect()
    })
}
