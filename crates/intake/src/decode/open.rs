//! From a file to its tables: unpacks, refuses, and finds the beginning of each table.

use std::path::Path;

use argosy_kernel::{Problem, Severity};

use super::{
    JsonSource, Limits, Opened, TableSource,
    guard::{Bytes, Origin, Packing},
    magic::{self, Kind},
    table::Kind as Table,
    text::{self, TextSource},
    xlsx::Workbook,
    zip,
};

/// Looks into a file and gives its tables, or the one reason why it can not be read.
///
/// `name` is only told to the user. Archive members that are no reports are left out with a
/// warning, which the first table's records bring, as long as one member is a report.
///
/// # Errors
/// A [`Problem`] that says what the file is and what to do.
pub fn open(path: &Path, name: &str, limits: &Limits) -> Result<Opened, Problem> {
    inspect(path, name, limits).map_err(|problem| {
        let member = problem.place.file.clone();
        let place = if member.is_empty() || member == name {
            name.to_owned()
        } else {
            format!("{name} › {member}")
        };
        problem.in_file(place)
    })
}

fn inspect(path: &Path, name: &str, limits: &Limits) -> Result<Opened, Problem> {
    if path.is_dir() {
        return Err(Problem::error("file_unreadable")
            .found("a folder")
            .expected("a file")
            .hint("import the files inside it"));
    }
    let origin = Origin::file(path.to_owned());
    let start = origin.beginning(magic::START_BYTES, limits)?;
    match kind_of(&start, &origin, limits)? {
        Kind::Gzip => {
            let inner = Origin { packing: Packing::Gzip, ..origin };
            let start = inner.beginning(magic::START_BYTES, limits)?;
            let kind = kind_of(&start, &inner, limits)?;
            unpacked(inner, kind, name, limits)
        }
        kind => unpacked(origin, kind, name, limits),
    }
}

/// The kind by magic; an old workbook is looked at whole, as its directory may lie at its end.
fn kind_of(start: &[u8], origin: &Origin, limits: &Limits) -> Result<Kind, Problem> {
    magic::kind(start).map_err(|problem| {
        if problem.code != "old_workbook" {
            return problem;
        }
        origin.beginning(limits.nested_bytes, limits).map_or(problem, |all| magic::old_office(&all))
    })
}

/// A file that is not gzip (any more).
fn unpacked(origin: Origin, kind: Kind, name: &str, limits: &Limits) -> Result<Opened, Problem> {
    match kind {
        Kind::Empty => Err(text::empty()),
        Kind::Gzip => Err(nested()),
        Kind::Zip => {
            let bytes = origin.seekable(limits)?;
            archive(&bytes, name, limits)
        }
        Kind::Json | Kind::JsonLines => {
            JsonSource::open(origin, kind == Kind::JsonLines, name.to_owned(), limits)
                .map(Opened::Json)
        }
        Kind::Text => tables(origin, name, limits).map(Opened::Tables),
    }
}

/// The table of a text, or the several that Google Analytics writes into one.
fn tables(origin: Origin, name: &str, limits: &Limits) -> Result<Vec<TableSource>, Problem> {
    let blocks = TextSource::blocks(&origin, limits)?;
    let table = |label: String, (text, head)| TableSource {
        label,
        kind: Table::Text(text),
        head,
        limits: limits.clone(),
    };
    if blocks.is_empty() {
        let whole = TextSource::open(origin, limits)?;
        return Ok(vec![table(name.to_owned(), whole)]);
    }
    let numbered = blocks.into_iter().zip(1..);
    Ok(numbered.map(|(block, number)| table(format!("{name} › {number}"), block)).collect())
}

fn nested() -> Problem {
    Problem::error("archive_nested")
        .found("an archive inside an archive")
        .expected("reports directly in the archive")
        .hint("unpack the outer archive and import the inner ones")
}

/// A zip: a workbook, or one report per member.
fn archive(bytes: &Bytes, name: &str, limits: &Limits) -> Result<Opened, Problem> {
    let members = zip::directory(bytes, limits)?;
    if let Some(problem) = office_file(&members) {
        return Err(problem);
    }
    if is_workbook(&members) {
        return Workbook::open(bytes.clone(), members, limits)?
            .tables(None, limits)
            .map(Opened::Tables);
    }
    let (mut tables, mut documents, mut left_out) = (Vec::new(), Vec::new(), Vec::new());
    for member in members.into_iter().filter(is_content) {
        let member_name = member.name.clone();
        let origin = Origin { bytes: bytes.clone(), packing: Packing::Member(member) };
        match member_content(origin, &member_name, limits) {
            Ok(Opened::Tables(found)) => tables.extend(found),
            Ok(Opened::Json(document)) => documents.push(document),
            // What is hostile or damaged refuses the whole archive; the rest is only left out.
            Err(problem) if problem.code.starts_with("archive_") => {
                return Err(problem.in_file(member_name));
            }
            Err(problem) => left_out.push(problem.in_file(member_name)),
        }
    }
    match (tables.is_empty(), documents.len()) {
        (true, 0) => Err(left_out
            .into_iter()
            .next()
            .unwrap_or_else(|| text::empty().in_file(name).found("an archive without files"))),
        (true, 1) => documents.pop().map(Opened::Json).ok_or_else(text::empty),
        (false, 0) => {
            warn(&mut tables, left_out);
            Ok(Opened::Tables(tables))
        }
        (_, documents) => Err(Problem::error("archive_mixed")
            .found(format!("{documents} JSON documents and {} tables", tables.len()))
            .expected("tables only, or one JSON document")
            .hint("import the JSON documents one by one")),
    }
}

/// The first table tells which members were left out, before its own records.
fn warn(tables: &mut [TableSource], left_out: Vec<Problem>) {
    let Some(first) = tables.first_mut() else { return };
    let notes = left_out.into_iter().map(|mut problem| {
        problem.severity = Severity::Warning;
        problem
    });
    match &mut first.kind {
        Table::Text(text) => text.notes.extend(notes),
        Table::Sheet(sheet) => sheet.notes.extend(notes),
    }
}

fn member_content(origin: Origin, name: &str, limits: &Limits) -> Result<Opened, Problem> {
    let start = origin.beginning(magic::START_BYTES, limits)?;
    match kind_of(&start, &origin, limits)? {
        Kind::Zip => {
            let bytes = origin.seekable(limits)?;
            let members = zip::directory(&bytes, limits)?;
            if !is_workbook(&members) {
                return Err(nested());
            }
            drop(bytes);
            Workbook::open_nested(origin, limits)?.tables(Some(name), limits).map(Opened::Tables)
        }
        kind => unpacked(origin, kind, name, limits),
    }
}

/// Folders and what operating systems leave behind are not reports.
fn is_content(member: &zip::Member) -> bool {
    let file = member.name.rsplit('/').next().unwrap_or_default();
    !(file.is_empty()
        || member.name.starts_with("__MACOSX/")
        || file.starts_with("._")
        || [".DS_Store", "Thumbs.db", "desktop.ini"].contains(&file))
}

fn has(members: &[zip::Member], name: &str) -> bool {
    members.iter().any(|member| member.name.eq_ignore_ascii_case(name))
}

fn is_workbook(members: &[zip::Member]) -> bool {
    has(members, "[Content_Types].xml")
        && members.iter().any(|member| member.name.to_ascii_lowercase().starts_with("xl/"))
}

/// Office files that are zips but no workbooks that can be read.
fn office_file(members: &[zip::Member]) -> Option<Problem> {
    let (what, hint) = if has(members, "xl/workbook.bin") {
        ("a binary workbook (XLSB)", "open it in Excel and save it as XLSX")
    } else if has(members, "word/document.xml") {
        ("a Word document", "download the report as CSV, TSV or XLSX instead")
    } else if has(members, "ppt/presentation.xml") {
        ("a presentation", "download the report as CSV, TSV or XLSX instead")
    } else if has(members, "content.xml") && has(members, "mimetype") {
        ("an OpenDocument file", "open it in LibreOffice and save it as XLSX or CSV")
    } else if has(members, "Index/Document.iwa") {
        ("a Numbers document", "export it from Numbers as XLSX or CSV")
    } else {
        return None;
    };
    Some(
        Problem::error("unknown_office_file")
            .found(what)
            .expected("a report: CSV, TSV, XLSX or JSON")
            .hint(hint),
    )
}

/// Opens one member of a workbook.
pub(super) fn member<'a>(members: &'a [zip::Member], name: &str) -> Option<&'a zip::Member> {
    members.iter().find(|member| member.name.eq_ignore_ascii_case(name))
}

/// The directory of a workbook that lies packed in another file.
pub(super) fn nested_members(
    origin: &Origin,
    limits: &Limits,
) -> Result<(Bytes, Vec<zip::Member>), Problem> {
    let bytes = origin.seekable(limits)?;
    let members = zip::directory(&bytes, limits)?;
    Ok((bytes, members))
}
