//! The directory of a ZIP archive, read with caps before anything is unpacked.
//!
//! Written here and not taken from a crate because the number of members, their names and sizes
//! must be refused before memory is spent on them. Nothing is ever extracted to disk.

use std::{
    io::{self, BufReader, Read, SeekFrom},
    sync::{Arc, atomic::AtomicU64},
};

use argosy_kernel::Problem;
use flate2::{Crc, read::DeflateDecoder};

use super::{
    Limits,
    guard::{self, Bytes, Counted, Metered, ReadSeek, Stream, problem_of, refuse},
};

/// A file in an archive, as the directory claims it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Member {
    pub name: String,
    header_at: u64,
    packed: u64,
    pub unpacked: u64,
    deflated: bool,
    crc: u32,
}

/// Members have at least this much in the directory.
const ENTRY_BYTES: usize = 46;
/// The end record, and the longest comment behind it.
const END_BYTES: u64 = 22;
const COMMENT_BYTES: u64 = 65_535;
/// 1000 members with the longest names allowed here fit well below it.
const DIRECTORY_BYTES: u64 = 4 << 20;

/// Reads the directory; refuses what is torn, encrypted, too much, or named to escape.
pub(super) fn directory(bytes: &Bytes, limits: &Limits) -> Result<Vec<Member>, Problem> {
    let mut file = bytes.open().map_err(|error| problem_of(&error))?;
    let length = file.seek(SeekFrom::End(0)).map_err(|error| problem_of(&error))?;
    let end =
        find_end(file.as_mut(), length).map_err(|error| problem_of(&error))?.ok_or_else(torn)?;
    if end.members > limits.zip_members as u64 {
        return Err(Problem::error("archive_too_many_files")
            .found(format!("{} files", end.members))
            .expected(format!("at most {} files in one archive", limits.zip_members))
            .hint("import only the reports, in smaller archives"));
    }
    if end.directory_bytes > DIRECTORY_BYTES || end.directory_bytes > length {
        return Err(torn());
    }
    let mut directory = vec![0; usize::try_from(end.directory_bytes).map_err(|_| torn())?];
    // An archive may have something put before it; offsets then count from the archive's start.
    let directory_at = end.at.checked_sub(end.directory_bytes).ok_or_else(torn)?;
    let shift = directory_at.checked_sub(end.directory_at).ok_or_else(torn)?;
    file.seek(SeekFrom::Start(directory_at)).map_err(|error| problem_of(&error))?;
    file.read_exact(&mut directory).map_err(|error| problem_of(&error))?;
    members(&directory, shift, length, limits)
}

struct End {
    /// Where the directory ends.
    at: u64,
    members: u64,
    directory_bytes: u64,
    directory_at: u64,
}

fn find_end(file: &mut dyn ReadSeek, length: u64) -> io::Result<Option<End>> {
    let tail_length = length.min(END_BYTES + COMMENT_BYTES + 20);
    file.seek(SeekFrom::Start(length - tail_length))?;
    let mut tail = Vec::new();
    file.take(tail_length).read_to_end(&mut tail)?;
    let Some(at) = memchr::memmem::rfind(&tail, b"PK\x05\x06") else { return Ok(None) };
    let record = &tail[at..];
    if (record.len() as u64) < END_BYTES {
        return Ok(None);
    }
    let small = End {
        at: length - tail_length + at as u64,
        members: u64::from(u16_at(record, 10)),
        directory_bytes: u64::from(u32_at(record, 12)),
        directory_at: u64::from(u32_at(record, 16)),
    };
    let locator = at.checked_sub(20).map(|start| &tail[start..at]);
    match locator {
        Some(locator) if locator.starts_with(b"PK\x06\x07") => {
            find_large_end(file, u64_at(locator, 8), &small)
        }
        _ => Ok(Some(small)),
    }
}

/// The end record of archives with more than 65,535 members or 4 GiB.
fn find_large_end(file: &mut dyn ReadSeek, at: u64, small: &End) -> io::Result<Option<End>> {
    let mut record = [0; 56];
    file.seek(SeekFrom::Start(at))?;
    file.read_exact(&mut record)?;
    if !record.starts_with(b"PK\x06\x06") || at > small.at {
        return Ok(None);
    }
    Ok(Some(End {
        at,
        members: u64_at(&record, 32),
        directory_bytes: u64_at(&record, 40),
        directory_at: u64_at(&record, 48),
    }))
}

fn members(
    directory: &[u8],
    shift: u64,
    length: u64,
    limits: &Limits,
) -> Result<Vec<Member>, Problem> {
    let mut members = Vec::new();
    let mut total = 0u64;
    let mut rest = directory;
    while rest.len() >= ENTRY_BYTES && rest.starts_with(b"PK\x01\x02") {
        let name_length = usize::from(u16_at(rest, 28));
        let extra_length = usize::from(u16_at(rest, 30));
        let size = ENTRY_BYTES + name_length + extra_length + usize::from(u16_at(rest, 32));
        if rest.len() < size {
            return Err(torn());
        }
        let name = name(&rest[ENTRY_BYTES..ENTRY_BYTES + name_length])?;
        let extra = &rest[ENTRY_BYTES + name_length..ENTRY_BYTES + name_length + extra_length];
        let flags = u16_at(rest, 8);
        if flags & 0x41 != 0 {
            return Err(Problem::error("archive_encrypted")
                .in_file(name)
                .expected("an archive without a password")
                .hint("unpack it with the password and import the report itself"));
        }
        let mut sizes =
            [u64::from(u32_at(rest, 24)), u64::from(u32_at(rest, 20)), u64::from(u32_at(rest, 42))];
        large_sizes(extra, &mut sizes);
        let [unpacked, packed, header_at] = sizes;
        total = total.saturating_add(unpacked);
        if total > limits.unpacked_bytes {
            return Err(guard::too_large(total, limits.unpacked_bytes));
        }
        if unpacked > limits.ratio_from_bytes && unpacked / packed.max(1) > limits.ratio {
            return Err(guard::bomb(unpacked / packed.max(1), limits.ratio).in_file(name));
        }
        let header_at = header_at.checked_add(shift).filter(|at| *at < length).ok_or_else(torn)?;
        let deflated = match u16_at(rest, 10) {
            0 => false,
            8 => true,
            other => {
                return Err(Problem::error("archive_method_unknown")
                    .in_file(name)
                    .found(format!("packing method {other}"))
                    .expected("a plain ZIP archive (Deflate)")
                    .hint("unpack it and import the report itself"));
            }
        };
        rest = &rest[size..];
        if members.len() >= limits.zip_members {
            return Err(torn());
        }
        let crc = u32_at(directory, directory.len() - rest.len() - size + 16);
        members.push(Member { name, header_at, packed, unpacked, deflated, crc });
    }
    if members.is_empty() && !directory.is_empty() { Err(torn()) } else { Ok(members) }
}

/// Sizes over 4 GiB stand in an extra field, in this order and only when needed.
fn large_sizes(extra: &[u8], sizes: &mut [u64; 3]) {
    let mut rest = extra;
    while rest.len() >= 4 {
        let length = usize::from(u16_at(rest, 2));
        let Some(mut field) = rest.get(4..4 + length) else { return };
        if u16_at(rest, 0) == 1 {
            for size in sizes.iter_mut().filter(|size| **size == u64::from(u32::MAX)) {
                if field.len() < 8 {
                    return;
                }
                *size = u64_at(field, 0);
                field = &field[8..];
            }
            return;
        }
        rest = &rest[4 + length..];
    }
}

/// The name as text; one that could climb out of a folder is refused although nothing is unpacked
/// to disk, because such an archive was made with bad intent.
fn name(raw: &[u8]) -> Result<String, Problem> {
    let name = String::from_utf8_lossy(raw).replace('\\', "/");
    let climbs = name.split('/').any(|part| part == "..");
    let absolute = name.starts_with('/') || name.chars().nth(1) == Some(':');
    if climbs || absolute || name.contains('\0') {
        return Err(Problem::error("archive_unsafe_path")
            .found(name)
            .expected("file names that stay inside the archive")
            .hint("do not trust this archive; get the report from the channel itself"));
    }
    Ok(name)
}

/// The unpacked bytes of a member, its checksum verified at the end.
pub(super) fn read(bytes: &Bytes, member: &Member, limits: &Limits) -> Result<Stream, Problem> {
    let broken = |error: io::Error| problem_of(&error).in_file(member.name.clone());
    let mut file = bytes.open().map_err(broken)?;
    let mut local = [0; 30];
    file.seek(SeekFrom::Start(member.header_at)).map_err(broken)?;
    file.read_exact(&mut local).map_err(broken)?;
    if !local.starts_with(b"PK\x03\x04") {
        return Err(torn().in_file(member.name.clone()));
    }
    let skip = i64::from(u16_at(&local, 26)) + i64::from(u16_at(&local, 28));
    file.seek(SeekFrom::Current(skip)).map_err(broken)?;
    let packed = Arc::new(AtomicU64::new(0));
    let counted = Counted { inner: file.take(member.packed), count: Arc::clone(&packed) };
    let unpacked: Stream = if member.deflated {
        Box::new(DeflateDecoder::new(BufReader::with_capacity(1 << 16, counted)))
    } else {
        Box::new(counted)
    };
    let checked = Checked { inner: unpacked, crc: Crc::new(), member: member.clone(), given: 0 };
    Ok(Box::new(Metered::new(checked, packed, limits)))
}

/// Compares size and checksum with what the directory claims.
struct Checked {
    inner: Stream,
    crc: Crc,
    member: Member,
    given: u64,
}

impl Read for Checked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.given += read as u64;
        self.crc.update(&buffer[..read]);
        let ended = read == 0 && !buffer.is_empty();
        let lied = self.given > self.member.unpacked
            || (ended && (self.given < self.member.unpacked || self.crc.sum() != self.member.crc));
        if lied {
            return Err(refuse(
                Problem::error("archive_damaged")
                    .in_file(self.member.name.clone())
                    .expected("the bytes the archive's directory promises")
                    .hint("download the report again"),
            ));
        }
        Ok(read)
    }
}

pub(super) fn torn() -> Problem {
    Problem::error("archive_damaged")
        .expected("a whole ZIP archive: its directory is missing or cut off")
        .hint("download the file again")
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    bytes.get(at..at + 2).map_or(0, |b| u16::from_le_bytes([b[0], b[1]]))
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from(u16_at(bytes, at)) | u32::from(u16_at(bytes, at + 2)) << 16
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from(u32_at(bytes, at)) | u64::from(u32_at(bytes, at + 4)) << 32
}
