//! The records of products, purchasing and stock as types, read from their bodies.
//!
//! What a kind requires is a plain value here, everything else an `Option`. Numbers are exact.

pub mod buying;
pub mod goods;
pub mod item;
pub mod supply;

use argosy_chapter::{
    face::{ChapterError, Draft},
    kind::Body,
};
use argosy_desk::Record;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A record with its body as a type.
#[derive(Clone, PartialEq, Debug)]
pub struct Of<T> {
    pub id: String,
    /// Empty when its kind has no states.
    pub state: String,
    pub body: T,
}

impl<T> Of<T> {
    pub fn is(&self, states: &[&str]) -> bool {
        states.contains(&self.state.as_str())
    }
}

/// Reads a body.
///
/// # Errors
/// [`ChapterError::Told`] names the record and what does not fit.
pub fn typed<T: DeserializeOwned>(
    kind: &str,
    id: &str,
    state: Option<&str>,
    body: &Body,
) -> Result<Of<T>, ChapterError> {
    let body = serde_json::from_value(Value::Object(body.clone())).map_err(|wrong| {
        ChapterError::told(
            format!("{kind} `{id}` cannot be read: {wrong}; open it and save it again"),
            format!("{kind}「{id}」无法读取：{wrong}；请打开并重新保存"),
        )
    })?;
    Ok(Of { id: id.to_owned(), state: state.unwrap_or_default().to_owned(), body })
}

/// As [`typed`], of a stored record.
///
/// # Errors
/// As [`typed`].
pub fn of_record<T: DeserializeOwned>(record: &Record) -> Result<Of<T>, ChapterError> {
    typed(&record.kind, &record.id, record.state.as_deref(), &record.body)
}

/// As [`typed`], of a record about to be stored.
///
/// # Errors
/// As [`typed`].
pub fn of_draft<T: DeserializeOwned>(draft: &Draft) -> Result<Of<T>, ChapterError> {
    typed(&draft.kind, &draft.id, draft.state.as_deref(), &draft.body)
}
