//! Files for tests, made by hand so that they can lie.

use std::{fs, io::Write as _, path::PathBuf, sync::atomic::AtomicU32};

use flate2::{Compress, Compression, Crc, FlushCompress, write::GzEncoder};

/// A file that is gone when the test ends.
pub struct TestFile(pub PathBuf);

impl TestFile {
    pub fn new(bytes: &[u8]) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let name = format!("argosy-decode-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::write(&path, bytes).unwrap();
        Self(path)
    }
}

impl Drop for TestFile {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// A ZIP archive; sizes can be claimed that are not true.
#[derive(Default)]
pub struct ZipFile {
    bytes: Vec<u8>,
    directory: Vec<u8>,
    members: u16,
}

impl ZipFile {
    pub fn with(mut self, name: &str, content: &[u8]) -> Self {
        let mut packed = Vec::with_capacity(content.len() / 2 + 1024);
        let mut deflate = Compress::new(Compression::fast(), false);
        while deflate.total_in() < content.len() as u64 || packed.len() == packed.capacity() {
            packed.reserve(content.len() / 4 + 1024);
            let from = deflate.total_in() as usize;
            let status =
                deflate.compress_vec(&content[from..], &mut packed, FlushCompress::Finish).unwrap();
            if status == flate2::Status::StreamEnd {
                break;
            }
        }
        if content.is_empty() {
            packed = vec![3, 0];
        }
        let mut crc = Crc::new();
        crc.update(content);
        self.push(name, &packed, crc.sum(), content.len() as u32);
        self
    }

    /// A member whose packed bytes and claims are given.
    pub fn push(&mut self, name: &str, packed: &[u8], crc: u32, claimed: u32) {
        let at = self.bytes.len() as u32;
        let mut fields = Vec::new();
        fields.extend([20, 0, 0, 0, 8, 0, 0, 0, 0, 0]);
        for number in [crc, packed.len() as u32, claimed] {
            fields.extend(number.to_le_bytes());
        }
        fields.extend((name.len() as u16).to_le_bytes());
        fields.extend([0, 0]);
        self.bytes.extend(b"PK\x03\x04");
        self.bytes.extend(&fields);
        self.bytes.extend(name.as_bytes());
        self.bytes.extend(packed);
        self.directory.extend(b"PK\x01\x02\x14\0");
        self.directory.extend(&fields);
        self.directory.extend([0; 10]);
        self.directory.extend(at.to_le_bytes());
        self.directory.extend(name.as_bytes());
        self.members = self.members.wrapping_add(1);
    }

    pub fn bytes(mut self) -> Vec<u8> {
        let at = self.bytes.len() as u32;
        self.bytes.extend(&self.directory);
        self.bytes.extend(b"PK\x05\x06\0\0\0\0");
        self.bytes.extend(self.members.to_le_bytes());
        self.bytes.extend(self.members.to_le_bytes());
        self.bytes.extend((self.directory.len() as u32).to_le_bytes());
        self.bytes.extend(at.to_le_bytes());
        self.bytes.extend([0, 0]);
        self.bytes
    }
}

/// `times` times `piece`, deflated at once: each piece is packed alone, so the packed piece
/// repeats too.
pub fn deflate_repeated(before: &[u8], piece: &[u8], times: usize, after: &[u8]) -> Vec<u8> {
    let pack = |content: &[u8]| {
        let mut packed = Vec::with_capacity(content.len() + 1024);
        let mut deflate = Compress::new(Compression::best(), false);
        deflate.compress_vec(content, &mut packed, FlushCompress::Full).unwrap();
        packed
    };
    let mut packed = pack(before);
    let piece = pack(piece);
    for _ in 0..times {
        packed.extend(&piece);
    }
    packed.extend(pack(after));
    packed.extend([3, 0]);
    packed
}

pub fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

const TYPES: &str = "<Types/>";
const NAMESPACE: &str = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"";
const ROOT_RELATIONS: &str = "<Relationships><Relationship Id=\"r1\" \
    Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" \
    Target=\"xl/workbook.xml\"/></Relationships>";

/// A workbook with the XML inside `<sheetData>` of each sheet.
pub struct Book {
    pub strings: String,
    pub styles: String,
    pub from_1904: bool,
    pub sheets: Vec<(&'static str, String)>,
}

impl Book {
    pub fn of(rows: &str) -> Self {
        Self {
            strings: String::new(),
            styles: String::new(),
            from_1904: false,
            sheets: vec![("Sheet", rows.to_owned())],
        }
    }

    pub fn strings(mut self, inside: &str) -> Self {
        self.strings = format!("<sst {NAMESPACE}>{inside}</sst>");
        self
    }

    /// The archive without the shared strings.
    pub fn zip(&self) -> ZipFile {
        let flag = u8::from(self.from_1904);
        let mut list = format!("<workbook {NAMESPACE}><workbookPr date1904=\"{flag}\"/><sheets>");
        let mut relations = "<Relationships>".to_owned();
        for (index, (name, _)) in self.sheets.iter().enumerate() {
            list += &format!("<sheet name=\"{name}\" sheetId=\"{index}\" r:id=\"s{index}\"/>");
            relations += &format!(
                "<Relationship Id=\"s{index}\" Type=\"x/worksheet\" \
                 Target=\"worksheets/sheet{index}.xml\"/>"
            );
        }
        relations += "<Relationship Id=\"t\" Type=\"x/sharedStrings\" Target=\"sharedStrings.xml\"/>\
            <Relationship Id=\"u\" Type=\"x/styles\" Target=\"/xl/styles.xml\"/></Relationships>";
        list += "</sheets></workbook>";
        let mut zip = ZipFile::default()
            .with("[Content_Types].xml", TYPES.as_bytes())
            .with("_rels/.rels", ROOT_RELATIONS.as_bytes())
            .with("xl/workbook.xml", list.as_bytes())
            .with("xl/_rels/workbook.xml.rels", relations.as_bytes())
            .with("xl/styles.xml", format!("<styleSheet>{}</styleSheet>", self.styles).as_bytes());
        for (index, (_, rows)) in self.sheets.iter().enumerate() {
            let sheet = format!("<worksheet {NAMESPACE}><sheetData>{rows}</sheetData></worksheet>");
            zip = zip.with(&format!("xl/worksheets/sheet{index}.xml"), sheet.as_bytes());
        }
        zip
    }

    pub fn bytes(&self) -> Vec<u8> {
        let strings = if self.strings.is_empty() { "<sst/>" } else { &self.strings };
        self.zip().with("xl/sharedStrings.xml", strings.as_bytes()).bytes()
    }
}
