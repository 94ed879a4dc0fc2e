//! Files attached to tasks: sealed by the vault in a folder of the home, told by rows of the desk.
//!
//! Only kinds that no browser runs are taken, told by their bytes and not by their names.

use std::{
    fs,
    io::{Read as _, Write as _},
    path::Path,
};

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder,
};
use serde_json::json;

use crate::{
    Desk, DeskError, Result, Vault,
    rows::attachment,
    tasks,
    values::{hex, instant, sha256_hex, signed, title, unsigned},
    vault::random_bytes,
};

/// The largest file, in bytes.
pub const BYTES_MAX: usize = 20 << 20;
/// Files one task may have.
const FILES_MAX: usize = 50;

/// A file about to be attached.
#[derive(Clone, Copy, Debug)]
pub struct NewAttachment<'a> {
    pub name: &'a str,
    pub bytes: &'a [u8],
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Attachment {
    pub id: i64,
    pub task: i64,
    pub name: String,
    pub media_type: String,
    pub bytes: u64,
    pub who: String,
    pub at: DateTime<Utc>,
    file: String,
    sha256: String,
}

impl Desk {
    /// Seals a file into `folder` and attaches it to a task.
    ///
    /// # Errors
    /// [`DeskError::Wrong`] for a file that is too large, empty or of a kind that is not taken,
    /// [`DeskError::NotFound`], [`DeskError::File`].
    pub async fn attach(
        &self,
        task: i64,
        new: NewAttachment<'_>,
        (vault, folder): (&Vault, &Path),
        who: &str,
    ) -> Result<Attachment> {
        let name = title(("the name of the file", "文件名"), new.name)?;
        let media_type = checked(&name, new.bytes)?;
        let mut write = self.write().await?;
        write.task_row(task).await?;
        let there = attachment::Entity::find()
            .filter(attachment::Column::TaskId.eq(task))
            .all(&write.tx)
            .await?;
        if there.len() >= FILES_MAX {
            return Err(DeskError::wrong(
                format!("a task has at most {FILES_MAX} files"),
                format!("一个任务最多 {FILES_MAX} 个附件"),
            ));
        }
        let file = hex(random_bytes::<16>().as_slice());
        let path = folder.join(&file);
        seal(vault, &path, new.bytes)
            .map_err(|source| DeskError::File { path: path.clone(), source })?;
        let row = attachment::ActiveModel {
            id: NotSet,
            task_id: Set(task),
            name: Set(name.clone()),
            media_type: Set(media_type.to_owned()),
            bytes: Set(signed(new.bytes.len() as u64)),
            sha256: Set(sha256_hex(new.bytes)),
            file: Set(file),
            who: Set(who.to_owned()),
            at_us: Set(write.now_us()),
        };
        let id = attachment::Entity::insert(row).exec(&write.tx).await?.last_insert_id;
        let detail = json!({ "attachment": id, "bytes": new.bytes.len() });
        write.audit(who, "task_file_added", &tasks::subject(task), detail).await?;
        write.commit().await?;
        self.attachment(task, id).await
    }

    /// The files of a task, the oldest first.
    ///
    /// # Errors
    /// [`DeskError::Database`].
    pub async fn attachments(&self, task: i64) -> Result<Vec<Attachment>> {
        let rows = attachment::Entity::find()
            .filter(attachment::Column::TaskId.eq(task))
            .order_by_asc(attachment::Column::Id)
            .all(&self.db)
            .await?;
        rows.into_iter().map(from_row).collect()
    }

    /// One file of a task.
    ///
    /// # Errors
    /// [`DeskError::NotFound`], also when it is another task's.
    pub async fn attachment(&self, task: i64, id: i64) -> Result<Attachment> {
        let row = attachment::Entity::find_by_id(id)
            .filter(attachment::Column::TaskId.eq(task))
            .one(&self.db)
            .await?;
        row.map(from_row).transpose()?.ok_or_else(|| DeskError::not_found("attachment", id))
    }

    /// Takes a file away for good.
    ///
    /// # Errors
    /// [`DeskError::NotFound`], [`DeskError::File`] when it cannot be removed; then it is still told.
    pub async fn detach(&self, task: i64, id: i64, folder: &Path, who: &str) -> Result<()> {
        let found = self.attachment(task, id).await?;
        let mut write = self.write().await?;
        attachment::Entity::delete_by_id(id).exec(&write.tx).await?;
        let detail = json!({ "attachment": id });
        write.audit(who, "task_file_removed", &tasks::subject(task), detail).await?;
        let path = folder.join(&found.file);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(DeskError::File { path, source: error });
            }
            _ => {}
        }
        write.commit().await
    }
}

impl Attachment {
    /// The bytes as they were attached.
    ///
    /// # Errors
    /// [`DeskError::File`] when the file is away, [`DeskError::Damaged`] when it was changed.
    pub fn open(&self, vault: &Vault, folder: &Path) -> Result<Vec<u8>> {
        let path = folder.join(&self.file);
        let failed = |source| DeskError::File { path: path.clone(), source };
        let sealed = fs::File::open(&path).map_err(failed)?;
        let mut bytes = Vec::new();
        let read = vault.open_reader(sealed).and_then(|mut open| open.read_to_end(&mut bytes));
        match read {
            Err(error) if error.kind() == std::io::ErrorKind::InvalidData => {
                Err(DeskError::Damaged(format!("the attachment `{}`: {error}", self.name)))
            }
            Err(error) => Err(failed(error)),
            Ok(_) if sha256_hex(&bytes) != self.sha256 => Err(DeskError::Damaged(format!(
                "the attachment `{}` is another file than the one attached; put back its backup",
                self.name
            ))),
            Ok(_) => Ok(bytes),
        }
    }
}

fn seal(vault: &Vault, path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(folder)?;
    }
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut sealed = vault.seal_writer(options.open(path)?)?;
    sealed.write_all(bytes)?;
    sealed.finish()?.sync_all()
}

/// The kind of a file, when it is one that is taken.
fn checked(name: &str, bytes: &[u8]) -> Result<&'static str> {
    if bytes.is_empty() {
        return Err(DeskError::wrong(format!("`{name}` is empty"), format!("`{name}` 是空文件")));
    }
    if bytes.len() > BYTES_MAX {
        let mib = BYTES_MAX >> 20;
        return Err(DeskError::wrong(
            format!("`{name}` is larger than {mib} MiB"),
            format!("`{name}` 超过 {mib} MiB"),
        ));
    }
    kind_of(name, bytes).ok_or_else(|| {
        DeskError::wrong(
            format!("`{name}` is of a kind that is not taken; use PNG, JPEG, GIF, WebP, PDF, XLSX, DOCX, CSV or plain text"),
            format!("不支持 `{name}` 的文件类型；请使用 PNG、JPEG、GIF、WebP、PDF、XLSX、DOCX、CSV 或纯文本"),
        )
    })
}

fn kind_of(name: &str, bytes: &[u8]) -> Option<&'static str> {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase());
    let ending = ending.unwrap_or_default();
    let kinds: [(&[u8], &[&str], &str); 5] = [
        (b"\x89PNG\r\n\x1a\n", &["png"], "image/png"),
        (b"\xff\xd8\xff", &["jpg", "jpeg"], "image/jpeg"),
        (b"GIF8", &["gif"], "image/gif"),
        (b"%PDF-", &["pdf"], "application/pdf"),
        (b"PK\x03\x04", &["xlsx", "docx"], "application/vnd.openxmlformats-officedocument"),
    ];
    for (begin, endings, media_type) in kinds {
        if bytes.starts_with(begin) {
            return endings.contains(&ending.as_str()).then_some(media_type);
        }
    }
    if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        return (ending == "webp").then_some("image/webp");
    }
    let is_text = ["txt", "csv", "tsv", "md"].contains(&ending.as_str());
    let plain = std::str::from_utf8(bytes).is_ok_and(|text| !text.contains('\0'));
    (is_text && plain).then_some("text/plain; charset=utf-8")
}

fn from_row(row: attachment::Model) -> Result<Attachment> {
    Ok(Attachment {
        id: row.id,
        task: row.task_id,
        name: row.name,
        media_type: row.media_type,
        bytes: unsigned(row.bytes),
        who: row.who,
        at: instant(row.at_us)?,
        file: row.file,
        sha256: row.sha256,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_runs_is_no_attachment_whatever_it_is_called() {
        assert_eq!(kind_of("a.png", b"<svg onload=alert(1)>"), None);
        assert_eq!(kind_of("a.html", b"<script>"), None);
        assert_eq!(kind_of("a.svg", b"<svg/>"), None);
        assert_eq!(kind_of("a.exe", b"MZ\x90\0"), None);
        assert_eq!(kind_of("a.html", b"%PDF-1.7"), None);
        assert_eq!(kind_of("报价.PDF", b"%PDF-1.7"), Some("application/pdf"));
        assert_eq!(kind_of("notes.txt", b"plain"), Some("text/plain; charset=utf-8"));
    }
}
