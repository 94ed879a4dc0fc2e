//! Rows of a table as records: which rows are one record, and what their cells say.

use std::collections::{BTreeSet, HashMap};

use argosy_intake::decode::numbers::DecimalSign;
use argosy_kernel::Text;
use serde_json::Value;

use super::{
    WRONG, cells,
    columns::{Column, Part, columns, meaning},
    numbers,
    read::{Cell, Table, TableRow},
};
use crate::{
    face::ChapterError,
    kind::{Body, FieldProblem, Kind},
};

/// Values of a column that are looked at to tell its decimal sign.
const TELLING_MAX: usize = 5_000;

/// What a table says.
#[derive(Clone, Debug, Default)]
pub(crate) struct Read {
    pub records: Vec<Incoming>,
    /// Fields that have a column: what a record lacks there it loses.
    pub fields: Vec<String>,
    /// Cells that cannot be read.
    pub problems: Vec<FieldProblem>,
    /// Headers that mean nothing here.
    pub ignored: Vec<String>,
}

/// A record of a table.
#[derive(Clone, Debug, Default)]
pub(crate) struct Incoming {
    pub id: Option<String>,
    pub state: Option<String>,
    pub body: Body,
    /// Its rows, from 1 with the header.
    pub rows: Vec<u64>,
    /// Paths of cells that could not be read.
    pub unread: Vec<String>,
    /// The row of each line, by field.
    lines: HashMap<String, Vec<u64>>,
    /// The record's own cells in its first row.
    own: Vec<(usize, Cell)>,
}

impl Incoming {
    /// The row in which a field stands.
    pub(crate) fn row_of(&self, path: &str) -> u64 {
        let line = path.split_once('[').and_then(|(field, rest)| {
            let at: usize = rest.split_once(']')?.0.parse().ok()?;
            self.lines.get(field)?.get(at).copied()
        });
        line.or(self.rows.first().copied()).unwrap_or_default()
    }
}

/// The records of a table.
///
/// # Errors
/// [`ChapterError::Told`] when the column of the key is missing.
pub(crate) fn records(kind: &Kind, table: &Table) -> Result<Read, ChapterError> {
    let columns = columns(kind);
    let means = meaning(&columns, &table.header);
    let mut places: Vec<Option<usize>> = vec![None; columns.len()];
    let mut ignored = Vec::new();
    for (at, column) in means.iter().enumerate() {
        let name = &table.header[at];
        match column {
            Some(column) => places[*column] = Some(at),
            None if name.is_empty() || name == WRONG.0 || name == WRONG.1 => {}
            None => ignored.push(name.clone()),
        }
    }
    let missing = columns.iter().zip(&places).find(|(column, place)| {
        column.is_key && place.is_none() && !matches!(column.part, Part::Number)
    });
    if let Some((column, _)) = missing {
        return Err(ChapterError::told(
            format!(
                "the column “{}” is missing; without it records cannot be told apart",
                column.header("en")
            ),
            format!("缺少“{}”列；没有该列无法区分记录", column.header("zh-CN")),
        ));
    }
    let mut reader = Reader {
        kind,
        signs: signs(&columns, &places, table),
        columns: &columns,
        places,
        read: Read { ignored, ..Read::default() },
        by_key: HashMap::new(),
    };
    let fields: BTreeSet<&str> = reader
        .columns
        .iter()
        .zip(&reader.places)
        .filter(|(_, place)| place.is_some())
        .filter_map(|(column, _)| column.path.split('.').next())
        .filter(|field| !field.is_empty())
        .collect();
    reader.read.fields = fields.into_iter().map(str::to_owned).collect();
    table.rows.iter().for_each(|row| reader.row(row));
    Ok(reader.read)
}

/// The decimal sign of each column of numbers, as far as its texts tell.
fn signs(
    columns: &[Column<'_>],
    places: &[Option<usize>],
    table: &Table,
) -> Vec<Option<DecimalSign>> {
    let sign = |(column, place): (&Column<'_>, &Option<usize>)| {
        let (field, place) = (column.field()?, (*place)?);
        let texts: Vec<String> = table
            .rows
            .iter()
            .filter_map(|row| cells::number_text(field, row.cells.get(place)?))
            .take(TELLING_MAX)
            .collect();
        numbers::sign(texts.iter().map(String::as_str))
    };
    columns.iter().zip(places).map(sign).collect()
}

struct Reader<'a> {
    kind: &'a Kind,
    columns: &'a [Column<'a>],
    /// Where each column stands in the table.
    places: Vec<Option<usize>>,
    signs: Vec<Option<DecimalSign>>,
    read: Read,
    by_key: HashMap<String, usize>,
}

const BLANK: Cell = Cell::Empty;

impl<'a> Reader<'a> {
    fn cell<'r>(&self, row: &'r TableRow, column: usize) -> &'r Cell {
        self.places[column].and_then(|place| row.cells.get(place)).unwrap_or(&BLANK)
    }

    fn has_lines(&self) -> bool {
        self.columns.iter().any(|column| matches!(column.part, Part::Line(..)))
    }

    fn is_own(column: &Column<'_>) -> bool {
        !matches!(column.part, Part::Line(..) | Part::LineCurrency(..))
    }

    fn row(&mut self, row: &TableRow) {
        let at = match self.record_of(row) {
            Some(at) => {
                self.same_own_cells(at, row);
                at
            }
            None => self.begin(row),
        };
        self.read.records[at].rows.push(row.line);
        self.lines(at, row);
    }

    /// The record that a row goes on with; `None` when it begins a new one.
    fn record_of(&self, row: &TableRow) -> Option<usize> {
        if !self.has_lines() {
            return None;
        }
        let key = self.columns.iter().position(|column| column.is_key)?;
        let text = self.cell(row, key).text();
        let key = text.trim();
        if !key.is_empty() {
            return self.by_key.get(key).copied();
        }
        let last = self.read.records.len().checked_sub(1)?;
        let own: Vec<(usize, &Cell)> = self.own_cells(row).collect();
        // A new record without a number may repeat its own cells in every row.
        let before = &self.read.records[last];
        let repeats = before.id.is_none()
            && own.len() == before.own.len()
            && own.iter().zip(&before.own).all(|(now, then)| now.0 == then.0 && *now.1 == then.1);
        (own.is_empty() || repeats).then_some(last)
    }

    /// The cells of a row that are of the record itself and not blank.
    fn own_cells<'r>(&'r self, row: &'r TableRow) -> impl Iterator<Item = (usize, &'r Cell)> {
        let own = (0..self.columns.len()).filter(|at| Self::is_own(&self.columns[*at]));
        own.map(|at| (at, self.cell(row, at))).filter(|(_, cell)| !cell.is_blank())
    }

    /// Rows of one record must not say different things about it.
    fn same_own_cells(&mut self, at: usize, row: &TableRow) {
        let differs: Vec<usize> = self
            .own_cells(row)
            .filter(|(column, cell)| {
                let first = self.read.records[at].own.iter().find(|(own, _)| own == column);
                first.is_none_or(|(_, first)| first != *cell)
            })
            .map(|(column, _)| column)
            .collect();
        for column in differs {
            let first = self.read.records[at].rows.first().copied().unwrap_or_default();
            let name = |language: &str| self.columns[column].header(language).to_owned();
            let says = Text {
                en: format!(
                    "{}: says something else than row {first} of the same record; leave it empty or \
                     write the same",
                    name("en")
                ),
                zh_cn: format!(
                    "{}：与同一记录第 {first} 行不一致；请留空或保持一致",
                    name("zh-CN")
                ),
            };
            self.say(at, row.line, &self.columns[column].path.clone(), ("differs", says));
        }
    }

    fn say(&mut self, record: usize, line: u64, path: &str, (code, says): cells::Wrong) {
        let mut problem = FieldProblem::new(&self.kind.id, path, code, says);
        problem.row = Some(line);
        problem.record.clone_from(&self.read.records[record].id);
        self.read.problems.push(problem);
        self.read.records[record].unread.push(path.to_owned());
    }

    /// A new record out of its first row.
    fn begin(&mut self, row: &TableRow) -> usize {
        let at = self.read.records.len();
        let own: Vec<(usize, Cell)> =
            self.own_cells(row).map(|(at, cell)| (at, cell.clone())).collect();
        self.read.records.push(Incoming { own, ..Incoming::default() });
        for (column_at, column) in self.columns.iter().enumerate() {
            let cell = self.cell(row, column_at).clone();
            if cell.is_blank() {
                continue;
            }
            let key = cell.text().trim().to_owned();
            if column.is_key {
                self.read.records[at].id = Some(key.clone());
                self.by_key.entry(key).or_insert(at);
            }
            match column.part {
                Part::State => self.state(at, row.line, &cell),
                Part::Own(field) => {
                    let money = self.beside(row, column_at);
                    match cells::value(field, &cell, &money, self.signs[column_at]) {
                        Ok(Some(value)) => {
                            self.read.records[at].body.insert(field.id.clone(), value);
                        }
                        Ok(None) => {}
                        Err(wrong) => self.say(at, row.line, &column.path, wrong),
                    }
                }
                _ => {}
            }
        }
        at
    }

    /// The cell with the currency of a column of money, which stands right after it in the file's
    /// own order.
    fn beside(&self, row: &TableRow, column: usize) -> Cell {
        match self.columns.get(column + 1).map(|next| &next.part) {
            Some(Part::Currency(_) | Part::LineCurrency(..)) => self.cell(row, column + 1).clone(),
            _ => Cell::Empty,
        }
    }

    fn state(&mut self, at: usize, line: u64, cell: &Cell) {
        let text = cell.text();
        let word = text.trim().to_lowercase();
        let states = self.kind.states.as_ref().map_or(&[][..], |states| states.states.as_slice());
        let found = states.iter().find(|state| {
            [&state.id, &state.name.en, &state.name.zh_cn]
                .iter()
                .any(|one| one.to_lowercase() == word)
        });
        if let Some(state) = found {
            self.read.records[at].state = Some(state.id.clone());
            return;
        }
        let all = |name: &dyn Fn(&crate::kind::State) -> String| {
            states.iter().map(name).collect::<Vec<_>>()
        };
        let says = Text {
            en: format!(
                "State: `{text}` is none of {}",
                all(&|one| one.name.en.clone()).join(", ")
            ),
            zh_cn: format!(
                "状态：`{text}` 不在可选范围内：{}",
                all(&|one| one.name.zh_cn.clone()).join("、")
            ),
        };
        self.say(at, line, "", ("unknown_state", says));
    }

    /// The lines that a row has, one for each field of lines.
    fn lines(&mut self, at: usize, row: &TableRow) {
        let mut found: Vec<(&'a str, Body)> = Vec::new();
        let mut wrong = Vec::new();
        for (column_at, column) in self.columns.iter().enumerate() {
            let Part::Line(lines, field) = column.part else { continue };
            let cell = self.cell(row, column_at);
            if cell.is_blank() {
                continue;
            }
            if found.last().is_none_or(|(id, _)| *id != lines.id) {
                found.push((&lines.id, Body::new()));
            }
            let money = self.beside(row, column_at);
            match cells::value(field, cell, &money, self.signs[column_at]) {
                Ok(Some(value)) => {
                    if let Some((_, line)) = found.last_mut() {
                        line.insert(field.id.clone(), value);
                    }
                }
                Ok(None) => {}
                Err(why) => wrong.push((&lines.id, &field.id, why)),
            }
        }
        let record = &mut self.read.records[at];
        let mut numbers: HashMap<&str, usize> = HashMap::new();
        for (id, line) in found {
            let list = record.body.entry(id).or_insert_with(|| Value::Array(Vec::new()));
            if let Value::Array(list) = list {
                numbers.insert(id, list.len());
                list.push(Value::Object(line));
            }
            record.lines.entry(id.to_owned()).or_default().push(row.line);
        }
        for (lines, field, why) in wrong {
            let number = numbers.get(lines.as_str()).copied().unwrap_or_default();
            self.say(at, row.line, &format!("{lines}[{number}].{field}"), why);
        }
    }
}
