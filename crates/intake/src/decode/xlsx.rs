//! Workbooks (XLSX), a row at a time: sparse, typed, and deaf to what the file claims about itself.

use std::sync::Arc;

use argosy_kernel::{Problem, Severity};

use super::{
    Limits, TableSource,
    guard::{Bytes, Origin, Stream},
    open,
    record::SharedStrings,
    table::Kind,
    xlsx_parts::{self as parts, SheetPart, Shown},
    xlsx_rows::SheetRecords,
    xml::damaged,
    zip::{self, Member},
};

/// A workbook, known by its list of sheets and styles.
#[derive(Debug)]
pub(super) struct Workbook {
    access: Access,
    sheets: Vec<SheetPart>,
    pub styles: Vec<Shown>,
    pub from_1904: bool,
    strings_path: Option<String>,
}

#[derive(Debug)]
enum Access {
    Direct(Bytes, Vec<Member>),
    /// Packed in another file; unpacked anew for each reading, so that many workbooks in one
    /// archive never lie in memory together.
    Nested(Origin),
}

impl Workbook {
    pub(super) fn open(
        bytes: Bytes,
        members: Vec<Member>,
        limits: &Limits,
    ) -> Result<Self, Problem> {
        let mut book = Self::read(&bytes, &members, limits)?;
        book.access = Access::Direct(bytes, members);
        Ok(book)
    }

    pub(super) fn open_nested(origin: Origin, limits: &Limits) -> Result<Self, Problem> {
        let (bytes, members) = open::nested_members(&origin, limits)?;
        let mut book = Self::read(&bytes, &members, limits)?;
        book.access = Access::Nested(origin);
        Ok(book)
    }

    fn read(bytes: &Bytes, members: &[Member], limits: &Limits) -> Result<Self, Problem> {
        let part = |path: &str| {
            open::member(members, path).map(|member| zip::read(bytes, member, limits)).transpose()
        };
        let related = |path: &str| match part(path)? {
            Some(stream) => parts::relations(stream, limits),
            None => Ok(Vec::new()),
        };
        let main = related("_rels/.rels")?
            .into_iter()
            .find(|[_, kind, _]| kind.ends_with("/officeDocument"))
            .map_or_else(
                || "xl/workbook.xml".to_owned(),
                |[.., target]| parts::resolve("", &target),
            );
        let stream =
            part(&main)?.ok_or_else(|| damaged("a workbook without its list of sheets"))?;
        let (listed, from_1904) = parts::sheets(stream, limits)?;
        let (folder, file) = main.rsplit_once('/').unwrap_or(("", &main));
        let relations = related(&format!("{folder}/_rels/{file}.rels").replace("//", "/"))?;
        let of_kind = |ending: &str| {
            relations
                .iter()
                .find(|[_, kind, _]| kind.ends_with(ending))
                .map(|[.., target]| parts::resolve(&main, target))
        };
        let sheets = listed
            .into_iter()
            .filter_map(|(name, id)| {
                let [_, kind, target] = relations.iter().find(|[found, ..]| *found == id)?;
                let path = parts::resolve(&main, target);
                kind.ends_with("/worksheet").then_some(SheetPart { name, path })
            })
            .collect();
        let styles = match of_kind("/styles") {
            Some(path) => part(&path)?.map_or(Ok(Vec::new()), |s| parts::styles(s, limits))?,
            None => Vec::new(),
        };
        let strings_path = of_kind("/sharedStrings");
        let access = Access::Direct(bytes.clone(), Vec::new());
        Ok(Self { access, sheets, styles, from_1904, strings_path })
    }

    /// One table per visible sheet that has rows; `archive_member` goes before the sheet's name.
    pub(super) fn tables(
        self,
        archive_member: Option<&str>,
        limits: &Limits,
    ) -> Result<Vec<TableSource>, Problem> {
        let book = Arc::new(self);
        let (bytes, members) = book.reach(limits)?;
        let strings = Arc::new(book.strings(&bytes, &members, limits)?);
        let mut tables = Vec::new();
        let mut failed = None;
        for sheet in &book.sheets {
            let stream = part_stream(&bytes, &members, &sheet.path, limits)?;
            let mut rows =
                SheetRecords::new(stream, Arc::clone(&book), Arc::clone(&strings), limits);
            let head = match rows.head() {
                Ok(head) => head,
                Err(problem) => {
                    failed = failed.or_else(|| Some(problem.in_file(sheet.name.clone())));
                    continue;
                }
            };
            if head.rows.is_empty() {
                continue;
            }
            let label = match archive_member {
                Some(member) => format!("{member} › {}", sheet.name),
                None => sheet.name.clone(),
            };
            let source = SheetSource {
                book: Arc::clone(&book),
                path: sheet.path.clone(),
                notes: Vec::new(),
            };
            tables.push(TableSource {
                label,
                kind: Kind::Sheet(source),
                head,
                limits: limits.clone(),
            });
        }
        match (tables.first_mut(), failed) {
            (None, failed) => Err(failed.unwrap_or_else(super::text::empty)),
            (Some(first), Some(mut problem)) => {
                problem.severity = Severity::Warning;
                if let Kind::Sheet(sheet) = &mut first.kind {
                    sheet.notes.push(problem);
                }
                Ok(tables)
            }
            (Some(_), None) => Ok(tables),
        }
    }

    fn reach(&self, limits: &Limits) -> Result<(Bytes, Vec<Member>), Problem> {
        match &self.access {
            Access::Direct(bytes, members) => Ok((bytes.clone(), members.clone())),
            Access::Nested(origin) => open::nested_members(origin, limits),
        }
    }

    fn strings(
        &self,
        bytes: &Bytes,
        members: &[Member],
        limits: &Limits,
    ) -> Result<SharedStrings, Problem> {
        let member = self.strings_path.as_deref().and_then(|path| open::member(members, path));
        match member {
            Some(member) => parts::shared_strings(zip::read(bytes, member, limits)?, limits),
            None => Ok(SharedStrings::default()),
        }
    }
}

fn part_stream(
    bytes: &Bytes,
    members: &[Member],
    path: &str,
    limits: &Limits,
) -> Result<Stream, Problem> {
    let member = open::member(members, path).ok_or_else(|| damaged("a sheet that is not there"))?;
    zip::read(bytes, member, limits)
}

/// One sheet of a workbook.
#[derive(Debug)]
pub(super) struct SheetSource {
    book: Arc<Workbook>,
    path: String,
    /// What to tell before the first record.
    pub notes: Vec<Problem>,
}

impl SheetSource {
    /// The records below the header in row `header_row`.
    pub(super) fn records(
        &self,
        header_row: u64,
        limits: &Limits,
    ) -> Result<SheetRecords, Problem> {
        let (bytes, members) = self.book.reach(limits)?;
        let strings = Arc::new(self.book.strings(&bytes, &members, limits)?);
        let stream = part_stream(&bytes, &members, &self.path, limits)?;
        let mut rows = SheetRecords::new(stream, Arc::clone(&self.book), strings, limits);
        loop {
            match rows.next() {
                Some(Ok(record)) if record.line >= header_row => {
                    let mut header = record.texts();
                    let named = header.iter().rposition(|name| !name.trim().is_empty());
                    header.truncate(named.map_or(0, |last| last + 1));
                    rows.begin(header, self.notes.clone());
                    return Ok(rows);
                }
                Some(_) => {}
                None => {
                    return Err(Problem::error("header_not_found")
                        .at_line(header_row)
                        .expected("the header in this row"));
                }
            }
        }
    }
}
