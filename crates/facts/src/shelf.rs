//! Where fact files lie: in a folder of this machine or, with the feature `cluster`, in a bucket of
//! S3-compatible storage. Everything else in this room works on either.

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::SystemTime,
};

use argosy_kernel::FactFile;
use datafusion::{datasource::listing::ListingTableUrl, execution::runtime_env::RuntimeEnv};

use crate::{FactsError, store::checksum};

/// The place of fact files, by their path in the manifest.
#[derive(Clone, Debug)]
pub(crate) enum Shelf {
    Folder(Arc<Path>),
    #[cfg(feature = "cluster")]
    Bucket(Arc<crate::cluster::Bucket>),
}

/// A file that lies there, whether a manifest lists it or not.
#[derive(Clone, Debug)]
pub struct Stored {
    /// As the manifest would write it.
    pub path: String,
    pub written: SystemTime,
}

impl Shelf {
    /// The folder, made when it is not there.
    pub(crate) fn folder(root: &Path) -> Result<Self, FactsError> {
        std::fs::create_dir_all(root)
            .map_err(failed("cannot make the facts folder", root.display().to_string()))?;
        Ok(Self::Folder(root.into()))
    }

    /// What other programs know a file by: its path on this machine or its address in the bucket.
    pub(crate) fn location(&self, path: &str) -> String {
        match self {
            Self::Folder(root) => root.join(path).display().to_string(),
            #[cfg(feature = "cluster")]
            Self::Bucket(bucket) => bucket.location(path),
        }
    }

    /// Where a new file is written on this machine.
    pub(crate) fn draft(&self, path: &str) -> PathBuf {
        match self {
            Self::Folder(root) => root.join(path),
            #[cfg(feature = "cluster")]
            Self::Bucket(bucket) => bucket.draft(path),
        }
    }

    /// Makes the name of a draft durable, whose bytes are.
    pub(crate) fn keep_draft(&self, path: &str) -> Result<(), FactsError> {
        match self {
            Self::Folder(root) => sync_folders(&root.join(path), root)
                .map_err(failed("cannot finish fact file", self.location(path))),
            // Nothing is kept here: what is not published is written again.
            #[cfg(feature = "cluster")]
            Self::Bucket(_) => Ok(()),
        }
    }

    /// Makes drafts durable for all who read the manifest; it may list them from now on.
    pub(crate) fn publish(&self, paths: Vec<String>) -> Result<(), FactsError> {
        match self {
            Self::Folder(_) => drop(paths),
            #[cfg(feature = "cluster")]
            Self::Bucket(bucket) => bucket.publish(paths)?,
        }
        Ok(())
    }

    /// Opens a file, draft or published, for reading.
    pub(crate) fn open(&self, path: &str) -> Result<File, FactsError> {
        let file = match self {
            Self::Folder(root) => File::open(root.join(path)),
            #[cfg(feature = "cluster")]
            Self::Bucket(bucket) => bucket.open_file(path),
        };
        file.map_err(failed("cannot read fact file", self.location(path)))
    }

    /// The address under which the query engine reads a published file.
    pub(crate) fn url(&self, file: &FactFile) -> Result<ListingTableUrl, FactsError> {
        let path = file.path.as_str();
        let address = match self {
            Self::Folder(root) => {
                let full = root.join(path);
                let missing =
                    failed("a fact file of the manifest is missing:", self.location(path));
                full.canonicalize().map_err(missing)?.to_string_lossy().into_owned()
            }
            #[cfg(feature = "cluster")]
            Self::Bucket(bucket) => {
                bucket.expect(path, file.bytes);
                bucket.location(path)
            }
        };
        Ok(ListingTableUrl::parse(address)?)
    }

    /// Makes [`Shelf::url`] readable in a query engine.
    pub(crate) fn register(&self, runtime: &RuntimeEnv) {
        match self {
            Self::Folder(_) => _ = runtime,
            #[cfg(feature = "cluster")]
            Self::Bucket(bucket) => bucket.register(runtime),
        }
    }

    /// Removes files; what is gone already is fine, and what cannot be removed is logged and stays.
    pub(crate) fn remove(&self, paths: Vec<String>) {
        match self {
            Self::Folder(root) => {
                for path in paths {
                    let full = root.join(path);
                    if let Err(error) = std::fs::remove_file(&full)
                        && error.kind() != io::ErrorKind::NotFound
                    {
                        tracing::warn!(path = %full.display(), %error, "a fact file stays on disk");
                    }
                }
            }
            #[cfg(feature = "cluster")]
            Self::Bucket(bucket) => bucket.remove(paths),
        }
    }

    /// All files there, in order of their paths.
    pub(crate) fn list(&self) -> Vec<Stored> {
        let mut found = match self {
            Self::Folder(root) => files_of(root),
            #[cfg(feature = "cluster")]
            Self::Bucket(bucket) => bucket.list(),
        };
        found.sort_by(|a, b| a.path.cmp(&b.path));
        found
    }

    /// XXH3-64 of a published file's bytes as they lie there, in hexadecimal.
    pub(crate) fn checksum(&self, path: &str) -> io::Result<String> {
        match self {
            Self::Folder(root) => checksum(File::open(root.join(path))?),
            #[cfg(feature = "cluster")]
            Self::Bucket(bucket) => bucket.checksum(path),
        }
    }
}

fn failed(what: &'static str, path: String) -> impl FnOnce(io::Error) -> FactsError {
    move |source| FactsError::File { what, path, source }
}

fn files_of(root: &Path) -> Vec<Stored> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for entry in entries.flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(relative) = path.strip_prefix(root) {
                let written = entry.metadata().and_then(|meta| meta.modified());
                found.push(Stored {
                    path: relative.to_string_lossy().replace('\\', "/"),
                    // Of unknown age: as if written now, so that nobody takes it for abandoned.
                    written: written.unwrap_or_else(|_| SystemTime::now()),
                });
            }
        }
    }
    found
}

/// A new name in a folder is only durable once the folder itself is.
fn sync_folders(file: &Path, root: &Path) -> io::Result<()> {
    for folder in file.ancestors().skip(1) {
        File::open(folder)?.sync_all()?;
        if folder == root {
            break;
        }
    }
    Ok(())
}
