//! Documents of goods bought and moved: the lines of a document replace all it had.

use std::collections::BTreeMap;

use argosy_desk::{Desk, DeskError, FreightKind, FreightLine, PurchaseKind, PurchaseLine, Split};
use argosy_kernel::{Money, Problem};
use rust_decimal::prelude::ToPrimitive;

use super::{currency, refused};
use crate::{IntakeError, problems::Problems, translate::RecordRow};

/// Hands over all documents at once; when the desk refuses them, one by one, so that each wrong
/// document is told and the good ones load.
macro_rules! save_documents {
    ($desk:expr, $save:ident, $lines:expr, $who:expr, $problems:expr) => {{
        let lines = $lines;
        let all: Vec<_> = lines.iter().map(|(_, line)| line.clone()).collect();
        match $desk.$save(&all, $who).await {
            Ok(()) => all.len() as u64,
            Err(DeskError::Refused(_)) => {
                let mut documents: BTreeMap<&str, Vec<_>> = BTreeMap::new();
                for (row, line) in &lines {
                    documents.entry(&line.document).or_default().push((*row, line.clone()));
                }
                let mut count = 0;
                for lines in documents.into_values() {
                    let first = lines.first().map(|(row, _)| *row);
                    let lines: Vec<_> = lines.into_iter().map(|(_, line)| line).collect();
                    match $desk.$save(&lines, $who).await {
                        Ok(()) => count += lines.len() as u64,
                        Err(DeskError::Refused(why)) => {
                            $problems.extend(first.map(|row: &RecordRow| refused(row, &why)));
                        }
                        Err(error) => return Err(error.into()),
                    }
                }
                count
            }
            Err(error) => return Err(error.into()),
        }
    }};
}

fn own(row: &RecordRow, field: &str) -> Option<String> {
    row.text(field).map(str::to_owned)
}

/// A word that must be one of a few; what is not is told.
fn word<T>(
    row: &RecordRow,
    (field, otherwise): (&str, Option<T>),
    from_name: impl Fn(&str) -> Option<T>,
    problems: &mut Problems,
) -> Option<T> {
    let Some(text) = row.text(field) else { return otherwise };
    let known = from_name(text);
    if known.is_none() {
        problems.push(unknown_word(row, field, text));
    }
    known
}

fn unknown_word(row: &RecordRow, field: &str, text: &str) -> Problem {
    refused(row, &format!("`{text}` is not known here")).in_column(field)
}

pub(super) async fn purchases(
    desk: &Desk,
    rows: &[&RecordRow],
    who: &str,
    problems: &mut Problems,
) -> Result<u64, IntakeError> {
    let mut lines: Vec<(&RecordRow, PurchaseLine)> = Vec::new();
    for &row in rows {
        let named = ("kind", Some(PurchaseKind::Purchase));
        let Some(kind) = word(row, named, PurchaseKind::from_name, problems) else { continue };
        let unit_cost = match row.number("unit_cost") {
            Some(cost) => match currency(row, problems) {
                Some(currency) => Some(Money::new(cost, currency)),
                None => continue,
            },
            None => None,
        };
        let (Some(document), Some(received), Some(place), Some(sku), Some(units)) = (
            own(row, "document"),
            row.day("received"),
            own(row, "place"),
            own(row, "sku"),
            row.number("units"),
        ) else {
            continue;
        };
        let Some(units) = units.to_i64().filter(|_| units.fract().is_zero()) else {
            problems.push(refused(row, &format!("{units} is no whole number")).in_column("units"));
            continue;
        };
        let line = PurchaseLine {
            document,
            line: 0,
            kind,
            supplier: own(row, "supplier"),
            received,
            place,
            from_place: own(row, "from_place"),
            sku,
            units,
            unit_cost,
            unit_weight: row.number("unit_weight"),
            unit_volume: row.number("unit_volume"),
            note: own(row, "note"),
        };
        lines.push((row, line));
    }
    Ok(save_documents!(desk, replace_purchases, lines, who, problems))
}

pub(super) async fn freight(
    desk: &Desk,
    rows: &[&RecordRow],
    who: &str,
    problems: &mut Problems,
) -> Result<u64, IntakeError> {
    let mut lines: Vec<(&RecordRow, FreightLine)> = Vec::new();
    for &row in rows {
        let Some(kind) = word(row, ("kind", None), FreightKind::from_name, problems) else {
            continue;
        };
        let named = ("split", Some(Split::Value));
        let Some(split) = word(row, named, Split::from_name, problems) else { continue };
        let Some(currency) = currency(row, problems) else { continue };
        let (Some(document), Some(day), Some(amount), Some(applies_to)) =
            (own(row, "document"), row.day("day"), row.number("amount"), row.text("applies_to"))
        else {
            continue;
        };
        let documents =
            applies_to.split([';', '；']).map(str::trim).filter(|name| !name.is_empty());
        let line = FreightLine {
            document,
            line: 0,
            kind,
            day,
            amount: Money::new(amount, currency),
            split,
            applies_to: documents.map(str::to_owned).collect(),
            note: own(row, "note"),
        };
        lines.push((row, line));
    }
    Ok(save_documents!(desk, replace_freight, lines, who, problems))
}
