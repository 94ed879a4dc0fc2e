//! Reading records from the ground of a chapter.

use argosy_desk::Record;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::face::{ChapterError, Ground};

/// A record with its body as a type of the chapter.
#[derive(Clone, PartialEq, Debug)]
pub struct Typed<T> {
    pub record: Record,
    pub body: T,
}

impl Ground<'_> {
    /// All records of a kind by key.
    ///
    /// # Errors
    /// [`ChapterError::Unknown`] for a kind that does not exist, [`ChapterError::Desk`].
    pub async fn records(&self, kind: &str) -> Result<Vec<Record>, ChapterError> {
        self.knows(kind)?;
        Ok(self.desk.records(kind).await?)
    }

    /// All records of a kind by key, with their bodies as `T`.
    ///
    /// # Errors
    /// As [`Self::records`]; [`ChapterError::Told`] names a record that does not fit `T`.
    pub async fn typed<T: DeserializeOwned>(
        &self,
        kind: &str,
    ) -> Result<Vec<Typed<T>>, ChapterError> {
        self.records(kind).await?.into_iter().map(typed).collect()
    }

    /// One record.
    ///
    /// # Errors
    /// [`ChapterError::Unknown`] when there is no such kind or record, [`ChapterError::Desk`].
    pub async fn record(&self, kind: &str, id: &str) -> Result<Record, ChapterError> {
        self.knows(kind)?;
        let found = self.desk.record(kind, id).await?;
        found.ok_or_else(|| ChapterError::Unknown { what: "record", id: format!("{kind} {id}") })
    }

    fn knows(&self, kind: &str) -> Result<(), ChapterError> {
        match self.kinds.get(kind) {
            Some(_) => Ok(()),
            None => Err(ChapterError::Unknown { what: "kind", id: kind.to_owned() }),
        }
    }
}

/// A record with its body as `T`.
///
/// # Errors
/// [`ChapterError::Told`] names the record when it does not fit.
pub fn typed<T: DeserializeOwned>(record: Record) -> Result<Typed<T>, ChapterError> {
    match serde_json::from_value(Value::Object(record.body.clone())) {
        Ok(body) => Ok(Typed { record, body }),
        Err(error) => {
            let (kind, id) = (&record.kind, &record.id);
            Err(ChapterError::told(
                format!("{kind} `{id}` cannot be used as it is: {error}; open and save it again"),
                format!("{kind} `{id}` 的内容无法使用：{error}；请打开该记录并重新保存"),
            ))
        }
    }
}
