//! Receipts and returns: not more than ordered or sent unless accepted with a reason, not more back
//! than came.

use std::collections::BTreeMap;

use argosy_chapter::face::{ChapterError, Draft};

use super::{Findings, Scene};
use crate::{
    model::{
        goods::{Receipt, SupplierReturn},
        of_draft,
        supply::Supply,
    },
    purchasing::{
        booking::moved_from,
        progress::{Progress, order_of},
    },
};

pub(super) fn check(
    scene: &Scene<'_>,
    draft: &Draft,
    findings: &mut Findings<'_>,
) -> Result<(), ChapterError> {
    let supply = scene.supply;
    let receipt = of_draft::<Receipt>(draft)?.body;
    if receipt.purchase_order.is_none() && receipt.shipment.is_none() {
        let en = "say which purchase order or shipment came";
        findings.add("purchase_order", "no_document", en, "请填写对应的采购单或发货单");
    }
    for (at, line) in receipt.lines.iter().enumerate() {
        let path = |field: &str| format!("lines[{at}].{field}");
        let damaged = line.damaged.unwrap_or_default();
        if damaged > line.received {
            let en =
                format!("{damaged} damaged of {} received; correct one of them", line.received);
            let zh = format!("实收 {} 件，破损 {damaged} 件，请核对", line.received);
            findings.add(path("damaged"), "above_received", en, zh);
        }
        if let (Some(made), Some(expires)) = (line.made_on, line.expires_on)
            && expires < made
        {
            let en = format!("it expires on {expires}, before it was made on {made}");
            let zh = format!("到期日 {expires} 早于生产日期 {made}");
            findings.add(path("expires_on"), "order", en, zh);
        }
        let order = order_of(supply, &receipt, line);
        if let Some(order) = order.and_then(|id| supply.orders.get(id)) {
            if order.is(&["draft", "cancelled"]) {
                let en = format!("order {} is not with the supplier; send it first", order.id);
                let zh = format!("采购单 {} 尚未下单，请先下单", order.id);
                findings.add(path("po"), "order_state", en, zh);
            }
            if receipt.day < order.body.ordered_on {
                let (day, ordered) = (receipt.day, order.body.ordered_on);
                let en = format!("received on {day}, before order {} of {ordered}", order.id);
                let zh = format!("收货日 {day} 早于采购单 {} 的下单日 {ordered}", order.id);
                findings.add("day", "before_order", en, zh);
            }
        } else if moved_from(supply, &receipt).is_none() && receipt.is_booked() {
            let en = format!("what {} cost is not known: name its purchase order", line.sku);
            let zh = format!("{} 的成本未知：请填写对应的采购单", line.sku);
            findings.add(path("po"), "no_cost", en, zh);
        }
    }
    over(scene, &receipt, findings);
    Ok(())
}

/// Refuses more than was wanted, and goods that nobody wanted.
fn over(scene: &Scene<'_>, receipt: &Receipt, findings: &mut Findings<'_>) {
    let accepted = receipt.accept_over == Some(true);
    let reasoned = receipt.over_reason.as_deref().is_some_and(|reason| !reason.trim().is_empty());
    let mut too_many = false;
    let mut judge = |at: usize, sku: &str, id: &str, state: Option<&Progress>, now: i64| {
        let state = state.copied().unwrap_or_default();
        let wanted = state.wanted + state.to_replace;
        if wanted == 0 {
            let en = format!("{id} has no {sku}; choose the right document or take the line out");
            let zh = format!("{id} 中没有 {sku}；请选择正确的单据或删除该行");
            findings.add(format!("lines[{at}].sku"), "not_ordered", en, zh);
            return;
        }
        if state.received <= wanted {
            return;
        }
        too_many = true;
        if !accepted {
            let (before, more) = (state.received - now, state.received - wanted);
            let en = format!(
                "{id}, {sku}: {wanted} expected, {before} came before, {now} now: {more} too many. \
                 Correct the count, or tick “Accept more than ordered” and say why"
            );
            let zh = format!(
                "{id} 的 {sku}：应到 {wanted}，此前已收 {before}，本次 {now}，超出 {more}。\
                 请核对数量，或勾选“接受超量到货”并填写原因"
            );
            findings.add(format!("lines[{at}].received"), "above_order", en, zh);
        }
    };
    let mut seen: BTreeMap<(String, String), ()> = BTreeMap::new();
    for (at, line) in receipt.lines.iter().enumerate() {
        let sku = &line.sku;
        let now: i64 =
            receipt.lines.iter().filter(|one| one.sku == *sku).map(|one| one.received).sum();
        let order = order_of(scene.supply, receipt, line);
        // Against the shipment where there is one, since only that can be counted; else the order.
        let (id, of) = match (&receipt.shipment, order) {
            (Some(id), _) => (id.as_str(), &scene.shipments),
            (None, Some(id)) => (id, &scene.orders),
            (None, None) => continue,
        };
        if seen.insert((id.to_owned(), sku.clone()), ()).is_none() {
            judge(at, sku, id, of.get(id).and_then(|skus| skus.get(sku)), now);
        }
    }
    if too_many && accepted && !reasoned {
        let en = "say why more than ordered is accepted";
        findings.add("over_reason", "required", en, "请填写接受超量的原因");
    }
}

pub(super) fn back(
    supply: &Supply,
    draft: &Draft,
    findings: &mut Findings<'_>,
) -> Result<(), ChapterError> {
    let back = of_draft::<SupplierReturn>(draft)?.body;
    let Some(receipt) = supply.receipts.get(&back.receipt) else { return Ok(()) };
    if back.day < receipt.body.day {
        let en = format!("it goes back on {}, before it came on {}", back.day, receipt.body.day);
        let zh = format!("退货日 {} 早于收货日 {}", back.day, receipt.body.day);
        findings.add("day", "before_receipt", en, zh);
    }
    let orders = receipt.body.lines.iter().filter_map(|line| order_of(supply, &receipt.body, line));
    let suppliers: std::collections::BTreeSet<&str> = orders
        .filter_map(|id| supply.orders.get(id))
        .map(|order| order.body.supplier.as_str())
        .collect();
    if !suppliers.is_empty() && !suppliers.contains(back.supplier.as_str()) {
        let names = suppliers.into_iter().collect::<Vec<_>>().join(", ");
        let en = format!("these goods came from {names}");
        findings.add("supplier", "other_supplier", en, format!("该批货物来自 {names}"));
    }
    for (at, line) in back.lines.iter().enumerate() {
        let came: i64 = receipt
            .body
            .lines
            .iter()
            .filter(|one| one.sku == line.sku)
            .map(|one| one.received)
            .sum();
        let returns = supply.returns.values().filter(|one| one.body.receipt == back.receipt);
        let gone: i64 = returns
            .flat_map(|one| &one.body.lines)
            .filter(|one| one.sku == line.sku)
            .map(|one| one.units)
            .sum();
        if gone > came {
            let (id, sku) = (&back.receipt, &line.sku);
            let en = format!("{came} of {sku} came with {id}; {gone} would be sent back in all");
            let zh = format!("{id} 共收到 {sku} {came} 件；退货合计将达 {gone} 件");
            findings.add(format!("lines[{at}].units"), "above_receipt", en, zh);
        }
    }
    Ok(())
}
