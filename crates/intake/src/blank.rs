//! Personal data out of raw files when its time is over, without any fact changing.
//!
//! A raw file is rewritten in its own form: personal cells become empty, a buyer becomes the keyed
//! hash that facts already carry (`argosy-hash:…`), all other cells and all line numbers stay. The
//! rewritten file is read by the same rooms before it takes the old one's place: unless every fact
//! comes out equal, the file stays as it was and is listed as stuck.

mod json;
mod sheet;
mod table;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    io::{self, Read, Write},
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
    decode::{Format, Opened},
    definition::{ColumnType, Definitions},
    import::{blocking, options_of},
    parts::{Examined, Part},
    pipeline::{self, Setting, Source},
    rows::Given,
    source_line::sounds_personal,
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
        let (own, seen, source) = (work.clone(), examined.clone(), plain.path().to_owned());
        let path = target.path().to_owned();
        let blanked = blocking(&silent, move |_| own.rewrite(&seen, &source, &path)).await??;
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
    fn rewrite(
        &self,
        examined: &Examined,
        source: &Path,
        target: &Path,
    ) -> Result<Blanked, IntakeError> {
        let failed = |error| IntakeError::file("cannot write", target)(error);
        let mut coverer = Coverer { vault: &self.vault, cells: 0 };
        let written = match &examined.opened {
            Opened::Tables(_) => {
                let covers: Vec<_> = examined.parts.iter().map(covers).collect();
                if covers.iter().all(BTreeMap::is_empty) {
                    return Ok(Blanked::nothing());
                }
                tables(examined, &covers, &mut coverer, target)
            }
            Opened::Json(_) => {
                let definitions: Vec<_> =
                    examined.parts.iter().map(|part| &*part.recognised.definition).collect();
                let plan = json::Plan::of(&definitions);
                match text_of(source).map_err(failed)? {
                    Some(text) => {
                        let covered = plan.cover(&text, &mut coverer);
                        std::fs::write(target, covered).map_err(failed)?;
                        Ok(())
                    }
                    None => Err(Failure::Form("a JSON file inside an archive")),
                }
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

    /// A hash over every fact and record that comes out of a file, rows included.
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
fn covers(part: &Part) -> BTreeMap<usize, Cover> {
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
        if !declared.contains(&at) && !covers.contains_key(&at) && sounds_personal(name) {
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
    let sheets = all.iter().any(|table| table.format() == Format::Xlsx);
    let parts: Vec<_> = examined.parts.iter().zip(covers).collect();
    let file = io::BufWriter::new(File::create(target)?);
    if sheets {
        if all.iter().any(|table| table.format() != Format::Xlsx) {
            return Err(Failure::Form("an archive of workbooks and texts"));
        }
        if examined.parts.iter().any(|part| part.group != examined.parts[0].group) {
            return Err(Failure::Form("an archive of several workbooks"));
        }
        return sheet::write(examined, &parts, coverer, file);
    }
    if all.len() == 1 {
        let mut file = file;
        table::write(examined, parts[0].0, parts[0].1, coverer, &mut file)?;
        return Ok(file.flush()?);
    }
    let mut zip = ZipWriter::new(file);
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (part, covers) in parts {
        zip.start_file(part.label.clone(), options)?;
        table::write(examined, part, covers, coverer, &mut zip)?;
    }
    zip.finish()?.flush()?;
    Ok(())
}

/// The text of a plain or gzipped file; `None` for an archive.
fn text_of(path: &Path) -> io::Result<Option<String>> {
    const GZIP: [u8; 2] = [0x1f, 0x8b];
    let mut bytes = Vec::new();
    File::open(path)?.read_to_end(&mut bytes)?;
    if bytes.starts_with(b"PK") {
        return Ok(None);
    }
    if bytes.starts_with(&GZIP) {
        let mut plain = Vec::new();
        flate2::read::MultiGzDecoder::new(bytes.as_slice()).read_to_end(&mut plain)?;
        bytes = plain;
    }
    Ok(String::from_utf8(bytes).ok())
}
