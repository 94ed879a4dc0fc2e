//! Raw files: the bytes as received, kept for ever, compressed and sealed, found by their hash.
//!
//! A file is read once: hashed, compressed and sealed on the way into a temporary file, which is
//! flushed to the disk and then renamed. After a crash there is either the whole file or none.

use std::{
    fs::{self, File},
    io::{self, Read, Write},
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, SystemTime},
};

use argosy_desk::Vault;
use argosy_kernel::{Problem, names::short_hash};
use sha2::{Digest, Sha256};

use crate::IntakeError;

/// Larger files are refused: no channel sends them, and a disk is full before long.
pub const DEFAULT_BYTES_MAX: u64 = 4 << 30;
/// Reports shrink about tenfold on the fastest level; higher ones cost more time than the reader.
const COMPRESSION_LEVEL: i32 = 1;
const BLOCK_BYTES: usize = 1 << 18;
/// Left-over temporary files of killed processes are removed after this time.
const LEFT_OVER: Duration = Duration::from_secs(24 * 60 * 60);

/// What was received.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Received {
    /// Of the bytes as received, in hexadecimal.
    pub sha256: String,
    pub bytes: u64,
    /// False when the same bytes were kept already, or what is left of them without personal data.
    pub is_new: bool,
}

impl Received {
    /// The first 16 digits of the hash, as facts carry it.
    pub fn short(&self) -> String {
        short_hash(&self.sha256)
    }
}

/// Why a file was not received.
#[derive(Debug)]
pub enum Refusal {
    /// Something about the file itself (its size).
    Problem(Problem),
    Error(IntakeError),
}

impl From<IntakeError> for Refusal {
    fn from(error: IntakeError) -> Self {
        Self::Error(error)
    }
}

/// The folder of raw files.
#[derive(Clone)]
pub struct RawStore {
    folder: PathBuf,
    tmp: PathBuf,
    vault: Vault,
    bytes_max: u64,
}

impl RawStore {
    /// The store below `home`; folders are made when they are first needed.
    pub fn new(home: &Path, vault: Vault) -> Self {
        let store = Self {
            folder: home.join("raw"),
            tmp: home.join("tmp"),
            vault,
            bytes_max: DEFAULT_BYTES_MAX,
        };
        store.sweep();
        store
    }

    /// Refuses files with more bytes.
    #[must_use]
    pub fn with_limit(mut self, bytes_max: u64) -> Self {
        self.bytes_max = bytes_max;
        self
    }

    fn path(&self, sha256: &str) -> PathBuf {
        let shelf = sha256.get(..2).unwrap_or("00");
        self.folder.join(shelf).join(format!("{sha256}.zst.enc"))
    }

    /// Where the file lies once it was freed of personal data.
    fn blanked_path(&self, sha256: &str) -> PathBuf {
        let shelf = sha256.get(..2).unwrap_or("00");
        self.folder.join(shelf).join(format!("{sha256}.blanked.zst.enc"))
    }

    pub fn contains(&self, sha256: &str) -> bool {
        self.path(sha256).is_file() || self.is_blanked(sha256)
    }

    /// Whether only the file without personal data is left.
    pub fn is_blanked(&self, sha256: &str) -> bool {
        !self.path(sha256).is_file() && self.blanked_path(sha256).is_file()
    }

    /// An empty private file of one's own, which goes away with the value.
    pub(crate) fn scratch(&self, purpose: &str) -> Result<Temporary, IntakeError> {
        let tmp = self.temporary(purpose)?;
        private_file(&tmp.path).map_err(IntakeError::file("cannot write", &tmp.path))?;
        Ok(tmp)
    }

    /// Puts the file without personal data in the place of the one received. The original goes only
    /// when the other is on the disk; a crash in between leaves both, and the original counts.
    pub(crate) fn keep_blanked(&self, sha256: &str, blanked: &Path) -> Result<(), IntakeError> {
        let tmp = self.temporary("receive")?;
        let mut plain = File::open(blanked).map_err(IntakeError::file("cannot read", blanked))?;
        self.seal_into(&tmp.path, &mut plain)?;
        let path = self.blanked_path(sha256);
        fs::rename(&tmp.path, &path).map_err(IntakeError::file("cannot keep", &path))?;
        let shelf = path.parent().unwrap_or(&self.folder);
        sync_folder(shelf)?;
        self.remove_original(sha256)
    }

    /// Removes a file that no facts came from.
    ///
    /// # Errors
    /// When the disk does not do as asked.
    pub fn remove_original(&self, sha256: &str) -> Result<(), IntakeError> {
        let path = self.path(sha256);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(IntakeError::file("cannot remove", path)(error))
            }
            _ => Ok(()),
        }
    }

    /// Receives a file from the disk; `read` is told how many bytes have been read.
    ///
    /// # Errors
    /// [`Refusal::Problem`] when the file is larger than allowed, else what failed.
    pub fn receive_path(
        &self,
        path: &Path,
        read: &mut dyn FnMut(u64),
    ) -> Result<Received, Refusal> {
        let file = File::open(path).map_err(IntakeError::file("cannot read", path))?;
        self.receive(file, read)
    }

    /// Receives bytes from anywhere.
    ///
    /// # Errors
    /// As [`RawStore::receive_path`].
    pub fn receive(
        &self,
        source: impl Read,
        read: &mut dyn FnMut(u64),
    ) -> Result<Received, Refusal> {
        let tmp = self.temporary("receive")?;
        let mut hashing =
            Hashing { source, hash: Sha256::new(), bytes: 0, max: self.bytes_max, read };
        let written = self.seal_into(&tmp.path, &mut hashing);
        if hashing.bytes > self.bytes_max {
            return Err(Refusal::Problem(too_large(self.bytes_max)));
        }
        written?;
        let bytes = hashing.bytes;
        let sha256 = hex(&hashing.hash.finalize());
        let path = self.path(&sha256);
        // A file that was freed of personal data is known: the bytes as received stay gone.
        let is_new = !self.contains(&sha256);
        if is_new {
            let shelf = path.parent().unwrap_or(&self.folder);
            fs::create_dir_all(shelf).map_err(IntakeError::file("cannot make", shelf))?;
            fs::rename(&tmp.path, &path).map_err(IntakeError::file("cannot keep", &path))?;
            sync_folder(shelf)?;
        }
        Ok(Received { sha256, bytes, is_new })
    }

    fn seal_into(&self, path: &Path, source: &mut impl Read) -> Result<(), IntakeError> {
        let failed = |error| IntakeError::file("cannot write", path)(error);
        let file = private_file(path).map_err(failed)?;
        let buffered = io::BufWriter::with_capacity(BLOCK_BYTES, file);
        let sealing = self.vault.seal_writer(buffered).map_err(failed)?;
        let mut packing = zstd::Encoder::new(sealing, COMPRESSION_LEVEL).map_err(failed)?;
        let mut block = vec![0; BLOCK_BYTES];
        loop {
            let length = source.read(&mut block).map_err(failed)?;
            if length == 0 {
                break;
            }
            packing.write_all(&block[..length]).map_err(failed)?;
        }
        let sealing = packing.finish().map_err(failed)?;
        let buffered = sealing.finish().map_err(failed)?;
        let file = buffered.into_inner().map_err(|error| failed(error.into_error()))?;
        file.sync_all().map_err(failed)
    }

    /// Opens the plain bytes of a raw file.
    ///
    /// # Errors
    /// [`IntakeError::Damaged`] when it is not there; reading fails when it was changed.
    pub fn open(&self, sha256: &str) -> Result<impl Read + use<>, IntakeError> {
        let path = match self.is_blanked(sha256) {
            true => self.blanked_path(sha256),
            false => self.path(sha256),
        };
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(IntakeError::Damaged(format!(
                    "the raw file {sha256} is missing from {}; restore it from a backup",
                    self.folder.display()
                )));
            }
            Err(error) => return Err(IntakeError::file("cannot read", path)(error)),
        };
        let sealed = io::BufReader::with_capacity(BLOCK_BYTES, file);
        let packed =
            self.vault.open_reader(sealed).map_err(|error| damaged(sha256, &error.to_string()))?;
        zstd::Decoder::new(packed).map_err(IntakeError::file("cannot read", path))
    }

    /// Writes the plain bytes into a private temporary file, which goes away with the value.
    ///
    /// # Errors
    /// [`IntakeError::Damaged`] when the bytes are not the ones that were received.
    pub fn unpack(&self, sha256: &str) -> Result<Temporary, IntakeError> {
        // A file without its personal data has other bytes; its seal alone vouches for them.
        let blanked = self.is_blanked(sha256);
        let mut plain = self.open(sha256)?;
        let tmp = self.temporary("unpack")?;
        let mut file =
            private_file(&tmp.path).map_err(IntakeError::file("cannot write", &tmp.path))?;
        let mut hash = Sha256::new();
        let mut block = vec![0; BLOCK_BYTES];
        loop {
            let length = match plain.read(&mut block) {
                Ok(0) => break,
                Ok(length) => length,
                Err(error) => return Err(damaged(sha256, &error.to_string())),
            };
            hash.update(&block[..length]);
            file.write_all(&block[..length])
                .map_err(IntakeError::file("cannot write", &tmp.path))?;
        }
        if !blanked && hex(&hash.finalize()) != sha256 {
            return Err(damaged(sha256, "its bytes are not those received"));
        }
        Ok(tmp)
    }

    fn temporary(&self, purpose: &str) -> Result<Temporary, IntakeError> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        fs::create_dir_all(&self.tmp).map_err(IntakeError::file("cannot make", &self.tmp))?;
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("{purpose}-{}-{number}", std::process::id());
        Ok(Temporary { path: self.tmp.join(name) })
    }

    /// Removes what killed processes left behind. Files of running ones are younger.
    fn sweep(&self) {
        let Ok(entries) = fs::read_dir(&self.tmp) else { return };
        for entry in entries.flatten() {
            let name = entry.file_name();
            let own = name.to_str().is_some_and(|name| {
                ["receive-", "unpack-", "blank-"].iter().any(|purpose| name.starts_with(purpose))
            });
            let age = entry
                .metadata()
                .and_then(|meta| meta.modified())
                .ok()
                .and_then(|at| SystemTime::now().duration_since(at).ok());
            if own
                && age.is_some_and(|age| age > LEFT_OVER)
                && let Err(error) = fs::remove_file(entry.path())
            {
                tracing::warn!(path = %entry.path().display(), %error, "left-over file stays");
            }
        }
    }
}

fn damaged(sha256: &str, why: &str) -> IntakeError {
    IntakeError::Damaged(format!(
        "the raw file {sha256} is damaged ({why}); restore it from a backup"
    ))
}

fn too_large(max: u64) -> Problem {
    Problem::error("file_too_large")
        .found(format!("more than {} MiB", max >> 20))
        .expected(format!("at most {} MiB", max >> 20))
        .hint("download the report for a shorter period, or raise the limit in argosy.toml")
}

/// A private file that is removed when the value goes.
#[derive(Debug)]
pub struct Temporary {
    path: PathBuf,
}

impl Temporary {
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_file(&self.path)
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(path = %self.path.display(), %error, "temporary file stays");
        }
    }
}

/// Plain reports hold personal data: nobody else on the machine may read them.
fn private_file(path: &Path) -> io::Result<File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// A rename lasts once its folder is on the disk.
fn sync_folder(folder: &Path) -> Result<(), IntakeError> {
    let failed = |error| IntakeError::file("cannot flush", folder)(error);
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing into a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Hashes and counts on the way; ends with an error once there is more than allowed.
struct Hashing<'a, R> {
    source: R,
    hash: Sha256,
    bytes: u64,
    max: u64,
    read: &'a mut dyn FnMut(u64),
}

impl<R: Read> Read for Hashing<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.source.read(buffer)?;
        self.bytes += length as u64;
        if self.bytes > self.max {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, "larger than allowed"));
        }
        self.hash.update(&buffer[..length]);
        (self.read)(self.bytes);
        Ok(length)
    }
}
