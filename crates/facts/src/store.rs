//! The facts folder: where files lie, how they are opened, checked and removed.

use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
    sync::Arc,
};

use argosy_kernel::{FactFile, Problem, Table};
use xxhash_rust::xxh3::Xxh3;

use crate::{FactsError, Session, Stage};

/// A folder of fact files.
#[derive(Clone, Debug)]
pub struct FactStore {
    root: Arc<Path>,
}

impl FactStore {
    /// Opens the folder, and makes it when it is not there.
    ///
    /// # Errors
    /// [`FactsError::File`] when the folder cannot be made.
    pub fn open(root: &Path) -> Result<Self, FactsError> {
        std::fs::create_dir_all(root).map_err(|source| FactsError::File {
            what: "cannot make the facts folder",
            path: root.display().to_string(),
            source,
        })?;
        Ok(Self { root: root.into() })
    }

    /// Where a file of the manifest lies.
    pub fn path_of(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    pub fn root(&self) -> &Path {
        &self.root
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
        for path in paths {
            let full = self.path_of(path.as_ref());
            if let Err(error) = std::fs::remove_file(&full)
                && error.kind() != std::io::ErrorKind::NotFound
            {
                tracing::warn!(path = %full.display(), %error, "a retired fact file stays on disk");
            }
        }
    }

    /// Files on disk that `listed` does not know: left behind by an import that was killed.
    pub fn orphans(&self, listed: &std::collections::HashSet<String>) -> Vec<String> {
        let mut found = Vec::new();
        let mut folders = vec![self.root.to_path_buf()];
        while let Some(folder) = folders.pop() {
            let Ok(entries) = std::fs::read_dir(&folder) else { continue };
            for entry in entries.flatten() {
                let path = entry.path();
                if path.is_dir() {
                    folders.push(path);
                } else if let Ok(relative) = path.strip_prefix(&*self.root) {
                    let name = relative.to_string_lossy().replace('\\', "/");
                    if !listed.contains(&name) {
                        found.push(name);
                    }
                }
            }
        }
        found.sort();
        found
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
        match checksum(&self.path_of(&file.path)) {
            Ok(sum) if sum == file.checksum => None,
            Ok(sum) => Some(broken(format!("checksum {sum}"))),
            Err(error) => Some(broken(error.to_string())),
        }
    }
}

/// XXH3-64 of a file's bytes, in hexadecimal.
pub(crate) fn checksum(path: &Path) -> std::io::Result<String> {
    let mut file = File::open(path)?;
    let mut hasher = Xxh3::new();
    let mut buffer = vec![0; 1 << 20];
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok(format!("{:016x}", hasher.digest()));
        }
        hasher.update(&buffer[..read]);
    }
}
