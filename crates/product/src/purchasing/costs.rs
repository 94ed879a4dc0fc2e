//! Costs of shipments: estimated against actual, what they are per kilogram, and how they land on
//! goods.

use std::collections::BTreeMap;

use argosy_chapter::{
    board::{Board, Column, Detail, Row, Unit},
    face::{ChapterError, Ground},
};
use argosy_kernel::Money;
use rust_decimal::Decimal;
use serde_json::Value;

use super::{
    booking::counted,
    freight::{By, shared},
};
use crate::{
    choice::show::{column, param, row_id, table},
    model::{Of, goods::Shipment, supply::Supply},
    says::both,
    worth::Change,
};

const KINDS: &[&str] = &["item", "place", "purchase_order", "shipment"];

/// What own shipments have cost.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Learnt {
    /// Freight for a kilogram.
    pub per_kg: Option<Decimal>,
    /// Duty, of the goods' worth.
    pub duty: Option<Decimal>,
    pub shipments: usize,
}

/// Means over all shipments that have bills, by weight and by worth.
pub(super) fn learnt(supply: &Supply, change: &Change) -> Learnt {
    let (mut freight, mut kg) = (Decimal::ZERO, Decimal::ZERO);
    let (mut duty, mut worth) = (Decimal::ZERO, Decimal::ZERO);
    let mut shipments = 0;
    for shipment in supply.shipments.values().filter(|one| one.is(&["received", "closed"])) {
        let of = |kind: &str| -> Option<Decimal> {
            let bills = shipment.body.costs.iter().filter(|cost| cost.kind == kind);
            let bills: Vec<Money> = bills.filter_map(|cost| cost.actual).collect();
            if bills.is_empty() {
                return None;
            }
            bills.into_iter().map(|bill| change.money(bill).map(|bill| bill.amount)).sum()
        };
        let weight = shipment.body.kg();
        let mut known = false;
        if let Some(bill) = of("freight").filter(|_| !weight.is_zero()) {
            freight += bill;
            kg += weight;
            known = true;
        }
        let goods = worths(supply, shipment, change);
        let goods: Option<Decimal> = goods.into_iter().sum();
        if let (Some(bill), Some(goods)) = (of("duty"), goods) {
            duty += bill;
            worth += goods;
            known = true;
        }
        shipments += usize::from(known);
    }
    let ratio = |part: Decimal, of: Decimal| (!of.is_zero()).then(|| (part / of).round_dp(6));
    Learnt { per_kg: ratio(freight, kg), duty: ratio(duty, worth), shipments }
}

/// What the lines of a shipment are worth at their orders' prices.
fn worths(supply: &Supply, shipment: &Of<Shipment>, change: &Change) -> Vec<Option<Decimal>> {
    let of = |line: &crate::model::goods::ShipmentLine| {
        let order = &supply.orders.get(line.po.as_ref()?)?.body;
        let price = order.lines.iter().find(|one| one.sku == line.sku)?.price;
        change.amount(price * Decimal::from(line.units), order.currency)
    };
    shipment.body.lines.iter().map(of).collect()
}

pub(super) async fn board(
    ground: &Ground<'_>,
    params: &BTreeMap<String, Value>,
) -> Result<Board, ChapterError> {
    let supply = Supply::read(ground, KINDS, &[]).await?;
    let change = Change::new(ground, ground.currency, ground.today);
    let mode = param(params, "mode");
    let mut board = Board { day: Some(ground.today), ..Board::default() };
    let (mut all_estimated, mut all_actual, mut open) = (Decimal::ZERO, Decimal::ZERO, 0_i64);
    for (id, shipment) in &supply.shipments {
        let of = &shipment.body;
        if shipment.is(&["cancelled"]) || mode.is_some_and(|mode| mode != of.mode) {
            continue;
        }
        let sum = |one: fn(&crate::model::goods::ShipmentCost) -> Option<Money>| {
            let known: Vec<Money> = of.costs.iter().filter_map(one).collect();
            let sum: Option<Decimal> =
                known.iter().map(|money| Some(change.money(*money)?.amount)).sum();
            sum.filter(|_| !known.is_empty())
        };
        let estimated = sum(|cost| cost.estimated);
        let actual = sum(|cost| cost.actual);
        let unbilled = of.costs.iter().filter(|cost| cost.actual.is_none()).count();
        let comparable =
            of.costs.iter().all(|cost| cost.estimated.is_some() && cost.actual.is_some());
        let difference =
            actual.zip(estimated).filter(|_| comparable).map(|(actual, told)| actual - told);
        if difference.is_some() {
            all_estimated += estimated.unwrap_or_default();
            all_actual += actual.unwrap_or_default();
        }
        open += i64::from(unbilled > 0);
        let money = |amount: Decimal| Money::new(amount, ground.currency).rounded();
        let units: i64 = of.lines.iter().map(|line| line.units).sum();
        let counts = sum(|cost| counted(cost).map(|(money, _)| money));
        let kg = Some(of.kg()).filter(|kg| !kg.is_zero());
        let mut row = Row::new(id)
            .with("shipment", id.as_str())
            .with("mode", of.mode.as_str())
            .with("state", shipment.state.as_str())
            .with("forwarder", of.forwarder.clone())
            .with("to", of.to.as_str())
            .with("left", of.atd.or(of.etd))
            .with("units", units)
            .with("kg", kg)
            .with("m3", Some(of.m3()).filter(|m3| !m3.is_zero()).map(|m3| m3.round_dp(3)))
            .with("estimated", estimated.map(money))
            .with("actual", actual.map(money))
            .with("difference", difference.map(money))
            .with("unbilled", i64::try_from(unbilled).unwrap_or(i64::MAX))
            .with(
                "per_unit",
                counts.filter(|_| units > 0).map(|counts| money(counts / Decimal::from(units))),
            )
            .with("per_kg", counts.zip(kg).map(|(counts, kg)| money(counts / kg)));
        if unbilled > 0 {
            let says = both(
                "what is not billed counts as estimated, also in unit costs",
                "未到账单的费用按预估计入，包括产品成本",
            );
            row = row.noted("unbilled", says);
        }
        board.rows.push(row);
    }
    let money = |amount: Decimal| Money::new(amount, ground.currency).rounded();
    board.tiles.insert("estimated".to_owned(), money(all_estimated).into());
    board.tiles.insert("actual".to_owned(), money(all_actual).into());
    board.tiles.insert("open".to_owned(), open.into());
    Ok(board)
}

pub(super) async fn detail(ground: &Ground<'_>, id: &str) -> Result<Option<Detail>, ChapterError> {
    let supply = Supply::read(ground, KINDS, &[]).await?;
    let Some(shipment) = supply.shipments.get(id) else { return Ok(None) };
    let change = Change::new(ground, ground.currency, ground.today);
    let of = &shipment.body;
    let costs = vec![
        kinds(),
        column("estimated", both("Estimated", "预估"), Unit::Money),
        column("actual", both("Actual", "实际"), Unit::Money),
        column("day", both("Bill of", "账单日"), Unit::Day),
        column("invoice", both("Bill", "账单号"), Unit::Text),
    ];
    let cost_rows = of.costs.iter().enumerate().map(|(at, cost)| {
        Row::new(at.to_string())
            .with("kind", cost.kind.as_str())
            .with("estimated", cost.estimated)
            .with("actual", cost.actual)
            .with("day", cost.day)
            .with("invoice", cost.invoice.clone())
    });
    let goods = vec![
        column("sku", both("SKU", "SKU"), Unit::Text),
        column("units", both("Units", "数量"), Unit::Integer),
        kinds(),
        column("part", both("Its part", "分摊金额"), Unit::Money),
        column("per_unit", both("Per unit", "单件"), Unit::Money),
    ];
    let worths = worths(&supply, shipment, &change);
    let mut shares = Vec::new();
    for (at, cost) in of.costs.iter().enumerate() {
        let Some((amount, _)) = counted(cost) else { continue };
        let by = By::named(cost.split.as_deref());
        let parts = shared(amount, of, &supply.items, by, |line| {
            let units = Decimal::from(of.lines[line].units);
            worths.get(line).copied().flatten().map(|worth| worth / units)
        });
        for (line, part) in of.lines.iter().zip(parts) {
            let each =
                Money::new((part.amount / Decimal::from(line.units)).round_dp(4), part.currency);
            let row = Row::new(row_id(&[&line.sku, &at.to_string()]))
                .with("sku", line.sku.as_str())
                .with("units", line.units)
                .with("kind", cost.kind.as_str())
                .with("part", part)
                .with("per_unit", each);
            shares.push(row);
        }
    }
    let sections = vec![
        table(both("Costs", "费用"), costs, cost_rows.collect()),
        table(both("On the goods", "分摊到货物"), goods, shares),
    ];
    Ok(Some(Detail { title: both(id, id), sections }))
}

/// The column of kinds of costs.
fn kinds() -> Column {
    let mut kinds = column("kind", both("Cost", "费用"), Unit::Choice);
    let names = [
        ("freight", both("freight", "运费")),
        ("duty", both("duty", "关税")),
        ("insurance", both("insurance", "保险")),
        ("other", both("other", "其他")),
    ];
    let choice = |(id, name): (&str, _)| argosy_chapter::kind::Choice { id: id.to_owned(), name };
    kinds.choices = names.into_iter().map(choice).collect();
    kinds
}
