//! What snapshots, reports and logs tell of changes.

use argosy_kernel::Currency;
use argosy_metrics::DeskData;

use super::*;
use crate::testing::{World, day};

const FACTS: &str = "
    listings: day=2026-06-01 seller_sku=A price=20.00 title=Desk_lamp status=active
    listings: day=2026-06-08 seller_sku=A price=18.00 title=Desk_lamp status=active
    listings: day=2026-06-15 seller_sku=A price=18.00 title=Desk_lamp,_warm status=inactive
    stock: day=2026-06-01 seller_sku=A units=5
    stock: day=2026-06-01 seller_sku=B units=9
    stock: day=2026-06-08 seller_sku=B units=8
    stock: day=2026-06-15 seller_sku=A units=40
    stock: day=2026-06-15 seller_sku=B units=7
    measures: day=2026-06-01 subject_kind=target subject=lamp other=SP_A_/_main_/_exact measure=bid value=0.80
    measures: day=2026-06-02 subject_kind=target subject=lamp other=SP_A_/_main_/_exact measure=bid value=1.00
    measures: day=2026-06-01 subject_kind=campaign subject=SP_A measure=daily_budget value=20
    measures: day=2026-06-04 subject_kind=campaign subject=SP_A measure=daily_budget value=30
    measures: day=2026-06-10 day_to=2026-06-12 subject_kind=coupon subject_id=c1 subject=Summer asin=B0A measure=clips value=3
    orders: day=2026-06-01 order_id=1 seller_sku=A asin=B0A units=1
    changes: day=2026-06-05 at=2026-06-05T10:00:00Z subject_kind=campaign subject_id=77 subject=SP_A field=status before=paused after=enabled actor=mei
";

fn june() -> DetectQuestion {
    DetectQuestion { from: day("2026-06-02"), to: day("2026-06-30"), store: None }
}

fn told(change: &ChangeRecord) -> String {
    format!(
        "{} {} {}{} {}→{}",
        change.day(),
        change.kind,
        change.seller_sku.as_deref().unwrap_or_default(),
        change.campaign.as_deref().unwrap_or_default(),
        change.before.as_deref().unwrap_or("?"),
        change.after.as_deref().unwrap_or("?"),
    )
}

#[tokio::test]
async fn facts_tell_of_prices_titles_states_stock_bids_budgets_and_coupons() {
    let world = World::new(FACTS);
    let found = detect(&world.session, &june()).await.unwrap();
    let mut lines: Vec<String> = found.iter().map(told).collect();
    lines.sort();
    assert_eq!(
        lines,
        [
            "2026-06-02 ads.bid SP A 0.8 EUR→1 EUR",
            "2026-06-04 ads.budget SP A 20 EUR→30 EUR",
            "2026-06-05 ads.state SP A paused→enabled",
            "2026-06-08 listing.price A 20 EUR→18 EUR",
            "2026-06-08 stock.out A 5→0",
            "2026-06-10 promo.coupon A off→on",
            "2026-06-13 promo.coupon A on→off",
            "2026-06-15 listing.state A active→inactive",
            "2026-06-15 listing.title A Desk lamp→Desk lamp, warm",
            "2026-06-15 stock.back A 0→40",
        ]
    );
    assert!(found.iter().all(|change| change.key.len() == 16));
    let log = found.iter().find(|change| change.kind == "ads.state").unwrap();
    assert_eq!((log.who.as_str(), log.source), ("mei", ChangeSource::Imported));
    assert_eq!(log.at.to_rfc3339(), "2026-06-05T10:00:00+00:00");
}

#[tokio::test]
async fn looking_again_finds_nothing_new() {
    let world = World::new(FACTS);
    let first = detect(&world.session, &june()).await.unwrap();
    assert_eq!(new_ones(first.clone(), &[]).len(), first.len());
    let again = detect(&world.session, &june()).await.unwrap();
    assert!(new_ones(again, &first).is_empty());
    let other = DetectQuestion { store: Some("elsewhere".into()), ..june() };
    assert!(detect(&world.session, &other).await.unwrap().is_empty());
}

#[tokio::test]
async fn one_axis_carries_profit_sales_traffic_and_stock_of_a_sku() {
    let facts = "
        ledger: day=2026-06-01 seller_sku=A units=2 amount=40.00
        ledger: day=2026-06-03 seller_sku=A units=1 amount=20.00
        ledger: day=2026-06-04 seller_sku=B units=9 amount=90.00
        traffic: day=2026-06-01 level=listing seller_sku=A sessions=50 units_ordered=2
        stock: day=2026-06-02 seller_sku=A units=7
    ";
    let world = World::new(facts);
    let question = AxisQuestion {
        store: "us".into(),
        market: Some("US".into()),
        seller_sku: "A".into(),
        from: day("2026-06-01"),
        to: day("2026-06-05"),
        currency: Currency::EUR,
    };
    let desk = DeskData::default();
    let axis = axis(&world.engine, &world.session, &desk, &question).await.unwrap();
    let of = |metric: &str| {
        let series = axis.series.iter().find(|series| series.metric == metric).unwrap();
        assert_eq!(series.days.len(), 5);
        let shown = |value: &Option<rust_decimal::Decimal>| {
            value.map_or_else(|| "-".to_owned(), |value| value.normalize().to_string())
        };
        series.values.iter().map(shown).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(of("units_sold"), "2 0 1 0 -");
    assert_eq!(of("net_sales"), "40 0 20 0 -");
    assert_eq!(of("sessions"), "50 - - - -");
    assert_eq!(of("stock_sellable"), "- 7 - - -");
}
