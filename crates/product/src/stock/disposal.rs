//! What to do with old stock: keep it, sell it at a discount, have it sent back or destroyed, or
//! liquidate it – each with the cash it brings from now on. What the goods have cost is spent and
//! does not count.

use std::collections::BTreeMap;

use argosy_chapter::{
    board::{Board, Detail, Row, Unit},
    face::{ChapterError, Ground},
};
use argosy_kernel::{Money, Text};
use rust_decimal::Decimal;
use serde_json::Value;

use crate::{
    asked::{Answer, Told, ask},
    choice::show::{fact, facts, noted, number, remark, row_id},
    model::supply::Supply,
    says::{both, percent, shown},
    worth::{Change, UnitCosts},
};

/// Days of a month, as storage is charged.
const MONTH: i64 = 30;
/// Days that sales and margins are counted over.
const SALES_DAYS: u64 = 90;

/// What is asked about one product in one market.
#[derive(Clone, PartialEq, Debug)]
struct Old {
    sku: String,
    store: String,
    market: String,
    units: i64,
    aged: i64,
    /// Units a day.
    pace: Decimal,
    /// Cash that a sold unit leaves from now on: contribution with what the goods cost put back.
    per_unit: Option<Decimal>,
    price: Option<Decimal>,
    /// Storage of a unit and month, aged-stock fees in it.
    storage: Option<Decimal>,
}

/// What the company says about ways out.
#[derive(Clone, PartialEq, Debug)]
struct Terms {
    months: Decimal,
    discount: Decimal,
    lift: Decimal,
    removal: Option<Decimal>,
    recovery: Decimal,
}

/// A way and the cash it brings, over all old units; with how it is worked out.
#[derive(Clone, PartialEq, Debug)]
struct Way {
    id: &'static str,
    cash: Option<Decimal>,
    working: Text,
}

/// All ways for some stock.
fn ways(old: &Old, terms: &Terms) -> Vec<Way> {
    let units = Decimal::from(old.aged);
    vec![
        selling("keep", old, terms, (Decimal::ZERO, Decimal::ONE)),
        selling("discount", old, terms, (terms.discount, terms.lift)),
        Way {
            id: "liquidate",
            cash: old.price.map(|price| price * terms.recovery * units),
            working: both(
                format!("{} of the price back, at once", percent(terms.recovery)),
                format!("立即按售价 {} 回收", percent(terms.recovery)),
            ),
        },
        Way {
            id: "remove",
            cash: terms.removal.map(|fee| -fee * units),
            working: both("the fee for each unit", "每件移除费"),
        },
    ]
}

/// Sells at the pace there is times `lift`, at a price lower by `discount`, for so many months; what
/// is then left is liquidated. Older units sell first, so storage is paid on half of what sells and
/// on all that does not.
fn selling(
    id: &'static str,
    old: &Old,
    terms: &Terms,
    (discount, lift): (Decimal, Decimal),
) -> Way {
    let units = Decimal::from(old.aged);
    let days = terms.months * Decimal::from(MONTH);
    let pace = old.pace * lift;
    let sells = (pace * days).min(units);
    let takes = if pace.is_zero() { days } else { (units / pace).min(days) };
    let left = units - sells;
    let cash = old.per_unit.zip(old.price).zip(old.storage).map(|((per_unit, price), storage)| {
        // A lower price costs what it gives away; fees by share follow and are left out: a unit
        // then leaves a little more than said.
        let margin = per_unit - price * discount;
        let months = takes / Decimal::from(MONTH);
        let stored = sells / Decimal::TWO * months + left * terms.months;
        sells * margin - stored * storage + left * price * terms.recovery
    });
    let (sells, days) = (shown(sells.round()), shown(takes.round()));
    let rest = shown(left.round());
    Way {
        id,
        cash,
        working: both(
            format!(
                "{sells} sell in {days} days, {rest} are left and liquidated; storage until then"
            ),
            format!("{days} 天内售出 {sells} 件，剩余 {rest} 件清算；期间计仓储费"),
        ),
    }
}

/// The way that brings most; `None` where the outlook of keeping is not known.
fn best(ways: &[Way]) -> Option<&Way> {
    ways.iter().find(|way| way.id == "keep")?.cash?;
    ways.iter().filter(|way| way.cash.is_some()).max_by_key(|way| way.cash)
}

const METRICS_STOCK: &[&str] =
    &["stock_sellable", "stock_over_90", "stock_over_180", "stock_over_365"];
const METRICS_SALES: &[&str] =
    &["units_sold", "average_price", "contribution_3", "cogs", "storage_fee_per_unit"];

async fn old_stock(
    ground: &Ground<'_>,
    costs: &UnitCosts,
    older: &str,
) -> Result<Vec<Old>, ChapterError> {
    let by = ["product", "store", "market"];
    let stock = ask(ground, METRICS_STOCK, &by, 31, ground.currency).await?;
    let sales = ask(ground, METRICS_SALES, &by, SALES_DAYS, ground.currency).await?;
    let key = |answer: &Answer, row: &Told| {
        let of = |name: &str| answer.key(row, name).unwrap_or_default().to_owned();
        (of("product"), of("store"), of("market"))
    };
    let sales_of: BTreeMap<_, &Told> =
        sales.rows.iter().map(|row| (key(&sales, row), row)).collect();
    let metric = match older {
        "90" => "stock_over_90",
        "365" => "stock_over_365",
        _ => "stock_over_180",
    };
    let mut all = Vec::new();
    for row in &stock.rows {
        let of = key(&stock, row);
        let aged = stock.units(row, metric);
        if aged <= 0 || of.0.is_empty() {
            continue;
        }
        let sold = sales_of.get(&of).copied();
        let figure = |metric: &str| sold.and_then(|row| sales.figure(row, metric));
        let units = figure("units_sold").unwrap_or_default();
        let per_unit = match units > Decimal::ZERO {
            true => figure("contribution_3").map(|left| {
                let goods = figure("cogs").map_or_else(
                    || costs.of(&of.0).map(|known| known.cost.amount * units).unwrap_or_default(),
                    |goods| goods.abs(),
                );
                (left + goods) / units
            }),
            false => None,
        };
        all.push(Old {
            units: stock.units(row, "stock_sellable"),
            aged,
            pace: units / Decimal::from(SALES_DAYS),
            per_unit,
            price: figure("average_price"),
            storage: figure("storage_fee_per_unit").map(|fee| fee.abs()),
            sku: of.0,
            store: of.1,
            market: of.2,
        });
    }
    Ok(all)
}

fn terms(supply: &Supply, old: &Old, change: &Change, params: &BTreeMap<String, Value>) -> Terms {
    let of_place = supply.places.values().map(|place| &place.body).find(|place| {
        place.store.as_deref() == Some(old.store.as_str())
            && place.market.as_deref().is_none_or(|own| own == old.market)
    });
    let given = params.get("removal").cloned();
    let given: Option<Money> = given.and_then(|given| serde_json::from_value(given).ok());
    let removal = given.or_else(|| of_place?.removal_unit).and_then(|fee| change.money(fee));
    let share = |id: &str, usual: Decimal| number(params, id).unwrap_or(usual);
    let recovery = of_place.and_then(|place| place.liquidation_share);
    Terms {
        months: share("months", Decimal::from(6)),
        discount: share("discount", Decimal::new(20, 2)),
        lift: share("lift", Decimal::new(15, 1)),
        removal: removal.map(|fee| fee.amount),
        recovery: share("recovery", recovery.unwrap_or(Decimal::new(8, 2))),
    }
}

const KINDS: &[&str] = &["place", "item", "purchase_order"];

async fn all(
    ground: &Ground<'_>,
    params: &BTreeMap<String, Value>,
) -> Result<Vec<(Old, Vec<Way>)>, ChapterError> {
    let supply = Supply::read(ground, KINDS, &[]).await?;
    let change = Change::new(ground, ground.currency, ground.newest.unwrap_or(ground.today));
    let costs = UnitCosts::read(ground, &supply, &change).await?;
    let older = params.get("older").and_then(Value::as_str).unwrap_or("180");
    let old = old_stock(ground, &costs, older).await?;
    let with_ways = |old: Old| {
        let ways = ways(&old, &terms(&supply, &old, &change, params));
        (old, ways)
    };
    Ok(old.into_iter().map(with_ways).collect())
}

fn id_of(old: &Old) -> String {
    row_id(&[&old.sku, &old.store, &old.market])
}

pub(super) async fn board(
    ground: &Ground<'_>,
    params: &BTreeMap<String, Value>,
) -> Result<Board, ChapterError> {
    let money = |amount: Decimal| Money::new(amount, ground.currency).rounded();
    let mut board = Board { day: ground.newest, ..Board::default() };
    let (mut aged, mut gains) = (0_i64, Decimal::ZERO);
    for (old, ways) in all(ground, params).await? {
        aged += old.aged;
        let best = best(&ways);
        let keep = ways.iter().find(|way| way.id == "keep").and_then(|way| way.cash);
        let gain = best.and_then(|way| way.cash).zip(keep).map(|(best, keep)| best - keep);
        gains += gain.unwrap_or_default();
        let mut row = Row::new(id_of(&old))
            .with("sku", old.sku.as_str())
            .with("store", old.store.as_str())
            .with("market", old.market.as_str())
            .with("units", old.units)
            .with("aged", old.aged)
            .with("pace", (old.pace * Decimal::from(MONTH)).round_dp(1))
            .with("best", best.map(|way| way.id))
            .with("gain", gain.map(money));
        for way in &ways {
            row = match way.cash {
                Some(cash) => row.with(way.id, money(cash)),
                None => row.noted(way.id, missing(&old, way.id)),
            };
        }
        board.rows.push(row);
    }
    board.tiles.insert("aged".to_owned(), aged.into());
    board.tiles.insert("gain".to_owned(), money(gains).into());
    board.remarks.push(remark("info", both(
        "Estimates: recovery and lift of a discount are assumptions of the board; set them above or at the warehouse (Unverified)",
        "估算：清算回收率与降价增销倍数为看板假设，可在上方或仓库档案中设定（未核实）",
    )));
    Ok(board)
}

/// Why the cash of a way is not known.
fn missing(old: &Old, way: &str) -> Text {
    match way {
        "remove" => both(
            "no removal fee: enter it above or at the warehouse",
            "无移除费：请在上方或仓库中填写",
        ),
        "liquidate" => both("no sale in 90 days tells a price", "90 天内无销售，售价未知"),
        _ if old.per_unit.is_none() => {
            both("no sale in 90 days tells a margin", "90 天内无销售，利润未知")
        }
        _ => both("no storage report tells what keeping costs", "无仓储费报告，保管费用未知"),
    }
}

pub(super) async fn detail(
    ground: &Ground<'_>,
    row: &str,
    params: &BTreeMap<String, Value>,
) -> Result<Option<Detail>, ChapterError> {
    let all = all(ground, params).await?;
    let Some((old, ways)) = all.into_iter().find(|(old, _)| id_of(old) == row) else {
        return Ok(None);
    };
    let money = |amount: Decimal| Money::new(amount.round_dp(4), ground.currency);
    let names = |id: &str| match id {
        "keep" => both("Keep", "继续销售"),
        "discount" => both("Discount", "降价促销"),
        "liquidate" => both("Liquidate", "清算"),
        _ => both("Remove", "移除"),
    };
    let known = vec![
        fact(
            both("Cash a sold unit leaves", "每售出一件净现金"),
            Unit::Money,
            old.per_unit.map(money),
        ),
        fact(both("Price", "均价"), Unit::Money, old.price.map(money)),
        fact(
            both("Storage of a unit, a month", "单件月仓储费"),
            Unit::Money,
            old.storage.map(money),
        ),
        fact(
            both("Sold a month", "月销量"),
            Unit::Number,
            (old.pace * Decimal::from(MONTH)).round_dp(1),
        ),
    ];
    let of_ways = ways.into_iter().map(|way| {
        noted(names(way.id), Unit::Money, way.cash.map(|cash| money(cash).rounded()), way.working)
    });
    let sections = vec![
        facts(both("What is known", "已知数据"), known),
        facts(both("Cash from now on, all old units", "后续现金（全部老库存）"), of_ways.collect()),
    ];
    Ok(Some(Detail { title: both(&old.sku, &old.sku), sections }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    fn old(aged: i64, pace: &str, per_unit: &str) -> Old {
        Old {
            sku: "LAMP".into(),
            store: "us".into(),
            market: "US".into(),
            units: aged,
            aged,
            pace: number(pace),
            per_unit: Some(number(per_unit)),
            price: Some(number("20")),
            storage: Some(number("0.5")),
        }
    }

    fn terms() -> Terms {
        Terms {
            months: number("6"),
            discount: number("0.2"),
            lift: number("1.5"),
            removal: Some(number("0.6")),
            recovery: number("0.1"),
        }
    }

    fn cash(old: &Old, way: &str) -> Decimal {
        ways(old, &terms()).into_iter().find(|one| one.id == way).unwrap().cash.unwrap()
    }

    #[test]
    fn stock_that_sells_well_is_kept() {
        let old = old(90, "1", "8");
        // All 90 sell in 90 days: 720 earned, half of them stored three months at 0.50.
        assert_eq!(cash(&old, "keep"), number("652.5"));
        assert_eq!(best(&ways(&old, &terms())).unwrap().id, "keep");
    }

    #[test]
    fn stock_that_never_sells_is_liquidated_rather_than_stored() {
        let old = old(100, "0", "8");
        assert_eq!(cash(&old, "keep"), number("-100"), "200 back later, 300 of storage until then");
        assert_eq!(cash(&old, "liquidate"), number("200"));
        assert_eq!(cash(&old, "remove"), number("-60"));
        assert_eq!(best(&ways(&old, &terms())).unwrap().id, "liquidate");
    }

    #[test]
    fn where_keeping_is_not_known_nothing_is_called_best() {
        let unknown = Old { storage: None, ..old(100, "1", "8") };
        assert_eq!(best(&ways(&unknown, &terms())), None);
    }
}
