//! What each room makes of a file, with nothing stored: debugger, preview and first page of the guide.

use std::{collections::BTreeMap, fmt, path::Path, sync::Arc};

use argosy_desk::Balance;
use argosy_facts::arrow::{array::RecordBatch, util::display::array_value_to_string};
use argosy_kernel::{Problem, Table};
use serde::Serialize;

use crate::{
    Intake, IntakeError,
    import::{OnProgress, blocking, with_name},
    options::refused_options,
    parts::{self, Examined, Part, Refused},
    pipeline::{self, Outcome, SAMPLE_ROWS, Setting, Source},
    problems::Problems,
    recognise::Closest,
    report::{ImportOptions, Progress, Step},
    rows::Given,
    translate::{Lineage, RecordRow, UnknownFee},
};

/// A few rows to look at.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct SampleTable {
    pub columns: Vec<String>,
    /// Null where there is no value.
    pub rows: Vec<Vec<Option<String>>>,
}

/// What the rooms made of one table of the file.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct WalkPart {
    /// Archive member or sheet.
    pub label: String,
    /// Recognise.
    pub definition: String,
    pub version: String,
    pub header_line: u64,
    pub locale: Option<String>,
    pub encoding: String,
    pub delimiter: Option<char>,
    /// Columns of the file that no column of the definition stands for.
    pub columns_unused: Vec<String>,
    /// Columns of the definition that the file does not have.
    pub columns_absent: Vec<String>,
    /// Decode: how columns were read, and the first typed rows.
    pub reading: BTreeMap<String, String>,
    pub rows: u64,
    pub decoded: SampleTable,
    /// Translate: how many facts, and the first of each table.
    pub facts: BTreeMap<Table, u64>,
    pub translated: BTreeMap<Table, SampleTable>,
    pub records: Vec<RecordRow>,
    pub unknown_fees: Vec<UnknownFee>,
    /// Balance.
    pub balance: Vec<Balance>,
}

/// What the rooms made of a file.
#[derive(Clone, PartialEq, Debug, Default, Serialize)]
pub struct Walk {
    pub file_name: String,
    pub bytes: u64,
    pub parts: Vec<WalkPart>,
    /// For an unknown file the nearest report.
    pub closest: Option<Closest>,
    pub problems: Vec<Problem>,
}

impl Intake {
    /// Sends a file through the rooms without storing anything, not even its bytes.
    ///
    /// # Errors
    /// When the file or the desk cannot be read.
    pub async fn walk(
        &self,
        file: &Path,
        options: &ImportOptions,
        progress: OnProgress<'_>,
    ) -> Result<Walk, IntakeError> {
        let options = with_name(options, file);
        let store = self.desk.store(&options.store).await?;
        let bytes = std::fs::metadata(file).map_err(IntakeError::file("cannot read", file))?.len();
        let mut walk = Walk { file_name: options.file_name.clone(), bytes, ..Walk::default() };
        let examined = match self.examine(file, &options, store.as_ref(), progress).await? {
            Ok(examined) => Arc::new(examined),
            Err(refused) => {
                let problem = match refused {
                    Refused::Unreadable(problem) => problem,
                    Refused::Unknown(unknown) => {
                        walk.closest.clone_from(&unknown.closest);
                        parts::unknown_report(&unknown).in_file(options.file_name)
                    }
                };
                walk.problems.push(problem);
                return Ok(walk);
            }
        };
        let missing = refused_options(&examined, &options, store.as_ref());
        let (definitions, vault) = (self.definitions.clone(), self.vault.clone());
        let given = Given::new(&options, store.as_ref(), &self.definitions);
        let lineage = Lineage { store: options.store.clone(), raw: "0".repeat(16) };
        let work = move |tell: crate::import::Tell| {
            let setting = Setting {
                definitions: &definitions,
                vault: &vault,
                given: &given,
                lineage: &lineage,
            };
            let read = |done| tell(Progress { step: Step::Read, done, total: bytes.max(done) });
            walk_parts(&setting, &examined, &read)
        };
        let (parts, mut problems) = blocking(progress, work).await??;
        if let Some(missing) = missing {
            problems.push(missing);
        }
        walk.parts = parts;
        walk.problems = problems.finish(&walk.file_name);
        Ok(walk)
    }
}

fn walk_parts(
    setting: &Setting<'_>,
    examined: &Examined,
    read: &(dyn Fn(u64) + Sync),
) -> Result<(Vec<WalkPart>, Problems), IntakeError> {
    let mut problems = Problems::default();
    let mut walked = Vec::new();
    let mut after = 0;
    for part in &examined.parts {
        let mut without = None;
        let (mut outcome, samples) = loop {
            let mut samples: BTreeMap<Table, SampleTable> = BTreeMap::new();
            let mut write = |table, facts: RecordBatch| {
                samples.entry(table).or_default().add(&facts);
                Ok(())
            };
            let source = Source { examined, part, after, without: without.take() };
            let mut outcome = pipeline::run(setting, source, &mut write, read)?;
            without = outcome.copies.take();
            if without.is_none() {
                break (outcome, samples);
            }
        };
        after = outcome.last_row;
        problems.merge(std::mem::take(&mut outcome.problems));
        problems.extend(outcome.unbalanced.drain(..).map(|unbalanced| unbalanced.problem));
        walked.push(walked_part(examined, part, outcome, samples));
    }
    Ok((walked, problems))
}

fn walked_part(
    examined: &Examined,
    part: &Part,
    outcome: Outcome,
    translated: BTreeMap<Table, SampleTable>,
) -> WalkPart {
    let recognised = &part.recognised;
    let definition = &recognised.definition;
    let used: Vec<usize> = recognised.positions.iter().flatten().copied().collect();
    let unused = recognised
        .header
        .iter()
        .enumerate()
        .filter(|(at, cell)| !cell.trim().is_empty() && !used.contains(at));
    let absent = definition
        .columns
        .iter()
        .zip(&recognised.positions)
        .filter(|(column, at)| at.is_empty() && !column.headers.is_empty());
    let table = examined.table(part);
    let mut decoded = SampleTable::default();
    if let Some(sample) = &outcome.sample {
        decoded.add(sample);
    }
    WalkPart {
        label: part.label.clone(),
        definition: definition.id.clone(),
        version: definition.version.clone(),
        header_line: table.and_then(|table| table.head_line(recognised.header_row)).unwrap_or(0),
        locale: recognised.locale.map(|locale| definition.locales[locale].id.clone()),
        encoding: table.map_or("UTF-8", |table| table.encoding()).to_owned(),
        delimiter: table.and_then(crate::decode::TableSource::delimiter),
        columns_unused: unused.map(|(_, cell)| cell.trim().to_owned()).collect(),
        columns_absent: absent.map(|(column, _)| column.name.clone()).collect(),
        reading: outcome.reading.into_iter().collect(),
        rows: outcome.rows,
        decoded,
        facts: outcome.facts,
        translated,
        records: outcome.records.into_iter().take(SAMPLE_ROWS).collect(),
        unknown_fees: outcome.unknown_fees,
        balance: outcome.balance,
    }
}

impl SampleTable {
    /// Takes rows until there are enough; columns without any value are left out at the end.
    fn add(&mut self, batch: &RecordBatch) {
        if self.columns.is_empty() {
            self.columns =
                batch.schema().fields().iter().map(|field| field.name().clone()).collect();
        }
        let take = SAMPLE_ROWS.saturating_sub(self.rows.len()).min(batch.num_rows());
        for row in 0..take {
            let cells = batch.columns().iter().map(|column| {
                if column.is_null(row) { None } else { array_value_to_string(column, row).ok() }
            });
            self.rows.push(cells.collect());
        }
    }

    fn write(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for row in &self.rows {
            let told: Vec<String> = self
                .columns
                .iter()
                .zip(row)
                .filter_map(|(column, cell)| Some(format!("{column}={}", cell.as_ref()?)))
                .collect();
            writeln!(f, "      {}", told.join("  "))?;
        }
        Ok(())
    }
}

impl fmt::Display for Walk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} ({} bytes)", self.file_name, self.bytes)?;
        for part in &self.parts {
            part.fmt(f)?;
        }
        if let Some(closest) = &self.closest {
            writeln!(f, "  recognise   unknown; nearest is {}", closest.id)?;
        }
        if !self.problems.is_empty() {
            writeln!(f, "  problems    {}", self.problems.len())?;
        }
        for problem in &self.problems {
            writeln!(f, "      {problem}")?;
        }
        Ok(())
    }
}

impl fmt::Display for WalkPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let delimiter = match self.delimiter {
            Some('\t') => ", tab separated".to_owned(),
            Some(delimiter) => format!(", separated by `{delimiter}`"),
            None => String::new(),
        };
        writeln!(f, "  receive     {}, {}{delimiter}", self.label, self.encoding)?;
        write!(f, "  recognise   {} of {}", self.definition, self.version)?;
        if let Some(locale) = &self.locale {
            write!(f, ", locale {locale}")?;
        }
        writeln!(f, ", header in line {}", self.header_line)?;
        for (what, columns) in
            [("not used", &self.columns_unused), ("not there", &self.columns_absent)]
        {
            if !columns.is_empty() {
                writeln!(f, "              {what}: {}", columns.join(", "))?;
            }
        }
        writeln!(f, "  decode      {} rows", self.rows)?;
        for (column, how) in &self.reading {
            writeln!(f, "              {column}: {how}")?;
        }
        self.decoded.write(f)?;
        for (table, rows) in &self.facts {
            writeln!(f, "  translate   {rows} facts of {}", table.name())?;
            if let Some(sample) = self.translated.get(table) {
                sample.write(f)?;
            }
        }
        for fee in &self.unknown_fees {
            writeln!(f, "              unclassified: {} ({} rows)", fee.words, fee.rows)?;
        }
        for balance in &self.balance {
            let verdict = if balance.difference.is_zero() {
                "balances".to_owned()
            } else {
                format!("differs by {}", balance.difference)
            };
            writeln!(
                f,
                "  balance     {} {}: {} of {} {}, {verdict}",
                balance.name, balance.statement, balance.sum, balance.expected, balance.currency
            )?;
        }
        Ok(())
    }
}
