//! Every SKU with where it stands, and everything about one of them.

use std::collections::BTreeMap;

use argosy_chapter::{
    board::{Board, Detail, Fact, Row, Section, Unit},
    face::{ChapterError, Ground},
};
use argosy_kernel::{Money, Text};
use rust_decimal::Decimal;
use serde_json::Value;

use crate::{
    asked::ask,
    choice::show::{column, fact, facts, noted, param, table},
    model::{
        item::Item,
        supply::{ALL, Supply},
    },
    purchasing::progress,
    says::{both, joined},
    stock::ledger,
    suppliers::prices,
    worth::{Change, UnitCosts},
};

/// Days of stock and sales that the board looks at.
const DAYS: u64 = 28;

/// What stands at each SKU.
#[derive(Clone, Copy, Default)]
struct Stand {
    stock: i64,
    coming: i64,
    ordered: i64,
    sold: i64,
}

async fn stands(
    ground: &Ground<'_>,
    supply: &Supply,
) -> Result<BTreeMap<String, Stand>, ChapterError> {
    let mut stands: BTreeMap<String, Stand> = BTreeMap::new();
    let metrics = ["stock_sellable", "units_sold"];
    let answer = ask(ground, &metrics, &["product"], DAYS, ground.currency).await?;
    for row in &answer.rows {
        let Some(sku) = answer.key(row, "product") else { continue };
        let stand = stands.entry(sku.to_owned()).or_default();
        stand.stock += answer.units(row, "stock_sellable");
        stand.sold += answer.units(row, "units_sold");
    }
    for ((_, sku, _), there) in ledger::balance(&ledger::entries(supply, &[])) {
        stands.entry(sku).or_default().stock += (there.units - there.damaged).max(0);
    }
    for (id, skus) in progress::of_shipments(supply) {
        let gone = supply
            .shipments
            .get(&id)
            .is_some_and(|shipment| shipment.is(&["departed", "arrived", "customs"]));
        for (sku, state) in skus.into_iter().filter(|_| gone) {
            stands.entry(sku).or_default().coming += state.open();
        }
    }
    for (id, skus) in progress::of_orders(supply) {
        let running = supply.orders.get(&id).is_some_and(|order| {
            order.is(&["approved", "sent", "in_production", "ready", "shipped"])
        });
        for (sku, state) in skus.into_iter().filter(|_| running) {
            stands.entry(sku).or_default().ordered += state.open();
        }
    }
    Ok(stands)
}

/// What a SKU's record lacks for buying, shipping and customs.
fn lacks(item: Option<&Item>) -> Vec<Text> {
    let Some(item) = item else {
        return vec![both("no record: make one", "无档案，请生成")];
    };
    let mut lacks = Vec::new();
    let mut ask = |has: bool, en: &str, zh: &str| {
        if !has {
            lacks.push(both(en, zh));
        }
    };
    ask(item.hs_code.is_some(), "HS code", "HS 编码");
    ask(item.origin.is_some(), "origin", "原产国");
    ask(item.unit_kg().is_some(), "weight", "重量");
    ask(item.unit_m3().is_some(), "size", "尺寸");
    ask(item.carton_units.is_some() || item.is_bundle(), "carton", "箱规");
    lacks
}

pub(super) async fn board(
    ground: &Ground<'_>,
    params: &BTreeMap<String, Value>,
) -> Result<Board, ChapterError> {
    let supply = Supply::read(ground, ALL, &[]).await?;
    let change = Change::new(ground, ground.currency, ground.today);
    let costs = UnitCosts::read(ground, &supply, &change).await?;
    let stands = stands(ground, &supply).await?;
    let (stage, wanted) = (param(params, "stage"), param(params, "family"));
    let mut board = Board { day: ground.newest, ..Board::default() };
    let (mut without, mut unclear, mut uncosted) = (0_i64, 0_i64, 0_i64);
    for product in ground.desk.products().await? {
        let item = supply.items.get(&product.sku).map(|one| &one.body);
        let own_stage = item.and_then(|item| item.stage.clone()).or(product.stage);
        let family = item.and_then(|item| item.family.clone());
        if stage.is_some_and(|stage| own_stage.as_deref() != Some(stage))
            || wanted.is_some_and(|wanted| family.as_deref() != Some(wanted))
        {
            continue;
        }
        let stand = stands.get(&product.sku).copied().unwrap_or_default();
        let lacks = lacks(item);
        let cost = costs.of(&product.sku);
        without += i64::from(item.is_none());
        unclear += i64::from(!lacks.is_empty());
        uncosted += i64::from(cost.is_none());
        let mut row = Row::new(&product.sku)
            .with("sku", product.sku.as_str())
            .with("name", product.name)
            .with("family", family)
            .with("kind", item.and_then(|item| item.kind.clone()))
            .with("role", item.and_then(|item| item.role.clone()))
            .with("stage", own_stage)
            .with("brand", product.brand)
            .with("category", product.category)
            .with("owner", product.owner)
            .with("stock", stand.stock)
            .with("coming", stand.coming)
            .with("ordered", stand.ordered)
            .with("sold", stand.sold)
            .with(
                "cost",
                cost.map(|known| Money::new(known.cost.amount.round_dp(4), known.cost.currency)),
            )
            .with("lacks", (!lacks.is_empty()).then(|| joined(&lacks, (", ", "、"))));
        if let Some(known) = cost {
            row = row.noted("cost", known.from.clone());
        }
        board.rows.push(row);
    }
    for (id, count) in [("without", without), ("unclear", unclear), ("uncosted", uncosted)] {
        board.tiles.insert(id.to_owned(), count.into());
    }
    Ok(board)
}

pub(super) async fn detail(ground: &Ground<'_>, sku: &str) -> Result<Option<Detail>, ChapterError> {
    let supply = Supply::read(ground, ALL, &[]).await?;
    let change = Change::new(ground, ground.currency, ground.today);
    let costs = UnitCosts::read(ground, &supply, &change).await?;
    let name = ground.desk_data.products.iter().find(|product| product.sku == sku);
    let Some(name) = name.map(|product| product.name.clone()) else { return Ok(None) };
    let item = supply.items.get(sku).map(|one| &one.body);
    let mut sections = vec![facts(both("Master data", "基础资料"), master(item, &costs, sku))];
    if let Some(bundle) = item.filter(|item| item.is_bundle()) {
        sections.push(components(bundle, &costs));
    }
    sections.push(stock(ground, &supply, sku).await?);
    sections.push(orders(&supply, ground, sku));
    sections.push(offers(&supply, ground, sku));
    Ok(Some(Detail { title: both(format!("{sku} {name}"), format!("{sku} {name}")), sections }))
}

fn master(item: Option<&Item>, costs: &UnitCosts, sku: &str) -> Vec<Fact> {
    let text = |of: fn(&Item) -> &Option<String>| item.and_then(|item| of(item).clone());
    let four = |value: Option<Decimal>| value.map(|value| value.round_dp(4));
    let mut lines = vec![
        fact(both("Product (SPU)", "所属产品"), Unit::Text, text(|item| &item.family)),
        fact(both("Category", "品类"), Unit::Text, text(|item| &item.category)),
        fact(both("HS code", "HS 编码"), Unit::Text, text(|item| &item.hs_code)),
        fact(both("Made in", "原产国"), Unit::Text, text(|item| &item.origin)),
        fact(
            both("Packed weight, kg", "包装重量（kg）"),
            Unit::Number,
            four(item.and_then(Item::unit_kg)),
        ),
        fact(
            both("Packed volume, m³", "包装体积（m³）"),
            Unit::Number,
            item.and_then(Item::unit_m3).map(|m3| m3.round_dp(6)),
        ),
        fact(
            both("Units in a carton", "单箱数量"),
            Unit::Integer,
            item.and_then(|item| item.carton_units),
        ),
    ];
    if let Some(known) = costs.of(sku) {
        let cost = Money::new(known.cost.amount.round_dp(4), known.cost.currency);
        lines.push(noted(both("Unit cost", "单位成本"), Unit::Money, cost, known.from.clone()));
    }
    let lacks = lacks(item);
    if !lacks.is_empty() {
        let missing = joined(&lacks, (", ", "、"));
        lines.push(fact(both("Still missing", "待补全"), Unit::Words, missing));
    }
    lines
}

fn components(bundle: &Item, costs: &UnitCosts) -> Section {
    let columns = vec![
        column("sku", both("SKU", "SKU"), Unit::Text),
        column("units", both("Units in it", "数量"), Unit::Integer),
        column("cost", both("Cost", "成本"), Unit::Money),
    ];
    let rows = bundle.components.iter().map(|part| {
        let cost = costs.of(&part.sku).map(|known| {
            let amount = known.cost.amount * Decimal::from(part.units);
            Money::new(amount.round_dp(4), known.cost.currency)
        });
        Row::new(&part.sku)
            .with("sku", part.sku.as_str())
            .with("units", part.units)
            .with("cost", cost)
    });
    table(both("Components", "组合明细"), columns, rows.collect())
}

async fn stock(ground: &Ground<'_>, supply: &Supply, sku: &str) -> Result<Section, ChapterError> {
    let columns = vec![
        column("place", both("Place", "仓库"), Unit::Text),
        column("units", both("Units", "数量"), Unit::Integer),
        column("expected", both("Expected", "预计"), Unit::Day),
    ];
    let mut rows = Vec::new();
    let by = ["product", "store", "market"];
    let answer = ask(ground, &["stock_sellable"], &by, DAYS, ground.currency).await?;
    for row in answer.rows.iter().filter(|row| answer.key(row, "product") == Some(sku)) {
        let of = |name: &str| answer.key(row, name).unwrap_or_default();
        let place = format!("{} {}", of("store"), of("market"));
        let units = answer.units(row, "stock_sellable");
        rows.push(Row::new(&place).with("place", place.as_str()).with("units", units));
    }
    let balance = ledger::balance(&ledger::entries(supply, &[]));
    let own = balance.iter().filter(|((_, of, _), there)| of == sku && there.units != 0);
    rows.extend(own.map(|((place, _, batch), there)| {
        let id = format!("{place} {}", batch.as_deref().unwrap_or_default());
        Row::new(&id).with("place", place.as_str()).with("units", there.units)
    }));
    for (id, skus) in progress::of_shipments(supply) {
        let Some(shipment) = supply.shipments.get(&id) else { continue };
        let open = skus.get(sku).map_or(0, progress::Progress::open);
        if open > 0 && shipment.is(&["departed", "arrived", "customs"]) {
            let row = Row::new(&id)
                .with("place", format!("{id} → {}", shipment.body.to))
                .with("units", open)
                .with("expected", shipment.body.eta);
            rows.push(row);
        }
    }
    Ok(table(both("Stock", "库存"), columns, rows))
}

fn orders(supply: &Supply, ground: &Ground<'_>, sku: &str) -> Section {
    let states = ground.kinds.get("purchase_order").and_then(|kind| kind.states.as_ref());
    let name = |id: &str| {
        let state = states.and_then(|states| states.states.iter().find(|one| one.id == id));
        state.map_or_else(|| both(id, id), |state| state.name.clone())
    };
    let columns = vec![
        column("order", both("Order", "采购单"), Unit::Text),
        column("supplier", both("Supplier", "供应商"), Unit::Text),
        column("state", both("State", "状态"), Unit::Words),
        column("price", both("Price", "单价"), Unit::Money),
        column("ordered", both("Ordered", "订购"), Unit::Integer),
        column("open", both("Still to come", "未到货"), Unit::Integer),
        column("due", both("Due", "交期"), Unit::Day),
    ];
    let progress = progress::of_orders(supply);
    let mut rows = Vec::new();
    for order in supply.orders.values().filter(|order| !order.is(&["cancelled"])) {
        let Some(line) = order.body.lines.iter().find(|line| line.sku == sku) else { continue };
        let open =
            progress.get(&order.id).and_then(|skus| skus.get(sku)).map(progress::Progress::open);
        let row = Row::new(&order.id)
            .with("order", order.id.as_str())
            .with("supplier", order.body.supplier.as_str())
            .with("state", name(&order.state))
            .with("price", Money::new(line.price, order.body.currency))
            .with("ordered", order.body.units_of(sku))
            .with("open", open)
            .with("due", order.body.due_of(line));
        rows.push(row);
    }
    table(both("Purchase orders", "采购单"), columns, rows)
}

fn offers(supply: &Supply, ground: &Ground<'_>, sku: &str) -> Section {
    let columns = vec![
        column("supplier", both("Supplier", "供应商"), Unit::Text),
        column("price", both("Price of the first tier", "首档单价"), Unit::Money),
        column("moq", both("Least order", "最小起订量"), Unit::Integer),
        column("lead", both("Lead time", "交期"), Unit::Days),
    ];
    let rows = supply.suppliers.keys().filter_map(|code| {
        let found = prices::lookup(supply, code, sku, 1, ground.today)?;
        let row = Row::new(code)
            .with("supplier", code.as_str())
            .with("price", found.price)
            .with("moq", found.moq)
            .with("lead", found.lead_days);
        Some(row)
    });
    table(both("Prices that hold today", "当前有效报价"), columns, rows.collect())
}
