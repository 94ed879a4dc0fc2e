//! The policy-shock simulator: what a change of rules does to each own product.

use std::collections::BTreeMap;

use argosy_chapter::{
    board::{Board, Detail, Line, Picture, Row, Unit},
    face::{ChapterError, Done, Ground, Order},
    kind::Body,
};
use argosy_kernel::{Day, Money, Text};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::{
    Case,
    face::{monthly, waterfall},
    own,
    sheet::work_out,
    shock::{Hit, Shock, Whom, simulate},
};
use crate::{
    choice::{
        Params,
        body::{self, money, number, owned, text},
        known::known,
        show::{both, fact, facts, param, plain, remark, row_id, says, share, two},
        store,
    },
    says::joined,
};

/// The fields of a scenario that the board asks for too.
const FIELDS: [&str; 9] =
    ["change", "share", "amount", "fee", "currency", "day", "market", "origin", "hs"];

/// One scenario.
struct Scenario {
    name: String,
    shock: Shock,
    day: Option<Day>,
}

/// What was asked, and what cannot be tried.
struct Asked {
    scenarios: Vec<Scenario>,
    wrong: Vec<Text>,
}

pub(crate) async fn board(ground: &Ground<'_>, params: &Params) -> Result<Board, ChapterError> {
    let mut board = Board { day: ground.newest, params: params.clone(), ..Board::default() };
    let asked = asked(ground, params).await?;
    board.remarks.extend(asked.wrong.iter().map(|says| remark("error", says.clone())));
    if asked.scenarios.is_empty() {
        let en = "Choose a kind of change and how much, or saved scenarios";
        board.remarks.push(remark("info", both(en, "请选择变化类型与幅度，或选择已保存的情景")));
        return Ok(board);
    }
    let (cases, names, left_out) = cases(ground).await?;
    if left_out > 0 {
        board.remarks.push(remark(
            "warning",
            both(
                format!("{left_out} products and markets are left out: their landed margin cannot be worked out yet (board Landed margin says what is missing)"),
                format!("{left_out} 个产品站点未参与：到岸利润尚无法测算（缺项见“到岸利润”看板）"),
            ),
        ));
    }
    board.remarks.extend(later(&asked, ground.today));
    let hits = hits(ground, &cases, &asked)?;
    let mut loss = Decimal::ZERO;
    for hit in &hits {
        let Some(case) = find(&cases, &hit.sku, &hit.market) else { continue };
        let month = monthly(ground, case, hit.per_unit);
        loss += month.map_or(Decimal::ZERO, |month| month.amount);
        board.rows.push(row(hit, case, month, names.get(&hit.sku)));
    }
    tiles(&mut board, ground, &hits, loss);
    board.pictures.extend(picture(&hits));
    if hits.is_empty() {
        let en = "None of your products is concerned, or it changes nothing for them";
        board.remarks.push(remark("info", both(en, "没有产品受影响，或影响为零")));
    }
    Ok(board)
}

fn find<'a>(cases: &'a [Case], sku: &str, market: &str) -> Option<&'a Case> {
    cases.iter().find(|case| case.sku == sku && case.market == market)
}

fn hits(ground: &Ground<'_>, cases: &[Case], asked: &Asked) -> Result<Vec<Hit>, ChapterError> {
    let shocks: Vec<Shock> = asked.scenarios.iter().map(|one| one.shock.clone()).collect();
    simulate(cases, &shocks, ground.currency).map_err(|(sku, refusal)| {
        ChapterError::told(
            format!("{sku}: {}", refusal.says.en),
            format!("{sku}：{}", refusal.says.zh_cn),
        )
    })
}

/// Cases that can be worked out, their names, and how many cannot.
async fn cases(
    ground: &Ground<'_>,
) -> Result<(Vec<Case>, BTreeMap<String, String>, usize), ChapterError> {
    let known = known(ground.files)?;
    let owns = own::all(ground, &known).await?;
    let all = owns.len();
    let names = owns.iter().map(|one| (one.product.clone(), one.name.clone())).collect();
    let rates = |case: &Case| {
        let common = Money::new(Decimal::ONE, ground.currency);
        case.fx.convert(common, case.price.currency).is_ok()
    };
    let cases: Vec<Case> = owns.into_iter().filter_map(|one| one.case).filter(rates).collect();
    let left = all - cases.len();
    Ok((cases, names, left))
}

async fn asked(ground: &Ground<'_>, params: &Params) -> Result<Asked, ChapterError> {
    let mut found = Asked { scenarios: Vec::new(), wrong: Vec::new() };
    let chosen = body::list(&params.clone().into_iter().collect(), "scenarios");
    for id in chosen {
        match ground.desk.record("shock", &id).await? {
            Some(record) => found.add(&record.body, &id),
            None => found
                .wrong
                .push(both(format!("there is no scenario {id}"), format!("情景 {id} 不存在"))),
        }
    }
    let typed = typed(params);
    if text(&typed, "change").is_some() {
        found.add(&typed, "");
    }
    Ok(found)
}

/// The scenario of the board's own parameters, as a record holds it.
fn typed(params: &Params) -> Body {
    let mut body = Body::new();
    for id in FIELDS {
        if let Some(value) = params.get(id).filter(|value| !value.is_null()) {
            body.insert(id.to_owned(), value.clone());
        }
    }
    body
}

impl Asked {
    fn add(&mut self, body: &Body, id: &str) {
        match shock(body) {
            Ok(shock) => self.scenarios.push(Scenario {
                name: owned(body, "name").unwrap_or_else(|| id.to_owned()),
                shock,
                day: body::day(body, "day"),
            }),
            Err(says) => self.wrong.push(says),
        }
    }
}

/// The change a body tells.
///
/// # Errors
/// What is missing for it.
pub(crate) fn shock(body: &Body) -> Result<Shock, Text> {
    let whom = Whom {
        market: owned(body, "market").unwrap_or_default(),
        origin: owned(body, "origin").unwrap_or_default(),
        hs: owned(body, "hs").unwrap_or_default(),
    };
    let share = number(body, "share");
    let amount = money(body, "amount");
    let needs_share = || both("say by how much (share)", "请填写变动幅度");
    let needs_amount = || both("say the amount with its currency", "请填写金额和币种");
    Ok(match text(body, "change").unwrap_or_default() {
        "duty" => Shock::Duty { whom, add: share.ok_or_else(needs_share)? },
        "de_minimis" => Shock::DeMinimis { whom, free_to: amount },
        "per_item" => Shock::PerItem { whom, amount: amount.ok_or_else(needs_amount)? },
        "fee" => {
            if share.is_none() && amount.is_none() {
                return Err(both("say the share or the amount of the fee", "请填写费用比例或金额"));
            }
            let fee = owned(body, "fee").unwrap_or_else(|| "new_fee".to_owned());
            Shock::Fee { whom, fee, add_share: share.unwrap_or_default(), add_fixed: amount }
        }
        "fulfilment" => Shock::Fulfilment { whom, share: share.ok_or_else(needs_share)? },
        "vat" => Shock::Vat { whom, rate: share.ok_or_else(needs_share)? },
        "fx" => {
            let currency = body::currency(body, "currency");
            let currency = currency.ok_or_else(|| both("say which currency", "请选择币种"))?;
            let change = share.ok_or_else(needs_share)?;
            if change <= -Decimal::ONE {
                return Err(both("a currency cannot lose all its worth", "货币贬值不能达到 100%"));
            }
            Shock::Fx { currency, change }
        }
        other => {
            return Err(both(
                format!("`{other}` is no kind of change"),
                format!("没有“{other}”这种变化"),
            ));
        }
    })
}

/// Changes that are still to come.
fn later(asked: &Asked, today: Day) -> Vec<argosy_chapter::board::Remark> {
    let of = |one: &Scenario| {
        let days = (one.day? - today).num_days();
        let day = one.day?;
        let name = &one.name;
        (days > 0).then(|| {
            remark(
                "info",
                both(
                    format!("{name} begins {day}, in {days} days: what sells until then is not concerned"),
                    format!("{name}将于 {day} 生效（{days} 天后）：此前销售不受影响"),
                ),
            )
        })
    };
    asked.scenarios.iter().filter_map(of).collect()
}

fn row(hit: &Hit, case: &Case, month: Option<Money>, name: Option<&String>) -> Row {
    let rise = |price: Money| {
        let before = case.price.amount;
        (before > Decimal::ZERO).then(|| share(price.amount / before - Decimal::ONE))
    };
    let none = both("no price keeps the margin", "任何价格都无法保住利润率");
    let mut row = Row::new(row_id(&[&hit.sku, &hit.market]))
        .with("product", hit.sku.clone())
        .with("name", name.cloned())
        .with("market", hit.market.clone())
        .with("before", hit.before.rounded())
        .with("after", hit.after.rounded())
        .with("margin_before", hit.margin_before.map(share))
        .with("margin_after", hit.margin_after.map(share))
        .with("per_unit", hit.per_unit.rounded())
        .with("month", month.map(Money::rounded))
        .with("felt_in", i64::try_from(hit.felt_in_days.trunc()).unwrap_or(0))
        .with("landed_units", case.plan.landed_units.normalize())
        .with("price", case.price)
        .with("price_for_margin", hit.price_for_margin)
        .with("rise", hit.price_for_margin.and_then(rise))
        .with("says", hit.says.clone());
    if hit.price_for_margin.is_none() {
        row = row.noted("price_for_margin", none);
    }
    if month.is_none() {
        row = row.noted("month", both("units a month are not known", "月销量未知"));
    }
    row
}

fn tiles(board: &mut Board, ground: &Ground<'_>, hits: &[Hit], loss: Decimal) {
    let hit = hits.iter().filter(|hit| hit.per_unit.amount > Decimal::ZERO);
    let count = i64::try_from(hit.clone().count()).unwrap_or(i64::MAX);
    board.tiles.insert("hit".to_owned(), count.into());
    let loss = Money::new(loss, ground.currency).rounded();
    board.tiles.insert("loss".to_owned(), loss.into());
    let red = hit
        .clone()
        .filter(|hit| hit.after.amount < Decimal::ZERO && hit.before.amount >= Decimal::ZERO);
    board.tiles.insert("red".to_owned(), i64::try_from(red.count()).unwrap_or(0).into());
    let soonest = hits.first().map(|hit| format!("{} {}", hit.sku, hit.market));
    board.tiles.insert("first".to_owned(), soonest.into());
}

fn picture(hits: &[Hit]) -> Option<Picture> {
    let shown: Vec<&Hit> = hits.iter().take(25).collect();
    let line = |name: Text, of: fn(&Hit) -> Option<Decimal>| Line {
        name,
        values: shown.iter().map(|hit| of(hit).map(|margin| plain(share(margin)))).collect(),
        expected: false,
    };
    (!shown.is_empty()).then(|| Picture::Bars {
        title: both("Margin before and after, first hit first", "冲击前后利润率（先受影响者在前）"),
        unit: Unit::Percent,
        labels: shown.iter().map(|hit| format!("{} {}", hit.sku, hit.market)).collect(),
        series: vec![
            line(both("Before", "冲击前"), |hit| hit.margin_before),
            line(both("After", "冲击后"), |hit| hit.margin_after),
        ],
    })
}

pub(crate) async fn detail(
    ground: &Ground<'_>,
    row: &str,
    params: &Params,
) -> Result<Option<Detail>, ChapterError> {
    let asked = asked(ground, params).await?;
    let Some((sku, market)) = two(row) else { return Ok(None) };
    let (cases, names, _) = cases(ground).await?;
    let Some(case) = find(&cases, sku, market) else { return Ok(None) };
    let hits = hits(ground, std::slice::from_ref(case), &asked)?;
    let Some(hit) = hits.first() else { return Ok(None) };
    let name = names.get(sku).cloned().unwrap_or_default();
    let title = format!("{sku} {name} · {market}");
    let mut changed = case.clone();
    for one in &asked.scenarios {
        changed = one.shock.apply(&changed).unwrap_or(changed);
    }
    let refused = |refusal: crate::says::Refusal| ChapterError::Told(refusal.says);
    let (before, after) = (work_out(case).map_err(refused)?, work_out(&changed).map_err(refused)?);
    let list = vec![
        fact(
            both("Price that keeps the margin", "保住利润率的售价"),
            Unit::Money,
            hit.price_for_margin,
        ),
        fact(
            both("Price that keeps the amount per unit", "保住单件利润的售价"),
            Unit::Money,
            hit.price_for_amount,
        ),
        fact(
            both("Units through customs already", "已清关库存"),
            Unit::Number,
            case.plan.landed_units.normalize(),
        ),
        fact(
            both("Felt in", "显现时间"),
            Unit::Days,
            i64::try_from(hit.felt_in_days.trunc()).unwrap_or(0),
        ),
    ];
    let pictured = |title: Text, sheet: &super::Sheet| argosy_chapter::board::Section {
        title,
        holds: argosy_chapter::board::Holds::Picture(waterfall(sheet)),
    };
    Ok(Some(Detail {
        title: both(title.clone(), title),
        sections: vec![
            says(both("What happens", "影响"), hit.says.clone()),
            facts(both("In short", "概要"), list),
            pictured(both("Before", "冲击前"), &before),
            pictured(both("After", "冲击后"), &after),
        ],
    }))
}

/// Keeps the change that is being looked at as a scenario.
pub(crate) async fn save(ground: &Ground<'_>, order: &Order) -> Result<Done, ChapterError> {
    let mut body = typed(&order.params);
    if let Err(says) = shock(&body) {
        let wrong = [both("this cannot be kept", "无法保存"), says];
        return Err(ChapterError::Told(joined(&wrong, (": ", "："))));
    }
    let name = param(&order.form.clone().into_iter().collect(), "name").map(str::to_owned);
    let name = name.ok_or_else(|| ChapterError::told("give it a name", "请填写名称"))?;
    body.insert("name".to_owned(), json!(name));
    if let Some(note) = order.form.get("note").and_then(Value::as_str) {
        body.insert("note".to_owned(), json!(note));
    }
    store::save(ground, vec![store::fresh("shock", body)], &order.who, |_| {
        both("The scenario is kept", "情景已保存")
    })
    .await
}
