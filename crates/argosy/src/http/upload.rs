//! Files on their way in: streamed to private files in the home, one background job each.

use std::{
    fs::OpenOptions,
    path::{Path, PathBuf},
};

use axum::extract::{Multipart, multipart::Field};
use chrono::NaiveDate;
use tokio::io::AsyncWriteExt as _;

use crate::{
    app::App,
    http::error::{ApiError, Code},
    jobs::ImportJob,
    receive::Given,
};

/// A field is a name or a day; more is a mistake or an attack.
const FIELD_BYTES_MAX: usize = 1_000;
/// A mapping names every column of a table.
const DRAFT_BYTES_MAX: usize = 500_000;
const FILES_MAX: usize = 200;

/// A form received whole.
#[derive(Default)]
pub(super) struct Upload {
    pub(super) files: Vec<UploadedFile>,
    pub(super) given: Given,
    /// The draft of a mapping, as JSON.
    pub(super) draft: Option<String>,
}

/// A file on our disk, removed with this value unless a job has taken it over.
pub(super) struct UploadedFile {
    pub(super) name: String,
    path: Option<PathBuf>,
}

impl UploadedFile {
    pub(super) fn path(&self) -> &Path {
        self.path.as_deref().unwrap_or(Path::new(""))
    }
}

impl Drop for UploadedFile {
    fn drop(&mut self) {
        if let Some(path) = &self.path
            && let Err(error) = std::fs::remove_file(path)
        {
            tracing::warn!(path = %path.display(), %error, "an uploaded file stays");
        }
    }
}

impl Upload {
    /// Reads the whole form; files and fields may come in any order.
    pub(super) async fn receive(app: &App, mut form: Multipart) -> Result<Self, ApiError> {
        let mut upload = Self::default();
        while let Some(field) = form.next_field().await? {
            let name = field.name().unwrap_or_default().to_owned();
            if name == "file" {
                if upload.files.len() == FILES_MAX {
                    let detail = format!("at most {FILES_MAX} files at once");
                    return Err(ApiError::new(Code::TooLarge, detail));
                }
                upload.files.push(store(app, field).await?);
                continue;
            }
            if name == "draft" {
                let text = short_text(field, DRAFT_BYTES_MAX).await?;
                upload.draft = Some(text).filter(|text| !text.is_empty());
                continue;
            }
            let text = short_text(field, FIELD_BYTES_MAX).await?;
            if !text.is_empty() {
                set(&mut upload.given, &name, text)?;
            }
        }
        if upload.files.is_empty() {
            return Err(ApiError::invalid("the form has no `file`"));
        }
        upload.given.check(app)?;
        Ok(upload)
    }

    /// The one file of a form that takes one.
    pub(super) fn only_file(&self) -> Result<&UploadedFile, ApiError> {
        match self.files.as_slice() {
            [file] => Ok(file),
            _ => Err(ApiError::invalid("send one file at a time here")),
        }
    }

    /// One job per file; the files belong to the jobs from now on.
    pub(super) fn into_jobs(mut self, may_edit: bool) -> Vec<ImportJob> {
        let given = self.given.clone();
        self.files
            .iter_mut()
            .map(|file| ImportJob {
                path: file.path.take().unwrap_or_default(),
                file_name: std::mem::take(&mut file.name),
                store: given.store.clone(),
                market: given.market.clone(),
                channel: given.channel.clone(),
                period_from: given.from,
                period_to: given.to,
                replace: given.replace,
                may_edit,
            })
            .collect()
    }
}

/// Notes one field of the form.
fn set(given: &mut Given, name: &str, text: String) -> Result<(), ApiError> {
    let day = |text: &str| {
        text.parse::<NaiveDate>().map(Some).map_err(|_| {
            ApiError::invalid(format!("`{name}` is `{text}`; write a day as 2026-06-30"))
        })
    };
    match name {
        "replace" => given.replace = matches!(text.as_str(), "true" | "1" | "yes"),
        "store" => given.store = Some(text),
        "market" => given.market = Some(text),
        "channel" => given.channel = Some(text),
        "period_from" => given.from = day(&text)?,
        "period_to" => given.to = day(&text)?,
        _ => {
            let detail = format!("the form has an unknown field `{name}`");
            return Err(ApiError::invalid(detail));
        }
    }
    Ok(())
}

async fn short_text(mut field: Field<'_>, bytes_max: usize) -> Result<String, ApiError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > bytes_max {
            return Err(ApiError::new(Code::TooLarge, "a field of the form is too long"));
        }
    }
    let text = String::from_utf8(bytes)
        .map_err(|_| ApiError::new(Code::BadRequest, "a field of the form is not UTF-8"))?;
    Ok(text.trim().to_owned())
}

async fn store(app: &App, mut field: Field<'_>) -> Result<UploadedFile, ApiError> {
    let limit = app.home().config.upload_limit_bytes();
    let name = file_name(field.file_name().unwrap_or_default());
    let path = app.home().tmp().join(format!("upload-{}", crate::ids::random()));
    let failed = |error: std::io::Error| ApiError::internal(&error);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    // Plain reports hold personal data: nobody else on the machine may read them.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(&path).map_err(failed)?;
    let stored = UploadedFile { name, path: Some(path) };
    let mut file = tokio::io::BufWriter::new(tokio::fs::File::from_std(file));
    let mut bytes: u64 = 0;
    while let Some(chunk) = field.chunk().await? {
        bytes += u64::try_from(chunk.len()).unwrap_or(u64::MAX);
        if bytes > limit {
            let mib = limit >> 20;
            let detail = format!("`{}` is larger than {mib} MiB", stored.name);
            return Err(ApiError::new(Code::TooLarge, detail));
        }
        file.write_all(&chunk).await.map_err(failed)?;
    }
    file.flush().await.map_err(failed)?;
    file.get_ref().sync_all().await.map_err(failed)?;
    Ok(stored)
}

/// The last part of what the browser calls the file: some send whole paths.
pub(super) fn file_name(sent: &str) -> String {
    const CHARS_MAX: usize = 200;
    let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last.chars().filter(|c| !c.is_control()).take(CHARS_MAX).collect();
    if clean.is_empty() { "upload".to_owned() } else { clean }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_name_of_a_file_is_kept_not_its_folder() {
        assert_eq!(file_name("C:\\Users\\li\\报告.txt"), "报告.txt");
        assert_eq!(file_name("../../etc/passwd"), "passwd");
        assert_eq!(file_name("a\r\nb.csv"), "ab.csv");
        assert_eq!(file_name(""), "upload");
    }
}
