//! Master records for products that came in with reports or costs.

use argosy_chapter::{
    book::{Book, New},
    face::{ChapterError, Done, Ground},
};
use serde_json::{Map, Value};

use crate::{chapter::Product, model::supply::Supply, says::both};

/// Makes an item of every product that has none.
///
/// # Errors
/// [`ChapterError::Told`] when every product has one.
pub(super) async fn items(ground: &Ground<'_>, who: &str) -> Result<Done, ChapterError> {
    let there = Supply::read(ground, &["item"], &[]).await?.items;
    let products = ground.desk.products().await?;
    let missing = products.into_iter().filter(|product| !there.contains_key(&product.sku));
    let new: Vec<New> = missing
        .map(|product| {
            let mut body = Map::new();
            let mut put = |field: &str, value: Option<String>| {
                if let Some(value) = value {
                    body.insert(field.to_owned(), Value::String(value));
                }
            };
            put("name", Some(product.name));
            put("brand", product.brand);
            put("category", product.category);
            put("sku", Some(product.sku));
            put("kind", Some("product".to_owned()));
            New::of("item", body)
        })
        .collect();
    if new.is_empty() {
        let en = "every product has its record already";
        return Err(ChapterError::told(en, "所有产品都已有 SKU 档案"));
    }
    let chapters = Product::alone();
    let saved = Book::by_argosy(ground, &chapters).save(new, who).await?;
    let count = saved.len();
    Ok(Done {
        says: both(format!("{count} records made"), format!("已生成 {count} 个 SKU 档案")),
        records: saved.into_iter().map(|record| (record.kind, record.id)).collect(),
    })
}
