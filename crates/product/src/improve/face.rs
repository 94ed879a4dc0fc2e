//! The backlog as a board: what buyers complain about, what it would bring, what was done and came of it.

use std::collections::{BTreeMap, BTreeSet};

use argosy_chapter::{
    board::{Board, Detail, Line, Picture, Row, Unit},
    face::{ChapterError, Done, Ground, Order},
    kind::Body,
};
use argosy_desk::{ChangeSource, Effect, NewChange, NewEffect, Record};
use argosy_kernel::{Money, Text};
use rust_decimal::Decimal;
use serde_json::json;

use super::{
    Topic, Topics, backlog,
    gather::{Complaints, gather},
};
use crate::{
    choice::{
        Params,
        body::{amount, day, lines, money, number, owned, text},
        facts::Paired,
        known::known,
        show::{both, column, or_why, plain, remark, row_id, says, share, table, two},
        store,
    },
    says::joined,
};

/// What is measured when an improvement is done, over how many days.
const METRICS: [&str; 2] = ["units_returned", "contribution_after_ads"];
const WINDOW_DAYS: u32 = 56;
const WAIT_DAYS: u32 = 14;
const MONTH: Decimal = Decimal::from_parts(30, 0, 0, false, 0);

/// Topics by product, and what people took up.
struct Ready {
    topics: BTreeMap<String, Vec<Topic>>,
    taken: BTreeMap<(String, String), Record>,
    complaints: BTreeMap<String, Complaints>,
    effects: BTreeMap<String, Vec<Effect>>,
    names: BTreeMap<String, String>,
}

async fn ready(ground: &Ground<'_>, topics: &Topics) -> Result<Ready, ChapterError> {
    let complaints = gather(ground, topics).await?;
    let mut taken: BTreeMap<(String, String), Record> = BTreeMap::new();
    let mut effects = BTreeMap::new();
    for record in ground.desk.records("improvement").await? {
        let (Some(sku), Some(topic)) = (owned(&record.body, "sku"), owned(&record.body, "topic"))
        else {
            continue;
        };
        let changes: Vec<i64> = lines(&record.body, "changes")
            .filter_map(|line| number(line, "change")?.try_into().ok())
            .collect();
        if !changes.is_empty() {
            let found = ground.desk.effects_of_changes(&changes).await?;
            effects.insert(record.id.clone(), found);
        }
        // The newest one of a topic stands on the board.
        taken.insert((sku, topic), record);
    }
    let mut found = BTreeMap::new();
    for (sku, of) in &complaints {
        let mut avoids = BTreeMap::new();
        for ((_, topic), record) in taken.iter().filter(|((one, _), _)| one == sku) {
            if let Some(share) = number(&record.body, "avoids") {
                avoids.insert(topic.clone(), share);
            }
        }
        let told = backlog(topics, &of.list, &of.numbers, (&avoids, ground.currency));
        found.insert(sku.clone(), told);
    }
    let names = ground.desk_data.products.iter();
    let names = names.map(|one| (one.sku.clone(), one.name.clone())).collect();
    Ok(Ready { topics: found, taken, complaints, effects, names })
}

pub(crate) async fn board(ground: &Ground<'_>, params: &Params) -> Result<Board, ChapterError> {
    let known = known(ground.files)?;
    let ready = ready(ground, &known.topics).await?;
    let mut board = Board { day: ground.newest, params: params.clone(), ..Board::default() };
    let (mut gain, mut open, mut sums) = (Decimal::ZERO, 0_i64, BTreeMap::<String, i64>::new());
    let mut shown = BTreeSet::new();
    for (sku, topics) in &ready.topics {
        for topic in topics {
            let key = (sku.clone(), topic.topic.clone());
            let record = ready.taken.get(&key);
            let closed = record.is_some_and(|one| one.state.as_deref() != Some("idea"));
            if let Some(month) = topic.gain.filter(|_| !closed) {
                gain += month.amount;
                open += 1;
            }
            let count = topic.returns + topic.reviews + topic.messages;
            *sums.entry(topic.topic.clone()).or_default() += count;
            board.rows.push(row(&known.topics, &ready, sku, topic, record));
            shown.insert(key);
        }
    }
    for ((sku, topic), record) in ready.taken.iter().filter(|(key, _)| !shown.contains(*key)) {
        board.rows.push(silent(&known.topics, &ready, (sku, topic), record));
    }
    board.tiles.insert("open".to_owned(), open.into());
    let gain = Money::new(gain, ground.currency).rounded();
    board.tiles.insert("gain".to_owned(), gain.into());
    let of = |state: &str| {
        let in_state = ready.taken.values().filter(|one| one.state.as_deref() == Some(state));
        i64::try_from(in_state.count()).unwrap_or(i64::MAX)
    };
    board.tiles.insert("doing".to_owned(), (of("idea") + of("doing")).into());
    board.tiles.insert("done".to_owned(), of("done").into());
    board.pictures.extend(picture(&known.topics, &sums));
    let days = known.topics.settings.window_days;
    board.remarks.push(remark(
        "info",
        both(
            format!("From return reasons, reviews and messages of the last {days} days. Expected gains are estimates; what each assumes stands in its detail"),
            format!("取自近 {days} 天的退货原因、评论与消息；预期收益为估算，假设见明细"),
        ),
    ));
    Ok(board)
}

fn base(topics: &Topics, ready: &Ready, (sku, topic): (&str, &str)) -> Row {
    Row::new(row_id(&[sku, topic]))
        .with("sku", sku)
        .with("name", ready.names.get(sku).cloned())
        .with("topic", topic)
        .with("does", topics.get(topic).map(|told| told.does.clone()))
}

fn row(topics: &Topics, ready: &Ready, sku: &str, topic: &Topic, record: Option<&Record>) -> Row {
    let own = topics.get(&topic.topic).is_some_and(|told| told.avoids.is_zero());
    let why = if own && record.is_none() {
        both("the product is not at fault", "非产品原因")
    } else {
        joined(&topic.assumes, ("; ", "；"))
    };
    let mut row = base(topics, ready, (sku, &topic.topic))
        .with("complaints", topic.returns + topic.reviews + topic.messages)
        .with("returns", topic.returns)
        .with("reviews", topic.reviews)
        .with("messages", topic.messages)
        .with("share", share(topic.share));
    let worth = |gain: Money| {
        extra(ready, sku, record)
            .map_or(gain, |more| Money::new(gain.amount + more.amount, gain.currency).rounded())
    };
    row = or_why(row, "gain", topic.gain.map(worth), &why);
    if topic.gain.is_some() {
        row = row.noted("gain", why.clone());
    }
    let sold = both("nothing sold in these days", "期间无销量");
    row = or_why(row, "points", topic.points.map(share), &sold);
    row = or_why(row, "margin_points", topic.margin.map(share), &why);
    row = or_why(
        row,
        "stars",
        topic.stars.map(|stars| stars.round_dp(2)),
        &both("no review names it", "没有评论提及"),
    );
    let price = record.and_then(|one| number(&one.body, "price_up"));
    let nobody =
        both("nobody has estimated it: take it up and enter it", "尚无人估计，可立项后填写");
    row = or_why(row, "price_up", price, &nobody);
    follow(row, ready, record)
}

/// An improvement that nobody complains about any more.
fn silent(topics: &Topics, ready: &Ready, key: (&str, &str), record: &Record) -> Row {
    let none = both("no complaint in these days", "期间没有相关反馈");
    let row = base(topics, ready, key).with("complaints", 0_i64).noted("gain", none);
    follow(row, ready, Some(record))
}

/// What became of an improvement.
fn follow(row: Row, ready: &Ready, record: Option<&Record>) -> Row {
    let Some(record) = record else { return row.with("state", "open") };
    let effects = ready.effects.get(&record.id).map_or(&[][..], Vec::as_slice);
    let row = row
        .with("improvement", record.id.clone())
        .with("title", owned(&record.body, "title"))
        .with("owner", owned(&record.body, "owner"))
        .with("due", day(&record.body, "due"))
        .with("state", record.state.clone())
        .with("expected", money(&record.body, "expected"));
    match verdict(effects) {
        Some(told) => row.with("verdict", told),
        None => row,
    }
}

/// What a dearer price and dearer goods bring or cost a month, as people estimated them.
fn extra(ready: &Ready, sku: &str, record: Option<&Record>) -> Option<Money> {
    let body = &record?.body;
    let numbers = &ready.complaints.get(sku)?.numbers;
    let a_month = |amount: Decimal| amount / numbers.days.max(Decimal::ONE) * MONTH;
    let price = number(body, "price_up").map(|share| a_month(numbers.net_sales * share));
    let currency = ready.complaints.get(sku)?.currency;
    let cost = money(body, "cost_up").filter(|cost| cost.currency == currency);
    let cost = cost.map(|cost| a_month(numbers.units_sold * cost.amount));
    (price.is_some() || cost.is_some())
        .then(|| Money::new(price.unwrap_or_default() - cost.unwrap_or_default(), currency))
}

/// What the measured effects say.
fn verdict(effects: &[Effect]) -> Option<Text> {
    let one = |effect: &Effect| {
        let (en, zh) = match effect.verdict.as_deref() {
            Some("gained") => ("better".to_owned(), "改善".to_owned()),
            Some("lost") => ("worse".to_owned(), "变差".to_owned()),
            Some("no_effect") => ("no effect worth naming".to_owned(), "无明显变化".to_owned()),
            Some("cannot_tell") => ("cannot be told".to_owned(), "无法判断".to_owned()),
            Some("observed") => {
                ("changed, cause unknown".to_owned(), "有变化，原因不明".to_owned())
            }
            _ => (format!("known on {}", effect.ready_on), format!("{} 可知", effect.ready_on)),
        };
        let seller = effect.change.seller_sku.clone().unwrap_or_default();
        let (name_en, name_zh) = match effect.metric.as_str() {
            "units_returned" => ("returns", "退货"),
            _ => ("contribution", "利润"),
        };
        both(format!("{seller} {name_en}: {en}"), format!("{seller} {name_zh}：{zh}"))
    };
    let told: Vec<Text> = effects.iter().map(one).collect();
    (!told.is_empty()).then(|| joined(&told, ("; ", "；")))
}

fn picture(topics: &Topics, sums: &BTreeMap<String, i64>) -> Option<Picture> {
    let mut all: Vec<(&String, &i64)> = sums.iter().collect();
    all.sort_by(|a, b| b.1.cmp(a.1));
    let name = |id: &str| topics.get(id).map(|told| told.name.clone()).unwrap_or_default();
    (!all.is_empty()).then(|| Picture::Bars {
        title: both("Complaints by topic", "各主题反馈数"),
        unit: Unit::Integer,
        labels: all
            .iter()
            .map(|(id, _)| {
                let name = name(id);
                format!("{} {}", name.en, name.zh_cn)
            })
            .collect(),
        series: vec![Line {
            name: both("Complaints", "反馈数"),
            values: all.iter().map(|(_, count)| Some(plain(Decimal::from(**count)))).collect(),
            expected: false,
        }],
    })
}

/// The assumptions of a topic and the words of buyers behind it.
pub(crate) async fn detail(ground: &Ground<'_>, row: &str) -> Result<Option<Detail>, ChapterError> {
    let known = known(ground.files)?;
    let Some((sku, topic)) = two(row) else { return Ok(None) };
    let ready = ready(ground, &known.topics).await?;
    let Some(told) = known.topics.get(topic) else { return Ok(None) };
    let found = ready.topics.get(sku).and_then(|all| all.iter().find(|one| one.topic == topic));
    let mut sections = vec![says(both("What usually helps", "常用做法"), told.does.clone())];
    if let Some(found) = found {
        let assumes = joined(&found.assumes, ("\n", "\n"));
        sections.push(says(both("What the figures assume", "测算假设"), assumes));
    }
    let list = ready.complaints.get(sku).map_or(&[][..], |of| of.list.as_slice());
    let mine = list.iter().filter(|one| {
        known.topics.of(one.reason.as_deref(), one.text.as_deref()).any(|one| one.id == topic)
    });
    let rows = mine.zip(0..).take(200).map(|(one, at)| {
        let kind = match one.kind {
            super::backlog::Kind::Return => both("return", "退货"),
            super::backlog::Kind::Review => both("review", "评论"),
            super::backlog::Kind::Message => both("message", "消息"),
        };
        Row::new(format!("{at}"))
            .with("kind", kind)
            .with("count", one.count)
            .with("says", one.text.clone().or_else(|| one.reason.clone()))
    });
    let columns = vec![
        column("kind", both("Where", "来源"), Unit::Words),
        column("count", both("How many", "数量"), Unit::Integer),
        column("says", both("In the buyer's words", "买家原话"), Unit::Text),
    ];
    sections.push(table(both("Behind it", "明细"), columns, rows.collect()));
    if let Some(record) = ready.taken.get(&(sku.to_owned(), topic.to_owned()))
        && let Some(told) = ready.effects.get(&record.id).and_then(|all| verdict(all))
    {
        sections.push(says(both("What came of it", "效果"), told));
    }
    let title = format!("{sku} · {}", told.name.en);
    let title = both(title, format!("{sku} · {}", told.name.zh_cn));
    Ok(Some(Detail { title, sections }))
}

/// Takes topics up as improvements.
pub(crate) async fn take_up(ground: &Ground<'_>, order: &Order) -> Result<Done, ChapterError> {
    let known = known(ground.files)?;
    let ready = ready(ground, &known.topics).await?;
    let mut news = Vec::new();
    for (sku, topic) in order.rows.iter().filter_map(|row| two(row)) {
        let taken = ready.taken.get(&(sku.to_owned(), topic.to_owned()));
        if taken.is_some_and(|one| ["idea", "doing"].contains(&one.state.as_deref().unwrap_or("")))
        {
            continue;
        }
        let Some(told) = known.topics.get(topic) else { continue };
        let mut body = Body::new();
        for id in ["owner", "due", "avoids", "note"] {
            if let Some(value) = order.form.get(id).filter(|value| !value.is_null()) {
                body.insert(id.to_owned(), value.clone());
            }
        }
        let usual = format!("{} / {}", told.does.en, told.does.zh_cn);
        let title = owned(&order.form, "title").unwrap_or(usual);
        body.insert("sku".to_owned(), json!(sku));
        body.insert("topic".to_owned(), json!(topic));
        body.insert("title".to_owned(), json!(title));
        let found = ready.topics.get(sku).and_then(|all| all.iter().find(|one| one.topic == topic));
        if let Some(gain) = found.and_then(|one| one.gain) {
            body.insert("expected".to_owned(), amount(gain));
        }
        news.push(store::fresh("improvement", body));
    }
    if news.is_empty() {
        return Err(ChapterError::told("these are taken up already", "所选问题已立项"));
    }
    store::save(ground, news, &order.who, |count| {
        both(format!("Improvements taken up: {count}"), format!("已立项 {count} 个改进"))
    })
    .await
}

/// An improvement is done: a change for each seller SKU, and what is measured of it.
pub(crate) async fn finish(ground: &Ground<'_>, order: &Order) -> Result<Done, ChapterError> {
    let id = order.rows.first().map(String::as_str).unwrap_or_default();
    let record = ground.record("improvement", id).await?;
    let first = day(&order.form, "day")
        .ok_or_else(|| ChapterError::told("say the first day", "请填写开售日"))?;
    if first > ground.today {
        return Err(ChapterError::told(
            format!("{first} has not come yet: finish it when the improved goods sell"),
            format!("{first} 尚未到来，请在改进后的商品开售后再标记完成"),
        ));
    }
    let sku = owned(&record.body, "sku").unwrap_or_default();
    let paired = Paired::of(ground);
    let sellers = paired.sellers(&sku);
    if sellers.is_empty() {
        return Err(ChapterError::told(
            format!(
                "no seller SKU is paired with {sku}: pair it first, so that its effect can be measured"
            ),
            format!("{sku} 尚未配对卖家 SKU，请先配对，才能衡量效果"),
        ));
    }
    let title = text(&record.body, "title").unwrap_or(id).to_owned();
    let mut changes = Vec::new();
    for (shop, seller_sku) in sellers {
        let new = NewChange {
            kind: "product.improved".to_owned(),
            store: shop.to_owned(),
            market: None,
            seller_sku: Some(seller_sku.to_owned()),
            campaign: None,
            what: title.clone(),
            before: None,
            after: None,
            day: first,
            source: ChangeSource::Typed,
            task: None,
            play: None,
            key: String::new(),
        };
        let change = ground.desk.record_change(&new, &order.who).await?;
        for metric in METRICS {
            ground.desk.declare_effect(change.id, &effect(metric), &order.who).await?;
        }
        changes.push(json!({ "change": change.id }));
    }
    let count = changes.len();
    let mut body = record.body.clone();
    body.insert("changes".to_owned(), json!(changes));
    body.insert("done_on".to_owned(), json!(first.to_string()));
    let mut new = store::changed(&record, body);
    new.state = Some("done".to_owned());
    store::save(ground, vec![new], &order.who, |_| {
        both(
            format!("Changes recorded: {count}. Returns and contribution are measured against untouched products"),
            format!("已登记 {count} 次变更，将对照未变动产品衡量退货与利润"),
        )
    })
    .await
}

fn effect(metric: &str) -> NewEffect {
    NewEffect {
        metric: metric.to_owned(),
        before: WINDOW_DAYS,
        after: WINDOW_DAYS,
        wait: WAIT_DAYS,
        controls: None,
        task: None,
        play: None,
        rule: None,
    }
}
