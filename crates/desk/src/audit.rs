//! The audit log: who did what to which record, append-only and hash-chained.
//!
//! Each entry's hash covers the entry before it, so a changed, removed or inserted row is found by
//! [`Desk::verify_audit`]. Whoever can rewrite the whole table can also rewrite the chain: keep the
//! `(entries, hash)` that it returns somewhere else from time to time.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect,
};
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::{
    Desk, DeskError, Result,
    database::Write,
    rows::{audit, audit_head},
    values::{hex, instant, json},
};

/// How many entries are held in memory while the chain is followed.
const VERIFY_PAGE_ROWS: u64 = 5_000;

/// One entry of the audit log.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct AuditEntry {
    pub id: i64,
    pub at: DateTime<Utc>,
    pub who: String,
    /// What was done, in the past tense: `imported`, `costs_saved`, `signed_in`.
    pub action: String,
    /// To what, as `kind:id`.
    pub subject: String,
    pub detail: Value,
    pub hash: String,
}

/// The state of a chain that was found whole.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct AuditState {
    pub entries: i64,
    /// Hash of the newest entry.
    pub hash: String,
}

/// The end of the chain during a write.
pub(crate) struct Chain {
    seq: i64,
    hash: String,
    saved_seq: i64,
}

impl Chain {
    /// The newest entry.
    pub(crate) fn seq(&self) -> i64 {
        self.seq
    }
}

impl From<audit_head::Model> for Chain {
    fn from(head: audit_head::Model) -> Self {
        Self { seq: head.seq, hash: head.hash, saved_seq: head.seq }
    }
}

impl Chain {
    pub(crate) async fn save(&self, tx: &DatabaseTransaction) -> Result<()> {
        if self.seq == self.saved_seq {
            return Ok(());
        }
        let head = audit_head::ActiveModel {
            id: Set(1),
            seq: Set(self.seq),
            hash: Set(self.hash.clone()),
        };
        audit_head::Entity::update(head).exec_without_returning(tx).await?;
        Ok(())
    }
}

impl Write {
    /// Adds an entry to the log, in the transaction of the change that it tells.
    pub(crate) async fn audit(
        &mut self,
        who: &str,
        action: &str,
        subject: &str,
        detail: Value,
    ) -> Result<()> {
        let mut row = audit::Model {
            id: self.chain.seq + 1,
            at_us: self.now_us(),
            who: who.to_owned(),
            action: action.to_owned(),
            subject: subject.to_owned(),
            detail: detail.to_string(),
            previous: self.chain.hash.clone(),
            hash: String::new(),
        };
        row.hash = hash_of(&row);
        self.chain.seq = row.id;
        self.chain.hash.clone_from(&row.hash);
        let row = audit::ActiveModel::from(row).reset_all();
        audit::Entity::insert(row).exec_without_returning(&self.tx).await?;
        Ok(())
    }
}

impl Desk {
    /// The newest entries, or those before entry `before`.
    ///
    /// # Errors
    /// [`DeskError::Database`].
    pub async fn audit(&self, before: Option<i64>, limit: u64) -> Result<Vec<AuditEntry>> {
        let mut query = audit::Entity::find().order_by_desc(audit::Column::Id).limit(limit);
        if let Some(before) = before {
            query = query.filter(audit::Column::Id.lt(before));
        }
        query.all(&self.db).await?.into_iter().map(entry).collect()
    }

    /// What was done after entry `after`, the first entry first.
    ///
    /// # Errors
    /// [`DeskError::Database`].
    pub async fn audit_after(&self, after: i64, limit: u64) -> Result<Vec<AuditEntry>> {
        let rows = audit::Entity::find()
            .filter(audit::Column::Id.gt(after))
            .order_by_asc(audit::Column::Id)
            .limit(limit)
            .all(&self.db)
            .await?;
        rows.into_iter().map(entry).collect()
    }

    /// What was done to one record (`task:12`), the first entry first.
    ///
    /// # Errors
    /// [`DeskError::Database`].
    pub async fn audit_of(&self, subject: &str) -> Result<Vec<AuditEntry>> {
        let rows = audit::Entity::find()
            .filter(audit::Column::Subject.eq(subject))
            .order_by_asc(audit::Column::Id)
            .all(&self.db)
            .await?;
        rows.into_iter().map(entry).collect()
    }

    /// Follows the chain from the first entry to the last.
    ///
    /// # Errors
    /// [`DeskError::Damaged`] names the first entry that is not as it was written.
    pub async fn verify_audit(&self) -> Result<AuditState> {
        // The end is read first: entries that are added meanwhile lie behind it.
        let head = audit_head::Entity::find_by_id(1).one(&self.db).await?;
        let head = head.ok_or_else(|| broken(0, "its end is missing"))?;
        let mut seq = 0;
        let mut hash = "0".repeat(64);
        while seq < head.seq {
            let page = audit::Entity::find()
                .filter(audit::Column::Id.gt(seq))
                .filter(audit::Column::Id.lte(head.seq))
                .order_by_asc(audit::Column::Id)
                .limit(VERIFY_PAGE_ROWS)
                .all(&self.db)
                .await?;
            if page.is_empty() {
                return Err(broken(seq + 1, "it and all later entries are missing"));
            }
            for row in page {
                check(&row, seq + 1, &hash)?;
                seq = row.id;
                hash = row.hash;
            }
        }
        if hash != head.hash {
            return Err(broken(seq, "its hash is not the one kept beside the log"));
        }
        self.refuse_entries_behind_the_end().await?;
        Ok(AuditState { entries: seq, hash })
    }

    /// A forged entry put behind the end; the newest entry is read before the end, since an honest
    /// write moves both at once.
    async fn refuse_entries_behind_the_end(&self) -> Result<()> {
        let newest = audit::Entity::find().order_by_desc(audit::Column::Id).one(&self.db).await?;
        let head = audit_head::Entity::find_by_id(1).one(&self.db).await?;
        match (newest, head) {
            (Some(newest), Some(head)) if newest.id > head.seq => {
                Err(broken(newest.id, "it was put in without the chain"))
            }
            _ => Ok(()),
        }
    }
}

fn check(row: &audit::Model, expected_id: i64, previous: &str) -> Result<()> {
    if row.id != expected_id {
        return Err(broken(expected_id, "the entry is missing"));
    }
    if row.previous != previous {
        return Err(broken(row.id, "it does not follow the entry before it"));
    }
    if row.hash != hash_of(row) {
        return Err(broken(row.id, "its content is not what was written"));
    }
    Ok(())
}

fn broken(id: i64, why: &str) -> DeskError {
    DeskError::Damaged(format!(
        "the audit log was changed at entry {id}: {why}; compare it with a backup and find out who \
         can write to the database"
    ))
}

/// SHA-256 over the hash before and each field with its length, so that no two entries look alike.
fn hash_of(row: &audit::Model) -> String {
    let mut hash = Sha256::new();
    hash.update(row.previous.as_bytes());
    hash.update(row.id.to_le_bytes());
    hash.update(row.at_us.to_le_bytes());
    for field in [&row.who, &row.action, &row.subject, &row.detail] {
        hash.update((field.len() as u64).to_le_bytes());
        hash.update(field.as_bytes());
    }
    hex(&hash.finalize())
}

fn entry(row: audit::Model) -> Result<AuditEntry> {
    Ok(AuditEntry {
        id: row.id,
        at: instant(row.at_us)?,
        who: row.who,
        action: row.action,
        subject: row.subject,
        detail: json(&row.detail)?,
        hash: row.hash,
    })
}
