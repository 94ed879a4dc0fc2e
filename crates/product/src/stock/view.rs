//! The board of stock: what is where, in transit and in production, by batch and age.

use std::collections::BTreeMap;

use argosy_chapter::{
    board::{Board, Cell, Column, Detail, Row, Unit},
    face::{ChapterError, Ground},
    kind::Choice,
};
use argosy_kernel::{Day, Money};
use rust_decimal::Decimal;
use serde_json::Value;

use super::{keep, ledger};
use crate::{
    asked::{Answer, Told, ask},
    choice::show::{column, param, remark, row_id, table},
    model::supply::Supply,
    purchasing::progress,
    says::both,
    worth::{Change, UnitCosts},
};

/// Days in which a place must have sent a stock report to be shown.
const REPORT_DAYS: u64 = 31;
/// Days that sales are counted over.
const SALES_DAYS: i64 = 28;

const METRICS: &[&str] = &[
    "stock_sellable",
    "stock_reserved",
    "stock_unsellable",
    "stock_inbound",
    "stock_over_90",
    "stock_over_180",
    "stock_over_365",
];

/// One row before it is laid out.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct Lot {
    sku: String,
    /// `reported`, `counted`, `in_transit` or `in_production`.
    is: &'static str,
    place: String,
    batch: String,
    sellable: i64,
    reserved: i64,
    unsellable: i64,
    coming: i64,
    over_90: Option<i64>,
    over_180: Option<i64>,
    over_365: Option<i64>,
    oldest: Option<Day>,
    expires_on: Option<Day>,
    expected: Option<Day>,
    sold: Option<i64>,
    document: Option<String>,
}

impl Lot {
    fn id(&self) -> String {
        row_id(&[&self.sku, self.is, &self.place, &self.batch])
    }

    fn units(&self) -> i64 {
        self.sellable + self.reserved + self.unsellable + self.coming
    }
}

async fn lots(ground: &Ground<'_>, supply: &Supply) -> Result<Vec<Lot>, ChapterError> {
    let mut lots = reported(ground, supply).await?;
    let sold = keep::sold(ground, supply).await?;
    let balance = ledger::balance(&ledger::entries(supply, &sold));
    for ((place, sku, batch), there) in balance {
        if there.units == 0 {
            continue;
        }
        let today = ground.today;
        lots.push(Lot {
            sku,
            is: "counted",
            place,
            batch: batch.unwrap_or_default(),
            sellable: there.units - there.damaged,
            unsellable: there.damaged,
            over_90: Some(there.older_than(90, today)),
            over_180: Some(there.older_than(180, today)),
            over_365: Some(there.older_than(365, today)),
            oldest: there.layers.first().map(|(day, _)| *day),
            expires_on: there.expires_on,
            ..Lot::default()
        });
    }
    lots.extend(on_the_way(supply));
    Ok(lots)
}

/// What stock reports tell, newest snapshot of each place.
async fn reported(ground: &Ground<'_>, supply: &Supply) -> Result<Vec<Lot>, ChapterError> {
    let by = ["product", "store", "market", "place"];
    let stock = ask(ground, METRICS, &by, REPORT_DAYS, ground.currency).await?;
    let by = ["product", "store", "market"];
    let sales =
        ask(ground, &["units_sold"], &by, SALES_DAYS.unsigned_abs(), ground.currency).await?;
    let key = |answer: &Answer, row: &Told| {
        let of = |name: &str| answer.key(row, name).unwrap_or_default().to_owned();
        (of("product"), of("store"), of("market"))
    };
    let sold: BTreeMap<_, i64> =
        sales.rows.iter().map(|row| (key(&sales, row), sales.units(row, "units_sold"))).collect();
    let mut lots = Vec::new();
    for row in &stock.rows {
        let Some(sku) = stock.key(row, "product") else { continue };
        let units = |metric: &str| stock.units(row, metric);
        let of = key(&stock, row);
        let place = named(supply, (&of.1, &of.2), stock.key(row, "place"));
        let aged = |metric: &str| stock.figure(row, metric).map(|_| units(metric));
        let lot = Lot {
            sku: sku.to_owned(),
            is: "reported",
            place,
            sellable: units("stock_sellable"),
            reserved: units("stock_reserved"),
            unsellable: units("stock_unsellable"),
            coming: units("stock_inbound"),
            over_90: aged("stock_over_90"),
            over_180: aged("stock_over_180"),
            over_365: aged("stock_over_365"),
            sold: sold.get(&of).copied(),
            ..Lot::default()
        };
        if lot.units() != 0 || lot.sold.is_some_and(|sold| sold > 0) {
            lots.push(lot);
        }
    }
    Ok(lots)
}

/// The warehouse that a report means: the one that says so, else the report's own words.
fn named(supply: &Supply, (store, market): (&str, &str), reported: Option<&str>) -> String {
    let fits = |place: &&crate::model::item::Place| {
        place.store.as_deref().is_none_or(|own| own == store)
            && place.market.as_deref().is_none_or(|own| own == market)
    };
    let known = supply.places.values().map(|place| &place.body);
    let by_name = known.clone().find(|place| {
        place.in_reports.is_some() && place.in_reports.as_deref() == reported && fits(place)
    });
    let by_store = || {
        let mut of_store = known.clone().filter(|place| place.kind == "fba" && fits(place));
        of_store.find(|place| place.store.is_some() && place.in_reports.is_none())
    };
    match by_name.or_else(by_store) {
        Some(place) => place.code.clone(),
        None => {
            let words = [Some(store), Some(market).filter(|one| !one.is_empty()), reported];
            words.into_iter().flatten().collect::<Vec<_>>().join(" ")
        }
    }
}

/// Shipments that left or wait to leave with bought goods, and orders not on a shipment yet.
fn on_the_way(supply: &Supply) -> Vec<Lot> {
    let mut lots = Vec::new();
    let shipments = progress::of_shipments(supply);
    for (id, shipment) in &supply.shipments {
        if shipment.is(&["cancelled", "received", "closed"]) {
            continue;
        }
        let of = &shipment.body;
        // Goods that have not left an own place are still counted there.
        let left = of.left(&shipment.state).is_some();
        let from_own = of
            .from
            .as_ref()
            .and_then(|from| supply.places.get(from))
            .is_some_and(|place| place.body.holds_own_goods());
        if !left && from_own {
            continue;
        }
        for (sku, state) in shipments.get(id).into_iter().flatten() {
            if state.open() > 0 {
                lots.push(Lot {
                    sku: sku.clone(),
                    is: "in_transit",
                    place: of.to.clone(),
                    batch: id.clone(),
                    coming: state.open(),
                    expected: of.eta,
                    document: Some(id.clone()),
                    ..Lot::default()
                });
            }
        }
    }
    for (id, skus) in progress::of_orders(supply) {
        let Some(order) = supply.orders.get(&id) else { continue };
        if !order.is(&["approved", "sent", "in_production", "ready", "shipped"]) {
            continue;
        }
        for (sku, state) in skus {
            if state.unshipped() > 0 {
                let line = order.body.lines.iter().find(|line| line.sku == sku);
                lots.push(Lot {
                    sku,
                    is: "in_production",
                    place: order.body.deliver_to.clone().unwrap_or_default(),
                    batch: id.clone(),
                    coming: state.unshipped(),
                    expected: line.and_then(|line| order.body.due_of(line)),
                    document: Some(id.clone()),
                    ..Lot::default()
                });
            }
        }
    }
    lots
}

pub(super) async fn board(
    ground: &Ground<'_>,
    params: &BTreeMap<String, Value>,
) -> Result<Board, ChapterError> {
    let supply = Supply::read(ground, ledger::KINDS, &[]).await?;
    let change = Change::new(ground, ground.currency, ground.today);
    let costs = UnitCosts::read(ground, &supply, &change).await?;
    let names: BTreeMap<&str, &str> = ground
        .desk_data
        .products
        .iter()
        .map(|product| (product.sku.as_str(), product.name.as_str()))
        .collect();
    let (sku, place, is) = (param(params, "sku"), param(params, "place"), param(params, "is"));
    let mut board = Board { day: ground.newest, ..Board::default() };
    let mut sums: BTreeMap<&str, i64> = BTreeMap::new();
    let (mut value, mut uncosted) = (Decimal::ZERO, 0_i64);
    for lot in lots(ground, &supply).await? {
        if sku.is_some_and(|sku| sku != lot.sku)
            || place.is_some_and(|place| place != lot.place)
            || is.is_some_and(|is| is != lot.is)
        {
            continue;
        }
        // What a report expects to come is on our own shipments too, where they are kept.
        let own = lot.units() - if lot.is == "reported" { lot.coming } else { 0 };
        *sums.entry(lot.is).or_default() += own;
        let cost = costs.of(&lot.sku).map(|known| known.cost.amount * Decimal::from(own));
        match cost {
            Some(cost) if lot.is != "in_production" => value += cost,
            None if own > 0 => uncosted += own,
            _ => {}
        }
        let cost = cost.map(|cost| Money::new(cost, ground.currency).rounded());
        board.rows.push(row(&lot, names.get(lot.sku.as_str()).copied(), cost, ground.today));
    }
    for id in ["reported", "counted", "in_transit", "in_production"] {
        board.tiles.insert(id.to_owned(), sums.get(id).copied().unwrap_or_default().into());
    }
    board.tiles.insert("value".to_owned(), Money::new(value, ground.currency).rounded().into());
    if uncosted > 0 {
        board.remarks.push(remark(
            "warning",
            both(
                format!("{uncosted} units have no unit cost and are not in the value"),
                format!("{uncosted} 件没有单位成本，未计入金额"),
            ),
        ));
    }
    Ok(board)
}

fn row(lot: &Lot, name: Option<&str>, value: Option<Money>, today: Day) -> Row {
    let cover = lot
        .sold
        .filter(|sold| *sold > 0)
        .map(|sold| (Decimal::from(lot.sellable * SALES_DAYS) / Decimal::from(sold)).round_dp(0));
    let cover: Cell = cover.and_then(|days| i64::try_from(days).ok()).into();
    let units = |units: i64| Some(units).filter(|units| *units != 0);
    Row::new(lot.id())
        .with("sku", lot.sku.as_str())
        .with("name", name)
        .with("is", lot.is)
        .with("place", lot.place.as_str())
        .with("batch", Some(lot.batch.as_str()).filter(|batch| !batch.is_empty()))
        .with("sellable", units(lot.sellable))
        .with("reserved", units(lot.reserved))
        .with("unsellable", units(lot.unsellable))
        .with("coming", units(lot.coming))
        .with("over_90", lot.over_90)
        .with("over_180", lot.over_180)
        .with("over_365", lot.over_365)
        .with("age", lot.oldest.map(|day| (today - day).num_days()))
        .with("expires_on", lot.expires_on)
        .with("expected", lot.expected)
        .with("late", lot.expected.map(|day| (today - day).num_days()).filter(|days| *days > 0))
        .with("sold", lot.sold)
        .with("cover", cover)
        .with("value", value)
        .with("document", lot.document.clone())
}

/// The column that says where goods are.
fn wheres() -> Column {
    let names = [
        ("reported", both("by stock reports", "报告库存")),
        ("counted", both("counted here", "自营仓库存")),
        ("in_transit", both("in transit", "在途")),
        ("in_production", both("in production", "生产中")),
    ];
    let choice = |(id, name): (&str, _)| Choice { id: id.to_owned(), name };
    let mut wheres = column("is", both("Where", "状态"), Unit::Choice);
    wheres.choices = names.into_iter().map(choice).collect();
    wheres
}

pub(super) async fn detail(ground: &Ground<'_>, id: &str) -> Result<Option<Detail>, ChapterError> {
    let supply = Supply::read(ground, ledger::KINDS, &[]).await?;
    let lots = lots(ground, &supply).await?;
    let Some(lot) = lots.iter().find(|lot| lot.id() == id) else { return Ok(None) };
    let mut sections = Vec::new();
    if lot.is == "counted" {
        let sold = keep::sold(ground, &supply).await?;
        let columns = vec![
            column("day", both("Day", "日期"), Unit::Day),
            column("why", both("What", "事项"), Unit::Words),
            column("units", both("Units", "数量"), Unit::Integer),
            column("there", both("Then there", "结存"), Unit::Integer),
            column("batch", both("Batch", "批次"), Unit::Text),
            column("document", both("Document", "单据"), Unit::Text),
        ];
        let mut there = 0;
        let entries = ledger::entries(&supply, &sold);
        let of_lot = entries.iter().filter(|one| one.place == lot.place && one.sku == lot.sku);
        let rows = of_lot.enumerate().map(|(at, one)| {
            there += one.units;
            Row::new(at.to_string())
                .with("day", one.day)
                .with("why", one.why.says())
                .with("units", one.units)
                .with("there", there)
                .with("batch", one.batch.clone())
                .with("document", Some(one.document.clone()).filter(|id| !id.is_empty()))
        });
        sections.push(table(both("Ins and outs", "出入库明细"), columns, rows.collect()));
    }
    let columns = vec![
        wheres(),
        column("place", both("Place", "仓库"), Unit::Text),
        column("units", both("Units", "数量"), Unit::Integer),
        column("expected", both("Expected", "预计"), Unit::Day),
    ];
    let same = lots.iter().filter(|one| one.sku == lot.sku).map(|one| {
        Row::new(one.id())
            .with("is", one.is)
            .with("place", one.place.as_str())
            .with("units", one.units())
            .with("expected", one.expected)
    });
    sections.push(table(both("All of this SKU", "该 SKU 全部库存"), columns, same.collect()));
    Ok(Some(Detail { title: both(&lot.sku, &lot.sku), sections }))
}
