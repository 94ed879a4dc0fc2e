//! Early warning: what in the supply chain is getting worse, since when, and what it may cost.
//!
//! One row per signal; rules read the board as a table. Every signal tells the numbers it rests on and
//! how many cases are behind it.
//!
//! float-ok: shows estimates; stakes are money and exact where they add up.

mod cusum;
mod delivery;
mod exposure;
mod lead;
mod prices;

use std::collections::BTreeMap;

use argosy_chapter::{
    board::{Board, Cell, Detail, Fact, Holds, Row, Unit},
    face::{ChapterError, Done, Draft, Ground, Order},
    kind::FieldProblem,
};
use argosy_desk::Record;
use argosy_kernel::{Day, Diagnostic, Files, Money, Text};
use rust_decimal::Decimal;
use serde_json::Value;

use crate::foresee::{
    calendar::Calendar,
    fields::Fields,
    flows::Papers,
    leads::Passages,
    planned::{Planned, Row as Plan},
    settings::Settings,
    show::{fact, money, old, remark, section},
    supply::Supply,
    work::{self, Records},
};
use crate::says::both;

pub(crate) const BOARDS: [&str; 1] = ["warnings"];
pub(crate) const KINDS: [&str; 1] = ["price_series"];

/// A stake from which a warning weighs much, and some, as shares of a month's margin.
const HIGH: Decimal = Decimal::from_parts(5, 0, 0, false, 2);
const MEDIUM: Decimal = Decimal::from_parts(1, 0, 0, false, 2);

/// Something that is getting worse.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Warning {
    pub(crate) kind: &'static str,
    pub(crate) subject: String,
    pub(crate) says: Text,
    pub(crate) todo: Text,
    pub(crate) since: Option<Day>,
    /// Money in 30 days, in the reporting currency.
    pub(crate) stake: Decimal,
    /// Days left in which something can be done.
    pub(crate) horizon_days: Option<i64>,
    pub(crate) sku: Option<String>,
    pub(crate) market: Option<String>,
    pub(crate) supplier: Option<String>,
    pub(crate) paper: Option<String>,
    pub(crate) before: Option<f64>,
    pub(crate) now: Option<f64>,
    pub(crate) change: Option<f64>,
    pub(crate) cases: usize,
}

/// What all signals look at.
pub(crate) struct Around<'a> {
    pub(crate) settings: &'a Settings,
    pub(crate) supply: &'a Supply<'a>,
    pub(crate) records: &'a Records,
    pub(crate) passages: &'a Passages,
    pub(crate) calendar: &'a Calendar,
    pub(crate) plans: &'a [Plan],
    pub(crate) inspections: &'a [Record],
    pub(crate) series: &'a [Record],
    pub(crate) today: Day,
}

impl Around<'_> {
    /// Margin of 30 days of the rows that a test picks.
    pub(crate) fn margin(&self, of: impl Fn(&Plan) -> bool) -> Decimal {
        self.plans.iter().filter(|row| of(row)).map(month).sum()
    }

    /// What people call a supplier.
    pub(crate) fn name(&self, supplier: &str) -> String {
        self.supply.supplier(supplier).map_or(supplier, |(name, _)| name).to_owned()
    }
}

/// Margin of 30 days of what is foreseen.
pub(crate) fn month(row: &Plan) -> Decimal {
    let units = Decimal::from_f64_retain(row.foreseen * 30.0).unwrap_or_default();
    row.margin.map_or(Decimal::ZERO, |margin| (margin.amount * units).max(Decimal::ZERO))
}

/// Margin lost in 30 days if everything on its way comes so many days later, from the delays that
/// were worked out.
pub(crate) fn delayed(row: &Plan, days: f64) -> Decimal {
    let worked = row.projection.delayed.iter().min_by(|a, b| {
        let far = |one: &(u32, f64)| (f64::from(one.0) - days).abs();
        far(a).total_cmp(&far(b))
    });
    let Some((of, lost)) = worked else { return Decimal::ZERO };
    let more = (lost - row.projection.lost[2]).max(0.0) * days / f64::from(*of).max(1.0) / 3.0;
    let more = Decimal::from_f64_retain(more).unwrap_or_default();
    row.margin.map_or(Decimal::ZERO, |margin| (margin.amount * more).max(Decimal::ZERO))
}

pub(crate) fn knowledge(_files: &Files) -> Vec<Diagnostic> {
    // Its thresholds stand in the settings that the forecast reads.
    Vec::new()
}

pub(crate) async fn check(
    _ground: &Ground<'_>,
    drafts: &[Draft],
) -> Result<Vec<FieldProblem>, ChapterError> {
    let mut problems = Vec::new();
    for draft in drafts.iter().filter(|draft| draft.kind == "price_series") {
        let fields = Fields(&draft.body);
        let mut days = std::collections::BTreeSet::new();
        for (at, line) in fields.lines("points").enumerate() {
            let Some(day) = line.day("day") else { continue };
            let mut complain = |path: &str, code: &str, says: Text| {
                let path = format!("points[{at}].{path}");
                let problem = FieldProblem::new(&draft.kind, path, code, says);
                problems.push(problem.of_record(draft.id.clone()));
            };
            if !days.insert(day) {
                let en = format!("There are two values of {day}: keep one");
                complain("day", "twice", both(en, format!("{day} 有两个数值：请只保留一个")));
            }
            let index = fields.text("kind") == Some("pressure");
            if !index && line.decimal("value").is_some_and(|value| value <= Decimal::ZERO) {
                let says = both("A price is above 0", "价格必须大于 0");
                complain("value", "below_min", says);
            }
        }
    }
    Ok(problems)
}

/// All warnings of today.
pub(crate) async fn warnings(
    ground: &Ground<'_>,
) -> Result<(Vec<Warning>, Option<(Planned, i64)>), ChapterError> {
    let settings = work::settings(ground)?;
    let records = Records::read(ground).await?;
    let today = work::day(ground);
    let supply = records.supply(ground, today);
    let calendar = work::calendar(ground).await?;
    let papers = Papers {
        orders: &records.orders,
        shipments: &records.shipments,
        receipts: &records.receipts,
        places: &records.places,
    };
    let passages = Passages::of(&papers, &supply, today);
    let plan = work::plan(ground).await?;
    let around = Around {
        settings: &settings,
        supply: &supply,
        records: &records,
        passages: &passages,
        calendar: &calendar,
        plans: plan.as_ref().map_or(&[], |(plan, _)| &plan.rows),
        inspections: &ground.desk.records("inspection").await?,
        series: &ground.desk.records("price_series").await?,
        today,
    };
    let mut all = lead::drifts(&around);
    all.extend(delivery::otif(&around));
    all.extend(delivery::quality(&around));
    all.extend(prices::moves(&around));
    all.extend(exposure::holidays(&around));
    all.extend(exposure::single_sources(&around));
    all.extend(exposure::stock_outs(&around));
    Ok((all, plan))
}

pub(crate) async fn board(
    ground: &Ground<'_>,
    _id: &str,
    params: &BTreeMap<String, Value>,
) -> Result<Board, ChapterError> {
    let (all, plan) = warnings(ground).await?;
    let currency = ground.currency;
    let told = |amount: Decimal| money(Some(Money::new(amount, currency)));
    let rows_of = plan.as_ref().map_or(&[][..], |(plan, _)| &plan.rows);
    let whole: Decimal = rows_of.iter().map(month).sum();
    let lost: Decimal =
        rows_of.iter().filter_map(|row| row.lost(2)).map(|m| m.amount.max(0.into())).sum();
    let stake: Decimal = all.iter().map(|one| one.stake).sum();
    let mut board = Board {
        day: Some(work::day(ground)),
        rows: all.iter().map(|one| row(one, currency, whole)).collect(),
        tiles: BTreeMap::from([
            ("warnings".to_owned(), Cell::Integer(i64::try_from(all.len()).unwrap_or(0))),
            ("stake".to_owned(), told(stake)),
            ("lost".to_owned(), told(lost)),
        ]),
        params: params.clone(),
        ..Board::default()
    };
    board.remarks.extend(old(work::behind(ground)));
    if plan.is_none() {
        let says = both(
            "There is no replenishment plan: money at stake and stock-outs are not known. Run it first",
            "还没有补货计划：涉及金额与断货未知，请先运行补货计划",
        );
        board.remarks.push(remark("warning", says));
    }
    Ok(board)
}

fn row(one: &Warning, currency: argosy_kernel::Currency, whole: Decimal) -> Row {
    let number = |value: Option<f64>| {
        value.map_or(Cell::Empty, |value| crate::foresee::show::number(value, 2))
    };
    let share = if whole > Decimal::ZERO { one.stake / whole } else { Decimal::ZERO };
    let severity = match share {
        share if share >= HIGH => "high",
        share if share >= MEDIUM => "medium",
        _ => "low",
    };
    Row::new(id(one))
        .with("kind", one.kind)
        .with("subject", one.subject.as_str())
        .with("says", one.says.clone())
        .with("todo", one.todo.clone())
        .with("since", one.since)
        .with("stake", Money::new(one.stake, currency).rounded())
        .with("horizon_days", one.horizon_days.map(Decimal::from))
        .with("sku", one.sku.clone())
        .with("market", one.market.clone())
        .with("supplier", one.supplier.clone())
        .with("paper", one.paper.clone())
        .with("before", number(one.before))
        .with("now", number(one.now))
        .with("change", crate::foresee::show::share(one.change))
        .with("cases", i64::try_from(one.cases).unwrap_or(0))
        .with("severity", severity)
}

fn id(one: &Warning) -> String {
    format!("{} · {}", one.kind, one.subject)
}

pub(crate) async fn detail(
    ground: &Ground<'_>,
    _id: &str,
    wanted: &str,
    _params: &BTreeMap<String, Value>,
) -> Result<Option<Detail>, ChapterError> {
    let (all, plan) = warnings(ground).await?;
    let Some(one) = all.iter().find(|one| id(one) == wanted) else { return Ok(None) };
    let title = both(one.subject.clone(), one.subject.clone());
    let mut facts: Vec<Fact> = Vec::new();
    let number = |value: f64| crate::foresee::show::number(value, 2);
    facts.extend(one.before.map(|v| fact("Before", "之前", Unit::Number, number(v))));
    facts.extend(one.now.map(|v| fact("Now", "现在", Unit::Number, number(v))));
    facts.extend(one.since.map(|day| fact("Since", "自", Unit::Day, day)));
    let cases = i64::try_from(one.cases).unwrap_or(0);
    facts.push(fact("Cases behind it", "样本数", Unit::Integer, cases));
    let stake = Money::new(one.stake, ground.currency).rounded();
    facts.push(fact("At stake in 30 days", "30 天涉及金额", Unit::Money, stake));
    let mut sections = vec![
        section("What is happening", "情况", Holds::Says(one.says.clone())),
        section("What to do", "建议", Holds::Says(one.todo.clone())),
        section("Evidence", "依据", Holds::Facts(facts)),
    ];
    if let (Some((plan, _)), Some(sku), Some(market)) = (&plan, &one.sku, &one.market) {
        let own = plan.rows.iter().find(|row| row.sku == *sku && row.market == *market);
        sections.extend(own.map(crate::foresee::outlook_board::stock_section(plan.day)));
    }
    Ok(Some(Detail { title, sections }))
}

pub(crate) async fn act(_ground: &Ground<'_>, order: &Order) -> Result<Done, ChapterError> {
    Err(ChapterError::Unknown { what: "action", id: order.action.clone() })
}
