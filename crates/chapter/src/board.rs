//! Boards: tables that a chapter works out. Their columns and words are knowledge; their rows are
//! code.

use std::collections::BTreeMap;

use argosy_kernel::{Day, Money, Origin, Text};
use rust_decimal::Decimal;
use serde::Serialize;
use serde_json::Value;

use crate::kind::{Action, Choice, Field};
pub use crate::{
    board_read::{Boards, params},
    table::{batch, empty_batch, sheet},
};

/// A board as `knowledge/boards/<chapter>/<id>.toml` describes it.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct BoardKind {
    /// Unique over all chapters; rules read it as the table `board_<id>`.
    pub id: String,
    pub version: String,
    pub chapter: String,
    pub title: Text,
    pub says: Text,
    /// Shown where there are no rows: what to do next.
    pub empty: Text,
    pub icon: Option<String>,
    /// What can be asked: same form as fields of records.
    pub params: Vec<Field>,
    /// Figures above the table, in order.
    pub tiles: Vec<Tile>,
    pub columns: Vec<Column>,
    /// Columns that name a row; together they are its id, joined by ` · `.
    pub row: Vec<String>,
    /// Column and direction at first sight.
    pub order: Option<(String, bool)>,
    pub actions: Vec<Action>,
    /// The kind of record behind a row, when a row opens one: column with its key.
    pub opens: Option<Opens>,
    pub source: String,
    #[serde(skip)]
    pub origin: Origin,
}

/// A row opens a record.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Opens {
    pub kind: String,
    pub column: String,
}

/// A figure above the table.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Tile {
    pub id: String,
    pub name: Text,
    pub help: Option<Text>,
    pub unit: Unit,
}

/// A column of a board.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Column {
    pub id: String,
    pub name: Text,
    pub help: Option<Text>,
    pub unit: Unit,
    /// Words for the values of a column of choices.
    pub choices: Vec<Choice>,
    /// Whether the table shows it at first.
    pub shown: bool,
}

/// How values of a column are written and read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    Text,
    /// A text in both languages.
    Words,
    Choice,
    Number,
    Integer,
    /// A fraction, shown in percent.
    Percent,
    Money,
    Day,
    Days,
    Flag,
    /// A small line in the cell.
    Spark,
}

/// A value in a row.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(untagged)]
pub enum Cell {
    Empty,
    Flag(bool),
    Integer(i64),
    /// As the string of the decimal.
    Number(#[serde(with = "rust_decimal::serde::str")] Decimal),
    Money(Money),
    Day(Day),
    Words(Text),
    Text(String),
    Spark(Vec<Option<f64>>),
}

/// A row: values by column; what is absent is empty.
#[derive(Clone, PartialEq, Debug, Default, Serialize)]
pub struct Row {
    pub id: String,
    pub cells: BTreeMap<String, Cell>,
    /// Why a cell is empty or to be doubted, by column.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub notes: BTreeMap<String, Text>,
}

/// What a chapter answers when it is asked for a board.
#[derive(Clone, PartialEq, Debug, Default, Serialize)]
pub struct Board {
    pub rows: Vec<Row>,
    pub tiles: BTreeMap<String, Cell>,
    pub pictures: Vec<Picture>,
    /// What the reader should know before trusting it.
    pub remarks: Vec<Remark>,
    /// The day it is about.
    pub day: Option<Day>,
    /// When it was worked out, if not now (RFC 3339).
    pub made: Option<String>,
    /// The parameters that were used, defaults filled in.
    pub params: BTreeMap<String, Value>,
}

/// Something to know about a board as a whole.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Remark {
    /// `info`, `warning` or `error`.
    pub level: String,
    pub says: Text,
}

/// More about one row, in sections.
#[derive(Clone, PartialEq, Debug, Default, Serialize)]
pub struct Detail {
    pub title: Text,
    pub sections: Vec<Section>,
}

#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Section {
    pub title: Text,
    pub holds: Holds,
}

/// What a section shows.
#[expect(
    clippy::large_enum_variant,
    reason = "a few per answer; a box would stand in all chapters"
)]
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Holds {
    Says(Text),
    /// Names and values, one below the other.
    Facts(Vec<Fact>),
    Table {
        columns: Vec<Column>,
        rows: Vec<Row>,
    },
    Picture(Picture),
}

#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Fact {
    pub name: Text,
    pub unit: Unit,
    pub value: Cell,
    pub note: Option<Text>,
}

/// A picture, told as data; the page draws it.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Picture {
    /// Points with a size, such as products by traffic and margin.
    Bubbles { title: Text, x: Axis, y: Axis, size: Axis, points: Vec<Bubble> },
    /// Lines over labels (days, weeks), with bands of doubt.
    Lines { title: Text, unit: Unit, labels: Vec<String>, lines: Vec<Line>, bands: Vec<Band> },
    /// Bars, stacked by series.
    Bars { title: Text, unit: Unit, labels: Vec<String>, series: Vec<Line> },
    /// Steps from one sum to another.
    Waterfall { title: Text, unit: Unit, steps: Vec<Step> },
    /// A grid of rows and columns with a state each, such as SKU × market.
    Grid { title: Text, columns: Vec<String>, rows: Vec<GridRow> },
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Axis {
    pub name: Text,
    pub unit: Unit,
    /// Where the axis is cut into low and high, if it is.
    pub split: Option<Decimal>,
}

#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Bubble {
    pub id: String,
    pub name: String,
    pub group: Text,
    pub x: f64,
    pub y: f64,
    pub size: f64,
}

#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Line {
    pub name: Text,
    pub values: Vec<Option<f64>>,
    /// What is expected rather than seen is drawn broken.
    pub expected: bool,
}

#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Band {
    pub name: Text,
    pub low: Vec<Option<f64>>,
    pub high: Vec<Option<f64>>,
}

#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Step {
    pub name: Text,
    pub value: f64,
    pub total: bool,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct GridRow {
    pub name: String,
    /// Per column a colour (`green`, `gold`, `red`, `grey`) and why.
    pub cells: Vec<(String, Text)>,
}

impl Row {
    pub fn new(id: impl Into<String>) -> Self {
        Self { id: id.into(), ..Self::default() }
    }

    pub fn with(mut self, column: &str, cell: impl Into<Cell>) -> Self {
        self.cells.insert(column.to_owned(), cell.into());
        self
    }

    pub fn noted(mut self, column: &str, says: Text) -> Self {
        self.notes.insert(column.to_owned(), says);
        self
    }
}

macro_rules! cell_from {
    ($($from:ty => $variant:ident,)*) => {
        $(impl From<$from> for Cell {
            fn from(value: $from) -> Self {
                Self::$variant(value)
            }
        })*
    };
}

cell_from! {
    bool => Flag,
    i64 => Integer,
    Decimal => Number,
    Money => Money,
    Day => Day,
    Text => Words,
    String => Text,
    Vec<Option<f64>> => Spark,
}

impl From<&str> for Cell {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl<T: Into<Self>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Empty, Into::into)
    }
}
