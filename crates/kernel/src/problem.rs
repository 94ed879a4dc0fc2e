//! What is wrong with the user's data or definitions, and what to do about it.
//!
//! A [`Problem`] is not an error of the program: functions over input return what they could read
//! *and* the problems they met, and the work goes on.

use serde::{Deserialize, Serialize};

/// How much a problem matters.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing; nothing was lost.
    Note,
    /// Loaded, but should be looked at (an unknown fee type, a file that does not balance).
    Warning,
    /// This row or cell was not loaded.
    Error,
}

/// Where in a file. Lines and columns count from 1; a column is the column's name in the header.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Place {
    pub file: String,
    pub line: Option<u64>,
    pub column: Option<String>,
}

/// One thing wrong with the input: what, where, what was expected, what to do next.
///
/// `code` is stable and names the text in both languages; `found`, `expected` and `hint` are the
/// English rendering and its parameters. Personal data never goes into `found`.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Problem {
    pub code: String,
    pub severity: Severity,
    pub place: Place,
    pub found: String,
    pub expected: String,
    pub hint: String,
}

impl Problem {
    pub fn new(code: &str, severity: Severity) -> Self {
        Self {
            code: code.to_owned(),
            severity,
            place: Place::default(),
            found: String::new(),
            expected: String::new(),
            hint: String::new(),
        }
    }

    /// A row or cell that could not be loaded.
    pub fn error(code: &str) -> Self {
        Self::new(code, Severity::Error)
    }

    /// Loaded, but should be looked at.
    pub fn warning(code: &str) -> Self {
        Self::new(code, Severity::Warning)
    }

    pub fn note(code: &str) -> Self {
        Self::new(code, Severity::Note)
    }

    pub fn at_line(mut self, line: u64) -> Self {
        self.place.line = Some(line);
        self
    }

    pub fn in_column(mut self, column: impl Into<String>) -> Self {
        self.place.column = Some(column.into());
        self
    }

    pub fn in_file(mut self, file: impl Into<String>) -> Self {
        self.place.file = file.into();
        self
    }

    pub fn found(mut self, found: impl Into<String>) -> Self {
        self.found = clip(found.into());
        self
    }

    pub fn expected(mut self, expected: impl Into<String>) -> Self {
        self.expected = expected.into();
        self
    }

    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }
}

/// Long cells are shown by their beginning: a message is read by a person.
fn clip(text: String) -> String {
    const SHOWN_CHARS: usize = 80;
    if text.chars().count() <= SHOWN_CHARS {
        return text;
    }
    text.chars().take(SHOWN_CHARS).chain(['…']).collect()
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if !self.place.file.is_empty() {
            write!(f, "{}: ", self.place.file)?;
        }
        if let Some(line) = self.place.line {
            write!(f, "line {line}")?;
            if let Some(column) = &self.place.column {
                write!(f, ", {column}")?;
            }
            f.write_str(": ")?;
        }
        if !self.found.is_empty() {
            write!(f, "found `{}`", self.found)?;
            if !self.expected.is_empty() {
                f.write_str(", ")?;
            }
        }
        if !self.expected.is_empty() {
            write!(f, "expected {}", self.expected)?;
        }
        if self.found.is_empty() && self.expected.is_empty() {
            f.write_str(&self.code)?;
        }
        if !self.hint.is_empty() {
            write!(f, "; {}", self.hint)?;
        }
        Ok(())
    }
}
