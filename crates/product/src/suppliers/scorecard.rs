//! The scorecard: every supplier by what it has done.

use std::collections::BTreeMap;

use argosy_chapter::{
    board::{Board, Detail, Row, Unit},
    face::{ChapterError, Ground},
};
use argosy_kernel::Money;
use chrono::Days;
use rust_decimal::{Decimal, prelude::ToPrimitive};
use serde_json::Value;

use super::{
    record::{self, Performance, Window},
    standing::{Standards, without},
};
use crate::{
    choice::show::{column, fact, facts, noted, number, table},
    model::supply::Supply,
    purchasing::progress,
    says::both,
    worth::Change,
};

const KINDS: &[&str] = &[
    "supplier",
    "supplier_price",
    "rfq",
    "quotation",
    "purchase_order",
    "inspection",
    "shipment",
    "receipt",
    "supplier_return",
];

/// Days judged unless somebody asks for others.
const DAYS: u64 = 365;

fn window(ground: &Ground<'_>, params: &BTreeMap<String, Value>, tolerance: i64) -> Window {
    let days = number(params, "days").and_then(|days| days.to_u64()).unwrap_or(DAYS);
    let from = ground.today.checked_sub_days(Days::new(days)).unwrap_or(ground.today);
    Window { from, to: ground.today, tolerance }
}

fn standards(ground: &Ground<'_>) -> Result<Standards, ChapterError> {
    Standards::load(ground.files).map_err(|_| {
        ChapterError::told("knowledge/purchasing.toml is damaged", "knowledge/purchasing.toml 损坏")
    })
}

pub(super) async fn board(
    ground: &Ground<'_>,
    params: &BTreeMap<String, Value>,
) -> Result<Board, ChapterError> {
    let supply = Supply::read(ground, KINDS, &[]).await?;
    let standards = standards(ground)?;
    let change = Change::new(ground, ground.currency, ground.today);
    let progress = progress::of_orders(&supply);
    let window = window(ground, params, standards.tolerance_days);
    let all = record::of_all(&supply, &progress, window, &change);
    let total: Decimal = all.values().map(|one| one.spend).sum();
    let mut board = Board { day: Some(ground.today), ..Board::default() };
    let (mut due, mut otif, mut single) = (0, 0, Decimal::ZERO);
    for (code, one) in &all {
        due += one.lines_due;
        otif += one.lines_otif;
        single += one.single_spend;
        let supplier = supply.suppliers.get(code);
        if one.orders == 0 && one.lines_due == 0 && one.asked == 0 && one.checked == 0 {
            continue;
        }
        let (score, unknown) = standards.score(one);
        let mut row = Row::new(code)
            .with("supplier", code.as_str())
            .with("name", supplier.map(|one| one.body.name.clone()))
            .with("state", supplier.map(|one| one.state.clone()))
            .with("score", score)
            .with("orders", one.orders)
            .with("spend", money(one.spend, ground))
            .with("spend_share", ratio(one.spend, total))
            .with("otif", one.otif())
            .with("lines_due", one.lines_due)
            .with("defects_ppm", one.defects_ppm())
            .with("price_last_year", one.price_against_last_year())
            .with("price_others", one.price_against_others())
            .with("response_days", one.response_days())
            .with("response_rate", ratio(one.answered.into(), one.asked.into()))
            .with("single_skus", i64::try_from(one.single.len()).unwrap_or(i64::MAX))
            .with("single_share", ratio(one.single_spend, total));
        if let Some(says) = without(&unknown) {
            row = row.noted("score", says);
        }
        if one.checked == 0 && one.received > 0 {
            let says =
                both("damaged on arrival; nothing was inspected", "按到货破损计；无质检记录");
            row = row.noted("defects_ppm", says);
        }
        board.rows.push(row);
    }
    board.tiles.insert("spend".to_owned(), money(total, ground).into());
    board.tiles.insert("otif".to_owned(), ratio(otif.into(), due.into()).into());
    board.tiles.insert("single".to_owned(), ratio(single, total).into());
    Ok(board)
}

fn money(amount: Decimal, ground: &Ground<'_>) -> Money {
    Money::new(amount, ground.currency).rounded()
}

fn ratio(part: Decimal, of: Decimal) -> Option<Decimal> {
    (of > Decimal::ZERO).then(|| (part / of).round_dp(4))
}

pub(super) async fn detail(
    ground: &Ground<'_>,
    code: &str,
    params: &BTreeMap<String, Value>,
) -> Result<Option<Detail>, ChapterError> {
    let supply = Supply::read(ground, KINDS, &[]).await?;
    let standards = standards(ground)?;
    let change = Change::new(ground, ground.currency, ground.today);
    let progress = progress::of_orders(&supply);
    let window = window(ground, params, standards.tolerance_days);
    let all = record::of_all(&supply, &progress, window, &change);
    let Some(one) = all.get(code) else { return Ok(None) };
    let name = supply.suppliers.get(code).map_or(code, |supplier| supplier.body.name.as_str());
    let columns = vec![
        column("order", both("Order", "采购单"), Unit::Text),
        column("sku", both("SKU", "SKU"), Unit::Text),
        column("units", both("Ordered", "订购"), Unit::Integer),
        column("received", both("Received", "到货"), Unit::Integer),
        column("due", both("Due", "交期"), Unit::Day),
        column("ready", both("Ready", "完工"), Unit::Day),
        column("complete", both("All there", "到齐"), Unit::Day),
    ];
    let orders = supply.orders.values().filter(|order| order.body.supplier == code);
    let rows = orders.flat_map(|order| {
        let state = progress.get(&order.id);
        order.body.lines.iter().enumerate().map(move |(at, line)| {
            let came = state.and_then(|skus| skus.get(&line.sku));
            Row::new(format!("{} {at}", order.id))
                .with("order", order.id.as_str())
                .with("sku", line.sku.as_str())
                .with("units", line.units)
                .with("received", came.map(|came| came.received))
                .with("due", order.body.due_of(line))
                .with("ready", order.body.ready_on)
                .with("complete", came.and_then(|came| came.complete_on))
        })
    });
    let sections = vec![
        facts(both("How it is worked out", "计算过程"), working(one)),
        table(both("Order lines", "采购明细"), columns, rows.collect()),
    ];
    Ok(Some(Detail { title: both(name, name), sections }))
}

fn working(one: &Performance) -> Vec<argosy_chapter::board::Fact> {
    let otif = both(
        "a line counts when all its units were ready (else: received) by its day",
        "明细行在交期前全部完工（无完工日则按到齐）才计入",
    );
    let defects = both(
        format!("{} defective of {} inspected", one.defective, one.checked),
        format!("质检 {} 件，不良 {} 件", one.checked, one.defective),
    );
    let damaged = both(
        format!("{} damaged of {} received", one.damaged, one.received),
        format!("收货 {} 件，破损 {} 件", one.received, one.damaged),
    );
    let answers = both(
        format!("{} of {} requests answered", one.answered, one.asked),
        format!("询价 {} 次，回复 {} 次", one.asked, one.answered),
    );
    let skus = one.single.iter().cloned().collect::<Vec<_>>().join(", ");
    vec![
        noted(both("Lines due", "应交明细行"), Unit::Integer, one.lines_due, otif),
        fact(both("On time and in full", "准时足量"), Unit::Integer, one.lines_otif),
        noted(both("Inspection", "质检"), Unit::Integer, one.defective, defects),
        noted(both("On arrival", "到货"), Unit::Integer, one.damaged, damaged),
        noted(both("Answers", "询价回复"), Unit::Integer, one.answered, answers),
        fact(both("Nobody else delivers", "独家供应 SKU"), Unit::Text, skus),
    ]
}
