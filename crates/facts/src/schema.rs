//! The columns of every fact table (DESIGN §5).
//!
//! All tables begin with where and when, and end with lineage. Money is `Decimal128(20, 6)` in the
//! natural unit beside an ISO 4217 code; instants are UTC microseconds; days are market-local.
//! No Arrow dictionary types: Parquet encodes dictionaries anyway, and a cluster cannot read them.

use std::sync::{Arc, LazyLock};

use argosy_kernel::Table;
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};

/// Digits of a money amount in all, and after the point (micros fit).
pub const MONEY_PRECISION: u8 = 20;
pub const MONEY_SCALE: i8 = 6;
/// The type of every amount of money.
pub const MONEY: DataType = DataType::Decimal128(MONEY_PRECISION, MONEY_SCALE);

/// The type of every instant: UTC, microseconds.
pub fn instant() -> DataType {
    DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()))
}

/// Lineage columns: they say where a row came from, not what it says, and are left out of hashes
/// (`container` is part of the content).
pub const LINEAGE: [&str; 3] = ["definition", "raw", "row"];

/// The Arrow schema of a fact table.
pub fn schema(table: Table) -> SchemaRef {
    static SCHEMAS: LazyLock<Vec<SchemaRef>> =
        LazyLock::new(|| Table::ALL.into_iter().map(|table| Arc::new(build(table))).collect());
    let index = Table::ALL.iter().position(|known| *known == table).unwrap_or_default();
    SCHEMAS[index].clone()
}

fn text(name: &str) -> Field {
    Field::new(name, DataType::Utf8, true)
}

fn text_required(name: &str) -> Field {
    Field::new(name, DataType::Utf8, false)
}

fn count(name: &str) -> Field {
    Field::new(name, DataType::Int64, true)
}

fn money(name: &str) -> Field {
    Field::new(name, MONEY, true)
}

fn day(name: &str) -> Field {
    Field::new(name, DataType::Date32, true)
}

fn at(name: &str) -> Field {
    Field::new(name, instant(), true)
}

fn required(field: Field) -> Field {
    field.with_nullable(false)
}

fn build(table: Table) -> Schema {
    let mut fields = vec![
        text_required("store"),
        text_required("channel"),
        text("market"),
        required(day("day")),
    ];
    fields.extend(own_columns(table));
    fields.extend([
        text_required("container"),
        text_required("definition"),
        text_required("raw"),
        required(count("row")),
    ]);
    Schema::new(fields)
}

#[expect(clippy::too_many_lines, reason = "one flat list of columns reads best whole")]
fn own_columns(table: Table) -> Vec<Field> {
    match table {
        Table::Ledger => vec![
            at("at"),
            text_required("line"),
            required(money("amount")),
            text_required("currency"),
            Field::new("provisional", DataType::Boolean, false),
            text("seller_sku"),
            text("order_id"),
            count("units"),
            text("statement"),
            text("transaction"),
            text("fee_type"),
        ],
        Table::Orders => vec![
            at("at"),
            text_required("order_id"),
            text_required("order_line"),
            text("status"),
            text("seller_sku"),
            text("asin"),
            count("units"),
            text("currency"),
            money("item_price"),
            money("item_tax"),
            money("shipping_price"),
            money("shipping_tax"),
            money("discount"),
            text("fulfilment"),
            text("buyer"),
            text("ship_country"),
            at("updated_at"),
        ],
        Table::Ads => vec![
            required(day("day_to")),
            text("ad_product"),
            text("campaign"),
            text("ad_group"),
            text("target"),
            text("match_type"),
            text("search_term"),
            text("seller_sku"),
            text("asin"),
            count("impressions"),
            count("clicks"),
            money("cost"),
            text("currency"),
            money("sales"),
            count("orders"),
            count("units"),
            count("attribution_days"),
        ],
        Table::Traffic => vec![
            required(day("day_to")),
            text_required("level"),
            text("seller_sku"),
            text("asin"),
            text("parent_asin"),
            count("sessions"),
            count("page_views"),
            money("buy_box_fraction"),
            count("units_ordered"),
            count("order_items"),
            money("sales"),
            text("currency"),
        ],
        Table::Stock => vec![
            at("at"),
            text_required("place"),
            text("seller_sku"),
            text("fnsku"),
            text("asin"),
            text("condition"),
            text_required("state"),
            required(count("units")),
        ],
        Table::Controls => vec![
            text_required("statement"),
            text_required("name"),
            required(money("expected")),
            text_required("currency"),
            day("period_from"),
            day("period_to"),
            day("deposit_day"),
        ],
    }
}
