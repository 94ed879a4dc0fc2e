//! The board of candidates: gates, scores, a second opinion, how sure, what is missing; and deciding.

use std::collections::BTreeMap;

use argosy_chapter::{
    board::{Board as Shown, Detail, Line, Picture, Row, Section, Unit},
    face::{ChapterError, Done, Ground, Order},
    kind::Body,
};
use argosy_desk::Record;
use argosy_kernel::Text;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::{
    Board, Candidate, Criteria, Ranked, Weights,
    criteria::{CRITERIA, Criterion, Measure},
    gather::{Gathered, gather},
    rank,
    weights_record::weights,
};
use crate::{
    choice::{
        Params,
        body::{amount, decimal, flag, number, text},
        known::known,
        show::{
            both, brief, column, estimate, fact, facts, or_why, param, remark, says, share, table,
        },
        store,
    },
    says::{joined, shown},
};

/// The same candidates give the same chances.
const SEED: u64 = 1;

/// Candidates ranked, with what they were ranked from.
struct Ready {
    gathered: Vec<Gathered>,
    board: Board,
    weights_of: Text,
}

async fn ready(
    ground: &Ground<'_>,
    criteria: &Criteria,
    gathered: Vec<Gathered>,
    params: &Params,
) -> Result<Ready, ChapterError> {
    let (chosen, weights_of) = chosen(ground, criteria, params).await?;
    let market = param(params, "market");
    let gathered: Vec<Gathered> = gathered
        .into_iter()
        .filter(|one| market.is_none_or(|market| one.candidate.market == market))
        .collect();
    let candidates: Vec<Candidate> = gathered.iter().map(|one| one.candidate.clone()).collect();
    let board = rank(criteria, &candidates, &chosen, SEED)
        .map_err(|refusal| ChapterError::Told(refusal.says))?;
    Ok(Ready { gathered, board, weights_of })
}

/// The weights asked for; else those in use, or changed last; else the usual ones.
async fn chosen(
    ground: &Ground<'_>,
    criteria: &Criteria,
    params: &Params,
) -> Result<(Weights, Text), ChapterError> {
    let records = ground.desk.records("weights").await?;
    let record = match param(params, "weights") {
        Some(id) => {
            let of = records.iter().find(|one| one.id == id);
            Some(of.ok_or_else(|| {
                ChapterError::told(
                    format!("there are no weights `{id}`"),
                    format!("没有权重“{id}”"),
                )
            })?)
        }
        None => records.iter().max_by_key(|one| (flag(&one.body, "active"), one.changed_us)),
    };
    let Some(record) = record else {
        let usual = both("the usual weights of the knowledge file", "知识库默认权重");
        return Ok((Weights::usual(criteria), usual));
    };
    let found =
        weights(&record.body, criteria).map_err(|refusal| ChapterError::Told(refusal.says))?;
    let name = text(&record.body, "name").unwrap_or(&record.id);
    let told = match &found.consistency {
        Some(consistency) => {
            let ratio = format!("{:.3}", consistency.ratio);
            both(
                format!("{name} (by pairs, consistency ratio {ratio})"),
                format!("{name}（两两比较，一致性比率 {ratio}）"),
            )
        }
        None => both(format!("{name} (by hand)"), format!("{name}（直接填写）")),
    };
    Ok((found, told))
}

pub(crate) async fn board(ground: &Ground<'_>, params: &Params) -> Result<Shown, ChapterError> {
    let known = known(ground.files)?;
    let criteria = &known.criteria;
    let gathered = gather(ground, &known).await?;
    let ready = ready(ground, criteria, gathered, params).await?;
    let mut shown = Shown {
        day: ground.newest.or(Some(ground.today)),
        params: params.clone(),
        ..Shown::default()
    };
    for one in &ready.gathered {
        shown.rows.push(row(criteria, one, &ready.board));
    }
    let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    shown.tiles.insert("candidates".to_owned(), count(ready.gathered.len()).into());
    shown.tiles.insert("out".to_owned(), count(ready.board.out.len()).into());
    let best = ready.board.ranked.first().and_then(|one| name_of(&ready.gathered, &one.id));
    shown.tiles.insert("best".to_owned(), best.into());
    let ratio = ready.board.weights.consistency.as_ref().and_then(|one| estimate(one.ratio));
    shown.tiles.insert("consistency".to_owned(), ratio.into());
    let weighed: Vec<String> = CRITERIA
        .iter()
        .zip(&ready.board.weights.shares)
        .map(|(_, share)| format!("{:.0}%", share * 100.0))
        .collect();
    let weighed = weighed.join(" / ");
    shown.remarks.push(remark(
        "info",
        both(
            format!("Weights: {}: {weighed}, in the order of the criteria", ready.weights_of.en),
            format!("权重：{}：{weighed}（按准则顺序）", ready.weights_of.zh_cn),
        ),
    ));
    shown.remarks.push(remark(
        "info",
        both(
            "Scores lie on fixed anchors (knowledge file selection.toml, Unverified starting values): adding a candidate never turns the others round",
            "得分基于固定锚点（知识文件 selection.toml，初始值未核实）：新增候选不会改变其他候选的次序",
        ),
    ));
    shown.pictures.extend(picture(criteria, &ready));
    Ok(shown)
}

fn name_of(gathered: &[Gathered], id: &str) -> Option<String> {
    gathered.iter().find(|one| one.candidate.id == id).map(|one| one.candidate.name.clone())
}

fn row(criteria: &Criteria, one: &Gathered, board: &Board) -> Row {
    let candidate = &one.candidate;
    let measures = criteria.criteria.iter().flat_map(|criterion| &criterion.measures);
    let missing: Vec<Text> = measures
        .filter(|measure| !candidate.inputs.contains_key(&measure.id))
        .map(|measure| measure.name.clone())
        .collect();
    let mut row = Row::new(candidate.id.clone())
        .with("candidate", candidate.id.clone())
        .with("name", candidate.name.clone())
        .with("market", candidate.market.clone())
        .with("state", one.record.state.clone())
        .with("missing", i64::try_from(missing.len()).unwrap_or(0))
        .with("missing_what", joined(&missing, (", ", "、")));
    let none = both("no landed case, or something is missing in it", "没有到岸测算，或有缺项");
    row = or_why(row, "landed_margin", one.landed.margin.map(share), &none);
    row = or_why(row, "break_even", one.landed.break_even, &none);
    let never = both(
        "no landed case, never back, or units a month unknown",
        "没有测算、无法回本或月销量未知",
    );
    row = or_why(row, "payback_months", one.landed.months.map(brief), &never);
    if let Some(ranked) = board.ranked.iter().find(|ranked| ranked.id == candidate.id) {
        return placed(row, ranked, criteria);
    }
    let out = board.out.iter().find(|out| out.id == candidate.id);
    let why = out.map(|out| out.says.clone()).unwrap_or_default();
    let why =
        both(format!("fails a hard gate: {}", why.en), format!("未通过硬性条件：{}", why.zh_cn));
    for id in ["place", "score", "chance_best", "topsis_place"] {
        row = row.noted(id, why.clone());
    }
    let failed = out.map_or(0, |out| out.gates.len());
    row.with("passes", false).with("failed", i64::try_from(failed).unwrap_or(0)).with("says", why)
}

fn placed(mut row: Row, ranked: &Ranked, criteria: &Criteria) -> Row {
    let place = |place: usize| i64::try_from(place).unwrap_or(i64::MAX);
    for scored in &ranked.criteria {
        if scored.known > 0.0 {
            row = row.with(&scored.criterion, estimate(scored.score));
        } else {
            let why = both("nothing is known: counted as the middle", "没有数据：按中间值计");
            row = row.noted(&scored.criterion, why);
        }
    }
    let open: Vec<Text> = ranked
        .open_gates
        .iter()
        .filter_map(|id| criteria.gates.iter().find(|gate| gate.id == *id))
        .map(|gate| gate.name.clone())
        .collect();
    row.with("passes", true)
        .with("failed", 0_i64)
        .with("place", place(ranked.rank))
        .with("score", estimate(ranked.score))
        .with("chance_best", estimate(ranked.chance_best))
        .with("topsis_place", place(ranked.topsis_rank))
        .with("open_gates", place(ranked.open_gates.len()))
        .with("open_what", joined(&open, (", ", "、")))
        .with("says", ranked.says.clone())
}

/// The first ten by criterion: how much each brings to the score.
fn picture(criteria: &Criteria, ready: &Ready) -> Option<Picture> {
    let first: Vec<&Ranked> = ready.board.ranked.iter().take(10).collect();
    let labels: Vec<String> =
        first.iter().map(|one| name_of(&ready.gathered, &one.id).unwrap_or_default()).collect();
    let series = criteria.criteria.iter().enumerate().map(|(at, criterion)| Line {
        name: criterion.name.clone(),
        values: first
            .iter()
            .map(|one| one.criteria.get(at).map(|scored| scored.score * scored.weight))
            .collect(),
        expected: false,
    });
    (!first.is_empty()).then(|| Picture::Bars {
        title: both("What the score is made of", "得分构成"),
        unit: Unit::Percent,
        labels,
        series: series.collect(),
    })
}

/// Every measure of a candidate: value, anchors, points, source; what is missing; landed margins.
pub(crate) async fn detail(
    ground: &Ground<'_>,
    row: &str,
    params: &Params,
) -> Result<Option<Detail>, ChapterError> {
    let known = known(ground.files)?;
    let criteria = &known.criteria;
    let gathered = gather(ground, &known).await?;
    let ready = ready(ground, criteria, gathered, params).await?;
    let Some(one) = ready.gathered.iter().find(|one| one.candidate.id == row) else {
        return Ok(None);
    };
    let ranked = ready.board.ranked.iter().find(|ranked| ranked.id == row);
    let out = ready.board.out.iter().find(|out| out.id == row);
    let told = ranked.map(|one| one.says.clone()).or_else(|| out.map(|one| one.says.clone()));
    let title = format!("{} · {}", one.candidate.name, one.candidate.market);
    let mut sections = vec![says(both("In short", "概要"), told.unwrap_or_default())];
    sections.push(gates(criteria, &one.candidate));
    for criterion in &criteria.criteria {
        sections.push(measures(criteria, criterion, one));
    }
    sections.push(markets(one));
    Ok(Some(Detail { title: both(title.clone(), title), sections }))
}

fn gates(criteria: &Criteria, candidate: &Candidate) -> Section {
    let failed: BTreeMap<String, Text> =
        super::board::failed_gates(criteria, candidate).into_iter().collect();
    let one = |gate: &super::criteria::Gate| {
        let answered = match &gate.measure {
            Some(measure) => candidate.inputs.get(measure).map(|input| input.source.clone()),
            None => candidate.gates.get(&gate.id).map(|answer| answer.source.clone()),
        };
        let state = match (&answered, failed.get(&gate.id)) {
            (None, _) => both("not answered yet", "尚未确认"),
            (_, Some(why)) => why.clone(),
            (Some(_), None) => both("passes", "通过"),
        };
        Row::new(gate.id.clone())
            .with("gate", gate.name.clone())
            .with("state", state)
            .with("source", answered)
    };
    let columns = vec![
        column("gate", both("Hard gate", "硬性条件"), Unit::Words),
        column("state", both("State", "状态"), Unit::Words),
        column("source", both("Who says so", "依据"), Unit::Text),
    ];
    table(both("Hard gates", "硬性条件"), columns, criteria.gates.iter().map(one).collect())
}

fn measures(criteria: &Criteria, criterion: &Criterion, one: &Gathered) -> Section {
    let columns = vec![
        column("measure", both("Measure", "指标"), Unit::Words),
        column("value", both("Value", "数值"), Unit::Number),
        column("points", both("Points", "得分"), Unit::Percent),
        column("anchors", both("0 to 100 points", "0–100 分锚点"), Unit::Text),
        column("share", both("Share of the criterion", "准则内权重"), Unit::Percent),
        column("source", both("Source", "来源"), Unit::Text),
        column("confidence", both("Confidence", "可信度"), Unit::Words),
    ];
    let row = |measure: &Measure| {
        let anchors = format!("{} → {}", shown(measure.worst), shown(measure.best));
        let row = Row::new(measure.id.clone())
            .with("measure", measure.name.clone())
            .with("anchors", anchors)
            .with("share", measure.share);
        let Some(input) = one.candidate.inputs.get(&measure.id) else {
            let how = both(
                format!("missing; it can come from: {}", measure.source),
                format!("缺少；可取自：{}", measure.source),
            );
            return row.noted("value", how);
        };
        let confidence = criteria.confidence.get(&input.confidence).map(|one| one.name.clone());
        let row = row
            .with("value", input.value)
            .with("points", estimate(measure.score(input.value)))
            .with("source", input.source.clone())
            .with("confidence", confidence);
        match one.overruled.get(&measure.id) {
            Some(typed) => {
                let typed = shown(*typed);
                row.noted(
                    "value",
                    both(
                        format!("typed in was {typed}; what facts know counts"),
                        format!("人工填写为 {typed}；以系统数据为准"),
                    ),
                )
            }
            None => row,
        }
    };
    let title = both(
        format!("{}: {}", criterion.name.en, criterion.says.en),
        format!("{}：{}", criterion.name.zh_cn, criterion.says.zh_cn),
    );
    table(title, columns, criterion.measures.iter().map(row).collect())
}

fn markets(one: &Gathered) -> Section {
    let landed = &one.landed;
    let mut list = vec![
        fact(
            both(
                format!("Landed margin in {}", one.candidate.market),
                format!("{} 到岸利润率", one.candidate.market),
            ),
            Unit::Percent,
            landed.margin.map(share),
        ),
        fact(
            both("Left per unit", "单件利润"),
            Unit::Money,
            landed.contribution.map(|money| money.rounded()),
        ),
        fact(both("Break-even price", "保本价"), Unit::Money, landed.break_even),
        fact(
            both("Months until the money is back", "回本月数"),
            Unit::Number,
            landed.months.map(brief),
        ),
    ];
    list.extend(landed.others.iter().map(|(market, margin)| {
        fact(
            both(format!("Landed margin in {market}"), format!("{market} 到岸利润率")),
            Unit::Percent,
            margin.map(share),
        )
    }));
    facts(both("Landed margin by market", "各站点到岸利润"), list)
}

/// Keeps what was decided on what grounds.
pub(crate) async fn decide(ground: &Ground<'_>, order: &Order) -> Result<Done, ChapterError> {
    let known = known(ground.files)?;
    let gathered = gather(ground, &known).await?;
    let ready = ready(ground, &known.criteria, gathered, &order.params).await?;
    let choice = text(&order.form, "choice").unwrap_or_default();
    let mut news = Vec::new();
    for row in &order.rows {
        let Some(one) = ready.gathered.iter().find(|one| one.candidate.id == *row) else {
            return Err(ChapterError::Unknown { what: "candidate", id: row.clone() });
        };
        let ranked = ready.board.ranked.iter().find(|ranked| ranked.id == *row);
        if ranked.is_none() && ["take", "test"].contains(&choice) {
            let out = ready.board.out.iter().find(|out| out.id == *row);
            let why = out.map(|out| out.says.clone()).unwrap_or_default();
            return Err(ChapterError::told(
                format!("it fails a hard gate: {}. Correct the gate first", why.en),
                format!("未通过硬性条件：{}。请先更正该条件", why.zh_cn),
            ));
        }
        news.push(store::fresh("decision", decision(ground, order, one, (ranked, &ready.board))));
        news.push(closed(&one.record, choice));
    }
    store::save(ground, news, &order.who, |_| {
        both(
            "The decision is kept; once the SKU sells, the board Decisions holds it against what it earns",
            "决定已保存；SKU 开卖后可在“决策复盘”查看实际利润对比",
        )
    })
    .await
}

fn decision(
    ground: &Ground<'_>,
    order: &Order,
    one: &Gathered,
    (ranked, board): (Option<&Ranked>, &Board),
) -> Body {
    let mut body = Body::new();
    for id in ["choice", "reason", "sku", "units_per_month", "contribution_per_unit", "from"] {
        if let Some(value) = order.form.get(id).filter(|value| !value.is_null()) {
            body.insert(id.to_owned(), value.clone());
        }
    }
    body.insert("candidate".to_owned(), json!(one.candidate.id));
    body.insert("market".to_owned(), json!(one.candidate.market));
    body.insert("day".to_owned(), json!(ground.today.to_string()));
    body.insert("version".to_owned(), json!(board.version));
    // What nobody typed is taken from the landed case, so that it can be judged later.
    let landed = &one.landed;
    let planned = number(&one.record.body, "units_per_month").unwrap_or(landed.units);
    if planned > Decimal::ZERO {
        body.entry("units_per_month").or_insert_with(|| decimal(planned));
    }
    if let Some(each) = landed.contribution {
        body.entry("contribution_per_unit").or_insert_with(|| amount(each.rounded()));
    }
    if let Some(sku) = text(&one.record.body, "sku") {
        body.entry("sku").or_insert_with(|| json!(sku));
    }
    if let Some(ranked) = ranked {
        let number = |value: f64| estimate(value).map(decimal).unwrap_or(Value::Null);
        body.insert("score".to_owned(), number(ranked.score));
        body.insert("chance_best".to_owned(), number(ranked.chance_best));
        body.insert("rank".to_owned(), json!(ranked.rank));
    }
    body.retain(|_, value| !value.is_null());
    body
}

/// The candidate in the state that the decision brings it to.
fn closed(record: &Record, choice: &str) -> argosy_chapter::book::New {
    let state = match choice {
        "take" => "taken",
        "test" => "testing",
        "wait" => "waiting",
        _ => "rejected",
    };
    let mut new = store::changed(record, record.body.clone());
    new.state = Some(state.to_owned());
    new
}
