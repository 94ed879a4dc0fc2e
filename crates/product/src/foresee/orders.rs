//! Proposals become purchase orders and shipments, as drafts that people finish.

use std::collections::BTreeMap;

use argosy_chapter::{
    book::{Book, New},
    face::{ChapterError, Done, Ground, Order},
};
use argosy_kernel::Day;
use chrono::Days;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::{
    fields::{Fields, param},
    flows::mode,
    plan_board::{assumed, planned},
    planned::{Row, units_by},
    work::{self, Records},
};
use crate::{chapter::Product, replenish::Mode, says::both};

/// Days of production where the supplier says none.
const PRODUCTION_DAYS: i64 = 20;

/// Runs the plan and tells what came of it.
pub(crate) async fn run(ground: &Ground<'_>, order: &Order) -> Result<Done, ChapterError> {
    let form: BTreeMap<String, Value> =
        order.form.iter().map(|(id, value)| (id.clone(), value.clone())).collect();
    let assumed = assumed(&form, ground.currency)?;
    let planned = work::run_plan(ground, assumed, &order.who).await?;
    let units: i64 = planned.rows.iter().map(Row::units).sum();
    let count = planned.rows.iter().filter(|row| row.units() > 0).count();
    Ok(Done {
        says: both(
            format!(
                "{} products and markets planned: {units} units of {count} of them are proposed",
                planned.rows.len()
            ),
            format!("已计算 {} 个产品站点：建议采购 {count} 个，共 {units} 件", planned.rows.len()),
        ),
        records: Vec::new(),
    })
}

/// The rows chosen, with what is proposed for each.
async fn chosen(ground: &Ground<'_>, order: &Order) -> Result<Vec<Row>, ChapterError> {
    let Some((planned, _, _)) = planned(ground, &order.params).await? else {
        return Err(ChapterError::told(
            "There is no plan yet: run it first",
            "还没有补货计划：请先运行",
        ));
    };
    let rows = planned.rows.into_iter().filter(|row| order.rows.contains(&row.id()));
    let rows: Vec<Row> = rows.filter(|row| row.units() > 0).collect();
    if rows.is_empty() {
        return Err(ChapterError::told(
            "Nothing is proposed for the chosen rows",
            "所选行没有建议量",
        ));
    }
    Ok(rows)
}

/// One draft of a purchase order for each supplier of the chosen rows.
pub(crate) async fn purchase(ground: &Ground<'_>, order: &Order) -> Result<Done, ChapterError> {
    let rows = chosen(ground, order).await?;
    let records = Records::read(ground).await?;
    let today = work::day(ground);
    let mut by_supplier: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
    let mut without: Vec<&str> = Vec::new();
    for row in &rows {
        match &row.supplier {
            Some(supplier) => by_supplier.entry(supplier).or_default().push(row),
            None => without.push(&row.sku),
        }
    }
    if !without.is_empty() {
        let list = without.join(", ");
        return Err(ChapterError::told(
            format!("No supplier has a price for {list}: enter one, run the plan again"),
            format!("以下 SKU 没有供应商报价：{list}。请录入后重新运行"),
        ));
    }
    let due = order.form.get("due").and_then(Value::as_str).and_then(|day| day.parse().ok());
    let news = by_supplier
        .into_iter()
        .map(|(supplier, rows)| draft(&records, supplier, &rows, (today, due)))
        .collect::<Result<Vec<New>, _>>()?;
    let count = news.len();
    let chapters = Product::alone();
    let saved = Book::by_argosy(ground, &chapters).save(news, &order.who).await?;
    Ok(Done {
        says: both(
            format!("{count} purchase orders drafted: look at them, then approve"),
            format!("已生成 {count} 张采购单草稿，请核对后审批"),
        ),
        records: saved.into_iter().map(|record| (record.kind, record.id)).collect(),
    })
}

fn draft(
    records: &Records,
    supplier: &str,
    rows: &[&Row],
    (today, due): (Day, Option<Day>),
) -> Result<New, ChapterError> {
    let of_supplier = |sku: &str| {
        let sku = sku.to_owned();
        records.prices.iter().map(|record| Fields(&record.body)).filter(move |price| {
            price.text("supplier") == Some(supplier)
                && price.text("sku") == Some(sku.as_str())
                && price.day("since").is_none_or(|since| since <= today)
                && price.day("until").is_none_or(|until| until >= today)
        })
    };
    let mut units_of: BTreeMap<&str, i64> = BTreeMap::new();
    for row in rows {
        *units_of.entry(&row.sku).or_default() += row.units();
    }
    let mut currency: Option<String> = None;
    let mut lines = Vec::new();
    for row in rows {
        let price = of_supplier(&row.sku).max_by_key(|price| price.day("since"));
        let Some(price) = price else {
            return Err(ChapterError::told(
                format!("`{supplier}` has no price for `{}` any more: run the plan again", row.sku),
                format!("`{supplier}` 对 `{}` 的报价已失效：请重新运行计划", row.sku),
            ));
        };
        let own = price.text("currency").unwrap_or_default();
        if currency.get_or_insert_with(|| own.to_owned()) != own {
            return Err(ChapterError::told(
                format!("Prices of `{supplier}` are in two currencies: order these rows apart"),
                format!("`{supplier}` 的报价有两种币种：请分开下单"),
            ));
        }
        let days = price.integer("lead_days").unwrap_or(PRODUCTION_DAYS).max(0);
        let ready = due.unwrap_or(today + Days::new(days.unsigned_abs()));
        let all = units_of.get(row.sku.as_str()).copied().unwrap_or_default();
        let mut line = json!({
            "sku": row.sku,
            "units": row.units(),
            "price": tier(price, all).unwrap_or_default().normalize().to_string(),
            "due": ready.to_string(),
        });
        if !row.market.is_empty() {
            line["market"] = json!(row.market);
        }
        if let Some(goods) = &row.goods {
            line["carton_units"] = json!(goods.carton_units);
        }
        lines.push(line);
    }
    let body = json!({
        "supplier": supplier,
        "ordered_on": today.to_string(),
        "currency": currency.unwrap_or_default(),
        "lines": lines,
        "note": "Argosy: replenishment / 补货建议",
    });
    Ok(new("purchase_order", body))
}

fn new(kind: &str, body: Value) -> New {
    let body = match body {
        Value::Object(body) => body,
        _ => serde_json::Map::new(),
    };
    New { kind: kind.to_owned(), id: None, body, state: None, version: None }
}

/// The price of the tier that so many units reach.
fn tier(price: Fields<'_>, units: i64) -> Option<Decimal> {
    let tiers = price.lines("tiers");
    let mut all: Vec<(i64, Decimal)> = tiers
        .filter_map(|line| Some((line.integer("from_units")?, line.decimal("price")?)))
        .collect();
    all.sort_by_key(|(from, _)| *from);
    let reached = all.iter().rev().find(|(from, _)| *from <= units);
    reached.or_else(|| all.first()).map(|(_, price)| *price)
}

/// One shipment of the chosen rows by one way to one place.
pub(crate) async fn ship(ground: &Ground<'_>, order: &Order) -> Result<Done, ChapterError> {
    let rows = chosen(ground, order).await?;
    let form: BTreeMap<String, Value> =
        order.form.iter().map(|(id, value)| (id.clone(), value.clone())).collect();
    let wanted = param(&form, "mode").map(|text| mode(Some(text)));
    let Some(to) = param(&form, "to") else {
        return Err(ChapterError::told("Say where the goods go", "请选择目的仓"));
    };
    let lines: Vec<Value> = rows
        .iter()
        .filter_map(|row| {
            let units = wanted.map_or(row.units(), |mode| units_by(row.proposal.as_ref(), mode));
            (units > 0).then(|| json!({ "sku": row.sku, "units": units }))
        })
        .collect();
    if lines.is_empty() {
        return Err(ChapterError::told(
            "Nothing is proposed by this way for the chosen rows",
            "所选行没有该运输方式的建议量",
        ));
    }
    let mut body = json!({ "mode": id(wanted.unwrap_or(Mode::Sea)), "to": to, "lines": lines });
    if let Some(from) = param(&form, "from") {
        body["from"] = json!(from);
    }
    let chapters = Product::alone();
    let book = Book::by_argosy(ground, &chapters);
    let saved = book.save(vec![new("shipment", body)], &order.who).await?;
    Ok(Done {
        says: both(
            "A shipment is planned: add boxes and papers, then book it",
            "已生成发货计划：请补充装箱与单据后订舱",
        ),
        records: saved.into_iter().map(|record| (record.kind, record.id)).collect(),
    })
}

fn id(mode: Mode) -> &'static str {
    match mode {
        Mode::Sea => "sea",
        Mode::Rail => "rail",
        Mode::Air => "air",
        Mode::Express => "express",
    }
}
