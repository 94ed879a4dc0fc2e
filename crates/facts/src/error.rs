//! What can fail in the fact store.

use datafusion::{arrow::error::ArrowError, error::DataFusionError};
use parquet::errors::ParquetError;

/// An operation on facts that did not happen.
#[derive(Debug, thiserror::Error)]
pub enum FactsError {
    /// A file of the facts folder could not be read or written; the path is in the message.
    #[error("{what} `{path}`: {source}")]
    File { what: &'static str, path: String, source: std::io::Error },
    /// A fact file is damaged; `argosy rebuild` makes it anew from the raw reports.
    #[error("fact file `{path}` cannot be read: {source}; `argosy rebuild` makes it anew")]
    Damaged { path: String, source: ParquetError },
    /// The question was wrong: a syntax error, an unknown column.
    #[error("{0}")]
    Query(String),
    /// The question ran past a limit of time, memory or rows.
    #[error("{0}")]
    Limit(String),
    /// Batches do not have the shape of their table: a mistake of the program.
    #[error("facts of the wrong shape: {0}")]
    Shape(#[from] ArrowError),
    #[error("background work stopped: {0}")]
    Stopped(#[from] tokio::task::JoinError),
}

impl From<DataFusionError> for FactsError {
    fn from(error: DataFusionError) -> Self {
        match error.find_root() {
            DataFusionError::ResourcesExhausted(text) => Self::Limit(format!(
                "the question needs more memory than allowed ({text}); ask for fewer rows or days"
            )),
            _ => Self::Query(error.strip_backtrace()),
        }
    }
}
