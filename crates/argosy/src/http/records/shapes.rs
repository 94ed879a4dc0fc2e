//! Shapes of kinds of records as the chapters' room writes them, for the description.
//!
//! A test holds answers against the description, so that the two cannot part.
#![expect(dead_code, reason = "only their shapes are used")]

use serde_json::Value;
use utoipa::ToSchema;

use crate::http::dto::TextDto;

/// A chapter's menu.
#[derive(ToSchema)]
#[schema(as = ChapterMenu)]
pub(crate) struct Menu {
    pub id: String,
    pub version: String,
    pub title: TextDto,
    /// Name of a lucide icon.
    pub icon: Option<String>,
    pub sections: Vec<MenuSection>,
}

/// Pages that belong together.
#[derive(ToSchema)]
#[schema(as = ChapterMenuSection)]
pub(crate) struct MenuSection {
    pub title: TextDto,
    pub pages: Vec<MenuPage>,
}

/// What a page shows.
#[derive(ToSchema)]
#[schema(as = ChapterPageKind, rename_all = "snake_case")]
pub(crate) enum PageKind {
    Board,
    Records,
}

/// One page: a board, or the records of a kind.
#[derive(ToSchema)]
#[schema(as = ChapterMenuPage)]
pub(crate) struct MenuPage {
    pub page: PageKind,
    /// Of the board or the kind.
    pub id: String,
    pub title: TextDto,
    pub icon: Option<String>,
}

/// Menus of all chapters.
#[derive(ToSchema)]
#[schema(as = ChapterMenus)]
pub(crate) struct Menus {
    pub chapters: Vec<Menu>,
}

/// A kind of record: fields, states, actions and the words for them.
#[derive(ToSchema)]
#[schema(as = RecordKind)]
pub(crate) struct Kind {
    pub id: String,
    pub version: String,
    pub chapter: String,
    /// Of many of them.
    pub title: TextDto,
    /// Of one of them.
    pub one: TextDto,
    /// What it is for; shown where there is none yet.
    pub says: TextDto,
    pub icon: Option<String>,
    pub key: Key,
    /// The field that names a record to people.
    pub label: String,
    /// What it takes to change one: `work` or `edit`.
    pub permission: String,
    /// Sections of the form, in order.
    pub groups: Vec<Group>,
    pub fields: Vec<Field>,
    pub states: Option<States>,
    pub orders: Vec<FieldOrder>,
    /// Printed documents of a record.
    pub papers: Vec<Paper>,
    pub actions: Vec<Action>,
    pub source: String,
}

/// All kinds of records.
#[derive(ToSchema)]
#[schema(as = RecordKinds)]
pub(crate) struct Kinds {
    pub kinds: Vec<Kind>,
}

/// Where the key of a record comes from.
#[derive(ToSchema)]
#[schema(as = RecordKey, rename_all = "snake_case")]
pub(crate) enum Key {
    /// People type it into this field; it cannot be changed later.
    Field(String),
    /// Argosy counts by this pattern.
    Number(String),
}

/// A section of a form.
#[derive(ToSchema)]
#[schema(as = RecordGroup)]
pub(crate) struct Group {
    pub id: String,
    pub name: TextDto,
}

/// The field `low` must not be above the field `high`.
#[derive(ToSchema)]
#[schema(as = RecordFieldOrder)]
pub(crate) struct FieldOrder {
    pub low: String,
    pub high: String,
}

/// What a field holds.
#[derive(ToSchema)]
#[schema(as = RecordFieldType, rename_all = "snake_case")]
pub(crate) enum FieldType {
    Text,
    LongText,
    Number,
    Integer,
    Percent,
    Money,
    Day,
    Flag,
    Choice,
    Choices,
    Ref,
    Refs,
    Sku,
    Store,
    Market,
    Country,
    Currency,
    Language,
    User,
    Url,
    Lines,
}

/// A field of a record, of a line, of a form, or a parameter of a board.
#[derive(ToSchema)]
#[schema(as = RecordField)]
pub(crate) struct Field {
    pub id: String,
    pub r#type: FieldType,
    /// Of `choice` and `choices`.
    #[schema(nullable = false)]
    pub choices: Option<Vec<Choice>>,
    /// Of `ref` and `refs`: the kind of the records it refers to.
    #[schema(nullable = false)]
    pub to: Option<String>,
    /// Of `lines`.
    #[schema(no_recursion, nullable = false)]
    pub fields: Option<Vec<Field>>,
    pub name: TextDto,
    pub help: Option<TextDto>,
    pub required: bool,
    /// Such as `kg`; shown, never converted.
    pub unit: Option<String>,
    /// Decimals as texts.
    pub min: Option<String>,
    pub max: Option<String>,
    /// What a form begins with.
    #[schema(value_type = Option<Value>)]
    pub default: Option<Value>,
    pub unique: bool,
    pub group: Option<String>,
    /// Whether a list shows it unless told otherwise.
    pub list: bool,
    /// Set by Argosy only.
    pub read_only: bool,
    /// Further headers under which a sheet may have it.
    pub alias: Vec<String>,
}

/// One of several values.
#[derive(ToSchema)]
#[schema(as = RecordChoice)]
pub(crate) struct Choice {
    pub id: String,
    pub en: String,
    #[schema(rename = "zh-CN")]
    pub zh_cn: String,
}

/// The life of a record.
#[derive(ToSchema)]
#[schema(as = RecordStates)]
pub(crate) struct States {
    /// The first is that of a new record.
    pub states: Vec<State>,
    pub moves: Vec<Move>,
}

/// A state of a record.
#[derive(ToSchema)]
#[schema(as = RecordState)]
pub(crate) struct State {
    pub id: String,
    pub name: TextDto,
    /// `grey`, `blue`, `gold`, `green` or `red`.
    pub colour: String,
    /// Fields can still be changed.
    pub open: bool,
}

/// A step from one state to another.
#[derive(ToSchema)]
#[schema(as = RecordMove)]
pub(crate) struct Move {
    pub id: String,
    pub name: TextDto,
    pub from: Vec<String>,
    pub to: String,
    /// That of the kind when left out.
    pub permission: Option<String>,
}

/// A printed document.
#[derive(ToSchema)]
#[schema(as = RecordPaper)]
pub(crate) struct Paper {
    pub id: String,
    pub name: TextDto,
}

/// What an action is done with: one row or record, chosen ones, or all as a whole.
#[derive(ToSchema)]
#[schema(as = RecordActionOn, rename_all = "snake_case")]
pub(crate) enum On {
    Row,
    Rows,
    Whole,
}

/// Something a person lets the chapter do.
#[derive(ToSchema)]
#[schema(as = RecordAction)]
pub(crate) struct Action {
    pub id: String,
    pub name: TextDto,
    pub help: Option<TextDto>,
    pub on: On,
    /// What is asked before.
    pub fields: Vec<Field>,
    /// States of a record in which it can be done; any when empty.
    pub states: Vec<String>,
    /// `work` or `edit`.
    pub permission: String,
    /// Takes long: becomes a background job.
    pub job: bool,
}

/// What is wrong with one field of one record.
#[derive(ToSchema)]
#[schema(as = FieldProblem)]
pub(crate) struct FieldProblemShape {
    pub kind: String,
    /// The record's key, when it has one.
    pub record: Option<String>,
    /// Row of the sheet it came in, from 1 with the header.
    pub row: Option<u64>,
    /// The field's id; in lines `lines[0].units`, from 0; empty when it is about the whole record.
    pub path: String,
    /// Stable.
    pub code: String,
    /// What is wrong and what to do.
    pub says: TextDto,
}

/// What an action did.
#[derive(ToSchema)]
#[schema(as = ActionDone)]
pub(crate) struct Done {
    pub says: TextDto,
    /// Records that were made or changed: kind and key.
    pub records: Vec<(String, String)>,
}
