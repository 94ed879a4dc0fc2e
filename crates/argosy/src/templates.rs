//! Empty files to fill in: Argosy's own templates, from the knowledge folder.
//!
//! A downloaded template has the header only: an example left standing in it would become a cost
//! or an expense that nobody had. In XLSX the examples are notes on the header.

use argosy_kernel::Files;
use argosy_metrics::export::Sheet;
use rust_xlsxwriter::{Format, Note, Workbook, XlsxError};

use crate::{
    download::{self, Kind},
    error::Error,
};

/// The templates by the name they are downloaded under.
pub const NAMES: [&str; 6] =
    ["product_costs", "pairing", "fx_rates", "expenses", "reviews", "inbound"];

const COLUMN_WIDTH: f64 = 18.0;

/// `product_costs.xlsx` → name and kind.
pub fn parse(file: &str) -> Option<(&str, Kind)> {
    let (name, ending) = file.rsplit_once('.')?;
    let kind = [Kind::Csv, Kind::Xlsx].into_iter().find(|kind| kind.ending() == ending)?;
    Some((name, kind))
}

/// The file of a template.
///
/// # Errors
/// When the knowledge folder lacks it or holds it in a form that cannot be read.
pub fn bytes(files: &Files, name: &str, kind: Kind) -> Result<Vec<u8>, Error> {
    let path = format!("templates/{name}.csv");
    let source = files
        .get(&path)
        .ok_or_else(|| Error::Usage(format!("the knowledge folder has no `{path}`")))?;
    let mut reader = csv::ReaderBuilder::new()
        .comment(Some(b'#'))
        .flexible(true)
        .has_headers(false)
        .from_reader(source.text.as_bytes());
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| Error::Usage(format!("{path}: {error}")))?;
        rows.push(record.iter().map(str::to_owned).collect::<Vec<_>>());
    }
    let (header, examples) =
        rows.split_first().map_or((&[][..], &[][..]), |(first, rest)| (first.as_slice(), rest));
    match kind {
        Kind::Csv => {
            let sheet = Sheet { name: name.to_owned(), header: header.into(), rows: Vec::new() };
            download::bytes(&sheet, kind)
        }
        Kind::Xlsx => {
            sheet(name, header, examples).map_err(|error| Error::Usage(format!("{path}: {error}")))
        }
    }
}

fn sheet(name: &str, header: &[String], examples: &[Vec<String>]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let bold = Format::new().set_bold();
    // Text format keeps SKUs and days as they are typed.
    let text = Format::new().set_num_format("@");
    let sheet = book.add_worksheet();
    sheet.set_name(name)?;
    sheet.set_freeze_panes(1, 0)?;
    for (column, title) in (0u16..).zip(header) {
        sheet.set_column_format(column, &text)?;
        sheet.set_column_width(column, COLUMN_WIDTH)?;
        sheet.write_string_with_format(0, column, title, &bold)?;
        let shown: Vec<&str> = examples
            .iter()
            .filter_map(|row| row.get(usize::from(column)))
            .map(String::as_str)
            .filter(|cell| !cell.is_empty())
            .collect();
        if !shown.is_empty() {
            sheet.insert_note(0, column, &Note::new(format!("e.g. {}", shown.join(" · "))))?;
        }
    }
    book.save_to_buffer()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_carries_no_example_that_would_be_imported() {
        let files = crate::knowledge::built_in();
        for name in NAMES {
            let text = String::from_utf8(bytes(&files, name, Kind::Csv).unwrap()).unwrap();
            assert_eq!(text.lines().count(), 1, "{name}: {text}");
            assert!(text.contains(','), "{name}: {text}");
            assert!(bytes(&files, name, Kind::Xlsx).unwrap().starts_with(b"PK"));
        }
    }
}
