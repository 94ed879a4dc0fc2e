//! One table from its bytes to its facts, on two threads.
//!
//! One thread splits and types the rows, the other translates and writes; a short channel of
//! batches lies between them, so memory stays bounded however long the file is.

use std::{
    collections::BTreeMap,
    sync::mpsc::{Receiver, SyncSender, sync_channel},
    thread,
};

use argosy_desk::{Balance, Vault};
use argosy_facts::{FactsError, arrow::array::RecordBatch};
use argosy_kernel::{Problem, Table};

use crate::{
    IntakeError,
    balance::Unbalanced,
    copies::{self, Copies},
    decode::Records,
    definition::Definitions,
    parts::{Examined, Part},
    problems::{Problems, stand_in},
    rows::{Given, RowReader},
    translate::{Lineage, RecordRow, Translator, UnknownFee},
};

/// Batches on the way between the two threads.
const BATCHES_AHEAD: usize = 2;
/// Rows shown by a walk.
pub(crate) const SAMPLE_ROWS: usize = 5;

/// What is the same for all tables of a file.
pub(crate) struct Setting<'a> {
    pub(crate) definitions: &'a Definitions,
    pub(crate) vault: &'a Vault,
    pub(crate) given: &'a Given,
    pub(crate) lineage: &'a Lineage,
}

/// What became of one table.
#[derive(Default)]
pub(crate) struct Outcome {
    /// Records of the file, blank lines not counted.
    pub(crate) rows: u64,
    /// The last line that was read: a following sheet goes on counting there.
    pub(crate) last_row: i64,
    pub(crate) facts: BTreeMap<Table, u64>,
    pub(crate) problems: Problems,
    pub(crate) balance: Vec<Balance>,
    /// Statements that do not add up in this table alone.
    pub(crate) unbalanced: Vec<Unbalanced>,
    pub(crate) records: Vec<RecordRow>,
    /// The latest day of any fact, in days since 1970.
    pub(crate) horizon: Option<i32>,
    pub(crate) unknown_fees: Vec<UnknownFee>,
    /// The first typed rows.
    pub(crate) sample: Option<RecordBatch>,
    /// How the columns were read: decimal sign, order of dates.
    pub(crate) reading: Vec<(String, String)>,
    /// Rows that turned out to be copies of others: the table is to be read again without them.
    pub(crate) copies: Option<Copies>,
}

/// Where facts go.
pub(crate) type Write<'a> = dyn FnMut(Table, RecordBatch) -> Result<(), FactsError> + 'a;

/// One table of a file.
#[derive(Clone)]
pub(crate) struct Source<'a> {
    pub(crate) examined: &'a Examined,
    pub(crate) part: &'a Part,
    /// The last row of the tables before it.
    pub(crate) after: i64,
    /// What an earlier reading found to be copies.
    pub(crate) without: Option<Copies>,
}

/// Reads one table.
pub(crate) fn run(
    setting: &Setting<'_>,
    source: Source<'_>,
    write: &mut Write<'_>,
    read: &(dyn Fn(u64) + Sync),
) -> Result<Outcome, IntakeError> {
    let Source { examined, part, after, without } = source;
    let refused = |problem: Problem| {
        let mut outcome = Outcome { last_row: after, ..Outcome::default() };
        outcome.problems.push(problem.in_file(part.label.clone()));
        outcome
    };
    let reader = match RowReader::new(examined, part, setting.given, setting.vault, after) {
        Ok(reader) => match &without {
            Some(copies) => reader.without(copies.lines.clone()),
            None => reader,
        },
        Err(problem) => return Ok(refused(problem)),
    };
    let records = match open_records(examined, part) {
        Ok(records) => records,
        Err(problem) => return Ok(refused(problem)),
    };
    let definition = part.recognised.definition.clone();
    let mut translator = Translator::new(definition, setting.definitions, setting.lineage.clone());
    let mut outcome = Outcome { reading: reader.reading(), ..Outcome::default() };
    let mut headers_again = Vec::new();
    thread::scope(|scope| {
        let (send, receive) = sync_channel(BATCHES_AHEAD);
        let decoder = scope.spawn(move || decode(reader, records, &send, read));
        let translated = translate(&mut translator, &receive, &mut outcome, write);
        // The decoder stops by itself once nobody takes its batches.
        drop(receive);
        let decoded = decoder.join().map_err(|panic| IntakeError::Stopped(panic_text(&*panic)))?;
        translated?;
        outcome.rows = decoded.rows;
        outcome.last_row = decoded.last_row.max(after);
        outcome.problems.merge(decoded.problems);
        headers_again = decoded.headers_again;
        Ok::<(), IntakeError>(())
    })?;
    let signs = copies::Signs {
        headers_again,
        repeated: translator.balance.repeated(),
        runs: translator.runs.again(),
    };
    let mut outcome =
        finish(setting, translator, outcome, u64::try_from(after).unwrap_or(0), write)?;
    match without {
        Some(copies) => outcome.problems.extend(copies.problems),
        None => {
            let again = Source { examined, part, after, without: None };
            outcome.copies = copies::find(setting, &again, &signs, read)?;
        }
    }
    if examined.parts.len() > 1 {
        outcome.problems.stand_in(Some(&part.label), 0);
        for unbalanced in &mut outcome.unbalanced {
            stand_in(&mut unbalanced.problem, Some(&part.label), 0);
        }
    }
    Ok(outcome)
}

/// The end of the file: words without meaning, balances, and the controls as facts.
fn finish(
    setting: &Setting<'_>,
    mut translator: Translator<'_>,
    mut outcome: Outcome,
    after: u64,
    write: &mut Write<'_>,
) -> Result<Outcome, IntakeError> {
    outcome.unknown_fees = translator.unknown_fees();
    (outcome.balance, outcome.unbalanced) = translator.balance.balances(&mut translator.problems);
    let definition = translator.definition();
    let controls = translator.balance.facts(definition, setting.lineage, translator.horizon)?;
    outcome.facts = std::mem::take(&mut translator.facts);
    if let Some(controls) = controls {
        let rows = u64::try_from(controls.num_rows()).unwrap_or(u64::MAX);
        *outcome.facts.entry(Table::Controls).or_default() += rows;
        write(Table::Controls, controls)?;
    }
    // The reader tells lines of its table, the translator rows counted over all tables.
    translator.problems.stand_in(None, after);
    for unbalanced in &mut outcome.unbalanced {
        stand_in(&mut unbalanced.problem, None, after);
    }
    outcome.problems.merge(translator.problems);
    outcome.records = translator.records;
    outcome.horizon = translator.horizon;
    Ok(outcome)
}

/// Opens the records of a part.
pub(crate) fn open_records(examined: &Examined, part: &Part) -> Result<Records, Problem> {
    let definition = &part.recognised.definition;
    if let Some(table) = examined.table(part) {
        let quoting = definition.quotes(table.delimiter());
        return table.records(quoting, part.recognised.header_row);
    }
    match (examined.json(), &definition.recognise) {
        (Some(json), crate::definition::Recognise::Json { records, .. }) => {
            json.records(records, &part.recognised.header)
        }
        _ => Err(Problem::error("unknown_report").hint("the file changed while it was read")),
    }
}

struct Decoded {
    rows: u64,
    last_row: i64,
    headers_again: Vec<i64>,
    problems: Problems,
}

fn decode(
    mut reader: RowReader<'_>,
    mut records: Records,
    send: &SyncSender<RecordBatch>,
    read: &(dyn Fn(u64) + Sync),
) -> Decoded {
    while let Some(batch) = reader.next_batch(&mut records) {
        read(records.bytes_read());
        if send.send(batch).is_err() {
            break;
        }
    }
    Decoded {
        rows: reader.rows(),
        last_row: reader.last_row(),
        headers_again: reader.headers_again(),
        problems: reader.into_problems(),
    }
}

fn translate(
    translator: &mut Translator<'_>,
    receive: &Receiver<RecordBatch>,
    outcome: &mut Outcome,
    write: &mut Write<'_>,
) -> Result<(), FactsError> {
    for batch in receive {
        if outcome.sample.is_none() {
            outcome.sample = Some(batch.slice(0, batch.num_rows().min(SAMPLE_ROWS)));
        }
        translator.translate(&batch, write)?;
    }
    Ok(())
}

/// What a panic said, for the problem that tells of it.
pub(crate) fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no message".to_owned())
}
