//! The board of landed margins, and how each is worked out.

use std::collections::BTreeMap;

use argosy_chapter::{
    board::{Board, Detail, Picture, Row, Step, Unit},
    face::{ChapterError, Done, Ground, Order},
    kind::Body,
};
use argosy_kernel::Money;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::{
    own::{self, Own},
    sheet::{Group, Sheet, Target, payback, price_for, work_out},
};
use crate::{
    choice::{
        Params,
        known::{Known, known},
        show::{
            both, brief, column, fact, fact_or, facts, number, or_why, param, plain, remark,
            row_id, says, share, table, two,
        },
        store,
    },
    says::joined,
};

/// With more rows prices are looked for in the detail only: each takes some forty trials.
const PRICED_MAX: usize = 5_000;
const USUAL_MARGIN: Decimal = Decimal::from_parts(15, 0, 0, false, 2);

pub(crate) async fn board(ground: &Ground<'_>, params: &Params) -> Result<Board, ChapterError> {
    let known = known(ground.files)?;
    let mut owns = own::all(ground, &known).await?;
    if let Some(market) = param(params, "market") {
        owns.retain(|one| one.market == market);
    }
    let margin = number(params, "margin").unwrap_or(USUAL_MARGIN);
    let priced = owns.len() <= PRICED_MAX;
    let mut board = Board { day: ground.newest, params: params.clone(), ..Board::default() };
    let (mut ready, mut losing, mut loss) = (0, 0, Decimal::ZERO);
    for one in &owns {
        let sheet = one.case.as_ref().and_then(|case| work_out(case).ok());
        if let (Some(case), Some(sheet)) = (&one.case, &sheet) {
            ready += 1;
            if sheet.contribution.amount < Decimal::ZERO {
                losing += 1;
                let month = monthly(ground, case, sheet.contribution);
                loss -= month.map_or(Decimal::ZERO, |month| month.amount);
            }
        }
        board.rows.push(row(ground, one, sheet.as_ref(), priced.then_some(margin)));
    }
    let missing = i64::try_from(owns.len()).unwrap_or(i64::MAX) - ready;
    board.tiles.insert("ready".to_owned(), ready.into());
    board.tiles.insert("missing".to_owned(), missing.into());
    board.tiles.insert("losing".to_owned(), losing.into());
    let loss = Money::new(loss, ground.currency).rounded();
    board.tiles.insert("loss".to_owned(), loss.into());
    board.pictures.extend(picture(&owns));
    board.remarks = remarks(&known, priced);
    Ok(board)
}

fn remarks(known: &Known, priced: bool) -> Vec<argosy_chapter::board::Remark> {
    let mut found = Vec::new();
    match known.tariffs.get("US") {
        Some(tariff) => {
            let (lines, unread) = (tariff.len(), tariff.unread().len());
            found.push(remark(
                "info",
                both(
                    format!(
                        "US duties from {}: {lines} lines; {unread} rates could not be read and are refused, never taken for free",
                        tariff.source
                    ),
                    format!(
                        "美国关税取自 {}：{lines} 行；{unread} 个税率无法识别，会要求手工填写，不会按免税计",
                        tariff.source
                    ),
                ),
            ));
        }
        None => found.push(remark(
            "info",
            both(
                "No tariff is loaded: duty rates come from the landed cases. For the United States put the CSV export of hts.usitc.gov into the company folder as tariff/us.csv",
                "未加载税则：关税取自到岸测算。美国税则可将 hts.usitc.gov 导出的 CSV 放入公司知识目录 tariff/us.csv",
            ),
        )),
    }
    if !priced {
        let en = "Too many rows to look for prices: open a row for its break-even price";
        found.push(remark("info", both(en, "行数过多，保本价请打开单行查看")));
    }
    found
}

fn row(ground: &Ground<'_>, one: &Own, sheet: Option<&Sheet>, margin: Option<Decimal>) -> Row {
    let mut row = Row::new(row_id(&[&one.product, &one.market]))
        .with("product", one.product.clone())
        .with("name", one.name.clone())
        .with("market", one.market.clone())
        .with("case", one.record.clone())
        .with("missing_count", i64::try_from(one.lacks.len()).unwrap_or(0));
    let (Some(case), Some(sheet)) = (&one.case, sheet) else {
        let listed = joined(&one.lacks, (", ", "、"));
        let why = both(
            format!("cannot be worked out, missing: {}", listed.en),
            format!("无法测算，缺少：{}", listed.zh_cn),
        );
        let state = if one.record.is_some() { "missing" } else { "no_case" };
        row = row.with("state", state).with("missing", listed);
        for id in ["contribution", "margin", "break_even", "landed_cost"] {
            row = row.noted(id, why.clone());
        }
        return row;
    };
    let state = if sheet.contribution.amount < Decimal::ZERO { "loses" } else { "earns" };
    row = row
        .with("state", state)
        .with("price", case.price)
        .with("net_price", sheet.net_price.rounded())
        .with("landed_cost", sheet.landed_cost.rounded())
        .with("contribution", sheet.contribution.rounded())
        .with("margin", sheet.margin.map(share))
        .with("month", monthly(ground, case, sheet.contribution).map(Money::rounded));
    for (id, group) in GROUPS {
        row = row.with(id, of_group(sheet, group).rounded());
    }
    if let Some(margin) = margin {
        row = searched(row, case, margin);
    }
    if case.plan.units_per_month.is_zero() {
        let why = both("units a month are not known", "月销量未知");
        row = row.noted("month", why.clone()).noted("payback_months", why);
    }
    if !one.assumed.is_empty() {
        let told = joined(&one.assumed, ("; ", "；"));
        row = row.noted("contribution", told);
    }
    row
}

/// Prices that must be looked for, and when the money is back.
fn searched(row: Row, case: &super::Case, margin: Decimal) -> Row {
    let none = both("no price does", "任何售价都无法达到");
    let found = |target: Target| price_for(case, target).ok().flatten();
    let row = or_why(row, "break_even", found(Target::Leaves(Decimal::ZERO)), &none);
    let row = or_why(row, "price_for_margin", found(Target::Margin(margin)), &none);
    let months = payback(case).ok().and_then(|back| back.months);
    let why = both(
        "never at this price, or units a month are not known",
        "此价格下无法回本，或月销量未知",
    );
    or_why(row, "payback_months", months.map(brief), &why)
}

const GROUPS: [(&str, Group); 8] = [
    ("goods", Group::Goods),
    ("freight", Group::Freight),
    ("duty", Group::Duty),
    ("import_tax", Group::ImportTax),
    ("fees", Group::Fees),
    ("fulfilment", Group::Fulfilment),
    ("ads", Group::Ads),
    ("returns", Group::Returns),
];

pub(crate) fn of_group(sheet: &Sheet, group: Group) -> Money {
    let of = sheet.lines.iter().filter(|line| line.group == group);
    Money::new(of.map(|line| line.amount.amount).sum(), sheet.net_price.currency)
}

/// What an amount per unit is a month, in the reporting currency.
pub(crate) fn monthly(ground: &Ground<'_>, case: &super::Case, each: Money) -> Option<Money> {
    let units = case.plan.units_per_month;
    let rates = ground.engine.rates().with_own(&ground.desk_data.own_rates);
    let (from, to) = (each.currency.code(), ground.currency.code());
    let rate = rates.between(from, to, ground.today)?;
    (units > Decimal::ZERO).then(|| Money::new(each.amount * units * rate, ground.currency))
}

fn picture(owns: &[Own]) -> Option<Picture> {
    let mut margins: Vec<(String, Decimal)> = owns
        .iter()
        .filter_map(|one| {
            let sheet = work_out(one.case.as_ref()?).ok()?;
            Some((format!("{} {}", one.product, one.market), sheet.margin?))
        })
        .collect();
    margins.sort_by_key(|(_, margin)| *margin);
    margins.truncate(30);
    let (labels, values): (Vec<_>, Vec<_>) =
        margins.into_iter().map(|(name, margin)| (name, Some(plain(share(margin))))).unzip();
    (labels.len() > 1).then(|| Picture::Bars {
        title: both("Lowest landed margins", "到岸利润率最低的产品"),
        unit: Unit::Percent,
        labels,
        series: vec![argosy_chapter::board::Line {
            name: both("Contribution after ads, of net sales", "扣广告后利润率"),
            values,
            expected: false,
        }],
    })
}

/// How a landed margin is worked out, line by line.
pub(crate) async fn detail(
    ground: &Ground<'_>,
    row: &str,
    params: &Params,
) -> Result<Option<Detail>, ChapterError> {
    let known = known(ground.files)?;
    let Some((product, market)) = two(row) else { return Ok(None) };
    let owns = own::all(ground, &known).await?;
    let Some(one) = owns.iter().find(|one| one.product == product && one.market == market) else {
        return Ok(None);
    };
    let title = format!("{product} {} · {market}", one.name);
    let mut detail = Detail { title: both(title.clone(), title), sections: Vec::new() };
    let Some(case) = &one.case else {
        let listed = joined(&one.lacks, ("\n", "\n"));
        detail.sections.push(says(both("What is missing", "缺少的数据"), listed));
        return Ok(Some(detail));
    };
    let sheet = work_out(case).map_err(|refusal| ChapterError::Told(refusal.says))?;
    let margin = number(params, "margin").unwrap_or(USUAL_MARGIN);
    detail.sections.push(answers(case, &sheet, margin));
    detail.sections.push(argosy_chapter::board::Section {
        title: both("From price to contribution", "从售价到利润"),
        holds: argosy_chapter::board::Holds::Picture(waterfall(&sheet)),
    });
    detail.sections.push(lines(&sheet));
    if !one.assumed.is_empty() {
        let told = joined(&one.assumed, ("\n", "\n"));
        detail.sections.push(says(both("Taken from facts or assumed", "取自系统数据或假设"), told));
    }
    Ok(Some(detail))
}

fn answers(case: &super::Case, sheet: &Sheet, margin: Decimal) -> argosy_chapter::board::Section {
    let found = |target: Target| price_for(case, target).ok().flatten();
    let back = payback(case).ok();
    let none = both("no price does", "任何售价都无法达到");
    let percent = crate::says::percent(margin);
    let never = both(
        "never at this price, or units a month are not known",
        "此价格下无法回本，或月销量未知",
    );
    let list = vec![
        fact(
            both("Contribution per unit, after ads", "单件利润（扣广告后）"),
            Unit::Money,
            sheet.contribution.rounded(),
        ),
        fact(both("Of net price", "占净售价"), Unit::Percent, sheet.margin.map(share)),
        fact(both("Landed cost", "到岸成本"), Unit::Money, sheet.landed_cost.rounded()),
        fact_or(
            both("Break-even price", "保本价"),
            Unit::Money,
            found(Target::Leaves(Decimal::ZERO)),
            none.clone(),
        ),
        fact_or(
            both(format!("Price for a margin of {percent}"), format!("利润率 {percent} 对应售价")),
            Unit::Money,
            found(Target::Margin(margin)),
            none,
        ),
        fact(
            both("Bound before the first sale", "首单占用资金"),
            Unit::Money,
            back.as_ref().map(|back| back.invested.rounded()),
        ),
        fact_or(
            both("Months until the money is back", "回本月数"),
            Unit::Number,
            back.and_then(|back| back.months).map(brief),
            never,
        ),
        fact(
            both("Import tax paid first and given back", "先缴后抵的进口税"),
            Unit::Money,
            sheet.tax_advanced.rounded(),
        ),
    ];
    facts(both("In short", "概要"), list)
}

pub(crate) fn waterfall(sheet: &Sheet) -> Picture {
    let mut steps: Vec<Step> = sheet
        .lines
        .iter()
        .filter(|line| !line.amount.amount.is_zero())
        .map(|line| Step {
            name: line.name.clone(),
            value: plain(line.amount.amount),
            total: line.group == Group::Price,
        })
        .collect();
    steps.push(Step {
        name: both("Contribution", "利润"),
        value: plain(sheet.contribution.amount),
        total: true,
    });
    let title = format!("({})", sheet.net_price.currency);
    Picture::Waterfall {
        title: both(format!("Per unit {title}"), format!("每件{title}")),
        unit: Unit::Money,
        steps,
    }
}

fn lines(sheet: &Sheet) -> argosy_chapter::board::Section {
    let columns = vec![
        column("line", both("Line", "项目"), Unit::Words),
        column("amount", both("Amount", "金额"), Unit::Money),
        column("working", both("Working", "计算过程"), Unit::Words),
        column("source", both("Source", "来源"), Unit::Text),
    ];
    let mut rows: Vec<Row> = sheet
        .lines
        .iter()
        .zip(0..)
        .map(|(line, at)| {
            Row::new(format!("{at}"))
                .with("line", line.name.clone())
                .with("amount", line.amount)
                .with("working", line.working.clone())
                .with("source", line.source.clone())
        })
        .collect();
    let sum = both("Contribution per unit", "单件利润");
    rows.push(Row::new("sum").with("line", sum).with("amount", sheet.contribution));
    table(both("Line by line", "逐项明细"), columns, rows)
}

/// Begins landed cases for rows that have none, so that what is missing can be filled in.
pub(crate) async fn begin(ground: &Ground<'_>, order: &Order) -> Result<Done, ChapterError> {
    let candidates = ground.desk.records("candidate").await?;
    let kept = ground.desk.records("landed_case").await?;
    let mut news = Vec::new();
    for row in &order.rows {
        let Some((product, market)) = two(row) else { continue };
        let has = kept
            .iter()
            .any(|one| own::who(&one.body) == Some((product.to_owned(), market.to_owned())));
        if has {
            continue;
        }
        let field =
            if candidates.iter().any(|one| one.id == product) { "candidate" } else { "sku" };
        let mut body = Body::new();
        body.insert(field.to_owned(), json!(product));
        body.insert("market".to_owned(), json!(market));
        body.insert("name".to_owned(), json!(format!("{product} {market}")));
        body.extend(form(&order.form));
        news.push(store::fresh("landed_case", body));
    }
    if news.is_empty() {
        return Err(ChapterError::told(
            "these rows have their landed case already: open it",
            "所选行已有到岸测算，请直接打开",
        ));
    }
    store::save(ground, news, &order.who, |count| {
        both(
            format!("Landed cases begun: {count}. Fill in what is missing"),
            format!("已新建 {count} 个到岸测算，请补全缺项"),
        )
    })
    .await
}

/// What a form asks that a landed case has too.
fn form(form: &Body) -> BTreeMap<String, Value> {
    let same = ["duty_rate", "mode", "freight_rate", "ads_share"];
    let of = |id: &&str| Some(((*id).to_owned(), form.get(*id)?.clone()));
    same.iter().filter_map(of).collect()
}
