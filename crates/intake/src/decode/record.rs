//! One record, whatever the file: its line and its cells by index.

use std::borrow::Cow;

use argosy_kernel::Problem;
use chrono::NaiveDateTime;

/// Start and end of a cell's text in its record.
pub(super) type Span = (u32, u32);

/// A cell as the file tells it. Text files only have [`Cell::Text`] and [`Cell::Empty`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cell<'a> {
    /// No cell, an empty text, or JSON's null.
    Empty,
    Text(&'a str),
    /// A number as the file writes it, decimal point always; exact to its last digit in JSON,
    /// without the noise of binary doubles in workbooks (`12.3`, not `12.300000000000001`).
    Number(&'a str),
    /// A number of a workbook that is shown as per cent: the value is the fraction, `0.05` for 5 %.
    Percent(&'a str),
    Date(NaiveDateTime),
    Bool(bool),
    /// `#N/A`, `#DIV/0!` and their kin.
    Error(&'a str),
}

impl<'a> Cell<'a> {
    pub fn is_empty(self) -> bool {
        matches!(self, Self::Empty) || matches!(self, Self::Text(text) if text.trim().is_empty())
    }

    /// The cell as a person would read it.
    pub fn text(self) -> Cow<'a, str> {
        match self {
            Self::Empty => Cow::Borrowed(""),
            Self::Text(text) | Self::Error(text) | Self::Number(text) | Self::Percent(text) => {
                Cow::Borrowed(text)
            }
            Self::Date(at) if at.time() == chrono::NaiveTime::MIN => {
                Cow::Owned(at.date().to_string())
            }
            Self::Date(at) => Cow::Owned(at.format("%Y-%m-%d %H:%M:%S%.f").to_string()),
            Self::Bool(true) => Cow::Borrowed("true"),
            Self::Bool(false) => Cow::Borrowed("false"),
        }
    }
}

/// Whether a record has as many cells as the header. Empty cells at the end do not count.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fit {
    Exact,
    /// Cells are missing at the end.
    Short,
    /// Cells with content stand beyond the last header.
    Long,
}

/// One record, valid until the next one is asked for.
#[derive(Clone, Copy, Debug)]
pub struct RawRecord<'a> {
    /// The line it begins in, from 1; in a workbook the row, in JSON the record's number.
    pub line: u64,
    pub fit: Fit,
    header_len: usize,
    body: Body<'a>,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Body<'a> {
    Text { text: &'a str, spans: &'a [Span] },
    Typed { text: &'a str, cells: &'a [TypedCell], shared: &'a SharedStrings },
}

/// A cell of a workbook or JSON record; its text lies in the record's arena.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) enum TypedCell {
    #[default]
    Empty,
    Text(Span),
    Shared(u32),
    Number(Span),
    Percent(Span),
    Date(NaiveDateTime),
    Bool(bool),
    Error(Span),
}

/// The strings of a workbook that its sheets refer to by number, in one piece of memory.
#[derive(Debug, Default)]
pub(super) struct SharedStrings {
    pub text: String,
    pub ends: Vec<u32>,
}

impl SharedStrings {
    pub(super) fn get(&self, index: u32) -> Option<&str> {
        let index = usize::try_from(index).ok()?;
        let end = *self.ends.get(index)?;
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        Some(slice(&self.text, (start, end)))
    }
}

pub(super) fn slice(text: &str, (start, end): Span) -> &str {
    text.get(start as usize..end as usize).unwrap_or("")
}

impl<'a> RawRecord<'a> {
    pub(super) fn new(line: u64, fit: Fit, header_len: usize, body: Body<'a>) -> Self {
        Self { line, fit, header_len, body }
    }

    /// How many cells the record has.
    pub fn len(&self) -> usize {
        match self.body {
            Body::Text { spans, .. } => spans.len(),
            Body::Typed { cells, .. } => cells.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        (0..self.len()).all(|index| self.cell(index).is_empty())
    }

    /// The cell under the header with this index; [`Cell::Empty`] when the record is shorter.
    #[inline]
    pub fn cell(&self, index: usize) -> Cell<'a> {
        match self.body {
            Body::Text { text, spans } => match spans.get(index) {
                Some(&(start, end)) if start < end => Cell::Text(slice(text, (start, end))),
                _ => Cell::Empty,
            },
            Body::Typed { text, cells, shared } => typed(text, cells, shared, index),
        }
    }

    /// The cell's text without deciding its type; the fast way for text files.
    #[inline]
    pub fn text(&self, index: usize) -> Cow<'a, str> {
        self.cell(index).text()
    }

    /// All cells as text, for previews and recognition.
    pub fn texts(&self) -> Vec<String> {
        (0..self.len()).map(|index| self.text(index).into_owned()).collect()
    }

    /// What to tell the user when the record does not fit the header.
    pub fn misfit(&self) -> Option<Problem> {
        let (code, hint) = match self.fit {
            Fit::Exact => return None,
            Fit::Short => ("too_few_cells", "the line may be cut off, or is not a row of data"),
            Fit::Long => {
                ("too_many_cells", "a cell may contain the delimiter without being quoted")
            }
        };
        Some(
            Problem::error(code)
                .at_line(self.line)
                .found(format!("{} cells", self.len()))
                .expected(format!("{} cells as in the header", self.header_len))
                .hint(hint),
        )
    }
}

fn typed<'a>(
    text: &'a str,
    cells: &[TypedCell],
    shared: &'a SharedStrings,
    index: usize,
) -> Cell<'a> {
    let filled = |text: &'a str| if text.is_empty() { Cell::Empty } else { Cell::Text(text) };
    match cells.get(index).copied().unwrap_or_default() {
        TypedCell::Empty => Cell::Empty,
        TypedCell::Text(span) => filled(slice(text, span)),
        TypedCell::Shared(string) => filled(shared.get(string).unwrap_or("")),
        TypedCell::Number(span) => Cell::Number(slice(text, span)),
        TypedCell::Percent(span) => Cell::Percent(slice(text, span)),
        TypedCell::Date(at) => Cell::Date(at),
        TypedCell::Bool(value) => Cell::Bool(value),
        TypedCell::Error(span) => Cell::Error(slice(text, span)),
    }
}
