//! Costs in time: documents, movements and sales of a small company, worked out by hand.

use argosy_kernel::{Currency, Money};
use rust_decimal::Decimal;

use super::world::{World, account, day, question};
use crate::{
    AdCostSource, Basis, Booking, CostFlowQuestion, Costing, Freight, Method, Product, Profit,
    ProfitQuestion, ProofState, Purchase, PurchaseKind, ReconcileQuestion, Split, StatementState,
    WarehouseRule,
};

const SALES: &str = "
    ledger: line=product_sales amount=100 units=4 seller_sku=A day=2026-06-03 order_id=O1 row=1
    ledger: line=product_sales amount=60 units=2 seller_sku=A day=2026-06-20 order_id=O2 row=2
    ledger: line=referral_fee amount=-15 seller_sku=A day=2026-06-03 row=3
";

/// `document sku units unit-cost currency day place [from]`; a unit cost of `-` is a transfer.
fn bought(lines: &[&str]) -> Vec<Purchase> {
    lines
        .iter()
        .map(|line| {
            let words: Vec<&str> = line.split(' ').collect();
            let [document, sku, units, cost, currency, on, place, from @ ..] = words.as_slice()
            else {
                panic!("{line}")
            };
            let unit_cost = (*cost != "-")
                .then(|| Money::new(cost.parse().unwrap(), currency.parse().unwrap()));
            Purchase {
                document: (*document).to_owned(),
                line: 1,
                kind: match unit_cost {
                    Some(_) => PurchaseKind::Purchase,
                    None => PurchaseKind::Transfer,
                },
                received: day(on),
                place: (*place).to_owned(),
                from_place: from.first().map(ToString::to_string),
                sku: (*sku).to_owned(),
                units: units.parse().unwrap(),
                unit_cost,
                unit_weight: None,
                unit_volume: None,
            }
        })
        .collect()
}

fn freight(document: &str, on: &str, amount: &str, split: Split, applies_to: &[&str]) -> Freight {
    Freight {
        document: document.to_owned(),
        day: day(on),
        amount: amount.parse().unwrap(),
        split,
        applies_to: applies_to.iter().map(ToString::to_string).collect(),
    }
}

fn company(facts: &str, purchases: &[&str], freight: Vec<Freight>) -> World {
    let mut world = World::new(facts).costs(&[]);
    world.desk.costing = Costing {
        method: Method::Fifo,
        currency: Currency::USD,
        purchases: bought(purchases),
        freight,
        warehouses: Vec::new(),
    };
    world.desk.products =
        vec![Product { sku: "A".into(), name: "A".into(), brand: Some("Lantern".into()) }];
    world
}

async fn profit(world: &World, ask: &ProfitQuestion) -> Profit {
    world.engine.profit(world.session(), &world.desk, ask).await.unwrap()
}

fn in_usd(by: &[&str]) -> ProfitQuestion {
    ProfitQuestion { currency: Currency::USD, ..account(by) }
}

fn total(profit: &Profit, line: &str) -> String {
    let amount = profit.totals.get(line).and_then(|amount| amount.0);
    amount.map_or_else(|| "—".to_owned(), |amount| amount.normalize().to_string())
}

/// `line: amount per column`, the columns by their key.
fn cells(profit: &Profit, line: &str) -> Vec<(String, String)> {
    let name = |key: &crate::RowKey| {
        let parts = key.values().map(|part| part.clone().unwrap_or_else(|| "?".into()));
        parts.collect::<Vec<_>>().join(" ")
    };
    let empty = Vec::new();
    let amounts = profit.cells.get(line).unwrap_or(&empty);
    profit
        .columns
        .iter()
        .zip(amounts)
        .filter(|(_, amount)| amount.0 != Some(Decimal::ZERO))
        .map(|(column, amount)| {
            let amount = amount.0.map_or_else(|| "—".to_owned(), |a| a.normalize().to_string());
            (name(&column.key), amount)
        })
        .collect()
}

const TWO_LOTS: [&str; 2] = ["PO-1 A 5 10 USD 2026-05-02 FBA", "PO-2 A 10 12 USD 2026-06-10 FBA"];

#[tokio::test]
async fn goods_sold_cost_what_their_layers_cost() {
    let world = company(SALES, &TWO_LOTS, Vec::new());
    // Four of the first lot; one more of it and one of the second: 40 + 22.
    let account = profit(&world, &in_usd(&[])).await;
    assert_eq!(total(&account, "cogs"), "-62");
    assert_eq!(total(&account, "contribution_1"), "98");
    assert_eq!(account.notes.cost_rules[0].rule, "fifo");
    assert_eq!(account.notes.cost_rules[0].units, 6);
    let mut ask = question(&["cogs", "contribution_1"], &["day"]);
    ask.currency = Currency::USD;
    assert_eq!(
        world.show(&ask).await,
        "2026-06-03: 40 60\n2026-06-20: 22 38\n= 62 98",
        "metrics and account tell the same"
    );
}

#[tokio::test]
async fn a_question_by_order_takes_what_a_unit_of_the_day_cost() {
    let world = company(SALES, &TWO_LOTS, Vec::new());
    let account = profit(&world, &in_usd(&["order_id"])).await;
    let expected = [("O1".to_owned(), "-40".to_owned()), ("O2".to_owned(), "-22".to_owned())];
    assert_eq!(cells(&account, "cogs"), expected);
}

#[tokio::test]
async fn on_the_basis_of_orders_goods_cost_where_their_sale_stands() {
    let facts = format!(
        "{SALES}
        orders: order_id=O1 seller_sku=A units=4 item_price=100 day=2026-05-28
        orders: order_id=O9 seller_sku=A units=1 item_price=25 day=2026-06-29 status=Shipped"
    );
    let world = company(&facts, &TWO_LOTS, Vec::new());
    let mut ask = in_usd(&["month"]);
    ask.from = day("2026-05-01");
    ask.view.basis = Basis::Order;
    let account = profit(&world, &ask).await;
    let expected = [
        ("2026-05-01".to_owned(), "-40".to_owned()),
        // Two of 20 June at 11.00 on average, and one that is not settled yet at the same.
        ("2026-06-01".to_owned(), "-33".to_owned()),
    ];
    assert_eq!(cells(&account, "cogs"), expected);
}

#[tokio::test]
async fn freight_that_is_billed_later_lands_on_its_layer() {
    let late = vec![freight("F-1", "2026-06-16", "5 EUR", Split::Units, &["PO-1"])];
    let world = company(SALES, &TWO_LOTS, late);
    // 5 EUR are 12.50 USD on 16 June: 2.50 a unit, on five units of which all are sold.
    assert_eq!(total(&profit(&world, &in_usd(&[])).await, "cogs"), "-74.5");
}

#[tokio::test]
async fn a_foreign_purchase_is_converted_on_the_day_it_was_received() {
    let world = company(SALES, &["PO-1 A 10 100 JPY 2026-06-02 FBA"], Vec::new());
    // 100 JPY = 1 EUR = 2 USD on 2 June; the rate of the sale on 20 June (2.5) does not matter.
    let account = profit(&world, &in_usd(&[])).await;
    assert_eq!(total(&account, "cogs"), "-12");
}

#[tokio::test]
async fn goods_leave_when_the_channel_ships_them_where_a_report_tells_it() {
    let facts = format!(
        "{SALES}
        movements: kind=shipped units=-4 seller_sku=A day=2026-06-30 order_id=O1 definition=x@1
        movements: kind=shipped units=-2 seller_sku=A day=2026-07-01 order_id=O2 definition=x@1
        movements: kind=shipped units=-4 seller_sku=A day=2026-06-30 definition=y@1"
    );
    let world = company(&facts, &TWO_LOTS, Vec::new());
    let mut ask = in_usd(&["month"]);
    ask.to = day("2026-07-31");
    let account = profit(&world, &ask).await;
    let expected =
        [("2026-06-01".to_owned(), "-40".to_owned()), ("2026-07-01".to_owned(), "-22".to_owned())];
    assert_eq!(cells(&account, "cogs"), expected, "two reports tell the same shipment once");
}

#[tokio::test]
async fn goods_shipped_for_another_channel_leave_once_with_the_sale_there() {
    let facts = "
        ledger: line=product_sales amount=50 units=2 seller_sku=A day=2026-06-03 order_id=O1 row=1
        ledger: store=jp line=product_sales amount=80 units=3 seller_sku=A day=2026-06-04 order_id=#1001 row=2
        movements: kind=shipped units=-2 seller_sku=A day=2026-06-03 order_id=O1
        movements: kind=shipped units=-3 seller_sku=A day=2026-06-05 order_id=1001 market=-
        movements: kind=shipped units=-1 seller_sku=A day=2026-06-11 order_id=9009 market=-";
    let world = company(facts, &TWO_LOTS, Vec::new());
    let account = profit(&world, &in_usd(&["store"])).await;
    // The last parcel is of a shop that is not here: nobody else tells that its goods are gone.
    let expected = [("jp".to_owned(), "-30".to_owned()), ("us".to_owned(), "-32".to_owned())];
    assert_eq!(cells(&account, "cogs"), expected);
}

#[tokio::test]
async fn returns_and_losses_stand_on_lines_of_their_own() {
    let facts = format!(
        "{SALES}
        movements: kind=returned units=1 seller_sku=A day=2026-06-12 order_id=O1 disposition=SELLABLE
        movements: kind=returned units=1 seller_sku=A day=2026-06-13 order_id=O1 disposition=DEFECTIVE
        movements: kind=disposed units=-1 seller_sku=A day=2026-06-14 disposition=DEFECTIVE
        movements: kind=damaged units=-1 seller_sku=A day=2026-06-25 disposition=SELLABLE"
    );
    let world = company(&facts, &TWO_LOTS, Vec::new());
    let account = profit(&world, &in_usd(&[])).await;
    // Sold 40 + (10 of the return that stood before the new lot … 22), back 10, spoilt 10.
    assert_eq!(total(&account, "goods_returned_unsellable"), "-10");
    assert_eq!(total(&account, "goods_damaged"), "-12");
    assert_eq!(
        total(&account, "goods_disposed"),
        "—",
        "what is worthless is not written off again"
    );
    assert_eq!(total(&account, "cogs"), "-42");
    let mut ask = question(&["goods_cost"], &[]);
    ask.currency = Currency::USD;
    assert_eq!(world.show(&ask).await, ": 64\n= 64");
    let value = world.engine.stock_value(world.session(), &world.desk, day("2026-06-30")).await;
    let value = value.unwrap();
    // 50 + 120 put in, 64 gone.
    assert_eq!((value.units, value.value.to_string()), (9, "106".to_owned()));
}

#[tokio::test]
async fn every_unit_can_be_followed_from_its_document_to_its_sale() {
    let way = vec![freight("F-1", "2026-06-01", "6 USD", Split::Units, &["TR-1"])];
    let lots = ["PO-1 A 10 10 USD 2026-05-02 Shenzhen", "TR-1 A 6 - - 2026-06-01 FBA Shenzhen"];
    let world = company(SALES, &lots, way);
    let ask = CostFlowQuestion { sku: "A".into(), warehouse: None, from: None, to: None };
    let flow = world.engine.cost_flow(world.session(), &world.desk, &ask).await.unwrap();
    let shown: Vec<String> = flow
        .steps
        .iter()
        .map(|step| {
            let layers: Vec<&str> = step.layers.iter().map(|l| l.document.as_str()).collect();
            format!(
                "{} {} {} {} {} {} → {} {}",
                step.day,
                step.warehouse,
                step.event,
                step.units,
                step.cost,
                layers.join("+"),
                step.stock_units,
                step.stock_value
            )
        })
        .collect();
    assert_eq!(
        shown.join("\n"),
        "2026-05-02 Shenzhen purchase 10 100 PO-1/1 → 10 100\n\
         2026-06-01 Shenzhen transfer_out -6 -60 PO-1/1 → 4 40\n\
         2026-06-01 FBA transfer_in 6 66 PO-1/1 → 6 66\n\
         2026-06-03 FBA shipped -4 -44 PO-1/1 → 2 22\n\
         2026-06-20 FBA shipped -2 -22 PO-1/1 → 0 0"
    );
    assert_eq!((flow.closing.units, flow.closing.value.to_string()), (4, "40".to_owned()));
    let at = |on: &str| day(on);
    let value = world.engine.stock_value(world.session(), &world.desk, at("2026-05-31")).await;
    assert_eq!(value.unwrap().value.to_string(), "100");
}

#[tokio::test]
async fn units_no_document_covers_take_the_dated_cost_and_else_are_told() {
    let mut world = company(SALES, &["PO-1 A 5 10 USD 2026-05-02 FBA"], Vec::new());
    let account = profit(&world, &in_usd(&[])).await;
    assert_eq!(total(&account, "cogs"), "-50");
    assert_eq!(account.notes.units_without_cost.as_deref(), Some("1"));
    world = world.costs(&["A * 2026-01-01 7 USD"]);
    let account = profit(&world, &in_usd(&[])).await;
    assert_eq!(total(&account, "cogs"), "-57");
    let rules: Vec<_> = account.notes.cost_rules.iter().map(|r| (r.rule, r.units)).collect();
    assert_eq!(rules, [("dated_cost", 1), ("fifo", 5)]);
}

#[tokio::test]
async fn goods_the_channel_moves_or_sends_back_keep_their_cost() {
    let facts = "
        ledger: line=referral_fee amount=-1 seller_sku=A row=1
        movements: kind=transfer units=-3 seller_sku=A place=ONT8 reference=R1 day=2026-06-02
        movements: kind=transfer units=3 seller_sku=A place=LEJ1 reference=R1 day=2026-06-04
        movements: kind=transfer units=-5 seller_sku=A place=ONT8 reference=R2 day=2026-06-05
        movements: kind=transfer units=5 seller_sku=A place=ONT8 reference=R2 day=2026-06-05
        movements: kind=removed units=-2 seller_sku=A place=LEJ1 day=2026-06-06";
    let lots = ["PO-1 A 10 10 USD 2026-05-02 ONT8", "PO-2 A 1 20 USD 2026-05-02 LEJ1"];
    let world = company(facts, &lots, Vec::new());
    let value = world.engine.stock_value(world.session(), &world.desk, day("2026-06-30")).await;
    let rows: Vec<String> = value
        .unwrap()
        .rows
        .iter()
        .map(|row| format!("{} {} {}", row.warehouse, row.units, row.value))
        .collect();
    assert_eq!(rows, ["LEJ1 2 20", "LEJ1 (removed) 2 30", "ONT8 7 70"]);
    assert_eq!(total(&profit(&world, &in_usd(&[])).await, "goods"), "—", "nothing was used up");
}

#[tokio::test]
async fn a_store_takes_its_goods_from_the_warehouse_it_was_given() {
    let lots = ["PO-1 A 9 10 USD 2026-05-02 East", "PO-2 A 9 11 USD 2026-05-02 West"];
    let mut world = company(SALES, &lots, Vec::new());
    let account = profit(&world, &in_usd(&[])).await;
    assert_eq!(account.columns[0].units_without_cost.as_deref(), Some("6"));
    let problems = world.engine.cost_problems(world.session(), &world.desk).await.unwrap();
    assert_eq!((problems[0].code, problems[0].found.as_str()), ("no_warehouse", "us / US"));
    world.desk.costing.warehouses = vec![WarehouseRule {
        store: "us".into(),
        market: None,
        place: None,
        warehouse: "West".into(),
    }];
    assert_eq!(total(&profit(&world, &in_usd(&[])).await, "cogs"), "-66");
}

const SHARED: &str = "
    ledger: line=product_sales amount=75 units=1 seller_sku=A order_id=O1 row=1
    ledger: line=product_sales amount=20 units=3 seller_sku=B order_id=O2 row=2
    ledger: line=product_sales amount=5 units=1 seller_sku=C order_id=O3 row=3
    ledger: line=subscription_fee amount=-39.99 row=4
    ledger: line=storage_fee amount=-10 day=2026-06-12 row=5
    ledger: line=ad_cost amount=-9.01 row=6
    ledger: line=removal_fee amount=-4 row=7
    ledger: line=rent amount=-100 transaction=expense;_by_units;_to_brand:Lantern channel=argosy row=8
    details: kind=storage line=storage_fee amount=-7.50 day=2026-05-01 day_to=2026-05-31 seller_sku=A per=period
    details: kind=storage line=storage_fee amount=-2.50 day=2026-05-01 day_to=2026-05-31 fnsku=X-B per=period
    details: kind=storage line=storage_fee amount=-90 day=2026-06-01 day_to=2026-06-30 seller_sku=C per=period
    stock: seller_sku=B fnsku=X-B units=3
    ads: level=product seller_sku=A cost=2 impressions=1
    ads: level=product seller_sku=B cost=1 impressions=1
";

fn sharing() -> World {
    let mut world = World::new(SHARED).costs(&[]);
    let product = |sku: &str, brand: &str| Product {
        sku: sku.into(),
        name: sku.into(),
        brand: Some(brand.into()),
    };
    world.desk.products = vec![product("A", "Lantern"), product("B", "Lantern"), product("C", "X")];
    world
}

#[tokio::test]
async fn shares_are_the_whole_to_the_cent_and_the_rest_stays_visible() {
    let world = sharing();
    let mut ask = in_usd(&["seller_sku"]);
    let before = profit(&world, &ask).await;
    ask.allocate = true;
    let after = profit(&world, &ask).await;
    assert_eq!(before.totals, after.totals, "sharing changes no total");
    let shares = |line: &str| -> Vec<String> {
        cells(&after, line).into_iter().map(|(key, amount)| format!("{key} {amount}")).collect()
    };
    assert_eq!(shares("subscription_fee"), ["A -29.99", "B -8", "C -2"]);
    // June was charged with May's storage: 10.00, as May's details say.
    assert_eq!(shares("storage_fee"), ["A -7.5", "B -2.5"]);
    assert_eq!(shares("ad_cost"), ["A -6.01", "B -3"]);
    assert_eq!(shares("rent"), ["A -25", "B -75"]);
    assert_eq!(shares("removal_fee"), ["? -4"], "no details: it stays where it was");
    let notes: Vec<String> = after
        .notes
        .allocation
        .iter()
        .map(|note| format!("{} {} {} {}", note.line, note.by, note.allocated, note.not_allocated))
        .collect();
    assert_eq!(
        notes,
        [
            "ad_cost ads -9.01 0",
            "removal_fee details:removal 0 -4",
            "rent units -100 0",
            "storage_fee details:storage -10 0",
            "subscription_fee sales -39.99 0"
        ]
    );
}

#[tokio::test]
async fn one_product_shows_its_share_only() {
    let world = sharing();
    let mut ask = in_usd(&[]);
    ask.filters.insert("product".into(), vec!["B".into()]);
    assert_eq!(total(&profit(&world, &ask).await, "rent"), "—");
    ask.allocate = true;
    let account = profit(&world, &ask).await;
    assert_eq!(
        (total(&account, "rent"), total(&account, "storage_fee")),
        ("-75".into(), "-2.5".into())
    );
}

#[tokio::test]
async fn what_finds_nothing_to_be_shared_by_is_not_allocated() {
    let facts = "
        ledger: line=product_sales amount=75 units=1 seller_sku=A row=1
        ledger: line=storage_fee amount=-10 row=2";
    let world = World::new(facts).costs(&[]);
    let mut ask = in_usd(&["seller_sku"]);
    ask.allocate = true;
    let account = profit(&world, &ask).await;
    assert_eq!(cells(&account, "storage_fee"), [("?".to_owned(), "-10".to_owned())]);
    assert_eq!(account.notes.allocation[0].not_allocated, "-10");
}

#[tokio::test]
async fn ad_cost_comes_from_the_charge_or_from_the_ad_report_and_never_from_both() {
    let facts = "
        ledger: line=product_sales amount=75 units=1 seller_sku=A day=2026-06-10 row=1
        ledger: line=ad_cost amount=-9 day=2026-06-28 row=2
        ads: level=campaign campaign=X cost=8 day=2026-06-10
        ads: level=search_term campaign=X cost=8 day=2026-06-10
        ads: level=campaign campaign=X cost=5 day=2026-07-10
        ads: level=search_term campaign=X cost=4 day=2026-07-10";
    let mut world = World::new(facts).costs(&[]);
    let mut ask = in_usd(&["month"]);
    ask.to = day("2026-07-31");
    let pairs = |june: &str, july: &str| {
        let pair = |month: &str, amount: &str| (month.to_owned(), amount.to_owned());
        let both = [pair("2026-06-01", june), pair("2026-07-01", july)];
        both.into_iter().filter(|(_, amount)| !amount.is_empty()).collect::<Vec<_>>()
    };
    let account = profit(&world, &ask).await;
    assert_eq!(cells(&account, "ad_cost"), pairs("-9", "-5"));
    let sources: Vec<_> = account.notes.ad_cost_sources.iter().map(|note| note.source).collect();
    assert_eq!(sources, ["settlement", "report"]);
    world.desk.ad_cost = AdCostSource::Settlement;
    assert_eq!(cells(&profit(&world, &ask).await, "ad_cost"), pairs("-9", ""));
    world.desk.ad_cost = AdCostSource::Report;
    assert_eq!(cells(&profit(&world, &ask).await, "ad_cost"), pairs("-8", "-5"));
}

#[tokio::test]
async fn a_fee_booked_as_advertising_is_a_charge_and_silences_the_ad_report() {
    let facts = "
        ledger: line=product_sales amount=75 units=1 seller_sku=A day=2026-06-10 row=1
        ledger: line=unclassified amount=-9 day=2026-06-28 fee_type=Sponsored row=2
        ads: level=campaign campaign=X cost=8 day=2026-06-10";
    let mut world = World::new(facts).costs(&[]);
    assert_eq!(total(&profit(&world, &in_usd(&[])).await, "ad_cost"), "-8");
    world.desk.bookings.push(Booking {
        channel: "amazon".into(),
        fee_type: Some("Sponsored".into()),
        transaction: None,
        line: "ad_cost".into(),
    });
    let account = profit(&world, &in_usd(&[])).await;
    assert_eq!(total(&account, "ad_cost"), "-9");
    assert_eq!(account.notes.ad_cost_sources[0].source, "settlement");
    world.desk.ad_cost = AdCostSource::Report;
    assert_eq!(total(&profit(&world, &in_usd(&[])).await, "ad_cost"), "-8");
}

#[tokio::test]
async fn statements_still_add_up_where_the_ad_report_is_trusted() {
    let facts = "
        controls: statement=S1 expected=66 period_from=2026-06-01 period_to=2026-06-28
        ledger: line=product_sales amount=75 units=1 seller_sku=A statement=S1 row=1
        ledger: line=ad_cost amount=-9 day=2026-06-28 statement=S1 row=2
        ads: level=campaign campaign=X cost=8 day=2026-06-10";
    let mut world = World::new(facts).costs(&[]);
    world.desk.ad_cost = AdCostSource::Report;
    assert_eq!(total(&profit(&world, &in_usd(&[])).await, "ad_cost"), "-8");
    let ask = ReconcileQuestion::default();
    let found = world.engine.reconcile(world.session(), &world.desk, &ask).await.unwrap();
    assert_eq!(found.statements[0].state, StatementState::Balanced, "{:?}", found.statements);
    let proofs = world.engine.reconcile_proof(world.session(), &world.desk, &ask).await.unwrap();
    assert_eq!(proofs[0].state, ProofState::Proved, "{proofs:?}");
}

#[tokio::test]
async fn a_week_of_ads_over_the_end_of_a_month_costs_each_month_its_days() {
    let week = "ads: level=campaign campaign=X cost=10 day=2026-06-29 day_to=2026-07-05";
    let sales = "ledger: line=product_sales amount=75 units=1 seller_sku=A day=2026-06-10 row=1";
    let mut ask = in_usd(&["month"]);
    ask.to = day("2026-07-31");
    let pairs = |june: &str, july: &str| {
        [("2026-06-01".to_owned(), june.to_owned()), ("2026-07-01".to_owned(), july.to_owned())]
    };
    let account = profit(&World::new(&[sales, week].join("\n")).costs(&[]), &ask).await;
    assert_eq!(cells(&account, "ad_cost"), pairs("-2.857143", "-7.142857"));
    assert_eq!(total(&account, "ad_cost"), "-10", "nothing is lost by the cut");
    let charge = "ledger: line=ad_cost amount=-9 day=2026-06-28 row=2";
    let account = profit(&World::new(&[sales, week, charge].join("\n")).costs(&[]), &ask).await;
    assert_eq!(cells(&account, "ad_cost"), pairs("-9", "-7.142857"));
}

#[tokio::test]
async fn the_share_of_a_fee_does_not_depend_on_the_days_that_are_asked() {
    let facts = "
        ledger: line=storage_fee amount=-4 day=2026-06-05 row=1
        ledger: line=storage_fee amount=-6 day=2026-06-12 row=2
        details: kind=storage line=storage_fee amount=-7.50 day=2026-05-01 day_to=2026-05-31 seller_sku=A per=period
        details: kind=storage line=storage_fee amount=-2.50 day=2026-05-01 day_to=2026-05-31 seller_sku=B per=period
        details: kind=storage line=storage_fee amount=-4 day=2026-06-01 day_to=2026-06-30 seller_sku=C per=period";
    let world = World::new(facts).costs(&[]);
    let mut ask = in_usd(&["seller_sku"]);
    ask.allocate = true;
    let shares = |account: &Profit| {
        let cells = cells(account, "storage_fee").into_iter();
        cells.map(|(sku, amount)| format!("{sku} {amount}")).collect::<Vec<_>>()
    };
    assert_eq!(shares(&profit(&world, &ask).await), ["A -7.5", "B -2.5"]);
    // 4 alone look like June's storage; together with the 6 of the next week they are May's.
    ask.to = day("2026-06-07");
    assert_eq!(shares(&profit(&world, &ask).await), ["A -3", "B -1"]);
}

#[tokio::test]
async fn storage_of_one_market_is_held_against_the_charges_of_that_market() {
    let facts = "
        ledger: line=storage_fee amount=-10 day=2026-06-05 row=1
        ledger: line=storage_fee amount=-90 day=2026-06-05 market=CA row=2
        details: kind=storage line=storage_fee amount=-10 day=2026-05-01 day_to=2026-05-31 seller_sku=A per=period
        details: kind=storage line=storage_fee amount=-90 day=2026-05-01 day_to=2026-05-31 seller_sku=A market=CA per=period
        details: kind=storage line=storage_fee amount=-100 day=2026-06-01 day_to=2026-06-30 seller_sku=B per=period";
    let world = World::new(facts).costs(&[]);
    let mut ask = in_usd(&["seller_sku"]);
    ask.allocate = true;
    let account = profit(&world, &ask).await;
    assert_eq!(cells(&account, "storage_fee"), [("A".to_owned(), "-100".to_owned())]);
}
