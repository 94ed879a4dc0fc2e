//! The tables of a file that are reports, and what else lies in it.

use std::path::Path;

use argosy_kernel::Problem;

use crate::{
    decode::{self, Format, JsonSource, Limits, Opened, TableSource},
    definition::{Definitions, Recognise},
    recognise::{self, Closest, Recognised, Unknown},
};

/// One table or JSON array with its definition.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    /// The archive member or sheet; the file's own name for a plain file.
    pub(crate) label: String,
    /// Index of the table; 0 for JSON.
    pub(crate) table: usize,
    /// Sheets of one workbook complete each other and are loaded together. Members of an archive
    /// are reports of their own: a later one may replace what an earlier one said.
    pub(crate) group: usize,
    pub(crate) recognised: Recognised,
}

/// A file looked into.
pub(crate) struct Examined {
    pub(crate) opened: Opened,
    pub(crate) parts: Vec<Part>,
    /// Tables that are no known report, beside others that are.
    pub(crate) left_out: Vec<(String, Unknown)>,
}

/// Why nothing of a file is loaded.
#[derive(Debug)]
pub(crate) enum Refused {
    /// It cannot be read at all.
    Unreadable(Problem),
    /// It is no report Argosy knows.
    Unknown(Unknown),
}

/// Opens a file and recognises its tables.
pub(crate) fn examine(
    definitions: &Definitions,
    path: &Path,
    name: &str,
    limits: &Limits,
) -> Result<Examined, Refused> {
    let opened = decode::open(path, name, limits).map_err(Refused::Unreadable)?;
    let mut parts = Vec::new();
    let mut left_out = Vec::new();
    match &opened {
        Opened::Tables(tables) => {
            let mut groups = Groups::default();
            for (table, source) in tables.iter().enumerate() {
                let group = groups.of(source);
                let label = source.label().to_owned();
                match recognise::table(definitions, source.head()) {
                    Ok(recognised) => parts.push(Part { label, table, group, recognised }),
                    Err(unknown) => left_out.push((label, only_near(definitions, unknown))),
                }
            }
        }
        Opened::Json(source) => match recognise::json(definitions, source) {
            Ok(found) => parts.extend(found.into_iter().map(|recognised| Part {
                label: name.to_owned(),
                table: 0,
                group: 0,
                recognised,
            })),
            Err(unknown) => left_out.push((name.to_owned(), only_near(definitions, unknown))),
        },
    }
    if parts.is_empty() {
        // Of several tables the one that comes nearest to a report is spoken of.
        let near = |unknown: &Unknown| {
            unknown.closest.as_ref().map(|closest| std::cmp::Reverse(closest.missing.len()))
        };
        let nearest = left_out.into_iter().map(|(_, unknown)| unknown).max_by_key(near);
        return Err(Refused::Unknown(nearest.unwrap_or_default()));
    }
    Ok(Examined { opened, parts, left_out })
}

impl Examined {
    pub(crate) fn table(&self, part: &Part) -> Option<&TableSource> {
        match &self.opened {
            Opened::Tables(tables) => tables.get(part.table),
            Opened::Json(_) => None,
        }
    }

    pub(crate) fn json(&self) -> Option<&JsonSource> {
        match &self.opened {
            Opened::Tables(_) => None,
            Opened::Json(source) => Some(source),
        }
    }
}

/// Numbers the groups: every text table is one, every workbook is one.
#[derive(Default)]
struct Groups {
    next: usize,
    workbook: Option<(String, usize)>,
}

impl Groups {
    fn of(&mut self, source: &TableSource) -> usize {
        let workbook = match source.format() {
            Format::Xlsx => {
                let label = source.label();
                Some(label.split_once(" › ").map_or("", |(member, _)| member).to_owned())
            }
            Format::Delimited | Format::Json => None,
        };
        if let (Some(name), Some((known, group))) = (&workbook, &self.workbook)
            && name == known
        {
            return *group;
        }
        let group = self.next;
        self.next += 1;
        self.workbook = workbook.map(|name| (name, group));
        group
    }
}

/// Whether the nearest report is near enough to be named: the file has at least half of what the
/// report asks for. Two headers in common with a report of fifty would only mislead.
fn resembles(definitions: &Definitions, closest: &Closest) -> bool {
    let Some(definition) = definitions.get(&closest.id) else { return false };
    let asked = match &definition.recognise {
        Recognise::Table { shown, .. } => {
            let columns = definition.columns.iter();
            let besides =
                columns.filter(|column| column.required && !shown.contains(&column.shown));
            shown.len() + besides.count()
        }
        Recognise::Json { has, .. } => has.len(),
    };
    closest.missing.len() * 2 <= asked
}

/// The nearest report only when it is near enough.
fn only_near(definitions: &Definitions, unknown: Unknown) -> Unknown {
    Unknown { closest: unknown.closest.filter(|closest| resembles(definitions, closest)) }
}

/// What to tell the user about a file that no definition fits. The sentences stand in the texts of
/// the knowledge folder: `expected` is the id of the nearest report, `hint` the columns it misses.
pub(crate) fn unknown_report(unknown: &Unknown) -> Problem {
    const SHOWN: usize = 8;
    // Nothing missing, and yet it does not fit: the file has columns the report never has.
    let Some(closest) = unknown.closest.as_ref().filter(|closest| !closest.missing.is_empty())
    else {
        return Problem::error("unknown_report")
            .hint("the page Data lists the known reports; a new one is added as a definition");
    };
    let shown: Vec<&str> = closest.missing.iter().take(SHOWN).map(String::as_str).collect();
    let more = if closest.missing.len() > SHOWN { ", …" } else { "" };
    Problem::error("unknown_report_near")
        .expected(closest.id.clone())
        .hint(format!("{}{more}", shown.join(", ")))
}
