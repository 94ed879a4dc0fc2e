//! A checked report definition: everything in it is known to exist and its SQL is compiled.

use std::collections::BTreeMap;

use argosy_facts::{
    arrow::datatypes::{DataType, Field, SchemaRef},
    expr::Compiled,
    schema::{MONEY, instant},
};
use argosy_kernel::{Origin, Table, Text};
use chrono_tz::Tz;

use super::fees::FeeTable;

/// What a cell is, and so how it is read and how it travels on.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ColumnType {
    Text,
    /// An identifier: always text; ids that Excel turned into numbers are found.
    Id,
    Integer,
    Decimal,
    /// `95.5%` or `95.5`, kept as 0.955.
    Percent,
    /// 0.955, kept as it is.
    Fraction,
    Day,
    Instant,
    /// The first day that free text names: `27 January 2026 - 23 February 2026`.
    FirstDay,
    /// The last day that free text names.
    LastDay,
    Currency,
    Bool,
    /// A buyer's name, mail or login: only its keyed hash travels on.
    Buyer,
    /// Personal data: never decoded, masked where lines are shown.
    Personal,
}

impl ColumnType {
    const NAMES: [(&'static str, Self); 14] = [
        ("text", Self::Text),
        ("id", Self::Id),
        ("integer", Self::Integer),
        ("decimal", Self::Decimal),
        ("percent", Self::Percent),
        ("fraction", Self::Fraction),
        ("day", Self::Day),
        ("instant", Self::Instant),
        ("first_day", Self::FirstDay),
        ("last_day", Self::LastDay),
        ("currency", Self::Currency),
        ("bool", Self::Bool),
        ("buyer", Self::Buyer),
        ("personal", Self::Personal),
    ];

    /// The names a definition may use.
    pub fn names() -> impl Iterator<Item = &'static str> {
        Self::NAMES.into_iter().map(|(name, _)| name)
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::NAMES.into_iter().find(|(known, _)| *known == name).map(|(_, kind)| kind)
    }

    pub fn name(self) -> &'static str {
        Self::NAMES.into_iter().find(|(_, kind)| *kind == self).map_or("", |(name, _)| name)
    }

    /// How it travels through SQL; personal data does not travel.
    pub fn arrow(self) -> Option<DataType> {
        Some(match self {
            Self::Text | Self::Id | Self::Currency | Self::Buyer => DataType::Utf8,
            Self::Integer => DataType::Int64,
            Self::Decimal | Self::Percent | Self::Fraction => MONEY,
            Self::Day | Self::FirstDay | Self::LastDay => DataType::Date32,
            Self::Instant => instant(),
            Self::Bool => DataType::Boolean,
            Self::Personal => return None,
        })
    }

    /// Whether reading it depends on the country: the decimal sign, the order of day and month.
    pub fn depends_on_locale(self) -> bool {
        matches!(
            self,
            Self::Integer
                | Self::Decimal
                | Self::Percent
                | Self::Fraction
                | Self::Day
                | Self::Instant
        )
    }
}

/// How blank cells take the value above them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Fill {
    Down,
    /// Only while the named column (index into the columns) keeps its value.
    DownIn(usize),
    /// The other way: a value repeated on the rows of a group counts on the first of them only.
    FirstIn(usize),
}

/// One column under our own name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Column {
    pub name: String,
    /// Header alternatives, folded for comparison; for JSON the paths as written.
    pub headers: Vec<String>,
    /// The first alternative as written, for messages.
    pub shown: String,
    pub kind: ColumnType,
    /// A file without this column is not read.
    pub required: bool,
    pub formats: Vec<String>,
    /// Words that mean "nothing" in this column, beside the blank cell.
    pub nulls: Vec<String>,
    pub fill: Option<Fill>,
    pub currency_from_header: bool,
    /// Also read from the lines above the header.
    pub preamble: bool,
    /// The clock of times that name none; the market's where the definition does not say.
    pub zone: Option<Tz>,
    /// A cell that cannot be read costs the row: money or identity hangs on it.
    pub needed: bool,
}

/// A country's way of writing, chosen by the language of the header.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Locale {
    pub id: String,
    /// Folded headers that must all be there; none: the locale holds for any header.
    pub when_header: Vec<String>,
    pub decimal: Option<char>,
    pub dates: Vec<String>,
    pub months: Option<String>,
    /// Per column: folded value as the file says it → canonical value.
    pub values: BTreeMap<String, BTreeMap<String, String>>,
}

/// How the report is told from others: by what stands in it, never by its file name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Recognise {
    Table {
        has: Vec<String>,
        has_any: Vec<Vec<String>>,
        lacks: Vec<String>,
        shown: Vec<String>,
    },
    /// `has`: paths and what must stand there, `*` for any value; `lacks`: paths that must not be.
    Json {
        has: BTreeMap<String, String>,
        lacks: Vec<String>,
        records: String,
    },
}

/// What the file does not say and the user must give.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    Period,
    Market,
    SnapshotDay,
}

impl Need {
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "period" => Self::Period,
            "market" => Self::Market,
            "snapshot_day" => Self::SnapshotDay,
            _ => return None,
        })
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Period => "period",
            Self::Market => "market",
            Self::SnapshotDay => "snapshot_day",
        }
    }
}

/// What a fact is matched by in the fee table.
#[derive(Clone, Debug)]
pub enum By {
    /// Which of the `amounts` it is.
    AmountKey,
    Sql(Compiled),
}

#[derive(Clone, Debug)]
pub struct Classify {
    pub by: Vec<By>,
    /// Names of `by`, for messages.
    pub names: Vec<String>,
    pub fees: FeeTable,
}

/// One of the amounts of a row.
#[derive(Clone, Debug)]
pub struct Amount {
    pub key: String,
    pub sql: Compiled,
    /// An amount of zero is a fact too: an empty shelf.
    pub keep_zero: bool,
}

/// How rows become facts of one table.
#[derive(Clone, Debug)]
pub struct FactPlan {
    pub table: Table,
    pub when: Option<Compiled>,
    pub container: Compiled,
    /// Key → amount; a wide report has many. Each gives a fact of its own.
    pub amounts: Vec<Amount>,
    pub classify: Option<Classify>,
    /// By name of the fact field.
    pub set: BTreeMap<String, Compiled>,
}

/// Rows that are records people edit, not facts: they go to the desk.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordKind {
    ProductCost,
    Pairing,
    FxRate,
    /// A line of a document that brought goods into a warehouse.
    Purchase,
    /// A line of a document about freight, duty or insurance.
    Freight,
}

impl RecordKind {
    pub const ALL: [Self; 5] =
        [Self::ProductCost, Self::Pairing, Self::FxRate, Self::Purchase, Self::Freight];

    pub fn name(self) -> &'static str {
        match self {
            Self::ProductCost => "product_cost",
            Self::Pairing => "pairing",
            Self::FxRate => "fx_rate",
            Self::Purchase => "purchase",
            Self::Freight => "freight",
        }
    }

    /// Its fields; those that are not nullable must be set.
    pub fn fields(self) -> Vec<Field> {
        let text = |name, null| Field::new(name, DataType::Utf8, null);
        let day = |name, null| Field::new(name, DataType::Date32, null);
        let number = |name| Field::new(name, MONEY, false);
        let maybe = |name| Field::new(name, MONEY, true);
        match self {
            Self::ProductCost => vec![
                text("sku", false),
                text("market", true),
                day("since", false),
                number("cost"),
                text("currency", false),
                text("note", true),
                text("name", true),
                text("brand", true),
                text("category", true),
            ],
            Self::Pairing => vec![
                text("store", true),
                text("seller_sku", false),
                text("sku", false),
                day("since", true),
                day("until", true),
            ],
            Self::FxRate => vec![day("day", false), text("currency", false), number("per_eur")],
            Self::Purchase => vec![
                text("document", false),
                text("kind", true),
                text("supplier", true),
                day("received", false),
                text("place", false),
                text("from_place", true),
                text("sku", false),
                number("units"),
                maybe("unit_cost"),
                text("currency", true),
                maybe("unit_weight"),
                maybe("unit_volume"),
                text("note", true),
            ],
            Self::Freight => vec![
                text("document", false),
                text("kind", false),
                day("day", false),
                number("amount"),
                text("currency", false),
                text("split", true),
                text("applies_to", false),
                text("note", true),
            ],
        }
    }
}

#[derive(Clone, Debug)]
pub struct RecordPlan {
    pub kind: RecordKind,
    pub when: Option<Compiled>,
    pub set: BTreeMap<String, Compiled>,
}

/// What the channel says the lines of a statement add up to.
#[derive(Clone, Debug)]
pub struct ControlPlan {
    pub name: String,
    pub when: Option<Compiled>,
    pub statement: Compiled,
    pub expected: Compiled,
    pub currency: Compiled,
    pub period_from: Option<Compiled>,
    pub period_to: Option<Compiled>,
    pub deposit_day: Option<Compiled>,
    /// Each row states its part; the parts are added up.
    pub each_row: bool,
    /// An export may hold only a part of a statement's lines; other exports hold the rest.
    pub in_parts: bool,
}

/// What must hold in every row; a row where it does not is loaded and told.
#[derive(Clone, Debug)]
pub struct CheckPlan {
    pub name: Text,
    pub holds: Compiled,
    pub found: Option<Compiled>,
    pub expected: Option<Compiled>,
    pub column: Option<String>,
}

/// Rows that are no data: test payments, sums, explanations.
#[derive(Clone, Debug)]
pub struct LeaveOutPlan {
    pub when: Compiled,
    pub why: Text,
}

/// Whether a quotation mark has a meaning in delimited text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Quoting {
    Always,
    Never,
    /// The channel writes tabs without quotes and commas with them.
    UnlessTabs,
}

/// A report Argosy can read.
#[derive(Clone, Debug)]
pub struct Definition {
    pub id: String,
    pub version: String,
    pub name: Text,
    pub says: Text,
    pub channel: String,
    pub source: String,
    /// Of two definitions that tell the same statement, the higher rank counts.
    pub rank: i32,
    pub origin: Origin,
    /// Path of the file, for messages.
    pub path: String,
    pub recognise: Recognise,
    pub quoting: Quoting,
    pub header_within: usize,
    /// Patterns of the first cell of rows to pass over, folded.
    pub skip_rows: Vec<String>,
    /// Taken into stores of any channel.
    pub any_store: bool,
    /// Why nothing is made of it.
    pub refuse: Option<Text>,
    /// Of two files that tell the same, the one imported later counts.
    pub later_wins: bool,
    /// How late a fact is, by table, where no time tells it.
    pub later: BTreeMap<Table, Compiled>,
    pub needs: Vec<Need>,
    pub locales: Vec<Locale>,
    pub columns: Vec<Column>,
    /// The typed rows as SQL sees them: the columns that travel, then the given values.
    pub schema: SchemaRef,
    pub facts: Vec<FactPlan>,
    pub records: Vec<RecordPlan>,
    pub controls: Vec<ControlPlan>,
    pub checks: Vec<CheckPlan>,
    pub leave_out: Vec<LeaveOutPlan>,
    /// Columns whose cells name a marketplace.
    pub market_names: Vec<String>,
}

impl Definition {
    /// Id and version, as every fact carries it.
    pub fn label(&self) -> String {
        format!("{}@{}", self.id, self.version)
    }

    /// Whether quotation marks have a meaning in a table with this delimiter.
    pub fn quotes(&self, delimiter: Option<char>) -> bool {
        match self.quoting {
            Quoting::Always => true,
            Quoting::Never => false,
            Quoting::UnlessTabs => delimiter != Some('\t'),
        }
    }

    /// Whether a statement's lines may be told by several exports.
    pub fn is_in_parts(&self) -> bool {
        self.controls.iter().any(|control| control.in_parts)
    }

    /// The statement a row belongs to.
    pub(crate) fn statement(&self) -> Option<&Compiled> {
        let control = self.controls.iter().find(|plan| !plan.each_row);
        let mut ledger = self.facts.iter().filter(|fact| fact.table == Table::Ledger);
        control
            .map(|plan| &plan.statement)
            .or_else(|| ledger.find_map(|fact| fact.set.get("statement")))
    }

    pub fn column(&self, name: &str) -> Option<(usize, &Column)> {
        self.columns.iter().enumerate().find(|(_, column)| column.name == name)
    }
}

/// Values every definition may name beside its own columns; they follow the columns in `schema`.
pub(crate) fn given_fields() -> Vec<Field> {
    let text = |name| Field::new(name, DataType::Utf8, true);
    let day = |name| Field::new(name, DataType::Date32, true);
    vec![
        text("store_name"),
        text("store_market"),
        text("store_currency"),
        text("file_currency"),
        text("given_market"),
        day("given_period_from"),
        day("given_period_to"),
        text("amount_key"),
        Field::new("file_row", DataType::Int64, true),
    ]
}
