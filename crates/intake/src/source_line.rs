//! From a fact back to the line of the report it came from.

use std::sync::Arc;

use argosy_kernel::Problem;
use serde::Serialize;

use crate::{
    Intake, IntakeError,
    definition::ColumnType,
    import::{blocking, options_of},
    parts::{Examined, Part, Refused},
    personal::Personal,
    pipeline::{self, Setting, Source},
    rows::Given,
    translate::Lineage,
};

/// What stands in place of personal data.
const MASK: &str = "•••";

/// One line of a report as it was received.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct SourceLine {
    pub file_name: String,
    /// Archive member or sheet.
    pub label: String,
    pub definition: String,
    /// Line of the file, row of the sheet or number of the record.
    pub line: u64,
    pub header: Vec<String>,
    /// Personal cells are masked.
    pub cells: Vec<String>,
    /// The cells in one piece.
    pub text: String,
}

impl Intake {
    /// The line that row `row` of the facts of import `import` came from.
    ///
    /// # Errors
    /// [`IntakeError::NotFound`] when there is no such import or row.
    pub async fn source_line(&self, import: i64, row: i64) -> Result<SourceLine, IntakeError> {
        let missing = || IntakeError::NotFound(format!("there is no import {import}"));
        let record = self.desk.import(import).await?.ok_or_else(missing)?;
        let (raw, sha256) = (self.raw.clone(), record.raw_sha256.clone());
        let silent = |_| {};
        let plain = blocking(&silent, move |_| raw.unpack(&sha256)).await??;
        let options = options_of(&record);
        let store = self.desk.store(&record.store).await?;
        let examined = match self.examine(plain.path(), &options, store.as_ref(), &silent).await? {
            Ok(examined) => Arc::new(examined),
            Err(Refused::Unreadable(problem)) => return Err(not_readable(&problem)),
            Err(Refused::Unknown(_)) => {
                return Err(IntakeError::NotFound(format!(
                    "no definition reads {} any more",
                    record.file_name
                )));
            }
        };
        let (definitions, vault) = (self.definitions.clone(), self.vault.clone());
        let given = Given::new(&options, store.as_ref(), &self.definitions);
        let lineage = Lineage { store: record.store, raw: record.raw_sha256 };
        let found = blocking(&silent, move |_| {
            let setting = Setting {
                definitions: &definitions,
                vault: &vault,
                given: &given,
                lineage: &lineage,
            };
            find(&setting, &examined, row, &record.file_name)
        })
        .await?;
        drop(plain);
        found?.ok_or_else(|| IntakeError::NotFound(format!("import {import} has no row {row}")))
    }
}

fn not_readable(problem: &Problem) -> IntakeError {
    IntakeError::Damaged(problem.to_string())
}

/// Rows are counted over all tables of a file, as far as each of them gave some: copies and footers at
/// the end of a table count for nothing, so whatever stands before the last table is read again.
fn find(
    setting: &Setting<'_>,
    examined: &Examined,
    row: i64,
    file: &str,
) -> Result<Option<SourceLine>, IntakeError> {
    let mut after = 0_i64;
    for (at, part) in examined.parts.iter().enumerate() {
        let is_last = at + 1 == examined.parts.len();
        let last = if is_last { i64::MAX } else { last_row(setting, examined, part, after)? };
        if row <= last {
            let Ok(line) = u64::try_from(row.saturating_sub(after)) else { return Ok(None) };
            return line_of(setting, examined, part, (line, file));
        }
        after = last;
    }
    Ok(None)
}

/// The last row of a table as its facts count them.
fn last_row(
    setting: &Setting<'_>,
    examined: &Examined,
    part: &Part,
    after: i64,
) -> Result<i64, IntakeError> {
    let mut without = None;
    loop {
        let source = Source { examined, part, after, without: without.take() };
        let mut outcome = pipeline::run(setting, source, &mut |_, _| Ok(()), &|_| {})?;
        without = outcome.copies.take();
        if without.is_none() {
            return Ok(outcome.last_row);
        }
    }
}

fn line_of(
    setting: &Setting<'_>,
    examined: &Examined,
    part: &Part,
    (line, file): (u64, &str),
) -> Result<Option<SourceLine>, IntakeError> {
    let mut records =
        pipeline::open_records(examined, part).map_err(|problem| not_readable(&problem))?;
    let header = records.header().to_vec();
    while let Some(record) = records.next() {
        let Ok(record) = record else { continue };
        if record.line == line {
            let personal = setting.definitions.personal();
            return Ok(Some(masked(part, header, record.texts(), (line, file), personal)));
        }
    }
    Ok(None)
}

fn masked(
    part: &Part,
    header: Vec<String>,
    mut cells: Vec<String>,
    (line, file): (u64, &str),
    personal: &Personal,
) -> SourceLine {
    let recognised = &part.recognised;
    let columns = recognised.definition.columns.iter().zip(&recognised.positions);
    for (column, positions) in columns {
        if matches!(column.kind, ColumnType::Personal | ColumnType::Buyer) {
            for at in positions {
                if let Some(cell) = cells.get_mut(*at).filter(|cell| !cell.trim().is_empty()) {
                    MASK.clone_into(cell);
                }
            }
        }
    }
    // Columns no definition speaks of may hold what it would have called personal.
    let declared: Vec<usize> = recognised.positions.iter().flatten().copied().collect();
    for (at, (name, cell)) in header.iter().zip(&mut cells).enumerate() {
        if !declared.contains(&at) && personal.sounds_personal(name) && !cell.trim().is_empty() {
            MASK.clone_into(cell);
        }
    }
    let delimiter = " | ";
    SourceLine {
        file_name: file.to_owned(),
        label: part.label.clone(),
        definition: recognised.definition.id.clone(),
        line,
        header,
        text: cells.join(delimiter),
        cells,
    }
}
