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
            // When deferred money is or was released, where the report says so.
            day("release_day"),
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
            // Which report tells it: campaign, ad_group, ad, placement, target, product, search_term.
            // The same clicks are told once per level: levels are never added.
            text_required("level"),
            text("ad_product"),
            text("campaign_id"),
            text("campaign"),
            text("ad_group_id"),
            text("ad_id"),
            text("ad"),
            text("ad_group"),
            text("target"),
            text("match_type"),
            text("placement"),
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
            // Conversions of channels that split one over several ads, and what kind they are:
            // kinds are never added.
            money("results"),
            text("result_type"),
            count("attribution_days"),
        ],
        Table::Traffic => vec![
            required(day("day_to")),
            // What a row covers: listing, market, page, source. The same visits are told once per
            // level: levels are never added.
            text_required("level"),
            text("source"),
            text("medium"),
            text("campaign"),
            text("page"),
            text("device"),
            text("country"),
            text("seller_sku"),
            text("asin"),
            text("parent_asin"),
            count("users"),
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
        Table::Movements => vec![
            at("at"),
            text("place"),
            text("seller_sku"),
            text("fnsku"),
            text("asin"),
            // shipped, returned, received, transfer, lost, found, damaged, disposed, removed, other
            text_required("kind"),
            // sellable, unsellable, or the channel's own word for the state of the goods
            text("disposition"),
            text("reason"),
            // Positive into the place, negative out of it.
            required(count("units")),
            text("order_id"),
            text("reference"),
        ],
        Table::Details => vec![
            required(day("day_to")),
            // storage, aged_storage, fee_preview, economics, reimbursement, removal, coupon …
            text_required("kind"),
            text("line"),
            text("fee_type"),
            text("place"),
            text("seller_sku"),
            text("fnsku"),
            text("asin"),
            text("order_id"),
            text("reference"),
            text("reason"),
            // "unit" when the amount is for one unit, "period" when for all of them in the period.
            text_required("per"),
            count("units"),
            // Volume, weight or another measure the amount was reckoned on, with its unit.
            money("quantity"),
            text("quantity_unit"),
            required(money("amount")),
            text_required("currency"),
        ],
        Table::Listings => vec![
            at("at"),
            text("listing_id"),
            text("seller_sku"),
            text("asin"),
            text("parent_id"),
            text("title"),
            text("brand"),
            text("product_type"),
            text("status"),
            text("condition"),
            text("fulfilment"),
            count("units"),
            money("price"),
            money("list_price"),
            money("unit_cost"),
            text("currency"),
            at("opened_at"),
        ],
        Table::Search => vec![
            required(day("day_to")),
            // Which report tells it: search_terms, query_performance, catalogue, search_console …
            text_required("kind"),
            text("term"),
            count("term_rank"),
            count("term_volume"),
            text("page"),
            text("country"),
            text("device"),
            text("asin"),
            // Place of the listing or page for the term; a mean has decimals.
            money("position"),
            count("impressions_total"),
            count("impressions"),
            count("clicks_total"),
            count("clicks"),
            money("click_share"),
            count("cart_adds_total"),
            count("cart_adds"),
            count("purchases_total"),
            count("purchases"),
            money("conversion_share"),
            money("sales"),
            text("currency"),
        ],
        Table::Reviews => vec![
            at("at"),
            // review, rating, return, message
            text_required("kind"),
            text_required("id"),
            text("order_id"),
            text("seller_sku"),
            text("asin"),
            text("fnsku"),
            money("rating"),
            text("reason"),
            text("disposition"),
            text("status"),
            count("units"),
            text("language"),
            text("text"),
        ],
        Table::Changes => vec![
            required(at("at")),
            // campaign, ad_group, target, listing, account …
            text_required("subject_kind"),
            text("subject_id"),
            text("subject"),
            text("seller_sku"),
            text_required("field"),
            text("before"),
            text("after"),
            text("actor"),
        ],
        Table::Events => vec![
            required(at("at")),
            text_required("event"),
            text("visitor"),
            text("session"),
            text("source"),
            text("medium"),
            text("campaign"),
            text("page"),
            text("device"),
            text("country"),
            text("seller_sku"),
            text("order_id"),
            count("units"),
            money("value"),
            text("currency"),
        ],
        Table::Measures => vec![
            required(day("day_to")),
            // What is measured: asin, coupon, promotion, account, email_campaign, buyer …
            text_required("subject_kind"),
            text("subject_id"),
            text("subject"),
            text("seller_sku"),
            text("asin"),
            // The other side of a pair (bought together with).
            text("other"),
            text_required("measure"),
            required(money("value")),
            // Only where the value is money.
            text("currency"),
        ],
        Table::Bank => vec![
            at("at"),
            text("account"),
            required(money("amount")),
            text_required("currency"),
            money("balance"),
            text("reference"),
            text("counterparty"),
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
