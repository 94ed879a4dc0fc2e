//! The rows of a sheet, one at a time.

use std::{
    collections::VecDeque,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use argosy_kernel::Problem;
use chrono::NaiveDateTime;
use quick_xml::events::BytesStart;

use super::{
    Limits, RawRecord, dates,
    guard::{Counted, Stream},
    numbers,
    record::{self, Body, Fit, SharedStrings, Span, TypedCell},
    table::{HEAD_RECORDS, Head},
    xlsx::Workbook,
    xlsx_parts::{self as parts, Shown},
    xml::{self, Node, Xml, attribute, damaged},
};

/// The rows of a sheet.
#[derive(Debug)]
pub(super) struct SheetRecords {
    xml: Xml,
    book: Arc<Workbook>,
    strings: Arc<SharedStrings>,
    limits: Limits,
    read: Arc<AtomicU64>,
    row: u32,
    /// Columns kept; cells beyond the header are only looked at, not kept.
    width: Option<usize>,
    header: Vec<String>,
    cells: Vec<TypedCell>,
    /// Which of `cells` are filled, so that clearing costs what the row holds and not its width.
    filled: Vec<u32>,
    arena: String,
    is_long: bool,
    ended: bool,
    queue: VecDeque<Problem>,
}

impl SheetRecords {
    pub(super) fn new(
        stream: Stream,
        book: Arc<Workbook>,
        strings: Arc<SharedStrings>,
        limits: &Limits,
    ) -> Self {
        let read = Arc::new(AtomicU64::new(0));
        let counted: Stream = Box::new(Counted { inner: stream, count: Arc::clone(&read) });
        Self {
            xml: Xml::new(counted, limits.string_bytes),
            book,
            strings,
            limits: limits.clone(),
            read,
            row: 0,
            width: None,
            header: Vec::new(),
            cells: Vec::new(),
            filled: Vec::new(),
            arena: String::new(),
            is_long: false,
            ended: false,
            queue: VecDeque::new(),
        }
    }

    /// The row read last was the header; `notes` are told before the next one.
    pub(super) fn begin(&mut self, header: Vec<String>, notes: Vec<Problem>) {
        self.queue.extend(notes);
        self.width = Some(header.len());
        self.cells = vec![TypedCell::Empty; header.len()];
        self.filled.clear();
        self.header = header;
    }

    pub(super) fn header(&self) -> &[String] {
        &self.header
    }

    pub(super) fn bytes_read(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }

    pub(super) fn head(&mut self) -> Result<Head, Problem> {
        let mut head = Head::default();
        let mut first = None;
        while head.rows.len() < HEAD_RECORDS {
            match self.next() {
                None => break,
                Some(Ok(record)) => {
                    head.rows.push(record.texts());
                    head.lines.push(record.line);
                }
                Some(Err(problem)) => first = first.or(Some(problem)),
            }
        }
        match first {
            Some(problem) if head.rows.is_empty() => Err(problem),
            _ => Ok(head),
        }
    }

    pub(super) fn next(&mut self) -> Option<Result<RawRecord<'_>, Problem>> {
        if let Some(problem) = self.queue.pop_front() {
            return Some(Err(problem));
        }
        let length = loop {
            if self.ended {
                return None;
            }
            match self.read_row() {
                Ok(true) if self.filled.is_empty() && !self.is_long => {}
                Ok(true) => {
                    let last = self.filled.iter().max().map_or(0, |last| *last as usize + 1);
                    break self.width.unwrap_or(last);
                }
                Ok(false) => {
                    self.ended = true;
                    return None;
                }
                Err(Stop::Row(problem)) => return Some(Err(problem.at_line(u64::from(self.row)))),
                Err(Stop::Sheet(problem)) => {
                    self.ended = true;
                    return Some(Err(problem.at_line(u64::from(self.row.max(1)))));
                }
            }
        };
        let fit = if self.is_long { Fit::Long } else { Fit::Exact };
        let body =
            Body::Typed { text: &self.arena, cells: &self.cells[..length], shared: &self.strings };
        Some(Ok(RawRecord::new(u64::from(self.row), fit, self.header.len(), body)))
    }

    /// Reads up to the end of the next row; `false` at the end of the sheet.
    fn read_row(&mut self) -> Result<bool, Stop> {
        self.clear();
        let mut is_in_row = false;
        let mut column = 0usize;
        let mut wrong = None;
        loop {
            match self.xml.next()? {
                Node::End => return Ok(false),
                Node::Open(tag) if tag.local_name().as_ref() == "row" => {
                    is_in_row = true;
                    self.row = match attribute(&tag, "r").and_then(|row| row.parse().ok()) {
                        Some(row) if row > 0 => row,
                        _ => self.row.saturating_add(1),
                    };
                    if self.row > self.limits.sheet_rows {
                        return Err(Stop::Sheet(too_many_rows(&self.limits)));
                    }
                }
                Node::Open(tag) if is_in_row && tag.local_name().as_ref() == "c" => {
                    let opening = match Opening::of(&tag, column, &self.limits) {
                        Ok(opening) => opening,
                        // A cell in no place costs its row, not the sheet.
                        Err(problem) => {
                            wrong = wrong.or(Some(problem));
                            continue;
                        }
                    };
                    column = opening.column + 1;
                    match self.read_cell(&opening) {
                        Err(Stop::Row(problem)) => wrong = wrong.or(Some(problem)),
                        other => other?,
                    }
                }
                Node::Close(name) if name == "row" => {
                    return wrong.map_or(Ok(true), |problem| Err(Stop::Row(problem)));
                }
                _ => {}
            }
        }
    }

    fn clear(&mut self) {
        for index in self.filled.drain(..) {
            self.cells[index as usize] = TypedCell::Empty;
        }
        self.arena.clear();
        self.is_long = false;
    }

    /// Reads up to the end of the cell and keeps its value.
    fn read_cell(&mut self, opening: &Opening) -> Result<(), Stop> {
        let start = self.arena.len();
        let (mut in_value, mut in_reading_aid) = (false, false);
        loop {
            match self.xml.next()? {
                Node::Open(tag) => match tag.local_name().as_ref() {
                    "v" | "t" => in_value = !in_reading_aid,
                    "rPh" => in_reading_aid = true,
                    _ => {}
                },
                Node::Text(text) if in_value => {
                    self.arena.push_str(&text);
                    if self.arena.len() - start > self.limits.string_bytes {
                        return Err(Stop::Sheet(xml::too_long()));
                    }
                    if self.arena.len() > self.limits.string_bytes.saturating_mul(4) {
                        return Err(Stop::Sheet(row_too_large(&self.limits)));
                    }
                }
                Node::Close(name) => match name.as_ref() {
                    "v" | "t" => in_value = false,
                    "rPh" => in_reading_aid = false,
                    "c" => break,
                    _ => {}
                },
                Node::End => return Ok(()),
                Node::Text(_) | Node::Other => {}
            }
        }
        let cell = self.typed(opening, start)?;
        self.keep(opening.column, cell, start);
        Ok(())
    }

    fn keep(&mut self, column: usize, cell: TypedCell, start: usize) {
        let is_blank = match cell {
            TypedCell::Empty => true,
            TypedCell::Text(span) => record::slice(&self.arena, span).trim().is_empty(),
            TypedCell::Shared(index) => {
                self.strings.get(index).is_none_or(|text| text.trim().is_empty())
            }
            _ => false,
        };
        if is_blank {
            self.arena.truncate(start);
            return;
        }
        if self.width.is_some_and(|width| column >= width) {
            self.is_long = true;
            self.arena.truncate(start);
            return;
        }
        if column >= self.cells.len() {
            self.cells.resize(column + 1, TypedCell::Empty);
        }
        if self.cells[column] == TypedCell::Empty {
            // Columns are capped far below 2^32.
            self.filled.push(column as u32);
        }
        self.cells[column] = cell;
    }

    /// Rewrites a number at the end of the arena to the digits a double surely has.
    fn without_noise(&mut self, start: usize) -> Span {
        if let std::borrow::Cow::Owned(clean) = numbers::readable(&self.arena[start..]) {
            self.arena.truncate(start);
            self.arena.push_str(&clean);
        }
        (start as u32, self.arena.len() as u32)
    }

    fn typed(&mut self, opening: &Opening, start: usize) -> Result<TypedCell, Stop> {
        if matches!(opening.kind, CellKind::Text) {
            parts::unescape(&mut self.arena, start);
        }
        let span: Span = (start as u32, self.arena.len() as u32);
        let text = &self.arena[start..];
        if text.is_empty() {
            return Ok(TypedCell::Empty);
        }
        Ok(match opening.kind {
            CellKind::Text => TypedCell::Text(span),
            CellKind::Error => TypedCell::Error(span),
            CellKind::Bool => TypedCell::Bool(matches!(text.trim(), "1" | "true")),
            CellKind::IsoDate => text
                .trim()
                .trim_end_matches('Z')
                .parse::<NaiveDateTime>()
                .map_or(TypedCell::Text(span), TypedCell::Date),
            CellKind::Shared => {
                let index =
                    text.trim().parse().ok().filter(|index| self.strings.get(*index).is_some());
                let Some(index) = index else {
                    return Err(Stop::Row(damaged("a cell whose text is not in the workbook")));
                };
                TypedCell::Shared(index)
            }
            CellKind::Number => {
                let span = self.without_noise(start);
                let text = &self.arena[start..];
                let shown = opening.style.and_then(|style| self.book.styles.get(style).copied());
                match shown.unwrap_or(Shown::Number) {
                    _ if !numbers::is_plain(text) => TypedCell::Text(span),
                    Shown::Date => dates::excel_serial(text, self.book.from_1904)
                        .map_or(TypedCell::Number(span), TypedCell::Date),
                    Shown::Percent => TypedCell::Percent(span),
                    Shown::Number => TypedCell::Number(span),
                }
            }
        })
    }
}

/// What ends a row, or the whole sheet.
enum Stop {
    Row(Problem),
    Sheet(Problem),
}

impl From<Problem> for Stop {
    fn from(problem: Problem) -> Self {
        Self::Sheet(problem)
    }
}

enum CellKind {
    Number,
    Shared,
    Text,
    Bool,
    Error,
    IsoDate,
}

/// What a cell says before its value.
struct Opening {
    column: usize,
    kind: CellKind,
    style: Option<usize>,
}

impl Opening {
    /// `next` is the column for a cell that does not say where it stands.
    fn of(tag: &BytesStart<'_>, next: usize, limits: &Limits) -> Result<Self, Problem> {
        let column = attribute(tag, "r").and_then(|place| column_of(&place)).unwrap_or(next);
        if column >= limits.columns {
            return Err(Problem::error("too_many_columns")
                .found("a cell right of the last column Excel has")
                .expected(format!("at most {} columns", limits.columns)));
        }
        let kind = match attribute(tag, "t").as_deref() {
            Some("s") => CellKind::Shared,
            Some("str" | "inlineStr") => CellKind::Text,
            Some("b") => CellKind::Bool,
            Some("e") => CellKind::Error,
            Some("d") => CellKind::IsoDate,
            _ => CellKind::Number,
        };
        let style = attribute(tag, "s").and_then(|style| style.parse().ok());
        Ok(Self { column, kind, style })
    }
}

/// `B7` is column 1; columns count from 0.
fn column_of(place: &str) -> Option<usize> {
    let letters = place.bytes().take_while(u8::is_ascii_alphabetic);
    let column = letters.fold(0usize, |column, letter| {
        column
            .saturating_mul(26)
            .saturating_add(usize::from(letter.to_ascii_uppercase() - b'A') + 1)
    });
    column.checked_sub(1)
}

fn too_many_rows(limits: &Limits) -> Problem {
    Problem::error("too_many_rows")
        .found(format!("more than {} rows", limits.sheet_rows))
        .expected("as many rows as Excel allows")
        .hint("the rows before were read; export the report as CSV, or for a shorter period")
}

fn row_too_large(limits: &Limits) -> Problem {
    Problem::error("row_too_large")
        .found(format!("a row of more than {} MiB", (limits.string_bytes * 4) >> 20))
        .expected("rows of a report")
        .hint("this workbook is not a report; get it from the channel itself")
}
