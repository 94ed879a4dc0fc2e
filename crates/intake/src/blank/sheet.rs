//! Workbooks without personal cells: the least of a workbook that our own reader needs.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    io::{Seek, Write},
};

use chrono::{NaiveDate, NaiveDateTime};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use super::{Cover, Coverer, Failure};
use crate::{
    decode::{Cell, Format},
    parts::{Examined, Part},
    rows::skip::Skipper,
};

const TYPES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>"#;
const ROOT: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
/// Style 1 is per cent, style 2 a date with its time.
const STYLES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="10" applyNumberFormat="1"/><xf numFmtId="22" applyNumberFormat="1"/></cellXfs></styleSheet>"#;
const RELATION: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

pub(super) fn write<W: Write + Seek>(
    examined: &Examined,
    parts: &[(&Part, &BTreeMap<usize, Cover>)],
    coverer: &mut Coverer<'_>,
    out: W,
) -> Result<(), Failure> {
    let mut zip = ZipWriter::new(out);
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    let (mut sheets, mut relations) = (String::new(), String::new());
    for (number, (part, _)) in parts.iter().enumerate() {
        let (number, name) = (number + 1, part.label.rsplit(" › ").next().unwrap_or_default());
        let name = escaped(name);
        let _ = write!(sheets, r#"<sheet name="{name}" sheetId="{number}" r:id="rId{number}"/>"#);
        let _ = write!(
            relations,
            r#"<Relationship Id="rId{number}" Type="{RELATION}/worksheet" Target="worksheets/sheet{number}.xml"/>"#
        );
    }
    let styles = parts.len() + 1;
    let _ = write!(
        relations,
        r#"<Relationship Id="rId{styles}" Type="{RELATION}/styles" Target="styles.xml"/>"#
    );
    let workbook = format!(
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><workbook xmlns="{MAIN}" xmlns:r="{RELATION}"><sheets>{sheets}</sheets></workbook>"#
    );
    let relations = format!(
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{relations}</Relationships>"#
    );
    let fixed = [
        ("[Content_Types].xml", TYPES),
        ("_rels/.rels", ROOT),
        ("xl/workbook.xml", workbook.as_str()),
        ("xl/_rels/workbook.xml.rels", relations.as_str()),
        ("xl/styles.xml", STYLES),
    ];
    for (name, text) in fixed {
        zip.start_file(name, options)?;
        zip.write_all(text.as_bytes())?;
    }
    for (number, (part, covers)) in parts.iter().enumerate() {
        zip.start_file(format!("xl/worksheets/sheet{}.xml", number + 1), options)?;
        sheet(examined, part, covers, coverer, &mut zip)?;
    }
    zip.finish()?.flush()?;
    Ok(())
}

fn sheet(
    examined: &Examined,
    part: &Part,
    covers: &BTreeMap<usize, Cover>,
    coverer: &mut Coverer<'_>,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let Some(table) = examined.table(part) else { return Ok(()) };
    write!(
        out,
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><worksheet xmlns="{MAIN}"><sheetData>"#
    )?;
    for (at, cells) in table.head().iter().enumerate().take(part.recognised.header_row + 1) {
        let cells: Vec<Cell<'_>> = cells.iter().map(|cell| Cell::Text(cell)).collect();
        row(out, table.head_line(at).unwrap_or(0), &cells)?;
    }
    let records = table.records(true, part.recognised.header_row);
    let mut records = records.map_err(|_| Failure::Form("a sheet without its header"))?;
    let skipper = Skipper::new(&part.recognised, Format::Xlsx);
    while let Some(record) = records.next() {
        let Ok(record) = record else { continue };
        // By the header once more, copies of rows are known.
        let covers = covers.iter().filter(|_| !skipper.is_header(&record));
        let covered: BTreeMap<usize, String> =
            covers.map(|(at, cover)| (*at, coverer.cover(*cover, &record.text(*at)))).collect();
        let cell = |at: usize| match covered.get(&at) {
            Some(text) => Cell::Text(text),
            None => record.cell(at),
        };
        let cells: Vec<Cell<'_>> = (0..record.len()).map(cell).collect();
        row(out, record.line, &cells)?;
    }
    out.write_all(b"</sheetData></worksheet>")?;
    Ok(())
}

fn row(out: &mut impl Write, number: u64, cells: &[Cell<'_>]) -> Result<(), Failure> {
    let mut text = format!(r#"<row r="{number}">"#);
    for (at, cell) in cells.iter().enumerate() {
        let place = format!("{}{number}", letters(at));
        // Writing into a String cannot fail.
        let _ = match cell {
            Cell::Empty => Ok(()),
            Cell::Text("") => Ok(()),
            Cell::Text(inner) => write!(
                text,
                r#"<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{}</t></is></c>"#,
                escaped(inner)
            ),
            Cell::Number(number) => write!(text, r#"<c r="{place}"><v>{number}</v></c>"#),
            Cell::Percent(number) => write!(text, r#"<c r="{place}" s="1"><v>{number}</v></c>"#),
            Cell::Date(moment) => {
                write!(text, r#"<c r="{place}" s="2"><v>{}</v></c>"#, serial(*moment))
            }
            Cell::Bool(truth) => {
                write!(text, r#"<c r="{place}" t="b"><v>{}</v></c>"#, u8::from(*truth))
            }
            Cell::Error(error) => {
                write!(text, r#"<c r="{place}" t="e"><v>{}</v></c>"#, escaped(error))
            }
        };
    }
    text.push_str("</row>");
    Ok(out.write_all(text.as_bytes())?)
}

/// The letters of a column: 0 is A, 26 is AA.
fn letters(mut at: usize) -> String {
    let mut name = Vec::new();
    loop {
        name.push(b'A' + u8::try_from(at % 26).unwrap_or(0));
        if at < 26 {
            break;
        }
        at = at / 26 - 1;
    }
    name.reverse();
    String::from_utf8(name).unwrap_or_default()
}

/// Days since the last day of 1899 with the time as a fraction, as workbooks count.
fn serial(moment: NaiveDateTime) -> String {
    const DIGITS: i64 = 100_000_000_000;
    const DAY_MICROS: i64 = 86_400_000_000;
    let first = NaiveDate::from_ymd_opt(1899, 12, 30).unwrap_or_default();
    let since = moment - first.and_time(chrono::NaiveTime::MIN);
    let days = since.num_days();
    let micros = (since - chrono::TimeDelta::days(days)).num_microseconds().unwrap_or(0);
    // Rounded half up at eleven digits: a microsecond.
    let part = (i128::from(micros) * i128::from(DIGITS) + i128::from(DAY_MICROS / 2))
        / i128::from(DAY_MICROS);
    if part == 0 { days.to_string() } else { format!("{days}.{part:011}") }
}

/// Text as it may stand in XML; what XML cannot hold becomes a blank.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\r' => out.push_str("&#13;"),
            c if c < ' ' && !matches!(c, '\n' | '\t') => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_beyond_z_have_two_letters() {
        assert_eq!((letters(0), letters(25), letters(26)), ("A".into(), "Z".into(), "AA".into()));
        assert_eq!(letters(701), "ZZ");
    }

    #[test]
    fn noon_of_a_day_is_half_a_day_further() {
        let noon = NaiveDate::from_ymd_opt(2026, 6, 30).unwrap().and_hms_opt(12, 0, 0).unwrap();
        assert_eq!(serial(noon), "46203.50000000000");
    }
}
