//! XML of workbooks as a stream of nodes, with caps on everything a hostile part can inflate.
//!
//! Document types and entities of one's own are refused outright: no spreadsheet program writes
//! them, and they are how XML reads foreign files or fills memory.

use std::{
    borrow::Cow,
    io::{self, BufRead, BufReader, Read},
};

use argosy_kernel::Problem;
use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};

use super::guard::{Stream, problem_of, refuse};

/// Workbook parts nest fewer than ten elements deep.
const DEPTH: usize = 64;

pub(super) enum Node<'a> {
    Open(BytesStart<'a>),
    /// The local name of the element that ends.
    Close(Cow<'a, str>),
    Text(Cow<'a, str>),
    /// Comments and declarations.
    Other,
    End,
}

pub(super) struct Xml {
    reader: Reader<Budget<BufReader<Stream>>>,
    buffer: Vec<u8>,
    depth: usize,
    node_bytes: usize,
}

impl std::fmt::Debug for Xml {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Xml").field("depth", &self.depth).finish_non_exhaustive()
    }
}

impl Xml {
    /// `node_bytes` caps one tag or piece of text.
    pub(super) fn new(stream: Stream, node_bytes: usize) -> Self {
        let budget = Budget { inner: BufReader::with_capacity(1 << 15, stream), left: node_bytes };
        let mut reader = Reader::from_reader(budget);
        reader.config_mut().expand_empty_elements = true;
        Self { reader, buffer: Vec::new(), depth: 0, node_bytes }
    }

    pub(super) fn next(&mut self) -> Result<Node<'_>, Problem> {
        self.buffer.clear();
        self.reader.get_mut().left = self.node_bytes;
        let event = match self.reader.read_event_into(&mut self.buffer) {
            Err(error) => return Err(problem_of_xml(&error)),
            Ok(event) => event,
        };
        Ok(match event {
            Event::Start(tag) | Event::Empty(tag) => {
                self.depth += 1;
                if self.depth > DEPTH {
                    return Err(damaged("elements nested too deep"));
                }
                Node::Open(tag)
            }
            Event::End(tag) => {
                self.depth = self.depth.saturating_sub(1);
                Node::Close(Cow::Owned(tag.local_name().as_ref().to_owned()))
            }
            Event::Text(text) => Node::Text(text.xml10_content()),
            Event::CData(text) => Node::Text(text.xml10_content()),
            Event::GeneralRef(reference) => {
                let char = match reference.resolve_char_ref() {
                    Ok(Some(char)) => char,
                    Ok(None) => {
                        named(&reference).ok_or_else(|| unsafe_xml("an entity of its own"))?
                    }
                    Err(error) => return Err(damaged(&error.to_string())),
                };
                Node::Text(Cow::Owned(char.to_string()))
            }
            Event::DocType(_) => return Err(unsafe_xml("a document type (DOCTYPE)")),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => Node::Other,
            Event::Eof if self.depth > 0 => return Err(torn()),
            Event::Eof => Node::End,
        })
    }
}

fn named(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => return None,
    })
}

/// An attribute by its local name, entities resolved.
pub(super) fn attribute<'a>(tag: &'a BytesStart<'_>, name: &str) -> Option<Cow<'a, str>> {
    let found = tag
        .attributes()
        .with_checks(false)
        .flatten()
        .find(|attribute| attribute.key.local_name().as_ref() == name)?;
    if !found.value.contains('&') {
        return Some(found.value);
    }
    quick_xml::escape::unescape(&found.value).ok().map(|text| Cow::Owned(text.into_owned()))
}

fn problem_of_xml(error: &quick_xml::Error) -> Problem {
    match error {
        quick_xml::Error::Io(error) => problem_of(error),
        quick_xml::Error::Syntax(_) => torn(),
        other => damaged(&other.to_string()),
    }
}

fn torn() -> Problem {
    Problem::error("workbook_damaged")
        .found("a sheet that ends in the middle")
        .expected("a whole workbook")
        .hint("download the report again; the rows before the tear were read")
}

pub(super) fn damaged(what: &str) -> Problem {
    Problem::error("workbook_damaged")
        .found(what)
        .expected("a workbook as Excel writes it")
        .hint("open it in Excel or LibreOffice, save it as XLSX and import that")
}

fn unsafe_xml(what: &str) -> Problem {
    Problem::error("workbook_unsafe")
        .found(what)
        .expected("a workbook as Excel writes it")
        .hint("do not trust this file; get the report from the channel itself")
}

/// Stops a node that grows beyond its cap while it is still being read.
struct Budget<R> {
    inner: R,
    left: usize,
}

impl<R: Read> Read for Budget<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.inner.read(buffer)
    }
}

impl<R: BufRead> BufRead for Budget<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.left == 0 {
            return Err(refuse(too_long()));
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.left = self.left.saturating_sub(amount);
        self.inner.consume(amount);
    }
}

pub(super) fn too_long() -> Problem {
    Problem::error("cell_too_long")
        .found("a cell of more than 1 MiB")
        .expected("cells as Excel allows them, at most 32,767 characters")
        .hint("this workbook is not a report; get it from the channel itself")
}
