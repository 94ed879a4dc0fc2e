//! Which report is this? Decided by what stands in the file, never by its name.
//!
//! The first records of a table are compared with the headers the definitions name; folding makes
//! case, width, blanks, a trailing colon and a currency in brackets irrelevant. Of several
//! definitions that fit, the one that asks for most counts.

use std::{collections::BTreeSet, sync::Arc};

use argosy_kernel::{Currency, Text};
use rustc_hash::FxHashMap;
use serde::Serialize;

use crate::{
    decode::JsonSource,
    definition::{Definition, Definitions, Recognise},
    words::header,
};

/// A table or a JSON array whose definition is known.
#[derive(Clone, Debug)]
pub struct Recognised {
    pub definition: Arc<Definition>,
    /// Index of the header among the head records; 0 for JSON.
    pub header_row: usize,
    /// The header as written; for JSON the paths that are asked for.
    pub header: Vec<String>,
    /// For each column of the definition the cells it may stand in, best first.
    pub positions: Vec<Vec<usize>>,
    /// Index into the definition's locales.
    pub locale: Option<usize>,
    /// The currency a column header names in brackets: `Total cost (USD)`.
    pub header_currency: Option<Currency>,
    /// The currency the header or the lines above it name.
    pub file_currency: Option<Currency>,
    /// The lines above the header.
    pub preamble: String,
    /// Columns of the definition that stand more than once: name, and places from 1.
    pub twice: Vec<(String, Vec<usize>)>,
}

/// A file no definition fits, and the one that comes nearest.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Unknown {
    pub closest: Option<Closest>,
}

/// The nearest definition and what stands between it and the file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Closest {
    pub id: String,
    pub name: Text,
    /// Columns the definition asks for and the file lacks.
    pub missing: Vec<String>,
    /// Columns of the file the definition does not know.
    pub extra: Vec<String>,
}

struct HeaderRow {
    positions: FxHashMap<String, usize>,
}

impl HeaderRow {
    fn new(cells: &[String]) -> Self {
        let mut positions = FxHashMap::default();
        for (index, cell) in cells.iter().enumerate() {
            let folded = header(cell).name;
            if !folded.is_empty() {
                positions.entry(folded).or_insert(index);
            }
        }
        Self { positions }
    }

    fn has(&self, name: &String) -> bool {
        self.positions.contains_key(name)
    }

    /// How much the definition asks for, when the row gives all of it.
    fn fits(&self, definition: &Definition) -> Option<(usize, usize)> {
        let Recognise::Table { has, has_any, lacks, .. } = &definition.recognise else {
            return None;
        };
        let all = has.iter().all(|name| self.has(name))
            && has_any.iter().all(|any| any.iter().any(|name| self.has(name)))
            && !lacks.iter().any(|name| self.has(name));
        let found =
            |column: &crate::definition::Column| column.headers.iter().any(|name| self.has(name));
        let whole = definition.columns.iter().all(|column| !column.required || found(column));
        let columns = definition.columns.iter().filter(|column| found(column)).count();
        (all && whole).then_some((has.len() + has_any.len(), columns))
    }

    /// How near the row comes to a definition it does not fit.
    fn nearness(&self, definition: &Definition) -> (usize, usize) {
        let Recognise::Table { has, has_any, .. } = &definition.recognise else { return (0, 0) };
        let named = has.iter().filter(|name| self.has(name)).count()
            + has_any.iter().filter(|any| any.iter().any(|name| self.has(name))).count();
        let columns = definition
            .columns
            .iter()
            .filter(|column| column.headers.iter().any(|name| self.has(name)))
            .count();
        (named, columns)
    }
}

/// Recognises a table by its first records.
///
/// # Errors
/// [`Unknown`] with the nearest definition.
pub fn table(definitions: &Definitions, head: &[Vec<String>]) -> Result<Recognised, Unknown> {
    let rows: Vec<HeaderRow> = head.iter().map(|cells| HeaderRow::new(cells)).collect();
    let mut best: Option<((usize, usize), usize, &Arc<Definition>)> = None;
    for definition in definitions.iter() {
        let within = rows.iter().take(definition.header_within).enumerate();
        let fit = within.filter_map(|(at, row)| Some((row.fits(definition)?, at))).next();
        if let Some((score, at)) = fit
            && best.as_ref().is_none_or(|(known, _, _)| score > *known)
        {
            best = Some((score, at, definition));
        }
    }
    let Some((_, at, definition)) = best else {
        return Err(Unknown { closest: closest(definitions, head, &rows) });
    };
    Ok(recognised(definition, definitions, head, at, &rows[at]))
}

fn recognised(
    definition: &Arc<Definition>,
    definitions: &Definitions,
    head: &[Vec<String>],
    at: usize,
    row: &HeaderRow,
) -> Recognised {
    let mut header_currency = None;
    let mut positions = Vec::with_capacity(definition.columns.len());
    for column in &definition.columns {
        let found = column.headers.iter().find_map(|name| row.positions.get(name).copied());
        if let Some(index) = found
            && column.currency_from_header
        {
            header_currency = header_currency.or(header(&head[at][index]).currency);
        }
        positions.push(found.into_iter().collect());
    }
    let locale = definition
        .locales
        .iter()
        .position(|locale| locale.when_header.iter().all(|name| row.has(name)));
    let preamble = || preamble_currency(definitions, &head[..at]);
    Recognised {
        definition: definition.clone(),
        header_row: at,
        header: head[at].clone(),
        positions,
        locale,
        header_currency,
        file_currency: header_currency.or_else(preamble),
        twice: twice(definition, &head[at]),
        preamble: head[..at].iter().map(|cells| cells.join(" ")).collect::<Vec<_>>().join("\n"),
    }
}

/// Columns that a definition reads and the header names more than once.
fn twice(definition: &Definition, cells: &[String]) -> Vec<(String, Vec<usize>)> {
    let names: Vec<String> = cells.iter().map(|cell| header(cell).name).collect();
    let mut found: Vec<(String, Vec<usize>)> = Vec::new();
    for (at, name) in names.iter().enumerate() {
        let read = || definition.columns.iter().any(|column| column.headers.contains(name));
        if name.is_empty() || names[..at].contains(name) || !read() {
            continue;
        }
        let places: Vec<usize> = (at..names.len())
            .filter(|other| names[*other] == *name)
            .map(|other| other + 1)
            .collect();
        if places.len() > 1 {
            found.push((cells[at].trim().to_owned(), places));
        }
    }
    found
}

/// The one currency the lines above the header name (`All amounts in USD, unless specified`).
fn preamble_currency(definitions: &Definitions, lines: &[Vec<String>]) -> Option<Currency> {
    let known: BTreeSet<&str> =
        definitions.markets().rows.iter().map(|row| row.currency.as_str()).collect();
    let mut found = BTreeSet::new();
    for cell in lines.iter().flatten() {
        for word in cell.split(|c: char| !c.is_alphanumeric()) {
            let code = match word {
                "Euro" | "euro" | "euros" | "Euros" => "EUR",
                "日本円" => "JPY",
                other => other,
            };
            if known.contains(code) {
                found.extend(code.parse::<Currency>());
            }
        }
    }
    if found.len() == 1 { found.pop_first() } else { None }
}

/// Headers a file must share with a definition before the two are worth comparing.
const WORTH_NAMING: usize = 2;

fn closest(definitions: &Definitions, head: &[Vec<String>], rows: &[HeaderRow]) -> Option<Closest> {
    let mut best: Option<((usize, usize), usize, &Arc<Definition>)> = None;
    for definition in definitions.iter().filter(|definition| definition.refuse.is_none()) {
        for (at, row) in rows.iter().take(definition.header_within).enumerate() {
            let (named, columns) = row.nearness(definition);
            let score = (columns, named);
            if named + columns >= WORTH_NAMING
                && best.as_ref().is_none_or(|(known, _, _)| score > *known)
            {
                best = Some((score, at, definition));
            }
        }
    }
    let (_, at, definition) = best?;
    let row = &rows[at];
    let Recognise::Table { has, has_any, lacks, shown } = &definition.recognise else {
        return None;
    };
    let asked = has.iter().map(|name| row.has(name));
    let asked = asked.chain(has_any.iter().map(|any| any.iter().any(|name| row.has(name))));
    let mut missing: Vec<String> =
        shown.iter().zip(asked).filter(|(_, found)| !found).map(|(name, _)| name.clone()).collect();
    for column in definition.columns.iter().filter(|column| column.required) {
        let found = column.headers.iter().any(|name| row.has(name));
        if !found && !missing.contains(&column.shown) {
            missing.push(column.shown.clone());
        }
    }
    let known = |name: &String| {
        !lacks.contains(name)
            && (has.contains(name)
                || has_any.iter().any(|any| any.contains(name))
                || definition.columns.iter().any(|column| column.headers.contains(name)))
    };
    let extra = head[at]
        .iter()
        .filter(|cell| !cell.trim().is_empty() && !known(&header(cell).name))
        .map(|cell| cell.trim().to_owned())
        .collect();
    Some(Closest { id: definition.id.clone(), name: definition.name.clone(), missing, extra })
}

/// A mark of which only the presence counts.
const ANY: &str = "*";

/// Recognises a JSON document. One document may hold several arrays of rows (sales by day and by
/// ASIN), each with its own definition.
///
/// # Errors
/// [`Unknown`] when no definition's marks are in it.
pub fn json(definitions: &Definitions, source: &JsonSource) -> Result<Vec<Recognised>, Unknown> {
    let mut found: Vec<(usize, &Arc<Definition>)> = Vec::new();
    let mut nearest: Option<(usize, &Arc<Definition>, Vec<String>)> = None;
    for definition in definitions.iter() {
        let Recognise::Json { has, lacks, records } = &definition.recognise else { continue };
        let says = |path: &String, value: &String| {
            source.value(path).is_some_and(|found| value == ANY || found == *value)
        };
        if lacks.iter().any(|path| source.value(path).is_some()) {
            continue;
        }
        let missing: Vec<String> = has
            .iter()
            .filter(|(path, value)| !says(path, value))
            .map(|(path, value)| match value.as_str() {
                ANY => path.clone(),
                value => format!("{path} = {value}"),
            })
            .collect();
        let there = has.len() - missing.len();
        if !missing.is_empty() || !source.has_records(records) {
            if there > 0
                && definition.refuse.is_none()
                && nearest.as_ref().is_none_or(|(known, _, _)| there > *known)
            {
                nearest = Some((there, definition, missing));
            }
            continue;
        }
        let same = |other: &Arc<Definition>| match &other.recognise {
            Recognise::Json { records: other, .. } => other == records,
            Recognise::Table { .. } => false,
        };
        match found.iter_mut().find(|(_, other)| same(other)) {
            Some(known) if known.0 < has.len() => *known = (has.len(), definition),
            Some(_) => {}
            None => found.push((has.len(), definition)),
        }
    }
    if found.is_empty() {
        let closest = nearest.map(|(_, definition, missing)| Closest {
            id: definition.id.clone(),
            name: definition.name.clone(),
            missing,
            extra: Vec::new(),
        });
        return Err(Unknown { closest });
    }
    Ok(found.into_iter().map(|(_, definition)| json_columns(definition)).collect())
}

/// Every path a column may stand at becomes a column of its own; the first that has a value counts.
fn json_columns(definition: &Arc<Definition>) -> Recognised {
    let mut header = Vec::new();
    let mut positions = Vec::new();
    for column in &definition.columns {
        positions.push((header.len()..header.len() + column.headers.len()).collect());
        header.extend(column.headers.iter().cloned());
    }
    let locale = definition.locales.iter().position(|locale| locale.when_header.is_empty());
    Recognised {
        definition: definition.clone(),
        header_row: 0,
        header,
        positions,
        locale,
        header_currency: None,
        file_currency: None,
        preamble: String::new(),
        twice: Vec::new(),
    }
}
