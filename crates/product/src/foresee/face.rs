//! What this part answers for: boards, kinds, actions.

use std::collections::BTreeMap;

use argosy_chapter::{
    board::{Board, Detail},
    face::{ChapterError, Done, Draft, Ground, Order},
    kind::FieldProblem,
};
use argosy_kernel::{Diagnostic, Files};
use serde_json::Value;

use super::{
    calendar::Calendar, fields::Fields, forecast_board, orders, outlook_board, plan_board,
    settings::Settings, work,
};
use crate::says::both;

pub(crate) const BOARDS: [&str; 5] =
    ["forecast", "forecast_people", "replenishment", "stock_outlook", "overseas"];
pub(crate) const KINDS: [&str; 4] = ["event", "forecast_override", "limit", "overseas_case"];

/// What is wrong in this part's knowledge.
pub(crate) fn knowledge(files: &Files) -> Vec<Diagnostic> {
    let mut wrong = Settings::load(files).err().unwrap_or_default();
    wrong.extend(Calendar::load(files).err().unwrap_or_default());
    wrong
}

/// What is wrong with records beyond their kinds.
pub(crate) async fn check(
    _ground: &Ground<'_>,
    drafts: &[Draft],
) -> Result<Vec<FieldProblem>, ChapterError> {
    Ok(drafts.iter().flat_map(wrong).collect())
}

fn wrong(draft: &Draft) -> Vec<FieldProblem> {
    let fields = Fields(&draft.body);
    let mut problems = Vec::new();
    let mut complain = |path: &str, code: &str, en: &str, zh: &str| {
        let problem = FieldProblem::new(&draft.kind, path, code, both(en, zh));
        problems.push(problem.of_record(draft.id.clone()));
    };
    match draft.kind.as_str() {
        "forecast_override" => {
            let (factor, units) = (fields.decimal("factor"), fields.decimal("units_week"));
            match (factor, units) {
                (None, None) => {
                    let en = "Give a factor or units per week";
                    complain("factor", "required", en, "请填写倍数或每周件数");
                }
                (Some(_), Some(_)) => {
                    let en = "Give a factor or units per week, not both";
                    complain("units_week", "not_both", en, "倍数与每周件数只能填一个");
                }
                (None, Some(_)) if fields.text("market").is_none() => {
                    let en =
                        "Units per week need a market; over all markets only a factor is possible";
                    complain(
                        "market",
                        "required",
                        en,
                        "填每周件数时必须选择站点；全部站点只能用倍数",
                    );
                }
                _ => {}
            }
        }
        "limit" => match fields.text("kind") {
            Some("cash") => match fields.money("amount") {
                None => {
                    complain("amount", "required", "Say how much cash there is", "请填写资金金额")
                }
                Some(money) if money.amount < rust_decimal::Decimal::ZERO => {
                    complain("amount", "below_min", "Cash is at least 0", "资金不能为负");
                }
                Some(_) => {}
            },
            Some(_) => {
                if fields.decimal("quantity").is_none() {
                    let en = "Say how many cubic metres or kilograms there are";
                    complain("quantity", "required", en, "请填写体积或重量");
                }
                if fields.text("mode").is_none() {
                    let en = "Say which way of transport is limited";
                    complain("mode", "required", en, "请选择受限的运输方式");
                }
            }
            None => {}
        },
        _ => {}
    }
    problems
}

pub(crate) async fn board(
    ground: &Ground<'_>,
    id: &str,
    params: &BTreeMap<String, Value>,
) -> Result<Board, ChapterError> {
    match id {
        "forecast" => forecast_board::board(ground).await,
        "forecast_people" => forecast_board::people_board(ground).await,
        "replenishment" => plan_board::board(ground, params).await,
        "stock_outlook" => outlook_board::stock(ground, params).await,
        "overseas" => outlook_board::overseas(ground).await,
        _ => Err(ChapterError::Unknown { what: "board", id: id.to_owned() }),
    }
}

pub(crate) async fn detail(
    ground: &Ground<'_>,
    id: &str,
    row: &str,
    params: &BTreeMap<String, Value>,
) -> Result<Option<Detail>, ChapterError> {
    match id {
        "forecast" => forecast_board::detail(ground, row).await,
        "replenishment" => plan_board::detail(ground, row, params).await,
        "stock_outlook" => outlook_board::stock_detail(ground, row).await,
        "overseas" => outlook_board::overseas_detail(ground, row).await,
        _ => Ok(None),
    }
}

pub(crate) async fn act(ground: &Ground<'_>, order: &Order) -> Result<Done, ChapterError> {
    match (order.of.as_str(), order.action.as_str()) {
        ("forecast", "forecast") => {
            let found = work::run_forecast(ground, &order.who).await?;
            let count = found.all.len();
            Ok(Done {
                says: both(
                    format!("{count} products and markets foreseen for {} weeks", found.weeks),
                    format!("已预测 {count} 个产品站点，未来 {} 周", found.weeks),
                ),
                records: Vec::new(),
            })
        }
        ("replenishment" | "stock_outlook", "replenish") => orders::run(ground, order).await,
        ("replenishment", "order") => orders::purchase(ground, order).await,
        ("replenishment", "ship") => orders::ship(ground, order).await,
        (_, action) => Err(ChapterError::Unknown { what: "action", id: action.to_owned() }),
    }
}
