//! Raw files at rest: AES-256-GCM in chunks, so that a gigabyte is sealed and read in a stream.
//!
//! Layout: `ARGOSEAL`, version, 16 bytes of salt, 7 bytes of nonce prefix; then chunks of 1 MiB,
//! each followed by its tag. The file's key comes from the vault's key and the salt. A chunk's nonce
//! is prefix ‖ counter ‖ last-chunk flag (the STREAM construction of Hoang, Reyhanitabar, Rogaway and
//! Vizár, 2015), and the header is authenticated with every chunk: a chunk that was changed, moved,
//! left out or taken from another file does not open, and neither does a file cut at any place.

use std::io::{self, Read, Write};

use aes_gcm::{
    Aes256Gcm, KeyInit,
    aead::{AeadInOut, Nonce},
};
use zeroize::Zeroize;

use crate::{
    Vault,
    vault::{derive, random_bytes},
};

const MAGIC: &[u8; 8] = b"ARGOSEAL";
const VERSION: u8 = 1;
const SALT_BYTES: usize = 16;
const PREFIX_BYTES: usize = 7;
const HEADER_BYTES: usize = MAGIC.len() + 1 + SALT_BYTES + PREFIX_BYTES;
const TAG_BYTES: usize = 16;
/// Plain bytes in each chunk but the last.
pub const CHUNK_BYTES: usize = 1 << 20;

impl Vault {
    /// A writer that seals what it is given; call [`SealWriter::finish`] at the end.
    ///
    /// # Errors
    /// When the header cannot be written.
    pub fn seal_writer<W: Write>(&self, mut sealed: W) -> io::Result<SealWriter<W>> {
        let mut header = [0; HEADER_BYTES];
        header[..8].copy_from_slice(MAGIC);
        header[8] = VERSION;
        let random = random_bytes::<{ SALT_BYTES + PREFIX_BYTES }>();
        header[9..].copy_from_slice(random.as_slice());
        sealed.write_all(&header)?;
        let chunks = Chunks::new(self, header);
        Ok(SealWriter { sealed, chunks, plain: Vec::with_capacity(CHUNK_BYTES + TAG_BYTES) })
    }

    /// A reader of what [`Vault::seal_writer`] wrote. It gives no byte that was not authenticated,
    /// and fails with [`io::ErrorKind::InvalidData`] where the file is not as it was written.
    ///
    /// # Errors
    /// When this is not a sealed file, or one of a newer Argosy.
    pub fn open_reader<R: Read>(&self, mut sealed: R) -> io::Result<OpenReader<R>> {
        let mut header = [0; HEADER_BYTES];
        sealed.read_exact(&mut header).map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => invalid("the sealed file is shorter than its header"),
            _ => error,
        })?;
        if header[..8] != *MAGIC {
            return Err(invalid("this is not a file sealed by Argosy"));
        }
        if header[8] != VERSION {
            return Err(invalid("this file was sealed by a newer Argosy; update this one"));
        }
        Ok(OpenReader {
            sealed,
            chunks: Chunks::new(self, header),
            ahead: Vec::new(),
            plain: Vec::new(),
            given: 0,
            state: State::Before,
        })
    }
}

/// The cipher of one file and how many chunks it has seen.
struct Chunks {
    cipher: Aes256Gcm,
    header: [u8; HEADER_BYTES],
    count: u32,
}

impl Chunks {
    fn new(vault: &Vault, header: [u8; HEADER_BYTES]) -> Self {
        let salt = &header[9..9 + SALT_BYTES];
        let key = derive(&vault.files, salt);
        Self { cipher: Aes256Gcm::new(&(*key).into()), header, count: 0 }
    }

    fn next_nonce(&mut self, last: bool) -> io::Result<Nonce<Aes256Gcm>> {
        let mut nonce = [0; 12];
        nonce[..PREFIX_BYTES].copy_from_slice(&self.header[9 + SALT_BYTES..]);
        nonce[PREFIX_BYTES..11].copy_from_slice(&self.count.to_be_bytes());
        nonce[11] = u8::from(last);
        // 2^32 chunks are 4 PiB; a counter that came round would repeat a nonce.
        self.count = self
            .count
            .checked_add(1)
            .ok_or_else(|| io::Error::new(io::ErrorKind::FileTooLarge, "file above 4 PiB"))?;
        Ok(nonce.into())
    }

    fn seal(&mut self, chunk: &mut Vec<u8>, last: bool) -> io::Result<()> {
        let nonce = self.next_nonce(last)?;
        self.cipher
            .encrypt_in_place(&nonce, &self.header, chunk)
            .map_err(|_| io::Error::other("a chunk could not be sealed"))
    }

    fn open(&mut self, chunk: &mut Vec<u8>, last: bool) -> io::Result<()> {
        let at = self.count;
        let nonce = self.next_nonce(last)?;
        self.cipher.decrypt_in_place(&nonce, &self.header, chunk).map_err(|_| {
            invalid(&format!(
                "the sealed file is damaged or cut at chunk {at} (from byte {}), or the master key \
                 is another one; put back the file's backup",
                HEADER_BYTES as u64 + u64::from(at) * (CHUNK_BYTES + TAG_BYTES) as u64
            ))
        })
    }
}

/// Seals a stream; see [`Vault::seal_writer`]. Without [`SealWriter::finish`] the file counts as cut.
pub struct SealWriter<W: Write> {
    sealed: W,
    chunks: Chunks,
    plain: Vec<u8>,
}

impl<W: Write> SealWriter<W> {
    /// Writes the last chunk and gives the inner writer back, flushed.
    ///
    /// # Errors
    /// Those of the inner writer.
    pub fn finish(mut self) -> io::Result<W> {
        self.write_chunk(true)?;
        self.sealed.flush()?;
        Ok(self.sealed)
    }

    fn write_chunk(&mut self, last: bool) -> io::Result<()> {
        self.chunks.seal(&mut self.plain, last)?;
        self.sealed.write_all(&self.plain)?;
        self.plain.clear();
        Ok(())
    }
}

impl<W: Write> Write for SealWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // A full chunk waits for the next byte: only then is it known not to be the last.
        if self.plain.len() == CHUNK_BYTES && !bytes.is_empty() {
            self.write_chunk(false)?;
        }
        let taken = bytes.len().min(CHUNK_BYTES - self.plain.len());
        self.plain.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    /// A chunk is sealed when it is full, so there is nothing to hurry.
    fn flush(&mut self) -> io::Result<()> {
        self.sealed.flush()
    }
}

enum State {
    /// Nothing was read after the header yet.
    Before,
    Between,
    Ended,
    /// Once a chunk did not open, nothing more is given.
    Broken,
}

/// Opens a sealed stream; see [`Vault::open_reader`].
pub struct OpenReader<R: Read> {
    sealed: R,
    chunks: Chunks,
    /// The next sealed chunk: whether a chunk is the last is known when none follows.
    ahead: Vec<u8>,
    plain: Vec<u8>,
    given: usize,
    state: State,
}

impl<R: Read> OpenReader<R> {
    fn next_chunk(&mut self) -> io::Result<()> {
        if matches!(self.state, State::Before) {
            self.ahead = self.read_sealed()?;
        }
        let following = self.read_sealed()?;
        let last = following.is_empty();
        self.plain.zeroize();
        self.plain = std::mem::replace(&mut self.ahead, following);
        self.given = 0;
        self.state = State::Broken;
        self.chunks.open(&mut self.plain, last).inspect_err(|_| self.plain.clear())?;
        self.state = if last { State::Ended } else { State::Between };
        Ok(())
    }

    fn read_sealed(&mut self) -> io::Result<Vec<u8>> {
        const SEALED_CHUNK_BYTES: usize = CHUNK_BYTES + TAG_BYTES;
        let mut chunk = Vec::new();
        self.sealed.by_ref().take(SEALED_CHUNK_BYTES as u64).read_to_end(&mut chunk)?;
        Ok(chunk)
    }
}

impl<R: Read> Read for OpenReader<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.given == self.plain.len() && !into.is_empty() {
            match self.state {
                State::Ended => return Ok(0),
                State::Broken => return Err(invalid("the sealed file is damaged")),
                State::Before | State::Between => self.next_chunk()?,
            }
        }
        let count = into.len().min(self.plain.len() - self.given);
        into[..count].copy_from_slice(&self.plain[self.given..self.given + count]);
        self.given += count;
        Ok(count)
    }
}

impl<R: Read> Drop for OpenReader<R> {
    fn drop(&mut self) {
        self.plain.zeroize();
    }
}

fn invalid(text: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, text)
}
