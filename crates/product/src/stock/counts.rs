//! Counts: the differences become an adjustment.

use argosy_chapter::{
    book::New,
    face::{ChapterError, Done, Ground, Order},
};
use serde_json::json;

use super::{keep, ledger};
use crate::{
    model::{goods::StockCount, of_record, supply::Supply},
    purchasing::actions::{body, new, only, save},
    says::both,
};

/// Books the differences of a count as a movement on its day.
pub(super) async fn book(ground: &Ground<'_>, order: &Order) -> Result<Done, ChapterError> {
    let id = only(order)?;
    let record = ground.record("stock_count", id).await?;
    let count = of_record::<StockCount>(&record)?.body;
    let supply = Supply::read(ground, ledger::KINDS, &[]).await?;
    let counted = supply.places.get(&count.place).is_some_and(|one| one.body.is_counted_here());
    if !counted {
        let place = &count.place;
        return Err(ChapterError::told(
            format!("reports tell the stock of {place}; a count there changes nothing"),
            format!("{place} 的库存以报告为准，盘点不会改变库存"),
        ));
    }
    let sold = keep::sold(ground, &supply).await?;
    let mut entries = ledger::entries(&supply, &sold);
    entries.retain(|entry| entry.day <= count.day);
    let balance = ledger::balance(&entries);
    let mut lines = Vec::new();
    for line in &count.lines {
        let there: i64 = match &line.batch {
            Some(batch) => {
                let key = (count.place.clone(), line.sku.clone(), Some(batch.clone()));
                balance.get(&key).map_or(0, |there| there.units)
            }
            // Counted without batches: all of them together.
            None => balance
                .iter()
                .filter(|((place, sku, _), _)| *place == count.place && *sku == line.sku)
                .map(|(_, there)| there.units)
                .sum(),
        };
        if line.counted != there {
            lines.push(body(json!({
                "sku": line.sku, "units": line.counted - there, "batch": line.batch,
                "reason": line.reason,
            })));
        }
    }
    let mut booked = New::change(&record);
    booked.state = Some("booked".to_owned());
    if lines.is_empty() {
        let says = |_: &str| both("no differences: nothing to book", "无差异，无需调整");
        return save(ground, vec![booked], &order.who, says).await;
    }
    let differences = lines.len();
    let movement = body(json!({
        "kind": "adjust", "day": count.day, "place": count.place, "lines": lines, "count": id,
    }));
    let says = |_: &str| {
        both(
            format!("{differences} differences booked as an adjustment"),
            format!("{differences} 项差异已生成调整单"),
        )
    };
    save(ground, vec![new("movement", movement), booked], &order.who, says).await
}
