//! The records of delimited text, streamed: damage is told and passed over.

use std::collections::VecDeque;

use argosy_kernel::Problem;
use memchr::{memchr, memchr_iter};

use super::{
    Limits, RawRecord,
    encoding::Guess,
    guard::problem_of,
    record::{self, Body, Fit, Span},
    split::{self, Caps, Outcome, Shape},
    text_stream::Utf8Stream,
};

/// A file with so many broken quotes is not what it seems; looking on would cost too much time.
const BROKEN_QUOTES: u32 = 1000;

/// The records of a delimited text.
#[derive(Debug)]
pub(super) struct TextRecords {
    stream: Utf8Stream,
    buffer: Vec<u8>,
    /// Where the next record begins in the buffer, and its line.
    at: usize,
    line: u64,
    ended: bool,
    /// The table's last line, where others follow in the text.
    last_line: Option<u64>,
    /// A zero byte came by; only then records are searched for it.
    has_nul: bool,
    quoting: bool,
    shape: Shape,
    caps: Caps,
    columns: usize,
    header: Vec<String>,
    /// Columns up to the last one with a name.
    named: usize,
    spans: Vec<Span>,
    /// A record that had to be rewritten: doubled quotes or damaged UTF-8.
    scratch: String,
    queue: VecDeque<Problem>,
    /// The line of the repaired record in `scratch` that follows its problem.
    replay: Option<u64>,
    broken_quotes: u32,
}

/// Where one record lies, found before anything is borrowed for the caller.
enum Step {
    End,
    Problem(Problem),
    /// The record lies in the buffer, or rewritten in the scratch.
    Buffer {
        start: usize,
        end: usize,
        line: u64,
    },
    Scratch {
        line: u64,
    },
}

impl TextRecords {
    pub(super) fn new(stream: Utf8Stream, shape: Shape, quoting: bool, limits: &Limits) -> Self {
        Self {
            stream,
            buffer: Vec::new(),
            at: 0,
            line: 1,
            ended: false,
            last_line: None,
            has_nul: false,
            quoting,
            shape,
            caps: Caps { bytes: limits.record_bytes, lines: limits.record_lines },
            columns: limits.columns,
            header: Vec::new(),
            named: 0,
            spans: Vec::new(),
            scratch: String::new(),
            queue: VecDeque::new(),
            replay: None,
            broken_quotes: 0,
        }
    }

    /// The record read last was the header; `notes` are told before the next one.
    pub(super) fn begin(&mut self, header: Vec<String>, notes: Vec<Problem>) {
        let last = header.iter().rposition(|name| !name.trim().is_empty());
        self.named = last.map_or(0, |last| last + 1);
        self.header = header;
        self.queue = notes.into();
    }

    /// The table ends with this line.
    pub(super) fn end_after(&mut self, line: u64) {
        self.last_line = Some(line);
    }

    pub(super) fn header(&self) -> &[String] {
        &self.header
    }

    pub(super) fn bytes_read(&self) -> u64 {
        self.stream.read
    }

    pub(super) fn next(&mut self) -> Option<Result<RawRecord<'_>, Problem>> {
        let (text, line) = match self.step() {
            Step::End => return None,
            Step::Problem(problem) => return Some(Err(problem)),
            Step::Scratch { line } => (self.scratch.as_str(), line),
            Step::Buffer { start, end, line } => {
                // Checked by `step`; the second look is what safe Rust asks for.
                let text = std::str::from_utf8(&self.buffer[start..end]).unwrap_or_default();
                (text, line)
            }
        };
        let body = Body::Text { text, spans: &self.spans };
        let fit = if self.header.is_empty() { Fit::Exact } else { self.fit(text) };
        Some(Ok(RawRecord::new(line, fit, self.header.len(), body)))
    }

    #[inline]
    fn fit(&self, text: &str) -> Fit {
        let cells = self.spans.len();
        if cells < self.named {
            return Fit::Short;
        }
        let extra = self.spans.get(self.header.len()..).unwrap_or_default();
        let filled = |span: &Span| !record::slice(text, *span).trim().is_empty();
        if extra.iter().any(filled) { Fit::Long } else { Fit::Exact }
    }

    fn step(&mut self) -> Step {
        if let Some(problem) = self.queue.pop_front() {
            return Step::Problem(problem);
        }
        if let Some(line) = self.replay.take() {
            return Step::Scratch { line };
        }
        loop {
            let (start, end, line, doubled) = match self.advance() {
                Ok(Some(found)) => found,
                Ok(None) => return Step::End,
                Err(problem) => return self.after_queue(problem),
            };
            if self.last_line.is_some_and(|last| line > last) {
                self.stop();
                return Step::End;
            }
            if self.buffer[start..end].trim_ascii().is_empty() {
                continue;
            }
            let step = self.checked(start, end, line, doubled);
            if let Some(first) = self.queue.pop_front() {
                // The note about the encoding comes before the row that caused it.
                return self.before(first, step);
            }
            return step;
        }
    }

    /// Problems found while reading ahead are told before `problem`.
    fn after_queue(&mut self, problem: Problem) -> Step {
        self.queue.push_back(problem);
        self.queue.pop_front().map_or(Step::End, Step::Problem)
    }

    /// Tells `first` now and keeps the record for the next call.
    fn before(&mut self, first: Problem, step: Step) -> Step {
        match step {
            Step::Buffer { start, end, line } => {
                self.scratch.clear();
                self.scratch.push_str(&String::from_utf8_lossy(&self.buffer[start..end]));
                self.replay = Some(line);
            }
            Step::Scratch { line } => self.replay = Some(line),
            Step::Problem(problem) => self.queue.push_back(problem),
            Step::End => {}
        }
        Step::Problem(first)
    }

    /// The checks of one record that was found and split.
    #[inline]
    fn checked(&mut self, start: usize, end: usize, line: u64, doubled: bool) -> Step {
        let record = &self.buffer[start..end];
        if self.has_nul && memchr(0, record).is_some() {
            return Step::Problem(
                Problem::error("nul_byte")
                    .at_line(line)
                    .found("a zero byte")
                    .expected("text")
                    .hint("the file was damaged on its way; download it again"),
            );
        }
        if self.spans.len() > self.columns {
            return Step::Problem(
                Problem::error("too_many_columns")
                    .at_line(line)
                    .found(format!("{} cells", self.spans.len()))
                    .expected(format!("at most {} cells in a row", self.columns)),
            );
        }
        let Ok(text) = std::str::from_utf8(record) else {
            return self.repair(start, end, line);
        };
        if self.stream.replaces() && text.contains('\u{FFFD}') {
            self.scratch.clear();
            self.scratch.push_str(text);
            self.replay = Some(line);
            let name = self.stream.encoding().name();
            return Step::Problem(damaged_text(line, name, &self.scratch));
        }
        if doubled {
            undouble(text, &mut self.spans, &mut self.scratch);
            return Step::Scratch { line };
        }
        Step::Buffer { start, end, line }
    }

    /// A record with bytes that are not UTF-8: told, then given with replacement characters.
    fn repair(&mut self, start: usize, end: usize, line: u64) -> Step {
        let text = String::from_utf8_lossy(&self.buffer[start..end]).into_owned();
        if self.quoting {
            split::quoted(text.as_bytes(), self.shape, true, self.caps, &mut self.spans);
        } else {
            split::plain(text.as_bytes(), self.shape.delimiter, &mut self.spans);
        }
        undouble(&text, &mut self.spans, &mut self.scratch);
        self.replay = Some(line);
        Step::Problem(damaged_text(line, "UTF-8", &text))
    }

    /// Finds and splits the next record: start, end, line, and whether quotes are doubled in it.
    #[inline]
    fn advance(&mut self) -> Result<Option<(usize, usize, u64, bool)>, Problem> {
        if self.quoting { self.advance_quoted() } else { self.advance_plain() }
    }

    fn advance_plain(&mut self) -> Result<Option<(usize, usize, u64, bool)>, Problem> {
        let mut searched = 0;
        loop {
            let rest = &self.buffer[self.at..];
            let end = match memchr(self.shape.line_end, &rest[searched..]) {
                Some(found) => searched + found,
                None if self.ended && rest.is_empty() => return Ok(None),
                None if self.ended => rest.len(),
                None if rest.len() > self.caps.bytes => return Err(self.too_long()),
                None => {
                    searched = rest.len();
                    self.fill()?;
                    continue;
                }
            };
            if end > self.caps.bytes {
                return Err(self.too_long());
            }
            let (start, line) = (self.at, self.line);
            let content = if end > 0 && rest[end - 1] == b'\r' { end - 1 } else { end };
            split::plain(&rest[..content], self.shape.delimiter, &mut self.spans);
            self.at = (start + end + 1).min(self.buffer.len());
            self.line += 1;
            return Ok(Some((start, start + content, line, false)));
        }
    }

    fn advance_quoted(&mut self) -> Result<Option<(usize, usize, u64, bool)>, Problem> {
        loop {
            let rest = &self.buffer[self.at..];
            if rest.is_empty() && self.ended {
                return Ok(None);
            }
            let (start, line) = (self.at, self.line);
            match split::quoted(rest, self.shape, self.ended, self.caps, &mut self.spans) {
                Outcome::Record { length, next, lines, doubled_quotes } => {
                    if length > self.caps.bytes && lines == 1 {
                        return Err(self.too_long());
                    }
                    self.at += next;
                    self.line += lines;
                    // A blank line is one empty cell, perhaps with its carriage return.
                    let blank = matches!(self.spans[..], [(0, 0)]);
                    let end = if blank { start } else { start + length };
                    return Ok(Some((start, end, line, doubled_quotes)));
                }
                Outcome::NeedMore => self.fill()?,
                Outcome::TooLong => return Err(self.too_long()),
                Outcome::Unclosed { opened, resume } => {
                    self.at += resume;
                    self.line += opened + 1;
                    return Err(self.unclosed(line, opened));
                }
            }
        }
    }

    fn unclosed(&mut self, record_line: u64, opened: u64) -> Problem {
        self.broken_quotes += 1;
        if self.broken_quotes >= BROKEN_QUOTES {
            self.stop();
            return Problem::error("too_many_broken_quotes")
                .at_line(record_line + opened)
                .found(format!("{BROKEN_QUOTES} quotes that never close"))
                .expected("a file whose quotes come in pairs")
                .hint("reading stopped here; export the report again");
        }
        let lost = if opened > 0 {
            format!("lines {record_line} to {} were left out", record_line + opened)
        } else {
            "this line was left out".to_owned()
        };
        Problem::error("unclosed_quote")
            .at_line(record_line + opened)
            .found("a quote (\") that never closes")
            .expected("a closing quote before the next row")
            .hint(format!("{lost}; the rows after it are read"))
    }

    /// Throws the overlong line away, keeping memory small, and goes on with the next one.
    fn too_long(&mut self) -> Problem {
        let line = self.line;
        self.skip_line();
        Problem::error("line_too_long")
            .at_line(line)
            .found(format!("more than {} KiB without an end of the line", self.caps.bytes >> 10))
            .expected(format!("rows of at most {} KiB", self.caps.bytes >> 10))
            .hint("this is not a row of a report; the rows after it are read")
    }

    /// Passes over the rest of the line.
    pub(super) fn skip_line(&mut self) {
        loop {
            if let Some(end) = memchr(self.shape.line_end, &self.buffer[self.at..]) {
                self.at += end + 1;
                break;
            }
            self.at = self.buffer.len();
            if self.ended {
                break;
            }
            if let Err(problem) = self.fill() {
                self.queue.push_back(problem);
            }
        }
        self.line += 1;
    }

    fn stop(&mut self) {
        self.ended = true;
        self.at = self.buffer.len();
    }

    /// Takes in the next chunk. On an error the bytes already here are still given, as the end.
    fn fill(&mut self) -> Result<(), Problem> {
        self.buffer.drain(..self.at);
        self.at = 0;
        let known = self.buffer.len();
        let guessed_before = self.stream.guess.is_some();
        match self.stream.fill(&mut self.buffer) {
            Ok(more) => self.ended = !more,
            Err(error) => {
                // What lies here is torn; half a row must not pass for a whole one.
                let whole =
                    memchr::memrchr(self.shape.line_end, &self.buffer).map_or(0, |at| at + 1);
                let lines = memchr_iter(self.shape.line_end, &self.buffer[..whole]).count() as u64;
                self.buffer.truncate(whole);
                self.ended = true;
                return Err(problem_of(&error).at_line(self.line + lines));
            }
        }
        self.has_nul |= memchr(0, &self.buffer[known..]).is_some();
        if let (false, Some(guess)) = (guessed_before, self.stream.guess) {
            let first = self.buffer.iter().position(|byte| !byte.is_ascii());
            let before = &self.buffer[..first.unwrap_or(0)];
            let line = self.line + memchr_iter(self.shape.line_end, before).count() as u64;
            self.queue.push_back(guessed(guess, line));
        }
        Ok(())
    }
}

fn guessed(guess: Guess, line: u64) -> Problem {
    let sure = guess.sure_percent >= 80;
    let problem =
        if sure { Problem::note("encoding_guessed") } else { Problem::warning("encoding_guessed") };
    problem
        .at_line(line)
        .found(format!("text that is not UTF-8, read as {}", guess.encoding.name()))
        .expected("UTF-8")
        .hint("look at this line: if its names look wrong, save the file as UTF-8 and import again")
}

fn damaged_text(line: u64, encoding: &str, text: &str) -> Problem {
    let around = text.split('\u{FFFD}').next().unwrap_or_default();
    let around: Vec<char> = around.chars().rev().take(20).collect();
    let around: String = around.into_iter().rev().chain(['\u{FFFD}']).collect();
    Problem::warning("invalid_text")
        .at_line(line)
        .found(around)
        .expected(format!("text in {encoding}"))
        .hint("the damaged letters were replaced by \u{FFFD}; the row is read")
}

/// Rewrites quoted cells with doubled quotes into `scratch`, and the spans with them.
fn undouble(text: &str, spans: &mut [Span], scratch: &mut String) {
    scratch.clear();
    for span in spans {
        let cell = record::slice(text, *span);
        let is_quoted = span.0 > 0 && text.as_bytes().get(span.0 as usize - 1) == Some(&b'"');
        let start = scratch.len() as u32;
        if is_quoted && cell.contains("\"\"") {
            scratch.push_str(&cell.replace("\"\"", "\""));
        } else {
            scratch.push_str(cell);
        }
        *span = (start, scratch.len() as u32);
    }
}
