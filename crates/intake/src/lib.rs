//! Bytes to facts: receive → recognise → decode → translate → balance → append.
//!
//! The face is [`Intake`]: [`Intake::import`] takes a report in, [`Intake::walk`] shows what each
//! room would make of it, [`Intake::rebuild`] makes all facts anew from the raw files, and
//! [`Intake::source_line`] leads from a fact back to the line it came from.
//!
//! **Invariants**
//! - The bytes are kept before anything is read from them; facts can always be made again.
//! - A report is known by what stands in it, never by its name.
//! - Nothing is dropped in silence: a row is in the facts, or a [`argosy_kernel::Problem`] names it.
//! - One import is one transaction at the desk: a reader sees all of it or nothing.
//! - Personal columns are never decoded; a buyer is a keyed hash.

#![expect(
    clippy::result_large_err,
    reason = "a problem is a message to a person, made once per file or bad cell"
)]

pub mod balance;
mod blank;
mod copies;
pub mod decode;
pub mod definition;
mod drift;
mod error;
mod import;
mod manifest;
mod options;
mod parts;
pub mod personal;
mod pipeline;
mod problems;
pub mod raw;
mod rebuild;
pub mod recognise;
mod records;
mod report;
mod rows;
mod runs;
mod settle;
mod source_line;
pub mod translate;
mod undo;
mod walk;
mod wholeness;
mod words;

use std::{path::Path, sync::Arc};

use argosy_desk::{Clock, Desk, SystemClock, Vault};
use argosy_facts::FactStore;

pub use blank::Blanked;
pub use definition::Definitions;
pub use error::IntakeError;
pub use problems::Problems;
pub use rebuild::RebuildReport;
pub use report::{ImportOptions, ImportReport, PartReport, Progress, Step};
pub use source_line::SourceLine;
pub use undo::Undone;
pub use walk::{SampleTable, Walk, WalkPart};

/// The room that takes reports in. Cheap to clone; clones share everything.
#[derive(Clone)]
pub struct Intake {
    facts: FactStore,
    desk: Desk,
    definitions: Arc<Definitions>,
    vault: Vault,
    raw: raw::RawStore,
    clock: Arc<dyn Clock>,
    /// Held from reading the manifest to committing it: imports of one process never collide.
    commits: Arc<tokio::sync::Mutex<()>>,
}

impl Intake {
    pub fn new(
        home: &Path,
        facts: FactStore,
        desk: Desk,
        definitions: Arc<Definitions>,
        vault: Vault,
    ) -> Self {
        let raw = raw::RawStore::new(home, vault.clone());
        let clock = Arc::new(SystemClock);
        Self { facts, desk, definitions, vault, raw, clock, commits: Arc::default() }
    }

    /// Refuses files with more bytes; 4 GiB when not set.
    #[must_use]
    pub fn with_limit(mut self, bytes_max: u64) -> Self {
        self.raw = self.raw.with_limit(bytes_max);
        self
    }

    /// Tells the time by another clock than the machine's.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// The same room with other definitions: those that were just saved.
    #[must_use]
    pub fn with_definitions(&self, definitions: Arc<Definitions>) -> Self {
        Self { definitions, ..self.clone() }
    }

    pub fn definitions(&self) -> &Arc<Definitions> {
        &self.definitions
    }

    pub fn raw(&self) -> &raw::RawStore {
        &self.raw
    }
}
