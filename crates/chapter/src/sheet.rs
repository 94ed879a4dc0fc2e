//! Records as tables of Excel and back.
//!
//! One record is one row; with lines, one row per line, and the record's own cells stand in its first
//! row. Headers are read in either language, by alias or by id, whatever language a file was written
//! in; numbers as people write them, and what can be read in two ways is refused.

mod cells;
mod columns;
mod numbers;
mod read;
mod records;
mod template;
#[cfg(test)]
mod tests;

use argosy_desk::Record;
use argosy_metrics::export::{Cell as Written, Sheet};
use rust_decimal::Decimal;
use serde_json::Value;

use self::columns::{Column, Part, columns};
pub(crate) use self::{
    cells::flag,
    records::{Incoming, Read, records},
};
pub use self::{
    read::{Cell, Table, TableRow, read},
    template::{template, template_xlsx},
};
use crate::kind::{Body, FieldProblem, Kind};

/// The header of what is wrong in a table that is given back.
const WRONG: (&str, &str) = ("What is wrong", "问题");

/// Records as a table in a language.
pub fn export(kind: &Kind, records: &[Record], language: &str) -> Sheet {
    let columns = columns(kind);
    let header = columns.iter().map(|column| column.header(language).to_owned()).collect();
    let mut rows = Vec::with_capacity(records.len());
    for record in records {
        let count = columns.iter().map(|column| lines_of(column, &record.body)).max();
        for line in 0..count.unwrap_or(1).max(1) {
            let cell = |column: &Column<'_>| of_record(column, record, line, kind, language);
            rows.push(columns.iter().map(cell).collect());
        }
    }
    Sheet { name: kind.title.in_language(language).to_owned(), header, rows }
}

fn lines_of(column: &Column<'_>, body: &Body) -> usize {
    match &column.part {
        Part::Line(lines, _) | Part::LineCurrency(lines, _) => {
            body.get(&lines.id).and_then(Value::as_array).map_or(0, Vec::len)
        }
        _ => 1,
    }
}

fn of_record(
    column: &Column<'_>,
    record: &Record,
    line: usize,
    kind: &Kind,
    language: &str,
) -> Written {
    let body = &record.body;
    // The key stands in every row, so that rows stay together when somebody sorts them.
    if line > 0 && !column.is_key && !matches!(column.part, Part::Line(..) | Part::LineCurrency(..))
    {
        return Written::Empty;
    }
    let in_line = |lines: &str| body.get(lines).and_then(|value| value.get(line));
    match &column.part {
        Part::Number => Written::Text(record.id.clone()),
        Part::State => {
            let states = kind.states.as_ref().map_or(&[][..], |states| states.states.as_slice());
            let found = states.iter().find(|state| Some(&state.id) == record.state.as_ref());
            found.map_or(Written::Empty, |state| {
                Written::Text(state.name.in_language(language).to_owned())
            })
        }
        Part::Own(field) => cells::write(field, body.get(&field.id), language),
        Part::Currency(field) => cells::currency(body.get(&field.id)),
        Part::Line(lines, field) => {
            let value = in_line(&lines.id).and_then(|line| line.get(&field.id));
            cells::write(field, value, language)
        }
        Part::LineCurrency(lines, field) => {
            cells::currency(in_line(&lines.id).and_then(|line| line.get(&field.id)))
        }
    }
}

/// The same table with a column that says what is wrong in each row.
pub fn errors(table: &Table, problems: &[FieldProblem], language: &str) -> Sheet {
    let own = |name: &String| name == WRONG.0 || name == WRONG.1;
    let kept: Vec<usize> = (0..table.header.len()).filter(|at| !own(&table.header[*at])).collect();
    let mut header: Vec<String> = kept.iter().map(|at| table.header[*at].clone()).collect();
    header.push(if language.starts_with("zh") { WRONG.1 } else { WRONG.0 }.to_owned());
    let mut told: std::collections::HashMap<u64, Vec<&str>> = std::collections::HashMap::new();
    for problem in problems {
        let row = problem.row.unwrap_or_default();
        told.entry(row).or_default().push(problem.says.in_language(language));
    }
    let rows = table.rows.iter().map(|row| {
        let mut cells: Vec<Written> =
            kept.iter().map(|at| row.cells.get(*at).map_or(Written::Empty, as_written)).collect();
        cells.push(match told.get(&row.line) {
            Some(says) => Written::Text(says.join("\n")),
            None => Written::Empty,
        });
        cells
    });
    let rows = rows.collect();
    Sheet { name: "Argosy".to_owned(), header, rows }
}

fn as_written(cell: &Cell) -> Written {
    match cell {
        Cell::Empty => Written::Empty,
        Cell::Number(text) => match Decimal::from_str_exact(text) {
            Ok(number) => Written::Number(number),
            Err(_) => Written::Text(text.clone()),
        },
        cell => Written::Text(cell.text().into_owned()),
    }
}
