//! Knowledge files: what is known about the trade, as readable text with exact complaints.
//!
//! A wrong file is refused with `file:line:column`, an excerpt and a hint. TOML values that may be
//! wrong in meaning (a metric that does not exist) are read as [`toml::Spanned`], so that those
//! complaints point as exactly as syntax errors do.

use std::{collections::BTreeMap, fmt, ops::Range, sync::Arc};

use serde::de::DeserializeOwned;

/// Who wrote a knowledge file.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Shipped with Argosy.
    BuiltIn,
    /// The company's own folder; it wins over a built-in file with the same path or id.
    Company,
}

/// One knowledge file: its path below `knowledge/` and its text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Source {
    pub path: String,
    pub text: Arc<str>,
    pub origin: Origin,
}

/// All knowledge files by path, the company's overlay already applied by path.
#[derive(Clone, Default, Debug)]
pub struct Files {
    by_path: BTreeMap<String, Source>,
}

impl Files {
    /// Adds a file; a company file replaces the built-in one with the same path.
    pub fn add(&mut self, path: impl Into<String>, text: impl Into<Arc<str>>, origin: Origin) {
        let path = path.into();
        let source = Source { path: path.clone(), text: text.into(), origin };
        self.by_path.insert(path, source);
    }

    pub fn get(&self, path: &str) -> Option<&Source> {
        self.by_path.get(path)
    }

    /// Files below `folder` whose name ends in `ending`, in order of path: built-in ones first, so
    /// that a loader which keeps the last definition of an id lets the company win.
    pub fn below<'a>(
        &'a self,
        folder: &'a str,
        ending: &'a str,
    ) -> impl Iterator<Item = &'a Source> {
        let of = move |origin| {
            self.by_path.values().filter(move |source| {
                source.origin == origin
                    && source.path.starts_with(folder)
                    && source.path.ends_with(ending)
            })
        };
        of(Origin::BuiltIn).chain(of(Origin::Company))
    }

    pub fn iter(&self) -> impl Iterator<Item = &Source> {
        self.by_path.values()
    }
}

impl Source {
    /// Reads the file as TOML.
    ///
    /// # Errors
    /// One [`Diagnostic`] that points at the first wrong place.
    pub fn toml<T: DeserializeOwned>(&self) -> Result<T, Box<Diagnostic>> {
        toml::from_str(&self.text).map_err(|error| {
            let span = error.span().unwrap_or(0..0);
            Box::new(self.complain(span, error.message(), ""))
        })
    }

    /// Reads the file as CSV with a header; each row comes with its line number.
    ///
    /// # Errors
    /// One [`Diagnostic`] per wrong row.
    pub fn csv<T: DeserializeOwned>(&self) -> Result<Vec<(u64, T)>, Vec<Diagnostic>> {
        let mut reader =
            csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(self.text.as_bytes());
        let headers = match reader.headers() {
            Ok(headers) => headers.clone(),
            Err(error) => return Err(vec![self.complain_at_line(1, &error.to_string(), "")]),
        };
        let mut rows = Vec::new();
        let mut wrong = Vec::new();
        for record in reader.records() {
            match record {
                Ok(record) => {
                    let line = record.position().map_or(0, csv::Position::line);
                    match record.deserialize(Some(&headers)) {
                        Ok(row) => rows.push((line, row)),
                        Err(error) => wrong.push(self.complain_at_line(line, &plain(&error), "")),
                    }
                }
                Err(error) => {
                    let line = error.position().map_or(1, csv::Position::line);
                    wrong.push(self.complain_at_line(line, &plain(&error), ""));
                }
            }
        }
        if wrong.is_empty() { Ok(rows) } else { Err(wrong) }
    }

    /// A complaint about the bytes `span` of this file.
    pub fn complain(&self, span: Range<usize>, message: &str, hint: &str) -> Diagnostic {
        let start = span.start.min(self.text.len());
        let before = &self.text[..floor_char(&self.text, start)];
        let line = before.matches('\n').count() + 1;
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let column = before[line_start..].chars().count() + 1;
        let excerpt = self.text[line_start..].lines().next().unwrap_or("").to_owned();
        let rest = excerpt.chars().count().saturating_sub(column - 1);
        let width = span.end.saturating_sub(start).clamp(1, rest.max(1));
        Diagnostic {
            file: self.path.clone(),
            line,
            column,
            width,
            excerpt,
            message: message.to_owned(),
            hint: hint.to_owned(),
        }
    }

    /// A complaint about a whole line (CSV rows).
    pub fn complain_at_line(&self, line: u64, message: &str, hint: &str) -> Diagnostic {
        let line = usize::try_from(line).unwrap_or(usize::MAX).max(1);
        let start: usize =
            self.text.split_inclusive('\n').take(line - 1).map(str::len).sum::<usize>();
        let length = self.text[start..].lines().next().map_or(1, str::len);
        self.complain(start..start + length, message, hint)
    }
}

fn floor_char(text: &str, at: usize) -> usize {
    (0..=at).rev().find(|&index| text.is_char_boundary(index)).unwrap_or(0)
}

/// The message of a CSV error without its own position, which [`Diagnostic`] shows better.
fn plain(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::Deserialize { err, .. } => err.to_string(),
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("the row has {len} fields, the header has {expected_len}")
        }
        _ => error.to_string(),
    }
}

/// What is wrong in a knowledge file, where, and what to do. Lines and columns count from 1.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
pub struct Diagnostic {
    pub file: String,
    pub line: usize,
    pub column: usize,
    /// How many characters from `column` on are meant.
    pub width: usize,
    /// The line itself.
    pub excerpt: String,
    pub message: String,
    pub hint: String,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}:{}:{}: {}", self.file, self.line, self.column, self.message)?;
        let number = self.line.to_string();
        let gutter = " ".repeat(number.len());
        writeln!(f, " {number} | {}", self.excerpt)?;
        let marks = "^".repeat(self.width);
        write!(f, " {gutter} | {}{marks}", " ".repeat(self.column - 1))?;
        if !self.hint.is_empty() {
            write!(f, "\n {gutter} = hint: {}", self.hint)?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostic {}

/// The nearest of `known` to a misspelt word, for hints.
///
/// ```
/// # use argosy_kernel::knowledge::nearest;
/// assert_eq!(nearest("interger", ["text", "integer"]), Some("integer"));
/// assert_eq!(nearest("zebra", ["text", "integer"]), None);
/// ```
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = word.chars().count().div_ceil(3).max(1);
    known
        .into_iter()
        .map(|candidate| (edit_distance(word, candidate), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, candidate)| candidate)
}

/// Levenshtein distance in characters.
fn edit_distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in right.iter().enumerate() {
            let next = (diagonal + usize::from(a != *b)).min(row[j] + 1).min(row[j + 1] + 1);
            diagonal = row[j + 1];
            row[j + 1] = next;
        }
    }
    row[right.len()]
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    fn source(text: &str) -> Source {
        Source { path: "metrics/x.toml".into(), text: text.into(), origin: Origin::BuiltIn }
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Small {
        #[expect(dead_code, reason = "only its presence is read")]
        kind: String,
    }

    #[test]
    fn an_unknown_key_is_shown_where_it_stands() {
        let error = source("kind = \"ratio\"\nkinds = \"x\"\n").toml::<Small>().unwrap_err();
        assert_eq!((error.line, error.column), (2, 1));
        assert_eq!(
            error.to_string(),
            "metrics/x.toml:2:1: unknown field `kinds`, expected `kind`\n 2 | kinds = \"x\"\n   | ^^^^^"
        );
    }

    #[test]
    fn columns_count_characters_not_bytes() {
        let source = source("名 = 毛利\n");
        let at = source.text.find('毛').unwrap();
        assert_eq!(source.complain(at..at + 3, "wrong", "").column, 5);
    }

    #[test]
    fn a_company_file_comes_after_the_built_in_ones() {
        let mut files = Files::default();
        files.add("metrics/a.toml", "", Origin::Company);
        files.add("metrics/b.toml", "", Origin::BuiltIn);
        let order: Vec<_> = files.below("metrics/", ".toml").map(|s| s.path.as_str()).collect();
        assert_eq!(order, ["metrics/b.toml", "metrics/a.toml"]);
    }
}
