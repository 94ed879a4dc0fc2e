//! Fact files in S3-compatible storage.
//!
//! A file is written on this machine first and put into the bucket when it is whole; merging reads
//! it from here. Since files never change, a copy that is here is right for ever.

use std::{
    collections::HashSet,
    fmt,
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
        mpsc,
    },
    time::{Duration, SystemTime},
};

use datafusion::execution::{object_store::ObjectStoreUrl, runtime_env::RuntimeEnv};
use futures::{StreamExt, TryStreamExt};
use object_store::{
    ClientOptions, ObjectStore, ObjectStoreExt, RetryConfig,
    aws::{AmazonS3, AmazonS3Builder},
    buffered::BufWriter,
    path::Path as Key,
};
use tokio::io::AsyncWriteExt;
use url::Url;
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

use super::{Unusable, reading::FactsReader};
use crate::{FactsError, shelf::Stored};

/// Requests at a time.
const AT_ONCE: usize = 8;
/// A draft older than this belongs to an import that was killed.
const DRAFT_LIVES: Duration = Duration::from_hours(24);
/// The cache is cut back to this share of its size, so that not every file makes it be cut again.
const CUT_TO: (u64, u64) = (4, 5);

/// A key to a bucket; never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Keys {
    pub id: String,
    pub secret: String,
}

impl fmt::Debug for Keys {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("Keys")
    }
}

/// Where a bucket is and how to get in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BucketAddress {
    /// `s3://bucket/prefix`.
    pub url: String,
    /// Of storage that is not Amazon's: `https://host:port`.
    pub endpoint: Option<String>,
    pub region: String,
    /// Without them: from the environment (`AWS_ACCESS_KEY_ID`, …) or the machine's role.
    pub keys: Option<Keys>,
}

impl BucketAddress {
    fn parts(&self) -> Result<(&str, &str), Unusable> {
        let rest = self.url.strip_prefix("s3://");
        let (bucket, prefix) =
            rest.map(|rest| rest.split_once('/').unwrap_or((rest, ""))).ok_or_else(|| {
                Unusable(format!("`{}` is no place for facts; write s3://bucket/folder", self.url))
            })?;
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c);
        let prefix = prefix.trim_matches('/');
        if bucket.is_empty() || !self.url["s3://".len()..].chars().all(plain) {
            return Err(Unusable(format!(
                "`{}` is no place for facts; use letters, digits, `-`, `_`, `.` and `/`",
                self.url
            )));
        }
        Ok((bucket, prefix))
    }

    /// `s3://bucket`: what the query engine knows the store by.
    pub(super) fn root(&self) -> Result<Url, Unusable> {
        let (bucket, _) = self.parts()?;
        Url::parse(&format!("s3://{bucket}"))
            .map_err(|error| Unusable(format!("`{}`: {error}", self.url)))
    }

    /// The same number for the same place.
    pub(super) fn fingerprint(&self) -> u64 {
        let endpoint = self.endpoint.as_deref().unwrap_or_default();
        xxh3_64(format!("{}\n{endpoint}", self.url.trim_end_matches('/')).as_bytes())
    }

    pub(super) fn client(&self) -> Result<AmazonS3, Unusable> {
        let (bucket, _) = self.parts()?;
        // After this the question fails, before the person who asked gives up.
        let retry = RetryConfig {
            max_retries: 5,
            retry_timeout: Duration::from_secs(30),
            ..RetryConfig::default()
        };
        let mut builder = AmazonS3Builder::from_env()
            .with_client_options(ClientOptions::new())
            .with_bucket_name(bucket)
            .with_region(&self.region)
            .with_retry(retry);
        if let Some(endpoint) = &self.endpoint {
            builder =
                builder.with_endpoint(endpoint).with_allow_http(endpoint.starts_with("http://"));
        }
        if let Some(Keys { id, secret }) = &self.keys {
            builder = builder.with_access_key_id(id).with_secret_access_key(secret);
        }
        builder.build().map_err(|error| Unusable(format!("`{}`: {error}", self.url)))
    }

    /// A store that only reads.
    pub(super) fn reader(&self) -> Result<Arc<FactsReader>, Unusable> {
        Ok(Arc::new(FactsReader::new(Arc::new(self.client()?))))
    }
}

/// The bucket of a company, and what of it is on this machine.
#[derive(Debug)]
pub struct Bucket {
    /// `s3://bucket/prefix`, without a slash at the end.
    url: String,
    prefix: String,
    store: Arc<AmazonS3>,
    /// A client of its own for questions: connections belong to the runtime they were opened in.
    reader: Arc<FactsReader>,
    drafts: PathBuf,
    /// Drafts of this process of which nothing is in the bucket yet.
    unsent: Mutex<HashSet<String>>,
    copies: PathBuf,
    cache_bytes: u64,
    /// Bytes of copies made since the cache was last cut.
    grown: AtomicU64,
    background: Background,
}

impl Bucket {
    pub(super) fn open(
        address: &BucketAddress,
        cache: &Path,
        cache_bytes: u64,
    ) -> Result<Self, Unusable> {
        let (bucket, prefix) = address.parts()?;
        let made = |folder: PathBuf| match fs::create_dir_all(&folder) {
            Ok(()) => Ok(folder),
            Err(error) => Err(Unusable(format!("cannot make {}: {error}", folder.display()))),
        };
        let opened = Self {
            url: format!("s3://{bucket}/{prefix}").trim_end_matches('/').to_owned(),
            prefix: prefix.to_owned(),
            store: Arc::new(address.client()?),
            reader: address.reader()?,
            drafts: made(cache.join("drafts"))?,
            unsent: Mutex::default(),
            copies: made(cache.join("copies"))?,
            cache_bytes,
            // Cut once as it begins: what is there is counted then.
            grown: AtomicU64::new(cache_bytes),
            background: Background::new()?,
        };
        opened.sweep_drafts();
        Ok(opened)
    }

    pub(crate) fn location(&self, path: &str) -> String {
        format!("{}/{path}", self.url)
    }

    /// Where a new file is written.
    pub(crate) fn draft(&self, path: &str) -> PathBuf {
        self.unsent().insert(path.to_owned());
        self.drafts.join(path)
    }

    fn unsent(&self) -> MutexGuard<'_, HashSet<String>> {
        self.unsent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn key(&self, path: &str) -> Key {
        Key::from_iter(
            self.prefix.split('/').chain(path.split('/')).filter(|part| !part.is_empty()),
        )
    }

    /// Puts drafts into the bucket; a failure leaves some there, which no manifest lists.
    pub(crate) fn publish(&self, paths: Vec<String>) -> Result<(), FactsError> {
        paths.iter().for_each(|path| _ = self.unsent().remove(path));
        let works: Vec<_> = paths
            .iter()
            .map(|path| put(self.store.clone(), self.key(path), self.drafts.join(path)))
            .collect();
        let all =
            async { futures::stream::iter(works).buffer_unordered(AT_ONCE).try_collect().await };
        let put: Result<(), io::Error> = self.background.wait(all).and_then(|done| done);
        put.map_err(|source| FactsError::File {
            what: "cannot put fact files into",
            path: self.url.clone(),
            source,
        })?;
        for path in paths {
            let (draft, copy) = (self.drafts.join(&path), self.copies.join(&path));
            let bytes = fs::metadata(&draft).map_or(0, |meta| meta.len());
            let moved = make_folder_of(&copy).and_then(|()| fs::rename(&draft, &copy));
            if moved.is_err() {
                // The bucket has it: a copy can be fetched again.
                _ = fs::remove_file(&draft);
            }
            self.grow(bytes);
        }
        Ok(())
    }

    pub(crate) fn open_file(&self, path: &str) -> io::Result<File> {
        for place in [self.drafts.join(path), self.copies.join(path)] {
            match File::open(place) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                opened => return opened,
            }
        }
        let copy = self.copies.join(path);
        make_folder_of(&copy)?;
        // Others may fetch the same file: the name appears when the file is whole.
        let part = copy.with_extension(format!("{:016x}.part", random()));
        let (store, key, to) = (self.store.clone(), self.key(path), part.clone());
        let fetched = self.background.wait(fetch(store, key, to)).and_then(|done| done);
        if let Err(error) = fetched {
            _ = fs::remove_file(&part);
            return Err(error);
        }
        let file = File::open(&part)?;
        fs::rename(&part, &copy)?;
        self.grow(file.metadata()?.len());
        Ok(file)
    }

    /// Spares a question to the bucket about a file of the manifest.
    pub(crate) fn expect(&self, path: &str, bytes: u64) {
        self.reader.expect(self.key(path), bytes);
    }

    pub(crate) fn register(&self, runtime: &RuntimeEnv) {
        let bucket = self.url["s3://".len()..].split('/').next().unwrap_or_default();
        if let Ok(url) = ObjectStoreUrl::parse(format!("s3://{bucket}")) {
            runtime.register_object_store(url.as_ref(), self.reader.clone());
        }
    }

    pub(crate) fn remove(&self, paths: Vec<String>) {
        let mut keys = Vec::new();
        for path in paths {
            _ = fs::remove_file(self.drafts.join(&path));
            _ = fs::remove_file(self.copies.join(&path));
            // A draft of a process that was killed may be in the bucket as well.
            if !self.unsent().remove(&path) {
                keys.push(self.key(&path));
            }
        }
        if keys.is_empty() {
            return;
        }
        let store = self.store.clone();
        let all = async move {
            let gone = |key: Key| {
                let store = store.clone();
                async move { (store.delete(&key).await, key) }
            };
            let mut all = futures::stream::iter(keys).map(gone).buffer_unordered(AT_ONCE);
            while let Some((gone, key)) = all.next().await {
                match gone {
                    Ok(()) | Err(object_store::Error::NotFound { .. }) => {}
                    Err(error) => tracing::warn!(%key, %error, "a fact file stays in the bucket"),
                }
            }
        };
        if let Err(error) = self.background.wait(all) {
            tracing::warn!(%error, "fact files stay in the bucket");
        }
    }

    pub(crate) fn list(&self) -> Vec<Stored> {
        let (store, prefix) = (self.store.clone(), self.key(""));
        let all = async move { store.list(Some(&prefix)).try_collect::<Vec<_>>().await };
        let found = self.background.wait(all).and_then(|found| Ok(found?));
        let found = found.unwrap_or_else(|error| {
            tracing::warn!(%error, "the bucket does not tell its files");
            Vec::new()
        });
        let prefix = self.key("");
        found
            .into_iter()
            .filter_map(|meta| {
                let parts: Vec<_> = meta.location.prefix_match(&prefix)?.collect();
                let path: Vec<&str> = parts.iter().map(AsRef::as_ref).collect();
                Some(Stored { path: path.join("/"), written: SystemTime::from(meta.last_modified) })
            })
            .collect()
    }

    /// Of the bytes in the bucket, whatever copy is here.
    pub(crate) fn checksum(&self, path: &str) -> io::Result<String> {
        let (store, key) = (self.store.clone(), self.key(path));
        let sum = async move {
            let mut bytes = store.get(&key).await?.into_stream();
            let mut hasher = Xxh3::new();
            while let Some(part) = bytes.try_next().await? {
                hasher.update(&part);
            }
            Ok::<_, object_store::Error>(format!("{:016x}", hasher.digest()))
        };
        Ok(self.background.wait(sum)??)
    }

    fn grow(&self, bytes: u64) {
        if self.grown.fetch_add(bytes, Ordering::Relaxed) + bytes > self.cache_bytes {
            let kept = self.cut();
            self.grown.store(kept, Ordering::Relaxed);
        }
    }

    /// Removes the oldest copies when there are too many; gives the bytes that are left.
    fn cut(&self) -> u64 {
        let mut copies: Vec<(SystemTime, u64, PathBuf)> = Vec::new();
        each_file(&self.copies, &mut |path, meta| {
            let written = meta.modified().unwrap_or(SystemTime::UNIX_EPOCH);
            copies.push((written, meta.len(), path));
        });
        let mut kept: u64 = copies.iter().map(|copy| copy.1).sum();
        if kept <= self.cache_bytes {
            return kept;
        }
        copies.sort();
        for (_, bytes, path) in copies {
            if kept <= self.cache_bytes / CUT_TO.1 * CUT_TO.0 {
                break;
            }
            if fs::remove_file(path).is_ok() {
                kept -= bytes;
            }
        }
        kept
    }

    fn sweep_drafts(&self) {
        each_file(&self.drafts, &mut |path, meta| {
            let age = meta.modified().ok().and_then(|at| at.elapsed().ok());
            if age.is_some_and(|age| age > DRAFT_LIVES) {
                _ = fs::remove_file(path);
            }
        });
    }
}

async fn put(store: Arc<AmazonS3>, key: Key, file: PathBuf) -> io::Result<()> {
    let mut file = tokio::fs::File::open(file).await?;
    // Small files go in one request, large ones in parts; neither is seen before it is whole.
    let mut writer = BufWriter::new(store, key);
    tokio::io::copy(&mut file, &mut writer).await?;
    writer.shutdown().await
}

async fn fetch(store: Arc<AmazonS3>, key: Key, to: PathBuf) -> io::Result<()> {
    let mut bytes = store.get(&key).await?.into_stream();
    let mut file = File::create_new(to)?;
    while let Some(part) = bytes.try_next().await? {
        file.write_all(&part)?;
    }
    // A name that outlives a power cut must not stand for fewer bytes.
    file.sync_all()
}

fn make_folder_of(file: &Path) -> io::Result<()> {
    file.parent().map_or(Ok(()), fs::create_dir_all)
}

pub(super) fn each_file(folder: &Path, see: &mut impl FnMut(PathBuf, fs::Metadata)) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        match entry.metadata() {
            Ok(meta) if meta.is_dir() => each_file(&path, see),
            Ok(meta) => see(path, meta),
            Err(_) => {}
        }
    }
}

fn random() -> u64 {
    use std::hash::{BuildHasher, Hasher};
    std::collections::hash_map::RandomState::new().build_hasher().finish()
}

/// Requests of code that waits for them, on threads of their own: such code may run on threads that
/// themselves serve requests.
#[derive(Debug)]
struct Background(Option<tokio::runtime::Runtime>);

impl Background {
    fn new() -> Result<Self, Unusable> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("bucket")
            .enable_all()
            .build();
        match runtime {
            Ok(runtime) => Ok(Self(Some(runtime))),
            Err(error) => Err(Unusable(format!("cannot start threads: {error}"))),
        }
    }

    fn wait<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> io::Result<T> {
        let stopped = || io::Error::other("work in the background stopped");
        let (tell, told) = mpsc::sync_channel(1);
        let runtime = self.0.as_ref().ok_or_else(stopped)?;
        runtime.spawn(async move { _ = tell.send(work.await) });
        told.recv().map_err(|_| stopped())
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        // The last owner may be on a thread where waiting is not allowed.
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}
