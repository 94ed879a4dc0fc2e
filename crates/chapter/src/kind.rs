//! Kinds of records: what a supplier or a purchase order consists of, as knowledge files say it.

pub use crate::kind_read::Kinds;
use argosy_kernel::{Origin, Text};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The fields of a record by id. Texts, days (`2026-11-23`), choices and references are strings;
/// numbers and percents (fractions) are strings of a decimal, integers are numbers, money is
/// `{"amount", "currency"}`, flags are booleans, several choices or references are lists of strings,
/// lines are lists of objects. A field without value is absent.
pub type Body = Map<String, Value>;

/// A kind of record.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Kind {
    /// Unique over all chapters.
    pub id: String,
    pub version: String,
    pub chapter: String,
    /// Of many of them, such as "Suppliers".
    pub title: Text,
    /// Of one, such as "Supplier".
    pub one: Text,
    /// What it is for; shown where there is none yet.
    pub says: Text,
    pub icon: Option<String>,
    pub key: Key,
    /// The field that names a record to people.
    pub label: String,
    /// Name of the permission needed to change one: `work` or `edit`.
    pub permission: String,
    /// Sections of the form, in order.
    pub groups: Vec<Group>,
    pub fields: Vec<Field>,
    pub states: Option<States>,
    /// Pairs of fields of which the first must not be above the second.
    pub orders: Vec<Order>,
    /// Printed documents of a record.
    pub papers: Vec<Paper>,
    /// What else can be done with a record.
    pub actions: Vec<Action>,
    pub source: String,
    #[serde(skip)]
    pub origin: Origin,
}

/// Where the key of a record comes from.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Key {
    /// People type it into this field; it cannot be changed later.
    Field(String),
    /// The desk counts: `PO-{year}-{n:4}`. `n` begins anew when what stands before it changes.
    Number(String),
}

/// A section of a form.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Group {
    pub id: String,
    pub name: Text,
}

/// The field `low` must not be above the field `high` when both are given.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Order {
    pub low: String,
    pub high: String,
}

/// A field of a record, of a line of a record, or of a form.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Field {
    pub id: String,
    #[serde(flatten)]
    pub what: What,
    pub name: Text,
    pub help: Option<Text>,
    pub required: bool,
    /// Of numbers, such as `kg`; shown, never converted.
    pub unit: Option<String>,
    pub min: Option<Decimal>,
    pub max: Option<Decimal>,
    /// What a form begins with.
    pub default: Option<Value>,
    /// No two records have the same value.
    pub unique: bool,
    pub group: Option<String>,
    /// Whether a list shows it unless told otherwise.
    pub list: bool,
    /// Set by Argosy only.
    pub read_only: bool,
    /// Further headers under which a sheet may have it.
    pub alias: Vec<String>,
}

/// What a field holds.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum What {
    Text,
    LongText,
    /// An exact decimal.
    Number,
    Integer,
    /// A fraction: 0.13 is shown and typed as 13 %.
    Percent,
    Money,
    Day,
    Flag,
    Choice {
        choices: Vec<Choice>,
    },
    Choices {
        choices: Vec<Choice>,
    },
    /// The key of a record of another kind.
    Ref {
        to: String,
    },
    Refs {
        to: String,
    },
    /// One of our products (`products` of the desk).
    Sku,
    Store,
    Market,
    Country,
    Currency,
    /// A language code such as `de` or `zh-CN`.
    Language,
    /// A login.
    User,
    Url,
    /// Rows of their own fields.
    Lines {
        fields: Vec<Field>,
    },
}

/// One of several values.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Choice {
    pub id: String,
    #[serde(flatten)]
    pub name: Text,
}

/// The life of a record.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct States {
    /// The first is that of a new record.
    pub states: Vec<State>,
    pub moves: Vec<Move>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct State {
    pub id: String,
    pub name: Text,
    /// `grey`, `blue`, `gold`, `green` or `red`.
    pub colour: String,
    /// Fields can still be changed.
    pub open: bool,
}

/// A step from one state to another.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Move {
    pub id: String,
    pub name: Text,
    pub from: Vec<String>,
    pub to: String,
    pub permission: Option<String>,
}

/// A printed document.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Paper {
    pub id: String,
    pub name: Text,
}

/// Something a person lets the chapter do with a record or with rows of a board.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Action {
    pub id: String,
    pub name: Text,
    pub help: Option<Text>,
    pub on: On,
    /// What is asked before.
    pub fields: Vec<Field>,
    /// States of a record in which it can be done; any when empty.
    pub states: Vec<String>,
    pub permission: String,
    /// Takes long: runs as a job with progress.
    pub job: bool,
    /// Done by itself once a day, before the rules look; of whole boards only.
    #[serde(skip)]
    pub nightly: bool,
}

/// What an action is done with.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum On {
    /// One row or record.
    Row,
    /// Any number of chosen rows.
    Rows,
    /// The board or kind as a whole.
    Whole,
}

impl Kind {
    pub fn field(&self, id: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.id == id)
    }

    /// What people call a record with this key and body.
    pub fn label_of<'a>(&self, id: &'a str, body: &'a Body) -> &'a str {
        body.get(&self.label).and_then(Value::as_str).unwrap_or(id)
    }
}

/// What is wrong with one field of one record.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct FieldProblem {
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
    pub says: Text,
}

impl FieldProblem {
    pub fn new(kind: &str, path: impl Into<String>, code: &str, says: Text) -> Self {
        Self {
            kind: kind.to_owned(),
            record: None,
            row: None,
            path: path.into(),
            code: code.to_owned(),
            says,
        }
    }

    pub fn of_record(mut self, id: impl Into<String>) -> Self {
        self.record = Some(id.into());
        self
    }
}
