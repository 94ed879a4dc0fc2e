//! The board of proposals: stock by place, what is coming, what to order by which way and why.
//!
//! float-ok: shows estimates of units and days.

use std::collections::BTreeMap;

use argosy_chapter::{
    board::{Band, Board, Cell, Detail, Fact, Holds, Line, Picture, Row, Section, Unit},
    face::{ChapterError, Ground},
};
use argosy_kernel::{Day, Money, Text};
use chrono::Days;
use rust_decimal::Decimal;
use serde_json::Value;

use super::{
    fields::{number_of, param},
    planned::{Assumed, Planned, Row as Plan, units_by},
    show::{column, decimal, fact, money, number, old, remark, section},
    work,
};
use crate::{
    replenish::{Mode, Proposal, propose::Limit},
    says::{both, joined},
};

/// More products than this are not worked out anew while somebody waits.
const WHILE_WAITING: usize = 1_500;
/// An order is soon due within so many days.
const SOON: i64 = 14;
const MODES: [(Mode, &str); 4] =
    [(Mode::Sea, "sea"), (Mode::Rail, "rail"), (Mode::Air, "air"), (Mode::Express, "express")];

/// What the parameters of the board or the form of its action suppose.
pub(crate) fn assumed(
    params: &BTreeMap<String, Value>,
    currency: argosy_kernel::Currency,
) -> Result<Assumed, ChapterError> {
    let number = |id: &str| number_of(params.get(id));
    let mut assumed = Assumed::default();
    if let Some(change) = number("demand") {
        if change < Decimal::NEGATIVE_ONE || change > Decimal::from(9) {
            return Err(ChapterError::told(
                "Demand can change by −100 % to +900 %",
                "需求变化应在 −100% 至 +900% 之间",
            ));
        }
        assumed.demand = Decimal::ONE + change;
    }
    if let Some(days) = number("lead_days").and_then(|days| i64::try_from(days).ok()) {
        if !(-60..=180).contains(&days) {
            return Err(ChapterError::told(
                "Lead times can change by −60 to +180 days",
                "时效变化应在 −60 至 +180 天之间",
            ));
        }
        assumed.lead_days = days;
    }
    assumed.cash = match params.get("cash") {
        Some(Value::Object(body)) => {
            let mut outer = serde_json::Map::new();
            outer.insert("cash".to_owned(), Value::Object(body.clone()));
            super::fields::Fields(&outer).money("cash")
        }
        value => number_of(value).map(|amount| Money::new(amount, currency)),
    };
    assumed.service = match param(params, "service") {
        None | Some("profit") => None,
        Some(level) => level.parse().ok(),
    };
    Ok(assumed)
}

pub(crate) async fn board(
    ground: &Ground<'_>,
    params: &BTreeMap<String, Value>,
) -> Result<Board, ChapterError> {
    let Some((planned, made, supposed)) = planned(ground, params).await? else {
        return Ok(Board { params: params.clone(), ..Board::default() });
    };
    let mut board = Board {
        day: Some(planned.day),
        made,
        rows: planned.rows.iter().map(|one| row(one, planned.day)).collect(),
        params: params.clone(),
        ..Board::default()
    };
    if supposed {
        board.remarks.push(remark("info", supposing(&planned.assumed)));
    }
    board.remarks.extend(old(work::behind(ground)));
    for wrong in &planned.infeasible {
        board.remarks.push(remark("error", wrong.clone()));
    }
    board.remarks.extend(planned.limits.iter().map(limit));
    let refused = planned.rows.iter().filter(|row| row.refused.is_some()).count();
    if refused > 0 {
        board.remarks.push(remark(
            "warning",
            both(
                format!("{refused} products cannot be planned: each row says what is missing"),
                format!("有 {refused} 个产品无法计算，缺少的资料见各行说明"),
            ),
        ));
    }
    board.tiles = tiles(&planned);
    Ok(board)
}

/// The kept plan, or one worked out now under other assumptions.
pub(crate) async fn planned(
    ground: &Ground<'_>,
    params: &BTreeMap<String, Value>,
) -> Result<Option<(Planned, Option<String>, bool)>, ChapterError> {
    let assumed = assumed(params, ground.currency)?;
    let kept = work::plan(ground).await?;
    let Some((kept, at)) = kept else { return Ok(None) };
    if assumed == Assumed::default() || assumed == kept.assumed {
        let supposed = kept.assumed != Assumed::default();
        return Ok(Some((kept, work::moment(at), supposed)));
    }
    if kept.rows.len() > WHILE_WAITING {
        return Err(ChapterError::told(
            format!(
                "{} products take too long to work out while you wait: run the plan with these \
                 assumptions instead",
                kept.rows.len()
            ),
            format!("产品数 {} 太多，无法即时测算：请用这些假设运行补货计划", kept.rows.len()),
        ));
    }
    let (_, _, planned) = work::work_out(ground, assumed).await?;
    Ok(Some((planned, None, true)))
}

fn supposing(assumed: &Assumed) -> Text {
    let mut all = Vec::new();
    if assumed.demand != Decimal::ONE {
        let percent = ((assumed.demand - Decimal::ONE) * Decimal::ONE_HUNDRED).normalize();
        all.push(both(format!("demand {percent} %"), format!("需求变化 {percent}%")));
    }
    if assumed.lead_days != 0 {
        let days = assumed.lead_days;
        all.push(both(format!("lead times {days:+} days"), format!("时效 {days:+} 天")));
    }
    if let Some(cash) = assumed.cash {
        all.push(both(format!("cash {cash}"), format!("资金 {cash}")));
    }
    if let Some(service) = assumed.service {
        let percent = Decimal::new(service.into(), 1).normalize();
        all.push(both(format!("service {percent} %"), format!("服务水平 {percent}%")));
    }
    let list = joined(&all, (", ", "，"));
    both(format!("Supposed: {}", list.en), format!("假设：{}", list.zh_cn))
}

fn limit(used: &crate::replenish::plan::Used) -> argosy_chapter::board::Remark {
    let name = used.limit.says();
    let short = used.wanted > used.allowed;
    let level = if short { "warning" } else { "info" };
    let (allowed, wanted) = (used.allowed.round_dp(2), used.wanted.round_dp(2));
    let spent = used.used.round_dp(2);
    let price = used.price.round_dp(4).normalize();
    let (one_en, one_zh) = match used.limit {
        Limit::Cash(currency) => (format!("one more {currency}"), format!("每增加 1 {currency}")),
        Limit::Room(_) => ("one more cubic metre".to_owned(), "每增加 1 立方米".to_owned()),
        Limit::Weight(_) => ("one more kilogram".to_owned(), "每增加 1 千克".to_owned()),
    };
    let says = if short {
        both(
            format!(
                "{}: {wanted} wanted, {allowed} there, {spent} used; {one_en} would gain {price}",
                name.en
            ),
            format!(
                "{}：需要 {wanted}，可用 {allowed}，已用 {spent}；{one_zh}可多赚 {price}",
                name.zh_cn
            ),
        )
    } else {
        both(
            format!("{}: {spent} of {allowed} used, nothing is short", name.en),
            format!("{}：{allowed} 中已用 {spent}，不短缺", name.zh_cn),
        )
    };
    remark(level, says)
}

fn tiles(planned: &Planned) -> BTreeMap<String, Cell> {
    let currency = planned.currency;
    let orders =
        || planned.rows.iter().filter_map(|row| row.proposal.as_ref()).flat_map(|p| &p.orders);
    let total: Decimal = orders().map(crate::replenish::Order::cost).sum();
    let integer = |count: usize| Cell::Integer(i64::try_from(count).unwrap_or(0));
    let due = |row: &&Plan| matches!(urgency(row, planned.day), "late" | "now");
    let lost: Decimal =
        planned.rows.iter().filter_map(|row| row.lost(2)).map(|m| m.amount.max(0.into())).sum();
    let mut tiles = BTreeMap::from([
        ("now".to_owned(), integer(planned.rows.iter().filter(due).count())),
        ("units".to_owned(), Cell::Integer(planned.rows.iter().map(Plan::units).sum())),
        ("cost".to_owned(), money(Some(Money::new(total, currency)))),
        ("gain".to_owned(), money(Some(Money::new(planned.gain, currency)))),
        ("lost".to_owned(), money(Some(Money::new(lost, currency)))),
    ]);
    let cash = planned.limits.iter().find(|used| matches!(used.limit, Limit::Cash(_)));
    if let Some(cash) = cash {
        tiles.insert(
            "cash_left".into(),
            money(Some(Money::new(cash.allowed - cash.used, currency))),
        );
        tiles.insert("cash_price".into(), Cell::Number(cash.price.round_dp(4)));
    }
    tiles
}

/// How soon something is to be done.
pub(crate) fn urgency(row: &Plan, today: Day) -> &'static str {
    let Some(proposal) = &row.proposal else { return "unknown" };
    let due = order_by(proposal);
    match due {
        None => "none",
        Some(day) if day < today => "late",
        Some(day) if day == today => "now",
        Some(day) if (day - today).num_days() <= SOON => "soon",
        Some(_) => "later",
    }
}

/// The last day for the first of its orders.
fn order_by(proposal: &Proposal) -> Option<Day> {
    proposal.orders.iter().map(|order| order.by).min()
}

fn row(one: &Plan, today: Day) -> Row {
    let cover = (one.foreseen > 0.0).then(|| {
        let sellable = f64::from(i32::try_from(one.sellable.max(0)).unwrap_or(i32::MAX));
        number(sellable / one.foreseen, 0)
    });
    let spark = one.projection.weeks.iter().map(|week| Some(week[0])).collect();
    let mut row = Row::new(one.id())
        .with("sku", one.sku.as_str())
        .with("name", one.name.as_str())
        .with("market", one.market.as_str())
        .with("category", one.category.clone())
        .with("supplier", one.supplier.clone())
        .with("urgency", urgency(one, today))
        .with("sellable", one.sellable)
        .with("reserved", one.reserved)
        .with("in_transit", one.in_transit())
        .with("in_production", one.in_production())
        .with("daily_7", number(one.daily[0], 2))
        .with("daily_14", number(one.daily[1], 2))
        .with("daily_30", number(one.daily[2], 2))
        .with("daily_90", number(one.daily[3], 2))
        .with("daily", number(one.foreseen, 2))
        .with("cover_days", cover.unwrap_or(Cell::Empty))
        .with("out_on", one.projection.out_on)
        .with("lost", money(one.lost(2)))
        .with("margin", money(one.margin))
        .with("stock", Cell::Spark(spark));
    if one.stock_shared {
        row = row.noted(
            "sellable",
            both(
                "A stock that several markets share: its part by recent sales",
                "多站点共享库存：按近期销量分摊",
            ),
        );
    }
    if let Some(why) = &one.refused {
        return row.with("units", Cell::Empty).with("why", why.clone());
    }
    let Some(proposal) = &one.proposal else { return row };
    for (mode, id) in MODES {
        let units = units_by(Some(proposal), mode);
        if units > 0 {
            row = row.with(id, units);
        }
    }
    let orders = &proposal.orders;
    let cost: Decimal = orders.iter().map(crate::replenish::Order::cost).sum();
    let gain: Decimal = orders.iter().map(|order| order.gain.amount).sum();
    let currency = orders.first().map(|order| order.goods.currency);
    let told = |amount: Decimal| money(currency.map(|currency| Money::new(amount, currency)));
    let cartons: i64 = orders.iter().map(|order| i64::from(order.cartons)).sum();
    row = row
        .with("units", one.units())
        .with("cartons", cartons)
        .with("order_by", order_by(proposal))
        .with("arrives", orders.iter().map(|order| order.arrives[1]).min())
        .with("cost", told(cost))
        .with("gain", told(gain))
        .with("promised", Cell::Number(proposal.working.promised))
        .with("why", why(proposal));
    if let Some(note) = (!one.notes.is_empty()).then(|| joined(&one.notes, ("; ", "；"))) {
        row = row.noted("cost", note);
    }
    row
}

/// The reasons of a proposal beyond stock and demand, which have columns of their own.
fn why(proposal: &Proposal) -> Text {
    let told = proposal.reasons.get(2..).unwrap_or_default();
    joined(told, ("; ", "；"))
}

pub(crate) async fn detail(
    ground: &Ground<'_>,
    row: &str,
    params: &BTreeMap<String, Value>,
) -> Result<Option<Detail>, ChapterError> {
    let Some((planned, _, _)) = planned(ground, params).await? else { return Ok(None) };
    let Some(one) = planned.rows.iter().find(|one| one.id() == row) else { return Ok(None) };
    let title = format!("{} {} · {}", one.sku, one.name, one.market);
    let mut sections = Vec::new();
    let mut reasons: Vec<Text> = one.refused.iter().cloned().collect();
    reasons.extend(one.proposal.iter().flat_map(|proposal| proposal.reasons.clone()));
    reasons.extend(one.notes.iter().cloned());
    sections.push(section("Why", "原因", Holds::Says(joined(&reasons, (".\n", "。\n")))));
    sections.push(section("Stock to come", "库存走势", Holds::Picture(picture(one, planned.day))));
    sections.push(coming(one));
    if let Some(proposal) = &one.proposal {
        sections.push(ways(proposal));
        sections.push(levels(proposal));
        sections.push(section("Working", "测算依据", Holds::Facts(working(one, proposal))));
    }
    Ok(Some(Detail { title: both(title.clone(), title), sections }))
}

/// Stock by week without new orders, with its doubt, and with the proposal.
pub(crate) fn picture(one: &Plan, today: Day) -> Picture {
    let weeks = &one.projection.weeks;
    let labels = (1..=weeks.len()).map(|week| (today + Days::new(7 * week as u64)).to_string());
    let of = |at: usize| weeks.iter().map(|week| Some(week[at])).collect::<Vec<_>>();
    let mut lines =
        vec![Line { name: both("Without an order", "不下单"), values: of(0), expected: true }];
    let orders: Vec<_> = one.proposal.iter().flat_map(|proposal| &proposal.orders).collect();
    if !orders.is_empty() {
        let mut values = Vec::with_capacity(weeks.len());
        let (mut stock, mut before) = (0.0, f64::NAN);
        for (week, [mean, ..]) in weeks.iter().enumerate() {
            let end = today + Days::new(7 * (week as u64 + 1));
            let start = end - Days::new(7);
            let arrived: f64 = orders
                .iter()
                .filter(|order| order.arrives[1] >= start && order.arrives[1] < end)
                .map(|order| f64::from(order.units))
                .sum();
            // What is ordered lies on top of what is there; once that is gone, demand takes it.
            let used = if before.is_nan() { 0.0 } else { (before - mean).max(0.0) };
            let asked = one.foreseen * 7.0;
            let lacking = (asked - used).max(0.0);
            stock = (stock + arrived - if before.is_nan() { 0.0 } else { lacking }).max(0.0);
            before = *mean;
            values.push(Some((mean + stock).round()));
        }
        lines.push(Line {
            name: both("With the proposal", "按建议下单"), values, expected: true
        });
    }
    Picture::Lines {
        title: both("Units on the shelf at the end of each week", "每周末可售库存"),
        unit: Unit::Number,
        labels: labels.collect(),
        lines,
        bands: vec![Band { name: both("Eight of ten", "80% 区间"), low: of(1), high: of(2) }],
    }
}

pub(crate) fn coming(one: &Plan) -> Section {
    let columns = vec![
        column("paper", "Document", "单据", Unit::Text),
        column("units", "Units", "数量", Unit::Integer),
        column("mode", "Way", "运输方式", Unit::Words),
        column("stage", "Stage", "阶段", Unit::Words),
        column("told", "Arrival told", "预计到港", Unit::Day),
        column("expected", "On the shelf about", "预计可售", Unit::Day),
    ];
    let rows = one.coming.iter().enumerate().map(|(at, coming)| {
        let paper = if coming.paper.is_empty() { "–" } else { &coming.paper };
        Row::new(format!("{at} {paper}"))
            .with("paper", paper)
            .with("units", coming.units)
            .with("mode", coming.mode.says())
            .with("stage", stage(coming.stage))
            .with("told", coming.told)
            .with("expected", coming.expected)
    });
    section("On the way", "在途与在产", Holds::Table { columns, rows: rows.collect() })
}

pub(crate) fn stage(stage: Option<crate::replenish::Stage>) -> Text {
    use crate::replenish::Stage;
    match stage {
        Some(Stage::Production) => both("In production", "生产中"),
        Some(Stage::Inspection) => both("Inspection", "质检待发"),
        Some(Stage::HeadHaul) => both("Head-haul", "头程"),
        Some(Stage::Customs) => both("Customs", "清关"),
        Some(Stage::Receiving) => both("Receiving", "入库上架"),
        None => both("By the channel's report", "平台报告"),
    }
}

fn ways(proposal: &Proposal) -> Section {
    let columns = vec![
        column("mode", "Way", "运输方式", Unit::Words),
        column("units", "Units", "建议量", Unit::Integer),
        column("by", "Last day to order", "最晚下单日", Unit::Day),
        column("arrives", "Arrives (even chance)", "预计到货", Unit::Day),
        column("late", "Arrives (nine of ten)", "最迟到货（90%）", Unit::Day),
        column("days", "Lead time, mean", "平均时效", Unit::Days),
        column("days_90", "Lead time, nine of ten", "时效（90%）", Unit::Days),
        column("landed", "Landed cost of a unit", "单件到仓成本", Unit::Money),
        column("goods", "Goods", "货款", Unit::Money),
        column("freight", "Freight", "运费", Unit::Money),
        column("gain", "Expected gain", "预期收益", Unit::Money),
    ];
    let rows = proposal.working.ways.iter().map(|way| {
        let order = proposal.orders.iter().find(|order| order.mode == way.mode);
        Row::new(way.mode.says().en)
            .with("mode", way.mode.says())
            .with("units", order.map(|order| i64::from(order.units)))
            .with("by", way.by)
            .with("arrives", order.map(|order| order.arrives[1]))
            .with("late", order.map(|order| order.arrives[2]))
            .with("days", way.days[0])
            .with("days_90", way.days[2])
            .with("landed", way.landed)
            .with("goods", order.map(|order| order.goods))
            .with("freight", order.map(|order| order.freight))
            .with("gain", order.map(|order| order.gain))
    });
    section("Ways of transport", "运输方式比较", Holds::Table { columns, rows: rows.collect() })
}

fn levels(proposal: &Proposal) -> Section {
    let columns = vec![
        column("service", "Share of demand served", "现货满足率", Unit::Percent),
        column("units", "Units", "数量", Unit::Integer),
        column("keeping", "Cost of keeping", "持有成本", Unit::Money),
        column("lost", "Margin still lost", "仍损失的毛利", Unit::Money),
    ];
    let rows = proposal.working.levels.iter().map(|level| {
        Row::new(level.per_mille.to_string())
            .with("service", Decimal::new(level.per_mille.into(), 3))
            .with("units", i64::from(level.units))
            .with("keeping", level.keeping)
            .with("lost", level.lost)
    });
    let holds = Holds::Table { columns, rows: rows.collect() };
    section("What service costs", "服务水平的代价", holds)
}

fn working(one: &Plan, proposal: &Proposal) -> Vec<Fact> {
    let working = &proposal.working;
    let units = |en: &str, zh: &str, value: Decimal| fact(en, zh, Unit::Number, value);
    let [mean, half, most, p95, p99] = working.demand;
    let mut all = vec![
        units("Demand until the next order can arrive", "到下次到货前的需求", mean),
        units("… in half of all cases below", "50% 情况下不超过", half),
        units("… in nine of ten below", "90% 情况下不超过", most),
        units("… in 19 of 20 below", "95% 情况下不超过", p95),
        units("… in 99 of 100 below", "99% 情况下不超过", p99),
        fact("Stock aimed at", "目标库存（含在途）", Unit::Integer, working.target),
        fact(
            "Best share of cycles without loss",
            "最优不断货概率",
            Unit::Percent,
            working.critical_ratio,
        ),
        fact("Service promised", "承诺满足率", Unit::Percent, working.promised),
        units("Lost before anything can arrive", "到货前已无法避免的损失", working.too_late),
        fact("Margin lost with it", "对应毛利损失", Unit::Money, working.too_late_lost),
    ];
    if let Some(goods) = &one.goods {
        all.push(fact("Carton", "箱规（件/箱）", Unit::Integer, i64::from(goods.carton_units)));
        all.push(fact("Least order here", "本站点起订量", Unit::Integer, i64::from(goods.moq)));
    }
    let places = one.places.iter().map(|(place, units)| Fact {
        name: both(format!("Sellable at {place}"), format!("{place} 可售")),
        unit: Unit::Integer,
        value: Cell::Integer(*units),
        note: None,
    });
    all.extend(places);
    for (days, lost) in &one.projection.delayed {
        let more = (lost - one.projection.lost[2]).max(0.0);
        all.push(units(
            &format!("More units lost if all comes {days} days later"),
            &format!("在途晚到 {days} 天多损失件数"),
            decimal(more),
        ));
    }
    all
}
