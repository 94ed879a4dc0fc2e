//! JSON lines, one at a time, each with a cap.

use std::io::{BufRead, BufReader, Read};

use argosy_kernel::Problem;

use super::{
    Limits,
    guard::{Stream, problem_of},
    json::not_utf8,
};

/// A line of JSON lines may be as long as so many records of a table.
const LINE_FACTOR: usize = 16;

/// Lines with a cap, blank ones passed over.
pub(super) struct Lines {
    input: BufReader<Stream>,
    cap: usize,
    pub line: u64,
    pub read: u64,
    ended: bool,
}

impl Lines {
    pub(super) fn new(input: Stream, limits: &Limits) -> Self {
        let cap = limits.record_bytes.saturating_mul(LINE_FACTOR);
        Self {
            input: BufReader::with_capacity(1 << 18, input),
            cap,
            line: 0,
            read: 0,
            ended: false,
        }
    }

    pub(super) fn next(&mut self) -> Result<Option<String>, Problem> {
        let mut line = Vec::new();
        while !self.ended {
            line.clear();
            let whole = self.line(&mut line)?;
            if !whole {
                return Err(Problem::error("line_too_long")
                    .at_line(self.line)
                    .found(format!("more than {} MiB without an end of the line", self.cap >> 20))
                    .expected("one JSON object per line")
                    .hint("the lines after it are read"));
            }
            if line.trim_ascii().is_empty() {
                continue;
            }
            let text = String::from_utf8(std::mem::take(&mut line));
            return text.map(Some).map_err(|error| not_utf8(error.as_bytes()).at_line(self.line));
        }
        Ok(None)
    }

    /// Reads one line; `false` when it was too long and was thrown away.
    fn line(&mut self, line: &mut Vec<u8>) -> Result<bool, Problem> {
        self.line += 1;
        let mut whole = true;
        loop {
            let read = (&mut self.input).take(self.cap as u64).read_until(b'\n', line);
            let read = read.map_err(|error| {
                self.ended = true;
                problem_of(&error).at_line(self.line)
            })?;
            self.read += read as u64;
            if read == 0 {
                self.ended = true;
                return Ok(whole);
            }
            if line.ends_with(b"\n") || line.len() < self.cap {
                return Ok(whole);
            }
            whole = false;
            line.clear();
        }
    }
}
