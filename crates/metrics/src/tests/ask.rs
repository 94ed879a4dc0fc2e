//! Figures of small companies, worked out by hand.

use argosy_kernel::Currency;

use super::world::{World, day, question};
use crate::{AskError, Compare, Order};

const SALES: &str = "
    ledger: day=2026-06-10 amount=100 units=2 seller_sku=A order_id=1
    ledger: day=2026-06-10 line=referral_fee amount=-15 seller_sku=A order_id=1
    ledger: day=2026-06-20 amount=50 units=1 seller_sku=B order_id=2
    ledger: day=2026-06-20 line=ad_cost amount=-20
    ledger: store=jp market=JP currency=JPY day=2026-06-20 amount=3000 units=3 seller_sku=J order_id=3
";

#[tokio::test]
async fn money_is_converted_at_the_rate_of_each_event_day() {
    let world = World::new(SALES);
    // 100 / 2 on the 10th, 50 / 2.5 on the 20th, 3000 / 100.
    let mut ask = question(&["gross_sales"], &["market"]);
    assert_eq!(world.show(&ask).await, "JP: 30\nUS: 70\n= 100");
    ask.by = vec!["seller_sku".into()];
    assert_eq!(world.show(&ask).await, "A: 50\nB: 20\nJ: 30\n= 100");
    ask.by = vec!["week".into()];
    assert_eq!(world.show(&ask).await, "2026-06-08: 50\n2026-06-15: 50\n= 100");
    ask.currency = Currency::JPY;
    assert_eq!(world.show(&ask).await, "2026-06-08: 5000\n2026-06-15: 5000\n= 10000");
}

#[tokio::test]
async fn ratios_are_sums_divided_last_and_undefined_is_never_zero() {
    let world = World::new(SALES);
    let ask = question(&["tacos", "net_sales", "refund_rate"], &["store"]);
    assert_eq!(world.show(&ask).await, "jp: 0 30 0\nus: 0.114285714286 70 0\n= 0.08 100 0");
    let ask = question(&["acos", "sessions", "unit_session_rate"], &[]);
    assert_eq!(
        world.show(&ask).await,
        ": — (no ads facts in this scope) — (no traffic facts in this scope) \
         — (no traffic facts in this scope)\n= — (no ads facts in this scope) \
         — (no traffic facts in this scope) — (no traffic facts in this scope)"
    );
}

#[tokio::test]
async fn a_currency_without_rate_is_told_apart() {
    let world = World::new(&format!("{SALES} ledger: currency=XAU amount=7 row=9\n"));
    let answer = world.ask(&question(&["gross_sales"], &[])).await;
    assert_eq!(answer.totals["gross_sales"].known(), Some("100".parse().unwrap()));
    let [apart] = answer.notes.money_without_rate.as_slice() else { panic!("{:?}", answer.notes) };
    assert_eq!((apart.table, apart.rows), ("ledger", 1));
    assert_eq!(apart.money.map(|money| money.amount), Some("7".parse().unwrap()));
}

#[tokio::test]
async fn unit_costs_change_within_a_month_and_a_market_goes_before_the_general() {
    let world = World::new(SALES).costs(&[
        "A * 2026-01-01 4 USD",
        "A * 2026-06-11 9 USD",
        "B * 2026-01-01 5 USD",
        "B * 2026-06-15 10 USD",
        "J * 2026-01-01 1 CNY",
        "J JP 2026-01-01 40 CNY",
    ]);
    // A: 2 × 4 / 2; B: 1 × 10 / 2.5; J: 3 × 40 / 8.
    let ask = question(&["cogs", "units_sold"], &["product"]);
    assert_eq!(world.show(&ask).await, "A: 4 2\nB: 4 1\nJ: 15 3\n= 23 6");
    let ask = question(&["cogs", "contribution_1"], &["month"]);
    assert_eq!(world.show(&ask).await, "2026-06-01: 23 77\n= 23 77");
}

#[tokio::test]
async fn units_without_cost_make_no_cost_of_zero() {
    let world = World::new(SALES).costs(&["A * 2026-01-01 4 USD"]);
    let ask = question(&["cogs", "units_without_cost", "contribution_1"], &["seller_sku"]);
    let answer = world.ask(&ask).await;
    assert_eq!(
        super::world::shown(&answer),
        "A: 4 0 46\nB: — (no unit cost) 1 — (no unit cost)\nJ: — (no unit cost) 3 — (no unit cost)\n\
         = 4 4 96"
    );
    assert_eq!(answer.notes.units_without_cost.as_deref(), Some("4"));
}

#[tokio::test]
async fn a_listing_is_the_product_it_was_paired_with_on_the_day() {
    let facts = "
        ledger: day=2026-06-10 amount=100 units=2 seller_sku=A
        ledger: day=2026-06-20 amount=50 units=1 seller_sku=A
        ads: day=2026-06-20 seller_sku=A cost=5 clicks=3
    ";
    let world = World::new(facts)
        .pairings(&["us A LAMP - 2026-06-14", "us A TORCH 2026-06-15 -"])
        .costs(&["LAMP * 2026-01-01 2 USD", "TORCH * 2026-01-01 5 USD"]);
    let ask = question(&["gross_sales", "cogs", "ad_spend"], &["product"]);
    assert_eq!(world.show(&ask).await, "LAMP: 50 2 0\nTORCH: 20 2 2\n= 70 4 2");
    let mut ask = question(&["gross_sales", "cogs"], &["month"]);
    ask.condition = Some("product = 'TORCH'".into());
    assert_eq!(world.show(&ask).await, "2026-06-01: 20 2\n= 20 2");
}

#[tokio::test]
async fn tables_meet_on_the_dimensions_they_share() {
    let facts = "
        ledger: amount=100 seller_sku=A
        ads: seller_sku=A search_term=lamp cost=10 sales=40 clicks=5
        ads: seller_sku=B search_term=torch cost=6 sales=0 clicks=4
    ";
    let world = World::new(facts);
    let ask = question(&["gross_sales", "ad_spend", "acos"], &["seller_sku"]);
    assert_eq!(world.show(&ask).await, "A: 50 5 0.25\nB: 0 3 — (ad_sales = 0)\n= 50 8 0.4");
    let ask = question(&["ad_spend", "gross_sales", "asoas"], &["search_term"]);
    assert_eq!(
        world.show(&ask).await,
        "lamp: 5 — (not known by search_term) — (not known by search_term)\n\
         torch: 3 — (not known by search_term) — (not known by search_term)\n\
         = 8 — (not known by search_term) — (not known by search_term)"
    );
}

#[tokio::test]
async fn an_earlier_period_stands_beside_row_by_row() {
    let facts = "
        ledger: day=2026-06-01 amount=10 seller_sku=A currency=EUR
        ledger: day=2026-06-02 amount=20 seller_sku=A currency=EUR
        ledger: day=2026-05-31 amount=5 seller_sku=A currency=EUR
        ledger: day=2026-05-30 amount=7 seller_sku=GONE currency=EUR
        ledger: day=2025-06-02 amount=1 seller_sku=A currency=EUR
    ";
    let world = World::new(facts);
    let mut ask = question(&["gross_sales"], &["day"]);
    ask.to = day("2026-06-02");
    ask.compare = Some(Compare::Previous);
    assert_eq!(world.show(&ask).await, "2026-06-01: 10 | 7\n2026-06-02: 20 | 5\n= 30");
    ask.by = vec!["seller_sku".into()];
    assert_eq!(world.show(&ask).await, "A: 30 | 5\nGONE: — (no facts in this period) | 7\n= 30");
    ask.compare = Some(Compare::LastYear);
    assert_eq!(world.show(&ask).await, "A: 30 | 1\n= 30");
}

#[tokio::test]
async fn rows_are_ordered_and_limited_but_totals_are_of_all() {
    let world = World::new(SALES);
    let mut ask = question(&["gross_sales"], &["seller_sku"]);
    ask.order = Some(Order { by: "gross_sales".into(), desc: true });
    ask.limit = Some(2);
    let answer = world.ask(&ask).await;
    assert_eq!(super::world::shown(&answer), "A: 50\nJ: 30\n= 100");
    assert_eq!(answer.total_rows, 3);
}

#[tokio::test]
async fn different_orders_are_counted_once_in_the_total() {
    let facts = "
        orders: day=2026-06-01 order_id=1 item_price=10
        orders: day=2026-06-02 order_id=1 order_line=2 item_price=10
        orders: day=2026-06-02 order_id=2 item_price=20 status=Cancelled
    ";
    let world = World::new(facts);
    let ask = question(&["orders", "aov"], &["day"]);
    assert_eq!(world.show(&ask).await, "2026-06-01: 1 5\n2026-06-02: 1 5\n= 1 10");
}

#[tokio::test]
async fn stock_is_the_last_snapshot_and_not_a_sum_over_days() {
    let facts = "
        stock: day=2026-06-10 seller_sku=A units=40
        stock: day=2026-06-20 seller_sku=A units=30
        stock: day=2026-06-20 seller_sku=A units=6 state=inbound_shipped
        ledger: amount=10 units=60 seller_sku=A
    ";
    let world = World::new(facts);
    let ask = question(&["stock_sellable", "days_of_cover"], &[]);
    assert_eq!(world.show(&ask).await, ": 30 15\n= 30 15");
    let ask = question(&["stock_sellable", "stock_inbound"], &["day"]);
    assert_eq!(world.show(&ask).await, "2026-06-10: 40 0\n2026-06-20: 30 6\n= 30 6");
}

#[tokio::test]
async fn traffic_of_listings_and_of_the_market_is_never_added() {
    let facts = "
        traffic: level=market day=2026-06-01 day_to=2026-06-30 sessions=100 page_views=200 buy_box_fraction=0.5
        traffic: level=listing day=2026-06-01 day_to=2026-06-30 asin=X sessions=60 page_views=90 buy_box_fraction=1
        traffic: level=listing day=2026-06-01 day_to=2026-06-30 asin=Y sessions=20 page_views=10 buy_box_fraction=0
    ";
    let world = World::new(facts);
    let ask = question(&["sessions", "buy_box_rate"], &[]);
    assert_eq!(world.show(&ask).await, ": 100 0.5\n= 100 0.5");
    let ask = question(&["sessions", "buy_box_rate"], &["asin"]);
    assert_eq!(world.show(&ask).await, "X: 60 1\nY: 20 0\n= 80 0.9");
    let mut ask = question(&["sessions"], &[]);
    ask.to = day("2026-06-29");
    let answer = world.ask(&ask).await;
    assert!(answer.totals["sessions"].known().is_none());
    assert_eq!(answer.notes.periods_excluded.len(), 1);
}

#[tokio::test]
async fn running_totals_reach_back_before_the_asked_days() {
    let facts = "
        ledger: day=2026-05-31 amount=100 currency=EUR
        ledger: day=2026-06-02 amount=10 currency=EUR
        ledger: day=2026-06-09 amount=20 currency=EUR
    ";
    let world = World::new(facts);
    let mut ask = question(&["net_sales_mtd", "net_sales_ytd"], &["week"]);
    ask.from = day("2026-06-08");
    ask.to = day("2026-06-21");
    assert_eq!(world.show(&ask).await, "2026-06-08: 30 130\n2026-06-15: 30 130\n= 30 130");
}

#[tokio::test]
async fn conditions_speak_of_dimensions_only_and_cannot_break_out() {
    let world = World::new(SALES);
    let mut ask = question(&["gross_sales"], &[]);
    ask.condition = Some("market = 'US' and seller_sku in ('A', 'x'') or 1=1 --')".into());
    assert_eq!(world.show(&ask).await, ": 50\n= 50");
    ask.condition = Some("stage = 'sales' and day >= '2026-06-15'".into());
    assert_eq!(world.show(&ask).await, ": 50\n= 50");
    for hostile in [
        "1=1; drop table ledger",
        "market in (select raw from ledger)",
        "raw = '0123456789abcdef'",
        "amount > 0",
        "market = 'US' union select 1",
        "sum(amount) > 1",
        "input_file_name() = 'x'",
        "day > 'now()'",
        "stage = 'x'' or 1=1'",
    ] {
        ask.condition = Some(hostile.into());
        let answer = world.engine.ask(world.session(), &world.desk, &ask).await;
        assert!(matches!(answer, Err(AskError::Question { .. })), "{hostile}");
    }
}

#[tokio::test]
async fn the_parts_of_a_period_add_up_to_the_whole() {
    let world = World::new(SALES).costs(&["A * 2026-01-01 4 USD", "J * 2026-01-01 3 CNY"]);
    let metrics = ["gross_sales", "channel_fees", "ad_cost", "cogs", "units_sold"];
    let whole = world.ask(&question(&metrics, &[])).await;
    for by in [&["day"][..], &["market", "seller_sku"], &["line"], &["product", "week"]] {
        let parts = world.ask(&question(&metrics, by)).await;
        for metric in metrics {
            let sum: rust_decimal::Decimal =
                parts.rows.iter().filter_map(|row| row.values[metric].known()).sum();
            assert_eq!(Some(sum), whole.totals[metric].known(), "{metric} by {by:?}");
        }
    }
}

#[tokio::test]
async fn misspelt_words_are_answered_with_the_nearest() {
    let world = World::new(SALES);
    let refused = async |ask: &crate::Question| {
        world.engine.ask(world.session(), &world.desk, ask).await.unwrap_err().to_string()
    };
    assert_eq!(
        refused(&question(&["net_sale"], &[])).await,
        "unknown metric `net_sale`; did you mean `net_sales`?"
    );
    assert_eq!(
        refused(&question(&["net_sales"], &["markt"])).await,
        "unknown dimension `markt`; did you mean `market`?"
    );
}

#[tokio::test]
async fn a_sheet_holds_the_figures_of_the_answer() {
    let world = World::new(
        "
        ledger: store=us seller_sku=A amount=10
        ledger: store=us seller_sku=B amount=30
        ledger: store=us line=referral_fee amount=-4 seller_sku=A
    ",
    );
    let asked = question(&["net_sales", "referral_fee"], &["seller_sku"]);
    let answer = world.ask(&asked).await;
    let sheet = world.engine.sheet(world.session(), &world.desk, &asked).await.unwrap();
    assert_eq!(sheet.rows.len(), answer.rows.len());
    for (row, one) in sheet.rows.iter().zip(&answer.rows) {
        assert_eq!(row.key[0], one.key["seller_sku"]);
        for (at, metric) in sheet.metrics.iter().enumerate() {
            assert_eq!(row.figures[at], one.values[metric].known(), "{metric}");
        }
    }
}

#[tokio::test]
async fn a_question_looks_at_each_table_once_before_it_reads() {
    use crate::{
        fetch::{Gathered, fetch},
        frame::{Asked, Frame},
    };
    let world = World::new(SALES);
    let filters = Default::default();
    let asked =
        Asked { currency: Currency::EUR, by: Vec::new(), filters: &filters, condition: None };
    let frame = Frame::new(&world.engine, world.session(), &world.desk, asked).unwrap();
    let metrics: Vec<_> = ["product_sales", "cogs", "ad_spend"]
        .into_iter()
        .map(|id| world.engine.registry().get(id).unwrap())
        .collect();
    let june = argosy_kernel::Period::new(day("2026-06-01"), day("2026-06-30")).unwrap();
    fetch(&frame, &metrics, &[], june, &mut Gathered::default()).await.unwrap();
    // Goods are sold in the ledger: money and cost take one look at it, advertising its own.
    assert_eq!(frame.surveys.count(), 2);
}
