//! Detectors over a small seller; every figure is worked out by hand.

use argosy_facts::arrow::array::RecordBatch;
use argosy_kernel::{Currency, Money};
use argosy_metrics::{Filters, UnitCost};

use super::{Detector, Surroundings, run};
use crate::{
    frame::{Frame, inputs::days_until, sql},
    testing::{World, day},
    watch::{ImportRows, ReportDrift, desk},
};

/// The table of a detector, its columns as `name=value`, without what is unknown.
async fn detect(world: &World, (name, with): (&str, &str), until: &str, days: u32) -> Vec<String> {
    let detector = Detector::read(name, with.parse().unwrap()).unwrap().unwrap();
    sql::register_rates(&world.session, world.engine.rates(), Currency::EUR);
    desk::register(&world.session, &world.desk, &world.facets).unwrap();
    world.engine.prepare(&world.session, &world.desk).await.unwrap();
    let input = world.input();
    let around = Surroundings {
        input: &input,
        rates: world.engine.rates(),
        currency: Currency::EUR,
        filters: &Filters::default(),
        day: day(until),
        window: days_until(day(until), days),
    };
    let table: RecordBatch = run(&detector, &around).await.unwrap();
    let frame = Frame::new(&table.schema(), &[table]).unwrap();
    let names: Vec<String> = detector.columns().into_iter().map(|column| column.name).collect();
    (0..frame.rows)
        .map(|row| {
            let cells = names.iter().map(|name| format!("{name}={}", frame.text(name, row)));
            cells.filter(|cell| !cell.ends_with('=')).collect::<Vec<_>>().join(" ")
        })
        .collect()
}

/// Whether all `parts` stand in a row.
#[track_caller]
fn holds(row: &str, parts: &[&str]) {
    let cells: Vec<&str> = row.split(' ').collect();
    for part in parts {
        assert!(cells.contains(part), "`{part}` is not in: {row}");
    }
}

#[tokio::test]
async fn a_statement_that_does_not_add_up_is_told_with_its_gap() {
    let world = World::new(
        "
        ledger: statement=S1 amount=100 day=2026-06-10 currency=USD
        controls: statement=S1 name=total expected=130 day=2026-06-14 currency=USD period_from=2026-06-01 period_to=2026-06-14
        ledger: statement=S2 amount=50 day=2026-06-20
        controls: statement=S2 name=total expected=50 day=2026-06-28
    ",
    );
    let rows = detect(&world, ("statements", ""), "2026-06-30", 60).await;
    assert_eq!(rows.len(), 2);
    // 30 dollars are 15 euros.
    holds(&rows[0], &["statement=S1", "state=differs", "difference=-15", "age_days=16"]);
    holds(&rows[1], &["statement=S2", "state=balanced", "difference=0"]);
}

#[tokio::test]
async fn money_of_unknown_kind_is_summed_by_its_words() {
    let world = World::new(
        "
        ledger: line=unclassified fee_type=Levy transaction=other amount=-3 day=2026-06-10
        ledger: line=unclassified fee_type=Levy transaction=other amount=-4 day=2026-06-20 currency=USD
        ledger: line=unclassified fee_type=Old amount=-9 day=2026-01-20
    ",
    );
    let rows = detect(&world, ("quarantine", ""), "2026-06-30", 60).await;
    assert_eq!(rows.len(), 1);
    holds(&rows[0], &["fee_type=Levy", "amount=-5", "rows=2", "first_day=2026-06-10"]);
}

#[tokio::test]
async fn a_reserve_above_the_usual_is_held_money() {
    let world = World::new(
        "
        ledger: statement=S1 line=reserve_held amount=-50 day=2026-05-31
        ledger: statement=S2 line=reserve_released amount=50 day=2026-06-01
        ledger: statement=S2 line=reserve_held amount=-60 day=2026-06-14
        ledger: statement=S3 line=reserve_released amount=60 day=2026-06-15
        ledger: statement=S3 line=reserve_held amount=-455 day=2026-06-28
    ",
    );
    let rows = detect(&world, ("payouts_held", "overdue_days = 10"), "2026-06-30", 60).await;
    assert_eq!(rows.len(), 1);
    holds(&rows[0], &["kind=reserve", "amount=400", "usual=55", "days=2"]);
}

#[tokio::test]
async fn a_payout_that_failed_or_hangs_is_told() {
    let world = World::new(
        "
        measures: subject_kind=payout measure=original_total subject=failed subject_id=1 value=900 day=2026-06-20
        measures: subject_kind=payout measure=original_total subject=processing subject_id=2 value=70 day=2026-06-10
        measures: subject_kind=payout measure=original_total subject=processing subject_id=3 value=80 day=2026-06-29
        measures: subject_kind=payout measure=original_total subject=succeeded subject_id=4 value=90 day=2026-06-10
    ",
    );
    let rows = detect(&world, ("payouts_held", "overdue_days = 10"), "2026-06-30", 60).await;
    assert_eq!(rows.len(), 2);
    holds(&rows[0], &["kind=failed", "amount=900", "days=10"]);
    holds(&rows[1], &["kind=overdue", "amount=70", "days=20"]);
}

#[tokio::test]
async fn what_the_conversion_of_payouts_cost_is_told_against_the_reference_rate() {
    let world = World::new(
        "
        measures: subject_kind=payout measure=original_total subject_id=1 value=1000 currency=USD day=2026-06-20
        measures: subject_kind=payout measure=converted_total subject_id=1 value=480 currency=EUR day=2026-06-20
    ",
    );
    let rows = detect(&world, ("fx_result", ""), "2026-06-30", 60).await;
    // 1,000 dollars are 500 euros at the reference rate.
    assert_eq!(rows, ["store=us currency=USD converted=500 loss=20 share=0.04"]);
}

#[tokio::test]
async fn a_refund_without_its_commission_is_an_order_to_claim() {
    let world = World::new(
        "
        ledger: order_id=1 seller_sku=A amount=100 day=2026-06-01
        ledger: order_id=1 seller_sku=A line=referral_fee amount=-15 day=2026-06-01
        ledger: order_id=1 seller_sku=A line=product_refunds amount=-100 units=-1 day=2026-06-10
        ledger: order_id=2 seller_sku=A amount=100 day=2026-06-01
        ledger: order_id=2 seller_sku=A line=referral_fee amount=-15 day=2026-06-01
        ledger: order_id=2 seller_sku=A line=product_refunds amount=-100 units=-1 day=2026-06-10
        ledger: order_id=2 seller_sku=A line=referral_fee amount=15 day=2026-06-10
    ",
    );
    let rows = detect(&world, ("order_checks", ""), "2026-06-30", 90).await;
    assert_eq!(rows.len(), 1, "{rows:?}");
    holds(&rows[0], &["market=US", "order_id=1", "seller_sku=A", "refunded=100"]);
}

#[tokio::test]
async fn a_report_that_stopped_changed_or_restated_is_told() {
    let mut world = World::new(
        "
        traffic: day=2026-06-01 raw=0a definition=test.traffic@1 level=listing
        traffic: day=2026-06-02 raw=0b definition=test.traffic@1 level=listing
        traffic: day=2026-06-05 raw=0c definition=test.traffic@1 level=listing
        ledger: day=2026-06-30 raw=1a statement=S
        ads: day=2026-05-28 raw=2d level=product
        ads: day=2026-05-29 raw=2d level=product
    ",
    );
    world.drifts = vec![ReportDrift {
        store: "us".into(),
        report: "amazon.fees".into(),
        day: day("2026-06-28"),
        gone: vec!["size".into()],
        added: vec!["tier".into()],
    }];
    let import = |id: i64, rows: u64, replaced: u64| ImportRows {
        id,
        store: "us".into(),
        report: "amazon.ads_product".into(),
        raw: format!("2{}", ["a", "b", "c", "d"][usize::try_from(id).unwrap()]),
        day: day("2026-06-20") + chrono::Days::new(u64::try_from(id).unwrap()),
        rows,
        replaced,
    };
    world.restated =
        vec![import(0, 100, 10), import(1, 100, 20), import(2, 100, 0), import(3, 50, 50)];
    let rows = detect(&world, ("health", ""), "2026-06-30", 30).await;
    let of = |kind: &str| {
        let found = rows.iter().find(|row| row.contains(&format!("kind={kind}")));
        found.unwrap_or_else(|| panic!("no {kind} in {rows:?}"))
    };
    holds(of("missing"), &["report=test.traffic", "days=2", "market=US"]);
    assert!(of("drift").contains("columns=−size, +tier") && of("drift").contains("days=2"));
    holds(of("restated"), &["share=0.8", "days=2", "last_day=2026-05-29"]);
}

#[tokio::test]
async fn conversion_that_halved_stands_out_of_its_neighbours() {
    let mut facts = String::new();
    for sku in ["A", "B", "C", "D", "E", "F"] {
        let now = if sku == "A" { 6 } else { 12 };
        facts += &format!(
            "14 x traffic: level=listing seller_sku={sku} sessions=100 units_ordered={now} day=2026-06-30\n\
             56 x traffic: level=listing seller_sku={sku} sessions=100 units_ordered=12 day=2026-06-16\n"
        );
    }
    let world = World::new(&facts);
    let with = "hits = 'traffic_units'\ntrials = 'sessions'\nby = ['store', 'market', 'seller_sku']\n\
                window = '14d'\nbaseline = '56d'\ndirection = 'down'\nrelative_to = ['store']";
    let rows = detect(&world, ("rate_shift", with), "2026-06-30", 14).await;
    assert_eq!(rows.len(), 6);
    holds(&rows[0], &["hits=84", "trials=1400", "rate=0.06", "rate_before=0.12", "expected=168"]);
    // The first full week of the lower rate begins on Monday, 22 June (the 17th is a Wednesday).
    assert!(rows[0].contains("since=2026-06-"), "{}", rows[0]);
    let q = |row: &str| -> f64 {
        row.split(' ').find_map(|cell| cell.strip_prefix("q=")).unwrap().parse().unwrap()
    };
    assert!(q(&rows[0]) < 0.001 && rows[1..].iter().all(|row| q(row) > 0.3), "{rows:?}");
}

#[tokio::test]
async fn a_cost_per_click_that_jumped_is_a_level_that_moved() {
    let mut facts = String::new();
    for (campaign, now) in [("a", 150), ("b", 101), ("c", 99)] {
        for week in 0..8_u64 {
            let last = day("2026-06-14") - chrono::Days::new(7 * week);
            let cost = 100 + [1, -2, 3, 0, -1, 2, -3, 1][usize::try_from(week).unwrap()];
            facts += &format!(
                "7 x ads: level=campaign campaign={campaign} clicks=100 cost={cost} day={last}\n"
            );
        }
        facts += &format!(
            "14 x ads: level=campaign campaign={campaign} clicks=100 cost={now} day=2026-06-28\n"
        );
    }
    let world = World::new(&facts);
    let with = "of = 'ad_spend'\nper = 'clicks'\nby = ['store', 'campaign']\nbaseline = '56d'\ndirection = 'up'";
    let rows = detect(&world, ("level_shift", with), "2026-06-28", 14).await;
    holds(&rows[0], &["campaign=a", "level=1.5", "weeks=8"]);
    let q = |row: &str| -> f64 {
        row.split(' ').find_map(|cell| cell.strip_prefix("q=")).unwrap().parse().unwrap()
    };
    assert!(q(&rows[0]) < 0.001 && q(&rows[1]) > 0.05 && q(&rows[2]) > 0.05, "{rows:?}");
}

#[tokio::test]
async fn dearer_goods_are_the_driver_of_a_lower_margin() {
    let mut world = World::new(
        "
        28 x ledger: seller_sku=A amount=40 units=2 day=2026-06-30
        28 x ledger: seller_sku=A amount=40 units=2 day=2026-06-02
        28 x ledger: seller_sku=A line=referral_fee amount=-6 day=2026-06-30
        28 x ledger: seller_sku=A line=referral_fee amount=-6 day=2026-06-02
        28 x ads: level=product seller_sku=A cost=2 day=2026-06-30
        28 x ads: level=product seller_sku=A cost=2 day=2026-06-02
    ",
    );
    for (since, cost) in [("2026-01-01", "5"), ("2026-06-03", "8")] {
        world.desk.costs.push(UnitCost {
            sku: "A".into(),
            market: None,
            since: day(since),
            cost: Money::new(cost.parse().unwrap(), Currency::EUR),
        });
    }
    world.desk.stores = vec!["us".into()];
    let rows = detect(&world, ("margin_drivers", ""), "2026-06-30", 28).await;
    assert_eq!(rows.len(), 1);
    // 56 units: 1,120 − 168 − 56 × 5 − 56 = 616 before; three euros a unit are 168 less.
    holds(
        &rows[0],
        &["contribution_before=616", "contribution=448", "cost_effect=-168", "driver=cost"],
    );
    holds(&rows[0], &["margin=0.4", "margin_before=0.55", "margin_loss=168", "fees_effect=0"]);
}

#[tokio::test]
async fn demand_leaves_out_days_without_stock() {
    let world = World::new(
        "
        20 x orders: order_id=1 seller_sku=A units=3 day=2026-06-20 status=shipped
        30 x stock: seller_sku=A units=50 day=2026-06-20
        10 x stock: seller_sku=A units=0 day=2026-06-30
        orders: order_id=9 seller_sku=A units=70 day=2026-06-19 status=cancelled
    ",
    );
    let rows = detect(&world, ("demand", ""), "2026-06-30", 14).await;
    assert_eq!(rows.len(), 1);
    holds(&rows[0], &["sellable=0", "days_out=10", "stock_days=30", "days_sold=20"]);
    holds(&rows[0], &["last_sale=2026-06-20", "snapshot_day=2026-06-30"]);
    let daily: f64 =
        rows[0].split(' ').find_map(|cell| cell.strip_prefix("daily=")).unwrap().parse().unwrap();
    assert!((2.0..=3.0).contains(&daily), "{daily}");
}

#[tokio::test]
async fn lost_goods_neither_found_nor_paid_are_due_until_the_clock_runs_out() {
    let mut world = World::new(
        "
        movements: seller_sku=A kind=lost units=-5 day=2026-05-25
        movements: seller_sku=A kind=found units=2 day=2026-06-05
        movements: seller_sku=B kind=lost units=-4 day=2026-05-25
        details: seller_sku=B kind=reimbursement units=4 amount=40 day=2026-06-10
        movements: seller_sku=C kind=lost units=-4 day=2026-04-01
        movements: seller_sku=D kind=damaged units=-1 day=2026-06-25
        measures: subject_kind=inbound subject_id=S seller_sku=A measure=units_sent value=100 day=2026-05-01 day_to=2026-06-01
        measures: subject_kind=inbound subject_id=S seller_sku=A measure=units_received value=90 day=2026-05-01 day_to=2026-06-01
        measures: subject_kind=inbound subject_id=S seller_sku=A measure=closed value=1 day=2026-05-01 day_to=2026-06-01
    ",
    );
    world.desk.costs.push(UnitCost {
        sku: "A".into(),
        market: None,
        since: day("2026-01-01"),
        cost: Money::new(10.into(), Currency::USD),
    });
    let rows =
        detect(&world, ("reimbursable", "clock_days = 60\nreturn_days = 45"), "2026-06-30", 120)
            .await;
    assert_eq!(rows.len(), 2, "{rows:?}");
    // Ten dollars are five euros.
    holds(
        &rows[0],
        &["seller_sku=A", "kind=lost", "units=3", "unit_value=5", "amount=15", "days_left=24"],
    );
    holds(&rows[1], &["seller_sku=A", "kind=inbound_short", "units=10", "amount=50"]);
}

#[tokio::test]
async fn a_refund_whose_goods_never_came_back_is_due() {
    let sale = |order: u32, sku: &str| {
        format!(
            "ledger: order_id={order} seller_sku={sku} line=fulfilment_fee amount=-4 day=2026-04-20\n\
             ledger: order_id={order} seller_sku={sku} line=product_refunds amount=-30 units=-1 day=2026-05-01\n"
        )
    };
    let world = World::new(&format!(
        "{}{}
        reviews: kind=return id=r2 order_id=2 seller_sku=B units=1 day=2026-05-10
        reviews: kind=return id=r9 order_id=9 seller_sku=B units=1 day=2026-06-28
        ledger: order_id=3 seller_sku=M line=product_refunds amount=-30 units=-1 day=2026-05-01",
        sale(1, "A"),
        sale(2, "B")
    ));
    let rows =
        detect(&world, ("reimbursable", "clock_days = 60\nreturn_days = 45"), "2026-06-30", 120)
            .await;
    // 1 May and 45 days are 15 June; the clock of 60 days has 45 left. The merchant's own order 3
    // comes back to the merchant.
    assert_eq!(rows.len(), 1, "{rows:?}");
    holds(
        &rows[0],
        &["seller_sku=A", "kind=returned_not_received", "units=1", "amount=30", "days_left=45"],
    );
}
