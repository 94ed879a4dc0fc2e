//! Money in time, worked out by hand: bookings, tax, day of order, exchange results, levels.
//!
//! A euro is two dollars from 1 June and two and a half from 15 June.

use argosy_kernel::Currency;
use rust_decimal::Decimal;

use super::world::{World, account, day, question};
use crate::{
    Basis, Booking, FxPolicy, LedgerQuestion, Profit, StoreWithVat, UnsettledQuestion, Vat, View,
};

fn dec(text: &str) -> Decimal {
    text.parse().unwrap()
}

async fn profit(world: &World, view: View) -> Profit {
    let mut ask = account(&[]);
    ask.view = view;
    world.engine.profit(world.session(), &world.desk, &ask).await.unwrap()
}

fn total(profit: &Profit, line: &str) -> Option<Decimal> {
    profit.totals.get(line).and_then(|amount| amount.0)
}

async fn rows_of(world: &World, line: &str, view: View) -> crate::LedgerPage {
    let ask = LedgerQuestion {
        filters: Default::default(),
        from: day("2026-06-01"),
        to: day("2026-06-30"),
        line: Some(line.into()),
        condition: None,
        currency: Currency::EUR,
        cursor: None,
        limit: None,
        view,
    };
    world.engine.ledger(world.session(), &world.desk, &ask).await.unwrap()
}

#[tokio::test]
async fn a_booked_fee_stands_on_its_line_everywhere_and_goes_back_when_taken_back() {
    let mut world = World::new(
        "
        ledger: currency=EUR amount=100
        ledger: currency=EUR line=unclassified amount=-7 fee_type=Mystery row=2 statement=S
        ledger: currency=EUR line=unclassified amount=-1 fee_type=Other row=3
    ",
    );
    let before = profit(&world, View::default()).await;
    assert_eq!(total(&before, "unclassified"), Some(dec("-8")));
    world.desk.bookings.push(Booking {
        channel: "amazon".into(),
        fee_type: Some("Mystery".into()),
        transaction: None,
        line: "closing_fee".into(),
    });
    let booked = profit(&world, View::default()).await;
    assert_eq!(total(&booked, "closing_fee"), Some(dec("-7")));
    assert_eq!(total(&booked, "unclassified"), Some(dec("-1")));
    assert_eq!(total(&booked, "contribution_2"), Some(dec("93")));
    let answer = world.ask(&question(&["channel_fees", "unclassified_money"], &[])).await;
    assert_eq!(answer.totals["channel_fees"].known(), Some(dec("7")));
    let rows = rows_of(&world, "closing_fee", View::default()).await;
    assert_eq!((rows.meta.total_rows, rows.rows[0].row), (1, 2));
    let left = world.engine.quarantine(world.session(), &world.desk).await.unwrap();
    assert_eq!(left.iter().map(|fee| fee.fee_type.as_deref()).collect::<Vec<_>>(), [Some("Other")]);

    world.desk.bookings.clear();
    let after = profit(&world, View::default()).await;
    assert_eq!(after.cells, before.cells);
    assert!(world.engine.bookable("closing_fee"));
    for line in ["cogs", "unclassified", "fx_open", "vat_in_sales", "sales", "nothing"] {
        assert!(!world.engine.bookable(line), "{line}");
    }
}

const GERMAN: &str = "
    ledger: store=de market=DE currency=EUR day=2026-06-10 amount=119 units=1 order_id=1
    ledger: store=de market=DE currency=EUR day=2026-06-11 line=product_refunds amount=-11.90 order_id=1
    ledger: store=de market=DE currency=EUR day=2026-06-11 line=referral_fee amount=-17.85 order_id=1
    ledger: store=de market=DE currency=EUR day=2026-06-12 amount=100 units=1 order_id=2
    ledger: store=de market=DE currency=EUR day=2026-06-12 line=tax_collected amount=19 order_id=2
    ledger: store=us market=US currency=EUR day=2026-06-12 amount=50 order_id=3
    ledger: store=us market=US currency=EUR day=2026-06-12 line=tax_collected amount=4 order_id=3
    ledger: store=us market=US currency=EUR day=2026-06-12 line=tax_withheld amount=-4 order_id=3
";

#[tokio::test]
async fn tax_is_taken_out_of_prices_that_hold_it_and_never_out_of_others() {
    let mut world = World::new(GERMAN);
    world.desk.money.stores_with_vat =
        vec![StoreWithVat { store: "de".into(), market: None, rate: None }];
    let told = profit(&world, View::default()).await;
    let net = profit(&world, View { vat: Some(Vat::Exclusive), ..View::default() }).await;
    // Order 1: 119 / 1.19 = 100 and −11.90 / 1.19 = −10. Order 2 tells its tax apart.
    assert_eq!(total(&net, "product_sales"), Some(dec("250")));
    assert_eq!(total(&net, "product_refunds"), Some(dec("-10")));
    assert_eq!(total(&net, "referral_fee"), Some(dec("-17.85")));
    // 19 of order 1, −1.90 of its refund, 19 of order 2, 4 of order 3: the sum of all stays.
    assert_eq!(total(&net, "tax_collected"), Some(dec("40.10")));
    let whole = |profit: &Profit| {
        ["net_sales", "pass_through"].map(|line| total(profit, line).unwrap()).iter().sum()
    };
    let (told_whole, net_whole): (Decimal, Decimal) = (whole(&told), whole(&net));
    assert_eq!(told_whole, net_whole);
    assert_eq!(net.notes.vat, Vat::Exclusive);
}

#[tokio::test]
async fn sales_with_tax_hold_what_the_seller_owes_and_not_what_the_marketplace_pays() {
    let world = World::new(GERMAN);
    let gross = profit(&world, View { vat: Some(Vat::Inclusive), ..View::default() }).await;
    assert_eq!(total(&gross, "vat_in_sales"), Some(dec("19")));
    assert_eq!(total(&gross, "gross_sales"), Some(dec("288")));
    assert_eq!(total(&gross, "pass_through"), None);
}

#[tokio::test]
async fn a_reduced_rate_of_a_store_goes_before_the_standard_rate() {
    let mut world = World::new(
        "ledger: store=de market=DE currency=EUR amount=107\n\
         ledger: store=de market=FR currency=EUR amount=120",
    );
    let store = |market: &str, rate: Option<&str>| StoreWithVat {
        store: "de".into(),
        market: Some(market.into()),
        rate: rate.map(dec),
    };
    world.desk.money.stores_with_vat = vec![store("DE", Some("0.07")), store("FR", None)];
    world.desk.money.vat = Vat::Exclusive;
    assert_eq!(total(&profit(&world, View::default()).await, "product_sales"), Some(dec("200")));
}

#[tokio::test]
async fn on_the_basis_of_orders_money_belongs_to_the_day_of_the_order() {
    let world = World::new(
        "
        orders: day=2026-05-30 order_id=1 currency=EUR item_price=10 units=1
        orders: day=2026-06-10 order_id=2 currency=EUR item_price=20 units=1
        orders: day=2026-06-28 order_id=3 currency=EUR item_price=40 units=1 shipping_price=5
        orders: day=2026-06-28 order_id=4 currency=EUR item_price=80 units=1 status=Cancelled
        ledger: day=2026-06-02 order_id=1 currency=EUR amount=10 units=1
        ledger: day=2026-06-12 order_id=2 currency=EUR amount=20 units=1
        ledger: day=2026-07-05 order_id=2 currency=EUR line=product_refunds amount=-20
        ledger: day=2026-06-15 line=rent currency=EUR amount=-3
    ",
    );
    let ask = account(&[]);
    let both = world.engine.profit_bases(world.session(), &world.desk, &ask).await.unwrap();
    // Posted in June: 10 + 20. Ordered in June: 20, given back later, and 45 that are on their way.
    assert_eq!(total(&both.settlement, "net_sales"), Some(dec("30")));
    assert_eq!(total(&both.order, "product_sales"), Some(dec("60")));
    assert_eq!(total(&both.order, "net_sales"), Some(dec("45")));
    assert_eq!(total(&both.order, "rent"), Some(dec("-3")));
    assert_eq!(both.order.notes.basis, Basis::Order);
    // 45 of 60 + 5 + 20 + 3.
    assert_eq!(both.order.notes.provisional_share.as_deref(), Some("0.511364"));
}

const DOLLARS: &str = "
    ledger: day=2026-06-10 amount=100 statement=S1
    ledger: day=2026-06-10 line=referral_fee amount=-20 statement=S1
    controls: statement=S1 expected=80 deposit_day=2026-06-16
    ledger: day=2026-06-20 amount=50 statement=S2
";

fn with_exchange() -> View {
    View { fx_results: Some(true), ..View::default() }
}

#[tokio::test]
async fn a_dollar_that_falls_between_sale_and_payout_is_a_loss_of_its_own_line() {
    let world = World::new(DOLLARS);
    let profit = profit(&world, with_exchange()).await;
    // 80 dollars were 40 euro when sold and 32 when paid out; 50 were 20 euro and still are.
    assert_eq!(total(&profit, "operating_profit"), Some(dec("60")));
    assert_eq!(total(&profit, "fx_realised"), Some(dec("-8")));
    assert_eq!(total(&profit, "result"), Some(dec("52")));
    let rows = rows_of(&world, "fx_realised", with_exchange()).await;
    assert_eq!(rows.rows.len(), 1);
    assert_eq!(rows.rows[0].statement.as_deref(), Some("S1"));
    assert_eq!(rows.rows[0].day, "2026-06-16");
    assert!(rows.rows[0].fee_type.as_ref().unwrap().contains("40 → 32 EUR"), "{:?}", rows.rows[0]);
    let plain = super::money::profit(&world, View::default()).await;
    assert!(total(&plain, "fx_realised").is_none() && total(&plain, "result").is_none());
}

#[tokio::test]
async fn open_results_of_consecutive_periods_add_up_to_what_is_realised() {
    let world = World::new(DOLLARS);
    let mut sum = Decimal::ZERO;
    for (from, to) in
        [("2026-06-01", "2026-06-14"), ("2026-06-15", "2026-06-15"), ("2026-06-16", "2026-06-30")]
    {
        let mut ask = account(&[]);
        (ask.from, ask.to) = (day(from), day(to));
        ask.view = with_exchange();
        let part = world.engine.profit(world.session(), &world.desk, &ask).await.unwrap();
        sum += total(&part, "fx_result").unwrap_or_default();
        // On the 15th the 80 dollars are worth 8 euro less, and nothing has been paid out.
        let open = if from == "2026-06-15" { Some(dec("-8")) } else { None };
        if from != "2026-06-16" {
            assert_eq!(total(&part, "fx_open"), open, "{from}");
        }
    }
    assert_eq!(sum, dec("-8"));
    let mut ask = account(&["day"]);
    ask.view = with_exchange();
    let daily = world.engine.profit(world.session(), &world.desk, &ask).await.unwrap();
    assert_eq!(total(&daily, "fx_result"), Some(dec("-8")));
}

#[tokio::test]
async fn what_the_bank_paid_is_what_was_realised() {
    let world = World::new(&format!(
        "{DOLLARS}
        bank: store=bank channel=bank day=2026-06-17 amount=31.50 currency=EUR reference=AMAZON row=4
    "
    ));
    let profit = profit(&world, with_exchange()).await;
    assert_eq!(total(&profit, "fx_realised"), Some(dec("-8.5")));
}

#[tokio::test]
async fn a_payout_that_came_back_waits_again_and_is_paid_out_once_more() {
    let world = World::new(
        "
        ledger: day=2026-06-10 amount=80 statement=S1
        ledger: day=2026-06-12 line=payout amount=-80 statement=S1
        ledger: day=2026-06-13 line=failed_payout amount=80 statement=S2
        ledger: day=2026-06-16 line=payout amount=-80 statement=S2
    ",
    );
    // Out and back at 2.00 brings nothing; the second time 40 euro have become 32.
    let profit = profit(&world, with_exchange()).await;
    assert_eq!(total(&profit, "fx_realised"), Some(dec("-8")));
}

#[tokio::test]
async fn dollars_on_a_dollar_account_wait_for_their_exchange() {
    let world = World::new(&format!(
        "{DOLLARS}
        bank: store=bank channel=bank day=2026-06-17 amount=80 currency=USD account=USD-1 row=1
        bank: store=bank channel=bank day=2026-06-18 amount=-60 currency=USD account=USD-1 row=2 reference=FX-7
        bank: store=bank channel=bank day=2026-06-19 amount=27 currency=EUR account=EUR-1 row=3 reference=FX-7
    "
    ));
    // −8 until they arrived; 60 of them were 24 euro then and fetched 27. The other 20 still wait.
    let profit = profit(&world, with_exchange()).await;
    assert_eq!(total(&profit, "fx_realised"), Some(dec("-5")));
    let rows = rows_of(&world, "fx_realised", with_exchange()).await;
    let of: Vec<_> = rows.rows.iter().map(|row| (row.store.as_str(), row.amount.amount)).collect();
    assert_eq!(of, [("us", dec("-8")), ("bank", dec("3"))]);
}

#[tokio::test]
async fn month_rates_and_own_rates_are_a_policy_of_the_company() {
    let mut world = World::new("ledger: day=2026-06-20 amount=90");
    let sales = async |world: &World| {
        let profit = profit(world, View::default()).await;
        (total(&profit, "product_sales"), profit.notes.fx.unwrap().policy)
    };
    assert_eq!(sales(&world).await, (Some(dec("36")), "ecb_event_day"));
    world.desk.money.fx_policy = FxPolicy::MonthAverage;
    // 90 / 2.25.
    assert_eq!(sales(&world).await, (Some(dec("40")), "ecb_month_average"));
    world.desk.money.fx_policy = FxPolicy::Own;
    let profit = profit(&world, View::default()).await;
    assert_eq!(profit.notes.money_without_rate.len(), 1);
}

#[tokio::test]
async fn all_views_together_see_the_same_in_files_as_in_memory() {
    let facts = format!(
        "{GERMAN}{DOLLARS}
        ledger: day=2026-06-21 currency=EUR line=unclassified amount=-7 fee_type=Mystery
        orders: day=2026-06-28 order_id=9 currency=EUR item_price=40 units=1
        orders: day=2026-06-02 order_id=1 store=de market=DE currency=EUR item_price=119 units=1
        bank: store=bank channel=bank day=2026-06-17 amount=31.50 currency=EUR reference=AMAZON
        ads: level=campaign campaign=C day=2026-06-10 clicks=10 ad_product=SP
        ads: level=search_term campaign=C search_term=lamp day=2026-06-10 clicks=6 ad_product=SP
        ads: level=search_term campaign=C search_term=lamp day=2026-06-11 clicks=3 ad_product=SP
    "
    );
    let worlds = [World::new(&facts), World::on_disk(&facts).await];
    let mut seen = Vec::new();
    for mut world in worlds {
        world.desk.bookings.push(Booking {
            channel: "amazon".into(),
            fee_type: Some("Mystery".into()),
            transaction: None,
            line: "closing_fee".into(),
        });
        world.desk.money.stores_with_vat =
            vec![StoreWithVat { store: "de".into(), market: None, rate: None }];
        world.desk.money.fx_results = true;
        let mut shown = Vec::new();
        for vat in [Vat::AsTold, Vat::Exclusive, Vat::Inclusive] {
            for basis in [Basis::Settlement, Basis::Order] {
                let view = View { vat: Some(vat), basis, fx_results: None };
                let mut ask = account(&["month", "store"]);
                ask.view = view;
                let profit = world.engine.profit(world.session(), &world.desk, &ask).await.unwrap();
                shown.push(format!("{:?}", profit.cells));
                let rows = rows_of(&world, "operating_profit", view).await;
                shown.push(format!("{} {}", rows.meta.total_rows, rows.meta.total));
            }
        }
        shown.push(world.show(&question(&["clicks"], &["search_term", "day"])).await);
        shown.push(world.show(&question(&["clicks", "acos"], &["month"])).await);
        let ask = crate::ReconcileQuestion::default();
        let (session, desk) = (world.session(), &world.desk);
        let engine = &world.engine;
        shown.push(format!("{:?}", engine.reconcile_chain(session, desk, &ask).await.unwrap()));
        shown.push(format!("{:?}", engine.reconcile_bank(session, desk, &ask).await.unwrap()));
        shown.push(format!("{:?}", engine.reconcile_proof(session, desk, &ask).await.unwrap()));
        shown.push(format!("{:?}", engine.reconcile_economics(session, desk, &ask).await.unwrap()));
        let orders = crate::OrderCheckQuestion {
            store: Vec::new(),
            channel: Vec::new(),
            from: day("2026-01-01"),
            to: day("2026-12-31"),
            unpaid_after_days: Some(1),
            limit: None,
        };
        shown.push(format!("{:?}", engine.reconcile_orders(session, desk, &orders).await.unwrap()));
        let learnt = crate::restatement::figures(session, day("2026-06-30")).await.unwrap();
        shown.push(format!("{:?}", learnt.into_iter().collect::<std::collections::BTreeSet<_>>()));
        seen.push(shown);
    }
    let (memory, files) = (&seen[0], &seen[1]);
    assert!(memory.iter().any(|shown| shown.contains("fx_realised")));
    for (left, right) in memory.iter().zip(files) {
        assert_eq!(left, right);
    }
}

#[tokio::test]
async fn clicks_of_campaigns_and_search_terms_are_told_once() {
    let world = World::new(
        "
        ads: level=campaign campaign=C day=2026-06-10 clicks=10 ad_product=SP
        ads: level=search_term campaign=C search_term=lamp day=2026-06-10 clicks=6 ad_product=SP
        ads: level=search_term campaign=C search_term=lamp day=2026-06-11 clicks=3 ad_product=SP
        ads: level=campaign campaign=B day=2026-06-10 clicks=1 ad_product=SB
    ",
    );
    assert_eq!(world.show(&question(&["clicks"], &[])).await, ": 14\n= 14");
    assert_eq!(world.show(&question(&["clicks"], &["search_term"])).await, "lamp: 9\n?: 1\n= 10");
    let answer = world.ask(&question(&["clicks"], &["campaign"])).await;
    let levels: Vec<_> =
        answer.notes.levels.iter().map(|note| (note.level.as_str(), note.days)).collect();
    assert_eq!(levels, [("campaign", 1), ("search_term", 1)]);
    assert_eq!(answer.totals["clicks"].known(), Some(dec("14")));
}

#[tokio::test]
async fn young_ad_sales_are_shown_with_what_they_may_become() {
    let mut world = World::new(
        "
        ads: level=campaign day=2026-06-01 sales=100 cost=10 currency=EUR
        ads: level=campaign day=2026-06-20 sales=60 cost=10 currency=EUR
    ",
    );
    let step = |age: i64, low: &str, high: &str| crate::restatement::Step {
        age,
        low: dec(low),
        middle: dec(low),
        high: dec(high),
        days: 9,
    };
    world.desk.money.curves = vec![crate::restatement::RestatementCurve {
        table: "ads".into(),
        measure: "sales".into(),
        steps: vec![step(1, "0.5", "0.6"), step(7, "0.75", "0.8")],
        final_age: 8,
    }];
    let plain = world.ask(&question(&["ad_sales"], &[])).await;
    assert!(plain.total_bands.is_empty() && plain.notes.provisional_from.is_none());
    // Five days old: three quarters to four fifths were known of such days.
    world.desk.seen = Some(day("2026-06-25"));
    let answer = world.ask(&question(&["ad_sales", "ad_spend"], &["month"])).await;
    let band = answer.rows[0].bands["ad_sales"];
    assert_eq!((band.low, band.high), (dec("175"), dec("180")));
    assert_eq!(answer.total_bands["ad_sales"], band);
    assert!(!answer.total_bands.contains_key("ad_spend"));
    assert_eq!(answer.notes.provisional_from, Some(day("2026-06-18")));
}

#[tokio::test]
async fn deferred_money_and_orders_on_their_way_are_told_apart() {
    let world = World::new(
        "
        ledger: day=2026-06-20 order_id=1 amount=50 provisional=true release_day=2026-06-27
        orders: day=2026-06-20 order_id=1 currency=USD item_price=50 units=1
        orders: day=2026-06-18 order_id=2 currency=USD item_price=25 discount=-5 units=2
        orders: day=2026-06-01 order_id=3 currency=USD item_price=10 units=1
    ",
    );
    let ask = UnsettledQuestion {
        store: Vec::new(),
        channel: Vec::new(),
        currency: Currency::EUR,
        at: Some(day("2026-06-21")),
    };
    let found = world.engine.unsettled(world.session(), &world.desk, &ask).await.unwrap();
    assert_eq!((found.deferred_total, found.orders_total), (dec("20"), dec("12")));
    assert_eq!(found.deferred[0].release_day, Some(day("2026-06-27")));
    let ages: Vec<_> =
        found.orders.iter().map(|age| (age.age, age.orders, age.units, age.amount)).collect();
    assert_eq!(ages, [("0-7", 1, 2, dec("20")), ("15-30", 1, 1, dec("10"))]);
}

#[tokio::test]
async fn the_cost_of_an_ad_report_is_no_money_a_channel_holds_back() {
    let world = World::new(
        "
        ledger: day=2026-06-20 order_id=1 amount=50 provisional=true release_day=2026-06-27
        ads: level=campaign campaign=X cost=8 currency=USD day=2026-06-10
    ",
    );
    assert_eq!(total(&profit(&world, View::default()).await, "ad_cost"), Some(dec("-4")));
    let ask = UnsettledQuestion {
        store: Vec::new(),
        channel: Vec::new(),
        currency: Currency::EUR,
        at: Some(day("2026-06-21")),
    };
    let found = world.engine.unsettled(world.session(), &world.desk, &ask).await.unwrap();
    assert_eq!((found.deferred_total, found.deferred.len()), (dec("20"), 1));
}

#[tokio::test]
async fn what_there_is_to_ask_does_not_depend_on_the_question_before() {
    let world = World::new(&format!(
        "{DOLLARS}
        ledger: day=2026-06-20 seller_sku=A units=1 amount=9 order_id=1
        orders: day=2026-06-25 seller_sku=A units=1 order_id=2 currency=EUR item_price=9
        bank: store=bank channel=bank day=2026-06-17 amount=80 currency=USD account=USD-1 row=1
        bank: store=bank channel=bank day=2026-06-18 amount=-60 currency=USD account=USD-1 row=2
    "
    ));
    let seen = async || {
        let (engine, session) = (&world.engine, world.session());
        let scope = engine.scope(session).await.unwrap();
        let unpaired = engine.unpaired(session, &world.desk).await.unwrap();
        let told = crate::health::told_days(session).await.unwrap();
        format!("{scope:?} {unpaired:?} {told:?}")
    };
    let fresh = seen().await;
    let view = View { basis: Basis::Order, fx_results: Some(true), ..View::default() };
    profit(&world, view).await;
    assert_eq!(seen().await, fresh);
}

#[tokio::test]
async fn a_fee_booked_as_a_payout_is_one_for_the_bank_and_for_exchange_results() {
    let mut world = World::new(
        "
        ledger: day=2026-06-10 amount=100
        ledger: day=2026-06-16 line=unclassified amount=-100 fee_type=Disbursement row=2
        bank: store=bank channel=bank day=2026-06-17 amount=39 currency=EUR row=1
    ",
    );
    world.desk.bookings.push(Booking {
        channel: "amazon".into(),
        fee_type: Some("Disbursement".into()),
        transaction: None,
        line: "payout".into(),
    });
    let ask = crate::ReconcileQuestion::default();
    let found = world.engine.reconcile_bank(world.session(), &world.desk, &ask).await.unwrap();
    assert_eq!((found.matches.len(), found.matches[0].expected), (1, dec("100")));
    // 100 dollars were 50 euro, and the bank paid 39.
    let account = profit(&world, with_exchange()).await;
    assert_eq!(total(&account, "fx_realised"), Some(dec("-11")));
}
