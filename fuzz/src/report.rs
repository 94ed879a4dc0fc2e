//! Any bytes as a report: decoded and recognised, with all their records read.

#![no_main]

use std::{io::Write, sync::LazyLock};

use argosy_intake::{
    Definitions,
    decode::{Limits, Opened, open},
    definition::Recognise,
    recognise,
};
use libfuzzer_sys::fuzz_target;

#[path = "knowledge.rs"]
mod knowledge;

static DEFINITIONS: LazyLock<Definitions> =
    LazyLock::new(|| Definitions::load(&knowledge::files()).expect("the built-in knowledge loads"));

fuzz_target!(|bytes: &[u8]| {
    let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
    file.write_all(bytes).expect("a temporary file that can be written");
    let Ok(opened) = open(file.path(), "fuzz", &Limits::default()) else { return };
    match opened {
        Opened::Tables(tables) => {
            for table in tables {
                let found = recognise::table(&DEFINITIONS, table.head());
                let header = found.map_or(0, |found| found.header_row);
                for quoting in [true, false] {
                    let Ok(mut records) = table.records(quoting, header) else { continue };
                    while let Some(record) = records.next() {
                        let _ = record.map(|record| record.texts());
                    }
                }
            }
        }
        Opened::Json(document) => {
            for found in recognise::json(&DEFINITIONS, &document).unwrap_or_default() {
                let Recognise::Json { records: path, .. } = &found.definition.recognise else {
                    continue;
                };
                let Ok(mut records) = document.records(path, &found.header) else { continue };
                while let Some(record) = records.next() {
                    let _ = record.map(|record| record.texts());
                }
            }
        }
    }
});
