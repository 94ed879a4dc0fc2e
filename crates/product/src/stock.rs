//! Stock: one view over every place, movements and counts where Argosy keeps the count, and what to
//! do with old stock.

use std::collections::BTreeMap;

use argosy_chapter::{
    board::{Board, Detail},
    face::{ChapterError, Done, Draft, Ground, Order},
    kind::FieldProblem,
};
use serde_json::Value;

mod check;
mod counts;
mod disposal;
mod keep;
pub mod ledger;
mod view;

/// Boards that are answered here.
pub const BOARDS: &[&str] = &["stock", "disposal"];

/// Kinds of records that are acted on here.
pub const KINDS: &[&str] = &["place", "movement", "stock_count"];

/// What is wrong with movements and counts, and what would take more out of a place than is there.
///
/// # Errors
/// [`ChapterError`] when stored records or facts cannot be read.
pub async fn check(
    ground: &Ground<'_>,
    drafts: &[Draft],
) -> Result<Vec<FieldProblem>, ChapterError> {
    check::check(ground, drafts).await
}

/// # Errors
/// [`ChapterError`] when records or facts cannot be read.
pub async fn board(
    ground: &Ground<'_>,
    id: &str,
    params: &BTreeMap<String, Value>,
) -> Result<Board, ChapterError> {
    match id {
        "stock" => view::board(ground, params).await,
        _ => disposal::board(ground, params).await,
    }
}

/// # Errors
/// [`ChapterError`] when records or facts cannot be read.
pub async fn detail(
    ground: &Ground<'_>,
    id: &str,
    row: &str,
    params: &BTreeMap<String, Value>,
) -> Result<Option<Detail>, ChapterError> {
    match id {
        "stock" => view::detail(ground, row).await,
        _ => disposal::detail(ground, row, params).await,
    }
}

/// # Errors
/// [`ChapterError::Told`] says what stands against it; [`ChapterError::Records`] where.
pub async fn act(ground: &Ground<'_>, order: &Order) -> Result<Done, ChapterError> {
    match (order.of.as_str(), order.action.as_str()) {
        ("stock_count", "book") => counts::book(ground, order).await,
        (_, other) => Err(ChapterError::Unknown { what: "action", id: other.to_owned() }),
    }
}
