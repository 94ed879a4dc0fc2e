//! Product master: SKUs with their sizes and codes, bundles, and everything about one of them.

use std::collections::BTreeMap;

use argosy_chapter::{
    board::{Board, Detail},
    face::{ChapterError, Done, Draft, Ground, Order},
    kind::FieldProblem,
};
use argosy_desk::{Product, Record};
use serde_json::Value;

use crate::model::{item::Item, of_draft, of_record, supply::Supply};

mod bundles;
mod codes;
mod items;
mod make;

pub use codes::HsWrong;

/// Boards that are answered here.
pub const BOARDS: &[&str] = &["items"];

/// Kinds of records that are acted on here.
pub const KINDS: &[&str] = &["item", "family"];

/// What is wrong with SKUs beyond their form: bundles in circles, HS codes that cannot be.
///
/// # Errors
/// [`ChapterError`] when stored SKUs cannot be read.
pub async fn check(
    ground: &Ground<'_>,
    drafts: &[Draft],
) -> Result<Vec<FieldProblem>, ChapterError> {
    if !drafts.iter().any(|draft| draft.kind == "item") {
        return Ok(Vec::new());
    }
    let supply = Supply::read(ground, &["item"], drafts).await?;
    let mut problems = Vec::new();
    for draft in drafts.iter().filter(|draft| draft.kind == "item") {
        let item = of_draft::<Item>(draft)?.body;
        let found = codes::check(&item).into_iter().chain(bundles::check(&supply.items, &item));
        problems.extend(found.map(|problem| problem.of_record(&draft.id)));
    }
    Ok(problems)
}

/// Carries SKUs to the products that figures are told by.
///
/// # Errors
/// [`ChapterError::Desk`].
pub async fn saved(ground: &Ground<'_>, records: &[Record], who: &str) -> Result<(), ChapterError> {
    if !records.iter().any(|record| record.kind == "item") {
        return Ok(());
    }
    let there = ground.desk.products().await?;
    let there: BTreeMap<&str, &Product> =
        there.iter().map(|product| (product.sku.as_str(), product)).collect();
    let mut changed = Vec::new();
    for record in records.iter().filter(|record| record.kind == "item") {
        let item = of_record::<Item>(record)?.body;
        let before = there.get(item.sku.as_str()).copied();
        let after = written(item, before);
        if before != Some(&after) {
            changed.push(after);
        }
    }
    if !changed.is_empty() {
        ground.desk.save_products(&changed, who).await?;
    }
    Ok(())
}

/// The product as the SKU says; what the SKU leaves open stays as it was.
fn written(item: Item, before: Option<&Product>) -> Product {
    let kept = |own: Option<String>, old: fn(&Product) -> Option<&String>| {
        own.or_else(|| before.and_then(old).cloned())
    };
    Product {
        brand: kept(item.brand, |product| product.brand.as_ref()),
        category: kept(item.category, |product| product.category.as_ref()),
        owner: kept(item.owner, |product| product.owner.as_ref()),
        stage: kept(item.stage, |product| product.stage.as_ref()),
        sku: item.sku,
        name: item.name,
    }
}

/// # Errors
/// [`ChapterError`] when records or facts cannot be read.
pub async fn board(
    ground: &Ground<'_>,
    _id: &str,
    params: &BTreeMap<String, Value>,
) -> Result<Board, ChapterError> {
    items::board(ground, params).await
}

/// # Errors
/// [`ChapterError`] when records or facts cannot be read.
pub async fn detail(
    ground: &Ground<'_>,
    _id: &str,
    row: &str,
    _params: &BTreeMap<String, Value>,
) -> Result<Option<Detail>, ChapterError> {
    items::detail(ground, row).await
}

/// # Errors
/// [`ChapterError::Told`] when there is nothing to do.
pub async fn act(ground: &Ground<'_>, order: &Order) -> Result<Done, ChapterError> {
    match order.action.as_str() {
        "make" => make::items(ground, &order.who).await,
        other => Err(ChapterError::Unknown { what: "action", id: other.to_owned() }),
    }
}
