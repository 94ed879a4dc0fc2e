//! What a supplier has done: orders on time and in full, defects, prices, answers.

use std::collections::{BTreeMap, BTreeSet};

use argosy_kernel::{Currency, Day};
use rust_decimal::Decimal;

use super::prices;
use crate::{
    model::{Of, buying::PurchaseOrder, supply::Supply},
    purchasing::progress::{ByDocument, order_of},
    worth::Change,
};

/// What is counted over a stretch of days.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Performance {
    pub orders: i64,
    /// In the reporting currency, as far as rates are known.
    pub spend: Decimal,
    /// Order lines that were due, and those of them that were ready in full by then.
    pub lines_due: i64,
    pub lines_otif: i64,
    pub checked: i64,
    pub defective: i64,
    pub received: i64,
    pub damaged: i64,
    /// Goods bought now, at today's and at last year's prices of the same SKU and currency.
    pub at_now: Decimal,
    pub at_last_year: Decimal,
    /// The same at own prices and at the best price of another supplier.
    pub at_own: Decimal,
    pub at_other: Decimal,
    pub asked: i64,
    pub answered: i64,
    pub answer_days: i64,
    /// SKUs that nobody else offers or has delivered, and what was spent on them.
    pub single: BTreeSet<String>,
    pub single_spend: Decimal,
}

fn share(part: i64, of: i64) -> Option<Decimal> {
    (of > 0).then(|| (Decimal::from(part) / Decimal::from(of)).round_dp(6))
}

impl Performance {
    /// Lines on time and in full, of the lines that were due.
    pub(crate) fn otif(&self) -> Option<Decimal> {
        share(self.lines_otif, self.lines_due)
    }

    /// Defective units of a million: by inspections; where there are none, damaged on arrival.
    pub(crate) fn defects_ppm(&self) -> Option<Decimal> {
        let million = Decimal::from(1_000_000);
        let found =
            share(self.defective, self.checked).or_else(|| share(self.damaged, self.received));
        found.map(|found| (found * million).round())
    }

    /// How much dearer than a year ago; below zero is cheaper.
    pub(crate) fn price_against_last_year(&self) -> Option<Decimal> {
        (self.at_last_year > Decimal::ZERO)
            .then(|| (self.at_now / self.at_last_year - Decimal::ONE).round_dp(4))
    }

    /// How much dearer than the best of the others.
    pub(crate) fn price_against_others(&self) -> Option<Decimal> {
        (self.at_other > Decimal::ZERO)
            .then(|| (self.at_own / self.at_other - Decimal::ONE).round_dp(4))
    }

    /// Mean days from a request to its quotation.
    pub(crate) fn response_days(&self) -> Option<Decimal> {
        (self.answered > 0)
            .then(|| (Decimal::from(self.answer_days) / Decimal::from(self.answered)).round_dp(1))
    }
}

/// The stretch of days that is judged.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window {
    pub from: Day,
    pub to: Day,
    pub tolerance: i64,
}

impl Window {
    fn holds(&self, day: Day) -> bool {
        (self.from..=self.to).contains(&day)
    }
}

const BOUGHT: &[&str] =
    &["approved", "sent", "in_production", "ready", "shipped", "received", "closed"];

/// Performance of all suppliers.
pub(crate) fn of_all(
    supply: &Supply,
    progress: &ByDocument,
    window: Window,
    change: &Change,
) -> BTreeMap<String, Performance> {
    let mut all: BTreeMap<String, Performance> =
        supply.suppliers.keys().map(|code| (code.clone(), Performance::default())).collect();
    let sources = sources(supply);
    for order in supply.orders.values().filter(|order| order.is(BOUGHT)) {
        let one = all.entry(order.body.supplier.clone()).or_default();
        on_time(order, progress, window, one);
        if window.holds(order.body.ordered_on) {
            spent(supply, order, &sources, change, one);
        }
    }
    quality(supply, window, &mut all);
    answers(supply, window, &mut all);
    all
}

/// Whether an order's lines were ready in full by their day. Ready counts, since what comes after is
/// the carrier's; where no such day was noted, the day all had come.
fn on_time(
    order: &Of<PurchaseOrder>,
    progress: &ByDocument,
    window: Window,
    one: &mut Performance,
) {
    for line in &order.body.lines {
        let Some(due) = order.body.due_of(line).filter(|due| window.holds(*due)) else { continue };
        one.lines_due += 1;
        let state = progress.get(&order.id).and_then(|skus| skus.get(&line.sku));
        let came = state.and_then(|state| state.complete_on);
        let short = came.is_none() && order.is(&["received", "closed"]);
        let ready = order.body.ready_on.or(came);
        let in_time = ready.is_some_and(|day| (day - due).num_days() <= window.tolerance);
        one.lines_otif += i64::from(in_time && !short);
    }
}

/// Who offers or has delivered each SKU.
fn sources(supply: &Supply) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut sources: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for price in supply.prices.values() {
        sources.entry(&price.body.sku).or_default().insert(&price.body.supplier);
    }
    for order in supply.orders.values().filter(|order| order.is(BOUGHT)) {
        for line in &order.body.lines {
            sources.entry(&line.sku).or_default().insert(&order.body.supplier);
        }
    }
    let in_use =
        |code: &str| supply.suppliers.get(code).is_none_or(|one| !one.is(&["ended", "paused"]));
    for suppliers in sources.values_mut() {
        suppliers.retain(|code| in_use(code));
    }
    sources
}

fn spent(
    supply: &Supply,
    order: &Of<PurchaseOrder>,
    sources: &BTreeMap<&str, BTreeSet<&str>>,
    change: &Change,
    one: &mut Performance,
) {
    let of = &order.body;
    one.orders += 1;
    for line in &of.lines {
        let Some(worth) = change.money_on(of.line_total(line), of.ordered_on) else { continue };
        one.spend += worth.amount;
        if sources.get(line.sku.as_str()).is_none_or(|who| who.len() < 2) {
            one.single.insert(line.sku.clone());
            one.single_spend += worth.amount;
        }
        let units = Decimal::from(line.units);
        if let Some(before) = price_before(supply, order, &line.sku, of.currency) {
            one.at_now += change.amount(line.price * units, of.currency).unwrap_or_default();
            one.at_last_year += change.amount(before * units, of.currency).unwrap_or_default();
        }
        let others = sources.get(line.sku.as_str()).into_iter().flatten();
        let best = others
            .filter(|code| **code != of.supplier)
            .filter_map(|code| prices::lookup(supply, code, &line.sku, line.units, of.ordered_on))
            .filter_map(|found| change.money(found.price))
            .min_by_key(|price| price.amount);
        if let (Some(best), Some(own)) = (best, change.amount(line.price, of.currency)) {
            one.at_own += own * units;
            one.at_other += best.amount * units;
        }
    }
}

/// What the supplier took for the SKU a year (and up to three months more) earlier.
fn price_before(
    supply: &Supply,
    order: &Of<PurchaseOrder>,
    sku: &str,
    currency: Currency,
) -> Option<Decimal> {
    let of = &order.body;
    let earlier = supply.orders.values().filter(|other| {
        let days = (of.ordered_on - other.body.ordered_on).num_days();
        other.body.supplier == of.supplier
            && other.body.currency == currency
            && other.is(BOUGHT)
            && (275..=455).contains(&days)
    });
    let near = |other: &&Of<PurchaseOrder>| {
        ((of.ordered_on - other.body.ordered_on).num_days() - 365).abs()
    };
    let with_sku = earlier.filter(|other| other.body.lines.iter().any(|line| line.sku == sku));
    let nearest = with_sku.min_by_key(near)?;
    nearest.body.lines.iter().find(|line| line.sku == sku).map(|line| line.price)
}

fn quality(supply: &Supply, window: Window, all: &mut BTreeMap<String, Performance>) {
    for inspection in supply.inspections.values().filter(|one| window.holds(one.body.day)) {
        let order = supply.orders.get(&inspection.body.purchase_order);
        let Some(order) = order else { continue };
        let one = all.entry(order.body.supplier.clone()).or_default();
        for line in &inspection.body.lines {
            one.checked += line.checked;
            one.defective += line.defective;
        }
    }
    for receipt in supply.receipts.values().filter(|one| window.holds(one.body.day)) {
        for line in &receipt.body.lines {
            let order = order_of(supply, &receipt.body, line);
            let Some(order) = order.and_then(|id| supply.orders.get(id)) else { continue };
            let one = all.entry(order.body.supplier.clone()).or_default();
            one.received += line.received;
            one.damaged += line.damaged.unwrap_or_default();
        }
    }
}

fn answers(supply: &Supply, window: Window, all: &mut BTreeMap<String, Performance>) {
    for (id, request) in &supply.requests {
        let Some(sent) = request.body.sent_on.filter(|sent| window.holds(*sent)) else { continue };
        for supplier in &request.body.suppliers {
            let one = all.entry(supplier.clone()).or_default();
            one.asked += 1;
            let answer = supply
                .quotations
                .values()
                .filter(|answer| answer.body.rfq.as_ref() == Some(id))
                .filter(|answer| answer.body.supplier == *supplier)
                .map(|answer| answer.body.received_on)
                .min();
            if let Some(day) = answer {
                one.answered += 1;
                one.answer_days += (day - sent).num_days().max(0);
            }
        }
    }
}
