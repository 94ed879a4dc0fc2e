//! Why a command or the server could not go on.

use std::{io, path::PathBuf};

use argosy_kernel::Diagnostic;

/// An operation of the binary that did not happen.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(
        "there is no Argosy home at {0}; make one with `argosy init`, or name another with --home"
    )]
    NoHome(PathBuf),
    #[error("{file}: {message}", file = file.display())]
    Config { file: PathBuf, message: String },
    #[error("{path}: {source}", path = path.display())]
    Io { path: PathBuf, source: io::Error },
    #[error("{} knowledge file(s) are wrong; `argosy check` shows where", .0.len())]
    Knowledge(Vec<Diagnostic>),
    #[error(transparent)]
    Desk(#[from] argosy_desk::DeskError),
    #[error(transparent)]
    Facts(#[from] argosy_facts::FactsError),
    #[error(transparent)]
    Intake(#[from] argosy_intake::IntakeError),
    #[error(transparent)]
    Ask(#[from] argosy_metrics::AskError),
    #[error(transparent)]
    Question(#[from] crate::analytics::QuestionError),
    /// What was asked for makes no sense as it stands; the sentence says what to do.
    #[error("{0}")]
    Usage(String),
}
