//! Sales that leave places of our own, as order reports tell them.

use std::collections::BTreeMap;

use argosy_chapter::face::{ChapterError, Ground};
use argosy_kernel::Day;

use super::ledger::Sold;
use crate::{
    asked::{Answer, ask_from},
    model::supply::Supply,
};

/// Units that sellers shipped themselves from places where Argosy keeps the count, by day. Which
/// store sells from which place is what the company's warehouse rules say; a rule for a market goes
/// before one for the whole store.
pub(super) async fn sold(ground: &Ground<'_>, supply: &Supply) -> Result<Vec<Sold>, ChapterError> {
    let rules = &ground.desk_data.costing.warehouses;
    let counted =
        |place: &str| supply.places.get(place).is_some_and(|place| place.body.is_counted_here());
    if !rules.iter().any(|rule| counted(&rule.warehouse)) {
        return Ok(Vec::new());
    }
    let (Some(newest), Some(first)) = (ground.newest, first_day(supply)) else {
        return Ok(Vec::new());
    };
    if first > newest {
        return Ok(Vec::new());
    }
    let metrics = ["ordered_units_merchant"];
    let by = ["product", "store", "market", "day"];
    let answer = ask_from(ground, &metrics, &by, (first, newest), ground.currency).await?;
    let mut sums: BTreeMap<(Day, String, String), i64> = BTreeMap::new();
    for row in &answer.rows {
        let Some((day, place, sku)) = where_from(&answer, row, rules) else { continue };
        let since = first_of(supply, place);
        if counted(place) && since.is_some_and(|since| since <= day) {
            let units = answer.units(row, "ordered_units_merchant");
            *sums.entry((day, place.to_owned(), sku.to_owned())).or_default() += units;
        }
    }
    Ok(sums
        .into_iter()
        .filter(|(_, units)| *units > 0)
        .map(|((day, place, sku), units)| Sold { day, place, sku, units })
        .collect())
}

fn where_from<'a>(
    answer: &'a Answer,
    row: &'a crate::asked::Told,
    rules: &'a [argosy_metrics::WarehouseRule],
) -> Option<(Day, &'a str, &'a str)> {
    let store = answer.key(row, "store")?;
    let market = answer.key(row, "market");
    let fits = |rule: &&argosy_metrics::WarehouseRule| {
        rule.store == store
            && rule.place.is_none()
            && rule.market.as_deref().is_none_or(|own| Some(own) == market)
    };
    let rule = rules.iter().filter(fits).max_by_key(|rule| rule.market.is_some())?;
    let day: Day = answer.key(row, "day")?.parse().ok()?;
    Some((day, &rule.warehouse, answer.key(row, "product")?))
}

/// The day on which counting began anywhere.
fn first_day(supply: &Supply) -> Option<Day> {
    supply.places.keys().filter_map(|place| first_of(supply, place)).min()
}

/// The day on which counting began in a place: sales before it are not its own.
fn first_of(supply: &Supply, place: &str) -> Option<Day> {
    let receipts = supply.receipts.values().filter(|one| one.body.place == place);
    let moves = supply
        .movements
        .values()
        .filter(|one| one.body.place == place || one.body.to.as_deref() == Some(place));
    receipts.map(|one| one.body.day).chain(moves.map(|one| one.body.day)).min()
}
