//! Who looked into the files as received. They hold what facts leave out, so every look is noted.

use sea_orm::EntityTrait;
use serde_json::Value;

use crate::{Desk, Result, rows::import};

impl Desk {
    /// Notes in the audit log that somebody read raw files: `subject` says which (`import:12`, or
    /// `raw:all` for a rebuild), `detail` why and how much.
    ///
    /// # Errors
    /// [`crate::DeskError::Database`]; then nothing must be shown.
    pub async fn note_raw_access(&self, who: &str, subject: &str, detail: Value) -> Result<()> {
        let mut write = self.write().await?;
        write.audit(who, "raw_read", subject, detail).await?;
        write.commit().await
    }

    /// Notes in the audit log what was done outside the desk: a definition saved as a file.
    ///
    /// # Errors
    /// [`crate::DeskError::Database`].
    pub async fn note(&self, who: &str, action: &str, subject: &str) -> Result<()> {
        let mut write = self.write().await?;
        write.audit(who, action, subject, Value::Null).await?;
        write.commit().await
    }

    /// Whether there was ever a commit (import, rebuild, undo) with this id.
    ///
    /// # Errors
    /// [`crate::DeskError::Database`].
    pub async fn has_commit(&self, id: i64) -> Result<bool> {
        Ok(import::Entity::find_by_id(id).one(&self.db).await?.is_some())
    }
}
