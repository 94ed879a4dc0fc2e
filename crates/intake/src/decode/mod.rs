//! Bytes to tables and cells: streamed, and safe against files that lie.
//!
//! [`open`] looks at the bytes, never at the name. It answers with the tables of the file (one per
//! sheet or archive member) or with a JSON document, or with one [`argosy_kernel::Problem`] that says what the
//! file is and what to do. [`TableSource::records`] and [`JsonSource::records`] then stream it.
//!
//! **Invariants:** nothing is allocated because a file claims a size; every buffer has a cap in
//! [`Limits`]. A damaged place costs its own rows only: [`Records::next`] reports it and goes on.
//! No number passes through a float.

#![expect(
    clippy::result_large_err,
    reason = "a problem is told to the user whole; it is rare, and boxing it would burden every reader"
)]

mod blocks;
pub mod cells;
mod date_formats;
mod date_forms;
mod date_words;
pub mod dates;
mod encoding;
mod free_dates;
mod guard;
pub mod header;
mod json;
mod json_lines;
mod json_records;
mod json_scan;
pub mod locale;
mod magic;
pub mod numbers;
mod open;
mod record;
mod split;
mod table;
mod text;
mod text_records;
mod text_stream;
mod xlsx;
mod xlsx_parts;
mod xlsx_rows;
mod xml;
mod zip;

#[cfg(test)]
#[expect(
    dead_code,
    unreachable_pub,
    reason = "shared with tests/hostile_files.rs, which uses the rest"
)]
mod testing;
#[cfg(test)]
mod tests;

use std::path::PathBuf;

pub(crate) use free_dates::days_in;
pub(crate) use guard::is_damage;
pub use json::JsonSource;
pub use open::open;
pub use record::{Cell, Fit, RawRecord};
pub use table::{Records, TableSource};

/// A file on disk: the bytes as received, and the name the user knows it by.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Input {
    pub path: PathBuf,
    /// For messages only; nothing is decided by it.
    pub name: String,
}

/// What a file turned out to hold.
#[expect(clippy::large_enum_variant, reason = "there is one per file")]
#[derive(Debug)]
pub enum Opened {
    /// One table per text file, sheet or archive member, in the order of the file.
    Tables(Vec<TableSource>),
    Json(JsonSource),
}

/// How a table is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// Text with a delimiter: CSV, TSV and their relatives.
    Delimited,
    Xlsx,
    /// Records of a JSON document or of JSON lines.
    Json,
}

/// The caps that keep a hostile or broken file from taking the server down. The defaults are
/// several times larger than the largest real report seen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Bytes that come out of one gzip file or of all members of one zip together.
    pub unpacked_bytes: u64,
    /// Unpacked bytes per packed byte, once more than [`Self::ratio_from_bytes`] came out.
    /// Deflate can reach 1032; real reports stay below 100.
    pub ratio: u64,
    pub ratio_from_bytes: u64,
    pub zip_members: usize,
    /// A workbook inside a gzip or zip is held in memory, packed.
    pub nested_bytes: u64,
    /// One record of a delimited text or of JSON lines.
    pub record_bytes: usize,
    /// Lines of one record, where quoted cells contain line breaks.
    pub record_lines: u64,
    pub columns: usize,
    /// Rows of one sheet; Excel itself has no more.
    pub sheet_rows: u32,
    pub shared_string_bytes: usize,
    /// One cell of a workbook.
    pub string_bytes: usize,
    /// A JSON document is held in memory (JSON lines are not).
    pub json_bytes: u64,
    pub json_depth: usize,
    /// Two-letter market, used only to choose between encodings that fit equally well.
    pub market: Option<String>,
}

impl Default for Limits {
    fn default() -> Self {
        const MIB: u64 = 1 << 20;
        Self {
            unpacked_bytes: 4096 * MIB,
            ratio: 400,
            ratio_from_bytes: 64 * MIB,
            zip_members: 1000,
            nested_bytes: 64 * MIB,
            record_bytes: 1 << 20,
            record_lines: 1000,
            columns: 16_384,
            sheet_rows: 1_048_576,
            shared_string_bytes: 256 << 20,
            string_bytes: 1 << 20,
            json_bytes: 256 * MIB,
            json_depth: 64,
            market: None,
        }
    }
}
