//! Delimited text without personal cells: the same delimiter, the same line numbers.

use std::{collections::BTreeMap, io::Write};

use super::{Cover, Coverer, Failure};
use crate::{
    decode::Format,
    parts::{Examined, Part},
    rows::skip::Skipper,
};

/// Writes lines at the numbers they had.
struct Lines<'a, W: Write> {
    out: &'a mut W,
    delimiter: char,
    quoting: bool,
    /// The number of the next line.
    next: u64,
}

pub(super) fn write<W: Write>(
    examined: &Examined,
    part: &Part,
    covers: &BTreeMap<usize, Cover>,
    coverer: &mut Coverer<'_>,
    out: &mut W,
) -> Result<(), Failure> {
    let Some(table) = examined.table(part) else { return Ok(()) };
    let definition = &part.recognised.definition;
    let delimiter = table.delimiter().unwrap_or(',');
    // Whatever the encoding was: UTF-8 from now on, and marked as such.
    out.write_all("\u{feff}".as_bytes())?;
    let mut lines = Lines { out, delimiter, quoting: true, next: 1 };
    for (at, cells) in table.head().iter().enumerate().take(part.recognised.header_row) {
        lines.write(table.head_line(at).unwrap_or(0), cells)?;
    }
    let header_line = table.head_line(part.recognised.header_row).unwrap_or(0);
    lines.quoting = definition.quotes(table.delimiter());
    let records = table.records(definition.quotes(table.delimiter()), part.recognised.header_row);
    let mut records = records.map_err(|_| Failure::Form("a file without its header"))?;
    let header = records.header().to_vec();
    lines.write(header_line, &header)?;
    let skipper = Skipper::new(&part.recognised, Format::Delimited);
    while let Some(record) = records.next() {
        // What no record can be made of gave no fact, and may hold anything: it is left out.
        let Ok(record) = record else { continue };
        let mut cells = record.texts();
        // By the header once more, copies of rows are known.
        let covers = covers.iter().filter(|_| !skipper.is_header(&record));
        for (at, cover) in covers {
            if let Some(cell) = cells.get_mut(*at) {
                *cell = coverer.cover(*cover, cell);
            }
        }
        lines.write(record.line, &cells)?;
    }
    Ok(())
}

impl<W: Write> Lines<'_, W> {
    fn write(&mut self, line: u64, cells: &[String]) -> Result<(), Failure> {
        while self.next < line {
            self.out.write_all(b"\n")?;
            self.next += 1;
        }
        let mut text = String::new();
        for (at, cell) in cells.iter().enumerate() {
            if at > 0 {
                text.push(self.delimiter);
            }
            let special = |c: char| c == self.delimiter || matches!(c, '"' | '\n' | '\r');
            if self.quoting && cell.contains(special) {
                text.push('"');
                text.push_str(&cell.replace('"', "\"\""));
                text.push('"');
            } else {
                text.push_str(cell);
            }
        }
        text.push('\n');
        self.next += text.matches('\n').count() as u64;
        Ok(self.out.write_all(text.as_bytes())?)
    }
}
