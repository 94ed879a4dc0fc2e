//! Booked cost into figures: cost of goods sold for questions, write-offs as rows of the ledger.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use argosy_facts::{
    FactsError,
    arrow::{
        array::{ArrayRef, Date32Array, Decimal128Array, Int64Array, RecordBatch, StringArray},
        datatypes::{DataType, Field, Schema},
    },
    schema::{MONEY, MONEY_SCALE},
};
use argosy_kernel::{Day, Money, Period};
use rust_decimal::Decimal;

use super::book::{Book, Booking};
use crate::{
    chart::COGS,
    dimension::{Dimension, Source},
    fetch::{Gathered, GoodsRow},
    frame::Frame,
    goods::{Goods, ListingKey},
    money::Basis,
    plan,
    question::AskError,
    rows::{Numbers, Texts, day_number},
};

/// The table of booked cost of goods sold.
const TABLE: &str = "goods_booked";

/// Dimensions that bookings know themselves; the others are known by the sales in the ledger only.
fn knows(dimension: Dimension) -> bool {
    use Dimension::{Channel, Day, Line, Market, Month, Product, SellerSku, Stage, Store, Week};
    matches!(
        dimension,
        Day | Week | Month | Channel | Market | Store | Product | SellerSku | Line | Stage
    )
}

/// The cost of goods by `by`, where layers are kept and bookings know all the question speaks of.
pub(crate) async fn rows(
    frame: &Frame<'_>,
    by: &[Dimension],
    period: Period,
    gathered: &mut Gathered,
) -> Result<Option<Vec<GoodsRow>>, AskError> {
    let asked = by.iter().copied().chain(frame.condition_dimensions());
    let Some(book) = frame.book().await? else { return Ok(None) };
    gathered.cost_rules = book.rules.clone();
    // On the basis of orders, sales stand on other days than their goods left, also such that no
    // statement tells yet.
    if !asked.into_iter().all(knows) || frame.basis == Basis::Order {
        return Ok(None);
    }
    let sold = match book.sold.get() {
        Some(sold) => sold.clone(),
        None => {
            let rows: Vec<&Booking> =
                book.bookings.iter().filter(|booking| booking.line == COGS).collect();
            let sold = table(&rows)?;
            book.sold.get_or_init(|| sold).clone()
        }
    };
    frame.session.register(TABLE, vec![sold])?;
    let (from, to) = (book.currency.code(), frame.currency.code());
    if from != to {
        let rates = frame.rates.table(&BTreeSet::from([from.to_owned()]), to, period)?;
        frame.session.register("fx", vec![rates])?;
        gathered.converted = true;
    }
    let sql = sql(frame, by, period, (from != to).then_some(from))?;
    let mut rows = Vec::new();
    for batch in frame.session.query(&sql).await? {
        let keys = (0..by.len()).map(|at| Texts::of(&batch, at)).collect::<Result<Vec<_>, _>>()?;
        let numbers = (by.len()..by.len() + 3)
            .map(|at| Numbers::of(&batch, at))
            .collect::<Result<Vec<_>, _>>()?;
        for row in 0..batch.num_rows() {
            let without_cost = numbers[2].at(row).filter(|units| !units.is_zero());
            if let Some(without) = without_cost {
                *gathered.units_without_cost.get_or_insert_default() += without;
            }
            rows.push(GoodsRow {
                key: keys.iter().map(|key| key.at(row)).collect(),
                cost: numbers[0].at(row),
                units: numbers[1].at(row),
                without_cost,
            });
        }
    }
    gathered.sql.push(sql);
    Ok(Some(rows))
}

fn sql(
    frame: &Frame<'_>,
    by: &[Dimension],
    period: Period,
    from: Option<&str>,
) -> Result<String, AskError> {
    let conditions = frame.conditions(Source::Goods)?;
    let relation = if conditions.outer.is_empty() { "f" } else { "b" };
    let column = |dimension: &Dimension| match dimension {
        Dimension::Product => format!("{relation}.\"sku\""),
        other => plan::column(*other, Source::Goods, relation, frame.chart()).sql,
    };
    let mut select: Vec<String> =
        by.iter().enumerate().map(|(at, by)| format!("{} AS k{at}", column(by))).collect();
    let (cost, without) = match from {
        None => (format!("{relation}.\"cost\""), format!("{relation}.\"without\"")),
        Some(_) => (
            format!("{relation}.\"cost\" * x.\"rate\""),
            format!(
                "CASE WHEN x.\"rate\" IS NULL THEN {relation}.\"units\" \
                 ELSE {relation}.\"without\" END"
            ),
        ),
    };
    select.push(format!("sum({cost}) AS m0"));
    select.push(format!("sum({relation}.\"units\") AS m1"));
    select.push(format!("sum({without}) AS m2"));
    let mut joins = String::new();
    if relation == "b" {
        joins += &format!(
            "\nJOIN (SELECT DISTINCT g.\"sku\" FROM {TABLE} g) p \
             ON p.\"sku\" IS NOT DISTINCT FROM b.\"sku\""
        );
    }
    if let Some(from) = from {
        joins += &format!(
            "\nLEFT JOIN fx x ON x.\"day\" = {relation}.\"day\" AND x.\"currency\" = '{from}'"
        );
    }
    let mut parts = vec![format!(
        "{relation}.\"day\" >= DATE '{}' AND {relation}.\"day\" <= DATE '{}'",
        period.from, period.to
    )];
    parts.extend(conditions.inner);
    parts.extend(conditions.outer);
    let group = if by.is_empty() {
        String::new()
    } else {
        let numbers: Vec<String> = (1..=by.len()).map(|at| at.to_string()).collect();
        format!("\nGROUP BY {}", numbers.join(", "))
    };
    Ok(format!(
        "SELECT {}\nFROM {TABLE} {relation}{joins}\nWHERE {}{group}",
        select.join(", "),
        parts.join("\n  AND ")
    ))
}

fn mantissa(mut amount: Decimal) -> i128 {
    amount.rescale(MONEY_SCALE.unsigned_abs().into());
    amount.mantissa()
}

/// All units, with and without cost: as in the goods of dated costs.
fn table(sold: &[&Booking]) -> Result<RecordBatch, FactsError> {
    let text = |name: &str| Field::new(name, DataType::Utf8, true);
    let count = |name: &str| Field::new(name, DataType::Int64, false);
    let schema = Schema::new(vec![
        text("store"),
        text("channel"),
        text("market"),
        text("seller_sku"),
        text("sku"),
        Field::new("day", DataType::Date32, false),
        count("units"),
        Field::new("cost", MONEY, true),
        count("without"),
    ]);
    let texts = |of: &dyn Fn(&Booking) -> Option<String>| -> ArrayRef {
        Arc::new(sold.iter().map(|booking| of(booking)).collect::<StringArray>())
    };
    let counts = |of: fn(&Booking) -> i64| -> ArrayRef {
        Arc::new(Int64Array::from_iter_values(sold.iter().map(|booking| of(booking))))
    };
    // Bookings without any cost give none, so that nothing known stays unknown.
    let cost = |booking: &&Booking| {
        (booking.units != 0 || !booking.cost.is_zero()).then(|| mantissa(booking.cost))
    };
    Ok(RecordBatch::try_new(
        Arc::new(schema),
        vec![
            texts(&|booking| Some(booking.listing.store.clone())),
            texts(&|booking| Some(booking.listing.channel.clone())),
            texts(&|booking| booking.listing.market.clone()),
            texts(&|booking| Some(booking.listing.seller_sku.clone())),
            texts(&|booking| booking.sku.as_deref().map(str::to_owned)),
            Arc::new(Date32Array::from_iter_values(sold.iter().map(|b| day_number(b.day)))),
            counts(|booking| booking.units + booking.without),
            Arc::new(sold.iter().map(cost).collect::<Decimal128Array>().with_data_type(MONEY)),
            counts(|booking| booking.without),
        ],
    )?)
}

/// Unit costs by listing and day, for questions that only sales can answer (by order, statement or
/// currency, or on the day of the order): what a unit that left that day cost on average.
pub(crate) fn dated(book: &Book, goods: &Goods) -> Goods {
    let mut days: BTreeMap<ListingKey, BTreeMap<Day, (i64, Decimal)>> = BTreeMap::new();
    for booking in book.bookings.iter().filter(|b| b.line == COGS && b.units > 0) {
        let listing = &booking.listing;
        let key = (listing.store.clone(), listing.seller_sku.clone(), listing.market.clone());
        let day = days.entry(key).or_default().entry(booking.day).or_default();
        day.0 += booking.units;
        day.1 += booking.cost;
    }
    let costs = days.into_iter().flat_map(|((store, seller_sku, market), days)| {
        days.into_iter().map(move |(day, (units, cost))| {
            let unit = super::share::kept(cost / Decimal::from(units));
            let cost = Money::new(unit, book.currency);
            (store.clone(), seller_sku.clone(), market.clone(), day, cost)
        })
    });
    goods.with_costs(costs)
}
