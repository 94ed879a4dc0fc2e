//! Prices of materials, freight rates and pressure on supply chains, from the series of the company.

use argosy_desk::Record;
use argosy_kernel::Day;
use chrono::Months;
use rust_decimal::{Decimal, prelude::ToPrimitive};

use super::{Around, Warning};
use crate::{
    foresee::{fields::Fields, flows::mode, planned::Row as Plan, show::decimal},
    replenish::Mode,
    says::{both, percent},
};

/// A newest value older than this says nothing of today.
const STALE_DAYS: i64 = 100;

/// The newest value of a series against those of the months before.
struct Move {
    since: Day,
    before: Decimal,
    now: Decimal,
    change: Decimal,
    points: usize,
}

/// Series that have moved so far that it costs something.
pub(crate) fn moves(around: &Around<'_>) -> Vec<Warning> {
    around.series.iter().filter_map(|series| one(around, series)).collect()
}

fn one(around: &Around<'_>, series: &Record) -> Option<Warning> {
    let fields = Fields(&series.body);
    let warn = &around.settings.warn;
    let name = fields.text("name").unwrap_or(&series.id).to_owned();
    let kind = fields.text("kind")?;
    if kind == "pressure" {
        return pressure(around, series, name);
    }
    let months = u32::try_from(warn.price_window).ok()?;
    let moved = moved(&points(fields, around.today), around.today, months)?;
    let freight = kind == "freight";
    let least = if freight { warn.freight_move } else { warn.price_move };
    if moved.change.abs() < least {
        return None;
    }
    let stake: Decimal = if freight {
        let way = mode(fields.text("mode"));
        around.plans.iter().map(|row| freight_month(row, way)).sum::<Decimal>() * moved.change
    } else {
        around.plans.iter().map(|row| goods_month(around, row, fields)).sum::<Decimal>()
            * moved.change
    };
    let rises = moved.change > Decimal::ZERO;
    let (before, now) = (moved.before.round_dp(2), moved.now.round_dp(2));
    let change = percent(moved.change.abs());
    let (word_en, word_zh) = if rises { ("above", "高于") } else { ("below", "低于") };
    Some(Warning {
        kind: if freight { "freight" } else { "commodity" },
        subject: name.clone(),
        says: both(
            format!(
                "{name} is {change} {word_en} the mean of the {months} months before ({now} against \
                 {before})"
            ),
            format!("{name} 较此前 {months} 个月均值{word_zh} {change}（{now} 对 {before}）"),
        ),
        todo: todo(freight, rises),
        since: Some(moved.since),
        stake: stake.abs(),
        before: moved.before.to_f64(),
        now: moved.now.to_f64(),
        change: moved.change.to_f64(),
        cases: moved.points,
        ..Warning::default()
    })
}

fn todo(freight: bool, rises: bool) -> argosy_kernel::Text {
    match (freight, rises) {
        (true, true) => both(
            "Fix rates for planned shipments, fill containers, look at rail or another port; check \
             prices of heavy products",
            "锁定已计划货件的运价，提高装载率，考虑铁路或其他港口；复核重货售价",
        ),
        (true, false) => both("Ask forwarders for new rates", "向货代重新询价"),
        (false, true) => both(
            "Fix prices with suppliers before they follow, or buy the next order now as far as cash \
             allows; check selling prices",
            "在供应商跟涨前锁价，或在资金允许时提前采购；复核售价",
        ),
        (false, false) => both(
            "Ask suppliers for lower prices: the material has become cheaper",
            "原料已降价：与供应商重新议价",
        ),
    }
}

/// Values by day, oldest first, none after today.
fn points(fields: Fields<'_>, today: Day) -> Vec<(Day, Decimal)> {
    let lines = fields.lines("points");
    let mut all: Vec<(Day, Decimal)> =
        lines.filter_map(|line| Some((line.day("day")?, line.decimal("value")?))).collect();
    all.retain(|(day, _)| *day <= today);
    all.sort_by_key(|(day, _)| *day);
    all
}

fn moved(points: &[(Day, Decimal)], today: Day, months: u32) -> Option<Move> {
    let (newest, now) = *points.last()?;
    if (today - newest).num_days() > STALE_DAYS {
        return None;
    }
    let from = newest - Months::new(months);
    let earlier: Vec<&(Day, Decimal)> =
        points.iter().filter(|(day, _)| *day >= from && *day < newest).collect();
    let sum: Decimal = earlier.iter().map(|(_, value)| value).sum();
    let before = sum.checked_div(Decimal::from(earlier.len()))?;
    let change = (now - before).checked_div(before)?.round_dp(4);
    // It began after the last value on the other side of the mean.
    let back = |(_, value): &&(Day, Decimal)| (*value > before) != (now > before);
    let since = points.iter().rev().find(back).map_or(newest, |(day, _)| *day);
    Some(Move { since, before, now, change, points: earlier.len() + 1 })
}

/// Goods of 30 days that hang on a material, in the reporting currency.
fn goods_month(around: &Around<'_>, row: &Plan, series: Fields<'_>) -> Decimal {
    let listed = series.lines("skus").any(|line| line.text("sku") == Some(&row.sku));
    let of_category = series.text("category").is_some_and(|c| row.category.as_deref() == Some(c));
    let material = series.text("material");
    let item = around.supply.item(&row.sku);
    let made_of = material.and_then(|material| {
        let mut lines = item?.lines("materials");
        lines.find(|line| line.text("material") == Some(material))
    });
    let named = series.lines("skus").next().is_some() || series.text("category").is_some();
    let hangs = listed || of_category || made_of.is_some() || (!named && material.is_none());
    if !hangs {
        return Decimal::ZERO;
    }
    let share = made_of.and_then(|line| line.decimal("cost_share"));
    let share = share.or_else(|| series.decimal("share")).unwrap_or_default();
    let price = row.goods.as_ref().and_then(|goods| goods.price(goods.moq));
    price.map_or(Decimal::ZERO, |price| price.amount) * decimal(row.foreseen * 30.0) * share
}

/// Freight of 30 days by a way, in the reporting currency, as far as it is the usual one.
fn freight_month(row: &Plan, way: Mode) -> Decimal {
    let Some(proposal) = &row.proposal else { return Decimal::ZERO };
    let working = &proposal.working;
    let own = working.ways.iter().find(|one| one.mode == way && working.usual == way);
    let price = row.goods.as_ref().and_then(|goods| goods.price(goods.moq));
    match (own, price) {
        (Some(own), Some(price)) => {
            let each = (own.landed.amount - price.amount).max(Decimal::ZERO);
            each * decimal(row.foreseen * 30.0)
        }
        _ => Decimal::ZERO,
    }
}

/// An index in standard deviations above its usual level.
fn pressure(around: &Around<'_>, series: &Record, name: String) -> Option<Warning> {
    let points = points(Fields(&series.body), around.today);
    let (newest, now) = *points.last()?;
    let level = around.settings.warn.pressure_level;
    if now < level || (around.today - newest).num_days() > STALE_DAYS {
        return None;
    }
    let above = points.iter().rev().take_while(|(_, value)| *value >= level);
    let since = above.last().map_or(newest, |(day, _)| *day);
    // A week more on the way, for all that is bought.
    let stake = around.plans.iter().map(|row| super::delayed(row, 7.0)).sum();
    Some(Warning {
        kind: "pressure",
        subject: name.clone(),
        says: both(
            format!("{name} stands at {now}: supply chains are under pressure, delays are likely"),
            format!("{name} 为 {now}：供应链承压，可能出现延误"),
        ),
        todo: both(
            "Order by sea a week earlier, keep more safety for products with long lead times",
            "海运提前一周下单，对长时效产品提高安全库存",
        ),
        since: Some(since),
        stake,
        now: now.to_f64(),
        before: level.to_f64(),
        cases: points.len(),
        ..Warning::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_is_held_against_the_months_before_and_old_ones_say_nothing() {
        let point = |day: &str, value: i64| (day.parse::<Day>().unwrap(), Decimal::from(value));
        let points = [
            point("2026-01-01", 80),
            point("2026-02-01", 100),
            point("2026-03-01", 104),
            point("2026-04-01", 96),
            point("2026-05-01", 120),
        ];
        let today: Day = "2026-05-20".parse().unwrap();
        let found = moved(&points, today, 3).unwrap();
        assert_eq!((found.before, found.change), (Decimal::from(100), Decimal::new(2, 1)));
        assert_eq!(found.since, "2026-04-01".parse::<Day>().unwrap());
        assert!(moved(&points, "2026-12-01".parse().unwrap(), 3).is_none());
        assert!(moved(&points[..1], "2026-01-05".parse().unwrap(), 3).is_none());
    }
}
