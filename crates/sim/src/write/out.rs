//! Files on disk: encodings and packing, written as a stream.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::Path,
};

use encoding_rs::Encoding;
use flate2::{Compression, GzBuilder, write::GzEncoder};

/// The bytes of a text file as they come, in the encoding the channel uses.
pub(crate) struct Out<'a> {
    inner: Box<dyn Write + 'a>,
    encoding: &'static Encoding,
}

impl<'a> Out<'a> {
    pub(crate) fn to(inner: impl Write + 'a, encoding: &'static Encoding) -> Self {
        Self { inner: Box::new(inner), encoding }
    }

    /// A new file, packed when its name ends in `.gz`.
    pub(crate) fn create(path: &Path, encoding: &'static Encoding) -> io::Result<Self> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let file = BufWriter::with_capacity(1 << 18, File::create(path)?);
        if path.extension().is_some_and(|ending| ending == "gz") {
            return Ok(Self::to(Gzip(Some(gzip(file))), encoding));
        }
        Ok(Self::to(file, encoding))
    }

    /// Writes text; what the encoding cannot say becomes `?`, as Amazon does it.
    pub(crate) fn put(&mut self, text: &str) -> io::Result<()> {
        if self.encoding == encoding_rs::UTF_8 {
            return self.inner.write_all(text.as_bytes());
        }
        let (bytes, _, unknown) = self.encoding.encode(text);
        if !unknown {
            return self.inner.write_all(&bytes);
        }
        for letter in text.chars() {
            let mut buffer = [0; 4];
            let (bytes, _, unknown) = self.encoding.encode(letter.encode_utf8(&mut buffer));
            self.inner.write_all(if unknown { b"?" } else { &bytes })?;
        }
        Ok(())
    }

    /// A line with fields between `separator`, ended by `\r\n`.
    pub(crate) fn row(&mut self, separator: &str, fields: &[impl AsRef<str>]) -> io::Result<()> {
        let mut line = String::new();
        for (index, field) in fields.iter().enumerate() {
            if index > 0 {
                line.push_str(separator);
            }
            line.push_str(field.as_ref());
        }
        line.push_str("\r\n");
        self.put(&line)
    }

    pub(crate) fn finish(mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

fn gzip<W: Write>(inner: W) -> GzEncoder<W> {
    // No time in the header: the same company is the same bytes.
    GzBuilder::new().mtime(0).write(inner, Compression::fast())
}

/// Ends the gzip stream on the last flush.
struct Gzip<W: Write>(Option<GzEncoder<W>>);

impl<W: Write> Write for Gzip<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.0 {
            Some(encoder) => encoder.write(bytes),
            None => Err(io::Error::other("the packed file has already been ended")),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self.0.take() {
            Some(encoder) => encoder.finish()?.flush(),
            None => Ok(()),
        }
    }
}

/// Several files in one ZIP archive.
pub(crate) fn zip(path: &Path, members: &[(String, Vec<u8>)]) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut archive = zip::ZipWriter::new(BufWriter::new(File::create(path)?));
    let options = zip::write::SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Deflated)
        .last_modified_time(zip::DateTime::default());
    for (name, bytes) in members {
        archive.start_file(name.as_str(), options).map_err(io::Error::other)?;
        archive.write_all(bytes)?;
    }
    archive.finish().map_err(io::Error::other)?.flush()
}
