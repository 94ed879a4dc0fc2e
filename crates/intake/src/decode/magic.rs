//! What a file is, told by its first bytes and never by its name.

use argosy_kernel::Problem;

/// How much of the beginning is looked at.
pub(super) const START_BYTES: u64 = 64 << 10;

/// Kinds that can be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Empty,
    Gzip,
    Zip,
    /// One document: an object or an array.
    Json,
    /// One JSON object per line.
    JsonLines,
    Text,
}

/// Recognises the beginning of a file.
///
/// # Errors
/// A [`Problem`] that names what the file is, when it can not be read as a report.
pub(super) fn kind(start: &[u8]) -> Result<Kind, Problem> {
    if start.is_empty() {
        return Ok(Kind::Empty);
    }
    if start.starts_with(b"\x1F\x8B") {
        return Ok(Kind::Gzip);
    }
    if start.starts_with(b"PK\x03\x04") || start.starts_with(b"PK\x05\x06") {
        return Ok(Kind::Zip);
    }
    if let Some(problem) = foreign(start) {
        return Err(problem);
    }
    let text = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(start);
    if let Some(problem) = markup(text) {
        return Err(problem);
    }
    if let Some(kind) = json(text) {
        return Ok(kind);
    }
    if is_binary(start) {
        return Err(Problem::error("not_a_report")
            .found("a file of raw bytes, not of text")
            .expected("a CSV, TSV, XLSX or JSON report")
            .hint("import the report as the channel gives it"));
    }
    Ok(Kind::Text)
}

/// Kinds of files that people drop by mistake, each with what to do instead.
fn foreign(start: &[u8]) -> Option<Problem> {
    const PICTURE: &str = "import the report itself, not a picture of it";
    const EXPORT: &str = "download the report as CSV, TSV or XLSX instead";
    const UNPACK: &str = "unpack it and import the reports, or pack them as ZIP";
    let known: [(&[u8], &str, &str, &str); 24] = [
        (b"\x89PNG\r\n\x1A\n", "photo", "a PNG picture", PICTURE),
        (b"\xFF\xD8\xFF", "photo", "a JPEG picture", PICTURE),
        (b"GIF87a", "photo", "a GIF picture", PICTURE),
        (b"GIF89a", "photo", "a GIF picture", PICTURE),
        (b"II*\0", "photo", "a TIFF picture", PICTURE),
        (b"MM\0*", "photo", "a TIFF picture", PICTURE),
        (b"%PDF", "pdf_document", "a PDF document", EXPORT),
        (b"{\\rtf", "text_document", "a text document (RTF)", EXPORT),
        (b"7z\xBC\xAF\x27\x1C", "unknown_archive", "a 7z archive", UNPACK),
        (b"Rar!\x1A\x07", "unknown_archive", "a RAR archive", UNPACK),
        (b"\xFD7zXZ\0", "unknown_archive", "an XZ archive", UNPACK),
        (b"\x28\xB5\x2F\xFD", "unknown_archive", "a Zstandard archive", UNPACK),
        (b"BZh", "unknown_archive", "a bzip2 archive", UNPACK),
        (b"PK\x07\x08", "unknown_archive", "one part of a split ZIP archive", UNPACK),
        (b"PAR1", "not_a_report", "a Parquet file", EXPORT),
        (b"SQLite format 3\0", "not_a_report", "an SQLite database", EXPORT),
        (b"\x7FELF", "not_a_report", "a program", EXPORT),
        (b"MZ\x90", "not_a_report", "a program", EXPORT),
        (b"ID3", "not_a_report", "a sound file", EXPORT),
        (b"OggS", "not_a_report", "a sound file", EXPORT),
        (b"\x1A\x45\xDF\xA3", "not_a_report", "a film", EXPORT),
        (b"\0\0\0\x0CjP  ", "photo", "a JPEG 2000 picture", PICTURE),
        (b"\xCA\xFE\xBA\xBE", "not_a_report", "a program", EXPORT),
        (b"bplist00", "not_a_report", "a settings file", EXPORT),
    ];
    if let Some((_, code, what, hint)) = known.iter().find(|(magic, ..)| start.starts_with(magic)) {
        return Some(not_a_report(code, what, hint));
    }
    if start.starts_with(b"RIFF") && start.get(8..12) == Some(b"WEBP") {
        return Some(not_a_report("photo", "a WebP picture", PICTURE));
    }
    if start.get(4..8) == Some(b"ftyp") {
        let picture = matches!(start.get(8..11), Some(b"hei" | b"hev" | b"mif" | b"avi" | b"msf"));
        return Some(if picture {
            not_a_report("photo", "a HEIC picture", PICTURE)
        } else {
            not_a_report("not_a_report", "a film", EXPORT)
        });
    }
    start.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1").then(|| old_office(start))
}

fn not_a_report(code: &str, what: &str, hint: &str) -> Problem {
    Problem::error(code)
        .found(what)
        .expected("a report: CSV, TSV, XLSX or JSON, also packed as gzip or ZIP")
        .hint(hint)
}

/// Office files before 2007, and newer ones behind a password: their parts are named in UTF-16.
/// `start` is what was read; encrypted workbooks name their parts early or in the directory.
pub(super) fn old_office(bytes: &[u8]) -> Problem {
    let names = |name: &str| {
        let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        memchr::memmem::find(bytes, &wide).is_some()
    };
    if names("EncryptedPackage") || names("DataSpaces") {
        return Problem::error("workbook_encrypted")
            .found("a workbook behind a password or a sensitivity label")
            .expected("a workbook that opens without a password")
            .hint(
                "open it in Excel, remove the password or label, save it as XLSX and import that",
            );
    }
    if names("WordDocument") {
        return not_a_report(
            "text_document",
            "a Word document",
            "download the report as CSV, TSV or XLSX instead",
        );
    }
    Problem::error("old_workbook")
        .found("a workbook in Excel's format from before 2007 (XLS)")
        .expected("XLSX, CSV or TSV")
        .hint("open it in Excel or LibreOffice, save it as XLSX and import that")
}

/// Web pages come when a download link has expired; "XLS" exports are often pages too.
fn markup(text: &[u8]) -> Option<Problem> {
    let start = text.trim_ascii_start();
    let begins =
        |word: &[u8]| start.get(..word.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(word));
    let is_page = ["<!doctype html", "<html", "<head", "<body", "<table", "<script"]
        .iter()
        .any(|word| begins(word.as_bytes()));
    if is_page {
        return Some(
            Problem::error("web_page")
                .found("a web page")
                .expected("a report: CSV, TSV, XLSX or JSON")
                .hint("the download link may have expired or asked for a sign-in; download the report again"),
        );
    }
    begins(b"<?xml").then(|| {
        not_a_report("xml_file", "an XML file", "download the report as CSV, TSV or XLSX instead")
    })
}

/// JSON begins with `{"`, `{}` or `[` and a value; a CSV that begins with a bracket does not.
fn json(text: &[u8]) -> Option<Kind> {
    let text = text.trim_ascii_start();
    let (first, rest) = text.split_first()?;
    let second = rest.trim_ascii_start().first().copied();
    match first {
        b'{' if matches!(second, Some(b'"' | b'}')) => {
            Some(if has_json_lines(text) { Kind::JsonLines } else { Kind::Json })
        }
        b'[' if matches!(second, Some(b'{' | b'[' | b'"' | b']' | b'-' | b'0'..=b'9')) => {
            // `["a"` could still be a cell, but no report begins so.
            Some(Kind::Json)
        }
        _ => None,
    }
}

/// JSON lines: the first line is a whole object, and another one begins the next line.
fn has_json_lines(text: &[u8]) -> bool {
    let mut lines = text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    let first = lines.next().unwrap_or_default();
    let second = lines.find(|line| !line.is_empty());
    first.ends_with(b"}") && second.is_some_and(|line| line.starts_with(b"{"))
}

/// Many zero or control bytes that are not UTF-16.
fn is_binary(start: &[u8]) -> bool {
    let sample = &start[..start.len().min(8192)];
    let is_utf16 = sample.starts_with(b"\xFF\xFE")
        || sample.starts_with(b"\xFE\xFF")
        || super::encoding::utf16_without_mark(sample).is_some();
    let odd = |byte: &&u8| matches!(byte, 0..=8 | 14..=25 | 28..=31);
    !is_utf16 && sample.iter().filter(odd).count() * 10 > sample.len().max(40)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(bytes: &[u8]) -> String {
        kind(bytes).map_or_else(|problem| problem.code, |kind| format!("{kind:?}"))
    }

    #[test]
    fn what_people_drop_by_mistake_is_named() {
        for (bytes, expected) in [
            (&b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR"[..], "photo"),
            (b"\xFF\xD8\xFF\xE0\0\x10JFIF", "photo"),
            (b"\0\0\0\x18ftypheic\0\0\0\0", "photo"),
            (b"%PDF-1.7\n", "pdf_document"),
            (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\0\0", "old_workbook"),
            (b"<!DOCTYPE HTML><html>", "web_page"),
            (b"<?xml version=\"1.0\"?><a/>", "xml_file"),
            (b"7z\xBC\xAF\x27\x1C\0\0", "unknown_archive"),
            (&[0u8; 400], "not_a_report"),
        ] {
            assert_eq!(code(bytes), expected);
        }
    }

    #[test]
    fn reports_are_told_apart_by_their_first_bytes() {
        for (bytes, expected) in [
            (&b""[..], "Empty"),
            (b"sku,qty\nA\0B,1\n", "Text"),
            (b"\xEF\xBB\xBF {\"a\": 1}", "Json"),
            (b"{\"a\":1}\n{\"a\":2}\n", "JsonLines"),
            (b"[{\"a\":1}]", "Json"),
            (b"[Campaign],clicks\n", "Text"),
            (b"s\0k\0u\0,\0n\0\n\0", "Text"),
        ] {
            assert_eq!(code(bytes), expected);
        }
    }
}
