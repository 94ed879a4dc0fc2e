//! The fact store: which files there are, how they are opened, checked and removed.

use std::{collections::HashSet, io::Read, path::Path};

use argosy_kernel::{FactFile, Problem, Table};
use xxhash_rust::xxh3::Xxh3;

use crate::{
    FactsError, Session, Stage,
    shelf::{Shelf, Stored},
};

/// All fact files of a company.
#[derive(Clone, Debug)]
pub struct FactStore {
    pub(crate) shelf: Shelf,
    /// Machines that help answer questions.
    #[cfg(feature = "cluster")]
    pub(crate) cluster: Option<std::sync::Arc<crate::cluster::Cluster>>,
}

impl FactStore {
    /// Opens a folder, and makes it when it is not there.
    ///
    /// # Errors
    /// [`FactsError::File`] when the folder cannot be made.
    pub fn open(root: &Path) -> Result<Self, FactsError> {
        Ok(Self::on(Shelf::folder(root)?))
    }

    pub(crate) fn on(shelf: Shelf) -> Self {
        Self {
            shelf,
            #[cfg(feature = "cluster")]
            cluster: None,
        }
    }

    /// Where a file of the manifest lies, for other programs: a path or, in object storage, a URL.
    pub fn location_of(&self, path: &str) -> String {
        self.shelf.location(path)
    }

    /// A streaming writer for rows of one table of one store.
    pub fn stage(&self, store: &str, table: Table) -> Stage {
        Stage::new(self.clone(), store, table)
    }

    /// SQL over exactly these files.
    ///
    /// # Errors
    /// [`FactsError::Query`] when the tables cannot be registered.
    pub fn session(&self, files: &[FactFile]) -> Result<Session, FactsError> {
        Session::open(self, files)
    }

    /// Removes files that are no longer listed anywhere; what is gone already is fine.
    pub fn remove<S: AsRef<str>>(&self, paths: impl IntoIterator<Item = S>) {
        let paths: Vec<String> = paths.into_iter().map(|path| path.as_ref().to_owned()).collect();
        if !paths.is_empty() {
            self.shelf.remove(paths);
        }
    }

    /// All files that lie there, whether a manifest lists them or not.
    pub fn stored(&self) -> Vec<Stored> {
        self.shelf.list()
    }

    /// Files that `listed` does not know: left behind by an import that was killed.
    pub fn orphans(&self, listed: &HashSet<String>) -> Vec<String> {
        let paths = self.stored().into_iter().map(|file| file.path);
        paths.filter(|path| !listed.contains(path)).collect()
    }

    /// Compares every file with the checksum in the manifest.
    pub fn verify(&self, files: &[FactFile]) -> Vec<Problem> {
        files.iter().filter_map(|file| self.verify_one(file)).collect()
    }

    fn verify_one(&self, file: &FactFile) -> Option<Problem> {
        let broken = |found: String| {
            Problem::error("fact_file_damaged")
                .in_file(&file.path)
                .found(found)
                .expected(format!("checksum {}", file.checksum))
                .hint("run `argosy rebuild` to make the facts anew from the raw reports")
        };
        match self.shelf.checksum(&file.path) {
            Ok(sum) if sum == file.checksum => None,
            Ok(sum) => Some(broken(format!("checksum {sum}"))),
            Err(error) => Some(broken(error.to_string())),
        }
    }
}

/// XXH3-64 of all bytes, in hexadecimal.
pub(crate) fn checksum(mut bytes: impl Read) -> std::io::Result<String> {
    let mut hasher = Xxh3::new();
    let mut buffer = vec![0; 1 << 20];
    loop {
        let read = bytes.read(&mut buffer)?;
        if read == 0 {
            return Ok(format!("{:016x}", hasher.digest()));
        }
        hasher.update(&buffer[..read]);
    }
}
