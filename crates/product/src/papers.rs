//! Printed documents: request for quotation, purchase order, packing list, commercial invoice, in
//! English or Chinese.

use argosy_chapter::face::{ChapterError, Ground, Printed};
use argosy_desk::Record;

mod documents;
mod glyphs;
mod page;
mod pdf;

/// Where the desk keeps the name of the company.
const COMPANY: &str = "company";

/// Prints a record.
///
/// # Errors
/// [`ChapterError::Unknown`] for another paper; [`ChapterError::Told`] where something that must be
/// on it is missing.
pub(crate) async fn print(
    ground: &Ground<'_>,
    record: &Record,
    paper: &str,
    language: &str,
) -> Result<Printed, ChapterError> {
    let company = ground.desk.setting(COMPANY).await?.unwrap_or_default();
    let desk = documents::Desk::read(ground, company, language).await?;
    let page = match (record.kind.as_str(), paper) {
        ("rfq", "rfq") => desk.request(record)?,
        ("purchase_order", "order") => desk.order(record)?,
        ("shipment", "packing_list") => desk.packing_list(record)?,
        ("shipment", "commercial_invoice") => desk.commercial_invoice(record)?,
        _ => return Err(ChapterError::Unknown { what: "paper", id: paper.to_owned() }),
    };
    let name: String = record
        .id
        .chars()
        .map(|sign| if sign.is_ascii_alphanumeric() || sign == '-' { sign } else { '_' })
        .collect();
    Ok(Printed {
        name: format!("{name}-{paper}.pdf"),
        media_type: "application/pdf",
        bytes: pdf::written(&page),
    })
}
