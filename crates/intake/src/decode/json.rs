//! Reports in JSON: a document with an array of records somewhere in it, or one object per line.
//!
//! A document lies in memory as text, once; its records are found one after another and only the
//! columns that were asked for are taken out. JSON lines are streamed.

use std::{collections::BTreeMap, sync::Arc};

use argosy_kernel::Problem;

use super::{
    Limits,
    guard::{Origin, Packing},
    json_lines::Lines,
    json_records::{Document, JsonRecords, record_path},
    json_scan::{Scan, Step, Why, Wrong, scalar, steps},
    record::TypedCell,
    table::{Records, Stream},
};

/// A JSON document or JSON lines.
pub struct JsonSource {
    label: String,
    origin: Origin,
    limits: Limits,
    is_lines: bool,
    /// The document, or the first line.
    text: Arc<str>,
    /// Where the members of the document's object begin, so that a large array is passed over
    /// once and not for each question.
    members: BTreeMap<String, usize>,
    damage: Option<Wrong>,
}

impl std::fmt::Debug for JsonSource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let bytes = self.text.len();
        f.debug_struct("JsonSource").field("label", &self.label).field("bytes", &bytes).finish()
    }
}

impl JsonSource {
    pub(super) fn open(
        origin: Origin,
        is_lines: bool,
        label: String,
        limits: &Limits,
    ) -> Result<Self, Problem> {
        let text = if is_lines {
            let mut lines = Lines::new(origin.open(limits)?, limits);
            lines.next()?.unwrap_or_default()
        } else {
            let bytes = origin.all(limits.json_bytes, limits)?;
            String::from_utf8(bytes).map_err(|error| not_utf8(error.as_bytes()))?
        };
        let text = text.strip_prefix('\u{FEFF}').unwrap_or(&text);
        let mut source = Self {
            label,
            origin,
            limits: limits.clone(),
            is_lines,
            text: text.into(),
            members: BTreeMap::new(),
            damage: None,
        };
        source.index();
        Ok(source)
    }

    /// Finds the members of the outermost object, and the damage if there is some.
    fn index(&mut self) {
        let scan = Scan { text: &self.text, depth: self.limits.json_depth };
        let root = scan.skip_blank(0);
        if scan.byte(root) != Some(b'{') {
            return;
        }
        let mut at = root + 1;
        let result = loop {
            match scan.member(at) {
                Ok(Some(entry)) => {
                    self.members.insert(entry.key.to_owned(), entry.value);
                    match scan.end_of(entry.value) {
                        Ok(end) => at = end,
                        Err(wrong) => break Err(wrong),
                    }
                }
                Ok(None) => break Ok(scan.skip_blank(scan.skip_blank(at) + 1)),
                Err(wrong) => break Err(wrong),
            }
        };
        match result {
            Err(wrong) => self.damage = Some(wrong),
            // A second object behind the first: lines that are longer than the look at the start.
            Ok(end) if scan.byte(end) == Some(b'{') => self.is_lines = true,
            Ok(end) if end < self.text.len() => {
                self.damage = Some(Wrong { at: end, why: Why::NotJson });
            }
            Ok(_) => {}
        }
    }

    /// The file's name or the archive member.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// Whether it is a member of an archive.
    pub(crate) fn is_in_archive(&self) -> bool {
        matches!(self.origin.packing, Packing::Member(_))
    }

    /// The whole text, all lines of it.
    pub(crate) fn whole(&self) -> Result<String, Problem> {
        if !self.is_lines {
            return Ok(self.text.to_string());
        }
        let bytes = self.origin.all(self.limits.unpacked_bytes, &self.limits)?;
        String::from_utf8(bytes).map_err(|error| not_utf8(error.as_bytes()))
    }

    /// One object per line.
    pub fn is_lines(&self) -> bool {
        self.is_lines
    }

    /// The text of the value at `path` (`reportSpecification.marketplaceIds[0]`) in the document,
    /// in its first element when it is an array, or in the first line. Objects and arrays come as
    /// their JSON text. `orders[0].id|order.id` takes what is there first.
    pub fn value(&self, path: &str) -> Option<String> {
        let scan = Scan { text: &self.text, depth: self.limits.json_depth };
        path.split('|').find_map(|path| {
            let at = self.find(scan, &steps(path))?;
            let mut arena = String::new();
            let cell = scalar(scan, at, &mut arena)?;
            (cell != TypedCell::Empty).then_some(match cell {
                TypedCell::Bool(value) => value.to_string(),
                _ => arena,
            })
        })
    }

    /// Whether an array of records (or one record) stands at `path`. Only the way to the first array
    /// must be there: one element may lack what the others have.
    pub fn has_records(&self, path: &str) -> bool {
        let scan = Scan { text: &self.text, depth: self.limits.json_depth };
        let mut at = scan.skip_blank(0);
        for step in record_path(path) {
            if self.is_lines || scan.byte(at) == Some(b'[') {
                return true;
            }
            match step.find(scan, at) {
                Some(next) => at = next,
                None => return false,
            }
        }
        matches!(scan.byte(at), Some(b'[' | b'{'))
    }

    fn find(&self, scan: Scan<'_>, path: &[Step<'_>]) -> Option<usize> {
        let mut root = scan.skip_blank(0);
        if scan.byte(root) == Some(b'[') && matches!(path.first(), Some(Step::Key(_))) {
            root = scan.entry(root + 1).ok()??.value;
        }
        match path.split_first() {
            Some((Step::Key(key), rest)) if !self.members.is_empty() => {
                scan.find(*self.members.get(*key)?, rest)
            }
            _ => scan.find(root, path),
        }
    }

    /// Streams the records at `path`: the elements of the array there; `orders.line_items` goes
    /// through both arrays. Empty or `$` means the document itself.
    ///
    /// `orders|order.line_items` takes the member that is there. `**breakdowns` takes the leaves of
    /// a tree: the elements of the array, and of the arrays of that name in them, that hold no
    /// further ones.
    ///
    /// `columns` are paths inside a record (`salesByAsin.unitsOrdered`,
    /// `ids[kind=ORDER].value`), from the document's root (`$.reportSpecification.id`), from the
    /// object around the record's array (`../id`; for a leaf the array at the root of its tree) or,
    /// `^kind`, the values on the way from the root of a tree to the leaf, joined by `/`. With `|`
    /// between paths the first that is there counts. The record's cells stand in the order of
    /// `columns`.
    ///
    /// # Errors
    /// A [`Problem`] when the file can no longer be read.
    pub fn records(&self, path: &str, columns: &[String]) -> Result<Records, Problem> {
        let path = record_path(path);
        let lines = if self.is_lines {
            Some(Lines::new(self.origin.open(&self.limits)?, &self.limits))
        } else {
            None
        };
        let document = Document {
            text: Arc::clone(&self.text),
            depth: self.limits.json_depth,
            members: if self.is_lines { BTreeMap::new() } else { self.members.clone() },
            damage: self.damage.filter(|_| !self.is_lines),
        };
        let records = JsonRecords::new(document, lines, path, columns);
        Ok(Records { source: Stream::Json(Box::new(records)) })
    }
}

pub(super) fn not_utf8(bytes: &[u8]) -> Problem {
    let at = std::str::from_utf8(bytes).err().map_or(0, |error| error.valid_up_to());
    let line = memchr::memchr_iter(b'\n', &bytes[..at]).count() as u64 + 1;
    Problem::error("json_damaged")
        .at_line(line)
        .found("bytes that are not UTF-8")
        .expected("JSON in UTF-8")
        .hint("download the report again")
}

#[cfg(test)]
#[path = "json_tests.rs"]
mod tests;
