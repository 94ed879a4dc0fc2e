//! Payments: in the order's currency, and no more than it is worth.

use std::collections::BTreeMap;

use argosy_chapter::face::{ChapterError, Draft};
use argosy_kernel::{Currency, Money};
use rust_decimal::Decimal;

use super::{Findings, Scene};
use crate::model::{
    buying::{ApprovalLimit, Payment},
    of_draft,
    supply::Supply,
};

/// Payments of an order's goods.
pub(in crate::purchasing) const OF_GOODS: &[&str] = &["deposit", "balance", "full"];

pub(super) fn check(
    scene: &Scene<'_>,
    draft: &Draft,
    findings: &mut Findings<'_>,
) -> Result<(), ChapterError> {
    let payment = of_draft::<Payment>(draft)?;
    let of = &payment.body;
    if of.supplier.is_none() && of.purchase_order.is_none() && of.shipment.is_none() {
        let en = "say whom it is for: a supplier, a purchase order or a shipment";
        findings.add("supplier", "no_payee", en, "请填写收款方、采购单或发货单");
    }
    if of.amount.amount <= Decimal::ZERO {
        let en = "the amount must be above zero";
        findings.add("amount", "not_above_zero", en, "金额必须大于 0");
    }
    if payment.state == "refused" || !OF_GOODS.contains(&of.what.as_str()) {
        return Ok(());
    }
    let Some(order) = of.purchase_order.as_ref().and_then(|id| scene.supply.orders.get(id)) else {
        return Ok(());
    };
    let total = order.body.total();
    if of.amount.currency != total.currency {
        let en = format!("order {} is in {}; pay in that currency", order.id, total.currency);
        let zh = format!("采购单 {} 币种为 {}，请使用同一币种", order.id, total.currency);
        findings.add("amount", "other_currency", en, zh);
        return Ok(());
    }
    let key = (order.id.clone(), total.currency);
    let asked = scene.asked.get(&key).copied().unwrap_or_default();
    let asked = Money::new(asked, total.currency);
    if asked.amount > total.amount {
        let en =
            format!("order {} is worth {total}; with this, {asked} would be asked for", order.id);
        let zh = format!("采购单 {} 总额 {total}；加上本次请款将达 {asked}", order.id);
        findings.add("amount", "above_order", en, zh);
    }
    Ok(())
}

/// Sums by order and currency.
pub(in crate::purchasing) type Asked = BTreeMap<(String, Currency), Decimal>;

/// What is asked for or paid for the goods of all orders, refused payments aside.
pub(in crate::purchasing) fn all_asked(supply: &Supply) -> Asked {
    let mut asked = Asked::new();
    for payment in supply.payments.values().filter(|one| one.state != "refused") {
        let of = &payment.body;
        if let Some(order) = &of.purchase_order
            && OF_GOODS.contains(&of.what.as_str())
        {
            *asked.entry((order.clone(), of.amount.currency)).or_default() += of.amount.amount;
        }
    }
    asked
}

pub(super) fn limit(draft: &Draft, findings: &mut Findings<'_>) -> Result<(), ChapterError> {
    let limit = of_draft::<ApprovalLimit>(draft)?.body;
    if limit.up_to.amount < Decimal::ZERO {
        findings.add("up_to", "below_min", "a limit is not below zero", "额度不能小于 0");
    }
    Ok(())
}
