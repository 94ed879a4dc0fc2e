//! What people let orders and shipments do: ship, note a stage, receive.

use argosy_chapter::{
    book::{Book, New},
    face::{ChapterError, Done, Ground, Order},
    kind::Body,
};
use argosy_kernel::Text;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::{freight, progress};
use crate::{
    chapter::Product,
    model::{item::Item, supply::Supply},
    says::{both, shown},
};

/// The one record an action is done with.
pub(crate) fn only(order: &Order) -> Result<&str, ChapterError> {
    match order.rows.as_slice() {
        [one] => Ok(one),
        _ => Err(ChapterError::told("choose one record", "请选择一条记录")),
    }
}

pub(super) fn text<'f>(form: &'f Body, field: &str) -> Option<&'f str> {
    form.get(field).and_then(Value::as_str)
}

/// A record to be made.
pub(crate) fn new(kind: &str, body: Body) -> New {
    New::of(kind, body)
}

pub(crate) fn body(fields: Value) -> Body {
    match fields {
        Value::Object(body) => body.into_iter().filter(|(_, value)| !value.is_null()).collect(),
        _ => Body::new(),
    }
}

pub(crate) async fn save(
    ground: &Ground<'_>,
    new: Vec<New>,
    who: &str,
    says: impl FnOnce(&str) -> Text,
) -> Result<Done, ChapterError> {
    let chapters = Product::alone();
    let saved = Book::by_argosy(ground, &chapters).save(new, who).await?;
    let names: Vec<&str> = saved.iter().map(|record| record.id.as_str()).collect();
    let says = says(&names.join(", "));
    Ok(Done { says, records: saved.iter().map(|one| (one.kind.clone(), one.id.clone())).collect() })
}

/// Receives goods of an order that come straight from the supplier.
pub(super) async fn receive_order(
    ground: &Ground<'_>,
    order: &Order,
) -> Result<Done, ChapterError> {
    let id = only(order)?;
    let supply = Supply::read(ground, super::booking::KINDS, &[]).await?;
    if !supply.orders.contains_key(id) {
        return Err(unknown("purchase order", id));
    }
    let open = progress::of_orders(&supply).remove(id).unwrap_or_default();
    let open = open.into_iter().map(|(sku, one)| (sku, one.unshipped(), None));
    let counted = lines(&order.form, open)?;
    let mut receipt = receipt(&order.form, counted);
    receipt.insert("purchase_order".to_owned(), json!(id));
    let place = order.form.get("place").cloned().unwrap_or_default();
    receipt.insert("place".to_owned(), place);
    save(ground, vec![new("receipt", receipt)], &order.who, told).await
}

/// Receives a shipment where it goes to.
pub(super) async fn receive_shipment(
    ground: &Ground<'_>,
    order: &Order,
) -> Result<Done, ChapterError> {
    let id = only(order)?;
    let supply = Supply::read(ground, super::booking::KINDS, &[]).await?;
    let shipment = supply.shipments.get(id).ok_or_else(|| unknown("shipment", id))?;
    // Line by line, so that each order's units stay apart.
    let mut came: std::collections::BTreeMap<&str, i64> = progress::of_shipments(&supply)
        .get(id)
        .map(|skus| skus.iter().map(|(sku, one)| (sku.as_str(), one.received)).collect::<Vec<_>>())
        .unwrap_or_default()
        .into_iter()
        .filter_map(|(sku, units)| {
            let known = shipment.body.lines.iter().find(|line| line.sku == sku)?;
            Some((known.sku.as_str(), units))
        })
        .collect();
    let open = shipment.body.lines.iter().map(|line| {
        let gone = came.get_mut(line.sku.as_str());
        let less = gone.map_or(0, |gone| {
            let less = (*gone).min(line.units);
            *gone -= less;
            less
        });
        (line.sku.clone(), line.units - less, line.po.clone())
    });
    let counted = lines(&order.form, open)?;
    let mut receipt = receipt(&order.form, counted);
    receipt.insert("shipment".to_owned(), json!(id));
    receipt.insert("place".to_owned(), json!(shipment.body.to));
    save(ground, vec![new("receipt", receipt)], &order.who, told).await
}

fn told(ids: &str) -> Text {
    both(
        format!("receipt {ids} is in the books; differences stand beside what was expected"),
        format!("收货单 {ids} 已入账；差异见应到与实收"),
    )
}

fn unknown(what: &'static str, id: &str) -> ChapterError {
    ChapterError::Unknown { what, id: id.to_owned() }
}

fn receipt(form: &Body, lines: Vec<Value>) -> Body {
    body(json!({
        "day": form.get("day"),
        "lines": lines,
        "accept_over": form.get("accept_over"),
        "over_reason": form.get("over_reason"),
    }))
}

/// Lines of a receipt: as counted, else all that is open. What was counted of a SKU is shared over
/// its orders in their order, the rest on the last.
fn lines(
    form: &Body,
    open: impl Iterator<Item = (String, i64, Option<String>)>,
) -> Result<Vec<Value>, ChapterError> {
    let mut open: Vec<(String, i64, Option<String>)> = open.collect();
    let counted = form.get("lines").and_then(Value::as_array).filter(|lines| !lines.is_empty());
    let mut made = Vec::new();
    let Some(counted) = counted else {
        let all = open.iter().filter(|(_, units, _)| *units > 0);
        made.extend(all.map(|(sku, units, order)| {
            let line = json!({ "sku": sku, "expected": units, "received": units, "po": order });
            Value::Object(body(line))
        }));
        if made.is_empty() {
            let en = "all of it has come already";
            return Err(ChapterError::told(en, "已全部到货"));
        }
        return Ok(made);
    };
    for line in counted {
        let sku = line.get("sku").and_then(Value::as_str).unwrap_or_default();
        let mut left = line.get("received").and_then(Value::as_i64).unwrap_or_default();
        let mut damaged = line.get("damaged").and_then(Value::as_i64).unwrap_or_default();
        let last = open.iter().rposition(|(of, ..)| of == sku);
        let mut any = false;
        for (at, (of, units, order)) in open.iter_mut().enumerate() {
            let is_last = Some(at) == last;
            if of != sku || (!is_last && (*units == 0 || left == 0)) {
                continue;
            }
            let now = if is_last { left } else { left.min(*units) };
            if now == 0 && any {
                continue;
            }
            let bad = damaged.min(now);
            let expected = *units;
            (left, damaged, any) = (left - now, damaged - bad, true);
            *units = (*units - now).max(0);
            made.push(Value::Object(body(json!({
                "sku": sku, "expected": expected, "received": now, "damaged": Some(bad).filter(|bad| *bad > 0),
                "po": order, "batch": line.get("batch"), "expires_on": line.get("expires_on"),
            }))));
        }
        if last.is_none() {
            // Not ordered: the check names it.
            made.push(line.clone());
        }
    }
    Ok(made)
}

/// Notes that a shipment left, arrived or cleared customs.
pub(super) async fn stage(ground: &Ground<'_>, order: &Order) -> Result<Done, ChapterError> {
    let id = only(order)?;
    let record = ground.desk.record("shipment", id).await?;
    let record = record.ok_or_else(|| unknown("shipment", id))?;
    let stage = text(&order.form, "stage").unwrap_or_default();
    let field = match stage {
        "booked" => "booked_on",
        "departed" => "atd",
        "arrived" => "ata",
        _ => "cleared_on",
    };
    let mut new = New::change(&record);
    new.body.insert(field.to_owned(), order.form.get("day").cloned().unwrap_or_default());
    new.state = Some(stage.to_owned());
    let says = |id: &str| both(format!("{id}: noted"), format!("{id}：已登记"));
    save(ground, vec![new], &order.who, says).await
}

/// Makes a shipment of what is ready on the chosen orders.
pub(super) async fn ship(ground: &Ground<'_>, order: &Order) -> Result<Done, ChapterError> {
    let supply = Supply::read(ground, super::booking::KINDS, &[]).await?;
    let progress = progress::of_orders(&supply);
    let (mut lines, mut boxes, mut unboxed) = (Vec::new(), Vec::new(), Vec::new());
    let mut markets = std::collections::BTreeSet::new();
    for id in &order.rows {
        let of = supply.orders.get(id).ok_or_else(|| unknown("purchase order", id))?;
        for (sku, state) in progress.get(id).into_iter().flatten() {
            let units = state.unshipped();
            if units == 0 {
                continue;
            }
            lines.push(json!({ "sku": sku, "units": units, "po": id }));
            let line = of.body.lines.iter().find(|line| line.sku == *sku);
            markets.insert(line.and_then(|line| line.market.clone()));
            match supply.items.get(sku).and_then(|item| packed(&item.body, units)) {
                Some(packed) => boxes.extend(packed),
                None => unboxed.push(sku.clone()),
            }
        }
    }
    if lines.is_empty() {
        let en = "all goods of these orders are on shipments already";
        return Err(ChapterError::told(en, "所选采购单的货物均已发运"));
    }
    if !unboxed.is_empty() {
        // Boxes of some goods only would say less than is sent.
        boxes.clear();
    }
    let market = match markets.len() {
        1 => markets.into_iter().next().flatten(),
        _ => None,
    };
    let mode = text(&order.form, "mode").unwrap_or_default();
    let charged = freight::charged(ground.files, mode, &boxes)?;
    let shipment = body(json!({
        "mode": mode, "to": order.form.get("to"), "forwarder": order.form.get("forwarder"),
        "etd": order.form.get("etd"), "eta": order.form.get("eta"), "market": market,
        "lines": lines, "boxes": Some(&boxes).filter(|boxes| !boxes.is_empty()),
    }));
    let says = |id: &str| match charged {
        Some(charged) => both(
            format!("shipment {id} planned; {}", charged.en),
            format!("发货单 {id} 已创建；{}", charged.zh_cn),
        ),
        None => both(
            format!(
                "shipment {id} planned; no carton data of {}: enter the boxes",
                unboxed.join(", ")
            ),
            format!("发货单 {id} 已创建；{} 缺少箱规，请填写箱单", unboxed.join("、")),
        ),
    };
    save(ground, vec![new("shipment", shipment)], &order.who, says).await
}

/// Full cartons, and one for the rest whose weight is what its units weigh.
fn packed(item: &Item, units: i64) -> Option<Vec<Value>> {
    let each = item.carton_units.filter(|each| *each > 0)?;
    let kg = item.carton_kg?;
    let (length, width, height) =
        (item.carton_length_cm?, item.carton_width_cm?, item.carton_height_cm?);
    let carton = |count: i64, units: i64, kg: Decimal| {
        json!({
            "count": count, "sku": item.sku, "units": units, "weight_kg": shown(kg),
            "length_cm": length.to_string(), "width_cm": width.to_string(),
            "height_cm": height.to_string(),
        })
    };
    let (full, rest) = (units / each, units % each);
    let mut boxes = Vec::new();
    if full > 0 {
        boxes.push(carton(full, each, kg));
    }
    if rest > 0 {
        boxes.push(carton(1, rest, kg * Decimal::from(rest) / Decimal::from(each)));
    }
    Some(boxes)
}
