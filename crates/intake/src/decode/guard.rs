//! Where bytes come from, and the meters that stop them when they lie about their size.

use std::{
    fs::File,
    io::{self, BufReader, Cursor, Read, Seek},
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use argosy_kernel::{Problem, Severity};
use flate2::read::MultiGzDecoder;

use super::{Limits, zip};

/// A stream of bytes that can move to another thread.
pub(super) type Stream = Box<dyn Read + Send>;

/// A [`Problem`] on its way through `io::Error`, so that readers can be stacked.
#[derive(Debug)]
struct Refused(Problem);

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Refused {}

pub(super) fn refuse(problem: Problem) -> io::Error {
    io::Error::other(Refused(problem))
}

/// What to tell the user about a failed read.
pub(super) fn problem_of(error: &io::Error) -> Problem {
    if let Some(refused) = error.get_ref().and_then(|inner| inner.downcast_ref::<Refused>()) {
        return refused.0.clone();
    }
    match error.kind() {
        io::ErrorKind::UnexpectedEof => Problem::error("file_torn")
            .expected("more bytes: the file ends in the middle")
            .hint("download the report again"),
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => {
            Problem::error("archive_damaged")
                .found(error.to_string())
                .expected("intact packed data")
                .hint("download the report again")
        }
        _ => Problem::error("file_unreadable").found(error.to_string()).expected("a readable file"),
    }
}

/// Whether `problem` says that the packed bytes are not those the channel packed: then none of them
/// can be trusted, also not the rows before the place where it shows.
pub(crate) fn is_damage(problem: &Problem) -> bool {
    problem.severity == Severity::Error
        && matches!(problem.code.as_str(), "file_torn" | "archive_damaged")
}

/// Bytes one can jump in: a file, or an unpacked workbook.
#[derive(Clone, Debug)]
pub(super) enum Bytes {
    File(PathBuf),
    Memory(Arc<[u8]>),
}

pub(super) trait ReadSeek: Read + Seek + Send {}
impl<T: Read + Seek + Send> ReadSeek for T {}

impl Bytes {
    pub(super) fn open(&self) -> io::Result<Box<dyn ReadSeek>> {
        Ok(match self {
            Self::File(path) => Box::new(File::open(path)?),
            Self::Memory(bytes) => Box::new(Cursor::new(Arc::clone(bytes))),
        })
    }
}

/// How to reach the bytes of one table again and again.
#[derive(Clone, Debug)]
pub(super) struct Origin {
    pub bytes: Bytes,
    pub packing: Packing,
}

#[derive(Clone, Debug)]
pub(super) enum Packing {
    Plain,
    Gzip,
    Member(zip::Member),
}

impl Origin {
    pub(super) fn file(path: PathBuf) -> Self {
        Self { bytes: Bytes::File(path), packing: Packing::Plain }
    }

    /// The unpacked bytes from the beginning.
    pub(super) fn open(&self, limits: &Limits) -> Result<Stream, Problem> {
        match &self.packing {
            Packing::Plain => Ok(Box::new(self.bytes.open().map_err(|error| problem_of(&error))?)),
            Packing::Gzip => {
                let file = self.bytes.open().map_err(|error| problem_of(&error))?;
                let packed = Arc::new(AtomicU64::new(0));
                let counted = Counted { inner: file, count: Arc::clone(&packed) };
                let unpacked = MultiGzDecoder::new(BufReader::with_capacity(1 << 16, counted));
                Ok(Box::new(Metered::new(unpacked, packed, limits)))
            }
            Packing::Member(member) => zip::read(&self.bytes, member, limits),
        }
    }

    /// The first bytes, at most `length`.
    pub(super) fn beginning(&self, length: u64, limits: &Limits) -> Result<Vec<u8>, Problem> {
        let mut start = Vec::new();
        let read = self.open(limits)?.take(length).read_to_end(&mut start);
        match read {
            Err(error) if start.is_empty() => Err(problem_of(&error)),
            _ => Ok(start),
        }
    }

    /// The unpacked bytes as something one can jump in; packed workbooks go to memory, capped.
    pub(super) fn seekable(&self, limits: &Limits) -> Result<Bytes, Problem> {
        if matches!(self.packing, Packing::Plain) {
            return Ok(self.bytes.clone());
        }
        let bytes = self.all(limits.nested_bytes, limits)?;
        Ok(Bytes::Memory(bytes.into()))
    }

    /// Everything, refused when it is more than `cap` bytes.
    pub(super) fn all(&self, cap: u64, limits: &Limits) -> Result<Vec<u8>, Problem> {
        let mut all = Vec::new();
        self.open(limits)?
            .take(cap + 1)
            .read_to_end(&mut all)
            .map_err(|error| problem_of(&error))?;
        if all.len() as u64 > cap {
            return Err(Problem::error("file_too_large")
                .found(format!("more than {} MiB", cap >> 20))
                .expected(format!("at most {} MiB for this kind of file", cap >> 20))
                .hint("export a shorter period, or unpack the file before importing it"));
        }
        Ok(all)
    }
}

/// Counts the bytes that go through it.
#[derive(Debug)]
pub(super) struct Counted<R> {
    pub inner: R,
    pub count: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.count.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

/// Stops a decompressor that gives too much, in all or for what it ate. What went wrong once is told
/// on every later read: a decompressor itself tells a wrong checksum once and then ends as if all
/// were well, and whoever reads ahead may not be able to pass that one error on.
#[derive(Debug)]
pub(super) struct Metered<R> {
    inner: R,
    failed: Option<Problem>,
    given: u64,
    packed: Arc<AtomicU64>,
    cap: u64,
    ratio: u64,
    ratio_from: u64,
}

impl<R> Metered<R> {
    pub(super) fn new(inner: R, packed: Arc<AtomicU64>, limits: &Limits) -> Self {
        Self {
            inner,
            failed: None,
            given: 0,
            packed,
            cap: limits.unpacked_bytes,
            ratio: limits.ratio,
            ratio_from: limits.ratio_from_bytes,
        }
    }
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Some(problem) = &self.failed {
            return Err(refuse(problem.clone()));
        }
        self.read_on(buffer).map_err(|error| {
            if error.kind() == io::ErrorKind::Interrupted {
                return error;
            }
            let problem = problem_of(&error);
            self.failed = Some(problem.clone());
            refuse(problem)
        })
    }
}

impl<R: Read> Metered<R> {
    fn read_on(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.given += read as u64;
        if self.given > self.cap {
            return Err(refuse(too_large(self.given, self.cap)));
        }
        let packed = self.packed.load(Ordering::Relaxed).max(1);
        if self.given > self.ratio_from && self.given / packed > self.ratio {
            return Err(refuse(bomb(self.given / packed, self.ratio)));
        }
        Ok(read)
    }
}

pub(super) fn too_large(found: u64, cap: u64) -> Problem {
    Problem::error("archive_too_large")
        .found(format!("{} MiB unpacked", found >> 20))
        .expected(format!("at most {} MiB unpacked", cap >> 20))
        .hint("unpack it and import the reports one by one, or export shorter periods")
}

pub(super) fn bomb(ratio: u64, allowed: u64) -> Problem {
    Problem::error("archive_bomb")
        .found(format!("{ratio} times more bytes unpacked than packed"))
        .expected(format!("at most {allowed} times, as no report packs that well"))
        .hint("this archive is made to fill memory; get the report from the channel itself")
}
