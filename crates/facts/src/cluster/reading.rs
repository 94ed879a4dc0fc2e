//! Reading fact files for questions: never written, never changed.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use futures::{StreamExt, stream::BoxStream};
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, GetResultPayload, ListResult, MultipartUpload,
    ObjectMeta, ObjectStore, PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
    path::Path,
};

/// Files whose size is remembered; a company has some thousands.
const REMEMBERED: usize = 200_000;

/// A bucket of files that never change: what is known of one is known for ever, and one that is
/// missing is a failure, where the query engine would take it for an empty folder.
#[derive(Debug)]
pub(super) struct FactsReader {
    inner: Arc<dyn ObjectStore>,
    known: Mutex<HashMap<Path, ObjectMeta>>,
}

impl FactsReader {
    pub(super) fn new(inner: Arc<dyn ObjectStore>) -> Self {
        Self { inner, known: Mutex::default() }
    }

    /// Remembers the size of a file that a manifest lists.
    pub(super) fn expect(&self, location: Path, size: u64) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.entry(location).or_insert_with_key(|location| ObjectMeta {
            location: location.clone(),
            // Of a file that never changes, any time of change is as good as another.
            last_modified: chrono::DateTime::UNIX_EPOCH,
            size,
            e_tag: None,
            version: None,
        });
    }

    async fn head(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let meta = known().get(location).cloned();
        let meta = match meta {
            Some(meta) => meta,
            None => {
                let found = self.inner.get_opts(location, options).await.map_err(missing)?;
                let mut known = known();
                if known.len() >= REMEMBERED {
                    known.clear();
                }
                known.insert(location.clone(), found.meta.clone());
                found.meta
            }
        };
        let payload = GetResultPayload::Stream(futures::stream::empty().boxed());
        let range = 0..meta.size;
        Ok(GetResult { payload, meta, range, attributes: object_store::Attributes::new() })
    }
}

fn missing(error: Error) -> Error {
    match error {
        Error::NotFound { path, .. } => {
            let text = format!("the fact file {path} of the manifest is missing");
            Error::Generic { store: "facts", source: text.into() }
        }
        other => other,
    }
}

fn read_only() -> Error {
    Error::NotSupported { source: "facts are only read here".into() }
}

impl fmt::Display for FactsReader {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(to)
    }
}

#[async_trait]
impl ObjectStore for FactsReader {
    async fn put_opts(&self, _: &Path, _: PutPayload, _: PutOptions) -> Result<PutResult> {
        Err(read_only())
    }

    async fn put_multipart_opts(
        &self,
        _: &Path,
        _: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        Err(read_only())
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        if options.head {
            return self.head(location, options).await;
        }
        self.inner.get_opts(location, options).await.map_err(missing)
    }

    fn delete_stream(
        &self,
        _: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        futures::stream::once(async { Err(read_only()) }).boxed()
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.inner.list(prefix)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.inner.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, _: &Path, _: &Path, _: CopyOptions) -> Result<()> {
        Err(read_only())
    }
}
