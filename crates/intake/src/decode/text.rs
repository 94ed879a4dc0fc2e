//! Delimited text: its shape from the first lines, then its records, streamed.

use argosy_kernel::{Problem, Severity};
use encoding_rs::Encoding;
use memchr::memchr;

use super::{
    Limits,
    blocks::{self, Block},
    guard::{Origin, is_damage, problem_of},
    split::{self, Caps, Outcome, Shape},
    table::{HEAD_RECORDS, Head},
    text_records::TextRecords,
    text_stream::Utf8Stream,
};

/// How much of the beginning decides the delimiter.
const SHAPE_BYTES: usize = 64 << 10;
/// A text of several tables is looked at whole; a longer one counts as one table.
const BLOCKS_BYTES: usize = 32 << 20;
/// Records looked at to find [`HEAD_RECORDS`] good ones.
const HEAD_TRIES: usize = 400;

/// A delimited text, known by its first bytes.
#[derive(Debug)]
pub(super) struct TextSource {
    origin: Origin,
    encoding: &'static Encoding,
    pub delimiter: Option<u8>,
    shape: Shape,
    /// The first line is `sep=;`.
    has_separator_line: bool,
    /// Where the table lies in a text of several.
    block: Option<Block>,
    /// What to tell before the first record (archive members left out).
    pub notes: Vec<Problem>,
}

impl TextSource {
    /// Looks at the beginning: encoding, line ends, delimiter and the first records.
    pub(super) fn open(origin: Origin, limits: &Limits) -> Result<(Self, Head), Problem> {
        let mut stream = Utf8Stream::new(origin.open(limits)?, limits.market.clone());
        let (start, failed) = beginning(&mut stream, SHAPE_BYTES)?;
        let source = Self::shaped(origin, &stream, &start, None);
        let head = source.head(limits, failed)?;
        Ok((source, head))
    }

    /// The tables of a text that holds several; nothing for every other text. A table without
    /// comments of its own is shown with those of the file's head above it.
    pub(super) fn blocks(origin: &Origin, limits: &Limits) -> Result<Vec<(Self, Head)>, Problem> {
        let mut stream = Utf8Stream::new(origin.open(limits)?, limits.market.clone());
        let (start, _) = beginning(&mut stream, SHAPE_BYTES)?;
        let begins = String::from_utf8_lossy(start.get(..8).unwrap_or(&start)).into_owned();
        if !blocks::is_comment(begins.trim_start_matches('\u{FEFF}')) {
            return Ok(Vec::new());
        }
        let mut stream = Utf8Stream::new(origin.open(limits)?, limits.market.clone());
        let (all, failed) = beginning(&mut stream, BLOCKS_BYTES)?;
        let text = String::from_utf8_lossy(&all);
        let found = blocks::blocks(&text);
        if found.len() < 2 || failed.is_some() || all.len() >= BLOCKS_BYTES {
            return Ok(Vec::new());
        }
        let mut tables: Vec<(Self, Head)> = Vec::new();
        for block in found {
            let lines = text.split_inclusive('\n').skip(block.first as usize - 1);
            let length = (block.last - block.first + 1) as usize;
            let rows = lines.take(length).filter(|line| !blocks::is_comment(line));
            let source = Self::shaped(
                origin.clone(),
                &stream,
                rows.collect::<String>().as_bytes(),
                Some(block),
            );
            let Ok(mut head) = source.head(limits, None) else { continue };
            let own = head.rows.first().and_then(|row| row.first());
            if let (Some((_, first)), false) =
                (tables.first(), own.is_some_and(|cell| blocks::is_comment(cell)))
            {
                head.put_above(&first.comments());
            }
            tables.push((source, head));
        }
        Ok(tables)
    }

    /// A table whose encoding is known, with the shape that its beginning tells.
    fn shaped(origin: Origin, stream: &Utf8Stream, start: &[u8], block: Option<Block>) -> Self {
        let line_end = if memchr(b'\n', start).is_none() && memchr(b'\r', start).is_some() {
            b'\r'
        } else {
            b'\n'
        };
        let separator = separator_line(start, line_end).filter(|_| block.is_none());
        let body = &start[separator.map_or(0, |(_, length)| length)..];
        let delimiter = separator.map(|(byte, _)| byte).or_else(|| sniff_delimiter(body, line_end));
        Self {
            origin,
            encoding: stream.encoding(),
            delimiter,
            shape: Shape { delimiter: delimiter.unwrap_or(b','), line_end },
            has_separator_line: separator.is_some(),
            block,
            notes: Vec::new(),
        }
    }

    pub(super) fn encoding_name(&self) -> &'static str {
        self.encoding.name()
    }

    fn head(&self, limits: &Limits, failed: Option<Problem>) -> Result<Head, Problem> {
        let mut records = self.start(true, limits)?;
        let mut head = Head::default();
        let mut first_problem = failed;
        for _ in 0..HEAD_TRIES {
            match records.next() {
                None => break,
                Some(Ok(record)) => {
                    head.rows.push(record.texts());
                    head.lines.push(record.line);
                    if head.rows.len() == HEAD_RECORDS {
                        break;
                    }
                }
                Some(Err(problem)) => {
                    let error = problem.severity == Severity::Error;
                    first_problem = first_problem.or(error.then_some(problem));
                }
            }
        }
        if head.rows.is_empty() { Err(first_problem.unwrap_or_else(empty)) } else { Ok(head) }
    }

    fn start(&self, quoting: bool, limits: &Limits) -> Result<TextRecords, Problem> {
        let stream = Utf8Stream::new(self.origin.open(limits)?, limits.market.clone());
        let mut records = TextRecords::new(stream, self.shape, quoting, limits);
        if self.has_separator_line {
            records.skip_line();
        }
        if let Some(block) = self.block {
            (1..block.first).for_each(|_| records.skip_line());
            records.end_after(block.last);
        }
        Ok(records)
    }

    /// The records below the header that begins in `header_line`.
    pub(super) fn records(
        &self,
        quoting: bool,
        header_line: u64,
        limits: &Limits,
    ) -> Result<TextRecords, Problem> {
        let mut records = self.start(quoting, limits)?;
        let mut notes = self.notes.clone();
        let header = loop {
            match records.next() {
                Some(Ok(record)) if record.line >= header_line => break record.texts(),
                Some(Err(problem))
                    if problem.severity != Severity::Error || is_damage(&problem) =>
                {
                    notes.push(problem);
                }
                Some(_) => {}
                None => {
                    return Err(Problem::error("header_not_found")
                        .at_line(header_line)
                        .expected("the header in this line"));
                }
            }
        };
        records.begin(header, notes);
        Ok(records)
    }
}

/// The first bytes of a text as UTF-8, and what broke off the reading.
fn beginning(stream: &mut Utf8Stream, bytes: usize) -> Result<(Vec<u8>, Option<Problem>), Problem> {
    let mut start = Vec::new();
    while start.len() < bytes {
        match stream.fill(&mut start) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) if start.is_empty() => return Err(problem_of(&error)),
            Err(error) => return Ok((start, Some(problem_of(&error)))),
        }
    }
    Ok((start, None))
}

pub(super) fn empty() -> Problem {
    Problem::error("empty_file")
        .found("no rows")
        .expected("a report with a header and rows")
        .hint("the channel gives an empty file when the period had no activity; otherwise download it again")
}

/// `sep=;` in the first line, as Excel writes it: the delimiter and the length of the line.
fn separator_line(start: &[u8], line_end: u8) -> Option<(u8, usize)> {
    let length = memchr(line_end, start)? + 1;
    let line = start[..length].trim_ascii();
    let line = line.strip_prefix(b"\"").and_then(|l| l.strip_suffix(b"\"")).unwrap_or(line);
    match line {
        [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', delimiter] => Some((*delimiter, length)),
        // `sep=` and a tab, which trimming took away.
        [b's' | b'S', b'e' | b'E', b'p' | b'P', b'='] => Some((b'\t', length)),
        _ => None,
    }
}

/// The delimiter that splits most lines into the same number of cells, weighted by that number:
/// commas in prose vary from line to line, the real delimiter does not.
fn sniff_delimiter(start: &[u8], line_end: u8) -> Option<u8> {
    let caps = Caps { bytes: SHAPE_BYTES, lines: 200 };
    let mut best = None;
    let mut best_score = 0;
    for delimiter in [b'\t', b';', b',', b'|'] {
        let shape = Shape { delimiter, line_end };
        let mut counts = std::collections::BTreeMap::new();
        let (mut at, mut spans, mut records) = (0, Vec::new(), 0);
        while at < start.len() && records < HEAD_RECORDS {
            match split::quoted(&start[at..], shape, true, caps, &mut spans) {
                Outcome::Record { next, .. } => {
                    *counts.entry(spans.len()).or_insert(0usize) += 1;
                    at += next;
                }
                Outcome::Unclosed { resume, .. } => at += resume,
                Outcome::NeedMore | Outcome::TooLong => break,
            }
            records += 1;
        }
        let cells = |(cells, lines): (&usize, &usize)| if *cells > 1 { cells * lines } else { 0 };
        let score = counts.iter().map(cells).max().unwrap_or(0);
        if score > best_score {
            (best, best_score) = (Some(delimiter), score);
        }
    }
    best
}
