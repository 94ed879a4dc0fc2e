//! All boards, out of their files; and what is asked of one, out of an address.

use std::collections::BTreeMap;

use argosy_kernel::{Day, Diagnostic, Files, Text};
use serde::Deserialize;
use serde_json::Value;
use toml::Spanned;

use crate::{
    board::{BoardKind, Column, Opens, Tile, Unit},
    check,
    field_read::FieldReader,
    kind::{Body, FieldProblem, What},
    kind_file::{ActionFile, ChoiceFile, FieldFile},
    kind_read::Kinds,
    known::Known,
};

const FOLDER: &str = "boards/";
const UNITS: [&str; 11] = [
    "text", "words", "choice", "number", "integer", "percent", "money", "day", "days", "flag",
    "spark",
];
/// Columns that every board's table has of itself.
const RESERVED: [&str; 1] = [crate::table::ROW];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BoardFile {
    schema: Spanned<u32>,
    id: Spanned<String>,
    version: String,
    chapter: Spanned<String>,
    title: Spanned<Text>,
    says: Spanned<Text>,
    empty: Spanned<Text>,
    source: String,
    icon: Option<String>,
    row: Spanned<Vec<Spanned<String>>>,
    order: Option<OrderFile>,
    opens: Option<OpensFile>,
    #[serde(default)]
    param: Vec<Spanned<FieldFile>>,
    #[serde(default)]
    tile: Vec<TileFile>,
    column: Vec<ColumnFile>,
    #[serde(default)]
    action: Vec<Spanned<ActionFile>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OrderFile {
    column: Spanned<String>,
    #[serde(default)]
    descending: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OpensFile {
    kind: Spanned<String>,
    column: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TileFile {
    id: Spanned<String>,
    name: Spanned<Text>,
    help: Option<Spanned<Text>>,
    unit: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ColumnFile {
    id: Spanned<String>,
    name: Spanned<Text>,
    help: Option<Spanned<Text>>,
    unit: Spanned<String>,
    #[serde(default)]
    choices: Vec<ChoiceFile>,
    #[serde(default = "yes")]
    shown: bool,
}

fn yes() -> bool {
    true
}

/// All boards by id.
#[derive(Clone, Debug, Default)]
pub struct Boards {
    by_id: BTreeMap<String, BoardKind>,
}

impl Boards {
    /// Reads `boards/**.toml`.
    ///
    /// # Errors
    /// Everything wrong, each with its place.
    pub fn load(files: &Files, kinds: &Kinds) -> Result<Self, Vec<Diagnostic>> {
        let mut wrong = Vec::new();
        let mut boards = Self::default();
        for source in files.below(FOLDER, ".toml") {
            let parsed: BoardFile = match source.toml() {
                Ok(parsed) => parsed,
                Err(error) => {
                    wrong.push(*error);
                    continue;
                }
            };
            let mut reader = FieldReader::new(source);
            let board = read(&mut reader, &parsed, kinds);
            for to in std::mem::take(&mut reader.refs) {
                if kinds.get(&to.kind).is_none() {
                    let known = kinds.iter().map(|kind| kind.id.as_str());
                    let hint = crate::place::hint(&to.kind, known);
                    reader.say.say(to.span, &format!("unknown kind `{}`", to.kind), &hint);
                }
            }
            if boards.by_id.contains_key(&board.id) {
                let message = format!("there is a board `{}` already", board.id);
                reader.say.say(parsed.id.span(), &message, "take another id");
            }
            wrong.extend(reader.say.wrong);
            boards.by_id.insert(board.id.clone(), board);
        }
        if wrong.is_empty() { Ok(boards) } else { Err(wrong) }
    }

    pub fn get(&self, id: &str) -> Option<&BoardKind> {
        self.by_id.get(id)
    }

    /// All of them by id.
    pub fn iter(&self) -> impl Iterator<Item = &BoardKind> {
        self.by_id.values()
    }
}

fn read(reader: &mut FieldReader<'_>, file: &BoardFile, kinds: &Kinds) -> BoardKind {
    let say = &mut reader.say;
    say.schema(&file.schema);
    let id = say.id(&file.id);
    let chapter = say.id(&file.chapter);
    say.lies_at(FOLDER, &file.chapter, &file.id);
    let (title, says) = (say.words(&file.title), say.words(&file.says));
    let empty = say.words(&file.empty);
    if file.source.trim().is_empty() {
        say.say(file.id.span(), "`source` is empty", "say how the rows are worked out");
    }
    let columns = columns(reader, &file.column);
    let tiles = tiles(reader, &file.tile);
    let known = |reader: &mut FieldReader<'_>, word: &Spanned<String>| {
        let found = columns.iter().find(|column| column.id == *word.get_ref());
        if found.is_none() {
            reader.say.unknown(word, "column", columns.iter().map(|column| column.id.as_str()));
        }
        found.map(|column| column.unit)
    };
    if file.row.get_ref().is_empty() {
        reader.say.say(file.row.span(), "nothing names a row", "name columns in `row`");
    }
    for word in file.row.get_ref() {
        if known(reader, word).is_some_and(|unit| matches!(unit, Unit::Spark | Unit::Words)) {
            reader.say.say(word.span(), "this column cannot name a row", "take a text or a choice");
        }
    }
    let order = file.order.as_ref().map(|order| {
        known(reader, &order.column);
        (order.column.get_ref().clone(), order.descending)
    });
    let opens = file.opens.as_ref().map(|opens| {
        known(reader, &opens.column);
        if kinds.get(opens.kind.get_ref()).is_none() {
            let all = kinds.iter().map(|kind| kind.id.as_str());
            reader.say.unknown(&opens.kind, "kind", all);
        }
        Opens { kind: opens.kind.get_ref().clone(), column: opens.column.get_ref().clone() }
    });
    let params = reader.fields(&file.param, &[]);
    for (param, file) in params.iter().zip(&file.param) {
        if matches!(param.what, What::Lines { .. }) || param.read_only || param.unique {
            let span = file.get_ref().id.span();
            reader.say.say(span, "a board cannot be asked this", "take a plain field");
        }
    }
    let actions = reader.actions(&file.action, &[]);
    BoardKind {
        id,
        version: file.version.clone(),
        chapter,
        title,
        says,
        empty,
        icon: file.icon.clone(),
        params,
        tiles,
        columns,
        row: file.row.get_ref().iter().map(|word| word.get_ref().clone()).collect(),
        order,
        actions,
        opens,
        source: file.source.clone(),
        origin: reader.say.file.origin,
    }
}

fn columns(reader: &mut FieldReader<'_>, files: &[ColumnFile]) -> Vec<Column> {
    let ids = files.iter().map(|file| (file.id.get_ref().as_str(), file.id.span()));
    reader.say.twice("columns", ids);
    let mut columns = Vec::with_capacity(files.len());
    for file in files {
        let id = reader.say.id(&file.id);
        if RESERVED.contains(&id.as_str()) {
            let message = format!("`{id}` is a column that every board has");
            reader.say.say(file.id.span(), &message, "take another id");
        }
        let unit = unit(reader, &file.unit);
        if (unit == Unit::Choice) == file.choices.is_empty() {
            let hint = "a column of unit `choice`, and only such a one, has `choices`";
            reader.say.say(file.unit.span(), "`unit` and `choices` do not fit", hint);
        }
        columns.push(Column {
            id,
            name: reader.say.words(&file.name),
            help: file.help.as_ref().map(|help| reader.say.words(help)),
            unit,
            choices: reader.read_choices(&file.choices),
            shown: file.shown,
        });
    }
    columns
}

fn tiles(reader: &mut FieldReader<'_>, files: &[TileFile]) -> Vec<Tile> {
    let ids = files.iter().map(|file| (file.id.get_ref().as_str(), file.id.span()));
    reader.say.twice("tiles", ids);
    let mut tiles = Vec::with_capacity(files.len());
    for file in files {
        tiles.push(Tile {
            id: reader.say.id(&file.id),
            name: reader.say.words(&file.name),
            help: file.help.as_ref().map(|help| reader.say.words(help)),
            unit: unit(reader, &file.unit),
        });
    }
    tiles
}

fn unit(reader: &mut FieldReader<'_>, word: &Spanned<String>) -> Unit {
    match word.get_ref().as_str() {
        "text" => Unit::Text,
        "words" => Unit::Words,
        "choice" => Unit::Choice,
        "number" => Unit::Number,
        "integer" => Unit::Integer,
        "percent" => Unit::Percent,
        "money" => Unit::Money,
        "day" => Unit::Day,
        "days" => Unit::Days,
        "flag" => Unit::Flag,
        "spark" => Unit::Spark,
        _ => {
            reader.say.unknown(word, "unit", UNITS);
            Unit::Text
        }
    }
}

/// The parameters of a board out of an address, where everything is text: lists are separated by
/// `,` or `;`, money is `12.34 USD`. Defaults are filled in. What does not exist (a SKU, a store) is
/// taken as it is: the board then has no rows.
///
/// # Errors
/// Everything that is wrong with them.
pub fn params(
    board: &BoardKind,
    given: &BTreeMap<String, String>,
    today: Day,
) -> Result<BTreeMap<String, Value>, Vec<FieldProblem>> {
    let mut body = Body::new();
    for (id, text) in given {
        let field = board.params.iter().find(|field| field.id == *id);
        let is_list = field
            .is_some_and(|field| matches!(field.what, What::Choices { .. } | What::Refs { .. }));
        let value = if is_list {
            let parts = text.split([';', ',']).map(str::trim).filter(|part| !part.is_empty());
            parts.map(Value::from).collect()
        } else {
            Value::from(text.as_str())
        };
        body.insert(id.clone(), value);
    }
    let known = Known::anything(today);
    let checked = check::form(&board.params, &Kinds::default(), &body, &known);
    let of_board = |mut problem: FieldProblem| {
        problem.kind.clone_from(&board.id);
        problem
    };
    checked
        .map(|body| body.into_iter().collect())
        .map_err(|problems| problems.into_iter().map(of_board).collect())
}
