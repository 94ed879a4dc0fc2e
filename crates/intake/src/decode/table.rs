//! The face of a table: what recognition sees of it, and its records.

use argosy_kernel::Problem;

use super::{
    Format, Limits, RawRecord, json_records::JsonRecords, text_records::TextRecords,
    xlsx_rows::SheetRecords,
};
use super::{text::TextSource, xlsx::SheetSource};

/// How many records recognition gets to see.
pub(super) const HEAD_RECORDS: usize = 40;

/// One table of a file; opening its records again starts from the beginning.
#[derive(Debug)]
pub struct TableSource {
    pub(super) label: String,
    pub(super) kind: Kind,
    pub(super) head: Head,
    pub(super) limits: Limits,
}

#[derive(Debug)]
pub(super) enum Kind {
    Text(TextSource),
    Sheet(SheetSource),
}

/// The first records as text, each with its line.
#[derive(Debug, Default)]
pub(super) struct Head {
    pub rows: Vec<Vec<String>>,
    pub lines: Vec<u64>,
}

impl Head {
    /// The comment lines above the table, each with its line.
    pub(super) fn comments(&self) -> Vec<(Vec<String>, u64)> {
        let rows = self.rows.iter().cloned().zip(self.lines.iter().copied());
        rows.take_while(|(row, _)| row.first().is_some_and(|cell| cell.starts_with('#'))).collect()
    }

    /// Shows lines above the table that stand elsewhere in the file.
    pub(super) fn put_above(&mut self, above: &[(Vec<String>, u64)]) {
        self.rows.splice(0..0, above.iter().map(|(row, _)| row.clone()));
        self.lines.splice(0..0, above.iter().map(|(_, line)| *line));
    }
}

impl TableSource {
    /// The archive member or the sheet; the file's own name for a plain text file.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// The first 40 records that are not blank, as text, for recognition.
    pub fn head(&self) -> &[Vec<String>] {
        &self.head.rows
    }

    /// The line (row of a sheet) of a record of [`Self::head`].
    pub fn head_line(&self, index: usize) -> Option<u64> {
        self.head.lines.get(index).copied()
    }

    /// `UTF-8`, `UTF-16LE`, `windows-1252` … as far as the beginning tells.
    pub fn encoding(&self) -> &str {
        match &self.kind {
            Kind::Text(text) => text.encoding_name(),
            Kind::Sheet(_) => "UTF-8",
        }
    }

    /// `None` for sheets and for text with one column.
    pub fn delimiter(&self) -> Option<char> {
        match &self.kind {
            Kind::Text(text) => text.delimiter.map(char::from),
            Kind::Sheet(_) => None,
        }
    }

    pub fn format(&self) -> Format {
        match &self.kind {
            Kind::Text(_) => Format::Delimited,
            Kind::Sheet(_) => Format::Xlsx,
        }
    }

    /// Streams the records below the header. `skip_to_header` is the header's index in
    /// [`Self::head`]; the header itself is [`Records::header`], not the first record.
    ///
    /// `quoting: false` takes quotes as letters, as Amazon's flat files mean them.
    ///
    /// # Errors
    /// A [`Problem`] when the file can no longer be opened or holds no such header.
    pub fn records(&self, quoting: bool, skip_to_header: usize) -> Result<Records, Problem> {
        let Some(line) = self.head_line(skip_to_header) else {
            return Err(Problem::error("header_not_found")
                .found(format!("{} rows", self.head.rows.len()))
                .expected(format!("a header in row {}", skip_to_header + 1)));
        };
        let source = match &self.kind {
            Kind::Text(text) => {
                Stream::Text(Box::new(text.records(quoting, line, &self.limits)?))
            }
            Kind::Sheet(sheet) => Stream::Sheet(Box::new(sheet.records(line, &self.limits)?)),
        };
        Ok(Records { source })
    }
}

/// The records of one table or JSON document, one at a time.
#[derive(Debug)]
pub struct Records {
    pub(super) source: Stream,
}

#[derive(Debug)]
pub(super) enum Stream {
    Text(Box<TextRecords>),
    Sheet(Box<SheetRecords>),
    Json(Box<JsonRecords>),
}

impl Records {
    /// The header's cells as the file writes them; for JSON the columns that were asked for.
    pub fn header(&self) -> &[String] {
        match &self.source {
            Stream::Text(text) => text.header(),
            Stream::Sheet(sheet) => sheet.header(),
            Stream::Json(json) => json.header(),
        }
    }

    /// The next record, or a problem met on the way to it. A problem does not end the stream: ask
    /// again until `None`. Problems may be mere notes (see their severity), such as the encoding
    /// that was guessed. Blank lines are skipped.
    #[expect(clippy::should_implement_trait, reason = "the record borrows from the stream")]
    pub fn next(&mut self) -> Option<Result<RawRecord<'_>, Problem>> {
        match &mut self.source {
            Stream::Text(text) => text.next(),
            Stream::Sheet(sheet) => sheet.next(),
            Stream::Json(json) => json.next(),
        }
    }

    /// Bytes of the file read so far (unpacked), for progress.
    pub fn bytes_read(&self) -> u64 {
        match &self.source {
            Stream::Text(text) => text.bytes_read(),
            Stream::Sheet(sheet) => sheet.bytes_read(),
            Stream::Json(json) => json.bytes_read(),
        }
    }
}
