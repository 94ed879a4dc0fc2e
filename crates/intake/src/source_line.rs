//! From a fact back to the line of the report it came from.

use std::sync::Arc;

use argosy_kernel::Problem;
use serde::Serialize;

use crate::{
    Intake, IntakeError,
    definition::ColumnType,
    import::{blocking, options_of},
    parts::{Examined, Part, Refused},
    pipeline::open_records,
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
        let file_name = record.file_name;
        let found = blocking(&silent, move |_| find(&examined, row, &file_name)).await?;
        drop(plain);
        found?.ok_or_else(|| IntakeError::NotFound(format!("import {import} has no row {row}")))
    }
}

fn not_readable(problem: &Problem) -> IntakeError {
    IntakeError::Damaged(problem.to_string())
}

/// Goes through the tables in the order in which their rows were counted.
fn find(examined: &Examined, row: i64, file: &str) -> Result<Option<SourceLine>, IntakeError> {
    let mut after = 0_i64;
    for part in &examined.parts {
        let mut records = open_records(examined, part).map_err(|problem| not_readable(&problem))?;
        let before = after;
        let header = records.header().to_vec();
        while let Some(record) = records.next() {
            let Ok(record) = record else { continue };
            let number = before + i64::try_from(record.line).unwrap_or(i64::MAX);
            after = after.max(number);
            if number == row {
                let line = record.line;
                return Ok(Some(masked(part, header, record.texts(), line, file)));
            }
        }
    }
    Ok(None)
}

fn masked(
    part: &Part,
    header: Vec<String>,
    mut cells: Vec<String>,
    line: u64,
    file: &str,
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
        if !declared.contains(&at) && sounds_personal(name) && !cell.trim().is_empty() {
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

/// Whether a column is called like one that tells who somebody is or where they live.
pub(crate) fn sounds_personal(header: &str) -> bool {
    const WORDS: [&str; 17] = [
        "buyer",
        "recipient",
        "customer",
        "phone",
        "mail",
        "address",
        "street",
        "postal",
        "postcode",
        "zip",
        "city",
        "first name",
        "last name",
        "ship-state",
        "iban",
        "tax id",
        "comment",
    ];
    let header = crate::words::fold(header);
    WORDS.iter().any(|word| header.contains(word))
}
