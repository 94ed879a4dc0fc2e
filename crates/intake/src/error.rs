//! What can fail while taking reports in. What is wrong with a *report* is a `Problem`, not this.

use std::{io, path::PathBuf};

use argosy_desk::DeskError;
use argosy_facts::FactsError;

/// An operation that did not happen.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// The desk did not take the record; on a conflict the work may be repeated.
    #[error(transparent)]
    Desk(#[from] DeskError),
    /// Facts could not be written or read.
    #[error(transparent)]
    Facts(#[from] FactsError),
    /// A file of the home folder or the report itself could not be read or written.
    #[error("{what} `{}`: {source}", .path.display())]
    File { what: &'static str, path: PathBuf, source: io::Error },
    /// A raw file is missing or damaged; the text says which and what to do.
    #[error("{0}")]
    Damaged(String),
    /// There is no such import or line.
    #[error("{0}")]
    NotFound(String),
    /// What was asked for cannot be done as things stand; the text says why and what to do.
    #[error("{0}")]
    Refused(String),
    /// The reader met a mistake of its own; the process and other files are not harmed.
    #[error(
        "reading stopped by a mistake of Argosy's own: {0}; please report it with the file's header"
    )]
    Stopped(String),
}

impl IntakeError {
    pub(crate) fn file(
        what: &'static str,
        path: impl Into<PathBuf>,
    ) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { what, path, source }
    }
}
