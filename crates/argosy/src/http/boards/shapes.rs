//! Shapes of boards as the chapters' room writes them, for the description.
//!
//! A test holds answers against the description, so that the two cannot part.
#![expect(dead_code, reason = "only their shapes are used")]

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::http::{
    dto::{MoneyDto, TextDto},
    records::shapes::{Action, Choice, Field},
};

/// A board: a table that a chapter works out; its columns and the words for them.
#[derive(ToSchema)]
#[schema(as = BoardKind)]
pub(crate) struct BoardKindShape {
    /// Rules read it as the table `board_<id>`.
    pub id: String,
    pub version: String,
    pub chapter: String,
    pub title: TextDto,
    pub says: TextDto,
    /// Shown where there are no rows: what to do next.
    pub empty: TextDto,
    pub icon: Option<String>,
    /// What can be asked: same form as fields of records.
    pub params: Vec<Field>,
    /// Figures above the table, in order.
    pub tiles: Vec<Tile>,
    pub columns: Vec<Column>,
    /// Columns that name a row; together they are its id, joined by ` · `.
    pub row: Vec<String>,
    /// Column, and whether the largest comes first.
    pub order: Option<(String, bool)>,
    pub actions: Vec<Action>,
    pub opens: Option<Opens>,
    pub source: String,
}

/// All boards.
#[derive(ToSchema)]
#[schema(as = BoardKinds)]
pub(crate) struct BoardKinds {
    pub boards: Vec<BoardKindShape>,
}

/// The kind of record behind a row: the column has its key.
#[derive(ToSchema)]
#[schema(as = BoardOpens)]
pub(crate) struct Opens {
    pub kind: String,
    pub column: String,
}

/// A figure above the table.
#[derive(ToSchema)]
#[schema(as = BoardTile)]
pub(crate) struct Tile {
    pub id: String,
    pub name: TextDto,
    pub help: Option<TextDto>,
    pub unit: Unit,
}

/// A column of a board.
#[derive(ToSchema)]
#[schema(as = BoardColumn)]
pub(crate) struct Column {
    pub id: String,
    pub name: TextDto,
    pub help: Option<TextDto>,
    pub unit: Unit,
    pub choices: Vec<Choice>,
    /// Whether the table shows it at first.
    pub shown: bool,
}

/// How values of a column are written and read.
#[derive(Serialize, ToSchema)]
#[schema(as = BoardUnit, rename_all = "snake_case")]
pub(crate) enum Unit {
    Text,
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
    Spark,
}

/// A value in a row; an empty one is null.
#[derive(Serialize, ToSchema)]
#[schema(as = BoardCell)]
#[serde(untagged)]
pub(crate) enum Cell {
    Flag(bool),
    Integer(i64),
    /// A text, a day, a choice, or the text of a decimal.
    Text(String),
    Money(MoneyDto),
    Words(TextDto),
    Spark(Vec<Option<f64>>),
}

/// A value, or null where there is none.
#[derive(ToSchema)]
#[schema(as = BoardMaybeCell)]
pub(crate) struct MaybeCell(Option<Cell>);

/// A row: values by column; what is absent is empty.
#[derive(ToSchema)]
#[schema(as = BoardRow)]
pub(crate) struct Row {
    pub id: String,
    pub cells: BTreeMap<String, MaybeCell>,
    /// Why a cell is empty or to be doubted, by column.
    #[schema(nullable = false)]
    pub notes: Option<BTreeMap<String, TextDto>>,
}

/// A board, worked out.
#[derive(ToSchema)]
#[schema(as = Board)]
pub(crate) struct BoardShape {
    pub rows: Vec<Row>,
    pub tiles: BTreeMap<String, MaybeCell>,
    pub pictures: Vec<Picture>,
    /// What the reader should know before trusting it.
    pub remarks: Vec<Remark>,
    /// The day it is about.
    pub day: Option<NaiveDate>,
    /// When it was worked out, if not now (RFC 3339).
    pub made: Option<String>,
    /// The parameters that were used, defaults filled in.
    pub params: BTreeMap<String, Value>,
}

/// Something to know about a board as a whole.
#[derive(ToSchema)]
#[schema(as = BoardRemark)]
pub(crate) struct Remark {
    /// `info`, `warning` or `error`.
    pub level: String,
    pub says: TextDto,
}

/// More about a row; `detail` is null when there is no more.
#[derive(ToSchema)]
#[schema(as = BoardDetailAnswer)]
pub(crate) struct DetailAnswer {
    pub detail: Option<Detail>,
}

/// More about one row, in sections.
#[derive(ToSchema)]
#[schema(as = BoardDetail)]
pub(crate) struct Detail {
    pub title: TextDto,
    pub sections: Vec<Section>,
}

/// A part of the detail.
#[derive(ToSchema)]
#[schema(as = BoardSection)]
pub(crate) struct Section {
    pub title: TextDto,
    pub holds: Holds,
}

/// What a section shows.
#[derive(ToSchema)]
#[schema(as = BoardHolds, rename_all = "snake_case")]
#[expect(clippy::large_enum_variant, reason = "a shape for the description, never made")]
pub(crate) enum Holds {
    Says(TextDto),
    Facts(Vec<Fact>),
    Table { columns: Vec<Column>, rows: Vec<Row> },
    Picture(Picture),
}

/// A name and its value.
#[derive(ToSchema)]
#[schema(as = BoardFact)]
pub(crate) struct Fact {
    pub name: TextDto,
    pub unit: Unit,
    pub value: Option<Cell>,
    pub note: Option<TextDto>,
}

/// A picture, told as data; the page draws it.
#[derive(Serialize, ToSchema)]
#[schema(as = BoardPicture)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum Picture {
    /// Points with a size, such as products by traffic and margin.
    Bubbles { title: TextDto, x: Axis, y: Axis, size: Axis, points: Vec<Bubble> },
    /// Lines over labels, with bands of doubt.
    Lines { title: TextDto, unit: Unit, labels: Vec<String>, lines: Vec<Line>, bands: Vec<Band> },
    /// Bars, stacked by series.
    Bars { title: TextDto, unit: Unit, labels: Vec<String>, series: Vec<Line> },
    /// Steps from one sum to another.
    Waterfall { title: TextDto, unit: Unit, steps: Vec<Step> },
    /// A grid of rows and columns with a state each, such as SKU × market.
    Grid { title: TextDto, columns: Vec<String>, rows: Vec<GridRow> },
}

/// An axis of a picture.
#[derive(Serialize, ToSchema)]
#[schema(as = BoardAxis)]
pub(crate) struct Axis {
    pub name: TextDto,
    pub unit: Unit,
    /// Where the axis is cut into low and high, if it is; a decimal as text.
    pub split: Option<String>,
}

/// A point with a size.
#[derive(Serialize, ToSchema)]
#[schema(as = BoardBubble)]
pub(crate) struct Bubble {
    pub id: String,
    pub name: String,
    pub group: TextDto,
    pub x: f64,
    pub y: f64,
    pub size: f64,
}

/// A line over the labels.
#[derive(Serialize, ToSchema)]
#[schema(as = BoardLine)]
pub(crate) struct Line {
    pub name: TextDto,
    pub values: Vec<Option<f64>>,
    /// What is expected rather than seen is drawn broken.
    pub expected: bool,
}

/// A band of doubt.
#[derive(Serialize, ToSchema)]
#[schema(as = BoardBand)]
pub(crate) struct Band {
    pub name: TextDto,
    pub low: Vec<Option<f64>>,
    pub high: Vec<Option<f64>>,
}

/// A step of a waterfall.
#[derive(Serialize, ToSchema)]
#[schema(as = BoardStep)]
pub(crate) struct Step {
    pub name: TextDto,
    pub value: f64,
    pub total: bool,
}

/// A row of a grid.
#[derive(Serialize, ToSchema)]
#[schema(as = BoardGridRow)]
pub(crate) struct GridRow {
    pub name: String,
    /// Per column a colour (`green`, `gold`, `red`, `grey`) and why.
    pub cells: Vec<(String, TextDto)>,
}
