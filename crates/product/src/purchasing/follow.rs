//! Orders under way: how far each is, what is late, what to look at before it goes on.

use std::collections::BTreeMap;

use argosy_chapter::{
    board::{Board, Detail, Row, Unit},
    face::{ChapterError, Ground},
};
use argosy_kernel::{Day, Money, Text};
use rust_decimal::Decimal;
use serde_json::Value;

use super::progress::{self, Progress};
use crate::{
    choice::show::{column, fact, facts, param, table},
    model::{
        Of,
        buying::{OrderLine, PurchaseOrder},
        supply::Supply,
    },
    says::{both, joined, percent},
    suppliers::prices,
    worth::Change,
};

const KINDS: &[&str] = &[
    "item",
    "supplier",
    "supplier_price",
    "quotation",
    "purchase_order",
    "payment",
    "shipment",
    "receipt",
    "supplier_return",
];

/// States of orders that nothing more is done with.
const DONE: &[&str] = &["closed", "cancelled"];

pub(super) async fn board(
    ground: &Ground<'_>,
    params: &BTreeMap<String, Value>,
) -> Result<Board, ChapterError> {
    let supply = Supply::read(ground, KINDS, &[]).await?;
    let change = Change::new(ground, ground.currency, ground.today);
    let all = params.get("all").and_then(Value::as_bool).unwrap_or(false);
    let wanted = param(params, "supplier");
    let progress = progress::of_orders(&supply);
    let asked = super::check::payments::all_asked(&supply);
    let nothing = BTreeMap::new();
    let mut board = Board { day: Some(ground.today), ..Board::default() };
    let (mut open_worth, mut late, mut look) = (Decimal::ZERO, 0_i64, 0_i64);
    for order in supply.orders.values() {
        let of = &order.body;
        if (!all && order.is(DONE)) || wanted.is_some_and(|wanted| wanted != of.supplier) {
            continue;
        }
        let skus = progress.get(&order.id).unwrap_or(&nothing);
        let open: i64 = skus.values().map(Progress::open).sum();
        let due = of.lines.iter().filter_map(|line| of.due_of(line)).min();
        let days_late = due
            .filter(|_| open > 0 && of.ready_on.is_none() && !order.is(DONE))
            .map(|due| (ground.today - due).num_days());
        let worth = change.money(of.total()).map(Money::rounded);
        let remarks = remarks(&supply, order);
        if !order.is(DONE) {
            open_worth += worth.map(|worth| worth.amount).unwrap_or_default();
            late += i64::from(days_late.is_some_and(|days| days > 0));
            look += i64::from(!remarks.is_empty());
        }
        let name = supply.suppliers.get(&of.supplier).map(|one| one.body.name.clone());
        let key = (order.id.clone(), of.currency);
        let asked = Money::new(asked.get(&key).copied().unwrap_or_default(), of.currency);
        let row = Row::new(&order.id)
            .with("order", order.id.as_str())
            .with("state", order.state.as_str())
            .with("supplier", name.unwrap_or_else(|| of.supplier.clone()))
            .with("ordered_on", of.ordered_on)
            .with("due", due)
            .with("late", days_late.filter(|days| *days > 0))
            .with("total", of.total())
            .with("worth", worth)
            .with("ordered", of.lines.iter().map(|line| line.units).sum::<i64>())
            .with("shipped", skus.values().map(|one| one.shipped).sum::<i64>())
            .with("received", skus.values().map(|one| one.received).sum::<i64>())
            .with("open", open)
            .with("asked", asked)
            .with("buyer", of.buyer.clone())
            .with("look", (!remarks.is_empty()).then(|| joined(&remarks, ("; ", "；"))));
        board.rows.push(row);
    }
    let open_worth = Money::new(open_worth, ground.currency).rounded();
    board.tiles.insert("worth".to_owned(), open_worth.into());
    board.tiles.insert("late".to_owned(), late.into());
    board.tiles.insert("look".to_owned(), look.into());
    Ok(board)
}

/// What does not stand against an order but should be seen: least order, cartons, prices.
pub(super) fn remarks(supply: &Supply, order: &Of<PurchaseOrder>) -> Vec<Text> {
    let of = &order.body;
    of.lines.iter().flat_map(|line| of_line(supply, of, line)).collect()
}

fn of_line(supply: &Supply, order: &PurchaseOrder, line: &OrderLine) -> Vec<Text> {
    let mut remarks = Vec::new();
    let sku = &line.sku;
    let of_item = supply.items.get(sku).and_then(|item| item.body.carton_units);
    if let Some(each) = line.carton_units.or(of_item).filter(|each| *each > 1)
        && line.units % each != 0
    {
        let (down, up) = (line.units / each * each, (line.units / each + 1) * each);
        remarks.push(both(
            format!(
                "{sku}: {} units are no whole cartons of {each} ({down} or {up} are)",
                line.units
            ),
            format!("{sku}：{} 件不是整箱（每箱 {each}，可为 {down} 或 {up}）", line.units),
        ));
    }
    let units = order.units_of(sku);
    let listed = prices::lookup(supply, &order.supplier, sku, units, order.ordered_on);
    if let Some(moq) = moq(supply, order, sku).or(listed.as_ref().and_then(|found| found.moq))
        && units < moq
    {
        remarks.push(both(
            format!("{sku}: {units} units are below the least order of {moq}"),
            format!("{sku}：{units} 件低于最小起订量 {moq}"),
        ));
    }
    if let Some(found) = listed.filter(|found| found.price.currency == order.currency)
        && line.price > found.price.amount
        && found.price.amount > Decimal::ZERO
    {
        let above = percent(line.price / found.price.amount - Decimal::ONE);
        remarks.push(both(
            format!("{sku}: price {above} above the price list ({})", found.record),
            format!("{sku}：单价高于报价 {above}（{}）", found.record),
        ));
    }
    remarks
}

/// The least order of the quotation it came from.
fn moq(supply: &Supply, order: &PurchaseOrder, sku: &str) -> Option<i64> {
    let quotation = supply.quotations.get(order.quotation.as_ref()?)?;
    quotation.body.lines.iter().filter(|line| line.sku == sku).filter_map(|line| line.moq).min()
}

pub(super) async fn detail(ground: &Ground<'_>, id: &str) -> Result<Option<Detail>, ChapterError> {
    let supply = Supply::read(ground, KINDS, &[]).await?;
    let Some(order) = supply.orders.get(id) else { return Ok(None) };
    let of = &order.body;
    let stages = [
        (both("Ordered", "下单"), Some(of.ordered_on)),
        (both("Approved", "审批"), of.approved_on),
        (both("Sent to the supplier", "发给供应商"), of.sent_on),
        (both("Production began", "开始生产"), of.production_on),
        (both("Ready", "完工"), of.ready_on),
        (both("Shipped", "发运"), of.shipped_on),
        (both("Received", "到货"), of.received_on),
    ];
    let stages =
        stages.into_iter().map(|(name, day): (Text, Option<Day>)| fact(name, Unit::Day, day));
    let progress = progress::of_orders(&supply);
    let columns = vec![
        column("sku", both("SKU", "SKU"), Unit::Text),
        column("price", both("Price of a unit", "单价"), Unit::Money),
        column("ordered", both("Ordered", "订购"), Unit::Integer),
        column("shipped", both("On shipments", "已发运"), Unit::Integer),
        column("received", both("Received", "已到货"), Unit::Integer),
        column("damaged", both("Damaged", "破损"), Unit::Integer),
        column("open", both("Still to come", "未到货"), Unit::Integer),
    ];
    let rows = progress.get(id).into_iter().flatten().map(|(sku, one)| {
        let line = of.lines.iter().find(|line| line.sku == *sku);
        Row::new(sku)
            .with("sku", sku.as_str())
            .with("price", line.map(|line| Money::new(line.price, of.currency)))
            .with("ordered", one.wanted)
            .with("shipped", one.shipped)
            .with("received", one.received)
            .with("damaged", one.damaged)
            .with("open", one.open())
    });
    let mut sections = vec![
        facts(both("Stages", "阶段"), stages.collect()),
        table(both("Goods", "货物"), columns, rows.collect()),
    ];
    let remarks = remarks(&supply, order);
    if !remarks.is_empty() {
        let columns = vec![column("says", both("What", "说明"), Unit::Words)];
        let rows = remarks.into_iter().enumerate();
        let rows = rows.map(|(at, says)| Row::new(at.to_string()).with("says", says));
        sections.push(table(both("To look at", "请注意"), columns, rows.collect()));
    }
    Ok(Some(Detail { title: both(id, id), sections }))
}
