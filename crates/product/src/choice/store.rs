//! Saving records: only through the book, so that every check is passed.

use argosy_chapter::{
    book::{Book, New},
    face::{ChapterError, Done, Ground},
    kind::Body,
};
use argosy_desk::Record;
use argosy_kernel::Text;

use crate::chapter::Product;

/// A new record.
pub(crate) fn fresh(kind: &str, body: Body) -> New {
    New::of(kind, body)
}

/// A record with another body, as it was read.
pub(crate) fn changed(record: &Record, body: Body) -> New {
    New { body, ..New::change(record) }
}

/// Saves records, all or none, and says so.
pub(crate) async fn save(
    ground: &Ground<'_>,
    news: Vec<New>,
    who: &str,
    says: impl FnOnce(usize) -> Text,
) -> Result<Done, ChapterError> {
    let chapters = Product::alone();
    let saved = Book::by_argosy(ground, &chapters).save(news, who).await?;
    let records = saved.iter().map(|one| (one.kind.clone(), one.id.clone())).collect();
    Ok(Done { says: says(saved.len()), records })
}
