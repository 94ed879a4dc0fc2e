//! What is coming: holidays at the origin, suppliers everything hangs on, stock-outs before goods arrive.
//!
//! float-ok: shows shares; money is exact.

use std::collections::BTreeMap;

use argosy_kernel::Day;
use chrono::Days;
use rust_decimal::{Decimal, prelude::ToPrimitive};

use super::{Around, Warning, month};
use crate::{
    foresee::planned::Row as Plan,
    replenish::Stage,
    says::{both, percent},
};

/// The origin where a supplier names none.
const ORIGIN: &str = "CN";
/// Even chance.
const LIKELY: f64 = 0.5;

/// Closings at the origin into which orders that are soon due would fall.
pub(crate) fn holidays(around: &Around<'_>) -> Vec<Warning> {
    let mut by_supplier: BTreeMap<&str, Vec<&Plan>> = BTreeMap::new();
    for row in around.plans {
        if let Some(supplier) = &row.supplier {
            by_supplier.entry(supplier).or_default().push(row);
        }
    }
    let mut found = Vec::new();
    for (supplier, rows) in by_supplier {
        let country = around.supply.supplier(supplier).and_then(|(_, country)| country);
        let until = around.today + Days::new(around.settings.warn.holiday_days.unsigned_abs() + 45);
        let closings = around.calendar.closed(country.unwrap_or(ORIGIN), (around.today, until));
        for (closing, first, last) in closings.filter(|(_, first, _)| *first > around.today) {
            let made = production(around);
            // Ordered later than this, the goods are not ready before it closes.
            let latest = first - Days::new(made);
            let days_left = (latest - around.today).num_days();
            if days_left > around.settings.warn.holiday_days {
                continue;
            }
            let closed = (last - first).num_days() + 1;
            let falls = |row: &&&Plan| needed(row).is_some_and(|day| day > latest && day <= last);
            let touched: Vec<&&Plan> = rows.iter().filter(falls).collect();
            let stake: Decimal = touched
                .iter()
                .map(|row| {
                    let day = month(row) / Decimal::from(30);
                    day * Decimal::from(closed.min(30))
                })
                .sum();
            if touched.is_empty() {
                continue;
            }
            let name = around.name(supplier);
            let (en, zh) = (&closing.name.en, &closing.name.zh_cn);
            found.push(Warning {
                kind: "holiday",
                subject: format!("{name} – {}", closing.name.en),
                says: both(
                    format!(
                        "{en}: {name} works little or not at all from {first} to {last}. {} products \
                         need an order in that time; ordered after {latest} it is not ready before",
                        touched.len()
                    ),
                    format!(
                        "{zh}：{name} 于 {first} 至 {last} 停工或半停工，期间有 {} 个产品需要下单；\
                         {latest} 之后下单则节前无法完成",
                        touched.len()
                    ),
                ),
                todo: both(
                    format!("Order what is needed until the end of it by {latest}"),
                    format!("在 {latest} 前下单备足假期用量"),
                ),
                since: Some(around.today),
                stake,
                horizon_days: Some(days_left.max(0)),
                supplier: Some(supplier.to_owned()),
                cases: touched.len(),
                ..Warning::default()
            });
        }
    }
    found
}

/// Days of production as the usual way has them.
fn production(around: &Around<'_>) -> u64 {
    let mode = around.settings.modes.first();
    let days = mode.map_or(20.0, |mode| mode.prior(Stage::Production, 1.0).mean_days);
    days.round().to_u64().unwrap_or(20)
}

/// The day by which the next order by the usual way is due.
fn needed(row: &Plan) -> Option<Day> {
    let working = &row.proposal.as_ref()?.working;
    working.ways.iter().find(|way| way.mode == working.usual).map(|way| way.by)
}

/// Suppliers without whom a large share of the margin is gone.
pub(crate) fn single_sources(around: &Around<'_>) -> Vec<Warning> {
    let all: Decimal = around.margin(|_| true);
    if all <= Decimal::ZERO {
        return Vec::new();
    }
    let mut by_supplier: BTreeMap<&str, (Decimal, usize)> = BTreeMap::new();
    for row in around.plans {
        if let [only] = around.supply.suppliers_of(&row.sku).as_slice() {
            let sum = by_supplier.entry(only).or_default();
            *sum = (sum.0 + month(row), sum.1 + 1);
        }
    }
    let share_of = |margin: Decimal| margin / all;
    let found = by_supplier
        .into_iter()
        .filter(|(_, (margin, _))| share_of(*margin) >= around.settings.warn.single_source_share);
    found
        .map(|(supplier, (margin, rows))| {
            let name = around.name(supplier);
            let share = percent(share_of(margin).round_dp(4));
            Warning {
                kind: "single_source",
                subject: name.clone(),
                says: both(
                    format!(
                        "{share} of the margin hangs on {name} alone ({rows} products and markets)"
                    ),
                    format!("{share} 的毛利只依赖 {name} 一家（{rows} 个产品站点）"),
                ),
                todo: both(
                    "Ask for quotations of a second supplier for the largest of these products",
                    "为其中毛利最大的产品向备选供应商询价",
                ),
                since: Some(around.today),
                stake: margin,
                supplier: Some(supplier.to_owned()),
                now: share_of(margin).to_f64(),
                cases: rows,
                ..Warning::default()
            }
        })
        .collect()
}

/// Products that run out before what is on its way arrives.
pub(crate) fn stock_outs(around: &Around<'_>) -> Vec<Warning> {
    let horizon = around.today + Days::new(around.settings.warn.horizon_days.unsigned_abs());
    let found = around.plans.iter().filter_map(|row| {
        let out = row.projection.out_on.filter(|day| *day <= horizon)?;
        let next = row.coming.iter().filter(|coming| coming.expected > out);
        let next = next.min_by_key(|coming| coming.expected)?;
        if row.projection.chance[2] < LIKELY {
            return None;
        }
        let gap = (next.expected - out).num_days();
        let subject = format!("{} · {}", row.sku, row.market);
        let unnamed = next.paper.is_empty();
        let of_en = if unnamed { "the channel's inbound" } else { next.paper.as_str() };
        let of_zh = if unnamed { "平台在途" } else { next.paper.as_str() };
        let lost = row.lost(2).map_or(Decimal::ZERO, |money| money.amount.max(Decimal::ZERO));
        Some(Warning {
            kind: "stock_out",
            subject: subject.clone(),
            says: both(
                format!(
                    "{subject} probably runs out on {out}; {} units of {of_en} are expected on {}, \
                     {gap} days later. Margin lost in 90 days if nothing is done: {lost}",
                    next.units, next.expected
                ),
                format!(
                    "{subject} 预计 {out} 断货；{of_zh} 的 {} 件预计 {} 到货，晚 {gap} 天。\
                     不处理则 90 天损失毛利 {lost}",
                    next.units, next.expected
                ),
            ),
            todo: both(
                "Send part by air, slow sales down with price and ads until it arrives, or move stock \
                 from another market",
                "部分改空运；到货前用价格与广告放缓销售，或从其他站点调拨",
            ),
            since: Some(out),
            stake: (lost / Decimal::from(3)).round_dp(2),
            horizon_days: Some((out - around.today).num_days().max(0)),
            sku: Some(row.sku.clone()),
            market: Some(row.market.clone()),
            supplier: row.supplier.clone(),
            paper: (!next.paper.is_empty()).then(|| next.paper.clone()),
            now: Some(row.projection.chance[2]),
            cases: row.coming.len(),
            ..Warning::default()
        })
    });
    found.collect()
}
