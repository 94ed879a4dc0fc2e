//! Deliveries: on time and in full, and how good the goods are.
//!
//! float-ok: shares and tests of them, no money.

use std::collections::BTreeMap;

use argosy_desk::Record;
use argosy_kernel::Day;
use rust_decimal::{Decimal, prelude::ToPrimitive};

use super::{Around, Warning};
use crate::{
    forecast::numbers::{count, normal_quantile},
    foresee::{fields::Fields, show::decimal},
    says::{both, percent},
};

/// How sure it must be that defects have become more.
const SURE: f64 = 0.95;

/// One delivery: the day it was due, and whether it came on time and in full.
struct Delivery {
    due: Day,
    good: bool,
}

/// Suppliers whose later deliveries are on time and in full less often than the earlier ones.
pub(crate) fn otif(around: &Around<'_>) -> Vec<Warning> {
    let mut by_supplier: BTreeMap<&str, Vec<Delivery>> = BTreeMap::new();
    for order in &around.records.orders {
        let fields = Fields(&order.body);
        let Some(supplier) = fields.text("supplier") else { continue };
        by_supplier.entry(supplier).or_default().extend(delivery(around, order));
    }
    let warn = &around.settings.warn;
    let found = by_supplier.into_iter().filter_map(|(supplier, mut all)| {
        all.sort_by_key(|one| one.due);
        if all.len() < warn.otif_least {
            return None;
        }
        let (early, late) = all.split_at(all.len() / 2);
        let share = |of: &[Delivery]| {
            count(of.iter().filter(|one| one.good).count()) / count(of.len().max(1))
        };
        let (before, now) = (share(early), share(late));
        let fall = decimal(before - now);
        if fall < warn.otif_drop {
            return None;
        }
        let name = around.name(supplier);
        let margin = around.margin(|row| row.supplier.as_deref() == Some(supplier));
        Some(Warning {
            kind: "otif",
            subject: name.clone(),
            says: both(
                format!(
                    "{name}: {} of the last {} deliveries were on time and in full, {} of the {} \
                     before",
                    percent(decimal(now)),
                    late.len(),
                    percent(decimal(before)),
                    early.len()
                ),
                format!(
                    "{name}：最近 {} 次交付准时足量率 {}，此前 {} 次为 {}",
                    late.len(),
                    percent(decimal(now)),
                    early.len(),
                    percent(decimal(before))
                ),
            ),
            todo: both(
                "Agree on dates and penalties, check open orders, quote a second supplier",
                "约定交期与违约责任，核查在途订单，向备选供应商询价",
            ),
            since: late.first().map(|one| one.due),
            stake: margin * fall,
            supplier: Some(supplier.to_owned()),
            before: Some(before),
            now: Some(now),
            change: Some(now - before),
            cases: all.len(),
            ..Warning::default()
        })
    });
    found.collect()
}

/// Whether an order came on time and in full; nothing while it may still.
fn delivery(around: &Around<'_>, order: &Record) -> Option<Delivery> {
    let fields = Fields(&order.body);
    if matches!(order.state.as_deref(), Some("draft" | "approved" | "cancelled")) {
        return None;
    }
    let lines = fields.lines("lines").filter_map(|line| line.day("due"));
    let due = lines.max().or_else(|| fields.day("due"))?;
    let ready = fields.day("ready_on").or_else(|| fields.day("shipped_on"));
    let ready = ready.or_else(|| fields.day("received_on"));
    let Some(ready) = ready else {
        return (around.today > due).then_some(Delivery { due, good: false });
    };
    let ordered: i64 = fields.lines("lines").filter_map(|line| line.integer("units")).sum();
    let came = received(around, order);
    let short = came.is_some_and(|came| came < ordered);
    Some(Delivery { due, good: ready <= due && !short })
}

/// Units received of an order that is through; `None` while it is not.
fn received(around: &Around<'_>, order: &Record) -> Option<i64> {
    if !matches!(order.state.as_deref(), Some("received" | "closed")) {
        return None;
    }
    let of_order = |record: &&Record| {
        let fields = Fields(&record.body);
        fields.text("purchase_order") == Some(&order.id)
            || fields.lines("lines").any(|line| line.text("po") == Some(&order.id))
    };
    let mut any = false;
    let mut sum = 0;
    for record in around.records.receipts.iter().filter(of_order) {
        let fields = Fields(&record.body);
        let whole = fields.text("purchase_order") == Some(&order.id);
        for line in fields.lines("lines") {
            if line.text("po") == Some(&order.id) || (whole && line.text("po").is_none()) {
                any = true;
                sum += line.integer("received").unwrap_or(0);
            }
        }
    }
    any.then_some(sum)
}

/// Inspections of one supplier in order.
type Checked = Vec<(Day, f64, f64)>;

/// Suppliers whose later inspections find more defects than the earlier ones.
pub(crate) fn quality(around: &Around<'_>) -> Vec<Warning> {
    let suppliers: BTreeMap<&str, &str> = around
        .records
        .orders
        .iter()
        .filter_map(|order| Some((order.id.as_str(), Fields(&order.body).text("supplier")?)))
        .collect();
    let mut by_supplier: BTreeMap<&str, Checked> = BTreeMap::new();
    for inspection in around.inspections {
        let fields = Fields(&inspection.body);
        let supplier = fields.text("purchase_order").and_then(|order| suppliers.get(order));
        let (Some(supplier), Some(day)) = (supplier, fields.day("day")) else { continue };
        let sum = |id: &str| {
            let units = fields.lines("lines").filter_map(|line| line.decimal(id));
            units.sum::<Decimal>().to_f64().unwrap_or(0.0)
        };
        let (checked, bad) = (sum("checked"), sum("defective"));
        if checked > 0.0 {
            by_supplier.entry(supplier).or_default().push((day, checked, bad));
        }
    }
    by_supplier.into_iter().filter_map(|(supplier, all)| worse(around, supplier, all)).collect()
}

fn worse(around: &Around<'_>, supplier: &str, mut all: Checked) -> Option<Warning> {
    let warn = &around.settings.warn;
    all.sort_by_key(|one| one.0);
    if all.len() < warn.quality_least.max(2) {
        return None;
    }
    let (early, late) = all.split_at(all.len() / 2);
    let sums = |of: &[(Day, f64, f64)]| {
        of.iter().fold((0.0, 0.0), |(n, bad), one| (n + one.1, bad + one.2))
    };
    let ((n0, bad0), (n1, bad1)) = (sums(early), sums(late));
    let (before, now) = (bad0 / n0, bad1 / n1);
    // Half a defect more on each side: none found is not none there.
    let times = ((bad1 + 0.5) / (n1 + 1.0)) / ((bad0 + 0.5) / (n0 + 1.0));
    let pooled = (bad0 + bad1) / (n0 + n1);
    let error = (pooled * (1.0 - pooled) * (1.0 / n0 + 1.0 / n1)).sqrt();
    let sure = error > 0.0 && (now - before) / error > normal_quantile(SURE);
    if !sure || decimal(times) < warn.quality_times {
        return None;
    }
    let more = decimal(now - before);
    let stake: Decimal = around
        .plans
        .iter()
        .filter(|row| row.supplier.as_deref() == Some(supplier))
        .filter_map(|row| {
            // A bad unit costs its price and the margin it would have brought.
            let goods = row.goods.as_ref()?;
            let each = goods.price(goods.moq)?.amount + row.margin?.amount.max(Decimal::ZERO);
            Some(each * decimal(row.foreseen * 30.0) * more)
        })
        .sum();
    let name = around.name(supplier);
    Some(Warning {
        kind: "quality",
        subject: name.clone(),
        says: both(
            format!(
                "{name}: {} of the units checked lately were defective, {} before",
                percent(decimal(now)),
                percent(decimal(before))
            ),
            format!(
                "{name}：近期抽检不良率 {}，此前 {}",
                percent(decimal(now)),
                percent(decimal(before))
            ),
        ),
        todo: both(
            "Inspect every lot before shipping, ask for the cause and its remedy, hold payments of bad lots",
            "出货前逐批验货，要求供应商给出原因与纠正措施，不合格批次暂缓付款",
        ),
        since: late.first().map(|one| one.0),
        stake,
        supplier: Some(supplier.to_owned()),
        before: Some(before),
        now: Some(now),
        change: Some(now - before),
        cases: all.len(),
        ..Warning::default()
    })
}
