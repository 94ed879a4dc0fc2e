//! Files that people download. How cells are written is the metrics' business ([`Sheet`]).

use argosy_metrics::export::{Formulas, Sheet};
use axum::{
    http::{HeaderValue, header as headers},
    response::{IntoResponse, Response},
};

use crate::{error::Error, lang::Lang};

/// Rows of an XLSX sheet, the header included.
const XLSX_ROWS_MAX: usize = 1_048_576;

/// The kinds of file that can be downloaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Csv,
    Xlsx,
}

impl Kind {
    pub fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }

    fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }
}

/// Headings in the language of the reader: pairs of English and Chinese.
pub fn header(names: &[(&str, &str)], lang: Lang) -> Vec<String> {
    names.iter().map(|(en, zh)| lang.pick(en, zh).to_owned()).collect()
}

/// The table as a file.
///
/// # Errors
/// [`Error::Usage`] when it does not fit into a sheet.
pub fn bytes(sheet: &Sheet, kind: Kind) -> Result<Vec<u8>, Error> {
    match kind {
        Kind::Csv => Ok(sheet.csv(Formulas::Defused)),
        Kind::Xlsx if sheet.rows.len() >= XLSX_ROWS_MAX => Err(Error::told(
            format!("a sheet holds {XLSX_ROWS_MAX} rows; download CSV, or ask for fewer days"),
            format!("一个工作表最多 {XLSX_ROWS_MAX} 行；请下载 CSV，或缩短日期范围"),
        )),
        Kind::Xlsx => sheet
            .xlsx()
            .map_err(|error| Error::Usage(format!("the workbook cannot be written: {error}"))),
    }
}

/// The answer that a browser saves as `name` with the ending of `kind`.
///
/// # Errors
/// As [`bytes`].
pub fn sheet(sheet: &Sheet, name: &str, kind: Kind) -> Result<Response, Error> {
    Ok(file(name, kind, bytes(sheet, kind)?))
}

/// The answer that a browser saves.
pub fn file(name: &str, kind: Kind, bytes: Vec<u8>) -> Response {
    named(&format!("{name}.{}", kind.ending()), kind.media_type(), bytes)
}

/// The answer that a browser saves under this name, ending included.
pub fn named(name: &str, media_type: &'static str, bytes: Vec<u8>) -> Response {
    let safe: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '_' })
        .collect();
    let disposition = format!("attachment; filename=\"{safe}\"");
    let mut response = bytes.into_response();
    let set = response.headers_mut();
    set.insert(headers::CONTENT_TYPE, HeaderValue::from_static(media_type));
    if let Ok(value) = HeaderValue::from_str(&disposition) {
        set.insert(headers::CONTENT_DISPOSITION, value);
    }
    response
}
