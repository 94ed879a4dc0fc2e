//! Records of own templates (costs, pairings, rates) to the desk.
//!
//! The desk takes a batch whole or not at all. When it refuses one, the records are offered one by
//! one, so that each wrong line is told and the good ones load.

mod documents;

use std::collections::BTreeMap;

use argosy_desk::{Desk, DeskError, OwnRate, Pairing, Product, ProductCost};

use argosy_kernel::{Currency, Money, Problem};

use crate::{IntakeError, definition::RecordKind, problems::Problems, translate::RecordRow};

/// Saves `records`; answers how many of each kind.
pub(crate) async fn save(
    desk: &Desk,
    records: &[RecordRow],
    store: &str,
    who: &str,
    problems: &mut Problems,
) -> Result<BTreeMap<String, u64>, IntakeError> {
    let mut saved = BTreeMap::new();
    for kind in RecordKind::ALL {
        let rows: Vec<&RecordRow> = records.iter().filter(|row| row.kind == kind).collect();
        if rows.is_empty() {
            continue;
        }
        let count = match kind {
            RecordKind::ProductCost => costs(desk, &rows, who, problems).await?,
            RecordKind::Pairing => pairings(desk, &rows, store, who, problems).await?,
            RecordKind::FxRate => rates(desk, &rows, who, problems).await?,
            RecordKind::Purchase => documents::purchases(desk, &rows, who, problems).await?,
            RecordKind::Freight => documents::freight(desk, &rows, who, problems).await?,
        };
        saved.insert(kind.name().to_owned(), count);
    }
    Ok(saved)
}

pub(crate) fn refused(row: &RecordRow, why: &str) -> Problem {
    Problem::error("record_refused")
        .at_line(row.line)
        .found(why)
        .hint("the row was not loaded; correct it and import again")
}

pub(crate) fn currency(row: &RecordRow, problems: &mut Problems) -> Option<Currency> {
    match row.text("currency").unwrap_or_default().parse() {
        Ok(currency) => Some(currency),
        Err(error) => {
            problems.push(refused(row, &error.to_string()).in_column("currency"));
            None
        }
    }
}

/// Saves all at once, else one by one; only what the desk refuses is a problem of the file.
macro_rules! save_each {
    ($desk:expr, $save:ident, $rows:expr, $who:expr, $problems:expr) => {{
        let all: Vec<_> = $rows.iter().map(|(_, value)| value.clone()).collect();
        match $desk.$save(&all, $who).await {
            Ok(()) => all.len() as u64,
            Err(DeskError::Refused(_)) => {
                let mut count = 0;
                for (row, value) in $rows {
                    match $desk.$save(&[value], $who).await {
                        Ok(()) => count += 1,
                        Err(DeskError::Refused(why)) => $problems.push(refused(row, &why)),
                        Err(error) => return Err(error.into()),
                    }
                }
                count
            }
            Err(error) => return Err(error.into()),
        }
    }};
}

async fn costs(
    desk: &Desk,
    rows: &[&RecordRow],
    who: &str,
    problems: &mut Problems,
) -> Result<u64, IntakeError> {
    let mut costs: Vec<(&RecordRow, ProductCost)> = Vec::new();
    for &row in rows {
        let Some(currency) = currency(row, problems) else { continue };
        let (Some(sku), Some(since), Some(cost)) =
            (row.text("sku"), row.day("since"), row.number("cost"))
        else {
            continue;
        };
        let cost = ProductCost {
            sku: sku.to_owned(),
            market: row.text("market").map(str::to_owned),
            since,
            cost: Money::new(cost, currency),
            note: row.text("note").map(str::to_owned),
        };
        costs.push((row, cost));
    }
    let count = save_each!(desk, save_costs, costs, who, problems);
    name_products(desk, rows, who, problems).await?;
    Ok(count)
}

/// Names, brands and categories that stand beside the costs.
async fn name_products(
    desk: &Desk,
    rows: &[&RecordRow],
    who: &str,
    problems: &mut Problems,
) -> Result<(), IntakeError> {
    let told =
        |row: &&&RecordRow| ["name", "brand", "category"].iter().any(|f| row.text(f).is_some());
    let rows: Vec<&&RecordRow> = rows.iter().filter(told).collect();
    if rows.is_empty() {
        return Ok(());
    }
    let known: BTreeMap<String, Product> =
        desk.products().await?.into_iter().map(|product| (product.sku.clone(), product)).collect();
    for row in rows {
        let Some(product) = row.text("sku").and_then(|sku| known.get(sku)) else { continue };
        let own = |field: &str| row.text(field).map(str::to_owned);
        let changed = Product {
            name: own("name").unwrap_or_else(|| product.name.clone()),
            brand: own("brand").or_else(|| product.brand.clone()),
            category: own("category").or_else(|| product.category.clone()),
            ..product.clone()
        };
        if changed == *product {
            continue;
        }
        match desk.save_product(&changed, who).await {
            Ok(()) => {}
            Err(DeskError::Refused(why)) => problems.push(refused(row, &why)),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

async fn pairings(
    desk: &Desk,
    rows: &[&RecordRow],
    store: &str,
    who: &str,
    problems: &mut Problems,
) -> Result<u64, IntakeError> {
    let mut pairings: Vec<(&RecordRow, Pairing)> = Vec::new();
    for &row in rows {
        let (Some(seller_sku), Some(sku)) = (row.text("seller_sku"), row.text("sku")) else {
            continue;
        };
        let pairing = Pairing {
            store: row.text("store").unwrap_or(store).to_owned(),
            seller_sku: seller_sku.to_owned(),
            sku: sku.to_owned(),
            since: row.day("since"),
            until: row.day("until"),
        };
        pairings.push((row, pairing));
    }
    Ok(save_each!(desk, save_pairings, pairings, who, problems))
}

async fn rates(
    desk: &Desk,
    rows: &[&RecordRow],
    who: &str,
    problems: &mut Problems,
) -> Result<u64, IntakeError> {
    let mut rates: Vec<(&RecordRow, OwnRate)> = Vec::new();
    for &row in rows {
        let Some(currency) = currency(row, problems) else { continue };
        let (Some(day), Some(per_eur)) = (row.day("day"), row.number("per_eur")) else { continue };
        rates.push((row, OwnRate { day, currency, per_eur }));
    }
    Ok(save_each!(desk, save_own_rates, rates, who, problems))
}
