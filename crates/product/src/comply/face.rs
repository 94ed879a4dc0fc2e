//! The gate as a board, the questions nobody has answered, and rules that people have checked.

use std::collections::{BTreeMap, BTreeSet};

use argosy_chapter::{
    board::{Board, Detail, GridRow, Picture, Row, Unit},
    face::{ChapterError, Done, Ground, Order},
    kind::Body,
};
use argosy_kernel::{Money, Text};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::{
    attributes::Answers,
    gate::{Code, Gate, Reason, State, at_risk},
    own::{Own, answers},
    regime::{About, Confidence},
};
use crate::{
    choice::{
        Params,
        body::{owned, text},
        known::{Known, known},
        show::{both, column, param, remark, row_id, says, table, two},
        store,
    },
    says::joined,
};

/// More products than this do not fit into one grid.
const GRID_MAX: usize = 60;

pub(crate) async fn board(ground: &Ground<'_>, params: &Params) -> Result<Board, ChapterError> {
    let known = known(ground.files)?;
    let own = Own::read(ground, &known, param(params, "market")).await?;
    let gates = own.gates(ground, &known);
    let mut board = Board { day: Some(ground.today), params: params.clone(), ..Board::default() };
    let risks: BTreeMap<(String, String), Money> = at_risk(&gates, &own.month)
        .into_iter()
        .map(|one| ((one.sku, one.market), one.month))
        .collect();
    let mut sums: BTreeMap<State, (i64, Decimal)> = BTreeMap::new();
    for gate in &gates {
        let sum = sums.entry(gate.state).or_default();
        sum.0 += 1;
        let risk = risks.get(&(gate.sku.clone(), gate.market.clone())).copied();
        sum.1 += risk.map_or(Decimal::ZERO, |month| month.amount);
        board.rows.push(row(&own, &known, gate, risk));
    }
    let of = |state: State| sums.get(&state).copied().unwrap_or_default();
    let money = |amount| Money::new(amount, ground.currency).rounded();
    board.tiles.insert("blocked".to_owned(), of(State::Blocked).0.into());
    board.tiles.insert("warn".to_owned(), of(State::Warn).0.into());
    board.tiles.insert("allowed".to_owned(), of(State::Allowed).0.into());
    board.tiles.insert("at_risk_blocked".to_owned(), money(of(State::Blocked).1).into());
    board.tiles.insert("at_risk_warn".to_owned(), money(of(State::Warn).1).into());
    board.pictures.extend(grid(&gates));
    let unchecked = known.regimes.regimes.iter().filter(|one| !one.is_checked());
    let unchecked = unchecked.filter(|one| !own.confirmed.contains(&one.id)).count();
    if unchecked > 0 {
        board.remarks.push(remark(
            "info",
            both(
                format!("{unchecked} rules are unverified and only warn. Have them checked at their source, then confirm them here"),
                format!("有 {unchecked} 条规则尚未核实，仅提示不拦截；请对照原文核实后在此确认"),
            ),
        ));
    }
    Ok(board)
}

fn row(own: &Own, known: &Known, gate: &Gate, risk: Option<Money>) -> Row {
    let count = |wanted: &[Code]| {
        let of = gate.reasons.iter().filter(|one| wanted.contains(&one.code)).count();
        i64::try_from(of).unwrap_or(i64::MAX)
    };
    let held = gate.documents.values().filter(|served| served.is_some()).count();
    let days = gate
        .documents
        .values()
        .flatten()
        .filter_map(|id| own.documents.iter().find(|one| one.id == *id).and_then(|one| one.to));
    let unverified = gate.reasons.iter().filter(|one| is_open(known, own, &one.regime));
    let unverified: BTreeSet<&str> = unverified.map(|one| one.regime.as_str()).collect();
    let why = why(gate);
    let mut row = Row::new(row_id(&[&gate.sku, &gate.market]))
        .with("sku", gate.sku.clone())
        .with("name", own.name(&gate.sku))
        .with("market", gate.market.clone())
        .with("state", state_id(gate.state))
        .with("why", why)
        .with("rules", i64::try_from(gate.regimes.len()).unwrap_or(0))
        .with("documents", i64::try_from(gate.documents.len()).unwrap_or(0))
        .with("held", i64::try_from(held).unwrap_or(0))
        .with(
            "missing",
            count(&[Code::Missing, Code::Expired, Code::NotYetValid, Code::OtherLanguage]),
        )
        .with("expires_soon", count(&[Code::ExpiresSoon]))
        .with("questions", count(&[Code::Unanswered]))
        .with("begins_soon", count(&[Code::BeginsSoon]))
        .with("unverified", i64::try_from(unverified.len()).unwrap_or(0))
        .with("next_end", days.min());
    let month = own.month.get(&(gate.sku.clone(), gate.market.clone()));
    row = row.with("month", month.map(|month| month.rounded()));
    match (risk, gate.state, month) {
        (Some(risk), ..) => row.with("at_risk", risk.rounded()),
        (None, State::Allowed, _) => row,
        (None, _, None) => {
            row.noted("at_risk", both("no sales in the last 30 days", "近 30 天无销售"))
        }
        (None, ..) => {
            row.noted("at_risk", both("earned nothing in the last 30 days", "近 30 天无利润"))
        }
    }
}

fn is_open(known: &Known, own: &Own, rule: &str) -> bool {
    let regime = known.regimes.regimes.iter().find(|one| one.id == rule);
    regime.is_some_and(|one| !one.is_checked()) && !own.confirmed.contains(rule)
}

fn state_id(state: State) -> &'static str {
    match state {
        State::Allowed => "allowed",
        State::Warn => "warn",
        State::Blocked => "blocked",
    }
}

/// The gravest three reasons.
fn why(gate: &Gate) -> Text {
    let shown: Vec<Text> = gate.reasons.iter().take(3).map(|one| one.says.clone()).collect();
    let more = gate.reasons.len().saturating_sub(shown.len());
    let mut told = joined(&shown, ("; ", "；"));
    if more > 0 {
        told = both(
            format!("{} (and {more} more)", told.en),
            format!("{}（另有 {more} 项）", told.zh_cn),
        );
    }
    if gate.reasons.is_empty() {
        told = both("nothing is missing", "无缺项");
    }
    told
}

fn grid(gates: &[Gate]) -> Option<Picture> {
    let markets: BTreeSet<&str> = gates.iter().map(|one| one.market.as_str()).collect();
    let mut skus: BTreeMap<&str, BTreeMap<&str, &Gate>> = BTreeMap::new();
    for gate in gates {
        skus.entry(gate.sku.as_str()).or_default().insert(gate.market.as_str(), gate);
    }
    let cell = |gate: Option<&&Gate>| match gate {
        None => ("grey".to_owned(), both("not sold there", "未在该站点销售")),
        Some(gate) => {
            let colour = match gate.state {
                State::Allowed => "green",
                State::Warn => "gold",
                State::Blocked => "red",
            };
            (colour.to_owned(), why(gate))
        }
    };
    // Those with the gravest state first.
    let gravest = |row: &BTreeMap<&str, &Gate>| row.values().map(|one| one.state).max();
    let mut rows: Vec<(&str, BTreeMap<&str, &Gate>)> = skus.into_iter().collect();
    rows.sort_by(|a, b| gravest(&b.1).cmp(&gravest(&a.1)).then(a.0.cmp(b.0)));
    let shown = rows.len().min(GRID_MAX);
    let whole = rows.len();
    (whole > 0 && !markets.is_empty()).then(|| Picture::Grid {
        title: both(
            format!("SKU by market ({shown} of {whole})"),
            format!("SKU × 站点（{shown} / {whole}）"),
        ),
        columns: markets.iter().map(|one| (*one).to_owned()).collect(),
        rows: rows
            .into_iter()
            .take(GRID_MAX)
            .map(|(sku, row)| GridRow {
                name: sku.to_owned(),
                cells: markets.iter().map(|market| cell(row.get(market))).collect(),
            })
            .collect(),
    })
}

/// Every rule of a SKU in a market, its documents and its doubts.
pub(crate) async fn detail(ground: &Ground<'_>, row: &str) -> Result<Option<Detail>, ChapterError> {
    let known = known(ground.files)?;
    let Some((sku, market)) = two(row) else { return Ok(None) };
    let own = Own::read(ground, &known, Some(market)).await?;
    if !own.products.contains_key(sku) {
        return Ok(None);
    }
    let gate = own.gate(ground, &known, sku, market);
    let title = format!("{sku} {} · {market}", own.name(sku));
    let mut detail = Detail { title: both(title.clone(), title), sections: Vec::new() };
    detail.sections.push(says(both("In short", "概要"), why(&gate)));
    let reasons = gate.reasons.iter().zip(0..).map(|(one, at)| reason(&known, &own, one, at));
    detail.sections.push(table(
        both("What is the matter", "问题清单"),
        vec![
            column("state", both("State", "状态"), Unit::Words),
            column("says", both("What", "内容"), Unit::Words),
            column("rule", both("Rule", "规则"), Unit::Text),
            column("confidence", both("How well known", "可信度"), Unit::Words),
        ],
        reasons.collect(),
    ));
    let rules = gate.regimes.iter().map(|id| rule(&known, &own, id));
    detail.sections.push(table(
        both("Rules that concern it", "适用规则"),
        vec![
            column("rule", both("Rule", "规则"), Unit::Text),
            column("name", both("Name", "名称"), Unit::Words),
            column("law", both("Law", "法规"), Unit::Text),
            column("when", both("When", "适用条件"), Unit::Words),
            column("documents", both("Documents", "所需文件"), Unit::Words),
            column("confidence", both("How well known", "可信度"), Unit::Words),
            column("source", both("Source", "来源"), Unit::Text),
        ],
        rules.collect(),
    ));
    let held = gate.documents.iter().map(|(kinds, serves)| {
        Row::new(kinds.clone())
            .with("document", kind_names(&known, kinds))
            .with("serves", serves.clone())
    });
    detail.sections.push(table(
        both("Documents needed", "所需文件"),
        vec![
            column("document", both("Document", "文件"), Unit::Words),
            column("serves", both("Served by", "已有文件"), Unit::Text),
        ],
        held.collect(),
    ));
    Ok(Some(detail))
}

fn reason(known: &Known, own: &Own, one: &Reason, at: usize) -> Row {
    let state = match one.state {
        State::Allowed => both("allowed", "放行"),
        State::Warn => both("warning", "提示"),
        State::Blocked => both("blocked", "拦截"),
    };
    Row::new(format!("{at}"))
        .with("state", state)
        .with("says", one.says.clone())
        .with("rule", one.regime.clone())
        .with("confidence", confidence(known, own, &one.regime))
}

fn confidence(known: &Known, own: &Own, rule: &str) -> Text {
    if own.confirmed.contains(rule) {
        return both("confirmed by your company", "贵司已确认");
    }
    let regime = known.regimes.regimes.iter().find(|one| one.id == rule);
    match regime.map(|one| (one.confidence, one.checked_on)) {
        Some((_, Some(day))) => both(format!("checked on {day}"), format!("{day} 已核实")),
        Some((Confidence::Seen, _)) => both("seen at its source", "已见原文"),
        Some((Confidence::PartlySeen, _)) => both("partly seen", "部分见原文"),
        _ => both("Unverified", "未核实"),
    }
}

fn rule(known: &Known, own: &Own, id: &str) -> Row {
    let row = Row::new(id).with("rule", id).with("confidence", confidence(known, own, id));
    let Some(regime) = known.regimes.regimes.iter().find(|one| one.id == id) else { return row };
    let documents: Vec<Text> =
        regime.documents.iter().map(|kinds| kind_names(known, kinds)).collect();
    row.with("name", regime.name.clone())
        .with("law", regime.law.clone())
        .with("when", regime.when.clone())
        .with("documents", joined(&documents, (", ", "、")))
        .with("source", regime.source.clone())
}

/// What kinds of documents are called: `a|b` is either.
pub(crate) fn kind_names(known: &Known, kinds: &str) -> Text {
    let of = |kind: &str| known.regimes.kinds.get(kind).map(|one| one.name.clone());
    let names: Vec<Text> = kinds.split('|').filter_map(of).collect();
    joined(&names, (" or ", "或"))
}

/// What nobody has answered: one row per SKU and question.
pub(crate) async fn questions(ground: &Ground<'_>, params: &Params) -> Result<Board, ChapterError> {
    let known = known(ground.files)?;
    let own = Own::read(ground, &known, param(params, "market")).await?;
    let mut open: BTreeMap<(String, String), (BTreeSet<String>, BTreeSet<String>)> =
        BTreeMap::new();
    for (sku, market) in &own.pairs {
        let empty = super::Product::default();
        let product = own.products.get(sku).unwrap_or(&empty);
        let told = Answers::of(&known.regimes.attributes, product);
        let rules = known.regimes.of_market(market).filter(|one| {
            matches!(one.about, About::Product | About::Seller) && one.in_force(ground.today)
        });
        for rule in rules {
            if rule.concerns(&told) != super::attributes::Known::Open {
                continue;
            }
            for id in rule.asks(&told) {
                let entry = open.entry((sku.clone(), id.to_owned())).or_default();
                entry.0.insert(market.clone());
                entry.1.insert(rule.id.clone());
            }
        }
    }
    let mut board = Board { day: Some(ground.today), params: params.clone(), ..Board::default() };
    let skus: BTreeSet<&String> = open.keys().map(|(sku, _)| sku).collect();
    board.tiles.insert("skus".to_owned(), i64::try_from(skus.len()).unwrap_or(0).into());
    board.tiles.insert("open".to_owned(), i64::try_from(open.len()).unwrap_or(0).into());
    for ((sku, attribute), (markets, rules)) in &open {
        let asks = known.regimes.attribute(attribute).map(|one| one.asks.clone());
        let list = |words: &BTreeSet<String>| words.iter().cloned().collect::<Vec<_>>().join(", ");
        let month: Vec<Money> = markets
            .iter()
            .filter_map(|market| own.month.get(&(sku.clone(), market.clone())).copied())
            .collect();
        let sum: Decimal = month.iter().map(|money| money.amount).sum();
        let month = (!month.is_empty()).then(|| Money::new(sum, ground.currency).rounded());
        board.rows.push(
            Row::new(row_id(&[sku, attribute]))
                .with("sku", sku.clone())
                .with("name", own.name(sku))
                .with("attribute", attribute.clone())
                .with("asks", asks)
                .with("markets", list(markets))
                .with("rules_count", i64::try_from(rules.len()).unwrap_or(0))
                .with("rules", list(rules))
                .with("month", month),
        );
    }
    Ok(board)
}

/// Answers questions for many SKUs at once.
pub(crate) async fn answer(ground: &Ground<'_>, order: &Order) -> Result<Done, ChapterError> {
    let answer = text(&order.form, "answer")
        .filter(|answer| ["yes", "no"].contains(answer))
        .ok_or_else(|| ChapterError::told("answer yes or no", "请选择“是”或“否”"))?;
    let mut wanted: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for (sku, attribute) in order.rows.iter().filter_map(|row| two(row)) {
        let of = wanted.entry(sku.to_owned()).or_default();
        of.insert(attribute.to_owned(), answer.to_owned());
    }
    write(ground, wanted, &order.who).await
}

/// Gives SKUs the answers of another one for what nobody has answered about them.
pub(crate) async fn copy(ground: &Ground<'_>, order: &Order) -> Result<Done, ChapterError> {
    let from = owned(&order.form, "from").unwrap_or_default();
    let Some(model) = ground.desk.record("item", &from).await? else {
        return Err(ChapterError::told(
            format!("there is no SKU `{from}` in the product master"),
            format!("产品资料中没有 SKU“{from}”"),
        ));
    };
    let given = answers(&model.body);
    let known = known(ground.files)?;
    let own = Own::read(ground, &known, None).await?;
    let skus: BTreeSet<&str> =
        order.rows.iter().filter_map(|row| two(row)).map(|(sku, _)| sku).collect();
    let mut wanted: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for sku in skus.into_iter().filter(|sku| *sku != from) {
        let mine = own.products.get(sku).map(|one| &one.answers);
        for (id, answer) in &given {
            if mine.is_none_or(|mine| !mine.contains_key(id)) {
                let word = if *answer { "yes" } else { "no" };
                wanted.entry(sku.to_owned()).or_default().insert(id.clone(), word.to_owned());
            }
        }
    }
    write(ground, wanted, &order.who).await
}

/// Writes answers into the product master; a product that is not there yet gets its record.
async fn write(
    ground: &Ground<'_>,
    wanted: BTreeMap<String, BTreeMap<String, String>>,
    who: &str,
) -> Result<Done, ChapterError> {
    if wanted.values().all(BTreeMap::is_empty) {
        return Err(ChapterError::told("there is nothing to answer", "没有需要回答的问题"));
    }
    let mut news = Vec::new();
    let mut count = 0_usize;
    for (sku, answers) in wanted {
        count += answers.len();
        let record = ground.desk.record("item", &sku).await?;
        let mut body = record.as_ref().map(|one| one.body.clone()).unwrap_or_default();
        let lines = body.entry("answers").or_insert_with(|| json!([]));
        let lines = lines.as_array_mut();
        if let Some(lines) = lines {
            for (attribute, answer) in answers {
                lines.retain(|line| line.get("attribute") != Some(&json!(attribute)));
                lines.push(json!({ "attribute": attribute, "answer": answer }));
            }
        }
        match record {
            Some(record) => news.push(store::changed(&record, body)),
            None => news.push(store::fresh("item", new_item(ground, &sku, body))),
        }
    }
    store::save(ground, news, who, |skus| {
        both(
            format!("Answers kept: {count}, SKUs: {skus}"),
            format!("已保存 {skus} 个 SKU 的 {count} 条回答"),
        )
    })
    .await
}

fn new_item(ground: &Ground<'_>, sku: &str, mut body: Body) -> Body {
    let named = ground.desk_data.products.iter().find(|one| one.sku == sku);
    let name = named.map_or(sku, |one| one.name.as_str());
    body.insert("sku".to_owned(), Value::from(sku));
    body.insert("name".to_owned(), Value::from(name));
    body
}

/// A person of the company has checked a rule at its source.
pub(crate) async fn confirm(ground: &Ground<'_>, order: &Order) -> Result<Done, ChapterError> {
    let mut body = Body::new();
    for id in ["rule", "source", "note"] {
        if let Some(value) = order.form.get(id) {
            body.insert(id.to_owned(), value.clone());
        }
    }
    body.insert("holds".to_owned(), json!("yes"));
    body.insert("day".to_owned(), json!(ground.today.to_string()));
    let rule = owned(&body, "rule").unwrap_or_default();
    let before = ground.desk.record("confirmation", &rule).await?;
    let new = match before {
        Some(record) => store::changed(&record, body),
        None => store::fresh("confirmation", body),
    };
    store::save(ground, vec![new], &order.who, |_| {
        both(
            format!("{rule} counts as checked: what it asks for now blocks where it says so"),
            format!("{rule} 已确认：其要求将按规则拦截"),
        )
    })
    .await
}
