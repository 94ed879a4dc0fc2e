//! Personal data out of raw files when its time is over, without any fact changing.
//!
//! A raw file is rewritten in its own form: personal cells become empty, a buyer becomes the keyed
//! hash that facts already carry (`argosy-hash:…`), all other cells of the reports in it and their
//! line numbers stay. Tables and archive members that are no known report, and records that cannot
//! be read, are left out: no fact comes from them, and nobody knows what is in them. The rewritten
//! file is read by the same rooms before it takes the old one's place: unless every fact comes out
//! equal, and the same rows count as copies of others, the file stays as it was and is listed as
//! stuck.

mod json;
mod sheet;
mod table;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    io::{self, Write},
    path::Path,
    sync::Arc,
};

use argosy_desk::{BlankState, ImportRow, Vault};
use argosy_facts::arrow::{array::RecordBatch, util::display::array_value_to_string};
use argosy_kernel::Table;
use serde::Serialize;
use sha2::{Digest, Sha256};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use crate::{
    Intake, IntakeError,
    decode::{Format, JsonSource, Opened},
    definition::{ColumnType, Definitions},
    import::{blocking, options_of},
    parts::{Examined, Part},
    personal::Personal,
    pipeline::{self, Setting, Source},
    rows::Given,
    translate::Lineage,
    words::fold,
};

/// What stands in place of a buyer; the reader takes the hash as it is.
pub(crate) const HASH_MARK: &str = "argosy-hash:";

/// What became of a raw file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Blanked {
    pub state: BlankState,
    /// Cells that were (or would be) emptied or hashed.
    pub cells: u64,
    /// Why the file is stuck.
    pub reason: String,
}

impl Blanked {
    fn nothing() -> Self {
        Self { state: BlankState::Nothing, cells: 0, reason: String::new() }
    }

    fn stuck(reason: impl Into<String>) -> Self {
        Self { state: BlankState::Stuck, cells: 0, reason: reason.into() }
    }
}

/// What to do with a cell.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Cover {
    Empty,
    Hash,
}

/// Covers cells and counts them.
struct Coverer<'a> {
    vault: &'a Vault,
    cells: u64,
}

impl Coverer<'_> {
    /// What stands in the file instead of `text`; blank cells stay, hashes too.
    fn cover(&mut self, cover: Cover, text: &str) -> String {
        let text = text.trim();
        if text.is_empty() {
            return String::new();
        }
        if cover == Cover::Hash && hash_in(text).is_some() {
            return text.to_owned();
        }
        self.cells += 1;
        match cover {
            Cover::Empty => String::new(),
            Cover::Hash => format!("{HASH_MARK}{}", self.vault.keyed_hash(&fold(text))),
        }
    }
}

/// The hash that a covered buyer's cell holds.
pub(crate) fn hash_in(cell: &str) -> Option<&str> {
    const DIGITS: usize = 16;
    let hash = cell.trim().strip_prefix(HASH_MARK)?;
    (hash.len() == DIGITS && hash.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(hash)
}

impl Intake {
    /// Frees the raw file of an import of personal data. With `dry` nothing is changed, only
    /// counted. The record of what was done is the caller's.
    ///
    /// # Errors
    /// When the raw file or the disk does not do as asked.
    pub async fn blank(&self, import: &ImportRow, dry: bool) -> Result<Blanked, IntakeError> {
        let silent = |_| {};
        let (raw, sha256) = (self.raw.clone(), import.raw_sha256.clone());
        let plain = blocking(&silent, move |_| raw.unpack(&sha256)).await??;
        let options = options_of(import);
        let store = self.desk.store(&import.store).await?;
        let Ok(examined) = self.examine(plain.path(), &options, store.as_ref(), &silent).await?
        else {
            return Ok(Blanked::stuck("no definition reads this file any more"));
        };
        let work = Work {
            definitions: self.definitions.clone(),
            vault: self.vault.clone(),
            given: Given::new(&options, store.as_ref(), &self.definitions),
            lineage: Lineage { store: import.store.clone(), raw: "0".repeat(16) },
        };
        let (work, examined) = (Arc::new(work), Arc::new(examined));
        let target = self.raw.scratch("blank")?;
        let (own, seen) = (work.clone(), examined.clone());
        let path = target.path().to_owned();
        let blanked = blocking(&silent, move |_| own.rewrite(&seen, &path)).await??;
        if dry || blanked.state != BlankState::Blanked {
            return Ok(blanked);
        }
        let Ok(again) = self.examine(target.path(), &options, store.as_ref(), &silent).await?
        else {
            return Ok(Blanked::stuck("the rewritten file would not be recognised"));
        };
        let same = blocking(&silent, move |_| {
            Ok::<_, IntakeError>(work.content(&examined)? == work.content(&again)?)
        })
        .await??;
        if !same {
            return Ok(Blanked::stuck("rewriting it would change facts"));
        }
        let (raw, sha256) = (self.raw.clone(), import.raw_sha256.clone());
        let path = target.path().to_owned();
        blocking(&silent, move |_| raw.keep_blanked(&sha256, &path)).await??;
        drop(target);
        Ok(blanked)
    }
}

/// What reading needs, for both readings of a file.
struct Work {
    definitions: Arc<Definitions>,
    vault: Vault,
    given: Given,
    lineage: Lineage,
}

impl Work {
    /// Writes the file without personal data to `target`.
    fn rewrite(&self, examined: &Examined, target: &Path) -> Result<Blanked, IntakeError> {
        let failed = |error| IntakeError::file("cannot write", target)(error);
        let mut coverer = Coverer { vault: &self.vault, cells: 0 };
        let written = match &examined.opened {
            Opened::Tables(_) => {
                let personal = self.definitions.personal();
                let covers: Vec<_> =
                    examined.parts.iter().map(|part| covers(part, personal)).collect();
                if covers.iter().all(BTreeMap::is_empty) {
                    return Ok(Blanked::nothing());
                }
                tables(examined, &covers, &mut coverer, target)
            }
            Opened::Json(source) => {
                let definitions: Vec<_> =
                    examined.parts.iter().map(|part| &*part.recognised.definition).collect();
                let plan = json::Plan::of(&definitions, self.definitions.personal());
                document(source, &plan, &mut coverer, target)
            }
        };
        match written {
            Ok(()) if coverer.cells == 0 => Ok(Blanked::nothing()),
            Ok(()) => {
                let (state, cells) = (BlankState::Blanked, coverer.cells);
                Ok(Blanked { state, cells, reason: String::new() })
            }
            Err(Failure::Form(what)) => Ok(Blanked::stuck(format!("{what} cannot be rewritten"))),
            Err(Failure::Io(error)) => Err(failed(error)),
        }
    }

    /// What comes out of a file: a hash over every fact with the row it came from, records, balances,
    /// and the rows that would be left out as copies of others.
    fn content(&self, examined: &Examined) -> Result<Content, IntakeError> {
        let setting = Setting {
            definitions: &self.definitions,
            vault: &self.vault,
            given: &self.given,
            lineage: &self.lineage,
        };
        let mut content = Content::default();
        let mut hashes: BTreeMap<Table, Sha256> = BTreeMap::new();
        let mut after = 0;
        for part in &examined.parts {
            let mut write = |table, facts: RecordBatch| {
                add_rows(hashes.entry(table).or_default(), &facts);
                Ok(())
            };
            let source = Source { examined, part, after, without: None };
            let outcome = pipeline::run(&setting, source, &mut write, &|_| {})?;
            after = outcome.last_row;
            content.records.extend(outcome.records.iter().map(|record| format!("{record:?}")));
            content.balance.extend(outcome.balance.iter().map(|balance| format!("{balance:?}")));
            content.horizon = content.horizon.max(outcome.horizon);
            let copies = outcome.copies.map(|copies| copies.lines.iter().copied().collect());
            content.copies.push(copies.unwrap_or_default());
        }
        content.facts =
            hashes.into_iter().map(|(table, hash)| (table, hash.finalize().to_vec())).collect();
        Ok(content)
    }
}

/// What a file says, in a form that is equal when the file says the same.
#[derive(PartialEq, Eq, Default)]
struct Content {
    facts: BTreeMap<Table, Vec<u8>>,
    records: Vec<String>,
    balance: Vec<String>,
    horizon: Option<i32>,
    /// Lines of each table that are copies of others: a rebuild leaves them out.
    copies: Vec<BTreeSet<u64>>,
}

fn add_rows(hash: &mut Sha256, facts: &RecordBatch) {
    for row in 0..facts.num_rows() {
        for column in facts.columns() {
            if column.is_null(row) {
                hash.update([0]);
                continue;
            }
            let text = array_value_to_string(column, row).unwrap_or_default();
            hash.update([1]);
            hash.update((text.len() as u64).to_le_bytes());
            hash.update(text.as_bytes());
        }
    }
}

/// Why a file was not rewritten.
enum Failure {
    /// The form of the file is one that is not written.
    Form(&'static str),
    Io(io::Error),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<zip::result::ZipError> for Failure {
    fn from(error: zip::result::ZipError) -> Self {
        Self::Io(error.into())
    }
}

/// Which cells of a part are covered, by index.
fn covers(part: &Part, personal: &Personal) -> BTreeMap<usize, Cover> {
    let recognised = &part.recognised;
    let mut covers = BTreeMap::new();
    let mut declared = BTreeSet::new();
    for (column, positions) in recognised.definition.columns.iter().zip(&recognised.positions) {
        let cover = match column.kind {
            ColumnType::Personal => Some(Cover::Empty),
            ColumnType::Buyer => Some(Cover::Hash),
            _ => None,
        };
        for at in positions {
            match cover {
                // A cell that tells who the buyer is counts as that, whatever else it is.
                Some(Cover::Hash) => drop(covers.insert(*at, Cover::Hash)),
                Some(Cover::Empty) => drop(covers.entry(*at).or_insert(Cover::Empty)),
                None => drop(declared.insert(*at)),
            }
        }
    }
    covers.retain(|at, cover| *cover == Cover::Hash || !declared.contains(at));
    for (at, name) in recognised.header.iter().enumerate() {
        if !declared.contains(&at) && !covers.contains_key(&at) && personal.sounds_personal(name) {
            covers.insert(at, Cover::Empty);
        }
    }
    covers
}

/// Writes the recognised tables of a file in the file's own form. Tables that nobody reads are left
/// out: nobody knows what is personal in them, and no fact comes from them.
fn tables(
    examined: &Examined,
    covers: &[BTreeMap<usize, Cover>],
    coverer: &mut Coverer<'_>,
    target: &Path,
) -> Result<(), Failure> {
    let Opened::Tables(all) = &examined.opened else { return Ok(()) };
    let is_sheet =
        |part: &Part| examined.table(part).is_some_and(|table| table.format() == Format::Xlsx);
    let parts: Vec<_> = examined.parts.iter().zip(covers).collect();
    let mut file = io::BufWriter::new(File::create(target)?);
    let first = parts[0].0;
    if parts.iter().all(|(part, _)| is_sheet(part) && part.group == first.group) {
        return sheet::write(examined, &parts, coverer, file);
    }
    if all.len() == 1 {
        table::write(examined, first, parts[0].1, coverer, &mut file)?;
        return Ok(file.flush()?);
    }
    let mut zip = ZipWriter::new(file);
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    let mut books = BTreeSet::new();
    for (part, covers) in &parts {
        if !is_sheet(part) {
            zip.start_file(part.label.clone(), options)?;
            table::write(examined, part, covers, coverer, &mut zip)?;
            continue;
        }
        // The sheets of a workbook are one member, written where the first of them stands.
        if books.insert(part.group) {
            let of_book = parts.iter().filter(|(other, _)| other.group == part.group);
            let sheets: Vec<_> = of_book.copied().collect();
            let mut book = io::Cursor::new(Vec::new());
            sheet::write(examined, &sheets, coverer, &mut book)?;
            let name = part.label.rsplit_once(" › ").map_or(&*part.label, |(member, _)| member);
            zip.start_file(name, options.compression_method(CompressionMethod::Stored))?;
            zip.write_all(book.get_ref())?;
        }
    }
    zip.finish()?.flush()?;
    Ok(())
}

/// Writes a JSON document, in an archive if it came in one.
fn document(
    source: &JsonSource,
    plan: &json::Plan,
    coverer: &mut Coverer<'_>,
    target: &Path,
) -> Result<(), Failure> {
    let text =
        source.whole().map_err(|_| Failure::Form("a JSON file that cannot be read whole"))?;
    let covered = plan.cover(&text, coverer);
    if !source.is_in_archive() {
        return Ok(std::fs::write(target, covered)?);
    }
    let mut zip = ZipWriter::new(io::BufWriter::new(File::create(target)?));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    zip.start_file(source.label(), options)?;
    zip.write_all(covered.as_bytes())?;
    zip.finish()?.flush()?;
    Ok(())
}
