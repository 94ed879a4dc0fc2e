//! The account, the rows behind it, and reconciliation.

use argosy_kernel::Currency;
use rust_decimal::Decimal;

use super::world::{World, account, day, question};
use crate::{Compare, LedgerQuestion, ReconcileQuestion, StatementState, export::Formulas};

const COMPANY: &str = "
    ledger: line=product_sales amount=100 units=2 seller_sku=A statement=S1 row=1 fee_type=Principal
    ledger: line=shipping_credits amount=6 seller_sku=A statement=S1 row=2
    ledger: line=promotion_rebates amount=-10 seller_sku=A statement=S1 row=3
    ledger: line=product_refunds amount=-20 seller_sku=A statement=S1 row=4
    ledger: line=referral_fee amount=-15 seller_sku=A statement=S1 row=5
    ledger: line=fulfilment_fee amount=-8 seller_sku=A statement=S1 row=6 provisional=true
    ledger: line=ad_cost amount=-5 statement=S1 row=7
    ledger: line=rent amount=-4 row=8
    ledger: line=tax_collected amount=7 statement=S1 row=9
    ledger: line=reserve_held amount=-30 statement=S1 row=10
    ledger: line=unclassified amount=-1 statement=S1 row=11 fee_type=Mystery transaction=Adjustment
    controls: statement=S1 expected=24 period_from=2026-06-01 period_to=2026-06-14
    ledger: store=de market=DE currency=EUR amount=9 statement=S2 row=12
";

fn company() -> World {
    World::new(COMPANY).costs(&["A * 2026-01-01 12 USD"])
}

#[tokio::test]
async fn the_account_steps_down_from_gross_sales_to_operating_profit() {
    let world = company();
    let mut ask = account(&[]);
    ask.currency = Currency::USD;
    ask.filters.insert("store".into(), vec!["us".into()]);
    let profit = world.engine.profit(world.session(), &world.desk, &ask).await.unwrap();
    let shown: Vec<String> = profit
        .lines
        .iter()
        .map(|line| {
            let amount = profit.cells[&line.id][0].0.map_or("—".to_owned(), |a| a.to_string());
            format!("{}{} {amount}", "  ".repeat(line.level), line.id)
        })
        .collect();
    assert_eq!(
        shown.join("\n"),
        "sales 106\n  product_sales 100\n  shipping_credits 6\ngross_sales 106\n\
         promotions -10\n  promotion_rebates -10\nrefunds -20\n  product_refunds -20\nnet_sales 76\n\
         goods -24\n  cogs -24\ncontribution_1 52\n\
         channel -15\n  selling_fees -15\n    referral_fee -15\n\
         logistics -8\n  fulfilment -8\n    fulfilment_fee -8\ncontribution_2 29\n\
         ads -5\n  ad_cost -5\ncontribution_3 24\n\
         overhead -4\n  own_expense -4\n    rent -4\noperating_profit 20\n\
         pass_through 7\n  tax_collected 7\nbalance -30\n  reserve_held -30\nunclassified -1"
    );
    let share = |text: &Option<String>| text.as_ref().unwrap().parse::<Decimal>().unwrap();
    assert_eq!(
        share(&profit.notes.provisional_share),
        (Decimal::from(8) / Decimal::from(206)).round_dp(6)
    );
    ask.depth = Some(1);
    let shallow = world.engine.profit(world.session(), &world.desk, &ask).await.unwrap();
    assert!(shallow.lines.iter().all(|line| line.level == 0));
    assert_eq!(shallow.cells["contribution_3"], profit.cells["contribution_3"]);
}

#[tokio::test]
async fn leaves_add_up_to_their_parents_and_columns_to_the_total_in_any_currency() {
    let world = company();
    let mut ask = account(&["market", "month"]);
    ask.currency = Currency::CNY;
    let profit = world.engine.profit(world.session(), &world.desk, &ask).await.unwrap();
    for group in profit.lines.iter().filter(|line| line.kind == "group") {
        for column in 0..profit.columns.len() {
            let children =
                profit.lines.iter().filter(|line| line.parent.as_ref() == Some(&group.id));
            let sum: Decimal = children.filter_map(|line| profit.cells[&line.id][column].0).sum();
            assert_eq!(profit.cells[&group.id][column].0, Some(sum), "{}", group.id);
        }
    }
    ask.by.clear();
    let whole = world.engine.profit(world.session(), &world.desk, &ask).await.unwrap();
    // The German store sold a unit of nothing with a cost: its column cannot be known.
    assert_eq!(whole.totals["gross_sales"], profit.totals["gross_sales"]);
    assert_eq!(whole.totals["contribution_2"], profit.totals["contribution_2"]);
}

#[tokio::test]
async fn the_account_and_the_metrics_tell_the_same() {
    let world = company();
    let profit =
        world.engine.profit(world.session(), &world.desk, &account(&["store"])).await.unwrap();
    let ids = [
        "gross_sales",
        "net_sales",
        "contribution_1",
        "contribution_2",
        "contribution_3",
        "operating_profit",
    ];
    let answer = world.ask(&question(&ids, &["store"])).await;
    for id in ids {
        for (row, cell) in answer.rows.iter().zip(&profit.cells[id]) {
            assert_eq!(row.values[id].known(), cell.0, "{id}");
        }
    }
}

#[tokio::test]
async fn goods_without_a_cost_leave_the_contribution_open() {
    let world = World::new(COMPANY);
    let profit =
        world.engine.profit(world.session(), &world.desk, &account(&["store"])).await.unwrap();
    let us = profit
        .columns
        .iter()
        .position(|column| column.key["store"].as_deref() == Some("us"))
        .unwrap();
    assert_eq!(profit.cells["contribution_1"][us].0, None);
    assert_eq!(profit.cells["net_sales"][us].0, Some(Decimal::from(38)));
    assert_eq!(profit.columns[us].units_without_cost.as_deref(), Some("2"));
}

#[tokio::test]
async fn the_period_before_stands_beside_the_account() {
    let world = company();
    let mut ask = account(&[]);
    ask.from = day("2026-06-11");
    ask.to = day("2026-06-20");
    ask.compare = Some(Compare::Previous);
    let profit = world.engine.profit(world.session(), &world.desk, &ask).await.unwrap();
    assert_eq!(profit.cells["gross_sales"][0].0, Some(Decimal::ZERO));
    assert_eq!(profit.previous.unwrap()["gross_sales"][0].0, Some(Decimal::from(62)));
}

#[tokio::test]
async fn the_rows_behind_a_number_come_page_by_page_and_add_up() {
    let world = company();
    let mut ask = LedgerQuestion {
        filters: Default::default(),
        from: day("2026-06-01"),
        to: day("2026-06-30"),
        line: Some("net_sales".into()),
        condition: None,
        currency: Currency::EUR,
        cursor: None,
        limit: Some(2),
        view: Default::default(),
    };
    let mut rows = Vec::new();
    loop {
        let page = world.engine.ledger(world.session(), &world.desk, &ask).await.unwrap();
        assert_eq!((page.meta.total_rows, page.meta.total.amount), (5, Decimal::from(47)));
        rows.extend(page.rows);
        match page.meta.next {
            Some(next) => ask.cursor = Some(next),
            None => break,
        }
    }
    let seen: Vec<i64> = rows.iter().map(|row| row.row).collect();
    assert_eq!(seen, [1, 2, 3, 4, 12]);
    let sum: Decimal = rows.iter().filter_map(|row| row.converted).map(|money| money.amount).sum();
    assert_eq!(sum, Decimal::from(47));
    ask.cursor = Some("zz' or 1=1".into());
    assert!(world.engine.ledger(world.session(), &world.desk, &ask).await.is_err());
}

#[tokio::test]
async fn rows_that_are_alike_are_all_shown() {
    let world = World::new(&"ledger: amount=1 row=1\n".repeat(7));
    let mut ask = LedgerQuestion {
        filters: Default::default(),
        from: day("2026-06-01"),
        to: day("2026-06-30"),
        line: None,
        condition: None,
        currency: Currency::USD,
        cursor: None,
        limit: Some(2),
        view: Default::default(),
    };
    let mut seen = 0;
    for _ in 0..9 {
        let page = world.engine.ledger(world.session(), &world.desk, &ask).await.unwrap();
        seen += page.rows.len();
        ask.cursor = page.meta.next;
        if ask.cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen, 7);
}

#[tokio::test]
async fn statements_are_held_against_their_control_totals() {
    let world = company();
    let ask = ReconcileQuestion::default();
    let all = world.engine.reconcile(world.session(), &world.desk, &ask).await.unwrap();
    let [first, second] = all.statements.as_slice() else { panic!("{all:?}") };
    assert_eq!((first.statement.as_str(), first.state), ("S2", StatementState::NoControl));
    assert_eq!((second.statement.as_str(), second.state), ("S1", StatementState::Balanced));
    assert_eq!((second.sum, second.rows), (Decimal::from(24), 10));
    assert_eq!((second.unclassified, second.provisional), (Decimal::from(-1), Decimal::from(-8)));
    let parts: Decimal = second.by_stage.values().filter_map(|amount| amount.0).sum();
    assert_eq!(parts, second.sum);
}

#[tokio::test]
async fn unknown_fees_are_listed_with_their_words() {
    let world = company();
    let fees = world.engine.quarantine(world.session(), &world.desk).await.unwrap();
    assert_eq!(fees[0].fee_type.as_deref(), Some("Mystery"));
    assert_eq!(fees[0].amounts["USD"], "-1");
}

#[tokio::test]
async fn the_scope_tells_what_there_is_and_listings_without_product_are_found() {
    let world = company();
    let scope = world.engine.scope(world.session()).await.unwrap();
    assert_eq!(scope.stores.iter().collect::<Vec<_>>(), ["de", "us"]);
    assert_eq!(scope.first_day, Some(day("2026-06-10")));
    assert!(world.engine.unpaired(world.session(), &world.desk).await.unwrap().is_empty());
    let world = World::new(COMPANY);
    let unpaired = world.engine.unpaired(world.session(), &world.desk).await.unwrap();
    assert_eq!((unpaired[0].seller_sku.as_str(), unpaired[0].units.as_str()), ("A", "2"));
}

#[tokio::test]
async fn answers_and_accounts_become_tables_in_both_languages() {
    let world = company();
    let answer = world.ask(&question(&["gross_sales"], &["store"])).await;
    let csv = String::from_utf8(answer.sheet("zh-CN").csv(Formulas::Defused)).unwrap();
    assert_eq!(csv, "\u{feff}店铺,销售总额 (EUR)\r\nde,9\r\nus,53\r\n合计,62\r\n");
    let profit =
        world.engine.profit(world.session(), &world.desk, &account(&["store"])).await.unwrap();
    let sheet = profit.sheet(&world.engine, "en");
    assert_eq!(sheet.header, ["Ledger line", "de", "us", "Total (EUR)"]);
    assert!(sheet.xlsx().unwrap().len() > 1_000);
}
