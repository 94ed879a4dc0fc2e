//! The boards of stock to come and of overseas warehouses.
//!
//! float-ok: shows estimates of units; money is exact.

use std::collections::BTreeMap;

use argosy_chapter::{
    board::{Board, Cell, Detail, Fact, Holds, Row, Unit},
    face::{ChapterError, Ground},
};
use argosy_desk::Record;
use argosy_kernel::{Money, Text};
use rust_decimal::{Decimal, prelude::ToPrimitive};
use serde_json::Value;

use super::{
    fields::{Fields, number_of},
    kept::Forecast,
    plan_board::{coming, picture},
    planned::Row as Plan,
    show::{decimal, fact, money, number, old, section},
    work,
};
use crate::{
    replenish::overseas::{Comparison, Direct, Speed, Warehouse, compare},
    says::both,
};

/// Stock to come of every product and market.
pub(crate) async fn stock(
    ground: &Ground<'_>,
    params: &BTreeMap<String, Value>,
) -> Result<Board, ChapterError> {
    let Some((planned, at)) = work::plan(ground).await? else {
        return Ok(Board { params: params.clone(), ..Board::default() });
    };
    let delay = number_of(params.get("delay")).and_then(|days| days.to_u32()).unwrap_or(14);
    let mut lost = Decimal::ZERO;
    let mut late = Decimal::ZERO;
    let mut out = 0_i64;
    let mut rows = Vec::with_capacity(planned.rows.len());
    for one in planned.rows.iter().filter(|one| !one.projection.weeks.is_empty()) {
        let more = delayed(one, delay);
        lost += one.lost(2).map_or(Decimal::ZERO, |money| money.amount.max(Decimal::ZERO));
        late += more.map_or(Decimal::ZERO, |money| money.amount.max(Decimal::ZERO));
        out += i64::from(one.projection.chance[0] >= 0.5);
        rows.push(row(one, more));
    }
    let told = |amount: Decimal| money(Some(Money::new(amount, planned.currency)));
    let mut board = Board {
        day: Some(planned.day),
        made: work::moment(at),
        rows,
        tiles: BTreeMap::from([
            ("out_30".to_owned(), Cell::Integer(out)),
            ("lost_90".to_owned(), told(lost)),
            ("delay_lost".to_owned(), told(late)),
        ]),
        params: params.clone(),
        ..Board::default()
    };
    board.remarks.extend(old(work::behind(ground)));
    Ok(board)
}

/// Margin lost beyond what is lost anyway when all on its way comes later.
pub(crate) fn delayed(one: &Plan, delay: u32) -> Option<Money> {
    let lost = one.projection.delayed.iter().find(|(days, _)| *days == delay)?.1;
    let more = decimal((lost - one.projection.lost[2]).max(0.0));
    one.margin.map(|margin| Money::new(margin.amount * more, margin.currency).rounded())
}

fn row(one: &Plan, more: Option<Money>) -> Row {
    let weeks = &one.projection.weeks;
    let mut row = Row::new(one.id())
        .with("sku", one.sku.as_str())
        .with("name", one.name.as_str())
        .with("market", one.market.as_str())
        .with("sellable", one.sellable)
        .with("coming", one.in_transit() + one.in_production())
        .with("daily", number(one.foreseen, 2))
        .with("out_on", one.projection.out_on)
        .with("chance_30", number(one.projection.chance[0], 2))
        .with("chance_60", number(one.projection.chance[1], 2))
        .with("chance_90", number(one.projection.chance[2], 2))
        .with("lost_30", money(one.lost(0)))
        .with("lost_60", money(one.lost(1)))
        .with("lost_90", money(one.lost(2)))
        .with("lost_units", number(one.projection.lost[2], 0))
        .with("delay_lost", money(more))
        .with("next", one.coming.iter().map(|coming| coming.expected).min())
        .with("line", Cell::Spark(weeks.iter().map(|week| Some(week[0])).collect()));
    for (week, id) in [(3, "in_4"), (7, "in_8"), (12, "in_13")] {
        if let Some([mean, low, high]) = weeks.get(week) {
            row = row.with(id, number(*mean, 0)).noted(
                id,
                both(
                    format!("{low:.0} to {high:.0} in eight of ten cases"),
                    format!("十次中有八次在 {low:.0}–{high:.0} 之间"),
                ),
            );
        }
    }
    row
}

pub(crate) async fn stock_detail(
    ground: &Ground<'_>,
    row: &str,
) -> Result<Option<Detail>, ChapterError> {
    let Some((planned, _)) = work::plan(ground).await? else { return Ok(None) };
    let Some(one) = planned.rows.iter().find(|one| one.id() == row) else { return Ok(None) };
    let title = format!("{} {} · {}", one.sku, one.name, one.market);
    let delays = one.projection.delayed.iter().map(|(days, _)| Fact {
        name: both(
            format!("More margin lost if all comes {days} days later"),
            format!("在途晚到 {days} 天多损失的毛利"),
        ),
        unit: Unit::Money,
        value: money(delayed(one, *days)),
        note: None,
    });
    let sections = vec![
        section("Stock to come", "库存走势", Holds::Picture(picture(one, planned.day))),
        coming(one),
        section("If it comes late", "晚到的影响", Holds::Facts(delays.collect())),
    ];
    Ok(Some(Detail { title: both(title.clone(), title), sections }))
}

/// With and without an overseas warehouse, for every case that was entered.
pub(crate) async fn overseas(ground: &Ground<'_>) -> Result<Board, ChapterError> {
    let cases = ground.desk.records("overseas_case").await?;
    let forecast = work::forecast(ground).await?.map(|(forecast, _)| forecast);
    let rows: Vec<Row> = cases
        .iter()
        .map(|record| {
            let fields = Fields(&record.body);
            let row = Row::new(record.id.clone())
                .with("case", record.id.as_str())
                .with("name", fields.text("name").unwrap_or(&record.id))
                .with("sku", fields.text("sku").map(str::to_owned))
                .with("market", fields.text("market").map(str::to_owned));
            match judged(ground, record, forecast.as_ref()) {
                Ok((found, orders, costs)) => shown(row, &found, orders, &costs),
                Err(why) => row.with("reason", why),
            }
        })
        .collect();
    let pays = |row: &&Row| matches!(row.cells.get("month"), Some(Cell::Money(money)) if money.amount > Decimal::ZERO);
    let count = |of: usize| Cell::Integer(i64::try_from(of).unwrap_or(0));
    Ok(Board {
        tiles: BTreeMap::from([
            ("cases".to_owned(), count(rows.len())),
            ("pays".to_owned(), count(rows.iter().filter(pays).count())),
        ]),
        rows,
        day: Some(ground.today),
        ..Board::default()
    })
}

fn shown(row: Row, found: &Comparison, orders: u32, costs: &(Direct, Warehouse)) -> Row {
    row.with("orders", i64::from(orders))
        .with("direct", found.direct)
        .with("warehouse", found.warehouse)
        .with("direct_days", i64::from(costs.0.days))
        .with("warehouse_days", i64::from(costs.1.days))
        .with("saved", found.days_saved)
        .with("break_even", found.break_even.and_then(|volume| i64::try_from(volume).ok()))
        .with("month", found.month)
        .with("verdict", if found.month.amount > Decimal::ZERO { "pays" } else { "does_not" })
        .with("reason", found.reason.clone())
}

type Judged = (Comparison, u32, (Direct, Warehouse));

fn judged(
    ground: &Ground<'_>,
    record: &Record,
    forecast: Option<&Forecast>,
) -> Result<Judged, Text> {
    let fields = Fields(&record.body);
    let currency = fields.money("parcel").map(|money| money.currency);
    let rates = ground.engine.rates().with_own(&ground.desk_data.own_rates);
    // All in the currency of the parcel: a case may mix what is paid at home and abroad.
    let money = |id: &str| {
        let money = fields.money(id).ok_or_else(|| {
            both(format!("`{id}` is missing: fill in the case"), format!("缺少「{id}」：请补全"))
        })?;
        let to = currency.unwrap_or(money.currency);
        let rate = rates.between(money.currency.code(), to.code(), ground.today);
        let Some(rate) = rate else {
            return Err(both(
                format!("No rate from {} to {to}", money.currency),
                format!("没有 {} 到 {to} 的汇率", money.currency),
            ));
        };
        Ok(Money::new(money.amount * rate, to))
    };
    let days = |id: &str| fields.integer(id).and_then(|days| u32::try_from(days).ok()).unwrap_or(0);
    let direct = Direct { parcel: money("parcel")?, days: days("direct_days") };
    let house = Warehouse {
        head_haul: money("head_haul")?,
        handling: money("handling")?,
        delivery: money("delivery")?,
        storage_month: money("storage_month")?,
        days_stored: days("days_stored"),
        goods: money("goods")?,
        days_at_sea: days("days_at_sea"),
        capital_per_year: work::settings(ground)
            .map_or(Decimal::new(12, 2), |settings| settings.replenish.capital_per_year),
        fixed_month: money("fixed_month")?,
        days: days("house_days"),
    };
    let more = fields.decimal("more_orders").filter(|more| *more > Decimal::ZERO);
    let speed = match (more, fields.money("margin")) {
        (Some(more_orders), Some(_)) => Some(Speed { more_orders, margin: money("margin")? }),
        _ => None,
    };
    let typed = fields.integer("orders_month").and_then(|orders| u32::try_from(orders).ok());
    let orders = typed.or_else(|| foreseen(fields, forecast)).ok_or_else(|| {
        both(
            "Orders per month are not known: enter them, or SKU and market and run the forecast",
            "月订单量未知：请填写，或填写 SKU 与站点并运行预测",
        )
    })?;
    let found = compare(direct, house, speed, orders).map_err(|refusal| refusal.says())?;
    Ok((found, orders, (direct, house)))
}

/// What is expected to sell in the next 30 days.
fn foreseen(fields: Fields<'_>, forecast: Option<&Forecast>) -> Option<u32> {
    let (sku, market) = (fields.text("sku")?, fields.text("market"));
    let own = forecast?
        .all
        .iter()
        .filter(|one| one.sku == sku && market.is_none_or(|market| one.market == market));
    let units: f64 = own.map(|one| one.sums[0][0]).sum();
    (units > 0.0).then(|| units.round().to_u32()).flatten()
}

pub(crate) async fn overseas_detail(
    ground: &Ground<'_>,
    row: &str,
) -> Result<Option<Detail>, ChapterError> {
    let Some(record) = ground.desk.record("overseas_case", row).await? else { return Ok(None) };
    let forecast = work::forecast(ground).await?.map(|(forecast, _)| forecast);
    let name = Fields(&record.body).text("name").unwrap_or(row).to_owned();
    let title = both(name.clone(), name);
    let (found, orders, (direct, house)) = match judged(ground, &record, forecast.as_ref()) {
        Ok(judged) => judged,
        Err(why) => {
            let sections = vec![section("Why", "原因", Holds::Says(why))];
            return Ok(Some(Detail { title, sections }));
        }
    };
    let cash = |en: &str, zh: &str, value: Money| fact(en, zh, Unit::Money, value.rounded());
    let facts = vec![
        fact("Orders per month", "月订单量", Unit::Integer, i64::from(orders)),
        cash("Order sent from the origin", "直发每单成本", direct.parcel),
        cash(
            "Order from the warehouse, without its fixed cost",
            "海外仓每单成本（不含固定）",
            found.warehouse,
        ),
        cash("· head-haul", "· 头程", house.head_haul),
        cash("· handling", "· 入库与拣配", house.handling),
        cash("· delivery", "· 尾程", house.delivery),
        cash("Fixed cost per month", "月固定费用", house.fixed_month),
        cash("Change of a month", "每月损益变化", found.month),
    ];
    let sections = vec![
        section("Verdict", "结论", Holds::Says(found.reason)),
        section("Working", "测算", Holds::Facts(facts)),
    ];
    Ok(Some(Detail { title, sections }))
}

/// The picture of stock to come, as other boards show it.
pub(crate) fn stock_section(
    day: argosy_kernel::Day,
) -> impl Fn(&Plan) -> argosy_chapter::board::Section {
    move |one| section("Stock to come", "库存走势", Holds::Picture(picture(one, day)))
}
