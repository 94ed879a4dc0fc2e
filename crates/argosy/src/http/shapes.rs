//! Shapes of records of the desk that the API passes through as they are, for its description.
//!
//! A test holds answers against the description, so that the two cannot part.
#![expect(dead_code, reason = "only their shapes are used")]

use chrono::NaiveDate;
use utoipa::ToSchema;

use crate::http::dto::MoneyDto;

/// What a line of a document did.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(super) enum DocumentKind {
    Purchase,
    Opening,
    Transfer,
}

/// One line of a document that brought goods into a warehouse.
#[derive(ToSchema)]
pub(super) struct PurchaseLine {
    pub document: String,
    /// From 1, in the order of the document.
    pub line: i64,
    pub kind: DocumentKind,
    pub supplier: Option<String>,
    /// The day the goods were there.
    pub received: NaiveDate,
    pub place: String,
    /// Where a transfer came from.
    pub from_place: Option<String>,
    pub sku: String,
    pub units: i64,
    /// What one unit cost; a transfer has none.
    pub unit_cost: Option<MoneyDto>,
    /// Kilograms.
    pub unit_weight: Option<String>,
    /// Cubic metres.
    pub unit_volume: Option<String>,
    pub note: Option<String>,
}

/// A line as it is sent: its document and number are those of the address and of its place.
#[derive(ToSchema)]
pub(super) struct NewPurchaseLine {
    pub kind: DocumentKind,
    pub supplier: Option<String>,
    pub received: NaiveDate,
    pub place: String,
    pub from_place: Option<String>,
    pub sku: String,
    pub units: i64,
    pub unit_cost: Option<MoneyDto>,
    pub unit_weight: Option<String>,
    pub unit_volume: Option<String>,
    pub note: Option<String>,
}

/// Lines of documents that brought goods.
#[derive(ToSchema)]
pub(super) struct PurchaseLines {
    pub lines: Vec<PurchaseLine>,
}

/// What a line of a freight document is for.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(super) enum FreightKind {
    Freight,
    Duty,
    Insurance,
    Other,
}

/// What the amount is shared by.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(super) enum FreightSplit {
    Units,
    Value,
    Weight,
    Volume,
}

/// One line of a document about freight, duty or insurance.
#[derive(ToSchema)]
pub(super) struct FreightLine {
    pub document: String,
    pub line: i64,
    pub kind: FreightKind,
    pub day: NaiveDate,
    pub amount: MoneyDto,
    pub split: FreightSplit,
    /// The documents whose goods it was for.
    pub applies_to: Vec<String>,
    pub note: Option<String>,
}

/// A line as it is sent: its document and number are those of the address and of its place.
#[derive(ToSchema)]
pub(super) struct NewFreightLine {
    pub kind: FreightKind,
    pub day: NaiveDate,
    pub amount: MoneyDto,
    pub split: FreightSplit,
    pub applies_to: Vec<String>,
    pub note: Option<String>,
}

/// Lines of documents about freight, duty or insurance.
#[derive(ToSchema)]
pub(super) struct FreightLines {
    pub lines: Vec<FreightLine>,
}

/// The warehouse that goods of a store leave from; the rule that names the most wins.
#[derive(ToSchema)]
pub(super) struct WarehouseRule {
    pub store: String,
    pub market: Option<String>,
    /// The channel's own name of the place, as its stock reports write it.
    pub place: Option<String>,
    pub warehouse: String,
}
