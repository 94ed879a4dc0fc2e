//! A file as a table: its header and its rows, nothing understood yet.

use std::{borrow::Cow, path::Path};

use argosy_intake::decode::{self, Format, Opened, TableSource};
use argosy_kernel::{Day, Problem, Severity};

use super::columns::{columns, meaning};
use crate::{face::ChapterError, kind::Kind};

/// Rows of one file.
const ROWS_MAX: usize = 500_000;
/// The header is among the first so many rows.
const HEADER_WITHIN: usize = 10;

/// A table as it came.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Table {
    pub header: Vec<String>,
    pub rows: Vec<TableRow>,
}

/// A row of a table.
#[derive(Clone, PartialEq, Debug)]
pub struct TableRow {
    /// From 1, with the header.
    pub line: u64,
    pub cells: Vec<Cell>,
}

/// A cell as the file tells it; text files have only texts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Cell {
    Empty,
    Text(String),
    /// With a decimal point.
    Number(String),
    /// The fraction of what a workbook shows as per cent.
    Percent(String),
    Day(Day),
    Flag(bool),
}

impl Cell {
    /// The cell as a person would read it.
    pub fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Empty => Cow::Borrowed(""),
            Self::Text(text) | Self::Number(text) | Self::Percent(text) => Cow::Borrowed(text),
            Self::Day(day) => Cow::Owned(day.to_string()),
            Self::Flag(true) => Cow::Borrowed("true"),
            Self::Flag(false) => Cow::Borrowed("false"),
        }
    }

    pub(super) fn is_blank(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Text(text) => text.trim().is_empty(),
            _ => false,
        }
    }
}

/// Reads the first table of an XLSX or CSV file; `name` is what people call the file.
///
/// # Errors
/// [`ChapterError::Told`] when it is no table, has no header of this kind, or too many rows.
pub fn read(kind: &Kind, path: &Path, name: &str) -> Result<Table, ChapterError> {
    let opened = decode::open(path, name, &decode::Limits::default());
    let Ok(Opened::Tables(tables)) = opened else {
        let why = opened.err().map(|problem| problem.hint).unwrap_or_default();
        return Err(ChapterError::told(
            format!("`{name}` cannot be read as a table; send an XLSX or CSV file. {why}"),
            format!("无法按表格读取 `{name}`；请上传 XLSX 或 CSV 文件"),
        ));
    };
    let Some((source, header)) = header_of(kind, &tables) else {
        let known = columns(kind);
        let some = |language: &str| {
            let names = known.iter().take(5).map(|column| column.header(language).to_owned());
            names.collect::<Vec<_>>()
        };
        return Err(ChapterError::told(
            format!(
                "`{name}` has no column of {}; its first row should have headers such as {}. Begin \
                 with the template",
                kind.title.en,
                some("en").join(", ")
            ),
            format!(
                "`{name}` 中没有“{}”的列；首行应为表头，如 {}。请使用模板",
                kind.title.zh_cn,
                some("zh-CN").join("、")
            ),
        ));
    };
    rows(source, header)
}

/// The table and the row with most headers of this kind.
fn header_of<'t>(kind: &Kind, tables: &'t [TableSource]) -> Option<(&'t TableSource, usize)> {
    let columns = columns(kind);
    for table in tables {
        let mut best: Option<(usize, usize)> = None;
        for (at, row) in table.head().iter().take(HEADER_WITHIN).enumerate() {
            let known = meaning(&columns, row).into_iter().flatten().count();
            if known > best.map_or(0, |(known, _)| known) {
                best = Some((known, at));
            }
        }
        if let Some((_, at)) = best {
            return Some((table, at));
        }
    }
    None
}

fn refused(problem: &Problem) -> ChapterError {
    let place = problem.place.line.map(|line| line.to_string()).unwrap_or_default();
    ChapterError::told(
        format!("line {place} of the file cannot be read: {} {}", problem.found, problem.hint),
        format!("文件第 {place} 行无法读取：{}", problem.found),
    )
}

fn rows(source: &TableSource, header: usize) -> Result<Table, ChapterError> {
    let delimited = source.format() == Format::Delimited;
    let mut records = source.records(true, header).map_err(|problem| refused(&problem))?;
    let names = records.header().iter();
    let header: Vec<String> =
        names.map(|name| name.trim().trim_start_matches('\u{feff}').to_owned()).collect();
    let mut rows = Vec::new();
    while let Some(record) = records.next() {
        let record = match record {
            Ok(record) => record,
            Err(problem) if problem.severity == Severity::Error => return Err(refused(&problem)),
            Err(_) => continue,
        };
        if rows.len() == ROWS_MAX {
            return Err(ChapterError::told(
                format!("the file has more than {ROWS_MAX} rows; split it"),
                format!("文件超过 {ROWS_MAX} 行，请拆分"),
            ));
        }
        let cells: Vec<Cell> =
            (0..header.len()).map(|at| cell(record.cell(at), delimited)).collect();
        let beyond = (header.len()..record.len()).any(|at| !record.cell(at).is_empty());
        if beyond && delimited {
            let line = record.line;
            return Err(ChapterError::told(
                format!(
                    "line {line} has more cells than the header; a cell may hold the separator \
                     without quotes around it"
                ),
                format!("第 {line} 行的列数多于表头；可能有单元格含分隔符但没有加引号"),
            ));
        }
        if cells.iter().any(|cell| !cell.is_blank()) {
            rows.push(TableRow { line: record.line, cells });
        }
    }
    Ok(Table { header, rows })
}

fn cell(cell: decode::Cell<'_>, delimited: bool) -> Cell {
    match cell {
        decode::Cell::Empty => Cell::Empty,
        decode::Cell::Text(text) => Cell::Text(undefused(text, delimited).to_owned()),
        decode::Cell::Number(text) => Cell::Number(text.to_owned()),
        decode::Cell::Percent(text) => Cell::Percent(text.to_owned()),
        decode::Cell::Date(at) if at.time() == chrono::NaiveTime::MIN => Cell::Day(at.date()),
        decode::Cell::Date(_) | decode::Cell::Error(_) => Cell::Text(cell.text().into_owned()),
        decode::Cell::Bool(flag) => Cell::Flag(flag),
    }
}

/// CSV files have an apostrophe before what a spreadsheet would run as a formula.
fn undefused(text: &str, delimited: bool) -> &str {
    const SIGNS: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];
    match text.strip_prefix('\'') {
        Some(rest) if delimited && rest.trim_start().starts_with(SIGNS) => rest,
        _ => text,
    }
}
