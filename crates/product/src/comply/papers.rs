//! Documents to renew, and what of a product is ready for a market.

use std::collections::{BTreeMap, BTreeSet};

use argosy_chapter::{
    board::{Board, Detail, Row, Unit},
    face::{ChapterError, Done, Ground, Order},
    kind::Body,
};
use argosy_kernel::{Money, Text};
use rust_decimal::Decimal;
use serde_json::json;

use super::{
    attributes::Answers,
    document::{Document, reminders},
    localise::{Complete, Item, Pack},
    own::Own,
};
use crate::{
    choice::{
        Params,
        body::list,
        known::{Known, known},
        show::{both, column, param, row_id, share, table, two},
        store,
    },
    says::joined,
};

/// Documents in the order in which they end, with what they stand for.
pub(crate) async fn due(ground: &Ground<'_>) -> Result<Board, ChapterError> {
    let known = known(ground.files)?;
    let own = Own::read(ground, &known, None).await?;
    let reminded: BTreeMap<String, (i64, Text)> =
        reminders(&known.regimes, &own.documents, ground.today)
            .into_iter()
            .map(|one| (one.document, (one.stage, one.says)))
            .collect();
    let mut board = Board { day: Some(ground.today), ..Board::default() };
    let mut counts: BTreeMap<&str, i64> = BTreeMap::new();
    let mut risk = Decimal::ZERO;
    for document in &own.documents {
        let Some(to) = document.to else { continue };
        let days = (to - ground.today).num_days();
        let (stage, says) = match reminded.get(&document.id) {
            Some((0, says)) if days < 0 => ("over", says.clone()),
            Some((stage, says)) => (stage_id(*stage), says.clone()),
            None => {
                let renewed = days <= known.regimes.reminders.first().copied().unwrap_or(90);
                let told = if renewed {
                    both("another document of its kind follows it", "已有后续文件接续")
                } else {
                    both(format!("holds until {to}"), format!("有效至 {to}"))
                };
                (if renewed { "followed" } else { "later" }, told)
            }
        };
        *counts.entry(stage).or_default() += 1;
        let month = behind(&known, &own, document);
        if ["over", "30", "60", "90"].contains(&stage) {
            risk += month.unwrap_or_default();
        }
        let money = |amount| Money::new(amount, ground.currency).rounded();
        let mut row = Row::new(document.id.clone())
            .with("document", document.id.clone())
            .with("kind", known.regimes.kinds.get(&document.kind).map(|one| one.name.clone()))
            .with("number", document.number.clone())
            .with("issuer", document.issuer.clone())
            .with("from", document.from)
            .with("until", to)
            .with("days_left", days)
            .with("stage", stage)
            .with("skus", listed(&document.skus))
            .with("markets", listed(&document.markets))
            .with("at_risk", month.map(money))
            .with("says", says);
        if month.is_none() {
            row = row.noted("at_risk", both("no sales in the last 30 days", "近 30 天无销售"));
        }
        board.rows.push(row);
    }
    for (tile, stage) in [("over", "over"), ("in_30", "30"), ("in_60", "60"), ("in_90", "90")] {
        board.tiles.insert(tile.to_owned(), counts.get(stage).copied().unwrap_or(0).into());
    }
    let risk = Money::new(risk, ground.currency).rounded();
    board.tiles.insert("at_risk".to_owned(), risk.into());
    Ok(board)
}

fn stage_id(stage: i64) -> &'static str {
    match stage {
        ..=30 => "30",
        31..=60 => "60",
        _ => "90",
    }
}

/// Names, or a sign for all of them.
fn listed(words: &BTreeSet<String>) -> String {
    if words.is_empty() {
        return "*".to_owned();
    }
    words.iter().cloned().collect::<Vec<_>>().join(", ")
}

/// What the products that a document covers earned in the last 30 days.
fn behind(known: &Known, own: &Own, document: &Document) -> Option<Decimal> {
    let covered = own
        .month
        .iter()
        .filter(|((sku, market), _)| document.covers(&document.kind, sku, market, &known.regimes));
    let amounts: Vec<Decimal> = covered.map(|(_, money)| money.amount).collect();
    (!amounts.is_empty()).then(|| amounts.iter().sum())
}

/// How complete each product is for each market.
pub(crate) async fn localisation(
    ground: &Ground<'_>,
    params: &Params,
) -> Result<Board, ChapterError> {
    let known = known(ground.files)?;
    let own = Own::read(ground, &known, param(params, "market")).await?;
    let mut board = Board { day: Some(ground.today), params: params.clone(), ..Board::default() };
    let (mut complete, mut whole) = (0_i64, Decimal::ZERO);
    for (sku, market) in &own.pairs {
        let (row, share) = localised(&known, &own, sku, market);
        complete += i64::from(share == Some(Decimal::ONE));
        whole += share.unwrap_or_default();
        board.rows.push(row);
    }
    let count = Decimal::from(board.rows.len().max(1));
    board.tiles.insert("complete".to_owned(), complete.into());
    let open = i64::try_from(board.rows.len()).unwrap_or(i64::MAX) - complete;
    board.tiles.insert("open".to_owned(), open.into());
    board.tiles.insert("share".to_owned(), share(whole / count).into());
    Ok(board)
}

fn pack_of(own: &Own, sku: &str, market: &str) -> Pack {
    let key = (sku.to_owned(), market.to_owned());
    own.packs.get(&key).map(|(pack, _)| pack.clone()).unwrap_or_else(|| Pack {
        sku: sku.to_owned(),
        market: market.to_owned(),
        ..Pack::default()
    })
}

fn complete(known: &Known, own: &Own, sku: &str, market: &str) -> Option<Complete> {
    let empty = super::Product::default();
    let product = own.products.get(sku).unwrap_or(&empty);
    let answers = Answers::of(&known.regimes.attributes, product);
    known.places.completeness(&pack_of(own, sku, market), &answers)
}

fn localised(known: &Known, own: &Own, sku: &str, market: &str) -> (Row, Option<Decimal>) {
    let key = (sku.to_owned(), market.to_owned());
    let record = own.packs.get(&key).map(|(_, record)| record.id.clone());
    let row = Row::new(row_id(&[sku, market]))
        .with("sku", sku)
        .with("name", own.name(sku))
        .with("market", market)
        .with("pack", record.clone());
    let Some(found) = complete(known, own, sku, market) else {
        let why = both(
            format!("nothing is known of {market}: add it to compliance/localisation.toml"),
            format!("缺少 {market} 的本地化知识，可在 compliance/localisation.toml 中添加"),
        );
        return (row.with("state", "unknown").noted("share", why), None);
    };
    let missing: Vec<&Item> = found.items.iter().filter(|item| !item.done).collect();
    let says: Vec<Text> = missing.iter().map(|item| item.says.clone()).collect();
    let of = |start: &str| {
        let items = found.items.iter().filter(|item| item.id.starts_with(start));
        items.fold(None, |all: Option<bool>, item| Some(all.unwrap_or(true) && item.done))
    };
    let texts = missing.iter().filter(|item| item.id.starts_with("text.")).count();
    let state = match () {
        () if missing.is_empty() => "complete",
        () if record.is_none() => "nothing",
        () => "partly",
    };
    let languages = known.places.languages(market).map(listed);
    let row = row
        .with("state", state)
        .with("share", share(found.share))
        .with("missing", i64::try_from(missing.len()).unwrap_or(0))
        .with("what", joined(&says, (", ", "、")))
        .with("languages", languages)
        .with("texts_missing", i64::try_from(texts).unwrap_or(0))
        .with("manual", of("text.manual."))
        .with("label", of("text.label."))
        .with("units", of("units"))
        .with("plug", of("plug"))
        .with("voltage", of("voltage"))
        .with("sizes", of("sizes"))
        .with("avoid", of("avoid."));
    (row, Some(found.share))
}

/// Everything a market wants of one product, done or not.
pub(crate) async fn localisation_detail(
    ground: &Ground<'_>,
    row: &str,
) -> Result<Option<Detail>, ChapterError> {
    let known = known(ground.files)?;
    let Some((sku, market)) = two(row) else { return Ok(None) };
    let own = Own::read(ground, &known, Some(market)).await?;
    let Some(found) = complete(&known, &own, sku, market) else { return Ok(None) };
    let rows = found.items.iter().map(|item| {
        Row::new(item.id.clone()).with("what", item.says.clone()).with("done", item.done)
    });
    let title = format!("{sku} {} · {market}", own.name(sku));
    let columns = vec![
        column("what", both("What the market wants", "市场要求"), Unit::Words),
        column("done", both("There", "已具备"), Unit::Flag),
    ];
    let section = table(both("Localisation", "本地化"), columns, rows.collect());
    Ok(Some(Detail { title: both(title.clone(), title), sections: vec![section] }))
}

/// Marks texts as ready in all languages of each row's market, and units as written there.
pub(crate) async fn ready(ground: &Ground<'_>, order: &Order) -> Result<Done, ChapterError> {
    let known = known(ground.files)?;
    let own = Own::read(ground, &known, None).await?;
    let parts = list(&order.form, "parts");
    if parts.is_empty() {
        return Err(ChapterError::told("choose what is ready", "请选择已完成的内容"));
    }
    let mut news = Vec::new();
    for (sku, market) in order.rows.iter().filter_map(|row| two(row)) {
        let Some(place) = known.places.place(market) else { continue };
        let key = (sku.to_owned(), market.to_owned());
        let record = own.packs.get(&key).map(|(_, record)| record);
        let mut body = record.map(|one| one.body.clone()).unwrap_or_default();
        body.insert("sku".to_owned(), json!(sku));
        body.insert("market".to_owned(), json!(market));
        for part in &parts {
            if part == "units" {
                let units = json!(place.units);
                add(&mut body, "units", units);
                continue;
            }
            for language in &place.languages {
                add(&mut body, "texts", json!({ "text": part, "language": language }));
            }
        }
        news.push(match record {
            Some(record) => store::changed(record, body),
            None => store::fresh("localisation", body),
        });
    }
    store::save(ground, news, &order.who, |count| {
        both(
            format!("Marked as ready, products by market: {count}"),
            format!("已为 {count} 个产品站点标记完成"),
        )
    })
    .await
}

/// Adds a value to a list of a body unless it is there.
fn add(body: &mut Body, id: &str, value: serde_json::Value) {
    let list = body.entry(id.to_owned()).or_insert_with(|| json!([]));
    if let Some(list) = list.as_array_mut()
        && !list.contains(&value)
    {
        list.push(value);
    }
}
